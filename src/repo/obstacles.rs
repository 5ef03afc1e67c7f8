//! What stands in the way of a tree in a folder that already holds files.

use std::collections::HashSet;
use std::io;
use std::path::Path;

use super::as_written::is_as_written;
use super::error::Error;
use crate::path::RepoPath;
use crate::render::tree::Tree;

/// The files of a tree that stand in the folder already, sorted. They all stay as they are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AlreadyThere {
    /// The ones that are other files. They are not in the commit, and neither is what is no file of the tree.
    pub kept: Vec<RepoPath>,
    /// The ones that are exactly what would be written, as a run that was killed leaves them. They are in the commit.
    pub same: Vec<RepoPath>,
}

/// Which files of the tree stand in `target` already.
///
/// A file where a folder has to be, a folder where a file has to be, and a symlink on the way are
/// refused: nothing is ever written through a link.
pub fn already_there(target: &Path, tree: &Tree) -> Result<AlreadyThere, Error> {
    let mut open_folders = HashSet::new();
    let mut there = AlreadyThere::default();
    for (path, file) in tree {
        if !folder_is_free(target, path.as_str(), &mut open_folders)? {
            continue;
        }
        let place = target.join(path.as_str());
        match place.symlink_metadata() {
            Ok(found) if found.is_dir() => return Err(Error::FolderInTheWay { path: place }),
            Ok(found) if is_as_written(&place, &found, file) => there.same.push(path.clone()),
            Ok(_) => there.kept.push(path.clone()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(source) => return Err(Error::unreadable(&place)(source)),
        }
    }
    Ok(there)
}

/// Whether the folder of `path` exists, and is one all the way down.
fn folder_is_free<'a>(target: &Path, path: &'a str, known: &mut HashSet<&'a str>) -> Result<bool, Error> {
    for (end, _) in path.match_indices('/') {
        let folder = &path[..end];
        if known.contains(folder) {
            continue;
        }
        let full = target.join(folder);
        match full.symlink_metadata() {
            Ok(found) if found.is_dir() => known.insert(folder),
            Ok(found) if found.is_symlink() => return Err(Error::SymlinkInTheWay { path: full }),
            Ok(_) => return Err(Error::FileInTheWay { path: full }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(source) => return Err(Error::unreadable(&full)(source)),
        };
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Sandbox, tree};
    use super::*;

    #[test]
    fn other_files_are_kept_the_same_ones_are_known_and_new_ones_are_free() {
        let sandbox = Sandbox::new();
        sandbox.write("README.md", "mine");
        sandbox.write("docs/same.md", "x");
        let wanted = tree(&[("README.md", "x"), ("docs/a.md", "x"), ("docs/same.md", "x"), ("src/b/c", "x")]);
        let there = already_there(sandbox.path(), &wanted).unwrap();
        assert_eq!(there.kept, [RepoPath::new("README.md").unwrap()]);
        assert_eq!(there.same, [RepoPath::new("docs/same.md").unwrap()]);
    }

    #[test]
    fn a_clash_of_file_and_folder_is_refused_both_ways() {
        let sandbox = Sandbox::new();
        sandbox.write("docs", "a file");
        sandbox.folder("Makefile");
        let clash = |path| already_there(sandbox.path(), &tree(&[(path, "x")])).unwrap_err();
        assert!(matches!(clash("docs/a.md"), Error::FileInTheWay { .. }));
        assert!(matches!(clash("Makefile"), Error::FolderInTheWay { .. }));
    }

    #[cfg(unix)]
    #[test]
    fn a_linked_folder_is_refused() {
        let sandbox = Sandbox::new();
        std::os::unix::fs::symlink("/", sandbox.path().join("docs")).unwrap();
        let error = already_there(sandbox.path(), &tree(&[("docs/a.md", "x")])).unwrap_err();
        assert!(matches!(error, Error::SymlinkInTheWay { .. }));
    }
}
