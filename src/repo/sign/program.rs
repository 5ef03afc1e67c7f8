//! Running a signing program.

use std::io::{self, Write};
use std::process::{Command, Output, Stdio};
use std::thread;

use super::super::error::Error;

/// Runs `command` with `input`, and returns what it said and how it ended.
///
/// The terminal stays reachable for it: it may ask for a passphrase.
pub(super) fn run(program: &str, command: &mut Command, input: &str) -> Result<Output, Error> {
    let missing = |source| Error::SignerMissing { program: program.to_owned(), source };
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(missing)?;
    let stdin = child.stdin.take();
    let input = input.to_owned();
    // On a thread of its own: a program that answers before it has read everything would block both.
    let feeding = thread::spawn(move || match stdin {
        Some(mut stdin) => stdin.write_all(input.as_bytes()),
        None => Ok(()),
    });
    let output = child.wait_with_output().map_err(missing)?;
    match feeding.join() {
        // A program that fails closes its input; its own words say why.
        Ok(Err(error)) if error.kind() != io::ErrorKind::BrokenPipe => Err(missing(error)),
        _ => Ok(output),
    }
}

/// The error of a program that did not sign: in its own words.
pub(super) fn failed(program: &str, stderr: &[u8]) -> Error {
    let told = String::from_utf8_lossy(stderr);
    let told: Vec<_> = told.lines().filter(|line| !line.starts_with("[GNUPG:]")).map(printable).collect();
    Error::SignerFailed { program: program.to_owned(), output: told.join("\n") }
}

/// A line without control characters, which could rewrite the terminal.
fn printable(line: &str) -> String {
    line.chars().filter(|c| !c.is_control()).collect()
}

/// A command line in words, as git splits it: quotes and backslashes count, nothing else does.
pub(super) fn words(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut characters = line.chars();
    while let Some(c) = characters.next() {
        match (quote, c) {
            (Some(open), c) if open == c => quote = None,
            (Some('\''), c) => word.get_or_insert_default().push(c),
            (_, '\\') => word.get_or_insert_default().push(characters.next()?),
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_line_is_split_as_git_splits_it() {
        let split = |line| words(line).map(|words| words.join("|"));
        assert_eq!(
            split(r#"ssh-add  -L 'a b' "c \"d" e\ f ''"#).as_deref(),
            Some(r#"ssh-add|-L|a b|c "d|e f|"#)
        );
        assert_eq!(split("'open"), None);
        assert_eq!(split("end\\"), None);
    }
}
