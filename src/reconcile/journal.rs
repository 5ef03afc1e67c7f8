//! What a run is about to change, saved under the git folder: whatever happens on the way can be taken back.

use std::collections::BTreeSet;
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};

use git2::{Oid, Repository};
use serde::{Deserialize, Serialize};

use super::Error;
use crate::pack::MAX_MANIFEST_BYTES as MAX_BYTES;
use crate::path::read_plain;
use crate::repo::durable;

/// Where it is, in the git folder of the work tree.
const FOLDER: &str = "goldpath";
/// Where it is made, and where it goes to be removed: a rename decides between there and not there.
const MAKING: &str = "goldpath.new";
const GOING: &str = "goldpath.old";

/// A run that is under way, or waits for conflicts to be resolved.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Journal {
    format: u32,
    pub(super) state: State,
    /// What the run does, for messages.
    pub(super) what: String,
    /// The commit that HEAD was at.
    pub(super) head: String,
    /// The commit that HEAD moves to when everything else is done: where it is there, the run had come to its end.
    #[serde(default)]
    commit: Option<String>,
    /// The root of the project.
    pub(super) root: PathBuf,
    /// Every file that is written or removed, relative to the root.
    pub(super) files: Vec<Saved>,
    /// Folders that were there: a run that removes the last file of one removes it.
    folders: Vec<(String, u32)>,
    /// Folders that were not there.
    made: Vec<String>,
    /// The files in conflict.
    pub(super) conflicts: Vec<String>,
    #[serde(skip)]
    git_dir: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    /// Files are being changed.
    Applying,
    /// Everything is in place, and conflicts are open.
    Conflicts,
    /// Everything is in place, and can be taken back until it is committed.
    Staged,
}

/// A file as it was.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Saved {
    pub(super) path: String,
    before: Before,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Before {
    Absent,
    /// Its permissions; its bytes are in the journal.
    File(u32),
    Link(String),
}

/// Told before each write; may refuse it, as a disk does.
pub(super) type Step<'s> = &'s mut dyn FnMut(&Path) -> io::Result<()>;

impl Journal {
    /// Saves everything that will change. From here on it can be taken back.
    pub(super) fn begin(
        repository: &Repository,
        root: &Path,
        what: &str,
        commit: Option<Oid>,
        paths: &BTreeSet<String>,
        conflicts: Vec<String>,
        step: Step<'_>,
    ) -> Result<Self, Error> {
        let git_dir = repository.path().to_owned();
        let making = git_dir.join(MAKING);
        let unwritable = |source| Error::Unwritable { path: making.clone(), source };
        let mut journal = Self {
            format: 1,
            state: State::Applying,
            what: what.to_owned(),
            head: head_of(repository),
            commit: commit.map(|commit| commit.to_string()),
            root: root.to_owned(),
            files: Vec::new(),
            folders: Vec::new(),
            made: Vec::new(),
            conflicts,
            git_dir: git_dir.clone(),
        };
        remove_folder(&making).map_err(unwritable)?;
        let saved = journal.save(paths, &making, step).map_err(unwritable);
        if let Err(error) = saved {
            let _ = remove_folder(&making);
            return Err(error);
        }
        let place = git_dir.join(FOLDER);
        if let Err(source) = step(&place).and_then(|()| fs_err::rename(&making, &place)) {
            let _ = remove_folder(&making);
            return Err(Error::Unwritable { path: place, source });
        }
        let _ = durable::sync_folder(&git_dir);
        Ok(journal)
    }

    fn save(&mut self, paths: &BTreeSet<String>, making: &Path, step: Step<'_>) -> io::Result<()> {
        fs_err::create_dir(making)?;
        fs_err::create_dir(making.join("new"))?;
        let mut written = Vec::new();
        let mut folders = BTreeSet::new();
        for (number, path) in paths.iter().enumerate() {
            let full = self.root.join(path);
            folders.extend(path.match_indices('/').map(|(end, _)| path[..end].to_owned()));
            let before = match fs_err::symlink_metadata(&full) {
                Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                    Before::Absent
                }
                Err(error) => return Err(error),
                Ok(found) if found.is_symlink() => {
                    Before::Link(fs_err::read_link(&full)?.to_string_lossy().into_owned())
                }
                Ok(found) => {
                    let copy = making.join(number.to_string());
                    step(&copy)?;
                    fs_err::write(&copy, fs_err::read(&full)?)?;
                    written.push(copy);
                    Before::File(permissions(&found))
                }
            };
            self.files.push(Saved { path: path.clone(), before });
        }
        for folder in folders {
            match fs_err::symlink_metadata(self.root.join(&folder)) {
                Ok(found) if found.is_dir() => self.folders.push((folder, permissions(&found))),
                _ => self.made.push(folder),
            }
        }
        let index = self.git_dir.join("index");
        if index.exists() {
            let copy = making.join("index");
            step(&copy)?;
            fs_err::write(&copy, fs_err::read(&index)?)?;
            written.push(copy);
        }
        written.push(self.write(making, step)?);
        durable::sync(&written, making)
    }

    fn write(&self, folder: &Path, step: Step<'_>) -> io::Result<PathBuf> {
        let place = folder.join("journal.json");
        let new = folder.join("journal.new");
        step(&place)?;
        fs_err::write(&new, serde_json::to_vec(self).map_err(io::Error::other)?)?;
        fs_err::rename(&new, &place)?;
        Ok(place)
    }

    /// The run that is under way in this repository, if there is one.
    pub(super) fn read(repository: &Repository) -> Result<Option<Self>, Error> {
        let folder = repository.path().join(FOLDER);
        let place = folder.join("journal.json");
        let bytes = match read_plain(&place, MAX_BYTES) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound && !folder.exists() => return Ok(None),
            Err(source) => return Err(Error::Unreadable { path: place, source }),
        };
        let mut journal: Self = serde_json::from_slice(&bytes)
            .map_err(|error| Error::Unreadable { path: place.clone(), source: error.into() })?;
        journal.refuse_foreign(repository).map_err(|source| Error::Unreadable { path: place, source })?;
        repository.path().clone_into(&mut journal.git_dir);
        let is_over = journal.commit.as_ref().is_some_and(|commit| *commit == head_of(repository));
        if is_over {
            journal.end()?;
            return Ok(None);
        }
        Ok(Some(journal))
    }

    /// A repository that was unpacked from an archive may bring a journal that no run of goldpath wrote: what it names has
    /// to be in the work tree of this very repository.
    fn refuse_foreign(&self, repository: &Repository) -> io::Result<()> {
        let workdir = repository.workdir().map(fs_err::canonicalize).transpose()?;
        if !workdir.is_some_and(|workdir| self.root.starts_with(workdir)) || !is_inside(&self.root) {
            return Err(io::Error::other("it is about a folder outside of this repository"));
        }
        let files = self.files.iter().map(|saved| &saved.path).chain(&self.made);
        let mut names = files.chain(self.folders.iter().map(|(folder, _)| folder));
        match names.find(|name| Path::new(name).is_absolute() || !is_inside(Path::new(name))) {
            Some(name) => {
                Err(io::Error::other(format!("it names `{name}`, which is outside of the project")))
            }
            None => Ok(()),
        }
    }

    /// Removes what a run that was killed left before its beginning or after its end.
    pub(super) fn sweep(repository: &Repository) -> Result<(), Error> {
        for name in [MAKING, GOING] {
            let folder = repository.path().join(name);
            remove_folder(&folder).map_err(|source| Error::Unwritable { path: folder.clone(), source })?;
        }
        Ok(())
    }

    /// A place for the next content of a file, on the file system of the git folder.
    pub(super) fn place_for(&self, path: &str) -> PathBuf {
        let number = self.files.iter().position(|saved| saved.path == path).unwrap_or(self.files.len());
        self.git_dir.join(FOLDER).join("new").join(number.to_string())
    }

    /// The permissions of a file as it was.
    pub(super) fn permissions_before(&self, path: &str) -> Option<u32> {
        self.files.iter().find(|saved| saved.path == path).and_then(|saved| match saved.before {
            Before::File(permissions) => Some(permissions),
            _ => None,
        })
    }

    /// Everything is in place, and what was before stays at hand.
    pub(super) fn wait(&mut self, state: State, step: Step<'_>) -> Result<(), Error> {
        self.state = state;
        let folder = self.git_dir.join(FOLDER);
        self.write(&folder, step).map(|_| ()).map_err(|source| Error::Unwritable { path: folder, source })
    }

    /// There is nothing to take back any more.
    pub(super) fn end(&self) -> Result<(), Error> {
        let (folder, going) = (self.git_dir.join(FOLDER), self.git_dir.join(GOING));
        let unwritable = |source| Error::Unwritable { path: folder.clone(), source };
        remove_folder(&going).map_err(unwritable)?;
        fs_err::rename(&folder, &going).map_err(unwritable)?;
        // From here on it is over; what is left is swept by the next run.
        let _ = remove_folder(&going);
        Ok(())
    }

    /// Puts everything back as it was, and ends. It may be called again when it failed.
    pub(super) fn take_back(&self) -> Result<(), Error> {
        self.restore().map_err(|source| Error::NotPutBack { what: self.what.clone(), source })?;
        self.end()
    }

    fn restore(&self) -> io::Result<()> {
        for saved in self.files.iter().filter(|saved| matches!(saved.before, Before::Absent)) {
            refuse_link_on_the_way(&self.root, &saved.path)?;
            remove_file(&self.root.join(&saved.path))?;
        }
        // The deepest first.
        for folder in self.made.iter().rev() {
            match fs_err::remove_dir(self.root.join(folder)) {
                Err(error)
                    if !matches!(
                        error.kind(),
                        ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::DirectoryNotEmpty
                    ) =>
                {
                    return Err(error);
                }
                // Somebody else put something in it: it stays.
                _ => {}
            }
        }
        for (folder, mode) in &self.folders {
            let full = self.root.join(folder);
            refuse_link_on_the_way(&self.root, folder)?;
            if full.symlink_metadata().is_err() {
                fs_err::create_dir(&full)?;
                set_permissions(&full, *mode)?;
            }
        }
        let journal = self.git_dir.join(FOLDER);
        for (number, saved) in self.files.iter().enumerate() {
            let full = self.root.join(&saved.path);
            refuse_link_on_the_way(&self.root, &saved.path)?;
            match &saved.before {
                Before::Absent => {}
                Before::File(mode) => {
                    restore_file(&full, &fs_err::read(journal.join(number.to_string()))?, *mode)?;
                }
                Before::Link(target) => {
                    if fs_err::read_link(&full).ok().as_deref() != Some(Path::new(target)) {
                        remove_file(&full)?;
                        make_link(target, &full)?;
                    }
                }
            }
        }
        if self.state == State::Applying {
            // The run that was killed held it: no other program begins on an index that is locked.
            remove_file(&self.git_dir.join("index.lock"))?;
        }
        let (index, saved) = (self.git_dir.join("index"), journal.join("index"));
        if saved.exists() {
            let bytes = fs_err::read(&saved)?;
            if fs_err::read(&index).ok().as_ref() != Some(&bytes) {
                let new = journal.join("index.new");
                fs_err::write(&new, bytes)?;
                fs_err::rename(new, index)?;
            }
        }
        Ok(())
    }
}

/// Whether a path has nothing but names in it, and no `.git`.
fn is_inside(path: &Path) -> bool {
    path.components().all(|part| match part {
        Component::Normal(name) => !name.eq_ignore_ascii_case(".git"),
        Component::RootDir | Component::Prefix(_) => true,
        Component::ParentDir | Component::CurDir => false,
    })
}

/// Refuses to reach a file through a symbolic link that somebody put in the place of a folder meanwhile.
pub(super) fn refuse_link_on_the_way(root: &Path, path: &str) -> io::Result<()> {
    for (end, _) in path.match_indices('/') {
        let folder = &path[..end];
        if fs_err::symlink_metadata(root.join(folder)).is_ok_and(|found| found.is_symlink()) {
            return Err(io::Error::other(format!("`{folder}` has become a symbolic link")));
        }
    }
    Ok(())
}

fn restore_file(full: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    if let Ok(found) = fs_err::symlink_metadata(full)
        && found.is_file()
        && permissions(&found) == mode
        && fs_err::read(full).ok().as_deref() == Some(bytes)
    {
        return Ok(());
    }
    remove_file(full)?;
    fs_err::write(full, bytes)?;
    set_permissions(full, mode)
}

/// The commit that HEAD is at; empty before the first.
pub(super) fn head_of(repository: &Repository) -> String {
    repository.head().ok().and_then(|head| head.target()).map(|id| id.to_string()).unwrap_or_default()
}

pub(super) fn remove_file(path: &Path) -> io::Result<()> {
    match fs_err::remove_file(path) {
        Err(error) if !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Err(error),
        _ => Ok(()),
    }
}

fn remove_folder(path: &Path) -> io::Result<()> {
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
fn permissions(found: &std::fs::Metadata) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&found.permissions()) & 0o7777
}

#[cfg(not(unix))]
fn permissions(_: &std::fs::Metadata) -> u32 {
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
