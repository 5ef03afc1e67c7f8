//! What was looked at, and what came of it.

use std::borrow::Cow;

use serde::Serialize;

use super::finding::{Finding, Findings, Severity};
use crate::pack::Control;

/// A question that can be asked of a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Family {
    /// Are the managed files as the path rendered them, and is goldpath.toml what goldpath.lock records.
    Drift,
    /// Is there a newer version of the pack, and is goldpath.lock what its version renders.
    Version,
    /// Does the repository keep the promises of its preset.
    Controls,
    /// Do the files agree with each other.
    Consistency,
}

impl Family {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 4] = [Self::Drift, Self::Version, Self::Controls, Self::Consistency];

    /// As `--only` and reports have it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Drift => "drift",
            Self::Version => "version",
            Self::Controls => "controls",
            Self::Consistency => "consistency",
        }
    }
}

/// One promise that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The question that it belongs to.
    pub family: Family,
    /// Its stable name.
    pub rule: Cow<'static, str>,
    /// What holds when there is no finding.
    pub title: Cow<'static, str>,
    /// What would have to be there for it to apply, and is not.
    pub missing: Option<Cow<'static, str>>,
    /// What does not hold.
    pub findings: Vec<Finding>,
    /// What the pack says of it, of a control.
    pub control: Option<Control>,
}

impl Checked {
    /// One that applies, with what was found.
    pub(super) fn of(
        family: Family,
        rule: &'static str,
        title: &'static str,
        find: impl FnOnce(&mut Findings),
    ) -> Self {
        let mut findings = Findings::of(rule);
        find(&mut findings);
        Self {
            family,
            rule: rule.into(),
            title: title.into(),
            missing: None,
            findings: findings.into_vec(),
            control: None,
        }
    }

    /// The same with findings that fail no check.
    pub(super) fn into_notice(mut self) -> Self {
        for finding in &mut self.findings {
            finding.severity = Severity::Notice;
        }
        self
    }

    /// Whether nothing of it fails the check.
    #[must_use]
    pub fn holds(&self) -> bool {
        !self.findings.iter().any(Finding::counts)
    }
}
