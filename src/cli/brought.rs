//! What `upgrade` and `apply` tell: for people, and as JSON.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value as Json, json};

use super::made::wrapped;
use super::output::{BAD, FAINT, NAME, Output, STRONG};
use super::reconciled::End;
use crate::check::Finding;
use crate::counted::counted;
use crate::reconcile::{Action, Base, Brought, OldName, Outcome, Readiness, Record};

/// What a run is about to do, and why: the release notes, what another preset brings, what goldpath.toml will say.
pub(super) fn announce(output: Output, what: &str, brought: &Brought) {
    output.remark(format!("{STRONG}{what}{STRONG:#}"));
    for news in &brought.news {
        let why = if news.why.is_empty() { String::new() } else { format!(" {}", news.why.trim()) };
        output.remark(format!("  {}: {}{FAINT}{why}{FAINT:#}", news.release, news.what.trim()));
    }
    for note in &brought.notes {
        output.remark(format!("  {note}"));
    }
    if let Some(readiness) = &brought.readiness {
        report(output, readiness, &brought.outcome);
    }
}

fn report(output: Output, readiness: &Readiness, outcome: &Outcome) {
    let number_of = |action: Action| outcome.records.iter().filter(|record| record.action == action).count();
    let parts = [
        (Action::Created, "new file"),
        (Action::Deleted, "deletion"),
        (Action::Merged, "merge"),
        (Action::Conflict, "conflict"),
    ];
    let told: Vec<String> = parts
        .into_iter()
        .map(|(action, what)| (action, number_of(action), what))
        // Most often nothing goes.
        .filter(|(action, number, _)| *action != Action::Deleted || *number > 0)
        .map(|(_, number, what)| counted(number, what))
        .collect();
    output.remark(format!("\n{STRONG}What it means{STRONG:#}\n  {}", told.join(", ")));
    for (title, why) in &readiness.gained {
        output.remark(format!("  gained   {NAME}{title}{NAME:#}{FAINT}: {why}{FAINT:#}"));
    }
    for (id, promise) in &readiness.controls {
        output.remark(format!("  control  {NAME}{id}{NAME:#}{FAINT}: {promise}{FAINT:#}"));
    }
    for (id, promise) in &readiness.relaxed {
        let promise = promise.as_deref().unwrap_or("nothing is promised any more");
        output.remark(format!("  relaxed  {NAME}{id}{NAME:#}{FAINT}: {promise}{FAINT:#}"));
    }
    for name in &readiness.lost {
        output.remark(format!("  lost     {NAME}{name}{NAME:#}"));
    }
    for setting in &readiness.settings {
        let unit = if setting.unit.is_empty() { String::new() } else { format!(" {}", setting.unit) };
        output.remark(format!(
            "  changed  {NAME}{}{NAME:#}: {} to {}{unit}",
            setting.name, setting.from, setting.to
        ));
    }
    for (key, answer) in &readiness.questions {
        output.remark(format!("  asked    {NAME}{key}{NAME:#}: {answer}"));
    }
    output.remark("");
}

/// What became of each file, and what to do next.
pub(super) fn tell(output: Output, outcome: &Outcome, old_names: &[OldName], end: &End) {
    let quiet =
        outcome.records.iter().filter(|record| !record.needs_you && record.action != Action::Unchanged);
    for record in quiet {
        let reason =
            if record.action == Action::Kept { format!(": {}", record.reason) } else { String::new() };
        output.remark(format!("  {}{FAINT}{reason}{FAINT:#}", line(record)));
    }
    if outcome.needs_you() {
        output.text(format!("\n{BAD}needs you{BAD:#}"));
        for record in outcome.records.iter().filter(|record| record.needs_you) {
            output.text(format!("  {}: {}", line(record), record.reason));
        }
    }
    tell_old_names(output, old_names);
    let otherwise: Vec<&str> = outcome.seeded_otherwise().collect();
    if !otherwise.is_empty() {
        output.remark("\nwritten once, yours since; the path would write them otherwise now. Does what they say still hold?");
        for line in wrapped(&otherwise, 98) {
            output.remark(format!("  {line}"));
        }
    }
    output.remark(format!("\n{}", counts(outcome)));
    let conflicts = outcome.conflicts().next().is_some();
    output.remark(match end {
        End::DryRun => "nothing was written: this was a dry run".to_owned(),
        End::Staged if conflicts => {
            "staged but for the conflicts, and not committed: resolve them, `git add` them, then `goldpath upgrade \
             --continue` and `git commit`, or take all of it back with `goldpath upgrade --abort`"
                .to_owned()
        }
        End::Staged => {
            "staged, not committed: look at it with `git diff --staged`, then `git commit`".to_owned()
        }
        End::Committed { commit, branch: Some(branch) } => {
            format!("committed on the new branch {branch} as {}; nothing else has changed", &commit[..10])
        }
        End::Committed { commit, branch: None } => format!("committed as {}", &commit[..10]),
    });
}

/// What names a file as the path calls it, and not as the team does.
fn tell_old_names(output: Output, old_names: &[OldName]) {
    const SHOWN: usize = 10;
    if old_names.is_empty() {
        return;
    }
    output.remark("\nyou gave these files another name; correct what names them, or rename them back");
    for OldName { path, line, named, now } in old_names.iter().take(SHOWN) {
        output.remark(format!("  {NAME}{path}:{line}{NAME:#} names {named}, which is {now} here"));
    }
    if old_names.len() > SHOWN {
        let more = old_names.len() - SHOWN;
        output.remark(format!("  and {more} more: `--format json` has them all"));
    }
}

/// What a person has to look at, such as promises that will not be kept.
pub(super) fn tell_findings(output: Output, title: &str, findings: &[Finding]) {
    if findings.is_empty() {
        return;
    }
    output.text(format!("\n{BAD}{title}{BAD:#}"));
    for finding in findings {
        let line = finding.line.map(|line| format!(":{line}")).unwrap_or_default();
        output
            .text(format!("  {NAME}{}{line}{NAME:#}: {} [{}]", finding.path, finding.message, finding.rule));
        output.remark(format!("    {FAINT}{}{FAINT:#}", finding.fix));
    }
    output.remark("");
}

/// One of them.
pub(super) fn of_finding(finding: &Finding) -> Json {
    json!({
        "rule": finding.rule,
        "path": finding.path,
        "line": finding.line,
        "message": finding.message,
        "fix": finding.fix,
    })
}

/// `moved     docs/on-call.md (was docs/oncall.md)`.
pub(super) fn line(record: &Record) -> String {
    let from = record.from.as_ref().map(|from| format!(" (was {from})")).unwrap_or_default();
    format!("{:9} {NAME}{}{NAME:#}{from}", record.action.to_string(), record.path)
}

/// `3 created, 1 merged, 40 unchanged`.
pub(super) fn counts(outcome: &Outcome) -> String {
    let mut counts: BTreeMap<Action, usize> = BTreeMap::new();
    for record in &outcome.records {
        *counts.entry(record.action).or_default() += 1;
    }
    counts.iter().map(|(action, count)| format!("{count} {action}")).collect::<Vec<_>>().join(", ")
}

/// The files whose base is found nowhere.
pub(super) fn missing(brought: &Brought, base: &Base) -> String {
    let files = counted(brought.missing.len(), "file");
    let why = base.not_rendered.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
    format!("the pristine render of {files} is found neither in this repository nor in the pack{why}")
}

/// Adds what was worked out to the JSON of a run.
pub(super) fn add_json(all: &mut Json, brought: &Brought) {
    let news = brought
        .news
        .iter()
        .map(|news| json!({ "version": news.release, "what": news.what, "why": news.why }));
    all["news"] = news.collect();
    all["notes"] = json!(brought.notes);
    all["readiness"] = brought.readiness.as_ref().map_or(Json::Null, of_readiness);
    let named = |name: &OldName| json!({ "path": name.path, "line": name.line, "names": name.named, "called": name.now });
    all["old_names"] = brought.old_names.iter().map(named).collect();
    all["base_missing"] = json!(brought.missing);
}

/// One record a file.
pub(super) fn files(outcome: &Outcome) -> Json {
    outcome.records.iter().map(of_record).collect()
}

fn of_readiness(readiness: &Readiness) -> Json {
    let gained = readiness.gained.iter().map(|(title, why)| json!({ "title": title, "why": why }));
    let settings = readiness.settings.iter().map(|setting| {
        json!({ "name": setting.name, "from": setting.from, "to": setting.to, "unit": setting.unit })
    });
    let questions = readiness.questions.iter().map(|(key, answer)| json!({ "key": key, "answer": answer }));
    json!({
        "gained": gained.collect::<Json>(),
        "controls": readiness.controls.iter().map(of_promise).collect::<Json>(),
        "relaxed": readiness.relaxed.iter().map(of_promise).collect::<Json>(),
        "lost": readiness.lost,
        "settings": settings.collect::<Json>(),
        "questions": questions.collect::<Json>(),
    })
}

fn of_promise((id, promise): &(String, impl Serialize)) -> Json {
    json!({ "control": id, "promise": promise })
}

fn of_record(record: &Record) -> Json {
    json!({
        "path": record.path,
        "action": record.action,
        "reason": record.reason,
        "from": record.from,
        "needs_you": record.needs_you,
        "ownership": record.ownership,
    })
}
