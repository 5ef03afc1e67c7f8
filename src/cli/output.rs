//! Where text goes: results to stdout, progress and errors to stderr, colour only where it is wanted.

use std::fmt::Display;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::args::{Colour, Format, GlobalArgs};
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
            to_stdout(&text.to_string());
        }
    }

    /// A result that another program reads, on stdout as it is: colour codes in it are content.
    pub(super) fn bytes(self, bytes: &[u8]) {
        if self.format == Format::Text {
            let mut stdout = io::stdout().lock();
            let _: io::Result<()> = stdout.write_all(bytes).and_then(|()| stdout.flush());
        }
    }

    /// What is pleasant to know, on stdout; `--quiet` leaves it out.
    pub(super) fn remark(self, text: impl Display) {
        if !self.quiet {
            self.text(text);
        }
    }

    /// The one JSON object, on stdout, if that was asked for.
    pub(super) fn json(self, object: &serde_json::Value) {
        if self.is_json() {
            to_stdout(&serde_json::to_string_pretty(object).unwrap_or_default());
        }
    }

    /// A document that other programs read, on stdout in every format.
    #[expect(clippy::unused_self, reason = "all printing goes through an `Output`")]
    pub(super) fn document(self, document: impl Display) {
        to_stdout(&document.to_string());
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
    let mut lines = vec![format!("{BAD}error{BAD:#}: {error}")];
    let causes = std::iter::successors(std::error::Error::source(error), |cause| cause.source());
    lines.extend(causes.map(|cause| format!("  caused by: {cause}")));
    if let Some(hint) = error.hint() {
        lines.push(format!("\n{HINT}hint{HINT:#}: {hint}"));
    }
    to_stderr(&lines.join("\n"));
}

/// A reader that went away, as `head` does, is no error.
fn to_stdout(text: &str) {
    let mut stdout = anstream::stdout().lock();
    let _: io::Result<()> = writeln!(stdout, "{text}").and_then(|()| stdout.flush());
}

pub(super) fn to_stderr(text: &str) {
    let _: io::Result<()> = writeln!(anstream::stderr().lock(), "{text}");
}
