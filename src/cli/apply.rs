//! `goldpath apply`.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::brought;
use super::diff::{below, holds, locked_project};
use super::output::Output;
use super::prompt;
use super::reconciled::{Finish, ResultArgs, Run};
use super::watchdog::Watchdog;
use crate::counted::counted;
use crate::error::Error;
use crate::exit::Exit;
use crate::lock::Lock;
use crate::pack::source::{Environment, Origin};
use crate::path::RepoPath;
use crate::project::read_intent;
use crate::reconcile::{self, Action, Allowed, Base, Checkout, heal, locked_pack};
use crate::render::tree::Ownership;

/// Make a repository follow goldpath.toml, or bring its managed files back.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  goldpath apply --dry-run
  goldpath apply
  goldpath apply Makefile ops/slo                 bring managed files back to their pristine render
  goldpath apply openapi.yaml                     bring back what is missing, whoever owns it

goldpath.toml need not be committed; everything else has to be. The result is staged, not committed.
Conflicts are ended with `goldpath upgrade --continue` or `goldpath upgrade --abort`.")]
pub struct ApplyArgs {
    /// Managed or missing files, or folders of managed ones, to bring back to their pristine render; nothing else is done
    /// then
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    result: ResultArgs,
}

impl ApplyArgs {
    pub(super) fn run(self, output: Output, watchdog: Watchdog) -> Result<Exit, Error> {
        let (root, lock) = locked_project()?;
        let checkout = Checkout::open(&root)?;
        let _turn = reconcile::refuse(&checkout, Allowed::Intent)?;
        if !self.paths.is_empty() {
            drop(watchdog);
            return self.heal(output, &root, &checkout, &lock);
        }
        let (intent, text) = read_intent(&root)?;
        if intent.pack.fact() != lock.pack.source {
            let (intent, lock) = (intent.pack.fact(), lock.pack.source);
            return Err(reconcile::Error::OtherPack { intent, lock }.into());
        }
        if let Some(version) = intent.pack.other_than(&lock.pack.version) {
            let of = |version: &_| format!("{} {version}", lock.pack.source);
            let (intent, lock) = (of(version), of(&lock.pack.version));
            return Err(reconcile::Error::OtherPack { intent, lock }.into());
        }
        let environment = Environment::of_this_process(prompt::can_ask());
        let pack = locked_pack(&lock, checkout.root(), &environment)?;
        if pack.version != lock.pack.version || pack.digest() != lock.pack.digest {
            let wanted = format!("{} {}", lock.pack.name, lock.pack.version);
            let other = if pack.version == lock.pack.version { " with other content" } else { "" };
            let found = format!("{} {}{other}", pack.name, pack.version);
            return Err(reconcile::Error::LockedPackGone { wanted, found }.into());
        }
        let origin = Origin { pinned: intent.pack.version().cloned(), ..pack.origin.clone() };
        Run {
            command: "apply",
            checkout: &checkout,
            lock: &lock,
            pack: &pack,
            origin,
            given: intent.given,
            intent: String::from_utf8_lossy(&text).into_owned(),
            environment: &environment,
            result: &self.result,
        }
        .go(output, watchdog)
    }

    fn heal(&self, output: Output, root: &Path, checkout: &Checkout, lock: &Lock) -> Result<Exit, Error> {
        let mut paths: Vec<RepoPath> = Vec::new();
        for named in &self.paths {
            let below = below(root, named, lock)?;
            // Of a folder the managed files are meant; a file that is named is refused if it is none.
            let found = lock.files.iter().filter(|(path, file)| {
                path.as_str() == below || file.ownership == Ownership::Managed && holds(&below, path.as_str())
            });
            paths.extend(found.map(|(path, _)| path.clone()));
        }
        paths.sort();
        paths.dedup();
        let base = Base::find(checkout, lock, &Environment::of_this_process(prompt::can_ask()));
        let outcome = heal(checkout, &base, &paths)?;
        let healed = outcome
            .records
            .iter()
            .filter(|record| !matches!(record.action, Action::Unchanged | Action::Kept))
            .count();
        let what = format!("apply: {} as rendered", counted(healed, "file"));
        let finish = Finish { checkout, result: &self.result };
        let end = finish.go(&outcome, finish.committer(output)?.as_ref(), &what, "")?;
        if healed == 0 {
            output.remark("nothing to do: what was named is as the path rendered it");
        } else if !finish.prints_patch(output, &outcome)? {
            output.remark(&what);
            brought::tell(output, &outcome, &[], &end);
        }
        if output.is_json() {
            let mut all = json!({ "schema_version": 1, "command": "apply" });
            finish.add_json(&mut all, &outcome, &end)?;
            output.json_document(&all);
        }
        Ok(if outcome.needs_you() { Exit::NeedsYou } else { Exit::Done })
    }
}
