//! `goldpath pack`: for authors of packs.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::json;

use super::args::ValueArgs;
use super::interview::take_default_heads;
use super::output::Output;
use super::values::gather;
use super::watchdog::{EVERY_RENDER, Watchdog};
use super::write_whole::write_whole;
use crate::counted::counted;
use crate::error::Error;
use crate::exit::Exit;
use crate::interrupt::Writing;
use crate::lint;
use crate::pack::Pack;
use crate::pack::source::{Environment, PackSpec, Seal, release_paths};
use crate::plan::{Facts, Given, Plan};
use crate::project::project_tree;
use crate::repo;
use crate::seal::seal;

/// Check and render packs: for their authors.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  goldpath pack lint ./our-pack
  goldpath pack render ./our-pack --to /tmp/rendered
  goldpath pack seal ./our-pack")]
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
    /// Keep this version of a pack for ever, so that what it made can be upgraded
    Seal(SealArgs),
}

#[derive(Debug, Args)]
#[command(after_help = "Example:
  goldpath pack lint ./our-pack")]
struct LintArgs {
    /// The pack: a folder, `builtin`, or a git repository
    #[arg(value_name = "DIR", default_value = ".")]
    pack: String,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:
  goldpath pack render ./our-pack --preset enterprise --to /tmp/rendered")]
struct RenderArgs {
    /// The pack: a folder, `builtin`, or a git repository
    #[arg(value_name = "DIR", default_value = ".")]
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

#[derive(Debug, Args)]
#[command(after_help = "Example:
  goldpath pack seal ./our-pack

Writes releases/VERSION.tar.gz, the pack as it is, and releases/VERSION.toml, which says what each preset renders to.
Commit both, then raise `version` in pack.toml: what is sealed never changes.")]
struct SealArgs {
    /// The folder of the pack
    #[arg(value_name = "DIR", default_value = ".")]
    pack: String,
}

impl PackArgs {
    pub(super) fn run(self, output: Output, watchdog: Watchdog) -> Result<Exit, Error> {
        match self.command {
            PackCommand::Lint(args) => {
                drop(watchdog);
                let _watchdog = Watchdog::start(EVERY_RENDER);
                args.run(output)
            }
            PackCommand::Seal(args) => {
                drop(watchdog);
                args.run(output, Watchdog::start(EVERY_RENDER))
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
        let tried = counted(combinations, "combination");
        let found =
            if findings.is_empty() { "no findings".to_owned() } else { counted(findings.len(), "finding") };
        output.remark(format!("{tried} of preset and stack: {found}"));
        let list: Vec<_> = findings
            .iter()
            .map(
                |finding| json!({ "rule": finding.rule, "place": finding.place, "message": finding.message }),
            )
            .collect();
        output.json(|| json!({ "schema_version": 1, "combinations": combinations, "findings": list }));
        Ok(if findings.is_empty() { Exit::Done } else { Exit::NeedsYou })
    }
}

impl RenderArgs {
    fn run(&self, output: Output, watchdog: Watchdog) -> Result<Exit, Error> {
        let pack = open(&self.pack)?;
        let flags = Given::of_flags(self.preset.as_deref(), self.stack.as_deref());
        let mut given = gather(flags, &self.values)?;
        take_default_heads(&pack, &mut given);
        let facts = Facts::of_example(&Facts::slug(&folder_name(&self.to)));
        let plan = Plan::resolve(&pack, given.preset_name(), given.stack_name(), &given, &facts)?;
        let tree = project_tree(&plan, &self.to)?;
        let placement = repo::inspect(&self.to, &repo::Environment::of_process())?;
        if let repo::Standing::Occupied(_) = placement.standing {
            return Err(Error::OutputNotEmpty { path: self.to.display().to_string() });
        }
        drop(watchdog);
        super::new::write_files(&self.to, &tree)?;
        output.remark(format!("{} files in {}", tree.len(), self.to.display()));
        output.json(|| json!({ "schema_version": 1, "files": tree.len(), "to": self.to }));
        Ok(Exit::Done)
    }
}

impl SealArgs {
    fn run(&self, output: Output, watchdog: Watchdog) -> Result<Exit, Error> {
        let spec = PackSpec::parse(&self.pack)?;
        let PackSpec::Folder { path, subfolder } = &spec else {
            return Err(Error::SealNoFolder { given: self.pack.clone() });
        };
        let folder = subfolder.as_ref().map_or_else(|| path.clone(), |subfolder| subfolder.below(path));
        let pack = Pack::open(&spec, &Environment::of_this_process(false))?;
        if pack.base.is_some() {
            return Err(Error::SealExtends);
        }
        let version = pack.version.clone();
        // What stands half written after a run that was broken off is no seal.
        let sealed =
            if folder.join(&release_paths(&version)[1]).exists() { pack.release(&version)? } else { None };
        let (seal, is_new) = match sealed {
            Some((_, seal)) if seal.digest == pack.digest() => (seal, false),
            Some(_) => return Err(Error::SealedOtherwise { version }),
            None => (seal(&pack)?, true),
        };
        let paths = release_paths(&version);
        drop(watchdog);
        if is_new {
            write_release(&folder, &paths, &pack, &seal)?;
            output.remark(format!("sealed {} {version}: {}", pack.name, paths.join(" and ")));
        } else {
            output.remark(format!("nothing to do: {} {version} is sealed already", pack.name));
        }
        output.json(|| {
            json!({
                "schema_version": 1,
                "version": version.to_string(),
                "digest": seal.digest,
                "renders": seal.renders.len(),
                "files": paths,
                "new": is_new,
            })
        });
        Ok(Exit::Done)
    }
}

/// The seal last: without it, an archive is none.
fn write_release(folder: &Path, paths: &[String; 2], pack: &Pack, seal: &Seal) -> Result<(), Error> {
    let text = toml::to_string(seal).unwrap_or_default();
    let text = format!("# Written by `goldpath pack seal`. A sealed release never changes.\n{text}");
    let unwritable = |path: &str, source| Error::Unwritable { path: path.to_owned(), source };
    let [archive, record] = paths;
    let packed = pack.packed().map_err(|source| unwritable(archive, source))?;
    // Between the two, a signal waits: an archive without its seal is none, and nobody should find one.
    let writing = Writing::begin();
    for (path, content) in [(archive, packed), (record, text.into_bytes())] {
        let full = folder.join(path);
        let written = fs_err::create_dir_all(full.parent().unwrap_or(folder));
        written.and_then(|()| write_whole(&full, &content)).map_err(|source| unwritable(path, source))?;
    }
    writing.stays();
    Ok(())
}

fn folder_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
