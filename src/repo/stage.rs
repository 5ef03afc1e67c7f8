//! The folder in which everything is built before it is moved into place.

use std::collections::HashSet;
use std::fs::Metadata;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use fs_err::OpenOptions;
use tempfile::TempDir;

use super::alone::Alone;
use super::error::Error;
use super::left_behind::{STAGE, stages_in};
use super::placement::{Located, locate};
use crate::interrupt;
use crate::render::tree::File;
#[cfg(unix)]
use crate::render::tree::Mode;

/// A temporary folder on the target's file system; it vanishes with this value.
pub(super) struct Stage {
    folder: TempDir,
    /// Where the tree is built, in the folder.
    pub(super) root: PathBuf,
    /// The path the folder itself is renamed to, when nothing stands at the target.
    whole: Option<PathBuf>,
    /// Another run sees by it that this one is alive.
    _held: Option<Alone>,
}

impl Stage {
    fn new(folder: TempDir, root: PathBuf, whole: Option<PathBuf>) -> Self {
        let held = Alone::within(folder.path());
        Self { folder, root, whole, _held: held }
    }

    /// A stage for a target that does not exist: one rename makes it, and the missing folders above it.
    pub(super) fn for_fresh(target: &Path) -> Result<Self, Error> {
        let Located { target, existing } = locate(target)?;
        let missing = target.strip_prefix(&existing).unwrap_or(Path::new(""));
        let mut names = missing.components();
        let Some(first) = names.next() else { return Err(Error::TargetAppeared { path: target }) };
        let folder = temporary_in(&existing).map_err(Error::unwritable(&target))?;
        // Not joined: with nothing to join that ends in a backslash on Windows, and libgit2 then begins at the drive.
        let mut root = folder.path().to_path_buf();
        root.extend(names);
        fs_err::create_dir_all(&root).map_err(Error::unwritable(&target))?;
        Ok(Self::new(folder, root, Some(existing.join(first))))
    }

    /// A stage for a folder that exists: beside it, or in it where that is another file system or
    /// not writable.
    pub(super) fn for_existing(target: &Path) -> Result<Self, Error> {
        let beside = target.parent().filter(|parent| same_file_system(parent, target));
        let folder = beside.and_then(|parent| temporary_in(parent).ok());
        let folder = folder.filter(|folder| same_mount(folder.path(), target));
        let folder = match folder {
            Some(folder) => folder,
            None => temporary_in(target).map_err(Error::unwritable(target))?,
        };
        let root = folder.path().to_path_buf();
        Ok(Self::new(folder, root, None))
    }

    /// Writes the files, in the order given; `written` hears of each.
    pub(super) fn write(
        &self,
        files: &[(&str, &File)],
        mut written: impl FnMut(usize),
    ) -> Result<Vec<Metadata>, Error> {
        let mut folders = HashSet::new();
        let mut facts = Vec::with_capacity(files.len());
        for (number, (path, file)) in files.iter().enumerate() {
            interrupt::check()?;
            let failed = |source: io::Error| match source.kind() {
                io::ErrorKind::AlreadyExists => Error::Collision { path: (*path).to_owned() },
                _ => Error::Unwritable { path: self.root.clone(), source },
            };
            self.make_folders(path, &mut folders).map_err(failed)?;
            facts.push(write_file(&self.root.join(path), file).map_err(failed)?);
            written(number + 1);
        }
        Ok(facts)
    }

    /// The stages beside this one that runs which were killed have left.
    pub(super) fn left_behind(&self) -> Vec<PathBuf> {
        self.folder.path().parent().map(stages_in).unwrap_or_default()
    }

    fn make_folders<'a>(&self, path: &'a str, known: &mut HashSet<&'a str>) -> io::Result<()> {
        let Some((parent, _)) = path.rsplit_once('/') else { return Ok(()) };
        if known.contains(parent) {
            return Ok(());
        }
        for (end, _) in path.match_indices('/') {
            if known.insert(&path[..end]) {
                fs_err::create_dir(self.root.join(&path[..end]))?;
            }
        }
        Ok(())
    }

    /// Renames the whole stage into place.
    pub(super) fn place_whole(self) -> Result<(), Error> {
        let Some(place) = self.whole else { return Ok(()) };
        if place.symlink_metadata().is_ok() {
            return Err(Error::TargetAppeared { path: place });
        }
        fs_err::rename(self.folder.path(), &place).map_err(|source| match source.kind() {
            io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::NotADirectory => {
                Error::TargetAppeared { path: place }
            }
            _ => Error::Unwritable { path: place, source },
        })?;
        // It is no longer where the guard would remove it.
        let _ = self.folder.keep();
        Ok(())
    }
}

fn temporary_in(parent: &Path) -> io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(STAGE);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // It becomes the repository itself: the umask decides, not the privacy of a temporary folder.
        builder.permissions(std::fs::Permissions::from_mode(0o777));
    }
    builder.tempdir_in(parent)
}

/// Whether what is in one folder can be renamed into another: a folder that is mounted from the same file system, as
/// containers have it, looks like one of its own and is none. Nothing is there to be renamed; the mounts are compared first.
fn same_mount(from: &Path, to: &Path) -> bool {
    let probed = fs_err::rename(from.join("nothing"), to.join(".goldpath-nothing"));
    !probed.is_err_and(|error| error.kind() == io::ErrorKind::CrossesDevices)
}

#[cfg(unix)]
fn same_file_system(a: &Path, b: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    matches!((a.metadata(), b.metadata()), (Ok(a), Ok(b)) if a.dev() == b.dev())
}

#[cfg(not(unix))]
fn same_file_system(_: &Path, _: &Path) -> bool {
    true
}

/// Writes one file that must not exist yet, and says what git's index wants to know about it.
fn write_file(path: &Path, file: &File) -> io::Result<Metadata> {
    #[cfg(unix)]
    if file.mode == Mode::Symlink {
        use std::os::unix::ffi::OsStrExt;
        let target = std::ffi::OsStr::from_bytes(&file.content);
        fs_err::os::unix::fs::symlink(target, path)?;
        return fs_err::symlink_metadata(path);
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use fs_err::os::unix::fs::OpenOptionsExt;
        options.mode(if file.mode == Mode::Executable { 0o777 } else { 0o666 });
    }
    let mut out = options.open(path)?;
    out.write_all(&file.content)?;
    out.metadata()
}

#[cfg(test)]
mod tests {
    use super::super::testing::Sandbox;
    use super::*;

    #[test]
    fn the_name_of_a_stage_ends_in_no_separator() {
        let sandbox = Sandbox::new();
        for target in ["orders", "services/orders"] {
            let stage = Stage::for_fresh(&sandbox.path().join(target)).unwrap();
            assert!(!stage.root.to_str().unwrap().ends_with(std::path::is_separator), "{target}");
        }
    }
}
