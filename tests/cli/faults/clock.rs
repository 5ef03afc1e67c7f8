//! Clocks that are wrong, and jump: files, commits and days from long ago and from the future change nothing about what a run
//! does, and no run panics over them.

use crate::env::TestEnv;
use crate::pack::new_from_pack;
use crate::upgrade::{first, made};

const DAYS: [&str; 5] = ["1901-12-13", "1970-01-01", "2038-01-20", "2099-01-01", "2446-05-10"];

/// What an upgrade leaves, and whether git agrees that it is all staged.
fn upgraded(env: &TestEnv) -> String {
    let run = env.goldpath_in("orders", ["upgrade"]).succeeds();
    let after = env.shell("cd orders; git status --porcelain; git ls-files --stage; git diff --stat");
    assert_eq!(env.git("orders", ["diff", "--name-only"]), "", "{}", run.said());
    env.git("orders", ["commit", "-qm", "upgraded"]);
    env.assert_sound("orders");
    after
}

#[test]
fn files_of_any_age_are_upgraded_and_taken_back() {
    let env = TestEnv::new();
    made(&env);
    let expected = upgraded(&env);
    for day in DAYS {
        for with_index in [false, true] {
            let env = TestEnv::new();
            made(&env);
            env.shell(&format!(
                "cd orders; find . -path ./.git -prune -o -print0 | xargs -0 touch -h -d {day}"
            ));
            if with_index {
                env.shell(&format!("cd orders; git update-index -q --really-refresh; touch -d {day} .git/index ../pack/pack.toml"));
            }
            env.goldpath_in("orders", ["upgrade", "--dry-run", "--quiet"]).succeeds();
            assert_eq!(upgraded(&env), expected, "{day} {with_index}");
        }
    }
}

/// The file is as long as it was and looks as old as it was: only its content says that it was edited.
#[test]
fn an_edit_that_no_time_shows_is_seen() {
    for day in DAYS {
        let env = TestEnv::new();
        made(&env);
        env.shell(&format!(
            "cd orders; touch -d {day} docs/both.md .git/index; git update-index -q --really-refresh; touch -d {day} .git/index; \
             sed -i s/three/THREE/ docs/both.md; touch -d {day} docs/both.md"
        ));
        let seen = env.git("orders", ["status", "--porcelain"]);
        let run = env.goldpath_in("orders", ["upgrade", "--quiet"]).whatever();
        assert_eq!(seen, " M docs/both.md\n", "{day}");
        assert_eq!(run.code(), 3, "{day}: {}", run.said());
        assert!(env.read("orders/docs/both.md").contains("THREE"), "{day}");
    }
}

#[test]
fn commits_from_before_1970_and_from_the_future_are_built_upon() {
    for seconds in ["-9223372036854775808", "-86400", "0", "4102444800", "99999999999", "9223372036854775807"]
    {
        let env = TestEnv::new();
        made(&env);
        env.shell(&format!(
            "cd orders; who='Ada <ada@example.com> {seconds} +0000'; \
             head=$(printf 'tree %s\\nauthor %s\\ncommitter %s\\n\\nmine\\n' $(git rev-parse 'HEAD^{{tree}}') \"$who\" \"$who\" \
             | git hash-object -t commit -w --stdin --literally); git update-ref HEAD $head"
        ));
        for arguments in [
            &["check", "--only", "drift"][..],
            &["recommend"],
            &["explain"],
            &["diff"],
            &["explain", "Makefile"],
        ] {
            let run = env.goldpath_in("orders", arguments).whatever();
            assert!([0, 1].contains(&run.code()), "{seconds} {arguments:?}: {}", run.said());
        }
        env.goldpath_in("orders", ["upgrade", "--commit"]).succeeds();
        assert_eq!(env.git("orders", ["status", "--porcelain"]), "", "{seconds}");
        assert_eq!(env.git("orders", ["log", "-1", "--format=%at"]), "1700000000\n");
    }
}

#[test]
fn any_day_that_can_be_named_is_one_and_what_cannot_is_refused() {
    for (seconds, code) in [
        ("0", 0),
        ("4102444800", 0),
        ("253402300800", 0),
        ("9223372036854775807", 0),
        ("9223372036854775808", 2),
        ("18446744073709551616", 2),
        ("-1", 2),
    ] {
        let env = TestEnv::new().with("SOURCE_DATE_EPOCH", seconds);
        first().write_to(&env, "pack");
        let run = env.goldpath(new_from_pack("orders", &[])).ends(code);
        if code == 2 {
            assert!(run.stderr().contains("`SOURCE_DATE_EPOCH`"), "{}", run.said());
            assert!(!env.exists("orders"));
            continue;
        }
        assert_eq!(env.git("orders", ["log", "-1", "--format=%at"]).trim(), seconds);
        for arguments in [&["check"][..], &["check", "--only", "controls"], &["recommend"]] {
            let run = env.goldpath_in("orders", arguments).whatever();
            assert!([0, 1].contains(&run.code()), "{seconds} {arguments:?}: {}", run.said());
        }
    }
}

#[test]
fn a_journal_and_a_lock_from_the_future_are_taken_as_they_are() {
    let env = TestEnv::new();
    made(&env);
    env.write("orders/docs/both.md", env.read("orders/docs/both.md").replace("one", "mine"));
    env.shell("cd orders; git commit -qam mine");
    let before = crate::upgrade::state(&env);
    env.goldpath_in("orders", ["upgrade", "-q"]).ends(1);
    env.shell("find orders -print0 | xargs -0 touch -h -d 2099-01-01");
    env.goldpath_in("orders", ["upgrade", "-q"]).fails(3, ["waits for its conflicts"]);
    env.goldpath_in("orders", ["upgrade", "--abort"]).succeeds();
    assert_eq!(crate::upgrade::state(&env), before);
}
