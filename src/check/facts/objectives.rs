//! The objectives, and the alerts that guard them.

use serde_json::{Value, json};

use super::super::node::Node;
use super::document::number;
use crate::check::files::Files;
use crate::check::slo;

pub(super) fn slos(files: &Files) -> Vec<Value> {
    let of = |slo: &slo::Slo<'_>| {
        json!({
            "name": slo.name,
            "path": slo.path,
            "line": slo.target_at.at.line,
            "objective": number(slo.percent()),
            "period": slo.period,
            "bound_seconds": slo.bound.as_ref().and_then(|bound| bound.parse().ok()).map(number),
        })
    };
    slo::read(files).iter().map(of).collect()
}

pub(super) fn alerts(files: &Files) -> Vec<Value> {
    let groups = files
        .documents("ops/", &[".yml", ".yaml"])
        .flat_map(|(path, document)| document.items_at("groups").iter().map(move |group| (path, group)));
    groups
        .flat_map(|(path, group)| group.items_at("rules").iter().map(move |rule| (path, rule)))
        .filter_map(|(path, rule)| {
            let name = rule.get("alert")?;
            let label = |label: &str| rule.get("labels").and_then(|labels| labels.text_at(label));
            Some(json!({
                "name": name.text(),
                "path": path,
                "line": name.at.line,
                "severity": label("severity"),
                "priority": label("priority"),
                "tier": label("tier"),
                "slo": label("slo"),
                "team": label("team"),
                "runbook_url": rule.get("annotations").and_then(|notes: &Node| notes.text_at("runbook_url")),
            }))
        })
        .collect()
}
