//! JSON with positions. Comments and trailing commas are read too: editors' files have them.

use std::collections::HashSet;

use super::layout::{Layout, Syntax};
use super::node::{Content, File, Item, Kind, MAX_DEPTH, MAX_NODES, Node, Scalar, Shape};

/// The data of a JSON file; none where it is malformed.
pub(super) fn read(text: &str) -> Option<File> {
    let layout = Layout { text, syntax: Syntax::Slashes };
    let mut reader = Reader { layout, at: 0, nodes: 0 };
    let head = layout.skip(0);
    reader.at = head.to;
    let mut root = reader.value(0)?;
    let rest = layout.skip(reader.at);
    if rest.to != text.len() {
        return None;
    }
    layout.flow(&mut root)?;
    let below = layout.words(&rest.comments).join("\n");
    let mut document = Item {
        shape: Shape::Document,
        lead: layout.words(&head.comments),
        gap: 0..head.to,
        own_line: true,
        start: head.to,
        after: head.to,
        end: reader.at,
        trail: Some(below).filter(|text| !text.is_empty()),
        trail_at: reader.at..text.len(),
        value: root,
        ..Item::default()
    };
    document.parts.push(0..text.len());
    Some(File::new(text, vec![document]))
}

struct Reader<'t> {
    layout: Layout<'t>,
    at: usize,
    nodes: usize,
}

impl Reader<'_> {
    fn value(&mut self, depth: usize) -> Option<Node> {
        self.nodes += 1;
        if depth > MAX_DEPTH || self.nodes > MAX_NODES {
            return None;
        }
        let start = self.at;
        let (content, flow) = match self.peek()? {
            b'{' => (self.map(depth)?, true),
            b'[' => (self.list(depth)?, true),
            b'"' => (Content::Scalar(Scalar { text: self.string()?, kind: Kind::Text }), false),
            _ => (self.literal()?, false),
        };
        Some(Node { span: start..self.at, content, flow, ..Node::default() })
    }

    fn map(&mut self, depth: usize) -> Option<Content> {
        let mut names = HashSet::new();
        let mut items = Vec::new();
        self.at += 1;
        while !self.ends_with(b'}', items.is_empty())? {
            let start = self.at;
            let name = self.string()?;
            if !names.insert(name.clone()) {
                return None;
            }
            self.white_space();
            if self.peek()? != b':' {
                return None;
            }
            self.at += 1;
            let after = self.at;
            self.white_space();
            let value = self.value(depth + 1)?;
            items.push(Item { name, start, after, value, shape: Shape::Flow, ..Item::default() });
        }
        Some(Content::Map(items))
    }

    fn list(&mut self, depth: usize) -> Option<Content> {
        let mut items = Vec::new();
        self.at += 1;
        while !self.ends_with(b']', items.is_empty())? {
            let start = self.at;
            let value = self.value(depth + 1)?;
            items.push(Item { start, after: start, value, shape: Shape::Flow, ..Item::default() });
        }
        Some(Content::List(items))
    }

    /// Whether the closing bracket comes now; else whatever separates from the next item was read.
    fn ends_with(&mut self, bracket: u8, first: bool) -> Option<bool> {
        self.blank();
        let mut next = self.peek()?;
        if !first && next == b',' {
            self.at += 1;
            self.blank();
            next = self.peek()?;
        } else if !first && next != bracket {
            return None;
        }
        let ends = next == bracket;
        self.at += usize::from(ends);
        Some(ends)
    }

    fn string(&mut self) -> Option<String> {
        let rest = &self.layout.text[self.at..];
        let inner = rest.strip_prefix('"')?.as_bytes();
        let mut end = 0;
        while *inner.get(end)? != b'"' {
            end += if inner[end] == b'\\' { 2 } else { 1 };
        }
        let quoted = rest.get(..end + 2)?;
        self.at += quoted.len();
        serde_json::from_str(quoted).ok()
    }

    fn literal(&mut self) -> Option<Content> {
        let rest = &self.layout.text[self.at..];
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.')));
        let literal = &rest[..end.unwrap_or(rest.len())];
        serde_json::from_str::<serde_json::Value>(literal).ok()?;
        self.at += literal.len();
        Some(Content::Scalar(Scalar { text: literal.to_owned(), kind: Kind::Literal }))
    }

    fn blank(&mut self) {
        self.at = self.layout.skip(self.at).to;
    }

    /// A comment between a key and its value would belong to nothing.
    fn white_space(&mut self) {
        let rest = &self.layout.text[self.at..];
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    }

    fn peek(&self) -> Option<u8> {
        self.layout.text.as_bytes().get(self.at).copied()
    }
}
