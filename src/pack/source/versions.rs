//! Which versions of a pack there are, without reading the pack.

use git2::Repository;
use semver::Version;

use super::embedded;
use super::error::Error;
use super::git;
use super::version::{Version as Asked, tag_version};
use super::{Environment, PackSpec};
use crate::pack::MAX_MANIFEST_BYTES;
use crate::path::read_plain_text;

/// The versions of the pack that `spec` names, the oldest first; none: only the network knows, and `online` is not set.
///
/// # Errors
/// The pack cannot be looked at, or states no version.
pub fn versions(
    spec: &PackSpec,
    environment: &Environment,
    online: bool,
) -> Result<Option<Vec<Version>>, Error> {
    let mut versions = match spec {
        PackSpec::Builtin | PackSpec::BuiltinAt { .. } => {
            embedded::version().into_iter().chain(embedded::released()).collect()
        }
        PackSpec::Folder { path, subfolder } => {
            let mut folder = environment.base.join(path);
            if let Some(subfolder) = subfolder {
                folder = subfolder.below(&folder);
            }
            let manifest = folder.join("pack.toml");
            let text = read_plain_text(&manifest, MAX_MANIFEST_BYTES)
                .map_err(|source| Error::Read { path: manifest.clone(), source })?;
            stated(&text).into_iter().collect()
        }
        PackSpec::Repository { path, .. } => {
            let folder = environment.base.join(path);
            let repository = Repository::open(&folder)
                .map_err(|source| Error::Repository { source_name: spec.source(), source })?;
            let tags = repository
                .tag_names(None)
                .map_err(|source| Error::Repository { source_name: spec.source(), source })?;
            tags.iter().flatten().flatten().filter_map(tag_version).collect::<Vec<_>>()
        }
        PackSpec::Remote { url, .. } if online => {
            git::tags(url, environment)?.iter().filter_map(|tag| tag_version(tag)).collect()
        }
        PackSpec::Remote { .. } => return Ok(None),
    };
    versions.sort();
    versions.dedup();
    Ok(Some(versions))
}

/// Whether the pack can be opened without a network: it is on this machine, or was fetched before.
#[must_use]
pub fn is_at_hand(spec: &PackSpec, environment: &Environment) -> bool {
    match spec {
        PackSpec::Remote { url, version: Some(Asked::Commit(commit)), .. } => {
            git::is_cached(url, commit, environment)
        }
        PackSpec::Remote { .. } => false,
        _ => true,
    }
}

/// The version that a manifest states, whatever else stands in it.
pub(super) fn stated(manifest: &str) -> Option<Version> {
    let manifest: toml::Table = manifest.parse().ok()?;
    Version::parse(manifest.get("pack")?.get("version")?.as_str()?).ok()
}
