//! Stages of runs that were killed. They are told, never removed: no name proves that a folder holds nothing of a person.

use std::path::{Path, PathBuf};

use super::alone::Alone;

/// What the name of every stage begins with.
pub(super) const STAGE: &str = ".goldpath-";
/// How many letters and digits follow.
const RANDOM: usize = 6;

/// The stages in a folder that no process holds.
///
/// One that was made a moment ago may not be held yet: the caller asks [`is_nobodys`] again later.
pub(super) fn stages_in(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs_err::read_dir(folder) else { return Vec::new() };
    let mut left: Vec<_> = entries
        .flatten()
        .filter(|entry| entry.file_name().to_str().is_some_and(is_name_of_stage))
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .map(|entry| entry.path())
        .filter(|path| is_nobodys(path))
        .collect();
    left.sort_unstable();
    left
}

/// Whether the folder is there, and whoever made it has let go of it.
pub(super) fn is_nobodys(stage: &Path) -> bool {
    Alone::is_free(stage)
}

fn is_name_of_stage(name: &str) -> bool {
    name.strip_prefix(STAGE)
        .is_some_and(|rest| rest.len() == RANDOM && rest.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

#[cfg(all(test, unix))]
mod tests {
    use super::super::stage::Stage;
    use super::super::testing::Sandbox;
    use super::*;

    #[test]
    fn a_stage_is_told_once_nobody_holds_it() {
        let sandbox = Sandbox::new();
        sandbox.folder(".goldpath-mine");
        sandbox.folder(".goldpath-my.own");
        sandbox.write(".goldpath-abc123", "a file");
        std::os::unix::fs::symlink("/", sandbox.path().join(".goldpath-abc124")).unwrap();
        let alive = Stage::for_fresh(&sandbox.path().join("orders")).unwrap();
        assert!(stages_in(sandbox.path()).is_empty());
        // As `kill -9` leaves it: the name of a real one, and nobody's.
        let dead = sandbox.path().join(".goldpath-abc125");
        fs_err::rename(&alive.root, &dead).unwrap();
        assert!(stages_in(sandbox.path()).is_empty());
        drop(alive);
        assert_eq!(stages_in(sandbox.path()), [dead]);
    }
}
