//! The command line: one thin file a command.

mod adopt;
mod adopted;
mod apply;
pub mod args;
mod brought;
mod check;
mod diff;
mod explain;
mod interview;
mod made;
mod manual;
mod new;
mod onboard;
mod open;
mod output;
mod pack;
mod presets;
mod printable;
mod project;
mod prompt;
mod recommend;
mod reconciled;
mod sources;
mod upgrade;
mod values;
mod watchdog;
mod write_whole;

use std::ffi::OsString;

use clap::{CommandFactory, Parser, Subcommand};

use self::adopt::AdoptArgs;
use self::apply::ApplyArgs;
use self::args::GlobalArgs;
use self::check::CheckArgs;
use self::diff::DiffArgs;
use self::explain::ExplainArgs;
use self::manual::{CompletionsArgs, ManArgs};
use self::new::NewArgs;
use self::onboard::OnboardArgs;
use self::output::Output;
use self::pack::PackArgs;
use self::presets::PresetsArgs;
use self::recommend::RecommendArgs;
use self::upgrade::UpgradeArgs;
use self::watchdog::Watchdog;
use crate::error::Error;
use crate::exit::Exit;

/// Makes service repositories that are ready to operate, and keeps them on the golden path
#[derive(Debug, Parser)]
#[command(
    name = "goldpath",
    version,
    propagate_version = true,
    after_help = "Examples:
  goldpath new orders                              ask, then make ./orders
  goldpath new orders --preset balanced -y         ask nothing
  goldpath presets compare                         the presets side by side
  goldpath recommend --set team_size=3             which preset suits this team
  goldpath upgrade --dry-run                       what a newer version would change here
  goldpath check                                   do the files here agree with each other
  goldpath explain Makefile                        why a file is there, and who owns it
  goldpath onboard                                 the tour, the tools, the first hour and a quiz

Exit codes: 0 done, 1 done and it needs you, 2 wrong usage or input, 3 refused by the state of the target, \
4 failed and put back, 130 interrupted and put back"
)]
pub struct Cli {
    /// What every command takes.
    #[command(flatten)]
    pub global: GlobalArgs,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Ask, render, and make a repository with its first commit
    New(NewArgs),
    /// Say which preset suits this team, and why
    Recommend(RecommendArgs),
    /// Show what the presets hold, side by side
    Presets(PresetsArgs),
    /// Bring a repository to a newer version of its path, or to another preset
    Upgrade(UpgradeArgs),
    /// Make a repository follow goldpath.toml, or bring its managed files back
    Apply(ApplyArgs),
    /// Put an existing repository on the path without overwriting anything
    Adopt(AdoptArgs),
    /// Ask a repository whether it still is what it promises, offline
    Check(CheckArgs),
    /// Show the repository against its pristine render, as a patch
    Diff(DiffArgs),
    /// Say why a file, a control or a setting is there, who owns it, and what became of it
    Explain(ExplainArgs),
    /// Show somebody who joined today around: the tour, the tools, the first hour and the quiz
    Onboard(OnboardArgs),
    /// Check and render packs: for their authors
    Pack(PackArgs),
    /// Print a shell's completion script
    Completions(CompletionsArgs),
    /// Print the manual page, or write all of them to a folder
    Man(ManArgs),
}

impl Command {
    /// Whether printing is all that it does.
    fn only_tells(&self) -> bool {
        !matches!(self, Self::New(_) | Self::Upgrade(_) | Self::Apply(_) | Self::Adopt(_) | Self::Pack(_))
    }
}

/// Runs a command line, prints what it has to say, and tells how it ended.
#[must_use]
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    if arguments.get(1).is_some_and(|first| first == crate::check::JUDGE) {
        return judge_for_another();
    }
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            let exit = if error.use_stderr() { Exit::Usage } else { Exit::Done };
            output::printed(error.print());
            return told(exit, Exit::Failed);
        }
    };
    // What was changed is not taken back because it could not be told.
    let untold = if cli.command.only_tells() { Exit::Failed } else { Exit::NeedsYou };
    match dispatch(cli) {
        Ok(exit) => told(exit, untold),
        Err(error) => {
            output::report(&error);
            error.exit()
        }
    }
}

/// Not for people: another goldpath started this one to judge the policies of a pack.
fn judge_for_another() -> Exit {
    let _watchdog = Watchdog::start(watchdog::ONE_JUDGEMENT);
    match crate::check::for_another(std::io::stdin().lock(), std::io::stdout().lock()) {
        Ok(()) => Exit::Done,
        Err(_) => Exit::Failed,
    }
}

/// How it ended, unless what it had to say is lost.
fn told(exit: Exit, untold: Exit) -> Exit {
    match output::lost() {
        Some(source) if matches!(exit, Exit::Done | Exit::NeedsYou) => {
            output::report(&Error::Untold { source });
            untold
        }
        _ => exit,
    }
}

fn dispatch(cli: Cli) -> Result<Exit, Error> {
    let output = Output::new(&cli.global);
    crate::interrupt::install(output::interrupted).map_err(|source| Error::NoSignals { source })?;
    if let Some(directory) = &cli.global.chdir {
        std::env::set_current_dir(directory)
            .map_err(|_| Error::NoFolder { path: directory.display().to_string() })?;
    }
    let is_check = matches!(cli.command, Command::Check(_));
    let is_onboard = matches!(cli.command, Command::Onboard(_));
    let (flag, needs, has) = match cli.global.format {
        args::Format::Text | args::Format::Json => ("", "", true),
        args::Format::Sarif => ("--format sarif", "`goldpath check`", is_check),
        args::Format::Junit => ("--format junit", "`goldpath check`", is_check),
        args::Format::Md => ("--format md", "`goldpath onboard`", is_onboard),
    };
    if !has {
        return Err(Error::FlagNeeds { flag: flag.to_owned(), needs: needs.to_owned() });
    }
    let watchdog = Watchdog::start(watchdog::ONE_RENDER);
    match cli.command {
        Command::New(args) => args.run(output, watchdog),
        Command::Recommend(args) => args.run(output),
        Command::Presets(args) => args.run(output),
        Command::Upgrade(args) => args.run(output, watchdog),
        Command::Apply(args) => args.run(output, watchdog),
        Command::Adopt(args) => args.run(output, watchdog),
        Command::Check(args) => args.run(output, watchdog),
        Command::Diff(args) => args.run(output),
        Command::Explain(args) => args.run(output, watchdog),
        Command::Onboard(args) => args.run(output),
        Command::Pack(args) => args.run(output, watchdog),
        Command::Completions(args) => Ok(args.run(Cli::command())),
        Command::Man(args) => args.run(Cli::command()),
    }
}
