//! A clock that is not the one of the machine, for one process: Debian's `libfaketime` in it, as `faketime` itself does it.
//!
//! Only the clock on the wall is another one: neither the one that measures how long something took, nor the times of files.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use crate::env::{Ended, GOLDPATH, TestEnv};

/// What a clock does while a program runs.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Clock {
    /// It stands on a day at noon.
    On(&'static str),
    /// Each look at it is a day after the one before.
    Forward,
    /// Each look at it is a day before the one before.
    Backward,
    /// It is set forward and back all the time, by almost a century.
    BackAndForth,
}

/// The day that a clock that jumps begins with.
const BEGINS: &str = "@2031-05-05 12:00:00";
/// Between two settings of a clock that goes back and forth.
const PAUSE: Duration = Duration::from_micros(200);

impl Clock {
    /// Runs a program in a folder, under this clock, which no variable says better. One that does not come to its end is
    /// ended, with code 137.
    fn run(self, env: &TestEnv, folder: &str, program: &[&str]) -> Ended {
        let mut command = env.command("timeout", folder);
        command.args(["-s", "KILL", "120", "env", "-u", "SOURCE_DATE_EPOCH"]);
        command.arg(format!("LD_PRELOAD={}", library().display()));
        command.args(["NO_FAKE_STAT=1", "FAKETIME_DONT_FAKE_MONOTONIC=1"]);
        let timestamp = env.home().join("now");
        match self {
            Self::On(day) => command.arg(format!("FAKETIME={day} 12:00:00")),
            Self::Forward => command.arg(format!("FAKETIME={BEGINS} i86400")),
            Self::Backward => command.arg(format!("FAKETIME={BEGINS} i-86400")),
            Self::BackAndForth => {
                set(&timestamp, "2002-01-01 00:00:00");
                let file = format!("FAKETIME_TIMESTAMP_FILE={}", timestamp.display());
                command.args([&file, "FAKETIME_NO_CACHE=1"])
            }
        };
        command.args(program);
        let (running, watched) = mpsc::channel::<()>();
        std::thread::scope(|scope| {
            // Gone with the run, however it ends.
            let _running = running;
            if let Self::BackAndForth = self {
                scope.spawn(move || {
                    let mut days = ["2099-01-01 00:00:00", "2002-01-01 00:00:00"].into_iter().cycle();
                    while watched.recv_timeout(PAUSE) == Err(RecvTimeoutError::Timeout) {
                        days.by_ref().take(1).for_each(|day| set(&timestamp, day));
                    }
                });
            }
            env.run(&mut command).whatever()
        })
    }

    /// The same for goldpath.
    pub(crate) fn goldpath(self, env: &TestEnv, folder: &str, arguments: &[&str]) -> Ended {
        self.run(env, folder, &[&[GOLDPATH], arguments].concat())
    }
}

/// In one go, so that nobody reads half of a line.
fn set(file: &Path, day: &str) {
    let next = file.with_extension("next");
    fs_err::write(&next, day).unwrap();
    fs_err::rename(next, file).unwrap();
}

fn library() -> PathBuf {
    let folders = fs_err::read_dir("/usr/lib").unwrap().map(|entry| entry.unwrap().path());
    let mut places = folders.map(|folder| folder.join("faketime/libfaketime.so.1"));
    places.find(|place| place.exists()).expect("this test needs a clock that can be set: install libfaketime")
}

/// What a process sees that looks three times, as days.
fn looks(clock: Clock) -> Vec<i64> {
    let env = TestEnv::new();
    let script = "for (1..3) { print int(time / 86400), qq(\\n); select(undef, undef, undef, 0.05) }";
    let seen = clock.run(&env, "", &["perl", "-e", script]);
    assert_eq!(seen.code(), 0, "{}", seen.said());
    seen.stdout().lines().map(|line| line.parse().unwrap()).collect()
}

#[test]
fn a_clock_that_jumps_does() {
    let first = 22_404;
    assert_eq!(looks(Clock::On("2031-05-05")), [first, first, first]);
    assert_eq!(looks(Clock::Forward), [first + 1, first + 2, first + 3]);
    assert_eq!(looks(Clock::Backward), [first - 1, first - 2, first - 3]);
    let (back, forth) = (11_688, 47_117);
    let seen: Vec<i64> = (0..10).flat_map(|_| looks(Clock::BackAndForth)).collect();
    assert!(seen.iter().all(|day| [back, forth].contains(day)), "{seen:?}");
    assert!(seen.contains(&back) && seen.contains(&forth), "{seen:?}");
}
