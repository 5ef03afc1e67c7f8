//! Data with positions: what YAML, JSON and TOML files hold, in one shape.

use std::collections::{HashMap, HashSet};

use granit_parser::{Event, Parser, ScalarStyle};
use serde::de::IgnoredAny;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::position::{Places, position};

/// Where something stands in a file: line and column, both from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Position {
    pub(super) line: usize,
    pub(super) column: usize,
}

/// One value and where it begins.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) at: Position,
    content: Content,
}

#[derive(Debug, Clone)]
enum Content {
    /// The text as a person reads it, and whether the file quotes it.
    Scalar {
        text: String,
        quoted: bool,
    },
    List(Vec<Node>),
    /// In the order of the file; the name has its own position.
    Map(Vec<(Name, Node)>),
}

/// The name of an entry of a map.
#[derive(Debug, Clone)]
pub(super) struct Name {
    pub(super) text: String,
    pub(super) at: Position,
}

/// Why a file cannot be read as data.
#[derive(Debug)]
pub(super) struct Malformed {
    pub(super) at: Position,
    pub(super) message: String,
}

impl Node {
    /// The entry of this name.
    pub(super) fn get(&self, name: &str) -> Option<&Node> {
        self.entries().iter().find(|(key, _)| key.text == name).map(|(_, node)| node)
    }

    /// What stands below a path of names, such as `spec.strategy.canary`.
    pub(super) fn at(&self, path: &str) -> Option<&Node> {
        path.split('.').try_fold(self, |node, name| node.get(name))
    }

    /// The text below a path of names.
    pub(super) fn text_at(&self, path: &str) -> Option<&str> {
        self.at(path)?.text()
    }

    /// The entries of a map; nothing for what is none.
    pub(super) fn entries(&self) -> &[(Name, Node)] {
        match &self.content {
            Content::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The members of a list; nothing for what is none.
    pub(super) fn items(&self) -> &[Node] {
        match &self.content {
            Content::List(items) => items,
            _ => &[],
        }
    }

    /// The members of the list below a path of names.
    pub(super) fn items_at(&self, path: &str) -> &[Node] {
        self.at(path).map_or(&[], Node::items)
    }

    /// The text of a scalar that is not null.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Scalar { text, quoted } => {
                let null = !quoted && matches!(text.as_str(), "" | "~" | "null");
                (!null).then_some(text.as_str())
            }
            _ => None,
        }
    }

    /// The text of any scalar, and whether the file quotes it.
    pub(super) fn scalar(&self) -> Option<(&str, bool)> {
        match &self.content {
            Content::Scalar { text, quoted } => Some((text, *quoted)),
            _ => None,
        }
    }

    /// Whether it is a map, an empty one too.
    pub(super) fn is_map(&self) -> bool {
        matches!(self.content, Content::Map(_))
    }

    /// The number that a scalar spells.
    pub(super) fn number(&self) -> Option<f64> {
        self.text()?.parse().ok().filter(|number: &f64| number.is_finite())
    }

    /// Whether a scalar says `true`.
    pub(super) fn is_true(&self) -> bool {
        self.text() == Some("true")
    }

    /// Every node of the tree, this one first.
    pub(super) fn walk(&self, visit: &mut impl FnMut(&Node)) {
        visit(self);
        for item in self.items() {
            item.walk(visit);
        }
        for (_, value) in self.entries() {
            value.walk(visit);
        }
    }
}

/// Deeper than any file of ours, and far from what would exhaust the stack.
const MAX_DEPTH: usize = 64;
/// More than any file of ours: aliases can multiply a small file without end.
const MAX_NODES: usize = 500_000;
/// The same for the text of all values.
const MAX_TEXT: usize = 32 << 20;

/// The documents of a YAML file. JSON is read by the same rules, being a part of YAML.
pub(super) fn read_yaml(text: &str) -> Result<Vec<Node>, Malformed> {
    let mut reader =
        YamlReader { documents: Vec::new(), open: Vec::new(), anchors: HashMap::new(), nodes: 0, text: 0 };
    for next in Parser::new_from_str(text) {
        let (event, span) =
            next.map_err(|error| Malformed { at: mark(error.marker()), message: error.info() })?;
        reader.take(event, mark(&span.start))?;
    }
    Ok(reader.documents)
}

fn mark(marker: &granit_parser::Marker) -> Position {
    Position { line: marker.line(), column: marker.col() + 1 }
}

struct YamlReader {
    documents: Vec<Node>,
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    nodes: usize,
    text: usize,
}

/// A list or map whose end was not read yet.
struct Open {
    at: Position,
    anchor: usize,
    is_map: bool,
    items: Vec<Node>,
    entries: Vec<(Name, Node)>,
    names: HashSet<String>,
    name: Option<Name>,
}

impl YamlReader {
    fn take(&mut self, event: Event<'_>, at: Position) -> Result<(), Malformed> {
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let quoted = style != ScalarStyle::Plain;
                self.put(Node { at, content: Content::Scalar { text: text.into_owned(), quoted } }, anchor)
            }
            Event::SequenceStart(_, anchor, _) => self.open(at, anchor, false),
            Event::MappingStart(_, anchor, _) => self.open(at, anchor, true),
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(Open { at, anchor, is_map: true, entries, .. }) => {
                    self.put(Node { at, content: Content::Map(entries) }, anchor)
                }
                Some(Open { at, anchor, items, .. }) => {
                    self.put(Node { at, content: Content::List(items) }, anchor)
                }
                None => Ok(()),
            },
            Event::Alias(anchor) => match self.anchors.get(&anchor).cloned() {
                Some(node) => {
                    self.count(&node, at)?;
                    self.put(node, 0)
                }
                None => Err(Malformed { at, message: "an alias of what is not complete yet".to_owned() }),
            },
            _ => Ok(()),
        }
    }

    fn open(&mut self, at: Position, anchor: usize, is_map: bool) -> Result<(), Malformed> {
        if self.open.len() == MAX_DEPTH {
            return Err(Malformed { at, message: format!("nested more than {MAX_DEPTH} deep") });
        }
        let (items, entries, names) = (Vec::new(), Vec::new(), HashSet::new());
        self.open.push(Open { at, anchor, is_map, items, entries, names, name: None });
        Ok(())
    }

    fn put(&mut self, node: Node, anchor: usize) -> Result<(), Malformed> {
        self.count_one(&node, node.at)?;
        if anchor > 0 {
            // What is kept for an alias takes as much as what is there.
            self.count(&node, node.at)?;
            self.anchors.insert(anchor, node.clone());
        }
        let Some(open) = self.open.last_mut() else {
            self.documents.push(node);
            return Ok(());
        };
        if !open.is_map {
            open.items.push(node);
            return Ok(());
        }
        let Some(name) = open.name.take() else {
            let at = node.at;
            let Content::Scalar { text, .. } = node.content else {
                return Err(Malformed { at, message: "a name that is no text".to_owned() });
            };
            open.name = Some(Name { text, at });
            return Ok(());
        };
        if !open.names.insert(name.text.clone()) {
            let message = format!("`{}` stands twice in one map", name.text);
            return Err(Malformed { at: name.at, message });
        }
        open.entries.push((name, node));
        Ok(())
    }

    /// Counts a value with everything in it.
    fn count(&mut self, node: &Node, at: Position) -> Result<(), Malformed> {
        let mut counted = Ok(());
        node.walk(&mut |node| {
            if counted.is_ok() {
                counted = self.count_one(node, at);
            }
        });
        counted
    }

    fn count_one(&mut self, node: &Node, at: Position) -> Result<(), Malformed> {
        self.nodes += 1;
        self.text += node.scalar().map_or(0, |(text, _)| text.len());
        if self.nodes > MAX_NODES {
            return Err(Malformed { at, message: format!("more than {MAX_NODES} values") });
        }
        if self.text > MAX_TEXT {
            return Err(Malformed { at, message: format!("more than {} MiB of text", MAX_TEXT >> 20) });
        }
        Ok(())
    }
}

/// The table of a TOML file.
pub(super) fn read_toml(text: &str) -> Result<Node, Malformed> {
    let table = DeTable::parse(text).map_err(|error| Malformed {
        at: position_of(text, error.span().map_or(0, |span| span.start)),
        message: error.message().to_owned(),
    })?;
    Ok(of_table(&Places::of(text), table.span().start, table.get_ref()))
}

/// Why a file is not the data that its name says; nothing for a file of any other name.
pub(crate) fn malformed(path: &str, text: &str) -> Option<String> {
    let told = |Malformed { at, message }| format!("line {}, column {}: {message}", at.line, at.column);
    match path.rsplit_once('.')?.1 {
        "yml" | "yaml" => read_yaml(text).err().map(told),
        "toml" => read_toml(text).err().map(told),
        "json" => serde_json::from_str::<IgnoredAny>(text).err().map(|error| error.to_string()),
        _ => None,
    }
}

fn of_table(places: &Places<'_>, start: usize, table: &DeTable<'_>) -> Node {
    let entries = table.iter().map(|(key, value)| {
        let name = Name { text: key.get_ref().to_string(), at: place(places, key.span().start) };
        (name, of_value(places, value))
    });
    Node { at: place(places, start), content: Content::Map(entries.collect()) }
}

fn of_value(places: &Places<'_>, value: &Spanned<DeValue<'_>>) -> Node {
    let start = value.span().start;
    let plain = |text: String| Content::Scalar { text, quoted: false };
    let content = match value.get_ref() {
        DeValue::String(string) => Content::Scalar { text: string.to_string(), quoted: true },
        DeValue::Integer(integer) => plain(integer.to_string()),
        DeValue::Float(float) => plain(float.to_string()),
        DeValue::Boolean(flag) => plain(flag.to_string()),
        DeValue::Datetime(time) => plain(time.to_string()),
        DeValue::Array(items) => Content::List(items.iter().map(|item| of_value(places, item)).collect()),
        DeValue::Table(table) => return of_table(places, start, table),
    };
    Node { at: place(places, start), content }
}

/// The place of one of many bytes.
pub(super) fn place(places: &Places<'_>, byte: usize) -> Position {
    let (line, column) = places.position(byte);
    Position { line, column }
}

/// The place of a byte.
pub(super) fn position_of(text: &str, byte: usize) -> Position {
    let (line, column) = position(text, byte);
    Position { line, column }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: usize, column: usize) -> Position {
        Position { line, column }
    }

    #[test]
    fn yaml_keeps_the_place_of_every_value() {
        let documents = read_yaml("a: 1\nb:\n  - x: 'two'\n---\n{\"c\": [true, null]}\n").unwrap();
        assert_eq!(documents[0].at("a").unwrap().at, at(1, 4));
        let item = &documents[0].items_at("b")[0];
        assert_eq!((item.text_at("x"), item.at("x").unwrap().at), (Some("two"), at(3, 8)));
        let list = documents[1].items_at("c");
        assert!(list[0].is_true());
        assert_eq!(list[1].text(), None);
        assert_eq!(list[0].at, at(5, 8));
    }

    #[test]
    fn toml_keeps_the_place_of_every_value() {
        let table = read_toml("[[slo]]\nname = \"a\"\nobjective = 99.9\n").unwrap();
        let slo = &table.items_at("slo")[0];
        assert_eq!(slo.at("objective").unwrap().number(), Some(99.9));
        assert_eq!(slo.at("objective").unwrap().at, at(3, 13));
    }

    #[test]
    fn what_is_malformed_is_told_with_its_place() {
        assert_eq!(read_yaml("a: 1\nb: [\n").unwrap_err().at.line, 2);
        assert_eq!(read_yaml("a: 1\na: 2\n").unwrap_err().message, "`a` stands twice in one map");
        assert_eq!(read_toml("a = 1\nb = \n").unwrap_err().at.line, 2);
    }

    #[test]
    fn what_is_long_is_read_in_a_time_that_grows_with_it() {
        // Of this thread alone, however busy the machine is.
        let started = cpu_time::ThreadTime::now();
        let numbers = "1, ".repeat(100_000);
        read_toml(&format!("a = [{numbers}]\n")).unwrap();
        let names = (0..30_000).map(|name| format!("n{name}: 1\n")).collect::<Vec<_>>().concat();
        read_yaml(&names).unwrap();
        assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    }

    #[test]
    fn neither_aliases_nor_anchors_can_multiply_a_long_text() {
        let long = "x".repeat(1 << 20);
        let aliases = "*a, ".repeat(1000);
        assert!(read_yaml(&format!("a: &a {long}\nb: [{aliases}]\n")).unwrap_err().message.contains("MiB"));
        let anchors = (0..60).map(|level| format!("&a{level} [")).collect::<Vec<_>>().concat();
        let nested = format!("{anchors}{}{}", "x, ".repeat(20_000), "]".repeat(60));
        assert!(read_yaml(&nested).unwrap_err().message.contains("values"));
    }

    #[test]
    fn aliases_cannot_multiply_a_file_without_end() {
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..10 {
            let below = vec![format!("*a{}", level - 1); 10].join(", ");
            bomb.extend([format!("a{level}: &a{level} [{below}]\n")]);
        }
        assert!(read_yaml(&bomb).unwrap_err().message.contains("more than"));
        assert!(read_yaml(&("[".repeat(100) + &"]".repeat(100))).unwrap_err().message.contains("deep"));
    }
}
