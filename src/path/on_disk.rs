//! The same path, on a disk that somebody else may have changed.

use std::io::ErrorKind;
use std::path::Path;

use super::{PathError, RepoPath, Shown};

/// Refuses a path that would be reached through a symbolic link below `root`.
///
/// A folder that is not there yet, or is a file, is no link. The path's own last name is not looked at: a link may
/// be what is written or replaced.
pub fn no_symlink_on_the_way(root: &Path, path: &RepoPath) -> Result<(), PathError> {
    for parent in path.parents() {
        let on_disk = parent.below(root);
        match fs_err::symlink_metadata(&on_disk) {
            Ok(found) if found.is_symlink() => {
                return Err(PathError::SymlinkOnTheWay {
                    path: Shown::of(path.as_str()),
                    link: Shown::of(parent.as_str()),
                });
            }
            Ok(_) => {}
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Ok(());
            }
            Err(source) => return Err(PathError::Unreadable { path: on_disk, source }),
        }
    }
    Ok(())
}

/// The same for many paths below one root, in their order: a folder that was just looked at is not looked at again.
#[derive(Debug)]
pub struct Ways<'r> {
    root: &'r Path,
    sound: Option<String>,
}

impl<'r> Ways<'r> {
    /// The ways to what is below `root`.
    #[must_use]
    pub fn below(root: &'r Path) -> Self {
        Self { root, sound: None }
    }

    /// Refuses a path that would be reached through a symbolic link.
    ///
    /// # Errors
    /// The link, or a folder that cannot be looked at.
    pub fn check(&mut self, path: &RepoPath) -> Result<(), PathError> {
        let folder = path.as_str().rsplit_once('/').map_or("", |(folder, _)| folder);
        if self.sound.as_deref() != Some(folder) {
            no_symlink_on_the_way(self.root, path)?;
            self.sound = Some(folder.to_owned());
        }
        Ok(())
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_link_among_the_folders_is_found_and_a_link_at_the_end_is_not() {
        let root = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        fs_err::create_dir_all(root.path().join("docs/real")).unwrap();
        fs_err::write(root.path().join("file"), "").unwrap();
        fs_err::os::unix::fs::symlink(outside.path(), root.path().join("docs/away")).unwrap();

        let verdict = |path: &str| no_symlink_on_the_way(root.path(), &RepoPath::new(path).unwrap());
        for fine in ["docs/real/a", "docs/away", "docs/new/a/b", "new", "file/below"] {
            assert!(verdict(fine).is_ok(), "{fine}");
        }
        let mut ways = Ways::below(root.path());
        for (path, is_fine) in
            [("docs/real/a", true), ("docs/real/b", true), ("docs/away/a", false), ("docs/away/b", false)]
        {
            assert_eq!(ways.check(&RepoPath::new(path).unwrap()).is_ok(), is_fine, "{path}");
        }
        for refused in ["docs/away/a", "docs/away/a/b"] {
            assert_eq!(
                verdict(refused).unwrap_err().to_string(),
                format!("`{refused}` would be reached through `docs/away`, which is a symbolic link")
            );
        }
    }
}
