//! Since which version a pack has a file.

use semver::Version;
use serde::Serialize;

use super::Ground;
use crate::pack::Pack;
use crate::pack::source::PackSpec;
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

/// Since when the pack has the file of this template, which renders to `path`; none where the pack keeps no older version.
pub(super) fn since(ground: &Ground<'_>, template: &str, path: &str) -> Option<Since> {
    let lock = ground.lock()?;
    let spec = PackSpec::parse(&lock.pack.source).ok()?;
    // A version that was taken out of `releases/` has none of its own.
    let whole = Pack::open(&spec, &ground.subject.environment.clone().with_base(ground.root())).ok()?;
    let older: Vec<Version> =
        whole.released().into_iter().filter(|version| *version < lock.pack.version).collect();
    if older.is_empty() {
        return None;
    }
    let mut source = source_of(template)?.to_owned();
    let mut called = path.to_owned();
    let mut since = Since { version: lock.pack.version.to_string(), called: None, certain: false };
    for version in older.iter().rev() {
        let Ok(Some((release, _))) = whole.release(version) else { break };
        for migration in whole.migrations_since(version).unwrap_or_default() {
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
    Some(since)
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
