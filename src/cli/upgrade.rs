//! `goldpath upgrade`.

use std::path::Path;

use clap::Args;

use super::args::ValueArgs;
use super::diff::locked_project;
use super::output::Output;
use super::prompt;
use super::reconciled::{ResultArgs, Run, aborted, finished};
use super::values::explicit;
use super::watchdog::Watchdog;
use crate::error::Error;
use crate::exit::Exit;
use crate::lock::Lock;
use crate::pack::Pack;
use crate::pack::source::{Environment, Origin, PackSpec, Version};
use crate::plan::Given;
use crate::project::read_intent;
use crate::reconcile::{self, Allowed, Checkout};

/// Bring a repository to a newer version of its path, or to another preset.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  goldpath upgrade --dry-run                       tell what would change
  goldpath upgrade                                 to the newest version of the pack
  goldpath upgrade --preset enterprise             to another preset
  goldpath upgrade --branch path-1.4.0             as a commit on a new branch, for a pull request
  goldpath upgrade --dry-run --patch               what would change, as `git apply` takes it
  goldpath upgrade --to 1.4.0 --pack https://git.example.com/platform/path.git
  goldpath upgrade --continue                      after conflicts are resolved
  goldpath upgrade --abort                         everything as it was before

Your edits, the render they began with and the new render are merged file by file. The result is staged, not committed.
Questions that are new are asked at a terminal; elsewhere their defaults are taken and told.
Precedence: flag, --answers, goldpath.toml; for new questions also GOLDPATH_* and ~/.config/goldpath/config.toml.
Exit codes: 0 done, 1 done and it needs you (conflicts, edited files that the path no longer has), 3 refused")]
pub struct UpgradeArgs {
    /// The version to go to; by default the newest
    #[arg(long, value_name = "VERSION")]
    to: Option<String>,
    /// The preset to go to
    #[arg(long, value_name = "NAME")]
    preset: Option<String>,
    /// Where the pack is from now on: `builtin`, a folder, or a git repository
    #[arg(long, value_name = "SOURCE")]
    pack: Option<String>,
    #[command(flatten)]
    values: ValueArgs,
    #[command(flatten)]
    result: ResultArgs,
    /// End a run whose conflicts are resolved
    #[arg(
        long = "continue",
        conflicts_with_all = ["abort", "to", "preset", "pack", "set", "answers", "dry_run", "commit", "branch"],
    )]
    go_on: bool,
    /// Put everything back: before a run that waits for its conflicts or was broken off, or before `adopt`
    #[arg(long, conflicts_with_all = ["to", "preset", "pack", "set", "answers", "dry_run", "commit", "branch"])]
    abort: bool,
}

impl UpgradeArgs {
    pub(super) fn run(self, output: Output, watchdog: Watchdog) -> Result<Exit, Error> {
        if self.abort {
            return aborted(output);
        }
        if self.go_on {
            return finished(output);
        }
        let (root, lock) = locked_project()?;
        let checkout = Checkout::open(&root)?;
        let _turn = reconcile::refuse(&checkout, Allowed::Nothing)?;
        let (intent, text) = read_intent(&root)?;
        let environment = Environment::of_this_process(prompt::can_ask());
        let (pack, origin) = self.target_pack(&intent.pack, checkout.root(), &lock, &environment)?;
        let given = explicit(Given::of_flags(self.preset.as_deref(), None), &self.values)?;
        Run {
            command: "upgrade",
            checkout: &checkout,
            lock: &lock,
            pack: &pack,
            origin,
            given: given.or(intent.given),
            intent: String::from_utf8_lossy(&text).into_owned(),
            environment: &environment,
            result: &self.result,
        }
        .go(output, watchdog)
    }

    /// The pack to go to, and how the project names it.
    fn target_pack(
        &self,
        of_intent: &PackSpec,
        root: &Path,
        lock: &Lock,
        environment: &Environment,
    ) -> Result<(Pack, Origin), Error> {
        let named = self.pack.as_deref().map(PackSpec::parse).transpose()?;
        let pinned = named.as_ref().unwrap_or(of_intent).version().cloned();
        let spec = match &named {
            Some(named) if self.to.is_none() => named.clone(),
            Some(named) => named.at_version(self.to.as_deref())?,
            None => of_intent.at_version(self.to.as_deref())?,
        };
        // A folder that a flag names is relative to where the person stands.
        let environment =
            if named.is_some() { environment.clone() } else { environment.clone().with_base(root) };
        let pack = Pack::open(&spec, &environment).map_err(|error| match error {
            Error::Manifest(error) if error.needs_newer() => reconcile::Error::NeedsNewer { error }.into(),
            other => other,
        })?;
        if let Some(wanted) = &self.to
            && matches!(spec, PackSpec::Folder { .. })
            && pack.version.to_string() != wanted.trim_start_matches('v')
        {
            let hint =
                "a folder has the one version that is in it; a git repository has all of them".to_owned();
            return Err(
                reconcile::Error::OtherVersion { wanted: wanted.clone(), found: pack.version, hint }.into()
            );
        }
        if pack.name == lock.pack.name && pack.version < lock.pack.version {
            let (from, to) = (lock.pack.version.clone(), pack.version);
            return Err(reconcile::Error::Downgrade { from, to }.into());
        }
        if let (Some(base), Some(before)) = (&pack.base, &lock.pack.extends)
            && pack.name == lock.pack.name
            && base.version < *before
        {
            let (name, from, to) = (base.name.clone(), before.clone(), base.version.clone());
            return Err(reconcile::Error::BaseDowngrade { name, from, to }.into());
        }
        let origin = if named.is_some() { pack.origin.seen_from(root) } else { pack.origin.clone() };
        // What was pinned stays pinned, to the new version.
        let pinned = pinned.map(|pinned| match (pinned, &pack.origin.commit) {
            (Version::Commit(_), Some(commit)) => Version::Commit(commit.clone()),
            _ => Version::Exact(pack.version.clone()),
        });
        Ok((pack, Origin { pinned, ..origin }))
    }
}
