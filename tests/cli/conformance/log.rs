//! What a service said, and how to find something in it.

use serde_json::Value;

use super::checks::Wrong;

/// What one run said.
#[derive(Clone, Debug)]
pub(super) struct Log {
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl Log {
    /// The lines that are JSON.
    pub(super) fn events(&self) -> Vec<Value> {
        self.stdout.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    /// The first line whose message is, or begins with, this.
    pub(super) fn event(&self, message: &str) -> Result<Value, Wrong> {
        let found = self
            .events()
            .into_iter()
            .find(|event| event["message"].as_str().is_some_and(|text| text.starts_with(message)));
        found.ok_or_else(|| format!("no line with the message {message:?} in {:?}", self.stdout).into())
    }

    /// The messages of errors.
    pub(super) fn errors(&self) -> Vec<String> {
        let events = self.events();
        let errors = events.iter().filter(|event| level(event) == "error");
        errors.filter_map(|event| event["message"].as_str().map(str::to_owned)).collect()
    }
}

/// The level of a line, in lower case.
pub(super) fn level(event: &Value) -> String {
    event["level"].as_str().unwrap_or_default().to_ascii_lowercase()
}
