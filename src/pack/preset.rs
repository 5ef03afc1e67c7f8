//! A preset: a list of components and settings, built on a smaller one.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::manifest_error::{ManifestError, ManifestText};
use crate::value::Value;

/// Quick Start, Balanced, Enterprise, or an organisation's own.
#[derive(Debug, Clone)]
pub struct Preset {
    /// The file's name without `.toml`.
    pub name: String,
    /// What people read.
    pub title: String,
    /// One sentence.
    pub summary: String,
    /// The preset that this one adds to.
    pub extends: Option<String>,
    /// What it adds, in order.
    pub components: Vec<String>,
    /// What is said of it beside the computed figures; where nothing is, what is said of the one that it adds to.
    pub profile: Profile,
    /// The settings it changes, by dotted name.
    pub settings: Vec<(String, Value)>,
}

/// What is said of a preset, beside the figures computed from it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// How soon the first version stands.
    pub initial_build_speed: String,
    /// How well it holds in operation.
    pub operational_stability: String,
    /// What it costs to run and to follow.
    pub cost: String,
    /// How well it answers auditors and attackers.
    pub audit_and_security: String,
    /// Who it is for.
    pub scenario: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPreset {
    title: String,
    summary: String,
    extends: Option<Spanned<String>>,
    #[serde(default)]
    components: Vec<Spanned<String>>,
    #[serde(default)]
    profile: Profile,
    #[serde(default)]
    settings: BTreeMap<String, Spanned<toml::Value>>,
}

impl Preset {
    /// Reads `presets/NAME.toml`, with the names of all presets and components at hand to refuse unknown ones.
    pub(super) fn read(
        name: &str,
        manifest: ManifestText<'_>,
        presets: &[&str],
        components: &[&str],
    ) -> Result<Self, ManifestError> {
        let raw: RawPreset = manifest.parse()?;
        if let Some(parent) = &raw.extends
            && !presets.contains(&parent.get_ref().as_str())
        {
            return Err(manifest.unknown("preset", parent, presets));
        }
        for component in &raw.components {
            if !components.contains(&component.get_ref().as_str()) {
                return Err(manifest.unknown("component", component, components));
            }
        }
        let settings = raw
            .settings
            .into_iter()
            .map(|(key, value)| {
                let span = value.span();
                value.into_inner().try_into::<Value>().map(|value| (key.clone(), value)).map_err(|_| {
                    manifest
                        .error(span, format!("setting `{key}` must be a plain value or a list"))
                        .with_hint("write a dotted name in quotes: `\"slo.period_days\" = 30`")
                })
            })
            .collect::<Result<_, _>>()?;
        Ok(Self {
            name: name.to_owned(),
            title: raw.title,
            summary: raw.summary,
            extends: raw.extends.map(Spanned::into_inner),
            components: raw.components.into_iter().map(Spanned::into_inner).collect(),
            profile: raw.profile,
            settings,
        })
    }
}
