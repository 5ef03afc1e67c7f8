//! A generated repository as a whole: what the plan renders to, with goldpath.toml and goldpath.lock.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::Error;
pub use crate::intent::INTENT_FILE;
use crate::intent::{Intent, intent_text};
use crate::lock::{Carried, Code, LOCK_FILE, Lock, held_to, lock_text};
use crate::pack::MAX_MANIFEST_BYTES as MAX_BYTES;
use crate::path::{RepoPath, read_plain};
use crate::plan::Plan;
use crate::render::render;
use crate::render::tree::{File, Mode, Ownership, Tree};

/// The root of the project that a folder belongs to: the nearest folder upwards with goldpath's files, or else with a
/// repository, or else the folder itself.
#[must_use]
pub fn root_of(folder: &Path) -> PathBuf {
    let holding = |names: &[&str]| {
        folder.ancestors().find(|above| names.iter().any(|name| above.join(name).symlink_metadata().is_ok()))
    };
    let root = holding(&[LOCK_FILE, INTENT_FILE]).or_else(|| holding(&[".git"]));
    root.unwrap_or(folder).to_owned()
}

/// The lock of the project at `root`, if goldpath made it.
///
/// # Errors
/// A lock that cannot be read, or that no goldpath would have written.
pub fn read_lock(root: &Path) -> Result<Option<Lock>, Error> {
    match read_plain(&root.join(LOCK_FILE), MAX_BYTES) {
        Ok(bytes) => Lock::read(&bytes).map(Some).map_err(|error| Error::BadLock { error }),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(Error::Unreadable { path: LOCK_FILE.to_owned(), source }),
    }
}

/// What `goldpath.toml` of the project at `root` says, and its bytes.
///
/// # Errors
/// A file that is not there, cannot be read, or says what cannot be understood.
pub fn read_intent(root: &Path) -> Result<(Intent, Vec<u8>), Error> {
    let bytes = read_plain(&root.join(INTENT_FILE), MAX_BYTES)
        .map_err(|source| Error::UnreadableIntent { path: INTENT_FILE.to_owned(), source })?;
    let intent = Intent::read(&bytes).map_err(|error| Error::BadIntent { error })?;
    Ok((intent, bytes))
}

/// Renders the plan and adds the two files that goldpath writes itself, for a repository at `target`.
pub fn project_tree(plan: &Plan<'_>, target: &Path) -> Result<Tree, Error> {
    project_tree_with(plan, target, Code::Stack)
}

/// The same for a service whose code may be the team's own.
pub fn project_tree_with(plan: &Plan<'_>, target: &Path, code: Code) -> Result<Tree, Error> {
    let origin = plan.pack.origin.seen_from(target);
    let mut tree = render(plan)?;
    let (controls, began) = (held_to(plan, None, &BTreeSet::new()), BTreeMap::new());
    let carried = Carried { code, controls: &controls, began: &began };
    let own: [(&str, String, Ownership); 2] = [
        (LOCK_FILE, lock_text(plan, &tree, &origin, carried), Ownership::Managed),
        (INTENT_FILE, intent_text(plan, &origin), Ownership::Shared),
    ];
    for (name, text, ownership) in own {
        let path = RepoPath::new(name).map_err(|error| Error::Path { place: format!("`{name}`"), error })?;
        tree.insert(path, File::new(text.into(), Mode::Regular, ownership, Arc::from("goldpath")));
    }
    Ok(tree)
}
