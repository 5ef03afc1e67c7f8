//! What stands where a repository is wanted.

use std::io;
use std::path::{Component, Path, PathBuf};

use super::environment::Environment;
use super::error::Error;

/// Where the files would go, and what is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placement {
    /// The folder, absolute, with the links on the way to it resolved.
    pub target: PathBuf,
    /// What stands there.
    pub standing: Standing,
    /// The root of the git work tree it lies in: files go into that repository, and no nested one is made.
    ///
    /// A folder that the outer repository ignores counts as outside of it, as it does for cargo.
    pub outer: Option<PathBuf>,
}

/// What stands at the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Nothing. Folders above it that are missing too are made with it.
    Fresh,
    /// An empty folder, or one that holds only `.git`.
    Empty,
    /// A folder that holds these names, sorted.
    Occupied(Vec<String>),
}

/// Says what stands at `target`, and refuses one that can never hold a repository.
pub fn inspect(target: &Path, environment: &Environment) -> Result<Placement, Error> {
    let Located { target, existing } = locate(target)?;
    let standing = if existing == target { standing(&target)? } else { Standing::Fresh };
    let outer = outer_work_tree(&target, &existing, environment)?;
    let git_dir = target.join(".git");
    if outer.is_none() && exists(&git_dir)? {
        return Err(Error::BrokenGitFolder { path: git_dir });
    }
    Ok(Placement { target, standing, outer })
}

/// A target and the deepest folder on the way to it that exists.
pub(super) struct Located {
    pub(super) target: PathBuf,
    pub(super) existing: PathBuf,
}

/// Follows `target` as far as it exists.
pub(super) fn locate(target: &Path) -> Result<Located, Error> {
    let absolute = std::path::absolute(target).map_err(Error::unreadable(target))?;
    let mut existing = absolute.as_path();
    let mut missing = Vec::new();
    while !exists(existing)? {
        let (Some(Component::Normal(name)), Some(parent)) =
            (existing.components().next_back(), existing.parent())
        else {
            return Err(Error::MissingParent { path: target.to_path_buf() });
        };
        missing.push(name);
        existing = parent;
    }
    let resolved = dunce::canonicalize(existing).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => Error::DanglingTarget { path: existing.to_path_buf() },
        _ => Error::Unreadable { path: existing.to_path_buf(), source },
    })?;
    if !resolved.is_dir() {
        return Err(Error::TargetNotAFolder { path: existing.to_path_buf() });
    }
    let mut target = resolved.clone();
    target.extend(missing.iter().rev());
    Ok(Located { target, existing: resolved })
}

fn exists(path: &Path) -> Result<bool, Error> {
    match path.symlink_metadata() {
        Ok(_) => Ok(true),
        // `a file/below it` is not a folder: the file itself is found one step up, and refused there.
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(false)
        }
        Err(source) => Err(Error::unreadable(path)(source)),
    }
}

fn standing(target: &Path) -> Result<Standing, Error> {
    let mut names = Vec::new();
    for entry in fs_err::read_dir(target).map_err(Error::unreadable(target))? {
        let name = entry.map_err(Error::unreadable(target))?.file_name();
        if name != ".git" {
            names.push(name.to_string_lossy().into_owned());
        }
    }
    names.sort_unstable();
    Ok(if names.is_empty() { Standing::Empty } else { Standing::Occupied(names) })
}

fn outer_work_tree(
    target: &Path,
    existing: &Path,
    environment: &Environment,
) -> Result<Option<PathBuf>, Error> {
    let ceilings = environment.text("GIT_CEILING_DIRECTORIES").unwrap_or_default();
    let ceilings: Vec<_> = std::env::split_paths(ceilings).filter(|path| path.is_absolute()).collect();
    let Ok(git_dir) = git2::Repository::discover_path(existing, &ceilings) else { return Ok(None) };
    if target.starts_with(&git_dir) {
        return Err(Error::InsideGitFolder { path: target.to_path_buf(), git_dir });
    }
    let repository = git2::Repository::open(&git_dir)
        .map_err(|source| Error::UnreadableRepository { path: work_tree_of(&git_dir), source })?;
    // A bare repository beside linked work trees holds no files of its own.
    let Some(root) = repository.workdir() else { return Ok(None) };
    let root = dunce::canonicalize(root).map_err(Error::unreadable(root))?;
    let Ok(inside) = target.strip_prefix(&root) else { return Ok(None) };
    let ignored = !inside.as_os_str().is_empty()
        && repository.is_path_ignored(inside.join("")).is_ok_and(|ignored| ignored);
    Ok((!ignored).then_some(root))
}

/// The folder a person would name for a git folder.
fn work_tree_of(git_dir: &Path) -> PathBuf {
    let parent = if git_dir.ends_with(".git") { git_dir.parent() } else { None };
    parent.unwrap_or(git_dir).to_path_buf()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Sandbox, environment_of};
    use super::*;

    fn look(target: &Path) -> Result<Placement, Error> {
        inspect(target, &environment_of(&[]))
    }

    #[test]
    fn a_folder_is_fresh_empty_or_occupied() {
        let sandbox = Sandbox::new();
        let deep = look(&sandbox.path().join("a/b/orders")).unwrap();
        assert_eq!((deep.standing, deep.outer), (Standing::Fresh, None));
        assert_eq!(look(sandbox.path()).unwrap().standing, Standing::Empty);
        sandbox.write("b", "");
        sandbox.write("a", "");
        assert_eq!(look(sandbox.path()).unwrap().standing, Standing::Occupied(vec!["a".into(), "b".into()]));
    }

    #[test]
    fn a_file_on_the_way_is_refused_by_its_name() {
        let sandbox = Sandbox::new();
        let file = sandbox.write("notes", "");
        for target in [file.clone(), file.join("orders")] {
            assert!(matches!(look(&target), Err(Error::TargetNotAFolder { path }) if path == file));
        }
    }

    #[test]
    fn going_up_from_a_missing_folder_is_refused() {
        let sandbox = Sandbox::new();
        let error = look(&sandbox.path().join("missing/../orders")).unwrap_err();
        assert!(matches!(error, Error::MissingParent { .. }));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_a_folder_is_followed_and_a_dangling_one_refused() {
        let sandbox = Sandbox::new();
        let real = sandbox.folder("real");
        std::os::unix::fs::symlink(&real, sandbox.path().join("link")).unwrap();
        std::os::unix::fs::symlink("nowhere", sandbox.path().join("dangling")).unwrap();
        assert_eq!(look(&sandbox.path().join("link")).unwrap().target, real);
        assert!(matches!(look(&sandbox.path().join("dangling")), Err(Error::DanglingTarget { .. })));
    }

    #[test]
    fn a_target_in_a_work_tree_belongs_to_it_unless_it_is_ignored() {
        let sandbox = Sandbox::new();
        git2::Repository::init(sandbox.path()).unwrap();
        sandbox.write(".gitignore", "scratch/\n");
        let root = Some(sandbox.path().to_path_buf());
        assert_eq!(look(&sandbox.path().join("services/orders")).unwrap().outer, root);
        assert_eq!(look(sandbox.path()).unwrap().outer, root);
        assert_eq!(look(&sandbox.path().join("scratch/orders")).unwrap().outer, None);
    }

    #[test]
    fn a_git_folder_is_no_place_for_files() {
        let sandbox = Sandbox::new();
        git2::Repository::init(sandbox.path()).unwrap();
        let bare = sandbox.path().join("bare.git");
        git2::Repository::init_bare(&bare).unwrap();
        for target in [sandbox.path().join(".git/orders"), bare.join("orders")] {
            assert!(matches!(look(&target), Err(Error::InsideGitFolder { .. })), "{}", target.display());
        }
    }

    #[test]
    fn a_git_folder_that_is_none_is_refused() {
        let sandbox = Sandbox::new();
        sandbox.folder(".git");
        assert!(matches!(look(sandbox.path()), Err(Error::BrokenGitFolder { .. })));
    }

    #[test]
    fn a_broken_git_folder_is_refused_where_the_outer_repository_looks_away() {
        let sandbox = Sandbox::new();
        git2::Repository::init(sandbox.path()).unwrap();
        sandbox.write(".gitignore", "scratch/\n");
        sandbox.write("scratch/.git", "gitdir: nowhere\n");
        assert!(matches!(look(&sandbox.path().join("scratch")), Err(Error::BrokenGitFolder { .. })));
    }
}
