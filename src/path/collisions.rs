//! Paths that are fine alone and not together.

use std::collections::{BTreeSet, HashMap};

use super::name::fold;
use super::{PathError, RepoPath, Shown};

/// Refuses a set of paths that cannot stand side by side on every file system.
pub fn check_set<'a>(paths: impl IntoIterator<Item = &'a RepoPath>) -> Result<(), PathError> {
    let mut paths = paths.into_iter();
    let mut collisions = Collisions::of_about(paths.size_hint().0);
    paths.try_for_each(|path| collisions.add(path.as_str()))?;
    collisions.check_for_repositories()
}

/// What has been seen of a set of paths, to find the one that collides.
#[derive(Debug, Default)]
pub struct Collisions {
    /// By folded path.
    seen: HashMap<String, Seen>,
    /// Folded folders that hold a `HEAD`.
    heads: BTreeSet<String>,
}

#[derive(Debug)]
struct Seen {
    kind: Kind,
    /// How it is spelled, where that is not as it is folded.
    spelled: Option<String>,
}

impl Seen {
    fn new(kind: Kind, path: &str, key: &str) -> Self {
        Self { kind, spelled: (path != key).then(|| path.to_owned()) }
    }

    fn spelled<'s>(&'s self, key: &'s str) -> &'s str {
        self.spelled.as_deref().unwrap_or(key)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    File,
    Folder,
}

impl Collisions {
    /// None yet, with room for as many files.
    #[must_use]
    pub fn of_about(files: usize) -> Self {
        Self { seen: HashMap::with_capacity(files + files / 8), heads: BTreeSet::new() }
    }

    /// Adds a file; refuses one that is already there, in any spelling, or that needs a file to be a folder.
    pub fn add(&mut self, path: &str) -> Result<(), PathError> {
        let key = fold(path);
        // Folding never adds or removes a slash, so both spellings have the same folders.
        // From the innermost folder up: the first one that is known in this spelling has known parents.
        for ((end, _), (key_end, _)) in path.rmatch_indices('/').zip(key.rmatch_indices('/')) {
            let (folder, folder_key) = (&path[..end], &key[..key_end]);
            let Some(seen) = self.seen.get(folder_key) else {
                self.seen.insert(folder_key.to_owned(), Seen::new(Kind::Folder, folder, folder_key));
                continue;
            };
            let known = seen.spelled(folder_key);
            match seen.kind {
                Kind::Folder if known == folder => break,
                Kind::Folder => return Err(same(known, folder)),
                Kind::File => {
                    return Err(PathError::FileIsFolder { file: Shown::of(known), below: Shown::of(path) });
                }
            }
        }
        if let Some(seen) = self.seen.get(&*key) {
            let known = seen.spelled(&key);
            return Err(match seen.kind {
                Kind::Folder => PathError::FileIsFolder { file: Shown::of(path), below: Shown::of(known) },
                Kind::File if known == path => PathError::Twice { path: Shown::of(path) },
                Kind::File => same(known, path),
            });
        }
        match key.rsplit_once('/') {
            Some((folder, "head")) => self.heads.insert(folder.to_owned()),
            None if key == "head" => self.heads.insert(String::new()),
            _ => false,
        };
        let seen = Seen::new(Kind::File, path, &key);
        self.seen.insert(key.into_owned(), seen);
        Ok(())
    }

    /// Refuses a folder that git would take for a repository, once all paths are there.
    pub fn check_for_repositories(&self) -> Result<(), PathError> {
        for folder in &self.heads {
            let has = |name: &str| {
                let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
                self.seen.get(&path).is_some_and(|seen| seen.kind == Kind::Folder)
            };
            if has("objects") && has("refs") {
                let name = self.seen.get(folder).map_or(".", |seen| seen.spelled(folder));
                return Err(PathError::BareRepository { folder: Shown::of(name) });
            }
        }
        Ok(())
    }
}

fn same(first: &str, second: &str) -> PathError {
    PathError::SameWhenFolded { first: Shown::of(first), second: Shown::of(second) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The name of the refusal, or `fine`.
    fn verdict(paths: &[&str]) -> String {
        let paths: Vec<RepoPath> = paths.iter().map(|path| RepoPath::new(path).unwrap()).collect();
        match check_set(&paths) {
            Ok(()) => "fine".to_owned(),
            Err(error) => {
                assert!(error.hint().is_some());
                format!("{error:?}").split([' ', '(']).next().unwrap_or_default().to_owned()
            }
        }
    }

    #[test]
    fn a_set_is_refused_where_two_of_its_paths_are_one() {
        let table: &[(&[&str], &str)] = &[
            (&["a", "b/a", "b/c"], "fine"),
            (&["README.md", "readme.md"], "SameWhenFolded"),
            (&["docs/a", "Docs/b"], "SameWhenFolded"),
            (&["x/docs/a", "x/Docs/b/c"], "SameWhenFolded"),
            (&["café", "CAFÉ"], "SameWhenFolded"),
            (&["straße", "STRASSE"], "SameWhenFolded"),
            (&["ſo", "so"], "SameWhenFolded"),
            (&["Ångstrom", "ångstrom"], "SameWhenFolded"),
            (&["ΑΣ", "ας"], "SameWhenFolded"),
            (&["a", "a"], "Twice"),
            (&["a", "a/b"], "FileIsFolder"),
            (&["a/b", "a"], "FileIsFolder"),
            (&["A", "a/b/c"], "FileIsFolder"),
            (&["a/b/c", "a/B"], "FileIsFolder"),
            (&["x/HEAD", "x/objects/a", "x/refs/a"], "BareRepository"),
            (&["HEAD", "Objects/a", "refs/a"], "BareRepository"),
            (&["x/HEAD", "x/objects/a", "y/refs/a"], "fine"),
            (&["x/HEAD", "x/objects", "x/refs"], "fine"),
            (&["ab/c", "a/bc"], "fine"),
        ];
        for (paths, expected) in table {
            assert_eq!(verdict(paths), *expected, "{paths:?}");
        }
    }
}
