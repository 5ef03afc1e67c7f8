//! Signals at any moment: the folder is complete, or it is not there, and nothing is left beside it.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::env::{GOLDPATH, TestEnv};
use crate::pack::TestPack;

fn large(env: &TestEnv) {
    let mut pack = TestPack::new();
    for number in 0..2000 {
        // Writing is what can be interrupted: a few templates are enough.
        let suffix = if number % 20 == 0 { ".tera" } else { "" };
        let path = format!("d{}/f{number}.txt{suffix}", number % 20);
        pack = pack.template(&path, format!("{number} {{= service_name =}}\n").repeat(20));
    }
    pack.write_to(env, "pack");
}

fn start(env: &TestEnv, more: &[&str]) -> Child {
    let mut command = env.command(GOLDPATH, "");
    command.args(["new", "orders", "--pack", "./pack", "--yes", "-q"]).args(more);
    command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
}

fn send(signal: &str, child: &Child) {
    let status = Command::new("kill")
        .args([format!("-{signal}"), child.id().to_string()])
        .stderr(Stdio::null())
        .status();
    // A run that ended meanwhile cannot be signalled.
    let _ = status.unwrap();
}

/// Runs it once with a signal after a while; says how it ended.
fn interrupted(env: &TestEnv, signal: &str, after: Duration, more: &[&str]) -> i32 {
    let child = start(env, more);
    // The moment is what the test is about: nothing is waited for.
    std::thread::sleep(after);
    send(signal, &child);
    let output = child.wait_with_output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    let code = output.status.code();
    // Before its handler stands, a signal ends the process as it ends any other.
    let by_signal = std::os::unix::process::ExitStatusExt::signal(&output.status);
    match (code, by_signal) {
        (Some(code @ (0 | 130)), _) => code,
        (None, Some(_)) => -1,
        other => panic!("{signal} after {after:?}: {other:?}\n{told}"),
    }
}

/// Moments spread over a whole run, each with one of the signals.
fn moments(rounds: u32, whole: Duration) -> impl Iterator<Item = (&'static str, Duration)> {
    let mut state: u64 = 0x9E37_79B9_7F4A_7C15;
    (0..rounds).map(move |round| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let jitter = u32::try_from(state >> 54).unwrap();
        let signal = ["INT", "TERM", "HUP"][round as usize % 3];
        (signal, whole * (round * 1024 + jitter) / (rounds * 1024))
    })
}

#[test]
fn a_signal_at_any_moment_leaves_a_complete_repository_or_none() {
    let env = TestEnv::new();
    large(&env);
    let started = Instant::now();
    assert!(start(&env, &[]).wait().unwrap().success());
    let whole = started.elapsed();
    let expected = env.head("orders");
    fs_err::remove_dir_all(env.path("orders")).unwrap();
    let (mut complete, mut gone) = (0, 0);
    for (signal, after) in moments(36, whole) {
        let code = interrupted(&env, signal, after, &[]);
        if env.exists("orders") {
            assert_eq!(code, 0, "{signal} after {after:?}: it says that it was interrupted, and it is there");
            env.assert_sound("orders");
            assert_eq!(env.head("orders"), expected, "{signal} after {after:?}");
            fs_err::remove_dir_all(env.path("orders")).unwrap();
            complete += 1;
        } else {
            assert_ne!(code, 0, "{signal} after {after:?}: it says that it is done, and it is not there");
            gone += 1;
        }
        let beside: Vec<String> = fs_err::read_dir(env.path(""))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        assert_eq!(beside, ["pack"], "{signal} after {after:?}");
    }
    assert!(gone > 0, "no signal came in time: {complete} of them were complete");
}

#[test]
fn a_signal_at_any_moment_leaves_a_folder_that_existed_with_exactly_what_it_had() {
    let env = TestEnv::new();
    large(&env);
    env.write("orders/mine", "mine");
    env.write("orders/d3/mine", "mine");
    let before = env.contents("orders");
    let started = Instant::now();
    assert!(start(&env, &["--force"]).wait().unwrap().success());
    let whole = started.elapsed();
    let after_run = env.contents("orders").len();
    let reset = |env: &TestEnv| {
        fs_err::remove_dir_all(env.path("orders")).unwrap();
        env.write("orders/mine", "mine");
        env.write("orders/d3/mine", "mine");
    };
    reset(&env);
    for (signal, after) in moments(16, whole) {
        if interrupted(&env, signal, after, &["--force"]) == 0 {
            assert_eq!(env.contents("orders").len(), after_run);
            env.git("orders", ["fsck", "--strict"]);
            reset(&env);
        } else {
            assert_eq!(env.contents("orders"), before, "{signal} after {after:?}");
            assert!(!env.exists("orders/.git"), "{signal} after {after:?}");
        }
        env.assert_no_leftovers("");
    }
}

#[test]
fn a_killed_run_leaves_nothing_that_the_next_one_stumbles_over() {
    let env = TestEnv::new();
    large(&env);
    for round in 1..6u32 {
        let child = start(&env, &[]);
        std::thread::sleep(Duration::from_millis(40) * round);
        send("KILL", &child);
        let _ = child.wait_with_output().unwrap();
        if env.exists("orders") {
            env.assert_sound("orders");
            fs_err::remove_dir_all(env.path("orders")).unwrap();
        }
    }
    assert!(start(&env, &[]).wait().unwrap().success());
    env.assert_sound("orders");
}

#[test]
fn a_run_that_is_killed_while_it_fills_a_folder_is_completed_by_the_same_command() {
    let env = TestEnv::new();
    large(&env);
    let lay = || {
        // Every folder is there already, so that the files are moved one by one.
        (0..20).for_each(|number| drop(env.write(&format!("orders/d{number}/mine"), "mine")));
        env.write("orders/d7/f7.txt", "mine");
    };
    lay();
    assert!(start(&env, &["--force"]).wait().unwrap().success());
    let (expected, whole) = (env.head("orders"), env.contents("orders"));
    env.shell("rm -rf orders");
    lay();
    let mut child = start(&env, &["--force"]);
    while !env.exists("orders/d10/f10.txt") && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_micros(200));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let half = env.contents("orders");
    assert!(half.len() > 21 && half.len() < whole.len(), "{} files", half.len());
    assert!(!env.exists("orders/.git"));
    let run = env.goldpath(["new", "orders", "--pack", "./pack", "--yes", "--force"]).succeeds();
    assert!(run.stdout().contains("kept as before, 1 file:\n  d7/f7.txt\n"), "{}", run.stdout());
    assert_eq!(env.head("orders"), expected);
    assert!(env.contents("orders") == whole);
    env.git("orders", ["fsck", "--strict"]);
    assert_eq!(env.git("orders", ["status", "--porcelain", "d7"]), "?? d7/f7.txt\n?? d7/mine\n");
}

#[test]
fn two_runs_for_the_same_folder_make_one_repository() {
    let env = TestEnv::new();
    large(&env);
    let mut children: Vec<Child> = (0..3).map(|_| start(&env, &[])).collect();
    let codes: Vec<i32> = children.iter_mut().map(|child| child.wait().unwrap().code().unwrap()).collect();
    assert_eq!(codes.iter().filter(|code| **code == 0).count(), 1, "{codes:?}");
    assert!(codes.iter().all(|code| [0, 3].contains(code)), "{codes:?}");
    env.assert_sound("orders");
    assert_eq!(env.git("orders", ["rev-list", "--count", "HEAD"]), "1\n");
}

#[test]
fn a_full_disk_fails_and_leaves_nothing() {
    let env = TestEnv::new();
    large(&env);
    // A limit on the size of a file stands in for a disk: the pack of all objects does not fit.
    let script = format!("trap '' XFSZ; ulimit -f 8; exec {GOLDPATH} new orders --pack ./pack --yes -q");
    let run = env.run(env.command("sh", "").args(["-c", &script]));
    run.fails(4, ["could not write the repository to `[ROOT]/work/orders`"]);
    assert!(!env.exists("orders"));
    env.assert_no_leftovers("");
}
