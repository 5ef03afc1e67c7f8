//! Gathers what was given, layer by layer: flags, environment, answers file, the user's own configuration.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::args::ValueArgs;
use crate::error::Error;
use crate::pack::{MAX_MANIFEST_BYTES, too_much};
use crate::path::read_plain_text;
use crate::plan::{Given, Named, Notation, Raw, Source};

/// Variables that name flags of their own, not answers.
const OWN_VARIABLES: [&str; 4] = ["PACK", "PRESET", "STACK", "AUTHOR"];
const PREFIX: &str = "GOLDPATH_";

/// Flags over environment over answers file over configuration.
pub(super) fn gather(flags: Given, values: &ValueArgs) -> Result<Given, Error> {
    let flags = from_set(flags, &values.set)?;
    Ok(flags.or(from_environment(std::env::vars_os())).or(from_answers(values)?).or(from_config()?))
}

/// Flags over answers file: what a run was told about this very repository.
pub(super) fn explicit(flags: Given, values: &ValueArgs) -> Result<Given, Error> {
    Ok(from_set(flags, &values.set)?.or(from_answers(values)?))
}

/// Environment over configuration: what is said about no repository in particular.
pub(super) fn surroundings() -> Result<Given, Error> {
    Ok(from_environment(std::env::vars_os()).or(from_config()?))
}

fn from_answers(values: &ValueArgs) -> Result<Given, Error> {
    values.answers.as_ref().map_or_else(|| Ok(Given::default()), |path| from_file(path, &Source::File))
}

fn from_config() -> Result<Given, Error> {
    let variable = |name: &str| std::env::var_os(name);
    let path = config_path(variable, cfg!(windows)).filter(|path| path.is_file());
    path.map_or_else(|| Ok(Given::default()), |path| from_file(&path, &Source::Config))
}

/// Adds every `--set KEY=VALUE`; the last of a key wins.
fn from_set(mut flags: Given, set: &[String]) -> Result<Given, Error> {
    for argument in set {
        let (key, value) = argument
            .split_once('=')
            .filter(|(key, _)| !key.trim().is_empty())
            .ok_or_else(|| Error::NotKeyValue { argument: argument.clone() })?;
        let key = key.trim();
        let from = Source::Flag(format!("--set {key}"));
        match key {
            "preset" => flags.preset = Some(Named { name: value.to_owned(), from }),
            "stack" => flags.stack = Some(Named { name: value.to_owned(), from }),
            _ => flags.set(key, Raw::Text(value.to_owned()), from),
        }
    }
    Ok(flags)
}

/// `GOLDPATH_SERVICE_NAME` answers `service_name`.
fn from_environment(variables: impl Iterator<Item = (OsString, OsString)>) -> Given {
    let mut given = Given::default();
    for (variable, value) in variables {
        let (Some(variable), Some(value)) = (variable.to_str(), value.to_str()) else { continue };
        let Some(name) = variable.strip_prefix(PREFIX) else { continue };
        let from = Source::Environment(variable.to_owned());
        match name {
            "PRESET" => given.preset = Some(Named { name: value.to_owned(), from }),
            "STACK" => given.stack = Some(Named { name: value.to_owned(), from }),
            own if OWN_VARIABLES.contains(&own) => {}
            _ => given.set(name.to_lowercase(), Raw::Text(value.to_owned()), from),
        }
    }
    given
}

fn from_file(path: &Path, source: &dyn Fn(String) -> Source) -> Result<Given, Error> {
    let shown = path.display().to_string();
    let notation = Notation::of(path)?;
    let text = read_plain_text(path, MAX_MANIFEST_BYTES)
        .map_err(|source| Error::Unreadable { path: shown.clone(), source })?;
    if let Some(message) = too_much(text.as_bytes()) {
        return Err(Error::AnswersSyntax { path: shown, message });
    }
    Given::read(notation, &shown, &text, &source(shown.clone()))
}

/// The user's own defaults for every run: in `XDG_CONFIG_HOME`, else in `APPDATA` on Windows, else in `~/.config`.
fn config_path(variable: impl Fn(&str) -> Option<OsString>, windows: bool) -> Option<PathBuf> {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = set("XDG_CONFIG_HOME")
        .filter(|path| path.is_absolute())
        .or_else(|| set("APPDATA").filter(|_| windows))
        .or_else(|| set("HOME").map(|home| home.join(".config")))?;
    Some(folder.join("goldpath").join("config.toml"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::cases::cases;
    use crate::value::Value;

    #[test]
    fn a_flag_wins_over_the_environment_and_that_over_a_file() {
        let layer = |text: &str, from: Source| {
            let mut given = Given::default();
            given.set("owner", Raw::Text(text.to_owned()), from);
            given
        };
        let environment = from_environment([("GOLDPATH_OWNER".into(), "env/team".into())].into_iter());
        let given = from_set(Given::default(), &["owner=flag/team".to_owned()]).unwrap();
        let given = given.or(environment).or(layer("file/team", Source::File("a.toml".to_owned())));
        assert_eq!(given.get("owner").unwrap().raw, Raw::Text("flag/team".to_owned()));
    }

    #[test]
    fn the_users_defaults_are_where_the_platform_keeps_them() {
        let path = |set: &[(&str, &str)], windows| {
            let variable =
                |name: &str| set.iter().find(|(key, _)| *key == name).map(|(_, value)| value.into());
            config_path(variable, windows).map(|path| path.to_string_lossy().replace('\\', "/"))
        };
        let both = [("HOME", "/home/me"), ("APPDATA", "/roaming")];
        assert_eq!(path(&both, false).as_deref(), Some("/home/me/.config/goldpath/config.toml"));
        assert_eq!(path(&both, true).as_deref(), Some("/roaming/goldpath/config.toml"));
        assert_eq!(path(&[("HOME", ""), ("APPDATA", "/roaming")], false), None);
    }

    /// Values for a few names, as one layer has them.
    fn layer() -> impl Strategy<Value = BTreeMap<&'static str, String>> {
        let name = prop::sample::select(vec!["owner", "service_name", "slo.period_days", "preset", "stack"]);
        prop::collection::btree_map(name, "[ -~é]{0,8}", 0..5)
    }

    proptest! {
        #![proptest_config(cases(256))]

        #[test]
        fn the_strongest_layer_that_says_something_decides(
            flags in layer(), mut environment in layer(), file in layer(), config in layer(),
        ) {
            // A variable names no setting: there is no dot in it.
            environment.retain(|name, _| !name.contains('.'));
            let set: Vec<String> = flags.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let variables = environment
                .iter()
                .map(|(name, value)| (format!("GOLDPATH_{}", name.to_uppercase()).into(), value.into()));
            let written = |layer: &BTreeMap<&str, String>, from: Source| {
                let top = |name: &str| matches!(name, "preset" | "stack");
                let (head, rest): (Vec<_>, Vec<_>) = layer.iter().partition(|(name, _)| top(name));
                let text: String = head
                    .into_iter()
                    .map(|(name, value)| (name, value, ""))
                    .chain(rest.into_iter().map(|(name, value)| (name, value, "[answers]\n")))
                    .scan("", |section, (name, value, wanted)| {
                        let head = if *section == wanted { "" } else { wanted };
                        *section = wanted;
                        Some(format!("{head}\"{name}\" = {}\n", crate::value::toml_string(value)))
                    })
                    .collect();
                Given::read(Notation::Toml, "a.toml", &text, &from)
            };
            let given = from_set(Given::default(), &set)
                .unwrap()
                .or(from_environment(variables))
                .or(written(&file, Source::File("a.toml".to_owned())).unwrap())
                .or(written(&config, Source::Config("a.toml".to_owned())).unwrap());
            for name in ["owner", "service_name", "slo.period_days", "preset", "stack"] {
                let expected = [&flags, &environment, &file, &config].into_iter().find_map(|layer| layer.get(name));
                let found = match name {
                    "preset" => given.preset.as_ref().map(|named| named.name.clone()),
                    "stack" => given.stack.as_ref().map(|named| named.name.clone()),
                    _ => given.get(name).map(|value| match &value.raw {
                        Raw::Text(text) | Raw::Typed(Value::Text(text)) => text.clone(),
                        Raw::Typed(other) => other.to_string(),
                    }),
                };
                prop_assert_eq!(found.as_ref(), expected, "{}", name);
            }
        }
    }
}
