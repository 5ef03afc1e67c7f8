//! Which commit of a repository a version means.

use semver::Version as Semver;

use super::references::References;
use crate::pack::source::error::Error;
use crate::pack::source::version::{Version, tag_version};
use crate::path::Shown;

/// How many versions an error lists.
const LISTED: usize = 6;

/// A commit, and the tag that led to it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Chosen {
    pub(super) tag: Option<String>,
    pub(super) commit: String,
}

/// The commit of a version; without one the newest release, or HEAD where no tag is a version.
///
/// [`Version::Commit`] is read here as the tag of that name: the caller has looked for the commit.
pub(super) fn choose(
    source: &str,
    references: &References,
    version: Option<&Version>,
) -> Result<Chosen, Error> {
    let newest = |wanted: &dyn Fn(&Semver) -> bool| {
        let versions = references.tags.keys().filter_map(|tag| Some((tag_version(tag)?, tag)));
        // With `v1.2.0` and `1.2.0` side by side the `v` wins, as it is the later one in byte order.
        versions.filter(|(version, _)| wanted(version)).max().map(|(_, tag)| tag)
    };
    let Some(version) = version else {
        if let Some(release) = newest(&|version| version.pre.is_empty()) {
            return chosen(references, release).ok_or_else(|| unknown(source, references, release.clone()));
        }
        return match newest(&|_| true) {
            None => head(source, references),
            Some(newest) => {
                Err(Error::OnlyPreReleases { source_name: source.to_owned(), newest: newest.clone() })
            }
        };
    };
    let name = version.to_string();
    let tag = newest(&|tag| version.matches(tag));
    // A moving tag such as `v1` counts where no release matches.
    let found = match (tag, version) {
        (Some(tag), _) => chosen(references, tag),
        (None, Version::Exact(_)) => None,
        (None, Version::Partial { .. }) => {
            chosen(references, &name).or_else(|| chosen(references, &format!("v{name}")))
        }
        (None, Version::Commit(_) | Version::Tag(_)) => chosen(references, &name),
    };
    found.ok_or_else(|| unknown(source, references, name))
}

fn chosen(references: &References, tag: &str) -> Option<Chosen> {
    let commit = references.tags.get(tag)?;
    Some(Chosen { tag: Some(tag.to_owned()), commit: commit.clone() })
}

fn head(source: &str, references: &References) -> Result<Chosen, Error> {
    let commit = references.head.clone().ok_or_else(|| Error::NoCommit { source_name: source.to_owned() })?;
    Ok(Chosen { tag: None, commit })
}

fn unknown(source: &str, references: &References, name: String) -> Error {
    if let Some(commit) = references.branches.get(&name) {
        return Error::IsABranch { source_name: source.to_owned(), branch: name, commit: commit.clone() };
    }
    let mut tags: Vec<(&str, Option<Semver>)> =
        references.tags.keys().map(|tag| (tag.as_str(), tag_version(tag))).collect();
    // The nearest name first, when there is one; then the newest versions; then tags that are no version.
    let near = |tag: &str| strsim::jaro_winkler(tag.trim_start_matches('v'), &name) > 0.85;
    tags.sort_by(|(a, a_version), (b, b_version)| {
        near(b).cmp(&near(a)).then_with(|| b_version.cmp(a_version)).then_with(|| a.cmp(b))
    });
    let known = tags.iter().take(LISTED).map(|(tag, _)| Shown::up_to(40, tag).to_string()).collect();
    Error::UnknownVersion { source_name: source.to_owned(), version: name, known }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn references(tags: &[&str]) -> References {
        References {
            head: Some("head".to_owned()),
            tags: tags.iter().map(|tag| ((*tag).to_owned(), format!("commit of {tag}"))).collect(),
            branches: [("main".to_owned(), "0123abc".to_owned())].into(),
            is_sha256: false,
        }
    }

    /// The tag that is chosen; `HEAD`; or what is said instead.
    fn pick(tags: &[&str], version: &str) -> String {
        let version = (!version.is_empty()).then(|| Version::parse(version).unwrap());
        match choose("p", &references(tags), version.as_ref()) {
            Ok(chosen) => chosen.tag.unwrap_or_else(|| "HEAD".to_owned()),
            Err(error) => format!("{error}; {}", error.hint().unwrap_or_default()),
        }
    }

    #[test]
    fn a_version_means_the_newest_that_matches() {
        let tags = [
            "v1.0.0",
            "v1.2.0",
            "v1.10.0",
            "1.9.0",
            "v2.0.0-rc.1",
            "v2.0.0-rc.2",
            "v0.9.0",
            "nightly",
            "v3",
            "x/v9.0.0",
        ];
        let table = [
            ("", "v1.10.0"),
            ("1", "v1.10.0"),
            ("1.2", "v1.2.0"),
            ("1.9", "1.9.0"),
            ("v1.9.0", "1.9.0"),
            ("1.2.0", "v1.2.0"),
            ("0", "v0.9.0"),
            ("2.0.0-rc.1", "v2.0.0-rc.1"),
            ("nightly", "nightly"),
            ("3", "v3"),
        ];
        for (version, expected) in table {
            assert_eq!(pick(&tags, version), expected, "{version:?}");
        }
        assert_eq!(pick(&[], ""), "HEAD");
        assert_eq!(pick(&["nightly"], ""), "HEAD");
        assert_eq!(pick(&["1.0.0", "v1.0.0"], "1.0.0"), "v1.0.0");
    }

    #[test]
    fn a_version_that_is_not_there_is_answered_with_those_that_are() {
        assert_eq!(
            pick(&["v1.0.0", "v1.2.0", "nightly"], "2"),
            "`p` has no version `2`; there are `v1.2.0`, `v1.0.0`, `nightly`"
        );
        assert_eq!(
            pick(&["v1.0.0", "v1.2.0", "nightly"], "nightli"),
            "`p` has no version `nightli`; there are `nightly`, `v1.2.0`, `v1.0.0`"
        );
        assert_eq!(pick(&["v2.0.0-rc.1"], "2"), "`p` has no version `2`; there are `v2.0.0-rc.1`");
        assert_eq!(
            pick(&["v2.0.0-rc.1"], ""),
            "`p` has no release yet; a pre-release is only taken when asked for: `@v2.0.0-rc.1`"
        );
        assert_eq!(
            pick(&["v1.0.0"], "main"),
            "`main` is a branch of `p`, and a branch is another pack tomorrow; name a release, or the commit it is at \
             now: `@0123abc`"
        );
        assert_eq!(
            pick(&[], "1.0.0"),
            "`p` has no version `1.0.0`; it has no version tags: name a commit, or leave the version away"
        );
    }
}
