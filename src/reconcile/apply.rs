//! Doing what an outcome says: the work tree, then the lock, then the index. All of it, or nothing.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use fs_err::OpenOptions;
use git2::{Index, IndexEntry, Oid, Repository, Status};

use super::base::oid;
use super::commit::move_head;
use super::diff::entry;
use super::index_lock;
use super::journal::{Journal, Saved, State, Step, head_of};
use super::lines::conflict_in;
use super::meanwhile::After;
use super::on_disk::{self, refuse_link_on_the_way};
use super::outcome::{Change, Outcome, Stored, Task};
use super::{Checkout, Error, Turn};
use crate::intent::INTENT_FILE;
use crate::interrupt;
use crate::lock::LOCK_FILE;
use crate::render::tree::{BlobId, Mode};
use crate::repo;
use crate::repo::eol::{self, ATTRIBUTES, WorkTreeEnds};

/// The flag of an index entry whose file a sparse checkout leaves out.
const SKIP_WORKTREE: u16 = 1 << 14;
/// The flag that says there are such flags.
const EXTENDED: u16 = 1 << 14;

/// Whether git is told not to look at the file, as in a sparse checkout, which leaves it out.
pub(super) fn is_skipped(entry: &IndexEntry) -> bool {
    entry.flags_extended & SKIP_WORKTREE != 0
}

/// Applies an outcome. On any failure, and on Ctrl-C, everything is put back; a run that is killed is taken back with
/// [`abort`]. With conflicts the journal stays until [`finish`]; without, HEAD moves to `commit` in the end, if there is one.
///
/// # Errors
/// A file that cannot be written. Nothing has changed then.
pub fn apply(checkout: &Checkout, outcome: &Outcome, commit: Option<Oid>, what: &str) -> Result<(), Error> {
    apply_in_steps(checkout, outcome, commit, what, &mut |_| Ok(()))
}

pub(super) fn apply_in_steps(
    checkout: &Checkout,
    outcome: &Outcome,
    commit: Option<Oid>,
    what: &str,
    step: Step<'_>,
) -> Result<(), Error> {
    let tasks = outcome.tasks();
    if tasks.is_empty() && outcome.conflicts().next().is_none() {
        return Ok(());
    }
    // A handle of its own: what was made in memory for the merge is not written.
    let repository =
        Repository::open(checkout.repository.path()).map_err(Error::git("open the repository"))?;
    let writing = interrupt::Writing::begin();
    let conflicts: Vec<String> = outcome.conflicts().map(|record| record.path.clone()).collect();
    let waits = match (conflicts.is_empty(), outcome.revocable) {
        (false, _) => Some(State::Conflicts),
        (true, true) => Some(State::Staged),
        (true, false) => None,
    };
    // What is resolved by hand is taken back too.
    let conflicting = conflicts.iter().map(|path| (path.clone(), None));
    let after = |stored: &Stored| After::Content(stored.blob);
    let written = tasks.iter().map(|task| (task.path.to_owned(), Some(task.new.map_or(After::Gone, after))));
    let paths = conflicting.chain(written).collect();
    let commit = commit.filter(|_| waits.is_none());
    let files = (&paths, checkout.ours()?);
    let place = (checkout.root(), checkout.folder());
    let mut journal = Journal::begin(&repository, place, what, commit, files, conflicts, step)?;
    let mut index = match locked_index(checkout, &repository, &journal, outcome) {
        Ok(index) => index,
        Err(cause) => {
            journal.end()?;
            return Err(cause);
        }
    };
    let ends = WorkTreeEnds::of(&repository);
    let unmasked = Cell::new(None);
    let run = Run { checkout, repository: &repository, journal: &journal, ends, unmasked };
    let mut done = run.write(&tasks, outcome, &mut index, step);
    if let Some(state) = waits
        && done.is_ok()
    {
        done = journal.wait(state, step);
    }
    let done = done.and_then(|()| interrupt::check().map_err(|_| Error::Interrupted));
    if let Err(cause) = done {
        // The files that they hold open are needed now.
        drop((index, repository));
        journal.take_back(&checkout.repository)?;
        return Err(cause);
    }
    if let Some(commit) = commit
        && let Err(source) =
            Oid::from_str(&journal.head).and_then(|from| move_head(&repository, from, commit, what))
    {
        journal.take_back(&checkout.repository)?;
        return Err(match source.code() {
            git2::ErrorCode::Modified => Error::RepositoryChanged { what: "HEAD" },
            _ => Error::GitFailed { what: "move HEAD to the new commit", source },
        });
    }
    if waits.is_none() {
        journal.end()?;
    } else {
        index_lock::release(repository.path());
    }
    writing.stays();
    Ok(())
}

/// The index, with git's lock on it, once everything is sure to be what the outcome was worked out from.
fn locked_index(
    checkout: &Checkout,
    repository: &Repository,
    journal: &Journal,
    outcome: &Outcome,
) -> Result<Index, Error> {
    index_lock::take(repository.path())?;
    let index = journal.next_index(repository)?;
    let ours = checkout.ours()?;
    if head_of(repository) != ours.head || journal.head != ours.head {
        return Err(Error::RepositoryChanged { what: "HEAD" });
    }
    let full_name = |path: &str| format!("{}{path}", checkout.prefix);
    let changed = |path: &&String| {
        let full = checkout.root.join(path.as_str());
        let now = fs_err::symlink_metadata(&full).is_ok_and(|found| found.is_file());
        let now = if now { fs_err::read(&full).ok() } else { None };
        if path.as_str() == INTENT_FILE && outcome.intent == now {
            return false;
        }
        let stored = now.and_then(|now| eol::stored(&checkout.repository, &full_name(path), &now));
        let held = ours.files.get(path.as_str()).map(|(_, held)| *held);
        if stored.is_some_and(|stored| held == oid(BlobId::of(&stored)).ok()) {
            return false;
        }
        let entry = index.get_path(Path::new(&full_name(path)), 0);
        let left_out = entry.is_some_and(|entry| is_skipped(&entry));
        if left_out && full.symlink_metadata().is_err() {
            return false;
        }
        // Filters may make other bytes of a file than those that are held: git knows whether it is the same.
        let status = checkout.repository.status_file(Path::new(&full_name(path)));
        !status.is_ok_and(|status| status == Status::CURRENT)
    };
    let paths: Vec<String> = journal.other_than_held().iter().filter(changed).cloned().collect();
    if !paths.is_empty() {
        return Err(Error::ChangedMeanwhile { paths });
    }
    let is_staged = |saved: &Saved| {
        let entry = index.get_path(Path::new(&full_name(&saved.path)), 0).map(|entry| entry.id);
        entry != ours.files.get(&saved.path).map(|(_, held)| *held) && saved.path != INTENT_FILE
    };
    if journal.files.iter().any(is_staged) {
        return Err(Error::RepositoryChanged { what: "the index" });
    }
    Ok(index)
}

struct Run<'r> {
    checkout: &'r Checkout,
    repository: &'r Repository,
    journal: &'r Journal,
    ends: WorkTreeEnds<'r>,
    /// Permissions that the mask of the process leaves whole: those of the last file that was looked at.
    unmasked: Cell<Option<u32>>,
}

impl Run<'_> {
    fn write(
        &self,
        tasks: &[Task<'_>],
        outcome: &Outcome,
        index: &mut Index,
        step: Step<'_>,
    ) -> Result<(), Error> {
        for task in tasks {
            interrupt::check().map_err(|_| Error::Interrupted)?;
            if self.is_left_out(index, task.path) {
                continue;
            }
            let full = self.checkout.root.join(task.path);
            let unwritable = |source| Error::Unwritable { path: full.clone(), source };
            step(&full).map_err(unwritable)?;
            match task.new {
                None => {
                    self.journal.touch(task.path)?;
                    self.remove(task.path).map_err(unwritable)?;
                }
                Some(stored) => {
                    let new = self.prepare(task.path, stored).map_err(unwritable)?;
                    // Before the last look: from then on somebody can save a file in it.
                    if self.journal.is_in_new_folder(task.path) {
                        on_disk::make_folders(&self.checkout.root, task.path).map_err(unwritable)?;
                    }
                    self.journal.touch(task.path)?;
                    match self.place(task.path, &new, stored) {
                        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                            self.journal.leave(task.path);
                            return Err(Error::ChangedMeanwhile { paths: vec![task.path.to_owned()] });
                        }
                        placed => placed.map_err(unwritable)?,
                    }
                }
            }
            if task.path.ends_with(ATTRIBUTES) {
                self.ends.attributes_changed();
            }
        }
        let objects = self.repository.commondir().join("objects");
        step(&objects).map_err(|source| Error::Unwritable { path: objects, source })?;
        repo::keep_blobs(self.repository, outcome.blobs()).map_err(Error::Objects)?;
        self.stage(outcome, index).map_err(Error::git_write("write the index"))?;
        step(&self.repository.path().join("index"))
            .map_err(|source| Error::Unwritable { path: self.repository.path().join("index"), source })?;
        self.journal.place_index(index)
    }

    fn full_name(&self, path: &str) -> String {
        format!("{}{path}", self.checkout.prefix)
    }

    /// Whether a sparse checkout leaves the file out of the work tree.
    fn is_left_out(&self, index: &Index, path: &str) -> bool {
        let known = index.get_path(Path::new(&self.full_name(path)), 0);
        known.is_some_and(|entry| is_skipped(&entry))
            && self.checkout.root.join(path).symlink_metadata().is_err()
    }

    /// Removes a file, and the folders that are empty without it.
    fn remove(&self, path: &str) -> io::Result<()> {
        refuse_link_on_the_way(&self.checkout.root, path)?;
        on_disk::remove_file(&self.checkout.root.join(path))?;
        for (end, _) in path.rmatch_indices('/') {
            if fs_err::remove_dir(self.checkout.root.join(&path[..end])).is_err() {
                break;
            }
        }
        Ok(())
    }

    /// Writes the next content of a file where the journal is.
    fn prepare(&self, path: &str, stored: &Stored) -> io::Result<PathBuf> {
        let new = self.journal.place_for(path);
        if stored.mode == Mode::Symlink {
            on_disk::make_link(&String::from_utf8_lossy(&stored.content), &new)?;
        } else {
            let written = self.ends.written(&self.full_name(path), &stored.content);
            let before = self.journal.permissions_before(path);
            let content = written.as_deref().unwrap_or(&stored.content);
            write_file(&new, content, stored.mode, before, &self.unmasked)?;
        }
        Ok(new)
    }

    fn place(&self, path: &str, new: &Path, stored: &Stored) -> io::Result<()> {
        let full = self.checkout.root.join(path);
        let move_in = || {
            // What somebody saved there since the last look stays.
            if self.journal.was_absent(path) {
                on_disk::move_to_free_name(new, &full)
            } else {
                fs_err::rename(new, &full)
            }
        };
        let moved = match move_in() {
            // Nearly every file has its folder: one is made where it is missed.
            Err(error) if error.kind() == ErrorKind::NotFound => {
                on_disk::make_folders(&self.checkout.root, path)?;
                move_in()
            }
            moved => moved,
        };
        match moved {
            // The git folder is on another file system.
            Err(error) if error.kind() == ErrorKind::CrossesDevices => {
                on_disk::make_folders(&self.checkout.root, path)?;
                on_disk::remove_file(&full)?;
                if stored.mode == Mode::Symlink {
                    on_disk::make_link(&String::from_utf8_lossy(&stored.content), &full)
                } else {
                    fs_err::copy(new, &full).map(|_| ())
                }
            }
            moved => moved,
        }
    }

    /// Tells the index what became of each file.
    fn stage(&self, outcome: &Outcome, index: &mut Index) -> Result<(), git2::Error> {
        let mut left_out = BTreeSet::new();
        for record in &outcome.records {
            let gone = match &record.change {
                Change::None => continue,
                Change::Remove => Some(&record.path),
                Change::Write(_) | Change::Unmerged { .. } => record.from.as_ref(),
            };
            for path in gone.into_iter().chain([&record.path]) {
                let name = self.full_name(path);
                if self.is_left_out(index, path) {
                    left_out.insert(record.path.as_str());
                }
                if gone == Some(path) || matches!(record.change, Change::Unmerged { .. }) {
                    remove_entry(index, &name)?;
                }
            }
        }
        for record in &outcome.records {
            let name = self.full_name(&record.path);
            match &record.change {
                Change::None | Change::Remove => {}
                Change::Write(stored) => {
                    let id = oid(stored.blob)?;
                    let mut entry = self.seen(&record.path, &name, stored.mode, id);
                    if left_out.contains(record.path.as_str()) {
                        entry.flags |= EXTENDED;
                        entry.flags_extended |= SKIP_WORKTREE;
                    }
                    index.add(&entry)?;
                }
                Change::Unmerged { stages, .. } => {
                    for (stage, stored) in (1..).zip(stages) {
                        let Some(stored) = stored else { continue };
                        let id = oid(stored.blob)?;
                        index.add(&entry(&name, stored.mode, id, stage))?;
                    }
                }
            }
        }
        Ok(())
    }

    /// An entry with what git compares a file on disk by.
    fn seen(&self, path: &str, name: &str, mode: Mode, id: Oid) -> IndexEntry {
        let entry = entry(name, mode, id, 0);
        match self.checkout.root.join(path).symlink_metadata() {
            Ok(found) => with_facts(entry, &found),
            Err(_) => entry,
        }
    }
}

fn remove_entry(index: &mut Index, name: &str) -> Result<(), git2::Error> {
    if index.get_path(Path::new(name), 0).is_some() { index.remove(Path::new(name), 0) } else { Ok(()) }
}

#[cfg(unix)]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "git's index keeps 32 bits of each"
)]
fn with_facts(entry: IndexEntry, found: &std::fs::Metadata) -> IndexEntry {
    use std::os::unix::fs::MetadataExt;

    use git2::IndexTime;
    IndexEntry {
        ctime: IndexTime::new(found.ctime() as i32, found.ctime_nsec() as u32),
        mtime: IndexTime::new(found.mtime() as i32, found.mtime_nsec() as u32),
        dev: found.dev() as u32,
        ino: found.ino() as u32,
        uid: found.uid(),
        gid: found.gid(),
        file_size: found.len() as u32,
        ..entry
    }
}

#[cfg(not(unix))]
fn with_facts(entry: IndexEntry, _: &std::fs::Metadata) -> IndexEntry {
    entry
}

/// Writes a new file, with permissions as close to those before as its mode allows.
#[cfg(unix)]
fn write_file(
    path: &Path,
    content: &[u8],
    mode: Mode,
    before: Option<u32>,
    unmasked: &Cell<Option<u32>>,
) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;

    use fs_err::os::unix::fs::OpenOptionsExt;
    let executable = mode == Mode::Executable;
    let kept = before.map(|before| {
        // Who may read may run, as git has it.
        if executable { before | (before & 0o444) >> 2 } else { before & !0o111 }
    });
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(kept.unwrap_or(if executable { 0o777 } else { 0o666 }));
    let mut file = options.open(path)?;
    file.write_all(content)?;
    let Some(kept) = kept.filter(|kept| unmasked.get() != Some(*kept)) else { return Ok(()) };
    if file.metadata()?.permissions().mode() & 0o7777 == kept {
        unmasked.set(Some(kept));
        return Ok(());
    }
    // The mask of the process took some away.
    file.set_permissions(PermissionsExt::from_mode(kept))
}

#[cfg(not(unix))]
fn write_file(path: &Path, content: &[u8], _: Mode, _: Option<u32>, _: &Cell<Option<u32>>) -> io::Result<()> {
    OpenOptions::new().write(true).create_new(true).open(path)?.write_all(content)
}

/// Takes back a run that did not come to its end, or that left conflicts. Says what it was.
///
/// # Errors
/// There is none, or HEAD has moved since.
pub fn abort(checkout: &Checkout) -> Result<String, Error> {
    let _turn = Turn::take(&checkout.repository)?;
    Journal::sweep(&checkout.repository)?;
    let journal = Journal::read(&checkout.repository)?.ok_or(Error::NothingUnderWay)?;
    if journal.head != head_of(&checkout.repository) {
        return Err(Error::HeadMoved { what: journal.what });
    }
    if journal.state == State::Staged {
        refuse_edited(checkout, &journal)?;
    }
    let changed = journal.changed_since(&checkout.repository);
    if !changed.is_empty() {
        // With the lock of the run that was killed nobody could do what the message says.
        index_lock::release(checkout.repository.path());
        return Err(Error::EditedSince { paths: changed });
    }
    let writing = interrupt::Writing::begin();
    if journal.state == State::Applying {
        // The run that was killed held it: no other program begins on an index that is locked.
        index_lock::remove(checkout.repository.path())?;
    }
    index_lock::take(checkout.repository.path())?;
    journal.take_back(&checkout.repository)?;
    writing.stays();
    Ok(journal.what)
}

/// Nobody was asked to edit what a run without conflicts has staged: an edit since then is work of its own.
fn refuse_edited(checkout: &Checkout, journal: &Journal) -> Result<(), Error> {
    let is_edited = |path: &&String| {
        let status = checkout.repository.status_file(&Path::new(&journal.folder).join(path.as_str()));
        let other = Status::WT_MODIFIED | Status::WT_TYPECHANGE | Status::WT_NEW | Status::IGNORED;
        status.is_ok_and(|status| status.intersects(other))
    };
    let edited: Vec<String> =
        journal.files.iter().map(|saved| &saved.path).filter(is_edited).cloned().collect();
    if edited.is_empty() { Ok(()) } else { Err(Error::EditedSince { paths: edited }) }
}

/// A run that waited for its conflicts, at its end.
#[derive(Debug)]
pub struct Finished {
    /// What it did.
    pub what: String,
    /// Whether its result is committed already; else it is staged.
    pub committed: bool,
}

/// Ends a run whose conflicts are resolved.
///
/// # Errors
/// There is none, it was broken off on the way, or a conflict is open; and where what it staged is gone, that.
pub fn finish(checkout: &Checkout) -> Result<Finished, Error> {
    let _turn = Turn::take(&checkout.repository)?;
    Journal::sweep(&checkout.repository)?;
    let journal = Journal::read(&checkout.repository)?.ok_or(Error::NothingUnderWay)?;
    if journal.state == State::Applying {
        return Err(Error::BrokenOff { what: journal.what });
    }
    let mut index = checkout.repository.index().map_err(Error::git("read the index"))?;
    index.read(true).map_err(Error::git("read the index"))?;
    let is_open = |path: &&String| {
        let name = format!("{}{path}", checkout.prefix);
        let staged = (1..=3).any(|stage| index.get_path(Path::new(&name), stage).is_some());
        let marked = || fs_err::read(checkout.root.join(path)).is_ok_and(|text| conflict_in(&text).is_some());
        staged || marked()
    };
    let open: Vec<String> = journal.conflicts.iter().filter(is_open).cloned().collect();
    if !open.is_empty() {
        return Err(Error::Unresolved { paths: open });
    }
    let lock = format!("{}{LOCK_FILE}", checkout.prefix);
    let made = journal.makes(LOCK_FILE).map(oid).transpose().map_err(Error::git("read the index"))?;
    let staged = index.get_path(Path::new(&lock), 0).map(|entry| entry.id);
    let committed = checkout.ours()?.files.get(LOCK_FILE).map(|(_, held)| *held);
    let writing = interrupt::Writing::begin();
    journal.end()?;
    writing.stays();
    let what = journal.what;
    if made.is_some() && staged != made {
        return Err(Error::Undone { what });
    }
    Ok(Finished { what, committed: made.is_some() && committed == made })
}

#[cfg(test)]
mod tests;
