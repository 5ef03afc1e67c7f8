//! A disk that gets full, at as many moments as it can: a real one, of a few hundred KiB.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use super::ground::{Ground, rounds};
use super::namespace::{in_a_namespace, is_inside, mount, unmount};
use super::state::{differences, state};
use super::writings::{Back, writing};
use crate::env::TestEnv;

const COMMANDS: [&str; 9] = [
    "new",
    "new --force",
    "upgrade",
    "upgrade --commit",
    "upgrade --branch",
    "apply",
    "apply PATH",
    "adopt",
    "--abort",
];
const PLENTY: &str = "64m";

#[test]
fn a_disk_that_gets_full_leaves_the_old_state_or_the_new_one_or_a_way_back() {
    in_a_namespace("faults::full_disk::runs_on_a_small_disk");
}

fn resize(disk: &Path, size: &str) {
    mount(&["-o", &format!("remount,size={size}"), disk.to_str().unwrap()]);
}

/// KiB in use.
fn used(disk: &Path) -> u64 {
    let output = Command::new("df").args(["--block-size=1K", "--output=used"]).arg(disk).output().unwrap();
    String::from_utf8(output.stdout).unwrap().lines().nth(1).unwrap().trim().parse().unwrap()
}

#[test]
#[ignore = "run by the test above, in a namespace of its own"]
#[expect(clippy::print_stdout, reason = "the outcomes, for `--nocapture`")]
fn runs_on_a_small_disk() {
    if !is_inside() {
        return;
    }
    for command in COMMANDS {
        let env = TestEnv::new();
        let disk = env.path("");
        mount(&["-t", "tmpfs", "-o", &format!("size={PLENTY}"), "tmpfs", disk.to_str().unwrap()]);
        let ground = Ground::within(env, writing(command));
        let after = used(&disk);
        ground.reset();
        // What is in use for a while comes on top.
        let needs = after.saturating_sub(used(&disk)) + 80;
        let steps = u64::from(rounds(6, u32::try_from(COMMANDS.len()).unwrap()));
        let mut outcomes: BTreeMap<&str, u32> = BTreeMap::new();
        for number in 0.. {
            let room = needs * number / steps;
            let outcome = filled(&ground, &disk, room);
            *outcomes.entry(outcome).or_default() += 1;
            if outcome == "new" {
                break;
            }
            assert!(number < 4 * steps, "{command}: {room} KiB are not enough");
        }
        println!("table: {command:18} {outcomes:?}");
        assert!(outcomes.len() > 1, "{command}: {outcomes:?}");
        unmount(&disk);
    }
}

/// Runs it with this many KiB of room; gives the outcome.
fn filled(ground: &Ground<'_>, disk: &Path, room: u64) -> &'static str {
    resize(disk, PLENTY);
    ground.reset();
    resize(disk, &format!("{}k", used(disk) + room));
    let run = ground.env.goldpath_in(ground.writing.folder, ground.writing.run).whatever();
    resize(disk, PLENTY);
    let now = state(&ground.env);
    let at = format!(
        "{} with {room} KiB: {}\n{}",
        ground.writing.name,
        run.said(),
        differences(&ground.old, &now)
    );
    match run.code() {
        0 | 1 => assert!(now == ground.new, "{at}"),
        4 => assert!(run.stderr().contains("hint: make room"), "{at}"),
        other => panic!("{other} of {at}"),
    }
    // Git complains of half a file with every command.
    if ground.env.exists("orders/.git") {
        let git =
            ground.env.run(ground.env.command("git", "orders").args(["fsck", "--no-dangling"])).whatever();
        assert!(git.code() == 0 && git.said().is_empty(), "{}{at}", git.said());
    }
    if now == ground.new {
        return "new";
    }
    if now == ground.old {
        return "old";
    }
    assert!(ground.writing.back != Back::Completes && ground.has_journal(), "{at}");
    assert!(run.stderr().contains("then take it back with `goldpath upgrade --abort`"), "{at}");
    let outcome = ground.taken_back();
    assert_eq!(outcome, "journal", "{at}");
    outcome
}
