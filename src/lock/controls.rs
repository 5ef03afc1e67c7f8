//! What a repository is held to: recorded, so that a control which a later pack drops or makes less of is told.

use std::collections::{BTreeMap, BTreeSet};

use super::{Lock, LockedControl};
use crate::pack::{Control, Pack};
use crate::plan::Plan;

/// The controls of the plan's preset, and those of the lock before that the pack has no longer. What only the preset of
/// before demands goes: it was the team that chose another one. So does what the team `accepted` to be held to less.
pub(crate) fn held_to(
    plan: &Plan<'_>,
    before: Option<&Lock>,
    accepted: &BTreeSet<String>,
) -> BTreeMap<String, LockedControl> {
    let policies = plan.pack.policies();
    let demanded = |preset: &str| -> Vec<&Control> {
        let lineage = lineage(plan.pack, preset);
        policies.controls.iter().filter(|control| control.promise(&lineage).is_some()).collect()
    };
    let empty = BTreeMap::new();
    let recorded = before.and_then(|lock| lock.controls.as_ref()).unwrap_or(&empty);
    let mut held = BTreeMap::new();
    for control in demanded(&plan.preset) {
        let known = recorded.get(&control.id).filter(|_| !accepted.contains(&control.id));
        let locked = LockedControl {
            severity: known.map_or(control.severity, |known| known.severity.max(control.severity)),
            since: known.map_or_else(
                || format!("{} {}", plan.pack.name, plan.pack.version),
                |known| known.since.clone(),
            ),
        };
        held.insert(control.id.clone(), locked);
    }
    let chosen = before.map(|lock| demanded(&lock.preset)).unwrap_or_default();
    for (id, locked) in recorded {
        if !chosen.iter().any(|control| control.id == *id) && !accepted.contains(id) {
            held.entry(id.clone()).or_insert_with(|| locked.clone());
        }
    }
    held
}

fn lineage<'p>(pack: &'p Pack, preset: &str) -> Vec<&'p str> {
    // A preset that the pack does not have demands nothing.
    pack.lineage(preset).unwrap_or_default().into_iter().map(|preset| preset.name.as_str()).collect()
}
