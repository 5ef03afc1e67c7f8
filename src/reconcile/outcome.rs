//! What becomes of each file: for people to read, and for [`apply()`](super::apply()) to do.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use bytes::Bytes;
use serde::Serialize;

use crate::lock::LOCK_FILE;
use crate::path::RepoPath;
use crate::render::tree::{BlobId, Mode, Ownership};

/// Changes on disk: by path the content, or none for a file that goes.
pub type Changes = BTreeMap<String, Option<Bytes>>;

/// What becomes of all files. A value: nothing has changed yet.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// One record a file, by path.
    pub records: Vec<Record>,
    /// Files of the user that hold the markers of an earlier conflict, and would have to be merged.
    pub marked: Vec<String>,
    /// The files that the team gave another name, from the path's names for each to the one that it has.
    pub(super) renamed: BTreeMap<String, String>,
    /// The seeded files that the path renders otherwise now, each with the render that it began with.
    pub(super) began: BTreeMap<RepoPath, BlobId>,
    /// Whether it can be taken back until it is committed, although nothing waits for the user.
    pub revocable: bool,
    /// The goldpath.toml that it follows, where that need not be committed.
    pub(super) intent: Option<Vec<u8>>,
}

impl Outcome {
    /// Whether a person has to look at something.
    #[must_use]
    pub fn needs_you(&self) -> bool {
        self.records.iter().any(|record| record.needs_you)
    }

    /// What changes on disk.
    #[must_use]
    pub fn changes(&self) -> Changes {
        let content = |stored: &Stored| stored.content.clone();
        self.tasks().iter().map(|task| (task.path.to_owned(), task.new.map(content))).collect()
    }

    /// What has to be written and removed: removals first, the lock last.
    pub(super) fn tasks(&self) -> Vec<Task<'_>> {
        let mut tasks = Vec::new();
        for record in &self.records {
            let new = match &record.change {
                Change::None => continue,
                Change::Remove => {
                    tasks.push(Task { path: &record.path, new: None });
                    continue;
                }
                Change::Write(stored) => Some(stored),
                // Of a file that moves, what stands there moves with it.
                Change::Unmerged { shown, stages } => {
                    shown.as_ref().or(stages[1].as_ref().filter(|_| record.from.is_some()))
                }
            };
            tasks.extend(record.from.as_ref().map(|from| Task { path: from, new: None }));
            tasks.extend(new.map(|new| Task { path: &record.path, new: Some(new) }));
        }
        // What moves away from a name may be what another one gets.
        let written: BTreeSet<&str> =
            tasks.iter().filter(|task| task.new.is_some()).map(|task| task.path).collect();
        tasks.retain(|task| task.new.is_some() || !written.contains(task.path));
        tasks.sort_by_key(|task| (task.new.is_some(), task.path == LOCK_FILE));
        tasks
    }

    /// What git has to hold afterwards.
    pub(super) fn blobs(&self) -> impl Iterator<Item = (BlobId, &[u8])> {
        let stored = self.records.iter().flat_map(|record| match &record.change {
            Change::None | Change::Remove => [None, None, None],
            Change::Write(stored) => [Some(stored), None, None],
            Change::Unmerged { stages, .. } => stages.each_ref().map(Option::as_ref),
        });
        stored.flatten().map(|stored| (stored.blob, &*stored.content))
    }

    /// The files that were written once, and that the path would write otherwise now.
    pub fn seeded_otherwise(&self) -> impl Iterator<Item = &str> {
        self.records
            .iter()
            .filter(|record| record.reason == SEEDED_OTHERWISE)
            .map(|record| record.path.as_str())
    }

    /// The records in conflict.
    pub fn conflicts(&self) -> impl Iterator<Item = &Record> {
        self.records.iter().filter(|record| record.action == Action::Conflict)
    }
}

/// A file to be written, or removed.
pub(super) struct Task<'o> {
    pub(super) path: &'o str,
    /// None: it goes.
    pub(super) new: Option<&'o Stored>,
}

/// What becomes of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Where it is afterwards, or was; relative to the project.
    pub path: String,
    /// Where it was, if that was elsewhere.
    pub from: Option<String>,
    /// What happens.
    pub action: Action,
    /// Why, in words.
    pub reason: String,
    /// Whether a person has to look at it.
    pub needs_you: bool,
    /// Whether it is then other than the path renders it.
    pub edited: bool,
    /// Who owns it.
    pub ownership: Ownership,
    pub(super) change: Change,
}

/// Why a seeded file stays as it is.
pub(super) const SEEDED: &str = "seeded: it is yours";
/// The same where the path renders another one now, which nobody gets to see by itself.
pub(super) const SEEDED_OTHERWISE: &str = "seeded: it is yours, and the path begins it otherwise now";

/// What happens to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// It is new.
    Created,
    /// It was untouched, and becomes the new render.
    Updated,
    /// Both sides changed it, and both changes are in it.
    Merged,
    /// It gets another name; its content may have been merged.
    Moved,
    /// The path no longer has it, and nobody touched it.
    Deleted,
    /// It stays as the user has it, although the path says otherwise.
    Kept,
    /// Both sides changed the same lines.
    Conflict,
    /// Nothing happens.
    Unchanged,
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Merged => "merged",
            Self::Moved => "moved",
            Self::Deleted => "deleted",
            Self::Kept => "kept",
            Self::Conflict => "conflict",
            Self::Unchanged => "unchanged",
        })
    }
}

/// Content as git stores it, with its mode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stored {
    pub(super) mode: Mode,
    pub(super) content: Bytes,
    /// The id of the content, which is asked for again and again.
    pub(super) blob: BlobId,
}

impl Stored {
    pub(super) fn new(mode: Mode, content: impl Into<Bytes>) -> Self {
        let content = content.into();
        let blob = BlobId::of(&content);
        Self { mode, content, blob }
    }

    /// What git converts it to, or else the content, of which the id is known.
    pub(super) fn converted(mode: Mode, converted: Option<Vec<u8>>, content: &Bytes, blob: BlobId) -> Self {
        match converted {
            Some(content) => Self::new(mode, content),
            None => Self { mode, content: content.clone(), blob },
        }
    }
}

/// What has to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Change {
    /// Nothing.
    None,
    /// The file at the record's path goes.
    Remove,
    /// The file at the record's path gets this; the one at its `from` goes.
    Write(Stored),
    /// The file at the record's path is unmerged; the one at its `from` goes.
    Unmerged {
        /// What stands there until it is resolved; none: what stands there now.
        shown: Option<Stored>,
        /// Base, ours, theirs.
        stages: [Option<Stored>; 3],
    },
}
