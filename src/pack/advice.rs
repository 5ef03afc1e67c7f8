//! The rules of `recommend`, as data: who is asked what, and which preset follows.

use serde::Deserialize;
use toml::Spanned;

use super::manifest_error::{ManifestError, ManifestText};

/// One rule; the first whose condition holds decides the preset.
#[derive(Debug, Clone)]
pub struct AdviceRule {
    /// A Tera expression over the advice questions.
    pub when: String,
    /// The preset it recommends; none: it only adds components to look at first.
    pub preset: Option<String>,
    /// The components to look at first.
    pub first: Vec<String>,
    /// Why, in words, with the person's own numbers as expressions.
    pub because: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAdviceRule {
    when: String,
    preset: Option<Spanned<String>>,
    #[serde(default)]
    first: Vec<Spanned<String>>,
    because: String,
}

impl AdviceRule {
    pub(super) fn read(
        raw: RawAdviceRule,
        manifest: ManifestText<'_>,
        presets: &[&str],
        components: &[&str],
    ) -> Result<Self, ManifestError> {
        if let Some(preset) = &raw.preset
            && !presets.contains(&preset.get_ref().as_str())
        {
            return Err(manifest.unknown("preset", preset, presets));
        }
        for component in &raw.first {
            if !components.contains(&component.get_ref().as_str()) {
                return Err(manifest.unknown("component", component, components));
            }
        }
        Ok(Self {
            when: raw.when,
            preset: raw.preset.map(Spanned::into_inner),
            first: raw.first.into_iter().map(Spanned::into_inner).collect(),
            because: raw.because,
        })
    }
}
