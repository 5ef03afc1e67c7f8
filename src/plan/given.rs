//! What a person gave, by flag, environment, file or configuration, before it is typed and checked.

use std::collections::BTreeMap;
use std::fmt;

use crate::value::Value;

/// Values by name, each with where it came from. Names with a dot are settings, others answers.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// The preset, if one was named.
    pub preset: Option<Named>,
    /// The stack, if one was named.
    pub stack: Option<Named>,
    values: BTreeMap<String, GivenValue>,
}

/// A name and where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The name as given.
    pub name: String,
    /// Where it came from.
    pub from: Source,
}

/// A value as it was given.
#[derive(Debug, Clone, PartialEq)]
pub struct GivenValue {
    /// Text to be read as the question's type, or a value that a file typed already.
    pub raw: Raw,
    /// Where it came from.
    pub from: Source,
}

/// A value before its question has read it.
#[derive(Debug, Clone, PartialEq)]
pub enum Raw {
    /// As typed on a command line or in the environment.
    Text(String),
    /// As a file typed it.
    Typed(Value),
}

/// Where an answer or a setting came from. Errors say it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A flag, as written: `--name`, `--set owner`.
    Flag(String),
    /// An environment variable.
    Environment(String),
    /// An answers file.
    File(String),
    /// The user's own configuration.
    Config(String),
    /// A person, at a prompt.
    Prompt,
    /// The repository's `goldpath.toml`.
    Intent,
    /// The repository's `goldpath.lock`.
    Lock,
    /// The repository's own history.
    History,
    /// What the repository holds: the name of a file; nothing where it is in none.
    Found(Option<String>),
    /// The preset of this name.
    Preset(String),
    /// The pack.
    Default,
    /// Nothing has it.
    Nobody,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => write!(f, "`{flag}`"),
            Self::Environment(variable) => write!(f, "`{variable}` in the environment"),
            Self::File(path) | Self::Config(path) | Self::Found(Some(path)) => write!(f, "`{path}`"),
            Self::Found(None) => f.write_str("the repository"),
            Self::Prompt => f.write_str("the prompt"),
            Self::Intent => f.write_str("`goldpath.toml`"),
            Self::Lock => f.write_str("`goldpath.lock`"),
            Self::History => f.write_str("the history"),
            Self::Preset(name) => write!(f, "preset `{name}`"),
            Self::Default => f.write_str("the default"),
            Self::Nobody => f.write_str("nobody"),
        }
    }
}

impl Given {
    /// The layer of `--preset` and `--stack`.
    #[must_use]
    pub fn of_flags(preset: Option<&str>, stack: Option<&str>) -> Self {
        let named = |name: Option<&str>, flag: &str| {
            name.map(|name| Named { name: name.to_owned(), from: Source::Flag(flag.to_owned()) })
        };
        Self { preset: named(preset, "--preset"), stack: named(stack, "--stack"), ..Self::default() }
    }

    /// The preset's name; empty while none is named.
    #[must_use]
    pub fn preset_name(&self) -> &str {
        self.preset.as_ref().map_or("", |preset| &preset.name)
    }

    /// The stack's name; empty while none is named.
    #[must_use]
    pub fn stack_name(&self) -> &str {
        self.stack.as_ref().map_or("", |stack| &stack.name)
    }

    /// Adds a value of this layer; within one layer the last one wins.
    pub fn set(&mut self, name: impl Into<String>, raw: Raw, from: Source) {
        self.values.insert(name.into(), GivenValue { raw, from });
    }

    /// Takes a prompted value back; what came from a flag or a file stays.
    pub fn unset_prompted(&mut self, name: &str) {
        if self.values.get(name).is_some_and(|value| value.from == Source::Prompt) {
            self.values.remove(name);
        }
    }

    /// Takes a value out.
    pub fn unset(&mut self, name: &str) -> Option<GivenValue> {
        self.values.remove(name)
    }

    /// Fills one value, if it is open, from another layer.
    pub fn take(&mut self, name: &str, lower: &Self) {
        if let Some(value) = lower.values.get(name) {
            self.values.entry(name.to_owned()).or_insert_with(|| value.clone());
        }
    }

    /// Gives values other names, as a migration renames them, and says which it did.
    pub fn rename<'n>(&mut self, names: &'n [(String, String)]) -> Vec<&'n (String, String)> {
        renamed(&mut self.values, names)
    }

    /// Fills what is still open from a layer of lower precedence.
    #[must_use]
    pub fn or(mut self, lower: Self) -> Self {
        self.preset = self.preset.or(lower.preset);
        self.stack = self.stack.or(lower.stack);
        for (name, value) in lower.values {
            self.values.entry(name).or_insert(value);
        }
        self
    }

    /// The value of this name, if one was given.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&GivenValue> {
        self.values.get(name)
    }

    /// Everything that was given, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &GivenValue)> {
        self.values.iter().map(|(name, value)| (name.as_str(), value))
    }
}

/// Gives values other names, all at once: one may take the name that another gives up. What has a name already keeps it.
pub(crate) fn renamed<'n, T>(
    values: &mut BTreeMap<String, T>,
    names: &'n [(String, String)],
) -> Vec<&'n (String, String)> {
    let taken: Vec<_> = names.iter().filter_map(|pair| Some((pair, values.remove(&pair.0)?))).collect();
    let mut done = Vec::new();
    for (pair, value) in taken {
        values.entry(pair.1.clone()).or_insert(value);
        done.push(pair);
    }
    done
}
