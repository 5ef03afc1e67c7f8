//! A project in its repository: where it is, and what HEAD holds of it.

use std::cell::OnceCell;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use git2::{ObjectType, Oid, Repository, RepositoryOpenFlags, TreeWalkMode, TreeWalkResult};

use super::journal::{Journal, State};
use super::places::{self, Taken};
use super::{Error, Ours};
use crate::render::tree::{BlobId, Mode};
use crate::repo::Remote;

/// The ways out of a run that is under way.
pub const UNDER_WAY: &str = "`goldpath upgrade --continue` ends it, `goldpath upgrade --abort` takes it back";

/// A project and the repository around it.
pub struct Checkout {
    pub(super) repository: Repository,
    /// The root of the project, with links resolved.
    pub(super) root: PathBuf,
    /// What stands before the path of each of its files in the repository: empty, or `services/orders/`.
    pub(super) prefix: String,
    pub(super) ours: OnceCell<Ours>,
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
                git2::ErrorCode::Owner => {
                    let has_git = |folder: &&Path| folder.join(".git").exists();
                    let folder = root.ancestors().find(has_git).unwrap_or(root).to_owned();
                    Error::ForeignRepository { folder }
                }
                git2::ErrorCode::NotFound => closed_git_folder(root).unwrap_or_else(none),
                _ => Error::Git { what: "open the repository", source },
            },
        )?;
        let unreadable = |source| Error::Unreadable { path: root.to_owned(), source };
        let root = dunce::canonicalize(root).map_err(unreadable)?;
        let bare = || Error::BareRepository { folder: root.clone() };
        let workdir = repository.workdir().ok_or_else(bare)?;
        let workdir = dunce::canonicalize(workdir).map_err(unreadable)?;
        let inside = root.strip_prefix(&workdir).map_err(|_| none())?;
        let names: Option<Vec<&str>> = inside.iter().map(OsStr::to_str).collect();
        let mut prefix = names.ok_or_else(|| Error::FolderNotUtf8 { folder: inside.to_owned() })?.join("/");
        if !prefix.is_empty() {
            prefix.push('/');
        }
        Ok(Self { repository, root, prefix, ours: OnceCell::new() })
    }

    /// What a run that was broken off, or waits for its conflicts, was doing.
    ///
    /// # Errors
    /// Its journal cannot be read.
    pub fn under_way(&self) -> Result<Option<String>, Error> {
        let journal = Journal::read(&self.repository)?.filter(|journal| journal.state != State::Staged);
        Ok(journal.map(|journal| journal.what))
    }

    /// The root of the project.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Which of these files of the team is read in the place of a rendered one.
    pub(crate) fn taken<'t>(
        &self,
        rendered: &str,
        team: &(impl Iterator<Item = &'t str> + Clone),
    ) -> Option<Taken<'t>> {
        places::taken(rendered, self.prefix.is_empty(), team)
    }

    /// The repository that the project is in.
    #[must_use]
    pub fn repository(&self) -> &Repository {
        &self.repository
    }

    /// The repository that the project is a folder of, as a whole; none where the project is all of it.
    ///
    /// # Errors
    /// It cannot be opened.
    pub fn around(&self) -> Result<Option<Self>, Error> {
        match self.repository.workdir() {
            Some(workdir) if !self.prefix.is_empty() => Self::open(workdir).map(Some),
            _ => Ok(None),
        }
    }

    /// The folders from the root of the repository down to the project; empty where it is all of it.
    #[must_use]
    pub fn folder(&self) -> &str {
        self.prefix.trim_end_matches('/')
    }

    /// What the URL of `origin` says.
    #[must_use]
    pub fn remote(&self) -> Remote {
        let origin = self.repository.find_remote("origin").ok();
        origin.and_then(|origin| Some(Remote::parse(origin.url().ok()?))).unwrap_or_default()
    }

    /// What HEAD holds of the project; read once.
    pub(crate) fn ours(&self) -> Result<&Ours, Error> {
        if self.ours.get().is_none() {
            let _ = self.ours.set(self.read_ours()?);
        }
        Ok(self.ours.get_or_init(Ours::default))
    }

    fn read_ours(&self) -> Result<Ours, Error> {
        let mut ours = Ours::default();
        let mut list = || {
            let commit = self.repository.head()?.peel_to_commit()?;
            ours.head = commit.id().to_string();
            let mut tree = commit.tree()?;
            if !self.prefix.is_empty() {
                let Ok(entry) = tree.get_path(Path::new(self.prefix.trim_end_matches('/'))) else {
                    return Ok(());
                };
                tree = entry.to_object(&self.repository)?.peel_to_tree()?;
            }
            tree.walk(TreeWalkMode::PreOrder, |folder, entry| {
                // A name that is no UTF-8 is none that a path could have.
                if let (Ok(folder), Ok(name)) =
                    (std::str::from_utf8(folder.as_bytes()), std::str::from_utf8(entry.name_bytes()))
                {
                    let path = format!("{folder}{name}");
                    match (entry.kind(), entry.filemode()) {
                        (Some(ObjectType::Tree), _) => {}
                        (Some(ObjectType::Blob), mode) => {
                            let mode = Mode::of_bits(mode.unsigned_abs());
                            ours.files.insert(path, (mode, entry.id()));
                        }
                        _ => drop(ours.other.insert(path)),
                    }
                }
                TreeWalkResult::Ok
            })
        };
        list().map_err(Error::git("read what HEAD holds"))?;
        Ok(ours)
    }

    /// The content of a blob, if the repository has it.
    pub(crate) fn content(&self, blob: BlobId) -> Option<Bytes> {
        let id = Oid::from_bytes(blob.as_bytes()).ok()?;
        self.repository.find_blob(id).ok().map(|blob| Bytes::copy_from_slice(blob.content()))
    }
}

/// Git takes a git folder that it may not look into for none.
fn closed_git_folder(root: &Path) -> Option<Error> {
    let mut folders = root.ancestors().map(|folder| folder.join(".git"));
    let path = folders.find(|folder| folder.is_dir())?;
    let source = fs_err::read_dir(&path).err()?;
    Some(Error::Unreadable { path, source })
}
