//! A bundle of evidence, held against itself: every piece is listed with its hash.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::path::Shown;

/// The pieces of a bundle as somebody hands it over, which is as untrusted as they are.
#[derive(Debug, Clone, Default)]
pub struct Bundle {
    /// By name; none for what cannot be read.
    pub pieces: BTreeMap<String, Option<Vec<u8>>>,
}

impl Bundle {
    /// The list of all other pieces, as `sha256sum --check` takes it.
    pub const SUMS: &str = "SHA256SUMS";
    /// The piece that says what the others are about.
    pub const MANIFEST: &str = "manifest.json";

    /// What is wrong with it, a line each, safe to show.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut listed = BTreeSet::from([Self::SUMS.to_owned()]);
        for entry in self.entries() {
            let Entry { sum, name } = match entry {
                Ok(entry) => entry,
                Err(line) => {
                    wrong.push(format!("{}: `{}` is no hash and name", Self::SUMS, Shown::of(&line)));
                    continue;
                }
            };
            match self.bytes(&name) {
                Some(bytes) if hash(bytes) == sum => {}
                Some(_) => wrong.push(format!("{}: changed since it was written", Shown::of(&name))),
                None => wrong.push(format!("{}: missing", Shown::of(&name))),
            }
            listed.insert(name);
        }
        let strangers = self.pieces.keys().filter(|name| !listed.contains(*name));
        wrong.extend(strangers.map(|name| format!("{}: no piece of the bundle", Shown::of(name))));
        if !listed.contains(Self::MANIFEST) {
            wrong.push(format!("{}: not in {}", Self::MANIFEST, Self::SUMS));
        }
        wrong
    }

    /// How many pieces it lists.
    #[must_use]
    pub fn listed(&self) -> usize {
        self.entries().flatten().map(|entry| entry.name).collect::<BTreeSet<_>>().len()
    }

    /// The list of pieces, a line each; the line itself, where it is none.
    fn entries(&self) -> impl Iterator<Item = Result<Entry, String>> {
        let sums = self.bytes(Self::SUMS).map(String::from_utf8_lossy).unwrap_or_default().into_owned();
        let lines: Vec<String> = sums.lines().map(str::to_owned).collect();
        lines.into_iter().map(|line| match line.split_once("  ") {
            // A name of another folder is none of a bundle.
            Some((sum, name)) if !name.contains(['/', '\\']) => {
                Ok(Entry { sum: sum.to_owned(), name: name.to_owned() })
            }
            _ => Err(line),
        })
    }

    /// What its manifest says; null where it says nothing that can be read.
    #[must_use]
    pub fn manifest(&self) -> Value {
        self.bytes(Self::MANIFEST).and_then(|bytes| serde_json::from_slice(bytes).ok()).unwrap_or_default()
    }

    fn bytes(&self, name: &str) -> Option<&[u8]> {
        self.pieces.get(name)?.as_deref()
    }
}

/// A line of the list.
struct Entry {
    sum: String,
    name: String,
}

/// The SHA-256 of these bytes, in hexadecimal digits.
#[must_use]
pub fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_bundle_cannot_repaint_the_terminal() {
        let pieces = [("SHA256SUMS", "\u{1b}[2J\n0  \u{1b}[31mx\n"), ("\u{202e}y", "")];
        let of = |(name, text): (&str, &str)| (name.to_owned(), Some(text.as_bytes().to_vec()));
        let bundle = Bundle { pieces: pieces.map(of).into() };
        assert_eq!(
            bundle.faults(),
            [
                "SHA256SUMS: `\\u{1b}[2J` is no hash and name",
                "\\u{1b}[31mx: missing",
                "\\u{202e}y: no piece of the bundle",
                "manifest.json: not in SHA256SUMS",
            ]
        );
        assert_eq!(bundle.listed(), 1);
    }
}
