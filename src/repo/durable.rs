//! Making what was written survive a power cut.
//!
//! Git's own files are synced, and the folders that name them; work files are not: measured, that costs up to
//! a hundred times more, and `git checkout` brings each of them back from the pack.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use fs_err::OpenOptions;

/// Syncs these files, and every folder from theirs up to `root`.
pub(crate) fn sync(files: &[PathBuf], root: &Path) -> io::Result<()> {
    let mut folders = BTreeSet::new();
    for file in files {
        // Windows syncs only what it may write; a pack is read-only elsewhere.
        OpenOptions::new().read(true).write(cfg!(windows)).open(file)?.sync_all()?;
        folders.extend(file.ancestors().skip(1).take_while(|folder| folder.starts_with(root)));
    }
    // The deepest first: what a folder names is there before the folder is.
    folders.into_iter().rev().try_for_each(sync_folder)
}

/// Syncs the names in a folder.
#[cfg(unix)]
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    match fs_err::File::open(folder)?.sync_all() {
        // Some file systems cannot sync a folder; there is nothing more to do on them.
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => {
            Ok(())
        }
        result => result,
    }
}

/// A folder cannot be opened for syncing here.
#[cfg(not(unix))]
pub(crate) fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
