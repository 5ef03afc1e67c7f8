//! Rego, evaluated in process: no clock, no network, no files, and an end within a bound.
//!
//! A policy that does not compile, or comes to no end, says nothing of the others: they are judged without it.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use cpu_time::ProcessTime;
use regorus::utils::limits::ExecutionTimerConfig;
use serde::{Deserialize, Serialize};

use crate::check::facts::Judged;
use crate::pack::{Fault, PolicyFile};

/// How much processor time one control may take. The built-in ones take a few milliseconds together.
const LONGEST: Duration = Duration::from_secs(2);
/// How much all of them may take, which is less than the time after which a whole run is given up.
const ALL: Duration = Duration::from_secs(10);
/// How many steps lie between two looks at the clock.
const STEPS: NonZeroU32 = NonZeroU32::MIN.saturating_add(999);

/// The facts as the engine has them.
pub(super) struct Facts(regorus::Value);

impl From<&serde_json::Value> for Facts {
    fn from(facts: &serde_json::Value) -> Self {
        Self(facts.clone().into())
    }
}

/// The policies of a pack, ready to judge facts.
pub(super) struct Engine {
    rego: regorus::Engine,
    /// Why a file is left out, by its name.
    faults: BTreeMap<String, String>,
    /// Why a control is not tried again, by its package: it would use up the time once more for each preset.
    endless: BTreeMap<String, String>,
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
        Self { rego: engine, faults, endless: BTreeMap::new(), begun: ProcessTime::now() }
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

    /// What the control of a file denies, in order.
    pub(super) fn denials(&mut self, file: &str, package: &str) -> Result<Vec<Denial>, String> {
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
        let value = self.within(budget, &format!("data.{package}.deny")).map_err(|end| match end {
            End::Error(why) => why,
            End::Limit => {
                let why =
                    format!("it has not come to an end within {:.0} seconds", budget.as_secs_f64().ceil());
                self.endless.insert(package.to_owned(), why.clone());
                why
            }
        })?;
        if value == regorus::Value::Undefined {
            return Ok(Vec::new());
        }
        let mut denied = serde_json::to_value(&value)
            .and_then(serde_json::from_value::<Vec<Denial>>)
            .map_err(|error| format!("`deny` gives no set of objects with `path` and `msg`: {error}"))?;
        denied.sort();
        Ok(denied)
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
