//! The platform waits longer for the service to stop than the service takes.

use super::Invariant;
use crate::check::finding::Findings;
use crate::check::node::Node;
use crate::check::repository::Repository;

pub(super) const STOPS: Invariant = Invariant {
    rule: "delivery.stops",
    title: "the platform waits longer for a process to end than drain and shutdown take",
    needs: &["config/environments/", "deploy/"],
    check: stops,
};

fn stops(repository: &Repository<'_>, findings: &mut Findings) {
    let files = repository.files;
    for environment in files.below("config/environments/", &[".env"]) {
        let text = files.text(environment).unwrap_or_default();
        let milliseconds = |key: &str| {
            let value = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
            value.and_then(|value| value.trim().parse::<f64>().ok())
        };
        let (Some(drain), Some(shutdown)) = (milliseconds("DRAIN_MS"), milliseconds("SHUTDOWN_MS")) else {
            continue;
        };
        let needed = (drain + shutdown) / 1000.0;
        let mut look = |path: &str, node: &Node, seconds: Option<f64>| {
            if seconds.is_some_and(|seconds| seconds <= needed) {
                let message = format!(
                    "the process is killed after {} s, and {environment} gives it {needed} s to drain and finish",
                    seconds.unwrap_or_default()
                );
                findings.on(path, node, message, "raise it above DRAIN_MS + SHUTDOWN_MS, or lower those");
            }
        };
        for (path, manifest) in files.documents("deploy/", &[".yaml", ".yml"]) {
            if let Some(grace) = manifest.at("spec.template.spec.terminationGracePeriodSeconds") {
                look(path, grace, grace.number());
            }
            for (_, service) in manifest.get("services").map_or(&[][..], Node::entries) {
                if let Some(grace) = service.get("stop_grace_period") {
                    let seconds = grace.text().and_then(|text| text.strip_suffix('s')?.parse().ok());
                    look(path, grace, seconds);
                }
            }
        }
    }
}
