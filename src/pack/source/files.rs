//! A pack's files, in memory, the same whichever source they came from.

use std::collections::BTreeMap;
use std::collections::btree_map::IntoIter;
use std::fmt::Write as _;

use bytes::Bytes;
use sha2::{Digest, Sha256};

/// One file of a pack. Its mode is not kept: `#!` and `component.toml` decide what may be executed, so that the three
/// sources agree where one of them cannot record it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PackFile {
    /// Its bytes.
    Regular(Bytes),
    /// Where it points, relative to the folder it is in.
    Symlink(String),
}

impl PackFile {
    /// What the digest and git hash: the bytes, or the target.
    #[must_use]
    pub fn content(&self) -> &[u8] {
        match self {
            Self::Regular(bytes) => bytes,
            Self::Symlink(target) => target.as_bytes(),
        }
    }
}

/// Every file of a pack by its path in the pack, in byte order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PackFiles {
    files: BTreeMap<String, PackFile>,
}

impl PackFiles {
    /// The file at a path.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&PackFile> {
        self.files.get(path)
    }

    /// The file at a path, with the path as the pack holds it.
    #[must_use]
    pub fn get_key_value(&self, path: &str) -> Option<(&str, &PackFile)> {
        self.files.get_key_value(path).map(|(path, file)| (path.as_str(), file))
    }

    /// All files.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &PackFile)> {
        self.files.iter().map(|(path, file)| (path.as_str(), file))
    }

    /// The files whose path begins with `prefix`, such as `templates/slo/`.
    pub fn below<'f>(&'f self, prefix: &str) -> impl Iterator<Item = (&'f str, &'f PackFile)> + use<'f> {
        let prefix = prefix.to_owned();
        self.files
            .range(prefix.clone()..)
            .map(|(path, file)| (path.as_str(), file))
            .take_while(move |(path, _)| path.starts_with(&prefix))
    }

    /// How many files there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// `sha256:…` over path, kind and content of everything this version renders from.
    ///
    /// `releases/` holds other versions, and sealing one must not change the version that is sealed: it is left out.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut hasher = Sha256::new();
        hasher.update(b"goldpath pack 1\n");
        for (path, file) in self.iter().filter(|(path, _)| !path.starts_with("releases/")) {
            let kind: u8 = match file {
                PackFile::Regular(_) => b'f',
                PackFile::Symlink(_) => b'l',
            };
            // Every length stands before what it measures, so that no two packs hash the same bytes.
            hasher.update((path.len() as u64).to_be_bytes());
            hasher.update(path);
            hasher.update([kind]);
            hasher.update((file.content().len() as u64).to_be_bytes());
            hasher.update(file.content());
        }
        format!("sha256:{}", hex(&hasher.finalize()))
    }
}

impl FromIterator<(String, PackFile)> for PackFiles {
    fn from_iter<I: IntoIterator<Item = (String, PackFile)>>(files: I) -> Self {
        Self { files: files.into_iter().collect() }
    }
}

impl IntoIterator for PackFiles {
    type Item = (String, PackFile);
    type IntoIter = IntoIter<String, PackFile>;

    fn into_iter(self) -> Self::IntoIter {
        self.files.into_iter()
    }
}

/// Bytes as lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pack(files: &[(&str, PackFile)]) -> PackFiles {
        files.iter().map(|(path, file)| ((*path).to_owned(), file.clone())).collect()
    }

    fn regular(text: &'static str) -> PackFile {
        PackFile::Regular(Bytes::from_static(text.as_bytes()))
    }

    #[test]
    fn a_digest_changes_with_every_path_kind_and_byte_and_not_with_the_order() {
        let one = pack(&[("a", regular("x")), ("b", regular("y"))]);
        assert_eq!(one.digest(), pack(&[("b", regular("y")), ("a", regular("x"))]).digest());
        let others = [
            pack(&[("a", regular("x")), ("b", regular("z"))]),
            pack(&[("a", regular("x")), ("c", regular("y"))]),
            pack(&[("a", regular("xb")), ("", regular("y"))]),
            pack(&[("a", regular("x")), ("b", PackFile::Symlink("y".to_owned()))]),
            pack(&[("a", regular("x"))]),
        ];
        for other in others {
            assert_ne!(one.digest(), other.digest(), "{other:?}");
        }
    }

    #[test]
    fn sealing_a_release_does_not_change_the_digest() {
        let plain = pack(&[("pack.toml", regular("x"))]);
        let sealed = pack(&[("pack.toml", regular("x")), ("releases/0.1.0", regular("y"))]);
        assert_eq!(plain.digest(), sealed.digest());
    }

    #[test]
    fn files_below_a_folder_are_only_those() {
        let pack =
            pack(&[("a", regular("")), ("a/b", regular("")), ("a/c", regular("")), ("ab", regular(""))]);
        assert_eq!(pack.below("a/").map(|(path, _)| path).collect::<Vec<_>>(), ["a/b", "a/c"]);
    }
}
