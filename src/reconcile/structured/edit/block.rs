//! New and removed members of blocks of lines: YAML, its documents, and the tables of TOML.

use super::{Editor, Rank};
use crate::reconcile::structured::Format;
use crate::reconcile::structured::layout::Layout;
use crate::reconcile::structured::node::{Content, Item, Shape};
use crate::reconcile::structured::three_way::{Inserted, Members};

impl Editor<'_> {
    pub(super) fn documents(&mut self, members: &Members<'_>) -> Option<()> {
        let items = members.owner.value.items();
        for place in &members.removed {
            self.change(items[*place].parts.first()?.clone(), "", Rank::Value);
        }
        for new in &members.inserted {
            if !self.theirs.text[new.item.start..].starts_with("---") {
                return None;
            }
            let at = match new.after {
                Some(place) => items[place].parts.first()?.end,
                None if self.ours.text[items.first()?.start..].starts_with("---") => 0,
                None => return None,
            };
            let text = self.parts(new.item);
            self.change(at..at, text, Rank::Section);
        }
        Some(())
    }

    /// Members of a block of YAML.
    pub(super) fn lines(&mut self, members: &Members<'_>) -> Option<()> {
        let items = members.owner.value.items();
        if members.removed.len() == items.len() && members.inserted.is_empty() {
            let brackets = if matches!(members.owner.value.content, Content::Map(_)) { " {}" } else { " []" };
            let owner = members.owner;
            self.change(owner.after..owner.end, brackets, Rank::Value);
            return (owner.shape == Shape::Line && owner.trail.is_none()).then_some(());
        }
        let first = items.first()?;
        let indent = " ".repeat(first.start - self.ours.line_start(first.start));
        for place in &members.removed {
            let item = &items[*place];
            let range = if item.own_line {
                item.parts.first()?.clone()
            } else {
                // `- name: x`: the next entry takes the place behind the dash.
                let next = items.get(place + 1).filter(|next| next.own_line && next.lead.is_empty())?;
                item.start..next.start
            };
            self.change(range, "", Rank::Value);
        }
        self.close_up(members);
        for new in &members.inserted {
            let mut text = self.block_text(new.item, &indent)?;
            let next = items.get(new.after.map_or(0, |after| after + 1));
            text.push_str(self.blank_line(new, next));
            match new.after {
                Some(place) => {
                    let at = items[place].parts.first()?.end;
                    self.change(at..at, text, Rank::Line);
                }
                None if first.own_line => {
                    let at = first.parts.first()?.start;
                    self.change(at..at, text, Rank::Line);
                }
                None => {
                    if !new.item.lead.is_empty() {
                        return None;
                    }
                    let text = format!("{}{indent}", text.trim_start());
                    self.change(first.start..first.start, text, Rank::Line);
                }
            }
        }
        Some(())
    }

    /// Removes the blank line before the item that becomes the first one, as there was none before.
    fn close_up(&mut self, members: &Members<'_>) {
        let items = members.owner.value.items();
        let first = (0..items.len()).find(|place| !members.removed.contains(place));
        let (Some(old), Some(first)) = (items.first(), first.filter(|first| *first > 0)) else { return };
        let begin = |item: &Item| item.parts.first().map_or(item.start, |part| part.start);
        let is_blank = |item: &Item| self.ours.text[begin(item)..].starts_with('\n');
        let new = &items[first];
        let at_top = self.format == Format::Yaml || begin(old) == 0;
        let brought = members.inserted.iter().any(|new| new.after.is_none_or(|after| after < first));
        if at_top && !brought && is_blank(new) && !is_blank(old) {
            let at = begin(new);
            self.change(at..at + 1, "", Rank::Value);
        }
    }

    /// A blank line that theirs has behind a new item, where ours has none.
    fn blank_line(&self, new: &Inserted<'_>, next: Option<&Item>) -> &'static str {
        let is_blank = |layout: Layout<'_>, item: &Item| {
            let gap = item.parts.first().map_or(0, |part| part.start)..item.start;
            layout.text[gap].starts_with('\n')
        };
        let theirs = new.next.is_some_and(|next| is_blank(self.theirs, next));
        let ours = next.is_none_or(|next| is_blank(self.ours, next));
        if theirs && !ours { "\n" } else { "" }
    }

    /// A new item as lines of a YAML block of this indentation.
    fn block_text(&self, item: &Item, indent: &str) -> Option<String> {
        if item.shape == Shape::Flow {
            return self.flow_item_as_line(item, indent, if item.name.is_empty() { "- " } else { "" });
        }
        let column = item.start - self.theirs.line_start(item.start);
        let from = " ".repeat(column);
        if item.own_line {
            let part = item.parts.first()?.clone();
            return self.reindent(&self.theirs.text[part], &from, indent, true);
        }
        let text = self.reindent(&self.theirs.text[item.start..item.end], &from, indent, false)?;
        Some(format!("{indent}{text}\n"))
    }

    fn flow_item_as_line(&self, item: &Item, indent: &str, dash: &str) -> Option<String> {
        let text = self.theirs.text.get(item.start..item.value.span.end)?;
        let plain = !text.contains('\n') && item.lead.is_empty() && item.trail.is_none();
        plain.then(|| format!("{indent}{dash}{text}\n"))
    }

    /// Members of a TOML table, or of a list of tables.
    pub(super) fn tables(&mut self, members: &Members<'_>) -> Option<()> {
        let items = members.owner.value.items();
        for place in &members.removed {
            for part in &items[*place].parts {
                self.change(part.clone(), "", Rank::Value);
            }
        }
        self.close_up(members);
        for new in &members.inserted {
            let at = self.table_place(members.owner, new)?;
            let mut text = if new.item.shape == Shape::Flow {
                self.flow_item_as_line(new.item, "", "")?
            } else {
                self.parts(new.item)
            };
            let follows = items.get(new.after.map_or(0, |after| after + 1));
            text.push_str(self.blank_line(new, follows));
            let rank = if new.item.shape == Shape::Section { Rank::Section } else { Rank::Line };
            self.change(at..at, text, rank);
        }
        Some(())
    }

    /// Where a new line or section of a table goes: lines stand before all sections.
    fn table_place(&self, owner: &Item, new: &Inserted<'_>) -> Option<usize> {
        let items = owner.value.items();
        let last_line = items
            .iter()
            .filter(|item| item.shape == Shape::Line)
            .filter_map(|item| item.parts.last())
            .map(|part| part.end)
            .max();
        let is_table = matches!(owner.value.content, Content::Map(_));
        let header = (owner.shape == Shape::Section && owner.after > 0 && is_table)
            .then(|| self.ours.next_line(owner.after));
        let begin = items.first().and_then(|item| item.parts.first()).map(|part| part.start);
        let sibling = new.after.map(|place| &items[place]);
        let behind = |sibling: &Item| sibling.parts.last().map(|part| part.end);
        if new.item.shape == Shape::Section {
            return match sibling {
                Some(sibling) if sibling.shape == Shape::Section => behind(sibling),
                _ => last_line.or(header).or(begin).or((owner.shape == Shape::Document).then_some(0)),
            };
        }
        let first_line = items
            .iter()
            .find(|item| item.shape == Shape::Line)
            .and_then(|item| item.parts.first())
            .map(|part| part.start);
        let top = header.or((owner.shape == Shape::Document).then_some(0));
        match sibling {
            Some(sibling) if sibling.shape == Shape::Line => behind(sibling),
            Some(_) => last_line.or(top),
            None => first_line.or(top),
        }
    }
}
