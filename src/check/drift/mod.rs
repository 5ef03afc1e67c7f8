//! Drift: what goldpath.lock says of the managed files and of goldpath.toml, against what is there.

mod files;
mod intent;

use super::checked::Checked;
use super::files::Files;
use super::subject::Subject;
use crate::lock::Lock;

/// Looks at every managed file and at goldpath.toml.
pub(super) fn check(subject: &Subject<'_>, files: &Files, lock: &Lock) -> Vec<Checked> {
    let mut checked = files::check(subject, files, lock);
    checked.push(intent::check(subject, files, lock));
    checked
}
