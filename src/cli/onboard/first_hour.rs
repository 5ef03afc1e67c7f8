//! The first hour, step by step: each command is shown, and runs when the person says so.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::cli::prompt::Prompter;
use crate::error::Error;
use crate::explain::prose::visible;
use crate::interrupt::{self, Writing};
use crate::onboard::Step;

/// A command that goes on while others are asked; it ends with the walk.
struct Running {
    child: Child,
    shown: String,
    /// A signal has to wait until it was stopped.
    _writing: Writing,
}

impl Running {
    fn stop(mut self) {
        for (program, arguments) in ends(self.child.id(), cfg!(windows)) {
            let mut command = Command::new(program);
            let _ = command.args(arguments.split(' ')).stdout(Stdio::null()).stderr(Stdio::null()).status();
            let deadline = Instant::now() + PATIENCE;
            while Instant::now() < deadline {
                if !matches!(self.child.try_wait(), Ok(None)) {
                    return;
                }
                std::thread::sleep(PAUSE);
            }
        }
    }
}

/// What ends a process with everything that it started, since `make` starts the service: as Ctrl-C would, and if that is
/// not heard, for good. Windows has only the second.
fn ends(id: u32, windows: bool) -> Vec<(&'static str, String)> {
    if windows {
        vec![("taskkill", format!("/T /F /PID {id}"))]
    } else {
        ["INT", "KILL"].map(|signal| ("kill", format!("-{signal} -- -{id}"))).into()
    }
}

/// A service drains its requests within it.
const PATIENCE: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(20);

const RUN: &str = "run it";
const BEHIND: &str = "run it in the background until it is stopped";
const DONE: &str = "I did it myself";
const SKIP: &str = "skip it";
const LEAVE: &str = "leave the first hour";

pub(super) fn walk(prompter: &mut dyn Prompter, root: &Path, steps: &[Step]) -> Result<(), Error> {
    let mut running: Vec<Running> = Vec::new();
    let walked = each(prompter, root, steps, &mut running);
    for left in running {
        left.stop();
    }
    let ticked = walked?;
    prompter.say(&format!("{ticked} of {} steps proved themselves.", steps.len()));
    Ok(())
}

fn each(
    prompter: &mut dyn Prompter,
    root: &Path,
    steps: &[Step],
    running: &mut Vec<Running>,
) -> Result<usize, Error> {
    let mut ticked = 0;
    for (index, step) in steps.iter().enumerate() {
        prompter.say(&format!("\nStep {} of {}: {}", index + 1, steps.len(), step.what));
        for (at, block) in step.commands.iter().enumerate() {
            let block = Step::to_run(block);
            if block.is_empty() {
                continue;
            }
            let shown: Vec<String> = block.lines().map(|line| format!("  $ {}", visible(line))).collect();
            prompter.say(&shown.join("\n"));
            // What another block follows has to go on meanwhile.
            let goes_on = at + 1 < step.commands.len();
            let items = [RUN, BEHIND, DONE, SKIP, LEAVE].map(str::to_owned);
            let chosen = prompter.choose("What now", &items, usize::from(goes_on))?;
            prompter.answered("What now", &items[chosen]);
            match items[chosen].as_str() {
                RUN => {
                    let writing = Writing::begin();
                    let status = shell(root, &block).status();
                    interrupt::check().map_err(|_| Error::Interrupted)?;
                    drop(writing);
                    prompter.say(&ended(status));
                }
                BEHIND => {
                    let child = behind(&mut shell(root, &block)).spawn();
                    match child {
                        Ok(child) => {
                            running.push(Running { child, shown: block, _writing: Writing::begin() });
                        }
                        Err(error) => prompter.say(&format!("it cannot be started: {error}")),
                    }
                }
                LEAVE => return Ok(ticked),
                _ => {}
            }
        }
        if step.commands.is_empty()
            && let Some(last) = running.pop()
        {
            let ask =
                format!("Stop `{}` now", last.shown.lines().map(visible).collect::<Vec<_>>().join("; "));
            if super::yes(prompter, &ask)? {
                last.stop();
            } else {
                running.push(last);
            }
        }
        if let Some(proof) = &step.proof {
            prompter.explain(&format!("Proof: {proof}"));
        }
        ticked += usize::from(super::yes(prompter, "Did it prove itself")?);
    }
    Ok(ticked)
}

/// The shell of the page's blocks; what it prints goes to the terminal.
fn shell(root: &Path, block: &str) -> Command {
    let mut command = Command::new("bash");
    command.args(["-c", block]).current_dir(root);
    command
}

/// With a group of its own, and without the keyboard.
fn behind(command: &mut Command) -> &mut Command {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    command.stdin(Stdio::null())
}

fn ended(status: std::io::Result<std::process::ExitStatus>) -> String {
    match status {
        Ok(status) => match status.code() {
            Some(code) => format!("exit code {code}"),
            None => "it was ended by a signal".to_owned(),
        },
        Err(error) => format!("it cannot be started: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_in_the_background_ends_with_all_that_it_started() {
        let ends = |windows| ends(7, windows).into_iter().map(|(program, rest)| format!("{program} {rest}"));
        assert_eq!(ends(false).collect::<Vec<_>>(), ["kill -INT -- -7", "kill -KILL -- -7"]);
        assert_eq!(ends(true).collect::<Vec<_>>(), ["taskkill /T /F /PID 7"]);
    }
}
