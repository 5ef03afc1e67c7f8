//! Where the comments, commas and lines of parsed data are.
//!
//! A comment on a line of its own belongs to the next item that begins on a line of its own; a comment behind a value
//! belongs to that value. Comments behind the last item are the foot of the document or of the brackets.

use std::ops::Range;

use super::node::{Content, Item, Node};

/// How a comment looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Syntax {
    /// `# to the end of the line`
    Hash,
    /// `// to the end of the line` and `/* up to */`
    Slashes,
}

/// A text and how its comments look.
#[derive(Clone, Copy)]
pub(super) struct Layout<'t> {
    pub(super) text: &'t str,
    pub(super) syntax: Syntax,
}

/// What was skipped before something that counts.
#[derive(Default)]
pub(super) struct Skipped {
    /// Where what counts begins.
    pub(super) to: usize,
    pub(super) comments: Vec<Range<usize>>,
}

impl Layout<'_> {
    pub(super) fn line_start(self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |end| end + 1)
    }

    /// Where the line of a byte ends, before its line end.
    pub(super) fn line_end(self, at: usize) -> usize {
        self.text[at..].find('\n').map_or(self.text.len(), |end| at + end)
    }

    /// Where the next line begins.
    pub(super) fn next_line(self, at: usize) -> usize {
        (self.line_end(at) + 1).min(self.text.len())
    }

    pub(super) fn is_first_on_its_line(self, at: usize) -> bool {
        let before = self.text[..at].trim_end_matches([' ', '\t']);
        before.is_empty() || before.ends_with('\n')
    }

    pub(super) fn is_last_on_its_line(self, at: usize) -> bool {
        self.text[at..self.line_end(at)].trim().is_empty()
    }

    fn comment_at(self, at: usize) -> Option<Range<usize>> {
        let rest = &self.text[at..];
        match self.syntax {
            Syntax::Hash => {
                let begins =
                    rest.starts_with('#') && !self.text[..at].ends_with(|c: char| !c.is_whitespace());
                let in_flow = rest.starts_with('#') && self.text[..at].ends_with([',', '[', '{', ']', '}']);
                (begins || in_flow).then(|| at..self.line_end(at))
            }
            Syntax::Slashes if rest.starts_with("//") => Some(at..self.line_end(at)),
            Syntax::Slashes => rest.strip_prefix("/*")?.find("*/").map(|end| at..at + end + 4),
        }
    }

    /// Skips white space and comments.
    pub(super) fn skip(self, from: usize) -> Skipped {
        let mut skipped = Skipped { to: from, comments: Vec::new() };
        loop {
            let rest = &self.text[skipped.to..];
            skipped.to += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
            let Some(comment) = self.comment_at(skipped.to) else { return skipped };
            skipped.to = comment.end;
            skipped.comments.push(comment);
        }
    }

    /// The comment that follows on the same line, with the spaces before it.
    pub(super) fn trail(self, from: usize) -> Option<Range<usize>> {
        let rest = &self.text[from..];
        let at = from + rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let comment = self.comment_at(at)?;
        // A block comment with something behind it describes what follows.
        self.is_last_on_its_line(comment.end).then_some(from..comment.end)
    }

    pub(super) fn words(self, comments: &[Range<usize>]) -> Vec<String> {
        let lines = comments.iter().flat_map(|comment| self.text[comment.clone()].lines());
        lines.map(|line| line.trim().to_owned()).collect()
    }

    /// Notes what stands before an item that begins at `at`; `cursor` is the end of what stands before.
    pub(super) fn lead(self, item: &mut Item, cursor: usize, skipped: &Skipped, at: usize) {
        item.start = at;
        item.lead = self.words(&skipped.comments);
        item.own_line = self.is_first_on_its_line(at);
        let begin = match cursor {
            0 => 0,
            _ if !self.text[cursor..at].contains('\n') => at,
            _ => self.next_line(cursor),
        };
        let end = if item.own_line { self.line_start(at) } else { at };
        item.gap = begin.min(end)..end;
    }

    /// Notes the comment behind a value and returns where it ends.
    pub(super) fn note_trail(self, item: &mut Item, from: usize) -> usize {
        item.trail_at = self.trail(from).unwrap_or(from..from);
        item.trail = Some(self.text[item.trail_at.clone()].trim().to_owned()).filter(|text| !text.is_empty());
        item.trail_at.end
    }

    /// Notes the layout of what stands between brackets, down to the leaves. None where it is not understood.
    pub(super) fn flow(self, node: &mut Node) -> Option<()> {
        if !node.flow {
            return Some(());
        }
        let is_map = matches!(node.content, Content::Map(_));
        let closing = node.span.end.checked_sub(1)?;
        let mut cursor = node.span.start + 1;
        for item in node.items_mut() {
            // What stands behind the bracket on its line leads the first item.
            let skipped = self.skip(cursor);
            let start = item.start;
            if skipped.to != start {
                return None;
            }
            self.lead(item, cursor, &skipped, start);
            if !is_map {
                item.after = start;
            }
            self.flow(&mut item.value)?;
            let end = item.value.span.end.max(item.after);
            let comma = self.skip(end);
            if comma.to < closing && self.text[comma.to..].starts_with(',') {
                if !comma.comments.is_empty() {
                    return None;
                }
                item.comma = Some(comma.to);
                cursor = self.note_trail(item, comma.to + 1);
            } else {
                cursor = self.note_trail(item, end);
            }
            item.end = end;
        }
        let skipped = self.skip(cursor);
        if skipped.to != closing {
            return None;
        }
        node.foot = self.words(&skipped.comments);
        node.foot_at = cursor..closing;
        Some(())
    }
}
