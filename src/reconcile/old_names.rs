//! What a run writes and that names a file as the path calls it, where the team gave it another name.

use memchr::memmem;

use super::outcome::Outcome;

/// A place that names a file by a name that it does not have.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct OldName {
    /// The file that was written.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
    /// The name of the path.
    pub named: String,
    /// The name that the team gave it.
    pub now: String,
}

/// The first place in each written file for each name that the team's renames left.
pub(super) fn old_names(outcome: &Outcome) -> Vec<OldName> {
    // Another file may have got the name.
    let is_gone = |name: &str| !outcome.records.iter().any(|record| record.path == name);
    let renamed: Vec<_> = outcome.renamed.iter().filter(|(name, _)| is_gone(name)).collect();
    if renamed.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (path, new) in outcome.tasks().iter().filter_map(|task| Some((task.path, task.new?))) {
        for (named, now) in &renamed {
            if let Some(line) = line_with(&new.content, path, named) {
                let (named, now) = ((*named).clone(), (*now).clone());
                found.push(OldName { path: path.to_owned(), line, named, now });
            }
        }
    }
    found
}

/// The first line of a file at `path` that names another file: from the root, or as a page links it.
fn line_with(content: &[u8], path: &str, named: &str) -> Option<usize> {
    let at =
        [named.to_owned(), relative(path, named)].iter().filter_map(|name| place(content, name)).min()?;
    Some(memchr::memchr_iter(b'\n', &content[..at]).count() + 1)
}

/// How a page calls a file when it links to it.
fn relative(from: &str, to: &str) -> String {
    let folder: Vec<&str> =
        from.rsplit_once('/').map_or(Vec::new(), |(folder, _)| folder.split('/').collect());
    let target: Vec<&str> = to.split('/').collect();
    let shared = folder.iter().zip(&target).take_while(|(one, other)| one == other).count();
    let up = std::iter::repeat_n("..", folder.len() - shared);
    up.chain(target[shared..].iter().copied()).collect::<Vec<_>>().join("/")
}

/// Where a name stands as a whole: by itself, from the root or the folder, or at the end of an address.
fn place(content: &[u8], name: &str) -> Option<usize> {
    let ends = |c: &u8| c.is_ascii_whitespace() || b"\"'`()[]<>{}|,;:=*".contains(c);
    memmem::find_iter(content, name).find(|&at| {
        let (before, after) = (&content[..at], &content[at + name.len()..]);
        let start = before.iter().rposition(|c| c.is_ascii_whitespace() || b"\"'`()[]<>{}|,;=*".contains(c));
        let before = &before[start.map_or(0, |start| start + 1)..];
        let is_address = memmem::find(before, b"://").is_some() && before.ends_with(b"/");
        let begins = before.ends_with(b":") || matches!(before, b"" | b"/" | b"./") || is_address;
        let after = after.strip_prefix(b".").filter(|rest| rest.first().is_none_or(ends)).unwrap_or(after);
        begins && after.first().is_none_or(|c| ends(c) || b"#?!".contains(c))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_as_pages_scripts_and_addresses_have_it() {
        for (path, text, expected) in [
            ("README.md", "a\nsee [it](docs/on-call.md#now)\n", Some(2)),
            ("docs/new.md", "see [it](on-call.md).\n", Some(1)),
            ("docs/new.md", "see [it](./on-call.md).\n", Some(1)),
            ("docs/adr/1.md", "\n\nsee ../on-call.md.\n", Some(3)),
            ("run.sh", "cat 'docs/on-call.md'\n", Some(1)),
            ("rules.yml", "url: https://x.y/blob/main/docs/on-call.md\n", Some(1)),
            ("a.md", "[it](/docs/on-call.md)", Some(1)),
            // Others.
            (
                "README.md",
                "see on-call.md, docs/on-call.md.tera, old/docs/on-call.md, docs/on-call.mdx\n",
                None,
            ),
            ("docs/new.md", "never-on-call.md\n", None),
            ("pages/new.md", "see [it](on-call.md)\n", None),
        ] {
            assert_eq!(line_with(text.as_bytes(), path, "docs/on-call.md"), expected, "{path}: {text}");
        }
    }
}
