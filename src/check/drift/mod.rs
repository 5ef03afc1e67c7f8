//! Drift: what goldpath.lock says of the managed files and of goldpath.toml, against what is there.

mod files;
mod intent;

use super::checked::{Checked, Family};
use super::files::Files;
use super::subject::Subject;
use crate::intent::INTENT_FILE;
use crate::lock::{LOCK_FILE, Lock};

/// Looks at every managed file and at goldpath.toml.
pub(super) fn check(subject: &Subject<'_>, files: &Files, lock: &Lock) -> Vec<Checked> {
    let mut checked = files::check(subject, files, lock);
    checked.push(intent::check(subject, files, lock));
    checked
}

/// What a repository without goldpath.lock is told where goldpath.toml says that it had one: whoever removes the lock must
/// not get a check that passes.
pub(super) fn of_lost_lock(files: &Files) -> Option<Checked> {
    files.exists(INTENT_FILE).then(|| {
        Checked::of(Family::Drift, "drift.lock", "goldpath.lock is beside goldpath.toml", |findings| {
            let message =
                format!("it is missing, and {INTENT_FILE} is there: drift and versions cannot be told");
            findings.about(LOCK_FILE, message, "bring it back: `git restore goldpath.lock`");
        })
    })
}
