//! What stands in the way of a tree in a folder that already holds files.

use std::collections::HashSet;
use std::io;
use std::path::Path;

use super::error::Error;
use crate::path::RepoPath;
use crate::render::tree::Tree;

/// The files of the tree that exist already, and stay as they are.
///
/// A file where a folder has to be, a folder where a file has to be, and a symlink on the way are
/// refused: nothing is ever written through a link.
pub(super) fn kept_files(target: &Path, tree: &Tree) -> Result<Vec<RepoPath>, Error> {
    let mut open_folders = HashSet::new();
    let mut kept = Vec::new();
    for path in tree.keys() {
        if !folder_is_free(target, path.as_str(), &mut open_folders)? {
            continue;
        }
        let file = target.join(path.as_str());
        match file.symlink_metadata() {
            Ok(found) if found.is_dir() => return Err(Error::FolderInTheWay { path: file }),
            Ok(_) => kept.push(path.clone()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(source) => return Err(Error::unreadable(&file)(source)),
        }
    }
    Ok(kept)
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
    fn existing_files_are_kept_and_new_ones_are_free() {
        let sandbox = Sandbox::new();
        sandbox.write("README.md", "mine");
        sandbox.folder("docs");
        let kept =
            kept_files(sandbox.path(), &tree(&[("README.md", "x"), ("docs/a.md", "x"), ("src/b/c", "x")]));
        assert_eq!(kept.unwrap().iter().map(RepoPath::as_str).collect::<Vec<_>>(), ["README.md"]);
    }

    #[test]
    fn a_clash_of_file_and_folder_is_refused_both_ways() {
        let sandbox = Sandbox::new();
        sandbox.write("docs", "a file");
        sandbox.folder("Makefile");
        let clash = |path| kept_files(sandbox.path(), &tree(&[(path, "x")])).unwrap_err();
        assert!(matches!(clash("docs/a.md"), Error::FileInTheWay { .. }));
        assert!(matches!(clash("Makefile"), Error::FolderInTheWay { .. }));
    }

    #[cfg(unix)]
    #[test]
    fn a_linked_folder_is_refused() {
        let sandbox = Sandbox::new();
        std::os::unix::fs::symlink("/", sandbox.path().join("docs")).unwrap();
        let error = kept_files(sandbox.path(), &tree(&[("docs/a.md", "x")])).unwrap_err();
        assert!(matches!(error, Error::SymlinkInTheWay { .. }));
    }
}
