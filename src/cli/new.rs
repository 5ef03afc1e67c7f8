//! `goldpath new`.

use std::path::{Path, PathBuf};

use clap::Args;

use super::args::ServiceArgs;
use super::interview::{interview, take_default_heads};
use super::made;
use super::open::Open;
use super::output::Output;
use super::prompt::{self, Terminal};
use super::sources;
use super::values::gather;
use super::watchdog::Watchdog;
use crate::error::Error;
use crate::exit::Exit;
use crate::pack::Pack;
use crate::path::RepoPath;
use crate::plan::{Answer, Facts, Given, NAME_KEY, Named, Plan, Problem, Raw, Source};
use crate::project::project_tree;
use crate::render::tree::Tree;
use crate::repo::{self, CommitRequest, GitConfig, NewRepository, Remote, Standing, Step};

/// Ask, render, and make a repository with its first commit.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  goldpath new orders
  goldpath new orders --preset balanced --stack rust -y
  goldpath new orders --preset enterprise --set owner=acme/orders-team --set slo.period_days=28 -y
  goldpath new orders --answers team.toml --dry-run
  goldpath new . --force                           into a folder that holds files, and keeps them

Without a terminal nothing is asked: a missing answer is an error that names the flag.
Precedence: flag, GOLDPATH_* in the environment, --answers, ~/.config/goldpath/config.toml, the pack's default.")]
pub struct NewArgs {
    /// The folder to make; named after the service when left out
    #[arg(value_name = "DIR")]
    directory: Option<PathBuf>,
    #[command(flatten)]
    service: ServiceArgs,
    /// Take a folder that holds something; every file in it is kept
    #[arg(long)]
    force: bool,
    /// Who made the first commit
    #[arg(long, value_name = "NAME <EMAIL>", env = "GOLDPATH_AUTHOR")]
    author: Option<String>,
    /// Write the files only, no repository
    #[arg(long, conflicts_with_all = ["no_commit", "remote"])]
    no_git: bool,
    /// Make the repository and stage the files, no commit
    #[arg(long)]
    no_commit: bool,
    /// The URL of `origin`
    #[arg(long, value_name = "URL")]
    remote: Option<String>,
}

impl NewArgs {
    pub(super) fn run(self, output: Output, watchdog: Watchdog) -> Result<Exit, Error> {
        let environment = repo::Environment::of_process();
        let given = gather(self.service.given(), &self.service.values)?;
        let pack = sources::open(&self.service.pack)?;
        for head in [&given.preset, &given.stack].into_iter().flatten() {
            known(&pack, &given, head)?;
        }
        // What can be refused is refused before the first question.
        if let Some(directory) = &self.directory {
            self.refuse_occupied(directory, &environment)?;
        }
        let config_root = self.directory.clone().unwrap_or_else(|| PathBuf::from("."));
        let config = GitConfig::read(&environment, &absolute(&config_root))?;
        let identities = if self.no_git || self.no_commit || self.service.dry_run {
            None
        } else {
            Some(repo::resolve_identity(self.author.as_deref(), &environment, &config)?)
        };

        let facts = self.facts();
        let Some(given) = self.complete(&pack, given, &facts)? else {
            output.remark("nothing was made");
            return Ok(Exit::Done);
        };
        let plan = Plan::resolve(&pack, given.preset_name(), given.stack_name(), &given, &facts)?;
        let directory = self.directory_for(&plan)?;
        if self.directory.is_none() {
            self.refuse_occupied(&directory, &environment)?;
        }
        output.progress(format!("rendering preset {} with stack {}", plan.preset, plan.stack));
        let tree = project_tree(&plan, &directory)?;
        if self.service.dry_run {
            made::would_make(output, &repo::inspect(&directory, &environment)?, &plan, &tree)?;
            return Ok(Exit::Done);
        }

        drop(watchdog);
        let message = commit_message(&plan);
        let commit = identities.as_ref().map(|identities| CommitRequest { message: &message, identities });
        let new = NewRepository {
            target: &directory,
            tree: &tree,
            force: self.force,
            git: !self.no_git,
            commit,
            remote: self.remote.as_deref(),
            environment: &environment,
            config: &config,
        };
        let created = repo::create(&new, &mut |step| match step {
            Step::Writing { done: 0, of } => output.progress(format!("writing {of} files")),
            Step::Writing { done, of } => output.step(format!("wrote {done} of {of}")),
            Step::Signing => output.progress("signing the commit"),
            Step::Packing => output.progress("making the first commit"),
            Step::Placing => output.step("moving everything into place"),
        })?;
        for warning in &created.warnings {
            output.warning(format!("{warning}\n{}", warning.hint()));
        }
        if self.remote.is_some() && matches!(created.repository, repo::Repository::Outer { .. }) {
            output.warning("`--remote` was not used: the repository around the files has remotes of its own");
        }
        let is_workflow = |path: &RepoPath| path.as_str().starts_with(".github/workflows/");
        if matches!(created.repository, repo::Repository::Outer { .. }) && tree.keys().any(is_workflow) {
            output.warning(
                "GitHub reads workflows and owners at the root of a repository alone: those made here are not in force; \
                 a repository of its own has them",
            );
        }
        made::was_made(output, &directory, &created, &plan, &tree);
        drop(plan);
        // The process ends: to give back a large pack piece by piece takes longer than all of it at once.
        std::mem::forget((pack, tree));
        Ok(Exit::Done)
    }

    fn facts(&self) -> Facts {
        let folder = self.directory.as_deref().map(|directory| {
            let named = absolute(directory);
            named.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
        });
        Facts {
            target_folder: Facts::slug(&folder.unwrap_or_default()),
            remote_owner: self.remote.as_deref().map(|url| Remote::parse(url).owner).unwrap_or_default(),
            ..Facts::default()
        }
    }

    fn refuse_occupied(&self, directory: &Path, environment: &repo::Environment) -> Result<(), Error> {
        let placement = repo::inspect(directory, environment)?;
        match placement.standing {
            Standing::Occupied(entries) if !self.force => {
                Err(repo::Error::TargetOccupied { path: placement.target, entries }.into())
            }
            _ => Ok(()),
        }
    }

    /// Everything that is needed, by asking or by taking defaults; `None`: the person chose to make nothing.
    fn complete(&self, pack: &Pack, mut given: Given, facts: &Facts) -> Result<Option<Given>, Error> {
        if !self.service.yes && prompt::can_ask() {
            let problems = Plan::bad_settings(pack, &given);
            if !problems.is_empty() {
                return Err(Error::BadValues { problems });
            }
            let command = |preset: &str, stack: &str, answers: &[Answer], given: &Given| {
                self.equivalent(preset, stack, answers, given)
            };
            return interview(pack, given, facts, None, &command, &mut Terminal::new());
        }
        let open = Open::of(&given);
        take_default_heads(pack, &mut given);
        if !self.service.yes {
            open.refuse(pack, &given, facts)?;
        }
        Ok(Some(given))
    }

    /// The folder: as named, or after the service.
    fn directory_for(&self, plan: &Plan<'_>) -> Result<PathBuf, Error> {
        match (&self.directory, plan.text(NAME_KEY)) {
            (Some(directory), _) => Ok(directory.clone()),
            (None, Some(name)) if !name.is_empty() => Ok(PathBuf::from(name)),
            (None, _) => Err(Error::NothingToAsk {
                missing: "the folder".to_owned(),
                flags: "`goldpath new DIR`".to_owned(),
            }),
        }
    }

    /// The command that does the same without questions.
    fn equivalent(&self, preset: &str, stack: &str, answers: &[Answer], given: &Given) -> String {
        let name =
            answers.iter().find(|answer| answer.key == NAME_KEY).map(|answer| answer.value.to_string());
        let directory =
            self.directory.as_ref().map(|path| path.display().to_string()).or_else(|| name.clone());
        let mut words = vec!["goldpath".to_owned(), "new".to_owned()];
        words.extend(directory.as_deref().map(quoted));
        words.extend(["--preset".to_owned(), quoted(preset), "--stack".to_owned(), quoted(stack)]);
        for answer in answers.iter().filter(|answer| answer.asked && !answer.secret) {
            let value = answer.value.to_string();
            if answer.key != NAME_KEY {
                words.push(format!("--set {}={}", answer.key, quoted(&value)));
            } else if value != self.facts().target_folder {
                words.push(format!("--name {}", quoted(&value)));
            }
        }
        words.extend(settings(given));
        if self.service.pack.pack != "builtin" {
            words.push(format!("--pack {}", quoted(&self.service.pack.pack)));
        }
        for (flag, value) in [("--remote", &self.remote), ("--author", &self.author)] {
            words.extend(value.iter().map(|value| format!("{flag} {}", quoted(value))));
        }
        for (flag, set) in
            [("--force", self.force), ("--no-git", self.no_git), ("--no-commit", self.no_commit)]
        {
            words.extend(set.then(|| flag.to_owned()));
        }
        words.push("--yes".to_owned());
        words.join(" ")
    }
}

/// Refuses a preset or stack that the pack does not have, before anything is asked.
pub(super) fn known(pack: &Pack, given: &Given, head: &Named) -> Result<(), Error> {
    let (name, found) = if given.preset.as_ref() == Some(head) {
        ("preset", pack.preset(&head.name).map(|_| ()))
    } else {
        ("stack", pack.stack(&head.name).map(|_| ()))
    };
    found.map_err(|error| match head.from {
        Source::Flag(_) => error,
        // Nobody sees it on the command line.
        _ => Error::BadValues { problems: vec![unknown(name, head, &error)] },
    })
}

/// A preset or stack that the pack does not have, with where it was said.
pub(super) fn unknown(name: &str, head: &Named, error: &Error) -> Problem {
    let message = [error.to_string()].into_iter().chain(error.hint()).collect::<Vec<_>>().join("; ");
    Problem { name: name.to_owned(), from: head.from.clone(), message }
}

/// The flags of the settings that were given.
pub(super) fn settings(given: &Given) -> impl Iterator<Item = String> {
    given.iter().filter(|(name, _)| name.contains('.')).map(|(setting, value)| {
        let value = match &value.raw {
            Raw::Text(text) => text.clone(),
            Raw::Typed(value) => value.to_string(),
        };
        format!("--set {setting}={}", quoted(&value))
    })
}

/// As a POSIX shell reads it back.
pub(super) fn quoted(text: &str) -> String {
    // Only a NUL cannot be quoted, and no argument holds one.
    shlex::try_quote(text).map_or_else(|_| text.to_owned(), std::borrow::Cow::into_owned)
}

fn commit_message(plan: &Plan<'_>) -> String {
    let service = plan.text(NAME_KEY).unwrap_or("the service");
    format!(
        "Start {service} on the golden path\n\nPack: {} {}\nPreset: {}\nStack: {}\n",
        plan.pack.name, plan.pack.version, plan.preset, plan.stack
    )
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf())
}

/// Writes a tree as files only, without git.
pub(super) fn write_files(target: &Path, tree: &Tree) -> Result<(), Error> {
    let environment = repo::Environment::of_process();
    let config = GitConfig::default();
    let new = NewRepository {
        target,
        tree,
        force: false,
        git: false,
        commit: None,
        remote: None,
        environment: &environment,
        config: &config,
    };
    repo::create(&new, &mut |_| {})?;
    Ok(())
}
