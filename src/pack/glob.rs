//! Globs over rendered paths, as the manifests of a pack write them.

use std::fmt;

use globset::{GlobBuilder, GlobSet};
use toml::Spanned;

use super::manifest_error::{ManifestError, ManifestText};

/// A glob, in which `*` stops at a slash.
///
/// Nearly all are a path or a whole folder. A pack has a hundred of them, and to compile each into a matcher of its own would
/// take longer than to read their manifests.
#[derive(Debug, Clone)]
pub enum Glob {
    /// `**`.
    Everything,
    /// `ops/baseline.json`.
    Path(String),
    /// `docs/**`, kept as `docs/`.
    Below(String),
    /// Anything else, with how it is written. It is a set of one, which says so where it would be too large.
    Compiled(Box<(String, GlobSet)>),
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everything => f.write_str("**"),
            Self::Path(only) => f.write_str(only),
            Self::Below(folder) => write!(f, "{folder}**"),
            Self::Compiled(glob) => f.write_str(&glob.0),
        }
    }
}

impl Glob {
    fn new(text: &str) -> Result<Self, globset::Error> {
        let is_plain = |text: &str| !text.contains(['*', '?', '[', ']', '{', '}', '\\']);
        let folder = text.strip_suffix("**").filter(|folder| folder.ends_with('/') && is_plain(folder));
        if text == "**" {
            Ok(Self::Everything)
        } else if is_plain(text) {
            Ok(Self::Path(text.to_owned()))
        } else if let Some(folder) = folder {
            Ok(Self::Below(folder.to_owned()))
        } else {
            let glob = GlobBuilder::new(text).literal_separator(true).build()?;
            Ok(Self::Compiled(Box::new((text.to_owned(), GlobSet::new([glob])?))))
        }
    }

    /// Whether a path is one of those that are meant.
    #[must_use]
    pub fn is_match(&self, path: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::Path(only) => path == only,
            Self::Below(folder) => path.starts_with(folder.as_str()),
            Self::Compiled(glob) => glob.1.is_match(path),
        }
    }
}

/// The glob that a manifest writes.
pub(super) fn glob(text: &Spanned<String>, manifest: ManifestText<'_>) -> Result<Glob, ManifestError> {
    Glob::new(text.get_ref()).map_err(|error| {
        manifest.error(text.span(), format!("`{}` is no glob: {}", text.get_ref(), error.kind()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_compiled_matches_as_if_it_were() {
        let globs = [
            "**", "a", "a/b", "a/**", "a/b/**", "/**", "/a", "a/", "", "a,b", "!a/**", "é/**", "*", "a/*",
            "{a,b}/**", "[a]",
        ];
        let paths = [
            "a", "b", "a/b", "a/b/c", "ab", "ab/c", "A/b", "a,b", "!a/b", "é/b", ".a/b", "b/a", "a/.b", "*",
            "[a]",
        ];
        for text in globs {
            let glob = Glob::new(text).unwrap();
            assert_eq!(glob.to_string(), text);
            let compiled = GlobBuilder::new(text).literal_separator(true).build().unwrap().compile_matcher();
            for path in paths {
                assert_eq!(glob.is_match(path), compiled.is_match(path), "`{text}` and `{path}`");
            }
        }
        for refused in ["{a", "a}", "[a", "[b-a]"] {
            assert!(Glob::new(refused).is_err(), "{refused}");
        }
    }
}
