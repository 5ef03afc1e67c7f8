//! Where files come to lie that neither side has there yet.

use std::collections::BTreeSet;

use super::Ours;
use super::outcome::{Action, Change, Record};
use crate::path::Collisions;

/// Nothing is put where something of the user's is: what would be, is kept back and told.
pub(super) fn settle(ours: &Ours, records: &mut [Record]) {
    if !records.iter().any(is_new) {
        return;
    }
    let mut taken: BTreeSet<String> = ours.files.keys().chain(&ours.other).cloned().collect();
    for record in records.iter() {
        match (&record.change, &record.from) {
            (Change::Remove, _) => taken.remove(&record.path),
            (Change::Write(_) | Change::Unmerged { .. }, Some(from)) => taken.remove(from),
            _ => false,
        };
    }
    let mut folded = Collisions::of_about(taken.len());
    for path in &taken {
        // What the user has may collide with itself: that is no affair of the path.
        let _ = folded.add(path);
    }
    for record in records.iter_mut().filter(|record| is_new(record)) {
        let obstacle = if taken.contains(&record.path) {
            Some(format!("`{}` is a file of yours", record.path))
        } else if taken
            .range(format!("{}/", record.path)..)
            .next()
            .is_some_and(|path| is_below(path, &record.path))
        {
            Some(format!("`{}` is a folder of yours", record.path))
        } else {
            folded.add(&record.path).err().map(|error| error.to_string())
        };
        let Some(obstacle) = obstacle else {
            taken.insert(record.path.clone());
            continue;
        };
        record.needs_you = true;
        record.edited = true;
        record.action = Action::Kept;
        match record.from.take() {
            None => {
                record.reason = format!("it is new and was not created: {obstacle}");
                record.change = Change::None;
            }
            Some(from) => {
                record.reason =
                    format!("the path moved it to `{}`, and it stays here: {obstacle}", record.path);
                taken.insert(from.clone());
                record.path = from;
            }
        }
    }
}

/// Whether a record puts something where nothing was: what is created may meet a file that another one follows there.
fn is_new(record: &Record) -> bool {
    match record.change {
        Change::Write(_) => record.from.is_some() || record.action == Action::Created,
        Change::Unmerged { .. } => record.from.is_some(),
        _ => false,
    }
}

/// Whether a path is in a folder, at any depth.
pub(super) fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}
