//! Flags that several commands take. Doc comments here are the help.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::plan::{Given, NAME_KEY, Raw, Source};

/// Flags that mean the same everywhere.
#[derive(Debug, Args)]
pub struct GlobalArgs {
    /// Run as if started in this folder
    #[arg(short = 'C', value_name = "DIR", global = true)]
    pub chdir: Option<PathBuf>,
    /// Print text for people, or what programs read
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
    /// SARIF 2.1.0 for code scanning: `check` alone.
    Sarif,
    /// XML for test reports: `check` alone.
    Junit,
    /// A page in Markdown: `onboard` alone.
    Md,
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
    #[arg(
        long,
        value_name = "SOURCE[@VERSION]",
        env = "GOLDPATH_PACK",
        default_value = "builtin",
        global = true
    )]
    pub pack: String,
}

/// What a service is to be, and whether anything is asked or written.
#[derive(Debug, Args)]
pub struct ServiceArgs {
    /// The preset: `goldpath presets compare` shows them
    #[arg(long, value_name = "NAME")]
    pub preset: Option<String>,
    /// The stack: the language of the service
    #[arg(long, value_name = "NAME")]
    pub stack: Option<String>,
    /// The service's name
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Answers and settings.
    #[command(flatten)]
    pub values: ValueArgs,
    /// Where the pack is.
    #[command(flatten)]
    pub pack: PackSource,
    /// Take every default, never ask
    #[arg(short, long)]
    pub yes: bool,
    /// Tell exactly what would happen and write nothing
    #[arg(long)]
    pub dry_run: bool,
}

impl ServiceArgs {
    /// Preset, stack and name, where a flag says them.
    pub(super) fn given(&self) -> Given {
        let mut given = Given::of_flags(self.preset.as_deref(), self.stack.as_deref());
        if let Some(name) = &self.name {
            given.set(NAME_KEY, Raw::Text(name.clone()), Source::Flag("--name".to_owned()));
        }
        given
    }
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
