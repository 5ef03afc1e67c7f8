//! Temporary folders, a hermetic git and small trees for the tests of this module.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use tempfile::TempDir;

use super::environment::{Account, Environment};
use crate::path::RepoPath;
use crate::render::tree::{File, Mode, Ownership, Tree};

/// A temporary folder that is home and work place at once.
pub(super) struct Sandbox {
    _folder: TempDir,
    path: PathBuf,
}

impl Sandbox {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = dunce::canonicalize(folder.path()).unwrap();
        Self { _folder: folder, path }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn folder(&self, path: &str) -> PathBuf {
        let path = self.path.join(path);
        fs_err::create_dir_all(&path).unwrap();
        path
    }

    pub(super) fn write(&self, path: &str, content: &str) -> PathBuf {
        let path = self.path.join(path);
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::write(&path, content).unwrap();
        path
    }

    /// Runs git here; it has to succeed.
    pub(super) fn git(&self, args: &[&str]) -> String {
        self.git_in(&self.path, args)
    }

    /// Runs git in a folder, with this sandbox as home; it has to succeed.
    pub(super) fn git_in(&self, folder: &Path, args: &[&str]) -> String {
        let output =
            self.command("git", folder).args(args).output().expect("the tests need `git` on the path");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert!(output.status.success(), "git {args:?}:\n{}{}", text(&output.stdout), text(&output.stderr));
        text(&output.stdout)
    }

    /// A program that sees this sandbox as its home, and nothing of the machine's configuration.
    pub(super) fn command(&self, program: &str, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(folder).env_clear().envs(self.variables(&[]));
        command.env("PATH", std::env::var_os("PATH").unwrap());
        command
    }

    /// The variables of an environment whose home is this sandbox.
    pub(super) fn variables(&self, more: &[(&str, &str)]) -> BTreeMap<String, String> {
        let home = self.path.to_str().unwrap();
        let all = [("HOME", home), ("GIT_CONFIG_NOSYSTEM", "1")].into_iter().chain(more.iter().copied());
        all.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    pub(super) fn environment(&self) -> Environment {
        environment(self.variables(&[]))
    }

    /// Every path below a folder with its content, sorted; `.git` is left out.
    pub(super) fn listing(&self, folder: &str) -> Vec<String> {
        let mut found = Vec::new();
        list(&self.path.join(folder), "", &mut found);
        found.sort_unstable();
        found
    }
}

fn list(folder: &Path, prefix: &str, found: &mut Vec<String>) {
    for entry in fs_err::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let path = format!("{prefix}{name}");
        if entry.file_type().unwrap().is_dir() {
            if name != ".git" {
                list(&entry.path(), &format!("{path}/"), found);
            }
            found.push(format!("{path}/"));
        } else {
            let content = fs_err::read(entry.path()).unwrap_or_default();
            found.push(format!("{path}: {}", String::from_utf8_lossy(&content)));
        }
    }
}

pub(super) fn environment(variables: BTreeMap<String, String>) -> Environment {
    Environment::new(variables, || Account {
        login: "tester".into(),
        full_name: Some("Test Account".into()),
        host: "host.example.com".into(),
    })
}

pub(super) fn environment_of(variables: &[(&str, &str)]) -> Environment {
    environment(variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
}

/// A tree of files: `*` behind a path makes it executable, `@` makes it a symlink.
pub(super) fn tree(files: &[(&str, &str)]) -> Tree {
    files.iter().map(|(path, content)| entry(path, content.as_bytes().to_vec())).collect()
}

fn entry(path: &str, content: Vec<u8>) -> (RepoPath, File) {
    let mode = match path.as_bytes().last() {
        Some(b'*') => Mode::Executable,
        Some(b'@') => Mode::Symlink,
        _ => Mode::Regular,
    };
    let path = RepoPath::new(path.trim_end_matches(['*', '@'])).unwrap();
    (path, File::new(content.into(), mode, Ownership::Shared, Arc::from("test")))
}
