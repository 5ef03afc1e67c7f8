//! The branch and its log after the first commit, as git writes them.

use std::io;
use std::path::{Path, PathBuf};

use super::object::ObjectId;
use super::signature::Signature;

/// Points `branch` at its first commit; returns the files that were written.
pub(super) fn write(
    git_dir: &Path,
    branch: &str,
    commit: ObjectId,
    committer: &Signature,
    subject: &str,
) -> io::Result<[PathBuf; 3]> {
    let name = format!("refs/heads/{branch}");
    let nothing = "0".repeat(40);
    let log = format!("{nothing} {commit} {committer}\tcommit (initial): {subject}\n");
    let files = [git_dir.join(&name), git_dir.join("logs/HEAD"), git_dir.join("logs").join(&name)];
    for (file, content) in files.iter().zip([format!("{commit}\n"), log.clone(), log]) {
        if let Some(folder) = file.parent() {
            fs_err::create_dir_all(folder)?;
        }
        fs_err::write(file, content)?;
    }
    Ok(files)
}
