//! Whether a file that stands somewhere is exactly the one that would be written there.

use std::fs::Metadata;
use std::path::Path;

use crate::path::read_plain;
use crate::render::tree::{File, Mode};

/// What git's index wants to know of the file at `path`, if it has the content and the mode of `file`.
///
/// Only a plain file of the same length is read. What cannot be read is another file.
pub(super) fn facts(path: &Path, file: &File) -> Option<Metadata> {
    // Taken before the content: an edit that comes after it makes others, and git sees it.
    let facts = fs_err::symlink_metadata(path).ok()?;
    let same = if file.mode == Mode::Symlink && cfg!(unix) {
        facts.is_symlink() && link_leads_to(path, &file.content)
    } else {
        facts.is_file()
            && facts.len() == file.content.len() as u64
            && exec_bit_is(&facts, file.mode == Mode::Executable)
            && read_plain(path, facts.len()).is_ok_and(|content| content == *file.content)
    };
    same.then_some(facts)
}

#[cfg(unix)]
fn link_leads_to(path: &Path, target: &[u8]) -> bool {
    use std::os::unix::ffi::OsStrExt;
    fs_err::read_link(path).is_ok_and(|found| found.as_os_str().as_bytes() == target)
}

#[cfg(not(unix))]
fn link_leads_to(_: &Path, _: &[u8]) -> bool {
    false
}

/// Whether its owner may run it is all of a mode that git keeps.
#[cfg(unix)]
fn exec_bit_is(facts: &Metadata, set: bool) -> bool {
    use std::os::unix::fs::PermissionsExt;
    (facts.permissions().mode() & 0o100 != 0) == set
}

/// There is none.
#[cfg(not(unix))]
fn exec_bit_is(_: &Metadata, _: bool) -> bool {
    true
}

#[cfg(all(test, unix))]
mod tests {
    use super::super::testing::{Sandbox, tree};
    use super::*;

    #[test]
    fn a_file_is_the_same_by_content_and_exec_bit_and_a_link_by_where_it_leads() {
        use std::os::unix::fs::PermissionsExt;
        let sandbox = Sandbox::new();
        let tree = tree(&[("plain", "x\n"), ("run*", "x\n"), ("link@", "plain")]);
        let is_same = |path: &str| {
            let (_, file) = tree.iter().find(|(known, _)| known.as_str() == path).unwrap();
            facts(&sandbox.path().join(path), file).is_some()
        };
        assert!(!is_same("plain"), "nothing is there");
        for (content, same) in [("x\n", true), ("y\n", false), ("x", false), ("x\nx\n", false)] {
            sandbox.write("plain", content);
            assert_eq!(is_same("plain"), same, "{content:?}");
        }
        let run = sandbox.write("run", "x\n");
        for (mode, same) in [(0o644, false), (0o755, true), (0o700, true), (0o611, false)] {
            fs_err::set_permissions(&run, std::fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(is_same("run"), same, "{mode:o}");
        }
        let link = sandbox.path().join("link");
        for (target, same) in [("plain", true), ("run", false), ("./plain", false)] {
            fs_err::os::unix::fs::symlink(target, &link).unwrap();
            assert_eq!(is_same("link"), same, "{target}");
            fs_err::remove_file(&link).unwrap();
        }
        sandbox.write("link", "plain");
        assert!(!is_same("link"), "a file is no link");
    }

    #[test]
    fn no_link_is_followed_and_no_pipe_waited_for() {
        let sandbox = Sandbox::new();
        let tree = tree(&[("a", "x\n"), ("empty", "")]);
        let is_same = |path: &str| {
            let (_, file) = tree.iter().find(|(known, _)| known.as_str() == path).unwrap();
            facts(&sandbox.path().join(path), file).is_some()
        };
        sandbox.write("elsewhere", "x\n");
        fs_err::os::unix::fs::symlink("elsewhere", sandbox.path().join("a")).unwrap();
        assert!(!is_same("a"));
        let made = sandbox.command("mkfifo", sandbox.path()).arg("empty").status().unwrap();
        assert!(made.success() && !is_same("empty"));
    }
}
