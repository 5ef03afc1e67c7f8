//! What was found, as SARIF 2.1.0: what code scanning of GitHub and others shows beside the line.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::check::{Checked, Finding, Report, Severity};
use crate::pack::Weight;

/// The log of one run.
pub(super) fn log(report: &Report) -> Value {
    let rules: Vec<Value> = report.checked.iter().map(of_rule).collect();
    let results = report.checked.iter().enumerate();
    let results: Vec<Value> = results
        .flat_map(|(index, checked)| {
            checked.findings.iter().map(move |found| of_finding(index, checked, found))
        })
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {
                "driver": {
                    "name": "goldpath",
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "rules": rules,
                }
            },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn of_rule(checked: &Checked) -> Value {
    let mut tags = vec![checked.family.name().to_owned()];
    let mut rule = json!({
        "id": checked.rule,
        "shortDescription": { "text": checked.title },
        "defaultConfiguration": { "level": level(checked) },
    });
    if let Some(control) = &checked.control {
        rule["fullDescription"] = json!({ "text": control.description });
        rule["help"] = json!({ "text": control.remedy });
        let ids = |(framework, ids): (&String, &Vec<String>)| {
            ids.iter().map(|id| format!("supports {framework} {id}")).collect::<Vec<_>>()
        };
        tags.extend(control.supports.iter().flat_map(ids));
    }
    rule["properties"] = json!({ "tags": tags });
    rule
}

fn level(checked: &Checked) -> &'static str {
    match checked.control.as_ref().map(|control| control.severity) {
        Some(Weight::Low) => "note",
        Some(Weight::Medium) => "warning",
        Some(Weight::High | Weight::Critical) | None => "error",
    }
}

fn of_finding(index: usize, checked: &Checked, finding: &Finding) -> Value {
    let mut region = Map::new();
    // GitHub shows only what has a line.
    region.insert("startLine".to_owned(), finding.line.unwrap_or(1).into());
    if let Some(column) = finding.column {
        region.insert("startColumn".to_owned(), column.into());
    }
    let mut result = json!({
        "ruleId": finding.rule,
        "level": if finding.severity == Severity::Notice { "note" } else { level(checked) },
        "message": { "text": format!("{}\nfix: {}", finding.message, finding.fix) },
        "locations": [{
            "physicalLocation": {
                "artifactLocation": { "uri": encoded(&finding.path), "uriBaseId": "%SRCROOT%" },
                "region": region,
            }
        }],
    });
    // What could not be read is told under a rule of its own.
    if finding.rule == checked.rule {
        result["ruleIndex"] = index.into();
    }
    if let Some(waiver) = &finding.waived {
        result["suppressions"] =
            json!([{ "kind": "external", "status": "accepted", "justification": waiver }]);
    }
    result
}

/// A path as a relative URI.
fn encoded(path: &str) -> String {
    let mut uri = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::encoded;

    #[test]
    fn a_path_becomes_a_uri() {
        assert_eq!(encoded("docs/a b%ä.md"), "docs/a%20b%25%C3%A4.md");
    }
}
