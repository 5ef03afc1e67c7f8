//! What was found, for programs.

use serde_json::{Value, json};

use crate::check::{Checked, Family, Finding, Subject};

/// The whole report.
pub(super) fn report(subject: &Subject<'_>, checked: &[Checked]) -> Value {
    let findings: Vec<Value> = checked
        .iter()
        .flat_map(|checked| checked.findings.iter().map(|finding| of_finding(checked.family, finding)))
        .collect();
    json!({
        "schema_version": 1,
        "locked": subject.lock.is_some(),
        "commit": subject.commit(),
        "checked": checked.iter().map(of_checked).collect::<Vec<_>>(),
        "findings": findings,
    })
}

fn of_checked(checked: &Checked) -> Value {
    json!({
        "family": checked.family,
        "rule": checked.rule,
        "title": checked.title,
        "applies": checked.missing.is_none(),
        "missing": checked.missing,
        "holds": checked.holds(),
        "findings": checked.findings.len(),
    })
}

fn of_finding(family: Family, finding: &Finding) -> Value {
    json!({
        "family": family,
        "rule": finding.rule,
        "severity": finding.severity,
        "path": finding.path,
        "line": finding.line,
        "column": finding.column,
        "message": finding.message,
        "fix": finding.fix,
        "waived": finding.waived,
    })
}
