//! The controls: metadata, Rego that does not compile, no tests.

use super::Finding;
use crate::check::faults_of;
use crate::pack::{Fault, Pack};

/// What is wrong with them.
pub(super) fn findings(pack: &Pack) -> Vec<Finding> {
    let bad = |Fault { file, why }: Fault| {
        let why = without_name(&file, &why).to_owned();
        Finding::new("bad-control", file, why)
    };
    let mut findings: Vec<Finding> = faults_of(pack).into_iter().map(bad).collect();
    for control in &pack.policies().controls {
        let test = format!("{}_test.rego", control.file.trim_end_matches(".rego"));
        if !pack.has_file(&test) {
            let message = format!("the control has no tests: `{test}`, for `opa test`");
            findings.push(Finding::new("untested-control", control.file.clone(), message));
        }
    }
    findings
}

/// A finding begins with its file, and what the engine or a reader says does too.
fn without_name<'w>(file: &str, why: &'w str) -> &'w str {
    let rest = why.trim_start_matches('`').strip_prefix(file);
    rest.map_or(why, |rest| rest.trim_start_matches(['`', ',', ':', ' ']))
}
