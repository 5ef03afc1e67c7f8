//! The welcome as a page in Markdown: what this repository says, and nothing of the machine.

use std::fmt::Write as _;

use super::{FIRST_HOUR, QUIZ, Welcome, text};
use crate::onboard::Need;

pub(super) fn markdown(welcome: &Welcome, needs: &[Need]) -> String {
    let mut page = format!("# Welcome to {}\n", welcome.tour.name);
    for (title, lines) in text::sections(&welcome.tour) {
        // Writing to a String cannot fail.
        let _ = write!(page, "\n## {title}\n\n{}", list(&lines));
    }
    let _ = write!(page, "\n## Tools\n\n| tool | needed for | how to get it |\n| --- | --- | --- |\n");
    for need in needs {
        let only = if need.needed { "" } else { "only " };
        let least = need.at_least.as_ref().map(|least| format!(" {} or newer", least.version));
        let least = least.unwrap_or_default();
        let _ = writeln!(
            page,
            "| `{}`{least} | {only}{} | {} |",
            need.tool,
            need.used_by.join(", "),
            need.install
        );
    }
    if !welcome.steps.is_empty() {
        let _ = write!(
            page,
            "\n## First hour\n\nFrom [{FIRST_HOUR}]({FIRST_HOUR}). Tick a step when it proves itself.\n"
        );
        for step in &welcome.steps {
            let _ = writeln!(page, "\n- [ ] {}", step.what);
            for block in &step.commands {
                let lines: Vec<String> = block.lines().map(|line| format!("  {line}")).collect();
                let _ = write!(page, "\n  ```bash\n{}\n  ```\n", lines.join("\n"));
            }
            if let Some(proof) = &step.proof {
                let _ = writeln!(page, "\n  Proof: {proof}");
            }
        }
    }
    if !welcome.quiz.is_empty() {
        let _ = write!(page, "\n## Quiz\n\nFrom [{QUIZ}]({QUIZ}).\n");
        for (number, question) in welcome.quiz.iter().enumerate() {
            let files: Vec<String> = question.files.iter().map(|file| format!("[{file}]({file})")).collect();
            let _ = write!(
                page,
                "\n<details><summary>{}. {}</summary>\n\n{} {}\n\n</details>\n",
                number + 1,
                question.ask,
                question.answer,
                files.join(", ")
            );
        }
    }
    page
}

fn list(lines: &[String]) -> String {
    // What stands in columns on a terminal would run together in Markdown.
    let item = |line: &String| match line.split_once("  ") {
        Some((command, does)) => format!("- `{command}`: {}", does.trim_start()),
        None => format!("- {line}"),
    };
    let lines: Vec<String> = lines.iter().map(item).collect();
    lines.join("\n") + "\n"
}
