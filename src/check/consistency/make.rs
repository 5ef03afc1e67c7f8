//! Whatever CI or a document runs is a make target that everybody can run.

use super::Invariant;
use crate::check::finding::Findings;
use crate::check::makefile::asked;
use crate::check::node::Position;
use crate::check::repository::Repository;
use crate::check::workflow::Job;

pub(super) const TARGETS: Invariant = Invariant {
    rule: "make.targets",
    title: "every make target that a workflow or a page names exists",
    needs: &["Makefile"],
    check: targets,
};

pub(super) const ONLY_MAKE: Invariant = Invariant {
    rule: "ci.only-make",
    title: "the workflows of the path run make targets and nothing else",
    needs: &["Makefile", ".github/workflows/"],
    check: only_make,
};

fn targets(repository: &Repository<'_>, findings: &mut Findings) {
    let mut look = |path: &str, at: Position, command: &str| {
        for target in asked(command.trim().trim_start_matches("$ ")) {
            if !repository.make.has(&target) {
                let message = format!("`make {target}` is named here, and there is no such target");
                findings.at(
                    path,
                    at,
                    message,
                    "correct the name (`make help` lists the targets), or add the target to local.mk",
                );
            }
        }
    };
    for workflow in &repository.workflows {
        for step in workflow.jobs.iter().flat_map(Job::steps) {
            if let Some(run) = step.get("run") {
                run.text().unwrap_or_default().lines().for_each(|line| look(workflow.path, run.at, line));
            }
        }
    }
    for (path, page) in &repository.pages {
        for code in &page.code {
            look(path, code.at, &code.text);
        }
        for block in &page.blocks {
            for (index, line) in block.text.lines().enumerate() {
                look(path, Position { line: block.at.line + index, ..block.at }, line);
            }
        }
    }
}

fn only_make(repository: &Repository<'_>, findings: &mut Findings) {
    // A workflow that the team adds may be its own; those of the path promise that a laptop can do the same.
    let of_the_path = repository.workflows.iter().filter(|workflow| repository.is_of_the_path(workflow.path));
    for workflow in of_the_path {
        for step in workflow.jobs.iter().flat_map(Job::steps) {
            let Some(run) = step.get("run") else { continue };
            let lines = run.text().unwrap_or_default().lines().map(str::trim);
            for line in
                lines.filter(|line| !line.is_empty() && !line.starts_with('#') && !line.starts_with("make "))
            {
                let message =
                    format!("`{line}` runs in CI alone: nobody can run it by the same name on a laptop");
                findings.on(
                    workflow.path,
                    run,
                    message,
                    "put it behind a make target, in local.mk for instance, and run that",
                );
            }
        }
    }
}
