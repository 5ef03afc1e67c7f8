//! One goldpath at a time in a repository.

use git2::Repository;

use super::Error;
use crate::repo::Alone;

/// Held while a run looks at a repository and changes it.
#[derive(Debug)]
#[must_use = "another run may begin when it is dropped"]
pub struct Turn {
    _alone: Alone,
}

impl Turn {
    /// Takes the turn in this repository. Where there are no turns, the lock of the index has to do.
    ///
    /// # Errors
    /// Another process has it.
    pub(super) fn take(repository: &Repository) -> Result<Self, Error> {
        Alone::within(repository.path()).map(|alone| Self { _alone: alone }).ok_or(Error::Busy)
    }
}
