//! What was found, for programs.

use serde_json::{Value, json};

use crate::check::{Checked, Day, Family, Finding, Gap, Level, Report, Step, Subject};

/// The JSON Schema that every report obeys.
pub(super) const SCHEMA: &str = include_str!("report.schema.json");

/// The whole report.
pub(super) fn report(subject: &Subject<'_>, today: Day, report: &Report) -> Value {
    let checked = &report.checked;
    let findings: Vec<Value> = checked
        .iter()
        .flat_map(|checked| checked.findings.iter().map(|finding| of_finding(checked.family, finding)))
        .collect();
    json!({
        "schema_version": 1,
        "locked": subject.lock.is_some(),
        "commit": subject.commit(),
        "today": today.to_string(),
        "checked": checked.iter().map(of_checked).collect::<Vec<_>>(),
        "findings": findings,
        "level": report.level.as_ref().map(of_level),
    })
}

fn of_level(level: &Level) -> Value {
    json!({
        "meets": level.meets().map(|step| &step.preset),
        "next": level.next().map(|step| &step.preset),
        "presets": level.steps.iter().map(of_step).collect::<Vec<_>>(),
    })
}

fn of_step(step: &Step) -> Value {
    json!({
        "preset": step.preset,
        "controls": step.controls,
        "holding": step.holding(),
        "percent": step.percent(),
        "missing": step.gaps.iter().map(of_gap).collect::<Vec<_>>(),
    })
}

fn of_gap(gap: &Gap) -> Value {
    json!({
        "control": gap.id,
        "title": gap.title,
        "promise": gap.promise,
        "effort": gap.effort,
        "severity": gap.severity,
        "remedy": gap.remedy,
        "findings": gap.findings,
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
        "control": checked.control,
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
