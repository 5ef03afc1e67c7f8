//! What opening a pack needs of its surroundings, as a value.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use super::gather::Limits;

/// Where relative folders begin, where fetched packs are kept, and which `git` fetches them.
#[derive(Debug, Clone)]
pub struct Environment {
    /// The folder below which a relative folder is looked for; empty: the working directory.
    pub base: PathBuf,
    /// Where fetched packs are kept; none: a remote pack cannot be opened.
    pub cache: Option<PathBuf>,
    /// The program that fetches.
    pub git: OsString,
    /// The variables it gets instead of this process's own; for tests.
    pub variables: Option<Vec<(OsString, OsString)>>,
    /// Whether git may ask for a password; only where a person sits at a terminal.
    pub may_ask: bool,
    /// How much a pack may hold.
    pub limits: Limits,
}

impl Default for Environment {
    /// No cache, and nobody to ask: enough for the built-in pack and for folders.
    fn default() -> Self {
        Self {
            base: PathBuf::new(),
            cache: None,
            git: "git".into(),
            variables: None,
            may_ask: false,
            limits: Limits::default(),
        }
    }
}

impl Environment {
    /// The surroundings of this process; `may_ask` where a person sits at a terminal.
    #[must_use]
    pub fn of_this_process(may_ask: bool) -> Self {
        Self { cache: cache_folder(|name| env::var_os(name), cfg!(windows)), may_ask, ..Self::default() }
    }

    /// The same, with relative folders below `base`: the folder of the goldpath.toml that names them.
    #[must_use]
    pub fn with_base(mut self, base: impl Into<PathBuf>) -> Self {
        self.base = base.into();
        self
    }
}

/// `goldpath/packs` in the user's cache: `XDG_CACHE_HOME`, else `LOCALAPPDATA` on Windows, else `~/.cache`.
fn cache_folder(variable: impl Fn(&str) -> Option<OsString>, windows: bool) -> Option<PathBuf> {
    // A relative XDG_CACHE_HOME is invalid by its specification, and would put a cache into the repository.
    let absolute = |name: &str| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let cache = absolute("XDG_CACHE_HOME")
        .or_else(|| absolute("LOCALAPPDATA").filter(|_| windows))
        .or_else(|| absolute("HOME").map(|home| home.join(".cache")))?;
    Some(cache.join("goldpath").join("packs"))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn folder(variables: &[(&str, &str)]) -> Option<PathBuf> {
        folder_on(false, variables)
    }

    fn folder_on(windows: bool, variables: &[(&str, &str)]) -> Option<PathBuf> {
        let variable =
            |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| value.into());
        cache_folder(variable, windows)
    }

    #[test]
    fn the_cache_is_where_the_user_keeps_caches() {
        let home = ("HOME", "/home/me");
        assert_eq!(folder(&[home]), Some("/home/me/.cache/goldpath/packs".into()));
        assert_eq!(folder(&[home, ("XDG_CACHE_HOME", "/x")]), Some("/x/goldpath/packs".into()));
        assert_eq!(folder(&[home, ("XDG_CACHE_HOME", "x")]), Some("/home/me/.cache/goldpath/packs".into()));
        assert_eq!(folder(&[]), None);
        let local = ("LOCALAPPDATA", "/local");
        assert_eq!(folder_on(true, &[home, local]), Some("/local/goldpath/packs".into()));
        assert_eq!(folder_on(false, &[home, local]), Some("/home/me/.cache/goldpath/packs".into()));
    }
}
