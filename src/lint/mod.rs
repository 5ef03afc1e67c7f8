//! What is wrong with a pack, found before its users find it: every preset, with every stack.

mod components;
mod controls;
mod files;
mod manifest;
mod migrations;
mod releases;
mod stacks;
mod tried;

use std::collections::BTreeSet;
use std::fmt;

use self::tried::Tried;
use crate::pack::Pack;

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The rule that it breaks.
    pub rule: &'static str,
    /// Where.
    pub place: String,
    /// What is wrong.
    pub message: String,
}

impl Finding {
    fn new(rule: &'static str, place: impl Into<String>, message: impl Into<String>) -> Self {
        Self { rule, place: place.into(), message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} [{}]", self.place, self.message, self.rule)
    }
}

/// Everything that is wrong, each once.
#[must_use]
pub fn lint(pack: &Pack) -> Vec<Finding> {
    let mut findings = BTreeSet::from_iter(mistakes(pack));
    findings.extend(releases::findings(pack));
    findings.into_iter().collect()
}

/// What is wrong with this version, whatever the pack keeps of others.
#[must_use]
pub(crate) fn mistakes(pack: &Pack) -> Vec<Finding> {
    let unanswered = manifest::unanswered(&pack.questions);
    // Without an answer nothing resolves, which would only be told once more.
    let tried = if unanswered.is_empty() { Tried::all(pack) } else { Tried::none(pack) };
    let mut findings = BTreeSet::from_iter(unanswered);
    findings.extend(manifest::findings(pack));
    findings.extend(controls::findings(pack));
    findings.extend(components::findings(pack, &tried));
    findings.extend(migrations::findings(pack, &tried));
    findings.extend(tried.findings());
    findings.into_iter().collect()
}
