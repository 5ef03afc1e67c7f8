//! A real pseudo-terminal with goldpath in it, driven as a person would.

use std::io::{Read, Write};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use expectrl::process::Process;
use expectrl::process::unix::{Signal, UnixProcess, WaitStatus};

use crate::env::{GOLDPATH, TestEnv};

/// A safety net: nothing here takes a second.
const PATIENCE: Duration = Duration::from_secs(30);
pub(crate) const DOWN: &str = "\x1b[B";
pub(crate) const UP: &str = "\x1b[A";
pub(crate) const ENTER: &str = "\r";
pub(crate) const CTRL_C: &str = "\x03";
const SHOW_CURSOR: &str = "\x1b[?25h";
const HIDE_CURSOR: &str = "\x1b[?25l";

/// A terminal with one goldpath, or another program, in it.
pub(crate) struct Terminal {
    process: UnixProcess,
    keyboard: Box<dyn Write>,
    screen: Receiver<Vec<u8>>,
    raw: String,
    /// How much of what is shown was looked for already.
    seen: usize,
}

impl Terminal {
    /// 100 columns, no colour.
    pub(crate) fn start(env: &TestEnv, arguments: &[&str]) -> Self {
        Self::start_with(env, 100, &[("TERM", "xterm-256color"), ("NO_COLOR", "1")], arguments)
    }

    pub(crate) fn start_with(
        env: &TestEnv,
        columns: u16,
        variables: &[(&str, &str)],
        arguments: &[&str],
    ) -> Self {
        Self::start_program(env, columns, variables, GOLDPATH, arguments)
    }

    pub(crate) fn start_program(
        env: &TestEnv,
        columns: u16,
        variables: &[(&str, &str)],
        program: &str,
        arguments: &[&str],
    ) -> Self {
        // The size has to stand before goldpath looks at it. Spawning sets one too, at some moment before it returns: the
        // shell waits for that.
        let script = format!("read -r _; stty cols {columns} rows 30; exec \"$0\" \"$@\"");
        let mut command = env.command("sh", "");
        // The pseudo-terminal takes the place of all three streams.
        command.stdin(std::process::Stdio::inherit());
        command.env_remove("COLUMNS").envs(variables.iter().copied());
        command.args(["-c", &script, program]).args(arguments);
        let mut process = UnixProcess::spawn_command(command).unwrap();
        let mut keyboard = Box::new(process.open_stream().unwrap());
        keyboard.write_all(b"\n").unwrap();
        let mut output = process.get_raw_handle().unwrap();
        let (sender, screen) = mpsc::channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            // The terminal of a process that ended gives an error: the end, too.
            while let Ok(count @ 1..) = output.read(&mut buffer) {
                if sender.send(buffer[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self { process, keyboard, screen, raw: String::new(), seen: 0 }
    }

    /// Waits until this is shown, after everything that was waited for before.
    #[track_caller]
    pub(crate) fn sees(&mut self, text: &str) -> &mut Self {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let shown = plain(&self.raw);
            if let Some(at) = shown[self.seen..].find(text) {
                self.seen += at + text.len();
                return self;
            }
            match self.screen.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.raw.push_str(&String::from_utf8_lossy(&bytes)),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => panic!(
                    "`{text}` did not appear after:\n{}",
                    &shown[..self.seen.min(shown.len())]
                        .to_owned()
                        .chars()
                        .chain("\n=== but ===\n".chars())
                        .chain(shown[self.seen..].chars())
                        .collect::<String>()
                ),
            }
        }
    }

    /// Waits until the terminal shows nothing of what is typed.
    fn hides_typing(&mut self) -> &mut Self {
        let deadline = Instant::now() + PATIENCE;
        while self.process.get_echo().unwrap() {
            assert!(Instant::now() < deadline, "what is typed stays visible:\n{}", plain(&self.raw));
            std::thread::yield_now();
        }
        self
    }

    /// Types what is not shown until it has the effect: a prompt for a secret throws away what arrived before it was
    /// ready, and on a busy machine there is no telling when that is.
    pub(crate) fn types_unseen(&mut self, keys: &str, effect: &str) -> &mut Self {
        for _ in 0..10 {
            self.hides_typing().types(keys);
            let deadline = Instant::now() + PATIENCE / 10;
            while let Ok(bytes) = self.screen.recv_timeout(deadline.saturating_duration_since(Instant::now()))
            {
                self.raw.push_str(&String::from_utf8_lossy(&bytes));
                if plain(&self.raw)[self.seen..].contains(effect) {
                    return self.sees(effect);
                }
            }
        }
        self.sees(effect)
    }

    pub(crate) fn types(&mut self, keys: &str) -> &mut Self {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
        self.keyboard.flush().unwrap();
        self
    }

    pub(crate) fn signal(&mut self, signal: Signal) -> &mut Self {
        self.process.signal(signal).unwrap();
        self
    }

    /// Waits for the end; gives the exit code and everything that was shown.
    pub(crate) fn ends(mut self) -> Shown {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.screen.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.raw.push_str(&String::from_utf8_lossy(&bytes)),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("it does not end:\n{}", plain(&self.raw)),
            }
        }
        let code = match self.process.wait().unwrap() {
            WaitStatus::Exited(_, code) => code,
            other => panic!("{other:?}\n{}", plain(&self.raw)),
        };
        Shown { code, raw: self.raw }
    }
}

/// What a terminal showed, and how the process in it ended.
#[must_use]
#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) code: i32,
    pub(crate) raw: String,
}

impl Shown {
    /// Without what moves the cursor and colours.
    pub(crate) fn text(&self) -> String {
        plain(&self.raw)
    }

    /// Whether a person gets the cursor back.
    pub(crate) fn cursor_is_shown(&self) -> bool {
        self.raw.rfind(SHOW_CURSOR) >= self.raw.rfind(HIDE_CURSOR)
    }

    #[track_caller]
    pub(crate) fn assert_code(&self, code: i32) -> &Self {
        assert_eq!(self.code, code, "{}", self.text());
        self
    }
}

/// Without escape sequences and carriage returns.
fn plain(raw: &str) -> String {
    let escapes = regex_lite::Regex::new("\x1b\\[[0-9;?]*[ -/]*[@-~]|\x1b[@-Z\\\\-_]|\r").unwrap();
    // A sequence that has not arrived as a whole is no text yet.
    let whole = raw
        .rfind('\x1b')
        .filter(|at| raw.len() - at < 12 && escapes.find(&raw[*at..]).is_none_or(|found| found.start() != 0));
    escapes.replace_all(&raw[..whole.unwrap_or(raw.len())], "").into_owned()
}
