//! Every setting of the plan: the component's default, what the presets change, what the repository overrides.

use serde_json::Map;

use super::given::{Given, Raw, Source};
use super::problem::Problem;
use crate::error::Error;
use crate::nearest::nearest;
use crate::pack::{Component, Pack, Preset, Setting};
use crate::value::Value;

/// A resolved setting.
#[derive(Debug, Clone, PartialEq)]
pub struct ResolvedSetting {
    /// Its dotted name.
    pub name: String,
    /// Its value.
    pub value: Value,
    /// Who set it.
    pub from: Source,
    /// The component it belongs to.
    pub component: String,
}

impl ResolvedSetting {
    /// Whether the repository says it, rather than the preset or the component.
    #[must_use]
    pub fn is_override(&self) -> bool {
        !matches!(self.from, Source::Default | Source::Preset(_))
    }
}

/// The settings of these components, by name, and everything that is wrong with what was given.
pub(super) fn resolve(
    pack: &Pack,
    components: &[&Component],
    lineage: &[&Preset],
    given: &Given,
) -> Result<(Vec<ResolvedSetting>, Vec<Problem>), Error> {
    let mut resolved: Vec<ResolvedSetting> = Vec::new();
    let mut problems = Vec::new();
    for component in components {
        for setting in &component.settings {
            if let Some(earlier) = resolved.iter().find(|other| other.name == setting.name) {
                return Err(Error::SettingTwice {
                    name: setting.name.clone(),
                    first: earlier.component.clone(),
                    second: component.name.clone(),
                });
            }
            let (raw, from) = source_of(setting, lineage, given);
            let value = match raw {
                Raw::Text(text) => setting.read_text(&text),
                Raw::Typed(value) => setting.accept(value),
            };
            match value {
                Ok(value) => resolved.push(ResolvedSetting {
                    name: setting.name.clone(),
                    value,
                    from,
                    component: component.name.clone(),
                }),
                Err(message) => problems.push(Problem { name: setting.name.clone(), from, message }),
            }
        }
    }
    problems.extend(strangers(pack, components, lineage, given));
    resolved.sort_by(|a, b| a.name.cmp(&b.name));
    Ok((resolved, problems))
}

fn source_of(setting: &Setting, lineage: &[&Preset], given: &Given) -> (Raw, Source) {
    if let Some(given) = given.get(&setting.name) {
        return (given.raw.clone(), given.from.clone());
    }
    let of_preset = lineage.iter().rev().find_map(|preset| {
        let (_, value) = preset.settings.iter().find(|(name, _)| *name == setting.name)?;
        Some((Raw::Typed(value.clone()), Source::Preset(preset.name.clone())))
    });
    of_preset.unwrap_or_else(|| (Raw::Typed(setting.default.clone()), Source::Default))
}

/// Settings that were given, or that a preset changes, and that this plan does not have.
fn strangers(pack: &Pack, components: &[&Component], lineage: &[&Preset], given: &Given) -> Vec<Problem> {
    let in_plan = |name: &str| {
        components.iter().any(|component| component.settings.iter().any(|setting| setting.name == name))
    };
    let owner = |name: &str| {
        pack.components
            .values()
            .find(|component| component.settings.iter().any(|setting| setting.name == name))
    };
    let from_given = given
        .iter()
        .filter(|(name, _)| name.contains('.') && !in_plan(name))
        // The user's own file serves other packs and presets too.
        .filter(|(_, value)| {
            !matches!(value.from, Source::Config(_) | Source::Environment(_) | Source::Found(_))
        })
        .map(|(name, value)| Problem {
            name: name.to_owned(),
            from: value.from.clone(),
            message: match owner(name) {
                Some(component) => {
                    format!("it belongs to component `{}`, which this plan does not have", component.name)
                }
                None => unknown(pack, name),
            },
        });
    let from_presets = lineage.iter().flat_map(|preset| {
        preset.settings.iter().filter(|(name, _)| !in_plan(name) && owner(name).is_none()).map(|(name, _)| {
            Problem {
                name: name.clone(),
                from: Source::Preset(preset.name.clone()),
                message: unknown(pack, name),
            }
        })
    });
    from_given.chain(from_presets).collect()
}

/// What is wrong with the given settings whatever the preset: unknown names, wrong types, values out of range.
pub(super) fn check_given(pack: &Pack, given: &Given) -> Vec<Problem> {
    let known = |name: &str| {
        pack.components
            .values()
            .flat_map(|component| &component.settings)
            .find(|setting| setting.name == name)
    };
    let about_settings = given.iter().filter(|(name, _)| name.contains('.'));
    about_settings
        .filter_map(|(name, value)| {
            let message = match (known(name), &value.raw) {
                (Some(setting), Raw::Text(text)) => setting.read_text(text).err()?,
                (Some(setting), Raw::Typed(typed)) => setting.accept(typed.clone()).err()?,
                (None, _) if matches!(value.from, Source::Config(_) | Source::Environment(_)) => return None,
                (None, _) => unknown(pack, name),
            };
            Some(Problem { name: name.to_owned(), from: value.from.clone(), message })
        })
        .collect()
}

fn unknown(pack: &Pack, name: &str) -> String {
    // The whole list would be a page: only the nearest is worth saying.
    let all = pack.components.values().flat_map(|component| &component.settings);
    let hint = match nearest(name, all.map(|setting| setting.name.as_str())) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`goldpath presets show NAME` lists them".to_owned(),
    };
    format!("no such setting, {hint}")
}

/// The settings as templates read them: `settings.<part>.<part>`.
pub(super) fn nested(settings: &[ResolvedSetting]) -> Result<serde_json::Value, Error> {
    let mut root = Map::new();
    for setting in settings {
        let mut level = &mut root;
        let (folders, leaf) = setting.name.rsplit_once('.').unwrap_or(("", &setting.name));
        for part in folders.split('.') {
            let entry = level.entry(part).or_insert_with(|| serde_json::Value::Object(Map::new()));
            level = entry
                .as_object_mut()
                .ok_or_else(|| Error::SettingInSetting { name: setting.name.clone() })?;
        }
        let value = serde_json::to_value(&setting.value).unwrap_or_default();
        if level.insert(leaf.to_owned(), value).is_some() {
            return Err(Error::SettingInSetting { name: setting.name.clone() });
        }
    }
    Ok(serde_json::Value::Object(root))
}
