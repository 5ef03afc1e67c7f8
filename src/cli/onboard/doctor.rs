//! Which tools are on this machine. Only programs that goldpath knows are started, to ask their version, in a folder that
//! is not the repository: a tool may read configuration there, and fetch what it names.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::exit::Exit;
use crate::onboard::Need;

/// A program that says nothing for this long is no use for a first hour either.
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(10);

/// What was found of every tool.
pub(super) struct Doctor {
    pub(super) findings: Vec<Finding>,
}

/// What was found of one.
pub(super) struct Finding {
    pub(super) need: Need,
    /// Where it is; none: nowhere on the `PATH`.
    pub(super) path: Option<PathBuf>,
    /// What it says of itself; none where it was not asked, or did not answer.
    pub(super) version: Option<String>,
}

impl Doctor {
    pub(super) fn examine(needs: Vec<Need>, root: &Path) -> Self {
        let findings = needs.into_iter().map(|need| {
            // What `make tool-NAME` put there wins for make; it is of the repository, so it is not started.
            let own = Some(root.join(".tools/bin").join(&need.tool)).filter(|file| is_program(file));
            let found = on_path(&need.tool).filter(|_| own.is_none());
            let version = found.as_ref().zip(need.version).and_then(|(path, ask)| version(path, ask));
            let path = own.or(found);
            Finding { need, path, version }
        });
        Self { findings: findings.collect() }
    }

    /// The tools that are needed and not there, or too old.
    pub(super) fn wanting(&self) -> impl Iterator<Item = &Finding> {
        let is_wanting =
            |finding: &&Finding| finding.path.is_none() || finding.is_new_enough() == Some(false);
        self.findings.iter().filter(|finding| finding.need.needed).filter(is_wanting)
    }

    pub(super) fn exit(&self) -> Exit {
        if self.wanting().next().is_some() { Exit::NeedsYou } else { Exit::Done }
    }
}

impl Finding {
    /// Whether it is as new as the repository says; none where it says nothing, or the tool does not.
    pub(super) fn is_new_enough(&self) -> Option<bool> {
        self.need.at_least.as_ref()?.is_met_by(self.version.as_deref()?)
    }

    pub(super) fn json(&self) -> Value {
        json!({
            "tool": self.need.tool,
            "needed": self.need.needed,
            "used_by": self.need.used_by,
            "found": self.path.is_some(),
            "version": self.version,
            "at_least": self.need.at_least,
            "is_new_enough": self.is_new_enough(),
            "install": self.need.install,
        })
    }
}

fn on_path(tool: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        // A relative entry would find what the repository has.
        .filter(|folder| folder.is_absolute())
        .flat_map(|folder| file_names(tool, cfg!(windows)).into_iter().map(move |name| folder.join(name)))
        .find(|file| is_program(file))
}

/// What the file of a program may be called: Windows starts nothing without an ending, and `npm` has a namesake there that
/// is a script of a shell.
fn file_names(tool: &str, windows: bool) -> Vec<String> {
    let endings: &[&str] = if windows { &[".exe", ".cmd", ".bat"] } else { &[""] };
    endings.iter().map(|ending| format!("{tool}{ending}")).collect()
}

fn is_program(file: &Path) -> bool {
    // Where modes say nothing, a file of that name is a program.
    let may_run = |found: &std::fs::Metadata| !cfg!(unix) || crate::path::is_executable(found);
    fs_err::metadata(file).is_ok_and(|found| found.is_file() && may_run(&found))
}

/// The first line of what it prints.
fn version(program: &Path, ask: &[&str]) -> Option<String> {
    let mut child = Command::new(program)
        .args(ask)
        .current_dir(std::env::temp_dir())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    let deadline = Instant::now() + PATIENCE;
    // A version fits into the pipe, so nothing has to be read meanwhile.
    while child.try_wait().ok()?.is_none() {
        if Instant::now() > deadline {
            let _ = child.kill();
            let _ = child.wait();
            return None;
        }
        std::thread::sleep(PAUSE);
    }
    let output = child.wait_with_output().ok()?;
    let said = if output.stdout.is_empty() { output.stderr } else { output.stdout };
    let said = String::from_utf8_lossy(&said);
    let said = console::strip_ansi_codes(&said);
    let line = said.lines().map(str::trim).find(|line| !line.is_empty())?;
    output.status.success().then(|| line.chars().filter(|c| !c.is_control()).take(60).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_of_windows_has_an_ending() {
        assert_eq!(file_names("npm", false), ["npm"]);
        assert_eq!(file_names("npm", true), ["npm.exe", "npm.cmd", "npm.bat"]);
    }
}
