//! One goldpath at a time in a repository.

use fs_err::File;
use git2::Repository;

use super::Error;

/// Held while a run looks at a repository and changes it; the system lets go of it when the process ends, however it
/// ends, so that nothing is left behind.
#[derive(Debug)]
#[must_use = "another run may begin when it is dropped"]
pub struct Turn {
    _folder: Option<File>,
}

impl Turn {
    /// Takes the turn in this repository.
    ///
    /// # Errors
    /// Another process has it.
    pub(super) fn take(repository: &Repository) -> Result<Self, Error> {
        // Where a folder cannot be opened, as on Windows, or locked, as on some network file systems, the index that is
        // locked while it is written has to do.
        let Ok(folder) = File::open(repository.path()) else { return Ok(Self { _folder: None }) };
        match folder.file().try_lock() {
            Err(std::fs::TryLockError::WouldBlock) => Err(Error::Busy),
            _ => Ok(Self { _folder: Some(folder) }),
        }
    }
}
