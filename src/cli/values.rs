//! Gathers what was given, layer by layer: flags, environment, answers file, the user's own configuration.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value as Json};

use super::args::ValueArgs;
use crate::error::Error;
use crate::nearest::nearest;
use crate::pack::{MAX_MANIFEST_BYTES, too_much};
use crate::path::read_plain_text;
use crate::plan::{Given, Named, Raw, Source};
use crate::value::Value;

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
    let path = config_path().filter(|path| path.is_file());
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
fn from_environment(variables: impl Iterator<Item = (std::ffi::OsString, std::ffi::OsString)>) -> Given {
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

/// `preset`, `stack`, `[answers]` and `[settings]`, as in goldpath.toml; other keys at the top are answers too.
fn from_file(path: &Path, source: &dyn Fn(String) -> Source) -> Result<Given, Error> {
    let shown = path.display().to_string();
    let from = source(shown.clone());
    let mut given = Given::default();
    for (key, value) in read_table(path)? {
        match (key.as_str(), value) {
            ("preset", Json::String(name)) => given.preset = Some(Named { name, from: from.clone() }),
            ("stack", Json::String(name)) => given.stack = Some(Named { name, from: from.clone() }),
            ("pack", Json::String(_)) => {}
            ("preset" | "stack" | "pack", _) => {
                return Err(Error::AnswersShape {
                    path: shown,
                    message: format!("`{key}` must be text"),
                    hint: format!("write it as `{key} = \"name\"`"),
                });
            }
            ("answers" | "settings", Json::Object(table)) => {
                for (key, value) in flatten(table) {
                    given.set(key, typed(value, &shown)?, from.clone());
                }
            }
            (_, Json::Object(_)) => {
                let hint = match nearest(&key, ["answers", "settings"]) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "only `answers` and `settings` are tables".to_owned(),
                };
                return Err(Error::AnswersShape { path: shown, message: format!("no table `{key}`"), hint });
            }
            (_, value) => given.set(key, typed(value, &shown)?, from.clone()),
        }
    }
    Ok(given)
}

/// Settings may be written dotted or as nested tables.
fn flatten(table: Map<String, Json>) -> Vec<(String, Json)> {
    let mut flat = Vec::new();
    for (key, value) in table {
        match value {
            Json::Object(inner) => {
                flat.extend(flatten(inner).into_iter().map(|(rest, value)| (format!("{key}.{rest}"), value)));
            }
            value => flat.push((key, value)),
        }
    }
    flat
}

fn typed(value: Json, path: &str) -> Result<Raw, Error> {
    serde_json::from_value::<Value>(value).map(Raw::Typed).map_err(|_| Error::AnswersShape {
        path: path.to_owned(),
        message: "an answer must be text, a number, true or false, or a list of these".to_owned(),
        hint: "remove what is empty or null".to_owned(),
    })
}

fn read_table(path: &Path) -> Result<Map<String, Json>, Error> {
    let shown = path.display().to_string();
    let syntax = |message: String| Error::AnswersSyntax { path: shown.clone(), message };
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    let reader: fn(&str) -> Result<Json, String> = match extension {
        "toml" => |text| toml::from_str(text).map_err(|error| error.to_string()),
        "json" => |text| serde_json::from_str(text).map_err(|error| error.to_string()),
        "yaml" | "yml" => |text| serde_saphyr::from_str(text).map_err(|error| error.to_string()),
        _ => return Err(Error::AnswersFormat { path: shown }),
    };
    let text = read_plain_text(path, MAX_MANIFEST_BYTES)
        .map_err(|source| Error::Unreadable { path: shown.clone(), source })?;
    if let Some(message) = too_much(text.as_bytes()) {
        return Err(syntax(message));
    }
    match reader(&text).map_err(|message| syntax(message.trim_end().to_owned()))? {
        Json::Object(table) => Ok(table),
        Json::Null => Ok(Map::new()),
        _ => Err(syntax("expected keys and values at the top".to_owned())),
    }
}

/// The user's own defaults for every run.
fn config_path() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = set("XDG_CONFIG_HOME")
        .filter(|path| path.is_absolute())
        .or_else(|| set("APPDATA").filter(|_| cfg!(windows)))
        .or_else(|| set("HOME").map(|home| home.join(".config")))?;
    Some(folder.join("goldpath").join("config.toml"))
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn settings_of_a_file_may_be_dotted_or_nested() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [
            ("a.toml", "service_name = 'x'\n[settings]\n\"slo.period_days\" = 28\n"),
            ("a.yaml", "service_name: x\nsettings:\n  slo:\n    period_days: 28\n"),
            ("a.json", r#"{"answers": {"service_name": "x"}, "settings": {"slo.period_days": 28}}"#),
        ] {
            let path = folder.path().join(name);
            fs_err::write(&path, text).unwrap();
            let given = from_file(&path, &Source::File).unwrap();
            assert_eq!(given.get("slo.period_days").unwrap().raw, Raw::Typed(Value::Integer(28)), "{name}");
            assert_eq!(given.get("service_name").unwrap().raw, Raw::Typed(Value::from("x")), "{name}");
        }
    }
}
