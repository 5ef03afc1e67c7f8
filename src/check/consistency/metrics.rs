//! Expressions are valid, and read what something exports or records.

use std::collections::BTreeSet;

use super::Invariant;
use crate::check::finding::Findings;
use crate::check::repository::Repository;
use crate::nearest::nearest;

pub(super) const VALID: Invariant = Invariant {
    rule: "promql.valid",
    title: "every PromQL expression is valid",
    needs: &["ops/"],
    check: valid,
};

pub(super) const EXPORTED: Invariant = Invariant {
    rule: "metrics.exported",
    title: "every metric that is read is exported by the service or recorded by a rule",
    needs: &[METRICS],
    check: exported,
};

/// What the service exports, as `make metrics-check` holds against the running service.
pub(in crate::check) const METRICS: &str = "ops/metrics.toml";

/// What Prometheus itself adds.
const OF_PROMETHEUS: [&str; 3] = ["up", "ALERTS", "ALERTS_FOR_STATE"];
/// What the platform's own exporters add, which no service can promise.
const OF_THE_PLATFORM: [&str; 6] =
    ["container_", "kube_", "node_", "scrape_", "prometheus_", "alertmanager_"];

fn valid(repository: &Repository<'_>, findings: &mut Findings) {
    for expression in &repository.expressions {
        if let Err(error) = expression.query.as_ref() {
            let error = error.lines().next().unwrap_or_default().to_owned();
            findings.at(
                expression.path,
                expression.at,
                format!("no valid PromQL: {error}"),
                "correct the expression; `promtool check rules` and the query page of Prometheus show where it breaks",
            );
        }
    }
}

fn exported(repository: &Repository<'_>, findings: &mut Findings) {
    let listed = repository.files.document(METRICS).map_or(&[][..], |metrics| metrics.items_at("metric"));
    let mut known = BTreeSet::new();
    for metric in listed {
        let Some(name) = metric.text_at("name") else { continue };
        if metric.text_at("type") == Some("histogram") {
            known.extend(["_bucket", "_count", "_sum"].map(|part| format!("{name}{part}")));
        } else {
            known.insert(name.to_owned());
        }
    }
    known.extend(repository.recordings().map(|rule| rule.name.to_owned()));
    known.extend(OF_PROMETHEUS.map(str::to_owned));
    for expression in &repository.expressions {
        let Ok(query) = expression.query.as_ref() else { continue };
        for metric in query.metrics() {
            if known.contains(metric) || OF_THE_PLATFORM.iter().any(|prefix| metric.starts_with(prefix)) {
                continue;
            }
            let nearest = nearest(metric, known.iter().map(String::as_str));
            let hint = nearest.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            findings.at(
                expression.path,
                expression.at,
                format!("`{metric}` is read here, and nothing exports or records it{hint}"),
                format!("correct the name, or export it and list it in {METRICS}"),
            );
        }
    }
}
