//! The controls of a pack: `policies/NAME.rego`, each with the metadata that people and reports read.
//!
//! A file is one package. `package controls.NAME` is a control, `package lib.NAME` holds rules that several controls share,
//! and `NAME_test.rego` is for `opa test` alone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::manifest_error::{ManifestError, ManifestText};

/// One checkable promise of some presets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Control {
    /// Its stable name, such as `ci.hardened`.
    pub id: String,
    /// What holds when it is kept.
    pub title: String,
    /// Why it matters, and what exactly is asked.
    pub description: String,
    /// How much depends on it.
    pub severity: Weight,
    /// How much work it is to keep it where it is not kept.
    pub effort: Effort,
    /// What each preset promises, in words; a preset also promises what those that it extends do.
    pub presets: BTreeMap<String, String>,
    /// The ids of each framework that it supports. It never makes anybody comply with one.
    pub supports: BTreeMap<String, Vec<String>>,
    /// The files that show it.
    pub evidence: Vec<String>,
    /// What to do where it does not hold.
    pub remedy: String,
    /// The file in the pack.
    pub file: String,
    /// The package, such as `controls.ci_hardened`.
    pub package: String,
}

impl Control {
    /// What the strictest preset of a lineage promises, the smallest preset first; none: nothing.
    #[must_use]
    pub fn promise(&self, lineage: &[&str]) -> Option<&str> {
        lineage.iter().rev().find_map(|preset| self.presets.get(*preset)).map(String::as_str)
    }
}

/// How much depends on a control.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Weight {
    Low,
    Medium,
    High,
    Critical,
}

impl Weight {
    /// As the metadata has it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// How much work it is to keep a control.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Effort {
    /// A setting of goldpath.toml, or a line.
    Setting,
    /// A file, or a day.
    File,
    /// People have to work in another way.
    Practice,
}

impl Effort {
    /// As the metadata has it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Setting => "setting",
            Self::File => "file",
            Self::Practice => "practice",
        }
    }
}

/// What an evaluation needs of a pack.
#[derive(Debug, Clone, Default)]
pub struct Policies {
    /// The controls, by id.
    pub controls: Vec<Control>,
    /// Every file but the tests.
    pub sources: Vec<PolicyFile>,
    /// The files that cannot be read: no control is known of them.
    pub faults: Vec<Fault>,
}

/// A file of policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyFile {
    /// Its name in the pack.
    pub file: String,
    /// Its package, such as `controls.ci_hardened`.
    pub package: String,
    /// What it says.
    pub text: String,
}

impl PolicyFile {
    /// Whether it names a package of another file.
    #[must_use]
    pub fn reads(&self, package: &str) -> bool {
        let goes_on = |rest: &str| rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        self.text.split(&format!("data.{package}")).skip(1).any(|rest| !goes_on(rest))
    }
}

/// A file of policy that cannot judge anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Its name in the pack.
    pub file: String,
    /// What is wrong, with the place.
    pub why: String,
}

/// What stands after `# METADATA`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMetadata {
    title: String,
    description: String,
    custom: RawCustom,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCustom {
    id: String,
    severity: Weight,
    effort: Effort,
    presets: BTreeMap<String, String>,
    supports: BTreeMap<String, Vec<String>>,
    evidence: Vec<String>,
    remedy: String,
}

/// The frameworks that `supports` may name.
const FRAMEWORKS: [&str; 4] = ["iso27001", "slsa", "soc2", "ssdf"];

/// Whether a file is a test, by its name.
pub(super) fn is_test(file: &str) -> bool {
    file.ends_with("_test.rego")
}

/// A test, which nothing here runs.
pub(super) fn test(manifest: ManifestText<'_>) -> PolicyFile {
    PolicyFile {
        file: manifest.file.to_owned(),
        package: package_of(manifest).unwrap_or_default(),
        text: manifest.text.to_owned(),
    }
}

impl Policies {
    /// Adds a file of the pack; one that cannot be read is kept as a fault, so that the others can be.
    pub(super) fn add(
        &mut self,
        file: &str,
        manifest: Result<ManifestText<'_>, ManifestError>,
        presets: &[&str],
    ) {
        if is_test(file) {
            return;
        }
        let added = manifest.and_then(|manifest| self.read(manifest, presets));
        if let Err(error) = added {
            let hint = error.hint().map(|hint| format!("; {hint}")).unwrap_or_default();
            self.faults.push(Fault { file: file.to_owned(), why: format!("{error}{hint}") });
        }
    }

    fn read(&mut self, manifest: ManifestText<'_>, presets: &[&str]) -> Result<(), ManifestError> {
        let package = package_of(manifest)?;
        if package.starts_with("controls.") {
            let control = read(manifest, package.clone(), presets)?;
            if let Some(other) = self.controls.iter().find(|other| other.id == control.id) {
                let message = format!("the control `{}` is defined by {} too", control.id, other.file);
                return Err(manifest.error(0..0, message).with_hint("give it an id of its own"));
            }
            self.controls.push(control);
        } else if !package.starts_with("lib.") {
            let message = format!("the package `{package}` is neither a control nor shared by controls");
            let hint = "call it `controls.NAME`, or `lib.NAME` for rules that several controls share";
            return Err(manifest.error(0..0, message).with_hint(hint));
        }
        self.sources.push(PolicyFile {
            file: manifest.file.to_owned(),
            package,
            text: manifest.text.to_owned(),
        });
        Ok(())
    }
}

/// The package that a file belongs to.
pub(super) fn package_of(manifest: ManifestText<'_>) -> Result<String, ManifestError> {
    let stated = manifest.text.lines().find_map(|line| line.strip_prefix("package "));
    match stated.map(|rest| rest.split('#').next().unwrap_or_default().trim()) {
        Some(package) if !package.is_empty() => Ok(package.to_owned()),
        _ => Err(manifest
            .error(0..0, "it states no package")
            .with_hint("begin it with `package controls.NAME` after its metadata")),
    }
}

fn read(manifest: ManifestText<'_>, package: String, presets: &[&str]) -> Result<Control, ManifestError> {
    let (start, yaml) = metadata(manifest.text);
    let wrong = |message: String| {
        manifest.error(start..start, message).with_hint(
            "a control has `# METADATA` with title, description and custom: id, severity, effort, presets, supports, \
             evidence and remedy",
        )
    };
    if yaml.is_empty() {
        return Err(wrong("the control has no metadata above its package".to_owned()));
    }
    let raw: RawMetadata = serde_saphyr::from_str(&yaml)
        .map_err(|error| wrong(format!("its metadata cannot be read: {}", first_line(&error.to_string()))))?;
    let RawMetadata { title, description, custom } = raw;
    let empty = [
        ("title", title.trim().is_empty()),
        ("description", description.trim().is_empty()),
        ("custom.id", custom.id.trim().is_empty()),
        ("custom.presets", custom.presets.is_empty()),
        ("custom.supports", custom.supports.is_empty()),
        ("custom.evidence", custom.evidence.is_empty()),
        ("custom.remedy", custom.remedy.trim().is_empty()),
    ];
    if let Some((name, _)) = empty.iter().find(|(_, empty)| *empty) {
        return Err(wrong(format!("its `{name}` is empty")));
    }
    let is_id = custom.id.split('.').count() > 1
        && custom.id.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'.' || c == b'-');
    if !is_id {
        return Err(wrong(format!("`{}` is no id such as `ci.hardened`", custom.id)));
    }
    if let Some(preset) = custom.presets.keys().find(|preset| !presets.contains(&preset.as_str())) {
        return Err(wrong(format!("`{preset}` is no preset of the pack")));
    }
    if let Some((framework, _)) = custom.supports.iter().find(|(_, ids)| ids.is_empty()) {
        return Err(wrong(format!("its `custom.supports.{framework}` is empty")));
    }
    if let Some(framework) = custom.supports.keys().find(|name| !FRAMEWORKS.contains(&name.as_str())) {
        return Err(wrong(format!("`{framework}` is none of {}", FRAMEWORKS.join(", "))));
    }
    Ok(Control {
        id: custom.id,
        title,
        description,
        severity: custom.severity,
        effort: custom.effort,
        presets: custom.presets,
        supports: custom.supports,
        evidence: custom.evidence,
        remedy: custom.remedy,
        file: manifest.file.to_owned(),
        package,
    })
}

/// Where the annotations of the package begin, and what they say.
fn metadata(text: &str) -> (usize, String) {
    let mut yaml = String::new();
    let (mut at, mut start) = (0, None);
    for line in text.split_inclusive('\n') {
        match (start, line.trim_end()) {
            (_, "# METADATA") => {
                start = Some(at);
                yaml.clear();
            }
            (Some(_), line) if line.starts_with('#') => {
                yaml.push_str(line[1..].strip_prefix(' ').unwrap_or(&line[1..]));
                yaml.push('\n');
            }
            (_, line) if line.starts_with("package ") => break,
            _ => {}
        }
        at += line.len();
    }
    (start.unwrap_or_default(), yaml)
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = "# METADATA\n# title: Short\n# description: It is short\n# custom:\n#   id: size.short\n\
                         #   severity: low\n#   effort: file\n#   presets: {small: at most 3}\n#   supports: {soc2: [CC8.1]}\n\
                         #   evidence: [README.md]\n#   remedy: Cut it\npackage controls.short\n\nimport rego.v1\n";

    fn added(text: &str) -> Result<Policies, String> {
        let mut policies = Policies::default();
        let file = "policies/short.rego";
        policies.add(file, ManifestText::new(file, text.as_bytes()), &["small"]);
        match policies.faults.pop() {
            Some(fault) => Err(fault.why),
            None => Ok(policies),
        }
    }

    #[test]
    fn the_metadata_of_a_control_is_read() {
        let control = added(WHOLE).unwrap().controls.remove(0);
        assert_eq!((control.id.as_str(), control.package.as_str()), ("size.short", "controls.short"));
        assert_eq!(control.presets["small"], "at most 3");
    }

    #[test]
    fn metadata_that_is_not_complete_is_refused() {
        for (from, to, told) in [
            ("# METADATA\n", "", "has no metadata"),
            ("#   remedy: Cut it\n", "", "remedy"),
            ("Cut it", "''", "its `custom.remedy` is empty"),
            ("low", "lowest", "lowest"),
            ("size.short", "short", "`short` is no id"),
            ("{small:", "{large:", "`large` is no preset"),
            ("soc2", "soc9", "`soc9` is none of"),
            ("[CC8.1]", "[]", "its `custom.supports.soc2` is empty"),
            ("package controls.short", "package other", "neither a control nor shared"),
            ("package controls.short\n", "", "it states no package"),
        ] {
            let error = added(&WHOLE.replace(from, to)).unwrap_err();
            assert!(error.contains(told), "{told} is not in: {error}");
        }
    }

    #[test]
    fn tests_beside_controls_are_left_to_opa() {
        let mut policies = Policies::default();
        let file = "policies/short_test.rego";
        policies.add(file, ManifestText::new(file, b"package controls.short_test\n"), &[]);
        assert!(policies.sources.is_empty() && policies.faults.is_empty());
    }
}
