//! Controls: the promises of the preset, written as policy in the pack and judged by the facts of the repository.

mod apart;
mod engine;
mod kept;
mod level;
mod register;

use std::borrow::Cow;

use serde_json::Value;

use self::apart::{Case, Judged as Verdict, apart, here};
pub(crate) use self::apart::{JUDGE, for_another};
use self::engine::Denial;
pub(super) use self::kept::{add as add_kept, dropped};
pub use self::level::{Gap, Level, Step};
pub(super) use self::register::Register;
use super::checked::{Checked, Family};
use super::facts::Judged;
use super::files::Files;
use super::finding::Findings;
use crate::check::subject::Subject;
use crate::lock::LOCK_FILE;
use crate::pack::{Control, Fault, Pack, Policies, PolicyFile, Preset};

const WORKFLOWS: &str = ".github/workflows/";

/// What was judged.
pub(super) struct Judgement {
    pub(super) checked: Vec<Checked>,
    pub(super) level: Option<Level>,
}

/// What came of one control.
type Outcome = Result<Vec<Denial>, String>;

/// The presets by whose promises facts are judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Presets {
    /// Every one of the pack, so that it can be said which of them is met.
    All,
    /// The one that is asked for.
    One,
}

/// Judges the facts by the promises of `preset`, and by those of the others where that is asked for. They are gathered
/// only where there is anything to judge them by.
pub(super) fn judge(
    pack: &Pack,
    preset: Option<&str>,
    presets: Presets,
    facts: impl FnOnce() -> Value,
    register: &Register,
) -> Judgement {
    let policies = pack.policies();
    if policies.controls.is_empty() && policies.faults.is_empty() {
        return Judgement { checked: vec![without_controls(pack)], level: None };
    }
    let mut judgeds = Vec::new();
    let is_asked = |step: &&Preset| presets == Presets::All || preset == Some(step.name.as_str());
    for step in pack.presets.iter().filter(is_asked) {
        let Ok(lineage) = pack.lineage(&step.name) else { continue };
        let judged = Judged { lineage: lineage.iter().map(|preset| preset.name.as_str()).collect() };
        let controls = promised(policies, &judged);
        judgeds.push((step, judged, controls));
    }
    let of_judged = |(_, judged, controls): &(_, Judged<'_>, Vec<&Control>)| apart::Step {
        lineage: judged.lineage.iter().map(|name| (*name).to_owned()).collect(),
        controls: asked(controls),
    };
    let steps = judgeds.iter().map(of_judged).collect();
    let case = Case { sources: Cow::from(&policies.sources), facts: Cow::Owned(facts()), steps };
    let verdict = if pack.is_builtin() { Ok(here(&case)) } else { apart(&case) };
    let mut checked = vec![register.check()];
    let Verdict { faults, steps: outcomes } = match verdict {
        Ok(verdict) => verdict,
        Err(why) => {
            checked.push(broken(&[Fault { file: ALL.to_owned(), why }]));
            return Judgement { checked, level: None };
        }
    };
    // A control that does not compile tells it itself.
    let is_known = |fault: &Fault| policies.controls.iter().any(|control| control.file == fault.file);
    let of_no_control: Vec<Fault> =
        policies.faults.iter().cloned().chain(faults).filter(|fault| !is_known(fault)).collect();
    if !of_no_control.is_empty() {
        checked.push(broken(&of_no_control));
    }
    let mut steps = Vec::new();
    let mut of_preset = None;
    for ((step, judged, controls), outcomes) in judgeds.into_iter().zip(outcomes) {
        let outcomes: Vec<(&Control, Outcome)> = controls.into_iter().zip(outcomes).collect();
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
    // A preset is not met where nobody knows all that it promises.
    let is_known = presets == Presets::All && of_no_control.is_empty();
    let level = is_known.then(|| Level { steps, asked: preset.map(str::to_owned) });
    Judgement { checked, level }
}

/// What is wrong with policies whatever they judge: files that cannot be read or do not compile, or give no denials; tests
/// that do not compile.
#[must_use]
pub(crate) fn faults_of(pack: &Pack) -> Vec<Fault> {
    let (policies, tests) = (pack.policies(), pack.policy_tests());
    let controls: Vec<&Control> = policies.controls.iter().collect();
    let steps = vec![apart::Step { lineage: Vec::new(), controls: asked(&controls) }];
    let facts = Cow::Owned(serde_json::json!({}));
    let mut faults = policies.faults.clone();
    // A longer line is no mistake: `opa test` takes it, and the engine here does not.
    let is_readable = |test: &&PolicyFile| test.text.lines().all(|line| line.len() <= MAX_COLUMNS);
    let sources: Vec<PolicyFile> =
        policies.sources.iter().chain(tests.iter().filter(is_readable)).cloned().collect();
    let is_test = |file: &str| tests.iter().any(|test| test.file == file);
    match apart(&Case { sources: Cow::from(sources), facts, steps }) {
        Ok(Verdict { faults: of_files, steps }) => {
            // A test reads its control, of which it is told already that it does not compile.
            let follows = |fault: &Fault| is_test(&fault.file) && fault.why.starts_with("it reads ");
            faults.extend(of_files.into_iter().filter(|fault| !follows(fault)));
            for (control, outcome) in controls.iter().zip(steps.into_iter().flatten()) {
                if let Err(why) = outcome
                    && !faults.iter().any(|fault| fault.file == control.file)
                {
                    faults.push(Fault { file: control.file.clone(), why });
                }
            }
        }
        Err(why) => faults.push(Fault { file: ALL.to_owned(), why }),
    }
    faults
}

/// The longest line that the engine reads.
const MAX_COLUMNS: usize = 1024;
/// All policies together, where it is not known which of them it is.
const ALL: &str = "policies";

/// As they are asked of whoever judges.
fn asked(controls: &[&Control]) -> Vec<(String, String)> {
    controls.iter().map(|control| (control.file.clone(), control.package.clone())).collect()
}

/// The controls of a preset and of those it extends.
fn promised<'p>(policies: &'p Policies, judged: &Judged<'_>) -> Vec<&'p Control> {
    let promised =
        |control: &&Control| control.presets.keys().any(|preset| judged.lineage.contains(&preset.as_str()));
    policies.controls.iter().filter(promised).collect()
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
    let lineage = judged.lineage.iter().map(|name| (*name).to_owned()).collect();
    Step { preset: preset.to_owned(), lineage, title: title.to_owned(), controls: outcomes.len(), gaps }
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
            let message = format!("the control cannot be judged: {}", placed(&control.file, why));
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

/// Files of policy of which it is not known which control they would be.
fn broken(faults: &[Fault]) -> Checked {
    Checked::of(Family::Controls, "controls.judged", "the controls of the pack can be judged", |findings| {
        for Fault { file, why } in faults {
            let message = format!("a policy of the pack cannot be judged: {}", placed(file, why));
            findings.about(LOCK_FILE, message, MISTAKE_OF_THE_PACK);
        }
    })
}

/// Why a file cannot be judged, with its name once.
fn placed(file: &str, why: &str) -> String {
    if why.trim_start_matches('`').starts_with(file) { why.to_owned() } else { format!("{file}: {why}") }
}

fn without_controls(pack: &Pack) -> Checked {
    Checked::of(Family::Controls, "controls.judged", "the pack has controls", |findings: &mut Findings| {
        let message = format!("{} {} has no controls, so none was judged", pack.name, pack.version);
        findings.about(LOCK_FILE, message, "a newer version of the pack may have some");
    })
    .into_notice()
}

fn unknown_preset(pack: &Pack, preset: &str) -> Checked {
    Checked::of(Family::Controls, "controls.judged", "the preset is one of the pack", |findings| {
        let message = format!("{} {} has no preset `{preset}`", pack.name, pack.version);
        let names = pack.presets.iter().map(|preset| preset.name.as_str());
        let hint = crate::nearest::did_you_mean(preset, names);
        findings.about(LOCK_FILE, message, hint);
    })
}

/// A project in a folder has pipelines, owners and rules that hold and that GitHub never reads.
pub(super) fn out_of_force(subject: &Subject<'_>, files: &Files) -> Option<Checked> {
    let folder = subject.folder_in_repository();
    files.below(WORKFLOWS, &[".yml", ".yaml"]).next().filter(|_| !folder.is_empty())?;
    let checked = Checked::of(
        Family::Controls,
        "controls.in-force",
        "GitHub reads the workflows of the project",
        |findings| {
            let message = format!(
                "GitHub reads workflows and owners at the root of a repository alone, so those of `{folder}` are not in force"
            );
            let fix = "give the service a repository of its own, or have the workflows of the root call its make targets";
            findings.about(WORKFLOWS, message, fix);
        },
    );
    Some(checked.into_notice())
}

/// The pack that would judge is not at hand.
pub(super) fn not_at_hand(subject: &Subject<'_>, why: &str) -> Checked {
    Checked::of(Family::Controls, "controls.judged", "the controls of the pack can be judged", |findings| {
        let pack = subject.lock.map(|lock| &lock.pack);
        let name = pack.map_or("the pack", |pack| pack.name.as_str());
        let message = format!("the controls of {name} cannot be judged: {why}");
        let fix = match pack {
            Some(_) if subject.may_be_online() => "run it again with `--online`".to_owned(),
            Some(pack) => {
                format!("bring the pack back to `{}`, where goldpath.lock has it from", pack.source)
            }
            None => "name the pack in goldpath.toml".to_owned(),
        };
        findings.about(LOCK_FILE, message, fix);
    })
}
