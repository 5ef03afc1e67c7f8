//! Somebody else writes into the target or the repository while goldpath runs: what they made is kept, and nothing of it is
//! gone without a word.
//!
//! The moment is after everything was read and before anything is written: the program that signs the commit does it, or a
//! person while goldpath waits for an answer. At random moments it is done besides, and `src/reconcile/apply/tests.rs` does it
//! at each write.

use std::process::Stdio;

use super::ground::{Ground, Random, rounds};
use super::state::state;
use super::writings::writing;
use crate::env::{Ended, GOLDPATH, TestEnv};
use crate::terminal::{ENTER, Terminal};
use crate::upgrade::{first, made};

const DATES: &str = "export GIT_AUTHOR_DATE='@1700000001 +0000' GIT_COMMITTER_DATE='@1700000001 +0000';";

/// Runs goldpath; while its commit is signed, a script runs in the work folder.
pub(crate) fn while_signing(env: &TestEnv, script: &str, folder: &str, arguments: &[&str]) -> Ended {
    let work = env.path("");
    env.write_home("meanwhile", format!("set -e; cd '{}'; {DATES} {script}\n", work.display()));
    env.write_home(
        "signer",
        "#!/bin/sh\ncat >/dev/null; sh ~/meanwhile >&2 || exit 1\n\
         echo '[GNUPG:] SIG_CREATED ' >&2; echo '-----BEGIN PGP SIGNATURE-----'; echo '-----END PGP SIGNATURE-----'\n",
    );
    env.shell("chmod +x ~/signer");
    let signer = env.home().join("signer");
    let settings =
        [("GIT_CONFIG_COUNT", "2"), ("GIT_CONFIG_KEY_0", "commit.gpgSign"), ("GIT_CONFIG_VALUE_0", "true")];
    let mut command = env.command(GOLDPATH, folder);
    command.envs(settings).env("GIT_CONFIG_KEY_1", "gpg.program").env("GIT_CONFIG_VALUE_1", signer);
    env.run(command.args(arguments)).whatever()
}

/// What git and the disk hold of `orders`.
fn held(env: &TestEnv) -> String {
    let list = "cd orders; git rev-parse HEAD; git ls-files --stage; git status --porcelain; ls .git; \
                find . -path ./.git -prune -o -printf '%p %y %l\\n' | sort; find . -path ./.git -prune -o -type f -print0 | sort -z | xargs -0 sha1sum";
    env.shell(list)
}

#[test]
fn what_changes_in_a_repository_while_an_upgrade_runs_is_kept_and_the_upgrade_refused() {
    let file = "docs/both.md";
    for (script, code, told) in [
        ("echo mine >> orders/docs/both.md", 3, file),
        ("rm orders/docs/both.md", 3, file),
        ("chmod 600 orders/docs/both.md; echo mine > orders/docs/both.md", 3, file),
        ("rm orders/docs/both.md; ln -s ../mine orders/docs/both.md", 3, file),
        ("rm orders/docs/both.md; mkdir orders/docs/both.md; echo mine > orders/docs/both.md/mine", 4, file),
        ("rm orders/docs/old.md; echo mine > orders/docs/old.md", 3, "docs/old.md"),
        ("echo mine > orders/docs/new.md", 3, "docs/new.md"),
        ("mkdir orders/docs/new.md; echo mine > orders/docs/new.md/mine", 3, "docs/new.md"),
        ("mkdir away; mv orders/docs away; ln -s ../away/docs orders/docs", 3, "docs/"),
        ("sed -i s/plain/other/ orders/goldpath.lock", 3, "goldpath.lock"),
        ("echo '# mine' >> orders/goldpath.toml", 3, "goldpath.toml"),
        (
            "cd orders; echo mine > mine; git add mine; git -c commit.gpgSign=false commit -qm mine",
            3,
            "HEAD changed",
        ),
        ("cd orders; git -c commit.gpgSign=false commit -q --amend -m mine", 3, "HEAD changed"),
        ("cd orders; git rm -q --cached docs/both.md", 3, "the index changed"),
        ("cd orders; echo mine > docs/both.md; git add docs/both.md", 3, file),
        ("echo > orders/.git/index.lock", 3, "another program is changing the index"),
    ] {
        let (env, twin) = (TestEnv::new(), TestEnv::new());
        made(&env);
        made(&twin);
        twin.shell(&format!("{DATES} {script}"));
        let run = while_signing(&env, script, "orders", &["upgrade", "--commit"]);
        let at = format!("{script}: {}", run.said());
        assert_eq!(run.code(), code, "{at}");
        assert!(run.stderr().starts_with("error: ") && run.stderr().contains(told), "{at}");
        assert_eq!(held(&env), held(&twin), "{at}");
        assert!(!env.exists("orders/.git/goldpath"), "{at}");
    }
}

#[test]
fn what_others_stage_while_an_upgrade_runs_stays_staged_and_is_not_committed() {
    let env = TestEnv::new();
    made(&env);
    let script = "cd orders; echo mine > mine; git add mine; git update-index --refresh";
    let run = while_signing(&env, script, "orders", &["upgrade", "--commit"]);
    assert_eq!(run.code(), 0, "{}", run.said());
    assert_eq!(env.git("orders", ["status", "--porcelain"]), "A  mine\n");
    env.git("orders", ["fsck", "--strict", "--no-dangling"]);
}

#[test]
fn a_repository_that_goes_away_is_not_made_anew() {
    for script in
        ["rm -rf orders", "rm -rf orders/.git", "mv orders away", "mv orders away; ln -s away orders"]
    {
        let (env, twin) = (TestEnv::new(), TestEnv::new());
        made(&env);
        made(&twin);
        twin.shell(script);
        let run = while_signing(&env, script, "orders", &["upgrade", "--commit"]);
        if script.ends_with("away orders") {
            // It is the same repository by another name.
            assert!([0, 3].contains(&run.code()), "{script}: {}", run.said());
            continue;
        }
        assert!([3, 4].contains(&run.code()), "{script}: {}", run.said());
        assert!(run.stderr().starts_with("error: "), "{script}: {}", run.said());
        assert_eq!(env.contents(""), twin.contents(""), "{script}: {}", run.said());
    }
}

#[test]
fn a_file_that_is_edited_while_a_question_waits_is_kept() {
    for (script, kept) in [
        ("cd orders; echo mine > more/gate.yml", ("more/gate.yml", "mine\n")),
        ("cd orders; echo '# mine' > goldpath.toml", ("goldpath.toml", "# mine\n")),
    ] {
        let env = TestEnv::new();
        first().write_to(&env, "pack");
        env.goldpath(["new", "orders", "--pack", "./pack", "--yes", "--quiet"]).succeeds();
        env.folder("orders/more");
        let mut terminal = Terminal::start(&env, &["-C", "orders", "upgrade", "--preset", "large"]);
        terminal.sees("Take it");
        env.shell(script);
        terminal.types(ENTER);
        let shown = terminal.ends();
        shown.assert_code(3);
        assert!(shown.text().contains("changed while goldpath was working"), "{}", shown.text());
        assert_eq!(env.read(&format!("orders/{}", kept.0)), kept.1);
        assert_eq!(env.git("orders", ["diff", "--cached", "--name-only"]), "");
        assert!(!env.exists("orders/.git/goldpath") && !env.exists("orders/.git/index.lock"));
    }
}

#[test]
fn what_appears_at_the_target_of_new_is_kept() {
    let new = ["new", "a/orders", "--pack", "./pack", "--yes"];
    let force = ["new", "held", "--pack", "./pack", "--yes", "--force"];
    for (arguments, script, code, told) in [
        (&new[..], "mkdir -p a/orders; echo mine > a/orders/mine", 3, "appeared while goldpath was working"),
        (&new, "echo mine > a", 3, "appeared while goldpath was working"),
        (&new, "ln -s elsewhere a", 3, "appeared while goldpath was working"),
        (&new, "ln -s nowhere a", 3, "appeared while goldpath was working"),
        (&force, "echo mine > held/Makefile", 3, "appeared while goldpath was working"),
        (&force, "echo mine > held/docs", 3, "appeared while goldpath was working"),
        (&force, "ln -s ../elsewhere held/docs", 3, "appeared while goldpath was working"),
        (&force, "mkdir held/.git; echo mine > held/.git/HEAD", 3, "appeared while goldpath was working"),
        (&force, "echo more >> held/logo.bin", 3, "changed while goldpath was working"),
        (&force, "chmod +x held/logo.bin", 3, "changed while goldpath was working"),
        (&force, "rm -r held", 4, "could not"),
        (&force, "mv held away", 4, "could not"),
        (&force, "rm -r held; echo mine > held", 3, "appeared while goldpath was working"),
        (&force, "mv held away; ln -s elsewhere held", 3, "appeared while goldpath was working"),
    ] {
        let (env, twin) = (TestEnv::new(), TestEnv::new());
        for env in [&env, &twin] {
            first().write_to(env, "pack");
            env.write("elsewhere/theirs", "theirs\n");
            env.write("held/mine", "mine\n");
            // The same as in the pack.
            env.write("held/logo.bin", b"\0first");
        }
        twin.shell(script);
        let run = while_signing(&env, script, "", arguments);
        let at = format!("{script}: {}", run.said());
        assert_eq!(run.code(), code, "{at}");
        assert!(run.stderr().contains("\nerror: ") && run.stderr().contains(told), "{at}");
        assert_eq!(env.contents(""), twin.contents(""), "{at}");
        env.assert_no_leftovers("");
    }
}

#[test]
fn a_folder_above_the_target_that_goes_away_meanwhile_leads_no_write_elsewhere() {
    for script in ["rm -r above", "rm -r above; ln -s elsewhere above", "rm -r above; echo mine > above"] {
        let (env, twin) = (TestEnv::new(), TestEnv::new());
        for env in [&env, &twin] {
            first().write_to(env, "pack");
            env.write("elsewhere/theirs", "theirs\n");
            env.folder("above");
        }
        twin.shell(script);
        let run = while_signing(&env, script, "", &["new", "above/orders", "--pack", "./pack", "--yes"]);
        assert_eq!(run.code(), 4, "{script}: {}", run.said());
        assert_eq!(env.contents(""), twin.contents(""), "{script}: {}", run.said());
    }
}

/// As editors do it: the whole file, under another name first.
#[test]
fn what_is_saved_at_a_random_moment_is_there_afterwards() {
    const COMMANDS: [(&str, &str); 5] = [
        ("upgrade", "orders/docs/both.md"),
        ("upgrade --commit", "orders/d5/f5.txt"),
        ("apply", "orders/more/gate.yml"),
        ("apply PATH", "orders/Makefile"),
        ("adopt", "orders/docs/both.md"),
    ];
    let mut random = Random::new();
    for (command, file) in COMMANDS {
        let ground = Ground::of(writing(command));
        for _ in 0..rounds(3, 4 * u32::try_from(COMMANDS.len()).unwrap()) {
            ground.reset();
            let mut goldpath = ground.env.command(GOLDPATH, ground.writing.folder);
            let goldpath = goldpath.args(ground.writing.run).stdout(Stdio::null()).stderr(Stdio::piped());
            let child = goldpath.spawn().unwrap();
            // The moment is what the test is about: nothing is waited for.
            let after = ground.whole.mul_f64(0.3 + 0.7 * random.next());
            std::thread::sleep(after);
            let path = ground.env.path(file);
            let is_saved = path.parent().unwrap().is_dir() && {
                fs_err::write(ground.env.home().join("saved"), "mine\n").unwrap();
                fs_err::rename(ground.env.home().join("saved"), &path).is_ok()
            };
            let output = child.wait_with_output().unwrap();
            let told = String::from_utf8_lossy(&output.stderr);
            let at = format!(
                "{command} with {file} after {after:?} of {:?}: {}, {told}",
                ground.whole, output.status
            );
            match output.status.code() {
                Some(0 | 1 | 3) => {}
                Some(4) => assert!(ground.has_journal() || told.contains("changed meanwhile"), "{at}"),
                _ => panic!("{at}"),
            }
            if is_saved {
                assert_eq!(fs_err::read_to_string(&path).unwrap(), "mine\n", "{at}");
            }
            if output.status.code() == Some(3) {
                assert!(!ground.has_journal(), "{at}");
                assert_eq!(ground.env.git("orders", ["diff", "--cached", "--name-only"]), "", "{at}");
            }
        }
    }
}

#[test]
fn an_edit_since_a_run_was_killed_is_not_taken_back_with_it() {
    let ground = Ground::of(writing("upgrade"));
    let mut killed = false;
    for round in 1..40 {
        ground.reset();
        let mut goldpath = ground.env.command(GOLDPATH, "orders");
        let mut child = goldpath.arg("upgrade").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let journal = ground.env.path("orders/.git/goldpath/journal.json");
        while !journal.exists() && child.try_wait().unwrap().is_none() {}
        std::thread::sleep(std::time::Duration::from_micros(300 * round));
        child.kill().unwrap();
        child.wait().unwrap();
        if !ground.has_journal() {
            continue;
        }
        killed = true;
        ground.env.write("orders/docs/both.md", "mine\n");
        ground.env.goldpath_in("orders", ["upgrade"]).fails(3, ["broken off"]);
        ground
            .env
            .goldpath_in("orders", ["upgrade", "--abort"])
            .fails(3, ["1 file is edited since, which would be lost\n  docs/both.md"]);
        assert_eq!(ground.env.read("orders/docs/both.md"), "mine\n");
        ground.env.shell("mv orders/docs/both.md saved");
        ground.env.goldpath_in("orders", ["upgrade", "--abort"]).succeeds();
        assert_eq!(ground.env.read("saved"), "mine\n");
        fs_err::remove_file(ground.env.path("saved")).unwrap();
        assert!(state(&ground.env) == ground.old);
        break;
    }
    assert!(killed, "no run was killed on its way");
}
