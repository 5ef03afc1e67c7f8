//! How git sees a file of the project: what it would store of it, and what of it is not to be seen here.

use std::path::{Path, PathBuf};

use git2::{Oid, RepositoryState};

use super::Checkout;
use super::apply::is_skipped;
use crate::counted::counted;
use crate::lock::LOCK_FILE;
use crate::render::tree::Mode;
use crate::repo::eol;

/// So many commits are looked at for a lock that is gone: more than any pull request has.
const MAX_COMMITS: usize = 1000;

/// A goldpath.lock that is committed, or was.
pub(crate) struct LockInHistory {
    /// Its path from the root of the project.
    pub(crate) path: String,
    /// The commit that has it; none: HEAD.
    pub(crate) commit: Option<String>,
}

impl Checkout {
    /// The bytes that git would store, where they are not the ones of the file on disk.
    pub(crate) fn stored(&self, path: &str, content: &[u8]) -> Option<Vec<u8>> {
        eol::seen(&self.repository, &format!("{}{path}", self.prefix), content)
    }

    /// Whether a file's mode can be seen on this file system.
    pub(crate) fn keeps_modes(&self) -> bool {
        let configured = self.repository.config().and_then(|config| config.get_bool("core.filemode"));
        configured.unwrap_or(cfg!(unix))
    }

    /// Whether links are links here: elsewhere git writes where they lead into a file.
    pub(crate) fn keeps_links(&self) -> bool {
        let configured = self.repository.config().and_then(|config| config.get_bool("core.symlinks"));
        configured.unwrap_or(cfg!(unix))
    }

    /// Whether a sparse checkout leaves the file out of the work tree.
    pub(crate) fn leaves_out(&self, path: &str) -> bool {
        let name = format!("{}{path}", self.prefix);
        let index = self.repository.index();
        index.is_ok_and(|index| index.get_path(Path::new(&name), 0).is_some_and(|entry| is_skipped(&entry)))
    }

    /// Whether a merge left the file to be resolved.
    pub(crate) fn is_unmerged(&self, path: &str) -> bool {
        // Nearly always nothing is under way, and the index need not be read.
        if self.repository.state() == RepositoryState::Clean {
            return false;
        }
        let name = format!("{}{path}", self.prefix);
        let index = self.repository.index();
        index.is_ok_and(|index| (1..=3).any(|stage| index.get_path(Path::new(&name), stage).is_some()))
    }

    fn is_sparse(&self) -> bool {
        let config = self.repository.config().and_then(|config| config.get_bool("core.sparseCheckout"));
        config.unwrap_or(false)
    }

    /// What a sparse checkout leaves out of the work tree: by path in the project the object that is committed.
    ///
    /// # Errors
    /// Why git cannot tell, or which of it a partial clone did not bring.
    pub(crate) fn left_out(&self) -> Result<Vec<(String, Oid)>, String> {
        if !self.is_sparse() {
            return Ok(Vec::new());
        }
        let index = self.repository.index().map_err(|error| {
            format!("the index of this sparse checkout cannot be read: {}", error.message())
        })?;
        let odb = self.repository.odb().map_err(|error| error.message().to_owned())?;
        let mut left_out = Vec::new();
        for entry in index.iter().filter(is_skipped) {
            let Ok(name) = String::from_utf8(entry.path) else { continue };
            let Some(path) = name.strip_prefix(&self.prefix) else { continue };
            if self.root.join(path).symlink_metadata().is_err() {
                left_out.push((path.to_owned(), entry.id));
            }
        }
        match left_out.iter().filter(|(_, id)| !odb.exists(*id)).count() {
            0 => Ok(left_out),
            missing => Err(format!(
                "{} that this sparse checkout leaves out {} not in this clone",
                counted(missing, "file"),
                if missing == 1 { "is" } else { "are" }
            )),
        }
    }

    /// A committed file, unless it is larger than `limit`.
    pub(crate) fn committed(&self, id: Oid, limit: u64) -> Option<Vec<u8>> {
        let (size, _) = self.repository.odb().ok()?.read_header(id).ok()?;
        let blob = self.repository.find_blob(id).ok().filter(|_| size as u64 <= limit)?;
        Some(blob.content().to_vec())
    }

    /// A file that a sparse checkout leaves out, as it is committed.
    ///
    /// # Errors
    /// The object is not in this clone, or the index cannot be read.
    pub(crate) fn left_out_file(&self, path: &str) -> Result<Option<(Mode, Vec<u8>)>, git2::Error> {
        let index = match self.repository.index() {
            Ok(index) => index,
            Err(error) if self.is_sparse() => return Err(error),
            Err(_) => return Ok(None),
        };
        let entry = index.get_path(Path::new(&format!("{}{path}", self.prefix)), 0);
        let Some(entry) = entry.filter(is_skipped) else {
            return Ok(None);
        };
        Ok(Some((Mode::of_bits(entry.mode), self.repository.find_blob(entry.id)?.content().to_vec())))
    }

    /// The commit that HEAD is at.
    pub(crate) fn head_commit(&self) -> Option<String> {
        Some(self.repository.head().ok()?.peel_to_commit().ok()?.id().to_string())
    }

    /// Where HEAD, or a commit before it, has a goldpath.lock: for the project, or for one of its folders on the way down
    /// to `folder`. The newest commit that has one counts; of a merge, what it was merged into.
    ///
    /// A shallow clone ends where it was cut off.
    pub(crate) fn lock_in_history(&self, folder: &Path) -> Option<LockInHistory> {
        let below = folder.strip_prefix(&self.root).unwrap_or(Path::new(""));
        let places: Vec<PathBuf> =
            below.ancestors().map(|folder| Path::new(&self.prefix).join(folder).join(LOCK_FILE)).collect();
        let mut commit = self.repository.head().ok()?.peel_to_commit().ok()?;
        for steps in 0..MAX_COMMITS {
            let tree = commit.tree().ok()?;
            if let Some(place) = places.iter().find(|place| tree.get_path(place).is_ok()) {
                let path = place.strip_prefix(&self.prefix).unwrap_or(place).display().to_string();
                return Some(LockInHistory { path, commit: (steps > 0).then(|| commit.id().to_string()) });
            }
            commit = commit.parent(0).ok()?;
        }
        None
    }

    /// The folders below the project that have a goldpath.lock of their own.
    pub(crate) fn projects_below(&self) -> Vec<String> {
        let Ok(index) = self.repository.index() else { return Vec::new() };
        let paths = index.iter().filter_map(|entry| String::from_utf8(entry.path).ok());
        let below = paths.filter_map(|path| {
            path.strip_prefix(&self.prefix)?.strip_suffix(LOCK_FILE)?.strip_suffix('/').map(str::to_owned)
        });
        let mut below: Vec<String> = below.collect();
        // In a merge one file stands there several times.
        below.dedup();
        below
    }

    /// How many tags are called like a version.
    pub(crate) fn releases(&self) -> usize {
        let Ok(tags) = self.repository.tag_names(Some("v[0-9]*")) else { return 0 };
        tags.iter().flatten().flatten().filter(|tag| semver::Version::parse(&tag[1..]).is_ok()).count()
    }
}
