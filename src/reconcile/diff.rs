//! What a team made of the files of the path, as a patch.

use std::collections::BTreeMap;
use std::path::Path;

use git2::{DiffFindOptions, DiffFormat, DiffOptions, Index, IndexEntry, IndexTime, Odb, Oid, Repository};

use super::outcome::{Change, Outcome};
use super::renames::ALIKE;
use super::{Base, Checkout, Error};
use crate::path::{MAX_FILE_BYTES, PathError, RepoPath, Ways, is_executable, read_found};
use crate::render::tree::{BlobId, Mode};

const CANNOT: &str = "compare the files";

/// The repository against its pristine render.
#[derive(Debug, Clone, Default)]
pub struct Difference {
    /// The files that differ.
    pub changed: Vec<Changed>,
    /// The files whose pristine render is found nowhere, so that nothing can be said of them.
    pub missing: Vec<RepoPath>,
    /// All of it as `git apply -R` takes it.
    pub patch: Vec<u8>,
}

/// One file that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// Its path in the project.
    pub path: RepoPath,
    /// Whether it is gone.
    pub deleted: bool,
    /// What the team calls it, where that is something else.
    pub now: Option<RepoPath>,
}

/// Compares the files on disk with the base; `wanted` says which, and `renamed` how the team calls what it renamed.
///
/// # Errors
/// A file that cannot be read.
pub fn difference(
    checkout: &Checkout,
    base: &Base,
    renamed: &BTreeMap<RepoPath, RepoPath>,
    wanted: &dyn Fn(&RepoPath) -> bool,
) -> Result<Difference, Error> {
    let memory = in_memory()?;
    // What a file's mode is cannot be seen where the file system does not keep it.
    let keeps_modes = checkout.keeps_modes();
    let keeps_links = checkout.keeps_links();
    let mut pristine = Side::new(&memory)?;
    let mut current = Side::new(&memory)?;
    let mut difference = Difference::default();
    let mut ways = Ways::below(&checkout.root);
    for (path, file) in base.files.iter().filter(|(path, _)| wanted(path)) {
        let at = renamed.get(path).unwrap_or(path);
        let now = match on_disk(&mut ways, &checkout.root, at)? {
            Some((mode, content)) => {
                let stored =
                    if mode == Mode::Symlink { None } else { checkout.stored(at.as_str(), &content) };
                Some((mode, stored.unwrap_or(content)))
            }
            None => checkout
                .left_out_file(at.as_str())
                .map_err(Error::git("read what a sparse checkout leaves out"))?,
        };
        if now.is_none() && file.locked.beginning {
            continue;
        }
        let same_mode = |mode: Mode| {
            mode == file.locked.mode
                || (!keeps_links && mode == Mode::Regular && file.locked.mode == Mode::Symlink)
                || (!keeps_modes && mode != Mode::Symlink && file.locked.mode != Mode::Symlink)
        };
        if let Some((mode, content)) = &now
            && same_mode(*mode)
            && BlobId::of(content) == file.locked.blob
            && at == path
        {
            continue;
        }
        let Some(content) = file.content(&checkout.repository) else {
            difference.missing.push(path.clone());
            continue;
        };
        let full = format!("{}{path}", checkout.prefix);
        pristine.add(&full, file.locked.mode, &content)?;
        let now_at = (at != path).then(|| at.clone());
        difference.changed.push(Changed { path: path.clone(), deleted: now.is_none(), now: now_at });
        if let Some((mode, content)) = now {
            let full = format!("{}{at}", checkout.prefix);
            current.add(&full, if same_mode(mode) { file.locked.mode } else { mode }, &content)?;
        }
    }
    let alike = (!renamed.is_empty()).then_some(ALIKE);
    difference.patch = patch_between(&memory, &pristine.tree()?, &current.tree()?, alike)?;
    Ok(difference)
}

/// What an outcome would change in the work tree, as `git apply` takes it; files in conflict with their markers.
///
/// # Errors
/// Content that the repository does not have.
pub fn patch(checkout: &Checkout, outcome: &Outcome) -> Result<Vec<u8>, Error> {
    let memory = in_memory()?;
    let (mut old, mut new) = (Side::new(&memory)?, Side::new(&memory)?);
    let ours = checkout.ours()?;
    for record in &outcome.records {
        let result = match &record.change {
            Change::None => continue,
            Change::Remove => None,
            Change::Write(stored) => Some(stored),
            Change::Unmerged { shown, stages } => shown.as_ref().or(stages[1].as_ref()),
        };
        for path in record.from.iter().chain([&record.path]) {
            if let Some((mode, id)) = ours.files.get(path) {
                let content =
                    checkout.repository.find_blob(*id).map_err(Error::git("read what HEAD holds"))?;
                old.add(&format!("{}{path}", checkout.prefix), *mode, content.content())?;
            }
        }
        if let Some(stored) = result {
            new.add(&format!("{}{}", checkout.prefix, record.path), stored.mode, &stored.content)?;
        }
    }
    patch_between(&memory, &old.tree()?, &new.tree()?, None)
}

fn in_memory() -> Result<Repository, Error> {
    let odb = Odb::new().map_err(Error::git(CANNOT))?;
    odb.add_new_mempack_backend(1).map_err(Error::git(CANNOT))?;
    Repository::from_odb(odb).map_err(Error::git(CANNOT))
}

/// The patch; with renames where files are `alike` by so many percent, if that is said.
fn patch_between(
    memory: &Repository,
    old: &git2::Tree<'_>,
    new: &git2::Tree<'_>,
    alike: Option<u16>,
) -> Result<Vec<u8>, Error> {
    let mut options = DiffOptions::new();
    options.show_binary(true).id_abbrev(40);
    let mut patch = Vec::new();
    let diff = memory.diff_tree_to_tree(Some(old), Some(new), Some(&mut options));
    let printed = diff.and_then(|mut diff| {
        if let Some(alike) = alike {
            diff.find_similar(Some(DiffFindOptions::new().renames(true).rename_threshold(alike)))?;
        }
        diff.print(DiffFormat::Patch, |_, _, line| {
            if matches!(line.origin(), ' ' | '+' | '-') {
                patch.push(u8::try_from(line.origin()).unwrap_or(b' '));
            }
            patch.extend_from_slice(line.content());
            true
        })
    });
    printed.map(|()| patch).map_err(Error::git(CANNOT))
}

/// What stands at a path: mode and bytes, of a link its target; none where no file is.
fn on_disk(ways: &mut Ways<'_>, root: &Path, path: &RepoPath) -> Result<Option<(Mode, Vec<u8>)>, Error> {
    match ways.check(path) {
        // For git, too, the file is gone where a link took the place of its folder.
        Err(PathError::SymlinkOnTheWay { .. }) => return Ok(None),
        checked => checked?,
    }
    let full = path.below(root);
    let Ok(found) = fs_err::symlink_metadata(&full) else { return Ok(None) };
    let unreadable = |source| Error::Unreadable { path: full.clone(), source };
    if found.is_symlink() {
        let target = fs_err::read_link(&full).map_err(unreadable)?;
        return Ok(Some((Mode::Symlink, target.to_string_lossy().into_owned().into_bytes())));
    }
    if !found.is_file() {
        return Ok(None);
    }
    let mode = if is_executable(&found) { Mode::Executable } else { Mode::Regular };
    Ok(Some((mode, read_found(&full, &found, MAX_FILE_BYTES).map_err(unreadable)?)))
}

/// A tree in the making, in memory.
pub(super) struct Side<'m> {
    memory: &'m Repository,
    index: Index,
}

impl<'m> Side<'m> {
    pub(super) fn new(memory: &'m Repository) -> Result<Self, Error> {
        Ok(Self { memory, index: Index::new().map_err(Error::git("make a tree"))? })
    }

    fn add(&mut self, path: &str, mode: Mode, content: &[u8]) -> Result<(), Error> {
        let id = self.memory.blob(content).map_err(Error::git("make a tree"))?;
        self.add_id(path, mode, id)
    }

    pub(super) fn add_id(&mut self, path: &str, mode: Mode, id: Oid) -> Result<(), Error> {
        self.index.add(&entry(path, mode, id, 0)).map_err(Error::git("make a tree"))
    }

    pub(super) fn tree(mut self) -> Result<git2::Tree<'m>, Error> {
        let id = self.index.write_tree_to(self.memory);
        id.and_then(|id| self.memory.find_tree(id)).map_err(Error::git("make a tree"))
    }
}

/// An entry of an index that knows nothing of a file on disk.
pub(super) fn entry(path: &str, mode: Mode, id: Oid, stage: u16) -> IndexEntry {
    IndexEntry {
        ctime: IndexTime::new(0, 0),
        mtime: IndexTime::new(0, 0),
        dev: 0,
        ino: 0,
        mode: mode.bits(),
        uid: 0,
        gid: 0,
        file_size: 0,
        id,
        flags: stage << 12,
        flags_extended: 0,
        path: path.as_bytes().to_vec(),
    }
}
