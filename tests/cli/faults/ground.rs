//! One ground to run a command on again and again, and what it may leave behind: the old state, the new one, or a way back.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use super::state::{State, state, without_rest};
use super::writings::{Back, Writing};
use crate::env::TestEnv;

/// The work folder as a command finds it, kept beside it.
fn template(env: &TestEnv) -> PathBuf {
    env.path("").parent().unwrap().join("template")
}

/// Gives one folder what another one holds; it may be the root of a file system.
fn copy(from: &Path, to: &Path) {
    fs_err::create_dir_all(to).unwrap();
    for entry in fs_err::read_dir(to).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.is_symlink() {
            fs_err::remove_dir_all(path).unwrap();
        } else {
            fs_err::remove_file(path).unwrap();
        }
    }
    assert!(Command::new("cp").arg("-a").args([&from.join("."), to]).status().unwrap().success());
}

/// One ground, and what a command makes of it.
pub(crate) struct Ground<'w> {
    pub(crate) env: TestEnv,
    pub(crate) writing: &'w Writing,
    pub(crate) old: State,
    pub(crate) new: State,
    pub(crate) whole: Duration,
}

impl<'w> Ground<'w> {
    pub(crate) fn of(writing: &'w Writing) -> Self {
        Self::within(TestEnv::new(), writing)
    }

    pub(crate) fn within(env: TestEnv, writing: &'w Writing) -> Self {
        (writing.lay)(&env);
        copy(&env.path(""), &template(&env));
        let old = state(&env);
        let started = Instant::now();
        let run = env.goldpath_in(writing.folder, writing.run).whatever();
        let whole = started.elapsed();
        assert!([0, 1].contains(&run.code()), "{}: {}", writing.name, run.said());
        let new = state(&env);
        assert_ne!(old, new, "{}: {}", writing.name, run.said());
        Self { env, writing, old, new, whole }
    }

    /// Everything as the command finds it.
    pub(crate) fn reset(&self) {
        copy(&template(&self.env), &self.env.path(""));
    }

    /// What is there now, after a run that was killed, or came to an end of its own.
    pub(crate) fn outcome(&self, killed: bool, now: &State) -> &'static str {
        let now = if killed { &without_rest(now) } else { now };
        if *now == self.old {
            "old"
        } else if *now == self.new {
            "new"
        } else if !killed {
            "neither the old state nor the new one"
        } else if self.writing.back != Back::Completes && self.has_journal() {
            self.taken_back()
        } else if self.writing.back == Back::Completes {
            self.completed(now)
        } else if let Some(lock) = now.keys().find(|path| is_lock_of_a_branch(path)) {
            self.unlocked(now, lock)
        } else {
            "neither the old state nor the new one, and no journal"
        }
    }

    pub(crate) fn has_journal(&self) -> bool {
        self.env.exists("orders/.git/goldpath")
    }

    /// The next run says that an earlier one was broken off, and `--abort` takes it back.
    pub(crate) fn taken_back(&self) -> &'static str {
        let next = self.env.goldpath_in("orders", ["upgrade"]).whatever();
        if next.code() != 3
            || !["broken off", "waits for its conflicts"].iter().any(|said| next.stderr().contains(said))
        {
            return "a journal that the next run does not tell";
        }
        if self.env.goldpath_in("orders", ["upgrade", "--abort"]).whatever().code() != 0 {
            return "a journal that `--abort` does not take";
        }
        let wanted = if self.writing.back == Back::Again { &self.new } else { &self.old };
        if state(&self.env) == *wanted {
            "journal"
        } else {
            "a journal that does not give the old state back"
        }
    }

    /// The old state and git's lock of a branch, as a git that is killed leaves it: the next run says what to do, and it is that.
    fn unlocked(&self, now: &State, lock: &str) -> &'static str {
        let mut rest = now.clone();
        rest.remove(lock);
        if rest != self.old {
            return "git's lock of a branch, and not the old state";
        }
        let again = || self.env.goldpath_in(self.writing.folder, self.writing.run).whatever();
        let next = again();
        if next.code() != 3 || !next.stderr().contains(lock) || !next.stderr().contains("remove it") {
            return "git's lock of a branch, of which the next run does not say what to do";
        }
        fs_err::remove_file(self.env.path(lock)).unwrap();
        let done = [0, 1].contains(&again().code());
        if done && state(&self.env) == self.new {
            "locked"
        } else {
            "git's lock of a branch, and no way on without it"
        }
    }

    /// Nothing of what was there is touched, and the same command comes to the new state.
    fn completed(&self, now: &State) -> &'static str {
        if self.old.iter().any(|(path, what)| now.get(path) != Some(what)) {
            return "something of what was there is touched";
        }
        if ![0, 1].contains(&self.env.goldpath_in(self.writing.folder, self.writing.run).whatever().code()) {
            return "half of it, and the same command does not complete it";
        }
        if without_rest(&state(&self.env)) == self.new { "completed" } else { "half of it, for ever" }
    }
}

fn is_lock_of_a_branch(path: &str) -> bool {
    path.starts_with("orders/.git/refs/") && Path::new(path).extension() == Some("lock".as_ref())
}

/// Moments of a run or sizes of a disk, without order.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new() -> Self {
        let seed = Instant::now().elapsed().subsec_nanos() ^ std::process::id();
        Self(u64::from(seed) ^ 0x9E37_79B9_7F4A_7C15)
    }

    /// From 0 to 1.
    pub(crate) fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(self.0 >> 32).unwrap()) / f64::from(u32::MAX)
    }
}

/// `few`, or as many as make `GOLDPATH_INJECTIONS` of `each` together.
pub(crate) fn rounds(few: u32, each: u32) -> u32 {
    let wanted: u32 = std::env::var("GOLDPATH_INJECTIONS").map_or(0, |number| number.parse().unwrap());
    wanted.div_ceil(each).max(few)
}
