//! The invariants: what must agree between files.

mod actions;
mod alerts;
mod controls;
mod dashboards;
mod delivery;
mod documents;
mod environments;
mod make;
mod metrics;
mod objectives;
mod owner;
mod required;
mod rollout;
mod routes;
mod runbooks;
mod schema;
mod secrets;
mod service;

use super::checked::{Checked, Family};
use super::files::{Files, READABLE};
use super::finding::Findings;
use super::repository::Repository;
use crate::reconcile::CODE_OWNERS;

/// One thing that must hold between files.
struct Invariant {
    /// Its stable name.
    rule: &'static str,
    /// What holds when there is no finding.
    title: &'static str,
    /// Without all of these files, or any file in these folders, there is nothing to hold against each other.
    needs: &'static [&'static str],
    check: fn(&Repository<'_>, &mut Findings),
}

const INVARIANTS: &[&Invariant] = &[
    &metrics::VALID,
    &metrics::EXPORTED,
    &objectives::AGREE,
    &objectives::BOUND,
    &objectives::TIERS,
    &alerts::LABELLED,
    &routes::PAGES,
    &runbooks::EXIST,
    &runbooks::LINKED,
    &dashboards::COMPLETE,
    &dashboards::PANELS,
    &required::CONTEXTS,
    &make::TARGETS,
    &make::RUNS,
    &make::ONLY_MAKE,
    &actions::PINNED,
    &service::NAME,
    &service::PORT,
    &service::PROBES,
    &environments::PARITY,
    &secrets::DECLARED,
    &owner::AGREES,
    &rollout::POLICY,
    &rollout::STEPS,
    &rollout::ANALYSIS,
    &delivery::STOPS,
    &controls::EVIDENCE,
    &schema::OBEYED,
    &documents::LINKS,
    &documents::FINISHED,
];

/// Looks at every invariant.
pub(super) fn check(repository: &Repository<'_>) -> Vec<Checked> {
    let mut checked: Vec<Checked> =
        INVARIANTS.iter().map(|invariant| invariant.look_at(repository)).collect();
    // Files are read when an invariant wants them, so what could not be read is known last.
    checked.insert(0, unreadable(repository.files));
    checked
}

/// What a sparse checkout leaves out cannot be read: all of it would be told as deleted.
pub(super) fn out_of_sight(why: &str) -> Checked {
    let title = "every file that is committed can be read";
    Checked::of(Family::Consistency, READABLE, title, |findings| {
        let fix = "`git sparse-checkout disable` brings everything; after `git sparse-checkout reapply --no-sparse-index` \
                   the index can be read";
        findings.about(".", why.to_owned(), fix);
    })
}

/// What could not be read so far.
pub(super) fn unreadable(files: &Files) -> Checked {
    let mut findings = files.problems();
    findings.sort();
    findings.dedup();
    Checked {
        family: Family::Consistency,
        rule: READABLE.into(),
        title: "every file that another one depends on can be read".into(),
        missing: None,
        findings,
        control: None,
    }
}

impl Invariant {
    fn look_at(&self, repository: &Repository<'_>) -> Checked {
        let missing = self.needs.iter().copied().find(|&need| {
            if need.ends_with('/') {
                repository.files.below(need, &[""]).next().is_none()
            } else if need == CODE_OWNERS[0] {
                repository.files.code_owners().is_none()
            } else {
                repository.files.text(need).is_none()
            }
        });
        let mut findings = Findings::of(self.rule);
        if missing.is_none() {
            (self.check)(repository, &mut findings);
        }
        let mut findings = findings.into_vec();
        findings.sort();
        findings.dedup();
        Checked {
            family: Family::Consistency,
            rule: self.rule.into(),
            title: self.title.into(),
            missing: missing.map(Into::into),
            findings,
            control: None,
        }
    }
}
