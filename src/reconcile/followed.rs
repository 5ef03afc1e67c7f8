//! Files of the path that the team gave another name, found on disk as an upgrade finds them in HEAD.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::path::Path;

use git2::{Index, Repository};

use super::base::BaseFile;
use super::renames::{Candidate, renames};
use super::{Base, Checkout, Error};
use crate::intent::INTENT_FILE;
use crate::lock::LOCK_FILE;
use crate::path::{MAX_FILE_BYTES, RepoPath, is_executable, no_symlink_on_the_way, read_found};
use crate::render::tree::Mode;

/// From the name that the path gives a file to the one that the team gave it. What the index has a new name for is
/// followed, and `asked`, which it may not know yet.
///
/// # Errors
/// An object of the repository cannot be read.
pub fn followed(
    checkout: &Checkout,
    base: &Base,
    asked: Option<&RepoPath>,
) -> Result<BTreeMap<RepoPath, RepoPath>, Error> {
    // Nearly always nothing is gone, and a list of each folder says so.
    let mut listed = Listed { root: &checkout.root, folders: HashMap::new() };
    let mut is_gone = |path: &RepoPath, file: &BaseFile| {
        !file.locked.beginning
            && !listed.has(path)
            && !is_there(checkout, path)
            && !checkout.leaves_out(path.as_str())
    };
    let gone: Vec<_> = base.files.iter().filter(|(path, file)| is_gone(path, file)).collect();
    if gone.is_empty() {
        return Ok(BTreeMap::new());
    }
    // In memory: looking leaves nothing.
    let cannot = "look for renamed files";
    let store = Repository::open(checkout.repository.path()).map_err(Error::git(cannot))?;
    let odb = store.odb().map_err(Error::git(cannot))?;
    let _memory = odb.add_new_mempack_backend(1000).map_err(Error::git(cannot))?;

    let mut vanished = Vec::new();
    for (path, file) in gone {
        // Empty files are all alike, and none says which became which.
        if let Some(content) = file.content(&store).filter(|content| !content.is_empty()) {
            let id = store.blob(&content).map_err(Error::git(cannot))?;
            vanished.push(Candidate { path: path.to_string(), mode: file.locked.mode, id });
        }
    }
    let is_known =
        |path: &RepoPath| base.files.contains_key(path) || [INTENT_FILE, LOCK_FILE].contains(&path.as_str());
    // One that git's library cannot read, a split one for instance, hides what was renamed and stops nobody who looks.
    let index = checkout.repository.index().ok();
    let mut appeared: BTreeMap<RepoPath, Candidate> = BTreeMap::new();
    for entry in index.iter().flat_map(Index::iter) {
        let name = std::str::from_utf8(&entry.path).ok();
        let name = name.and_then(|name| name.strip_prefix(checkout.prefix.as_str()));
        let Some(path) = name.and_then(|name| RepoPath::new(name).ok()) else { continue };
        let mode = match entry.mode {
            0o100_644 => Mode::Regular,
            0o100_755 => Mode::Executable,
            0o120_000 => Mode::Symlink,
            _ => continue,
        };
        if !is_known(&path) && is_there(checkout, &path) {
            appeared.insert(path.clone(), Candidate { path: path.to_string(), mode, id: entry.id });
        }
    }
    if let Some(path) = asked.filter(|path| !is_known(path) && !appeared.contains_key(*path))
        && let Some((mode, content)) = on_disk(checkout, path)
    {
        let content = checkout.stored(path.as_str(), &content).unwrap_or(content);
        let id = store.blob(&content).map_err(Error::git(cannot))?;
        appeared.insert(path.clone(), Candidate { path: path.to_string(), mode, id });
    }
    let appeared: Vec<Candidate> = appeared.into_values().collect();
    let pairs = renames(&store, &vanished, &appeared)?;
    Ok(pairs
        .into_iter()
        .filter_map(|(from, to)| Some((RepoPath::new(&from).ok()?, RepoPath::new(&to).ok()?)))
        .collect())
}

/// The files and links in folders of the project, each folder listed once.
struct Listed<'c> {
    root: &'c Path,
    folders: HashMap<String, HashSet<OsString>>,
}

impl Listed<'_> {
    /// Whether a path is listed in just this spelling; a file that is not may be there all the same.
    fn has(&mut self, path: &RepoPath) -> bool {
        let folder = path.as_str().rsplit_once('/').map_or("", |(folder, _)| folder);
        if !self.folders.contains_key(folder) {
            let listed = if no_symlink_on_the_way(self.root, path).is_ok() {
                fs_err::read_dir(self.root.join(folder)).ok()
            } else {
                None
            };
            let files = listed.into_iter().flatten().filter_map(Result::ok);
            let files = files.filter(|entry| entry.file_type().is_ok_and(|kind| !kind.is_dir()));
            self.folders.insert(folder.to_owned(), files.map(|entry| entry.file_name()).collect());
        }
        self.folders[folder].contains(OsStr::new(path.file_name()))
    }
}

/// Whether a file, or a link, is there; a link on the way leads to another one.
fn is_there(checkout: &Checkout, path: &RepoPath) -> bool {
    no_symlink_on_the_way(&checkout.root, path).is_ok()
        && fs_err::symlink_metadata(path.below(&checkout.root)).is_ok_and(|found| !found.is_dir())
}

/// A plain file of the team.
fn on_disk(checkout: &Checkout, path: &RepoPath) -> Option<(Mode, Vec<u8>)> {
    no_symlink_on_the_way(&checkout.root, path).ok()?;
    let full = path.below(&checkout.root);
    let found = fs_err::symlink_metadata(&full).ok().filter(std::fs::Metadata::is_file)?;
    let mode = if is_executable(&found) { Mode::Executable } else { Mode::Regular };
    Some((mode, read_found(&full, &found, MAX_FILE_BYTES).ok()?))
}
