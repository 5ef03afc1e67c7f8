//! A git repository on this machine: bare, with a working tree, or a linked working tree.

use std::ffi::OsStr;
use std::path::Path;

use git2::{ErrorCode, Repository, RepositoryOpenFlags};

use super::choose::{Chosen, choose};
use super::objects::Wanted;
use super::references::References;
use crate::pack::source::error::Error;
use crate::pack::source::gather::Limits;
use crate::pack::source::version::Version;
use crate::pack::source::{Opened, Origin};

/// Reads a version of the pack in a repository.
pub(in crate::pack::source) fn open(
    folder: &Path,
    version: Option<&Version>,
    mut origin: Origin,
    limits: Limits,
) -> Result<Opened, Error> {
    let source = origin.source.clone();
    let repository = repository(folder, &source, version)?;
    let chosen = resolve(&repository, &source, version)?;
    let subfolder = origin.subfolder.as_ref();
    let wanted =
        Wanted { repository: &repository, source: &source, commit: &chosen.commit, subfolder, limits };
    let files = wanted.read()?;
    origin.tag = chosen.tag;
    origin.commit = Some(chosen.commit);
    Ok(Opened { files, origin })
}

fn repository(folder: &Path, source: &str, version: Option<&Version>) -> Result<Repository, Error> {
    if !folder.is_dir() {
        return Err(Error::NoFolder { folder: source.to_owned() });
    }
    // Without a search upwards: `./pack@1.0.0` in some repository means no version of that repository.
    let opened = Repository::open_ext(folder, RepositoryOpenFlags::NO_SEARCH, &[] as &[&OsStr]);
    opened.map_err(|error| match error.code() {
        ErrorCode::NotFound => Error::NotARepository {
            folder: source.to_owned(),
            version: version.map_or_else(|| "newest".to_owned(), ToString::to_string),
        },
        ErrorCode::Owner => Error::ForeignRepository { folder: folder.display().to_string() },
        _ => Error::Repository { source_name: source.to_owned(), source: error },
    })
}

fn resolve(repository: &Repository, source: &str, version: Option<&Version>) -> Result<Chosen, Error> {
    if let Some(Version::Commit(digits)) = version
        && let Some(commit) = commit(repository, source, digits)?
    {
        return Ok(Chosen { tag: None, commit });
    }
    let references = References::of(repository)
        .map_err(|error| Error::Repository { source_name: source.to_owned(), source: error })?;
    choose(source, &references, version)
}

/// The whole id of the commit that begins with these digits.
pub(super) fn commit(repository: &Repository, source: &str, digits: &str) -> Result<Option<String>, Error> {
    match repository.find_commit_by_prefix(digits) {
        Ok(commit) => Ok(Some(commit.id().to_string())),
        Err(error) if error.code() == ErrorCode::Ambiguous => {
            Err(Error::AmbiguousCommit { source_name: source.to_owned(), commit: digits.to_owned() })
        }
        // Nothing of that name, or something that is no commit.
        Err(_) => Ok(None),
    }
}
