//! A result as a commit: on the branch that is checked out, or on a new one that is not.

use git2::{Index, Oid, Repository};

use super::base::oid;
use super::diff::entry;
use super::outcome::{Change, Outcome};
use super::{Checkout, Error};
use crate::interrupt;
use crate::repo;

/// What HEAD's tree becomes with an outcome, written into the object database, and the commit that HEAD is at.
///
/// # Errors
/// Conflicts, which no commit can hold, or objects that cannot be written.
pub fn result_tree(checkout: &Checkout, outcome: &Outcome) -> Result<(Oid, Oid), Error> {
    let conflicts: Vec<String> = outcome.conflicts().map(|record| record.path.clone()).collect();
    if !conflicts.is_empty() {
        return Err(Error::Unresolvable { paths: conflicts });
    }
    // A handle of its own: what was made in memory for the merge is not written.
    let repository =
        Repository::open(checkout.repository.path()).map_err(Error::git("open the repository"))?;
    repo::keep_blobs(&repository, outcome.blobs()).map_err(Error::Objects)?;
    let write = || {
        let head = repository.head()?.peel_to_commit()?;
        let mut index = Index::new()?;
        index.read_tree(&head.tree()?)?;
        let name = |path: &str| format!("{}{path}", checkout.prefix);
        for record in &outcome.records {
            let gone = match &record.change {
                Change::Remove => Some(&record.path),
                Change::Write(_) => record.from.as_ref(),
                Change::None | Change::Unmerged { .. } => None,
            };
            if let Some(path) = gone {
                index.remove(name(path).as_ref(), 0)?;
            }
        }
        for record in &outcome.records {
            if let Change::Write(stored) = &record.change {
                let id = oid(stored.blob)?;
                index.add(&entry(&name(&record.path), stored.mode, id, 0))?;
            }
        }
        Ok((index.write_tree_to(&repository)?, head.id()))
    };
    let (tree, head) = write().map_err(Error::git_write("write the commit"))?;
    // What was merged is what HEAD held: on top of anything else it would take back what was committed meanwhile.
    if head.to_string() != checkout.ours()?.head {
        return Err(Error::RepositoryChanged { what: "HEAD" });
    }
    Ok((tree, head))
}

/// Points a new branch to a commit. HEAD, the index and the work tree stay as they are.
///
/// # Errors
/// A name that no branch can have, or that one has.
pub fn new_branch(checkout: &Checkout, name: &str, commit: Oid, what: &str) -> Result<(), Error> {
    let full = full_name(checkout, name)?;
    let writing = interrupt::Writing::begin();
    checkout.repository.reference(&full, commit, false, what).map_err(Error::git_write("make the branch"))?;
    writing.stays();
    Ok(())
}

/// The reference of a branch that is not there yet.
///
/// # Errors
/// A name that no branch can have, or that one has.
pub fn refuse_branch(checkout: &Checkout, name: &str) -> Result<(), Error> {
    full_name(checkout, name).map(|_| ())
}

fn full_name(checkout: &Checkout, name: &str) -> Result<String, Error> {
    if !git2::Branch::name_is_valid(name).unwrap_or(false) {
        return Err(Error::BadBranch { name: name.to_owned() });
    }
    let full = format!("refs/heads/{name}");
    let repository = &checkout.repository;
    // Git keeps a branch as a file: `a` and `a/b` are never both.
    let above = name.match_indices('/').map(|(end, _)| &name[..end]).chain([name]);
    let mut taken = above
        .map(str::to_owned)
        .find(|name| repository.find_reference(&format!("refs/heads/{name}")).is_ok());
    if taken.is_none() {
        let below =
            repository.references_glob(&format!("{full}/*")).map_err(Error::git("list the branches"))?;
        taken = below.flatten().find_map(|found| Some(found.shorthand().ok()?.to_owned()));
    }
    match taken {
        Some(name) => Err(Error::BranchExists { name }),
        None => Ok(full),
    }
}

/// Moves HEAD, or the branch that it names, from one commit to the next; not if it is at another one.
pub(super) fn move_head(
    repository: &Repository,
    from: Oid,
    commit: Oid,
    what: &str,
) -> Result<(), git2::Error> {
    let head = repository.find_reference("HEAD")?;
    let moved = head.symbolic_target()?.unwrap_or("HEAD");
    repository.reference_matching(moved, commit, true, from, what).map(|_| ())
}
