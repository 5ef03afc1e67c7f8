//! What a pack asks.

use serde::Deserialize;
use toml::Spanned;

use super::delimiters::Delimiters;
use super::manifest_error::{ManifestError, ManifestText};
use super::pattern::Pattern;
use crate::nearest::did_you_mean;
use crate::value::Value;

/// One question of a pack: typed, with a default and a validation that explains itself.
#[derive(Debug, Clone)]
pub struct Question {
    /// What templates read, and what `--set KEY=VALUE` names.
    pub key: String,
    /// The question itself, a few words.
    pub ask: String,
    /// One line that says what the answer decides.
    pub help: String,
    /// The type of the answer.
    pub kind: QuestionKind,
    /// What a text answer must match.
    pub pattern: Option<Pattern>,
    /// The default: a value, or text with expressions over earlier answers and facts of the target.
    pub default: Option<Value>,
    /// What somebody could answer, where there is no default.
    pub example: Option<Value>,
    /// A Tera expression; false: not asked, not stored, the default stands.
    pub when: Option<String>,
    /// The allowed values of a choice.
    pub choices: Vec<Choice>,
    /// The least allowed integer.
    pub min: Option<i64>,
    /// The greatest allowed integer.
    pub max: Option<i64>,
}

/// The type of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum QuestionKind {
    /// Any text.
    String,
    /// Yes or no.
    Bool,
    /// A whole number.
    Integer,
    /// One of the choices.
    Choice,
    /// Any of the choices.
    Choices,
    /// Texts.
    List,
    /// A path inside the repository.
    Path,
    /// Text that is never stored and never shown.
    Secret,
}

/// One allowed value of a choice.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// What templates read.
    pub value: String,
    /// What a person sees.
    pub label: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawQuestion {
    key: Spanned<String>,
    ask: String,
    help: Option<String>,
    r#type: Spanned<QuestionKind>,
    pattern: Option<Spanned<String>>,
    invalid: Option<String>,
    default: Option<Spanned<Value>>,
    example: Option<Spanned<Value>>,
    when: Option<String>,
    #[serde(default)]
    choices: Vec<Choice>,
    min: Option<i64>,
    max: Option<i64>,
}

impl Question {
    pub(super) fn read(
        raw: RawQuestion,
        manifest: ManifestText<'_>,
        delimiters: &Delimiters,
    ) -> Result<Self, ManifestError> {
        let kind = *raw.r#type.get_ref();
        let key = raw.key.get_ref().clone();
        if !is_identifier(&key) {
            let message = format!("`{key}` is no name a template can read");
            return Err(manifest
                .error(raw.key.span(), message)
                .with_hint("use lower-case letters, digits and `_`, starting with a letter"));
        }
        if RESERVED.contains(&key.as_str()) {
            let message = format!("`{key}` is a name of goldpath's own, and cannot be asked");
            return Err(manifest.error(raw.key.span(), message));
        }
        let needs_choices = matches!(kind, QuestionKind::Choice | QuestionKind::Choices);
        if needs_choices == raw.choices.is_empty() {
            let message = if needs_choices {
                format!("question `{key}` has no `choices`")
            } else {
                format!("question `{key}` has `choices`, which only `choice` and `choices` take")
            };
            return Err(manifest.error(raw.r#type.span(), message));
        }
        let read = |pattern| Pattern::read(&pattern, raw.invalid.as_deref(), manifest);
        let pattern = raw.pattern.map(read).transpose()?;
        let question = Self {
            key,
            ask: raw.ask,
            help: raw.help.unwrap_or_default(),
            kind,
            pattern,
            default: raw.default.as_ref().map(|default| default.get_ref().clone()),
            example: raw.example.as_ref().map(|example| example.get_ref().clone()),
            when: raw.when,
            choices: raw.choices,
            min: raw.min,
            max: raw.max,
        };
        let computed =
            |value: &Spanned<Value>| value.get_ref().as_text().is_some_and(|text| delimiters.in_text(text));
        let default = raw.default.filter(|default| !computed(default));
        for (what, value) in [("default", default), ("example", raw.example)] {
            if let Some(value) = value
                && let Err(problem) = question.accept(value.get_ref().clone())
            {
                let message = format!("the {what} of `{}` is not valid: {problem}", question.key);
                return Err(manifest.error(value.span(), message));
            }
        }
        Ok(question)
    }

    /// What stands for an answer where a pack is looked at and nobody is asked: its example, or the simplest value of its
    /// type; nothing where only the pack's author knows one.
    #[must_use]
    pub fn example_answer(&self) -> Option<Value> {
        let value = match (&self.example, self.kind) {
            (Some(example), _) => example.clone(),
            (None, QuestionKind::Integer) => Value::Integer(self.min.or(self.max).unwrap_or_default()),
            (None, QuestionKind::Choice) => Value::from(&*self.choices.first()?.value),
            (None, QuestionKind::String | QuestionKind::Path | QuestionKind::Secret) => {
                Value::from("example")
            }
            (None, kind) => kind.nothing(),
        };
        self.accept(value).ok()
    }

    /// The answers that can be told one by one: yes and no, or each choice.
    pub(crate) fn listed(&self) -> Vec<Value> {
        let choices = self.choices.iter().map(|choice| Value::from(choice.value.as_str()));
        match self.kind {
            QuestionKind::Bool => vec![Value::Bool(true), Value::Bool(false)],
            QuestionKind::Choices => choices.map(|choice| Value::List(vec![choice])).collect(),
            _ => choices.collect(),
        }
    }

    /// Reads text, as typed on a command line or at a prompt, as this question's type.
    ///
    /// # Errors
    /// The sentence that says what is expected.
    pub fn read_text(&self, text: &str) -> Result<Value, String> {
        let value = match self.kind {
            QuestionKind::Bool => Value::Bool(match text.trim().to_lowercase().as_str() {
                "true" | "yes" | "y" | "1" | "on" => true,
                "false" | "no" | "n" | "0" | "off" => false,
                _ => return Err(format!("`{text}` is neither yes nor no")),
            }),
            QuestionKind::Integer => {
                Value::Integer(text.trim().parse().map_err(|_| format!("`{text}` is no whole number"))?)
            }
            QuestionKind::Choices | QuestionKind::List => Value::List(
                text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(Value::from).collect(),
            ),
            QuestionKind::String | QuestionKind::Choice | QuestionKind::Path | QuestionKind::Secret => {
                Value::from(text)
            }
        };
        self.accept(value)
    }

    /// Checks a value against this question's type, pattern, choices and range.
    ///
    /// # Errors
    /// The sentence that says what is expected.
    pub fn accept(&self, value: Value) -> Result<Value, String> {
        match (self.kind, &value) {
            (QuestionKind::Bool, Value::Bool(_)) => {}
            (QuestionKind::Integer, Value::Integer(whole)) => {
                if self.min.is_some_and(|min| *whole < min) || self.max.is_some_and(|max| *whole > max) {
                    return Err(format!("{whole} is outside {}", range(self.min, self.max)));
                }
            }
            (QuestionKind::Choice, Value::Text(text)) => self.accept_choice(text)?,
            (QuestionKind::Choices, Value::List(items)) => {
                for item in items {
                    self.accept_choice(&item.to_string())?;
                }
            }
            (QuestionKind::List, Value::List(items)) => {
                for item in items {
                    self.accept_text(&item.to_string())?;
                }
            }
            (QuestionKind::Path, Value::Text(text)) => {
                crate::path::RepoPath::new(text).map_err(|error| error.to_string())?;
                self.accept_text(text)?;
            }
            (QuestionKind::Secret, Value::Text(text)) => {
                // The value itself must reach no message.
                if let Some(pattern) = self.pattern.as_ref().filter(|pattern| !pattern.matches(text)) {
                    return Err(format!("it is not {}", pattern.expected()));
                }
            }
            (QuestionKind::String, Value::Text(text)) => self.accept_text(text)?,
            (kind, other) => return Err(format!("expected {}, not {}", kind.describe(), other.kind())),
        }
        Ok(value)
    }

    fn accept_text(&self, text: &str) -> Result<(), String> {
        if let Some(strange) = text.chars().find(|c| c.is_control() && *c != '\n' && *c != '\t') {
            return Err(format!("the control character {} is not allowed", strange.escape_unicode()));
        }
        self.pattern.as_ref().map_or(Ok(()), |pattern| pattern.accept(text))
    }

    fn accept_choice(&self, text: &str) -> Result<(), String> {
        if self.choices.iter().any(|choice| choice.value == text) {
            return Ok(());
        }
        let known = self.choices.iter().map(|choice| choice.value.as_str());
        Err(format!("`{}` is no choice, {}", text.escape_debug(), did_you_mean(text, known)))
    }
}

impl QuestionKind {
    /// The value that says nothing.
    #[must_use]
    pub fn nothing(self) -> Value {
        match self {
            Self::Bool => Value::Bool(false),
            Self::Integer => Value::Integer(0),
            Self::Choices | Self::List => Value::List(Vec::new()),
            Self::String | Self::Choice | Self::Path | Self::Secret => Value::from(""),
        }
    }

    fn describe(self) -> &'static str {
        match self {
            Self::String => "text",
            Self::Bool => "true or false",
            Self::Integer => "a whole number",
            Self::Choice => "one of the choices",
            Self::Choices => "a list of choices",
            Self::List => "a list",
            Self::Path => "a path",
            Self::Secret => "a secret text",
        }
    }
}

/// Names that every template has.
pub(crate) const RESERVED: [&str; 7] =
    ["preset", "lineage", "stack", "settings", "pack", "components", "facts"];

/// Whether a template can read a variable of this name.
pub(super) fn is_identifier(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

fn range(min: Option<i64>, max: Option<i64>) -> String {
    match (min, max) {
        (Some(min), Some(max)) => format!("{min} to {max}"),
        (Some(min), None) => format!("{min} and up"),
        (None, Some(max)) => format!("{max} and below"),
        (None, None) => "any number".to_owned(),
    }
}
