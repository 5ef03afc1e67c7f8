//! Making the repository: all of it, or nothing.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::alone::Alone;
use super::as_written::is_as_written;
use super::config::GitConfig;
use super::durable;
use super::environment::Environment;
use super::error::Error;
use super::first::First;
use super::identity::Identities;
use super::init::Start;
use super::left_behind;
use super::move_in::Moves;
use super::object::ObjectId;
use super::obstacles::{AlreadyThere, already_there};
use super::placement::{Standing, inspect};
use super::sign::Signer;
use super::stage::Stage;
use super::warning::Warning;
use crate::interrupt;
use crate::path::RepoPath;
use crate::render::tree::{File, Tree};

/// What is to be made, and where.
#[derive(Debug, Clone, Copy)]
pub struct NewRepository<'a> {
    /// The folder; missing folders above it are made with it.
    pub target: &'a Path,
    /// The files.
    pub tree: &'a Tree,
    /// Whether a folder that holds something is taken; every file in it is kept.
    pub force: bool,
    /// Whether git gets to know the files; never so inside another work tree.
    pub git: bool,
    /// The first commit. Without one the files are staged: `git commit` makes the same commit, with exec bits
    /// and the files that a `.gitignore` would hide.
    pub commit: Option<CommitRequest<'a>>,
    /// The URL of `origin`.
    pub remote: Option<&'a str>,
    /// What the process was started with.
    pub environment: &'a Environment,
    /// Git's configuration for the target.
    pub config: &'a GitConfig,
}

/// The first commit.
#[derive(Debug, Clone, Copy)]
pub struct CommitRequest<'a> {
    /// Its message.
    pub message: &'a str,
    /// Who makes it.
    pub identities: &'a Identities,
}

/// What was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Created {
    /// The folder, absolute, with links resolved.
    pub root: PathBuf,
    /// The repository the files are in.
    pub repository: Repository,
    /// How many files of the tree are in it: those that were written, and those that were the same already.
    pub files: usize,
    /// The files of the tree that existed already and stayed as they were.
    pub there: AlreadyThere,
    /// What a person should know.
    pub warnings: Vec<Warning>,
}

/// The repository that the written files are in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Repository {
    /// None: git was not wanted.
    None,
    /// One of their own.
    Own {
        /// The branch it is on.
        branch: String,
        /// The first commit, if one was made.
        commit: Option<ObjectId>,
    },
    /// The one around them. Nothing was staged or committed in it.
    Outer {
        /// The root of its work tree.
        root: PathBuf,
    },
}

/// How far the work is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Files are written beside the target.
    Writing {
        /// How many are.
        done: usize,
        /// How many there will be.
        of: usize,
    },
    /// The signing program runs, and may ask for a passphrase.
    Signing,
    /// The objects are packed.
    Packing,
    /// Everything is moved into place.
    Placing,
}

/// Makes the repository. On any failure, and on Ctrl-C, everything is put back.
pub fn create(new: &NewRepository<'_>, progress: &mut dyn FnMut(Step)) -> Result<Created, Error> {
    let writing = interrupt::Writing::begin();
    let created = make(new, progress);
    match (created, interrupt::check()) {
        // A signer that the same Ctrl-C ended is no failure of its own.
        (Err(error), Err(interrupted)) if !matches!(error, Error::NotPutBack { .. }) => {
            Err(interrupted.into())
        }
        (Ok(created), _) => {
            writing.stays();
            Ok(created)
        }
        (failed, _) => failed,
    }
}

fn make(new: &NewRepository<'_>, progress: &mut dyn FnMut(Step)) -> Result<Created, Error> {
    // In a folder that is there already, two runs would take each other's files for the user's.
    let _alone = Alone::within(new.target).ok_or_else(|| Error::Busy { path: new.target.to_owned() })?;
    let placement = inspect(new.target, new.environment)?;
    let target = placement.target;
    let fresh = placement.standing == Standing::Fresh;
    if let (Standing::Occupied(entries), false) = (placement.standing, new.force) {
        return Err(Error::TargetOccupied { path: target, entries });
    }
    let own = new.git && placement.outer.is_none();
    let start = if own { Some(Start::plan(new.config, new.environment, new.remote)?) } else { None };
    let commit = new.commit.filter(|_| own);
    let signer = match commit {
        Some(commit) => Signer::configured(new.config, new.environment, &commit.identities.committer)?,
        None => None,
    };
    let there = if fresh { AlreadyThere::default() } else { already_there(&target, new.tree)? };
    let files = files_of_the_commit(new.tree, &there.kept);

    let stage = if fresh { Stage::for_fresh(&target)? } else { Stage::for_existing(&target)? };
    let left_behind = stage.left_behind();
    // The folder in which it is built is gone when a person reads the message.
    let of_target = |error| match error {
        Error::Unwritable { source, .. } => Error::Unwritable { path: target.clone(), source },
        Error::GitFailed { source, .. } => Error::GitFailed { path: target.clone(), source },
        other => other,
    };
    let facts =
        stage.write(&files, |done| progress(Step::Writing { done, of: files.len() })).map_err(of_target)?;
    let mut first = match &start {
        Some(start) => {
            let commit = commit.as_ref().map(|commit| (commit, signer.as_ref()));
            Some(First::make(&stage.root, &files, start, commit, progress).map_err(of_target)?)
        }
        None => None,
    };
    progress(Step::Placing);
    if fresh {
        if let Some(first) = &mut first {
            first.finish(&facts).map_err(of_target)?;
        }
        interrupt::check()?;
        stage.place_whole()?;
    } else {
        let mut moves = Moves::around(there.same.iter().map(|path| path.below(&target)));
        if let Err(cause) = move_in(&stage, &target, &files, first.as_mut(), &mut moves) {
            return Err(moves.take_back(cause));
        }
    }
    // Everything is in place: a folder that cannot be synced is no reason to fail any more.
    let _ = target.parent().map(durable::sync_folder);

    let repository = match (first, placement.outer) {
        (Some(first), _) => Repository::Own { branch: first.branch, commit: first.commit },
        (None, Some(root)) => Repository::Outer { root },
        (None, None) => Repository::None,
    };
    let mut warnings: Vec<_> = start.and_then(|start| start.warning).into_iter().collect();
    warnings.extend(commit.and_then(|commit| commit.identities.warning.clone()));
    let left_behind = left_behind.into_iter().filter(|path| left_behind::is_nobodys(path));
    warnings.extend(left_behind.map(|path| Warning::LeftBehind { path }));
    Ok(Created { root: target, repository, files: files.len(), there, warnings })
}

/// The files of the tree but those that are kept, sorted as git sorts its index. The ones that are the same already are
/// among them: git is made beside the target, from all of its files.
fn files_of_the_commit<'a>(tree: &'a Tree, kept: &[RepoPath]) -> Vec<(&'a str, &'a File)> {
    let kept: HashSet<_> = kept.iter().collect();
    let files = tree.iter().filter(|(path, _)| !kept.contains(path));
    let mut files: Vec<_> = files.map(|(path, file)| (path.as_str(), file)).collect();
    files.sort_unstable_by_key(|(path, _)| *path);
    files
}

/// Moves the files, and `.git` last: with it the repository is there.
fn move_in(
    stage: &Stage,
    target: &Path,
    files: &[(&str, &File)],
    first: Option<&mut First<'_>>,
    moves: &mut Moves,
) -> Result<(), Error> {
    moves.move_files(&stage.root, target)?;
    let Some(first) = first else { return Ok(()) };
    // A rename changes what git compares, so that the index is made from the files where they are now.
    let facts = files.iter().map(|(path, file)| {
        let place = target.join(path);
        let found = fs_err::symlink_metadata(&place);
        if moves.stays(&place) {
            // It is in the commit: it has to be what it was. An edit after this look has other facts, and git sees it.
            let same = found.ok().filter(|found| is_as_written(&place, found, file));
            return same.ok_or(Error::TargetChanged { path: place });
        }
        found.map_err(Error::unreadable(target))
    });
    let facts = facts.collect::<Result<Vec<_>, _>>()?;
    first.finish(&facts)?;
    interrupt::check()?;
    moves.move_one(stage.root.join(".git"), target.join(".git"))
}
