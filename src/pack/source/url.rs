//! The address of a remote git repository, with its credentials kept apart from it.

use std::fmt::{self, Write as _};

use super::error::Error;
use crate::render::path::Shown;

/// An address that git may fetch from: `https://`, `ssh://`, `user@host:path` or `file://`.
#[derive(Clone, PartialEq, Eq)]
pub struct GitUrl {
    address: String,
    credentials: Option<Credentials>,
}

/// The user and password of an `https://` address, decoded. Never shown, stored or put on a command line.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Credentials {
    pub(super) user: String,
    pub(super) password: Option<String>,
    /// As they stood in the address, still percent-encoded.
    raw: String,
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

impl Credentials {
    fn parse(user_info: &str) -> Result<Self, Problem> {
        let (user, password) = match user_info.split_once(':') {
            Some((user, password)) => (user, Some(password)),
            None => (user_info, None),
        };
        let password = password.map(decoded).transpose()?;
        Ok(Self { user: decoded(user)?, password, raw: user_info.to_owned() })
    }

    /// Every way in which git, curl or a server may repeat them, the longest first.
    fn spellings(&self) -> Vec<String> {
        let mut spellings = vec![self.raw.clone()];
        spellings.extend(self.raw.split_once(':').map(|(_, password)| password.to_owned()));
        let secrets = match &self.password {
            Some(password) => vec![password.as_str(), self.user.as_str()],
            None => vec![self.user.as_str()],
        };
        for secret in secrets {
            spellings.extend([secret.to_owned(), encoded(secret, false), encoded(secret, true)]);
        }
        // A user called `x` would blank out half of a message, and is no secret beside a password.
        spellings.retain(|spelling| spelling.len() > 3);
        spellings.sort_by_key(|spelling| std::cmp::Reverse(spelling.len()));
        spellings
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
        let spec = Shown::of(&redact(spec));
        match self {
            Self::Protocol(why) => Error::RefusedProtocol { spec, why },
            Self::Spec(why) => Error::BadSpec { spec, why: why.to_owned() },
        }
    }
}

/// Takes user and password out of every address in a text, also out of one that makes no sense otherwise.
pub(super) fn redact(text: &str) -> String {
    let mut redacted = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("://") {
        let (before, after) = rest.split_at(start + 3);
        redacted.push_str(before);
        // An unencoded `/`, `?` or `#` may be part of a password: up to the last `@` of the word, all of it goes.
        // A version's `@` comes after the path, so only an `@` before the first slash, or one that a colon precedes, counts.
        let word_end =
            after.find(|c: char| c.is_whitespace() || matches!(c, '\'' | '"' | '`')).unwrap_or(after.len());
        let word = &after[..word_end];
        let slash = word.find('/').unwrap_or(word.len());
        let user_info_end = word[..slash].rfind('@').or_else(|| {
            // `https://user:pa/ss@host/path`: a colon that no port number follows begins a password.
            let colon = word[..slash].find(':')?;
            let port = &word[colon + 1..slash];
            let is_port = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
            (!is_port).then(|| word.rfind('@'))?
        });
        rest = match user_info_end {
            Some(end) => {
                redacted.push_str("***@");
                &after[end + 1..]
            }
            None => after,
        };
    }
    redacted.push_str(rest);
    redact_scp(&redacted)
}

/// `user:password@host:path` and `user:password@host/path` are no addresses, but are what a hurried person types.
fn redact_scp(text: &str) -> String {
    if text.contains("://") || text.contains(char::is_whitespace) {
        return text.to_owned();
    }
    match text.split_once(':') {
        Some((user, rest)) if !user.contains(['/', '@']) && holds_password(rest) => {
            let end = rest.rfind(':').and_then(|colon| rest[..colon].rfind('@')).or_else(|| rest.find('@'));
            format!("{user}:***{}", &rest[end.unwrap_or_default()..])
        }
        _ => text.to_owned(),
    }
}

/// Whether what follows the first `:` of `user@host:path` looks like `password@host:path` or `password@host/path`.
pub(super) fn holds_password(after_colon: &str) -> bool {
    let Some((password, host)) = after_colon.split_once('@') else { return false };
    !password.contains('/') && host.contains(['/', ':']) || host.contains(':')
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

/// The text without percent-encoding.
fn decoded(text: &str) -> Result<String, Problem> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(byte.ok_or(Problem::Spec("a `%` in it is not followed by two hexadecimal digits"))?);
        rest = &after[2..];
    }
    let text = String::from_utf8(bytes).map_err(|_| Problem::Spec("its percent-encoding is not UTF-8"))?;
    // A newline would end a line of git's credential protocol and begin another one.
    if text.chars().any(char::is_control) {
        return Err(Problem::Spec("it contains an encoded control character"));
    }
    Ok(text)
}

/// The text with percent-encoding of everything that has a meaning in an address.
fn encoded(text: &str, upper: bool) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else if upper {
            let _ = write!(encoded, "%{byte:02X}");
        } else {
            let _ = write!(encoded, "%{byte:02x}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_disappear_from_every_address_in_a_text() {
        let table = [
            ("https://host/a", "https://host/a"),
            ("https://host/a@1.2.0", "https://host/a@1.2.0"),
            ("https://host:8443/a@1.2.0", "https://host:8443/a@1.2.0"),
            ("https://user:s3cret@host/a@1", "https://***@host/a@1"),
            ("https://s3cret@host/a", "https://***@host/a"),
            ("https://u:s3@cret@host/a", "https://***@host/a"),
            ("https://u:s3/cret@host/a", "https://***@host/a"),
            (
                "fatal: 'https://u:s3cret@host/a' and http://t@x/",
                "fatal: 'https://***@host/a' and http://***@x/",
            ),
            ("user:s3cret@host:path", "user:***@host:path"),
            ("user:s3cret@host/path@1", "user:***@host/path@1"),
            ("user:s3@cret@host:path", "user:***@host:path"),
            ("git@host:org/x@v1", "git@host:org/x@v1"),
        ];
        for (text, expected) in table {
            assert_eq!(redact(text), expected, "{text}");
        }
    }

    #[test]
    fn every_spelling_of_a_password_is_taken_out_of_what_git_says() {
        let url = GitUrl::with_scheme("https", "bob%40corp:p%40ss%2Fword@host/x").ok().unwrap();
        let said = "401 for p@ss/word, p%40ss%2Fword, p%40ss%2fword and bob%40corp at https://bob@host/x";
        assert_eq!(url.redact(said), "401 for ***, ***, *** and *** at https://***@host/x");
        assert_eq!(format!("{url:?} {}", url.address()), "GitUrl(https://host/x) https://host/x");
    }
}
