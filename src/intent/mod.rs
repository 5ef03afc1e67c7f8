//! `goldpath.toml`: intent, for people. Which pack and preset, the answers, and the settings that differ.

mod read;
mod rewrite;
mod write;

pub(crate) use self::rewrite::rewritten;
pub(crate) use self::write::intent_text;
use crate::pack::source::PackSpec;
use crate::plan::Given;

/// The name of the file, at the root of a project.
pub const INTENT_FILE: &str = "goldpath.toml";

/// What a person wants the repository to be.
#[derive(Debug, Clone)]
pub struct Intent {
    /// The pack it names.
    pub pack: PackSpec,
    /// Preset, stack, answers and settings, each from [`Source::Intent`](crate::plan::Source::Intent).
    pub given: Given,
}
