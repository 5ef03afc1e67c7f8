//! `goldpath.lock`: fact, for the tool. The exact pack, the resolved plan, and every file's pristine blob id.
//!
//! It is written by goldpath and still read as what it is, a file that anybody may have edited: every path in it
//! passes the same guard as a rendered path.

mod controls;
mod entries;
mod read;
mod write;

use std::collections::BTreeMap;

use serde::Deserialize;

pub(crate) use self::controls::held_to;
pub(crate) use self::write::lock_text;
use crate::pack::Weight;
use crate::path::RepoPath;
use crate::render::tree::{BlobId, Mode, Ownership};
use crate::value::Value;

/// The name of the file, at the root of a project.
pub const LOCK_FILE: &str = "goldpath.lock";

/// The lock's own format.
const FORMAT: u32 = 1;
/// What stands before the version of the pack that another one extends: as goldpath.toml would name it.
const EXTENDED: &str = "builtin@";

/// Whose code the service is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Code {
    /// What the stack began, and the team went on with.
    #[default]
    Stack,
    /// The team's own, older than the path: it gets nothing of what a stack begins a service with.
    Own,
}

/// What a lock records.
#[derive(Debug, Clone, PartialEq)]
pub struct Lock {
    /// Where the files came from.
    pub pack: LockedPack,
    /// The preset's name.
    pub preset: String,
    /// The stack's name.
    pub stack: String,
    /// Whose code the service is.
    pub code: Code,
    /// The components of the plan.
    pub components: Vec<String>,
    /// Every stored answer, by its key.
    pub answers: BTreeMap<String, Value>,
    /// The answers that nobody gave, by key, and the default of the pack that each was taken from.
    pub defaults: BTreeMap<String, Value>,
    /// Every setting, resolved, by its dotted name.
    pub settings: BTreeMap<String, Value>,
    /// The settings that goldpath.toml sets; none in a lock that is older than the record of it.
    pub overrides: Option<Vec<String>>,
    /// What the repository is held to, by the id of the control; none in a lock that is older than the record of it.
    pub controls: Option<BTreeMap<String, LockedControl>>,
    /// Every file, by its path.
    pub files: BTreeMap<RepoPath, LockedFile>,
}

/// The pack that a repository was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockedPack {
    /// Its name.
    pub name: String,
    /// Its exact version.
    pub version: semver::Version,
    /// `builtin`, a folder relative to the repository, or the URL of a git repository.
    pub source: String,
    /// Over its content.
    pub digest: String,
    /// The commit, of a git source.
    pub commit: Option<String>,
    /// The version of the built-in pack that it was built on; none in a lock that is older than the record of it, too.
    pub extends: Option<semver::Version>,
}

/// A control that a repository is held to, whether or not its path still has it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockedControl {
    /// The most that ever depended on it.
    pub severity: Weight,
    /// The pack and its version that demanded it first, such as `goldpath 0.2.0`.
    pub since: String,
}

/// One file as it was rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockedFile {
    /// The component that brought it.
    pub component: String,
    /// Who owns it.
    pub ownership: Ownership,
    /// What git records beside the content.
    pub mode: Mode,
    /// The git blob id of the pristine render that the file began with, or was last brought to.
    pub blob: BlobId,
    /// That of the pristine render of this version, where the file was not brought to it: it is seeded.
    pub rendered: Option<BlobId>,
    /// Whether it is of what a stack begins a service with, and this one has code of its own: then it was not written,
    /// and that it is absent is as it should be.
    pub beginning: bool,
}

/// What a lock says that follows from no plan.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Carried<'l> {
    /// Whose code the service is.
    pub(crate) code: Code,
    /// What the repository is held to.
    pub(crate) controls: &'l BTreeMap<String, LockedControl>,
    /// Of files that the path writes otherwise now and that stay as they are: the render that each began with.
    pub(crate) began: &'l BTreeMap<RepoPath, BlobId>,
}

impl LockedFile {
    /// The git blob id of what this version of the pack renders.
    #[must_use]
    pub fn rendered(&self) -> BlobId {
        self.rendered.unwrap_or(self.blob)
    }
}

#[cfg(test)]
mod tests;
