//! What `upgrade` and `apply` share: work it out, tell it, do it.

use std::collections::{BTreeMap, BTreeSet};

use clap::Args;
use serde_json::{Value as Json, json};

use super::brought;
use super::diff::locked_project;
use super::interview::ask_new;
use super::new::unknown;
use super::output::Output;
use super::prompt::{self, Prompter, Terminal};
use super::values::surroundings;
use super::watchdog::Watchdog;
use crate::check::{
    Day, Finding, Subject, accepted_drops, broken_promises, consistency_with, dropped_promises,
};
use crate::error::Error;
use crate::exit::Exit;
use crate::lock::{LOCK_FILE, Lock};
use crate::pack::Pack;
use crate::pack::source::{Environment, Origin};
use crate::plan::{Facts, Given, Named, Problem, Source};
use crate::reconcile::{
    self, Action, Base, Brought, Changes, Checkout, Finished, Migrated, Outcome, Target, bring, migrate,
};
use crate::repo::{self, CommitRequest, GitConfig, Identities};

/// What becomes of the result.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(super) struct ResultArgs {
    /// Tell exactly what would happen and write nothing
    #[arg(long)]
    dry_run: bool,
    /// With `--dry-run`: print what would change as one patch, as `git apply` takes it
    #[arg(long, requires = "dry_run")]
    patch: bool,
    /// Commit the result; hooks of git do not run
    #[arg(long, conflicts_with = "dry_run")]
    commit: bool,
    /// Commit the result on a new branch; HEAD, the index and the files stay as they are
    #[arg(long, value_name = "NAME", conflicts_with = "dry_run")]
    branch: Option<String>,
    /// Who makes the commit
    #[arg(long, value_name = "NAME <EMAIL>", env = "GOLDPATH_AUTHOR")]
    author: Option<String>,
    /// Take every default, never ask
    #[arg(short, long)]
    yes: bool,
}

/// A run of either command, with everything that it needs to know.
pub(super) struct Run<'r> {
    pub(super) command: &'static str,
    pub(super) checkout: &'r Checkout,
    pub(super) lock: &'r Lock,
    pub(super) pack: &'r Pack,
    pub(super) origin: Origin,
    pub(super) given: Given,
    pub(super) intent: String,
    pub(super) environment: &'r Environment,
    pub(super) result: &'r ResultArgs,
}

impl Run<'_> {
    pub(super) fn go(self, output: Output, watchdog: Watchdog) -> Result<Exit, Error> {
        let finish = Finish { checkout: self.checkout, result: self.result };
        // What can be refused is refused before the first question.
        let committer = finish.committer(output)?;
        let asks = !self.result.yes && !self.result.dry_run && prompt::can_ask();
        let mut migrated = migrate(self.pack, self.lock, self.given.clone())?;
        refuse_unknown(self.pack, &migrated.given)?;
        self.answer_new(&mut migrated, asks)?;
        let base = Base::find(self.checkout, self.lock, self.environment);
        let accepted = self.accepted()?;
        let target =
            Target { pack: self.pack, origin: self.origin.clone(), migrated, intent: &self.intent, accepted };
        let brought = bring(self.checkout, self.lock, &base, target)?;
        drop(watchdog);
        let outcome = &brought.outcome;
        let what = self.described(&brought.preset);
        let nothing = outcome.records.iter().all(|record| record.action == Action::Unchanged);
        let confirms = asks && brought.readiness.is_some() && !nothing;
        let broken = if nothing { Vec::new() } else { self.broken_promises(&brought)? };
        let disagreeing = if nothing { Vec::new() } else { self.disagreeing(&brought) };
        if nothing {
            let to = format!("{} {}, preset {}", self.pack.name, self.pack.version, brought.preset);
            output.remark(format!("nothing to do: this repository is at {to}"));
        } else if !self.result.patch {
            brought::announce(if confirms { output.aloud() } else { output }, &what, &brought);
            brought::tell_findings(output, "weaker than promised", &broken);
            brought::tell_findings(output, "files that do not agree any more", &disagreeing);
        } else if !broken.is_empty() {
            // Nothing but the patch goes where the patch goes.
            output.warning("weaker than promised: the same run without `--patch` says where");
        }
        if confirms && !goes_on()? {
            output.remark("nothing was changed");
            return Ok(Exit::Done);
        }
        let (from, to) = (&self.lock.pack.version, &self.pack.version);
        let body = format!("Pack: {} {from} to {to}\n", self.pack.name);
        let end = finish.go(outcome, committer.as_ref(), &what, &body)?;
        if !nothing && !finish.prints_patch(output, outcome)? {
            brought::tell(output, outcome, &brought.old_names, &end);
        }
        if !brought.missing.is_empty() {
            output.warning(brought::missing(&brought, &base));
        }
        if output.is_json() {
            let mut all = json!({
                "schema_version": 1,
                "command": self.command,
                "from": {
                    "pack": self.lock.pack.name,
                    "version": from.to_string(),
                    "preset": self.lock.preset,
                },
                "to": { "pack": self.pack.name, "version": to.to_string(), "preset": brought.preset },
            });
            brought::add_json(&mut all, &brought);
            all["weakened"] = broken.iter().map(brought::of_finding).collect();
            all["disagreeing"] = disagreeing.iter().map(brought::of_finding).collect();
            finish.add_json(&mut all, outcome, &end)?;
            output.json_document(&all);
        }
        let needs_you = outcome.needs_you() || !broken.is_empty() || !disagreeing.is_empty();
        Ok(if needs_you { Exit::NeedsYou } else { Exit::Done })
    }

    /// The controls that goldpath.lock holds the repository to, of which the pack demands less, and which the team
    /// accepted: it is not held to them any more.
    fn accepted(&self) -> Result<BTreeSet<String>, Error> {
        if self.lock.controls.as_ref().is_none_or(BTreeMap::is_empty) {
            return Ok(BTreeSet::new());
        }
        let today = Day::today(&repo::Environment::of_process())?;
        Ok(accepted_drops(self.checkout.root(), self.lock, self.pack, today))
    }

    /// What is promised and the result would not keep: a merge can be clean and leave less than was there, and a pack can
    /// demand less than it did. What nobody edited is as the path rendered it, and keeps all that the pack demands.
    fn broken_promises(&self, brought: &Brought) -> Result<Vec<Finding>, Error> {
        let outcome = &brought.outcome;
        let policies = self.pack.policies();
        let held_to_nothing = self.lock.controls.as_ref().is_none_or(BTreeMap::is_empty);
        if held_to_nothing && policies.controls.is_empty() && policies.faults.is_empty() {
            return Ok(Vec::new());
        }
        let changes = outcome.changes();
        let lock = changes.get(LOCK_FILE).and_then(Option::as_ref).map(|text| Lock::read(text));
        let lock = lock.transpose().map_err(|error| Error::BadLock { error })?;
        let lock = lock.as_ref().unwrap_or(self.lock);
        let subject = Subject::new(self.checkout.root(), Some(lock), self.environment, false);
        let today = Day::today(&repo::Environment::of_process())?;
        let mut broken = dropped_promises(&subject, self.pack, &changes, today);
        let edited = outcome.records.iter().any(|record| record.edited);
        if edited && outcome.conflicts().next().is_none() {
            broken.extend(broken_promises(&subject, (self.pack, &brought.preset), &changes, today));
        }
        Ok(broken)
    }

    /// What agreed and will not, because a value changed and a file of the team's has the one before. After an upgrade, which
    /// brings much more, `goldpath check` tells it.
    fn disagreeing(&self, brought: &Brought) -> Vec<Finding> {
        if self.command != "apply" || brought.outcome.conflicts().next().is_some() {
            return Vec::new();
        }
        let subject = Subject::new(self.checkout.root(), Some(self.lock), self.environment, false);
        let findings = |changes: &Changes| {
            let checked = consistency_with(&subject, changes).into_iter();
            checked.flat_map(|checked| checked.findings).filter(Finding::counts).collect::<Vec<_>>()
        };
        let before = findings(&Changes::new());
        let is_new = |finding: &Finding| {
            !before.iter().any(|known| known.rule == finding.rule && known.path == finding.path)
        };
        findings(&brought.outcome.changes()).into_iter().filter(is_new).collect()
    }

    /// Answers what the repository has never been asked: from the environment and the user's own configuration, then at
    /// the terminal. What it was asked is said by goldpath.toml alone.
    fn answer_new(&self, migrated: &mut Migrated, asks: bool) -> Result<(), Error> {
        let surroundings = surroundings()?;
        for question in &self.pack.questions {
            if migrated.is_new(&question.key) {
                migrated.given.take(&question.key, &surroundings);
            }
        }
        if !asks {
            return Ok(());
        }
        let mut given = migrated.given.clone();
        if given.stack.is_none() {
            given = given.or(Given::of_flags(None, Some(&self.lock.stack)));
        }
        let facts = Facts::of_folder(self.checkout.root());
        let is_new = |key: &str| migrated.is_new(key);
        migrated.given = ask_new(self.pack, given, &facts, &is_new, &mut Terminal::new())?;
        Ok(())
    }

    /// What a run does: `upgrade: demo 1.0.0 to 1.1.0, preset balanced to enterprise`.
    fn described(&self, preset: &str) -> String {
        let (lock, pack) = (self.lock, self.pack);
        let change =
            |from: &str, to: &str| if from == to { to.to_owned() } else { format!("{from} to {to}") };
        let from = format!("{} {}", lock.pack.name, lock.pack.version);
        let to = format!("{} {}", pack.name, pack.version);
        let to = if lock.pack.name == pack.name && from != to { pack.version.to_string() } else { to };
        format!("{}: {}, preset {}", self.command, change(&from, &to), change(&lock.preset, preset))
    }
}

/// Refuses a preset or a stack that goldpath.toml names and the pack does not have: it has to be corrected there.
fn refuse_unknown(pack: &Pack, given: &Given) -> Result<(), Error> {
    let of_intent = |named: &&Named| named.from == Source::Intent;
    let preset = given.preset.as_ref().filter(of_intent);
    let preset = preset.and_then(|head| {
        let mut problem = unknown("preset", head, &pack.preset(&head.name).err()?);
        problem.message.push_str(", and `goldpath upgrade --preset NAME` goes to one");
        Some(problem)
    });
    let stack = given.stack.as_ref().filter(of_intent);
    let stack = stack.and_then(|head| Some(unknown("stack", head, &pack.stack(&head.name).err()?)));
    let problems: Vec<Problem> = preset.into_iter().chain(stack).collect();
    if problems.is_empty() { Ok(()) } else { Err(Error::BadValues { problems }) }
}

/// Brings an outcome to where it was asked to be.
pub(super) struct Finish<'f> {
    pub(super) checkout: &'f Checkout,
    pub(super) result: &'f ResultArgs,
}

impl Finish<'_> {
    /// Who commits, where a commit is asked for; whoever had to be guessed is told.
    pub(super) fn committer(&self, output: Output) -> Result<Option<Committer>, Error> {
        if !self.result.commit && self.result.branch.is_none() {
            return Ok(None);
        }
        if let Some(branch) = &self.result.branch {
            reconcile::refuse_branch(self.checkout, branch)?;
        }
        let environment = repo::Environment::of_process();
        let config = GitConfig::of_repository(&environment, self.checkout.repository())?;
        let identities = repo::resolve_identity(self.result.author.as_deref(), &environment, &config)?;
        if let Some(warning) = &identities.warning {
            output.warning(format!("{warning}\n{}", warning.hint()));
        }
        Ok(Some(Committer { environment, config, identities }))
    }

    /// Does it; `body` is what a commit says beside its subject.
    pub(super) fn go(
        &self,
        outcome: &Outcome,
        committer: Option<&Committer>,
        what: &str,
        body: &str,
    ) -> Result<End, Error> {
        let nothing = outcome.records.iter().all(|record| record.action == Action::Unchanged);
        if self.result.dry_run || nothing {
            return Ok(End::DryRun);
        }
        let Some(committer) = committer.filter(|_| outcome.conflicts().next().is_none()) else {
            if self.result.branch.is_some() {
                reconcile::result_tree(self.checkout, outcome)?;
            }
            reconcile::apply(self.checkout, outcome, None, what)?;
            return Ok(End::Staged);
        };
        let Committer { environment, config, identities } = committer;
        let (tree, parent) = reconcile::result_tree(self.checkout, outcome)?;
        let message = format!("goldpath {what}\n\n{body}");
        let request = CommitRequest { message: &message, identities };
        let commit =
            repo::commit_after(self.checkout.repository(), (tree, parent), &request, environment, config)?;
        if let Some(branch) = &self.result.branch {
            reconcile::new_branch(self.checkout, branch, commit, what)?;
        } else {
            reconcile::apply(self.checkout, outcome, Some(commit), what)?;
        }
        Ok(End::Committed { commit: commit.to_string(), branch: self.result.branch.clone() })
    }

    /// Prints the patch, where that is asked for; says whether it was.
    pub(super) fn prints_patch(&self, output: Output, outcome: &Outcome) -> Result<bool, Error> {
        if self.result.patch {
            output.bytes(&reconcile::patch(self.checkout, outcome)?);
        }
        Ok(self.result.patch)
    }

    /// Adds what became of an outcome to the JSON of a run.
    pub(super) fn add_json(&self, all: &mut Json, outcome: &Outcome, end: &End) -> Result<(), Error> {
        all["dry_run"] = json!(self.result.dry_run);
        all["needs_you"] = json!(outcome.needs_you());
        all["files"] = brought::files(outcome);
        if let End::Committed { commit, branch } = end {
            all["commit"] = json!(commit);
            all["branch"] = json!(branch);
        }
        if self.result.patch {
            all["patch"] = json!(String::from_utf8_lossy(&reconcile::patch(self.checkout, outcome)?));
        }
        Ok(())
    }
}

/// Who commits, and how.
pub(super) struct Committer {
    environment: repo::Environment,
    config: GitConfig,
    identities: Identities,
}

/// Where the result is in the end.
pub(super) enum End {
    /// Nowhere.
    DryRun,
    /// In the work tree and the index.
    Staged,
    /// In a commit.
    Committed { commit: String, branch: Option<String> },
}

/// Whether a person wants what was just told.
fn goes_on() -> Result<bool, Error> {
    let items = ["Go on", "Change nothing"].map(str::to_owned);
    Ok(Terminal::new().choose("Take it", &items, 0)? == 0)
}

/// `--abort`.
pub(super) fn aborted(output: Output) -> Result<Exit, Error> {
    let what = reconcile::abort(&checkout()?)?;
    output.remark(format!("taken back: {what}"));
    output.json(|| json!({ "schema_version": 1, "aborted": what }));
    Ok(Exit::Done)
}

/// `--continue`.
pub(super) fn finished(output: Output) -> Result<Exit, Error> {
    let Finished { what, committed } = reconcile::finish(&checkout()?)?;
    let end = if committed { "it is committed" } else { "staged, not committed: `git commit` it" };
    output.remark(format!("done: {what}\n{end}"));
    output.json(|| json!({ "schema_version": 1, "finished": what, "committed": committed }));
    Ok(Exit::Done)
}

/// The project here, even while its lock is half-way between two versions.
fn checkout() -> Result<Checkout, Error> {
    let root = match locked_project() {
        Ok((root, _)) => root,
        Err(_) => std::env::current_dir()
            .map_err(|source| Error::Unreadable { path: ".".to_owned(), source })
            .map(|folder| crate::project::root_of(&folder))?,
    };
    Ok(Checkout::open(&root)?)
}
