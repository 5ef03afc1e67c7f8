//! The checks that the branch rules wait for are published by jobs.

use super::Invariant;
use crate::check::finding::Findings;
use crate::check::node::Node;
use crate::check::repository::Repository;

pub(super) const CONTEXTS: Invariant = Invariant {
    rule: "ci.required-contexts",
    title: "every required check is a job that runs on pull requests and in the merge queue, and that fails when a job it needs did",
    needs: &[FOLDER, ".github/workflows/"],
    check: contexts,
};

const FOLDER: &str = "ops/github/";
const EVENTS: [&str; 2] = ["pull_request", "merge_group"];

fn contexts(repository: &Repository<'_>, findings: &mut Findings) {
    for (path, ruleset) in repository.files.documents(FOLDER, &[".json"]) {
        let rules = ruleset.items_at("rules").iter();
        let checks = rules
            .filter(|rule| rule.text_at("type") == Some("required_status_checks"))
            .flat_map(|rule| rule.items_at("parameters.required_status_checks"))
            .filter_map(|check| check.get("context"));
        for context in checks {
            context_is_published(repository, path, context, findings);
        }
    }
}

fn context_is_published(repository: &Repository<'_>, path: &str, context: &Node, findings: &mut Findings) {
    let Some(name) = context.text() else { return };
    let jobs =
        repository.workflows.iter().flat_map(|workflow| workflow.jobs.iter().map(move |job| (workflow, job)));
    let publishing: Vec<_> = jobs.filter(|(_, job)| job.context() == name).collect();
    if publishing.is_empty() {
        let message = format!(
            "the check `{name}` is required, and no job is called that: every pull request waits for ever"
        );
        findings.on(path, context, message, "give the job this `name`, or require another check");
    }
    for event in EVENTS {
        if !publishing.is_empty() && !publishing.iter().any(|(workflow, _)| workflow.runs_on(event)) {
            let (workflow, job) = publishing[0];
            let message = format!(
                "the required check `{name}` does not run on `{event}`, so it is never reported there"
            );
            findings.on(workflow.path, job.node, message, format!("add `{event}` to `on` of this workflow"));
        }
    }
    for (workflow, job) in publishing {
        let waits = job.node.get("needs").is_some();
        let always = job.node.text_at("if").is_some_and(|condition| condition.contains("always()"));
        if waits && !always {
            let message = format!(
                "`{name}` is skipped when a job that it needs fails, and GitHub takes skipped for passed"
            );
            findings.on(
                workflow.path,
                job.node,
                message,
                "add `if: always()` and let a step fail unless each needed job succeeded",
            );
        }
        let needs = job.node.get("needs");
        for needed in needs.map_or(&[][..], Node::items) {
            if !workflow.jobs.iter().any(|other| Some(other.id) == needed.text()) {
                let message = format!(
                    "`{name}` needs the job `{}`, which this workflow does not have",
                    needed.text().unwrap_or_default()
                );
                findings.on(workflow.path, needed, message, "name a job of this workflow");
            }
        }
    }
}
