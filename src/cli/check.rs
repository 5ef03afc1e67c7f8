//! `goldpath check`.

use std::collections::BTreeSet;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::output::{BAD, FAINT, Output};
use crate::check::{self, Checked, Finding};
use crate::error::Error;
use crate::exit::Exit;
use crate::project::{read_lock, root_of};

/// Hold the files of a repository against each other, offline.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  goldpath check
  goldpath check --only consistency --format json
  goldpath -C ../orders check

It reads the nearest folder upwards that has goldpath.lock, or a repository. Nothing is written and nothing is run.
Exit codes: 0 no finding, 1 findings")]
pub struct CheckArgs {
    /// What to check; may be repeated; everything unless said
    #[arg(long, value_enum, value_name = "FAMILY")]
    only: Vec<Family>,
}

/// A question that can be asked of a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Family {
    /// Do the files agree with each other
    Consistency,
}

impl CheckArgs {
    pub(super) fn run(self, output: Output) -> Result<Exit, Error> {
        let folder =
            std::env::current_dir().map_err(|source| Error::Unreadable { path: ".".to_owned(), source })?;
        let root = root_of(&folder);
        let lock = read_lock(&root)?;
        if lock.is_none() {
            output.warning(format!(
                "no goldpath.lock in `{}`: files are checked by the names that the path gives them, and files of the \
                 path cannot be told from yours",
                root.display()
            ));
        }
        let checked = if self.only.is_empty() || self.only.contains(&Family::Consistency) {
            check::consistency(&root, lock.as_ref())
        } else {
            Vec::new()
        };
        let findings: Vec<&Finding> = checked.iter().flat_map(|checked| &checked.findings).collect();
        for finding in &findings {
            output.text(shown(finding));
        }
        for (rule, missing) in checked.iter().filter_map(|checked| Some((checked.rule, checked.missing?))) {
            output.step(format!("{rule}: does not apply, there is no {missing}"));
        }
        output.remark(summary(&checked, &findings));
        output.json(&json!({
            "schema_version": 1,
            "locked": lock.is_some(),
            "checked": checked.iter().map(of_checked).collect::<Vec<_>>(),
            "findings": findings.iter().map(|finding| of_finding(finding)).collect::<Vec<_>>(),
        }));
        Ok(if findings.is_empty() { Exit::Done } else { Exit::NeedsYou })
    }
}

fn shown(finding: &Finding) -> String {
    let numbers = [finding.line, finding.column].into_iter().flatten();
    let place = numbers.fold(finding.path.clone(), |place, number| format!("{place}:{number}"));
    format!(
        "{BAD}{place}{BAD:#}: {} {FAINT}[{}]{FAINT:#}\n  fix: {}",
        finding.message, finding.rule, finding.fix
    )
}

fn summary(checked: &[Checked], findings: &[&Finding]) -> String {
    let (applied, rest): (Vec<_>, Vec<_>) = checked.iter().partition(|checked| checked.missing.is_none());
    let holding = applied.iter().filter(|checked| checked.findings.is_empty()).count();
    let files: BTreeSet<&str> = findings.iter().map(|finding| finding.path.as_str()).collect();
    let text = match findings.len() {
        0 => format!("consistency: {holding} invariants hold"),
        count => {
            format!(
                "\nconsistency: {} in {}; {holding} of {} invariants hold",
                counted(count, "finding"),
                counted(files.len(), "file"),
                applied.len()
            )
        }
    };
    match rest.len() {
        0 => text,
        1 => format!("{text}, 1 does not apply here (`-v` names it)"),
        many => format!("{text}, {many} do not apply here (`-v` names them)"),
    }
}

fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

fn of_checked(checked: &Checked) -> serde_json::Value {
    json!({
        "family": "consistency",
        "rule": checked.rule,
        "title": checked.title,
        "applies": checked.missing.is_none(),
        "missing": checked.missing,
        "findings": checked.findings.len(),
    })
}

fn of_finding(finding: &Finding) -> serde_json::Value {
    json!({
        "family": "consistency",
        "rule": finding.rule,
        "path": finding.path,
        "line": finding.line,
        "column": finding.column,
        "message": finding.message,
        "fix": finding.fix,
    })
}
