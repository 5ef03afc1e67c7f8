//! TOML with positions.

use std::borrow::Cow;
use std::ops::Range;

use ::toml::de::DeTable;
use toml_parser::decoder::ScalarKind;
use toml_parser::parser::{Event, EventKind, RecursionGuard, parse_document};
use toml_parser::{ParseError, Source};

use super::layout::{Layout, Syntax};
use super::node::{Content, File, Item, Kind, MAX_DEPTH, MAX_NODES, Node, Scalar, Shape};

/// More tables than any file of ours has.
const MAX_SECTIONS: usize = 10_000;

/// The data of a TOML file; none where it is malformed.
pub(super) fn read(text: &str) -> Option<File> {
    // The events below do not say whether a table is defined twice.
    DeTable::parse(text).ok()?;
    let layout = Layout { text, syntax: Syntax::Hash };
    let source = Source::new(text);
    let mut events: Vec<Event> = Vec::new();
    let mut errors: Vec<ParseError> = Vec::new();
    let depth = u32::try_from(MAX_DEPTH).ok()?;
    parse_document(&source.lex().into_vec(), &mut RecursionGuard::new(&mut events, depth), &mut errors);
    if !errors.is_empty() || events.len() > 8 * MAX_NODES {
        return None;
    }
    events.retain(|event| {
        !matches!(event.kind(), EventKind::Whitespace | EventKind::Newline | EventKind::Comment)
    });
    let reader = Reader { layout, source, events: &events, at: 0, cursor: 0 };
    let (root, end) = reader.document()?;
    let rest = layout.skip(end);
    if rest.to != text.len() {
        return None;
    }
    let shape = Shape::Document;
    let mut document = Item { own_line: true, end, value: root, shape, ..Item::default() };
    document.parts.push(0..text.len());
    document.value.foot = layout.words(&rest.comments);
    document.value.foot_at = if end == 0 { 0 } else { layout.next_line(end) }..text.len();
    Some(File::new(text, vec![document]))
}

struct Reader<'t> {
    layout: Layout<'t>,
    source: Source<'t>,
    /// Without white space and comments: the layout finds those.
    events: &'t [Event],
    at: usize,
    /// The end of what was read last, the comment behind it included.
    cursor: usize,
}

/// A header and what stands below it.
struct Section {
    path: Vec<String>,
    array: bool,
    header: Item,
    body: Node,
}

impl<'t> Reader<'t> {
    /// The table of the whole file, and where its last line ends.
    fn document(mut self) -> Option<(Node, usize)> {
        let mut root = Node::default();
        let mut sections: Vec<Section> = Vec::new();
        while let Some(event) = self.events.get(self.at) {
            match event.kind() {
                EventKind::StdTableOpen => sections.push(self.header(false)?),
                EventKind::ArrayTableOpen => sections.push(self.header(true)?),
                EventKind::SimpleKey => {
                    let (path, item) = self.line()?;
                    let body = sections.last_mut().map_or(&mut root, |section| &mut section.body);
                    put(body, &path, item)?;
                }
                _ => return None,
            }
        }
        if sections.len() > MAX_SECTIONS {
            return None;
        }
        for section in sections {
            attach(&mut root, section)?;
        }
        Some((root, self.cursor))
    }

    fn header(&mut self, array: bool) -> Option<Section> {
        let mut header = Item { shape: Shape::Section, ..Item::default() };
        self.begin(&mut header)?;
        self.at += 1;
        let path = self.keys()?;
        let close = self.next()?;
        if !matches!(close.kind(), EventKind::StdTableClose | EventKind::ArrayTableClose) {
            return None;
        }
        header.after = close.span().end();
        self.end(&mut header, close.span().end())?;
        Some(Section { path, array, header, body: Node::default() })
    }

    /// One `key = value`, and the key's parts.
    fn line(&mut self) -> Option<(Vec<String>, Item)> {
        let mut item = Item::default();
        self.begin(&mut item)?;
        let path = self.keys()?;
        let separator = self.next()?;
        if separator.kind() != EventKind::KeyValSep {
            return None;
        }
        item.after = separator.span().end();
        item.value = self.value()?;
        self.layout.flow(&mut item.value)?;
        let end = item.value.span.end;
        self.end(&mut item, end)?;
        Some((path, item))
    }

    fn begin(&self, item: &mut Item) -> Option<()> {
        let start = self.events.get(self.at)?.span().start();
        let skipped = self.layout.skip(self.cursor);
        self.layout.lead(item, self.cursor, &skipped, start);
        (skipped.to == start && item.own_line).then_some(())
    }

    fn end(&mut self, item: &mut Item, from: usize) -> Option<()> {
        item.end = self.layout.note_trail(item, from);
        self.cursor = item.end;
        item.parts.push(item.gap.start..self.layout.next_line(item.end));
        self.layout.is_last_on_its_line(item.end).then_some(())
    }

    fn keys(&mut self) -> Option<Vec<String>> {
        let mut path = Vec::new();
        loop {
            let key = self.next()?;
            if key.kind() != EventKind::SimpleKey {
                return None;
            }
            let mut name = Cow::Borrowed("");
            let raw = self.source.get(key)?;
            raw.decode_key(&mut name, &mut ());
            path.push(name.into_owned());
            if path.len() > MAX_DEPTH {
                return None;
            }
            if self.events.get(self.at)?.kind() != EventKind::KeySep {
                return Some(path);
            }
            self.at += 1;
        }
    }

    fn value(&mut self) -> Option<Node> {
        let event = self.next()?;
        let start = event.span().start();
        match event.kind() {
            EventKind::Scalar => {
                let mut text = Cow::Borrowed("");
                let raw = self.source.get(event)?;
                let scalar = match raw.decode_scalar(&mut text, &mut ()) {
                    ScalarKind::String => Scalar { text: text.into_owned(), kind: Kind::Text },
                    _ => Scalar { text: raw.as_str().to_owned(), kind: Kind::Literal },
                };
                let span = start..event.span().end();
                Some(Node { span, content: Content::Scalar(scalar), ..Node::default() })
            }
            EventKind::ArrayOpen => self.array(start),
            EventKind::InlineTableOpen => self.inline_table(start),
            _ => None,
        }
    }

    fn array(&mut self, start: usize) -> Option<Node> {
        let mut items = Vec::new();
        loop {
            let event = self.events.get(self.at)?;
            match event.kind() {
                EventKind::ValueSep => self.at += 1,
                EventKind::ArrayClose => {
                    self.at += 1;
                    let span = start..event.span().end();
                    return Some(Node { span, content: Content::List(items), flow: true, ..Node::default() });
                }
                _ => {
                    let value = self.value()?;
                    let start = value.span.start;
                    items.push(Item { start, after: start, value, shape: Shape::Flow, ..Item::default() });
                }
            }
        }
    }

    fn inline_table(&mut self, start: usize) -> Option<Node> {
        let mut items: Vec<Item> = Vec::new();
        let mut dotted = false;
        loop {
            let event = self.events.get(self.at)?;
            match event.kind() {
                EventKind::ValueSep => self.at += 1,
                EventKind::InlineTableClose => {
                    self.at += 1;
                    let span = start..event.span().end();
                    if dotted {
                        let spelled = self.layout.text.get(span.clone())?.to_owned();
                        return Some(Node { span, content: Content::Opaque(spelled), ..Node::default() });
                    }
                    return Some(Node { span, content: Content::Map(items), flow: true, ..Node::default() });
                }
                _ => {
                    let start = event.span().start();
                    let mut path = self.keys()?;
                    dotted |= path.len() > 1;
                    let separator = self.next()?;
                    let after = separator.span().end();
                    let value = self.value()?;
                    let name = path.pop()?;
                    items.push(Item { name, start, after, value, shape: Shape::Flow, ..Item::default() });
                }
            }
        }
    }

    fn next(&mut self) -> Option<&'t Event> {
        self.at += 1;
        self.events.get(self.at - 1)
    }
}

/// Puts a line into the table that its dotted key names.
fn put(table: &mut Node, path: &[String], mut item: Item) -> Option<()> {
    let (last, above) = path.split_last()?;
    let mut table = table;
    for name in above {
        let within = find(table, name)?;
        extend(within, item.parts.first()?.clone(), item.start, item.end);
        table = &mut within.value;
    }
    item.name.clone_from(last);
    let Content::Map(items) = &mut table.content else { return None };
    items.push(item);
    Some(())
}

/// Puts a section where its header says.
fn attach(root: &mut Node, section: Section) -> Option<()> {
    let Section { path, array, mut header, body } = section;
    let (last, above) = path.split_last()?;
    let body_end = body.items().iter().flat_map(|item| &item.parts).map(|part| part.end).max();
    let header_part = header.parts.pop()?;
    let part = header_part.start..body_end.unwrap_or(header_part.end);
    let end = body.items().iter().map(|item| item.end).max().unwrap_or(header.end);
    let mut table = root;
    for name in above {
        let within = find(table, name)?;
        within.shape = Shape::Section;
        extend(within, part.clone(), header.start, end);
        table = latest(within, &part, header.start, end)?;
    }
    let within = find(table, last)?;
    within.shape = Shape::Section;
    extend(within, part.clone(), header.start, end);
    if array {
        if within.value.items().is_empty() {
            within.value.content = Content::List(Vec::new());
        }
        let Content::List(items) = &mut within.value.content else { return None };
        header.parts = vec![part];
        header.end = end;
        header.value = body;
        items.push(header);
    } else {
        // What a longer header said before stays, such as `[a.b]` before `[a]`.
        within.gap = header.gap;
        within.lead = header.lead;
        within.trail = header.trail;
        within.trail_at = header.trail_at;
        within.start = header.start;
        within.after = header.after;
        let (Content::Map(items), Content::Map(more)) = (&mut within.value.content, body.content) else {
            return None;
        };
        items.extend(more);
    }
    Some(())
}

/// The table below an entry; of a list of tables, the last one.
fn latest<'n>(within: &'n mut Item, part: &Range<usize>, start: usize, end: usize) -> Option<&'n mut Node> {
    if matches!(within.value.content, Content::List(_)) {
        let Content::List(items) = &mut within.value.content else { return None };
        let last = items.last_mut()?;
        extend(last, part.clone(), start, end);
        return Some(&mut last.value);
    }
    Some(&mut within.value)
}

/// The entry of this name, made where it is missing.
fn find<'n>(table: &'n mut Node, name: &str) -> Option<&'n mut Item> {
    let Content::Map(items) = &mut table.content else { return None };
    let place = items.iter().rposition(|item| item.name == name).unwrap_or_else(|| {
        items.push(Item { name: name.to_owned(), own_line: true, ..Item::default() });
        items.len() - 1
    });
    items.get_mut(place)
}

/// Notes that an entry has these lines too.
fn extend(item: &mut Item, part: Range<usize>, start: usize, end: usize) {
    match item.parts.last_mut() {
        Some(last) if last.end == part.start => last.end = part.end,
        Some(last) if last.end >= part.end => {}
        Some(_) => item.parts.push(part),
        None => {
            item.start = start;
            item.gap = part.start..part.start;
            item.parts.push(part);
        }
    }
    item.end = item.end.max(end);
}
