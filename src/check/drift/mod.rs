//! Drift: what goldpath.lock says of the managed files and of goldpath.toml, against what is there.

mod files;
mod intent;

use super::checked::{Checked, Family};
use super::files::Files;
use super::subject::Subject;
use crate::intent::INTENT_FILE;
use crate::lock::{LOCK_FILE, Lock};
use crate::reconcile::{Checkout, LockInHistory, UNDER_WAY};
use crate::repo::eol::ATTRIBUTES;

/// Looks at every managed file and at goldpath.toml.
pub(super) fn check(subject: &Subject<'_>, files: &Files, lock: &Lock) -> Vec<Checked> {
    if subject.checkout.as_ref().is_some_and(|checkout| checkout.is_unmerged(LOCK_FILE)) {
        return vec![of_two_locks()];
    }
    let mut checked = files::check(subject, files, lock);
    checked.push(intent::check(subject, lock));
    checked.push(under_way(subject));
    checked
}

/// What one branch made of the path is no edit of the other one: nothing can be told until the merge is at its end.
fn of_two_locks() -> Checked {
    Checked::of(Family::Drift, "drift.lock", "goldpath.lock is that of one branch", |findings| {
        let message = "two branches changed it, and only `goldpath apply` can make one of them";
        let fix = "keep either side (of two versions of the path the newer one): `git checkout --ours goldpath.lock` or \
                   `--theirs`; commit the merge, then run `goldpath apply`";
        findings.about(LOCK_FILE, message, fix);
    })
}

/// A lock between two versions is that of neither.
fn under_way(subject: &Subject<'_>) -> Checked {
    Checked::of(Family::Drift, "drift.under-way", "no upgrade waits for its end", |findings| {
        let told = match subject.checkout.as_ref().map(Checkout::under_way) {
            None | Some(Ok(None)) => return,
            Some(Ok(Some(what))) => format!("an earlier run is not at its end: {what}"),
            Some(Err(error)) => error.to_string(),
        };
        findings.about(LOCK_FILE, told, UNDER_WAY);
    })
}

/// What is told without goldpath.lock. Whoever removes the lock, and goldpath.toml with it, must not get a check that
/// passes, and neither must who stands in the wrong folder.
pub(super) fn of_no_lock(subject: &Subject<'_>, files: &Files) -> Checked {
    Checked::of(Family::Drift, "drift.lock", "a repository on the path has its goldpath.lock", |findings| {
        let Some((path, message, fix)) = lost_lock(subject, files) else {
            let message = "there is none: drift and versions cannot be told".to_owned();
            return findings.about(LOCK_FILE, message, way_to_a_lock(subject));
        };
        let message = format!("it is missing, and {message}: drift and versions cannot be told");
        findings.about(&path, message, fix);
    })
}

/// Where a project is, or how this one becomes one.
fn way_to_a_lock(subject: &Subject<'_>) -> String {
    let below = subject.projects_below();
    match below.as_slice() {
        [] => format!("`goldpath adopt` puts a repository on the path; one that is not on it {ASKED_FOR}"),
        [first, rest @ ..] => {
            let more = if rest.is_empty() { String::new() } else { format!(" (and {} more)", rest.len()) };
            format!("the project is in `{}`{more}: run it there, or with `-C`", subject.named_here(first))
        }
    }
}

const ASKED_FOR: &str = "is asked for `--only controls --only consistency`";

/// Where the lock was, how that is known, and what to do.
fn lost_lock(subject: &Subject<'_>, files: &Files) -> Option<(String, String, String)> {
    let own = || LOCK_FILE.to_owned();
    let left = format!("a repository that left the path {ASKED_FOR}");
    if let Some(LockInHistory { path, commit }) = subject.lock_in_history() {
        let intent = path.replace(LOCK_FILE, INTENT_FILE);
        return Some(match commit {
            None => (path.clone(), "HEAD has it".to_owned(), format!("bring it back: `git restore {path}`")),
            Some(commit) => {
                let fix = format!("bring it back: `git restore --source {commit} {path} {intent}`; {left}");
                (path, format!("commit {} has it", &commit[..10]), fix)
            }
        });
    }
    if files.exists(INTENT_FILE) {
        let fix = "bring it back: `git restore goldpath.lock`".to_owned();
        return Some((own(), format!("{INTENT_FILE} is there"), fix));
    }
    // All that a shallow clone has to tell by. Nobody without a lock says how git is to merge it.
    let attributes = files.text(ATTRIBUTES).unwrap_or_default();
    let names_lock = |line: &str| line.split_whitespace().next() == Some(LOCK_FILE);
    attributes.lines().any(names_lock).then(|| {
        let fix = format!("bring it back from the branch that has it; {left}, and has no line for it there");
        (own(), format!("{ATTRIBUTES} names it"), fix)
    })
}
