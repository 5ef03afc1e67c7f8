//! How git sees a file of the project: what it would store of it, and what of it is not to be seen here.

use std::path::Path;

use super::Checkout;
use super::apply::SKIP_WORKTREE;
use crate::repo::eol;

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

    /// The commit that HEAD is at.
    pub(crate) fn head_commit(&self) -> Option<String> {
        Some(self.repository.head().ok()?.peel_to_commit().ok()?.id().to_string())
    }

    /// How many tags are called like a version.
    pub(crate) fn releases(&self) -> usize {
        let Ok(tags) = self.repository.tag_names(Some("v[0-9]*")) else { return 0 };
        tags.iter().flatten().flatten().filter(|tag| semver::Version::parse(&tag[1..]).is_ok()).count()
    }
}
