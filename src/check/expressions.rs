//! Every PromQL expression of the repository, wherever it stands.

use std::collections::BTreeMap;

use super::files::Files;
use super::markdown::Page;
use super::node::{Node, Position};
use super::promql::Parsed;
use super::rules::Rule;

/// An expression and where it is.
pub(super) struct Expression<'f> {
    pub(super) path: &'f str,
    pub(super) at: Position,
    /// Parsed, or why it cannot be.
    pub(super) query: Parsed,
}

/// The expressions of rules, objectives, dashboards, canary analyses, KPIs, policies and runbooks.
pub(super) fn gather<'f>(
    files: &'f Files,
    rules: &[Rule<'f>],
    pages: &BTreeMap<&'f str, Page>,
) -> Vec<Expression<'f>> {
    let mut found = Vec::new();
    let mut add = |path: &'f str, node: Option<&'f Node>| {
        if let Some((node, text)) = node.and_then(|node| Some((node, node.text()?))) {
            found.push(Expression { path, at: node.at, query: files.query(text) });
        }
    };
    for rule in rules {
        add(rule.path, rule.node.get("expr"));
    }
    for (path, document) in files.documents("ops/slo/", &[".yaml", ".yml"]) {
        for measure in ["bad", "good", "total"] {
            let measure = format!("spec.indicator.spec.ratioMetric.{measure}.metricSource.spec.query");
            add(path, document.at(&measure));
        }
    }
    for (path, dashboard) in files.documents("ops/dashboards/", &[".json"]) {
        for target in dashboard.items_at("panels").iter().flat_map(|panel| panel.items_at("targets")) {
            add(path, target.get("expr"));
        }
    }
    for (path, document) in files.documents("deploy/", &[".yaml", ".yml"]) {
        if document.text_at("kind") == Some("AnalysisTemplate") {
            for metric in document.items_at("spec.metrics") {
                add(path, metric.at("provider.prometheus.query"));
            }
        }
    }
    for kpi in files.document("ops/kpis.toml").map_or(&[][..], |kpis| kpis.items_at("kpi")) {
        if kpi.text_at("source") == Some("prometheus") {
            add("ops/kpis.toml", kpi.get("query"));
        }
    }
    let path = "ops/slo/error-budget-policy.toml";
    if let Some(policy) = files.document(path) {
        add(path, policy.get("requests"));
        for slo in policy.items_at("slo") {
            add(path, slo.get("query"));
        }
    }
    for (path, page) in pages {
        for block in page.blocks.iter().filter(|block| block.language == "promql") {
            // A blank line separates expressions.
            let mut line = block.at.line;
            for part in block.text.split("\n\n") {
                if !part.trim().is_empty() {
                    found.push(Expression {
                        path,
                        at: Position { line, ..block.at },
                        query: files.query(part),
                    });
                }
                line += part.matches('\n').count() + 2;
            }
        }
    }
    found
}
