//! Git's tree objects for a list of files.

use super::object::{Kind, ObjectId};
use crate::render::tree::Tree;

/// A file as a tree lists it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Leaf<'a> {
    pub(super) path: &'a str,
    pub(super) mode: u32,
    pub(super) id: ObjectId,
}

/// A tree and the trees below it.
#[derive(Debug)]
pub(super) struct Folder<'a> {
    /// The last part of its path; empty for the root.
    pub(super) name: &'a str,
    pub(super) id: ObjectId,
    pub(super) content: Vec<u8>,
    /// The files in it, at any depth.
    pub(super) files: usize,
    pub(super) folders: Vec<Folder<'a>>,
}

/// The id that git gives to a rendered tree.
#[must_use]
pub fn tree_id(tree: &Tree) -> ObjectId {
    let leaves = tree.iter().map(|(path, file)| {
        let id = file.blob.into();
        Leaf { path: path.as_str(), mode: file.mode.bits(), id }
    });
    build(&leaves.collect::<Vec<_>>()).id
}

/// Builds the trees of `leaves`, which are sorted by path.
///
/// Sorted by the bytes of their whole paths, the entries of each tree are in git's order: there a
/// folder compares as if its name ended in a slash, and here it is followed by one.
pub(super) fn build<'a>(leaves: &[Leaf<'a>]) -> Folder<'a> {
    debug_assert!(leaves.is_sorted_by_key(|leaf| leaf.path), "leaves are sorted by path");
    folder("", 0, leaves)
}

fn folder<'a>(name: &'a str, depth: usize, leaves: &[Leaf<'a>]) -> Folder<'a> {
    let mut content = Vec::with_capacity(leaves.len() * 40);
    let mut entry = |mode: u32, name: &str, id: ObjectId| {
        content.extend_from_slice(format!("{mode:o} {name}\0").as_bytes());
        content.extend_from_slice(id.as_bytes());
    };
    let mut folders = Vec::new();
    let mut rest = leaves;
    while let Some(leaf) = rest.first() {
        let below = &leaf.path[depth..];
        if let Some((name, _)) = below.split_once('/') {
            let prefix = &leaf.path[..=depth + name.len()];
            let end = rest.partition_point(|leaf| leaf.path.starts_with(prefix));
            let inner = folder(name, prefix.len(), &rest[..end]);
            entry(0o40_000, name, inner.id);
            folders.push(inner);
            rest = &rest[end..];
        } else {
            entry(leaf.mode, below, leaf.id);
            rest = &rest[1..];
        }
    }
    let id = ObjectId::of(Kind::Tree, &content);
    Folder { name, id, content, files: leaves.len(), folders }
}

impl Folder<'_> {
    /// This tree and all below it, each before what it holds.
    pub(super) fn walk(&self) -> Vec<&Self> {
        let mut all = vec![self];
        let mut next = 0;
        while let Some(folder) = all.get(next) {
            let folder: &Self = folder;
            all.extend(&folder.folders);
            next += 1;
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Sandbox;
    use super::*;

    #[test]
    fn trees_are_sorted_as_git_sorts_them() {
        let sandbox = Sandbox::new();
        let mut paths = ["a", "a-b", "a.b/c", "a0", "ab/c/d", "ab.c", "a/b", "Z", "ab/c.d", "é"];
        // `a` cannot be a file and a folder at once: the folder is what is kept.
        paths[0] = "a/a";
        paths.sort_unstable();
        let blob = ObjectId::of(Kind::Blob, b"x");
        let leaves: Vec<_> = paths.iter().map(|path| Leaf { path, mode: 0o100_644, id: blob }).collect();
        for path in paths {
            sandbox.write(path, "x");
        }
        sandbox.git(&["init", "-q"]);
        sandbox.git(&["add", "-A"]);
        let root = build(&leaves);
        assert_eq!(root.id.to_string(), sandbox.git(&["write-tree"]).trim());
        assert_eq!(root.walk().len(), 5);
        assert_eq!(root.files, 10);
    }
}
