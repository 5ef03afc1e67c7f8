//! Whether a repository still is what it promises: offline, from its own files, at any time in its life.
//!
//! Four questions, each of which can be asked alone. Drift: are the managed files as the path rendered them. Version: is
//! there a newer pack, and is the lock what its pack renders. Controls: does the repository keep the promises of its
//! preset. Consistency: do the files agree with each other; each may be valid by itself while the alert names a metric
//! that nothing exports.

mod bundle;
mod checked;
mod consistency;
mod controls;
mod day;
mod drift;
mod duration;
mod expressions;
mod facts;
mod files;
mod finding;
mod makefile;
mod markdown;
mod node;
mod promql;
mod proof;
mod repository;
mod rules;
mod slo;
mod subject;
mod version;
mod workflow;

use std::collections::BTreeSet;
use std::path::Path;

pub use self::bundle::{Bundle, hash};
pub use self::checked::{Checked, Family};
pub use self::controls::{Gap, Level, Step};
pub(crate) use self::controls::{JUDGE, faults_of, for_another};
use self::controls::{Presets, Register};
pub use self::day::Day;
use self::files::Files;
pub use self::finding::{Finding, Severity};
pub(crate) use self::makefile::missing_targets;
pub(crate) use self::node::malformed;
use self::repository::Repository;
pub use self::subject::Subject;
pub use self::version::Demand;
use crate::lock::Lock;
use crate::pack::Pack;
use crate::reconcile::Changes;

/// What is asked of a repository.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The questions.
    pub families: Vec<Family>,
    /// How new it has to be.
    pub demand: Demand,
    /// The preset whose promises are judged; that of the lock where nobody says.
    pub preset: Option<String>,
    /// What day it is, for exceptions.
    pub today: Day,
}

/// What was found.
#[derive(Debug, Clone)]
pub struct Report {
    /// Everything that was looked at.
    pub checked: Vec<Checked>,
    /// Which preset the repository meets, where controls were judged.
    pub level: Option<Level>,
}

impl Asked {
    fn preset<'a>(&'a self, subject: &'a Subject<'_>) -> Option<&'a str> {
        self.preset.as_deref().or_else(|| subject.lock.map(|lock| lock.preset.as_str()))
    }
}

/// Answers the questions.
#[must_use]
pub fn check(subject: &Subject<'_>, asked: &Asked) -> Report {
    let wanted = |family| asked.families.contains(&family);
    let mut report = Report { checked: Vec::new(), level: None };
    if let Err(why) = subject.left_out() {
        report.checked.push(consistency::out_of_sight(why));
        return report;
    }
    let files = Files::of(subject);
    let checked = &mut report.checked;
    if let Some(lock) = subject.lock {
        if wanted(Family::Drift) {
            checked.extend(drift::check(subject, &files, lock));
        }
        if wanted(Family::Version) {
            checked.push(version::check(subject, lock, asked.demand));
            checked.push(proof::check(subject, lock));
        }
    } else if wanted(Family::Drift) {
        checked.push(drift::of_no_lock(subject, &files));
    }
    if wanted(Family::Controls) {
        let register = Register::read(&files, subject.lock, asked.today);
        match subject.rules() {
            Ok(pack) => {
                let facts = || facts::gather(subject, &files, &register, asked.today);
                let judged = controls::judge(pack, asked.preset(subject), Presets::All, facts, &register);
                checked.extend(judged.checked);
                checked.extend(controls::out_of_force(subject, &files));
                report.level = judged.level;
                if let Some(lock) = subject.lock {
                    controls::add_kept(checked, lock, pack, &register);
                }
            }
            Err(why) => checked.push(controls::not_at_hand(subject, why)),
        }
        // What could not be read was not judged either; consistency tells it too.
        if !wanted(Family::Consistency) {
            let unreadable = consistency::unreadable(&files);
            checked.extend((!unreadable.findings.is_empty()).then_some(unreadable));
        }
    }
    if wanted(Family::Consistency) {
        let repository = Repository::read(&files, subject.lock);
        checked.extend(consistency::check(&repository));
    }
    report
}

/// Which promises of a preset a project would not keep, with changes that nobody has made yet: by path the content, or
/// none for a file that goes.
#[must_use]
pub fn broken_promises(
    subject: &Subject<'_>,
    (pack, preset): (&Pack, &str),
    changes: &Changes,
    today: Day,
) -> Vec<Finding> {
    let files = Files::with(subject, changes);
    let register = Register::read(&files, subject.lock, today);
    let facts = || facts::gather(subject, &files, &register, today);
    let judged = controls::judge(pack, Some(preset), Presets::One, facts, &register);
    judged.checked.into_iter().flat_map(|checked| checked.findings).filter(Finding::counts).collect()
}

/// The controls that a project is held to, of which its pack demands less, and which an exception that is in force accepts.
#[must_use]
pub fn accepted_drops(root: &Path, lock: &Lock, pack: &Pack, today: Day) -> BTreeSet<String> {
    // Most packs demand what they did, and then nothing has to be read.
    if controls::dropped(lock, pack, &Register::empty(today)).is_empty() {
        return BTreeSet::new();
    }
    let register = Register::read(&Files::list(root), Some(lock), today);
    let dropped = controls::dropped(lock, pack, &register).into_iter();
    dropped.filter(|finding| !finding.counts()).map(|finding| finding.rule.into_owned()).collect()
}

/// What a project is held to and its pack no longer demands, with changes that nobody has made yet.
#[must_use]
pub fn dropped_promises(subject: &Subject<'_>, pack: &Pack, changes: &Changes, today: Day) -> Vec<Finding> {
    let Some(lock) = subject.lock else { return Vec::new() };
    let files = Files::with(subject, changes);
    let register = Register::read(&files, subject.lock, today);
    controls::dropped(lock, pack, &register).into_iter().filter(Finding::counts).collect()
}

/// The facts of a project but for the preset, with changes that nobody has made yet.
#[must_use]
pub fn facts_with(subject: &Subject<'_>, changes: &Changes, today: Day) -> serde_json::Value {
    let files = Files::with(subject, changes);
    facts::gather(subject, &files, &Register::read(&files, subject.lock, today), today)
}

/// Whether the files of a project agree with each other, with changes that nobody has made yet.
#[must_use]
pub fn consistency_with(subject: &Subject<'_>, changes: &Changes) -> Vec<Checked> {
    let files = Files::with(subject, changes);
    consistency::check(&Repository::read(&files, subject.lock))
}

/// The facts that controls are judged by.
///
/// # Errors
/// The pack is not at hand, or has no such preset.
pub fn facts(subject: &Subject<'_>, asked: &Asked) -> Result<serde_json::Value, crate::error::Error> {
    let files = Files::of(subject);
    let register = Register::read(&files, subject.lock, asked.today);
    let facts = facts::gather(subject, &files, &register, asked.today);
    let lineage = match (asked.preset(subject), subject.rules()) {
        (Some(preset), Ok(pack)) => pack.lineage(preset)?,
        _ => Vec::new(),
    };
    let judged = facts::Judged { lineage: lineage.iter().map(|preset| preset.name.as_str()).collect() };
    Ok(facts::with_preset(facts, &judged))
}

#[cfg(test)]
mod tests;
