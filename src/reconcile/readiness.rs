//! What another preset brings, before it is taken: what is gained, what becomes stricter, what has to be decided.

use crate::lock::Lock;
use crate::plan::Plan;

/// From the preset of the lock to that of a plan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Readiness {
    /// The components that come: their titles, and what each is for.
    pub gained: Vec<(String, String)>,
    /// The components that go.
    pub lost: Vec<String>,
    /// The controls that promise more, or on a way that leads neither up nor down something else: their ids, and the promise.
    pub controls: Vec<(String, String)>,
    /// The controls that promise less, on the way down: their ids, and what is left of the promise.
    pub relaxed: Vec<(String, Option<String>)>,
    /// The settings with another value.
    pub settings: Vec<ChangedSetting>,
    /// The questions that were not asked before: the key, and the answer they get.
    pub questions: Vec<(String, String)>,
}

/// A setting of both presets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedSetting {
    /// Its dotted name.
    pub name: String,
    /// What it was.
    pub from: String,
    /// What it becomes.
    pub to: String,
    /// What both are measured in.
    pub unit: String,
}

impl Readiness {
    /// What changes from the lock to the plan; none where the preset stays.
    #[must_use]
    pub fn between(lock: &Lock, plan: &Plan<'_>, is_new: &dyn Fn(&str) -> bool) -> Option<Self> {
        if lock.preset == plan.preset {
            return None;
        }
        let had = |name: &String| lock.components.contains(name);
        let has = |name: &String| plan.components.iter().any(|component| component.name == *name);
        let unit = |name: &str| {
            let settings = || plan.components.iter().flat_map(|component| &component.settings);
            settings().find(|setting| setting.name == name).and_then(|setting| setting.unit.clone())
        };
        let (controls, relaxed) = promises(lock, plan);
        Some(Self {
            gained: plan
                .components
                .iter()
                .filter(|component| !had(&component.name))
                .map(|component| (component.title.clone(), component.why.clone()))
                .collect(),
            controls,
            relaxed,
            lost: lock.components.iter().filter(|name| !has(name)).cloned().collect(),
            settings: plan
                .settings
                .iter()
                .filter_map(|setting| {
                    let from = lock.settings.get(&setting.name).filter(|from| **from != setting.value)?;
                    Some(ChangedSetting {
                        name: setting.name.clone(),
                        from: from.to_string(),
                        to: setting.value.to_string(),
                        unit: unit(&setting.name).unwrap_or_default(),
                    })
                })
                .collect(),
            questions: plan
                .stored_answers()
                .filter(|answer| is_new(&answer.key))
                .map(|answer| (answer.key.clone(), answer.value.to_string()))
                .collect(),
        })
    }
}

/// The controls of the pack that promise something else in this preset than in the one of the lock: more of it, and less.
#[expect(clippy::type_complexity, reason = "two fields of `Readiness`")]
fn promises(lock: &Lock, plan: &Plan<'_>) -> (Vec<(String, String)>, Vec<(String, Option<String>)>) {
    let lineage = |preset: &str| -> Vec<&str> {
        let lineage = plan.pack.lineage(preset).unwrap_or_default();
        lineage.into_iter().map(|preset| preset.name.as_str()).collect()
    };
    let (before, now) = (lineage(&lock.preset), lineage(&plan.preset));
    // A policy that cannot be read is the pack's mistake, which `pack lint` and `check` tell.
    let policies = plan.pack.policies();
    let changed =
        policies.controls.iter().filter(|control| control.promise(&before) != control.promise(&now));
    // A preset holds whatever it extends holds: what is left of its lineage is the way down.
    let is_way_down = before.starts_with(&now);
    let (less, more): (Vec<_>, Vec<_>) = changed
        .map(|control| (control.id.clone(), control.promise(&now).map(str::to_owned)))
        .partition(|(_, promise)| is_way_down || promise.is_none());
    (more.into_iter().filter_map(|(id, promise)| Some((id, promise?))).collect(), less)
}
