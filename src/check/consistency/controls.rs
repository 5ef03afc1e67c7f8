//! The control map claims what the repository has.

use std::collections::BTreeSet;

use super::Invariant;
use crate::check::finding::Findings;
use crate::check::makefile::asked;
use crate::check::node::Node;
use crate::check::repository::Repository;

pub(super) const EVIDENCE: Invariant = Invariant {
    rule: "controls.evidence",
    title: "every mapped control has evidence that exists, a check that runs, and jobs that enforce it",
    needs: &[MAP],
    check: evidence,
};

const MAP: &str = "compliance/controls.yaml";

fn evidence(repository: &Repository<'_>, findings: &mut Findings) {
    let Some(map) = repository.files.document(MAP) else { return };
    let jobs: BTreeSet<&str> =
        repository.workflows.iter().flat_map(|workflow| workflow.jobs.iter().map(|job| job.id)).collect();
    let required: BTreeSet<&str> = repository
        .workflows
        .iter()
        .flat_map(|workflow| &workflow.jobs)
        .filter(|job| job.id == "required")
        .flat_map(|job| job.node.items_at("needs"))
        .filter_map(Node::text)
        .collect();
    let mut seen = BTreeSet::new();
    for control in map.items_at("controls") {
        let id = control.text_at("id").unwrap_or("a control without an id");
        if !seen.insert(id) {
            findings.on(
                MAP,
                control,
                format!("`{id}` stands twice in the map"),
                "give each control an id of its own",
            );
        }
        let evidence = control.items_at("evidence");
        if evidence.is_empty() {
            findings.on(MAP, control, format!("`{id}` has no evidence"), "name the files that show it");
        }
        for file in
            evidence.iter().filter(|file| !file.text().is_some_and(|path| repository.files.exists(path)))
        {
            let message =
                format!("the evidence of `{id}`, {}, does not exist", file.text().unwrap_or_default());
            findings.on(MAP, file, message, "name a file that exists, or restore it");
        }
        match control.get("check") {
            None => findings.on(
                MAP,
                control,
                format!("`{id}` has no check"),
                "name the make target that checks it",
            ),
            Some(check) => {
                for target in asked(check.text().unwrap_or_default())
                    .iter()
                    .filter(|target| !repository.make.has(target))
                {
                    let message =
                        format!("the check of `{id}` is `make {target}`, and there is no such target");
                    findings.on(MAP, check, message, "name a target that exists (`make help`)");
                }
            }
        }
        let Some(enforced) = control.get("enforced") else {
            findings.on(
                MAP,
                control,
                format!("`{id}` is documented and not enforced"),
                "say what enforces it: a job, a workflow, the branch rules",
            );
            continue;
        };
        let claims = enforced.text().unwrap_or_default();
        for claim in claimed_jobs(claims) {
            if !jobs.contains(claim) {
                let message =
                    format!("`{id}` is to be enforced by the job `{claim}`, and no workflow has it");
                findings.on(MAP, enforced, message, "name a job that exists, or bring the job back");
            } else if !required.contains(claim) {
                let message = format!(
                    "`{id}` is to be enforced by the job `{claim}`, and the job `required` does not need it"
                );
                let fix = "add the job to `needs` of `required`: otherwise a red one stops nothing";
                findings.on(MAP, enforced, message, fix);
            }
        }
        for file in claims.split([',', ' ']).filter(|word| word.contains(".yml")) {
            if !repository.files.exists(&format!(".github/workflows/{file}")) {
                let message = format!("`{id}` is to be enforced by {file}, and there is no such workflow");
                findings.on(MAP, enforced, message, "name a workflow that exists, or bring it back");
            }
        }
    }
}

/// The jobs that a claim such as `jobs verify, contract, branch rules` names: of one word each.
fn claimed_jobs(claims: &str) -> impl Iterator<Item = &str> {
    let mut among_jobs = false;
    claims.split(", ").filter_map(move |part| {
        let named = part.strip_prefix("jobs ").or_else(|| part.strip_prefix("job "));
        let name = match named {
            Some(name) => {
                among_jobs = part.starts_with("jobs ");
                name
            }
            None if among_jobs && !part.contains([' ', '.']) => part,
            None => return None,
        };
        name.split(' ').next()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_tell_jobs_from_everything_else() {
        let jobs = |text| claimed_jobs(text).collect::<Vec<_>>();
        assert_eq!(jobs("jobs verify, contract, perf"), ["verify", "contract", "perf"]);
        assert_eq!(jobs("job docs-evidence (files and links), people"), ["docs-evidence"]);
        assert_eq!(jobs("deploy.yml, job policy, branch rules"), ["policy"]);
    }
}
