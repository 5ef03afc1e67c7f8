//! Whether a repository still is what it promises: offline, from its own files, at any time in its life.
//!
//! Four questions, each of which can be asked alone. Drift: are the managed files as the path rendered them. Version: is
//! there a newer pack. Controls: does the repository keep the promises of its preset. Consistency: do the files agree
//! with each other; each may be valid by itself while the alert names a metric that nothing exports.

mod checked;
mod consistency;
mod drift;
mod expressions;
mod files;
mod finding;
mod makefile;
mod markdown;
mod node;
mod promql;
mod repository;
mod rules;
mod slo;
mod subject;
mod version;
mod workflow;

pub use self::checked::{Checked, Family};
use self::files::Files;
pub use self::finding::{Finding, Severity};
use self::repository::Repository;
pub use self::subject::Subject;
pub use self::version::Demand;

/// What is asked of a repository.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The questions.
    pub families: Vec<Family>,
    /// How new it has to be.
    pub demand: Demand,
}

/// Answers the questions.
#[must_use]
pub fn check(subject: &Subject<'_>, asked: &Asked) -> Vec<Checked> {
    let files = Files::list(subject.root);
    let wanted = |family| asked.families.contains(&family);
    let mut checked = Vec::new();
    if let Some(lock) = subject.lock {
        if wanted(Family::Drift) {
            checked.extend(drift::check(subject, &files, lock));
        }
        if wanted(Family::Version) {
            checked.push(version::check(subject, lock, asked.demand));
        }
    }
    if wanted(Family::Consistency) {
        let repository = Repository::read(&files, subject.lock);
        checked.extend(consistency::check(&repository));
    }
    checked
}
