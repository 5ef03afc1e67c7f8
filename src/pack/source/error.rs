//! What can go wrong between the name of a pack and its files.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::exit::Exit;
use crate::path::{PathError, Shown};

/// Why a pack could not be opened. No message holds a credential.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// The text names no pack.
    #[error("`{spec}` names no pack: {why}")]
    BadSpec {
        /// What was given, without credentials.
        spec: Shown,
        /// What is wrong with it.
        why: String,
    },
    /// A URL of a kind that is not fetched.
    #[error("`{spec}` cannot be fetched: {why}")]
    RefusedProtocol {
        /// What was given, without credentials.
        spec: Shown,
        /// What is wrong with the protocol.
        why: &'static str,
    },
    /// The `#subfolder` is not safe.
    #[error("`{spec}` names a subfolder that cannot be used")]
    BadSubfolder {
        /// What was given, without credentials.
        spec: Shown,
        /// Why.
        #[source]
        cause: PathError,
    },
    /// The folder is not there.
    #[error("there is no folder `{folder}`")]
    NoFolder {
        /// The folder.
        folder: String,
    },
    /// No `pack.toml` in it.
    #[error("`{source_name}` is no pack: it has no `pack.toml`")]
    NoPack {
        /// The folder or repository.
        source_name: String,
        /// Whether the folder is a git repository without a working tree.
        bare_repository: bool,
    },
    /// The folder is reached through a link that leaves the pack's repository or folder.
    #[error("the subfolder of `{source_name}` cannot be used")]
    SubfolderOnDisk {
        /// The folder.
        source_name: String,
        /// Why.
        #[source]
        cause: PathError,
    },
    /// A name in the pack that the path guard refuses.
    #[error("the pack `{source_name}` has a name that cannot be used")]
    UnsafeName {
        /// The pack.
        source_name: String,
        /// Why.
        #[source]
        cause: PathError,
    },
    /// A name that is no UTF-8.
    #[error("the pack `{source_name}` has a name that is not UTF-8: `{path}`")]
    NameNotUtf8 {
        /// The pack.
        source_name: String,
        /// The name, as far as it can be shown.
        path: Shown,
    },
    /// A pipe, socket, device or submodule; a link where a folder should be.
    #[error("`{path}` in the pack `{source_name}` is {kind}")]
    SpecialFile {
        /// The pack.
        source_name: String,
        /// The path in it.
        path: Shown,
        /// What it is.
        kind: &'static str,
    },
    /// A symbolic link that does not end at a file of its component.
    #[error("`{path}` in the pack `{source_name}` links to `{target}`: {why}")]
    UnsafeLink {
        /// The pack.
        source_name: String,
        /// The link.
        path: Shown,
        /// Where it points.
        target: Shown,
        /// What is wrong with it.
        why: &'static str,
    },
    /// More than a pack may hold.
    #[error("the pack `{source_name}` has {what}")]
    TooMuch {
        /// The pack.
        source_name: String,
        /// What there is too much of.
        what: String,
    },
    /// A file that could not be read.
    #[error("cannot read `{}`", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A file that is another one than a moment ago.
    #[error("`{}` changed while it was read", path.display())]
    ChangedMeanwhile {
        /// The file.
        path: PathBuf,
    },
    /// A version was asked for, and the folder is no git repository.
    #[error("`{folder}` is no git repository, so it has no version `{version}`")]
    NotARepository {
        /// The folder.
        folder: String,
        /// The version that was asked for.
        version: String,
    },
    /// The repository has no such version.
    #[error("`{source_name}` has no version `{version}`")]
    UnknownVersion {
        /// The folder or URL.
        source_name: String,
        /// What was asked for.
        version: String,
        /// The newest and the nearest there are.
        known: Vec<String>,
    },
    /// A branch was named as a version.
    #[error("`{branch}` is a branch of `{source_name}`, and a branch is another pack tomorrow")]
    IsABranch {
        /// The folder or URL.
        source_name: String,
        /// The branch.
        branch: String,
        /// The commit it is at now.
        commit: String,
    },
    /// Tags of versions exist, and each is a pre-release.
    #[error("`{source_name}` has no release yet")]
    OnlyPreReleases {
        /// The folder or URL.
        source_name: String,
        /// The newest of them.
        newest: String,
    },
    /// Several commits begin with the digits given.
    #[error("`{commit}` is more than one commit of `{source_name}`")]
    AmbiguousCommit {
        /// The folder or URL.
        source_name: String,
        /// The digits.
        commit: String,
    },
    /// Nothing has been committed.
    #[error("`{source_name}` has no commit yet")]
    NoCommit {
        /// The folder or URL.
        source_name: String,
    },
    /// No such folder at that version.
    #[error("`{source_name}` has no folder `{subfolder}` at that version")]
    NoSubfolder {
        /// The folder or URL.
        source_name: String,
        /// The folder in it.
        subfolder: Shown,
    },
    /// A repository of git's newer kind.
    #[error("`{source_name}` names its objects by SHA-256, which goldpath cannot read")]
    ObjectFormat {
        /// The URL.
        source_name: String,
    },
    /// The repository belongs to somebody else.
    #[error("the git repository `{folder}` belongs to another user")]
    ForeignRepository {
        /// The folder.
        folder: String,
    },
    /// The object database could not be read.
    #[error("cannot read the git repository `{source_name}`")]
    Repository {
        /// The folder or URL.
        source_name: String,
        /// What libgit2 said.
        #[source]
        source: git2::Error,
    },
    /// No `git` to fetch with.
    #[error("`{program}` is not installed, and `{source_name}` can only be fetched with it")]
    NoGit {
        /// The URL.
        source_name: String,
        /// The program that was looked for.
        program: String,
    },
    /// No folder for the cache is known.
    #[error("there is no folder to keep fetched packs in")]
    NoCache,
    /// The cache cannot be written.
    #[error("cannot keep fetched packs in `{}`", folder.display())]
    Cache {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// Git ran and failed.
    #[error("git could not fetch `{source_name}`{}", quoted(said))]
    Fetch {
        /// The URL.
        source_name: String,
        /// The last lines that git printed, without credentials.
        said: Vec<String>,
    },
    /// A sealed version in `releases/` that is damaged or was changed.
    #[error("`{path}` of the pack `{source_name}` is no sealed release: {why}")]
    BadRelease {
        /// The pack.
        source_name: String,
        /// The archive.
        path: String,
        /// What is wrong with it.
        why: String,
    },
    /// The tag pointed elsewhere a moment ago.
    #[error("`{version}` of `{source_name}` moved while it was fetched")]
    Moved {
        /// The URL.
        source_name: String,
        /// The tag.
        version: String,
    },
}

/// What git printed, indented below the message.
fn quoted(lines: &[String]) -> String {
    lines.iter().fold(String::new(), |text, line| text + "\n  " + line)
}

impl Error {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::BadSpec { .. } => {
                "write `builtin`, a folder such as `./pack`, or a URL such as `https://example.com/org/pack.git@1.2.0#folder`"
            }
            Self::RefusedProtocol { .. } => "use `https://`, `ssh://`, `user@host:path` or `file://`",
            Self::BadSubfolder { cause, .. }
            | Self::SubfolderOnDisk { cause, .. }
            | Self::UnsafeName { cause, .. } => return cause.hint(),
            Self::NoFolder { .. } => "check the path; `builtin` is the pack that comes with goldpath",
            Self::NoPack { source_name, bare_repository: true } => {
                return Some(format!(
                    "to read a version from the git repository, add it: `{source_name}@1.0.0`"
                ));
            }
            Self::NoPack { .. } => "name the folder that holds `pack.toml`; in a repository, add `#folder`",
            Self::NameNotUtf8 { .. } => "rename it, using UTF-8",
            Self::SpecialFile { .. } => "a pack holds plain files and folders: put one in its place",
            Self::UnsafeLink { .. } => "put a copy of the file in its place",
            Self::TooMuch { .. } => "keep only templates in the pack: build output and data belong elsewhere",
            Self::Read { .. } | Self::Repository { .. } => return None,
            Self::ChangedMeanwhile { .. } => "run the command again when nothing else writes there",
            Self::NotARepository { folder, .. } => {
                return Some(format!(
                    "leave the version away to read the folder as it is: `{folder}`; a folder inside a repository is \
                     named `REPOSITORY@VERSION#FOLDER`, and a folder with an `@` in its name ends with `/`"
                ));
            }
            Self::UnknownVersion { known, .. } => return Some(known_versions(known)),
            Self::IsABranch { commit, .. } => {
                return Some(format!("name a release, or the commit it is at now: `@{commit}`"));
            }
            Self::OnlyPreReleases { newest, .. } => {
                return Some(format!("a pre-release is only taken when asked for: `@{newest}`"));
            }
            Self::AmbiguousCommit { .. } => "give more digits of the commit",
            Self::NoCommit { .. } => "commit the pack first",
            Self::ObjectFormat { .. } => {
                "publish the pack in a SHA-1 repository, or copy it into a folder and name that"
            }
            Self::NoSubfolder { .. } => {
                "check the part after `#`, and whether the folder exists at that version"
            }
            Self::ForeignRepository { folder } => {
                return Some(format!(
                    "if you trust it: `git config --global --add safe.directory '{folder}'`"
                ));
            }
            Self::NoGit { .. } => "install git, or copy the pack into a folder and name that",
            Self::NoCache => "set `XDG_CACHE_HOME` or `HOME`",
            Self::Cache { .. } => "set `XDG_CACHE_HOME` to a folder that can be written",
            Self::Fetch { .. } => "check the address, the network and your access with `git ls-remote URL`",
            Self::BadRelease { .. } => {
                "bring both of its files back from the pack's history; a sealed release never changes"
            }
            Self::Moved { .. } => "run the command again",
        };
        Some(hint.to_owned())
    }

    /// How the run ends.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            Self::Read { .. }
            | Self::ChangedMeanwhile { .. }
            | Self::Repository { .. }
            | Self::NoGit { .. }
            | Self::NoCache
            | Self::Cache { .. }
            | Self::Fetch { .. }
            | Self::Moved { .. } => Exit::Failed,
            Self::ForeignRepository { .. } => Exit::Refused,
            _ => Exit::Usage,
        }
    }
}

fn known_versions(known: &[String]) -> String {
    if known.is_empty() {
        return "it has no version tags: name a commit, or leave the version away".to_owned();
    }
    let known: Vec<String> = known.iter().map(|version| format!("`{version}`")).collect();
    format!("there are {}", known.join(", "))
}
