//! `migrations/VERSION.toml`: what a version renamed, moved or replaced. Declarations, never commands.

use semver::Version;
use serde::Deserialize;
use toml::Spanned;

use super::glob::{Glob, glob};
use super::manifest_error::{ManifestError, ManifestText};
use super::source::PackFiles;
use super::{names, text};
use crate::error::Error;
use crate::path::RepoPath;
use crate::value::Value;

/// What one version changed of what repositories hold.
#[derive(Debug, Clone)]
pub struct Migration {
    /// The version that changed it.
    pub version: Version,
    /// How it is told: the version, with the name of the pack where another one is built on it.
    pub release: String,
    /// What to know about it, whatever the repository.
    pub notes: String,
    /// What is new, each for the repositories that it concerns.
    pub changes: Vec<Change>,
    /// Files and folders that have another name.
    pub moves: Vec<(RepoPath, RepoPath)>,
    /// Answers and settings that have another name: the old and the new one.
    pub renamed: Vec<(String, String)>,
    /// Answers that have another value: the key, the old and the new one.
    pub replaced_answers: Vec<(String, Value, Value)>,
}

/// A line of the release notes.
#[derive(Debug, Clone)]
pub struct Change {
    /// What is new.
    pub what: String,
    /// Why it matters.
    pub why: String,
    /// The files that it is about.
    pub files: Vec<Glob>,
}

impl Change {
    /// Whether it is about the file at this path.
    #[must_use]
    pub fn concerns(&self, path: &str) -> bool {
        self.files.iter().any(|glob| glob.is_match(path))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMigration {
    #[serde(default)]
    notes: String,
    #[serde(default)]
    change: Vec<RawChange>,
    #[serde(default, rename = "move")]
    moves: Vec<RawMove>,
    #[serde(default)]
    rename_answer: Vec<RawRename>,
    #[serde(default)]
    replace_answer: Vec<RawReplace>,
    #[serde(default)]
    rename_setting: Vec<RawRename>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawChange {
    what: String,
    #[serde(default)]
    why: String,
    files: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMove {
    from: Spanned<String>,
    to: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRename {
    from: String,
    to: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawReplace {
    key: String,
    from: Value,
    to: Value,
}

impl Migration {
    pub(super) fn read(
        version: Version,
        pack: Option<&str>,
        manifest: ManifestText<'_>,
    ) -> Result<Self, ManifestError> {
        let raw: RawMigration = manifest.parse()?;
        let path = |text: Spanned<String>| {
            RepoPath::new(text.get_ref()).map_err(|error| manifest.error(text.span(), error.to_string()))
        };
        let renamed = raw.rename_answer.into_iter().chain(raw.rename_setting);
        Ok(Self {
            release: pack.map_or_else(|| version.to_string(), |pack| format!("{pack} {version}")),
            version,
            notes: raw.notes,
            changes: raw
                .change
                .into_iter()
                .map(|raw| {
                    let files = raw.files.iter().map(|text| glob(text, manifest));
                    Ok(Change { what: raw.what, why: raw.why, files: files.collect::<Result<_, _>>()? })
                })
                .collect::<Result<_, ManifestError>>()?,
            moves: raw
                .moves
                .into_iter()
                .map(|raw| Ok((path(raw.from)?, path(raw.to)?)))
                .collect::<Result<_, ManifestError>>()?,
            renamed: renamed.map(|raw| (raw.from, raw.to)).collect(),
            replaced_answers: raw.replace_answer.into_iter().map(|raw| (raw.key, raw.from, raw.to)).collect(),
        })
    }
}

/// The migrations to some versions, the oldest first; `pack` names whose they are, of one that is extended.
pub(super) fn migrations(
    files: &PackFiles,
    pack: Option<&str>,
    wanted: &dyn Fn(&Version) -> bool,
) -> Result<Vec<Migration>, Error> {
    let mut migrations = Vec::new();
    for name in names(files, "migrations/", ".toml") {
        let file = format!("migrations/{name}.toml");
        let manifest = text(files, &file)?;
        let of = Version::parse(&name)
            .map_err(|error| manifest.error(0..0, format!("it is named after no version: {error}")))?;
        if wanted(&of) {
            migrations.push(Migration::read(of, pack, manifest)?);
        }
    }
    migrations.sort_by(|a, b| a.version.cmp(&b.version));
    Ok(migrations)
}
