//! Since which version a pack has a file.

use semver::Version;
use serde::Serialize;

use super::Ground;
use crate::error::Error;
use crate::lock::Lock;
use crate::pack::Pack;
use crate::pack::source::{Environment, PackSpec, versions};
use crate::render::SUFFIX;

/// The oldest version from which on, without a gap, the pack has a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Since {
    /// That version.
    pub version: String,
    /// What the file was called then, where it has another name now.
    pub called: Option<String>,
    /// Whether an older version was looked at, and does not have it.
    pub certain: bool,
}

/// Since when the pack has the file of this template, which renders to `path`; or why that is not known.
pub(super) fn since(ground: &Ground<'_>, template: &str, path: &str) -> Result<Since, String> {
    let lock = ground.lock().ok_or("there is no goldpath.lock")?;
    let environment = ground.subject.environment.clone().with_base(ground.root());
    let history = History::of(lock, &environment)?;
    let mut source = source_of(template).ok_or("no file of the pack has its name")?.to_owned();
    let mut called = path.to_owned();
    let mut since = Since { version: lock.pack.version.to_string(), called: None, certain: false };
    for version in history.older.iter().rev() {
        let Ok(Some(release)) = history.at(version) else { break };
        for migration in history.newest.migrations_since(version, None).unwrap_or_default() {
            for (from, to) in &migration.moves {
                if to.as_str() == called && !has(&release, &source) {
                    called = from.to_string();
                    source.clone_from(&called);
                }
            }
        }
        if !has(&release, &source) {
            since.certain = true;
            break;
        }
        since.version = version.to_string();
        since.called = (called != path).then(|| called.clone());
    }
    Ok(since)
}

/// The versions of a pack that are at hand without a network.
struct History {
    newest: Pack,
    /// Those before the one of the lock, the oldest first.
    older: Vec<Version>,
    /// The repository whose tags they are; none: the pack keeps them itself.
    tagged: Option<(PackSpec, Environment)>,
}

impl History {
    fn of(lock: &Lock, environment: &Environment) -> Result<Self, String> {
        let told = |error: Error| format!("its versions cannot be looked at: {error}");
        let spec = PackSpec::parse(&lock.pack.source).map_err(|error| told(error.into()))?;
        let spec = match &lock.pack.commit {
            Some(commit) => spec.at_commit(commit).map_err(|error| told(error.into()))?,
            None => spec,
        };
        if matches!(spec, PackSpec::Remote { .. }) {
            return Err("the versions of a pack from an address are only known to the network".to_owned());
        }
        // A version that was taken out of `releases/` has none of its own, so the pack is opened as it is now.
        let newest = Pack::open(&spec, environment).map_err(told)?;
        let is_tagged = matches!(spec, PackSpec::Repository { .. });
        let known = if is_tagged {
            versions(&spec, environment, false).map_err(|error| told(error.into()))?.unwrap_or_default()
        } else {
            newest.released()
        };
        let older: Vec<Version> = known.into_iter().filter(|version| *version < lock.pack.version).collect();
        if older.is_empty() {
            return Err("the pack keeps no older version".to_owned());
        }
        Ok(Self { newest, older, tagged: is_tagged.then(|| (spec, environment.clone())) })
    }

    fn at(&self, version: &Version) -> Result<Option<Pack>, Error> {
        match &self.tagged {
            Some((spec, environment)) => {
                Pack::open(&spec.at_version(Some(&version.to_string()))?, environment).map(Some)
            }
            None => Ok(self.newest.release(version)?.map(|(release, _)| release)),
        }
    }
}

/// What a template is called in its component, without the suffix.
fn source_of(template: &str) -> Option<&str> {
    let (_, source) = template.split_once("/files/")?;
    Some(source.strip_suffix(SUFFIX).unwrap_or(source))
}

fn has(pack: &Pack, source: &str) -> bool {
    pack.components.keys().any(|component| {
        pack.files_of(component, "files").any(|(path, _)| path.strip_suffix(SUFFIX).unwrap_or(path) == source)
    })
}
