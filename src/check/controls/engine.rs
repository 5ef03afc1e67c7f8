//! Rego, evaluated in process: no clock, no network, no files, and an end within a bound.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use regorus::utils::limits::ExecutionTimerConfig;
use serde::{Deserialize, Serialize};

use crate::check::facts::Judged;

/// How long all controls together may take. The built-in ones take a few milliseconds.
const LONGEST: Duration = Duration::from_secs(10);
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
    engine: regorus::Engine,
    deadline: Instant,
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

impl Engine {
    /// Compiles the policies; the error names the file, line and column.
    pub(super) fn new(sources: &[(String, String)]) -> Result<Self, String> {
        let mut engine = regorus::Engine::new();
        engine.set_strict_builtin_errors(true);
        for (name, text) in sources {
            engine.add_policy(name.clone(), text.clone()).map_err(|error| plain(&error.to_string()))?;
        }
        Ok(Self { engine, deadline: Instant::now() + LONGEST })
    }

    /// The facts that are judged from now on, by the promises of a lineage of presets. The facts are shared, not copied.
    pub(super) fn judge(&mut self, facts: &Facts, judged: &Judged<'_>) {
        let mut input = facts.0.clone();
        if let Ok(map) = input.as_object_mut() {
            for (name, value) in judged.facts() {
                map.insert(name.into(), value.into());
            }
        }
        self.engine.set_input(input);
    }

    /// What the control of a package denies, in order.
    pub(super) fn denials(&mut self, package: &str) -> Result<Vec<Denial>, String> {
        let left = self.deadline.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
        self.engine.set_execution_timer_config(ExecutionTimerConfig { limit: left, check_interval: STEPS });
        let rule = format!("data.{package}.deny");
        let value = self.engine.eval_rule(rule).map_err(|error| {
            if Instant::now() >= self.deadline {
                return format!("it has not come to an end within {} seconds", LONGEST.as_secs());
            }
            plain(&error.to_string())
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
