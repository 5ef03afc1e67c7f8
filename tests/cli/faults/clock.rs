//! Clocks that are wrong, and jump: files, commits and days from long ago and from the future change nothing about what a run
//! does, and no run panics over them.

use super::fake_clock::Clock;
use super::ground::Ground;
use super::state::{State, differences, state};
use super::writings::{WRITINGS, Writing};
use crate::check::{Change, changed, repository};
use crate::env::{Ended, TestEnv};
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

const JUMPING: [Clock; 3] = [Clock::Forward, Clock::Backward, Clock::BackAndForth];

/// The same state at any time: days are one day, and the ids of commits and of pieces of evidence, which hold them, one id. The
/// ids of files in the index are what they are.
fn but_for_times(state: &State) -> State {
    let timeless = |text: &String| {
        let mut out = String::new();
        let mut word = String::new();
        for letter in text.chars().chain(['\n']) {
            if letter.is_ascii_hexdigit() || letter == '-' {
                word.push(letter);
                continue;
            }
            let is_id = word.len() >= 40 && !word.contains('-');
            let is_day = word.len() == 10 && word.split('-').map(str::len).eq([4, 2, 2]);
            out.push_str(if is_id || is_day { "TIME" } else { &word });
            out.push(letter);
            word.clear();
        }
        out
    };
    let known = |path: &String| path.starts_with("index ");
    state
        .iter()
        .map(|(path, what)| (path.clone(), if known(path) { what.clone() } else { timeless(what) }))
        .collect()
}

#[test]
fn a_clock_that_jumps_changes_nothing_of_what_a_writing_command_does() {
    for writing in &WRITINGS {
        let Writing { name, folder, run, .. } = writing;
        let ground = Ground::of(writing);
        ground.reset();
        let plain = ground.env.goldpath_in(folder, *run).whatever();
        let expected = but_for_times(&ground.new);
        for clock in JUMPING {
            ground.reset();
            let jumped = clock.goldpath(&ground.env, folder, run);
            assert_eq!(jumped.code(), plain.code(), "{name} {clock:?}: {}", jumped.said());
            let now = but_for_times(&state(&ground.env));
            assert!(now == expected, "{name} {clock:?}: {}\n{}", jumped.said(), differences(&expected, &now));
        }
    }
}

#[test]
fn a_clock_that_jumps_is_the_one_of_the_first_commit() {
    for (clock, years) in [
        (Clock::On("2031-05-05"), &["2031"][..]),
        (Clock::Forward, &["2031"]),
        (Clock::Backward, &["2031"]),
        (Clock::BackAndForth, &["2002", "2099"]),
    ] {
        let env = TestEnv::new();
        first().write_to(&env, "pack");
        let run = clock.goldpath(&env, "", &new_from_pack("orders", &[]));
        assert_eq!(run.code(), 0, "{clock:?}: {}", run.said());
        let year = env.git("orders", ["log", "-1", "--date=format:%Y", "--format=%ad"]);
        assert!(years.contains(&year.trim()), "{clock:?}: {year}");
        env.assert_sound("orders");
    }
}

#[test]
fn a_clock_that_jumps_changes_nothing_of_what_a_check_says() {
    let env = repository("enterprise", "kubernetes");
    let check = ["check", "--format", "json"];
    let timeless = |run: &Ended| {
        let mut report = run.json();
        report.as_object_mut().unwrap().remove("today").unwrap();
        report
    };
    let plain = env.goldpath_in("orders", check).succeeds();
    for clock in JUMPING {
        let run = clock.goldpath(&env, "orders", &check);
        assert_eq!(run.code(), 0, "{clock:?}: {}", run.said());
        assert_eq!(timeless(&run), timeless(&plain), "{clock:?}");
        let bundle = format!("../kept/{clock:?}");
        let written = clock.goldpath(&env, "orders", &["check", "-q", "--evidence", &bundle]);
        assert_eq!(written.code(), 0, "{clock:?}: {}", written.said());
        let verified = clock.goldpath(&env, "orders", &["check", "--verify", &bundle]);
        assert_eq!(verified.code(), 0, "{clock:?}: {}", verified.said());
    }
}

/// What a check says of an exception and of a secret on the day of its clock.
struct Day {
    clock: &'static str,
    exception: Option<&'static str>,
    secret: Option<&'static str>,
}

const RIGHT: &str = "2023-11-14";

/// The exception is one from 2023-11-01 to 2023-12-01, the secret is from 2023-11-01 and good for 90 days.
const WRONG_DAYS: [Day; 6] = [
    Day {
        clock: "1970-01-01",
        exception: Some("begins on 2023-11-01, which is not yet"),
        secret: Some("was rotated 19662 days from now"),
    },
    Day { clock: RIGHT, exception: None, secret: None },
    Day { clock: "2023-12-02", exception: Some("ended on 2023-12-01"), secret: None },
    Day { clock: "2038-01-20", exception: Some("ended on 2023-12-01"), secret: Some("is 5194 days old") },
    Day { clock: "2099-01-01", exception: Some("ended on 2023-12-01"), secret: Some("is 27455 days old") },
    Day { clock: "9999-12-31", exception: Some("ended on 2023-12-01"), secret: Some("is 2913234 days old") },
];

#[test]
fn what_ends_with_a_day_ends_by_the_clock_and_a_wrong_one_waives_nothing() {
    let env = repository("enterprise", "kubernetes");
    env.write(
        "orders/ops/exceptions.toml",
        "[[exception]]\nrule = \"config.check\"\npath = \".github/workflows/deploy.yml\"\nowner = \"acme/orders-team\"\n\
         approver = \"acme/security\"\nreason = \"until the move\"\ngranted = \"2023-11-01\"\nexpires = \"2023-12-01\"\n",
    );
    let dated = Change::Replace("rotation_days = 90", "rotated = \"2023-11-01\"\nrotation_days = 90");
    changed(&env, "config/secrets.toml", dated);
    let unchecked = Change::Replace("make parity secrets-check", "make secrets-check");
    changed(&env, ".github/workflows/deploy.yml", unchecked);
    let check = ["check", "--only", "controls", "--format", "json"];
    for Day { clock, exception, secret } in WRONG_DAYS {
        let run = Clock::On(clock).goldpath(&env, "orders", &check);
        let report = run.json();
        assert_eq!(report["today"], clock);
        let found = |rule: &str| -> Vec<(String, bool)> {
            let findings =
                report["findings"].as_array().unwrap().iter().filter(|found| found["rule"] == rule);
            findings
                .map(|found| (found["message"].as_str().unwrap().to_owned(), found["waived"].is_string()))
                .collect()
        };
        for (rule, told) in [("exceptions.in-force", exception), ("sec.secrets-scan", secret)] {
            let found = found(rule);
            assert_eq!(found.len(), usize::from(told.is_some()), "{clock} {rule}: {report:#}");
            assert!(told.is_none_or(|told| found[0].0.contains(told)), "{clock}: {found:?}");
        }
        assert_eq!(found("config.check")[0].1, exception.is_none(), "{clock}: {report:#}");
        assert_eq!(run.code(), i32::from(clock != RIGHT), "{clock}");
    }
}

#[test]
fn no_day_makes_a_repository_newer_or_its_evidence_other() {
    let env = TestEnv::new();
    made(&env);
    let evidence = ["check", "-q", "--only", "drift", "--evidence", "../kept"];
    assert_eq!(Clock::On(RIGHT).goldpath(&env, "orders", &evidence).code(), 0);
    for Day { clock, .. } in WRONG_DAYS {
        for (arguments, code) in [
            (&["check", "--only", "version", "--max-behind", "0"][..], 1),
            (&["check", "--only", "version", "--max-behind", "1"], 0),
            (&["check", "--verify", "../kept"], 0),
            (&["recommend"], 0),
            (&["explain"], 0),
            (&["onboard"], 0),
        ] {
            let run = Clock::On(clock).goldpath(&env, "orders", arguments);
            assert_eq!(run.code(), code, "{clock} {arguments:?}: {}", run.said());
        }
    }
}
