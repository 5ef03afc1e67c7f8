//! The base: the pristine render that the lock names, proven file by file by its blob ids.
//!
//! A blob id proves content wherever it comes from, so the repository's own objects are asked first: they cost neither
//! a render nor a network. What they do not hold is rendered, from the pack that the lock names and with the lock's own
//! answers. What neither has is missing, and said.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::Checkout;
use crate::error::Error;
use crate::lock::{Lock, LockedFile};
use crate::pack::Pack;
use crate::pack::source::{Environment, PackSpec};
use crate::path::RepoPath;
use crate::plan::{Facts, Given, Plan, Raw, Source};
use crate::render::render;

/// The files that a repository was made from.
#[derive(Debug, Clone, Default)]
pub struct Base {
    /// By path.
    pub files: BTreeMap<RepoPath, BaseFile>,
    /// Why the pack of the lock could not be rendered, where that was tried in vain.
    pub not_rendered: Option<String>,
}

/// One file of the base.
#[derive(Debug, Clone)]
pub struct BaseFile {
    /// What the lock says of it.
    pub locked: LockedFile,
    /// Its bytes; none where they are found nowhere.
    pub content: Option<Vec<u8>>,
}

impl Base {
    /// Finds the base of a project.
    #[must_use]
    pub fn find(checkout: &Checkout, lock: &Lock, environment: &Environment) -> Self {
        let mut files: BTreeMap<RepoPath, BaseFile> = lock
            .files
            .iter()
            .map(|(path, locked)| {
                let content = checkout.content(locked.blob);
                (path.clone(), BaseFile { locked: locked.clone(), content })
            })
            .collect();
        let mut not_rendered = None;
        if files.values().any(|file| file.content.is_none()) {
            match rendered(lock, checkout.root(), environment) {
                Ok(mut tree) => {
                    for (path, file) in files.iter_mut().filter(|(_, file)| file.content.is_none()) {
                        let proven = tree.remove(path).filter(|found| found.blob == file.locked.blob);
                        file.content = proven.map(|found| found.content.into_owned());
                    }
                }
                Err(error) => not_rendered = Some(error.to_string()),
            }
        }
        Self { files, not_rendered }
    }

    /// The files whose pristine render is found nowhere.
    #[must_use]
    pub fn missing(&self) -> BTreeSet<&RepoPath> {
        self.files.iter().filter(|(_, file)| file.content.is_none()).map(|(path, _)| path).collect()
    }
}

fn rendered(lock: &Lock, root: &Path, environment: &Environment) -> Result<crate::render::tree::Tree, Error> {
    let pack = locked_pack(lock, root, environment)?;
    let facts = Facts::of_folder(root);
    let plan = Plan::resolve(&pack, &lock.preset, &lock.stack, &given_of(lock), &facts)?;
    render(&plan)
}

/// The pack that the lock names: at its commit, as it was sealed, or else as it is where it stands.
///
/// # Errors
/// It cannot be opened any more.
pub fn locked_pack(lock: &Lock, root: &Path, environment: &Environment) -> Result<Pack, Error> {
    let spec = PackSpec::parse(&lock.pack.source)?;
    let spec = match &lock.pack.commit {
        Some(commit) => spec.at_commit(commit)?,
        None => spec,
    };
    let pack = Pack::open(&spec, &environment.clone().with_base(root))?;
    if pack.version == lock.pack.version {
        return Ok(pack);
    }
    Ok(pack.release(&lock.pack.version)?.map_or(pack, |(release, _)| release))
}

/// The answers and settings of the lock.
fn given_of(lock: &Lock) -> Given {
    let mut given = Given::default();
    for (name, value) in lock.answers.iter().chain(&lock.settings) {
        given.set(name.clone(), Raw::Typed(value.clone()), Source::Lock);
    }
    given
}
