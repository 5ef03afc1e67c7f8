//! Git's configuration for a repository, also for one that does not exist yet.
//!
//! libgit2 reads the files it finds for the process, and knows neither `GIT_CONFIG_GLOBAL`, `GIT_CONFIG_SYSTEM`,
//! `GIT_CONFIG_NOSYSTEM` and `GIT_CONFIG_COUNT` here, nor `includeIf` without a repository. So each file is parsed
//! by libgit2 (which follows `include.path`) and the layers are put together here, in git's order.
//! Conditions other than `gitdir:` and `gitdir/i:`, and `GIT_CONFIG_PARAMETERS` (what `git -c` passes
//! on), are not read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use globset::GlobBuilder;

use super::environment::Environment;
use super::error::Error;

/// How deep conditional includes may nest, as in git.
const DEEPEST_INCLUDE: usize = 10;

/// The configuration git would see in a new repository.
#[derive(Debug, Clone, Default)]
pub struct GitConfig {
    /// The last value of each key; `None` is a key without a value, which means true.
    values: BTreeMap<String, Option<String>>,
}

impl GitConfig {
    /// Reads the system's, the user's and the environment's configuration for a repository at `root`.
    pub fn read(environment: &Environment, root: &Path) -> Result<Self, Error> {
        Self::layered(environment, &root.join(".git"), &[])
    }

    /// The same with the repository's own, for one that exists.
    pub fn of_repository(environment: &Environment, repository: &git2::Repository) -> Result<Self, Error> {
        let own = [repository.commondir().join("config"), repository.path().join("config.worktree")];
        Self::layered(environment, repository.path(), &own)
    }

    fn layered(environment: &Environment, git_dir: &Path, own: &[PathBuf]) -> Result<Self, Error> {
        let mut config = Self::default();
        for file in files(environment).iter().chain(own) {
            config.add_file(file, environment, git_dir, 0)?;
        }
        config.add_variables(environment)?;
        Ok(config)
    }

    fn add_file(
        &mut self,
        path: &Path,
        environment: &Environment,
        git_dir: &Path,
        depth: usize,
    ) -> Result<(), Error> {
        if !path.is_file() || depth > DEEPEST_INCLUDE {
            return Ok(());
        }
        let unreadable = |source| Error::UnreadableConfig { path: path.to_path_buf(), source };
        let file = git2::Config::open(path).map_err(unreadable)?;
        let mut entries = file.entries(None).map_err(unreadable)?;
        while let Some(entry) = entries.next() {
            let entry = entry.map_err(unreadable)?;
            let name = String::from_utf8_lossy(entry.name_bytes()).into_owned();
            let value = entry.has_value().then(|| String::from_utf8_lossy(entry.value_bytes()).into_owned());
            if let (Some(condition), Some(included)) = (condition(&name), &value) {
                let folder = path.parent().unwrap_or(Path::new("/"));
                if holds(condition, folder, environment, git_dir) {
                    let included = folder.join(environment.expand(included));
                    self.add_file(&included, environment, git_dir, depth + 1)?;
                }
            }
            self.values.insert(name, value);
        }
        Ok(())
    }

    fn add_variables(&mut self, environment: &Environment) -> Result<(), Error> {
        let Some(count) = environment.text("GIT_CONFIG_COUNT") else { return Ok(()) };
        let bad = |key: String, value: &str| Error::BadConfig { key, value: value.to_owned() };
        let count: usize = count.parse().map_err(|_| bad("GIT_CONFIG_COUNT".into(), count))?;
        for n in 0..count {
            let key = format!("GIT_CONFIG_KEY_{n}");
            let name = environment.text(&key).ok_or_else(|| bad(key, ""))?;
            let value = environment.given(&format!("GIT_CONFIG_VALUE_{n}")).unwrap_or_default();
            self.values.insert(normalised(name), Some(value.to_owned()));
        }
        Ok(())
    }

    /// The text of a key, given in lower case.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        self.values.get(key)?.as_deref()
    }

    /// A key that is true or false, and false when it is missing.
    pub fn flag(&self, key: &str) -> Result<bool, Error> {
        match self.values.get(key) {
            None => Ok(false),
            Some(None) => Ok(true),
            Some(Some(value)) => git2::Config::parse_bool(value.as_str())
                .map_err(|_| Error::BadConfig { key: key.to_owned(), value: value.clone() }),
        }
    }

    #[cfg(test)]
    pub(super) fn of<const N: usize>(values: [(&str, &str); N]) -> Self {
        let values = values.into_iter().map(|(key, value)| (key.to_owned(), Some(value.to_owned())));
        Self { values: values.collect() }
    }
}

/// The files git reads, the weakest first.
fn files(environment: &Environment) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let no_system = environment
        .text("GIT_CONFIG_NOSYSTEM")
        .is_some_and(|value| git2::Config::parse_bool(value).unwrap_or(true));
    if !no_system {
        let system = environment.given("GIT_CONFIG_SYSTEM").map(PathBuf::from);
        files.extend(system.or_else(|| git2::Config::find_system().ok()));
    }
    if let Some(global) = environment.given("GIT_CONFIG_GLOBAL") {
        files.push(environment.expand(global));
        return files;
    }
    let home = environment.home();
    let xdg = environment.text("XDG_CONFIG_HOME").map(PathBuf::from);
    let xdg = xdg.or_else(|| home.as_ref().map(|home| home.join(".config")));
    files.extend(xdg.map(|folder| folder.join("git/config")));
    files.extend(home.map(|home| home.join(".gitconfig")));
    files
}

/// The condition of an `includeIf.<condition>.path`.
fn condition(name: &str) -> Option<&str> {
    name.strip_prefix("includeif.")?.strip_suffix(".path")
}

fn holds(condition: &str, folder: &Path, environment: &Environment, git_dir: &Path) -> bool {
    let (pattern, any_case) = match condition.split_once(':') {
        Some(("gitdir", pattern)) => (pattern, false),
        Some(("gitdir/i", pattern)) => (pattern, true),
        _ => return false,
    };
    let mut pattern = if let Some(rest) = pattern.strip_prefix("./") {
        folder.join(rest).to_string_lossy().into_owned()
    } else {
        environment.expand(pattern).to_string_lossy().into_owned()
    };
    if !Path::new(&pattern).is_absolute() {
        pattern.insert_str(0, "**/");
    }
    if pattern.ends_with('/') {
        pattern.push_str("**");
    }
    GlobBuilder::new(&pattern)
        .literal_separator(true)
        .case_insensitive(any_case)
        .build()
        .is_ok_and(|glob| glob.compile_matcher().is_match(git_dir))
}

/// A key with its section and variable in lower case; what stands between the first and the last
/// dot keeps its case.
fn normalised(key: &str) -> String {
    match (key.split_once('.'), key.rsplit_once('.')) {
        (Some((section, _)), Some((front, variable))) => {
            format!("{}{}.{}", section.to_lowercase(), &front[section.len()..], variable.to_lowercase())
        }
        _ => key.to_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Sandbox, environment};
    use super::*;

    #[test]
    fn the_users_file_wins_over_the_xdg_one_and_variables_over_both() {
        let home = Sandbox::new();
        home.write(
            ".config/git/config",
            "[user]\n\tname = X\n\temail = x@example.com\n[commit]\n\tgpgSign\n",
        );
        home.write(".gitconfig", "[user]\n\tname = G\n");
        let variables = home.variables(&[
            ("GIT_CONFIG_COUNT", "1"),
            ("GIT_CONFIG_KEY_0", "Init.DefaultBranch"),
            ("GIT_CONFIG_VALUE_0", "trunk"),
        ]);
        let config = GitConfig::read(&environment(variables), home.path()).unwrap();
        assert_eq!(config.text("user.name"), Some("G"));
        assert_eq!(config.text("user.email"), Some("x@example.com"));
        assert_eq!(config.text("init.defaultbranch"), Some("trunk"));
        assert!(config.flag("commit.gpgsign").unwrap());
    }

    #[test]
    fn an_include_for_a_folder_counts_inside_it_only() {
        let home = Sandbox::new();
        home.write(
            ".gitconfig",
            "[user]\n\temail = me@home\n[includeIf \"gitdir:~/work/\"]\n\tpath = .work\n",
        );
        home.write(".work", "[user]\n\temail = me@work\n");
        let environment = environment(home.variables(&[]));
        let email = |folder: &str| {
            let config = GitConfig::read(&environment, &home.path().join(folder)).unwrap();
            config.text("user.email").map(str::to_owned)
        };
        assert_eq!(email("work/orders").as_deref(), Some("me@work"));
        assert_eq!(email("play/orders").as_deref(), Some("me@home"));
    }

    #[test]
    fn a_named_global_file_replaces_the_users_own() {
        let home = Sandbox::new();
        home.write(".gitconfig", "[user]\n\tname = G\n");
        let named = home.write("named", "[user]\n\tname = N\n");
        let variables = home.variables(&[("GIT_CONFIG_GLOBAL", named.to_str().unwrap())]);
        let config = GitConfig::read(&environment(variables), home.path()).unwrap();
        assert_eq!(config.text("user.name"), Some("N"));
    }

    #[test]
    fn a_broken_file_is_named() {
        let home = Sandbox::new();
        home.write(".gitconfig", "[user\nname");
        let error = GitConfig::read(&environment(home.variables(&[])), home.path()).unwrap_err();
        assert!(error.to_string().contains(".gitconfig"), "{error}");
    }

    #[test]
    fn a_flag_that_is_none_is_an_error() {
        let config = GitConfig::of([("commit.gpgsign", "perhaps")]);
        assert_eq!(
            config.flag("commit.gpgsign").unwrap_err().to_string(),
            "git's `commit.gpgsign` has the bad value `perhaps`"
        );
    }
}
