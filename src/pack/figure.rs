//! A figure that a pack shows of each preset, computed from what the preset renders.

use regex_lite::Regex;
use serde::Deserialize;
use toml::Spanned;

use super::glob::{Glob, glob};
use super::manifest_error::{ManifestError, ManifestText};

/// One row of `presets compare`: counted files, counted lines, or a value of the plan.
#[derive(Debug, Clone)]
pub struct Figure {
    /// The row's name.
    pub title: String,
    /// How it is found.
    pub source: FigureSource,
}

/// Where a figure comes from.
#[derive(Debug, Clone)]
pub enum FigureSource {
    /// How many rendered files the glob matches, or how many of their lines match the pattern.
    Count {
        /// Which files.
        files: Glob,
        /// Which of their lines; none: the files themselves are counted.
        lines: Option<Regex>,
    },
    /// Text with expressions over what templates read.
    Value(String),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFigure {
    title: Spanned<String>,
    files: Option<Spanned<String>>,
    lines: Option<Spanned<String>>,
    value: Option<String>,
}

impl Figure {
    pub(super) fn read(raw: RawFigure, manifest: ManifestText<'_>) -> Result<Self, ManifestError> {
        let lines = raw
            .lines
            .map(|lines| {
                Regex::new(&format!("(?m){}", lines.get_ref())).map_err(|error| {
                    manifest.error(lines.span(), format!("`{}` is no pattern: {error}", lines.get_ref()))
                })
            })
            .transpose()?;
        let source = match (raw.files, raw.value) {
            (Some(files), None) => FigureSource::Count { files: glob(&files, manifest)?, lines },
            (None, Some(value)) if lines.is_none() => FigureSource::Value(value),
            _ => {
                let message = "a figure counts `files` (and their `lines`) or has a `value`, not both";
                return Err(manifest.error(raw.title.span(), message));
            }
        };
        Ok(Self { title: raw.title.into_inner(), source })
    }
}
