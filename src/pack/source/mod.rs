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
        PackSpec::BuiltinAt { version } => open_embedded(version, origin),
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

fn open_embedded(version: &Version, origin: Origin) -> Result<Opened, Error> {
    let known = embedded::version();
    if !known.as_ref().is_some_and(|known| version.matches(known)) {
        return Err(Error::UnknownVersion {
            source_name: origin.source,
            version: version.to_string(),
            known: known.iter().map(ToString::to_string).collect(),
        });
    }
    Ok(Opened { files: embedded::read()?, origin })
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
