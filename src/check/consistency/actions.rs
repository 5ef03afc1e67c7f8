//! Actions are pinned by commit, the comment names the release of that commit, and the inputs are ones it takes.

use super::Invariant;
use crate::check::finding::Findings;
use crate::check::node::{Node, read_toml};
use crate::check::repository::Repository;
use crate::check::workflow::Job;

pub(super) const PINNED: Invariant = Invariant {
    rule: "actions.pinned",
    title: "every action is pinned by the commit of the release that its comment names, and gets inputs that it takes",
    needs: &[".github/workflows/"],
    check: pinned,
};

/// Releases that are known; nothing is said of others but that they are pinned.
const KNOWN: &str = include_str!("actions.toml");

fn pinned(repository: &Repository<'_>, findings: &mut Findings) {
    let known = read_toml(KNOWN).ok();
    let known = known.as_ref().map_or(&[][..], |known| known.items_at("action"));
    for workflow in &repository.workflows {
        let lines: Vec<&str> = repository.files.text(workflow.path).unwrap_or_default().lines().collect();
        let called = workflow.jobs.iter().map(|job| job.node);
        let steps = workflow.jobs.iter().flat_map(Job::steps);
        for caller in called.chain(steps) {
            let Some(uses) = caller.get("uses") else { continue };
            let line = lines.get(uses.at.line.saturating_sub(1)).copied().unwrap_or_default();
            let comment = line.split_once(" # ").map_or("", |(_, comment)| comment).trim();
            is_pinned(workflow.path, uses, comment, findings);
            if let Some(text) = uses.text() {
                agrees_with_release(workflow.path, uses, text, comment, caller.get("with"), known, findings);
            }
        }
    }
}

fn is_pinned(path: &str, uses: &Node, comment: &str, findings: &mut Findings) {
    let Some(text) = uses.text() else { return };
    // An action or workflow of this repository has its commit.
    if text.starts_with("./") || text.starts_with("docker://") {
        return;
    }
    let reference = text.rsplit_once('@').map_or("", |(_, reference)| reference);
    let is_commit = reference.len() == 40 && reference.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_commit {
        let message = format!("`{text}` follows `{reference}`, which its owner can move to other code");
        findings.on(
            path,
            uses,
            message,
            "pin the 40 digits of a commit, with the release in a comment: `@COMMIT # v1.2.3`",
        );
    } else if comment.is_empty() {
        let message = format!("`{text}` does not say which release it is");
        findings.on(
            path,
            uses,
            message,
            "add the release as a comment, ` # v1.2.3`: updates and readers go by it",
        );
    }
}

fn agrees_with_release(
    path: &str,
    uses: &Node,
    text: &str,
    comment: &str,
    with: Option<&Node>,
    known: &[Node],
    findings: &mut Findings,
) {
    let Some((name, commit)) = text.rsplit_once('@') else { return };
    let tag = comment.split_whitespace().next().unwrap_or_default();
    let Some(release) = known.iter().find(|action| action.text_at("name") == Some(name)) else { return };
    let (Some(known_tag), Some(known_commit)) = (release.text_at("tag"), release.text_at("commit")) else {
        return;
    };
    if tag == known_tag && commit != known_commit {
        let message =
            format!("the release {tag} of `{name}` is the commit {known_commit}, and this is another one");
        findings.on(
            path,
            uses,
            message,
            "pin the commit of the release, or name the release that this commit is",
        );
    }
    if tag != known_tag && commit == known_commit {
        let message =
            format!("this commit of `{name}` is the release {known_tag}, and the comment says `{tag}`");
        findings.on(path, uses, message, format!("write ` # {known_tag}`"));
    }
    // The inputs of another release are not known.
    if commit != known_commit {
        return;
    }
    let given = with.map_or(&[][..], Node::entries);
    let inputs: Vec<&str> = release.items_at("inputs").iter().filter_map(Node::text).collect();
    for (input, _) in given {
        if !inputs.contains(&input.text.as_str()) {
            let message = format!("`{name}` {known_tag} has no input `{}`, and ignores it", input.text);
            let hint = crate::nearest::did_you_mean(&input.text, inputs.iter().copied());
            findings.at(path, input.at, message, format!("correct the name; {hint}"));
        }
    }
    for required in release.items_at("required").iter().filter_map(Node::text) {
        if !given.iter().any(|(input, _)| input.text == required) {
            let message = format!("`{name}` {known_tag} needs the input `{required}`");
            findings.on(path, uses, message, format!("add `{required}` to its `with`"));
        }
    }
}
