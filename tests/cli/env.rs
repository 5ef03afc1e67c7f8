//! A hermetic place to run goldpath and git in, and what a run left behind.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Built by cargo for this test crate.
pub(crate) const GOLDPATH: &str = env!("CARGO_BIN_EXE_goldpath");
/// The day on which every commit is made, unless a test says another.
pub(crate) const EPOCH: &str = "1700000000";

/// A folder of its own, with a home and a work folder in it, and a fixed set of variables.
pub(crate) struct TestEnv {
    root: tempfile::TempDir,
    variables: BTreeMap<String, String>,
}

impl TestEnv {
    /// Ada commits here.
    pub(crate) fn new() -> Self {
        let env = Self::without_identity();
        env.write_home(".gitconfig", "[user]\n\tname = Ada\n\temail = ada@example.com\n");
        env
    }

    /// Git knows nobody here.
    pub(crate) fn without_identity() -> Self {
        let root = tempfile::Builder::new().prefix("goldpath-test-").tempdir().unwrap();
        let path = |name: &str| root.path().join(name).display().to_string();
        let variables = [
            ("PATH", std::env::var("PATH").unwrap()),
            ("HOME", path("home")),
            ("GIT_CONFIG_NOSYSTEM", "1".to_owned()),
            ("GIT_CEILING_DIRECTORIES", root.path().display().to_string()),
            ("LC_ALL", "C.UTF-8".to_owned()),
            ("TZ", "UTC".to_owned()),
            ("COLUMNS", "100".to_owned()),
            ("SOURCE_DATE_EPOCH", EPOCH.to_owned()),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value)).into();
        let env = Self { root, variables };
        fs_err::create_dir_all(env.home()).unwrap();
        fs_err::create_dir_all(env.path("")).unwrap();
        env
    }

    /// The same, with one more variable.
    pub(crate) fn with(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.variables.insert(name.to_owned(), value.as_ref().to_str().unwrap().to_owned());
        self
    }

    /// The same, without a variable.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.variables.remove(name);
        self
    }

    /// A path in the work folder.
    pub(crate) fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.root.path().join("work").join(path)
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.root.path().join("home")
    }

    /// Writes a file in the work folder, and the folders above it.
    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) -> PathBuf {
        write(self.path(path), content)
    }

    /// Writes a file at home.
    pub(crate) fn write_home(&self, path: &str, content: impl AsRef<[u8]>) -> PathBuf {
        write(self.home().join(path), content)
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs_err::read_to_string(self.path(path)).unwrap()
    }

    pub(crate) fn folder(&self, path: &str) -> PathBuf {
        let path = self.path(path);
        fs_err::create_dir_all(&path).unwrap();
        path
    }

    pub(crate) fn exists(&self, path: &str) -> bool {
        self.path(path).symlink_metadata().is_ok()
    }

    /// A command in the work folder with nothing of the machine in its environment.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>, folder: &str) -> Command {
        let mut command = Command::new(program);
        command.env_clear().envs(&self.variables).current_dir(self.path(folder)).stdin(Stdio::null());
        command
    }

    /// Runs goldpath in the work folder, without a terminal.
    pub(crate) fn goldpath<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Run {
        self.goldpath_in("", arguments)
    }

    /// Runs goldpath in a folder of the work folder.
    pub(crate) fn goldpath_in<A: AsRef<OsStr>>(
        &self,
        folder: &str,
        arguments: impl IntoIterator<Item = A>,
    ) -> Run {
        self.run(self.command(GOLDPATH, folder).args(arguments))
    }

    pub(crate) fn run(&self, command: &mut Command) -> Run {
        let output = command.output().unwrap();
        let shown = format!("{command:?}");
        Run(Ended { output, root: self.root.path().to_path_buf(), shown })
    }

    /// Runs git in a folder; it has to succeed.
    pub(crate) fn git<A: AsRef<OsStr>>(
        &self,
        folder: &str,
        arguments: impl IntoIterator<Item = A>,
    ) -> String {
        self.run(self.command("git", folder).args(arguments)).succeeds().stdout()
    }

    /// Runs a shell script in the work folder; it has to succeed.
    pub(crate) fn shell(&self, script: &str) -> String {
        self.run(self.command("sh", "").args(["-e", "-c", script])).succeeds().stdout()
    }

    /// Everything below a folder but what is in `.git`, sorted: folders end with a slash.
    pub(crate) fn listing(&self, folder: &str) -> Vec<String> {
        let mut found = Vec::new();
        list(&self.path(folder), "", &mut found);
        found.sort();
        found
    }

    /// The same with modes and contents, as one text that two folders can be compared by.
    pub(crate) fn contents(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        let files = self.listing(folder).into_iter().filter(|path| !path.ends_with('/'));
        files
            .map(|path| {
                let full = self.path(folder).join(&path);
                let link = fs_err::read_link(&full).map(|target| format!("-> {}", target.display()).into());
                (path, link.unwrap_or_else(|_| fs_err::read(&full).unwrap_or_default()))
            })
            .collect()
    }

    /// What git says of a repository that was just made: nothing to complain about, nothing to commit.
    pub(crate) fn assert_sound(&self, folder: &str) {
        assert_eq!(self.git(folder, ["status", "--porcelain", "--ignored"]), "", "git status of {folder}");
        self.git(folder, ["fsck", "--strict", "--full", "--no-dangling"]);
    }

    /// The id of HEAD.
    pub(crate) fn head(&self, folder: &str) -> String {
        self.git(folder, ["rev-parse", "HEAD"]).trim().to_owned()
    }

    /// Whether nothing that goldpath makes on the way is left in a folder.
    pub(crate) fn assert_no_leftovers(&self, folder: &str) {
        let left: Vec<String> =
            self.listing(folder).into_iter().filter(|path| path.contains(".goldpath")).collect();
        assert!(left.is_empty(), "left in {folder:?}: {left:?}");
    }
}

fn write(path: PathBuf, content: impl AsRef<[u8]>) -> PathBuf {
    fs_err::create_dir_all(path.parent().unwrap()).unwrap();
    fs_err::write(&path, content).unwrap();
    path
}

fn list(folder: &Path, prefix: &str, found: &mut Vec<String>) {
    for entry in fs_err::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type().unwrap().is_dir() {
            if entry.file_name() != ".git" {
                list(&entry.path(), &format!("{path}/"), found);
                found.push(format!("{path}/"));
            }
        } else {
            found.push(path);
        }
    }
}

/// A run of which nothing is known yet.
#[must_use = "say how it should have ended: `.succeeds()`, `.ends(2)` or a transcript"]
#[derive(Debug)]
pub(crate) struct Run(Ended);

impl Run {
    #[track_caller]
    pub(crate) fn succeeds(self) -> Ended {
        self.ends(0)
    }

    #[track_caller]
    pub(crate) fn ends(self, code: i32) -> Ended {
        assert_eq!(self.0.code(), code, "{}\n{}", self.0.shown, self.0.said());
        self.0
    }

    /// Ended with this code, and stderr holds each of these.
    #[track_caller]
    pub(crate) fn fails<'t>(self, code: i32, told: impl IntoIterator<Item = &'t str>) -> Ended {
        let ended = self.ends(code);
        for told in told {
            assert!(ended.stderr().contains(told), "`{told}` is not in:\n{}", ended.stderr());
        }
        ended
    }

    /// Whatever its end was.
    pub(crate) fn whatever(self) -> Ended {
        self.0
    }

    pub(crate) fn transcript(&self) -> String {
        self.0.transcript()
    }
}

/// What a run said, and how it ended.
#[derive(Debug)]
pub(crate) struct Ended {
    output: Output,
    root: PathBuf,
    shown: String,
}

impl Ended {
    pub(crate) fn code(&self) -> i32 {
        self.output.status.code().unwrap_or(-1)
    }

    pub(crate) fn stdout(&self) -> String {
        self.filtered(&self.output.stdout)
    }

    pub(crate) fn stderr(&self) -> String {
        self.filtered(&self.output.stderr)
    }

    /// Everything that was printed.
    pub(crate) fn said(&self) -> String {
        self.stdout() + &self.stderr()
    }

    /// The JSON object on stdout.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.output.stdout).unwrap_or_else(|error| panic!("{error}\n{}", self.said()))
    }

    /// Exit code, stdout and stderr as one text, for a snapshot.
    pub(crate) fn transcript(&self) -> String {
        let mut text = format!("exit {}\n", self.code());
        for (name, part) in [("stdout", self.stdout()), ("stderr", self.stderr())] {
            if !part.is_empty() {
                let lines: Vec<&str> = part.lines().map(str::trim_end).collect();
                let _ = write!(text, "--- {name}\n{}\n", lines.join("\n").trim_end());
            }
        }
        text
    }

    /// Without what differs from machine to machine: the folder, the commit, the version of goldpath.
    fn filtered(&self, bytes: &[u8]) -> String {
        let text = String::from_utf8_lossy(bytes);
        let real = dunce::canonicalize(&self.root).unwrap_or_else(|_| self.root.clone());
        text.replace(&real.display().to_string(), "[ROOT]")
            .replace(&self.root.display().to_string(), "[ROOT]")
    }
}

/// A snapshot of a whole run, inline.
macro_rules! transcript {
    ($run:expr, @$expected:literal) => {
        insta::with_settings!({ filters => vec![
            (r"first commit [0-9a-f]{10}", "first commit [COMMIT]"),
        ], prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!($run.transcript(), @$expected);
        });
    };
}
pub(crate) use transcript;
