//! What a run does not start on, because of the state of the repository. Each refusal has its way out.

use std::collections::BTreeSet;
use std::path::Path;

use git2::{IndexEntryFlag, Oid, RepositoryState, Status, StatusOptions};

use super::apply::is_skipped;
use super::journal::{Journal, State, head_of};
use super::outcome::{Change, Outcome};
use super::{Checkout, Error, Turn};
use crate::project::INTENT_FILE;
use crate::render::tree::BlobId;
use crate::repo::eol::WorkTreeEnds;

/// What need not be committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowed {
    /// Everything has to be.
    Nothing,
    /// An edited goldpath.toml is what the run is about.
    Intent,
}

/// Refuses a repository on which nothing can be started now. Until the turn is dropped no other run begins.
///
/// # Errors
/// What is in the way.
pub fn refuse(checkout: &Checkout, allowed: Allowed) -> Result<Turn, Error> {
    let repository = &checkout.repository;
    let turn = Turn::take(repository)?;
    Journal::sweep(repository)?;
    let mut staged = None;
    if let Some(journal) = Journal::read(repository)? {
        match journal.state {
            State::Applying => return Err(Error::BrokenOff { what: journal.what }),
            State::Conflicts if journal.head == head_of(repository) => {
                return Err(Error::Waiting { what: journal.what });
            }
            // It is over once the index is HEAD's again: taken back by git, or committed.
            State::Staged if journal.head == head_of(repository) => staged = Some(journal),
            // It was finished by a commit.
            State::Conflicts | State::Staged => journal.end()?,
        }
    }
    if repository.head().is_err() {
        return Err(Error::Unborn);
    }
    let what = match repository.state() {
        RepositoryState::Clean => None,
        RepositoryState::Merge => Some("a merge"),
        RepositoryState::Revert | RepositoryState::RevertSequence => Some("a revert"),
        RepositoryState::CherryPick | RepositoryState::CherryPickSequence => Some("a cherry-pick"),
        RepositoryState::Bisect => Some("a bisect"),
        RepositoryState::Rebase | RepositoryState::RebaseInteractive | RepositoryState::RebaseMerge => {
            Some("a rebase")
        }
        RepositoryState::ApplyMailbox | RepositoryState::ApplyMailboxOrRebase => Some("`git am`"),
    };
    if let Some(what) = what {
        return Err(Error::InProgress { what });
    }
    if repository.path().join("index.lock").exists() {
        return Err(Error::IndexLocked);
    }
    refuse_changes(checkout, allowed)?;
    if let Some(journal) = staged {
        journal.end()?;
    }
    Ok(turn)
}

fn refuse_changes(checkout: &Checkout, allowed: Allowed) -> Result<(), Error> {
    let cannot = "look for changes";
    let mut index = checkout.repository.index().map_err(Error::git(cannot))?;
    // Read anew where git wrote it since.
    index.read(false).map_err(Error::git(cannot))?;
    let mut options = StatusOptions::new();
    options.include_untracked(false).include_ignored(false).exclude_submodules(true);
    if !checkout.prefix.is_empty() {
        options.pathspec(&checkout.prefix).disable_pathspec_match(true);
    }
    let statuses = checkout.repository.statuses(Some(&mut options)).map_err(Error::git(cannot))?;
    let (mut dirty, mut unmerged) = (Vec::new(), Vec::new());
    for entry in statuses.iter() {
        let name = String::from_utf8_lossy(entry.path_bytes()).into_owned();
        let path = name.strip_prefix(&checkout.prefix).unwrap_or(&name).to_owned();
        let status = entry.status();
        let left_out = index.get_path(Path::new(&name), 0).is_some_and(|entry| is_skipped(&entry));
        let edited_intent = allowed == Allowed::Intent && path == INTENT_FILE && !status.is_index_deleted();
        if status.is_conflicted() {
            unmerged.push(path);
        } else if status != Status::CURRENT && !(edited_intent || left_out && status == Status::WT_DELETED) {
            let kind = if status.is_wt_deleted() || status.is_index_deleted() {
                "deleted"
            } else if status.is_index_new() {
                "new"
            } else {
                "modified"
            };
            dirty.push(format!("{path} ({kind})"));
        }
    }
    if !unmerged.is_empty() {
        return Err(Error::Unmerged { paths: unmerged });
    }
    if !dirty.is_empty() {
        return Err(Error::Dirty { paths: dirty });
    }
    Ok(())
}

/// Refuses an outcome that cannot be applied to what is on disk, or rests on an unresolved conflict.
pub(super) fn refuse_outcome(
    checkout: &Checkout,
    outcome: &Outcome,
    tracked: &dyn Fn(&str) -> bool,
) -> Result<(), Error> {
    if !outcome.marked.is_empty() {
        return Err(Error::Marked { paths: outcome.marked.clone() });
    }
    let ends = WorkTreeEnds::of(&checkout.repository);
    let is_encoded = |path: &str| ends.encoding(&format!("{}{path}", checkout.prefix)).is_some();
    let written =
        outcome.records.iter().filter(|record| !matches!(record.change, Change::None | Change::Remove));
    let encoded: Vec<String> =
        written.map(|record| &record.path).filter(|path| is_encoded(path)).cloned().collect();
    if !encoded.is_empty() {
        return Err(Error::Encoded { paths: encoded });
    }
    let gone: Vec<&str> = outcome
        .records
        .iter()
        .filter_map(|record| match record.change {
            Change::Remove => Some(record.path.as_str()),
            _ => record.from.as_deref(),
        })
        .collect();
    let changed = outcome.records.iter().filter(|record| record.change != Change::None);
    refuse_hidden(checkout, changed.flat_map(|record| record.from.iter().chain([&record.path])))?;
    let (mut in_the_way, mut folders) = (Vec::new(), BTreeSet::new());
    for record in &outcome.records {
        if record.change == Change::None {
            continue;
        }
        for path in record.from.iter().chain([&record.path]) {
            in_the_way.extend(obstacle(checkout, path, &gone, tracked, &mut folders));
        }
    }
    in_the_way.sort();
    in_the_way.dedup();
    if in_the_way.is_empty() { Ok(()) } else { Err(Error::InTheWay { paths: in_the_way }) }
}

/// Refuses edits of files at which git is told not to look (`assume-unchanged`, `skip-worktree`): no status says them.
pub(super) fn refuse_hidden<'p>(
    checkout: &Checkout,
    paths: impl Iterator<Item = &'p String>,
) -> Result<(), Error> {
    let index = checkout.repository.index().map_err(Error::git("look for changes"))?;
    let is_edited = |path: &&String| {
        let name = format!("{}{path}", checkout.prefix);
        let Some(entry) = index.get_path(Path::new(&name), 0) else { return false };
        let is_hidden = entry.flags & IndexEntryFlag::VALID.bits() != 0 || is_skipped(&entry);
        is_hidden && is_other(checkout, path, entry.id)
    };
    let paths: Vec<String> = paths.filter(is_edited).cloned().collect();
    if paths.is_empty() { Ok(()) } else { Err(Error::Hidden { paths }) }
}

/// Whether there is a file, and git would store another one than it has. A sparse checkout leaves files out.
fn is_other(checkout: &Checkout, path: &str, held: Oid) -> bool {
    let full = checkout.root.join(path);
    let content = match full.symlink_metadata() {
        Err(_) => return false,
        Ok(found) if found.is_symlink() => {
            fs_err::read_link(&full).map(|target| target.into_os_string().into_encoded_bytes())
        }
        Ok(_) => fs_err::read(&full),
    };
    !content.is_ok_and(|content| {
        let stored = checkout.stored(path, &content).unwrap_or(content);
        BlobId::of(&stored).as_bytes() == held.as_bytes()
    })
}

/// What stands where a file has to go, and is not what HEAD has there. `folders` are those that were seen to be some.
pub(super) fn obstacle<'p>(
    checkout: &Checkout,
    path: &'p str,
    gone: &[&str],
    tracked: &dyn Fn(&str) -> bool,
    folders: &mut BTreeSet<&'p str>,
) -> Option<String> {
    for (end, _) in path.match_indices('/') {
        let folder = &path[..end];
        if folders.contains(folder) {
            continue;
        }
        match checkout.root.join(folder).symlink_metadata() {
            Ok(found) if found.is_dir() => {
                folders.insert(folder);
            }
            Ok(_) if gone.contains(&folder) => {}
            Ok(found) if found.is_symlink() => return Some(format!("{folder} (a symbolic link)")),
            Ok(_) => return Some(format!("{folder} (a file)")),
            Err(_) => return None,
        }
    }
    if tracked(path) {
        return None;
    }
    let found = checkout.root.join(path).symlink_metadata().ok()?;
    if found.is_dir() {
        // Its tracked files go; if others are in it, it stays in the way.
        let below = format!("{path}/");
        let emptied = gone.iter().any(|gone| gone.starts_with(&below)) && only(&checkout.root, path, gone);
        return (!emptied).then(|| format!("{path} (a folder)"));
    }
    let ignored = checkout.repository.is_path_ignored(format!("{}{path}", checkout.prefix)).unwrap_or(false);
    Some(format!("{path} ({})", if ignored { "ignored" } else { "untracked" }))
}

/// Whether a folder holds nothing but these files.
fn only(root: &Path, folder: &str, files: &[&str]) -> bool {
    let Ok(listed) = fs_err::read_dir(root.join(folder)) else { return false };
    listed.into_iter().all(|entry| {
        let Ok(entry) = entry else { return false };
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            only(root, &path, files)
        } else {
            files.contains(&path.as_str())
        }
    })
}
