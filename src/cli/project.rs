//! The project that a command reads: the nearest one upwards, with or without a lock.

use std::path::PathBuf;

use super::prompt;
use crate::check::Subject;
use crate::error::Error;
use crate::lock::Lock;
use crate::pack::source::Environment;
use crate::project::{read_lock, root_of};
use crate::reconcile;

/// A project on disk, and the surroundings of this process.
pub(super) struct Project {
    /// Where the person stands.
    pub(super) folder: PathBuf,
    pub(super) root: PathBuf,
    /// What goldpath recorded, if it made this project.
    pub(super) lock: Option<Lock>,
    environment: Environment,
}

impl Project {
    /// The one that the working directory is in.
    pub(super) fn here() -> Result<Self, Error> {
        let folder =
            std::env::current_dir().map_err(|source| Error::Unreadable { path: ".".to_owned(), source })?;
        let root = root_of(&folder);
        let lock = read_lock(&root)?;
        Ok(Self { folder, root, lock, environment: Environment::of_this_process(prompt::can_ask()) })
    }

    /// As checks see it; `online` where the network may be asked for its pack.
    pub(super) fn subject(&self, online: bool) -> Subject<'_> {
        Subject::new(&self.root, self.lock.as_ref(), &self.environment, online).seen_from(&self.folder)
    }

    /// Its root and its lock, for what cannot do without one.
    pub(super) fn locked(self) -> Result<(PathBuf, Lock), Error> {
        let Some(lock) = self.lock else {
            // It comes last: an `adopt` that was killed may have written all but this.
            let checkout = reconcile::Checkout::open(&self.root);
            return Err(match checkout.and_then(|checkout| checkout.under_way()) {
                Ok(Some(what)) => reconcile::Error::BrokenOff { what }.into(),
                _ => reconcile::Error::NoLock { folder: self.folder }.into(),
            });
        };
        Ok((self.root, lock))
    }

    /// What cannot be explained of a project without a lock.
    pub(super) fn without_lock(&self) -> Option<String> {
        self.lock.is_none().then(|| {
            format!(
                "no goldpath.lock in `{}`: what follows is read from the files by the names that the path gives them, and \
                 from the built-in pack; who brought a file, its pristine render and the values here cannot be told",
                self.root.display()
            )
        })
    }
}
