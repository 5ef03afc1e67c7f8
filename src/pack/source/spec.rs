//! How a pack is named.

use std::fmt;
use std::path::{Path, PathBuf};

use super::embedded;
use super::error::Error;
use super::redact::{holds_password, redact_spec};
use super::url::{GitUrl, Problem};
use super::version::Version;
use crate::path::{RepoPath, Shown};

/// The name of a pack, as it stands after `--pack` and in goldpath.toml.
///
/// ```text
/// PACK    = "builtin" [ "@" VERSION ]
///         | SOURCE [ "@" VERSION ] [ "#" SUBFOLDER ]
/// SOURCE  = FOLDER                                  ./pack   ../pack   /srv/pack   pack
///         | "https://" [ USER [ ":" PASSWORD ] "@" ] HOST "/" PATH
///         | "ssh://" [ USER "@" ] HOST "/" PATH
///         | [ USER "@" ] HOST ":" PATH              git@host:org/pack
///         | "file:///" PATH
/// VERSION = 1.2.0 | v1.2.0 | 1.2 | 1 | commit (7 to 40 hexadecimal digits) | tag
/// ```
///
/// The first `#` ends the source. The version begins at the last `@` of the source's last name, where something
/// stands before it: the `@` of `git@host` or `/@scope/` is no version's, and a folder with an `@` in its name is
/// written with a slash behind it, `./my@pack/`.
///
/// A folder without a version is read as it is on disk. A folder with a version is a git repository, read at that
/// tag or commit. A URL without a version means its newest release, or its HEAD where it has no version tags.
/// A single letter before the first `:` is a drive (`C:\pack`), not a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PackSpec {
    /// The pack that comes with goldpath.
    Builtin,
    /// The pack that comes with goldpath, if it has this version.
    BuiltinAt {
        /// The version.
        version: Version,
    },
    /// A folder, as it is on disk.
    Folder {
        /// The folder; a relative one is below [`Environment::base`](super::Environment::base).
        path: PathBuf,
        /// The folder in it that holds the pack.
        subfolder: Option<RepoPath>,
    },
    /// A git repository on this machine, at a version.
    Repository {
        /// The repository's folder.
        path: PathBuf,
        /// Which version; none: the newest release.
        version: Option<Version>,
        /// The folder in it that holds the pack.
        subfolder: Option<RepoPath>,
    },
    /// A git repository elsewhere.
    Remote {
        /// Its address.
        url: GitUrl,
        /// Which version; none: the newest release.
        version: Option<Version>,
        /// The folder in it that holds the pack.
        subfolder: Option<RepoPath>,
    },
}

impl PackSpec {
    /// Reads the name of a pack.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let bad = |why: &str| Error::BadSpec { spec: Shown::of(&redact_spec(text)), why: why.to_owned() };
        if text.is_empty() {
            return Err(bad("it is empty"));
        }
        if text.starts_with('-') {
            return Err(bad("a name that begins with `-` could be taken for an option"));
        }
        if Shown::up_to(usize::MAX, text).as_str() != text {
            return Err(bad("it contains a character that cannot be seen"));
        }
        let (source, subfolder) = match text.split_once('#') {
            Some((source, subfolder)) => (source, Some(subfolder_of(text, subfolder)?)),
            None => (text, None),
        };
        if is_helper_address(source) {
            return Err(Problem::Protocol("`::` asks git to run a program").about(text));
        }
        let at = Splitting::of(source);
        if let Splitting::Scp { host, .. } = at
            && holds_password(&source[host.len() + 1..])
        {
            return Err(Problem::Spec("`ssh` takes no password in the address: use a key").about(text));
        }
        let (name, version) = at.version_apart();
        let version = version.map(Version::parse).transpose().map_err(|why| bad(&why))?;
        let url = match at {
            Splitting::Url { scheme, .. } => {
                Some(GitUrl::with_scheme(scheme, &name[scheme.len() + "://".len()..]))
            }
            Splitting::Scp { host, .. } => Some(GitUrl::like_scp(host, &name[host.len() + 1..])),
            Splitting::Folder { .. } => None,
        };
        if let Some(url) = url {
            let url = url.map_err(|problem| problem.about(text))?;
            return Ok(Self::Remote { url, version, subfolder });
        }
        if name == embedded::NAME {
            return match (subfolder, version) {
                (Some(_), _) => {
                    Err(bad("the built-in pack has no subfolders; a folder of that name is `./builtin`"))
                }
                (None, None) => Ok(Self::Builtin),
                (None, Some(version)) => Ok(Self::BuiltinAt { version }),
            };
        }
        if name.is_empty() {
            return Err(bad("there is no source before the `#` or `@`"));
        }
        let path = PathBuf::from(name);
        Ok(match version {
            None => Self::Folder { path, subfolder },
            version => Self::Repository { path, version, subfolder },
        })
    }

    /// The same pack at one commit: how a lock's `source` and `commit` are put together again.
    pub fn at_commit(&self, commit: &str) -> Result<Self, Error> {
        let Ok(version @ Version::Commit(_)) = Version::parse(commit) else {
            let why = "its commit is not 7 to 40 hexadecimal digits".to_owned();
            return Err(Error::BadSpec { spec: Shown::of(&self.to_string()), why });
        };
        Ok(match self.clone() {
            Self::Folder { path, subfolder } | Self::Repository { path, subfolder, .. } => {
                Self::Repository { path, version: Some(version), subfolder }
            }
            Self::Remote { url, subfolder, .. } => Self::Remote { url, version: Some(version), subfolder },
            builtin => builtin,
        })
    }

    /// The same pack at another version; none: its newest. A folder stays as it is on disk.
    ///
    /// # Errors
    /// A version that cannot be one.
    pub fn at_version(&self, version: Option<&str>) -> Result<Self, Error> {
        let bad = |why: String| Error::BadSpec { spec: Shown::of(&self.to_string()), why };
        let version = version.map(Version::parse).transpose().map_err(bad)?;
        Ok(match (self.clone(), version) {
            (Self::Builtin | Self::BuiltinAt { .. }, None) => Self::Builtin,
            (Self::Builtin | Self::BuiltinAt { .. }, Some(version)) => Self::BuiltinAt { version },
            (folder @ Self::Folder { .. }, _) => folder,
            (Self::Repository { path, subfolder, .. }, version) => {
                Self::Repository { path, version, subfolder }
            }
            (Self::Remote { url, subfolder, .. }, version) => Self::Remote { url, version, subfolder },
        })
    }

    /// What goldpath.lock would say of it: the source and the subfolder.
    #[must_use]
    pub fn fact(&self) -> String {
        joined(&self.source(), None, self.subfolder())
    }

    /// The version that was asked for.
    #[must_use]
    pub fn version(&self) -> Option<&Version> {
        match self {
            Self::Builtin | Self::Folder { .. } => None,
            Self::BuiltinAt { version } => Some(version),
            Self::Repository { version, .. } | Self::Remote { version, .. } => version.as_ref(),
        }
    }

    /// The exact version that is asked for, where that is not this one.
    #[must_use]
    pub fn other_than(&self, version: &semver::Version) -> Option<&semver::Version> {
        match self.version() {
            Some(Version::Exact(exact)) if exact != version => Some(exact),
            _ => None,
        }
    }

    /// The folder in the source that holds the pack.
    #[must_use]
    pub fn subfolder(&self) -> Option<&RepoPath> {
        match self {
            Self::Builtin | Self::BuiltinAt { .. } => None,
            Self::Folder { subfolder, .. }
            | Self::Repository { subfolder, .. }
            | Self::Remote { subfolder, .. } => subfolder.as_ref(),
        }
    }

    /// The source alone, without credentials, version or subfolder, so that it reads as the same source again.
    #[must_use]
    pub fn source(&self) -> String {
        match self {
            Self::Builtin | Self::BuiltinAt { .. } => embedded::NAME.to_owned(),
            Self::Folder { path, .. } | Self::Repository { path, .. } => folder_name(path),
            Self::Remote { url, .. } => protected(url.address()),
        }
    }
}

/// The whole name again, without credentials.
impl fmt::Display for PackSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&joined(&self.source(), self.version(), self.subfolder()))
    }
}

/// `SOURCE[@VERSION][#SUBFOLDER]`. A slash behind the source would make the version a name of its own.
pub(super) fn joined(source: &str, version: Option<&Version>, subfolder: Option<&RepoPath>) -> String {
    let mut text = source.to_owned();
    if let Some(version) = version {
        text = format!("{}@{version}", source.trim_end_matches('/'));
    }
    if let Some(subfolder) = subfolder {
        text = format!("{text}#{subfolder}");
    }
    text
}

/// A source whose kind is known by its looks alone, never by what is on disk.
#[derive(Clone, Copy)]
enum Splitting<'t> {
    Url { scheme: &'t str, whole: &'t str },
    Scp { host: &'t str, whole: &'t str },
    Folder { whole: &'t str },
}

impl<'t> Splitting<'t> {
    fn of(whole: &'t str) -> Self {
        if let Some((scheme, _)) = whole.split_once("://")
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+.-".contains(&byte))
        {
            return Self::Url { scheme, whole };
        }
        match whole.split_once(':') {
            Some((host, _)) if host.len() > 1 && !host.contains(['/', '\\']) => Self::Scp { host, whole },
            _ => Self::Folder { whole },
        }
    }

    /// The source, and the version after the last `@` of its last name.
    fn version_apart(self) -> (&'t str, Option<&'t str>) {
        // Before this no `@` is a version's: it would be a user's.
        let (whole, start) = match self {
            Self::Url { scheme, whole } => {
                let authority = scheme.len() + "://".len();
                (whole, whole[authority..].find('/').map_or(whole.len(), |slash| authority + slash))
            }
            Self::Scp { host, whole } => (whole, host.len() + 1),
            Self::Folder { whole } => (whole, 0),
        };
        let name = whole.rfind(['/', '\\']).map_or(start, |slash| start.max(slash + 1));
        match whole.get(name..).and_then(|last| last.rfind('@')) {
            Some(at) if at > 0 => (&whole[..name + at], Some(&whole[name + at + 1..])),
            _ => (whole, None),
        }
    }
}

fn subfolder_of(spec: &str, subfolder: &str) -> Result<RepoPath, Error> {
    let shown = || Shown::of(&redact_spec(spec));
    if subfolder.contains('@') {
        return Err(Error::BadSpec { spec: shown(), why: "the version stands before the `#`".to_owned() });
    }
    RepoPath::new(subfolder.strip_suffix('/').unwrap_or(subfolder))
        .map_err(|cause| Error::BadSubfolder { spec: shown(), cause })
}

/// Whether git would take the source for `TRANSPORT::ADDRESS` and run `git-remote-TRANSPORT`.
fn is_helper_address(source: &str) -> bool {
    // An IPv6 host in brackets is the only place where `::` means something else.
    let outside = match source.split_once("://") {
        Some((scheme, rest)) if !scheme.contains(':') => {
            let authority = rest.split('/').next().unwrap_or_default();
            match authority.rsplit_once('[') {
                Some((before, _)) => format!("{before}{}", &rest[authority.len()..]),
                None => rest.to_owned(),
            }
        }
        _ => source.to_owned(),
    };
    outside.contains("::")
}

/// A folder's name, so that neither `builtin` nor an `@` in it is read as something else.
fn folder_name(path: &Path) -> String {
    let text = path.to_string_lossy();
    if text == embedded::NAME { format!("./{text}") } else { protected(&text) }
}

/// The name with a slash behind it, where its last name has an `@` that would be read as a version's.
fn protected(name: &str) -> String {
    match Splitting::of(name).version_apart() {
        (_, Some(_)) => format!("{name}/"),
        (_, None) => name.to_owned(),
    }
}

#[cfg(test)]
mod tests;
