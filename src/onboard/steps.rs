//! The steps of a first hour: a numbered list, each with its words, its commands, and what proves it.

use serde::Serialize;

use crate::explain::prose::plain;

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What is to be done.
    pub what: String,
    /// Its blocks of commands, in order; a second one is for a second terminal, while the first one runs.
    pub commands: Vec<String>,
    /// What proves that it worked.
    pub proof: Option<String>,
}

/// The steps of a page, in its own order.
#[must_use]
pub fn steps(page: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut block: Option<String> = None;
    for line in page.lines() {
        let text = line.trim();
        if let Some(open) = &mut block {
            if text.starts_with("```") {
                let commands = block.take().unwrap_or_default();
                if let Some(step) = steps.last_mut() {
                    step.commands.push(commands.trim_end().to_owned());
                }
            } else {
                open.push_str(text);
                open.push('\n');
            }
            continue;
        }
        let numbered = line
            .split_once(". ")
            .filter(|(number, _)| !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit()));
        if text.starts_with("```") {
            block = Some(String::new());
        } else if let Some((_, rest)) = numbered {
            steps.push(Step { what: String::new(), commands: Vec::new(), proof: None });
            take(&mut steps, rest);
        } else if line.starts_with(' ') {
            take(&mut steps, text);
        }
    }
    steps
}

/// Words of the last step: before `**Proof:**` what to do, after it what proves it.
fn take(steps: &mut [Step], line: &str) {
    let Some(step) = steps.last_mut() else { return };
    let (what, proof) = match line.split_once("**Proof:**") {
        Some((what, proof)) => (what, Some(proof)),
        None => (line, None),
    };
    let what = plain(what);
    if !what.is_empty() {
        let into = step.proof.as_mut().unwrap_or(&mut step.what);
        if !into.is_empty() {
            into.push(' ');
        }
        into.push_str(&what);
    }
    if let Some(proof) = proof {
        step.proof = Some(plain(proof));
    }
}

impl Step {
    /// The commands of a block that are still to be run in a checkout: whoever reads this has one.
    #[must_use]
    pub fn to_run(block: &str) -> String {
        let lines = block.lines().filter(|line| !line.trim_start().starts_with("git clone "));
        lines.collect::<Vec<_>>().join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_has_its_words_its_commands_and_its_proof() {
        let page = "# First hour\n\nGoal: x.\n\n1. Run **it**.\n\n   ```bash\n   git clone x && cd x\n   make run\n   ```\n\n   ```bash\n   curl x\n   ```\n\n   \
                    **Proof:** it answers, see [a](b).\n\n2. Stop it. **Proof:** a line.\n\nSkim the rest.\n";
        let steps = steps(page);
        assert_eq!(steps.len(), 2);
        assert_eq!(
            (steps[0].what.as_str(), steps[0].proof.as_deref()),
            ("Run it.", Some("it answers, see a."))
        );
        assert_eq!(steps[0].commands, ["git clone x && cd x\nmake run", "curl x"]);
        assert_eq!(Step::to_run(&steps[0].commands[0]), "make run");
        assert_eq!((steps[1].what.as_str(), steps[1].proof.as_deref()), ("Stop it.", Some("a line.")));
    }
}
