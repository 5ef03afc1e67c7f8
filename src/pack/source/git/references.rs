//! The tags and branches of a repository, whether it is here or elsewhere.

use std::collections::BTreeMap;

use git2::Repository;

/// Names and the commits they stand for.
#[derive(Debug, Default)]
pub(super) struct References {
    pub(super) head: Option<String>,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) branches: BTreeMap<String, String>,
    /// Whether the repository names its objects by SHA-256.
    pub(super) is_sha256: bool,
}

impl References {
    /// Those of a repository on this machine. A reference that leads to no commit is no version.
    pub(super) fn of(repository: &Repository) -> Result<Self, git2::Error> {
        let mut references = Self {
            head: repository
                .head()
                .ok()
                .and_then(|head| head.peel_to_commit().ok())
                .map(|commit| commit.id().to_string()),
            ..Self::default()
        };
        for reference in repository.references()? {
            let reference = reference?;
            let (Ok(name), Ok(commit)) = (reference.name(), reference.peel_to_commit()) else { continue };
            references.insert(name, commit.id().to_string());
        }
        Ok(references)
    }

    /// Those that `git ls-remote` prints: an id, a tab, a name; after an annotated tag its commit, as `NAME^{}`.
    pub(super) fn from_listing(listing: &str) -> Self {
        let mut references = Self::default();
        for line in listing.lines() {
            let Some((id, name)) = line.split_once('\t') else { continue };
            references.is_sha256 |= id.len() == 64;
            if id.len() != 40 || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                continue;
            }
            references.insert(name.strip_suffix("^{}").unwrap_or(name), id.to_owned());
        }
        references
    }

    fn insert(&mut self, name: &str, commit: String) {
        if name == "HEAD" {
            self.head = Some(commit);
        } else if let Some(tag) = name.strip_prefix("refs/tags/") {
            self.tags.insert(tag.to_owned(), commit);
        } else if let Some(branch) = name.strip_prefix("refs/heads/") {
            self.branches.insert(branch.to_owned(), commit);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_gives_commits_for_annotated_tags_and_leaves_out_what_is_malformed() {
        let (a, b) = ("a".repeat(40), "b".repeat(40));
        let listing = format!(
            "{a}\tHEAD\n{a}\trefs/heads/main\n{a}\trefs/tags/v1.0.0\n{b}\trefs/tags/v1.0.0^{{}}\nxyz\trefs/tags/x\nnoise\n"
        );
        let references = References::from_listing(&listing);
        assert_eq!(references.head.as_deref(), Some(a.as_str()));
        assert_eq!(references.branches.get("main"), Some(&a));
        assert_eq!(references.tags.iter().collect::<Vec<_>>(), [(&"v1.0.0".to_owned(), &b)]);
    }
}
