//! Which preset a repository meets today, whatever it was made with, and what is missing to the next.

use crate::pack::{Effort, Weight};

/// What a repository meets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// Each preset that promises anything, the smallest first.
    pub steps: Vec<Step>,
}

/// How far a repository is from one preset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The preset.
    pub preset: String,
    /// What people read.
    pub title: String,
    /// How many controls it promises.
    pub controls: usize,
    /// Those that do not hold, the least effort first. What is waived does not hold.
    pub gaps: Vec<Gap>,
}

/// A control that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// Its id.
    pub id: String,
    /// What would hold.
    pub title: String,
    /// What the preset promises.
    pub promise: String,
    /// How much work it is.
    pub effort: Effort,
    /// How much depends on it.
    pub severity: Weight,
    /// What to do.
    pub remedy: String,
    /// How many places are in the way.
    pub findings: usize,
}

impl Level {
    /// The largest preset whose promises all hold, each smaller one's too.
    #[must_use]
    pub fn meets(&self) -> Option<&Step> {
        self.steps.iter().take_while(|step| step.gaps.is_empty()).last()
    }

    /// The smallest preset that is not met.
    #[must_use]
    pub fn next(&self) -> Option<&Step> {
        self.steps.iter().find(|step| !step.gaps.is_empty())
    }

    /// The largest preset.
    #[must_use]
    pub fn top(&self) -> Option<&Step> {
        self.steps.last()
    }
}

impl Step {
    /// How many controls hold.
    #[must_use]
    pub fn holding(&self) -> usize {
        self.controls - self.gaps.len()
    }

    /// The share of the controls that hold, in percent, rounded down: 100 is only for all of them.
    #[must_use]
    pub fn percent(&self) -> usize {
        (self.holding() * 100).checked_div(self.controls).unwrap_or_default()
    }
}
