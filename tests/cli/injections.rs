//! Signals at random moments of every command that writes: what is there afterwards is the old state, or the new one, or a
//! journal from which `--abort` gives the old one back; and the run, or the next one, says which.
//!
//! `GOLDPATH_INJECTIONS=1000 cargo test --test cli injections -- --nocapture` runs about as many and prints the table.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::env::{GOLDPATH, TestEnv};
use crate::pack::TestPack;
use crate::upgrade::{first, second};

/// A command that writes.
struct Writing {
    name: &'static str,
    /// Lays out what it starts from.
    lay: fn(&TestEnv),
    /// Where it runs.
    folder: &'static str,
    run: &'static [&'static str],
    /// What gives the old state back, where a journal is left.
    back: Back,
}

#[derive(PartialEq, Clone, Copy)]
enum Back {
    /// `goldpath upgrade --abort` gives the old state.
    Abort,
    /// It is `--abort` itself: called again, it comes to its end.
    Again,
    /// There is no journal: it is the old state or the new one, but for `kill -9` in the few milliseconds in which a
    /// folder that held something is filled. Nothing of what was there is touched, and the same command completes it.
    Completes,
}

const FILES: usize = 120;

/// As many files as make the writing a good part of a run.
fn many(mut pack: TestPack, line: &str) -> TestPack {
    for number in 0..FILES {
        pack = pack
            .template(&format!("d{}/f{number}.txt", number % 12), format!("{number} {line}\n").repeat(20));
    }
    pack
}

fn packed(env: &TestEnv) {
    many(first(), "one").write_to(env, "pack");
}

/// `orders` at the first version, and the second one beside it.
fn made(env: &TestEnv) {
    packed(env);
    env.goldpath(["new", "orders", "--pack", "./pack", "-yq"]).succeeds();
    many(second(), "two").write_to(env, "pack");
}

fn edited_intent(env: &TestEnv) {
    packed(env);
    env.goldpath(["new", "orders", "--pack", "./pack", "-yq"]).succeeds();
    let text = env.read("orders/goldpath.toml");
    env.write("orders/goldpath.toml", text.replace("preset = \"small\"", "preset = \"large\""));
}

fn edited_makefile(env: &TestEnv) {
    packed(env);
    env.goldpath(["new", "orders", "--pack", "./pack", "-yq"]).succeeds();
    env.write("orders/Makefile", "mine:\n");
    env.shell("cd orders; git commit -qam mine");
}

fn foreign(env: &TestEnv) {
    packed(env);
    env.write("orders/README.md", "mine\n");
    env.write("orders/src/main.txt", "mine\n");
    env.shell("cd orders; git init -q -b main; git add -A; git commit -qm mine");
}

fn occupied(env: &TestEnv) {
    packed(env);
    env.write("orders/mine", "mine\n");
    env.write("orders/d3/mine", "mine\n");
}

/// An upgrade that waits for a conflict.
fn conflicting(env: &TestEnv) {
    packed(env);
    env.goldpath(["new", "orders", "--pack", "./pack", "-yq"]).succeeds();
    env.write("orders/docs/both.md", env.read("orders/docs/both.md").replace("one", "mine"));
    env.shell("cd orders; git commit -qam mine");
    many(second(), "two").write_to(env, "pack");
    env.goldpath_in("orders", ["upgrade", "-q"]).ends(1);
}

fn resolved(env: &TestEnv) {
    conflicting(env);
    env.write("orders/docs/both.md", "resolved\n");
    env.shell("cd orders; git add docs/both.md");
}

const WRITINGS: [Writing; 14] = [
    Writing {
        name: "new",
        lay: packed,
        folder: "",
        run: &["new", "orders", "--pack", "./pack", "--yes"],
        back: Back::Completes,
    },
    Writing {
        name: "new --force",
        lay: occupied,
        folder: "",
        run: &["new", "orders", "--pack", "./pack", "--yes", "--force"],
        back: Back::Completes,
    },
    Writing { name: "upgrade", lay: made, folder: "orders", run: &["upgrade"], back: Back::Abort },
    Writing {
        name: "upgrade --commit",
        lay: made,
        folder: "orders",
        run: &["upgrade", "--commit"],
        back: Back::Abort,
    },
    Writing {
        name: "upgrade --branch",
        lay: made,
        folder: "orders",
        run: &["upgrade", "--branch", "next"],
        back: Back::Abort,
    },
    Writing { name: "apply", lay: edited_intent, folder: "orders", run: &["apply"], back: Back::Abort },
    Writing {
        name: "apply PATH",
        lay: edited_makefile,
        folder: "orders",
        run: &["apply", "Makefile"],
        back: Back::Abort,
    },
    Writing {
        name: "adopt",
        lay: foreign,
        folder: "orders",
        run: &["adopt", "--pack", "../pack", "--yes"],
        back: Back::Abort,
    },
    Writing {
        name: "--abort",
        lay: conflicting,
        folder: "orders",
        run: &["upgrade", "--abort"],
        back: Back::Again,
    },
    Writing {
        name: "--continue",
        lay: resolved,
        folder: "orders",
        run: &["upgrade", "--continue"],
        back: Back::Completes,
    },
    Writing {
        name: "check --evidence",
        lay: made,
        folder: "orders",
        run: &["check", "--only", "drift", "--evidence", "../evidence"],
        back: Back::Completes,
    },
    Writing {
        name: "check --badge",
        lay: made,
        folder: "orders",
        run: &["check", "--only", "controls", "--badge", "path.svg"],
        back: Back::Completes,
    },
    Writing { name: "pack seal", lay: packed, folder: "pack", run: &["pack", "seal"], back: Back::Completes },
    Writing {
        name: "pack render",
        lay: packed,
        folder: "",
        run: &["pack", "render", "./pack", "--to", "out"],
        back: Back::Completes,
    },
];

const SIGNALS: [&str; 4] = ["KILL", "INT", "TERM", "HUP"];
const OUTCOMES: [&str; 4] = ["old", "new", "journal", "completed"];

type State = BTreeMap<String, String>;

/// Everything in the work folder that means something: files with their modes, references, and entries of the index.
fn state(env: &TestEnv) -> State {
    let mut state = State::new();
    look(&env.path(""), "", &mut state);
    if let Ok(repository) = git2::Repository::open(env.path("orders")) {
        for entry in repository.index().unwrap().iter() {
            let path = String::from_utf8_lossy(&entry.path).into_owned();
            state.insert(
                format!("index {path} {}", entry.flags >> 12),
                format!("{:o} {}", entry.mode, entry.id),
            );
        }
    }
    state
}

fn look(folder: &Path, prefix: &str, state: &mut State) {
    for entry in fs_err::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let inside_git = path.split_once(".git/").map(|(_, inside)| inside);
        // Objects that nothing names mean nothing; what is swept by the next run is looked for there.
        if matches!(inside_git, Some("objects" | "logs" | "index" | "goldpath.new" | "goldpath.old")) {
            continue;
        }
        let found = fs_err::symlink_metadata(entry.path()).unwrap();
        let what = if found.is_dir() {
            look(&entry.path(), &format!("{path}/"), state);
            "folder".to_owned()
        } else {
            String::from_utf8_lossy(&fs_err::read(entry.path()).unwrap()).into_owned()
        };
        state.insert(path, format!("{:o} {what}", found.permissions().mode()));
    }
}

/// Without what `kill -9` leaves beside the target: temporary folders of goldpath, and files that are not finished.
fn without_rest(state: &State) -> State {
    let is_rest = |path: &str| {
        path.split('/').any(|part| part.starts_with(".goldpath-")) || path.ends_with(".unfinished")
    };
    state.iter().filter(|(path, _)| !is_rest(path)).map(|(path, what)| (path.clone(), what.clone())).collect()
}

/// The work folder as a command finds it, kept beside it.
fn template(env: &TestEnv) -> PathBuf {
    env.path("").parent().unwrap().join("template")
}

fn copy(from: &Path, to: &Path) {
    let _ = fs_err::remove_dir_all(to);
    assert!(Command::new("cp").arg("-a").args([from, to]).status().unwrap().success());
}

/// Runs it with a signal after a while.
fn signalled(env: &TestEnv, writing: &Writing, signal: &str, after: Duration) -> Output {
    let mut command = env.command(GOLDPATH, writing.folder);
    let child = command.args(writing.run).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    // The moment is what the test is about: nothing is waited for.
    std::thread::sleep(after);
    let _ = Command::new("kill")
        .args([format!("-{signal}"), child.id().to_string()])
        .stderr(Stdio::null())
        .status()
        .unwrap();
    child.wait_with_output().unwrap()
}

/// One ground, and what a command makes of it.
struct Ground<'w> {
    env: TestEnv,
    writing: &'w Writing,
    old: State,
    new: State,
    whole: Duration,
}

impl<'w> Ground<'w> {
    fn of(writing: &'w Writing) -> Self {
        let env = TestEnv::new();
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

    /// Injects one signal; gives the outcome.
    fn inject(&self, signal: &str, after: Duration) -> &'static str {
        copy(&template(&self.env), &self.env.path(""));
        let output = signalled(&self.env, self.writing, signal, after);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        let now = state(&self.env);
        let outcome = self.outcome(signal, &now);
        let says = |outcome: &str| {
            panic!(
                "{} with {signal} after {after:?} of {:?}: {outcome}; {}, {told}\n{}",
                self.writing.name,
                self.whole,
                output.status,
                differences(&self.old, &now)
            )
        };
        match (output.status.code(), output.status.signal()) {
            (Some(130), _) if outcome == "old" && told.contains("interrupted") => outcome,
            (Some(0 | 1), _) if outcome == "new" => outcome,
            // Before its handler stands, a signal ends the process as it ends any other.
            (None, Some(_)) if signal == "KILL" || outcome == "old" => outcome,
            _ => says(outcome),
        }
    }

    fn outcome(&self, signal: &str, now: &State) -> &'static str {
        let killed = signal == "KILL";
        let now = if killed { &without_rest(now) } else { now };
        if *now == self.old {
            "old"
        } else if *now == self.new {
            "new"
        } else if !killed {
            "neither the old state nor the new one"
        } else if self.writing.back != Back::Completes && self.env.exists("orders/.git/goldpath") {
            self.taken_back()
        } else if self.writing.back == Back::Completes {
            self.completed(now)
        } else {
            "neither the old state nor the new one, and no journal"
        }
    }

    /// The next run says that an earlier one was broken off, and `--abort` takes it back.
    fn taken_back(&self) -> &'static str {
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

    /// Nothing of what was there is touched, and the same command comes to the new state.
    fn completed(&self, now: &State) -> &'static str {
        if self.old.iter().any(|(path, what)| now.get(path) != Some(what)) {
            return "something of what was there is touched";
        }
        if ![0, 1].contains(&self.env.goldpath_in(self.writing.folder, self.writing.run).whatever().code()) {
            return "half of it, and the same command does not complete it";
        }
        // What is there already is kept, and not in the commit: all files are there.
        let files = |state: &State| -> Vec<String> {
            let own = |path: &&String| !path.contains("/.git/") && !path.starts_with("index ");
            without_rest(state).keys().filter(own).cloned().collect()
        };
        if files(&state(&self.env)) == files(&self.new) { "completed" } else { "half of it, for ever" }
    }
}

fn differences(one: &State, other: &State) -> String {
    let paths: std::collections::BTreeSet<_> = one.keys().chain(other.keys()).collect();
    let different = paths.into_iter().filter(|path| one.get(*path) != other.get(*path));
    different.take(20).fold(String::new(), |mut text, path| {
        let _ = writeln!(text, "  {path}");
        text
    })
}

/// Moments spread over a whole run, more of them towards its end, where it writes.
fn moments(rounds: u32, whole: Duration) -> impl Iterator<Item = Duration> {
    let seed = Instant::now().elapsed().subsec_nanos() ^ std::process::id();
    let mut state = u64::from(seed) ^ 0x9E37_79B9_7F4A_7C15;
    (0..rounds).map(move |round| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let random = f64::from(u32::try_from(state >> 32).unwrap()) / f64::from(u32::MAX);
        let even = (f64::from(round) + random) / f64::from(rounds);
        whole.mul_f64(if round % 2 == 0 { even } else { 1.05 - 0.6 * random * random })
    })
}

#[test]
fn a_signal_at_any_moment_leaves_the_old_state_or_the_new_one_or_a_way_back() {
    let wanted: u32 = std::env::var("GOLDPATH_INJECTIONS").map_or(0, |number| number.parse().unwrap());
    let each = u32::try_from(WRITINGS.len() * SIGNALS.len()).unwrap();
    let rounds = wanted.div_ceil(each).max(1);
    let mut counts: BTreeMap<(usize, usize, &str), u32> = BTreeMap::new();
    for (number, writing) in WRITINGS.iter().enumerate() {
        let ground = Ground::of(writing);
        for (of_signal, signal) in SIGNALS.iter().enumerate() {
            for moment in moments(rounds, ground.whole) {
                *counts.entry((number, of_signal, ground.inject(signal, moment))).or_default() += 1;
            }
        }
    }
    let total: u32 = counts.values().sum();
    let mut table = format!("\n{total} injections\n{:18} {:6}", "command", "signal");
    for outcome in OUTCOMES {
        let _ = write!(table, " {outcome:>9}");
    }
    for (number, writing) in WRITINGS.iter().enumerate() {
        for (of_signal, signal) in SIGNALS.iter().enumerate() {
            let _ = write!(table, "\n{:18} {signal:6}", writing.name);
            for outcome in OUTCOMES {
                let _ = write!(table, " {:>9}", counts.get(&(number, of_signal, outcome)).unwrap_or(&0));
            }
        }
    }
    writeln!(std::io::stderr(), "{table}").unwrap();
    assert!(total >= each);
}
