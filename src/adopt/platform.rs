//! Where the service runs.

use super::finding::{Finding, Subject, Sure};
use super::held::{Held, is_yaml, line_with};

/// What is deployed to Kubernetes; the first line of such a manifest that says so.
const KINDS: [&str; 4] = ["kind: Deployment", "kind: Rollout", "kind: StatefulSet", "kind: Kustomization"];
/// No repository needs more of its YAML looked at.
const LIMIT: usize = 200;

/// Kubernetes where there are manifests of it. A Compose file may be for laptops only: it says nothing.
pub(super) fn find(held: &Held<'_>) -> Option<Finding> {
    let chart = held.names().find(|name| *name == "Chart.yaml" || name.ends_with("/Chart.yaml"));
    let evidence = match chart {
        Some(chart) => held.evidence(chart, None, "is a Helm chart"),
        None => held
            .names()
            .filter(|name| !name.starts_with(".github/"))
            .filter(|name| is_yaml(name))
            .take(LIMIT)
            .find_map(|name| {
                let text = held.text(name)?;
                let (line, kind) = KINDS.iter().find_map(|kind| Some((line_with(&text, &[kind])?, *kind)))?;
                Some(held.evidence(name, Some(line), &format!("is of Kubernetes ({kind})")))
            })?,
    };
    Some(Finding::new(Subject::Platform, "kubernetes", Sure::Likely, vec![evidence]))
}
