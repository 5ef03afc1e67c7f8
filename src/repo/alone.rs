//! One goldpath at a time in a folder.

use std::fs::TryLockError;
use std::path::Path;

use fs_err::File;

/// Held while a run changes what is in a folder; the system lets go of it when the process ends, however it ends, so that
/// nothing is left behind.
#[derive(Debug)]
pub(crate) struct Alone {
    _folder: Option<File>,
}

impl Alone {
    /// Takes the folder; nothing where another process has it.
    pub(crate) fn within(folder: &Path) -> Option<Self> {
        // Where a folder cannot be opened, as on Windows, or locked, as on some network file systems, there is no turn to take.
        let Ok(folder) = File::open(folder) else { return Some(Self { _folder: None }) };
        match folder.file().try_lock() {
            Err(TryLockError::WouldBlock) => None,
            _ => Some(Self { _folder: Some(folder) }),
        }
    }

    /// Whether no process has the folder; not so where that cannot be known.
    pub(super) fn is_free(folder: &Path) -> bool {
        File::open(folder).is_ok_and(|folder| folder.file().try_lock().is_ok())
    }
}
