//! Whether a file is still as a run saw it, or as the run left it: what somebody else made of it meanwhile is kept.

use std::fs::Metadata;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::time::SystemTime;

use git2::Repository;
use serde::{Deserialize, Serialize};

use crate::render::tree::BlobId;
use crate::repo::eol;

/// What changes when a file does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Facts {
    length: u64,
    modified: Option<SystemTime>,
    /// When its bytes, its name or its mode changed, and which file it is.
    inode: (i64, i64, u64),
}

impl Facts {
    pub(super) fn of(found: &Metadata) -> Self {
        Self { length: found.len(), modified: found.modified().ok(), inode: inode(found) }
    }

    /// Of what stands there; none where nothing does.
    pub(super) fn at(path: &Path) -> io::Result<Option<Self>> {
        match fs_err::symlink_metadata(path) {
            Ok(found) => Ok(Some(Self::of(&found))),
            Err(error) if is_absence(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

#[cfg(unix)]
fn inode(found: &Metadata) -> (i64, i64, u64) {
    use std::os::unix::fs::MetadataExt;
    (found.ctime(), found.ctime_nsec(), found.ino())
}

#[cfg(not(unix))]
fn inode(_: &Metadata) -> (i64, i64, u64) {
    (0, 0, 0)
}

pub(super) fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// What a run makes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum After {
    Gone,
    /// Git stores these bytes of it.
    Content(#[serde(with = "hex")] BlobId),
}

impl After {
    /// Whether what stands there is what the run left. `name` is that of the file in the repository, `whole` a copy of what
    /// was to be written, where a run that was killed may have written a part of it.
    pub(super) fn is_at(self, path: &Path, name: &str, repository: &Repository, whole: &Path) -> bool {
        let Self::Content(wanted) = self else { return false };
        let Ok(found) = fs_err::symlink_metadata(path) else { return false };
        if found.is_symlink() {
            let target = fs_err::read_link(path).unwrap_or_default();
            return BlobId::of(target.to_string_lossy().as_bytes()) == wanted;
        }
        let Ok(bytes) = fs_err::read(path) else { return false };
        BlobId::of(&bytes) == wanted
            || eol::stored(repository, name, &bytes).is_some_and(|stored| BlobId::of(&stored) == wanted)
            || fs_err::read(whole).is_ok_and(|whole| whole.starts_with(&bytes))
    }
}

mod hex {
    use serde::{Deserialize, Deserializer, Serializer, de};

    use super::BlobId;

    pub(super) fn serialize<S: Serializer>(id: &BlobId, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(id)
    }

    pub(super) fn deserialize<'d, D: Deserializer<'d>>(deserializer: D) -> Result<BlobId, D::Error> {
        let text = String::deserialize(deserializer)?;
        BlobId::from_hex(&text).ok_or_else(|| de::Error::custom("no id of an object"))
    }
}
