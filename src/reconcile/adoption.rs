//! Taking on a tree that a repository was not made from: what is there stays as it is, what is absent comes.
//!
//! The lock then names the pristine render of everything, also of what was not written. So a file of the team is one
//! that it edited, and an absent one that it deleted: an upgrade merges into the first and leaves the second alone.

use std::collections::{BTreeMap, BTreeSet};

use super::outcome::{Action, Change, Outcome, Record, Stored};
use super::refuse::obstacle;
use super::{Checkout, Error, Ours, lines};
use crate::intent::INTENT_FILE;
use crate::lock::LOCK_FILE;
use crate::path::{Collisions, RepoPath};
use crate::render::tree::{File, Mode, Ownership, Tree};
use crate::repo::{self, eol};

/// How a file of a tree stands to what a repository has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Nothing is there.
    Absent,
    /// The same file is there; line ends may be others.
    Same,
    /// A file of this name with other content, or of another mode.
    Other,
    /// Something that leaves no place for it.
    Blocked(String),
    /// Nothing is there, and whoever reads it reads a file of the team in another place; with what would be.
    Elsewhere(String),
}

/// How each file of a tree stands to what HEAD and the disk hold.
///
/// # Errors
/// An object of the repository that cannot be read.
pub fn standings(checkout: &Checkout, tree: &Tree) -> Result<BTreeMap<RepoPath, Standing>, Error> {
    let ours = checkout.ours()?;
    let mut folded = Collisions::default();
    for path in ours.files.keys().chain(&ours.other) {
        // What the user has may collide with itself: that is no affair of the path.
        let _ = folded.add(path);
    }
    tree.iter()
        .map(|(path, file)| {
            let standing = match ours.files.get(path.as_str()) {
                Some((mode, id)) if *mode == file.mode => {
                    let blob = checkout.repository.find_blob(*id);
                    let blob = blob.map_err(Error::git("read a file of HEAD"))?;
                    let same = match mode {
                        Mode::Symlink => blob.content() == &*file.content,
                        _ => lines::same_lines(blob.content(), &file.content),
                    };
                    if same { Standing::Same } else { Standing::Other }
                }
                Some(_) => Standing::Other,
                None => match in_the_way(checkout, ours, path, &mut folded) {
                    Some(obstacle) => Standing::Blocked(obstacle),
                    None => match checkout.taken(path.as_str(), &ours.files.keys().map(String::as_str)) {
                        Some(taken) => Standing::Elsewhere(taken.reason()),
                        None => Standing::Absent,
                    },
                },
            };
            Ok((path.clone(), standing))
        })
        .collect()
}

/// What leaves no place for a file that HEAD does not have.
fn in_the_way(checkout: &Checkout, ours: &Ours, path: &RepoPath, folded: &mut Collisions) -> Option<String> {
    let submodule = path.parents().find(|folder| ours.other.contains(folder.as_str()));
    if let Some(submodule) = submodule.or_else(|| ours.other.contains(path.as_str()).then(|| path.clone())) {
        return Some(format!("{submodule} (a submodule)"));
    }
    obstacle(checkout, path.as_str(), &[], &|_| false, &mut BTreeSet::new())
        .or_else(|| folded.add(path.as_str()).err().map(|error| error.to_string()))
}

/// Works out what becomes of each file; `left_out` says why one that is absent is not written. Nothing changes.
///
/// # Errors
/// Something is in the way of goldpath's own files, or an object of the repository cannot be read.
pub fn adopt(
    checkout: &Checkout,
    tree: &Tree,
    left_out: &dyn Fn(&RepoPath, &File) -> Option<String>,
) -> Result<Outcome, Error> {
    let mut outcome = Outcome { revocable: true, ..Outcome::default() };
    let mut no_place = Vec::new();
    for (path, standing) in standings(checkout, tree)? {
        let file = &tree[&path];
        if [INTENT_FILE, LOCK_FILE].contains(&path.as_str()) && standing != Standing::Absent {
            no_place.push(match &standing {
                Standing::Blocked(obstacle) => obstacle.clone(),
                _ => path.to_string(),
            });
        }
        outcome.records.push(match (standing, left_out(&path, file)) {
            (Standing::Absent, None) => created(checkout, &path, file),
            (Standing::Absent | Standing::Blocked(_) | Standing::Elsewhere(_), Some(reason)) => {
                record(&path, file, Action::Kept, reason, false)
            }
            (Standing::Elsewhere(reason), None) => {
                // Of a managed one the path relies on what it says.
                record(&path, file, Action::Kept, reason, file.ownership == Ownership::Managed)
            }
            (Standing::Same, _) => {
                record(&path, file, Action::Unchanged, "you have the same file already".to_owned(), false)
            }
            (Standing::Other, _) => yours(&path, file),
            (Standing::Blocked(obstacle), None) => {
                record(&path, file, Action::Kept, format!("not written, in its way is {obstacle}"), true)
            }
        });
    }
    if no_place.is_empty() { Ok(outcome) } else { Err(Error::InTheWay { paths: no_place }) }
}

/// A file of this name is the team's. That the path owns it and another is there has to be looked at.
fn yours(path: &RepoPath, file: &File) -> Record {
    let (reason, needs_you) = match file.ownership {
        Ownership::Managed => {
            ("yours stays where the path relies on its own: `goldpath diff` shows how they differ", true)
        }
        Ownership::Shared => ("yours stays, and changes of the path merge into it from now on", false),
        Ownership::Seeded => ("yours stays, and the path never touches it", false),
    };
    record(path, file, Action::Kept, reason.to_owned(), needs_you)
}

fn created(checkout: &Checkout, path: &RepoPath, file: &File) -> Record {
    let name = format!("{}{path}", checkout.prefix);
    let converted = match file.mode {
        Mode::Symlink => None,
        _ => eol::stored(&checkout.repository, &name, &file.content),
    };
    let stored = Stored::converted(file.mode, converted, &file.content, file.blob);
    Record { change: Change::Write(stored), ..record(path, file, Action::Created, "new".to_owned(), false) }
}

fn record(path: &RepoPath, file: &File, action: Action, reason: String, needs_you: bool) -> Record {
    Record {
        path: path.to_string(),
        from: None,
        action,
        reason,
        needs_you,
        edited: false,
        ownership: file.ownership,
        change: Change::None,
    }
}

/// Keeps the pristine render of what was not written as objects of the repository: a pack in a folder may have moved
/// on by the next upgrade, and could not say any more what it rendered.
///
/// # Errors
/// The repository cannot be written to.
pub fn keep_pristine(checkout: &Checkout, tree: &Tree, outcome: &Outcome) -> Result<(), Error> {
    let written = outcome.records.iter().filter(|record| record.change != Change::None);
    let written: BTreeSet<&str> = written.map(|record| record.path.as_str()).collect();
    let others = tree.iter().filter(|(path, _)| !written.contains(path.as_str()));
    repo::keep_blobs(&checkout.repository, others.map(|(_, file)| (file.blob, &*file.content)))
        .map_err(Error::Objects)
}
