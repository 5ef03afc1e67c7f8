//! From a plan to the text of a new `goldpath.toml`.

use std::fmt::Write as _;

use crate::pack::source::Origin;
use crate::plan::Plan;
use crate::value::toml_string;

/// The text of `goldpath.toml` for a plan.
#[must_use]
pub(crate) fn intent_text(plan: &Plan<'_>, origin: &Origin) -> String {
    let mut text = String::from(
        "# What this repository wants to be. Edit it, then run `goldpath apply`; goldpath.lock records what it is.\n\n",
    );
    // Writing to a String cannot fail.
    let _ = writeln!(text, "pack = {}", toml_string(&origin.intent()));
    let _ = writeln!(text, "preset = {}", toml_string(&plan.preset));
    let _ = writeln!(text, "stack = {}", toml_string(&plan.stack));
    text.push_str("\n[answers]\n");
    for answer in plan.stored_answers() {
        text.push_str(&comment(plan, &answer.key));
        let _ = writeln!(text, "{} = {}", answer.key, answer.value.to_toml());
    }
    text.push_str(
        "\n# Only what differs from the preset; `goldpath presets show` lists every setting.\n[settings]\n",
    );
    for setting in plan.settings.iter().filter(|setting| setting.is_override()) {
        let _ = writeln!(text, "{} = {}", toml_string(&setting.name), setting.value.to_toml());
    }
    text
}

/// What stands above an answer: the question, so that whoever edits the answer knows what it decides.
pub(super) fn comment(plan: &Plan<'_>, key: &str) -> String {
    let Some(question) = plan.question(key) else { return String::new() };
    let asked = match question.help.as_str() {
        "" => question.ask.clone(),
        help => format!("{}: {help}", question.ask),
    };
    // A line break would end the comment.
    format!("# {}\n", asked.split(['\n', '\r']).map(str::trim).collect::<Vec<_>>().join(" "))
}
