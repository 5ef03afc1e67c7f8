//! What was found, as `JUnit` XML: a suite a question, a case a rule.

use std::fmt::Write as _;

use crate::check::{Checked, Family, Finding, Report};
use crate::path::is_invisible;

pub(super) fn document(report: &Report) -> String {
    let mut text =
        String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"goldpath check\">\n");
    for family in Family::ALL {
        let cases: Vec<&Checked> = report.checked.iter().filter(|checked| checked.family == family).collect();
        if cases.is_empty() {
            continue;
        }
        let failures = cases.iter().filter(|checked| !checked.holds()).count();
        let skipped = cases.iter().filter(|checked| is_skipped(checked)).count();
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\">",
            family.name(),
            cases.len()
        );
        cases.iter().map(|checked| of_rule(checked)).for_each(|case| text.push_str(&case));
        text.push_str("  </testsuite>\n");
    }
    text + "</testsuites>"
}

/// Nothing to hold, or held only because somebody waived it.
fn is_skipped(checked: &Checked) -> bool {
    checked.holds()
        && (checked.missing.is_some() || checked.findings.iter().any(|finding| finding.waived.is_some()))
}

fn of_rule(checked: &Checked) -> String {
    let head = format!(
        "    <testcase classname=\"{}.{}\" name=\"{}\"",
        checked.family.name(),
        escaped(&checked.rule),
        escaped(&checked.title)
    );
    let failing: Vec<&Finding> = checked.findings.iter().filter(|finding| finding.counts()).collect();
    let inside = if !failing.is_empty() {
        let places: Vec<String> = failing.iter().map(|finding| shown(finding)).collect();
        format!(
            "      <failure message=\"{}\" type=\"{}\">{}</failure>\n",
            escaped(&failing[0].message),
            escaped(&checked.rule),
            escaped(&places.join("\n"))
        )
    } else if is_skipped(checked) {
        let waiver = checked.findings.iter().find_map(|finding| finding.waived.as_deref());
        let why = match (waiver, &checked.missing) {
            (Some(waiver), _) => format!("waived {waiver}"),
            (None, missing) => format!("there is no {}", missing.as_deref().unwrap_or_default()),
        };
        format!("      <skipped message=\"{}\"/>\n", escaped(&why))
    } else {
        return format!("{head}/>\n");
    };
    format!("{head}>\n{inside}    </testcase>\n")
}

fn shown(finding: &Finding) -> String {
    let numbers = [finding.line, finding.column].into_iter().flatten();
    let place = numbers.fold(finding.path.clone(), |place, number| format!("{place}:{number}"));
    format!("{place}: {}\n  fix: {}", finding.message, finding.fix)
}

/// For text and for attributes; what XML 1.0 cannot hold is left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("&#10;"),
            control if control.is_control() || matches!(control, '\u{fffe}' | '\u{ffff}') => {}
            unseen if is_invisible(unseen) => {
                let _ = write!(escaped, "&#x{:x};", u32::from(unseen));
            }
            other => escaped.push(other),
        }
    }
    escaped
}
