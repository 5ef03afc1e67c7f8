//! What a TOML, JSON or YAML file holds, and which bytes of the file hold it.

use std::collections::HashMap;
use std::ops::Range;

/// Deeper than any file of ours, and far from what would exhaust the stack.
pub(super) const MAX_DEPTH: usize = 64;
/// More than any file of ours.
pub(super) const MAX_NODES: usize = 200_000;

/// A file whose data is understood.
pub(super) struct File {
    pub(super) text: String,
    /// Its value is a list of the documents: one, but for a YAML file with `---`.
    pub(super) root: Item,
}

impl File {
    pub(super) fn new(text: &str, documents: Vec<Item>) -> Self {
        let content = Content::List(documents);
        let value = Node { span: 0..text.len(), content, ..Node::default() };
        Self { text: text.to_owned(), root: Item { value, ..Item::default() } }
    }
}

/// One value.
#[derive(Debug, Clone, Default)]
pub(super) struct Node {
    /// The value's own text; for a block of lines, from its first entry to the end of its last.
    pub(super) span: Range<usize>,
    pub(super) content: Content,
    /// Between brackets and with commas, and not a block of lines.
    pub(super) flow: bool,
    /// Comments after the last entry, and where they stand.
    pub(super) foot: Vec<String>,
    pub(super) foot_at: Range<usize>,
}

#[derive(Debug, Clone)]
pub(super) enum Content {
    Scalar(Scalar),
    /// Anchored, tagged, an alias, or otherwise more than its text says: compared as text, never edited.
    Opaque(String),
    List(Vec<Item>),
    Map(Vec<Item>),
}

impl Default for Content {
    fn default() -> Self {
        Self::Map(Vec::new())
    }
}

/// A value without parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scalar {
    pub(super) text: String,
    pub(super) kind: Kind,
}

/// How a scalar is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    /// A number, a truth value, a date, or nothing at all: what it is follows from how it is spelled.
    Literal,
}

/// An entry of a map or a member of a list.
#[derive(Debug, Clone, Default)]
pub(super) struct Item {
    /// The key; empty in a list.
    pub(super) name: String,
    pub(super) value: Node,
    /// Comments on lines of their own above, and after the value on its line.
    pub(super) lead: Vec<String>,
    pub(super) trail: Option<String>,
    /// The lines between what stands before and this item: blank ones and comments.
    pub(super) gap: Range<usize>,
    /// The first byte of the key, the dash or the header.
    pub(super) start: usize,
    /// Right behind the colon, the dash, the equals sign or the header.
    pub(super) after: usize,
    /// The end of the item's last line, without its line end.
    pub(super) end: usize,
    /// Where the comment after the value stands, its spaces included; empty where one would go.
    pub(super) trail_at: Range<usize>,
    pub(super) comma: Option<usize>,
    /// Nothing else stands before it on its line.
    pub(super) own_line: bool,
    /// Whole lines, gap included. Several where a TOML table is defined in several places.
    pub(super) parts: Vec<Range<usize>>,
    pub(super) shape: Shape,
}

/// How an item is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Shape {
    /// On a line of its own, or several.
    #[default]
    Line,
    /// Between brackets, with commas.
    Flow,
    /// A TOML table with a header, or what has such tables below.
    Section,
    Document,
}

/// Whether comments make a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comments {
    Count,
    Ignored,
}

/// Whether two values are equal: lists in order, maps in any.
pub(super) fn same(a: &Node, b: &Node, comments: Comments) -> bool {
    if comments == Comments::Count && a.foot != b.foot {
        return false;
    }
    match (&a.content, &b.content) {
        (Content::Scalar(a), Content::Scalar(b)) => a == b,
        (Content::Opaque(a), Content::Opaque(b)) => a == b,
        (Content::List(a), Content::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_item(a, b, comments))
        }
        (Content::Map(a), Content::Map(b)) => {
            a.len() == b.len()
                && (a.iter().zip(b).all(|(a, b)| a.name == b.name && same_item(a, b, comments))
                    || same_in_any_order(a, b, comments))
        }
        _ => false,
    }
}

fn same_in_any_order(a: &[Item], b: &[Item], comments: Comments) -> bool {
    let names: HashMap<&str, &Item> = b.iter().map(|item| (item.name.as_str(), item)).collect();
    a.iter().all(|a| names.get(a.name.as_str()).is_some_and(|b| same_item(a, b, comments)))
}

/// Whether two items of the same name are equal.
pub(super) fn same_item(a: &Item, b: &Item, comments: Comments) -> bool {
    (comments == Comments::Ignored || (a.lead == b.lead && a.trail == b.trail))
        && same(&a.value, &b.value, comments)
}

impl Node {
    pub(super) fn items(&self) -> &[Item] {
        match &self.content {
            Content::List(items) | Content::Map(items) => items,
            _ => &[],
        }
    }

    pub(super) fn items_mut(&mut self) -> &mut [Item] {
        match &mut self.content {
            Content::List(items) | Content::Map(items) => items,
            _ => &mut [],
        }
    }

    /// The entry of this name.
    pub(super) fn get(&self, name: &str) -> Option<&Node> {
        match &self.content {
            Content::Map(items) => items.iter().find(|item| item.name == name).map(|item| &item.value),
            _ => None,
        }
    }

    /// The text of a scalar; nothing for an empty one.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Scalar(scalar) => Some(scalar.text.as_str()).filter(|text| !text.is_empty()),
            _ => None,
        }
    }

    /// A map or list that is written as a block of lines.
    pub(super) fn is_block(&self) -> bool {
        !self.flow && matches!(self.content, Content::List(_) | Content::Map(_))
    }

    /// Whether anything in it is more than its text says.
    pub(super) fn has_opaque(&self) -> bool {
        matches!(self.content, Content::Opaque(_)) || self.items().iter().any(|item| item.value.has_opaque())
    }
}
