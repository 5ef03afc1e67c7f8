//! Every alert has its runbook, and every runbook is found by somebody.

use super::Invariant;
use crate::check::finding::Findings;
use crate::check::markdown::Page;
use crate::check::repository::Repository;

pub(super) const EXIST: Invariant = Invariant {
    rule: "runbooks.exist",
    title: "every alert links to a runbook of its name, with meaning, impact, diagnosis and mitigation",
    needs: &["ops/slo/", FOLDER],
    check: exist,
};

pub(super) const LINKED: Invariant = Invariant {
    rule: "runbooks.reached",
    title: "every runbook belongs to an alert, or an alert's runbook or the on-call page links to it",
    needs: &["ops/slo/", FOLDER],
    check: reached,
};

const FOLDER: &str = "docs/runbooks/";
const SECTIONS: [&str; 4] = ["Meaning", "Impact", "Diagnosis", "Mitigation"];

fn exist(repository: &Repository<'_>, findings: &mut Findings) {
    for alert in repository.alerts() {
        let path = format!("{FOLDER}{}.md", alert.name);
        if let Some(url) =
            alert.node.get("annotations").and_then(|annotations| annotations.get("runbook_url"))
            && let Some(text) = url.text()
            && !text.split(['#', '?']).next().unwrap_or_default().ends_with(&path)
        {
            let message =
                format!("the runbook of `{}` is {path}, and its `runbook_url` is {text}", alert.name);
            findings.on(alert.path, url, message, "link the file that is named for the alert");
        }
        let Some(page) = repository.pages.get(path.as_str()) else {
            let message = format!("alert `{}` has no runbook {path}", alert.name);
            findings.on(
                alert.path,
                alert.at,
                message,
                "write it, with the sections Meaning, Impact, Diagnosis, Mitigation",
            );
            continue;
        };
        for section in SECTIONS {
            if !page.headings.iter().any(|heading| heading.text == section) {
                let message = format!("the runbook of `{}` has no section `{section}`", alert.name);
                findings.about(&path, message, "add it: the person on call looks for it by this name");
            }
        }
    }
}

fn reached(repository: &Repository<'_>, findings: &mut Findings) {
    let is_of_an_alert = |path: &str| {
        let name = path.strip_prefix(FOLDER).and_then(|name| name.strip_suffix(".md"));
        name.is_some_and(|name| repository.alerts().any(|alert| alert.name == name))
    };
    let on_call = repository.on_call_page();
    let runbooks = repository.files.below(FOLDER, &[".md"]);
    for path in runbooks.filter(|path| !is_of_an_alert(path)) {
        let file = path.strip_prefix(FOLDER).unwrap_or(path);
        let links_here = |from: &str, page: &Page| {
            from != path
                && page
                    .links
                    .iter()
                    .any(|link| link.text.split('#').next().is_some_and(|to| to.ends_with(file)))
        };
        let found = repository
            .pages
            .iter()
            .any(|(from, page)| (is_of_an_alert(from) || *from == on_call) && links_here(from, page));
        if !found {
            let message =
                "no alert has this name, and neither an alert's runbook nor the on-call page links here";
            let fix = format!("link it from {on_call} or from the runbook of an alert, or remove it");
            findings.about(path, message, fix);
        }
    }
}
