//! What the pipelines do, read into what a control asks: events, permissions, jobs, and the make targets of each step.
//!
//! Text that is not there is empty and not null: policies hand it to functions that want text.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::document::of_node;
use crate::check::files::Files;
use crate::check::makefile::asked;
use crate::check::node::Node;
use crate::check::workflow::{self, Workflow};

pub(super) fn facts(files: &Files) -> Map<String, Value> {
    workflow::read(files).iter().map(|workflow| (workflow.path.to_owned(), of_workflow(workflow))).collect()
}

fn of_workflow(workflow: &Workflow<'_>) -> Value {
    let jobs: Map<String, Value> =
        workflow.jobs.iter().map(|job| (job.id.to_owned(), of_job(job.context(), job.node))).collect();
    json!({
        "name": workflow.node.text_at("name"),
        "on": events(workflow.node),
        "permissions": workflow.node.get("permissions").map(of_node),
        "concurrency": workflow.node.get("concurrency").is_some(),
        "jobs": jobs,
    })
}

/// The names of the events, however `on` is written.
fn events(workflow: &Node) -> BTreeSet<&str> {
    let Some(on) = workflow.get("on") else { return BTreeSet::new() };
    let named = on.text().into_iter().chain(on.items().iter().filter_map(Node::text));
    named.chain(on.entries().iter().map(|(name, _)| name.text.as_str())).collect()
}

fn of_job(context: &str, job: &Node) -> Value {
    let needs = job.get("needs");
    let needs: Vec<&str> = needs
        .and_then(Node::text)
        .into_iter()
        .chain(needs.map_or(&[][..], Node::items).iter().filter_map(Node::text))
        .collect();
    let environment = job.get("environment");
    let mut secrets = BTreeSet::new();
    job.walk(&mut |node| {
        secrets.extend(
            node.text().into_iter().flat_map(workflow::secrets_read).map(|(_, name)| name.to_owned()),
        );
    });
    json!({
        "name": context,
        "line": job.at.line,
        "if": job.text_at("if").unwrap_or_default(),
        "needs": needs,
        "uses": job.text_at("uses").unwrap_or_default(),
        "permissions": job.get("permissions").map(of_node),
        "timeout_minutes": job.get("timeout-minutes").map(of_node),
        "environment": environment.and_then(|at| at.text().or_else(|| at.text_at("name"))).unwrap_or_default(),
        "secrets": secrets,
        "steps": job.items_at("steps").iter().map(of_step).collect::<Vec<_>>(),
    })
}

fn of_step(step: &Node) -> Value {
    let run = step.text_at("run");
    let make: Vec<String> = run.unwrap_or_default().lines().flat_map(|line| asked(line.trim())).collect();
    json!({
        "name": step.text_at("name").unwrap_or_default(),
        "line": step.at.line,
        "if": step.text_at("if").unwrap_or_default(),
        "uses": step.text_at("uses").unwrap_or_default(),
        "with": step.get("with").map_or_else(|| json!({}), of_node),
        "run": run.unwrap_or_default(),
        "make": make,
    })
}
