//! Where an opened pack came from: what goldpath.toml and goldpath.lock say of it.

use super::spec::{PackSpec, joined};
use super::version::Version;
use crate::path::RepoPath;

/// Where a pack came from. Holds no credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// `builtin`, the folder as it was given, or the URL.
    pub source: String,
    /// The folder in the source that holds the pack.
    pub subfolder: Option<RepoPath>,
    /// The version that was asked for, as it pins the pack in goldpath.toml.
    pub pinned: Option<Version>,
    /// The tag that was read.
    pub tag: Option<String>,
    /// The commit that was read, for a git source.
    pub commit: Option<String>,
}

impl Origin {
    /// The origin of what this spec names, before it is known which commit that is.
    pub(super) fn of(spec: &PackSpec) -> Self {
        Self {
            source: spec.source(),
            subfolder: spec.subfolder().cloned(),
            pinned: spec.version().cloned(),
            tag: None,
            commit: None,
        }
    }

    /// What goldpath.toml says after `pack =`: `SOURCE[@VERSION][#SUBFOLDER]`.
    #[must_use]
    pub fn intent(&self) -> String {
        joined(&self.source, self.pinned.as_ref(), self.subfolder.as_ref())
    }

    /// What goldpath.lock says as `source`: `SOURCE[#SUBFOLDER]`; the commit stands beside it.
    #[must_use]
    pub fn fact(&self) -> String {
        joined(&self.source, None, self.subfolder.as_ref())
    }
}
