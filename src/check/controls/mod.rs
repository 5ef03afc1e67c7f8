//! Controls: the promises of the preset, written as policy in the pack and judged by the facts of the repository.

mod apart;
mod engine;
mod level;
mod register;

use std::borrow::Cow;

use serde_json::Value;

use self::apart::{Case, Verdict, apart, here};
pub(crate) use self::apart::{JUDGE, for_another};
use self::engine::Denial;
pub use self::level::{Gap, Level, Step};
pub(super) use self::register::Register;
use super::checked::{Checked, Family};
use super::facts::Judged;
use super::finding::{Finding, Findings, Severity};
use crate::lock::LOCK_FILE;
use crate::pack::{Control, Pack, Policies};

/// What was judged.
pub(super) struct Judgement {
    pub(super) checked: Vec<Checked>,
    pub(super) level: Option<Level>,
}

/// What came of one control.
type Outcome = Result<Vec<Denial>, String>;

/// Judges the facts by the promises of `preset`, and by those of every other preset of the pack.
pub(super) fn judge(pack: &Pack, preset: Option<&str>, facts: &Value, register: &Register) -> Judgement {
    let policies = match pack.policies() {
        Ok(policies) => policies,
        Err(error) => return Judgement { checked: vec![broken(pack, &error.to_string())], level: None },
    };
    if policies.controls.is_empty() {
        return Judgement { checked: vec![without_controls(pack)], level: None };
    }
    let mut judgeds = Vec::new();
    for step in &pack.presets {
        let Ok(lineage) = pack.lineage(&step.name) else { continue };
        let judged = Judged { lineage: lineage.iter().map(|preset| preset.name.as_str()).collect() };
        let controls = promised(&policies, &judged);
        judgeds.push((step, judged, controls));
    }
    let of_judged = |(_, judged, controls): &(_, Judged<'_>, Vec<&Control>)| apart::Step {
        lineage: judged.lineage.iter().map(|name| (*name).to_owned()).collect(),
        packages: controls.iter().map(|control| control.package.clone()).collect(),
    };
    let steps = judgeds.iter().map(of_judged).collect();
    let case = Case { sources: Cow::from(&policies.sources), facts: Cow::Borrowed(facts), steps };
    let verdict: Verdict = if pack.is_builtin() { here(&case) } else { apart(&case) };
    let verdict = match verdict {
        Ok(verdict) => verdict,
        Err(error) => return Judgement { checked: vec![broken(pack, &error)], level: None },
    };
    let mut checked = vec![register.check()];
    let mut steps = Vec::new();
    let mut of_preset = None;
    for ((step, judged, controls), outcomes) in judgeds.into_iter().zip(verdict) {
        let outcomes: Vec<(&Control, Outcome)> = controls.into_iter().zip(outcomes).collect();
        if let Some(why) = same_fault(&outcomes) {
            return Judgement { checked: vec![broken(pack, why)], level: None };
        }
        if !outcomes.is_empty() {
            steps.push(of_step(&step.name, &step.title, &outcomes, &judged));
        }
        if preset == Some(step.name.as_str()) {
            of_preset = Some(outcomes);
        }
    }
    match (preset, of_preset) {
        (Some(preset), None) => checked.push(unknown_preset(pack, preset)),
        (_, Some(outcomes)) => {
            let of = |(control, outcome): &(&Control, Outcome)| of_control(control, outcome, register);
            checked.extend(outcomes.iter().map(of));
        }
        (None, None) => {}
    }
    Judgement { checked, level: Some(Level { steps }) }
}

/// What is wrong with policies whatever they judge: the file, and why it does not compile or gives no denials.
#[must_use]
pub(crate) fn faults_of(policies: &Policies) -> Vec<(String, String)> {
    let packages = policies.controls.iter().map(|control| control.package.clone()).collect();
    let steps = vec![apart::Step { lineage: Vec::new(), packages }];
    let facts = Cow::Owned(serde_json::json!({}));
    let judged = match apart(&Case { sources: Cow::from(&policies.sources), facts, steps }) {
        Ok(judged) => judged,
        Err(why) => return vec![("policies".to_owned(), why)],
    };
    let outcomes: Vec<(&Control, Outcome)> =
        policies.controls.iter().zip(judged.into_iter().flatten()).collect();
    if let Some(why) = same_fault(&outcomes) {
        return vec![("policies".to_owned(), why.to_owned())];
    }
    let broken =
        outcomes.into_iter().filter_map(|(control, outcome)| Some((control.file.clone(), outcome.err()?)));
    broken.collect()
}

/// The controls of a preset and of those it extends.
fn promised<'p>(policies: &'p Policies, judged: &Judged<'_>) -> Vec<&'p Control> {
    let promised =
        |control: &&Control| control.presets.keys().any(|preset| judged.lineage.contains(&preset.as_str()));
    policies.controls.iter().filter(promised).collect()
}

/// Why no control could be judged, where it is the same for each: all policies are compiled together.
fn same_fault<'o>(outcomes: &'o [(&Control, Outcome)]) -> Option<&'o str> {
    let mut faults = outcomes.iter().map(|(_, outcome)| outcome.as_ref().err());
    let first = faults.next()??;
    (outcomes.len() > 1 && faults.all(|fault| fault == Some(first))).then_some(first.as_str())
}

fn of_step(preset: &str, title: &str, outcomes: &[(&Control, Outcome)], judged: &Judged<'_>) -> Step {
    let broken = outcomes.iter().filter(|(_, outcome)| !matches!(outcome, Ok(denied) if denied.is_empty()));
    let mut gaps: Vec<Gap> = broken
        .map(|(control, outcome)| Gap {
            id: control.id.clone(),
            title: control.title.clone(),
            promise: control.promise(&judged.lineage).unwrap_or_default().to_owned(),
            effort: control.effort,
            severity: control.severity,
            remedy: control.remedy.clone(),
            findings: outcome.as_ref().map_or(1, Vec::len),
        })
        .collect();
    gaps.sort_by_key(|gap| (gap.effort, gap.findings, std::cmp::Reverse(gap.severity)));
    Step { preset: preset.to_owned(), title: title.to_owned(), controls: outcomes.len(), gaps }
}

fn of_control(control: &Control, outcome: &Outcome, register: &Register) -> Checked {
    let mut findings = Findings::of(control.id.clone());
    match outcome {
        Ok(denied) => {
            for Denial { path, line, msg, fix } in denied {
                findings.add(path, *line, None, msg, fix.as_deref().unwrap_or(&control.remedy));
            }
        }
        Err(why) => {
            let message = format!("the control cannot be judged: {}: {why}", control.file);
            findings.about(LOCK_FILE, message, MISTAKE_OF_THE_PACK);
        }
    }
    let mut findings = findings.into_vec();
    if outcome.is_ok() {
        for finding in &mut findings {
            register.waive(finding);
        }
    }
    Checked {
        family: Family::Controls,
        rule: control.id.clone().into(),
        title: control.title.clone().into(),
        missing: None,
        findings,
        control: Some(control.clone()),
    }
}

const MISTAKE_OF_THE_PACK: &str = "this is a mistake in the pack, not in the repository: tell its authors";

fn broken(pack: &Pack, why: &str) -> Checked {
    Checked::of(Family::Controls, "controls.judged", "the controls of the pack can be judged", |findings| {
        let message = format!("the controls of {} {} cannot be judged: {why}", pack.name, pack.version);
        findings.about(LOCK_FILE, message, MISTAKE_OF_THE_PACK);
    })
}

fn without_controls(pack: &Pack) -> Checked {
    let mut checked = Checked::of(
        Family::Controls,
        "controls.judged",
        "the pack has controls",
        |findings: &mut Findings| {
            let message = format!("{} {} has no controls, so none was judged", pack.name, pack.version);
            findings.about(LOCK_FILE, message, "a newer version of the pack may have some");
        },
    );
    checked.findings.iter_mut().for_each(|finding: &mut Finding| finding.severity = Severity::Notice);
    checked
}

fn unknown_preset(pack: &Pack, preset: &str) -> Checked {
    Checked::of(Family::Controls, "controls.judged", "the preset is one of the pack", |findings| {
        let message = format!("{} {} has no preset `{preset}`", pack.name, pack.version);
        let names = pack.presets.iter().map(|preset| preset.name.as_str());
        let hint = crate::nearest::did_you_mean(preset, names);
        findings.about(LOCK_FILE, message, hint);
    })
}

/// The pack that would judge is not at hand.
pub(super) fn not_at_hand(name: &str, why: &str) -> Checked {
    Checked::of(Family::Controls, "controls.judged", "the controls of the pack can be judged", |findings| {
        let message = format!("the controls of {name} cannot be judged: {why}");
        findings.about(
            LOCK_FILE,
            message,
            "run it again with `--online`, or bring the pack back to where it was",
        );
    })
}
