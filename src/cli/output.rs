//! Where text goes: results to stdout, progress and errors to stderr, colour only where it is wanted.

use std::fmt::Display;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::sync::Mutex;

use anstyle::{AnsiColor, Style};

use super::args::{Colour, Format, GlobalArgs};
use super::printable::{self, Charset};
use crate::error::Error;

/// Bold.
pub(super) const STRONG: Style = Style::new().bold();
/// For what stands beside.
pub(super) const FAINT: Style = Style::new().dimmed();
/// For names that can be typed.
pub(super) const NAME: Style = AnsiColor::Cyan.on_default();
/// For what is wrong.
pub(super) const BAD: Style = AnsiColor::Red.on_default().bold();
const CAREFUL: Style = AnsiColor::Yellow.on_default().bold();
const HINT: Style = AnsiColor::Green.on_default().bold();

/// How this run prints.
#[derive(Debug, Clone, Copy)]
pub(super) struct Output {
    pub(super) format: Format,
    quiet: bool,
    verbose: bool,
}

impl Output {
    pub(super) fn new(global: &GlobalArgs) -> Self {
        match global.color {
            Colour::Auto => {}
            Colour::Always => anstream::ColorChoice::Always.write_global(),
            Colour::Never => anstream::ColorChoice::Never.write_global(),
        }
        console::set_colors_enabled_stderr(match global.color {
            Colour::Auto => console::colors_enabled_stderr() && std::env::var_os("NO_COLOR").is_none(),
            Colour::Always => true,
            Colour::Never => false,
        });
        Self { format: global.format, quiet: global.quiet, verbose: global.verbose }
    }

    pub(super) fn is_json(self) -> bool {
        self.format == Format::Json
    }

    /// A result for people, on stdout.
    pub(super) fn text(self, text: impl Display) {
        if self.format == Format::Text {
            to_stdout(&printable::text(&text.to_string(), Charset::of_process()));
        }
    }

    /// A result that another program reads, on stdout as it is: colour codes in it are content. A terminal gets it made
    /// safe: nobody applies a patch from there.
    pub(super) fn bytes(self, bytes: &[u8]) {
        if self.format != Format::Text {
            return;
        }
        if io::stdout().is_terminal() {
            let text = String::from_utf8_lossy(bytes);
            raw_to_stdout(printable::text(&text, Charset::of_process()).as_bytes());
        } else {
            raw_to_stdout(bytes);
        }
    }

    /// What is pleasant to know, on stdout; `--quiet` leaves it out.
    pub(super) fn remark(self, text: impl Display) {
        if !self.quiet {
            self.text(text);
        }
    }

    /// The same without `--quiet`, for what a question is about: it is asked all the same.
    pub(super) fn aloud(self) -> Self {
        Self { quiet: false, ..self }
    }

    /// The one JSON object, on stdout, if that was asked for; else it is not even made.
    pub(super) fn json(self, object: impl FnOnce() -> serde_json::Value) {
        if self.is_json() {
            self.json_document(&object());
        }
    }

    /// A JSON object, on stdout in every format.
    #[expect(clippy::unused_self, reason = "all printing goes through an `Output`")]
    pub(super) fn json_document(self, object: &serde_json::Value) {
        to_stdout(&printable::json(&serde_json::to_string_pretty(object).unwrap_or_default()));
    }

    /// A document that other programs read, on stdout in every format. It is UTF-8 whatever the locale.
    #[expect(clippy::unused_self, reason = "all printing goes through an `Output`")]
    pub(super) fn document(self, document: impl Display) {
        to_stdout(&printable::text(&document.to_string(), Charset::Unicode));
    }

    /// A step, on stderr, if `--verbose` asks for steps.
    pub(super) fn step(self, text: impl Display) {
        if self.verbose {
            to_stderr(&format!("{FAINT}{text}{FAINT:#}"));
        }
    }

    /// What happens now, on stderr.
    pub(super) fn progress(self, text: impl Display) {
        if !self.quiet {
            to_stderr(&format!("{FAINT}{text}{FAINT:#}"));
        }
    }

    /// What a person should know although the run goes on, on stderr; `--quiet` is about what goes well.
    #[expect(clippy::unused_self, reason = "all printing goes through an `Output`")]
    pub(super) fn warning(self, text: impl Display) {
        to_stderr(&format!("{CAREFUL}warning{CAREFUL:#}: {text}"));
    }
}

/// The one place that prints an error: what is wrong, what caused it, what to do next.
pub(super) fn report(error: &Error) {
    let mut lines = vec![format!("{BAD}error{BAD:#}: {}", in_view(&error.to_string()))];
    let causes = std::iter::successors(std::error::Error::source(error), |cause| cause.source());
    lines.extend(causes.map(|cause| format!("  caused by: {}", in_view(&cause.to_string()))));
    if let Some(hint) = error.hint() {
        lines.push(format!("\n{HINT}hint{HINT:#}: {}", in_view(&hint)));
    }
    to_stderr(&lines.join("\n"));
}

/// What an error quotes may be a line without end.
fn in_view(text: &str) -> String {
    const LONGEST_LINE: usize = 1000;
    let cut = |line: &str| match line.char_indices().nth(LONGEST_LINE) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    };
    text.split('\n').map(cut).collect::<Vec<_>>().join("\n")
}

/// A signal came while nothing was being written.
pub(super) fn interrupted() {
    to_stderr(&format!("{BAD}error{BAD:#}: interrupted; nothing was changed"));
}

/// Why something that was to be printed is lost.
static LOST: Mutex<Option<io::Error>> = Mutex::new(None);

/// Why something that was to be printed on stdout is lost, if it is. A reader that went away, as `head` does, wanted no
/// more.
pub(super) fn lost() -> Option<io::Error> {
    LOST.lock().ok()?.take()
}

/// Remembers that a write to stdout failed.
pub(super) fn printed(result: io::Result<()>) {
    if let Err(error) = result
        && error.kind() != ErrorKind::BrokenPipe
        && let Ok(mut lost) = LOST.lock()
    {
        lost.get_or_insert(error);
    }
}

fn to_stdout(text: &str) {
    let mut stdout = anstream::stdout().lock();
    printed(writeln!(stdout, "{text}").and_then(|()| stdout.flush()));
}

/// Bytes that are goldpath's own, or that another program reads.
pub(super) fn raw_to_stdout(bytes: &[u8]) {
    let mut stdout = io::stdout().lock();
    printed(stdout.write_all(bytes).and_then(|()| stdout.flush()));
}

pub(super) fn to_stderr(text: &str) {
    let text = printable::text(text, Charset::of_process());
    // Where it cannot be told, there is nobody to tell that either.
    let _: io::Result<()> = writeln!(anstream::stderr().lock(), "{text}");
}
