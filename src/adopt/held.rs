//! The files that HEAD holds, as evidence.

use super::finding::Evidence;
use crate::path::Shown;
use crate::reconcile::{Checkout, Error, Ours};
use crate::render::tree::{BlobId, Mode};

/// No file that says something of a repository is longer.
const MAX_BYTES: usize = 512 * 1024;

/// The files of a project, or of the repository around it.
pub(super) struct Held<'c> {
    checkout: &'c Checkout,
    ours: &'c Ours,
    /// From the project to here: empty, or `../../`.
    up: String,
}

impl<'c> Held<'c> {
    pub(super) fn of(checkout: &'c Checkout, up: &str) -> Result<Self, Error> {
        Ok(Self { checkout, ours: checkout.ours()?, up: up.to_owned() })
    }

    /// The names of all files; of links too.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.ours.files.keys().map(String::as_str)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.ours.files.contains_key(name)
    }

    /// The text of a file; none for a link, for what is too long, and for what is no text.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let (mode, id) = self.ours.files.get(name)?;
        if *mode == Mode::Symlink {
            return None;
        }
        let content = self.checkout.content(BlobId::from_hex(&id.to_string())?)?;
        if content.len() > MAX_BYTES {
            return None;
        }
        let text = String::from_utf8(content.into()).ok()?;
        Some(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
    }

    /// A place in one of the files. What it says comes from the repository, and is made safe to show.
    pub(super) fn evidence(&self, name: &str, line: Option<usize>, says: &str) -> Evidence {
        let path = format!("{}{name}", self.up);
        Evidence { path: Some(Shown::of(&path).to_string()), line, says: Shown::of(says).to_string() }
    }
}

/// Whether a file is YAML by its name.
pub(super) fn is_yaml(name: &str) -> bool {
    matches!(name.rsplit_once('.'), Some((_, "yml" | "yaml")))
}

/// The number of the first line that holds all of these.
pub(super) fn line_with(text: &str, parts: &[&str]) -> Option<usize> {
    text.lines().position(|line| parts.iter().all(|part| line.contains(part))).map(|at| at + 1)
}

/// The number of the line that a byte is on.
pub(super) fn line_at(text: &str, byte: usize) -> usize {
    text.as_bytes().iter().take(byte).filter(|byte| **byte == b'\n').count() + 1
}
