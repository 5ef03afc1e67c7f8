//! A pack: a versioned golden path, its presets, components and questions.

mod advice;
mod component;
mod delimiters;
mod extension;
mod figure;
mod glob;
mod manifest;
mod manifest_error;
mod migration;
mod pattern;
mod policy;
mod preset;
mod question;
mod setting;
pub mod source;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;

use semver::Version;

pub use self::advice::AdviceRule;
pub use self::component::{Component, ComponentKind, FileRule};
pub use self::delimiters::Delimiters;
pub use self::extension::BasePack;
pub use self::figure::{Figure, FigureSource};
pub use self::glob::Glob;
use self::manifest::Manifest;
pub use self::manifest_error::ManifestError;
pub(crate) use self::manifest_error::{MAX_MANIFEST_BYTES, ManifestText, too_much};
use self::migration::migrations;
pub use self::migration::{Change, Migration};
pub use self::pattern::Pattern;
pub use self::policy::{Control, Effort, Fault, Policies, PolicyFile, Weight};
pub use self::preset::{Preset, Profile};
pub(crate) use self::question::RESERVED;
pub use self::question::{Choice, Question, QuestionKind};
pub use self::setting::{Setting, SettingKind};
use self::source::{Opened, Origin, PackFile, PackFiles, PackSpec, Seal};
use crate::error::Error;
use crate::nearest::did_you_mean;
use crate::path::RepoPath;

/// A loaded pack: its manifests read and checked, its templates still plain bytes.
#[derive(Debug)]
pub struct Pack {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: Version,
    /// One sentence.
    pub summary: String,
    /// The signs its templates use.
    pub delimiters: Delimiters,
    /// The stack when nobody says which.
    pub default_stack: Option<String>,
    /// What it asks, in order.
    pub questions: Vec<Question>,
    /// What it computes for every template, in order.
    pub computed: Vec<(String, String)>,
    /// What `recommend` and "help me choose" ask.
    pub advice_questions: Vec<Question>,
    /// The rules that choose a preset.
    pub advice: Vec<AdviceRule>,
    /// What `presets compare` shows of each preset.
    pub figures: Vec<Figure>,
    /// From the smallest to the one that extends the most.
    pub presets: Vec<Preset>,
    /// By name.
    pub components: BTreeMap<String, Component>,
    /// The built-in pack that it is built on, if it is.
    pub base: Option<BasePack>,
    /// Where it came from.
    pub origin: Origin,
    files: PackFiles,
    /// Read once, when they are first asked for.
    policies: OnceLock<Policies>,
}

impl Pack {
    /// Opens a pack wherever it is, and reads its manifests.
    pub fn open(spec: &PackSpec, environment: &source::Environment) -> Result<Self, Error> {
        Self::load(source::open(spec, environment)?)
    }

    /// The same, on top of this version of the pack that it extends, unless it names another one: as it was when this
    /// program had that version.
    pub fn open_on(
        spec: &PackSpec,
        environment: &source::Environment,
        base: Option<&Version>,
    ) -> Result<Self, Error> {
        Self::load_on(source::open(spec, environment)?, base)
    }

    /// Reads the manifests of an opened pack.
    pub fn load(opened: Opened) -> Result<Self, Error> {
        Self::load_on(opened, None)
    }

    fn load_on(opened: Opened, base_version: Option<&Version>) -> Result<Self, Error> {
        let Opened { mut files, origin } = opened;
        let mut manifest = read_manifest(&files)?;
        if let Some(tagged) = origin.tagged().filter(|tagged| *tagged != manifest.version) {
            // Who follows one of them would wait for the other for ever.
            return Err(Error::TaggedOtherwise { tagged, stated: manifest.version });
        }
        let mut base = None;
        if let Some(named) = manifest.extends.take() {
            let extended = extension::on_top(&named, base_version, &files, manifest)?;
            (files, manifest, base) = (extended.files, extended.manifest, Some(extended.base));
        }
        let preset_names = names(&files, "presets/", ".toml");
        let component_names = names(&files, "templates/", "/component.toml");
        let known_presets: Vec<&str> = preset_names.iter().map(String::as_str).collect();
        let known_components: Vec<&str> = component_names.iter().map(String::as_str).collect();

        let presets = preset_names
            .iter()
            .map(|name| {
                let file = format!("presets/{name}.toml");
                Preset::read(name, text(&files, &file)?, &known_presets, &known_components)
            })
            .collect::<Result<Vec<_>, _>>()?;
        let components = component_names
            .iter()
            .map(|name| {
                let file = format!("templates/{name}/component.toml");
                let component = Component::read(name, text(&files, &file)?, &known_components)?;
                Ok((name.clone(), component))
            })
            .collect::<Result<BTreeMap<_, _>, ManifestError>>()?;
        let pack_toml = text(&files, "pack.toml")?;
        let advice = manifest
            .advice
            .into_iter()
            .map(|raw| AdviceRule::read(raw, pack_toml, &known_presets, &known_components))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            name: manifest.name,
            version: manifest.version,
            summary: manifest.summary,
            delimiters: manifest.delimiters,
            default_stack: manifest.default_stack,
            questions: manifest.questions,
            computed: manifest.computed,
            advice_questions: manifest.advice_questions,
            advice,
            figures: manifest.figures,
            presets: smallest_first(presets)?,
            components,
            base,
            origin,
            files,
            policies: OnceLock::new(),
        })
    }

    /// The preset of this name.
    pub fn preset(&self, name: &str) -> Result<&Preset, Error> {
        if self.presets.is_empty() {
            return Err(Error::NothingToMake { what: "preset" });
        }
        self.presets.iter().find(|preset| preset.name == name).ok_or_else(|| {
            let hint = did_you_mean(name, self.presets.iter().map(|preset| preset.name.as_str()));
            let joint = if hint.ends_with('?') { "" } else { ";" };
            Error::UnknownPreset {
                name: name.to_owned(),
                hint: format!("{hint}{joint} `goldpath presets compare` shows them side by side"),
            }
        })
    }

    /// The preset and everything it extends, the smallest first.
    pub fn lineage(&self, name: &str) -> Result<Vec<&Preset>, Error> {
        let mut lineage = vec![self.preset(name)?];
        while let Some(parent) = lineage.last().and_then(|preset| preset.extends.as_deref()) {
            lineage.push(self.preset(parent)?);
        }
        lineage.reverse();
        Ok(lineage)
    }

    /// The components that hold a service's own code.
    pub fn stacks(&self) -> impl Iterator<Item = &Component> + Clone {
        self.components.values().filter(|component| component.kind == ComponentKind::Stack)
    }

    /// The stack of this name.
    pub fn stack(&self, name: &str) -> Result<&Component, Error> {
        if self.stacks().next().is_none() {
            return Err(Error::NothingToMake { what: "stack" });
        }
        self.stacks().find(|stack| stack.name == name).ok_or_else(|| Error::UnknownStack {
            name: name.to_owned(),
            hint: did_you_mean(name, self.stacks().map(|stack| stack.name.as_str())),
        })
    }

    /// The files of a component below `folder` (`files` or `partials`), by their path in it.
    pub fn files_of<'p>(
        &'p self,
        component: &str,
        folder: &str,
    ) -> impl Iterator<Item = (&'p str, &'p PackFile)> + use<'p> {
        let prefix = format!("templates/{component}/{folder}/");
        let start = prefix.len();
        self.files.below(&prefix).map(move |(path, file)| (&path[start..], file))
    }

    /// Whether `goldpath adopt` writes a file of this component into a repository that has code of its own.
    #[must_use]
    pub fn joins_other_code(&self, component: &str, path: &RepoPath) -> bool {
        self.components.get(component).is_none_or(|component| component.joins_other_code(path.as_str()))
    }

    /// What changed after one version and up to this one, the oldest first; what changed in the pack that it extends,
    /// after the version of that, goes before.
    ///
    /// # Errors
    /// A migration that cannot be read, or is named after no version.
    pub fn migrations_since(
        &self,
        version: &Version,
        base_version: Option<&Version>,
    ) -> Result<Vec<Migration>, Error> {
        let own = migrations(&self.files, None, &|of| *version < *of && *of <= self.version)?;
        let Some(BasePack { name, version: to, files, .. }) = &self.base else { return Ok(own) };
        // A lock that does not say began with the first.
        let is_new = |of: &Version| base_version.is_none_or(|from| from < of) && of <= to;
        Ok([migrations(files, Some(name), &is_new)?, own].concat())
    }

    /// All of its own migrations, the oldest first.
    ///
    /// # Errors
    /// A migration that cannot be read, or is named after no version.
    pub(crate) fn migrations(&self) -> Result<Vec<Migration>, Error> {
        migrations(&self.files, None, &|_| true)
    }

    /// All migrations of the pack that it is built on, as far as they can be read.
    pub(crate) fn base_migrations(&self) -> Vec<Migration> {
        let base = self.base.as_ref();
        base.and_then(|base| migrations(&base.files, None, &|_| true).ok()).unwrap_or_default()
    }

    /// The versions that it keeps of itself, the oldest first.
    #[must_use]
    pub fn released(&self) -> Vec<Version> {
        source::released(&self.files)
    }

    /// An earlier version that it keeps of itself, and its seal; none: it keeps no such version.
    ///
    /// # Errors
    /// A release that cannot be read, or is not what was sealed.
    pub fn release(&self, version: &Version) -> Result<Option<(Self, Seal)>, Error> {
        let release = source::open_release(&self.files, &self.origin, version, source::Limits::default())?;
        release.map(|(opened, seal)| Ok((Self::load(opened)?, seal))).transpose()
    }

    /// All of it in one archive, for `releases/`.
    ///
    /// # Errors
    /// A path that is too long for an archive.
    pub fn packed(&self) -> std::io::Result<Vec<u8>> {
        source::packed(&self.files)
    }

    /// The paths of its files below a folder (`releases/`).
    pub(crate) fn paths_below(&self, folder: &str) -> impl Iterator<Item = &str> {
        self.files.below(folder).map(|(path, _)| path)
    }

    /// Whether the pack has a file at this path.
    #[must_use]
    pub fn has_file(&self, path: &str) -> bool {
        self.files.get(path).is_some()
    }

    /// The controls, by id, and the files that cannot be read.
    #[must_use]
    pub fn policies(&self) -> &Policies {
        self.policies.get_or_init(|| {
            let presets: Vec<&str> = self.presets.iter().map(|preset| preset.name.as_str()).collect();
            let mut policies = Policies::default();
            for (path, _) in policy_files(&self.files) {
                policies.add(path, text(&self.files, path), &presets);
            }
            policies.controls.sort_by(|a, b| a.id.cmp(&b.id));
            policies
        })
    }

    /// The tests of the controls, as far as they are text: for who looks at a pack itself.
    pub(crate) fn policy_tests(&self) -> Vec<PolicyFile> {
        let tests = policy_files(&self.files).filter(|(path, _)| policy::is_test(path));
        tests.filter_map(|(path, _)| text(&self.files, path).ok()).map(policy::test).collect()
    }

    /// Whether it is the program's own pack, with nothing on top of it.
    #[must_use]
    pub fn is_builtin(&self) -> bool {
        self.origin.source == "builtin" && self.base.is_none()
    }

    /// The digest of all its content.
    #[must_use]
    pub fn digest(&self) -> String {
        self.files.digest()
    }
}

fn read_manifest(files: &PackFiles) -> Result<Manifest, Error> {
    if files.get("pack.toml").is_none() {
        return Err(Error::NoPackManifest);
    }
    Ok(Manifest::read(text(files, "pack.toml")?)?)
}

/// `policies/**.rego`, tests too.
fn policy_files(files: &PackFiles) -> impl Iterator<Item = (&str, &PackFile)> {
    files.below("policies/").filter(|(path, _)| Path::new(path).extension().is_some_and(|end| end == "rego"))
}

/// `NAME` of every `<before>NAME<after>` with no further slash in it.
fn names(files: &PackFiles, before: &str, after: &str) -> Vec<String> {
    files
        .below(before)
        .filter_map(|(path, _)| path.strip_prefix(before)?.strip_suffix(after))
        .filter(|name| !name.contains('/'))
        .map(str::to_owned)
        .collect()
}

fn text<'f>(files: &'f PackFiles, path: &'f str) -> Result<ManifestText<'f>, ManifestError> {
    match files.get_key_value(path) {
        Some((name, PackFile::Regular(bytes))) => ManifestText::new(name, bytes),
        _ => ManifestText::new(path, b""),
    }
}

/// Gives a preset of which nothing is said what is said of its parent, which stands before it.
fn inherit_profiles(presets: &mut [Preset]) {
    for index in 0..presets.len() {
        let (before, [preset, ..]) = presets.split_at_mut(index) else { return };
        let parent = before.iter().find(|before| preset.extends.as_ref() == Some(&before.name));
        if let Some(parent) = parent.filter(|_| preset.profile == Profile::default()) {
            preset.profile = parent.profile.clone();
        }
    }
}

fn smallest_first(mut presets: Vec<Preset>) -> Result<Vec<Preset>, Error> {
    let parents: BTreeMap<String, Option<String>> =
        presets.iter().map(|preset| (preset.name.clone(), preset.extends.clone())).collect();
    let depth = |name: &str| {
        std::iter::successors(parents.get(name), |parent| parents.get(parent.as_ref()?))
            .take(parents.len() + 1)
            .count()
    };
    if let Some(endless) = presets.iter().find(|preset| depth(&preset.name) > parents.len()) {
        return Err(Error::PresetCircle { name: endless.name.clone() });
    }
    presets.sort_by_key(|preset| depth(&preset.name));
    inherit_profiles(&mut presets);
    Ok(presets)
}

#[cfg(test)]
mod tests;
