//! `goldpath apply`.

use clap::Args;

use super::diff::locked_project;
use super::output::Output;
use super::prompt;
use super::reconciled::{ResultArgs, Run};
use super::watchdog::Watchdog;
use crate::error::Error;
use crate::exit::Exit;
use crate::pack::source::{Environment, Origin};
use crate::project::read_intent;
use crate::reconcile::{self, Allowed, Checkout, locked_pack};

/// Make a repository follow an edited goldpath.toml, at the locked version.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  goldpath apply --dry-run
  goldpath apply

goldpath.toml need not be committed; everything else has to be. The result is staged, not committed.
Conflicts are ended with `goldpath upgrade --continue` or `goldpath upgrade --abort`.")]
pub struct ApplyArgs {
    #[command(flatten)]
    result: ResultArgs,
}

impl ApplyArgs {
    pub(super) fn run(self, output: Output, watchdog: Watchdog) -> Result<Exit, Error> {
        let (root, lock) = locked_project()?;
        let checkout = Checkout::open(&root)?;
        let _turn = reconcile::refuse(&checkout, Allowed::Intent)?;
        let (intent, text) = read_intent(&root)?;
        if intent.pack.fact() != lock.pack.source {
            let (intent, lock) = (intent.pack.fact(), lock.pack.source);
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
}
