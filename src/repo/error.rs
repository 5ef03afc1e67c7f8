//! What can go wrong between a tree and its repository, by situation.

use std::io;
use std::path::{Path, PathBuf};

use crate::exit::Exit;
use crate::interrupt::Interrupted;

/// Why a repository was not made or not read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the message of each variant says what it is")]
pub enum Error {
    #[error("`{}` is not empty: it holds {}", path.display(), listed(entries))]
    TargetOccupied { path: PathBuf, entries: Vec<String> },
    #[error("`{}` is not a folder", path.display())]
    TargetNotAFolder { path: PathBuf },
    #[error("`{}` is a symlink that leads nowhere", path.display())]
    DanglingTarget { path: PathBuf },
    #[error("`{}` goes back up through a folder that does not exist", path.display())]
    MissingParent { path: PathBuf },
    #[error("`{}` lies inside the git folder `{}`", path.display(), git_dir.display())]
    InsideGitFolder { path: PathBuf, git_dir: PathBuf },
    #[error("`{}` is in the way: it is not the git folder of a work tree", path.display())]
    BrokenGitFolder { path: PathBuf },
    #[error("could not read the repository `{}`", path.display())]
    UnreadableRepository { path: PathBuf, source: git2::Error },
    #[error("`{}` is a symlink, and goldpath never writes through one", path.display())]
    SymlinkInTheWay { path: PathBuf },
    #[error("`{}` is a file, and a folder has to be there", path.display())]
    FileInTheWay { path: PathBuf },
    #[error("`{}` is a folder, and a file has to be there", path.display())]
    FolderInTheWay { path: PathBuf },
    #[error("`{}` appeared while goldpath was working", path.display())]
    TargetAppeared { path: PathBuf },
    #[error("`{}` changed while goldpath was working", path.display())]
    TargetChanged { path: PathBuf },
    #[error("another goldpath is at work in `{}`", path.display())]
    Busy { path: PathBuf },
    #[error("`{path}` meets another file of the same name; this file system cannot hold both")]
    Collision { path: String },
    #[error("git's configuration `{}` could not be read", path.display())]
    UnreadableConfig { path: PathBuf, source: git2::Error },
    #[error("git's `{key}` has the bad value `{value}`")]
    BadConfig { key: String, value: String },
    #[error("git knows no {what} for the {role}, and `user.useConfigOnly` forbids guessing one")]
    NoIdentity { role: &'static str, what: &'static str },
    #[error("the {role}'s {what} `{value}` is empty once git has cleaned it")]
    EmptyIdentity { role: &'static str, what: &'static str, value: String },
    #[error("`{value}` is no author: `NAME <EMAIL>` is expected")]
    InvalidAuthor { value: String },
    #[error("`{variable}` is `{value}`, which is no date")]
    InvalidDate { variable: &'static str, value: String },
    #[error("`{name}` cannot be the name of a branch")]
    InvalidBranch { name: String },
    #[error("the URL of the remote cannot be used")]
    InvalidRemote,
    #[error("git's `gpg.format` is `{format}`; `openpgp`, `ssh` and `x509` are known")]
    UnknownSignatureFormat { format: String },
    #[error("git's `commit.gpgsign` wants a signed commit, and no signing key is configured")]
    NoSigningKey,
    #[error("could not run `{program}` to sign the commit")]
    SignerMissing { program: String, source: io::Error },
    #[error("`{program}` did not sign the commit{}", quoted(output))]
    SignerFailed { program: String, output: String },
    #[error("could not read `{}`", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("could not write the repository to `{}`", path.display())]
    Unwritable { path: PathBuf, source: io::Error },
    #[error("could not make a git repository in `{}`", path.display())]
    GitFailed { path: PathBuf, source: git2::Error },
    #[error("failed, and could not take back {}", listed(&shown(left)))]
    NotPutBack { left: Vec<PathBuf>, source: Box<Error> },
    #[error("the history of `{}` could not be read", path.display())]
    UnreadableHistory { path: PathBuf, source: git2::Error },
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
}

impl Error {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::TargetOccupied { .. } => "choose another folder, or add `--force`: it keeps every file that is there".into(),
            Self::TargetNotAFolder { .. } | Self::DanglingTarget { .. } | Self::MissingParent { .. } => "choose another folder".into(),
            Self::InsideGitFolder { .. } => "choose a folder outside of it".into(),
            Self::BrokenGitFolder { path } => format!("move it away: `mv {0} {0}.old`", path.display()),
            Self::UnreadableRepository { path, source } if source.code() == git2::ErrorCode::Owner => {
                format!("trust it: `git config --global --add safe.directory {}`", path.display())
            }
            Self::UnreadableRepository { source, .. } => return lacking(source).map(Into::into),
            Self::SymlinkInTheWay { .. } | Self::FileInTheWay { .. } | Self::FolderInTheWay { .. } => "move it away, or choose another folder".into(),
            Self::Busy { .. } => "wait for it, then run it again".into(),
            Self::TargetAppeared { .. } | Self::TargetChanged { .. } => "look at what is there, then run the command again".into(),
            Self::UnreadableConfig { path, .. } => format!("look at what git says: `git config --file {} --list`", path.display()),
            Self::BadConfig { key, .. } => format!("correct it: `git config --global --edit`, and look for `{key}`"),
            Self::NoIdentity { .. } | Self::EmptyIdentity { .. } | Self::InvalidAuthor { .. } => {
                "say who you are: `--author \"Ada Lovelace <ada@example.com>\"`".into()
            }
            Self::InvalidDate { variable: "SOURCE_DATE_EPOCH", .. } => "give seconds since 1970: `SOURCE_DATE_EPOCH=1700000000`".into(),
            Self::InvalidDate { variable, .. } => format!("give seconds and an offset: `{variable}=\"@1700000000 +0000\"`"),
            Self::InvalidBranch { .. } => "choose another: `git config --global init.defaultBranch main`".into(),
            Self::InvalidRemote => "give one that `git remote add` takes: `--remote git@github.com:acme/orders.git`".into(),
            Self::UnknownSignatureFormat { .. } => "choose one: `git config --global gpg.format ssh`".into(),
            Self::NoSigningKey => "name one: `git config --global user.signingKey KEY`, or commit it yourself: `new` has `--no-commit`, and an upgrade \
                 commits only with `--commit` or `--branch`".into(),
            Self::SignerMissing { .. } | Self::SignerFailed { .. } => {
                "commit it yourself: `new` has `--no-commit`, and an upgrade commits only with `--commit` or `--branch`; or sign \
                 nothing: `git config --global commit.gpgsign false`".into()
            }
            Self::Unwritable { path, source } => return target_hint(path, source),
            Self::GitFailed { path, source } => return target_hint(path, &system_error(source)?),
            Self::Unreadable { .. } => "check the path and who may read it, or choose another folder".into(),
            Self::NotPutBack { .. } => "remove what is left by hand".into(),
            _ => return None,
        };
        Some(hint)
    }

    /// The exit code of a command that ends with this.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            Self::UnreadableConfig { .. }
            | Self::BadConfig { .. }
            | Self::NoIdentity { .. }
            | Self::EmptyIdentity { .. }
            | Self::InvalidAuthor { .. }
            | Self::InvalidDate { .. }
            | Self::InvalidBranch { .. }
            | Self::InvalidRemote
            | Self::UnknownSignatureFormat { .. }
            | Self::NoSigningKey => Exit::Usage,
            Self::TargetOccupied { .. }
            | Self::TargetNotAFolder { .. }
            | Self::DanglingTarget { .. }
            | Self::MissingParent { .. }
            | Self::InsideGitFolder { .. }
            | Self::BrokenGitFolder { .. }
            | Self::UnreadableRepository { .. }
            | Self::SymlinkInTheWay { .. }
            | Self::FileInTheWay { .. }
            | Self::FolderInTheWay { .. }
            | Self::TargetAppeared { .. }
            | Self::TargetChanged { .. }
            | Self::Busy { .. }
            | Self::Collision { .. }
            | Self::Unreadable { .. }
            | Self::UnreadableHistory { .. } => Exit::Refused,
            Self::SignerMissing { .. }
            | Self::SignerFailed { .. }
            | Self::Unwritable { .. }
            | Self::GitFailed { .. }
            | Self::NotPutBack { .. } => Exit::Failed,
            Self::Interrupted(_) => Exit::Interrupted,
        }
    }

    pub(super) fn unreadable(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Unreadable { path: path.to_path_buf(), source }
    }

    pub(super) fn unwritable(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Unwritable { path: path.to_path_buf(), source }
    }
}

/// What the system said, where git failed because of it: git passes on the words alone.
pub(crate) fn system_error(error: &git2::Error) -> Option<io::Error> {
    let kinds = [
        ("No space left on device", io::ErrorKind::StorageFull),
        ("Permission denied", io::ErrorKind::PermissionDenied),
        ("Read-only file system", io::ErrorKind::ReadOnlyFilesystem),
    ];
    let kind = kinds.into_iter().find(|(words, _)| error.message().contains(words));
    kind.map(|(_, kind)| kind.into())
}

/// What to do about what git itself reads and goldpath does not.
pub(crate) fn lacking(source: &git2::Error) -> Option<&'static str> {
    [
        ("extension: 'link'", "write an index in one piece: `git update-index --no-split-index`"),
        ("extension: 'sdir'", "write an index with every file: `git sparse-checkout reapply --no-sparse-index`"),
        ("unknown object format", "goldpath reads repositories whose ids are SHA-1 alone: `git rev-parse --show-object-format`"),
        ("unsupported extension name", "goldpath does not know this extension of git: `git config --get-regexp '^extensions'` shows them"),
    ]
    .into_iter()
    .find_map(|(words, hint)| source.message().contains(words).then_some(hint))
}

/// What to do first where something could not be written.
pub(crate) fn write_hint(source: &io::Error) -> Option<&'static str> {
    match source.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Some("make room on the disk"),
        io::ErrorKind::PermissionDenied => Some("make sure that you may write there: `ls -ld` says who may"),
        io::ErrorKind::ReadOnlyFilesystem => Some("make the disk writable: `findmnt` says how it is mounted"),
        _ => None,
    }
}

fn target_hint(path: &Path, source: &io::Error) -> Option<String> {
    match source.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            Some(format!("make room: `df -h {}`", path.parent().unwrap_or(path).display()))
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            Some("choose a folder that you may write to".into())
        }
        _ => None,
    }
}

/// The first few names, in back-ticks, and how many more there are.
fn listed(names: &[String]) -> String {
    const SHOWN: usize = 3;
    let text = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN {
        return format!("{text} and {} more", names.len() - SHOWN);
    }
    text
}

fn shown(paths: &[PathBuf]) -> Vec<String> {
    paths.iter().map(|path| path.display().to_string()).collect()
}

/// What a program said, on lines of its own.
fn quoted(output: &str) -> String {
    let mut text = String::new();
    for line in output.trim().lines() {
        text.push_str("\n  ");
        text.push_str(line);
    }
    if text.is_empty() { text } else { format!(":{text}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_occupied_target_lists_a_few_entries_and_counts_the_rest() {
        let entries = ["a", "b", "c", "d", "e"].map(String::from).to_vec();
        let error = Error::TargetOccupied { path: "orders".into(), entries };
        assert_eq!(error.to_string(), "`orders` is not empty: it holds `a`, `b`, `c` and 2 more");
        assert_eq!(error.exit(), Exit::Refused);
    }

    #[test]
    fn a_signers_own_words_stand_below_the_message() {
        let error = Error::SignerFailed { program: "gpg".into(), output: "no key\nno luck\n".into() };
        assert_eq!(error.to_string(), "`gpg` did not sign the commit:\n  no key\n  no luck");
        assert_eq!(error.exit(), Exit::Failed);
    }
}
