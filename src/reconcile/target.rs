//! From a project and the pack it goes to, to what becomes of each file.

use std::borrow::Cow;
use std::collections::BTreeSet;

use git2::{Oid, Repository};

use super::lines::Labels;
use super::merge::{Sides, merge};
use super::migrate::{Migrated, News};
use super::old_names::{OldName, old_names};
use super::outcome::{Action, Change, Outcome, Record, Stored};
use super::readiness::Readiness;
use super::refuse::refuse_outcome;
use super::{Base, Checkout, Error as Situation, Ours, Pristine};
use crate::error::Error;
use crate::intent::{INTENT_FILE, rewritten};
use crate::lock::{Carried, Code, LOCK_FILE, Lock, held_to, lock_text};
use crate::pack::Pack;
use crate::pack::source::Origin;
use crate::path::RepoPath;
use crate::plan::{Facts, Plan};
use crate::render::render;
use crate::render::tree::{Mode, Ownership, Tree};
use crate::repo::eol;

/// Where a project goes.
pub struct Target<'t> {
    /// The pack.
    pub pack: &'t Pack,
    /// Where it is, as the project names it.
    pub origin: Origin,
    /// What was given for it.
    pub migrated: Migrated,
    /// The text of goldpath.toml.
    pub intent: &'t str,
    /// The controls to which the team accepted to be held less, or not at all.
    pub accepted: BTreeSet<String>,
}

/// What a run would do, and what to tell of it.
#[derive(Debug)]
pub struct Brought {
    /// What becomes of each file, goldpath.toml and goldpath.lock among them.
    pub outcome: Outcome,
    /// The preset it goes to.
    pub preset: String,
    /// What changed in goldpath.toml without being asked for.
    pub notes: Vec<String>,
    /// What the versions on the way brought to this repository.
    pub news: Vec<News>,
    /// What another preset brings; none where it stays.
    pub readiness: Option<Readiness>,
    /// What is written and names a file by the path's name, which the team gave another one.
    pub old_names: Vec<OldName>,
    /// Files whose base is found nowhere.
    pub missing: Vec<RepoPath>,
}

/// Works out what becomes of each file. Nothing is written.
///
/// # Errors
/// Answers that no longer stand, a pack that does not render, or an obstacle on disk.
pub fn bring(checkout: &Checkout, lock: &Lock, base: &Base, target: Target<'_>) -> Result<Brought, Error> {
    let Target { pack, origin, migrated, intent, accepted } = target;
    let given = &migrated.given;
    let facts = Facts::of_folder(checkout.root());
    let stack = if given.stack.is_some() { given.stack_name() } else { &lock.stack };
    let plan = Plan::resolve(pack, given.preset_name(), stack, given, &facts)?;
    let theirs = render(&plan)?;

    // In memory: a dry run leaves nothing, and a real one writes only what it needs.
    let store =
        Repository::open(checkout.repository.path()).map_err(Situation::git("open the repository"))?;
    let odb = store.odb().map_err(Situation::git("open the repository"))?;
    let _memory = odb.add_new_mempack_backend(1000).map_err(Situation::git("open the repository"))?;
    let ours = checkout.ours()?;
    let known = match lock.code {
        Code::Own => Cow::Owned(without_beginnings(base, ours)),
        Code::Stack => Cow::Borrowed(base),
    };
    let labels = labels(&store, lock, &plan);
    let stored = |path: &str, content: &[u8]| {
        eol::stored(&checkout.repository, &format!("{}{path}", checkout.prefix), content)
    };
    let sides = Sides {
        store: &store,
        base: &known,
        ours,
        theirs: &theirs,
        moves: &migrated.moves(lock),
        labels: &labels,
        stored: &stored,
    };
    let mut outcome = merge(&sides)?;
    outcome.intent = Some(intent.as_bytes().to_vec());
    if lock.code == Code::Own {
        leave_out_beginnings(pack, &theirs, &mut outcome);
    }
    leave_taken_places(checkout, base, ours, &mut outcome);
    let old_names = old_names(&outcome);
    let text = rewritten(intent, &plan, &origin, migrated.renamed()).unwrap_or_else(|| intent.to_owned());
    let controls = held_to(&plan, Some(lock), &accepted);
    let carried = Carried { code: lock.code, controls: &controls, began: &outcome.began };
    let fact = lock_text(&plan, &theirs, &origin, carried);
    for (path, text, ownership) in
        [(INTENT_FILE, text, Ownership::Shared), (LOCK_FILE, fact, Ownership::Managed)]
    {
        let now = ours.files.get(path).map(|(_, id)| *id);
        let content = stored(path, text.as_bytes()).unwrap_or_else(|| text.into_bytes());
        outcome.records.push(own_file(path, content, ownership, now));
    }
    refuse_outcome(checkout, &outcome, &|path| ours.files.contains_key(path))?;
    let missing = base.missing().into_iter().cloned().collect();
    Ok(Brought {
        outcome,
        preset: plan.preset.clone(),
        notes: migrated.notes(&plan).into_iter().chain(accepted.iter().map(released)).collect(),
        news: migrated.news(lock, &theirs),
        readiness: Readiness::between(lock, &plan, &|key| migrated.is_new(key)),
        old_names,
        missing,
    })
}

/// What is told of a control that the team accepted to be held to less.
fn released(id: &String) -> String {
    format!("the repository is not held to more than the path demands by `{id}`: an exception accepts it")
}

/// The base without the content of what was never written: nothing that the team has was made of it.
fn without_beginnings(base: &Base, ours: &Ours) -> Base {
    let mut base = base.clone();
    for (path, file) in &mut base.files {
        if file.locked.beginning && !ours.files.contains_key(path.as_str()) {
            file.pristine = Pristine::Missing;
        }
    }
    base
}

/// A service with code of its own gets nothing new of what a stack begins a service with.
fn leave_out_beginnings(pack: &Pack, theirs: &Tree, outcome: &mut Outcome) {
    for record in outcome.records.iter_mut().filter(|record| record.action == Action::Created) {
        let Ok(path) = RepoPath::new(&record.path) else { continue };
        if theirs.get(&path).is_some_and(|file| !pack.joins_other_code(&file.component, &path)) {
            record.action = Action::Kept;
            "new to the path, and not written: you have code of your own".clone_into(&mut record.reason);
            record.change = Change::None;
        }
    }
}

/// What is new to a repository is not written where its reader reads a file of the team in another place.
fn leave_taken_places(checkout: &Checkout, base: &Base, ours: &Ours, outcome: &mut Outcome) {
    let team = base.of_team(ours);
    for record in outcome.records.iter_mut().filter(|record| record.action == Action::Created) {
        let Some(taken) = checkout.taken(&record.path, &team) else { continue };
        record.action = Action::Kept;
        record.reason = taken.reason();
        record.needs_you = record.ownership == Ownership::Managed;
        record.change = Change::None;
    }
}

/// goldpath's own files are written, not merged.
fn own_file(path: &str, content: Vec<u8>, ownership: Ownership, now: Option<Oid>) -> Record {
    let stored = Stored::new(Mode::Regular, content);
    let unchanged = now.is_some_and(|now| now.as_bytes() == stored.blob.as_bytes());
    Record {
        path: path.to_owned(),
        from: None,
        action: match (unchanged, now) {
            (true, _) => Action::Unchanged,
            (false, Some(_)) => Action::Updated,
            (false, None) => Action::Created,
        },
        reason: if unchanged { String::new() } else { "it says what the repository is now".to_owned() },
        needs_you: false,
        edited: false,
        ownership,
        change: if unchanged { Change::None } else { Change::Write(stored) },
    }
}

fn labels(store: &Repository, lock: &Lock, plan: &Plan<'_>) -> Labels {
    let of = |version: &semver::Version, preset: &str| {
        let other = lock.preset != plan.preset;
        if other { format!("{version} {preset}") } else { version.to_string() }
    };
    let style = store.config().and_then(|mut config| config.snapshot()?.get_string("merge.conflictstyle"));
    let base = of(&lock.pack.version, &lock.preset);
    let mut theirs = of(&plan.pack.version, &plan.preset);
    if theirs == base {
        theirs.push_str(" with your changes of goldpath.toml");
    }
    Labels {
        ours: "yours".to_owned(),
        base: format!("{base} as rendered"),
        theirs,
        zealous: style.is_ok_and(|style| style == "zdiff3"),
    }
}
