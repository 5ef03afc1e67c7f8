//! Whether a file that stands somewhere is exactly the one that would be written there.

use std::fs::Metadata;
use std::path::Path;

use crate::path::{is_executable, read_found};
use crate::render::tree::{File, Mode};

/// Whether what was found at `path` has the content and the mode of `file`.
///
/// Only a plain file of the same length is read. What cannot be read is another file.
pub(super) fn is_as_written(path: &Path, found: &Metadata, file: &File) -> bool {
    if file.mode == Mode::Symlink && cfg!(unix) {
        return found.is_symlink() && link_leads_to(path, &file.content);
    }
    found.is_file()
        && found.len() == file.content.len() as u64
        && (!cfg!(unix) || is_executable(found) == (file.mode == Mode::Executable))
        && read_found(path, found, found.len()).is_ok_and(|content| content == *file.content)
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
            let place = sandbox.path().join(path);
            fs_err::symlink_metadata(&place).is_ok_and(|found| is_as_written(&place, &found, file))
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
            let place = sandbox.path().join(path);
            fs_err::symlink_metadata(&place).is_ok_and(|found| is_as_written(&place, &found, file))
        };
        sandbox.write("elsewhere", "x\n");
        fs_err::os::unix::fs::symlink("elsewhere", sandbox.path().join("a")).unwrap();
        assert!(!is_same("a"));
        let made = sandbox.command("mkfifo", sandbox.path()).arg("empty").status().unwrap();
        assert!(made.success() && !is_same("empty"));
    }
}
