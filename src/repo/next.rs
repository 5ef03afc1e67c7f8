//! A commit on top of another one, in a repository that exists.

use git2::{ObjectType, Oid, Repository};

use super::commit;
use super::config::GitConfig;
use super::create::CommitRequest;
use super::environment::Environment;
use super::error::Error;
use super::object::ObjectId;
use super::sign::Signer;

/// Writes a commit of `tree` on top of `parent`, signed where git is configured so. No reference points to it yet, and no
/// hook runs.
///
/// # Errors
/// A signing program that fails, or objects that cannot be written.
pub fn commit_after(
    repository: &Repository,
    (tree, parent): (Oid, Oid),
    request: &CommitRequest<'_>,
    environment: &Environment,
    config: &GitConfig,
) -> Result<Oid, Error> {
    let signer = Signer::configured(config, environment, &request.identities.committer)?;
    let text = |signature: Option<&str>| {
        let [tree, parent] = [tree, parent].map(ObjectId::from);
        commit::text(tree, Some(parent), request.identities, request.message, signature)
    };
    let mut whole = text(None);
    if let Some(signer) = signer {
        whole = text(Some(&signer.sign(&whole)?));
    }
    let written = repository.odb().and_then(|odb| odb.write(ObjectType::Commit, whole.as_bytes()));
    written.map_err(|source| Error::GitFailed { path: repository.path().to_owned(), source })
}
