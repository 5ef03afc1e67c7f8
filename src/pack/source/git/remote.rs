//! A git repository elsewhere: fetched once a commit, then read like a local one.

use std::path::Path;

use git2::Repository;

use super::cache::Cache;
use super::choose::{Chosen, choose};
use super::local::commit;
use super::objects::Wanted;
use super::program::Program;
use crate::pack::source::error::Error;
use crate::pack::source::url::GitUrl;
use crate::pack::source::version::Version;
use crate::pack::source::{Environment, Opened, Origin};

/// The reference under which a fetched commit is kept.
const FETCHED: &str = "refs/goldpath/pack";

/// Reads a version of the pack at an address. A commit that was fetched before needs no network.
pub(in crate::pack::source) fn open(
    url: &GitUrl,
    version: Option<&Version>,
    mut origin: Origin,
    environment: &Environment,
) -> Result<Opened, Error> {
    let folder = environment.cache.as_deref().ok_or(Error::NoCache)?;
    let remote = Remote { url, environment, cache: Cache::of(folder, url.address()) };
    let (repository, chosen) = match version {
        Some(Version::Commit(digits)) => remote.at_commit(digits)?,
        version => remote.at_version(version)?,
    };
    let (subfolder, limits) = (origin.subfolder.as_ref(), environment.limits);
    let source = url.address();
    let files =
        Wanted { repository: &repository, source, commit: &chosen.commit, subfolder, limits }.read()?;
    origin.tag = chosen.tag;
    origin.commit = Some(chosen.commit);
    Ok(Opened { files, origin })
}

/// The names of the tags at an address.
pub(in crate::pack::source) fn tags(url: &GitUrl, environment: &Environment) -> Result<Vec<String>, Error> {
    let folder = environment.cache.as_deref().ok_or(Error::NoCache)?;
    let unfinished = Cache::of(folder, url.address()).begin()?;
    let git = Program { environment, url, repository: unfinished.path() };
    Ok(git.references()?.tags.into_keys().collect())
}

/// Whether a commit of an address was fetched before.
pub(in crate::pack::source) fn is_cached(url: &GitUrl, commit: &str, environment: &Environment) -> bool {
    let folder = environment.cache.as_deref();
    folder.is_some_and(|folder| Cache::of(folder, url.address()).find(commit).is_some())
}

struct Remote<'r> {
    url: &'r GitUrl,
    environment: &'r Environment,
    cache: Cache,
}

impl Remote<'_> {
    fn at_version(&self, version: Option<&Version>) -> Result<(Repository, Chosen), Error> {
        let unfinished = self.cache.begin()?;
        let git = Program { environment: self.environment, url: self.url, repository: unfinished.path() };
        let chosen = choose(self.url.address(), &git.references()?, version)?;
        if let Some((repository, _)) = self.cache.find(&chosen.commit) {
            return Ok((repository, chosen));
        }
        let reference =
            chosen.tag.as_ref().map_or_else(|| "HEAD".to_owned(), |tag| format!("refs/tags/{tag}"));
        git.fetch_one(&format!("+{reference}:{FETCHED}"))?;
        if fetched(unfinished.path()).as_ref() != Some(&chosen.commit) {
            return Err(Error::Moved { source_name: self.url.address().to_owned(), version: reference });
        }
        Ok((self.cache.keep(unfinished, &chosen.commit)?, chosen))
    }

    fn at_commit(&self, digits: &str) -> Result<(Repository, Chosen), Error> {
        if let Some((repository, commit)) = self.cache.find(digits) {
            return Ok((repository, Chosen { tag: None, commit }));
        }
        let unfinished = self.cache.begin()?;
        let git = Program { environment: self.environment, url: self.url, repository: unfinished.path() };
        // A server may refuse to give a commit by its id; it is then among what its branches and tags reach, or nowhere.
        let is_whole = digits.len() == 40;
        if is_whole && git.fetch_one(&format!("+{digits}:{FETCHED}")).is_ok() {
            let commit = fetched(unfinished.path()).filter(|commit| commit == digits);
            if let Some(commit) = commit {
                return Ok((self.cache.keep(unfinished, &commit)?, Chosen { tag: None, commit }));
            }
        }
        let references = git.references()?;
        // What is fetched shallow is no use for a search.
        drop(unfinished);
        let unfinished = self.cache.begin()?;
        let git = Program { environment: self.environment, url: self.url, repository: unfinished.path() };
        git.fetch_all()?;
        let found = match Repository::open_bare(unfinished.path()) {
            Ok(repository) => commit(&repository, self.url.address(), digits)?,
            Err(source) => {
                return Err(Error::Repository { source_name: self.url.address().to_owned(), source });
            }
        };
        if let Some(commit) = found {
            return Ok((self.cache.keep(unfinished, &commit)?, Chosen { tag: None, commit }));
        }
        // No commit begins with these digits: a tag may have that name, and its commit was fetched too.
        let version = Version::Commit(digits.to_owned());
        let chosen = choose(self.url.address(), &references, Some(&version))?;
        Ok((self.cache.keep(unfinished, &chosen.commit)?, chosen))
    }
}

/// The commit that was fetched.
fn fetched(repository: &Path) -> Option<String> {
    let repository = Repository::open_bare(repository).ok()?;
    let fetched = repository.find_reference(FETCHED).ok()?.peel_to_commit().ok()?.id();
    Some(fetched.to_string())
}
