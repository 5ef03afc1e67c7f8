//! A file of answers: TOML, YAML or JSON by its name.

use std::path::Path;

use serde_json::{Map, Value as Json};

use super::given::{Given, Named, Raw, Source};
use crate::error::Error;
use crate::nearest::nearest;
use crate::value::Value;

/// How a file of answers is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Notation {
    Toml,
    Yaml,
    Json,
}

impl Notation {
    /// The notation that a file's name promises.
    ///
    /// # Errors
    /// The name promises none of the three.
    pub fn of(path: &Path) -> Result<Self, Error> {
        match path.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
            "toml" => Ok(Self::Toml),
            "json" => Ok(Self::Json),
            "yaml" | "yml" => Ok(Self::Yaml),
            _ => Err(Error::AnswersFormat { path: path.display().to_string() }),
        }
    }

    fn parse(self, text: &str) -> Result<Json, String> {
        match self {
            Self::Toml => toml::from_str(text).map_err(|error| error.to_string()),
            Self::Json => serde_json::from_str(text).map_err(|error| error.to_string()),
            Self::Yaml => serde_saphyr::from_str(text).map_err(|error| error.to_string()),
        }
    }
}

impl Given {
    /// What a file gives: `preset`, `stack`, `[answers]` and `[settings]`, as in goldpath.toml; other keys at the top are
    /// answers too.
    ///
    /// # Errors
    /// The first mistake, under the name of the file.
    pub fn read(notation: Notation, path: &str, text: &str, from: &Source) -> Result<Self, Error> {
        let mut given = Self::default();
        for (key, value) in table(notation, path, text)? {
            match (key.as_str(), value) {
                ("preset", Json::String(name)) => given.preset = Some(Named { name, from: from.clone() }),
                ("stack", Json::String(name)) => given.stack = Some(Named { name, from: from.clone() }),
                ("pack", Json::String(_)) => {}
                ("preset" | "stack" | "pack", _) => {
                    return Err(Error::AnswersShape {
                        path: path.to_owned(),
                        message: format!("`{key}` must be text"),
                        hint: format!("write it as `{key} = \"name\"`"),
                    });
                }
                ("answers" | "settings", Json::Object(table)) => {
                    for (key, value) in flatten(table) {
                        given.set(key, typed(value, path)?, from.clone());
                    }
                }
                (_, Json::Object(_)) => {
                    let hint = match nearest(&key, ["answers", "settings"]) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => "only `answers` and `settings` are tables".to_owned(),
                    };
                    let message = format!("no table `{key}`");
                    return Err(Error::AnswersShape { path: path.to_owned(), message, hint });
                }
                (_, value) => given.set(key, typed(value, path)?, from.clone()),
            }
        }
        Ok(given)
    }
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

fn table(notation: Notation, path: &str, text: &str) -> Result<Map<String, Json>, Error> {
    let syntax = |message: &str| Error::AnswersSyntax { path: path.to_owned(), message: message.to_owned() };
    match notation.parse(text).map_err(|message| syntax(message.trim_end()))? {
        Json::Object(table) => Ok(table),
        Json::Null => Ok(Map::new()),
        _ => Err(syntax("expected keys and values at the top")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_of_a_file_may_be_dotted_or_nested() {
        for (name, text) in [
            ("a.toml", "service_name = 'x'\n[settings]\n\"slo.period_days\" = 28\n"),
            ("a.yaml", "service_name: x\nsettings:\n  slo:\n    period_days: 28\n"),
            ("a.json", r#"{"answers": {"service_name": "x"}, "settings": {"slo.period_days": 28}}"#),
        ] {
            let notation = Notation::of(Path::new(name)).unwrap();
            let given = Given::read(notation, name, text, &Source::File(name.to_owned())).unwrap();
            assert_eq!(given.get("slo.period_days").unwrap().raw, Raw::Typed(Value::Integer(28)), "{name}");
            assert_eq!(given.get("service_name").unwrap().raw, Raw::Typed(Value::from("x")), "{name}");
        }
    }
}
