//! The quiz at a terminal: typed where the answer is a name or a number, chosen where it is a sentence.

use crate::cli::prompt::Prompter;
use crate::error::Error;
use crate::onboard::Question;

pub(super) fn ask(prompter: &mut dyn Prompter, questions: &[Question]) -> Result<(), Error> {
    let mut right = 0;
    for (index, question) in questions.iter().enumerate() {
        prompter.say(&format!("\nQuestion {} of {}", index + 1, questions.len()));
        let knew = if question.terms.is_empty() {
            let (items, answer) = Question::choices(index, questions);
            let items: Vec<String> = items.iter().map(|item| short(item)).collect();
            let chosen = prompter.choose(&question.ask, &items, 0)?;
            prompter.answered(&question.ask, &items[chosen]);
            chosen == answer
        } else {
            question.accepts(&prompter.line(&question.ask, None, &|_| Ok(()))?)
        };
        right += usize::from(knew);
        let files = question.files.join(", ");
        prompter.explain(&format!(
            "{} {}{}",
            if knew { "Right:" } else { "Not quite:" },
            question.answer,
            if files.is_empty() { String::new() } else { format!("\n  it stands in {files}") }
        ));
    }
    prompter.say(&format!("\n{right} of {} right.", questions.len()));
    Ok(())
}

/// On one line of any terminal.
fn short(text: &str) -> String {
    const WIDTH: usize = 70;
    if text.chars().count() <= WIDTH {
        return text.to_owned();
    }
    text.chars().take(WIDTH).collect::<String>() + "…"
}
