//! The content of one file that both sides changed: merged by lines, and by key where lines do not do.

use super::lines::{self, Labels, Merged};
use super::{Error, structured};
use crate::path::RepoPath;

/// What a text that both sides changed becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// What both did is in it.
    Merged(Vec<u8>),
    /// They disagree.
    Conflict {
        /// Both versions, between the markers of a conflict.
        marked: Vec<u8>,
        /// Why.
        reason: &'static str,
    },
}

/// Merges three versions of a text. Line ends and the final newline are those of ours.
///
/// # Errors
/// The library that merges lines failed.
pub fn merge_content(
    path: &RepoPath,
    base: &[u8],
    ours: &[u8],
    theirs: &[u8],
    labels: &Labels,
) -> Result<Content, Error> {
    let (marked, reason) = match lines::merge(base, ours, theirs, labels)? {
        Merged::Clean(content) if !structured::is_broken(path, [ours, theirs], &content) => {
            return Ok(Content::Merged(content));
        }
        Merged::Clean(content) => (content, "your lines and the path's merge to what is no longer valid"),
        Merged::Conflict(content) => (content, "you and the path changed the same lines"),
    };
    Ok(match structured::merge(path, base, ours, theirs) {
        Some(content) => Content::Merged(content),
        None => Content::Conflict { marked, reason },
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::cases::cases;

    fn merged(base: &str, ours: &str, theirs: &str) -> Result<String, String> {
        // The library is initialised by the first object that is made; in a run that is the repository.
        let _ = git2::Odb::new().unwrap();
        let path = RepoPath::new("a.txt").unwrap();
        let [base, ours, theirs] = [base, ours, theirs].map(str::as_bytes);
        let text = |bytes| String::from_utf8(bytes).unwrap();
        match merge_content(&path, base, ours, theirs, &Labels::default()).unwrap() {
            Content::Merged(content) => Ok(text(content)),
            Content::Conflict { marked, .. } => Err(text(marked)),
        }
    }

    /// Twenty lines, some of them replaced by none, one or two.
    fn with(edits: &BTreeMap<usize, usize>, who: &str) -> String {
        let line = |at: usize| match edits.get(&at) {
            None => format!("line {at}\n"),
            Some(lines) => {
                (0..*lines).map(|number| format!("{who} {at}.{number}\n")).collect::<Vec<_>>().concat()
            }
        };
        (0..20).map(line).collect()
    }

    fn edits() -> impl Strategy<Value = BTreeMap<usize, usize>> {
        prop::collection::btree_map(0..20usize, 0..3usize, 0..5)
    }

    proptest! {
        #![proptest_config(cases(256))]

        #[test]
        fn one_side_alone_decides(texts in prop::array::uniform2("([ab]?(\n|\r\n)){0,6}[ab]?")) {
            let [one, other] = &texts;
            let changed = merged(one, other, one).unwrap();
            prop_assert_eq!(&changed, other);
            prop_assert_eq!(&merged(one, other, other).unwrap(), other);
            // Line ends and the final newline stay ours.
            let kept = one.is_empty() || one.ends_with('\n');
            let plain = |text: &str, newline: bool| {
                let text = text.replace("\r\n", "\n");
                if newline { text.strip_suffix('\n').map(str::to_owned).unwrap_or(text) } else { text }
            };
            prop_assert_eq!(plain(&merged(one, one, other).unwrap(), kept), plain(other, true));
        }

        #[test]
        fn an_edit_where_only_one_side_was_is_kept(ours in edits(), theirs in edits()) {
            // Lines that touch are one place.
            let apart = ours.keys().all(|at| theirs.keys().all(|other| at.abs_diff(*other) > 1));
            let result = merged(&with(&BTreeMap::new(), ""), &with(&ours, "we"), &with(&theirs, "they"));
            if apart {
                let line = |at: usize| match (ours.contains_key(&at), theirs.contains_key(&at)) {
                    (true, _) => with(&ours, "we").lines().filter(|line| line.starts_with(&format!("we {at}."))).map(|line| line.to_owned() + "\n").collect(),
                    (_, true) => with(&theirs, "they").lines().filter(|line| line.starts_with(&format!("they {at}."))).map(|line| line.to_owned() + "\n").collect(),
                    _ => format!("line {at}\n"),
                };
                let expected: String = (0..20).map(line).collect();
                prop_assert_eq!(result, Ok(expected));
            } else if let Ok(result) = result {
                // What merges all the same has every line of both.
                let new = |text: &str| text.lines().filter(|line| !line.starts_with("line")).map(str::to_owned).collect::<Vec<_>>();
                for line in new(&with(&ours, "we")).iter().chain(&new(&with(&theirs, "they"))) {
                    prop_assert!(result.lines().any(|other| other == line), "{line} is not in\n{result}");
                }
            }
        }
    }
}
