//! A value that cannot stand: all of them are told in one go.

use std::fmt;

use super::given::Source;

/// One bad or missing value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The question or setting.
    pub name: String,
    /// Where the value came from.
    pub from: Source,
    /// What is wrong with it.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.from {
            Source::Nobody => write!(f, "`{}`: {}", self.name, self.message),
            _ => write!(f, "`{}` from {}: {}", self.name, self.from, self.message),
        }
    }
}

impl Problem {
    /// Whether it stands in a file or in the environment.
    #[must_use]
    pub fn is_written_down(&self) -> bool {
        matches!(self.from, Source::Environment(_) | Source::File(_) | Source::Config(_))
    }

    /// Whether nobody said it: the question is open, for a person to answer.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.from, Source::Default | Source::Nobody)
    }
}
