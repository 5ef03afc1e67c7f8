//! How a release reaches users: the policy of each environment, and what the manifests do.

use serde_json::{Map, Value, json};

use super::document::number;
use crate::check::duration::minutes_of;
use crate::check::files::Files;
use crate::check::node::Node;

const POLICIES: &str = "ops/rollout/";
const ENVIRONMENTS: &str = "ops/github/environments/";
const MANIFESTS: [&str; 2] = [".yaml", ".yml"];

pub(super) fn facts(files: &Files) -> Value {
    let policies: Map<String, Value> = files
        .documents(POLICIES, &[".json"])
        .filter_map(|(path, policy)| {
            let fact = json!({
                "path": path,
                "strategy": policy.text_at("rollout.strategy"),
                "step": policy.at("rollout.step").and_then(Node::number).map(number),
                "alerts": texts(policy.items_at("alerts")),
            });
            Some((policy.text_at("environment")?.to_owned(), fact))
        })
        .collect();
    let environments: Map<String, Value> = files
        .documents(ENVIRONMENTS, &[".json"])
        .filter_map(|(path, environment)| {
            let fact = json!({
                "path": path,
                "reviewer_teams": texts(environment.items_at("reviewer_teams")),
                "prevent_self_review": environment.at("body.prevent_self_review").is_some_and(Node::is_true),
                "branches": texts(environment.items_at("branches")),
            });
            Some((environment.text_at("environment")?.to_owned(), fact))
        })
        .collect();
    let mut platforms = Vec::new();
    for platform in ["compose", "kubernetes"] {
        if files.below(&format!("deploy/{platform}/"), &[""]).next().is_some() {
            platforms.push(platform);
        }
    }
    json!({
        "platforms": platforms,
        "policies": policies,
        "environments": environments,
        "canary": canary(files),
    })
}

fn texts(items: &[Node]) -> Vec<&str> {
    items.iter().filter_map(Node::text).collect()
}

/// The Rollout with canary steps, if there is one.
fn canary(files: &Files) -> Option<Value> {
    let (path, canary) = files
        .documents("deploy/kubernetes/", &MANIFESTS)
        .filter(|(_, document)| document.text_at("kind") == Some("Rollout"))
        .find_map(|(path, document)| Some((path, document.at("spec.strategy.canary")?)))?;
    let mut steps: Vec<Value> = Vec::new();
    let (mut weight, mut minutes, mut approval) = (None, 0.0, false);
    let mut end = |weight: Option<f64>, minutes: f64, approval: bool| {
        if let Some(weight) = weight {
            steps.push(json!({ "weight": number(weight), "minutes": number(minutes), "approval": approval }));
        }
    };
    for step in canary.items_at("steps") {
        if let Some(next) = step.at("setWeight").and_then(Node::number) {
            end(weight.replace(next), minutes, approval);
            (minutes, approval) = (0.0, false);
        } else if let Some(pause) = step.get("pause") {
            match pause.get("duration").and_then(minutes_of) {
                Some(more) => minutes += more,
                None => approval = true,
            }
        }
    }
    end(weight, minutes, approval);
    let templates: Vec<&str> = canary
        .items_at("analysis.templates")
        .iter()
        .filter_map(|template| template.text_at("templateName"))
        .collect();
    let mut judged: Vec<&str> = files
        .documents("deploy/kubernetes/", &MANIFESTS)
        .filter(|(_, document)| document.text_at("kind") == Some("AnalysisTemplate"))
        .filter(|(_, document)| {
            document.text_at("metadata.name").is_some_and(|name| templates.contains(&name))
        })
        .flat_map(|(_, document)| document.items_at("spec.metrics"))
        .filter(|metric| metric.text_at("failureCondition").is_some_and(|condition| condition != "false"))
        .filter_map(|metric| metric.text_at("name"))
        .collect();
    judged.sort_unstable();
    judged.dedup();
    Some(json!({ "path": path, "line": canary.at.line, "steps": steps, "judged_by": judged }))
}
