//! Which version of a pack is asked for.

use std::fmt;

/// What stands after the `@`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Version {
    /// `1.2.0`, `v1.2.0`, `2.0.0-rc.1`: the tag of exactly this version, with or without a `v`.
    Exact(semver::Version),
    /// `1` or `1.2`: the newest release of it.
    Partial {
        /// The first number.
        major: u64,
        /// The second, if it was given.
        minor: Option<u64>,
    },
    /// 7 to 40 hexadecimal digits: a commit. Where no commit begins with fewer than 40, a tag of that name.
    Commit(String),
    /// Anything else: a tag of exactly this name. A branch is refused, since it is another pack tomorrow.
    Tag(String),
}

impl Version {
    /// Reads what stands after the `@`; says what is wrong with it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Err("there is no version after its `@`".to_owned());
        }
        // A tag's name reaches git in a refspec: what git allows there and refspecs read otherwise stays out.
        let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._+-".contains(&byte));
        if !plain
            || text.starts_with(['-', '.'])
            || text.rsplit('.').next() == Some("lock")
            || text.contains("..")
            || text.len() > 100
        {
            return Err("a version is a number such as `1.2.0`, a commit, or a tag of letters, digits, `.`, `_`, `+` and `-`"
                .to_owned());
        }
        if let Some(version) = tag_version(text) {
            return Ok(Self::Exact(version));
        }
        if (7..=40).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Ok(Self::Commit(text.to_ascii_lowercase()));
        }
        Ok(partial(text).unwrap_or_else(|| Self::Tag(text.to_owned())))
    }

    /// Whether this version of a pack is what was asked for.
    pub(super) fn matches(&self, version: &semver::Version) -> bool {
        match self {
            Self::Exact(exact) => exact == version,
            Self::Partial { major, minor } => {
                version.pre.is_empty()
                    && version.major == *major
                    && minor.is_none_or(|minor| version.minor == minor)
            }
            Self::Commit(_) | Self::Tag(_) => false,
        }
    }
}

/// The version a tag stands for: `v1.2.0` or `1.2.0`.
pub(super) fn tag_version(tag: &str) -> Option<semver::Version> {
    semver::Version::parse(tag.strip_prefix('v').unwrap_or(tag)).ok()
}

fn partial(text: &str) -> Option<Version> {
    let numbers = text.strip_prefix('v').unwrap_or(text);
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?;
    match numbers.split_once('.') {
        Some((major, minor)) => Some(Version::Partial { major: number(major)?, minor: Some(number(minor)?) }),
        None => Some(Version::Partial { major: number(numbers)?, minor: None }),
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(version) => version.fmt(f),
            Self::Partial { major, minor: Some(minor) } => write!(f, "{major}.{minor}"),
            Self::Partial { major, minor: None } => write!(f, "{major}"),
            Self::Commit(name) | Self::Tag(name) => f.write_str(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_for_what_it_looks_like() {
        let exact = |text: &str| Version::Exact(semver::Version::parse(text).unwrap());
        let table = [
            ("1.2.0", exact("1.2.0")),
            ("v1.2.0", exact("1.2.0")),
            ("2.0.0-rc.1", exact("2.0.0-rc.1")),
            ("1.0.0+build", exact("1.0.0+build")),
            ("1", Version::Partial { major: 1, minor: None }),
            ("v1", Version::Partial { major: 1, minor: None }),
            ("1.2", Version::Partial { major: 1, minor: Some(2) }),
            ("0123abc", Version::Commit("0123abc".to_owned())),
            ("0123ABC", Version::Commit("0123abc".to_owned())),
            ("1234567", Version::Commit("1234567".to_owned())),
            ("stable", Version::Tag("stable".to_owned())),
            ("2026-11", Version::Tag("2026-11".to_owned())),
            ("1.2.x", Version::Tag("1.2.x".to_owned())),
            ("abcdef", Version::Tag("abcdef".to_owned())),
        ];
        for (text, expected) in table {
            assert_eq!(Version::parse(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_git_could_take_for_something_else_is_refused() {
        for text in [
            "",
            "-x",
            "--upload-pack=x",
            "a b",
            "a:b",
            "a*",
            "a^{}",
            "a~1",
            "a?",
            "[a]",
            "a\\b",
            ".a",
            "a..b",
            "a.lock",
            "a/b",
            "@{-1}",
            "a\n",
            "ä",
        ] {
            assert!(Version::parse(text).is_err(), "{text}");
        }
    }
}
