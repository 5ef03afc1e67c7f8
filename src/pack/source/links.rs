//! Symbolic links of a pack: each must end at a file of the same component.

use std::collections::HashSet;

use super::error::Error;
use super::files::{PackFile, PackFiles};
use crate::path::Shown;

/// As many links in a row as a Unix system follows.
const LONGEST_CHAIN: usize = 40;
/// As many names on the way from a link to its end, so that a pack full of long detours ends in an error too.
const LONGEST_WAY: usize = 256;

/// Refuses a link that leaves its component's `files/`, that points at nothing, or that leads back to itself.
///
/// `files/` becomes the top of a repository, so a link that leaves it would leave the repository.
pub(super) fn check(source: &str, files: &PackFiles) -> Result<(), Error> {
    let links = || {
        files.iter().filter_map(|(path, file)| match file {
            PackFile::Symlink(target) => Some((path, target.as_str())),
            PackFile::Regular(_) => None,
        })
    };
    if links().next().is_none() {
        return Ok(());
    }
    let folders: HashSet<&str> =
        files.iter().flat_map(|(path, _)| path.match_indices('/').map(|(end, _)| &path[..end])).collect();
    for (path, target) in links() {
        resolve(files, &folders, path, target).map_err(|why| Error::UnsafeLink {
            source_name: source.to_owned(),
            path: Shown::of(path),
            target: Shown::of(target),
            why,
        })?;
    }
    Ok(())
}

fn resolve(files: &PackFiles, folders: &HashSet<&str>, path: &str, target: &str) -> Result<(), &'static str> {
    let top = top_of(path).ok_or("links are only allowed below `files/` of a component")?;
    let mut at: Vec<&str> = path[top.len()..].split('/').collect();
    at.pop();
    let mut steps: Vec<&str> = steps_of(target)?;
    let mut followed = 1;
    let mut taken = 0;
    while let Some(step) = steps.pop() {
        taken += 1;
        if taken > LONGEST_WAY {
            return Err("it takes too many steps");
        }
        match step {
            "" | "." => continue,
            ".." => {
                at.pop().ok_or("it points out of its component's `files/`")?;
                continue;
            }
            name => at.push(name),
        }
        let here = format!("{top}{}", at.join("/"));
        // A link may name the rendered file, whose template has a suffix.
        let found = files.get_key_value(&here).or_else(|| files.get_key_value(&format!("{here}.tera")));
        match found {
            Some((_, PackFile::Symlink(next))) => {
                followed += 1;
                if followed > LONGEST_CHAIN {
                    return Err("it leads back to itself");
                }
                at.pop();
                steps.extend(steps_of(next)?);
            }
            Some((_, PackFile::Regular(_))) if steps.iter().all(|step| matches!(*step, "" | ".")) => {}
            None if folders.contains(here.as_str()) => {}
            _ => return Err("it points at nothing in the pack"),
        }
    }
    Ok(())
}

/// The steps of a target, the first one last.
fn steps_of(target: &str) -> Result<Vec<&str>, &'static str> {
    if target.is_empty() {
        return Err("it points at nothing in the pack");
    }
    if target.starts_with('/') || target.contains(['\\', ':']) {
        return Err("its target is absolute, or is for one platform only");
    }
    Ok(target.split('/').rev().collect())
}

/// `templates/<component>/files/` of a path in there.
fn top_of(path: &str) -> Option<&str> {
    let component = path.strip_prefix("templates/")?;
    let (name, rest) = component.split_once('/')?;
    rest.strip_prefix("files/")?;
    Some(&path[.."templates/".len() + name.len() + "/files/".len()])
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    /// Checks a pack with these links in it; says why it is refused.
    fn verdict(links: &[(&str, &str)]) -> Result<(), String> {
        let plain =
            ["pack.toml", "templates/b/files/y", "templates/a/files/docs/x", "templates/a/files/r.md.tera"];
        let plain = plain.map(|path| (path.to_owned(), PackFile::Regular(Bytes::new())));
        let links =
            links.iter().map(|(path, target)| ((*path).to_owned(), PackFile::Symlink((*target).to_owned())));
        let files = plain.into_iter().chain(links).collect();
        check("p", &files).map_err(|error| match error {
            Error::UnsafeLink { why, .. } => why.to_owned(),
            other => panic!("{other}"),
        })
    }

    #[test]
    fn a_link_inside_its_component_is_fine() {
        for target in ["docs/x", "docs", "docs/", "./docs/../docs/x", "r.md"] {
            assert_eq!(verdict(&[("templates/a/files/l", target)]), Ok(()), "{target}");
        }
        assert_eq!(
            verdict(&[("templates/a/files/docs/l", "../docs/x"), ("templates/a/files/k", "docs/l")]),
            Ok(())
        );
        assert_eq!(verdict(&[("templates/a/files/d", "docs"), ("templates/a/files/k", "d/x")]), Ok(()));
    }

    #[test]
    fn a_link_that_leaves_its_component_or_ends_nowhere_is_refused() {
        let here = "templates/a/files/l";
        let detour = format!("{}docs/x", "docs/../".repeat(200));
        let table: &[(&[(&str, &str)], &str)] = &[
            (&[(here, "/etc/passwd")], "its target is absolute, or is for one platform only"),
            (&[(here, "C:/x")], "its target is absolute, or is for one platform only"),
            (&[(here, "..\\x")], "its target is absolute, or is for one platform only"),
            (&[(here, "../component.toml")], "it points out of its component's `files/`"),
            (&[(here, "../../b/files/y")], "it points out of its component's `files/`"),
            (&[(here, "docs/../../../../../../etc/passwd")], "it points out of its component's `files/`"),
            (&[(here, "missing")], "it points at nothing in the pack"),
            (&[(here, "")], "it points at nothing in the pack"),
            (&[(here, "docs/x/below")], "it points at nothing in the pack"),
            (&[(here, "docs/x/..")], "it points at nothing in the pack"),
            (&[(here, ".git/config")], "it points at nothing in the pack"),
            (&[(here, &detour)], "it takes too many steps"),
            (&[(here, "l")], "it leads back to itself"),
            (&[(here, "m"), ("templates/a/files/m", "l")], "it leads back to itself"),
            (&[(here, "m"), ("templates/a/files/m", "gone")], "it points at nothing in the pack"),
            (&[(here, "m/x"), ("templates/a/files/m", "../..")], "it points out of its component's `files/`"),
            (&[("presets/a.toml", "b.toml")], "links are only allowed below `files/` of a component"),
            (&[("templates/a", "b")], "links are only allowed below `files/` of a component"),
        ];
        for (links, expected) in table {
            assert_eq!(verdict(links), Err((*expected).to_owned()), "{links:?}");
        }
    }
}
