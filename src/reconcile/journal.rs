//! What a run is about to change, saved under the git folder: whatever happens on the way can be taken back.

mod take_back;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, ErrorKind, Read as _};
use std::path::{Component, Path, PathBuf};

use fs_err::{File, OpenOptions};
use git2::{Index, Oid, Repository};
use serde::{Deserialize, Serialize};

use super::meanwhile::{After, Facts, is_absence};
use super::on_disk::{permissions, refuse_link_on_the_way, remove_file, remove_folder, write_anew};
use super::{Error, Ours, index_lock};
use crate::pack::MAX_MANIFEST_BYTES as MAX_BYTES;
use crate::path::{Shown, read_plain};
use crate::render::tree::BlobId;
use crate::repo::durable;

/// Where it is, in the git folder of the work tree.
pub(super) const FOLDER: &str = "goldpath";
/// Where it is made, and where it goes to be removed: a rename decides between there and not there.
const MAKING: &str = "goldpath.new";
const GOING: &str = "goldpath.old";

/// The journal's own format.
const FORMAT: u32 = 1;

/// A run that is under way, or waits for conflicts to be resolved.
#[derive(Debug, Serialize, Deserialize)]
pub struct Journal {
    format: u32,
    pub(super) state: State,
    /// What the run does, for messages.
    pub(super) what: String,
    /// The commit that HEAD was at.
    pub(super) head: String,
    /// The commit that HEAD moves to when everything else is done: where it is there, the run had come to its end.
    #[serde(default)]
    commit: Option<String>,
    /// The folders from the root of the work tree down to the project, so that a repository can be moved meanwhile.
    pub(super) folder: String,
    /// The root of the project.
    #[serde(skip)]
    root: PathBuf,
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
    /// What only the run itself knows.
    #[serde(skip)]
    here: Option<Here>,
}

/// What a run saw when it saved the files, and what it did since.
#[derive(Debug, Default)]
struct Here {
    /// Of each file, in the order of their paths.
    seen: Vec<Option<Facts>>,
    /// Of the index.
    index: Option<Facts>,
    /// Files that are not what HEAD holds.
    other: Vec<String>,
    /// Files that were written or removed.
    touched: RefCell<BTreeSet<usize>>,
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
    /// What the run makes of it; none where that is not known.
    #[serde(default)]
    after: Option<After>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Before {
    Absent,
    /// Its permissions; its bytes are in the journal.
    File(u32),
    /// Its permissions; its bytes are those of an object that HEAD holds.
    Held(u32, String),
    Link(String),
}

/// Told before each write; may refuse it, as a disk does.
pub(super) type Step<'s> = &'s mut dyn FnMut(&Path) -> io::Result<()>;

impl Journal {
    /// Saves everything that will change. From here on it can be taken back.
    pub(super) fn begin(
        repository: &Repository,
        (root, folder): (&Path, &str),
        what: &str,
        commit: Option<Oid>,
        (paths, ours): (&BTreeMap<String, Option<After>>, &Ours),
        conflicts: Vec<String>,
        step: Step<'_>,
    ) -> Result<Self, Error> {
        let git_dir = repository.path().to_owned();
        let making = git_dir.join(MAKING);
        let unwritable = |source| Error::Unwritable { path: making.clone(), source };
        let mut journal = Self {
            format: FORMAT,
            state: State::Applying,
            what: what.to_owned(),
            head: head_of(repository),
            commit: commit.map(|commit| commit.to_string()),
            folder: folder.to_owned(),
            root: root.to_owned(),
            files: Vec::new(),
            folders: Vec::new(),
            made: Vec::new(),
            conflicts,
            git_dir: git_dir.clone(),
            here: None,
        };
        remove_folder(&making).map_err(unwritable)?;
        let saved = journal.save(paths, ours, &making, step).map_err(unwritable);
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

    fn save(
        &mut self,
        paths: &BTreeMap<String, Option<After>>,
        ours: &Ours,
        making: &Path,
        step: Step<'_>,
    ) -> io::Result<()> {
        fs_err::create_dir(making)?;
        fs_err::create_dir(making.join("new"))?;
        let mut written = Vec::new();
        let mut folders = BTreeSet::new();
        let mut here = Here::default();
        for (number, (path, after)) in paths.iter().enumerate() {
            let full = self.root.join(path);
            let held = ours.files.get(path).map(|(_, held)| held.as_bytes());
            here.seen.push(None);
            folders.extend(path.match_indices('/').map(|(end, _)| path[..end].to_owned()));
            let before = match fs_err::symlink_metadata(&full) {
                Err(error) if is_absence(&error) => {
                    if held.is_some() {
                        here.other.push(path.clone());
                    }
                    Before::Absent
                }
                Err(error) => return Err(error),
                // Its files go, each by its own name.
                Ok(found) if found.is_dir() && held.is_none() => Before::Absent,
                Ok(found) if found.is_symlink() => {
                    here.seen[number] = Some(Facts::of(&found));
                    let target = fs_err::read_link(&full)?.to_string_lossy().into_owned();
                    if held != Some(BlobId::of(target.as_bytes()).as_bytes()) {
                        here.other.push(path.clone());
                    }
                    Before::Link(target)
                }
                Ok(found) => {
                    here.seen[number] = Some(Facts::of(&found));
                    // What is added to it from here on is told when it is touched.
                    let mut bytes = Vec::with_capacity(usize::try_from(found.len()).unwrap_or_default());
                    File::open(&full)?.take(found.len()).read_to_end(&mut bytes)?;
                    let id = BlobId::of(&bytes);
                    if held == Some(id.as_bytes()) {
                        Before::Held(permissions(&found), id.to_string())
                    } else {
                        here.other.push(path.clone());
                        // As git converts it, edited and not committed, or of nobody's but this disk.
                        let copy = making.join(number.to_string());
                        step(&copy)?;
                        fs_err::write(&copy, bytes)?;
                        written.push(copy);
                        Before::File(permissions(&found))
                    }
                }
            };
            self.files.push(Saved { path: path.clone(), before, after: *after });
        }
        for folder in folders {
            match fs_err::symlink_metadata(self.root.join(&folder)) {
                Ok(found) if found.is_dir() => self.folders.push((folder, permissions(&found))),
                _ => self.made.push(folder),
            }
        }
        let index = self.git_dir.join("index");
        here.index = Facts::at(&index)?;
        if here.index.is_some() {
            let copy = making.join("index");
            step(&copy)?;
            fs_err::write(&copy, fs_err::read(&index)?)?;
            written.push(copy);
        }
        written.push(self.write(making, step)?);
        self.here = Some(here);
        durable::sync(&written, making)
    }

    /// What the run makes of a file, if it writes it.
    pub(super) fn makes(&self, path: &str) -> Option<BlobId> {
        match self.files[self.number_of(path)?].after? {
            After::Content(blob) => Some(blob),
            After::Gone => None,
        }
    }

    /// The files that were not what HEAD holds when they were saved.
    pub(super) fn other_than_held(&self) -> &[String] {
        self.here.as_ref().map_or(&[], |here| &here.other)
    }

    /// A copy of the index, which is locked, to change; of the same age, by which git knows what it has to look at again.
    pub(super) fn next_index(&self, repository: &Repository) -> Result<Index, Error> {
        let folder = self.git_dir.join(FOLDER);
        let (index, next) = (self.git_dir.join("index"), folder.join("index.next"));
        let copy = || {
            let Some(now) = Facts::at(&index)? else { return Ok(()) };
            let modified = fs_err::metadata(&index)?.modified()?;
            if self.here.as_ref().is_none_or(|here| here.index != Some(now)) {
                // Git wrote it between the copy and the lock.
                write_anew(&next, &fs_err::read(&index)?)?;
                fs_err::rename(&next, folder.join("index"))?;
            }
            write_anew(&next, &fs_err::read(&index)?)?;
            OpenOptions::new().write(true).open(&next)?.into_parts().0.set_modified(modified)
        };
        copy().map_err(|source| Error::Unwritable { path: next.clone(), source })?;
        let open = || {
            let mut index = Index::open(&next)?;
            repository.set_index(&mut index)?;
            Ok(index)
        };
        open().map_err(Error::git("read the index"))
    }

    /// Puts the changed index into place.
    pub(super) fn place_index(&self, index: &mut Index) -> Result<(), Error> {
        let (next, place) = (self.git_dir.join(FOLDER).join("index.next"), self.git_dir.join("index"));
        if let Err(source) = index.write() {
            // It keeps to itself what the system said: to write a little more than that says it again.
            let length = fs_err::metadata(&place).map_or(0, |found| found.len());
            let more = usize::try_from(2 * length + (1 << 16)).unwrap_or_default();
            let probe = next.with_extension("probe");
            let again = fs_err::write(&probe, vec![0; more]);
            let _ = remove_file(&probe);
            return Err(match again {
                Err(source) => Error::Unwritable { path: place, source },
                Ok(()) => Error::GitFailed { what: "write the index", source },
            });
        }
        fs_err::rename(next, &place).map_err(|source| Error::Unwritable { path: place, source })
    }

    /// Refuses to change a file that is not what was saved any more; else it counts as changed by this run.
    pub(super) fn touch(&self, path: &str) -> Result<(), Error> {
        let (Some(here), Some(number)) = (&self.here, self.number_of(path)) else { return Ok(()) };
        let full = self.root.join(path);
        if refuse_link_on_the_way(&self.root, path).is_err() {
            return Err(Error::ChangedMeanwhile { paths: vec![path.to_owned()] });
        }
        let now = Facts::at(&full).map_err(|source| Error::Unreadable { path: full, source })?;
        if now != here.seen[number] && !here.touched.borrow().contains(&number) {
            return Err(Error::ChangedMeanwhile { paths: vec![path.to_owned()] });
        }
        here.touched.borrow_mut().insert(number);
        Ok(())
    }

    /// A file that this run has not changed after all.
    pub(super) fn leave(&self, path: &str) {
        if let (Some(here), Some(number)) = (&self.here, self.number_of(path)) {
            here.touched.borrow_mut().remove(&number);
        }
    }

    fn write(&self, folder: &Path, step: Step<'_>) -> io::Result<PathBuf> {
        let place = folder.join("journal.json");
        let new = folder.join("journal.new");
        step(&place)?;
        write_anew(&new, &serde_json::to_vec(self).map_err(io::Error::other)?)?;
        fs_err::rename(&new, &place)?;
        Ok(place)
    }

    /// Reads the file of a journal.
    ///
    /// # Errors
    /// It is none, or names a place that no run writes to.
    pub fn of(bytes: &[u8]) -> io::Result<Self> {
        let journal: Self = serde_json::from_slice(bytes)?;
        if journal.format != FORMAT {
            let told = format!("it has format {}, and this goldpath reads {FORMAT}", journal.format);
            return Err(io::Error::other(told));
        }
        let files = journal.files.iter().map(|saved| &saved.path);
        let folders = journal.folders.iter().map(|(folder, _)| folder);
        match files.chain(folders).chain(&journal.made).find(|path| !stays_below(path)) {
            Some(path) => Err(io::Error::other(format!(
                "it names `{}`, which is outside of the project",
                Shown::of(path)
            ))),
            None => Ok(journal),
        }
    }

    /// The run that is under way in this repository, if there is one.
    pub(super) fn read(repository: &Repository) -> Result<Option<Self>, Error> {
        Ok(Self::found(repository)?.filter(|journal| !journal.is_over(repository)))
    }

    fn found(repository: &Repository) -> Result<Option<Self>, Error> {
        let folder = repository.path().join(FOLDER);
        let place = folder.join("journal.json");
        let bytes = match read_plain(&place, MAX_BYTES) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound && !folder.exists() => return Ok(None),
            Err(source) => return Err(Error::Unreadable { path: place, source }),
        };
        let mut journal =
            Self::of(&bytes).map_err(|source| Error::Unreadable { path: place.clone(), source })?;
        let root = journal.root_in(repository);
        journal.root = root.map_err(|source| Error::Unreadable { path: place, source })?;
        repository.path().clone_into(&mut journal.git_dir);
        Ok(Some(journal))
    }

    /// Whether only its end was missing.
    fn is_over(&self, repository: &Repository) -> bool {
        self.commit.as_ref().is_some_and(|commit| *commit == head_of(repository))
    }

    /// Where the project is. A repository that was unpacked from an archive may bring a journal that no run of goldpath
    /// wrote: its project has to be in the work tree of this very repository.
    fn root_in(&self, repository: &Repository) -> io::Result<PathBuf> {
        let workdir = repository.workdir().map(dunce::canonicalize).transpose()?;
        match workdir {
            Some(workdir) if are_names(Path::new(&self.folder)) => {
                refuse_link_on_the_way(&workdir, &format!("{}/", self.folder))?;
                Ok(if self.folder.is_empty() { workdir } else { workdir.join(&self.folder) })
            }
            _ => Err(io::Error::other("it is about a folder outside of this repository")),
        }
    }

    /// Removes what a run that was killed left before its beginning or after its end. Only who has the turn may.
    pub(super) fn sweep(repository: &Repository) -> Result<(), Error> {
        match Self::found(repository)? {
            Some(journal) if journal.is_over(repository) => journal.end()?,
            Some(journal) if journal.state == State::Applying => {}
            _ => index_lock::release(repository.path()),
        }
        for name in [MAKING, GOING] {
            let folder = repository.path().join(name);
            remove_folder(&folder).map_err(|source| Error::Unwritable { path: folder.clone(), source })?;
        }
        Ok(())
    }

    /// A place for the next content of a file, on the file system of the git folder.
    pub(super) fn place_for(&self, path: &str) -> PathBuf {
        let number = self.number_of(path).unwrap_or(self.files.len());
        self.git_dir.join(FOLDER).join("new").join(number.to_string())
    }

    /// Whether the folder of a file was not there.
    pub(super) fn is_in_new_folder(&self, path: &str) -> bool {
        let folder = path.rsplit_once('/').map(|(folder, _)| folder);
        folder.is_some_and(|folder| self.made.binary_search_by(|made| made.as_str().cmp(folder)).is_ok())
    }

    pub(super) fn was_absent(&self, path: &str) -> bool {
        self.number_of(path).is_some_and(|number| matches!(self.files[number].before, Before::Absent))
    }

    /// The permissions of a file as it was.
    pub(super) fn permissions_before(&self, path: &str) -> Option<u32> {
        match self.files[self.number_of(path)?].before {
            Before::File(permissions) | Before::Held(permissions, _) => Some(permissions),
            Before::Absent | Before::Link(_) => None,
        }
    }

    /// Files are saved in the order of their paths.
    fn number_of(&self, path: &str) -> Option<usize> {
        self.files.binary_search_by(|saved| saved.path.as_str().cmp(path)).ok()
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
        index_lock::release(&self.git_dir);
        remove_folder(&going).map_err(unwritable)?;
        fs_err::rename(&folder, &going).map_err(unwritable)?;
        // From here on it is over; what is left is swept by the next run.
        self.remove_by_name(&going);
        let _ = remove_folder(&going);
        Ok(())
    }

    /// Removes what is known to be in the folder: that needs no open file, where listing it does.
    fn remove_by_name(&self, folder: &Path) {
        let copies = self.files.iter().enumerate();
        let copies = copies.filter(|(_, saved)| matches!(saved.before, Before::File(_)));
        let names = copies.map(|(number, _)| number.to_string());
        for name in names.chain(["index", "journal.json", "lock"].map(str::to_owned)) {
            let _ = remove_file(&folder.join(name));
        }
        for emptied in [&folder.join("new"), folder] {
            let _ = fs_err::remove_dir(emptied);
        }
    }
}

/// Whether a path leads to something below the root, whatever the team called it, and not into git's own folder.
fn stays_below(path: &str) -> bool {
    !path.is_empty() && are_names(Path::new(path))
}

fn are_names(path: &Path) -> bool {
    path.components()
        .all(|part| matches!(part, Component::Normal(name) if !name.eq_ignore_ascii_case(".git")))
}

/// The commit that HEAD is at; empty before the first.
pub(super) fn head_of(repository: &Repository) -> String {
    repository.head().ok().and_then(|head| head.target()).map(|id| id.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn journal(path: &str) -> String {
        format!(
            r#"{{"format":1,"state":"staged","what":"x","head":"","folder":"r","files":[{{"path":"{path}","before":"absent"}}],
                "folders":[],"made":[],"conflicts":[]}}"#
        )
    }

    #[test]
    fn a_journal_that_leads_out_of_the_project_is_refused() {
        for fine in ["a", "a/b c", "a:b/.x"] {
            assert!(Journal::of(journal(fine).as_bytes()).is_ok(), "{fine}");
        }
        for refused in ["", "/etc/passwd", "../a", "a/../../b", "./a"] {
            let told = Journal::of(journal(refused).as_bytes()).unwrap_err().to_string();
            assert!(told.ends_with("which is outside of the project"), "{refused}: {told}");
        }
        let newer = journal("a").replace("\"format\":1", "\"format\":2");
        assert_eq!(
            Journal::of(newer.as_bytes()).unwrap_err().to_string(),
            "it has format 2, and this goldpath reads 1"
        );
    }
}
