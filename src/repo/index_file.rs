//! Writing git's index (version 2) once, with everything `git status` compares.

use std::fs::Metadata;

use sha1::{Digest, Sha1};

use super::trees::{Folder, Leaf};

/// The longest path whose length the flags can hold.
const LONGEST: usize = 0xfff;

/// The bytes of an index with these files, which are sorted by path, and their trees.
pub(super) fn bytes(leaves: &[Leaf<'_>], facts: &[Metadata], root: &Folder<'_>) -> Vec<u8> {
    let mut out = Vec::with_capacity(leaves.len() * 110 + 64);
    out.extend_from_slice(b"DIRC\0\0\0\x02");
    out.extend_from_slice(&low(leaves.len() as u64));
    for (leaf, facts) in leaves.iter().zip(facts) {
        let start = out.len();
        push_facts(&mut out, leaf.mode, facts);
        out.extend_from_slice(leaf.id.as_bytes());
        let length = leaf.path.len().min(LONGEST) as u64;
        out.extend_from_slice(&length.to_be_bytes()[6..]);
        out.extend_from_slice(leaf.path.as_bytes());
        // At least one zero, and a multiple of eight.
        let length = out.len() - start;
        out.resize(start + (length / 8 + 1) * 8, 0);
    }
    let mut cache = Vec::new();
    push_tree(&mut cache, root);
    out.extend_from_slice(b"TREE");
    out.extend_from_slice(&low(cache.len() as u64));
    out.extend_from_slice(&cache);
    let checksum = Sha1::digest(&out);
    out.extend_from_slice(&checksum);
    out
}

/// Times, device, inode, mode, owner and length.
#[cfg(unix)]
#[expect(clippy::cast_sign_loss, reason = "git keeps the low four bytes of each number, whatever its sign")]
fn push_facts(out: &mut Vec<u8>, mode: u32, facts: &Metadata) {
    use std::os::unix::fs::MetadataExt;
    let times = [facts.ctime(), facts.ctime_nsec(), facts.mtime(), facts.mtime_nsec()].map(|n| n as u64);
    let rest = [facts.dev(), facts.ino(), mode.into(), facts.uid().into(), facts.gid().into(), facts.len()];
    for number in times.into_iter().chain(rest) {
        out.extend_from_slice(&low(number));
    }
}

/// Length and mode; the rest is zero, and git looks again.
#[cfg(not(unix))]
fn push_facts(out: &mut Vec<u8>, mode: u32, facts: &Metadata) {
    for number in [0, 0, 0, 0, 0, 0, mode.into(), 0, 0, facts.len()] {
        out.extend_from_slice(&low(number));
    }
}

/// The cached tree: name, number of files, number of folders, id; then the folders, the shortest
/// names first.
fn push_tree(out: &mut Vec<u8>, folder: &Folder<'_>) {
    out.extend_from_slice(folder.name.as_bytes());
    out.extend_from_slice(format!("\0{} {}\n", folder.files, folder.folders.len()).as_bytes());
    out.extend_from_slice(folder.id.as_bytes());
    let mut folders: Vec<_> = folder.folders.iter().collect();
    folders.sort_by_key(|folder| (folder.name.len(), folder.name));
    for folder in folders {
        push_tree(out, folder);
    }
}

/// The low four bytes of a number.
fn low(number: u64) -> [u8; 4] {
    let [_, _, _, _, bytes @ ..] = number.to_be_bytes();
    bytes
}

#[cfg(test)]
mod tests {
    use super::super::object::{Kind, ObjectId};
    use super::super::testing::Sandbox;
    use super::super::trees;
    use super::*;

    #[test]
    fn the_index_is_the_one_git_writes() {
        let sandbox = Sandbox::new();
        let long = format!("long/{}", "n".repeat(200));
        let mut paths = ["a", "b/c/d", "b/cc", "bb/x", "b.txt", "12345678", long.as_str()];
        paths.sort_unstable();
        let leaves: Vec<_> = paths
            .iter()
            .map(|path| {
                sandbox.write(path, path);
                Leaf { path, mode: 0o100_644, id: ObjectId::of(Kind::Blob, path.as_bytes()) }
            })
            .collect();
        sandbox.git(&["init", "-q"]);
        sandbox.git(&["add", "-A"]);
        sandbox.git(&["write-tree"]);
        let facts: Vec<_> = paths.iter().map(|path| sandbox.path().join(path).metadata().unwrap()).collect();
        let ours = bytes(&leaves, &facts, &trees::build(&leaves));
        assert_eq!(ours, fs_err::read(sandbox.path().join(".git/index")).unwrap());
    }
}
