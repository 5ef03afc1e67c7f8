//! Service level objectives, as the OpenSLO documents state them.

use super::files::Files;
use super::node::Node;
use super::promql::label;

/// One objective.
pub(super) struct Slo<'f> {
    pub(super) path: &'f str,
    pub(super) service: &'f str,
    /// What alerts call it: `availability` for the document `orders-availability`.
    pub(super) name: &'f str,
    /// The share of good events, from 0 to 1.
    pub(super) target: f64,
    pub(super) target_at: &'f Node,
    /// The rolling period, as written: `30d`.
    pub(super) period: &'f str,
    /// The bucket that a latency objective counts, if it is one.
    pub(super) bound: Option<String>,
    /// The names of its alert policies.
    pub(super) policies: Vec<&'f Node>,
}

impl Slo<'_> {
    /// The share of bad events that the objective allows.
    pub(super) fn budget(&self) -> f64 {
        1.0 - self.target
    }

    /// The objective in percent, as people write it.
    pub(super) fn percent(&self) -> f64 {
        (self.target * 1e11).round() / 1e9
    }
}

/// Every objective below `ops/slo/`.
pub(super) fn read(files: &Files) -> Vec<Slo<'_>> {
    let documents = files.documents("ops/slo/", &[".yaml", ".yml"]);
    documents
        .filter(|(_, node)| node.text_at("kind") == Some("SLO"))
        .filter_map(|(path, node)| {
            let service = node.text_at("spec.service")?;
            let full = node.text_at("metadata.name")?;
            let target_at = node.items_at("spec.objectives").first()?.get("target")?;
            Some(Slo {
                path,
                service,
                name: full.strip_prefix(service).and_then(|rest| rest.strip_prefix('-')).unwrap_or(full),
                target: target_at.number()?,
                target_at,
                period: node.items_at("spec.timeWindow").first()?.text_at("duration")?,
                bound: bound_of(files, node),
                policies: node
                    .items_at("spec.alertPolicies")
                    .iter()
                    .filter_map(|policy| policy.get("alertPolicyRef"))
                    .collect(),
            })
        })
        .collect()
}

/// The `le` of the first query that selects a bucket.
fn bound_of(files: &Files, slo: &Node) -> Option<String> {
    let mut bound = None;
    slo.walk(&mut |node| {
        if let Some(text) = node.text_at("query")
            && let Ok(query) = files.query(text).as_ref()
        {
            let le = query.selectors().into_iter().find_map(|selector| label(selector, "le"));
            bound = bound.take().or_else(|| le.map(str::to_owned));
        }
    });
    bound
}
