//! Carries edits out on the text of ours.
//!
//! Nothing here is trusted: the result is read again and compared with the merged data, so that what is written in a
//! way that was not thought of ends as a conflict, and not as a broken file.

mod block;
mod flow;

use std::borrow::Cow;
use std::ops::Range;

use super::Format;
use super::layout::{Layout, Syntax};
use super::node::{File, Item, Node, Shape};
use super::three_way::{Edit, Members, Take};

/// The text of ours with every edit carried out.
pub(super) fn apply(format: Format, ours: &File, theirs: &File, edits: &[Edit<'_>]) -> Option<String> {
    let syntax = if format == Format::Json { Syntax::Slashes } else { Syntax::Hash };
    let mut editor = Editor {
        format,
        ours: Layout { text: &ours.text, syntax },
        theirs: Layout { text: &theirs.text, syntax },
        changes: Vec::new(),
    };
    for edit in edits {
        match edit {
            Edit::Item { ours, theirs, take } => editor.item(ours, theirs, *take)?,
            Edit::Foot { ours, theirs } => editor.foot(ours, theirs),
            Edit::Members(members) => editor.members(members)?,
        }
    }
    editor.finish()
}

/// What comes first where several texts go to one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Value,
    Trail,
    Line,
    Section,
    /// Comments above an item, or at the end: below whatever is new before them.
    Above,
}

struct Change {
    range: Range<usize>,
    text: String,
    rank: Rank,
}

struct Editor<'t> {
    format: Format,
    ours: Layout<'t>,
    theirs: Layout<'t>,
    changes: Vec<Change>,
}

impl Editor<'_> {
    fn change(&mut self, range: Range<usize>, text: impl Into<String>, rank: Rank) {
        self.changes.push(Change { range, text: text.into(), rank });
    }

    fn finish(mut self) -> Option<String> {
        self.changes.sort_by_key(|change| (change.range.start, !change.range.is_empty(), change.rank));
        let mut result = String::with_capacity(self.ours.text.len());
        let mut at = 0;
        let mut removed_from = None;
        for change in &self.changes {
            let Range { start, end } = change.range;
            if start < at {
                // What is removed may be removed twice, or hold what is to be written anew: a comma goes with its
                // item and with its neighbour, a blank line with the comments below it.
                if !(change.text.is_empty() && removed_from.is_some() || removed_from == Some(start)) {
                    return None;
                }
            } else {
                result.push_str(self.ours.text.get(at..start)?);
                removed_from = change.text.is_empty().then_some(start);
            }
            result.push_str(&change.text);
            at = at.max(end);
        }
        result.push_str(self.ours.text.get(at..)?);
        Some(result)
    }

    fn item(&mut self, ours: &Item, theirs: &Item, take: Take) -> Option<()> {
        if take.value && self.value(ours, theirs, take)? {
            return Some(());
        }
        if take.trail {
            let text = self.theirs.text[theirs.trail_at.clone()].to_owned();
            self.change(ours.trail_at.clone(), text, Rank::Trail);
        }
        if take.lead {
            if !ours.own_line || !theirs.own_line {
                return None;
            }
            let gap = &self.theirs.text[theirs.gap.clone()];
            let (from, to) = (self.theirs.indent(theirs.start), self.ours.indent(ours.start));
            let text = if ours.shape == Shape::Document {
                gap.to_owned()
            } else {
                self.reindent(gap, from, to, true)?
            };
            self.change(ours.gap.clone(), text, Rank::Above);
        }
        Some(())
    }

    /// Takes theirs' value. True where that brought the comments of the item too.
    fn value(&mut self, ours: &Item, theirs: &Item, take: Take) -> Option<bool> {
        let lead_is_theirs = take.lead || ours.lead == theirs.lead;
        let trail_is_theirs = take.trail || ours.trail == theirs.trail;
        let block = ours.value.is_block() || theirs.value.is_block();
        if ours.shape == Shape::Document {
            let (our_range, their_range) = if self.format == Format::Json {
                (ours.value.span.clone(), theirs.value.span.clone())
            } else {
                (body(self.ours, ours)?, body(self.theirs, theirs)?)
            };
            let text = self.theirs.text[their_range].to_owned();
            self.change(our_range, text, Rank::Value);
            return Some(false);
        }
        if self.format == Format::Toml && block {
            if !lead_is_theirs || !trail_is_theirs || ours.shape != theirs.shape || ours.shape == Shape::Flow
            {
                return None;
            }
            let text = self.parts(theirs);
            let (first, rest) = ours.parts.split_first()?;
            self.change(first.clone(), text, Rank::Value);
            for part in rest {
                self.change(part.clone(), "", Rank::Value);
            }
            return Some(true);
        }
        let (from, to) = self.columns(theirs, ours);
        if block {
            if ours.shape != Shape::Line || theirs.shape != Shape::Line {
                return None;
            }
            // The comment stands behind the name of a block, and behind any other value.
            let trail = if take.trail {
                &self.theirs.text[theirs.trail_at.clone()]
            } else {
                &self.ours.text[ours.trail_at.clone()]
            };
            let (before, after) = if theirs.value.is_block() {
                (theirs.trail_at.end..theirs.trail_at.end, theirs.trail_at.end..theirs.end)
            } else {
                (theirs.after..theirs.value.span.end, theirs.end..theirs.end)
            };
            let [before, after] =
                [before, after].map(|range| self.reindent(&self.theirs.text[range], &from, &to, false));
            let text = format!("{}{trail}{}", before?, after?);
            self.change(ours.after..ours.end, text, Rank::Value);
            // The comment behind the value is part of what was replaced; the ones above are not.
            return self.item(ours, theirs, Take { value: false, trail: false, ..take }).map(|()| true);
        }
        let (our_span, their_span) = (ours.value.span.clone(), theirs.value.span.clone());
        if our_span.is_empty() || their_span.is_empty() {
            let text = self.reindent(&self.theirs.text[theirs.after..their_span.end], &from, &to, false)?;
            self.change(ours.after..our_span.end, text, Rank::Value);
        } else {
            let text = self.reindent(&self.theirs.text[their_span], &from, &to, false)?;
            self.change(our_span, text, Rank::Value);
        }
        Some(false)
    }

    fn foot(&mut self, ours: &Node, theirs: &Node) {
        let text = self.theirs.text[theirs.foot_at.clone()].to_owned();
        self.change(ours.foot_at.clone(), text, Rank::Above);
    }

    fn members(&mut self, members: &Members<'_>) -> Option<()> {
        let container = &members.owner.value;
        if container.flow {
            self.flow(members)
        } else if container.items().iter().any(|item| item.shape == Shape::Document) {
            self.documents(members)
        } else if self.format == Format::Toml {
            self.tables(members)
        } else {
            self.lines(members)
        }
    }

    /// The lines of an item of theirs, its comments included.
    fn parts(&self, item: &Item) -> String {
        item.parts.iter().map(|part| &self.theirs.text[part.clone()]).collect()
    }

    /// The indentation that the further lines of an item's value are relative to, in theirs and in ours.
    fn columns(&self, theirs: &Item, ours: &Item) -> (String, String) {
        if self.format == Format::Yaml && ours.shape == Shape::Line && theirs.shape == Shape::Line {
            let column =
                |layout: Layout<'_>, item: &Item| " ".repeat(item.start - layout.line_start(item.start));
            return (column(self.theirs, theirs), column(self.ours, ours));
        }
        (self.theirs.indent(theirs.start).to_owned(), self.ours.indent(ours.start).to_owned())
    }

    /// Moves lines of theirs to the indentation of ours.
    fn reindent(&self, text: &str, from: &str, to: &str, first: bool) -> Option<String> {
        let units =
            (self.format == Format::Json).then(|| Some((self.theirs.unit()?, self.ours.unit()?))).flatten();
        let same = from == to && units.is_none_or(|(theirs, ours)| theirs == ours);
        // The lines of a long string are its value.
        let strings = self.format == Format::Toml && (text.contains("\"\"\"") || text.contains("'''"));
        if same || strings {
            return Some(text.to_owned());
        }
        let mut result = String::with_capacity(text.len());
        for (index, line) in text.split_inclusive('\n').enumerate() {
            if (index == 0 && !first) || line.trim().is_empty() {
                result.push_str(line);
                continue;
            }
            if let Some(rest) = line.strip_prefix(from) {
                result.push_str(to);
                result.push_str(&in_units(rest, units));
            } else if self.format != Format::Yaml || line.trim_start().starts_with('#') {
                result.extend([to, line.trim_start()]);
            } else {
                return None;
            }
        }
        Some(result)
    }
}

impl<'t> Layout<'t> {
    /// One level of indentation.
    fn unit(self) -> Option<&'t str> {
        self.text.lines().map(leading).find(|indent| !indent.is_empty())
    }

    /// The white space that begins the line of a byte.
    fn indent(self, at: usize) -> &'t str {
        leading(&self.text[self.line_start(at)..])
    }
}

fn leading(line: &str) -> &str {
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// A line whose levels of indentation are written as ours are.
fn in_units<'t>(line: &'t str, units: Option<(&str, &str)>) -> Cow<'t, str> {
    let Some((theirs, ours)) = units else { return Cow::Borrowed(line) };
    let indent = leading(line);
    let levels = indent.len() / theirs.len();
    if indent != theirs.repeat(levels) {
        return Cow::Borrowed(line);
    }
    Cow::Owned(ours.repeat(levels) + &line[indent.len()..])
}

/// What a YAML document says, without the line that begins it.
fn body(layout: Layout<'_>, item: &Item) -> Option<Range<usize>> {
    let part = item.parts.first()?;
    let explicit = layout.text[item.start..].starts_with("---");
    Some(if explicit { layout.next_line(item.after) } else { part.start }..part.end)
}
