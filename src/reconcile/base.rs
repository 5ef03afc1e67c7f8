//! The base: the pristine render that the lock names, proven file by file by its blob ids.
//!
//! A blob id proves content wherever it comes from, so the repository's own objects are asked first: they cost neither
//! a render nor a network. What they do not hold is rendered, from the pack that the lock names and with the lock's own
//! answers. What neither has is missing, and said.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use bytes::Bytes;
use git2::{OdbLookupFlags, Oid, Repository};

use super::{Checkout, Ours};
use crate::error::Error;
use crate::lock::{Lock, LockedFile};
use crate::pack::Pack;
use crate::pack::source::{Environment, PackSpec};
use crate::path::RepoPath;
use crate::plan::{Facts, Given, Plan, Raw, Source};
use crate::render::render;
use crate::render::tree::{BlobId, Mode, Tree};

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
    /// Where its bytes are.
    pub pristine: Pristine,
}

/// Where the bytes of a pristine render are. Most are never asked for: nobody edited them, or the path did not change them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pristine {
    /// Among the objects of the repository, by the id of the lock.
    Held,
    /// Rendered once more.
    Rendered(Bytes),
    /// Nowhere.
    Missing,
}

impl Base {
    /// The files of HEAD that are no files of the path.
    pub(super) fn of_team<'o>(&'o self, ours: &'o Ours) -> impl Iterator<Item = &'o str> + Clone {
        ours.files.keys().map(String::as_str).filter(|path| !self.files.contains_key(*path))
    }
}

impl BaseFile {
    /// Whether what HEAD holds is its pristine render.
    pub(super) fn is_pristine(&self, mode: Mode, id: Oid) -> bool {
        mode == self.locked.mode && id.as_bytes() == self.locked.blob.as_bytes()
    }

    /// Its bytes, if they are found.
    #[must_use]
    pub fn content(&self, store: &Repository) -> Option<Bytes> {
        match &self.pristine {
            Pristine::Held => {
                let blob = store.find_blob(oid(self.locked.blob).ok()?).ok()?;
                Some(Bytes::copy_from_slice(blob.content()))
            }
            Pristine::Rendered(content) => Some(content.clone()),
            Pristine::Missing => None,
        }
    }
}

/// Its name for libgit2.
pub(super) fn oid(blob: BlobId) -> Result<Oid, git2::Error> {
    Oid::from_bytes(blob.as_bytes())
}

impl Base {
    /// As much of the base as the repository's own objects have.
    #[must_use]
    pub fn held(checkout: &Checkout, lock: &Lock) -> Self {
        let odb = checkout.repository.odb().ok();
        let files = lock
            .files
            .iter()
            .map(|(path, locked)| {
                let held = odb
                    .as_ref()
                    .zip(oid(locked.blob).ok())
                    .is_some_and(|(odb, id)| odb.exists_ext(id, OdbLookupFlags::NO_REFRESH));
                let pristine = if held { Pristine::Held } else { Pristine::Missing };
                (path.clone(), BaseFile { locked: locked.clone(), pristine })
            })
            .collect();
        Self { files, not_rendered: None }
    }

    /// Finds the base of a project.
    #[must_use]
    pub fn find(checkout: &Checkout, lock: &Lock, environment: &Environment) -> Self {
        let Self { mut files, mut not_rendered } = Self::held(checkout, lock);
        if files.values().any(|file| file.pristine == Pristine::Missing) {
            match rendered(lock, checkout.root(), environment) {
                Ok(mut tree) => {
                    for (path, file) in
                        files.iter_mut().filter(|(_, file)| file.pristine == Pristine::Missing)
                    {
                        let proven = tree.remove(path).filter(|found| found.blob == file.locked.blob);
                        if let Some(found) = proven {
                            file.pristine = Pristine::Rendered(found.content);
                        }
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
        // Of a file that stays as it is, whatever the path renders, nothing is asked.
        let missing = self
            .files
            .iter()
            .filter(|(_, file)| file.pristine == Pristine::Missing && file.locked.rendered.is_none());
        missing.map(|(path, _)| path).collect()
    }
}

fn rendered(lock: &Lock, root: &Path, environment: &Environment) -> Result<Tree, Error> {
    render_of_lock(&locked_pack(lock, root, environment)?, lock, root)
}

/// What the pack of a lock renders with the lock's own preset, answers and settings.
///
/// # Errors
/// The lock says something that the pack does not know.
pub fn render_of_lock(pack: &Pack, lock: &Lock, root: &Path) -> Result<Tree, Error> {
    let facts = Facts::of_folder(root);
    render(&Plan::resolve(pack, &lock.preset, &lock.stack, &given_of(lock), &facts)?)
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
    let pack = Pack::open_on(&spec, &environment.clone().with_base(root), lock.pack.extends.as_ref())?;
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
