//! What a run that was killed has left beside the target: the next one tells it and touches nothing of it, and takes no run that
//! is alive for one.

use super::meanwhile::while_signing;
use crate::env::{GOLDPATH, TestEnv};
use crate::upgrade::first;

const NEW: [&str; 5] = ["new", "orders", "--pack", "./pack", "--yes"];
const TOLD: &str = "warning: a run that was killed has left `[ROOT]/work/.goldpath-";

#[test]
fn the_stage_of_a_killed_run_is_told_and_stays() {
    for more in [&[][..], &["--force"]] {
        let env = TestEnv::new();
        first().write_to(&env, "pack");
        if !more.is_empty() {
            env.write("orders/mine", "mine\n");
        }
        let new = [&NEW[..], more].concat();
        // The shell that runs this is a child of the program that signs, and that one of goldpath.
        let killed = while_signing(&env, "kill -9 $(ps -o ppid= -p $PPID)", "", &new);
        assert_eq!(killed.code(), -1, "{}", killed.said());
        let left = env.contents("");
        assert!(left.keys().any(|path| path.starts_with(".goldpath-")), "{left:?}");
        let run = env.goldpath(&new).succeeds();
        assert!(run.stderr().contains(TOLD) && run.stderr().contains("rm -rf"), "{}", run.said());
        let now = env.contents("");
        assert!(left.iter().all(|(path, content)| now.get(path) == Some(content)), "{}", run.said());
        env.git("orders", ["fsck", "--strict"]);
        env.shell("rm -rf .goldpath-*");
        assert!(
            !env.goldpath(["new", "other", "--pack", "./pack", "--yes"]).succeeds().stderr().contains(TOLD)
        );
    }
}

#[test]
fn a_run_that_is_alive_is_not_taken_for_a_killed_one() {
    let env = TestEnv::new();
    first().write_to(&env, "pack");
    env.folder(".goldpath-mine");
    let other = format!(
        "ls -d .goldpath-?????? >seen; unset GIT_CONFIG_COUNT; {GOLDPATH} new other --pack ./pack --yes 2>told"
    );
    let run = while_signing(&env, &other, "", &NEW);
    assert_eq!(run.code(), 0, "{}", run.said());
    assert!(env.read("seen").starts_with(".goldpath-") && env.exists("other/.git/HEAD"));
    assert!(!env.read("told").contains("killed") && !run.stderr().contains("killed"), "{}", env.read("told"));
}
