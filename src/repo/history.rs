//! What a repository's history tells about its team: people, merges and tags.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use git2::{Repository, Sort};
use serde::Serialize;

use super::environment::Environment;
use super::error::Error;

const DAY: i64 = 24 * 60 * 60;
/// How far back people count.
const PEOPLE: i64 = 90 * DAY;
/// How far back commits, merges and tags count.
const MONTH: i64 = 30 * DAY;
/// How many commits are read at most; a walk of this length takes well under a second.
const LIMIT: usize = 20_000;
/// How many tags are looked at at most.
const TAGS: usize = 10_000;

/// The facts a recommendation stands on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct History {
    /// The root of the work tree, or the git folder of a bare repository.
    pub root: PathBuf,
    /// People who wrote a commit in the last 90 days, told apart by e-mail address; bots do not count.
    pub people: usize,
    /// Those of them whose first commit is not older than 90 days. Nothing when the history was not read to its
    /// beginning, or is itself younger than that: then everybody would have joined.
    pub joiners: Option<usize>,
    /// Commits of the last 30 days.
    pub commits: usize,
    /// Merges among them.
    pub merges: usize,
    /// Tags made in the last 30 days: the date of the tag, else of its commit.
    pub tags: usize,
    /// Days since the first commit, or nothing when the history was not read to its beginning.
    pub age_days: Option<i64>,
    /// What all this was read from.
    pub read: Read,
}

/// What was read of a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Read {
    /// Commits that were read, from HEAD back.
    pub commits: usize,
    /// There are more, which were not read.
    pub limit_reached: bool,
    /// The clone is shallow: it does not hold the whole history.
    pub shallow: bool,
}

/// Reads the history of the repository that `folder` is in; nothing where there is none, or no commit yet.
///
/// `now` is in seconds since 1970.
pub fn read(folder: &Path, environment: &Environment, now: i64) -> Result<Option<History>, Error> {
    read_up_to(LIMIT, folder, environment, now)
}

fn read_up_to(
    limit: usize,
    folder: &Path,
    environment: &Environment,
    now: i64,
) -> Result<Option<History>, Error> {
    let ceilings = environment.text("GIT_CEILING_DIRECTORIES").unwrap_or_default();
    let Ok(git_dir) = Repository::discover_path(folder, std::env::split_paths(ceilings)) else {
        return Ok(None);
    };
    let repository = Repository::open(&git_dir)
        .map_err(|source| Error::UnreadableRepository { path: git_dir.clone(), source })?;
    if repository.head().is_err() {
        return Ok(None);
    }
    let facts = Walk::of(&repository, limit, now).and_then(|walk| Ok((walk, tags(&repository, now)?)));
    let root = repository.workdir().unwrap_or(&git_dir).to_path_buf();
    let (walk, tags) = facts.map_err(|source| Error::UnreadableHistory { path: root.clone(), source })?;
    Ok(Some(walk.facts(root, tags, repository.is_shallow(), now)))
}

/// What a walk over the commits has seen.
#[derive(Debug, Default)]
struct Walk {
    /// By address: the first and the last commit.
    authors: HashMap<String, (i64, i64)>,
    first: Option<i64>,
    commits: usize,
    merges: usize,
    read: usize,
    limit_reached: bool,
}

impl Walk {
    fn of(repository: &Repository, limit: usize, now: i64) -> Result<Self, git2::Error> {
        let mut commits = repository.revwalk()?;
        commits.set_sorting(Sort::TIME)?;
        commits.push_head()?;
        let mut walk = Self::default();
        for id in commits {
            if walk.read == limit {
                walk.limit_reached = true;
                break;
            }
            walk.see(&repository.find_commit(id?)?, now);
        }
        Ok(walk)
    }

    fn see(&mut self, commit: &git2::Commit<'_>, now: i64) {
        // When it came into the history: a rebased commit keeps the date its author wrote it.
        let when = commit.time().seconds();
        self.read += 1;
        self.first = Some(self.first.map_or(when, |first| first.min(when)));
        if within(when, MONTH, now) {
            self.commits += 1;
            self.merges += usize::from(commit.parent_count() > 1);
        }
        let author = commit.author();
        if is_bot(author.name_bytes()) || is_bot(author.email_bytes()) {
            return;
        }
        let address = String::from_utf8_lossy(author.email_bytes()).to_lowercase();
        let seen = self.authors.entry(address).or_insert((when, when));
        *seen = (seen.0.min(when), seen.1.max(when));
    }

    fn facts(self, root: PathBuf, tags: usize, shallow: bool, now: i64) -> History {
        let whole = !self.limit_reached && !shallow;
        let first = self.first.filter(|_| whole);
        let recent = self.authors.values().filter(|(_, last)| within(*last, PEOPLE, now));
        let joined = recent.clone().filter(|(first, _)| within(*first, PEOPLE, now)).count();
        History {
            people: recent.count(),
            joiners: first.filter(|first| !within(*first, PEOPLE, now)).map(|_| joined),
            commits: self.commits,
            merges: self.merges,
            tags,
            age_days: first.map(|first| now.saturating_sub(first).max(0) / DAY),
            read: Read { commits: self.read, limit_reached: self.limit_reached, shallow },
            root,
        }
    }
}

/// Tags of the last 30 days. One that leads to no commit does not count.
fn tags(repository: &Repository, now: i64) -> Result<usize, git2::Error> {
    let mut recent = 0;
    for reference in repository.references_glob("refs/tags/*")?.take(TAGS) {
        let reference = reference?;
        let tag = reference.peel_to_tag().ok();
        let tagged = tag.as_ref().and_then(|tag| Some(tag.tagger()?.when().seconds()));
        let when = tagged.or_else(|| Some(reference.peel_to_commit().ok()?.time().seconds()));
        recent += usize::from(when.is_some_and(|when| within(when, MONTH, now)));
    }
    Ok(recent)
}

/// Whether a moment is at most `span` ago. A clock that is ahead makes it recent, not absent.
fn within(when: i64, span: i64, now: i64) -> bool {
    when > now.saturating_sub(span)
}

/// `dependabot[bot]` and its like, by name or by address.
fn is_bot(text: &[u8]) -> bool {
    text.windows(5).any(|part| part == b"[bot]")
}

#[cfg(test)]
mod tests {
    use super::super::testing::Sandbox;
    use super::*;

    const NOW: i64 = 1_700_000_000;

    fn commit(sandbox: &Sandbox, days_ago: i64, email: &str, arguments: &[&str]) {
        let date = format!("@{} +0000", NOW - days_ago * DAY);
        let mut git = sandbox.command("git", sandbox.path());
        git.args(arguments).env("GIT_AUTHOR_NAME", "x").env("GIT_COMMITTER_NAME", "x");
        git.env("GIT_AUTHOR_EMAIL", email).env("GIT_COMMITTER_EMAIL", email);
        git.env("GIT_AUTHOR_DATE", &date).env("GIT_COMMITTER_DATE", &date);
        assert!(git.output().unwrap().status.success(), "git {arguments:?}");
    }

    fn plain(sandbox: &Sandbox, days_ago: i64, email: &str) {
        commit(sandbox, days_ago, email, &["commit", "--allow-empty", "-q", "-m", "x"]);
    }

    fn team() -> Sandbox {
        let sandbox = Sandbox::new();
        sandbox.git(&["init", "-q", "-b", "main"]);
        plain(&sandbox, 400, "ada@x");
        plain(&sandbox, 200, "gone@x");
        plain(&sandbox, 80, "new@x");
        sandbox.git(&["branch", "side"]);
        plain(&sandbox, 20, "ADA@x");
        plain(&sandbox, 15, "49699333+dependabot[bot]@users.noreply.github.com");
        sandbox.git(&["checkout", "-q", "side"]);
        plain(&sandbox, 10, "new@x");
        commit(&sandbox, 9, "ada@x", &["merge", "-q", "--no-ff", "-m", "x", "main"]);
        commit(&sandbox, 5, "ada@x", &["tag", "-a", "v2", "-m", "x", "HEAD~1"]);
        sandbox.git(&["tag", "v1", "HEAD~1"]);
        sandbox.git(&["tag", "v0", "main~3"]);
        sandbox
    }

    #[test]
    fn people_merges_and_tags_are_counted_in_their_windows() {
        let sandbox = team();
        let history = read(sandbox.path(), &sandbox.environment(), NOW).unwrap().unwrap();
        assert_eq!(dunce::canonicalize(&history.root).unwrap(), sandbox.path());
        assert_eq!((history.people, history.joiners), (2, Some(1)));
        assert_eq!((history.commits, history.merges, history.tags), (4, 1, 2));
        assert_eq!(history.age_days, Some(400));
        assert_eq!(history.read, Read { commits: 7, limit_reached: false, shallow: false });
    }

    #[test]
    fn a_bounded_walk_says_so_and_claims_nothing_about_the_beginning() {
        let sandbox = team();
        let history = read_up_to(3, sandbox.path(), &sandbox.environment(), NOW).unwrap().unwrap();
        assert_eq!((history.joiners, history.age_days), (None, None));
        assert_eq!(history.read, Read { commits: 3, limit_reached: true, shallow: false });
    }

    #[test]
    fn a_shallow_clone_is_told_apart() {
        let sandbox = team();
        sandbox.git(&["clone", "-q", "--depth=1", &format!("file://{}", sandbox.path().display()), "copy"]);
        let copy = sandbox.path().join("copy");
        let history = read(&copy, &sandbox.environment(), NOW).unwrap().unwrap();
        assert_eq!((history.age_days, history.read.shallow), (None, true));
    }

    #[test]
    fn where_nothing_was_committed_there_is_no_history() {
        let sandbox = Sandbox::new();
        let environment = sandbox.environment();
        assert_eq!(read(sandbox.path(), &environment, NOW).unwrap(), None);
        sandbox.git(&["init", "-q"]);
        assert_eq!(read(sandbox.path(), &environment, NOW).unwrap(), None);
    }
}
