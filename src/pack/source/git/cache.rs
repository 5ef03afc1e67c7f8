//! Fetched packs, one small repository for each commit.
//!
//! `<cache>/<SHA-256 of the address without credentials>/<commit>`. A repository is fetched beside its place and
//! renamed into it when it is complete, so that two processes cannot meet in one, and what is there is whole.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use git2::{Oid, Repository, RepositoryInitOptions};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::pack::source::error::Error;
use crate::pack::source::files::hex;

/// What a fetch that was killed leaves behind is taken away after this time.
const STALE: Duration = Duration::from_hours(24);
const UNFINISHED: &str = "unfinished-";

/// The fetched commits of one address.
pub(super) struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// The cache for an address that has no credentials in it.
    pub(super) fn of(cache: &Path, address: &str) -> Self {
        Self { folder: cache.join(hex(&Sha256::digest(address))) }
    }

    /// The repository that holds the one commit that begins with these digits.
    pub(super) fn find(&self, digits: &str) -> Option<(Repository, String)> {
        let entries = std::fs::read_dir(&self.folder).ok()?;
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let mut commits = names.filter(|name| is_commit(name) && name.starts_with(digits));
        let (commit, another) = (commits.next()?, commits.next());
        if another.is_some() {
            return None;
        }
        let repository = Repository::open_bare(self.folder.join(&commit)).ok()?;
        let is_whole = Oid::from_str(&commit).and_then(|id| repository.find_commit(id).map(drop)).is_ok();
        is_whole.then_some((repository, commit))
    }

    /// A new empty repository beside the finished ones; it disappears unless it is kept.
    pub(super) fn begin(&self) -> Result<TempDir, Error> {
        fs_err::create_dir_all(&self.folder).map_err(|source| self.failed(source))?;
        self.sweep();
        let unfinished = tempfile::Builder::new().prefix(UNFINISHED).tempdir_in(&self.folder);
        let unfinished = unfinished.map_err(|source| self.failed(source))?;
        // Without the user's template folder: its hooks are not for this.
        let options = &mut RepositoryInitOptions::new();
        options.bare(true).external_template(false);
        Repository::init_opts(unfinished.path(), options)
            .map_err(|error| self.failed(io::Error::other(error.message().to_owned())))?;
        Ok(unfinished)
    }

    /// Puts a fetched repository in its place. Where another process was faster, its work is taken.
    pub(super) fn keep(&self, unfinished: TempDir, commit: &str) -> Result<Repository, Error> {
        let place = self.folder.join(commit);
        // Looked at before it is read: what another process puts there meanwhile is whole.
        let stood = place.exists();
        if let Some((repository, _)) = self.find(commit) {
            return Ok(repository);
        }
        // What stands there and cannot be read is moved out of the way, never deleted under a reader's hands.
        if stood {
            let broken = tempfile::Builder::new().prefix(UNFINISHED).tempdir_in(&self.folder);
            let broken = broken.map_err(|source| self.failed(source))?.keep();
            // Another process may be doing the same.
            let _ = fs_err::rename(&place, broken.join("broken"));
        }
        let renamed = fs_err::rename(unfinished.path(), &place);
        if renamed.is_ok() {
            // Its folder is gone under that name: there is nothing to delete.
            let _ = unfinished.keep();
        }
        match (self.find(commit), renamed) {
            (Some((repository, _)), _) => Ok(repository),
            (None, Err(source)) => Err(self.failed(source)),
            (None, Ok(())) => Err(self.failed(io::Error::other("the fetched repository is not complete"))),
        }
    }

    /// Removes what a killed fetch left; a failure to do so is nobody's concern.
    fn sweep(&self) {
        let Ok(entries) = std::fs::read_dir(&self.folder) else { return };
        for entry in entries.flatten() {
            let is_unfinished = entry.file_name().to_string_lossy().starts_with(UNFINISHED);
            let changed = entry.metadata().and_then(|found| found.modified()).ok();
            let age = changed.and_then(|changed| SystemTime::now().duration_since(changed).ok());
            if is_unfinished && age.is_some_and(|age| age > STALE) {
                let _ = fs_err::remove_dir_all(entry.path());
            }
        }
    }

    fn failed(&self, source: io::Error) -> Error {
        Error::Cache { folder: self.folder.clone(), source }
    }
}

fn is_commit(name: &str) -> bool {
    name.len() == 40 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}
