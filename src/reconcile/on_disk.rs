//! The steps by which files are changed. None goes through a link that somebody put in the place of a folder.

use std::io::{self, ErrorKind, Write as _};
use std::path::Path;

use fs_err::OpenOptions;
use tempfile::TempPath;

/// Writes a file that is not there yet. What an earlier run left goes, and so does a link, which an archive of
/// the repository may have brought to have something else written.
pub(super) fn write_anew(path: &Path, bytes: &[u8]) -> io::Result<()> {
    remove_file(path)?;
    OpenOptions::new().write(true).create_new(true).open(path)?.write_all(bytes)
}

/// Refuses to reach a file through a symbolic link that somebody put in the place of a folder meanwhile.
pub(super) fn refuse_link_on_the_way(root: &Path, path: &str) -> io::Result<()> {
    for (end, _) in path.match_indices('/') {
        let folder = &path[..end];
        if fs_err::symlink_metadata(root.join(folder)).is_ok_and(|found| found.is_symlink()) {
            return Err(is_now_a_link(folder));
        }
    }
    Ok(())
}

/// Makes the folders of a file that are missing; none through a link, which would make it elsewhere.
pub(super) fn make_folders(root: &Path, path: &str) -> io::Result<()> {
    for (end, _) in path.match_indices('/') {
        let folder = &path[..end];
        let full = root.join(folder);
        match fs_err::symlink_metadata(&full) {
            Ok(found) if found.is_symlink() => return Err(is_now_a_link(folder)),
            Err(error) if error.kind() == ErrorKind::NotFound => fs_err::create_dir(full)?,
            Ok(_) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn is_now_a_link(folder: &str) -> io::Error {
    io::Error::other(format!("`{folder}` has become a symbolic link"))
}

/// Moves a file to a name that nothing has, in one step where the file system knows such a step.
pub(super) fn move_to_free_name(from: &Path, to: &Path) -> io::Result<()> {
    match TempPath::try_from_path(from)?.persist_noclobber(to) {
        Ok(()) => Ok(()),
        Err(refused) => {
            // It is for the caller to remove, or to try again with.
            let _ = refused.path.keep();
            match refused.error.kind() {
                ErrorKind::AlreadyExists | ErrorKind::NotFound | ErrorKind::CrossesDevices => {
                    Err(refused.error)
                }
                _ if fs_err::symlink_metadata(to).is_ok() => Err(ErrorKind::AlreadyExists.into()),
                _ => fs_err::rename(from, to),
            }
        }
    }
}

pub(super) fn remove_file(path: &Path) -> io::Result<()> {
    match fs_err::remove_file(path) {
        Err(error) if !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Err(error),
        _ => Ok(()),
    }
}

pub(super) fn remove_folder(path: &Path) -> io::Result<()> {
    match fs_err::remove_dir_all(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(unix)]
pub(super) fn make_link(target: &str, path: &Path) -> io::Result<()> {
    fs_err::os::unix::fs::symlink(target, path)
}

/// Git writes the target into a file where there are no links.
#[cfg(not(unix))]
pub(super) fn make_link(target: &str, path: &Path) -> io::Result<()> {
    fs_err::write(path, target)
}

#[cfg(unix)]
pub(super) fn permissions(found: &std::fs::Metadata) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&found.permissions()) & 0o7777
}

#[cfg(not(unix))]
pub(super) fn permissions(_: &std::fs::Metadata) -> u32 {
    0
}

#[cfg(unix)]
pub(super) fn set_permissions(path: &Path, mode: u32) -> io::Result<()> {
    fs_err::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode))
}

#[cfg(not(unix))]
pub(super) fn set_permissions(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_at_a_name_is_not_replaced_by_what_moves_to_it() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        fs_err::write(&from, "new").unwrap();
        fs_err::write(&to, "saved meanwhile").unwrap();
        let refused = move_to_free_name(&from, &to).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::AlreadyExists);
        assert_eq!(fs_err::read_to_string(&from).unwrap(), "new");
        assert_eq!(fs_err::read_to_string(&to).unwrap(), "saved meanwhile");
        fs_err::remove_file(&to).unwrap();
        move_to_free_name(&from, &to).unwrap();
        assert_eq!(fs_err::read_to_string(&to).unwrap(), "new");
    }
}
