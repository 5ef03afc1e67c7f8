//! A pack that is built on the built-in one: everything of it, and more.

use semver::Version;

use super::manifest::Manifest;
use super::manifest_error::ManifestError;
use super::source::{self, Opened, PackFiles, PackSpec};
use super::{policy, policy_files, read_manifest, text};
use crate::error::Error;

/// The pack that another one is built on.
#[derive(Debug)]
pub struct BasePack {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: Version,
    /// Whether it is the version that the other one names, whatever this program has.
    pub pinned: bool,
    pub(super) files: PackFiles,
}

/// A pack with everything of its base.
pub(super) struct Extended {
    pub(super) files: PackFiles,
    pub(super) manifest: Manifest,
    pub(super) base: BasePack,
}

/// Puts the files and the manifest of a pack on top of the base that it names; `version` is that of the base, unless it
/// names one.
///
/// # Errors
/// What both have.
pub(super) fn on_top(
    named: &PackSpec,
    version: Option<&Version>,
    files: &PackFiles,
    manifest: Manifest,
) -> Result<Extended, Error> {
    let base = open_base(named, version)?.files;
    let base_manifest = read_manifest(&base)?;
    refuse_shared_packages(&base, files)?;
    let files = overlay(&base, files)?;
    let (name, version) = (base_manifest.name.clone(), base_manifest.version.clone());
    let manifest = manifest.on_top_of(base_manifest)?;
    let base = BasePack { name, version, pinned: named.version().is_some(), files: base };
    Ok(Extended { files, manifest, base })
}

impl Manifest {
    /// This pack's head with everything of the base's before it; its advice first, since the first match wins.
    fn on_top_of(mut self, base: Self) -> Result<Self, Error> {
        if self.delimiters != base.delimiters {
            return Err(Error::OverlappingPack {
                what: "delimiters that differ from those of the pack it extends".to_owned(),
            });
        }
        let twice = self.questions.iter().find(|own| base.questions.iter().any(|asked| asked.key == own.key));
        if let Some(question) = twice {
            let what = format!("a question `{}`, which the pack it extends asks already", question.key);
            return Err(Error::OverlappingPack { what });
        }
        self.default_stack = self.default_stack.or(base.default_stack);
        self.questions.splice(0..0, base.questions);
        self.computed.splice(0..0, base.computed);
        self.advice_questions.splice(0..0, base.advice_questions);
        self.advice.extend(base.advice);
        self.figures.splice(0..0, base.figures);
        Ok(self)
    }
}

/// The pack that another one extends: at the version that it names, or else at the one that is asked for.
fn open_base(named: &PackSpec, version: Option<&Version>) -> Result<Opened, Error> {
    let environment = source::Environment::default();
    let asked = version.filter(|_| named.version().is_none());
    let asked = asked.map(|version| named.at_version(Some(&version.to_string()))).transpose()?;
    match asked.map(|asked| source::open(&asked, &environment)) {
        // What a version made that this program does not have cannot be made here, and is told by its digest.
        None | Some(Err(source::Error::UnknownVersion { .. })) => Ok(source::open(named, &environment)?),
        Some(opened) => Ok(opened?),
    }
}

/// The extending pack's files over those of its base; what both have is a mistake.
fn overlay(base: &PackFiles, over: &PackFiles) -> Result<PackFiles, Error> {
    let clash = over
        .iter()
        .find(|(path, _)| {
            *path != "pack.toml" && !path.starts_with("migrations/") && base.get(path).is_some()
        })
        .map(|(path, _)| path.to_owned());
    if let Some(path) = clash {
        let what = format!("`{path}`, which the pack it extends has already");
        return Err(Error::OverlappingPack { what });
    }
    // The versions of the base are not those of the pack on top of it.
    let of_a_version = |path: &str| path.starts_with("releases/") || path.starts_with("migrations/");
    let base = base.iter().filter(|(path, _)| !of_a_version(path));
    Ok(base.chain(over.iter()).map(|(path, file)| (path.to_owned(), file.clone())).collect())
}

/// A pack adds controls and cannot change those of its base: rules of one package from both would be one rule.
fn refuse_shared_packages(base: &PackFiles, over: &PackFiles) -> Result<(), Error> {
    let packages = |files: &PackFiles| -> Result<Vec<(String, String)>, ManifestError> {
        policy_files(files)
            .map(|(path, _)| Ok((policy::package_of(text(files, path)?)?, path.to_owned())))
            .collect()
    };
    let known = packages(base)?;
    for (package, path) in packages(over)? {
        if known.iter().any(|(other, _)| *other == package) {
            let what = format!("`{path}` in the package `{package}`, which is one of the pack it extends");
            return Err(Error::OverlappingPack { what });
        }
    }
    Ok(())
}
