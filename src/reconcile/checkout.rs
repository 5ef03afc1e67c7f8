//! A project in its repository: where it is, and what HEAD holds of it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use git2::{Oid, Repository, RepositoryOpenFlags};

use super::Error;
use crate::render::tree::BlobId;

/// A project and the repository around it.
pub struct Checkout {
    pub(super) repository: Repository,
    /// The root of the project, with links resolved.
    pub(super) root: PathBuf,
    /// What stands before the path of each of its files in the repository: empty, or `services/orders/`.
    pub(super) prefix: String,
}

impl Checkout {
    /// Opens the repository that the project at `root` is in.
    ///
    /// # Errors
    /// There is none, or it has no work tree.
    pub fn open(root: &Path) -> Result<Self, Error> {
        let none = || Error::NoRepository { folder: root.to_owned() };
        let ceilings = std::env::var_os("GIT_CEILING_DIRECTORIES").unwrap_or_default();
        let ceilings: Vec<PathBuf> = std::env::split_paths(&ceilings).collect();
        let ceilings: Vec<&OsStr> = ceilings.iter().map(|path| path.as_os_str()).collect();
        let repository = Repository::open_ext(root, RepositoryOpenFlags::empty(), ceilings).map_err(
            |source| match source.code() {
                git2::ErrorCode::NotFound => none(),
                _ => Error::Git { what: "open the repository", source },
            },
        )?;
        let unreadable = |source| Error::Unreadable { path: root.to_owned(), source };
        let root = fs_err::canonicalize(root).map_err(unreadable)?;
        let workdir = repository.workdir().ok_or_else(none)?;
        let workdir = fs_err::canonicalize(workdir).map_err(unreadable)?;
        let inside = root.strip_prefix(&workdir).map_err(|_| none())?;
        let mut prefix = inside.iter().filter_map(OsStr::to_str).collect::<Vec<_>>().join("/");
        if !prefix.is_empty() {
            prefix.push('/');
        }
        Ok(Self { repository, root, prefix })
    }

    /// The root of the project.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The content of a blob, if the repository has it.
    pub(super) fn content(&self, blob: BlobId) -> Option<Vec<u8>> {
        let id = Oid::from_bytes(blob.as_bytes()).ok()?;
        self.repository.find_blob(id).ok().map(|blob| blob.content().to_vec())
    }
}
