//! Where an opened pack came from: what goldpath.toml and goldpath.lock say of it.

use std::path::Path;

use super::spec::{PackSpec, joined};
use super::version::{Version, tag_version};
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

    /// The version that the tag of a repository names, whose packs are not several in folders.
    #[must_use]
    pub fn tagged(&self) -> Option<semver::Version> {
        self.tag.as_deref().filter(|_| self.subfolder.is_none()).and_then(tag_version)
    }

    /// The same origin as a repository at `target` names it: a folder that was given relative to the working
    /// directory becomes relative to the repository, so that both can move together.
    #[must_use]
    pub fn seen_from(&self, target: &Path) -> Self {
        let given = match PackSpec::parse(&self.source) {
            Ok(PackSpec::Folder { path, .. }) if path.is_relative() => path,
            _ => return self.clone(),
        };
        let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
        let Some(relative) = pathdiff::diff_paths(absolute(&given), absolute(target)) else {
            return self.clone();
        };
        // From another drive of Windows no way leads there.
        if relative.is_absolute() {
            return Self { source: relative.to_string_lossy().into_owned(), ..self.clone() };
        }
        let names: Vec<String> =
            relative.components().map(|name| name.as_os_str().to_string_lossy().into_owned()).collect();
        let source = match names.first().map(String::as_str) {
            None => ".".to_owned(),
            Some("..") => names.join("/"),
            Some(_) => format!("./{}", names.join("/")),
        };
        Self { source, ..self.clone() }
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
