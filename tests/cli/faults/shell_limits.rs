//! An upgrade on a machine that refuses: the repository is what it was, and the next run begins as if nothing had been.

use crate::env::{Ended, GOLDPATH, TestEnv};
use crate::upgrade::{made, state};

/// Upgrades `orders` under a limit of the shell.
fn limited(env: &TestEnv, limit: &str) -> Ended {
    let script = format!("trap '' XFSZ; cd orders; ulimit {limit}; exec {GOLDPATH} upgrade --quiet");
    env.run(env.command("sh", "").args(["-c", &script])).whatever()
}

/// Each limit in turn, from one that allows nothing to one that allows all.
fn under(limits: impl Iterator<Item = String>) {
    let env = TestEnv::new();
    made(&env);
    let before = state(&env);
    let (mut refused, mut done) = (0, 0);
    for limit in limits {
        let run = limited(&env, &limit);
        if run.code() == 0 {
            done += 1;
            assert!(
                env.git("orders", ["diff", "--cached", "--name-only"]).contains("goldpath.lock"),
                "{limit}"
            );
            env.git("orders", ["fsck", "--strict", "--no-dangling"]);
            env.shell("cd orders; git reset --quiet --hard; rm .git/ORIG_HEAD");
        } else {
            refused += 1;
            assert!([2, 3, 4].contains(&run.code()), "{limit}: {}", run.said());
            assert!(run.stderr().starts_with("error: "), "{limit}: {}", run.said());
            assert!(!env.exists("orders/.git/goldpath"), "{limit}: {}", run.said());
        }
        assert_eq!(state(&env), before, "{limit}: {}", run.said());
    }
    assert!(refused > 0 && done > 0, "{refused} refused and {done} done: the limits are no limits");
}

#[test]
fn no_room_on_the_disk_leaves_the_repository_as_it_was() {
    // A limit on the size of a file stands in for a disk, from none to enough.
    under((0..16).map(|blocks| format!("-f {blocks}")));
}

#[test]
fn no_more_open_files_leave_the_repository_as_it_was() {
    under((4..24).map(|files| format!("-n {files}")));
}
