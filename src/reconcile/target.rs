//! From a project and the pack it goes to, to what becomes of each file.

use std::collections::BTreeMap;

use git2::{Oid, Repository};

use super::base::folder_name;
use super::lines::Labels;
use super::merge::{Sides, merge};
use super::outcome::{Action, Change, Outcome, Record, Stored};
use super::refuse::refuse_outcome;
use super::{Base, Checkout, Error as Situation};
use crate::error::Error;
use crate::intent::{INTENT_FILE, rewritten};
use crate::lock::{LOCK_FILE, Lock, lock_text};
use crate::pack::source::Origin;
use crate::pack::{Migration, Pack};
use crate::path::RepoPath;
use crate::plan::{Facts, Given, Plan, Raw};
use crate::render::render;
use crate::render::tree::{Mode, Ownership};
use crate::repo::eol;
use crate::value::Value;

/// Where a project goes.
pub struct Target<'t> {
    /// The pack.
    pub pack: &'t Pack,
    /// Where it is, as the project names it.
    pub origin: Origin,
    /// Flags over goldpath.toml.
    pub given: Given,
    /// The text of goldpath.toml.
    pub intent: &'t str,
}

/// What a run would do, and what to tell of it.
#[derive(Debug)]
pub struct Brought {
    /// What becomes of each file, goldpath.toml and goldpath.lock among them.
    pub outcome: Outcome,
    /// The preset it goes to.
    pub preset: String,
    /// What migrations say, and what changed without being asked for.
    pub notes: Vec<String>,
    /// Files whose base is found nowhere.
    pub missing: Vec<RepoPath>,
}

/// Works out what becomes of each file. Nothing is written.
///
/// # Errors
/// Answers that no longer stand, a pack that does not render, or an obstacle on disk.
pub fn bring(checkout: &Checkout, lock: &Lock, base: &Base, target: Target<'_>) -> Result<Brought, Error> {
    let Target { pack, origin, mut given, intent } = target;
    let mut notes = Vec::new();
    if pack.version == lock.pack.version && pack.digest() != lock.pack.digest {
        notes.push(format!("{} was published again with other content", pack.version));
    }
    let migrations = pack.migrations_since(&lock.pack.version)?;
    migrate(&migrations, &mut given, &mut notes);
    drop_idle(pack, lock, &mut given, &mut notes);
    let facts = Facts { target_folder: folder_name(checkout.root()), ..Facts::default() };
    let stack = if given.stack.is_some() { given.stack_name().to_owned() } else { lock.stack.clone() };
    let plan = Plan::resolve(pack, given.preset_name(), &stack, &given, &facts)?;
    notes.extend(changed_defaults(lock, &plan));
    let theirs = render(&plan)?;

    // In memory: a dry run leaves nothing, and a real one writes only what it needs.
    let store =
        Repository::open(checkout.repository.path()).map_err(Situation::git("open the repository"))?;
    let odb = store.odb().map_err(Situation::git("open the repository"))?;
    let _memory = odb.add_new_mempack_backend(1000).map_err(Situation::git("open the repository"))?;
    let ours = checkout.ours()?;
    let labels = labels(&store, lock, &plan);
    let stored = |path: &str, content: &[u8]| {
        eol::stored(&checkout.repository, &format!("{}{path}", checkout.prefix), content)
    };
    let sides = Sides {
        store: &store,
        base,
        ours: &ours,
        theirs: &theirs,
        moves: &moves(&migrations, lock),
        labels: &labels,
        stored: &stored,
    };
    let mut outcome = merge(&sides)?;
    let text = rewritten(intent, &plan, &origin).unwrap_or_else(|| intent.to_owned());
    for (path, text, ownership) in [
        (INTENT_FILE, text, Ownership::Shared),
        (LOCK_FILE, lock_text(&plan, &theirs, &origin), Ownership::Managed),
    ] {
        let now = ours.files.get(path).map(|(_, id)| *id);
        let content = stored(path, text.as_bytes()).unwrap_or_else(|| text.into_bytes());
        outcome.records.push(own_file(path, content, ownership, now));
    }
    refuse_outcome(checkout, &outcome, &|path| ours.files.contains_key(path))?;
    let missing = base.missing().into_iter().cloned().collect();
    Ok(Brought { outcome, preset: plan.preset.clone(), notes, missing })
}

/// goldpath's own files are written, not merged.
fn own_file(path: &str, content: Vec<u8>, ownership: Ownership, now: Option<Oid>) -> Record {
    let unchanged = Oid::hash_object(git2::ObjectType::Blob, &content).ok() == now;
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
        ownership,
        change: if unchanged { Change::None } else { Change::Write(Stored { mode: Mode::Regular, content }) },
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

/// Renames and replaces what goldpath.toml says, as each version in turn did.
fn migrate(migrations: &[Migration], given: &mut Given, notes: &mut Vec<String>) {
    for migration in migrations {
        if !migration.notes.is_empty() {
            notes.push(format!("{}: {}", migration.version, migration.notes));
        }
        for (from, to) in migration.renamed_answers.iter().chain(&migration.renamed_settings) {
            if given.get(from).is_some() {
                notes.push(format!("{}: `{from}` is called `{to}` now", migration.version));
                given.rename(from, to);
            }
        }
        for (key, from, to) in &migration.replaced_answers {
            let now = given.get(key).cloned();
            if let Some(now) = now.filter(|now| matches!(&now.raw, Raw::Typed(value) if value == from)) {
                notes.push(format!("{}: `{key}` is `{to}` now, which was `{from}`", migration.version));
                given.set(key.clone(), Raw::Typed(to.clone()), now.from);
            }
        }
    }
}

/// Takes out what the pack asked once and asks no longer.
fn drop_idle(pack: &Pack, lock: &Lock, given: &mut Given, notes: &mut Vec<String>) {
    let asked = |key: &str| pack.questions.iter().any(|question| question.key == key);
    let known = |name: &str| {
        let settings = || pack.components.values().flat_map(|component| &component.settings);
        settings().any(|setting| setting.name == name)
    };
    let idle = lock.answers.keys().filter(|key| !asked(key));
    for name in idle.chain(lock.settings.keys().filter(|name| !known(name))) {
        if given.unset(name).is_some() {
            notes.push(format!("`{name}` is no longer asked, and left goldpath.toml"));
        }
    }
}

/// Answers that nobody gave and that are others now.
fn changed_defaults(lock: &Lock, plan: &Plan<'_>) -> Vec<String> {
    let shown =
        |value: &Value| Some(value.to_string()).filter(|text| !text.is_empty()).unwrap_or("nothing".into());
    let by_default = plan.stored_answers().filter(|answer| answer.from == crate::plan::Source::Default);
    by_default
        .filter_map(|answer| match lock.answers.get(&answer.key) {
            None => Some(format!(
                "`{}` is asked now; the default was taken: {}",
                answer.key,
                shown(&answer.value)
            )),
            Some(before) if *before != answer.value => Some(format!(
                "`{}` follows its default: {}, which was {}",
                answer.key,
                shown(&answer.value),
                shown(before)
            )),
            Some(_) => None,
        })
        .collect()
}

/// Where the files of the lock are, after all moves in turn.
fn moves(migrations: &[Migration], lock: &Lock) -> BTreeMap<RepoPath, RepoPath> {
    let mut moved = BTreeMap::new();
    for path in lock.files.keys() {
        let mut name = path.to_string();
        for (from, to) in migrations.iter().flat_map(|migration| &migration.moves) {
            if name == from.as_str() {
                to.as_str().clone_into(&mut name);
            } else if let Some(rest) =
                name.strip_prefix(from.as_str()).and_then(|rest| rest.strip_prefix('/'))
            {
                name = format!("{to}/{rest}");
            }
        }
        if name != path.as_str()
            && let Ok(name) = RepoPath::new(&name)
        {
            moved.insert(path.clone(), name);
        }
    }
    moved
}
