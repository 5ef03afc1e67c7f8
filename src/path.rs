//! The one guard for every path that is ever written or read by name.
//!
//! A name that is harmless here may be a trap elsewhere: `aux.txt` is a device on Windows, `.GIT` is git's own
//! folder on a Mac, `readme.md` and `README.md` are one file on both. A generated repository is cloned everywhere,
//! so the strictest rules hold everywhere, and what is refused does not depend on the machine.

mod collisions;
mod error;
mod name;
mod on_disk;
mod plain_file;
mod shown;

use std::borrow::Borrow;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, de};

pub use collisions::{Collisions, check_set};
pub use error::PathError;
pub(crate) use name::is_invisible;
pub use on_disk::{Ways, no_symlink_on_the_way};
pub(crate) use plain_file::is_executable;
pub use plain_file::{MAX_FILE_BYTES, read_found, read_plain, read_plain_text};
pub use shown::Shown;

/// How somebody who stands in `folder` names a file of the project at `root`.
pub(crate) fn named_from(folder: &Path, root: &Path, path: &str) -> String {
    let named = pathdiff::diff_paths(root.join(path), folder);
    let parts = named.map(|named| named.iter().map(|part| part.to_string_lossy().into_owned()).collect());
    parts.map_or_else(|| path.to_owned(), |parts: Vec<String>| parts.join("/"))
}

/// The longest path, in bytes.
pub const MAX_PATH_BYTES: usize = 4096;
/// The most names in a path.
pub const MAX_LEVELS: usize = 64;
/// The longest component of a path, in bytes.
pub const MAX_COMPONENT_BYTES: usize = 255;

/// A path inside a repository: `/`-separated, relative, and safe to write on every platform.
///
/// Ordered by bytes, which is how git orders its index.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct RepoPath(String);

impl RepoPath {
    /// Accepts a path, or says why it must not be used.
    pub fn new(path: &str) -> Result<Self, PathError> {
        check_whole(path)?;
        path.split('/').try_for_each(|component| name::check(path, component))?;
        Ok(Self(path.to_owned()))
    }

    /// The path as text, `/`-separated.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its names, from the top down; there is at least one.
    #[must_use]
    pub fn components(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('/')
    }

    /// The last of its names.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.0.rsplit_once('/').map_or(self.as_str(), |(_, name)| name)
    }

    /// The folder that holds it; none for a name at the top.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        self.0.rsplit_once('/').map(|(folder, _)| Self(folder.to_owned()))
    }

    /// Every folder that holds it, from the top down.
    pub fn parents(&self) -> impl Iterator<Item = Self> {
        self.0.match_indices('/').map(|(end, _)| Self(self.0[..end].to_owned()))
    }

    /// A path below this one, through the guard again.
    pub fn join(&self, rest: &str) -> Result<Self, PathError> {
        // Checked by itself too: `a` + `/b` would otherwise read as `a//b`, and `a` + `` as `a/`.
        Self::new(rest)?;
        Self::new(&format!("{self}/{rest}"))
    }

    /// Where it is on disk, below `root`.
    #[must_use]
    pub fn below(&self, root: &Path) -> PathBuf {
        let mut path = root.to_path_buf();
        path.extend(self.components());
        path
    }
}

/// What can be seen only in the path as a whole.
fn check_whole(path: &str) -> Result<(), PathError> {
    if path.is_empty() {
        return Err(PathError::Empty);
    }
    if path.len() > MAX_PATH_BYTES {
        return Err(PathError::LongPath { path: Shown::of(path), bytes: path.len() });
    }
    // A set of paths holds every folder of each: without a limit a few of them would fill the memory.
    let levels = path.bytes().filter(|&byte| byte == b'/').count() + 1;
    if levels > MAX_LEVELS {
        return Err(PathError::Deep { path: Shown::up_to(40, path), levels });
    }
    if path.starts_with("\\\\") || path.starts_with("//") {
        return Err(PathError::Share { path: Shown::of(path) });
    }
    if path.starts_with('/') {
        return Err(PathError::Absolute { path: Shown::of(path) });
    }
    if let [letter, b':', ..] = path.as_bytes()
        && letter.is_ascii_alphabetic()
    {
        return Err(PathError::Drive { path: Shown::of(path) });
    }
    Ok(())
}

impl fmt::Display for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// It is compared and hashed as its text is, so that a map by paths is asked with a text.
impl Borrow<str> for RepoPath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for RepoPath {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl FromStr for RepoPath {
    type Err = PathError;

    fn from_str(path: &str) -> Result<Self, PathError> {
        Self::new(path)
    }
}

impl<'de> Deserialize<'de> for RepoPath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests;
