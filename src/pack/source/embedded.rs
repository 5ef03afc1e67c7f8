//! The built-in pack, which is part of the program.

use bytes::Bytes;
use include_dir::{Dir, DirEntry, include_dir};

use super::error::Error;
use super::files::PackFiles;
use super::gather::{Gathering, Limits};
use super::release::sealed;

/// How the built-in pack is called in goldpath.toml and in the lock.
pub(super) const NAME: &str = "builtin";

static MANIFEST: &[u8] = include_bytes!("../../../pack.toml");
static MIGRATIONS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/migrations");
static PRESETS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/presets");
static RELEASES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/releases");
static POLICIES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/policies");
static TEMPLATES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/templates");

/// The files of the built-in pack, none of them copied.
pub(super) fn read() -> Result<PackFiles, Error> {
    let mut gathering = Gathering::new(NAME.to_owned(), Limits::default());
    gathering.add_regular("pack.toml".to_owned(), Bytes::from_static(MANIFEST))?;
    add_folder(&mut gathering, "migrations", &MIGRATIONS)?;
    add_folder(&mut gathering, "policies", &POLICIES)?;
    add_folder(&mut gathering, "presets", &PRESETS)?;
    add_folder(&mut gathering, "releases", &RELEASES)?;
    add_folder(&mut gathering, "templates", &TEMPLATES)?;
    gathering.finish()
}

fn add_folder(gathering: &mut Gathering, top: &str, folder: &'static Dir<'static>) -> Result<(), Error> {
    for entry in folder.entries() {
        match entry {
            DirEntry::Dir(below) => add_folder(gathering, top, below)?,
            DirEntry::File(file) => {
                let names: Vec<_> = file.path().iter().map(|name| name.to_string_lossy()).collect();
                let path = format!("{top}/{}", names.join("/"));
                gathering.add_regular(path, Bytes::from_static(file.contents()))?;
            }
        }
    }
    Ok(())
}

/// The versions that it keeps sealed, none of them opened.
pub(super) fn released() -> Vec<semver::Version> {
    sealed(RELEASES.files().filter_map(|file| file.path().to_str()))
}

/// The version its manifest states, for a pack that is pinned to one.
pub(super) fn version() -> Option<semver::Version> {
    let manifest: toml::Table = std::str::from_utf8(MANIFEST).ok()?.parse().ok()?;
    semver::Version::parse(manifest.get("pack")?.get("version")?.as_str()?).ok()
}

#[cfg(test)]
mod tests {
    use super::super::files::PackFile;
    use super::*;

    #[test]
    fn the_built_in_pack_is_complete_and_borrowed_from_the_program() {
        let files = read().unwrap();
        for expected in [
            "pack.toml",
            "migrations/0.2.0.toml",
            "presets/quick-start.toml",
            "presets/balanced.toml",
            "presets/enterprise.toml",
        ] {
            assert!(files.get(expected).is_some(), "{expected}");
        }
        for (path, file) in files.iter() {
            assert!(matches!(file, PackFile::Regular(bytes) if !bytes.is_unique()), "{path}");
        }
        assert!(version().is_some());
        assert_eq!(released(), super::super::release::versions(&files));
        assert!(!released().is_empty());
    }
}
