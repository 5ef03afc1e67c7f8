//! What was found, for people: each finding with its place and its fix, and a line for each question.

use std::collections::BTreeSet;

use crate::check::{Checked, Family, Finding, Gap, Level, Report, Severity};
use crate::cli::output::{BAD, FAINT, NAME, Output};
use crate::counted::counted;

pub(super) fn print(output: Output, report: &Report, with_gaps: bool) {
    let checked = &report.checked;
    let findings: Vec<&Finding> = checked.iter().flat_map(|checked| &checked.findings).collect();
    for finding in findings.iter().filter(|finding| finding.counts()) {
        output.text(shown(finding));
    }
    for finding in findings.iter().filter(|finding| !finding.counts()) {
        output.remark(shown(finding));
    }
    for (rule, missing) in
        checked.iter().filter_map(|checked| Some((&checked.rule, checked.missing.as_ref()?)))
    {
        output.step(format!("{rule}: does not apply, there is no {missing}"));
    }
    if !findings.is_empty() {
        output.remark("");
    }
    for family in Family::ALL {
        let of_family: Vec<&Checked> = checked.iter().filter(|checked| checked.family == family).collect();
        if !of_family.is_empty() {
            output.remark(summary(family, &of_family));
            if let (Family::Controls, Some(level)) = (family, &report.level) {
                output.remark(met(level, with_gaps));
            }
        }
    }
}

/// Which preset is met, and what is missing to the next.
fn met(level: &Level, with_gaps: bool) -> String {
    let met = level.meets().map_or("no preset", |step| step.title.as_str());
    let Some(next) = level.next() else { return format!("level: meets {met}") };
    let head = format!(
        "level: meets {met}; {} % of {}, {} to go",
        next.percent(),
        next.title,
        counted(next.gaps.len(), "control")
    );
    if !with_gaps {
        return format!("{head} (`--level` lists them)");
    }
    let gaps = next.gaps.iter().map(|gap| {
        let Gap { id, promise, remedy, .. } = gap;
        format!("\n  {NAME}{id}{NAME:#} ({}): {promise}\n    {FAINT}{remedy}{FAINT:#}", gap.effort.name())
    });
    head + ", the least effort first:" + &gaps.collect::<String>()
}

fn shown(finding: &Finding) -> String {
    let numbers = [finding.line, finding.column].into_iter().flatten();
    let place = numbers.fold(finding.path.clone(), |place, number| format!("{place}:{number}"));
    let Finding { message, rule, fix, .. } = finding;
    match (&finding.waived, finding.severity) {
        (Some(waiver), _) => {
            format!("{NAME}{place}{NAME:#}: waived: {message} {FAINT}[{rule}]{FAINT:#}\n  {waiver}")
        }
        (None, Severity::Notice) => {
            format!("{NAME}{place}{NAME:#}: notice: {message} {FAINT}[{rule}]{FAINT:#}\n  {fix}")
        }
        (None, Severity::Finding) => {
            format!("{BAD}{place}{BAD:#}: {message} {FAINT}[{rule}]{FAINT:#}\n  fix: {fix}")
        }
    }
}

/// What the things that are looked at are called.
fn noun(family: Family) -> &'static str {
    match family {
        Family::Consistency => "invariant",
        Family::Controls => "control",
        Family::Drift | Family::Version => "rule",
    }
}

fn summary(family: Family, checked: &[&Checked]) -> String {
    let (applied, rest): (Vec<&Checked>, Vec<&Checked>) =
        checked.iter().partition(|checked| checked.missing.is_none());
    // The register of exceptions belongs to the controls, and is none.
    let counts = |checked: &&&Checked| family != Family::Controls || checked.control.is_some();
    let holding = applied.iter().filter(counts).filter(|checked| checked.holds()).count();
    let findings: Vec<&Finding> = applied.iter().chain(&rest).flat_map(|checked| &checked.findings).collect();
    let failing: Vec<&&Finding> = findings.iter().filter(|finding| finding.counts()).collect();
    let files: BTreeSet<&str> = failing.iter().map(|finding| finding.path.as_str()).collect();
    let name = family.name();
    let held = match failing.len() {
        0 => format!("{} {}", counted(holding, noun(family)), if holding == 1 { "holds" } else { "hold" }),
        count => format!(
            "{} in {}; {holding} of {} hold",
            counted(count, "finding"),
            counted(files.len(), "file"),
            counted(applied.iter().filter(counts).count(), noun(family))
        ),
    };
    let mut text = format!("{name}: {held}");
    let waived = findings.iter().filter(|finding| finding.waived.is_some()).count();
    if waived > 0 {
        text = format!("{text}, {} waived", counted(waived, "finding"));
    }
    let notices = findings.iter().filter(|finding| finding.severity == Severity::Notice).count();
    if notices > 0 {
        text = format!("{text}, {}", counted(notices, "notice"));
    }
    match rest.len() {
        0 => text,
        1 => format!("{text}, 1 does not apply here (`-v` names it)"),
        many => format!("{text}, {many} do not apply here (`-v` names them)"),
    }
}
