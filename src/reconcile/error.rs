//! Why a repository cannot be looked at or brought forward: each situation with its way out.

use std::io;
use std::path::PathBuf;

use crate::exit::Exit;
use crate::path::PathError;

/// A situation that ends a run; nothing has changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the message of each variant says what it is")]
pub enum Error {
    #[error("there is no goldpath.lock in `{}` or above it", folder.display())]
    NoLock { folder: PathBuf },
    #[error("`{}` is in no git repository", folder.display())]
    NoRepository { folder: PathBuf },
    #[error("`{path}` is no file of the path")]
    UnknownPath { path: String, hint: String },
    #[error("`{}` cannot be read", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("git could not {what}")]
    Git { what: &'static str, source: git2::Error },
    #[error(transparent)]
    Path(#[from] PathError),
}

impl Error {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoLock { .. } => {
                "run it in a repository that `goldpath new` made, or name one with `-C DIR`".to_owned()
            }
            Self::NoRepository { .. } => "make it one: `git init`, then commit what is there".to_owned(),
            Self::UnknownPath { hint, .. } => hint.clone(),
            Self::Path(error) => return error.hint(),
            Self::Unreadable { .. } | Self::Git { .. } => return None,
        })
    }

    /// The exit code of a command that ends with this.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            Self::UnknownPath { .. } => Exit::Usage,
            Self::NoLock { .. }
            | Self::NoRepository { .. }
            | Self::Unreadable { .. }
            | Self::Path(_)
            | Self::Git { .. } => Exit::Refused,
        }
    }

    pub(super) fn git(what: &'static str) -> impl FnOnce(git2::Error) -> Self {
        move |source| Self::Git { what, source }
    }
}
