//! Whether there is a newer version of the pack.

use semver::Version;

use super::checked::{Checked, Family};
use super::finding::Findings;
use super::subject::Subject;
use crate::error::Error;
use crate::lock::{LOCK_FILE, Lock};
use crate::pack::Pack;
use crate::pack::source::{Environment, PackSpec, versions};

/// How new a repository has to be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Demand {
    /// Whether the network may be asked.
    pub online: bool,
    /// How many versions it may be behind; none: any number.
    pub max_behind: Option<usize>,
}

const RULE: &str = "version.newest";

pub(super) fn check(subject: &Subject<'_>, lock: &Lock, demand: Demand) -> Checked {
    let checked = Checked::of(
        Family::Version,
        RULE,
        "the repository is at the newest version of its pack",
        |findings| {
            look(subject, lock, demand, findings);
        },
    );
    if demand.max_behind.is_none() { checked.into_notice() } else { checked }
}

fn look(subject: &Subject<'_>, lock: &Lock, demand: Demand, findings: &mut Findings) {
    let (name, at) = (&lock.pack.name, &lock.pack.version);
    let environment = subject.environment.clone().with_base(subject.root);
    let known = PackSpec::parse(&lock.pack.source).and_then(|spec| {
        // A folder with a commit is a repository, whose tags are its versions.
        let spec = match &lock.pack.commit {
            Some(commit) => spec.at_commit(commit)?,
            None => spec,
        };
        let known = versions(&spec, &environment, demand.online)?;
        Ok(known.map(|known| of_this_pack(known, &spec, &environment, at)))
    });
    let known = match known {
        Ok(Some(known)) => known,
        Ok(None) => {
            // Asked for, it must not be passed over.
            let message =
                format!("whether {name} has a newer version than {at} is only known to the network");
            let fix = "run it again with `--online`";
            return findings.about(LOCK_FILE, message, fix);
        }
        Err(error) => {
            let message = format!("the versions of {name} cannot be looked at: {error}");
            let fix =
                error.hint().unwrap_or_else(|| "bring the pack back to where goldpath.lock says".to_owned());
            return findings.about(LOCK_FILE, message, fix);
        }
    };
    let newer = newer(&known, at);
    if let Some(newest) = newer.last() {
        if newer.len() > demand.max_behind.unwrap_or_default() {
            let behind = match newer.len() {
                1 => "1 version".to_owned(),
                many => format!("{many} versions"),
            };
            let message = format!("this repository is at {name} {at}, {behind} behind {newest}");
            findings.about(LOCK_FILE, message, "`goldpath upgrade --dry-run` shows what it would bring");
        }
    } else if known.last().is_some_and(|newest| newest < at) {
        let newest = &known[known.len() - 1];
        let message = format!("this repository is at {name} {at}, and the newest one here is {newest}");
        let fix = if lock.pack.source == "builtin" {
            "use a newer goldpath: this one does not know what it would check"
        } else {
            "bring the pack to the version that goldpath.lock names"
        };
        findings.about(LOCK_FILE, message, fix);
    } else {
        look_below(subject, lock, demand, findings);
    }
}

/// Without the tags after this version that are about other packs of the same repository: none is, if the pack in its
/// folder is no newer at the last of them.
fn of_this_pack(
    known: Vec<Version>,
    spec: &PackSpec,
    environment: &Environment,
    at: &Version,
) -> Vec<Version> {
    let newest = newer(&known, at).last().map(ToString::to_string);
    if newest.is_none() || spec.subfolder().is_none() {
        return known;
    }
    let there = spec.at_version(newest.as_deref()).map_err(Error::from);
    let there = there.and_then(|spec| Pack::open(&spec, environment));
    match there {
        Ok(pack) if pack.version <= *at => known.into_iter().filter(|version| version <= at).collect(),
        _ => known,
    }
}

/// Whether there is a newer version of what the pack is built on: its own version says nothing of that.
fn look_below(subject: &Subject<'_>, lock: &Lock, demand: Demand, findings: &mut Findings) {
    let Some(at) = &lock.pack.extends else { return };
    let Ok(Some(base)) = subject.rules().map(|pack| pack.base.as_ref()) else { return };
    if base.pinned {
        return;
    }
    let known = versions(&PackSpec::Builtin, subject.environment, false).ok().flatten().unwrap_or_default();
    let newer = newer(&known, at);
    if let Some(newest) = newer.last()
        && newer.len() > demand.max_behind.unwrap_or_default()
    {
        let message = format!("{} is built on {} {at}, and {newest} is here", lock.pack.name, base.name);
        findings.about(LOCK_FILE, message, "`goldpath upgrade --dry-run` shows what it would bring");
    }
}

/// Those after this version. A pre-release is no step forward for who is not on one.
fn newer<'v>(known: &'v [Version], at: &Version) -> Vec<&'v Version> {
    let counts = |version: &Version| version.pre.is_empty() || !at.pre.is_empty();
    known.iter().filter(|version| *version > at && counts(version)).collect()
}
