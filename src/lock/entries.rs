//! The entries of a lock, read line by line as goldpath writes them.
//!
//! They are nearly all of a lock, and a reader of all TOML takes most of a check's time over them. A lock that is spelled
//! in any other way, because somebody edited it, is left to that reader, and so is every mistake.

use std::borrow::Cow;
use std::ops::Range;

use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error, StrDeserializer};
use toml::Spanned;

use super::read::RawFile;

/// How an entry begins, after the line break that parts it from what is before it.
pub(super) const HEADER: &str = "\n[[file]]\n";

/// What stands before the entries, and the entries; nothing for a lock that has none, or one of them in another spelling.
pub(super) fn split(text: &str) -> Option<(&str, Vec<RawFile<'_>>)> {
    let start = text.find(HEADER)?;
    let mut lines = Lines { text, at: start };
    let mut entries = Vec::new();
    while lines.at < text.len() {
        entries.push(lines.entry()?);
    }
    Some((&text[..start], entries))
}

/// A text, and how far it is read.
struct Lines<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Lines<'t> {
    fn entry(&mut self) -> Option<RawFile<'t>> {
        self.skip(HEADER)?;
        Some(RawFile {
            path: self.spanned("path = \"")?,
            component: self.value("component = \"")?.0.into(),
            ownership: self.named("ownership = \"")?,
            mode: self.named("mode = \"")?,
            blob: self.spanned("blob = \"")?,
            rendered: self.spanned("rendered = \""),
            beginning: self.skip("beginning = true\n").is_some(),
        })
    }

    fn skip(&mut self, expected: &str) -> Option<()> {
        let found = self.text[self.at..].starts_with(expected);
        found.then(|| self.at += expected.len())
    }

    /// What stands on a line after `key = "`, and where: a string in which nothing is escaped.
    fn value(&mut self, key: &str) -> Option<(&'t str, Range<usize>)> {
        let start = self.at + key.len() - 1;
        self.skip(key)?;
        let rest = &self.text[self.at..];
        let end = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\') || byte.is_ascii_control())?;
        self.at += end;
        self.skip("\"\n")?;
        Some((&rest[..end], start..self.at - 1))
    }

    fn spanned(&mut self, key: &str) -> Option<Spanned<Cow<'t, str>>> {
        let (value, span) = self.value(key)?;
        Some(Spanned::new(span, value.into()))
    }

    fn named<T: Deserialize<'t>>(&mut self, key: &str) -> Option<T> {
        let name: StrDeserializer<'_, Error> = self.value(key)?.0.into_deserializer();
        T::deserialize(name).ok()
    }
}
