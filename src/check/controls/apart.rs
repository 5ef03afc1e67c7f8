//! Judging in a process of its own.
//!
//! A policy is a program, and regorus stops one that loops; it cannot stop one that calls itself without end, or asks for
//! more memory than there is: that ends the process. So whatever is not goldpath's own pack is judged by another goldpath,
//! and what ends that one is a finding of this one.

use std::borrow::Cow;
use std::io::{self, Read, Write};
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Outcome;
use super::engine::{Engine, Facts};
use crate::check::facts::Judged as Lineage;
use crate::pack::{Fault, PolicyFile};

/// The one argument of a goldpath that judges for another.
pub(crate) const JUDGE: &str = "judge-for-another-goldpath";

/// What is to be judged.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Case<'c> {
    /// Every file of policies.
    pub(super) sources: Cow<'c, [PolicyFile]>,
    /// The facts but for the preset.
    pub(super) facts: Cow<'c, Value>,
    pub(super) steps: Vec<Step>,
}

/// The promises of one preset.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Step {
    /// The preset and everything it extends, the smallest first.
    pub(super) lineage: Vec<String>,
    /// Its controls: the file and the package of each.
    pub(super) controls: Vec<(String, String)>,
}

/// What came of a case.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Judged {
    /// The files that do not compile.
    pub(super) faults: Vec<Fault>,
    /// For each step, for each control what it denies, or why it cannot be judged.
    pub(super) steps: Vec<Vec<Outcome>>,
}

/// Judges in this process.
pub(super) fn here(case: &Case<'_>) -> Judged {
    let mut engine = Engine::new(&case.sources);
    let facts = Facts::from(&*case.facts);
    let mut steps = Vec::new();
    for step in &case.steps {
        engine.judge(&facts, &Lineage { lineage: step.lineage.iter().map(String::as_str).collect() });
        steps.push(engine.outcomes(&step.controls));
    }
    Judged { faults: engine.faults(), steps }
}

/// Judges in another process; fails where that is not to be had, or broke off.
pub(super) fn apart(case: &Case<'_>) -> Result<Judged, String> {
    // The program of a unit test is no goldpath.
    if cfg!(test) {
        return Ok(here(case));
    }
    let failed = |error: io::Error| format!("no other goldpath could be started to judge them: {error}");
    let program = std::env::current_exe().map_err(failed)?;
    let mut child = Command::new(program)
        .arg(JUDGE)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(failed)?;
    if let Some(mut stdin) = child.stdin.take() {
        // What it could not take, it says by how it ends.
        let _ = serde_json::to_writer(&mut stdin, case);
    }
    let output = child.wait_with_output().map_err(failed)?;
    match output.status.code() {
        Some(0) => serde_json::from_slice(&output.stdout).map_err(|error| failed(error.into())),
        Some(1..) => Err("they have taken more processor time or memory than policies may".to_owned()),
        // Windows, which has no signals, says by a negative number what broke off a process.
        None | Some(..0) => {
            Err("they broke off the process that judged them: a rule calls itself without end, or wants more memory \
                 than there is"
                .to_owned())
        }
    }
}

/// Judges what another goldpath writes to `from`, and tells it on `to`.
pub(crate) fn for_another(mut from: impl Read, mut to: impl Write) -> io::Result<()> {
    let mut text = Vec::new();
    from.read_to_end(&mut text)?;
    let case: Case<'_> = serde_json::from_slice(&text)?;
    drop(text);
    serde_json::to_writer(&mut to, &here(&case))?;
    to.flush()
}
