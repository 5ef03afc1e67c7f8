//! Everything in a work folder that means something, as a value.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::env::TestEnv;

pub(crate) type State = BTreeMap<String, String>;

/// Everything in the work folder that means something: files with their modes, references, and entries of the index.
pub(crate) fn state(env: &TestEnv) -> State {
    let mut state = State::new();
    look(&env.path(""), "", &mut state);
    if let Ok(repository) = git2::Repository::open(env.path("orders")) {
        for entry in repository.index().unwrap().iter() {
            let path = String::from_utf8_lossy(&entry.path).into_owned();
            state.insert(
                format!("index {path} {}", entry.flags >> 12),
                format!("{:o} {}", entry.mode, entry.id),
            );
        }
    }
    state
}

fn look(folder: &Path, prefix: &str, state: &mut State) {
    for entry in fs_err::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let inside_git = path.split_once(".git/").map(|(_, inside)| inside);
        // Objects that nothing names mean nothing; what is swept by the next run is looked for there.
        if matches!(inside_git, Some("objects" | "logs" | "index" | "goldpath.new" | "goldpath.old")) {
            continue;
        }
        let found = fs_err::symlink_metadata(entry.path()).unwrap();
        let what = if found.is_dir() {
            look(&entry.path(), &format!("{path}/"), state);
            "folder".to_owned()
        } else if found.is_symlink() {
            // One may point nowhere: git's library tries links out where it makes a repository.
            format!("to {}", fs_err::read_link(entry.path()).unwrap().display())
        } else {
            String::from_utf8_lossy(&fs_err::read(entry.path()).unwrap()).into_owned()
        };
        state.insert(path, format!("{:o} {what}", found.permissions().mode()));
    }
}

/// Without what `kill -9` leaves beside the target: temporary folders of goldpath, and files that are not finished.
pub(crate) fn without_rest(state: &State) -> State {
    let is_rest = |path: &str| {
        path.split('/').any(|part| part.starts_with(".goldpath-")) || path.ends_with(".unfinished")
    };
    state.iter().filter(|(path, _)| !is_rest(path)).map(|(path, what)| (path.clone(), what.clone())).collect()
}

pub(crate) fn differences(one: &State, other: &State) -> String {
    let paths: std::collections::BTreeSet<_> = one.keys().chain(other.keys()).collect();
    let different = paths.into_iter().filter(|path| one.get(*path) != other.get(*path));
    different.take(20).fold(String::new(), |mut text, path| {
        let _ = writeln!(text, "  {path}");
        text
    })
}
