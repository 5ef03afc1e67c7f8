//! Collects a pack's files one by one, and stops at the first that is unsafe or too much.

use bytes::Bytes;

use super::error::Error;
use super::files::{PackFile, PackFiles};
use super::links;
use crate::path::{Collisions, MAX_FILE_BYTES, MAX_PATH_BYTES, PathError, RepoPath, Shown};

/// How much of a pack is read, and how much that may be: far above any real pack, and far below what would fill a disk or
/// the memory.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Files and folders together.
    pub entries: usize,
    /// Bytes of one file.
    pub file_bytes: u64,
    /// Bytes of all files.
    pub total_bytes: u64,
    /// Folders inside each other.
    pub depth: usize,
    /// Whether its templates are read too. Manifests and policies are all that a repository is judged by.
    pub templates: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            entries: 100_000,
            file_bytes: MAX_FILE_BYTES,
            total_bytes: 512 << 20,
            depth: 32,
            templates: true,
        }
    }
}

/// What a pack is made of at its top; anything else there (a README, tests, build output) is not the pack.
const FOLDERS: [&str; 5] = ["migrations", "policies", "presets", "releases", "templates"];

/// Whether an entry at the top of a pack belongs to it.
pub(super) fn belongs(name: &str, is_folder: bool) -> bool {
    if is_folder { FOLDERS.contains(&name) } else { name == "pack.toml" }
}

/// The files of a pack so far.
pub(super) struct Gathering {
    /// The pack's name in messages: its folder, or its URL without credentials.
    source: String,
    limits: Limits,
    entries: usize,
    bytes: u64,
    collisions: Collisions,
    files: Vec<(String, PackFile)>,
}

impl Gathering {
    pub(super) fn new(source: String, limits: Limits) -> Self {
        Self { source, limits, entries: 0, bytes: 0, collisions: Collisions::default(), files: Vec::new() }
    }

    /// Whether a folder is none of those that are read.
    pub(super) fn leaves_out(&self, folder: &str) -> bool {
        !self.limits.templates
            && folder
                .strip_prefix("templates/")
                .is_some_and(|below| matches!(below.split_once('/'), Some((_, "files" | "partials"))))
    }

    /// Counts a folder; refuses one that is too deep, or one too many.
    pub(super) fn enter(&mut self, folder: &str) -> Result<(), Error> {
        if folder.split('/').count() > self.limits.depth {
            return Err(self.too_much(format!("folders deeper than {} levels", self.limits.depth)));
        }
        self.count()
    }

    /// Refuses a file by its size, before it is read.
    pub(super) fn expect_bytes(&self, path: &str, bytes: u64) -> Result<(), Error> {
        if bytes > self.limits.file_bytes {
            let (path, limit) = (Shown::of(path), self.limits.file_bytes);
            return Err(self.too_much(format!("`{path}` with {bytes} bytes, and a file may have {limit}")));
        }
        if self.bytes + bytes > self.limits.total_bytes {
            return Err(self.too_much(format!("more than {} bytes", self.limits.total_bytes)));
        }
        Ok(())
    }

    /// The most that may be read of the next file: one byte more is already an error.
    pub(super) fn bytes_left(&self) -> u64 {
        self.limits.file_bytes.min(self.limits.total_bytes - self.bytes)
    }

    pub(super) fn add_regular(&mut self, path: String, bytes: Bytes) -> Result<(), Error> {
        self.expect_bytes(&path, bytes.len() as u64)?;
        self.bytes += bytes.len() as u64;
        self.add(path, PackFile::Regular(bytes))
    }

    pub(super) fn add_symlink(&mut self, path: String, target: String) -> Result<(), Error> {
        if target.len() > MAX_PATH_BYTES {
            return Err(self.too_much(format!("a link `{}` with {} bytes", Shown::of(&path), target.len())));
        }
        self.add(path, PackFile::Symlink(target))
    }

    fn add(&mut self, path: String, file: PackFile) -> Result<(), Error> {
        self.count()?;
        check_name(&path)
            .and_then(|()| self.collisions.add(&path))
            .map_err(|cause| self.unsafe_name(cause))?;
        self.files.push((path, file));
        Ok(())
    }

    fn count(&mut self) -> Result<(), Error> {
        self.entries += 1;
        if self.entries > self.limits.entries {
            return Err(self.too_much(format!("more than {} files and folders", self.limits.entries)));
        }
        Ok(())
    }

    /// The pack, once its links are known to stay inside it.
    pub(super) fn finish(self) -> Result<PackFiles, Error> {
        let files: PackFiles = self.files.into_iter().collect();
        if files.get("pack.toml").is_none() {
            return Err(Error::NoPack { source_name: self.source, bare_repository: false });
        }
        links::check(&self.source, &files)?;
        Ok(files)
    }

    pub(super) fn unsafe_name(&self, cause: PathError) -> Error {
        Error::UnsafeName { source_name: self.source.clone(), cause }
    }

    pub(super) fn special_file(&self, path: &str, kind: &'static str) -> Error {
        Error::SpecialFile { source_name: self.source.clone(), path: Shown::of(path), kind }
    }

    pub(super) fn not_utf8(&self, path: &str) -> Error {
        Error::NameNotUtf8 { source_name: self.source.clone(), path: Shown::of(path) }
    }

    fn too_much(&self, what: String) -> Error {
        Error::TooMuch { source_name: self.source.clone(), what }
    }
}

/// The path guard for a name that may still hold `{= value =}`: each is taken for a plain letter.
///
/// The rendered path goes through the guard again; what can be refused already is refused here, by the name its
/// author knows.
fn check_name(path: &str) -> Result<(), PathError> {
    if !path.contains("{=") {
        return RepoPath::new(path).map(|_| ());
    }
    let mut plain = String::with_capacity(path.len());
    for (index, component) in path.split('/').enumerate() {
        if index > 0 {
            plain.push('/');
        }
        let mut rest = component;
        while let Some((before, expression)) = rest.split_once("{=") {
            let Some((_, after)) = expression.split_once("=}") else { break };
            plain.push_str(before);
            plain.push('x');
            rest = after;
        }
        plain.push_str(rest);
    }
    RepoPath::new(&plain).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gather(limits: Limits, paths: &[&str]) -> Result<PackFiles, Error> {
        let mut gathering = Gathering::new("p".to_owned(), limits);
        for path in paths {
            gathering.add_regular((*path).to_owned(), Bytes::from_static(b"four"))?;
        }
        gathering.finish()
    }

    fn message(limits: Limits, paths: &[&str]) -> String {
        gather(limits, paths).unwrap_err().to_string()
    }

    #[test]
    fn an_expression_in_a_name_counts_as_a_letter() {
        for fine in
            ["a/{= service_name =}.rs", "{= a.b =}/x", "{= a == \"b\" =}", "a{= x =}b{= y =}c", "con{= x =}"]
        {
            assert!(check_name(fine).is_ok(), "{fine}");
        }
        for refused in ["{= x =}/../y", "{= x =}.", "{= x =}/.git/y", "a:{= x =}", "{= x", "\u{202e}{= x =}"]
        {
            let verdict = check_name(refused);
            assert_eq!(verdict.is_err(), refused != "{= x", "{refused}");
        }
    }

    #[test]
    fn a_pack_that_is_too_much_is_refused() {
        let small = Limits { entries: 2, file_bytes: 4, total_bytes: 8, depth: 2, templates: true };
        assert!(gather(small, &["pack.toml", "presets/a"]).is_ok());
        assert_eq!(message(small, &["pack.toml", "a", "b"]), "the pack `p` has more than 8 bytes");
        assert_eq!(
            message(Limits { file_bytes: 3, ..small }, &["pack.toml"]),
            "the pack `p` has `pack.toml` with 4 bytes, and a file may have 3"
        );
        assert_eq!(
            message(Limits { total_bytes: 99, ..small }, &["pack.toml", "a", "b"]),
            "the pack `p` has more than 2 files and folders"
        );
        let mut gathering = Gathering::new("p".to_owned(), small);
        assert!(gathering.enter("a/b").is_ok());
        assert_eq!(
            gathering.enter("a/b/c").unwrap_err().to_string(),
            "the pack `p` has folders deeper than 2 levels"
        );
    }

    #[test]
    fn two_names_that_a_mac_takes_for_one_are_refused() {
        let text = message(Limits::default(), &["pack.toml", "templates/a/x", "templates/a/X"]);
        assert_eq!(text, "the pack `p` has a name that cannot be used");
    }

    #[test]
    fn a_folder_without_a_manifest_is_no_pack() {
        assert_eq!(message(Limits::default(), &["presets/a.toml"]), "`p` is no pack: it has no `pack.toml`");
    }
}
