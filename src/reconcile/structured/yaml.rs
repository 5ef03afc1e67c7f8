//! YAML with positions.

use std::collections::HashSet;
use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, StructureStyle};

use super::layout::{Layout, Syntax};
use super::node::{Content, File, Item, Kind, MAX_DEPTH, MAX_NODES, Node, Scalar, Shape};

/// The documents of a YAML file; none where it is malformed, or written in a way that is not understood.
pub(super) fn read(text: &str) -> Option<File> {
    let layout = Layout { text, syntax: Syntax::Hash };
    let raw = raw_documents(text)?;
    let starts: Vec<usize> = raw.iter().map(|document| document.start).collect();
    let mut items = Vec::new();
    for (index, document) in raw.into_iter().enumerate() {
        let begin = if index == 0 { 0 } else { starts[index] };
        let end = starts.get(index + 1).copied().unwrap_or(text.len());
        items.push(of_document(layout, document, begin..end)?);
    }
    Some(File::new(text, items))
}

fn of_document(layout: Layout<'_>, document: RawDocument, region: Range<usize>) -> Option<Item> {
    let shape = Shape::Document;
    let mut item = Item { parts: vec![region.clone()], own_line: true, shape, ..Item::default() };
    let mut cursor = region.start;
    if document.explicit {
        let skipped = layout.skip(cursor);
        if skipped.to != document.start {
            return None;
        }
        layout.lead(&mut item, cursor, &skipped, document.start);
        item.after = document.start + 3;
        let after = item.after;
        cursor = layout.note_trail(&mut item, after);
    }
    let raw = document.root?;
    if raw.opaque || raw.is_leaf() || matches!(raw.content, RawContent::Flow(..)) {
        let content = Content::Opaque(layout.text[region.clone()].trim().to_owned());
        item.value = Node { span: region.clone(), content, ..Node::default() };
        item.end = region.end;
        return Some(item);
    }
    let (mut node, end) = Placer { layout }.block(raw, cursor)?;
    let rest = layout.skip(end);
    if rest.to < region.end {
        return None;
    }
    let foot: Vec<_> = rest.comments.into_iter().filter(|comment| comment.start < region.end).collect();
    node.foot = layout.words(&foot);
    node.foot_at = layout.next_line(end).min(region.end)..region.end;
    item.end = end;
    item.value = node;
    Some(item)
}

struct RawDocument {
    start: usize,
    explicit: bool,
    root: Option<Raw>,
}

/// A value as the parser tells it.
struct Raw {
    span: Range<usize>,
    opaque: bool,
    content: RawContent,
}

enum RawContent {
    Alias,
    Scalar(String, ScalarStyle),
    /// Names and values alternate in a map.
    Block(bool, Vec<Raw>),
    Flow(bool, Vec<Raw>),
}

impl Raw {
    fn is_leaf(&self) -> bool {
        matches!(self.content, RawContent::Alias | RawContent::Scalar(..))
    }
}

fn raw_documents(text: &str) -> Option<Vec<RawDocument>> {
    let mut documents: Vec<RawDocument> = Vec::new();
    let mut open: Vec<Raw> = Vec::new();
    let mut nodes = 0;
    for next in Parser::new_from_str(text) {
        let (event, span) = next.ok()?;
        let span = span.byte_range()?;
        let complete = match event {
            Event::DocumentStart(explicit, version) => {
                if version.is_some() {
                    return None;
                }
                documents.push(RawDocument { start: span.start, explicit, root: None });
                continue;
            }
            Event::DocumentEnd if text.get(span.clone())? == "..." => return None,
            Event::Scalar(value, style, anchor, tag) => {
                let opaque = anchor > 0 || tag.is_some();
                Raw { span, opaque, content: RawContent::Scalar(value.into_owned(), style) }
            }
            Event::Alias(_) => Raw { span, opaque: true, content: RawContent::Alias },
            Event::SequenceStart(style, anchor, tag) => {
                let content = container(style, false);
                open.push(Raw { span, opaque: anchor > 0 || tag.is_some(), content });
                continue;
            }
            Event::MappingStart(style, anchor, tag) => {
                let content = container(style, true);
                open.push(Raw { span, opaque: anchor > 0 || tag.is_some(), content });
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let mut ended = open.pop()?;
                ended.span.end = span.end;
                ended
            }
            _ => continue,
        };
        nodes += 1;
        if open.len() > MAX_DEPTH || nodes > MAX_NODES {
            return None;
        }
        match open.last_mut() {
            None => documents.last_mut()?.root = Some(complete),
            Some(Raw { content: RawContent::Block(_, parts) | RawContent::Flow(_, parts), .. }) => {
                parts.push(complete);
            }
            Some(_) => return None,
        }
    }
    Some(documents)
}

fn container(style: StructureStyle, map: bool) -> RawContent {
    match style {
        StructureStyle::Flow => RawContent::Flow(map, Vec::new()),
        StructureStyle::Block => RawContent::Block(map, Vec::new()),
    }
}

/// Finds where each value stands among comments and indicators.
struct Placer<'t> {
    layout: Layout<'t>,
}

impl Placer<'_> {
    /// A block of lines, and where it ends.
    fn block(&self, raw: Raw, mut cursor: usize) -> Option<(Node, usize)> {
        let RawContent::Block(is_map, parts) = raw.content else { return None };
        let mut names = HashSet::new();
        let mut items: Vec<Item> = Vec::new();
        let mut parts = parts.into_iter();
        while let Some(first) = parts.next() {
            let skipped = self.layout.skip(cursor);
            let mut item = Item::default();
            self.layout.lead(&mut item, cursor, &skipped, skipped.to);
            let value = if is_map {
                (item.name, item.after) = self.name(&first, skipped.to)?;
                parts.next()?
            } else {
                if !self.layout.text[skipped.to..].starts_with('-') {
                    return None;
                }
                item.after = skipped.to + 1;
                first
            };
            if is_map && !names.insert(item.name.clone()) {
                return None;
            }
            self.value(value, &mut item)?;
            // `- name: x`: what stands on the line of the dash has no line of its own.
            let begin = if item.own_line { item.gap.start } else { item.start };
            item.parts.push(begin..self.layout.next_line(item.end));
            cursor = item.end;
            if !self.layout.is_last_on_its_line(cursor) {
                return None;
            }
            items.push(item);
        }
        let span = items.first()?.start..items.last()?.end;
        let content = if is_map { Content::Map(items) } else { Content::List(items) };
        Some((Node { span, content, ..Node::default() }, cursor))
    }

    /// The text of a name that stands at a place, and the place behind its colon.
    fn name(&self, raw: &Raw, at: usize) -> Option<(String, usize)> {
        let RawContent::Scalar(text, style) = &raw.content else { return None };
        let spelled = self.layout.text.get(raw.span.clone())?;
        if raw.opaque || raw.span.start != at || spelled.is_empty() || spelled.contains('\n') {
            return None;
        }
        if !matches!(style, ScalarStyle::Plain | ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted) {
            return None;
        }
        let rest = &self.layout.text[raw.span.end..];
        let colon = rest.trim_start_matches([' ', '\t']);
        let after = raw.span.end + rest.len() - colon.len() + 1;
        colon.starts_with(':').then(|| (text.clone(), after))
    }

    /// Reads the value behind an indicator into its item.
    fn value(&self, raw: Raw, item: &mut Item) -> Option<()> {
        if let RawContent::Block(..) = raw.content
            && !raw.opaque
        {
            let after = item.after;
            let cursor = self.layout.note_trail(item, after);
            (item.value, item.end) = self.block(raw, cursor)?;
            return Some(());
        }
        item.value = self.leaf_or_flow(raw, item.after)?;
        let end = item.value.span.end;
        item.end = self.layout.note_trail(item, end);
        Some(())
    }

    fn leaf_or_flow(&self, raw: Raw, after: usize) -> Option<Node> {
        let text = self.layout.text;
        let rest = text.get(after..)?;
        let begin = after + rest.len() - rest.trim_start().len();
        if raw.opaque {
            return self.opaque(begin..self.end_of(&raw)?);
        }
        match raw.content {
            RawContent::Scalar(value, ScalarStyle::Literal | ScalarStyle::Folded) => {
                self.lines(&value, begin, &raw.span)
            }
            RawContent::Scalar(value, style) => {
                if style == ScalarStyle::Plain && raw.span.is_empty() {
                    let content = Content::Scalar(Scalar { text: String::new(), kind: Kind::Literal });
                    return Some(Node { span: after..after, content, ..Node::default() });
                }
                let kind = match style {
                    ScalarStyle::Plain if is_literal(&value) => Kind::Literal,
                    _ => Kind::Text,
                };
                let content = Content::Scalar(Scalar { text: value, kind });
                (begin == raw.span.start).then(|| Node { span: raw.span, content, ..Node::default() })
            }
            RawContent::Flow(..) => {
                if begin != raw.span.start {
                    return None;
                }
                let mut node = self.flow(raw)?;
                self.layout.flow(&mut node)?;
                Some(node)
            }
            RawContent::Alias | RawContent::Block(..) => None,
        }
    }

    /// A scalar of several lines, its `|` or `>` included.
    fn lines(&self, value: &str, begin: usize, span: &Range<usize>) -> Option<Node> {
        let text = self.layout.text;
        let header_end = self.layout.line_end(begin);
        let header = &text[begin..header_end];
        let content_end = span.start + text.get(span.clone())?.trim_end().len();
        let end = self.layout.line_end(content_end.max(header_end));
        // With a comment, or where blank lines at the end count, its end is not the end of its text.
        if header.contains(['#', '+']) || value.trim().is_empty() {
            return self.opaque(begin..end);
        }
        let content = Content::Scalar(Scalar { text: value.to_owned(), kind: Kind::Text });
        Some(Node { span: begin..end, content, ..Node::default() })
    }

    fn opaque(&self, span: Range<usize>) -> Option<Node> {
        let spelled = self.layout.text.get(span.clone())?.to_owned();
        (!spelled.is_empty()).then(|| Node { span, content: Content::Opaque(spelled), ..Node::default() })
    }

    fn flow(&self, raw: Raw) -> Option<Node> {
        let text = self.layout.text;
        if raw.opaque {
            // The anchor or tag before it is not part of the span.
            return None;
        }
        let RawContent::Flow(is_map, parts) = raw.content else { return None };
        let bracket = if is_map { '{' } else { '[' };
        if !text.get(raw.span.clone())?.starts_with(bracket) {
            return None;
        }
        let mut names = HashSet::new();
        let mut items = Vec::new();
        let mut parts = parts.into_iter();
        while let Some(first) = parts.next() {
            let start = first.span.start;
            let mut item = Item { start, after: start, shape: Shape::Flow, ..Item::default() };
            let mut value = first;
            if is_map {
                (item.name, item.after) = self.name(&value, value.span.start)?;
                value = parts.next()?;
                if !names.insert(item.name.clone()) {
                    return None;
                }
            }
            item.value = if matches!(value.content, RawContent::Flow(..)) {
                self.flow(value)?
            } else {
                self.leaf_or_flow(value, item.after)?
            };
            items.push(item);
        }
        let content = if is_map { Content::Map(items) } else { Content::List(items) };
        Some(Node { span: raw.span, content, flow: true, ..Node::default() })
    }

    /// Where the text of a value ends.
    fn end_of(&self, raw: &Raw) -> Option<usize> {
        match &raw.content {
            RawContent::Block(_, parts) => self.end_of(parts.last()?),
            RawContent::Scalar(_, ScalarStyle::Literal | ScalarStyle::Folded) => {
                let spelled = self.layout.text.get(raw.span.clone())?.trim_end();
                Some(self.layout.line_end(raw.span.start + spelled.len()))
            }
            RawContent::Scalar(..) if raw.span.is_empty() => None,
            _ => Some(raw.span.end),
        }
    }
}

/// Whether a plain scalar is, or may be to some reader, a number, a truth value, a date or nothing.
fn is_literal(plain: &str) -> bool {
    const WORDS: [&str; 12] = ["~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", "=", "<<"];
    plain.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'))
        || WORDS.iter().any(|word| plain.eq_ignore_ascii_case(word))
}
