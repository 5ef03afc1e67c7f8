//! A repository as its checks see it: every file that matters, read into what it means.

use std::collections::BTreeMap;

use super::expressions::{self, Expression};
use super::files::Files;
use super::makefile::Make;
use super::markdown::Page;
use super::rules::{self, Rule, RuleKind};
use super::slo::{self, Slo};
use super::workflow::{self, Workflow};
use crate::lock::{Lock, LockedFile};
use crate::path::RepoPath;
use crate::render::tree::Ownership;

/// Where the on-call page is: since 0.2.0 of the built-in pack, and before.
const ON_CALL: [&str; 2] = ["docs/on-call.md", "docs/incidents/on-call.md"];

/// What the invariants read.
pub(super) struct Repository<'f> {
    pub(super) files: &'f Files,
    /// What goldpath recorded, if it made this repository.
    pub(super) lock: Option<&'f Lock>,
    pub(super) rules: Vec<Rule<'f>>,
    pub(super) slos: Vec<Slo<'f>>,
    pub(super) workflows: Vec<Workflow<'f>>,
    /// The Markdown pages, by path.
    pub(super) pages: BTreeMap<&'f str, Page>,
    pub(super) expressions: Vec<Expression<'f>>,
    pub(super) make: Make,
}

impl<'f> Repository<'f> {
    pub(super) fn read(files: &'f Files, lock: Option<&'f Lock>) -> Self {
        let rules = rules::read(files);
        let markdown = files.below("", &[".md"]);
        let pages = markdown.filter_map(|path| Some((path, Page::read(files.text(path)?)))).collect();
        let expressions = expressions::gather(files, &rules, &pages);
        Self {
            files,
            lock,
            rules,
            slos: slo::read(files),
            workflows: workflow::read(files),
            pages,
            expressions,
            make: Make::read(files),
        }
    }

    pub(super) fn alerts(&self) -> impl Iterator<Item = &Rule<'f>> {
        self.rules.iter().filter(|rule| rule.kind == RuleKind::Alert)
    }

    pub(super) fn recordings(&self) -> impl Iterator<Item = &Rule<'f>> {
        self.rules.iter().filter(|rule| rule.kind == RuleKind::Recording)
    }

    /// The on-call page, under the name that the lock has: it moves with an upgrade, not with goldpath.
    pub(super) fn on_call_page(&self) -> &'static str {
        let is_there = |path: &&str| match self.lock {
            Some(_) => self.is_of_the_path(path),
            None => self.files.exists(path),
        };
        ON_CALL.into_iter().find(is_there).unwrap_or(ON_CALL[0])
    }

    /// Whether goldpath brought this file, and owns it.
    pub(super) fn is_managed(&self, path: &str) -> bool {
        self.locked(path).is_some_and(|locked| locked.ownership == Ownership::Managed)
    }

    /// Whether goldpath brought this file.
    pub(super) fn is_of_the_path(&self, path: &str) -> bool {
        self.lock.is_none() || self.locked(path).is_some()
    }

    fn locked(&self, path: &str) -> Option<&'f LockedFile> {
        self.lock?.files.get(&RepoPath::new(path).ok()?)
    }
}
