//! Why a repository cannot be looked at or brought forward: each situation with its way out.

use std::io;
use std::path::PathBuf;

use crate::counted::counted;
use crate::exit::Exit;
use crate::path::PathError;
use crate::render::tree::Ownership;
use crate::repo;

/// A situation that ends a run; nothing has changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the message of each variant says what it is")]
pub enum Error {
    #[error("there is no goldpath.lock in `{}` or above it", folder.display())]
    NoLock { folder: PathBuf },
    #[error("`{}` is in no git repository", folder.display())]
    NoRepository { folder: PathBuf },
    #[error("the git repository `{}` is bare: it has no files", folder.display())]
    BareRepository { folder: PathBuf },
    #[error("the git repository `{}` belongs to another user", folder.display())]
    ForeignRepository { folder: PathBuf },
    #[error("the name of the folder `{}` is not UTF-8", folder.display())]
    FolderNotUtf8 { folder: PathBuf },
    #[error("`{path}` is no file of the path")]
    UnknownPath { path: String, hint: String },
    #[error("`{path}` is {ownership}, not managed: {}", whose(*ownership))]
    NotManaged { path: String, ownership: Ownership },
    #[error("`{path}` is {reason}")]
    Taken { path: String, reason: String, other: String },
    #[error("the pristine render of `{path}` is found neither in this repository nor in the pack")]
    PristineGone { path: String },
    #[error("`{}` cannot be read", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("git could not {what}")]
    Git { what: &'static str, source: git2::Error },
    #[error("git could not {what}")]
    GitFailed { what: &'static str, source: git2::Error },
    #[error(transparent)]
    Path(#[from] PathError),
    #[error("{} is on the path already", if *here { "this repository".to_owned() } else { format!("`{}`", folder.display()) })]
    Adopted { folder: PathBuf, here: bool },
    #[error("there is a goldpath.toml here, and no goldpath.lock")]
    IntentAlone,
    #[error("nothing has been committed here yet")]
    Unborn,
    #[error("{what} is in progress")]
    InProgress { what: &'static str },
    #[error("{} has conflicts that are not resolved{}", counted(paths.len(), "file"), listed(paths))]
    Unmerged { paths: Vec<String> },
    #[error("{} not committed{}", counted_are(paths.len(), "change"), listed(paths))]
    Dirty { paths: Vec<String> },
    #[error("{} edited where git is told not to look{}", counted_are(paths.len(), "file"), listed(paths))]
    Hidden { paths: Vec<String> },
    #[error("{} in the way of what has to be written{}", counted_are(paths.len(), "file"), listed(paths))]
    InTheWay { paths: Vec<String> },
    #[error("{} of an earlier conflict, committed, where a merge is needed{}", counted_have(paths.len()), listed(paths))]
    Marked { paths: Vec<String> },
    #[error("this repository is at {from}, and {to} is older")]
    Downgrade { from: semver::Version, to: semver::Version },
    #[error("this repository's pack is built on {name} {from}, and {to} is older")]
    BaseDowngrade { name: String, from: semver::Version, to: semver::Version },
    #[error("the pack there is {found}, and {wanted} was asked for")]
    OtherVersion { wanted: String, found: semver::Version, hint: String },
    #[error("goldpath.lock names {wanted}, and what is there now is {found}")]
    LockedPackGone { wanted: String, found: String },
    #[error("goldpath.toml names the pack `{intent}`, and this repository was made from `{lock}`")]
    OtherPack { intent: String, lock: String },
    #[error("{error}")]
    NeedsNewer { error: crate::pack::ManifestError },
    #[error("another program is changing the index of this repository")]
    IndexLocked,
    #[error("an earlier run was broken off: {what}")]
    BrokenOff { what: String },
    #[error("an earlier run waits for its conflicts: {what}")]
    Waiting { what: String },
    #[error("another goldpath is at work in this repository")]
    Busy,
    #[error("{} in conflict, and a branch that is not checked out has nobody to resolve {}{}",
        counted_are(paths.len(), "file"), if paths.len() == 1 { "it" } else { "them" }, listed(paths))]
    Unresolvable { paths: Vec<String> },
    #[error("`{name}` is no name of a branch")]
    BadBranch { name: String },
    #[error("there is a branch `{name}` already")]
    BranchExists { name: String },
    #[error("nothing is under way here")]
    NothingUnderWay,
    #[error("HEAD is not where it was when this began: {what}")]
    HeadMoved { what: String },
    #[error("what an earlier run staged is not there any more: {what}")]
    Undone { what: String },
    #[error("{} written in another encoding than git stores{}", counted_are(paths.len(), "file"), listed(paths))]
    Encoded { paths: Vec<String> },
    #[error("{} edited since, which would be lost{}", counted_are(paths.len(), "file"), listed(paths))]
    EditedSince { paths: Vec<String> },
    #[error("{} changed while goldpath was working{}", counted(paths.len(), "file"), listed(paths))]
    ChangedMeanwhile { paths: Vec<String> },
    #[error("{what} changed while goldpath was working")]
    RepositoryChanged { what: &'static str },
    #[error("{} still in conflict{}", counted_are(paths.len(), "file"), listed(paths))]
    Unresolved { paths: Vec<String> },
    #[error("`{}` cannot be written", path.display())]
    Unwritable { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Objects(repo::Error),
    #[error("failed, and could not put everything back: {what}")]
    NotPutBack { what: String, source: io::Error },
    #[error("interrupted; everything was put back")]
    Interrupted,
}

impl Error {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::ForeignRepository { folder } => {
                format!("if you trust it: `git config --global --add safe.directory '{}'`", folder.display())
            }
            Self::UnknownPath { hint, .. } | Self::OtherVersion { hint, .. } => hint.clone(),
            Self::NotManaged { path, .. } => {
                format!(
                    "`goldpath diff {path}` shows what was edited, and `goldpath diff {path} | git apply -R` takes it back"
                )
            }
            Self::Taken { path, other, .. } => format!("`git mv {other} {path}` makes yours the one"),
            Self::Path(error) => return error.hint(),
            Self::Downgrade { from, .. } => {
                format!("name a version from {from} on with `--to VERSION`, or use the goldpath that has it")
            }
            Self::BaseDowngrade { from, .. } => {
                format!("use the goldpath that has {from}, or let the pack extend that version")
            }
            Self::NeedsNewer { error } => return error.hint(),
            Self::NotPutBack { source, .. } => match repo::write_hint(source) {
                Some(first) => format!("{first}, then take it back with `goldpath upgrade --abort`"),
                None => "take it back with `goldpath upgrade --abort`".to_owned(),
            },
            Self::Unwritable { source, .. } | Self::Objects(repo::Error::Unwritable { source, .. }) => {
                let first = repo::write_hint(source)?;
                format!("{first}, then run it again; nothing was changed")
            }
            Self::Git { source, .. } => repo::lacking(source)?.to_owned(),
            Self::GitFailed { source, .. } if source.code() == git2::ErrorCode::Locked => {
                "wait for the git that works there; where none does, one that was killed has left that file: remove it, then \
                 run it again; nothing was changed"
                    .to_owned()
            }
            Self::GitFailed { source, .. } | Self::Objects(repo::Error::GitFailed { source, .. }) => {
                let first = repo::system_error(source).as_ref().and_then(repo::write_hint)?;
                format!("{first}, then run it again; nothing was changed")
            }
            Self::Objects(error) => return error.hint(),
            Self::Unreadable { source, .. } if source.kind() == io::ErrorKind::PermissionDenied => {
                "run it as somebody who may read it: `ls -ld` says who".to_owned()
            }
            _ => self.advice()?.to_owned(),
        })
    }

    /// The hints that are the same whatever the situation holds.
    fn advice(&self) -> Option<&'static str> {
        Some(match self {
            Self::NoLock { .. } => {
                "`goldpath adopt` puts a repository on the path, and `-C DIR` names another one; what the files say by \
                 themselves, `goldpath check` and `goldpath explain` tell without a lock"
            }
            Self::NoRepository { .. } => "make it one: `git init`, then commit what is there",
            Self::BareRepository { .. } => "clone it, and run it in the clone",
            Self::FolderNotUtf8 { .. } => {
                "rename it, and commit that: files of the path are known by their names"
            }
            Self::PristineGone { .. } => {
                "fetch the whole history, or bring the pack back to where goldpath.lock says"
            }
            Self::Adopted { here: true, .. } => {
                "`goldpath upgrade` brings it to a newer version or another preset, `goldpath apply` follows an edited \
                 goldpath.toml"
            }
            Self::Adopted { .. } => {
                "a folder of a project is part of it: `goldpath upgrade` and `goldpath apply` work from there"
            }
            Self::IntentAlone => {
                "bring the lock back with `git checkout`, or move goldpath.toml away and give it as `--answers`"
            }
            Self::Unborn => "commit what is there first",
            Self::InProgress { .. } => "finish it or abort it, then run it again: `git status` says how",
            Self::Unmerged { .. } => "resolve and commit them, then run it again",
            Self::Dirty { .. } => "commit them, or put them aside with `git stash`, then run it again",
            Self::Hidden { .. } => {
                "`git update-index --no-skip-worktree --no-assume-unchanged FILE` lets git see it: commit it, or put it aside \
                 with `git stash`, then run it again"
            }
            Self::InTheWay { .. } => "move them away, or commit them, then run it again",
            Self::Marked { .. } => "resolve what stands between the markers, commit it, then run it again",
            Self::LockedPackGone { .. } => {
                "`goldpath upgrade` goes to what is there now, and follows goldpath.toml too"
            }
            Self::OtherPack { .. } => {
                "`goldpath upgrade` goes to the newest version of that pack, and `goldpath upgrade --to VERSION` to one"
            }
            Self::IndexLocked => "wait for it; if nothing runs, remove `index.lock` in the git folder",
            Self::BrokenOff { .. } => "take it back with `goldpath upgrade --abort`",
            Self::ChangedMeanwhile { .. } | Self::RepositoryChanged { .. } => {
                "what changed stays as it is, and this run changed nothing: look at it with `git status`, then run it again"
            }
            Self::Waiting { .. } => {
                "resolve them and run `goldpath upgrade --continue`, or `goldpath upgrade --abort`"
            }
            Self::Busy => "wait for it, then run it again",
            Self::Unresolvable { .. } => {
                "make the branch yourself, `git switch --create NAME`, and upgrade there without `--branch`"
            }
            Self::BadBranch { .. } => "`git help check-ref-format` says what one can be",
            Self::BranchExists { .. } => "name another one, or delete it with `git branch --delete`",
            Self::NothingUnderWay => {
                "a run without conflicts is over at once: what it staged is taken back with `git restore --staged \
                 --worktree .`, and with it every edit since"
            }
            Self::Encoded { .. } => {
                "goldpath writes what git stores: take their `working-tree-encoding` out of the attributes, `git add --renormalize` \
                 them, commit, then run it again"
            }
            Self::HeadMoved { .. } => {
                "what was committed is git's to take back; end the run with `goldpath upgrade --continue`"
            }
            Self::Undone { .. } => "that run is forgotten: begin anew where its result is wanted",
            Self::EditedSince { .. } => {
                "move them away, or undo the edits with `git restore FILE`, then run it again"
            }
            Self::Unresolved { .. } => {
                "edit them, `git add` them, then run `goldpath upgrade --continue` again"
            }
            _ => return None,
        })
    }

    /// The exit code of a command that ends with this.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            Self::UnknownPath { .. } | Self::OtherVersion { .. } | Self::BadBranch { .. } => Exit::Usage,
            Self::GitFailed { source, .. } if source.code() == git2::ErrorCode::Locked => Exit::Refused,
            Self::Unwritable { .. } | Self::GitFailed { .. } | Self::NotPutBack { .. } => Exit::Failed,
            Self::Interrupted => Exit::Interrupted,
            Self::Objects(error) => error.exit(),
            _ => Exit::Refused,
        }
    }

    pub(super) fn git(what: &'static str) -> impl FnOnce(git2::Error) -> Self {
        move |source| Self::Git { what, source }
    }

    /// The same for what was to be written.
    pub(super) fn git_write(what: &'static str) -> impl FnOnce(git2::Error) -> Self {
        move |source| Self::GitFailed { what, source }
    }
}

/// Why the path does not write over it.
fn whose(ownership: Ownership) -> &'static str {
    match ownership {
        Ownership::Managed => "the path owns it",
        Ownership::Shared => "the team edits it, and upgrades merge it",
        Ownership::Seeded => "it was written once, and is the team's since",
    }
}

fn counted_are(number: usize, what: &str) -> String {
    format!("{} {}", counted(number, what), if number == 1 { "is" } else { "are" })
}

fn counted_have(number: usize) -> String {
    format!(
        "{} the markers",
        if number == 1 { "1 file has".to_owned() } else { format!("{number} files have") }
    )
}

/// The first few, a line each.
fn listed(paths: &[String]) -> String {
    const SHOWN: usize = 10;
    let mut lines: Vec<String> = paths.iter().take(SHOWN).map(|path| format!("\n  {path}")).collect();
    if paths.len() > SHOWN {
        lines.push(format!("\n  and {} more", paths.len() - SHOWN));
    }
    lines.concat()
}
