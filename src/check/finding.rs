//! What a check found.

use std::borrow::Cow;

use serde::Serialize;

use super::node::{Node, Position};

/// Whether something has to be mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It does not hold.
    Finding,
    /// It is good to know, and nothing fails because of it.
    Notice,
}

/// Something that does not hold: where, what disagrees with what, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file, relative to the root of the project.
    pub path: String,
    /// The line, from 1; none where the file as a whole is meant.
    pub line: Option<usize>,
    /// The column, from 1.
    pub column: Option<usize>,
    /// The invariant that is broken.
    pub rule: Cow<'static, str>,
    /// Whether it has to be mended.
    pub severity: Severity,
    /// Who waived it, until when and why, if somebody did.
    pub waived: Option<String>,
    /// What disagrees with what.
    pub message: String,
    /// What to do.
    pub fix: String,
}

impl Finding {
    /// Whether it fails the check: a notice does not, and neither does what is waived.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.severity == Severity::Finding && self.waived.is_none()
    }
}

/// Collects the findings of one invariant.
#[derive(Debug)]
pub(super) struct Findings {
    rule: Cow<'static, str>,
    found: Vec<Finding>,
}

impl Findings {
    pub(super) fn of(rule: impl Into<Cow<'static, str>>) -> Self {
        Self { rule: rule.into(), found: Vec::new() }
    }

    /// At a place in a file.
    pub(super) fn at(
        &mut self,
        path: &str,
        at: Position,
        message: impl Into<String>,
        fix: impl Into<String>,
    ) {
        self.add(path, Some(at.line), Some(at.column), message, fix);
    }

    /// At a value.
    pub(super) fn on(&mut self, path: &str, node: &Node, message: impl Into<String>, fix: impl Into<String>) {
        self.at(path, node.at, message, fix);
    }

    /// About a file as a whole, one that is missing too.
    pub(super) fn about(&mut self, path: &str, message: impl Into<String>, fix: impl Into<String>) {
        self.add(path, None, None, message, fix);
    }

    /// With as much of a place as is known.
    pub(super) fn add(
        &mut self,
        path: &str,
        line: Option<usize>,
        column: Option<usize>,
        message: impl Into<String>,
        fix: impl Into<String>,
    ) {
        self.found.push(Finding {
            path: path.to_owned(),
            line,
            column,
            rule: self.rule.clone(),
            severity: Severity::Finding,
            waived: None,
            message: message.into(),
            fix: fix.into(),
        });
    }

    pub(super) fn into_vec(self) -> Vec<Finding> {
        self.found
    }
}
