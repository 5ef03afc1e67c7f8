//! What a person should know although everything went well.

use std::fmt;
use std::path::PathBuf;

/// A warning, for the caller to print.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// Nobody told git who commits, so it was taken from the account and the host.
    DerivedIdentity {
        /// `NAME <EMAIL>` as it was derived.
        identity: String,
    },
    /// `init.templateDir` names a folder that does not exist.
    MissingTemplate {
        /// That folder.
        path: PathBuf,
    },
    /// What a run that was killed was building is still there.
    LeftBehind {
        /// The folder.
        path: PathBuf,
    },
}

impl Warning {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::DerivedIdentity { .. } => "tell git who you are, then amend the commit:\n  \
                git config --global user.name \"Ada Lovelace\"\n  \
                git config --global user.email ada@example.com\n  \
                git commit --amend --reset-author --no-edit"
                .into(),
            Self::MissingTemplate { .. } => {
                "remove the setting: `git config --global --unset init.templateDir`".into()
            }
            Self::LeftBehind { path } => {
                let path = path.display().to_string();
                let quoted = shlex::try_quote(&path).unwrap_or(std::borrow::Cow::Borrowed(&path));
                format!("nothing needs it; look at it, then remove it: `rm -rf {quoted}`")
            }
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DerivedIdentity { identity } => {
                write!(f, "git knows no name or address of yours, so the commit is by `{identity}`")
            }
            Self::MissingTemplate { path } => {
                write!(f, "git's `init.templateDir` names `{}`, which is no folder", path.display())
            }
            Self::LeftBehind { path } => {
                write!(f, "a run that was killed has left `{}`", path.display())
            }
        }
    }
}
