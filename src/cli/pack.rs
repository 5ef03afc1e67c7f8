//! `goldpath pack`: for authors of packs.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::json;

use super::args::ValueArgs;
use super::interview::take_default_heads;
use super::output::Output;
use super::values::gather;
use super::watchdog::{EVERY_RENDER, Watchdog};
use crate::error::Error;
use crate::exit::Exit;
use crate::lint;
use crate::pack::Pack;
use crate::pack::source::{Environment, PackSpec};
use crate::plan::{Facts, Given, Plan};
use crate::project::project_tree;
use crate::repo;

/// Check and render packs: for their authors.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  goldpath pack lint ./our-pack
  goldpath pack render ./our-pack --to /tmp/rendered")]
pub struct PackArgs {
    #[command(subcommand)]
    command: PackCommand,
}

#[derive(Debug, Subcommand)]
enum PackCommand {
    /// Find what is wrong with a pack, for every preset and stack
    Lint(LintArgs),
    /// Render a pack into a folder, without git
    Render(RenderArgs),
}

#[derive(Debug, Args)]
#[command(after_help = "Example:
  goldpath pack lint ./our-pack")]
struct LintArgs {
    /// The pack: a folder, `builtin`, or a git repository
    #[arg(value_name = "DIR")]
    pack: String,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:
  goldpath pack render ./our-pack --preset enterprise --to /tmp/rendered")]
struct RenderArgs {
    /// The pack: a folder, `builtin`, or a git repository
    #[arg(value_name = "DIR")]
    pack: String,
    /// The folder to render into: new, or empty
    #[arg(long, value_name = "OUT")]
    to: PathBuf,
    /// The preset
    #[arg(long, value_name = "NAME")]
    preset: Option<String>,
    /// The stack
    #[arg(long, value_name = "NAME")]
    stack: Option<String>,
    #[command(flatten)]
    values: ValueArgs,
}

impl PackArgs {
    pub(super) fn run(self, output: Output, watchdog: Watchdog) -> Result<Exit, Error> {
        match self.command {
            PackCommand::Lint(args) => {
                drop(watchdog);
                let _watchdog = Watchdog::start(EVERY_RENDER);
                args.run(output)
            }
            PackCommand::Render(args) => args.run(output, watchdog),
        }
    }
}

fn open(pack: &str) -> Result<Pack, Error> {
    Pack::open(&PackSpec::parse(pack)?, &Environment::of_this_process(false))
}

impl LintArgs {
    fn run(&self, output: Output) -> Result<Exit, Error> {
        let pack = open(&self.pack)?;
        let findings = lint::lint(&pack);
        for finding in &findings {
            output.text(finding);
        }
        let combinations = pack.presets.len() * pack.stacks().count();
        let summary = match findings.len() {
            0 => format!("{combinations} combinations of preset and stack: no findings"),
            count => format!("{combinations} combinations of preset and stack: {count} findings"),
        };
        output.remark(summary);
        let list: Vec<_> = findings
            .iter()
            .map(
                |finding| json!({ "rule": finding.rule, "place": finding.place, "message": finding.message }),
            )
            .collect();
        output.json(&json!({ "schema_version": 1, "combinations": combinations, "findings": list }));
        Ok(if findings.is_empty() { Exit::Done } else { Exit::NeedsYou })
    }
}

impl RenderArgs {
    fn run(&self, output: Output, watchdog: Watchdog) -> Result<Exit, Error> {
        let pack = open(&self.pack)?;
        let flags = Given::of_flags(self.preset.as_deref(), self.stack.as_deref());
        let mut given = gather(flags, &self.values)?;
        take_default_heads(&pack, &mut given);
        let facts = Facts { target_folder: Facts::slug(&folder_name(&self.to)), ..Facts::default() };
        let plan = Plan::resolve(&pack, given.preset_name(), given.stack_name(), &given, &facts)?;
        let tree = project_tree(&plan, &self.to)?;
        let placement = repo::inspect(&self.to, &repo::Environment::of_process())?;
        if let repo::Standing::Occupied(_) = placement.standing {
            return Err(Error::OutputNotEmpty { path: self.to.display().to_string() });
        }
        drop(watchdog);
        super::new::write_files(&self.to, &tree)?;
        output.remark(format!("{} files in {}", tree.len(), self.to.display()));
        output.json(&json!({ "schema_version": 1, "files": tree.len(), "to": self.to }));
        Ok(Exit::Done)
    }
}

fn folder_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
