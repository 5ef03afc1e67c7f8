//! The command line: one thin file a command.

pub mod args;
mod interview;
mod made;
mod manual;
mod new;
mod output;
mod pack;
mod presets;
mod prompt;
mod recommend;
mod sources;
mod values;

use std::ffi::OsString;

use clap::Parser;

use self::args::{Cli, Command};
use self::output::Output;
use crate::error::Error;
use crate::exit::Exit;

/// Runs a command line, prints what it has to say, and tells how it ended.
#[must_use]
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            let exit = if error.use_stderr() { Exit::Usage } else { Exit::Done };
            // A reader that went away is no error.
            let _ = error.print();
            return exit;
        }
    };
    match dispatch(cli) {
        Ok(exit) => exit,
        Err(error) => {
            output::report(&error);
            error.exit()
        }
    }
}

fn dispatch(cli: Cli) -> Result<Exit, Error> {
    let output = Output::new(&cli.global);
    crate::interrupt::install().map_err(|source| Error::NoSignals { source })?;
    if let Some(directory) = &cli.global.chdir {
        std::env::set_current_dir(directory)
            .map_err(|_| Error::NoFolder { path: directory.display().to_string() })?;
    }
    match cli.command {
        Command::New(args) => args.run(output),
        Command::Recommend(args) => args.run(output),
        Command::Presets(args) => args.run(output),
        Command::Pack(args) => args.run(output),
        Command::Completions(args) => Ok(args.run()),
        Command::Man(args) => args.run(),
    }
}
