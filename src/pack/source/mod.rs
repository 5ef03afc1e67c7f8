//! Where a pack comes from: the program itself, a folder, or a git repository.
//!
//! The three hold the same files and give the same digest. A name becomes a [`PackSpec`] by its looks alone;
//! [`open`] reads what it names into memory. Nothing of a pack is ever run, and the network is only touched for a
//! URL.

mod credentials;
mod embedded;
mod environment;
mod error;
mod files;
mod folder;
mod gather;
mod git;
mod links;
mod origin;
mod redact;
mod release;
mod spec;
mod url;
mod version;
mod versions;

use std::path::Path;

pub use self::environment::Environment;
pub use self::error::Error;
pub use self::files::{PackFile, PackFiles};
pub use self::gather::Limits;
pub use self::origin::Origin;
pub use self::release::{Seal, SealedRender, packed, paths as release_paths, versions as released};
pub use self::spec::PackSpec;
pub use self::url::GitUrl;
pub use self::version::Version;
pub use self::versions::{is_at_hand, versions};
use crate::path::{RepoPath, no_symlink_on_the_way};

/// A pack's files, and where they came from.
#[derive(Debug, Clone)]
pub struct Opened {
    /// Its files.
    pub files: PackFiles,
    /// Where they came from.
    pub origin: Origin,
}

/// Reads the pack that `spec` names.
pub fn open(spec: &PackSpec, environment: &Environment) -> Result<Opened, Error> {
    let origin = Origin::of(spec);
    match spec {
        PackSpec::Builtin => Ok(Opened { files: embedded::read()?, origin }),
        PackSpec::BuiltinAt { version } => open_embedded(version, origin, environment.limits),
        PackSpec::Folder { path, subfolder } => {
            let folder = environment.base.join(path);
            let files = open_folder(&folder, subfolder.as_ref(), &origin, environment.limits)?;
            Ok(Opened { files, origin })
        }
        PackSpec::Repository { path, version, .. } => {
            git::open_local(&environment.base.join(path), version.as_ref(), origin, environment.limits)
        }
        PackSpec::Remote { url, version, .. } => git::open_remote(url, version.as_ref(), origin, environment),
    }
}

/// The built-in pack at a version: as it is now, or as it was sealed.
fn open_embedded(wanted: &Version, origin: Origin, limits: Limits) -> Result<Opened, Error> {
    let files = embedded::read()?;
    if embedded::version().is_some_and(|now| wanted.matches(&now)) {
        return Ok(Opened { files, origin });
    }
    let known = released(&files);
    let newest = known.iter().rev().find(|version| wanted.matches(version));
    let release = match newest {
        Some(version) => release::open(&files, version, &origin.source, limits)?,
        None => None,
    };
    match release {
        Some((files, _)) => Ok(Opened { files, origin }),
        None => Err(Error::UnknownVersion {
            source_name: origin.source,
            version: wanted.to_string(),
            known: embedded::version().iter().chain(known.iter().rev()).map(ToString::to_string).collect(),
        }),
    }
}

/// An earlier version of an opened pack that it keeps itself, and its seal; none: it keeps no such version.
///
/// # Errors
/// A release that cannot be read, or is not what was sealed.
pub fn open_release(
    files: &PackFiles,
    origin: &Origin,
    version: &semver::Version,
    limits: Limits,
) -> Result<Option<(Opened, Seal)>, Error> {
    let release = release::open(files, version, &origin.fact(), limits)?;
    Ok(release.map(|(files, seal)| (Opened { files, origin: origin.clone() }, seal)))
}

fn open_folder(
    folder: &Path,
    subfolder: Option<&RepoPath>,
    origin: &Origin,
    limits: Limits,
) -> Result<PackFiles, Error> {
    let Some(subfolder) = subfolder else { return folder::read(folder, &origin.source, limits) };
    let name = origin.fact();
    let below = subfolder.below(folder);
    let links = no_symlink_on_the_way(folder, subfolder);
    links.map_err(|cause| Error::SubfolderOnDisk { source_name: name.clone(), cause })?;
    if below.is_symlink() {
        let subfolder = crate::path::Shown::of(subfolder.as_str());
        return Err(Error::SpecialFile {
            source_name: origin.source.clone(),
            path: subfolder,
            kind: "a symbolic link",
        });
    }
    folder::read(&below, &name, limits)
}

#[cfg(test)]
mod tests;
