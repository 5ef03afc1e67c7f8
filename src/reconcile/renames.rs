//! Which file became which, by content.

use std::collections::BTreeMap;

use git2::{Delta, DiffFindOptions, Oid, Repository};

use super::Error;
use super::diff::Side;
use crate::render::tree::Mode;

/// A file that vanished, or appeared.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) path: String,
    pub(super) mode: Mode,
    pub(super) id: Oid,
}

/// How alike two files must be, in percent, as git has it.
pub(super) const ALIKE: u16 = 50;
/// Beyond as many files only equal ones are paired.
const LIMIT: usize = 1000;

/// The files that vanished under one name and appeared under another.
pub(super) fn renames(
    store: &Repository,
    vanished: &[Candidate],
    appeared: &[Candidate],
) -> Result<BTreeMap<String, String>, Error> {
    if vanished.is_empty() || appeared.is_empty() {
        return Ok(BTreeMap::new());
    }
    let tree = |files: &[Candidate]| {
        let mut side = Side::new(store)?;
        for file in files {
            side.add_id(&file.path, file.mode, file.id)?;
        }
        side.tree()
    };
    let (old, new) = (tree(vanished)?, tree(appeared)?);
    let found = || {
        let mut diff = store.diff_tree_to_tree(Some(&old), Some(&new), None)?;
        let mut options = DiffFindOptions::new();
        options.renames(true).rename_threshold(ALIKE).rename_limit(LIMIT);
        diff.find_similar(Some(&mut options))?;
        let text = |path: Option<&[u8]>| path.map(|path| String::from_utf8_lossy(path).into_owned());
        let pairs = diff.deltas().filter(|delta| delta.status() == Delta::Renamed);
        Ok(pairs
            .filter_map(|delta| {
                Some((text(delta.old_file().path_bytes())?, text(delta.new_file().path_bytes())?))
            })
            .collect())
    };
    found().map_err(Error::git("look for renamed files"))
}
