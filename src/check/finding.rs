//! What a check found.

use super::node::{Node, Position};

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
    pub rule: &'static str,
    /// What disagrees with what.
    pub message: String,
    /// What to do.
    pub fix: String,
}

/// Collects the findings of one invariant.
#[derive(Debug)]
pub(super) struct Findings {
    rule: &'static str,
    found: Vec<Finding>,
}

impl Findings {
    pub(super) fn of(rule: &'static str) -> Self {
        Self { rule, found: Vec::new() }
    }

    /// At a place in a file.
    pub(super) fn at(
        &mut self,
        path: &str,
        at: Position,
        message: impl Into<String>,
        fix: impl Into<String>,
    ) {
        self.found.push(Finding {
            path: path.to_owned(),
            line: Some(at.line),
            column: Some(at.column),
            rule: self.rule,
            message: message.into(),
            fix: fix.into(),
        });
    }

    /// At a value.
    pub(super) fn on(&mut self, path: &str, node: &Node, message: impl Into<String>, fix: impl Into<String>) {
        self.at(path, node.at, message, fix);
    }

    /// About a file as a whole, one that is missing too.
    pub(super) fn about(&mut self, path: &str, message: impl Into<String>, fix: impl Into<String>) {
        self.found.push(Finding {
            path: path.to_owned(),
            line: None,
            column: None,
            rule: self.rule,
            message: message.into(),
            fix: fix.into(),
        });
    }

    pub(super) fn into_vec(self) -> Vec<Finding> {
        self.found
    }
}
