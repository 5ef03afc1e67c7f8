//! What a repository was held to, and its path makes less of or no longer has: it is told until somebody accepts it.

use super::Register;
use crate::check::checked::{Checked, Family};
use crate::check::finding::{Finding, Findings};
use crate::lock::{LOCK_FILE, Lock, LockedControl};
use crate::pack::{Control, Pack};

/// What the pack no longer demands of the lock's preset, by the ids of the controls, waived where an exception is in force.
pub(in crate::check) fn dropped(lock: &Lock, pack: &Pack, register: &Register) -> Vec<Finding> {
    let policies = pack.policies();
    let lineage = pack.lineage(&lock.preset).unwrap_or_default();
    let lineage: Vec<&str> = lineage.into_iter().map(|preset| preset.name.as_str()).collect();
    let mut dropped = Vec::new();
    for (id, locked) in lock.controls.iter().flatten() {
        let control = policies.controls.iter().find(|control| control.id == *id);
        let Some(message) = less(pack, &lock.preset, id, locked, control, &lineage) else { continue };
        let mut findings = Findings::of(id.clone());
        let fix = format!(
            "move to a pack that demands it, or accept it with an exception to the rule `{id}` for {LOCK_FILE} in \
             {register}, then `goldpath apply`",
            register = super::register::REGISTER
        );
        findings.about(LOCK_FILE, message, fix);
        dropped.extend(findings.into_vec());
    }
    for finding in &mut dropped {
        register.waive(finding);
    }
    dropped
}

/// What is less than it was, if anything is.
fn less(
    pack: &Pack,
    preset: &str,
    id: &str,
    locked: &LockedControl,
    control: Option<&Control>,
    lineage: &[&str],
) -> Option<String> {
    let (now, since) = (format!("{} {}", pack.name, pack.version), &locked.since);
    match control {
        None => {
            Some(format!("{now} has no control `{id}`, which this repository has been held to since {since}"))
        }
        Some(control) if control.promise(lineage).is_none() => Some(format!(
            "{now} does not demand the control `{id}` of {preset}, which this repository has been held to since {since}"
        )),
        Some(control) if control.severity < locked.severity => Some(format!(
            "{now} gives the control `{id}` the severity {}, and it was {}",
            control.severity.name(),
            locked.severity.name()
        )),
        Some(_) => None,
    }
}

/// Adds what was dropped to what was judged, under the rule of each control.
pub(in crate::check) fn add(checked: &mut Vec<Checked>, lock: &Lock, pack: &Pack, register: &Register) {
    checked.push(recorded(lock));
    for finding in dropped(lock, pack, register) {
        if let Some(judged) = checked.iter_mut().find(|checked| checked.rule == finding.rule) {
            judged.findings.push(finding);
        } else {
            let title = "the path demands what the repository is held to";
            let mut own = Checked::of(Family::Controls, "", title, |_| {});
            own.rule.clone_from(&finding.rule);
            own.findings.push(finding);
            checked.push(own);
        }
    }
}

/// Whether the lock says what the repository is held to.
fn recorded(lock: &Lock) -> Checked {
    let title = "goldpath.lock records the controls that the repository is held to";
    Checked::of(Family::Controls, "controls.recorded", title, |findings: &mut Findings| {
        if lock.controls.is_none() {
            let message =
                "it is older than the record of controls: one that the path has dropped cannot be told";
            findings.about(LOCK_FILE, message, "`goldpath upgrade` or `goldpath apply` begins the record");
        }
    })
    .into_notice()
}
