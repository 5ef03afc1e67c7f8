//! What `goldpath adopt` found and did, or would do.

use serde_json::{Value as Json, json};

use super::brought::{counts, files, line};
use super::made::wrapped;
use super::output::{BAD, FAINT, NAME, Output, STRONG};
use crate::adopt::{Distance, Survey, nearest};
use crate::plan::{Given, Plan, Source};
use crate::reconcile::{Action, Outcome};

/// Why a file of the stack is not written.
pub(super) const LEFT_OUT: &str = "not written, since you have code of your own: it counts as deleted";

/// How many places a finding is shown with.
const PLACES: usize = 3;

/// A run, with everything that is told of it.
pub(super) struct Adopted<'a> {
    pub(super) what: &'a str,
    pub(super) plan: &'a Plan<'a>,
    pub(super) survey: &'a Survey,
    pub(super) distances: &'a [Distance],
    pub(super) outcome: &'a Outcome,
    pub(super) dry: bool,
}

impl Adopted<'_> {
    /// Whether a person has to look at something before it all works.
    pub(super) fn needs_you(&self) -> bool {
        self.outcome.needs_you() || self.by_hand().next().is_some()
    }

    fn by_hand(&self) -> impl Iterator<Item = &str> {
        self.survey.by_hand(&self.plan.stack)
    }
}

/// Each finding, how sure it is and why, and what wins over it.
pub(super) fn tell_survey(output: Output, survey: &Survey, given: &Given) {
    output.remark(format!("{STRONG}found in this repository{STRONG:#}"));
    let longest = survey.findings.iter().map(|finding| finding.value.chars().count()).max();
    let width = longest.unwrap_or_default().min(30);
    for finding in &survey.findings {
        let mut why: Vec<String> = finding.evidence.iter().take(PLACES).map(ToString::to_string).collect();
        if finding.evidence.len() > PLACES {
            why.push(format!("and {} more", finding.evidence.len() - PLACES));
        }
        let why = why.join("; ");
        output.remark(format!(
            "  {:8}  {NAME}{:width$}{NAME:#}  {:7}  {FAINT}{why}{FAINT:#}",
            finding.subject, finding.value, finding.sure
        ));
        let overruled = finding.used_for.as_deref().and_then(|key| overruled(given, key));
        for note in finding.note.iter().chain(&overruled) {
            output.remark(format!("  {:8}  {FAINT}{note}{FAINT:#}", ""));
        }
    }
    if survey.findings.is_empty() {
        output.remark("  nothing");
    }
    for remark in &survey.remarks {
        output.warning(remark);
    }
}

/// Why a finding is not the answer.
fn overruled(given: &Given, key: &str) -> Option<String> {
    let from = match key {
        "stack" => given.stack.as_ref().map(|named| &named.from),
        _ => given.get(key).map(|given| &given.from),
    };
    match from {
        Some(Source::Found(_)) => None,
        Some(said) => Some(format!("{said} goes before it")),
        None => Some("a guess is no answer without `--yes`".to_owned()),
    }
}

/// How far each preset is, the nearest marked.
pub(super) fn tell_distances(output: Output, distances: &[Distance]) {
    output.remark(format!("{STRONG}how far each preset is{STRONG:#}"));
    let chosen = nearest(distances).map(|nearest| nearest.preset.as_str());
    let width = distances.iter().map(|distance| distance.preset.len()).max().unwrap_or_default();
    for distance in distances {
        let Distance { preset, there, other, new, left_out, beyond, .. } = distance;
        let mut parts = vec![
            format!("{new} new"),
            format!("{other} with other content"),
            format!("{there} there as they are"),
        ];
        if *left_out > 0 {
            parts.push(format!("{left_out} left to your code"));
        }
        if *beyond > 0 {
            parts.push(format!("{beyond} of yours beyond it"));
        }
        let mark = if chosen == Some(preset.as_str()) { "  (nearest)" } else { "" };
        output.remark(format!(
            "  {NAME}{preset:width$}{NAME:#}  {:3}: {}{mark}",
            distance.distance,
            parts.join(", ")
        ));
    }
}

/// What becomes of each file.
pub(super) fn tell(output: Output, adopted: &Adopted<'_>) {
    let outcome = adopted.outcome;
    output.remark(format!("{STRONG}{}{STRONG:#}", adopted.what));
    let (left_out, shown): (Vec<_>, Vec<_>) = outcome
        .records
        .iter()
        .filter(|record| !record.needs_you && record.action != Action::Unchanged)
        .partition(|record| record.reason == LEFT_OUT);
    for record in shown {
        let reason =
            if record.action == Action::Kept { format!(": {}", record.reason) } else { String::new() };
        output.remark(format!("  {}{FAINT}{reason}{FAINT:#}", line(record)));
    }
    if let (Some(code), false) = (&adopted.survey.code, left_out.is_empty()) {
        output.remark(format!(
            "\nnot written, since you have code of your own ({}); recorded as deleted, {} files:",
            code.example,
            left_out.len()
        ));
        let names: Vec<&str> = left_out.iter().map(|record| record.path.as_str()).collect();
        for line in wrapped(&names, 98) {
            output.remark(format!("  {FAINT}{line}{FAINT:#}"));
        }
    }
    if adopted.needs_you() {
        output.text(format!("\n{BAD}needs you{BAD:#}"));
        for what in adopted.by_hand() {
            output.text(format!("  {what}"));
        }
        for record in outcome.records.iter().filter(|record| record.needs_you) {
            output.text(format!("  {}: {}", line(record), record.reason));
        }
    }
    output.remark(format!("\n{}", counts(outcome)));
    let defaults: Vec<String> = adopted
        .plan
        .stored_answers()
        .filter(|answer| answer.from == Source::Default)
        .map(|answer| format!("{} = {}", answer.key, answer.value))
        .collect();
    if !defaults.is_empty() {
        output.remark(format!("{FAINT}defaults taken: {}{FAINT:#}", defaults.join(", ")));
    }
    output.remark(if adopted.dry {
        "nothing was written: this was a dry run"
    } else {
        "staged, not committed: look at it with `git diff --staged`, then `git commit`; `goldpath upgrade --abort` takes \
         it back until then"
    });
    let plan = adopted.plan;
    output.json(|| {
        json!({
            "schema_version": 1,
            "command": "adopt",
            "dry_run": adopted.dry,
            "to": { "pack": plan.pack.name, "version": plan.pack.version.to_string(), "preset": plan.preset,
                    "stack": plan.stack },
            "found": of_survey(adopted.survey),
            "own_code": adopted.survey.code.as_ref().map(|code| &code.example),
            "remarks": adopted.survey.remarks,
            "presets": adopted.distances,
            "answers": plan.stored_answers().map(|answer| json!({
                "key": answer.key, "value": answer.value, "from": answer.from.to_string(),
            })).collect::<Vec<_>>(),
            "needs_you": adopted.needs_you(),
            "files": files(outcome),
        })
    });
}

/// What a survey found, for `--format json`.
fn of_survey(survey: &Survey) -> Vec<Json> {
    let findings = survey.findings.iter();
    findings
        .map(|finding| {
            json!({
                "subject": finding.subject,
                "value": finding.value,
                "sure": finding.sure,
                "evidence": finding.evidence,
                "used_for": finding.used_for,
                "note": finding.note,
                "by_hand": finding.by_hand,
            })
        })
        .collect()
}
