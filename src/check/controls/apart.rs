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

use super::engine::{Denial, Engine, Facts};
use crate::check::facts::Judged;

/// The one argument of a goldpath that judges for another.
pub(crate) const JUDGE: &str = "judge-for-another-goldpath";

/// What is to be judged.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Case<'c> {
    /// Every file of policies: its name and its text.
    pub(super) sources: Cow<'c, [(String, String)]>,
    /// The facts but for the preset.
    pub(super) facts: Cow<'c, Value>,
    pub(super) steps: Vec<Step>,
}

/// The promises of one preset.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Step {
    /// The preset and everything it extends, the smallest first.
    pub(super) lineage: Vec<String>,
    /// The packages of its controls.
    pub(super) packages: Vec<String>,
}

/// For each step, for each package what it denies, or why it cannot be judged; or why nothing can.
pub(super) type Verdict = Result<Vec<Vec<Result<Vec<Denial>, String>>>, String>;

/// Judges in this process.
pub(super) fn here(case: &Case<'_>) -> Verdict {
    let mut engine = Engine::new(&case.sources)?;
    let facts = Facts::from(&*case.facts);
    let mut steps = Vec::new();
    for step in &case.steps {
        let judged = Judged { lineage: step.lineage.iter().map(String::as_str).collect() };
        engine.judge(&facts, &judged);
        steps.push(step.packages.iter().map(|package| engine.denials(package)).collect());
    }
    Ok(steps)
}

/// Judges in another process.
pub(super) fn apart(case: &Case<'_>) -> Verdict {
    // The program of a unit test is no goldpath.
    if cfg!(test) {
        return here(case);
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
        Some(0) => serde_json::from_slice(&output.stdout).map_err(|error| failed(error.into()))?,
        Some(_) => Err("they have taken more processor time or memory than policies may".to_owned()),
        None => Err("they broke off the process that judged them: a rule calls itself without end, or wants more memory \
                     than there is"
            .to_owned()),
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
