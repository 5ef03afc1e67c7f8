//! Signals at random moments of every command that writes: what is there afterwards is the old state, or the new one, or a
//! journal from which `--abort` gives the old one back; and the run, or the next one, says which.
//!
//! `GOLDPATH_INJECTIONS=1000 cargo test --test cli injections -- --nocapture` runs about as many and prints the table.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use super::ground::{Ground, Random, rounds};
use super::state::{differences, state};
use super::writings::{WRITINGS, Writing};
use crate::env::{GOLDPATH, TestEnv};

const SIGNALS: [&str; 4] = ["KILL", "INT", "TERM", "HUP"];
const OUTCOMES: [&str; 5] = ["old", "new", "journal", "completed", "locked"];

/// Runs it with a signal after a while.
fn signalled(env: &TestEnv, writing: &Writing, signal: &str, after: Duration) -> Output {
    let mut command = env.command(GOLDPATH, writing.folder);
    let child = command.args(writing.run).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    // The moment is what the test is about: nothing is waited for.
    std::thread::sleep(after);
    let _ = Command::new("kill")
        .args([format!("-{signal}"), child.id().to_string()])
        .stderr(Stdio::null())
        .status()
        .unwrap();
    child.wait_with_output().unwrap()
}

/// Injects one signal; gives the outcome.
fn inject(ground: &Ground<'_>, signal: &str, after: Duration) -> &'static str {
    ground.reset();
    let output = signalled(&ground.env, ground.writing, signal, after);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    let now = state(&ground.env);
    let outcome = ground.outcome(signal == "KILL", &now);
    let says = |outcome: &str| {
        panic!(
            "{} with {signal} after {after:?} of {:?}: {outcome}; {}, {told}\n{}",
            ground.writing.name,
            ground.whole,
            output.status,
            differences(&ground.old, &now)
        )
    };
    if !OUTCOMES.contains(&outcome) {
        says(outcome);
    }
    match (output.status.code(), output.status.signal()) {
        (Some(130), _) if outcome == "old" && told.contains("interrupted") => outcome,
        (Some(0 | 1), _) if outcome == "new" => outcome,
        // Before its handler stands, a signal ends the process as it ends any other.
        (None, Some(_)) if signal == "KILL" || outcome == "old" => outcome,
        _ => says(outcome),
    }
}

/// Moments spread over a whole run, more of them towards its end, where it writes.
fn moments(rounds: u32, whole: Duration) -> impl Iterator<Item = Duration> {
    let mut numbers = Random::new();
    (0..rounds).map(move |round| {
        let random = numbers.next();
        let even = (f64::from(round) + random) / f64::from(rounds);
        whole.mul_f64(if round % 2 == 0 { even } else { 1.05 - 0.6 * random * random })
    })
}

#[test]
fn a_signal_at_any_moment_leaves_the_old_state_or_the_new_one_or_a_way_back() {
    let each = u32::try_from(WRITINGS.len() * SIGNALS.len()).unwrap();
    let rounds = rounds(1, each);
    let mut counts: BTreeMap<(usize, usize, &str), u32> = BTreeMap::new();
    for (number, writing) in WRITINGS.iter().enumerate() {
        let ground = Ground::of(writing);
        for (of_signal, signal) in SIGNALS.iter().enumerate() {
            for moment in moments(rounds, ground.whole) {
                *counts.entry((number, of_signal, inject(&ground, signal, moment))).or_default() += 1;
            }
        }
    }
    let total: u32 = counts.values().sum();
    let mut table = format!("\n{total} injections\n{:18} {:6}", "command", "signal");
    for outcome in OUTCOMES {
        let _ = write!(table, " {outcome:>9}");
    }
    for (number, writing) in WRITINGS.iter().enumerate() {
        for (of_signal, signal) in SIGNALS.iter().enumerate() {
            let _ = write!(table, "\n{:18} {signal:6}", writing.name);
            for outcome in OUTCOMES {
                let _ = write!(table, " {:>9}", counts.get(&(number, of_signal, outcome)).unwrap_or(&0));
            }
        }
    }
    writeln!(std::io::stderr(), "{table}").unwrap();
    assert!(total >= each);
}
