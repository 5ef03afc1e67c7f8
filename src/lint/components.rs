//! The components: whether anything reaches them, and what their files are.

use memchr::memmem::find;

use super::Finding;
use super::tried::Tried;
use crate::pack::source::PackFile;
use crate::pack::{Component, ComponentKind, Pack, Question, QuestionKind};
use crate::render::SUFFIX;

/// What is wrong with them.
pub(super) fn findings(pack: &Pack, tried: &Tried<'_>) -> Vec<Finding> {
    let mut findings = without_manifest(pack);
    for component in pack.components.values() {
        match tried.reached.get(component.name.as_str()) {
            // What was not resolved may be what reaches it.
            None if tried.is_resolved() => {
                findings.push(unreachable(component));
                continue;
            }
            Some(reached) if tried.is_rendered() => {
                let rules = component.files.iter().enumerate();
                for (_, rule) in rules.filter(|(index, _)| !reached.rules.contains(index)) {
                    let message = format!("`match = \"{}\"` matches no rendered file first", rule.glob);
                    findings.push(Finding::new("idle-glob", component.file(), message));
                }
                let globs = component.executable.iter().enumerate();
                for (_, glob) in globs.filter(|(index, _)| !reached.executable.contains(index)) {
                    let message = format!("`{glob}` of `executable` matches no rendered file");
                    findings.push(Finding::new("idle-glob", component.file(), message));
                }
            }
            _ => {}
        }
        findings.extend(files(pack, component));
    }
    findings
}

fn unreachable(component: &Component) -> Finding {
    let message = match component.kind {
        ComponentKind::Stack => "no preset renders with this stack",
        ComponentKind::Component => "no preset reaches this component",
    };
    Finding::new("unreachable", format!("templates/{}", component.name), message)
}

/// The folders of templates that are no component.
fn without_manifest(pack: &Pack) -> Vec<Finding> {
    let mut strangers: Vec<&str> = pack
        .paths_below("templates/")
        .filter_map(|path| Some(path.strip_prefix("templates/")?.split_once('/')?.0))
        .filter(|folder| !pack.components.contains_key(*folder))
        .collect();
    strangers.dedup();
    let message = "it has no `component.toml`, so nothing of it is rendered";
    strangers
        .into_iter()
        .map(|folder| Finding::new("no-component", format!("templates/{folder}"), message))
        .collect()
}

fn files(pack: &Pack, component: &Component) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, file) in pack.files_of(&component.name, "files") {
        let place = format!("templates/{}/files/{path}", component.name);
        for question in pack.questions.iter().filter(|question| is_unguarded(question)) {
            if names_value(pack, path, &question.key) {
                let message = format!(
                    "its name holds `{}`, which has no `pattern`: any path could result",
                    question.key
                );
                findings.push(Finding::new("unguarded-name", place.clone(), message));
            }
        }
        if let PackFile::Regular(bytes) = file
            && !path.ends_with(SUFFIX)
            && pack.delimiters.value.iter().all(|sign| find(bytes, sign.as_bytes()).is_some())
        {
            let message = "looks like a template, and is copied as it is: it lacks the `.tera` suffix";
            findings.push(Finding::new("unrendered", place, message));
        }
    }
    findings
}

/// Text that a person may type as they like.
fn is_unguarded(question: &Question) -> bool {
    matches!(question.kind, QuestionKind::String | QuestionKind::List) && question.pattern.is_none()
}

/// Whether an expression in a file's name reads this answer.
fn names_value(pack: &Pack, path: &str, key: &str) -> bool {
    let [open, close] = &pack.delimiters.value;
    path.split(open.as_str()).skip(1).filter_map(|rest| rest.split(close.as_str()).next()).any(|expression| {
        expression.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == key)
    })
}
