//! The address of a remote git repository, with its credentials kept apart from it.

use std::fmt;

use super::credentials::{Credentials, decoded};
use super::error::Error;
use super::redact::{redact, redact_spec};
use crate::path::Shown;

/// An address that git may fetch from: `https://`, `ssh://`, `user@host:path` or `file://`.
#[derive(Clone, PartialEq, Eq)]
pub struct GitUrl {
    address: String,
    credentials: Option<Credentials>,
}

impl GitUrl {
    /// Reads an address that has a scheme, such as `https://host/path`.
    pub(super) fn with_scheme(scheme: &str, rest: &str) -> Result<Self, Problem> {
        let scheme = scheme.to_ascii_lowercase();
        match scheme.as_str() {
            "https" | "ssh" | "file" => {}
            "http" => return Err(Problem::Protocol("`http` is neither encrypted nor authenticated")),
            "git" => {
                return Err(Problem::Protocol("the `git` protocol is neither encrypted nor authenticated"));
            }
            _ => return Err(Problem::Protocol("only `https`, `ssh` and `file` are fetched")),
        }
        let (authority, path) = rest.find('/').map_or((rest, ""), |slash| rest.split_at(slash));
        let (user_info, host) = match authority.rsplit_once('@') {
            Some((user_info, host)) => (Some(user_info), host),
            None => (None, authority),
        };
        check_path(path)?;
        if scheme == "file" {
            return match (user_info, host) {
                (None, "" | "localhost") => Ok(Self::plain(format!("file://{path}"))),
                _ => Err(Problem::Spec("a `file://` address has no host: write `file:///path`")),
            };
        }
        check_host(host)?;
        let Some(user_info) = user_info else { return Ok(Self::plain(format!("{scheme}://{host}{path}"))) };
        if scheme == "ssh" {
            return match user_info.split_once(':') {
                None => {
                    check_name(&decoded(user_info)?)?;
                    Ok(Self::plain(format!("ssh://{user_info}@{host}{path}")))
                }
                Some(_) => Err(Problem::Spec("`ssh` takes no password in the address: use a key")),
            };
        }
        let credentials = Credentials::parse(user_info)?;
        Ok(Self { address: format!("https://{host}{path}"), credentials: Some(credentials) })
    }

    /// Reads `user@host:path`, which is `ssh` by another spelling.
    pub(super) fn like_scp(host: &str, path: &str) -> Result<Self, Problem> {
        let (user, host_name) = host.split_once('@').unwrap_or(("git", host));
        check_name(user)?;
        check_host(host_name)?;
        if path.is_empty() {
            return Err(Problem::Spec("it names no repository"));
        }
        if path.starts_with('-') {
            return Err(Problem::Spec("a path that begins with `-` could be taken for an option"));
        }
        check_segments(path)?;
        Ok(Self::plain(format!("{host}:{path}")))
    }

    fn plain(address: String) -> Self {
        Self { address, credentials: None }
    }

    /// The address without credentials: what is stored, shown and given to git.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    pub(super) fn credentials(&self) -> Option<&Credentials> {
        self.credentials.as_ref()
    }

    /// Takes every spelling of the credentials out of a text that git printed.
    pub(super) fn redact(&self, text: &str) -> String {
        let mut text = text.to_owned();
        if let Some(credentials) = &self.credentials {
            for secret in credentials.spellings() {
                text = text.replace(&secret, "***");
            }
        }
        redact(&text)
    }
}

/// Without credentials, so that `{:?}` in a log gives nothing away.
impl fmt::Debug for GitUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GitUrl({})", self.address)
    }
}

/// What is wrong with an address.
pub(super) enum Problem {
    /// A protocol that is not fetched.
    Protocol(&'static str),
    /// Anything else.
    Spec(&'static str),
}

impl Problem {
    /// The error, naming what was given.
    pub(super) fn about(self, spec: &str) -> Error {
        let spec = Shown::of(&redact_spec(spec));
        match self {
            Self::Protocol(why) => Error::RefusedProtocol { spec, why },
            Self::Spec(why) => Error::BadSpec { spec, why: why.to_owned() },
        }
    }
}

fn check_host(host: &str) -> Result<(), Problem> {
    let (name, port) = match host.strip_prefix('[') {
        Some(literal) => {
            let (literal, port) =
                literal.split_once(']').ok_or(Problem::Spec("its host has no closing `]`"))?;
            if !literal.bytes().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.')) {
                return Err(Problem::Spec("between `[` and `]` stands an IPv6 address"));
            }
            (literal, port.strip_prefix(':').or(port.is_empty().then_some("1")))
        }
        None => match host.split_once(':') {
            Some((name, port)) => (name, Some(port)),
            None => (host, Some("1")),
        },
    };
    // An empty port is written by some servers' own pages, and means the usual one.
    if !port.is_some_and(|port| port.len() <= 5 && port.bytes().all(|byte| byte.is_ascii_digit())) {
        return Err(Problem::Spec("its port is no number"));
    }
    if name.is_empty() {
        return Err(Problem::Spec("it names no host"));
    }
    check_name(name)
}

/// A host or user: nothing that git or ssh could take for an option or decode into something else.
fn check_name(name: &str) -> Result<(), Problem> {
    if name.is_empty() || name.starts_with('-') {
        return Err(Problem::Spec("a host or user that begins with `-` could be taken for an option"));
    }
    let plain = name.chars().all(|c| c.is_alphanumeric() || "._-~+:".contains(c));
    if plain {
        Ok(())
    } else {
        Err(Problem::Spec("its host or user contains a character that none can have"))
    }
}

fn check_path(path: &str) -> Result<(), Problem> {
    if path.trim_matches('/').is_empty() {
        return Err(Problem::Spec("it names no repository"));
    }
    if path.contains(['?', '\\']) {
        return Err(Problem::Spec("the address of a repository has no `?` and no backslash"));
    }
    // Twice, since a proxy may decode once more than it should.
    let once = decoded(path)?;
    check_segments(&once)?;
    check_segments(&decoded(&once).unwrap_or(once))
}

fn check_segments(path: &str) -> Result<(), Problem> {
    if path.split(['/', '\\']).any(|segment| segment == "..") {
        return Err(Problem::Spec("its path contains `..`"));
    }
    Ok(())
}
