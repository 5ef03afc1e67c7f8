//! Which preset a repository meets today, whatever it was made with, and what is missing to the next.

use crate::pack::{Effort, Weight};

/// What a repository meets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// Each preset that promises anything, the smallest first.
    pub steps: Vec<Step>,
    /// The preset that the repository is judged by.
    pub asked: Option<String>,
}

/// How far a repository is from one preset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The preset.
    pub preset: String,
    /// It and everything that it extends, the smallest first.
    pub lineage: Vec<String>,
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
    /// The largest preset whose promises all hold: on the way of the one that is asked for, where one of these is.
    #[must_use]
    pub fn meets(&self) -> Option<&Step> {
        let met = self.steps.iter().filter(|step| step.gaps.is_empty());
        met.max_by_key(|step| (self.is_on_the_way(step), step.lineage.len()))
    }

    /// The smallest preset that is not met and extends the one that is: what is beside it would take something away.
    #[must_use]
    pub fn next(&self) -> Option<&Step> {
        let met = self.meets();
        let above = |step: &&Step| met.is_none_or(|met| step.lineage.contains(&met.preset));
        let open = self.steps.iter().filter(|step| !step.gaps.is_empty()).filter(above);
        open.min_by_key(|step| (!self.is_on_the_way(step), step.lineage.len(), step.gaps.len()))
    }

    /// Whether a preset extends the one that is asked for, or is extended by it.
    fn is_on_the_way(&self, step: &Step) -> bool {
        let Some(asked) = &self.asked else { return false };
        let of_asked = self.steps.iter().find(|of| of.preset == *asked);
        step.lineage.contains(asked) || of_asked.is_some_and(|of| of.lineage.contains(&step.preset))
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
