//! Git's lock of the index, held while a run changes files: git and every other program leave index and HEAD alone meanwhile.

use std::io::{self, ErrorKind, Write};
use std::path::Path;

use fs_err::OpenOptions;

use super::Error;
use super::journal::FOLDER;
use super::on_disk::{remove_file, write_anew};

const NAME: &str = "index.lock";
/// What goldpath's own lock says; that of git holds an index, or nothing yet.
const MARK: &[u8] = b"goldpath\n";

/// Takes the lock; there is a journal. One that a killed goldpath left is taken over: whoever asks has the turn.
pub(super) fn take(git_dir: &Path) -> Result<(), Error> {
    let path = git_dir.join(NAME);
    match marked(git_dir, &path) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists && is_ours(&path) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(Error::IndexLocked),
        Err(source) => Err(Error::Unwritable { path, source }),
    }
}

/// Makes the lock with its mark in it at once: who is killed between the two would leave a lock that could be anybody's.
fn marked(git_dir: &Path, path: &Path) -> io::Result<()> {
    let mark = git_dir.join(FOLDER).join("lock");
    let linked = write_anew(&mark, MARK).and_then(|()| fs_err::hard_link(&mark, path));
    let _ = remove_file(&mark);
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            // A file system without links, perhaps; else it fails here too.
            let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
            file.write_all(MARK).inspect_err(|_| {
                let _ = fs_err::remove_file(path);
            })
        }
        linked => linked,
    }
}

/// Removes the lock, whatever it holds: who asks knows that nobody has it.
pub(super) fn remove(git_dir: &Path) -> Result<(), Error> {
    let path = git_dir.join(NAME);
    remove_file(&path).map_err(|source| Error::Unwritable { path, source })
}

/// Lets go of the lock, if it is goldpath's.
pub(super) fn release(git_dir: &Path) {
    let path = git_dir.join(NAME);
    if is_ours(&path) {
        // Whoever comes next takes it over.
        let _ = remove_file(&path);
    }
}

fn is_ours(path: &Path) -> bool {
    fs_err::read(path).is_ok_and(|content| content == MARK)
}
