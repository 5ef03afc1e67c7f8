//! What goldpath.toml says, in the words of the version that is gone to: migrations, each once and in order.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::Error;
use crate::lock::Lock;
use crate::pack::{Change, Migration, Pack};
use crate::path::RepoPath;
use crate::plan::given::renamed;
use crate::plan::{Answer, Given, Plan, Raw, Source};
use crate::render::tree::Tree;
use crate::value::Value;

/// What was given, migrated, and what came with it.
pub struct Migrated {
    /// Flags over goldpath.toml.
    pub given: Given,
    /// What the answers were, under their names of now.
    before: BTreeMap<String, Value>,
    /// What happened to answers and settings, in words.
    notes: Vec<String>,
    migrations: Vec<Migration>,
}

/// Brings what was given to the version of `pack`.
///
/// # Errors
/// A migration that cannot be read.
pub fn migrate(pack: &Pack, lock: &Lock, given: Given) -> Result<Migrated, Error> {
    let mut notes = Vec::new();
    match (&pack.base, &lock.pack.extends) {
        (Some(base), Some(before)) if base.version != *before => {
            let (name, now) = (&base.name, &base.version);
            notes
                .push(format!("{} {} is built on {name} {now}, which was {before}", pack.name, pack.version));
        }
        _ if pack.version == lock.pack.version && pack.digest() != lock.pack.digest => {
            notes.push(format!("{} was published again with other content", pack.version));
        }
        _ => {}
    }
    let migrations = pack.migrations_since(&lock.pack.version, lock.pack.extends.as_ref())?;
    let (before, defaults) = (lock.answers.clone(), lock.defaults.clone());
    let mut migrated = Migrated { given, before, notes, migrations };
    let defaults = migrated.follow_migrations(defaults);
    migrated.drop_idle(pack, lock);
    migrated.follow_defaults(pack, &defaults);
    Ok(migrated)
}

impl Migrated {
    /// The questions that the repository has never been asked.
    #[must_use]
    pub fn is_new(&self, key: &str) -> bool {
        !self.before.contains_key(key)
    }

    /// The answers and settings that have another name, as each version in turn renamed them.
    pub(super) fn renamed(&self) -> impl Iterator<Item = &(String, String)> {
        self.migrations.iter().flat_map(|migration| &migration.renamed)
    }

    /// Renames and replaces what goldpath.toml says, as each version in turn did.
    fn follow_migrations(&mut self, mut defaults: BTreeMap<String, Value>) -> BTreeMap<String, Value> {
        for migration in &self.migrations {
            for (from, to) in self.given.rename(&migration.renamed) {
                self.notes.push(format!("{}: `{from}` is called `{to}` now", migration.release));
            }
            for known in [&mut self.before, &mut defaults] {
                renamed(known, &migration.renamed);
            }
            let keys: BTreeSet<&String> = migration.replaced_answers.iter().map(|(key, ..)| key).collect();
            for key in keys {
                let Some(now) = self.given.get(key).cloned() else { continue };
                let Raw::Typed(value) = &now.raw else { continue };
                let of_key = migration.replaced_answers.iter().filter(|(of, ..)| of == key);
                let pairs: Vec<_> = of_key.map(|(_, from, to)| (from, to)).collect();
                let replaced = replaced(value, &pairs);
                if replaced == *value {
                    continue;
                }
                self.notes
                    .push(format!("{}: `{key}` is `{replaced}` now, which was `{value}`", migration.release));
                self.given.set(key.clone(), Raw::Typed(replaced.clone()), now.from);
                self.before.insert(key.clone(), replaced);
            }
        }
        defaults
    }

    /// Takes out what the pack asked once and asks no longer.
    fn drop_idle(&mut self, pack: &Pack, lock: &Lock) {
        let asked = |key: &str| pack.questions.iter().any(|question| question.key == key);
        let known = |name: &str| {
            let settings = || pack.components.values().flat_map(|component| &component.settings);
            settings().any(|setting| setting.name == name)
        };
        let idle: BTreeSet<&String> = lock
            .answers
            .keys()
            .filter(|key| !asked(key))
            .chain(lock.settings.keys().filter(|name| !known(name)))
            .collect();
        for name in idle {
            if self.given.unset(name).is_some() {
                self.notes.push(format!("`{name}` is no longer asked, and left goldpath.toml"));
            }
        }
    }

    /// An answer that nobody gave follows its default where the pack has another one now, and stays where it has not:
    /// the same default may come to another value in a folder of another name.
    fn follow_defaults(&mut self, pack: &Pack, defaults: &BTreeMap<String, Value>) {
        for (key, default) in defaults {
            let as_it_was = self.before.get(key).map(|value| Raw::Typed(value.clone()));
            let is_untouched = self
                .given
                .get(key)
                .is_some_and(|now| now.from == Source::Intent && Some(&now.raw) == as_it_was.as_ref());
            let (true, Some(as_it_was)) = (is_untouched, as_it_was) else { continue };
            let question = pack.questions.iter().find(|question| question.key == *key);
            if question.is_some_and(|question| question.default.as_ref() == Some(default)) {
                self.given.set(key.clone(), as_it_was, Source::Lock);
            } else {
                self.given.unset(key);
            }
        }
    }

    /// Where the files of the lock are, after all moves in turn.
    pub(super) fn moves(&self, lock: &Lock) -> BTreeMap<RepoPath, RepoPath> {
        let mut all = BTreeMap::new();
        for path in lock.files.keys() {
            let mut name = path.to_string();
            for migration in &self.migrations {
                // All moves of a version are at once: the one that is most about this file counts.
                let moves =
                    migration.moves.iter().filter_map(|(from, to)| Some((from, moved_by(&name, from, to)?)));
                if let Some((_, to)) = moves.max_by_key(|(from, _)| from.as_str().len()) {
                    name = to;
                }
            }
            if name != path.as_str()
                && let Ok(name) = RepoPath::new(&name)
            {
                all.insert(path.clone(), name);
            }
        }
        all
    }

    /// What to tell of the way: what happened to answers and settings, then what they are now without being asked.
    pub(super) fn notes(&self, plan: &Plan<'_>) -> Vec<String> {
        let by_default = plan.stored_answers().filter(|answer| answer.from == Source::Default);
        let notes = self.notes.iter().cloned();
        notes.chain(by_default.filter_map(|answer| self.changed_default(answer))).collect()
    }

    fn changed_default(&self, answer: &Answer) -> Option<String> {
        let shown = |value: &Value| Some(value.to_string()).filter(|text| !text.is_empty());
        let shown = |value: &Value| shown(value).unwrap_or_else(|| "nothing".to_owned());
        let (key, value) = (&answer.key, &answer.value);
        match self.before.get(key) {
            None => Some(format!("`{key}` is asked now; the default was taken: {}", shown(value))),
            Some(before) if before != value => {
                Some(format!("`{key}` follows its default: {}, which was {}", shown(value), shown(before)))
            }
            Some(_) => None,
        }
    }

    /// What the versions on the way brought, for a repository that has, or had, one of these files.
    pub(super) fn news(&self, lock: &Lock, theirs: &Tree) -> Vec<News> {
        let concerns = |change: &Change| {
            lock.files.keys().chain(theirs.keys()).any(|path| change.concerns(path.as_str()))
        };
        let mut news = Vec::new();
        for migration in &self.migrations {
            if !migration.notes.is_empty() {
                let what = migration.notes.clone();
                news.push(News { release: migration.release.clone(), what, why: String::new() });
            }
            for change in migration.changes.iter().filter(|change| concerns(change)) {
                let (what, why) = (change.what.clone(), change.why.clone());
                news.push(News { release: migration.release.clone(), what, why });
            }
        }
        news
    }
}

/// Where a move brings a file of this name, itself or with its folder; nothing where it does not.
fn moved_by(name: &str, from: &RepoPath, to: &RepoPath) -> Option<String> {
    if name == from.as_str() {
        return Some(to.to_string());
    }
    let rest = name.strip_prefix(from.as_str())?.strip_prefix('/')?;
    Some(format!("{to}/{rest}"))
}

/// An answer as all replacements of one version make it, at once: as a whole, or each item of a list, which an empty list
/// takes out.
fn replaced(value: &Value, pairs: &[(&Value, &Value)]) -> Value {
    let instead = |value: &Value| pairs.iter().find(|(from, _)| *from == value).map(|(_, to)| *to);
    match (instead(value), value) {
        (Some(to), _) => to.clone(),
        (None, Value::List(items)) => {
            let mut all: Vec<Value> = Vec::new();
            for item in items {
                let new = match instead(item) {
                    Some(Value::List(several)) => several.clone(),
                    Some(one) => vec![one.clone()],
                    None => vec![item.clone()],
                };
                for item in new {
                    if !all.contains(&item) {
                        all.push(item);
                    }
                }
            }
            Value::List(all)
        }
        (None, _) => value.clone(),
    }
}

/// A line of the release notes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// The version that brought it, as it is told.
    pub release: String,
    /// What is new.
    pub what: String,
    /// Why it matters; empty where that is plain.
    pub why: String,
}
