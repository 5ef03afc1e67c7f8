//! Moving a stage into a folder that exists, entry by entry, so that it can be taken back.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};

use super::error::Error;
use crate::interrupt;

/// What was moved so far.
#[derive(Debug, Default)]
pub(super) struct Moves {
    /// From, to.
    done: Vec<(PathBuf, PathBuf)>,
    /// The files that are there already, exactly as they would be moved there.
    stays: HashSet<PathBuf>,
}

impl Moves {
    /// Moves that leave these files where they are.
    pub(super) fn around(stays: impl Iterator<Item = PathBuf>) -> Self {
        Self { done: Vec::new(), stays: stays.collect() }
    }

    /// Whether nothing is moved to this place, since the same file is there.
    pub(super) fn stays(&self, place: &Path) -> bool {
        self.stays.contains(place)
    }

    /// Moves every entry of `from` but `.git` into `to`, never over anything.
    ///
    /// A folder that exists in both is entered; [`super::obstacles`] has made sure that nothing else does.
    pub(super) fn move_files(&mut self, from: &Path, to: &Path) -> Result<(), Error> {
        // Nothing goes through a link that somebody put here meanwhile.
        if !fs_err::symlink_metadata(to).map_err(Error::unwritable(to))?.is_dir() {
            return Err(Error::TargetAppeared { path: to.to_owned() });
        }
        let mut entries = Vec::new();
        for entry in fs_err::read_dir(from).map_err(Error::unreadable(from))? {
            entries.push(entry.map_err(Error::unreadable(from))?.file_name());
        }
        entries.sort_unstable();
        for name in entries.into_iter().filter(|name| name != ".git") {
            interrupt::check()?;
            let (source, place) = (from.join(&name), to.join(&name));
            match place.symlink_metadata() {
                Ok(found) if found.is_dir() && source.is_dir() && !source.is_symlink() => {
                    self.move_files(&source, &place)?;
                }
                Ok(_) if self.stays(&place) => {}
                Ok(_) => return Err(Error::TargetAppeared { path: place }),
                Err(error) if error.kind() == io::ErrorKind::NotFound => self.move_one(source, place)?,
                Err(source) => return Err(Error::unreadable(&place)(source)),
            }
        }
        Ok(())
    }

    /// Moves one entry to a place where nothing is.
    pub(super) fn move_one(&mut self, from: PathBuf, to: PathBuf) -> Result<(), Error> {
        match rename_to_nothing(&from, &to) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(Error::TargetAppeared { path: to });
            }
            moved => moved.map_err(Error::unwritable(&to))?,
        }
        self.done.push((from, to));
        Ok(())
    }

    /// Moves everything back, the last first, and says why it had to.
    pub(super) fn take_back(self, cause: Error) -> Error {
        let mut left = Vec::new();
        for (from, to) in self.done.into_iter().rev() {
            if fs_err::rename(&to, &from).is_err() {
                left.push(to);
            }
        }
        if left.is_empty() { cause } else { Error::NotPutBack { left, source: Box::new(cause) } }
    }
}

/// A rename replaces a file that somebody made meanwhile; a second name for ours does not.
fn rename_to_nothing(from: &Path, to: &Path) -> io::Result<()> {
    if fs_err::symlink_metadata(from)?.is_dir() {
        // No folder replaces one that holds something.
        return match fs_err::rename(from, to) {
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::NotADirectory
                ) =>
            {
                Err(io::ErrorKind::AlreadyExists.into())
            }
            result => result,
        };
    }
    match fs_err::hard_link(from, to) {
        Ok(()) => fs_err::remove_file(from),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        // Not every file system has second names.
        Err(_) => fs_err::rename(from, to),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Sandbox;
    use super::*;

    #[test]
    fn what_was_moved_goes_back_when_the_rest_cannot_follow() {
        let sandbox = Sandbox::new();
        sandbox.write("stage/a", "new");
        sandbox.write("stage/docs/new.md", "new");
        sandbox.write("stage/z", "new");
        sandbox.write("target/docs/old.md", "old");
        sandbox.write("target/z", "appeared");
        let before = sandbox.listing("target");
        let mut moves = Moves::default();
        let (stage, target) = (sandbox.path().join("stage"), sandbox.path().join("target"));
        let cause = moves.move_files(&stage, &target).unwrap_err();
        assert!(sandbox.listing("target").len() > before.len());
        assert!(matches!(moves.take_back(cause), Error::TargetAppeared { .. }));
        assert_eq!(sandbox.listing("target"), before);
    }

    #[test]
    fn a_file_that_is_there_already_stays_and_is_not_taken_back() {
        let sandbox = Sandbox::new();
        sandbox.write("stage/docs/a", "same");
        sandbox.write("stage/docs/b", "new");
        let stays = sandbox.write("target/docs/a", "same");
        let before = sandbox.listing("target");
        let mut moves = Moves::around([stays].into_iter());
        moves.move_files(&sandbox.path().join("stage"), &sandbox.path().join("target")).unwrap();
        assert_eq!(sandbox.listing("target").len(), before.len() + 1);
        moves.take_back(Error::InvalidRemote);
        assert_eq!(sandbox.listing("target"), before);
    }

    #[test]
    fn what_cannot_be_taken_back_is_named() {
        let sandbox = Sandbox::new();
        let from = sandbox.write("stage/a", "new");
        let to = sandbox.folder("target").join("a");
        let mut moves = Moves::default();
        moves.move_one(from, to.clone()).unwrap();
        fs_err::remove_dir(sandbox.path().join("stage")).unwrap();
        let error = moves.take_back(Error::InvalidRemote);
        assert!(matches!(&error, Error::NotPutBack { left, .. } if *left == [to]), "{error:?}");
    }
}
