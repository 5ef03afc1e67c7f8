//! A typed knob of a component.

use serde::Deserialize;
use toml::Spanned;

use super::manifest_error::{ManifestError, ManifestText};
use super::pattern::Pattern;
use crate::nearest::did_you_mean;
use crate::value::Value;

/// What a setting may be, and what it is when nobody says.
#[derive(Debug, Clone)]
pub struct Setting {
    /// Its dotted name.
    pub name: String,
    /// Its type.
    pub kind: SettingKind,
    /// The least allowed number.
    pub min: Option<f64>,
    /// The greatest allowed number.
    pub max: Option<f64>,
    /// The allowed values of a choice, or of the items of a list; empty: any.
    pub allowed: Vec<Value>,
    /// What a text, or each item of a list, must match.
    pub pattern: Option<Pattern>,
    /// The value when neither preset nor repository says another.
    pub default: Value,
    /// The unit of a number.
    pub unit: Option<String>,
    /// One line that says what it decides.
    pub help: String,
}

/// The type of a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SettingKind {
    /// A number with or without a fraction.
    Number,
    /// A whole number.
    Integer,
    /// Yes or no.
    Bool,
    /// Text.
    String,
    /// One of the allowed values.
    Choice,
    /// Several values.
    List,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSetting {
    r#type: SettingKind,
    min: Option<f64>,
    max: Option<f64>,
    #[serde(default)]
    allowed: Vec<Value>,
    pattern: Option<Spanned<String>>,
    invalid: Option<String>,
    default: Spanned<Value>,
    unit: Option<String>,
    #[serde(default)]
    help: String,
}

impl Setting {
    pub(super) fn read(
        name: &str,
        raw: RawSetting,
        manifest: ManifestText<'_>,
    ) -> Result<Self, ManifestError> {
        let span = raw.default.span();
        if let Some(pattern) = &raw.pattern
            && !matches!(raw.r#type, SettingKind::String | SettingKind::List)
        {
            let message = format!("`{name}` has a `pattern`, which only `string` and `list` take");
            return Err(manifest.error(pattern.span(), message));
        }
        let read = |pattern| Pattern::read(&pattern, raw.invalid.as_deref(), manifest);
        let pattern = raw.pattern.map(read).transpose()?;
        let mut setting = Self {
            name: name.to_owned(),
            kind: raw.r#type,
            min: raw.min,
            max: raw.max,
            allowed: raw.allowed,
            pattern,
            default: raw.default.into_inner(),
            unit: raw.unit,
            help: raw.help,
        };
        let well_formed = name.contains('.') && name.split('.').all(super::question::is_identifier);
        if !well_formed {
            return Err(manifest.error(span, format!("`{name}` is no name of a setting")).with_hint(
                "use at least two parts of lower-case letters, digits and `_`, such as `slo.period_days`",
            ));
        }
        setting.default = setting.accept(setting.default.clone()).map_err(|problem| {
            manifest.error(span, format!("the default of `{name}` is not valid: {problem}"))
        })?;
        Ok(setting)
    }

    /// The values that can be told one by one: yes and no, or what a choice allows.
    pub(crate) fn listed(&self) -> Vec<Value> {
        match self.kind {
            SettingKind::Bool => vec![Value::Bool(true), Value::Bool(false)],
            SettingKind::Choice => self.allowed.clone(),
            _ => Vec::new(),
        }
    }

    /// Reads text, as typed on a command line, as this setting's type.
    ///
    /// # Errors
    /// The sentence that says what is expected.
    pub fn read_text(&self, text: &str) -> Result<Value, String> {
        let scalar = |text: &str| {
            let text = text.trim();
            text.parse::<i64>()
                .map(Value::Integer)
                .or_else(|_| text.parse::<f64>().map(Value::Number))
                .unwrap_or_else(|_| Value::from(text))
        };
        let value = match self.kind {
            SettingKind::Number | SettingKind::Integer => match scalar(text) {
                Value::Text(text) => return Err(format!("`{}` is no number", text.escape_debug())),
                number => number,
            },
            SettingKind::Bool => match text.trim() {
                "true" | "yes" => Value::Bool(true),
                "false" | "no" => Value::Bool(false),
                other => return Err(format!("`{}` is neither true nor false", other.escape_debug())),
            },
            SettingKind::String => Value::from(text),
            SettingKind::Choice => {
                let as_typed = Value::from(text);
                if self.allowed.contains(&as_typed) { as_typed } else { scalar(text) }
            }
            SettingKind::List => Value::List(
                text.trim()
                    .trim_start_matches('[')
                    .trim_end_matches(']')
                    .split(',')
                    .filter(|item| !item.trim().is_empty())
                    .map(|item| scalar(item.trim().trim_matches(['"', '\''])))
                    .collect(),
            ),
        };
        self.accept(value)
    }

    /// Checks a value against this setting's type and range.
    ///
    /// # Errors
    /// The sentence that says what is expected.
    pub fn accept(&self, value: Value) -> Result<Value, String> {
        let value = match (self.kind, value) {
            // `99` means 99.0 where a number is expected: the lock and the templates see one spelling.
            (SettingKind::Number, Value::Integer(whole)) => {
                Value::Number(Value::Integer(whole).as_number().unwrap_or_default())
            }
            (_, value) => value,
        };
        match (self.kind, &value) {
            (SettingKind::Number, Value::Number(number)) if !number.is_finite() => {
                return Err(format!("{number} is no number to work with"));
            }
            (SettingKind::Number, Value::Number(_)) | (SettingKind::Integer, Value::Integer(_)) => {
                self.accept_range(&value)?;
            }
            (SettingKind::Bool, Value::Bool(_)) => {}
            (SettingKind::String, Value::Text(text)) => {
                if let Some(strange) = text.chars().find(|c| c.is_control()) {
                    return Err(format!("the control character {} is not allowed", strange.escape_unicode()));
                }
                self.accept_text(text)?;
            }
            (SettingKind::Choice, Value::Text(_) | Value::Number(_) | Value::Integer(_)) => {
                self.accept_allowed(&value)?;
            }
            (SettingKind::List, Value::List(items)) => {
                for item in items {
                    if !self.allowed.is_empty() {
                        self.accept_allowed(item)?;
                    }
                    match item {
                        Value::Text(text) => self.accept_text(text)?,
                        Value::Number(_) | Value::Integer(_) => self.accept_range(item)?,
                        _ => {}
                    }
                }
            }
            (kind, other) => return Err(format!("expected {}, not {}", kind.describe(), other.kind())),
        }
        Ok(value)
    }

    fn accept_text(&self, text: &str) -> Result<(), String> {
        self.pattern.as_ref().map_or(Ok(()), |pattern| pattern.accept(text))
    }

    fn accept_range(&self, value: &Value) -> Result<(), String> {
        let number = value.as_number().unwrap_or_default();
        if self.min.is_some_and(|min| number < min) || self.max.is_some_and(|max| number > max) {
            let unit = self.unit.as_ref().map(|unit| format!(" {unit}")).unwrap_or_default();
            return Err(match (self.min, self.max) {
                (Some(min), Some(max)) => format!("{value} is outside {min} to {max}{unit}"),
                (Some(min), None) => format!("{value} is below {min}{unit}"),
                (_, max) => format!("{value} is above {}{unit}", max.unwrap_or_default()),
            });
        }
        Ok(())
    }

    fn accept_allowed(&self, value: &Value) -> Result<(), String> {
        if self.allowed.contains(value) {
            return Ok(());
        }
        let allowed: Vec<String> = self.allowed.iter().map(ToString::to_string).collect();
        let text = value.to_string();
        let hint = did_you_mean(&text, allowed.iter().map(String::as_str));
        Err(format!("`{}` is not allowed, {hint}", text.escape_debug()))
    }
}

impl SettingKind {
    fn describe(self) -> &'static str {
        match self {
            Self::Number => "a number",
            Self::Integer => "a whole number",
            Self::Bool => "true or false",
            Self::String => "text",
            Self::Choice => "one of the allowed values",
            Self::List => "a list",
        }
    }
}
