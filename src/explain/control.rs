//! What a control demands, why, and whether it holds here.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Ground;
use crate::check::{self, Asked, Checked, Day, Demand, Family};
use crate::pack::Control;

/// What is known of a control, or of a rule of `goldpath check` that is none.
#[derive(Debug, Clone, Serialize)]
pub struct ControlStory {
    /// Its id.
    pub id: String,
    /// What holds when it is kept.
    pub title: String,
    /// Why it matters; of a control.
    pub why: Option<String>,
    /// The preset of this repository; none without a lock.
    pub preset: Option<String>,
    /// What the preset demands, in words; none where it does not promise it.
    pub demands: Option<String>,
    /// What each preset promises.
    pub promises: BTreeMap<String, String>,
    /// How much depends on it.
    pub severity: Option<&'static str>,
    /// The files that show it.
    pub evidence: Vec<String>,
    /// What to do where it does not hold.
    pub remedy: Option<String>,
    /// The ids of each framework that it supports; never "complies with".
    pub supports: BTreeMap<String, Vec<String>>,
    /// The file of the pack that judges it.
    pub policy: Option<String>,
    /// By which preset it was judged.
    pub judged_by: Option<String>,
    /// Whether it holds here; none where it could not be judged, or does not apply.
    pub holds: Option<bool>,
    /// Why it was not judged.
    pub not_judged: Option<String>,
    /// What does not hold, waived or not: the place and what is wrong.
    pub findings: Vec<String>,
}

impl ControlStory {
    /// Of a control of the pack.
    pub(super) fn of(ground: &Ground<'_>, control: &Control, today: Day) -> Self {
        let preset = ground.lock().map(|lock| lock.preset.clone());
        let lineage: Vec<String> = ground
            .pack
            .zip(preset.as_deref())
            .and_then(|(pack, preset)| pack.lineage(preset).ok())
            .map(|lineage| lineage.iter().map(|preset| preset.name.clone()).collect())
            .unwrap_or_default();
        let demands = lineage.iter().rev().find_map(|preset| control.presets.get(preset)).cloned();
        // What the preset does not promise is judged by the smallest one that does.
        let judged_by = match &demands {
            Some(_) => preset.clone(),
            None => ground.pack.and_then(|pack| {
                let promising = pack.presets.iter().find(|preset| control.presets.contains_key(&preset.name));
                promising.map(|preset| preset.name.clone())
            }),
        };
        let checked = judged(ground, vec![Family::Controls], judged_by.clone(), today);
        let own = checked.iter().find(|checked| checked.rule == control.id);
        Self {
            id: control.id.clone(),
            title: control.title.clone(),
            why: Some(control.description.clone()),
            preset,
            demands,
            promises: control.presets.clone(),
            severity: Some(control.severity.name()),
            evidence: control.evidence.clone(),
            remedy: Some(control.remedy.clone()),
            supports: control.supports.clone(),
            policy: Some(control.file.clone()),
            judged_by,
            holds: own.map(Checked::holds),
            not_judged: own.is_none().then(|| "the controls of the pack cannot be judged here".to_owned()),
            findings: own.map(findings).unwrap_or_default(),
        }
    }

    /// Of a rule of `goldpath check` that is no control; none where there is none of this name.
    pub(super) fn of_rule(ground: &Ground<'_>, id: &str, today: Day) -> Option<Self> {
        let checked = judged(ground, Family::ALL.to_vec(), None, today);
        let own = checked.iter().find(|checked| checked.rule == id)?;
        Some(Self {
            id: id.to_owned(),
            title: own.title.to_string(),
            why: None,
            preset: ground.lock().map(|lock| lock.preset.clone()),
            demands: None,
            promises: BTreeMap::new(),
            severity: None,
            evidence: Vec::new(),
            remedy: own.findings.first().map(|finding| finding.fix.clone()),
            supports: BTreeMap::new(),
            policy: None,
            judged_by: None,
            holds: own.missing.is_none().then(|| own.holds()),
            not_judged: own
                .missing
                .as_ref()
                .map(|missing| format!("it does not apply: there is no {missing}")),
            findings: findings(own),
        })
    }
}

/// The ids of all rules that are no controls.
pub(super) fn rules(ground: &Ground<'_>, today: Day) -> Vec<String> {
    let families = Family::ALL.into_iter().filter(|family| *family != Family::Controls).collect();
    judged(ground, families, None, today).into_iter().map(|checked| checked.rule.into_owned()).collect()
}

fn judged(ground: &Ground<'_>, families: Vec<Family>, preset: Option<String>, today: Day) -> Vec<Checked> {
    let asked = Asked { families, demand: Demand { online: false, max_behind: None }, preset, today };
    check::check(ground.subject, &asked).checked
}

fn findings(checked: &Checked) -> Vec<String> {
    let shown = checked.findings.iter().map(|finding| {
        let line = finding.line.map(|line| format!(":{line}")).unwrap_or_default();
        let waived = finding.waived.as_ref().map(|waiver| format!(" (waived: {waiver})")).unwrap_or_default();
        format!("{}{line}: {}{waived}", finding.path, finding.message)
    });
    shown.collect()
}
