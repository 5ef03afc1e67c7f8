//! The files of a project as they are on disk, each read once and only when a check wants it.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use bytes::Bytes;

use super::finding::{Finding, Findings};
use super::node::{Malformed, Node, read_toml, read_yaml};
use super::promql::{Parsed, Queries};
use super::subject::Subject;
use crate::path::{RepoPath, no_symlink_on_the_way, read_plain};
use crate::reconcile::{CODE_OWNERS, Changes};

/// The folders a golden path writes into. What lies elsewhere is the service's own, however large it is.
const FOLDERS: [&str; 11] = [
    ".github",
    "audit",
    "compliance",
    "config",
    "deploy",
    "docs",
    "make",
    "ops",
    "perf",
    "policy",
    "scripts",
];
/// Larger than any file that a person writes.
const MAX_BYTES: u64 = 4 << 20;

/// The invariant that every file a check needs can be read.
pub(super) const READABLE: &str = "files.readable";

/// The endings of files that are text whatever is in them, so that none hides behind a byte.
const TEXT: [&str; 8] = ["json", "md", "mk", "rego", "sh", "toml", "yaml", "yml"];

/// The files of one project.
pub(super) struct Files {
    root: PathBuf,
    entries: BTreeMap<String, Entry>,
    /// What counts as removed although it is there.
    gone: BTreeSet<String>,
    problems: RefCell<Vec<Finding>>,
    queries: Queries,
}

#[derive(Default)]
struct Entry {
    bytes: OnceCell<Option<Bytes>>,
    data: OnceCell<Vec<Node>>,
}

impl Files {
    /// Lists the files at the root and in the folders of the path; nothing is read yet.
    pub(super) fn list(root: &Path) -> Self {
        let files = Self {
            root: root.to_owned(),
            entries: BTreeMap::new(),
            gone: BTreeSet::new(),
            problems: RefCell::default(),
            queries: Queries::default(),
        };
        let mut found = Vec::new();
        files.list_folder("", &mut found);
        Self { entries: found.into_iter().map(|path| (path, Entry::default())).collect(), ..files }
    }

    /// Those of a project, with what a sparse checkout leaves out of the work tree.
    pub(super) fn of(subject: &Subject<'_>) -> Self {
        let mut files = Self::list(subject.root);
        for (path, id) in subject.left_out().unwrap_or_default() {
            let is_listed = path.split_once('/').is_none_or(|(folder, _)| FOLDERS.contains(&folder));
            let content = if is_listed { subject.committed(*id, MAX_BYTES) } else { None };
            files.hold(path.clone(), content.map(Bytes::from));
        }
        files
    }

    /// The same with changes that nobody has made yet: by path the content, or none for a file that goes.
    pub(super) fn with(subject: &Subject<'_>, changes: &Changes) -> Self {
        let mut files = Self::of(subject);
        for (path, content) in changes {
            if let Some(content) = content {
                files.hold(path.clone(), Some(content.clone()));
            } else {
                files.entries.remove(path);
                files.gone.insert(path.clone());
            }
        }
        files
    }

    /// Takes a file that is not on disk.
    fn hold(&mut self, path: String, content: Option<Bytes>) {
        self.entries.insert(path, Entry { bytes: OnceCell::from(content), data: OnceCell::new() });
    }

    fn list_folder(&self, folder: &str, found: &mut Vec<String>) {
        let listed = match fs_err::read_dir(self.root.join(folder)) {
            Ok(listed) => listed,
            Err(error) => return self.unreadable(folder, &error.to_string()),
        };
        for entry in listed {
            let Ok(entry) = entry.map_err(|error| self.unreadable(folder, &error.to_string())) else {
                continue;
            };
            let name = entry.file_name();
            let Some(name) = name.to_str() else { continue };
            let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
            match entry.file_type() {
                Ok(kind) if kind.is_file() || kind.is_symlink() => found.push(path),
                Ok(kind) if kind.is_dir() && (!folder.is_empty() || FOLDERS.contains(&name)) => {
                    self.list_folder(&path, found);
                }
                _ => {}
            }
        }
    }

    /// Whether something is there under this name, a folder too.
    pub(super) fn exists(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        self.entries.contains_key(path)
            || self.below(&format!("{path}/"), &[""]).next().is_some()
            || !self.gone.contains(path)
                && RepoPath::new(path).is_ok_and(|path| {
                    no_symlink_on_the_way(&self.root, &path).is_ok()
                        && fs_err::symlink_metadata(path.below(&self.root)).is_ok()
                })
    }

    /// The listed files below a folder (`ops/slo/`) with one of these endings.
    pub(super) fn below<'f>(
        &'f self,
        folder: &'f str,
        endings: &'f [&str],
    ) -> impl Iterator<Item = &'f str> + 'f {
        self.entries
            .range(folder.to_owned()..)
            .map(|(path, _)| path.as_str())
            .take_while(move |path| path.starts_with(folder))
            .filter(move |path| endings.iter().any(|ending| path.ends_with(ending)))
    }

    /// The text of a file, if it is there and readable.
    pub(super) fn text(&self, path: &str) -> Option<&str> {
        std::str::from_utf8(self.bytes(path)?).ok()
    }

    /// The code owners that GitHub follows, with the place where they are.
    pub(super) fn code_owners(&self) -> Option<(&'static str, &str)> {
        CODE_OWNERS.into_iter().find_map(|place| Some((place, self.text(place)?)))
    }

    /// The bytes of a listed file, if it is there and could be read as text.
    pub(super) fn bytes(&self, path: &str) -> Option<&[u8]> {
        let entry = self.entries.get(path)?;
        entry.bytes.get_or_init(|| self.read(path)).as_deref()
    }

    /// Every listed file.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> + Clone {
        self.entries.keys().map(String::as_str)
    }

    /// The root of the project.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// The documents of a YAML or JSON file, or the one table of a TOML file.
    pub(super) fn data(&self, path: &str) -> &[Node] {
        let Some(entry) = self.entries.get(path) else { return &[] };
        entry.data.get_or_init(|| {
            let Some(text) = self.text(path) else { return Vec::new() };
            let read = match format_of(path) {
                "TOML" => read_toml(text).map(|node| vec![node]),
                _ => read_yaml(text),
            };
            read.unwrap_or_else(|malformed| {
                self.malformed(path, &malformed);
                Vec::new()
            })
        })
    }

    /// The first document of a file.
    pub(super) fn document(&self, path: &str) -> Option<&Node> {
        self.data(path).first()
    }

    /// Every document of the files below a folder, with the file's name.
    pub(super) fn documents<'f>(
        &'f self,
        folder: &'f str,
        endings: &'f [&str],
    ) -> impl Iterator<Item = (&'f str, &'f Node)> + 'f {
        self.below(folder, endings).flat_map(|path| self.data(path).iter().map(move |node| (path, node)))
    }

    /// What an expression of PromQL in one of the files says.
    pub(super) fn query(&self, text: &str) -> Parsed {
        self.queries.parse(text)
    }

    /// What could not be read so far.
    pub(super) fn problems(&self) -> Vec<Finding> {
        self.problems.borrow().clone()
    }

    fn read(&self, path: &str) -> Option<Bytes> {
        self.content(path).unwrap_or_else(|error| {
            self.unreadable(path, &error.to_string());
            None
        })
    }

    /// The text of a file; none for an image and the like, which holds nothing that is looked at.
    fn content(&self, path: &str) -> std::io::Result<Option<Bytes>> {
        let full = self.root.join(path);
        if fs_err::symlink_metadata(&full)?.is_symlink() {
            let target = dunce::canonicalize(&full)?;
            if !target.starts_with(dunce::canonicalize(&self.root)?) {
                return Err(std::io::Error::other(
                    "a symbolic link out of the project, which is not followed",
                ));
            }
        }
        let bytes = read_plain(&full, MAX_BYTES)?;
        if std::str::from_utf8(&bytes).is_ok() {
            return Ok(Some(bytes.into()));
        }
        let is_data = path.rsplit_once('.').is_none_or(|(_, ending)| TEXT.contains(&ending));
        if bytes.contains(&0) && !is_data {
            return Ok(None);
        }
        Err(std::io::Error::other("it is not UTF-8"))
    }

    fn unreadable(&self, path: &str, error: &str) {
        let mut findings = Findings::of(READABLE);
        let shown = if path.is_empty() { "." } else { path };
        findings.about(
            shown,
            format!("cannot be read: {error}"),
            "make it a readable UTF-8 file, or remove it",
        );
        self.problems.borrow_mut().extend(findings.into_vec());
    }

    fn malformed(&self, path: &str, malformed: &Malformed) {
        let mut findings = Findings::of(READABLE);
        findings.at(
            path,
            malformed.at,
            format!("no valid {}: {}", format_of(path), malformed.message),
            "correct the file; nothing that depends on it could be checked",
        );
        self.problems.borrow_mut().extend(findings.into_vec());
    }
}

/// What a file holds, by its name.
fn format_of(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "toml" => "TOML",
        "json" => "JSON",
        _ => "YAML",
    }
}
