//! A three-way merge by key, for when the lines of a TOML, JSON or YAML file conflict.
//!
//! It resolves what both sides did to different keys, or did alike. The text of ours stays as it is, and what theirs
//! changed is brought in as text. Whatever is not understood is left to the conflict of lines; the result is read
//! again, and must hold exactly the merged data and comments.

mod edit;
mod identity;
mod json;
mod layout;
mod node;
mod three_way;
mod toml;
mod yaml;

use std::borrow::Cow;

use node::{Comments, File, same};

use crate::path::RepoPath;

/// Larger than any file of ours that is merged by key.
const MAX_BYTES: usize = 2 << 20;

/// Longer than a line that a person wrote.
const MAX_LINE_BYTES: usize = 1 << 16;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Toml,
    Json,
    Yaml,
}

/// Whether a file that both sides could read can no longer be read: two keys of one name, where each side added one.
pub(crate) fn is_broken(path: &RepoPath, sides: [&[u8]; 2], merged: &[u8]) -> bool {
    let Some(format) = format_of(path) else { return false };
    let reads = |bytes: &[u8]| Plain::of(bytes).is_some_and(|plain| read(format, &plain.text).is_some());
    sides.into_iter().all(reads) && !reads(merged)
}

/// Merges three versions of a file by key; none where they disagree, or where it cannot be told.
#[must_use]
pub fn merge(path: &RepoPath, base: &[u8], ours: &[u8], theirs: &[u8]) -> Option<Vec<u8>> {
    let format = format_of(path)?;
    let [base_text, our_text, their_text] = [base, ours, theirs].map(Plain::of);
    let (base_text, our_text, their_text) = (base_text?, our_text?, their_text?);
    let base = read(format, &base_text.text)?;
    let our_file = read(format, &our_text.text)?;
    let theirs = read(format, &their_text.text)?;
    let (merged, edits) = three_way::merge(&base.root, &our_file.root, &theirs.root)?;
    if edits.is_empty() {
        return Some(ours.to_vec());
    }
    let text = edit::apply(format, &our_file, &theirs, &edits)?;
    let result = read(format, &text)?;
    if !same(&result.root.value, &merged.value, Comments::Count) {
        return None;
    }
    // Comments and trailing commas only where either side has them.
    let strict = |text: &str| serde_json::from_str::<serde_json::Value>(text).is_ok();
    if format == Format::Json && strict(&our_file.text) && strict(&theirs.text) && !strict(&text) {
        return None;
    }
    Some(our_text.restore(&text))
}

fn format_of(path: &RepoPath) -> Option<Format> {
    match path.file_name().rsplit_once('.')?.1 {
        "toml" => Some(Format::Toml),
        "json" => Some(Format::Json),
        "yaml" | "yml" => Some(Format::Yaml),
        _ => None,
    }
}

fn read(format: Format, text: &str) -> Option<File> {
    match format {
        Format::Toml => toml::read(text),
        Format::Json => json::read(text),
        Format::Yaml => yaml::read(text),
    }
}

/// A text in the one form that is merged, and what it takes to go back.
struct Plain<'t> {
    text: Cow<'t, str>,
    byte_order_mark: bool,
    line_end: &'static str,
    final_line_end: bool,
}

impl<'t> Plain<'t> {
    /// None for what is no text, is too large, has lines without end, or mixes line ends.
    fn of(bytes: &'t [u8]) -> Option<Self> {
        if bytes.len() > MAX_BYTES {
            return None;
        }
        let whole = std::str::from_utf8(bytes).ok()?;
        let rest = whole.strip_prefix('\u{feff}');
        let mut text = Cow::Borrowed(rest.unwrap_or(whole));
        let mut line_end = "\n";
        if text.contains('\r') {
            let lines = text.matches('\n').count();
            if text.matches("\r\n").count() != lines || text.matches('\r').count() != lines {
                return None;
            }
            line_end = "\r\n";
            text = Cow::Owned(text.replace("\r\n", "\n"));
        }
        if text.lines().any(|line| line.len() > MAX_LINE_BYTES) {
            return None;
        }
        let final_line_end = text.is_empty() || text.ends_with('\n');
        if !final_line_end {
            text.to_mut().push('\n');
        }
        Some(Self { text, byte_order_mark: rest.is_some(), line_end, final_line_end })
    }

    fn restore(&self, text: &str) -> Vec<u8> {
        let text = if self.final_line_end { text } else { text.trim_end_matches('\n') };
        let mark = if self.byte_order_mark { "\u{feff}" } else { "" };
        format!("{mark}{}", text.replace('\n', self.line_end)).into_bytes()
    }
}

#[cfg(test)]
mod tests;
