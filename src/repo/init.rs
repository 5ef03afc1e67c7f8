//! An empty git repository, as the user's configuration wants it.

use std::path::{Path, PathBuf};

use git2::{Reference, RepositoryInitOptions};

use super::config::GitConfig;
use super::environment::Environment;
use super::error::Error;
use super::warning::Warning;

/// The branch when `init.defaultBranch` does not name one.
const DEFAULT_BRANCH: &str = "main";

/// What a new repository starts with, checked before anything is written.
#[derive(Debug)]
pub(super) struct Start<'a> {
    branch: String,
    template: Option<PathBuf>,
    remote: Option<&'a str>,
    pub(super) warning: Option<Warning>,
}

impl<'a> Start<'a> {
    pub(super) fn plan(
        config: &GitConfig,
        environment: &Environment,
        remote: Option<&'a str>,
    ) -> Result<Self, Error> {
        let branch = config.text("init.defaultbranch").unwrap_or(DEFAULT_BRANCH).to_owned();
        if branch.starts_with('-') || !Reference::is_valid_name(&format!("refs/heads/{branch}")) {
            return Err(Error::InvalidBranch { name: branch });
        }
        // Git takes such a text for an option or a broken line of its configuration.
        if remote.is_some_and(|url| url.is_empty() || url.starts_with('-') || url.contains(char::is_control))
        {
            return Err(Error::InvalidRemote);
        }
        let variable = environment.text("GIT_TEMPLATE_DIR").map(PathBuf::from);
        let wanted = variable.or_else(|| Some(environment.expand(config.text("init.templatedir")?)));
        let wanted = wanted.filter(|path| !path.as_os_str().is_empty());
        let (template, warning) = match wanted {
            Some(path) if !path.is_dir() => (None, Some(Warning::MissingTemplate { path })),
            wanted => (wanted, None),
        };
        Ok(Self { branch, template, remote, warning })
    }

    /// Makes `.git` in `root`. Hooks of the template are copied, and never run.
    pub(super) fn init(&self, root: &Path) -> Result<git2::Repository, Error> {
        let mut options = RepositoryInitOptions::new();
        options.no_reinit(true).mkdir(false).mkpath(false).initial_head(&self.branch);
        options.external_template(false);
        if let Some(template) = &self.template {
            options.external_template(true).template_path(template);
        }
        if let Some(url) = self.remote {
            options.origin_url(url);
        }
        git2::Repository::init_opts(root, &options).map_err(failed(root))
    }
}

/// The name of the branch that HEAD is on.
pub(super) fn branch(repository: &git2::Repository) -> Result<String, Error> {
    let name = || {
        let head = repository.find_reference("HEAD")?;
        let target = head.symbolic_target()?.unwrap_or_default();
        Ok(target.strip_prefix("refs/heads/").unwrap_or(DEFAULT_BRANCH).to_owned())
    };
    name().map_err(failed(repository.path()))
}

fn failed(path: &Path) -> impl FnOnce(git2::Error) -> Error {
    move |source| Error::GitFailed { path: path.to_path_buf(), source }
}
