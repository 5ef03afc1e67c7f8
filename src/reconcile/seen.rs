//! How git sees a file of the project: what it would store of it, and what of it is not to be seen here.

use std::path::{Path, PathBuf};

use super::Checkout;
use super::apply::SKIP_WORKTREE;
use crate::lock::LOCK_FILE;
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
        index.is_ok_and(|index| {
            index.get_path(Path::new(&name), 0).is_some_and(|entry| entry.flags_extended & SKIP_WORKTREE != 0)
        })
    }

    /// Whether a merge left the file to be resolved.
    pub(crate) fn is_unmerged(&self, path: &str) -> bool {
        let name = format!("{}{path}", self.prefix);
        let index = self.repository.index();
        index.is_ok_and(|index| (1..=3).any(|stage| index.get_path(Path::new(&name), stage).is_some()))
    }

    /// What a sparse checkout leaves out of the work tree, as it is committed: by path in the project.
    pub(crate) fn left_out(&self) -> Vec<(String, Vec<u8>)> {
        let config = self.repository.config().and_then(|config| config.get_bool("core.sparseCheckout"));
        let Some(index) = self.repository.index().ok().filter(|_| config.unwrap_or(false)) else {
            return Vec::new();
        };
        let left_out = index.iter().filter_map(|entry| {
            let path = String::from_utf8(entry.path).ok()?.strip_prefix(&self.prefix)?.to_owned();
            let is_left_out = entry.flags_extended & SKIP_WORKTREE != 0
                && self.root.join(&path).symlink_metadata().is_err();
            let blob = self.repository.find_blob(entry.id).ok().filter(|_| is_left_out)?;
            Some((path, blob.content().to_vec()))
        });
        left_out.collect()
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
        below.collect()
    }

    /// How many tags are called like a version.
    pub(crate) fn releases(&self) -> usize {
        let Ok(tags) = self.repository.tag_names(Some("v[0-9]*")) else { return 0 };
        tags.iter().flatten().flatten().filter(|tag| semver::Version::parse(&tag[1..]).is_ok()).count()
    }
}
