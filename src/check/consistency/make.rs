//! Whatever CI or a document runs is a make target that everybody can run.

use super::Invariant;
use crate::check::finding::Findings;
use crate::check::makefile::{asked, make_files};
use crate::check::node::Position;
use crate::check::repository::Repository;
use crate::check::workflow::Job;

pub(super) const TARGETS: Invariant = Invariant {
    rule: "make.targets",
    title: "every make target that a workflow or a page names exists",
    needs: &["Makefile"],
    check: targets,
};

pub(super) const RUNS: Invariant = Invariant {
    rule: "make.runs",
    title: "every file of the path that a make target of the path runs or reads is there",
    needs: &["Makefile"],
    check: runs,
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

/// What a recipe writes is not there yet, and what it names may be anything: only what the path once rendered is sure to
/// be meant.
fn runs(repository: &Repository<'_>, findings: &mut Findings) {
    let Some(lock) = repository.lock else { return };
    let gone: Vec<&str> = lock
        .files
        .iter()
        .filter(|(path, locked)| !locked.beginning && !repository.files.exists(path.as_str()))
        .map(|(path, _)| path.as_str())
        .collect();
    if gone.is_empty() {
        return;
    }
    for path in make_files(repository.files).filter(|path| repository.is_managed(path)) {
        let lines = repository.files.text(path).unwrap_or_default().lines();
        for (line, recipe) in (1..).zip(lines).filter(|(_, line)| line.starts_with('\t')) {
            for gone in gone.iter().filter(|gone| names(recipe, gone)) {
                let message = format!("`{gone}` is named here, and is not there");
                let fix = format!(
                    "`goldpath diff {gone} | git apply -R` brings it back as rendered; `git log -- {gone}` tells who removed it"
                );
                findings.at(path, Position { line, column: 1 }, message, fix);
            }
        }
    }
}

/// Whether a recipe names a file, and goes on without asking whether it is there.
fn names(recipe: &str, file: &str) -> bool {
    let in_name = |c: char| c.is_ascii_alphanumeric() || "_./-+@$~%*".contains(c);
    let words: Vec<&str> = recipe.split(|c| !in_name(c)).filter(|word| !word.is_empty()).collect();
    let is_asked = |at: usize| at > 0 && ["-e", "-f", "-r", "-s", "-x", "wildcard"].contains(&words[at - 1]);
    let mut named = words.iter().enumerate().filter(|(_, word)| **word == file).peekable();
    named.peek().is_some() && !named.any(|(at, _)| is_asked(at))
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

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn a_recipe_names_a_file_by_its_whole_name_and_may_ask_for_it() {
        for (recipe, expected) in [
            ("\tscripts/run.sh k6 run --quiet perf/load.js", true),
            ("\t$(if $(URL),,perf/load.js) bash -c 'x'", true),
            ("\tLOAD=perf/load.js;", true),
            ("\tcat build/perf/load.js perf/load.json $(DIR)/perf/load.js $$X/perf/load.js", false),
            ("\ttest ! -f perf/load.js || k6 run perf/load.js", false),
            ("\tk6 run $(wildcard perf/load.js)", false),
        ] {
            assert_eq!(names(recipe, "perf/load.js"), expected, "{recipe}");
        }
    }
}
