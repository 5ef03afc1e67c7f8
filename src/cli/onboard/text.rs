//! The tour and the tools, for people.

use std::fmt::Write as _;

use super::doctor::{Doctor, Finding};
use crate::cli::explain::{of_budget, of_objective};
use crate::cli::output::{BAD, FAINT, NAME, STRONG};
use crate::explain::Tour;
use crate::onboard::Minimum;

/// The tasks of a first day.
pub(super) const TASKS: [&str; 6] = ["check", "run", "smoke", "test", "format", "help"];

/// The whole tour.
pub(super) fn tour(tour: &Tour) -> String {
    parts(tour).join("\n")
}

/// The tour in the parts in which it is told.
pub(super) fn parts(tour: &Tour) -> Vec<String> {
    let sections = sections(tour);
    sections
        .into_iter()
        .map(|(title, lines)| {
            let lines: Vec<String> = lines.iter().map(|line| format!("  {line}")).collect();
            format!("{STRONG}{title}{STRONG:#}\n{}\n", lines.join("\n"))
        })
        .collect()
}

/// The questions of a first day, and what this repository answers.
pub(super) fn sections(tour: &Tour) -> Vec<(String, Vec<String>)> {
    let mut does = tour.what.clone();
    if let Some(path) = &tour.path {
        let summary = path.summary.as_ref().map(|summary| format!(": {summary}")).unwrap_or_default();
        does.push(format!("It is on the path {}, preset {}{summary}", path.pack, path.preset));
        does.push(format!("Its stack is {}.", path.stack));
    }
    if !tour.platforms.is_empty() {
        does.push(format!("It runs on {}.", tour.platforms.join(" and ")));
    }
    let tasks = TASKS.iter().filter_map(|name| tour.task(name));
    let run = tasks.map(|task| format!("make {:<8} {}", task.name, task.does)).collect();
    let mut fails: Vec<String> =
        tour.objectives.iter().map(|objective| format!("it promises {}", of_objective(objective))).collect();
    fails.extend(tour.budget.iter().flat_map(of_budget));
    fails.extend(tour.alerts.iter().map(|alert| {
        let runbook = alert.runbook.as_ref().map(|path| format!("; runbook {path}")).unwrap_or_default();
        format!("{} is a {}{runbook}", alert.name, alert.severities.join(" or a "))
    }));
    fails.extend(tour.release.iter().map(|release| format!("a release is {release}")));
    let mut owns: Vec<String> = tour.owned.iter().map(|line| format!("CODEOWNERS: {line}")).collect();
    if let Some(path) = &tour.path {
        let counts: Vec<String> =
            path.files.iter().map(|(ownership, count)| format!("{count} {ownership}")).collect();
        owns.push(format!(
            "files of the path: {} (managed: the path's; shared: yours, upgrades merge; seeded: yours)",
            counts.join(", ")
        ));
        owns.push("`goldpath explain FILE` says it of each".to_owned());
    }
    let mut paged = tour.when_paged.clone();
    paged.extend(tour.task("rollback").map(|task| format!("make rollback: {}", task.does)));
    paged.extend(tour.on_call.iter().map(|path| format!("all of it: {path}")));
    let all = [
        (format!("What {} does", tour.name), does),
        ("How to run it".to_owned(), run),
        ("How it fails".to_owned(), fails),
        ("Who owns what".to_owned(), owns),
        ("What to do when paged".to_owned(), paged),
    ];
    let nothing = || vec!["nothing in this repository says it".to_owned()];
    all.into_iter().map(|(title, lines)| (title, if lines.is_empty() { nothing() } else { lines })).collect()
}

pub(super) fn doctor(doctor: &Doctor) -> String {
    let width = doctor.findings.iter().map(|finding| finding.need.tool.len()).max().unwrap_or_default();
    let mut text = format!("{STRONG}Tools{STRONG:#}\n");
    for finding in &doctor.findings {
        let Finding { need, path, version } = finding;
        let purpose = need.used_by.join(", ");
        let tool = format!("{:<width$}", need.tool);
        // Writing to a String cannot fail.
        let _ = match (path, version, need.needed) {
            (Some(path), version, _) => {
                let found = version.clone().unwrap_or_else(|| path.display().to_string());
                let age = need.at_least.as_ref().map(|least| age(least, finding)).unwrap_or_default();
                writeln!(text, "  {NAME}{tool}{NAME:#}  {found}{age}")
            }
            (None, _, true) => {
                writeln!(
                    text,
                    "  {BAD}{tool}{BAD:#}  {BAD}missing{BAD:#}, needed for {purpose}: {}",
                    need.install
                )
            }
            (None, _, false) => {
                writeln!(text, "  {FAINT}{tool}  not here, only for {purpose}: {}{FAINT:#}", need.install)
            }
        };
    }
    let wanting: Vec<&str> = doctor.wanting().map(|finding| finding.need.tool.as_str()).collect();
    let _ = match wanting.as_slice() {
        [] => writeln!(text, "everything that is needed is here"),
        some => writeln!(text, "missing or too old: {}", some.join(", ")),
    };
    text
}

/// What is to be said of the age of a tool that is there.
fn age(least: &Minimum, finding: &Finding) -> String {
    let Minimum { version, file } = least;
    match finding.is_new_enough() {
        Some(true) => String::new(),
        Some(false) => {
            format!("; {BAD}too old{BAD:#}, needs {version} or newer ({file}): {}", finding.need.install)
        }
        None => format!("; whether it is {version} or newer ({file}) is not known"),
    }
}
