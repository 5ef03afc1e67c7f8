//! `goldpath adopt`.

use std::path::Path;

use clap::Args;

use super::adopted::{Adopted, LEFT_OUT, tell, tell_distances, tell_survey};
use super::args::ServiceArgs;
use super::interview::{default_stack, interview, take_default_heads};
use super::new::{known, quoted, settings};
use super::open::Open;
use super::output::Output;
use super::prompt::{self, Terminal};
use super::sources;
use super::values::gather;
use super::watchdog::Watchdog;
use crate::adopt::{self, Distance, OwnCode, Sure};
use crate::error::Error;
use crate::exit::Exit;
use crate::lock::{Code, LOCK_FILE};
use crate::pack::Pack;
use crate::path::RepoPath;
use crate::plan::{Answer, Facts, Given, NAME_KEY, Named, Plan, Source};
use crate::project::{INTENT_FILE, project_tree_with};
use crate::reconcile::{self, Allowed, Checkout, Turn};
use crate::render::tree::File;

/// Put an existing repository on the path without overwriting anything.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  goldpath adopt --dry-run -y                      what it finds, and what it would add
  goldpath adopt                                   ask for what the repository does not say
  goldpath adopt --preset balanced --set owner=acme/orders-team -y
  goldpath adopt -C services/orders                one service of a bigger repository
  goldpath upgrade --abort                         take it back, until it is committed

Only files that are absent are written; every file that exists keeps its bytes and its mode. goldpath.lock records what \
the path renders, so that from now on `goldpath upgrade` merges changes of the path into your files. A repository that \
has code of its own gets no second beginning: the stack's files are recorded as deleted, and stay so.
The result is staged, not committed. Stack, name, owner, port and platform are read from what is committed, and every \
finding tells the line it rests on; --preset, --stack, --name, --set and --answers win over it.
Exit codes: 0 done, 1 done and it needs you (a file of yours where the path relies on its own, no place for one, or \
another build tool), 2 a missing or wrong answer, 3 refused (on the path already, uncommitted changes, no repository)")]
pub struct AdoptArgs {
    #[command(flatten)]
    service: ServiceArgs,
}

impl AdoptArgs {
    pub(super) fn run(self, output: Output, watchdog: Watchdog) -> Result<Exit, Error> {
        let folder =
            std::env::current_dir().map_err(|source| Error::Unreadable { path: ".".to_owned(), source })?;
        let checkout = Checkout::open(&folder)?;
        let _turn = refuse(&checkout)?;
        let said = gather(self.service.given(), &self.service.values)?;
        let pack = sources::open(&self.service.pack)?;
        for head in [&said.preset, &said.stack].into_iter().flatten() {
            known(&pack, &said, head)?;
        }

        let root = checkout.root();
        let folder_name = root.file_name().unwrap_or_default().to_string_lossy();
        let mut survey = adopt::survey(&checkout, &folder_name)?;
        let asks = !self.service.yes && prompt::can_ask();
        // A guess is no answer unless somebody sees it, or wants it taken.
        let at_least = if asks || self.service.yes { Sure::Guess } else { Sure::Likely };
        let given = said.or(adopt::layer(&mut survey.findings, &pack, at_least));
        tell_survey(output, &survey, &given);

        let facts = Facts {
            target_folder: Facts::slug(&folder_name),
            remote_owner: checkout.remote().owner,
            ..Facts::default()
        };
        let code = survey.code.as_ref();
        let stack = given.stack.as_ref().map_or_else(|| default_stack(&pack), |stack| stack.name.clone());
        // Nobody was asked yet.
        let examples = Facts { examples: true, ..facts.clone() };
        let distances = adopt::distances(&checkout, &pack, &stack, &given, &examples, code)?;
        tell_distances(output, &distances);
        let Some(given) = self.complete(&pack, given, &facts, &distances, code, asks)? else {
            output.remark("nothing was changed");
            return Ok(Exit::Done);
        };
        let plan = Plan::resolve(&pack, given.preset_name(), given.stack_name(), &given, &facts)?;
        let whose = if code.is_some() { Code::Own } else { Code::Stack };
        let tree = project_tree_with(&plan, root, whose)?;
        if !checkout.folder().is_empty() && tree.keys().any(|path| path.as_str().starts_with(".github/")) {
            let remark = "GitHub reads `.github` at the root of a repository only: what is of use there has to be moved";
            output.warning(remark);
            survey.remarks.push(remark.to_owned());
        }
        let left_out = |path: &RepoPath, file: &File| {
            let joins = code.is_none() || pack.joins_other_code(&file.component, path);
            (!joins).then(|| LEFT_OUT.to_owned())
        };
        let outcome = reconcile::adopt(&checkout, &tree, &left_out)?;
        drop(watchdog);
        let service = plan.text(NAME_KEY).unwrap_or("this repository");
        let what = format!(
            "adopt: {service} by {} {}, preset {}, stack {}",
            pack.name, pack.version, plan.preset, plan.stack
        );
        if !self.service.dry_run {
            reconcile::keep_pristine(&checkout, &tree, &outcome)?;
            reconcile::apply(&checkout, &outcome, None, &what)?;
        }
        let adopted = Adopted {
            what: &what,
            plan: &plan,
            survey: &survey,
            distances: &distances,
            outcome: &outcome,
            dry: self.service.dry_run,
        };
        tell(output, &adopted);
        Ok(if adopted.needs_you() { Exit::NeedsYou } else { Exit::Done })
    }

    /// Everything that is needed, by asking or by taking defaults; `None`: the person chose to change nothing.
    fn complete(
        &self,
        pack: &Pack,
        mut given: Given,
        facts: &Facts,
        distances: &[Distance],
        code: Option<&OwnCode>,
        asks: bool,
    ) -> Result<Option<Given>, Error> {
        let mut stacks = pack.stacks();
        if let (Some(only), None) = (stacks.next(), stacks.next()) {
            // There is nothing to choose from.
            given.stack.get_or_insert_with(|| Named { name: only.name.clone(), from: Source::Default });
        }
        let nearest = adopt::nearest(distances).map(|nearest| nearest.preset.as_str());
        if asks {
            let problems = Plan::bad_settings(pack, &given);
            if !problems.is_empty() {
                return Err(Error::BadValues { problems });
            }
            let command = |preset: &str, stack: &str, answers: &[Answer], given: &Given| {
                self.equivalent(preset, stack, answers, given)
            };
            return interview(pack, given, facts, nearest, &command, &mut Terminal::new());
        }
        if let (None, Some(code)) = (&given.stack, code)
            && self.service.yes
        {
            // The default would be a language that the service is not in.
            let stacks =
                pack.stacks().map(|stack| format!("`{}`", stack.name)).collect::<Vec<_>>().join(", ");
            return Err(Error::NoStackFits { example: code.example.clone(), stacks });
        }
        let open = Open::of(&given);
        if let (None, Some(nearest)) = (&given.preset, nearest) {
            given.preset = Some(Named { name: nearest.to_owned(), from: Source::Default });
        }
        take_default_heads(pack, &mut given);
        if !self.service.yes {
            open.refuse(pack, &given, facts)?;
        }
        Ok(Some(given))
    }

    /// The command that does the same without questions.
    fn equivalent(&self, preset: &str, stack: &str, answers: &[Answer], given: &Given) -> String {
        let mut words = vec![format!("goldpath adopt --preset {} --stack {}", quoted(preset), quoted(stack))];
        for answer in answers.iter().filter(|answer| answer.asked && !answer.secret) {
            let value = quoted(&answer.value.to_string());
            words.push(match answer.key.as_str() {
                NAME_KEY => format!("--name {value}"),
                key => format!("--set {key}={value}"),
            });
        }
        words.extend(settings(given));
        if self.service.pack.pack != "builtin" {
            words.push(format!("--pack {}", quoted(&self.service.pack.pack)));
        }
        words.push("--yes".to_owned());
        words.join(" ")
    }
}

/// Refuses a repository that is on the path already, and one on which nothing can be started now.
fn refuse(checkout: &Checkout) -> Result<Turn, Error> {
    // A run that was broken off has to be taken back first, whatever it left behind.
    if checkout.under_way()?.is_some() {
        drop(reconcile::refuse(checkout, Allowed::Nothing)?);
    }
    let root = checkout.root();
    let depth = Path::new(checkout.folder()).components().count();
    for folder in root.ancestors().take(depth + 1) {
        let holds = |name: &str| folder.join(name).symlink_metadata().is_ok();
        if holds(LOCK_FILE) {
            return Err(reconcile::Error::Adopted { folder: folder.to_owned(), here: folder == root }.into());
        }
        if folder == root && holds(INTENT_FILE) {
            return Err(reconcile::Error::IntentAlone.into());
        }
    }
    Ok(reconcile::refuse(checkout, Allowed::Nothing)?)
}
