//! What stands on disk under a path of the project. Nothing there is trusted: a link may lead to a device that has no end,
//! a folder may have the name of a file, and a file may be larger than the memory.

use std::path::Path;

use crate::path::{MAX_FILE_BYTES, RepoPath, is_executable, no_symlink_on_the_way, read_found};
use crate::render::tree::Mode;

/// What was found.
pub(super) enum OnDisk {
    /// No file, and nothing that leads to one.
    Gone,
    /// Something that cannot be read.
    Unreadable,
    /// A file that is too large to be looked at.
    Huge,
    /// A file with its content, or a link with its target, which is not followed.
    File(Mode, Vec<u8>),
}

impl OnDisk {
    pub(super) fn at(root: &Path, path: &RepoPath) -> Self {
        if no_symlink_on_the_way(root, path).is_err() {
            return Self::Gone;
        }
        let full = path.below(root);
        let Ok(found) = fs_err::symlink_metadata(&full) else { return Self::Gone };
        if found.is_symlink() {
            return match fs_err::read_link(&full) {
                Ok(target) => Self::File(Mode::Symlink, target.to_string_lossy().into_owned().into_bytes()),
                Err(_) => Self::Unreadable,
            };
        }
        if !found.is_file() {
            return Self::Gone;
        }
        if found.len() > MAX_FILE_BYTES {
            return Self::Huge;
        }
        let mode = if is_executable(&found) { Mode::Executable } else { Mode::Regular };
        read_found(&full, &found, MAX_FILE_BYTES)
            .map_or(Self::Unreadable, |content| Self::File(mode, content))
    }
}
