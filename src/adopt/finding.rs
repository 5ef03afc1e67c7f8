//! One thing that a repository says of itself.

use std::fmt;

use serde::Serialize;

use crate::path::Shown;

/// What was found, how sure that is, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it is about.
    pub subject: Subject,
    /// What was found.
    pub value: String,
    /// How sure it is.
    pub sure: Sure,
    /// What it rests on, the strongest first.
    pub evidence: Vec<Evidence>,
    /// The answer or setting that it gives; nothing where the pack asks for none, or cannot take the value.
    pub used_for: Option<String>,
    /// What a person should know of it.
    pub note: Option<String>,
    /// What a person has to do before the path's commands work with it.
    pub by_hand: Option<String>,
}

impl Finding {
    pub(super) fn new(
        subject: Subject,
        value: impl Into<String>,
        sure: Sure,
        evidence: Vec<Evidence>,
    ) -> Self {
        // It comes from the repository: what could repaint a terminal is no value.
        let value = Shown::of(&value.into()).to_string();
        Self { subject, value, sure, evidence, used_for: None, note: None, by_hand: None }
    }

    pub(super) fn with_note(mut self, note: Option<String>) -> Self {
        self.note = note.map(|note| Shown::of(&note).to_string());
        self
    }
}

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Subject {
    Stack,
    Name,
    Owner,
    Port,
    Platform,
    Ci,
    Licence,
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Stack => "stack",
            Self::Name => "name",
            Self::Owner => "owner",
            Self::Port => "port",
            Self::Platform => "platform",
            Self::Ci => "CI",
            Self::Licence => "licence",
        })
    }
}

/// How sure a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Sure {
    /// Nothing says it outright.
    Guess,
    /// One place says it.
    Likely,
    /// The place that decides says it, or two agree.
    Certain,
}

impl fmt::Display for Sure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Guess => "a guess",
            Self::Likely => "likely",
            Self::Certain => "certain",
        })
    }
}

/// A place, and what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// The file, from the project on; none for what is in no file.
    pub path: Option<String>,
    /// The line in it.
    pub line: Option<usize>,
    /// What it says.
    pub says: String,
}

impl Evidence {
    pub(super) fn elsewhere(says: impl Into<String>) -> Self {
        Self { path: None, line: None, says: says.into() }
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.path, self.line) {
            (Some(path), Some(line)) => write!(f, "{path}:{line} {}", self.says),
            (Some(path), None) => write!(f, "{path} {}", self.says),
            (None, _) => f.write_str(&self.says),
        }
    }
}
