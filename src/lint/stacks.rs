//! What the built-in pack relies on, whatever the stack.

use super::Finding;
use crate::check::missing_targets;
use crate::pack::Pack;
use crate::plan::Plan;
use crate::render::tree::Tree;

/// What the Makefile of the built-in pack calls; the README tells what each is for.
const TARGETS: [&str; 10] = [
    "stack-build",
    "stack-lint",
    "stack-format",
    "stack-test",
    "stack-run",
    "stack-check-config",
    "stack-release",
    "stack-command",
    "stack-deps",
    "stack-sbom",
];

/// What a stack lacks of it.
pub(super) fn finding(pack: &Pack, plan: &Plan<'_>, tree: &Tree) -> Option<Finding> {
    if pack.base.is_none() && !pack.is_builtin() {
        return None;
    }
    let place = format!("templates/{}", plan.stack);
    let file = tree.iter().find(|(path, _)| path.as_str() == "stack.mk");
    let Some((_, file)) = file else {
        let message = "the stack renders no `stack.mk`, which the Makefile includes";
        return Some(Finding::new("incomplete-stack", place, message));
    };
    let missing = missing_targets(&String::from_utf8_lossy(&file.content), &TARGETS);
    if missing.is_empty() {
        return None;
    }
    let missing: Vec<String> = missing.iter().map(|target| format!("`{target}`")).collect();
    let message = format!("its `stack.mk` lacks targets that the Makefile calls: {}", missing.join(", "));
    Some(Finding::new("incomplete-stack", place, message))
}
