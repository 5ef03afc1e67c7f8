//! Real repositories in temporary folders, and a git that knows nothing of the machine it runs on.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::{TempDir, tempdir};

use super::super::*;

/// A folder with a home, a cache and a repository `pack` in it.
pub(super) struct Fixture {
    pub(super) root: TempDir,
}

impl Fixture {
    /// A repository with these releases of a pack, each a commit with a tag.
    pub(super) fn with_tags(tags: &[&str]) -> Self {
        let fixture = Self { root: tempdir().unwrap() };
        fs_err::create_dir_all(fixture.path("home")).unwrap();
        fs_err::create_dir_all(fixture.path("pack")).unwrap();
        fixture.git(&["init", "--quiet", "--initial-branch=main"]);
        fixture.write("pack/README.md", "not of the pack");
        fixture.write("pack/presets/a.toml", "title = \"A\"\r\n");
        for tag in tags {
            fixture.release(tag);
        }
        fixture
    }

    /// Commits a pack whose manifest names the tag, and tags it: annotated where the tag begins with `v`.
    pub(super) fn release(&self, tag: &str) {
        self.write("pack/pack.toml", &format!("# {tag}\n"));
        self.commit(tag);
        if tag.starts_with('v') {
            self.git(&["tag", "--annotate", "--message=x", tag]);
        } else {
            self.git(&["tag", tag]);
        }
    }

    pub(super) fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", message]);
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    pub(super) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::write(path, text).unwrap();
    }

    /// Runs git in the repository; gives what it printed.
    pub(super) fn git(&self, arguments: &[&str]) -> String {
        let mut command = Command::new("git");
        command.env_clear().envs(self.variables()).current_dir(self.path("pack")).args(arguments);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    pub(super) fn variables(&self) -> Vec<(OsString, OsString)> {
        let person = ["GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"];
        let mut variables: Vec<(OsString, OsString)> =
            person.map(|name| (name.into(), "someone".into())).into();
        variables.push(("GIT_CONFIG_NOSYSTEM".into(), "1".into()));
        variables.push(("HOME".into(), self.path("home").into()));
        variables.push(("PATH".into(), std::env::var_os("PATH").unwrap()));
        variables
    }

    pub(super) fn environment(&self) -> Environment {
        Environment {
            base: self.root.path().to_path_buf(),
            cache: Some(self.path("cache")),
            variables: Some(self.variables()),
            ..Environment::default()
        }
    }

    pub(super) fn url(&self) -> String {
        format!("file://{}", self.path("pack").display())
    }

    pub(super) fn open(&self, name: &str) -> Result<Opened, Error> {
        open(&PackSpec::parse(name)?, &self.environment())
    }

    /// The first line of the manifest that is read: the tag it was committed with.
    pub(super) fn read(&self, name: &str) -> String {
        let opened = self.open(name).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        manifest(&opened)
    }

    /// How a name is refused.
    pub(super) fn refusal(&self, name: &str) -> Error {
        self.open(name).map(|opened| opened.origin).unwrap_err()
    }
}

/// What the manifest says after its `#`.
pub(super) fn manifest(opened: &Opened) -> String {
    let text = opened.files.get("pack.toml").unwrap().content();
    String::from_utf8_lossy(text).trim_start_matches("# ").trim_end().to_owned()
}

/// Writes a pack's files into a folder.
pub(super) fn write_out(files: &PackFiles, folder: &Path) {
    for (path, file) in files.iter() {
        let path = folder.join(path);
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::write(path, file.content()).unwrap();
    }
}
