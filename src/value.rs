//! The values that answers and settings can have.

use std::fmt::{self, Write as _};

use serde::{Deserialize, Serialize};

/// One typed value, of an answer or of a setting.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Number(f64),
    /// Text.
    Text(String),
    /// Several values, in order.
    List(Vec<Value>),
}

impl Value {
    /// The number, of an integer too.
    #[must_use]
    pub fn as_number(&self) -> Option<f64> {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "settings are far below 2^52")]
            Self::Integer(whole) => Some(*whole as f64),
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The text, if it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What kind of value this is, for messages.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Bool(_) => "a bool",
            Self::Integer(_) => "an integer",
            Self::Number(_) => "a number",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
        }
    }

    /// As TOML text on one line.
    #[must_use]
    pub fn to_toml(&self) -> String {
        match self {
            Self::Bool(value) => value.to_string(),
            Self::Integer(value) => value.to_string(),
            Self::Number(value) => format!("{value:?}"),
            Self::Text(value) => toml_string(value),
            Self::List(values) => {
                let items: Vec<String> = values.iter().map(Self::to_toml).collect();
                format!("[{}]", items.join(", "))
            }
        }
    }
}

/// A TOML basic string, quotes included.
#[must_use]
pub(crate) fn toml_string(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            control if control.is_control() => {
                // Writing to a String cannot fail.
                let _ = write!(quoted, "\\u{:04X}", control as u32);
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// As a person types it: text bare, a list with commas.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => value.fmt(f),
            Self::Integer(value) => value.fmt(f),
            Self::Number(value) => value.fmt(f),
            Self::Text(value) => value.fmt(f),
            Self::List(values) => {
                let items: Vec<String> = values.iter().map(ToString::to_string).collect();
                f.write_str(&items.join(","))
            }
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn toml_text_reads_back_as_the_same_value() {
        for value in [
            Value::Bool(true),
            Value::Integer(-3),
            Value::Number(99.0),
            Value::Number(0.25),
            Value::Text("a \"quoted\"\\\n\u{1} line".to_owned()),
            Value::List(vec![Value::Integer(1), Value::Text("x".to_owned())]),
        ] {
            let table: toml::Table = toml::from_str(&format!("v = {}", value.to_toml())).unwrap();
            assert_eq!(table["v"].clone().try_into::<Value>().unwrap(), value);
        }
    }
}
