//! A pack's files, straight from an object database.

use git2::{ObjectType, Odb, Oid, Repository, Tree, TreeEntry};

use crate::pack::source::error::Error;
use crate::pack::source::files::PackFiles;
use crate::pack::source::gather::{Gathering, Limits, belongs};
use crate::path::{RepoPath, Shown};

/// What is read: a commit of a repository, and the folder in it.
pub(super) struct Wanted<'w> {
    pub(super) repository: &'w Repository,
    /// The repository in messages.
    pub(super) source: &'w str,
    pub(super) commit: &'w str,
    pub(super) subfolder: Option<&'w RepoPath>,
    pub(super) limits: Limits,
}

impl Wanted<'_> {
    /// Reads the pack.
    pub(super) fn read(&self) -> Result<PackFiles, Error> {
        let odb = self.repository.odb().map_err(|error| self.failed(error))?;
        let name = match self.subfolder {
            Some(subfolder) => format!("{}#{subfolder}", self.source),
            None => self.source.to_owned(),
        };
        let mut gathering = Gathering::new(name, self.limits);
        let mut waiting = vec![(String::new(), self.top()?)];
        while let Some((path, folder)) = waiting.pop() {
            // Its size is known without unpacking it: a folder of a hundred million names is not loaded.
            let size = odb.read_header(folder).map_err(|error| self.failed(error))?.0;
            gathering.expect_bytes(&path, size as u64)?;
            let folder = self.repository.find_tree(folder).map_err(|error| self.failed(error))?;
            for entry in &folder {
                if let Some(below) = self.take(&mut gathering, &odb, &path, &entry)? {
                    gathering.enter(&below)?;
                    waiting.push((below, entry.id()));
                }
            }
        }
        gathering.finish()
    }

    /// Takes a file or link; gives back the path of a folder that is to be read.
    fn take(
        &self,
        gathering: &mut Gathering,
        odb: &Odb<'_>,
        folder: &str,
        entry: &TreeEntry<'_>,
    ) -> Result<Option<String>, Error> {
        let is_top = folder.is_empty();
        let (name, kind) = (std::str::from_utf8(entry.name_bytes()), Kind::of(entry));
        let name = match name {
            Ok(name) => name,
            Err(_) if is_top => return Ok(None),
            Err(_) => {
                let name = String::from_utf8_lossy(entry.name_bytes());
                return Err(gathering.not_utf8(&format!("{folder}/{name}")));
            }
        };
        let is_folder = matches!(kind, Kind::Folder);
        if is_top && !belongs(name, is_folder) {
            let has_its_name = belongs(name, true) || belongs(name, false);
            return if has_its_name {
                Err(gathering.special_file(name, kind.at_the_top()))
            } else {
                Ok(None)
            };
        }
        let path = if is_top { name.to_owned() } else { format!("{folder}/{name}") };
        match kind {
            Kind::Folder => return Ok((!gathering.leaves_out(&path)).then_some(path)),
            Kind::Submodule => return Err(gathering.special_file(&path, "a submodule")),
            Kind::Link if is_top => return Err(gathering.special_file(&path, kind.at_the_top())),
            Kind::Link => {
                let target = self.bytes(gathering, odb, &path, entry.id())?;
                let target = String::from_utf8(target).map_err(|_| gathering.not_utf8(&path))?;
                gathering.add_symlink(path, target)?;
            }
            Kind::File => {
                let bytes = self.bytes(gathering, odb, &path, entry.id())?;
                gathering.add_regular(path, bytes.into())?;
            }
        }
        Ok(None)
    }

    fn bytes(&self, gathering: &Gathering, odb: &Odb<'_>, path: &str, id: Oid) -> Result<Vec<u8>, Error> {
        let (size, _) = odb.read_header(id).map_err(|error| self.failed(error))?;
        gathering.expect_bytes(path, size as u64)?;
        let object = odb.read(id).map_err(|error| self.failed(error))?;
        Ok(object.data().to_vec())
    }

    /// The folder of the commit that holds the pack.
    fn top(&self) -> Result<Oid, Error> {
        let id = Oid::from_str(self.commit).map_err(|error| self.failed(error))?;
        let commit = self.repository.find_commit(id).map_err(|error| self.failed(error))?;
        let mut folder: Tree<'_> = commit.tree().map_err(|error| self.failed(error))?;
        let Some(subfolder) = self.subfolder else { return Ok(folder.id()) };
        for name in subfolder.components() {
            let below = folder.get_name(name).filter(|entry| entry.kind() == Some(ObjectType::Tree));
            let below = below.map(|entry| entry.id()).ok_or_else(|| Error::NoSubfolder {
                source_name: self.source.to_owned(),
                subfolder: Shown::of(subfolder.as_str()),
            })?;
            folder = self.repository.find_tree(below).map_err(|error| self.failed(error))?;
        }
        Ok(folder.id())
    }

    fn failed(&self, source: git2::Error) -> Error {
        Error::Repository { source_name: self.source.to_owned(), source }
    }
}

/// What git records of an entry; which of the two modes of a file it has makes no difference.
#[derive(Clone, Copy)]
enum Kind {
    Folder,
    File,
    Link,
    Submodule,
}

impl Kind {
    fn of(entry: &TreeEntry<'_>) -> Self {
        match entry.filemode() {
            0o040_000 => Self::Folder,
            0o120_000 => Self::Link,
            0o160_000 => Self::Submodule,
            _ => Self::File,
        }
    }

    /// What is wrong with it under one of the names at the top of a pack.
    fn at_the_top(self) -> &'static str {
        match self {
            Self::Folder => "a folder, and it should be a file",
            Self::File => "a file, and it should be a folder",
            Self::Link => "a symbolic link",
            Self::Submodule => "a submodule",
        }
    }
}
