//! A pack in a folder, as its author edits it.

use std::ffi::OsStr;
use std::fs::{File, FileType};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::error::Error;
use super::files::PackFiles;
use super::gather::{Gathering, Limits, belongs};

/// Reads the pack in a folder; `source` is the folder's name in messages.
pub(super) fn read(folder: &Path, source: &str, limits: Limits) -> Result<PackFiles, Error> {
    let found = std::fs::metadata(folder);
    if !found.is_ok_and(|found| found.is_dir()) {
        return Err(Error::NoFolder { folder: source.to_owned() });
    }
    let mut gathering = Gathering::new(source.to_owned(), limits);
    let mut waiting: Vec<(String, PathBuf)> = vec![(String::new(), folder.to_path_buf())];
    while let Some((path, on_disk)) = waiting.pop() {
        for (name, entry, kind) in entries(&mut gathering, &path, &on_disk)? {
            if path.is_empty() && !belongs(&name, kind.is_dir()) {
                refuse_disguised_folder(&gathering, &name, kind)?;
                continue;
            }
            let below = if path.is_empty() { name } else { format!("{path}/{name}") };
            if kind.is_dir() {
                if gathering.leaves_out(&below) {
                    continue;
                }
                gathering.enter(&below)?;
                waiting.push((below, entry));
            } else if kind.is_symlink() {
                add_link(&mut gathering, below, &entry)?;
            } else if kind.is_file() {
                add_file(&mut gathering, below, &entry)?;
            } else {
                return Err(gathering.special_file(&below, "a pipe, a socket or a device"));
            }
        }
    }
    gathering.finish().map_err(|error| match error {
        Error::NoPack { source_name, .. } => Error::NoPack { source_name, bare_repository: is_bare(folder) },
        other => other,
    })
}

/// The entries of a folder with their kind, none of them followed or opened.
fn entries(
    gathering: &mut Gathering,
    path: &str,
    on_disk: &Path,
) -> Result<Vec<(String, PathBuf, FileType)>, Error> {
    let unreadable = |source| Error::Read { path: on_disk.to_path_buf(), source };
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(on_disk).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let kind = entry.file_type().map_err(unreadable)?;
        match entry.file_name().into_string() {
            Ok(name) => entries.push((name, entry.path(), kind)),
            // At the top only the pack's own names matter.
            Err(_) if path.is_empty() => {}
            Err(name) => return Err(gathering.not_utf8(&format!("{path}/{}", name.to_string_lossy()))),
        }
    }
    Ok(entries)
}

/// `templates` as a link to a folder elsewhere, or `pack.toml` as a pipe: skipping it would say "no such file".
fn refuse_disguised_folder(gathering: &Gathering, name: &str, kind: FileType) -> Result<(), Error> {
    if !belongs(name, true) && !belongs(name, false) {
        return Ok(());
    }
    let found = match () {
        () if kind.is_symlink() => "a symbolic link",
        () if kind.is_file() => "a file, and it should be a folder",
        () if kind.is_dir() => "a folder, and it should be a file",
        () => "a pipe, a socket or a device",
    };
    Err(gathering.special_file(name, found))
}

fn add_link(gathering: &mut Gathering, path: String, on_disk: &Path) -> Result<(), Error> {
    if !path.contains('/') {
        return Err(gathering.special_file(&path, "a symbolic link"));
    }
    let target =
        std::fs::read_link(on_disk).map_err(|source| Error::Read { path: on_disk.to_path_buf(), source })?;
    let Some(target) = target.to_str() else { return Err(gathering.not_utf8(&path)) };
    gathering.add_symlink(path, with_slashes(target, cfg!(windows)))
}

/// Where a link leads, as a pack says it: elsewhere than on Windows a backslash is a letter like others.
fn with_slashes(target: &str, windows: bool) -> String {
    if windows { target.replace('\\', "/") } else { target.to_owned() }
}

fn add_file(gathering: &mut Gathering, path: String, on_disk: &Path) -> Result<(), Error> {
    let unreadable = |source| Error::Read { path: on_disk.to_path_buf(), source };
    let file = open_itself(on_disk)?;
    let found = file.metadata().map_err(unreadable)?;
    if !found.is_file() {
        return Err(Error::ChangedMeanwhile { path: on_disk.to_path_buf() });
    }
    gathering.expect_bytes(&path, found.len())?;
    let mut bytes = Vec::with_capacity(usize::try_from(found.len()).unwrap_or_default());
    // What is added to it from here on is not read.
    file.take(found.len()).read_to_end(&mut bytes).map_err(unreadable)?;
    gathering.add_regular(path, bytes.into())
}

/// Opens what was seen to be a file: no link that was put in its place since, and no pipe is waited for.
#[cfg(unix)]
fn open_itself(path: &Path) -> Result<File, Error> {
    use std::os::unix::fs::OpenOptionsExt;
    let flags = libc::O_NOFOLLOW | libc::O_NONBLOCK;
    File::options().read(true).custom_flags(flags).open(path).map_err(|source| {
        // Systems differ in how they say that it is a link.
        let is_other = std::fs::symlink_metadata(path).is_ok_and(|found| !found.is_file());
        let path = path.to_path_buf();
        if is_other { Error::ChangedMeanwhile { path } } else { Error::Read { path, source } }
    })
}

#[cfg(not(unix))]
fn open_itself(path: &Path) -> Result<File, Error> {
    let unreadable = |source| Error::Read { path: path.to_path_buf(), source };
    let before = std::fs::symlink_metadata(path).map_err(unreadable)?;
    let file = File::open(path).map_err(unreadable)?;
    if !before.is_file() || before.created().ok() != file.metadata().map_err(unreadable)?.created().ok() {
        return Err(Error::ChangedMeanwhile { path: path.to_path_buf() });
    }
    Ok(file)
}

/// Whether the folder looks like a git repository without a working tree.
fn is_bare(folder: &Path) -> bool {
    ["HEAD", "objects", "refs"].map(OsStr::new).iter().all(|name| folder.join(name).exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn what_took_the_place_of_a_file_is_neither_followed_nor_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let (link, pipe) = (folder.path().join("link"), folder.path().join("pipe"));
        std::os::unix::fs::symlink("/etc/passwd", &link).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        for place in [link, pipe] {
            let mut gathering = Gathering::new("p".to_owned(), Limits::default());
            let error = add_file(&mut gathering, "pack.toml".to_owned(), &place).unwrap_err();
            assert!(matches!(error, Error::ChangedMeanwhile { .. }), "{error}");
        }
    }

    #[test]
    fn a_link_is_told_alike_on_every_platform() {
        assert_eq!(with_slashes("..\\a/b", true), "../a/b");
        assert_eq!(with_slashes("..\\a/b", false), "..\\a/b");
    }
}
