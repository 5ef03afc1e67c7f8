//! From the text of `goldpath.lock`, which is untrusted, to a [`Lock`].

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::entries;
use super::{Code, EXTENDED, FORMAT, LOCK_FILE, Lock, LockedControl, LockedFile, LockedPack};
use crate::pack::{ManifestError, ManifestText};
use crate::path::{Collisions, RepoPath};
use crate::render::tree::{BlobId, Mode, Ownership};
use crate::value::Value;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLock {
    #[serde(rename = "version")]
    format: u32,
    pack: RawPack,
    plan: RawPlan,
    #[serde(default)]
    answers: BTreeMap<String, Value>,
    #[serde(default)]
    defaults: BTreeMap<String, Value>,
    #[serde(default)]
    settings: BTreeMap<String, Value>,
    controls: Option<BTreeMap<String, LockedControl>>,
    file: Option<Vec<RawFile<'static>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPack {
    name: String,
    version: Spanned<String>,
    source: String,
    digest: String,
    commit: Option<String>,
    extends: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPlan {
    preset: String,
    stack: String,
    #[serde(default)]
    code: Code,
    components: Vec<String>,
    overrides: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFile<'t> {
    pub(super) path: Spanned<Cow<'t, str>>,
    pub(super) component: Cow<'t, str>,
    pub(super) ownership: Ownership,
    pub(super) mode: Mode,
    pub(super) blob: Spanned<Cow<'t, str>>,
    pub(super) rendered: Option<Spanned<Cow<'t, str>>>,
    #[serde(default)]
    pub(super) beginning: bool,
}

impl Lock {
    /// Reads a lock, and refuses one that no goldpath would have written.
    ///
    /// # Errors
    /// The first mistake, with its line and column: a key or a format that is not known, a version, blob id or path
    /// that cannot be one, paths that cannot stand side by side.
    pub fn read(bytes: &[u8]) -> Result<Self, ManifestError> {
        let manifest = ManifestText::new(LOCK_FILE, bytes)?;
        match as_written(manifest.text) {
            Some((head, files)) => Self::of(manifest, head, files),
            None => Self::read_as_toml(manifest),
        }
    }

    /// A lock in whatever spelling TOML allows.
    pub(super) fn read_as_toml(manifest: ManifestText<'_>) -> Result<Self, ManifestError> {
        let mut raw = match manifest.parse::<RawLock>() {
            Ok(raw) if raw.format == FORMAT => raw,
            read => {
                // A newer format may have keys that this goldpath does not know: its number says more than they do.
                let format = format_of(manifest.text).unwrap_or(FORMAT);
                if format != FORMAT {
                    let message = format!("the lock has format {format}, and this goldpath reads {FORMAT}");
                    return Err(manifest.error(0..0, message).with_hint("use the newest goldpath"));
                }
                read?
            }
        };
        let files = raw.file.take().unwrap_or_default();
        Self::of(manifest, raw, files)
    }

    fn of(
        manifest: ManifestText<'_>,
        raw: RawLock,
        entries: Vec<RawFile<'_>>,
    ) -> Result<Self, ManifestError> {
        let version = semver::Version::parse(raw.pack.version.get_ref())
            .map_err(|error| manifest.error(raw.pack.version.span(), format!("no version: {error}")))?;
        let extends = raw.pack.extends.map(|base| {
            let version = base.get_ref().strip_prefix(EXTENDED).unwrap_or_default();
            semver::Version::parse(version).map_err(|_| {
                let message = format!("`{}` is no version of the built-in pack", base.get_ref());
                manifest.error(base.span(), message)
            })
        });
        let extends = extends.transpose()?;
        let mut files = BTreeMap::new();
        let mut collisions = Collisions::of_about(entries.len());
        for file in entries {
            let refused = |error: crate::path::PathError| manifest.error(file.path.span(), error.to_string());
            let path = RepoPath::new(file.path.get_ref()).map_err(refused)?;
            collisions.add(path.as_str()).map_err(refused)?;
            let id = |text: &Spanned<Cow<'_, str>>| {
                BlobId::from_hex(text.get_ref()).ok_or_else(|| {
                    let message = format!("`{}` is no blob id of 40 hexadecimal digits", text.get_ref());
                    manifest.error(text.span(), message)
                })
            };
            let locked = LockedFile {
                component: file.component.into_owned(),
                ownership: file.ownership,
                mode: file.mode,
                blob: id(&file.blob)?,
                rendered: file.rendered.as_ref().map(id).transpose()?,
                beginning: file.beginning,
            };
            files.insert(path, locked);
        }
        collisions.check_for_repositories().map_err(|error| manifest.error(0..0, error.to_string()))?;
        Ok(Self {
            pack: LockedPack {
                name: raw.pack.name,
                version,
                source: raw.pack.source,
                digest: raw.pack.digest,
                commit: raw.pack.commit,
                extends,
            },
            preset: raw.plan.preset,
            stack: raw.plan.stack,
            code: raw.plan.code,
            components: raw.plan.components,
            answers: raw.answers,
            defaults: raw.defaults,
            settings: raw.settings,
            overrides: raw.plan.overrides,
            controls: raw.controls,
            files,
        })
    }
}

/// The head of a lock and its entries, where it is as goldpath wrote it; nothing where there is any doubt.
fn as_written(text: &str) -> Option<(RawLock, Vec<RawFile<'_>>)> {
    let (head, entries) = entries::split(text)?;
    let head: RawLock = toml::from_str(head).ok()?;
    // Entries that the head has already, in another spelling, are no longer only the ones that follow it.
    (head.format == FORMAT && head.file.is_none()).then_some((head, entries))
}

/// The format, read alone.
fn format_of(text: &str) -> Option<u32> {
    #[derive(Deserialize)]
    struct Format {
        version: u32,
    }
    toml::from_str::<Format>(text).ok().map(|format| format.version)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = r#"version = 1
[pack]
name = "goldpath"
version = "0.1.0"
source = "builtin"
digest = "sha256:0"
[plan]
preset = "balanced"
stack = "rust"
components = ["make"]
[answers]
service_name = "orders"
[settings]
"slo.availability.objective" = 99.5
"#;

    fn file(path: &str, blob: &str) -> String {
        format!(
            "[[file]]\npath = \"{path}\"\ncomponent = \"make\"\nownership = \"managed\"\nmode = \"100644\"\nblob = \"{blob}\"\n"
        )
    }

    fn message(text: &str) -> String {
        Lock::read(text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn a_lock_reads_back() {
        let blob = "0f5a".repeat(10);
        let lock = Lock::read((HEAD.to_owned() + &file("Makefile", &blob)).as_bytes()).unwrap();
        assert_eq!((lock.preset.as_str(), lock.controls), ("balanced", None));
        assert_eq!(lock.answers["service_name"], Value::from("orders"));
        assert_eq!(lock.settings["slo.availability.objective"], Value::Number(99.5));
        assert_eq!(lock.files[&RepoPath::new("Makefile").unwrap()].blob.to_string(), blob);
    }

    #[test]
    fn what_no_goldpath_would_have_written_is_refused_with_its_place() {
        let blob = "0".repeat(40);
        for (text, told) in [
            (HEAD.replace("version = 1\n", "version = 2\nnew = true\n"), "the lock has format 2"),
            (HEAD.replace("name = ", "nam = "), "line 3, column 1: unknown field `nam`"),
            (HEAD.replace("0.1.0", "newest"), "line 4, column 11: no version"),
            (HEAD.to_owned() + &file("../up", &blob), "line 16, column 8: "),
            (HEAD.to_owned() + &file("/etc/passwd", &blob), "line 16, column 8: "),
            (HEAD.to_owned() + &file(".git/hooks/x", &blob), "line 16, column 8: "),
            (HEAD.to_owned() + &file("a", "0f"), "`0f` is no blob id"),
            (HEAD.to_owned() + &file("a", &blob) + &file("A", &blob), "line 22, column 8: "),
        ] {
            assert!(message(&text).contains(told), "{told} is not in: {}", message(&text));
        }
    }

    #[test]
    fn another_spelling_of_an_entry_says_the_same() {
        let blob = "0f5a".repeat(10);
        let written = HEAD.to_owned() + "\n" + &file("a", &blob) + "\n" + &file("b", &blob);
        let expected = Lock::read(written.as_bytes());
        assert!(expected.is_ok() && as_written(&written).is_some());
        for (from, to) in [
            ("\"a\"", "'a'"),
            ("\"a\"", "\"\\u0061\""),
            ("path = \"b\"", "path=\"b\""),
            ("[[file]]\npath = \"b\"", "\n# It was b.\n[[ file ]]\npath = \"b\""),
            ("path = \"b\"\n", "\"path\" = \"b\" # that one\n"),
            ("mode = \"100644\"\n", "beginning = false\nmode = \"100644\"\n"),
            ("\n", "\r\n"),
        ] {
            let spelled = written.replacen(from, to, if from == "\n" { usize::MAX } else { 1 });
            assert_eq!(Lock::read(spelled.as_bytes()), expected, "{spelled}");
        }
    }

    #[test]
    fn an_entry_inside_of_something_else_is_none() {
        let blob = "0f5a".repeat(10);
        let hidden = "\n".to_owned() + &file("a", &blob);
        let more = format!("{HEAD}text = \"\"\"{hidden}");
        for text in [
            more.clone(),
            more.replace("\"\"\"", "'''"),
            more.clone() + "\"\"\"\n",
            format!("{HEAD}many = [{hidden}"),
            format!("{HEAD}text = {hidden}"),
            format!("{HEAD}[[ file ]]\npath = 1\n{hidden}"),
            format!("file = []\n{HEAD}{hidden}"),
        ] {
            let as_toml = ManifestText::new(LOCK_FILE, text.as_bytes()).and_then(Lock::read_as_toml);
            assert_eq!(Lock::read(text.as_bytes()), as_toml, "{text}");
            assert!(as_toml.is_ok_and(|lock| lock.files.is_empty()) == text.ends_with("\"\"\"\n"), "{text}");
        }
    }
}
