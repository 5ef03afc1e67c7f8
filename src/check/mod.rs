//! Whether a repository still is what it promises: offline, from its own files, at any time in its life.
//!
//! Consistency holds the files against each other: each may be valid by itself while the alert names a metric that
//! nothing exports. What the team may change is no finding as long as it is consistent.

mod consistency;
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
mod workflow;

use std::path::Path;

use self::files::Files;
pub use self::finding::Finding;
use self::repository::Repository;
use crate::lock::Lock;

/// One promise that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Its stable name.
    pub rule: &'static str,
    /// What holds when there is no finding.
    pub title: &'static str,
    /// What would have to be there for it to apply, and is not.
    pub missing: Option<&'static str>,
    /// What does not hold.
    pub findings: Vec<Finding>,
}

/// Holds the files of the project at `root` against each other.
///
/// The lock, where there is one, tells files of the path from files of the team.
#[must_use]
pub fn consistency(root: &Path, lock: Option<&Lock>) -> Vec<Checked> {
    let files = Files::list(root);
    let repository = Repository::read(&files, lock);
    consistency::check(&repository)
}
