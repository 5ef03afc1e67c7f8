//! What each version moved and renamed: whether it leads to what is there now.
//!
//! A repository may come from any version, so what one migration leads to may be moved or renamed again by a later one.

use std::collections::BTreeSet;

use super::Finding;
use super::tried::Tried;
use crate::pack::{Change, Migration, Pack, Setting};
use crate::path::RepoPath;
use crate::render::SUFFIX;
use crate::value::Value;

/// What is wrong with them.
pub(super) fn findings(pack: &Pack, tried: &Tried<'_>) -> Vec<Finding> {
    let own = match pack.migrations() {
        Ok(own) => own,
        Err(error) => return vec![Finding::new("bad-migration", "migrations", error.to_string())],
    };
    let base = pack.base_migrations();
    let mut findings = Vec::new();
    for (index, migration) in own.iter().enumerate() {
        let checked = Checked { pack, migration, later: own[index + 1..].iter().chain(&base).collect() };
        findings.extend(checked.too_new());
        findings.extend(checked.ambiguous());
        findings.extend(checked.renames_to_nothing());
        findings.extend(checked.replaced_answers());
        if tried.is_rendered() {
            findings.extend(checked.moves_to_nothing(&tried.paths));
            findings.extend(checked.idle_changes(&tried.paths));
        }
    }
    findings
}

/// One migration, and those that apply after it.
struct Checked<'m> {
    pack: &'m Pack,
    migration: &'m Migration,
    later: Vec<&'m Migration>,
}

impl Checked<'_> {
    fn finding(&self, rule: &'static str, message: String) -> Finding {
        Finding::new(rule, format!("migrations/{}.toml", self.migration.version), message)
    }

    fn too_new(&self) -> Option<Finding> {
        let (of, pack) = (&self.migration.version, &self.pack.version);
        let message =
            || format!("it is for a version after {pack}, which is that of the pack: nobody follows it");
        (of > pack).then(|| self.finding("future-migration", message()))
    }

    /// Two ways for one name. A chain or a swap is none: each name is looked up once.
    fn ambiguous(&self) -> Vec<Finding> {
        let Migration { moves, renamed, .. } = self.migration;
        let told = |what: &str, way: &str, names: Vec<&str>| -> Vec<Finding> {
            let message = |name: &str| format!("two {what} {way} `{name}`");
            repeated(&names)
                .into_iter()
                .map(|name| self.finding("ambiguous-migration", message(name)))
                .collect()
        };
        [
            told("moves are", "from", moves.iter().map(|(from, _)| from.as_str()).collect()),
            told("renames are", "from", renamed.iter().map(|(from, _)| from.as_str()).collect()),
            told("renames are", "to", renamed.iter().map(|(_, to)| to.as_str()).collect()),
        ]
        .concat()
    }

    fn renames_to_nothing(&self) -> Vec<Finding> {
        let names: BTreeSet<&str> = self.migration.renamed.iter().map(|(_, to)| to.as_str()).collect();
        let unknown = names.into_iter().filter(|name| !self.is_asked(name) && !self.is_renamed_later(name));
        unknown
            .map(|name| {
                let message = format!("it renames to `{name}`, which is neither a question nor a setting");
                self.finding("renames-to-nothing", message)
            })
            .collect()
    }

    fn replaced_answers(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (key, _, to) in &self.migration.replaced_answers {
            if self.is_renamed_later(key) || self.is_replaced_later(key, to) {
                continue;
            }
            if !self.is_asked(key) {
                let message =
                    format!("it replaces an answer to `{key}`, which is neither a question nor a setting");
                findings.push(self.finding("bad-replacement", message));
            } else if let Err(why) = self.accept(key, to) {
                let message = format!("it replaces an answer to `{key}` with what that does not take: {why}");
                findings.push(self.finding("bad-replacement", message));
            }
        }
        findings
    }

    fn moves_to_nothing(&self, rendered: &BTreeSet<String>) -> Vec<Finding> {
        let moves = self.migration.moves.iter();
        moves
            .filter(|(_, to)| !self.is_there(rendered, to) && !self.is_moved_on(to))
            .map(|(from, to)| {
                let message = format!("it moves `{from}` to `{to}`, which no preset with any stack renders");
                self.finding("moves-to-nothing", message)
            })
            .collect()
    }

    /// Globs of release notes about what never was. A file that is gone can only be known from a version that the pack
    /// keeps; where it keeps none from before, nothing is said.
    fn idle_changes(&self, rendered: &BTreeSet<String>) -> Vec<Finding> {
        let moved: Vec<&RepoPath> =
            self.all().flat_map(|migration| &migration.moves).flat_map(|(from, to)| [from, to]).collect();
        let globs = self.migration.changes.iter().flat_map(|change: &Change| &change.files);
        let idle: Vec<_> = globs
            .filter(|glob| !rendered.iter().any(|path| glob.is_match(path)))
            .filter(|glob| !sources(self.pack).any(|path| glob.is_match(path)))
            // What lies in a folder that moves has no name here.
            .filter(|glob| {
                !moved.iter().any(|path| glob.is_match(path.as_str()) || glob.is_match(&format!("{path}/x")))
            })
            .collect();
        if idle.is_empty() {
            return Vec::new();
        }
        let Some(before) = self.kept_before() else { return Vec::new() };
        idle.into_iter()
            .filter(|glob| !sources(&before).any(|path| glob.is_match(path)))
            .map(|glob| {
                let message =
                    format!("`{glob}` of a change matches no file that the pack renders or rendered before");
                self.finding("idle-change", message)
            })
            .collect()
    }

    /// The newest version that the pack keeps from before, if the names of its files are plain.
    fn kept_before(&self) -> Option<Pack> {
        let released = self.pack.released();
        let newest = released.iter().rfind(|version| **version < self.migration.version)?;
        let (before, _) = self.pack.release(newest).ok()??;
        let is_plain = sources(&before).all(|path| !before.delimiters.in_text(path));
        is_plain.then_some(before)
    }

    fn all(&self) -> impl Iterator<Item = &Migration> {
        std::iter::once(self.migration).chain(self.later.iter().copied())
    }

    fn setting(&self, name: &str) -> Option<&Setting> {
        let mut settings = self.pack.components.values().flat_map(|component| &component.settings);
        settings.find(|setting| setting.name == name)
    }

    fn is_asked(&self, name: &str) -> bool {
        self.pack.questions.iter().any(|question| question.key == name) || self.setting(name).is_some()
    }

    fn is_renamed_later(&self, name: &str) -> bool {
        self.later.iter().flat_map(|migration| &migration.renamed).any(|(from, _)| from == name)
    }

    fn is_replaced_later(&self, key: &str, value: &Value) -> bool {
        let mut replaced = self.later.iter().flat_map(|migration| &migration.replaced_answers);
        replaced.any(|(other, from, _)| other == key && from == value)
    }

    fn accept(&self, key: &str, value: &Value) -> Result<(), String> {
        let question = self.pack.questions.iter().find(|question| question.key == key);
        match (question, self.setting(key)) {
            (Some(question), _) => question.accept(value.clone()).map(|_| ()),
            (None, Some(setting)) => setting.accept(value.clone()).map(|_| ()),
            (None, None) => Ok(()),
        }
    }

    /// Whether a path is a file or a folder of files, a condition that nothing here tried left aside.
    fn is_there(&self, rendered: &BTreeSet<String>, path: &RepoPath) -> bool {
        let mut known = rendered.iter().map(String::as_str).chain(sources(self.pack));
        known.any(|known| is_in(known, path.as_str()))
    }

    /// Whether another move of this or a later version takes it, what is in it, or the folder that it is in.
    fn is_moved_on(&self, path: &RepoPath) -> bool {
        let mut moves = self.all().flat_map(|migration| &migration.moves);
        moves.any(|(from, _)| is_in(from.as_str(), path.as_str()) || is_in(path.as_str(), from.as_str()))
    }
}

/// The paths that files of a pack would have, as its folders name them.
fn sources(pack: &Pack) -> impl Iterator<Item = &str> {
    pack.paths_below("templates/").filter_map(|path| {
        let (folder, path) = path.strip_prefix("templates/")?.split_once('/')?.1.split_once('/')?;
        (folder == "files").then(|| path.strip_suffix(SUFFIX).unwrap_or(path))
    })
}

/// Whether a path is another one, or lies in it.
fn is_in(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn repeated<'n>(names: &[&'n str]) -> BTreeSet<&'n str> {
    let again = names.iter().enumerate().filter(|(index, name)| names[..*index].contains(name));
    again.map(|(_, name)| *name).collect()
}
