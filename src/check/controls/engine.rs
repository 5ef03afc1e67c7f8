//! Rego, evaluated in process: no clock, no network, no files, and an end within a bound.
//!
//! A policy that does not compile, or comes to no end, says nothing of the others: they are judged without it.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use cpu_time::ProcessTime;
use regorus::utils::limits::ExecutionTimerConfig;
use serde::{Deserialize, Serialize};

use super::Outcome;
use crate::check::facts::Judged;
use crate::pack::{Fault, PolicyFile};

/// How much processor time one control may take. The built-in ones take a few milliseconds together.
const LONGEST: Duration = Duration::from_secs(2);
/// How much all of them may take, which is less than the time after which a whole run is given up.
const ALL: Duration = Duration::from_secs(10);
/// How much of it may be spent on judging all controls of a preset at once, before each is asked alone.
const TOGETHER: Duration = Duration::from_millis(500);
/// How many steps lie between two looks at the clock.
const STEPS: NonZeroU32 = NonZeroU32::MIN.saturating_add(999);

/// The facts as the engine has them.
pub(super) struct Facts(regorus::Value);

impl From<&serde_json::Value> for Facts {
    fn from(facts: &serde_json::Value) -> Self {
        // Rego knows whatever JSON can hold.
        Self(regorus::Value::deserialize(facts).unwrap_or(regorus::Value::Undefined))
    }
}

/// The policies of a pack, ready to judge facts.
pub(super) struct Engine {
    rego: regorus::Engine,
    /// Why a file is left out, by its name.
    faults: BTreeMap<String, String>,
    /// Why a control is not tried again, by its package: it would use up the time once more for each preset.
    endless: BTreeMap<String, String>,
    /// Whether controls cannot be judged all at once.
    one_by_one: bool,
    begun: ProcessTime,
}

/// One thing that a control denies.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Denial {
    /// The file that it is about.
    pub(super) path: String,
    /// The line in it.
    #[serde(default)]
    pub(super) line: Option<usize>,
    /// What does not hold.
    pub(super) msg: String,
    /// What to do, where it is more than the remedy of the control.
    #[serde(default)]
    pub(super) fix: Option<String>,
}

/// How a rule ended without a value.
enum End {
    Error(String),
    /// It has had its time.
    Limit,
}

impl Engine {
    /// Compiles the policies, but for those that do not compile.
    pub(super) fn new(sources: &[PolicyFile]) -> Self {
        let mut empty = regorus::Engine::new();
        empty.set_strict_builtin_errors(true);
        let (engine, faults) = match with(&empty, sources) {
            Ok(engine) => (engine, BTreeMap::new()),
            Err(_) => without_faulty(&empty, sources),
        };
        Self { rego: engine, faults, endless: BTreeMap::new(), one_by_one: false, begun: ProcessTime::now() }
    }

    /// The files that are left out; each why names the file, line and column.
    pub(super) fn faults(&self) -> Vec<Fault> {
        self.faults.iter().map(|(file, why)| Fault { file: file.clone(), why: why.clone() }).collect()
    }

    /// The facts that are judged from now on, by the promises of a lineage of presets. The facts are shared, not copied.
    pub(super) fn judge(&mut self, facts: &Facts, judged: &Judged<'_>) {
        let mut input = facts.0.clone();
        if let Ok(map) = input.as_object_mut() {
            for (name, value) in judged.facts() {
                map.insert(name.into(), value.into());
            }
        }
        self.rego.set_input(input);
    }

    /// What each control denies, in order; each is named by its file and package.
    pub(super) fn outcomes(&mut self, controls: &[(String, String)]) -> Vec<Outcome> {
        if !self.one_by_one {
            match self.together(controls) {
                Some(denials) => return denials.into_iter().map(Ok).collect(),
                None => self.one_by_one = true,
            }
        }
        controls.iter().map(|(file, package)| self.denials(file, package)).collect()
    }

    /// What all of them deny, asked in one query: what several ask of a library is answered once. None where any cannot
    /// be judged; which one, and why, only shows where each is asked alone.
    fn together(&mut self, controls: &[(String, String)]) -> Option<Vec<Vec<Denial>>> {
        let rules: Vec<String> = controls.iter().map(|(_, package)| rule_of(package)).collect();
        self.rego.set_execution_timer_config(ExecutionTimerConfig { limit: TOGETHER, check_interval: STEPS });
        let results = self.rego.eval_query(format!("[{}]", rules.join(",\n")), false).ok()?;
        let values = results.result.first()?.expressions.first()?.value.as_array().ok()?;
        values.iter().map(|value| denials_in(value).ok()).collect()
    }

    fn denials(&mut self, file: &str, package: &str) -> Outcome {
        let known = self.faults.get(file).or_else(|| self.endless.get(package));
        if let Some(why) = known {
            return Err(why.clone());
        }
        let budget = LONGEST.min(ALL.saturating_sub(self.begun.elapsed()));
        if budget.is_zero() {
            return Err(format!(
                "the controls before it have taken {} seconds, which is all there is",
                ALL.as_secs()
            ));
        }
        let value = self.within(budget, &rule_of(package)).map_err(|end| match end {
            End::Error(why) => why,
            End::Limit => {
                let why =
                    format!("it has not come to an end within {:.0} seconds", budget.as_secs_f64().ceil());
                self.endless.insert(package.to_owned(), why.clone());
                why
            }
        })?;
        denials_in(&value)
    }

    /// The value of a rule. The engine's own clock is that on the wall: on a busy machine a rule that was stopped by it, and
    /// has not had its processor time yet, begins again with more.
    fn within(&mut self, budget: Duration, rule: &str) -> Result<regorus::Value, End> {
        let begun = ProcessTime::now();
        let mut limit = budget;
        loop {
            self.rego.set_execution_timer_config(ExecutionTimerConfig { limit, check_interval: STEPS });
            let started = Instant::now();
            match self.rego.eval_rule(rule.to_owned()) {
                Ok(value) => return Ok(value),
                Err(error) if started.elapsed() < limit => return Err(End::Error(plain(&error.to_string()))),
                // Next to other programs: half of it is enough to say so.
                Err(_) if begun.elapsed() >= budget / 2 => return Err(End::Limit),
                Err(_) => limit *= 2,
            }
        }
    }
}

fn rule_of(package: &str) -> String {
    format!("data.{package}.deny")
}

/// The denials that a rule gives, sorted.
fn denials_in(value: &regorus::Value) -> Outcome {
    if *value == regorus::Value::Undefined {
        return Ok(Vec::new());
    }
    let mut denied = serde_json::to_value(value)
        .and_then(serde_json::from_value::<Vec<Denial>>)
        .map_err(|error| format!("`deny` gives no set of objects with `path` and `msg`: {error}"))?;
    denied.sort();
    Ok(denied)
}

/// The engine with more policies, compiled; an error names the file, line and column.
fn with<'p>(
    engine: &regorus::Engine,
    files: impl IntoIterator<Item = &'p PolicyFile>,
) -> Result<regorus::Engine, String> {
    let mut engine = engine.clone();
    for file in files {
        let added = engine.add_policy(file.file.clone(), file.text.clone());
        added.map_err(|error| plain(&error.to_string()))?;
    }
    // A query of nothing compiles everything.
    engine.eval_query("true".to_owned(), false).map_err(|error| plain(&error.to_string()))?;
    Ok(engine)
}

/// The engine with what compiles, each file alone, and why each other file is left out.
fn without_faulty(
    empty: &regorus::Engine,
    files: &[PolicyFile],
) -> (regorus::Engine, BTreeMap<String, String>) {
    let mut faults = BTreeMap::new();
    let mut left_out: Vec<&PolicyFile> = Vec::new();
    let mut sound: Vec<&PolicyFile> = Vec::new();
    for file in files {
        match with(empty, [file]) {
            Ok(_) => sound.push(file),
            Err(why) => {
                faults.insert(file.file.clone(), why);
                left_out.push(file);
            }
        }
    }
    // What reads a name that is not there denies nothing, which must not look as if it held.
    while let Some(other) = left_out.pop() {
        let (reading, rest) = sound.into_iter().partition(|file| file.reads(&other.package));
        sound = rest;
        for file in reading {
            faults.insert(file.file.clone(), format!("it reads {}, which does not compile", other.file));
            left_out.push(file);
        }
    }
    match with(empty, sound.iter().copied()) {
        Ok(engine) => (engine, faults),
        // Each compiles alone and not together, so it cannot be said which is wrong.
        Err(why) => {
            faults.extend(sound.into_iter().map(|file| (file.file.clone(), why.clone())));
            (empty.clone(), faults)
        }
    }
}

/// The engine's report on one line: its first line names the place, its last one the mistake.
fn plain(report: &str) -> String {
    let lines: Vec<&str> = report.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    match lines.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first, .., last] => format!("{} {last}", first.trim_start_matches("--> ")),
    }
}
