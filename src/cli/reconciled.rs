//! What `upgrade` and `apply` share: work it out, tell it, do it.

use std::collections::BTreeMap;

use serde_json::json;

use super::diff::locked_project;
use super::output::{BAD, FAINT, NAME, Output, STRONG};
use super::watchdog::Watchdog;
use crate::error::Error;
use crate::exit::Exit;
use crate::lock::Lock;
use crate::pack::Pack;
use crate::pack::source::{Environment, Origin};
use crate::plan::Given;
use crate::reconcile::{self, Action, Base, Brought, Checkout, Outcome, Record, Target, bring};

/// A run of either command, with everything that it needs to know.
pub(super) struct Run<'r> {
    pub(super) command: &'static str,
    pub(super) checkout: &'r Checkout,
    pub(super) lock: &'r Lock,
    pub(super) pack: &'r Pack,
    pub(super) origin: Origin,
    pub(super) given: Given,
    pub(super) intent: String,
    pub(super) environment: &'r Environment,
    pub(super) dry: bool,
}

impl Run<'_> {
    pub(super) fn go(self, output: Output, watchdog: Watchdog) -> Result<Exit, Error> {
        let Self { command, checkout, lock, pack, origin, given, intent, environment, dry: dry_run } = self;
        let base = Base::find(checkout, lock, environment);
        let brought = bring(checkout, lock, &base, Target { pack, origin, given, intent: &intent })?;
        drop(watchdog);
        let outcome = &brought.outcome;
        let to = format!("{} {}, preset {}", pack.name, pack.version, brought.preset);
        let what = self_described(command, lock, pack, &brought.preset);
        let nothing = outcome.records.iter().all(|record| record.action == Action::Unchanged);
        if !dry_run && !nothing {
            reconcile::apply(checkout, outcome, &what)?;
        }
        if nothing {
            output.remark(format!("nothing to do: this repository is at {to}"));
        } else {
            tell(output, &what, &brought, dry_run);
        }
        if !brought.missing.is_empty() {
            output.warning(missing(&brought, &base));
        }
        output.json(&json!({
            "schema_version": 1,
            "command": command,
            "dry_run": dry_run,
            "from": { "pack": lock.pack.name, "version": lock.pack.version.to_string(), "preset": lock.preset },
            "to": { "pack": pack.name, "version": pack.version.to_string(), "preset": brought.preset },
            "notes": brought.notes,
            "needs_you": outcome.needs_you(),
            "base_missing": brought.missing,
            "files": outcome.records.iter().map(of_record).collect::<Vec<_>>(),
        }));
        Ok(if outcome.needs_you() { Exit::NeedsYou } else { Exit::Done })
    }
}

/// What a run does: `upgrade: demo 1.0.0 to 1.1.0, preset balanced to enterprise`.
fn self_described(command: &str, lock: &Lock, pack: &Pack, preset: &str) -> String {
    let change = |from: &str, to: &str| if from == to { to.to_owned() } else { format!("{from} to {to}") };
    let from = format!("{} {}", lock.pack.name, lock.pack.version);
    let to = format!("{} {}", pack.name, pack.version);
    let to = if lock.pack.name == pack.name && from != to { pack.version.to_string() } else { to };
    format!("{command}: {}, preset {}", change(&from, &to), change(&lock.preset, preset))
}

pub(super) fn of_record(record: &Record) -> serde_json::Value {
    json!({
        "path": record.path,
        "action": record.action,
        "reason": record.reason,
        "from": record.from,
        "needs_you": record.needs_you,
        "ownership": record.ownership,
    })
}

fn missing(brought: &Brought, base: &Base) -> String {
    let count = brought.missing.len();
    let why = base.not_rendered.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
    format!(
        "the pristine render of {count} file{} is found neither in this repository nor in the pack{why}",
        if count == 1 { "" } else { "s" }
    )
}

fn tell(output: Output, what: &str, brought: &Brought, dry_run: bool) {
    let outcome = &brought.outcome;
    output.remark(format!("{STRONG}{what}{STRONG:#}"));
    for note in &brought.notes {
        output.text(format!("  {note}"));
    }
    let quiet =
        outcome.records.iter().filter(|record| !record.needs_you && record.action != Action::Unchanged);
    for record in quiet {
        let reason =
            if record.action == Action::Kept { format!(": {}", record.reason) } else { String::new() };
        output.remark(format!("  {}{FAINT}{reason}{FAINT:#}", line(record)));
    }
    if outcome.needs_you() {
        output.text(format!("\n{BAD}needs you{BAD:#}"));
        for record in outcome.records.iter().filter(|record| record.needs_you) {
            output.text(format!("  {}: {}", line(record), record.reason));
        }
    }
    output.remark(format!("\n{}", counts(outcome)));
    if dry_run {
        output.remark("nothing was written: this was a dry run");
    } else if outcome.conflicts().next().is_some() {
        output.remark(
            "staged but for the conflicts; resolve them, `git add` them, then `goldpath upgrade --continue`, \
             or take all of it back with `goldpath upgrade --abort`",
        );
    } else {
        output.remark("staged, not committed: look at it with `git diff --staged`, then `git commit`");
    }
}

/// `moved     docs/on-call.md (was docs/oncall.md)`.
pub(super) fn line(record: &Record) -> String {
    let from = record.from.as_ref().map(|from| format!(" (was {from})")).unwrap_or_default();
    format!("{:9} {NAME}{}{NAME:#}{from}", record.action.to_string(), record.path)
}

/// `3 created, 1 merged, 40 unchanged`.
pub(super) fn counts(outcome: &Outcome) -> String {
    let mut counts: BTreeMap<Action, usize> = BTreeMap::new();
    for record in &outcome.records {
        *counts.entry(record.action).or_default() += 1;
    }
    counts.iter().map(|(action, count)| format!("{count} {action}")).collect::<Vec<_>>().join(", ")
}

/// `--abort`.
pub(super) fn aborted(output: Output) -> Result<Exit, Error> {
    let what = reconcile::abort(&checkout()?)?;
    output.remark(format!("taken back: {what}"));
    output.json(&json!({ "schema_version": 1, "aborted": what }));
    Ok(Exit::Done)
}

/// `--continue`.
pub(super) fn finished(output: Output) -> Result<Exit, Error> {
    let what = reconcile::finish(&checkout()?)?;
    output.remark(format!("done: {what}\nstaged, not committed: `git commit` it"));
    output.json(&json!({ "schema_version": 1, "finished": what }));
    Ok(Exit::Done)
}

/// The project here, even while its lock is half-way between two versions.
fn checkout() -> Result<Checkout, Error> {
    let root = match locked_project() {
        Ok((root, _)) => root,
        Err(_) => std::env::current_dir()
            .map_err(|source| Error::Unreadable { path: ".".to_owned(), source })
            .map(|folder| crate::project::root_of(&folder))?,
    };
    Ok(Checkout::open(&root)?)
}
