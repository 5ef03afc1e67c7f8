//! New and removed members between brackets, and their commas.

use std::ops::Range;

use super::{Editor, Rank};
use crate::reconcile::structured::Format;
use crate::reconcile::structured::node::{Item, Shape};
use crate::reconcile::structured::three_way::Members;

impl Editor<'_> {
    /// Members between brackets.
    pub(super) fn flow(&mut self, members: &Members<'_>) -> Option<()> {
        let items = members.owner.value.items();
        let kept: Vec<usize> = (0..items.len()).filter(|place| !members.removed.contains(place)).collect();
        let (Some(first), Some(last)) = (kept.first(), kept.last()) else {
            return self.flow_anew(members);
        };
        let trailing = items.last().is_some_and(|item| item.comma.is_some());
        let followed = members.inserted.iter().any(|new| new.after == Some(*last));
        let own_lines = items.iter().all(|item| item.own_line);
        let indent = self.ours.indent(items[*first].start).to_owned();
        for place in &members.removed {
            let item = &items[*place];
            let range =
                if own_lines { self.flow_lines(item) } else { flow_text_range(items, *place, *first) };
            self.change(range, "", Rank::Value);
        }
        for place in &kept {
            let item = &items[*place];
            let wanted = trailing || place != last || (followed && own_lines);
            match item.comma {
                None if wanted => self.change(value_end(item)..value_end(item), ",", Rank::Value),
                Some(comma) if !wanted => self.change(comma..comma + 1, "", Rank::Value),
                _ => {}
            }
        }
        let final_one = members.inserted.iter().rposition(|new| new.after == Some(*last));
        for (index, new) in members.inserted.iter().enumerate() {
            let comma = if trailing || Some(index) != final_one { "," } else { "" };
            if own_lines {
                let text = self.flow_item_lines(new.item, &indent, comma)?;
                let (at, text) = match new.after {
                    Some(place) => (full_end(&items[place]), format!("\n{text}")),
                    None => (items[*first].gap.start, format!("{text}\n")),
                };
                self.change(at..at, text, Rank::Line);
                continue;
            }
            if !new.item.lead.is_empty() || new.item.trail.is_some() {
                return None;
            }
            let text = self.flow_item(new.item, &indent)?;
            let (at, text) = match new.after {
                Some(place) => (value_end(&items[place]), format!(", {text}")),
                None => (items[*first].start, format!("{text}, ")),
            };
            self.change(at..at, text, Rank::Line);
        }
        Some(())
    }

    /// Writes the brackets of ours anew, when nothing of what was between them stays.
    fn flow_anew(&mut self, members: &Members<'_>) -> Option<()> {
        let container = &members.owner.value;
        let span = container.span.clone();
        let (open, close) =
            (self.ours.text.get(span.start..=span.start)?, self.ours.text.get(span.end - 1..span.end)?);
        let outer = self.ours.indent(span.start).to_owned();
        let own_lines = members.inserted.iter().all(|new| new.item.own_line && new.item.shape == Shape::Flow);
        let text = if members.inserted.is_empty() {
            format!("{open}{close}")
        } else if own_lines {
            let their_indent = self.theirs.indent(members.theirs.span.start);
            let their_item = self.theirs.indent(members.inserted.first()?.item.start);
            let step = their_item.strip_prefix(their_indent).unwrap_or("  ");
            let step = if self.format == Format::Json { self.ours.unit().unwrap_or(step) } else { step };
            let indent = format!("{outer}{step}");
            let mut lines = Vec::new();
            for (index, new) in members.inserted.iter().enumerate() {
                let comma = if index + 1 < members.inserted.len() { "," } else { "" };
                lines.push(self.flow_item_lines(new.item, &indent, comma)?);
            }
            format!("{open}\n{}\n{outer}{close}", lines.join("\n"))
        } else {
            let mut texts = Vec::new();
            for new in &members.inserted {
                if !new.item.lead.is_empty() || new.item.trail.is_some() {
                    return None;
                }
                texts.push(self.flow_item(new.item, &outer)?);
            }
            let pad = if open == "{" && self.format != Format::Json { " " } else { "" };
            format!("{open}{pad}{}{pad}{close}", texts.join(", "))
        };
        self.change(span, text, Rank::Value);
        Some(())
    }

    /// A new item between brackets on lines of its own, its comments included.
    fn flow_item_lines(&self, item: &Item, indent: &str, comma: &str) -> Option<String> {
        let mut lines = String::new();
        for comment in &item.lead {
            lines.extend([indent, comment, "\n"]);
        }
        let trail = item.trail.as_ref().map(|_| &self.theirs.text[item.trail_at.clone()]);
        lines.extend([indent, &self.flow_item(item, indent)?, comma, trail.unwrap_or_default()]);
        Some(lines)
    }

    /// The text of a new item between brackets.
    fn flow_item(&self, item: &Item, indent: &str) -> Option<String> {
        if item.value.is_block() {
            return None;
        }
        let start = if item.name.is_empty() { item.value.span.start } else { item.start };
        let text = self.theirs.text.get(start..item.value.span.end)?;
        self.reindent(text, self.theirs.indent(item.start), indent, false)
    }

    /// The lines of an item between brackets, or what of them is its own.
    fn flow_lines(&self, item: &Item) -> Range<usize> {
        let end = full_end(item);
        let end = if self.ours.is_last_on_its_line(end) { self.ours.next_line(end) } else { end };
        item.gap.start..end
    }
}

fn value_end(item: &Item) -> usize {
    item.value.span.end.max(item.after)
}

/// Where an item between brackets ends, its comma and comment included.
fn full_end(item: &Item) -> usize {
    item.comma.map_or(0, |comma| comma + 1).max(item.trail_at.end).max(value_end(item))
}

/// What to remove of an item that shares its line with others, where the first that stays takes the place of those before it.
fn flow_text_range(items: &[Item], place: usize, first: usize) -> Range<usize> {
    let item = &items[place];
    let end = item.comma.map_or(value_end(item), |comma| comma + 1);
    let before = place.checked_sub(1).and_then(|before| items[before].comma);
    match (before, items.get(place + 1)) {
        (_, Some(next)) if place < first && next.lead.is_empty() => item.start..next.start,
        (Some(comma), _) => comma + 1..end,
        _ => item.start..end,
    }
}
