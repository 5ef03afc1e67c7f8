//! Asking a person, behind a trait, so that an interview can be scripted in tests.

use std::io::IsTerminal;

use dialoguer::theme::{ColorfulTheme, SimpleTheme, Theme};
use dialoguer::{Input, MultiSelect, Password, Select};

use super::printable::Charset;
use crate::error::Error;
use crate::interrupt;

/// How many columns stand before a complaint.
const ERROR: usize = "error: ".len();

/// What an interview needs of a terminal.
pub(super) trait Prompter {
    /// One of several; the index.
    fn choose(&mut self, ask: &str, items: &[String], default: usize) -> Result<usize, Error>;
    /// Any of several; the indices.
    fn choose_any(&mut self, ask: &str, items: &[String], chosen: &[bool]) -> Result<Vec<usize>, Error>;
    /// A line of text that `check` accepts; it says why it does not.
    fn line(
        &mut self,
        ask: &str,
        default: Option<&str>,
        check: &dyn Fn(&str) -> Result<(), String>,
    ) -> Result<String, Error>;
    /// A line that is not shown.
    fn secret(&mut self, ask: &str, check: &dyn Fn(&str) -> Result<(), String>) -> Result<String, Error>;
    /// What was just chosen, in the form that a line of text leaves behind.
    fn answered(&mut self, ask: &str, answer: &str);
    /// Prose to read before the next question, folded to the terminal.
    fn explain(&mut self, text: &str);
    /// Something to read before the next question.
    fn say(&mut self, text: &str);
}

/// Whether a person can be asked: decided once, since some prompts never return without a terminal.
pub(super) fn can_ask() -> bool {
    let ci = std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false");
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal() && !ci
}

/// Prompts on stderr.
pub(super) struct Terminal {
    theme: Box<dyn Theme>,
}

impl Terminal {
    pub(super) fn new() -> Self {
        // The signs of the colourful one are no ASCII.
        let is_colourful = console::colors_enabled_stderr() && Charset::of_process() == Charset::Unicode;
        let theme: Box<dyn Theme> =
            if is_colourful { Box::new(ColorfulTheme::default()) } else { Box::new(SimpleTheme) };
        Self { theme }
    }
}

impl Prompter for Terminal {
    fn choose(&mut self, ask: &str, items: &[String], default: usize) -> Result<usize, Error> {
        Select::with_theme(&*self.theme)
            .with_prompt(ask)
            .items(items)
            .default(default)
            .report(false)
            .interact()
            .map_err(terminal_error)
    }

    fn choose_any(&mut self, ask: &str, items: &[String], chosen: &[bool]) -> Result<Vec<usize>, Error> {
        MultiSelect::with_theme(&*self.theme)
            .with_prompt(ask)
            .items(items)
            .defaults(chosen)
            .interact()
            .map_err(terminal_error)
    }

    fn line(
        &mut self,
        ask: &str,
        default: Option<&str>,
        check: &dyn Fn(&str) -> Result<(), String>,
    ) -> Result<String, Error> {
        let mut input = Input::<String>::with_theme(&*self.theme).with_prompt(ask).allow_empty(true);
        // What is empty needs no key, and would be shown as `()`.
        if let Some(default) = default.filter(|default| !default.is_empty()) {
            input = input.default(default.to_owned());
        }
        // A complaint goes away when the answer is right, and what the terminal wraps by itself would stay.
        let complain =
            |text: &String| check(text).map_err(|why| folded(&why, columns().saturating_sub(ERROR)));
        input.validate_with(complain).interact_text().map_err(terminal_error)
    }

    fn secret(&mut self, ask: &str, check: &dyn Fn(&str) -> Result<(), String>) -> Result<String, Error> {
        Password::with_theme(&*self.theme)
            .with_prompt(ask)
            .allow_empty_password(true)
            .validate_with(|text: &String| check(text))
            .interact()
            .map_err(terminal_error)
    }

    fn answered(&mut self, ask: &str, answer: &str) {
        let mut line = String::new();
        // Writing to a String cannot fail.
        let _ = self.theme.format_input_prompt_selection(&mut line, ask, answer);
        self.say(&line);
    }

    fn explain(&mut self, text: &str) {
        self.say(&folded(text, columns()));
    }

    fn say(&mut self, text: &str) {
        super::output::to_stderr(text);
    }
}

fn columns() -> usize {
    console::Term::stderr().size().1.into()
}

/// Text in lines of at most `width` columns, broken between words; what goes on stands further in.
fn folded(text: &str, width: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    for whole in text.split('\n') {
        let indent = whole.len() - whole.trim_start_matches(' ').len();
        let mut words = whole.split(' ');
        let mut line = words.next().unwrap_or_default().to_owned();
        for word in words {
            let is_full = console::measure_text_width(&line) + 1 + console::measure_text_width(word) > width;
            if is_full && !word.is_empty() && !line.trim().is_empty() {
                lines.push(line);
                line = " ".repeat(if indent == 0 { 0 } else { indent + 2 });
            } else {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines.join("\n")
}

fn terminal_error(error: dialoguer::Error) -> Error {
    let dialoguer::Error::IO(source) = error;
    match source.kind() {
        std::io::ErrorKind::Interrupted => {
            // A list hides the cursor while it is shown.
            let _ = console::Term::stderr().show_cursor();
            interrupt::wait_for_the_end();
            Error::Interrupted
        }
        _ => Error::Terminal { source },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_folded_between_words_and_columns_stay() {
        assert_eq!(folded("one two three", 7), "one two\nthree");
        assert_eq!(
            folded("title\n  make run    serves it here", 20),
            "title\n  make run    serves\n    it here"
        );
        assert_eq!(folded("a-word-longer-than-that and more", 8), "a-word-longer-than-that\nand more");
        assert_eq!(folded("\n  \u{1b}[1mbold\u{1b}[0m text", 11), "\n  \u{1b}[1mbold\u{1b}[0m text");
    }
}
