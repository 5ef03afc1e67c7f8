//! A component: one concern, a folder of templates with a manifest.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::glob::{Glob, glob};
use super::manifest_error::{ManifestError, ManifestText};
use super::question::is_identifier;
use super::setting::{RawSetting, Setting};
use crate::render::tree::Ownership;

/// What `templates/NAME/component.toml` says.
#[derive(Debug, Clone)]
pub struct Component {
    /// The folder's name.
    pub name: String,
    /// What people read.
    pub title: String,
    /// Why a repository has it.
    pub why: String,
    /// A concern, or the service's own code.
    pub kind: ComponentKind,
    /// Components it cannot stand without.
    pub requires: Vec<String>,
    /// A Tera expression; false: the component is left out.
    pub when: Option<String>,
    /// The settings it brings.
    pub settings: Vec<Setting>,
    /// Values it computes for templates, in order.
    pub computed: Vec<(String, String)>,
    /// Ownership and conditions by glob over the rendered path; the first match wins.
    pub files: Vec<FileRule>,
    /// Globs of rendered paths that get mode 100755 beside those that start with `#!`.
    pub executable: Vec<Glob>,
    /// Rendered paths it takes over from an earlier component.
    pub replaces: Vec<String>,
}

/// What a component is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ComponentKind {
    /// One concern.
    #[default]
    Component,
    /// The service's own code, in one language.
    Stack,
}

/// Who owns the files that a glob matches, and when they are wanted.
#[derive(Debug, Clone)]
pub struct FileRule {
    /// The glob as written.
    pub glob: String,
    matcher: Glob,
    /// Who owns them; shared unless said.
    pub ownership: Ownership,
    /// A Tera expression; false: the file is left out.
    pub when: Option<String>,
    /// Whether `goldpath adopt` writes them into a repository that has code of its own.
    pub adopt: Option<bool>,
}

impl FileRule {
    /// Whether the rule is about this rendered path.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        self.matcher.is_match(path)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawComponent {
    title: String,
    why: String,
    #[serde(default)]
    kind: ComponentKind,
    #[serde(default)]
    requires: Vec<Spanned<String>>,
    when: Option<String>,
    #[serde(default)]
    settings: BTreeMap<String, RawSetting>,
    #[serde(default)]
    computed: toml::map::Map<String, toml::Value>,
    #[serde(default)]
    files: Vec<RawFileRule>,
    #[serde(default)]
    executable: Vec<Spanned<String>>,
    #[serde(default)]
    replaces: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFileRule {
    r#match: Spanned<String>,
    ownership: Option<Ownership>,
    when: Option<String>,
    adopt: Option<bool>,
}

impl Component {
    /// The file that describes it.
    pub(crate) fn file(&self) -> String {
        format!("templates/{}/component.toml", self.name)
    }

    /// Whether `goldpath adopt` writes a file of it into a repository that has code of its own: what a stack brings is
    /// the beginning of a service and how that is built, so a service that has begun does without, unless said.
    #[must_use]
    pub(super) fn joins_other_code(&self, path: &str) -> bool {
        let said = self.files.iter().find(|rule| rule.matches(path)).and_then(|rule| rule.adopt);
        said.unwrap_or(self.kind == ComponentKind::Component)
    }

    /// Reads `component.toml`, with the names of all components at hand to refuse unknown ones.
    pub(super) fn read(
        name: &str,
        manifest: ManifestText<'_>,
        components: &[&str],
    ) -> Result<Self, ManifestError> {
        let raw: RawComponent = manifest.parse()?;
        for required in &raw.requires {
            if !components.contains(&required.get_ref().as_str()) {
                return Err(manifest.unknown("component", required, components));
            }
        }
        let settings = raw
            .settings
            .into_iter()
            .map(|(key, raw)| Setting::read(&key, raw, manifest))
            .collect::<Result<_, _>>()?;
        let files = raw
            .files
            .into_iter()
            .map(|rule| {
                Ok(FileRule {
                    matcher: glob(&rule.r#match, manifest)?,
                    glob: rule.r#match.into_inner(),
                    ownership: rule.ownership.unwrap_or(Ownership::Shared),
                    when: rule.when,
                    adopt: rule.adopt,
                })
            })
            .collect::<Result<_, ManifestError>>()?;
        let executable =
            raw.executable.iter().map(|text| glob(text, manifest)).collect::<Result<_, ManifestError>>()?;
        Ok(Self {
            name: name.to_owned(),
            title: raw.title,
            why: raw.why,
            kind: raw.kind,
            requires: raw.requires.into_iter().map(Spanned::into_inner).collect(),
            when: raw.when,
            settings,
            computed: computed(raw.computed, manifest)?,
            files,
            executable,
            replaces: raw.replaces,
        })
    }
}

/// The `[computed]` table of a pack or a component: names that templates can read, and text.
pub(super) fn computed(
    table: toml::map::Map<String, toml::Value>,
    manifest: ManifestText<'_>,
) -> Result<Vec<(String, String)>, ManifestError> {
    table
        .into_iter()
        .map(|(key, value)| {
            let at = manifest.text.find(key.as_str()).unwrap_or_default();
            if !is_identifier(&key) {
                return Err(manifest
                    .error(at..at, format!("`{key}` is no name a template can read"))
                    .with_hint("use lower-case letters, digits and `_`, starting with a letter"));
            }
            match value {
                toml::Value::String(text) => Ok((key, text)),
                other => {
                    let message = format!("computed value `{key}` must be text, not {}", other.type_str());
                    Err(manifest.error(at..at, message))
                }
            }
        })
        .collect()
}
