//! The rendered result, in memory.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use sha1::{Digest, Sha1};

use crate::path::RepoPath;

/// Everything a plan renders to, by path, in the order git sorts names.
pub type Tree = BTreeMap<RepoPath, File>;

/// One rendered file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its bytes; for a symlink, the target.
    pub content: Bytes,
    /// What git records beside the content.
    pub mode: Mode,
    /// Who owns it from now on.
    pub ownership: Ownership,
    /// The component that brought it.
    pub component: Arc<str>,
    /// The git blob id of `content`.
    pub blob: BlobId,
}

impl File {
    /// A file with its blob id.
    #[must_use]
    pub fn new(content: Bytes, mode: Mode, ownership: Ownership, component: Arc<str>) -> Self {
        let blob = BlobId::of(&content);
        Self { content, mode, ownership, component, blob }
    }
}

/// The three kinds of file git can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Mode {
    /// A plain file.
    #[serde(rename = "100644")]
    Regular,
    /// A file that may be executed.
    #[serde(rename = "100755")]
    Executable,
    /// A symbolic link.
    #[serde(rename = "120000")]
    Symlink,
}

impl Mode {
    /// The mode as git stores it.
    #[must_use]
    pub fn bits(self) -> u32 {
        match self {
            Self::Regular => 0o100_644,
            Self::Executable => 0o100_755,
            Self::Symlink => 0o120_000,
        }
    }

    /// The mode that git stored of a file.
    #[must_use]
    pub(crate) fn of_bits(bits: u32) -> Self {
        match bits {
            0o120_000 => Self::Symlink,
            0o100_755 => Self::Executable,
            _ => Self::Regular,
        }
    }
}

/// Who owns a file after it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ownership {
    /// The path owns it: drift is reported.
    Managed,
    /// The team edits it: upgrades merge.
    Shared,
    /// Written once, never touched again.
    Seeded,
}

impl fmt::Display for Ownership {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Managed => "managed",
            Self::Shared => "shared",
            Self::Seeded => "seeded",
        })
    }
}

/// The id git gives to a file's content.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobId([u8; 20]);

impl BlobId {
    /// The id of these bytes: SHA-1 over `blob <length>\0` and the bytes.
    #[must_use]
    pub fn of(content: &[u8]) -> Self {
        let mut hasher = Sha1::new();
        hasher.update(format!("blob {}\0", content.len()));
        hasher.update(content);
        Self(hasher.finalize().into())
    }

    /// The id of these twenty bytes.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The id that forty hexadecimal digits spell.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        let digits: &[u8; 40] = text.as_bytes().try_into().ok()?;
        let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let mut id = [0; 20];
        for (byte, pair) in id.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Some(Self(id))
    }

    /// The raw twenty bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 20] {
        &self.0
    }
}

impl fmt::Display for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut hex = [0; 40];
        for (pair, byte) in hex.chunks_exact_mut(2).zip(self.0) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 0xF)];
        }
        f.write_str(std::str::from_utf8(&hex).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BlobId({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blob_id_is_the_one_git_gives() {
        let hex = "ce013625030ba8dba906f756967f9e9ca394464a";
        assert_eq!(BlobId::of(b"hello\n").to_string(), hex);
        assert_eq!(BlobId::from_hex(hex), Some(BlobId::of(b"hello\n")));
        assert_eq!(BlobId::from_hex("+e013625030ba8dba906f756967f9e9ca394464a"), None);
    }
}
