//! `pack.toml`: what a pack is called, what it asks, what it computes, whom it advises.

use semver::{Version, VersionReq};
use serde::Deserialize;
use toml::Spanned;

use super::advice::RawAdviceRule;
use super::component::computed;
use super::delimiters::Delimiters;
use super::figure::{Figure, RawFigure};
use super::manifest_error::{ManifestError, ManifestText};
use super::question::{Question, RawQuestion};
use super::source::PackSpec;

/// The head of a pack, before its presets and components are known.
#[derive(Debug)]
pub(super) struct Manifest {
    pub(super) name: String,
    pub(super) version: Version,
    pub(super) summary: String,
    pub(super) delimiters: Delimiters,
    pub(super) extends: Option<PackSpec>,
    pub(super) default_stack: Option<String>,
    pub(super) questions: Vec<Question>,
    pub(super) computed: Vec<(String, String)>,
    pub(super) advice_questions: Vec<Question>,
    pub(super) advice: Vec<RawAdviceRule>,
    pub(super) figures: Vec<Figure>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawManifest {
    pack: RawPack,
    #[serde(default)]
    question: Vec<RawQuestion>,
    #[serde(default)]
    computed: toml::map::Map<String, toml::Value>,
    #[serde(default)]
    advice_question: Vec<RawQuestion>,
    #[serde(default)]
    advice: Vec<RawAdviceRule>,
    #[serde(default)]
    figure: Vec<RawFigure>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPack {
    name: Spanned<String>,
    version: Spanned<String>,
    summary: String,
    requires: Option<Spanned<String>>,
    #[serde(default)]
    delimiters: Delimiters,
    extends: Option<Spanned<String>>,
    default_stack: Option<String>,
}

impl Manifest {
    pub(super) fn read(manifest: ManifestText<'_>) -> Result<Self, ManifestError> {
        let raw: RawManifest = manifest.parse()?;
        let pack = raw.pack;
        let name = pack.name.get_ref();
        let named = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
        if !named {
            return Err(manifest
                .error(pack.name.span(), format!("`{name}` is no name of a pack"))
                .with_hint("use letters, digits, `-`, `_` and `.`"));
        }
        let version = Version::parse(pack.version.get_ref()).map_err(|error| {
            manifest
                .error(
                    pack.version.span(),
                    format!("`{}` is no semantic version: {error}", pack.version.get_ref()),
                )
                .with_hint("write three numbers: `version = \"1.2.0\"`")
        })?;
        if let Some(requires) = &pack.requires {
            accept_requirement(requires, manifest)?;
        }
        let extends = pack.extends.map(|base| match PackSpec::parse(base.get_ref()) {
            Ok(spec @ (PackSpec::Builtin | PackSpec::BuiltinAt { .. })) => Ok(spec),
            _ => Err(manifest
                .error(base.span(), format!("a pack cannot extend `{}`", base.get_ref()))
                .with_hint(
                    "only the built-in pack can be extended: `extends = \"builtin\"`, or a version of it",
                )),
        });
        let extends = extends.transpose()?;
        if pack
            .delimiters
            .value
            .iter()
            .chain(&pack.delimiters.block)
            .chain(&pack.delimiters.comment)
            .any(|sign| sign.len() != 2)
        {
            return Err(manifest
                .error(pack.name.span(), "each delimiter must be exactly two bytes")
                .with_hint("the default is `{= =}`, `{% %}` and `{~ ~}`"));
        }
        let read = |questions: Vec<RawQuestion>| -> Result<Vec<Question>, ManifestError> {
            questions.into_iter().map(|raw| Question::read(raw, manifest, &pack.delimiters)).collect()
        };
        let questions = read(raw.question)?;
        for (index, question) in questions.iter().enumerate() {
            if questions[..index].iter().any(|earlier| earlier.key == question.key) {
                let at = manifest.text.rfind(&format!("\"{}\"", question.key)).unwrap_or_default();
                return Err(manifest.error(at..at, format!("question `{}` is asked twice", question.key)));
            }
        }
        Ok(Self {
            name: name.clone(),
            version,
            summary: pack.summary,
            extends,
            default_stack: pack.default_stack,
            questions,
            computed: computed(raw.computed, manifest)?,
            advice_questions: read(raw.advice_question)?,
            advice: raw.advice,
            figures: raw
                .figure
                .into_iter()
                .map(|raw| Figure::read(raw, manifest))
                .collect::<Result<_, _>>()?,
            delimiters: pack.delimiters,
        })
    }
}

fn accept_requirement(requires: &Spanned<String>, manifest: ManifestText<'_>) -> Result<(), ManifestError> {
    let requirement = VersionReq::parse(requires.get_ref()).map_err(|error| {
        manifest
            .error(requires.span(), format!("`{}` is no version requirement: {error}", requires.get_ref()))
    })?;
    let this = env!("CARGO_PKG_VERSION");
    let matches = Version::parse(this).is_ok_and(|version| requirement.matches(&version));
    if matches {
        return Ok(());
    }
    Err(manifest
        .error(
            requires.span(),
            format!("this pack needs goldpath {requirement}, and this is goldpath {this}"),
        )
        .with_hint(
            "install a newer goldpath, or name an older version of the pack with `--pack SOURCE@VERSION`",
        )
        .for_newer())
}
