//! What the command line can say. Doc comments here are the help.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::manual::{CompletionsArgs, ManArgs};
use super::new::NewArgs;
use super::pack::PackArgs;
use super::presets::PresetsArgs;
use super::recommend::RecommendArgs;

/// Makes service repositories that are ready to operate, and keeps them on the golden path
#[derive(Debug, Parser)]
#[command(
    name = "goldpath",
    version,
    propagate_version = true,
    disable_help_subcommand = true,
    after_help = "Examples:
  goldpath new orders                              ask, then make ./orders
  goldpath new orders --preset balanced -y         ask nothing
  goldpath presets compare                         the presets side by side
  goldpath recommend --set team_size=3             which preset suits this team

Exit codes: 0 done, 1 done and it needs you, 2 wrong usage or input, 3 refused by the state of the target,
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
    /// Check and render packs: for their authors
    Pack(PackArgs),
    /// Print a shell's completion script
    Completions(CompletionsArgs),
    /// Print the manual page, or write all of them to a folder
    Man(ManArgs),
}

/// Flags that mean the same everywhere.
#[derive(Debug, Args)]
pub struct GlobalArgs {
    /// Run as if started in this folder
    #[arg(short = 'C', value_name = "DIR", global = true)]
    pub chdir: Option<PathBuf>,
    /// Print text for people, or one JSON object
    #[arg(long, value_enum, default_value_t = Format::Text, global = true)]
    pub format: Format,
    /// Print errors and results only
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Print every step
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    pub verbose: bool,
    /// When to use colour
    #[arg(long, value_enum, default_value_t = Colour::Auto, global = true, value_name = "WHEN")]
    pub color: Colour,
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// One JSON object.
    Json,
}

/// When output is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Where the pack is.
#[derive(Debug, Args)]
pub struct PackSource {
    /// The pack: `builtin`, a folder, or a git repository, with an optional version and subfolder
    #[arg(long, value_name = "SOURCE[@VERSION]", env = "GOLDPATH_PACK", default_value = "builtin")]
    pub pack: String,
}

/// Answers and settings, from flags and files.
#[derive(Debug, Args)]
pub struct ValueArgs {
    /// An answer by its key, or a setting by its dotted name; may be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// A TOML, YAML or JSON file with answers and settings
    #[arg(long, value_name = "FILE")]
    pub answers: Option<PathBuf>,
}
