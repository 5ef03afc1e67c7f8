//! What goldpath.toml asks for, and goldpath.lock does not record.

use std::io::ErrorKind;

use crate::check::checked::{Checked, Family};
use crate::check::finding::Findings;
use crate::check::node::{Node, Position, read_toml};
use crate::check::subject::Subject;
use crate::error::Error;
use crate::intent::{INTENT_FILE, Intent};
use crate::lock::Lock;
use crate::pack::{MAX_MANIFEST_BYTES, Pack};
use crate::path::read_plain;
use crate::plan::{Facts, Given, Plan, Raw, Source};
use crate::value::Value;

const APPLY: &str = "`goldpath apply` makes the repository follow it, or take the edit of goldpath.toml back";

pub(super) fn check(subject: &Subject<'_>, lock: &Lock) -> Checked {
    Checked::of(
        Family::Drift,
        "drift.intent",
        "goldpath.toml asks for what goldpath.lock records",
        |findings| {
            let bytes = match read_plain(&subject.root.join(INTENT_FILE), MAX_MANIFEST_BYTES) {
                Ok(bytes) => bytes,
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    let fix = "bring it back: `git restore goldpath.toml`";
                    return findings.about(INTENT_FILE, "it is missing", fix);
                }
                Err(error) => {
                    let told = format!("it cannot be read: {error}");
                    return findings.about(INTENT_FILE, told, "make it a file that you may read");
                }
            };
            match Intent::read(&bytes) {
                Ok(intent) => {
                    let places = Places {
                        root: std::str::from_utf8(&bytes).ok().and_then(|text| read_toml(text).ok()),
                    };
                    compare(subject, lock, &intent, &places, findings);
                }
                Err(error) => {
                    let fix = error.hint().unwrap_or_else(|| "correct it".to_owned());
                    let (line, column) = error.position().unzip();
                    findings.add(INTENT_FILE, line, column, error.message(), fix);
                }
            }
        },
    )
}

/// Where things stand in goldpath.toml.
struct Places {
    root: Option<Node>,
}

impl Places {
    fn of(&self, table: &str, name: &str) -> Option<Position> {
        let mut node = self.root.as_ref()?;
        if !table.is_empty() {
            node = node.get(table)?;
        }
        // A setting may be written dotted or nested.
        Some(node.get(name).or_else(|| node.at(name))?.at)
    }
}

fn compare(subject: &Subject<'_>, lock: &Lock, intent: &Intent, places: &Places, findings: &mut Findings) {
    let mut tell = |table: &str, name: &str, message: String, fix: &str| {
        let at = places.of(table, name);
        findings.add(INTENT_FILE, at.map(|at| at.line), at.map(|at| at.column), message, fix);
    };
    if intent.pack.fact() != lock.pack.source {
        let message =
            format!("the pack is `{}` here and `{}` in goldpath.lock", intent.pack.fact(), lock.pack.source);
        return tell("", "pack", message, "`goldpath upgrade` goes to it, or take the edit back");
    }
    if let Some(version) = intent.pack.other_than(&lock.pack.version) {
        let locked = &lock.pack.version;
        let message = format!("the pack is at {version} here and at {locked} in goldpath.lock");
        let fix = format!("`goldpath upgrade --to {version}` goes to it, or write {locked} here");
        return tell("", "pack", message, &fix);
    }
    let given = &intent.given;
    if given.preset_name() != lock.preset {
        let message =
            format!("the preset is `{}` here and `{}` in goldpath.lock", given.preset_name(), lock.preset);
        let known = subject.locked_pack().is_none_or(|pack| pack.preset(given.preset_name()).is_ok());
        let fix = if known {
            APPLY
        } else {
            "there is no such preset: `goldpath presets compare` shows those that are"
        };
        return tell("", "preset", message, fix);
    }
    if given.stack.is_some() && given.stack_name() != lock.stack {
        let message =
            format!("the stack is `{}` here and `{}` in goldpath.lock", given.stack_name(), lock.stack);
        return tell("", "stack", message, APPLY);
    }
    if is_as_locked(lock, given) {
        return;
    }
    match subject.locked_pack() {
        Some(pack) => resolved(subject, pack, lock, given, &mut tell),
        None => as_written(lock, given, &mut tell),
    }
}

/// Whether it gives just the answers and overrides that the lock was made with. Then there is nothing to work out, and the
/// pack need not be at hand.
fn is_as_locked(lock: &Lock, given: &Given) -> bool {
    let Some(overrides) = &lock.overrides else { return false };
    let same = |name: &str, now: &Raw| {
        let locked = match lock.settings.get(name) {
            Some(setting) if overrides.iter().any(|set| set == name) => Some(setting),
            _ => lock.answers.get(name),
        };
        matches!(now, Raw::Typed(value) if locked.is_some_and(|locked| is_same(value, locked)))
    };
    given.iter().count() == lock.answers.len() + overrides.len()
        && given.iter().all(|(name, now)| same(name, &now.raw))
}

/// With the pack at hand it is known what goldpath.toml means, what it leaves to the preset too.
fn resolved(
    subject: &Subject<'_>,
    pack: &Pack,
    lock: &Lock,
    given: &Given,
    tell: &mut dyn FnMut(&str, &str, String, &str),
) {
    let facts = Facts::of_folder(subject.root);
    let plan = match Plan::resolve(pack, &lock.preset, &lock.stack, given, &facts) {
        Ok(plan) => plan,
        Err(Error::BadValues { problems }) => {
            for problem in problems {
                let table = if problem.name.contains('.') { "settings" } else { "answers" };
                let message = match problem.from {
                    Source::Intent => format!("`{}`: {}", problem.name, problem.message),
                    _ => problem.to_string(),
                };
                tell(table, &problem.name, message, "correct goldpath.toml");
            }
            return;
        }
        Err(error) => {
            let fix = error.hint().unwrap_or_else(|| "correct goldpath.toml".to_owned());
            return tell("", "answers", error.to_string(), &fix);
        }
    };
    for answer in plan.stored_answers() {
        differ("answers", &answer.key, &answer.value, lock.answers.get(&answer.key), tell);
    }
    for setting in &plan.settings {
        differ("settings", &setting.name, &setting.value, lock.settings.get(&setting.name), tell);
    }
}

/// Without the pack only what stands there can be compared.
fn as_written(lock: &Lock, given: &Given, tell: &mut dyn FnMut(&str, &str, String, &str)) {
    for (table, locked) in [("answers", &lock.answers), ("settings", &lock.settings)] {
        for (name, before) in locked {
            if let Some(now) = given.get(name)
                && let Raw::Typed(value) = &now.raw
            {
                differ(table, name, value, Some(before), tell);
            }
        }
    }
}

fn differ(
    table: &str,
    name: &str,
    now: &Value,
    locked: Option<&Value>,
    tell: &mut dyn FnMut(&str, &str, String, &str),
) {
    if locked.is_some_and(|locked| is_same(now, locked)) {
        return;
    }
    let locked = locked.map_or_else(|| "nothing".to_owned(), |value| format!("`{value}`"));
    tell(table, name, format!("`{name}` is `{now}` here and {locked} in goldpath.lock"), APPLY);
}

/// A whole number may be written either way.
fn is_same(one: &Value, other: &Value) -> bool {
    let apart = || Some(one.as_number()? - other.as_number()?);
    one == other || apart() == Some(0.0)
}
