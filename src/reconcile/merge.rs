//! The three-way merge: base, ours and theirs to an [`Outcome`]. Nothing is written.
//!
//! Each file is followed by what it was in the base, through the names that both sides give it, and its name, mode and
//! content are merged one by one. So a renamed file with edits on both sides is one file, in one place.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use git2::{Oid, Repository};

use super::base::BaseFile;
use super::content::{Content, merge_content};
use super::lines::{self, Labels, Merged};
use super::outcome::{Action, Change, Outcome, Record, SEEDED, SEEDED_OTHERWISE, Stored};
use super::renames::{Candidate, renames};
use super::settle::{is_below, settle};
use super::{Base, Error};
use crate::path::RepoPath;
use crate::render::tree::{BlobId, File, Mode, Ownership, Tree};

/// What HEAD holds of the project.
#[derive(Debug, Clone, Default)]
pub struct Ours {
    /// The commit that HEAD is at; empty before the first.
    pub head: String,
    /// Every file that a path can name.
    pub files: BTreeMap<String, (Mode, Oid)>,
    /// What else has a name: submodules.
    pub other: BTreeSet<String>,
}

/// The three sides, and what is needed to hold them against each other.
pub struct Sides<'s> {
    /// Where the content of `ours` is; trees that are made on the way are written here.
    pub store: &'s Repository,
    /// The pristine render that the repository started from.
    pub base: &'s Base,
    /// What the team has.
    pub ours: &'s Ours,
    /// The pristine render of where it goes.
    pub theirs: &'s Tree,
    /// Files that the path itself says it moved, each from its name in the base to its name in theirs.
    pub moves: &'s BTreeMap<RepoPath, RepoPath>,
    /// How the sides are called.
    pub labels: &'s Labels,
    /// What git stores for the bytes of a file, where that is not the bytes.
    pub stored: &'s Conversion<'s>,
}

/// From a path and the bytes of a file to what git stores of them, where that is not the same.
pub type Conversion<'c> = dyn Fn(&str, &[u8]) -> Option<Vec<u8>> + 'c;

/// One file through its three states.
struct Thread<'s> {
    base: Option<(&'s RepoPath, &'s BaseFile)>,
    ours: Option<(&'s str, Mode, Oid)>,
    theirs: Option<(&'s RepoPath, &'s File)>,
}

/// Merges.
///
/// # Errors
/// An object of the repository that cannot be read.
pub fn merge(sides: &Sides<'_>) -> Result<Outcome, Error> {
    let mut outcome = Outcome::default();
    let (threads, folders) = sides.threads()?;
    for thread in &threads {
        let record = sides.decide(thread, &folders, &mut outcome.marked)?;
        outcome.records.push(record);
        if let (Some((_, base)), Some(_), Some((to, file))) = (thread.base, &thread.ours, thread.theirs)
            && file.ownership == Ownership::Seeded
            && base.locked.blob != file.blob
        {
            outcome.began.insert(to.clone(), base.locked.blob);
        }
        if let (Some((path, _)), Some((at, ..)), Some((to, _))) = (thread.base, &thread.ours, thread.theirs)
            && *at != path.as_str()
            && *at != to.as_str()
        {
            outcome.renamed.extend([path, to].map(|name| (name.to_string(), (*at).to_owned())));
        }
    }
    settle(sides.ours, &mut outcome.records);
    outcome.records.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(outcome)
}

impl<'s> Sides<'s> {
    /// Every file of base and theirs, followed; and the folders that the user moved as a whole.
    fn threads(&self) -> Result<(Vec<Thread<'s>>, BTreeMap<String, String>), Error> {
        let base = &self.base.files;
        // What the path has under the old name is another file, or else it did not move here.
        let is_left = |path: &RepoPath| {
            !self.theirs.contains_key(path) || self.moves.iter().any(|(from, to)| to == path && from != path)
        };
        let declared = |path: &RepoPath| {
            self.moves.get(path).filter(|to| self.theirs.contains_key(*to) && is_left(path))
        };
        let targets: BTreeSet<&RepoPath> = base.keys().filter_map(declared).collect();
        let write = |content: &[u8]| self.store.blob(content).map_err(Error::git("hold a file in memory"));
        let vanished = |gone: &dyn Fn(&RepoPath) -> bool| -> Result<Vec<Candidate>, Error> {
            let files = base.iter().filter(|(path, _)| gone(path));
            let known =
                files.filter_map(|(path, file)| Some((path, file.locked.mode, file.content(self.store)?)));
            // Empty files are all alike, and none says which became which.
            known
                .filter(|(_, _, content)| !content.is_empty())
                .map(|(path, mode, content)| {
                    Ok(Candidate { path: path.to_string(), mode, id: write(&content)? })
                })
                .collect()
        };
        let gone_theirs = vanished(&|path| !self.theirs.contains_key(path) && declared(path).is_none())?;
        let gone_ours = vanished(&|path| {
            let by_declaration = declared(path).is_some_and(|to| self.ours.files.contains_key(to.as_str()));
            !self.ours.files.contains_key(path.as_str()) && !by_declaration
        })?;
        let new_theirs = if gone_theirs.is_empty() {
            Vec::new()
        } else {
            let files = self.theirs.iter();
            let files = files.filter(|(path, _)| !base.contains_key(*path) && !targets.contains(path));
            files
                .map(|(path, file)| {
                    Ok(Candidate { path: path.to_string(), mode: file.mode, id: write(&file.content)? })
                })
                .collect::<Result<_, Error>>()?
        };
        let in_base = |path: &str| base.contains_key(path);
        let new_ours: Vec<Candidate> = if gone_ours.is_empty() {
            Vec::new()
        } else {
            let files = self.ours.files.iter().filter(|(path, _)| !in_base(path));
            files.map(|(path, (mode, id))| Candidate { path: path.clone(), mode: *mode, id: *id }).collect()
        };
        let theirs_renames = renames(self.store, &gone_theirs, &new_theirs)?;
        let ours_renames = renames(self.store, &gone_ours, &new_ours)?;

        let ours_at = |path: &str| {
            self.ours.files.get_key_value(path).map(|(path, (mode, id))| (path.as_str(), *mode, *id))
        };
        let mut threads = Vec::new();
        let mut followed_ours: BTreeSet<&str> = BTreeSet::new();
        let mut followed_theirs: BTreeSet<&RepoPath> = BTreeSet::new();
        for (path, file) in base {
            let to = declared(path)
                .cloned()
                .or_else(|| theirs_renames.get(path.as_str()).and_then(|to| RepoPath::new(to).ok()));
            let theirs = self.theirs.get_key_value(to.as_ref().unwrap_or(path));
            let ours = ours_at(path.as_str())
                .or_else(|| declared(path).and_then(|to| ours_at(to.as_str())))
                .or_else(|| ours_renames.get(path.as_str()).and_then(|to| ours_at(to)));
            followed_ours.extend(ours.iter().map(|(path, ..)| *path));
            followed_theirs.extend(theirs.iter().map(|(path, _)| *path));
            threads.push(Thread { base: Some((path, file)), ours, theirs });
        }
        for (path, file) in self.theirs.iter().filter(|(path, _)| !followed_theirs.contains(path)) {
            let ours = ours_at(path.as_str()).filter(|(path, ..)| !followed_ours.contains(path));
            threads.push(Thread { base: None, ours, theirs: Some((path, file)) });
        }
        Ok((threads, self.moved_folders(&ours_renames)))
    }

    /// Folders of which nothing is left, and whose files went to one other folder.
    fn moved_folders(&self, renames: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        let mut folders: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (from, to) in renames {
            if let (Some((folder, name)), Some((new, new_name))) =
                (from.rsplit_once('/'), to.rsplit_once('/'))
                && name == new_name
            {
                folders.entry(folder).or_default().insert(new);
            }
        }
        let is_gone = |folder: &str| !self.ours.files.keys().any(|path| is_below(path, folder));
        folders
            .into_iter()
            .filter(|(folder, new)| new.len() == 1 && is_gone(folder))
            .filter_map(|(folder, new)| Some((folder.to_owned(), (*new.first()?).to_owned())))
            .collect()
    }

    /// A file of HEAD.
    fn held(&self, mode: Mode, id: Oid) -> Result<Stored, Error> {
        let object = self.store.find_blob(id).map_err(Error::git("read a file of HEAD"))?;
        let content = Bytes::copy_from_slice(object.content());
        Ok(match BlobId::from_bytes(id.as_bytes()) {
            Some(blob) => Stored { mode, content, blob },
            None => Stored::new(mode, content),
        })
    }

    /// As git stores it at a path.
    fn as_stored(&self, path: &str, mode: Mode, content: &Bytes, blob: BlobId) -> Stored {
        let converted = if mode == Mode::Symlink { None } else { (self.stored)(path, content) };
        Stored::converted(mode, converted, content, blob)
    }

    fn decide(
        &self,
        thread: &Thread<'s>,
        folders: &BTreeMap<String, String>,
        marked: &mut Vec<String>,
    ) -> Result<Record, Error> {
        if let (Some((path, base)), Some((at, mode, id)), Some((to, file))) =
            (thread.base, &thread.ours, thread.theirs)
            && base.is_pristine(*mode, *id)
            && *at == path.as_str()
            && to == path
        {
            return Ok(self.untouched(path, base, file));
        }
        let ours = match &thread.ours {
            Some((path, mode, id)) => Some((*path, self.held(*mode, *id)?)),
            None => None,
        };
        match (thread.base, ours, thread.theirs) {
            (None, ours, Some((path, file))) => self.added(path, file, ours, folders, marked),
            (Some((path, base)), ours, None) => Ok(self.dropped(path, base, ours)),
            (Some((path, base)), None, Some((to, file))) => Ok(deleted_by_user(path, base, to, file)),
            (Some((path, base)), Some(ours), Some((to, file))) => {
                self.changed((path, base), ours, (to, file), marked)
            }
            (None, ..) => Ok(record("", Action::Unchanged, "", Ownership::Shared)),
        }
    }

    /// As it was rendered and where it was rendered: most files. What HEAD holds of them is not even read.
    fn untouched(&self, path: &RepoPath, base: &BaseFile, file: &File) -> Record {
        let unchanged = |reason| record(path.as_str(), Action::Unchanged, reason, file.ownership);
        let before = (base.locked.mode, base.locked.blob);
        if file.ownership == Ownership::Seeded {
            return Record { edited: base.locked.blob != file.blob, ..unchanged(seeded(base, file)) };
        }
        if (file.mode, file.blob) == before {
            return unchanged("");
        }
        let theirs = self.as_stored(path.as_str(), file.mode, &file.content, file.blob);
        if (theirs.mode, theirs.blob) == before {
            return unchanged("");
        }
        let updated = record(path.as_str(), Action::Updated, "you never touched it", file.ownership);
        Record { change: Change::Write(theirs), ..updated }
    }

    /// New to the path.
    fn added(
        &self,
        path: &RepoPath,
        file: &File,
        ours: Option<(&str, Stored)>,
        folders: &BTreeMap<String, String>,
        marked: &mut Vec<String>,
    ) -> Result<Record, Error> {
        let theirs = self.as_stored(path.as_str(), file.mode, &file.content, file.blob);
        let Some((at, ours)) = ours else {
            let moved = path.parent().and_then(|folder| folders.get(folder.as_str()));
            let name = match moved {
                Some(folder) if file.ownership != Ownership::Seeded => {
                    format!("{folder}/{}", path.file_name())
                }
                _ => path.to_string(),
            };
            let reason = match moved {
                Some(_) => format!("new, in the folder that you moved `{path}`'s to"),
                None => "new".to_owned(),
            };
            let created = record(&name, Action::Created, reason, file.ownership);
            return Ok(Record { change: Change::Write(theirs), ..created });
        };
        if ours.mode == theirs.mode && lines::same_lines(&ours.content, &theirs.content) {
            return Ok(record(at, Action::Unchanged, "you have the same file already", file.ownership));
        }
        if file.ownership == Ownership::Seeded {
            return Ok(record(at, Action::Kept, "you have a file of your own here", file.ownership));
        }
        let text = !lines::is_binary(&ours.content) && !lines::is_binary(&theirs.content);
        let shown = if text && ours.mode != Mode::Symlink && theirs.mode != Mode::Symlink {
            refuse_markers(at, &ours.content, b"", marked);
            match lines::merge(b"", &ours.content, &theirs.content, self.labels)? {
                Merged::Clean(content) | Merged::Conflict(content) => Some(Stored::new(ours.mode, content)),
            }
        } else {
            None
        };
        let reason = "new to the path, and you have another file of this name";
        Ok(conflict(at, None, reason, file.ownership, shown, [None, Some(ours), Some(theirs)]))
    }

    /// No longer in the path.
    fn dropped(&self, path: &RepoPath, base: &BaseFile, ours: Option<(&str, Stored)>) -> Record {
        let ownership = base.locked.ownership;
        let Some((at, ours)) = ours else {
            return record(
                path.as_str(),
                Action::Unchanged,
                "you had deleted it, and so has the path",
                ownership,
            );
        };
        if ownership == Ownership::Seeded {
            let reason = "it was written once and is yours since; the path no longer has it";
            return record(at, Action::Kept, reason, ownership);
        }
        if at == path.as_str() && self.is_untouched(path, base, &ours) {
            let deleted =
                record(at, Action::Deleted, "the path no longer has it, and you never touched it", ownership);
            return Record { change: Change::Remove, ..deleted };
        }
        let reason = "the path no longer has it, and you edited it: it is yours from now on";
        Record { needs_you: true, ..record(at, Action::Kept, reason, ownership) }
    }

    /// In all three.
    fn changed(
        &self,
        (path, base): (&RepoPath, &BaseFile),
        (at, ours): (&str, Stored),
        (to, file): (&RepoPath, &File),
        marked: &mut Vec<String>,
    ) -> Result<Record, Error> {
        let ownership = file.ownership;
        if ownership == Ownership::Seeded {
            let edited = ours.content != file.content;
            return Ok(Record { edited, ..record(at, Action::Unchanged, seeded(base, file), ownership) });
        }
        // The user's place wins where both sides chose one.
        let moved_by_user = at != path.as_str();
        let name = if moved_by_user { at } else { to.as_str() };
        let from = (name != at).then(|| at.to_owned());
        let theirs = self.as_stored(name, file.mode, &file.content, file.blob);
        let before = self.before(path, base, &ours);
        let in_conflict = |reason: &str, shown: Option<Stored>| {
            let stages = [before.clone(), Some(ours.clone()), Some(theirs.clone())];
            Ok(conflict(name, from.clone(), reason, ownership, shown, stages))
        };

        let unchanged_by_path = base.locked.mode == file.mode && base.locked.blob == file.blob;
        let (content, both) = match &before {
            _ if unchanged_by_path => (ours.content.clone(), false),
            None if lines::same_lines(&ours.content, &theirs.content) => (ours.content.clone(), false),
            None => {
                let reason = "its pristine render is found nowhere, so that your edits and the path's cannot be told apart";
                let text = !lines::is_binary(&ours.content) && !lines::is_binary(&theirs.content);
                let shown = if text && ours.mode != Mode::Symlink && theirs.mode != Mode::Symlink {
                    match lines::merge(b"", &ours.content, &theirs.content, self.labels)? {
                        Merged::Clean(content) | Merged::Conflict(content) => {
                            Some(Stored::new(ours.mode, content))
                        }
                    }
                } else {
                    None
                };
                return in_conflict(reason, shown);
            }
            Some(before) if before.content == ours.content => (theirs.content.clone(), false),
            Some(before) if before.content == theirs.content || ours.content == theirs.content => {
                (ours.content.clone(), false)
            }
            Some(before) => {
                let links = [before, &ours, &theirs].iter().any(|side| side.mode == Mode::Symlink);
                let binary = [before, &ours, &theirs].iter().any(|side| lines::is_binary(&side.content));
                if links || binary {
                    let reason = if links {
                        "a link, and both sides changed it: yours is there, the path's is in the index"
                    } else {
                        "binary, and both sides changed it: yours is there, the path's is in the index"
                    };
                    return in_conflict(reason, None);
                }
                refuse_markers(at, &ours.content, &before.content, marked);
                let [b, o, t] = [before, &ours, &theirs].map(|side| &*side.content);
                match merge_content(to, b, o, t, self.labels)? {
                    Content::Merged(content) => (content.into(), true),
                    Content::Conflict { marked, reason } => {
                        let mode = merged_mode(before.mode, ours.mode, theirs.mode);
                        return in_conflict(reason, Some(Stored::new(mode, marked)));
                    }
                }
            }
        };
        let mode = merged_mode(base.locked.mode, ours.mode, theirs.mode);
        // Content and kind belong together: a link's target is no text of a file.
        if (mode == Mode::Symlink)
            != (if content == ours.content { ours.mode } else { theirs.mode } == Mode::Symlink)
        {
            return in_conflict("one side made it a link, and the other changed its content", None);
        }
        let result = Stored::new(mode, content);
        let edited = result.content != theirs.content;
        let (action, reason) = if result == ours && from.is_none() {
            let reason = match (edited, moved_by_user) {
                (_, true) => "it stays where you put it",
                (true, _) => "your edits stay",
                (false, _) => "",
            };
            return Ok(Record { edited, ..record(name, Action::Unchanged, reason, ownership) });
        } else if from.is_some() {
            (
                Action::Moved,
                if edited { "the path moved it, and your edits are in it" } else { "the path moved it" },
            )
        } else if both && edited && result.content != ours.content {
            (Action::Merged, "your edits and the path's are both in it")
        } else {
            (
                Action::Updated,
                if edited { "your edits stay; its mode is new" } else { "you never touched it" },
            )
        };
        Ok(Record { from, edited, change: Change::Write(result), ..record(name, action, reason, ownership) })
    }

    fn is_untouched(&self, path: &RepoPath, base: &BaseFile, ours: &Stored) -> bool {
        ours.mode == base.locked.mode
            && self.before(path, base, ours).is_some_and(|before| {
                before.blob == ours.blob || lines::same_lines(&before.content, &ours.content)
            })
    }

    /// The base as git stores it.
    fn before(&self, path: &RepoPath, base: &BaseFile, ours: &Stored) -> Option<Stored> {
        let content = self.base_content(base, ours)?;
        Some(self.as_stored(path.as_str(), base.locked.mode, &content, base.locked.blob))
    }

    /// The bytes of the base, also where only the user's own file proves them.
    fn base_content(&self, base: &BaseFile, ours: &Stored) -> Option<Bytes> {
        if ours.blob == base.locked.blob {
            return Some(ours.content.clone());
        }
        if let Some(content) = base.content(self.store) {
            return Some(content);
        }
        let crlf = lines::with_crlf(&ours.content).into();
        let proven =
            [&ours.content, &crlf].into_iter().find(|content| BlobId::of(content) == base.locked.blob)?;
        Some(proven.clone())
    }
}

fn seeded(base: &BaseFile, file: &File) -> &'static str {
    if base.locked.rendered() == file.blob { SEEDED } else { SEEDED_OTHERWISE }
}

fn deleted_by_user(path: &RepoPath, base: &BaseFile, to: &RepoPath, file: &File) -> Record {
    let gone = |action, reason: &str| Record {
        edited: true,
        ..record(path.as_str(), action, reason, file.ownership)
    };
    if file.ownership == Ownership::Seeded || base.locked.ownership == Ownership::Seeded {
        return gone(Action::Unchanged, "seeded, and you deleted it");
    }
    let reason = if to != path {
        format!("you deleted it, and it stays deleted; the path has it as `{to}` now")
    } else if file.blob != base.locked.blob || file.mode != base.locked.mode {
        "you deleted it, and it stays deleted; the path changed it".to_owned()
    } else {
        return gone(Action::Unchanged, "you deleted it, and it stays deleted");
    };
    gone(Action::Kept, &reason)
}

fn refuse_markers(path: &str, ours: &[u8], base: &[u8], marked: &mut Vec<String>) {
    if lines::conflict_in(ours).is_some() && lines::conflict_in(base).is_none() {
        marked.push(path.to_owned());
    }
}

fn merged_mode(base: Mode, ours: Mode, theirs: Mode) -> Mode {
    if ours == base { theirs } else { ours }
}

fn record(path: &str, action: Action, reason: impl Into<String>, ownership: Ownership) -> Record {
    Record {
        path: path.to_owned(),
        from: None,
        action,
        reason: reason.into(),
        needs_you: false,
        edited: false,
        ownership,
        change: Change::None,
    }
}

fn conflict(
    path: &str,
    from: Option<String>,
    reason: &str,
    ownership: Ownership,
    shown: Option<Stored>,
    stages: [Option<Stored>; 3],
) -> Record {
    let change = Change::Unmerged { shown, stages };
    Record { from, needs_you: true, change, ..record(path, Action::Conflict, reason, ownership) }
}

#[cfg(test)]
mod tests;
