//! Prometheus rules: what is recorded and what raises an alert.

use super::files::Files;
use super::node::Node;
use super::promql::{Parsed, Query};

/// One recording or alerting rule.
pub(super) struct Rule<'f> {
    pub(super) path: &'f str,
    pub(super) kind: RuleKind,
    pub(super) name: &'f str,
    /// The value of `record` or `alert`.
    pub(super) at: &'f Node,
    pub(super) node: &'f Node,
    expression: Option<Parsed>,
}

/// What a rule makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RuleKind {
    Alert,
    Recording,
}

impl<'f> Rule<'f> {
    /// The value of a label that the rule sets.
    pub(super) fn label(&self, name: &str) -> Option<&'f str> {
        self.node.get("labels")?.text_at(name)
    }

    /// The expression, if it is valid.
    pub(super) fn query(&self) -> Option<&Query> {
        self.expression.as_ref()?.as_ref().as_ref().ok()
    }

    /// The text of an annotation.
    pub(super) fn annotation(&self, name: &str) -> Option<&'f str> {
        self.node.get("annotations")?.text_at(name)
    }
}

/// Every rule of every rule file below `ops/`.
pub(super) fn read(files: &Files) -> Vec<Rule<'_>> {
    let groups = files
        .documents("ops/", &[".yml", ".yaml"])
        .flat_map(|(path, document)| document.items_at("groups").iter().map(move |group| (path, group)));
    groups
        .flat_map(|(path, group)| group.items_at("rules").iter().map(move |rule| (path, rule)))
        .filter_map(|(path, node)| {
            let (kind, at) = match (node.get("alert"), node.get("record")) {
                (Some(alert), _) => (RuleKind::Alert, alert),
                (None, Some(record)) => (RuleKind::Recording, record),
                (None, None) => return None,
            };
            let expression = node.text_at("expr").map(|text| files.query(text));
            Some(Rule { path, kind, name: at.text()?, at, node, expression })
        })
        .collect()
}
