//! Where the result of an upgrade goes: a commit, a new branch, or a patch.

use crate::env::TestEnv;
use crate::upgrade::{made, state};

/// `orders` with an edit that merges, and the folder of the pack at the second version.
fn edited(env: &TestEnv) {
    edited_at(env, "eight");
}

/// The same with an edit that does not.
fn conflicting(env: &TestEnv) {
    edited_at(env, "one");
}

fn edited_at(env: &TestEnv, line: &str) {
    made(env);
    env.write("orders/docs/both.md", env.read("orders/docs/both.md").replace(line, "mine"));
    env.shell("cd orders; git -c user.name=Ada -c user.email=ada@example.com commit -qam edits");
}

fn everything(env: &TestEnv) -> String {
    let list = "cd orders; git rev-parse HEAD; git branch; git ls-files --stage; git status --porcelain; cat docs/both.md";
    env.shell(list)
}

#[test]
fn a_commit_holds_the_result_and_nothing_is_left_to_commit() {
    let env = TestEnv::new();
    edited(&env);
    let before = env.head("orders");
    let run = env.goldpath_in("orders", ["upgrade", "--commit", "--format", "json"]).succeeds();
    assert_eq!(run.json()["commit"].as_str().unwrap(), env.head("orders").trim());
    assert_eq!(env.git("orders", ["status", "--porcelain"]), "");
    assert_eq!(env.git("orders", ["rev-parse", "HEAD~1"]).trim(), before.trim());
    assert_eq!(env.git("orders", ["symbolic-ref", "--short", "HEAD"]), "main\n");
    let log = env.git("orders", ["log", "-1", "--format=%an <%ae>%n%B"]);
    insta::assert_snapshot!(log, @r"
    Ada <ada@example.com>
    goldpath upgrade: demo 1.0.0 to 1.1.0, preset small

    Pack: demo 1.0.0 to 1.1.0
    ");
    env.git("orders", ["fsck", "--strict", "--no-dangling"]);
    assert!(!env.exists("orders/.git/goldpath"));
}

#[test]
fn a_commit_on_a_detached_head_moves_head_alone() {
    let env = TestEnv::new();
    edited(&env);
    env.git("orders", ["checkout", "--quiet", "--detach"]);
    env.goldpath_in("orders", ["upgrade", "--commit"]).succeeds();
    assert_eq!(env.git("orders", ["rev-parse", "HEAD~1"]), env.git("orders", ["rev-parse", "main"]));
    assert_eq!(env.git("orders", ["status", "--porcelain"]), "");
}

#[test]
fn what_is_staged_outside_of_the_project_is_not_committed() {
    let env = TestEnv::new();
    made(&env);
    env.shell(
        "git init -q -b main mono; mkdir mono/services; cp -r orders mono/services/orders; rm -rf mono/services/orders/.git; \
         cp -r pack mono/services/pack; echo a > mono/other; cd mono; git add -A; git commit -qm all; echo b > other; git add other",
    );
    env.goldpath_in("mono/services/orders", ["upgrade", "--commit"]).succeeds();
    assert_eq!(env.git("mono", ["status", "--porcelain"]), "M  other\n");
    let changed = env.git("mono", ["show", "--name-only", "--format=", "HEAD"]);
    assert!(changed.lines().all(|path| path.starts_with("services/orders/")), "{changed}");
}

#[test]
fn conflicts_are_staged_and_not_committed() {
    let env = TestEnv::new();
    conflicting(&env);
    let before = env.head("orders");
    let run = env.goldpath_in("orders", ["upgrade", "--commit"]).ends(1);
    assert!(run.stdout().contains("staged but for the conflicts"), "{}", run.said());
    assert_eq!(env.head("orders"), before);
    env.goldpath_in("orders", ["upgrade", "--abort"]).succeeds();
    assert_eq!(env.git("orders", ["status", "--porcelain"]), "");
}

#[test]
fn a_branch_gets_the_result_and_nothing_else_changes() {
    let env = TestEnv::new();
    edited(&env);
    env.goldpath_in("orders", ["upgrade", "--commit"]).succeeds();
    let committed = env.git("orders", ["rev-parse", "HEAD^{tree}"]);
    env.git("orders", ["reset", "--quiet", "--hard", "HEAD~1"]);
    let before = everything(&env);
    let run = env.goldpath_in("orders", ["upgrade", "--branch", "path/1.1.0"]).succeeds();
    assert!(run.stdout().contains("committed on the new branch path/1.1.0 as "), "{}", run.said());
    assert_eq!(env.git("orders", ["rev-parse", "path/1.1.0^{tree}"]), committed);
    assert_eq!(env.git("orders", ["rev-parse", "path/1.1.0~1"]), env.git("orders", ["rev-parse", "HEAD"]));
    env.git("orders", ["branch", "--quiet", "-D", "path/1.1.0"]);
    assert_eq!(everything(&env), before);
}

#[test]
fn a_branch_that_cannot_be_made_is_refused_before_anything_is_written() {
    let env = TestEnv::new();
    conflicting(&env);
    env.git("orders", ["branch", "team/work"]);
    let before = everything(&env);
    for (name, code, told) in [
        ("main", 3, "there is a branch `main` already"),
        ("main/next", 3, "there is a branch `main` already"),
        ("team", 3, "there is a branch `team/work` already"),
        ("a..b", 2, "`a..b` is no name of a branch"),
        (
            "next",
            3,
            "1 file is in conflict, and a branch that is not checked out has nobody to resolve it\n  docs/both.md",
        ),
    ] {
        env.goldpath_in("orders", ["upgrade", "--branch", name]).fails(code, [told, "hint: "]);
        assert_eq!(everything(&env), before, "{name}");
    }
}

#[test]
fn a_branch_that_another_git_has_locked_is_told_with_what_to_do() {
    for (name, arguments) in
        [("next", &["upgrade", "--branch", "next"][..]), ("main", &["upgrade", "--commit"])]
    {
        let env = TestEnv::new();
        edited(&env);
        let lock = format!("orders/.git/refs/heads/{name}.lock");
        env.write(&lock, "");
        let before = everything(&env);
        env.goldpath_in("orders", arguments).fails(3, [&lock, "hint: ", "remove it"]);
        assert_eq!(everything(&env), before, "{name}");
    }
}

#[test]
fn an_edit_that_git_is_told_not_to_see_is_never_written_over() {
    for flag in ["skip-worktree", "assume-unchanged"] {
        let env = TestEnv::new();
        made(&env);
        env.git("orders", ["update-index", &format!("--{flag}"), "docs/both.md", "src/main.txt"]);
        let precious = env.read("orders/docs/both.md") + "precious\n";
        env.write("orders/docs/both.md", &precious);
        let told = "1 file is edited where git is told not to look\n  docs/both.md";
        for run in [&["upgrade"][..], &["upgrade", "--commit"], &["upgrade", "--dry-run"]] {
            env.goldpath_in("orders", run).fails(3, [told, "hint: `git update-index --no-skip-worktree"]);
            assert_eq!(env.read("orders/docs/both.md"), precious);
        }
        env.git("orders", ["update-index", &format!("--no-{flag}"), "docs/both.md"]);
        env.git("orders", ["commit", "--quiet", "--all", "--message", "ours"]);
        // One that the upgrade does not touch is nobody's business.
        env.write("orders/src/main.txt", "mine alone\n");
        env.goldpath_in("orders", ["upgrade"]).succeeds();
        assert_eq!(env.read("orders/src/main.txt"), "mine alone\n");
        assert!(env.read("orders/docs/both.md").ends_with("precious\n"));
    }
}

#[test]
fn whoever_had_to_be_guessed_as_committer_is_told() {
    let env = TestEnv::without_identity();
    edited(&env);
    let run = env.goldpath_in("orders", ["upgrade", "--commit"]).succeeds();
    let author = env.git("orders", ["log", "-1", "--format=%an <%ae>"]);
    assert!(run.stderr().contains(author.trim()), "{}", run.said());
    assert!(run.stderr().contains("git config --global user.email"), "{}", run.said());
}

/// An upgrade that waits for one conflict.
fn waiting(env: &TestEnv) {
    conflicting(env);
    env.goldpath_in("orders", ["upgrade"]).ends(1);
}

#[test]
fn a_run_whose_result_was_taken_back_by_git_is_not_called_done() {
    for away in ["git reset --quiet --hard", "git checkout --quiet --force --detach HEAD~1"] {
        let env = TestEnv::new();
        waiting(&env);
        env.shell(&format!("cd orders; {away}"));
        env.goldpath_in("orders", ["upgrade", "--continue"])
            .fails(3, ["what an earlier run staged is not there any more: upgrade: demo 1.0.0 to 1.1.0"]);
        env.goldpath_in("orders", ["upgrade", "--continue"]).fails(3, ["nothing is under way"]);
    }
}

#[test]
fn a_run_that_a_person_committed_is_told_as_committed() {
    let env = TestEnv::new();
    waiting(&env);
    env.write("orders/docs/both.md", "resolved\n");
    env.git("orders", ["commit", "--quiet", "--all", "--message", "resolved"]);
    let run = env.goldpath_in("orders", ["upgrade", "--continue", "--format", "json"]).succeeds();
    assert_eq!(run.json()["committed"], true);
    let env = TestEnv::new();
    waiting(&env);
    env.write("orders/docs/both.md", "resolved\n");
    env.git("orders", ["add", "docs/both.md"]);
    let run = env.goldpath_in("orders", ["upgrade", "--continue"]).succeeds();
    assert!(run.stdout().contains("staged, not committed: `git commit` it"), "{}", run.said());
}

#[test]
fn a_check_tells_a_run_that_waits() {
    let env = TestEnv::new();
    waiting(&env);
    let drift = ["check", "--only", "drift"];
    let told = env.goldpath_in("orders", drift).ends(1);
    let said = told.stdout();
    assert!(said.contains("an earlier run is not at its end: upgrade: demo 1.0.0 to 1.1.0"), "{said}");
    env.goldpath_in("orders", ["upgrade", "--abort"]).succeeds();
    env.goldpath_in("orders", drift).succeeds();
}

/// A waiting run that cannot be taken back as a whole is not taken back by half.
#[test]
fn what_stands_in_the_way_of_a_file_is_told_before_anything_is_taken_back() {
    for (obstacle, script) in [
        ("Makefile", "rm Makefile; mkdir Makefile; echo mine > Makefile/mine"),
        ("docs/both.md", "rm docs/both.md; mkdir docs/both.md; echo mine > docs/both.md/mine"),
        ("docs", "mv docs ../away; echo mine > docs"),
        ("docs", "mv docs ../away; ln -s ../away docs"),
        ("src", "mv src ../away; ln -s ../away src"),
    ] {
        let env = TestEnv::new();
        waiting(&env);
        env.shell(&format!("cd orders; {script}"));
        let before = state(&env);
        let run = env.goldpath_in("orders", ["upgrade", "--abort"]);
        let told = format!("which would be lost\n  {obstacle}\n\n");
        run.fails(3, ["1 file is edited since", &told]);
        assert_eq!(state(&env), before, "{script}");
        // Moved away, as the hint says.
        env.shell(&format!("cd orders; mv {obstacle} ../aside"));
        env.goldpath_in("orders", ["upgrade", "--abort"]).succeeds();
        // A file of the folder that went away, in which the run had written nothing.
        let gone = if obstacle == "src" { " D src/main.txt\n" } else { "" };
        assert_eq!(env.git("orders", ["status", "--porcelain"]), gone, "{script}");
    }
}

#[test]
fn a_commit_that_cannot_be_signed_changes_nothing() {
    let env = TestEnv::new();
    edited(&env);
    env.git("orders", ["config", "commit.gpgSign", "true"]);
    env.git("orders", ["config", "gpg.program", "false"]);
    let before = everything(&env);
    env.goldpath_in("orders", ["upgrade", "--commit"]).fails(4, ["error: "]);
    assert_eq!(everything(&env), before);
}

#[test]
fn the_patch_of_a_dry_run_is_what_the_run_does() {
    let env = TestEnv::new();
    edited(&env);
    let before = everything(&env);
    let patch = env.goldpath_in("orders", ["upgrade", "--dry-run", "--patch"]).succeeds().stdout();
    assert_eq!(everything(&env), before);
    env.write("next.patch", patch);
    env.shell("cd orders; git apply --index ../next.patch");
    let applied = env.git("orders", ["write-tree"]);
    env.shell("cd orders; git reset -q --hard");
    env.goldpath_in("orders", ["upgrade"]).succeeds();
    assert_eq!(env.git("orders", ["write-tree"]), applied);
}

#[test]
fn two_runs_in_one_repository_take_turns() {
    let env = TestEnv::new();
    made(&env);
    let waiting = "exec 9< orders/.git; flock 9; cd orders; \"$0\" upgrade; echo \"ended with $?\"";
    let shell = env.run(env.command("sh", "").args(["-c", waiting, crate::env::GOLDPATH])).whatever();
    insta::assert_snapshot!(shell.said(), @r"
    ended with 3
    error: another goldpath is at work in this repository

    hint: wait for it, then run it again
    ");
    env.goldpath_in("orders", ["upgrade"]).succeeds();
}

/// A repository is moved, or is at another place in a container, while an upgrade of a folder of it waits for its conflicts.
#[test]
fn an_upgrade_that_waits_is_ended_where_the_repository_is_now() {
    for (end, resolve) in
        [("--abort", ""), ("--continue", "echo resolved > docs/both.md; git add docs/both.md")]
    {
        let env = TestEnv::new();
        made(&env);
        env.write("orders/docs/both.md", env.read("orders/docs/both.md").replace("one", "mine"));
        env.shell(
            "git init -q -b main mono; mkdir mono/services; mv orders mono/services; rm -rf mono/services/orders/.git; \
             mv pack mono/services/pack; cd mono; git add -A; git commit -qm all",
        );
        let orders = "mono/services/orders";
        env.goldpath_in(orders, ["upgrade", "-q"]).ends(1);
        env.shell(&format!("cd {orders}; {resolve}"));
        env.shell("mkdir elsewhere; mv mono elsewhere/mono");
        env.goldpath_in(&format!("elsewhere/{orders}"), ["upgrade", end]).succeeds();
        let status = env.git("elsewhere/mono", ["status", "--porcelain"]);
        assert_eq!(status.is_empty(), end == "--abort", "{status}");
        assert!(!env.exists("elsewhere/mono/.git/goldpath"));
    }
}

/// Files of the path are known by their names, which are UTF-8: half of the way to them is no way.
#[cfg(target_os = "linux")]
#[test]
fn a_project_below_a_folder_without_a_name_in_utf8_is_refused() {
    let env = TestEnv::new();
    made(&env);
    let moved = "git init -q -b main mono; cd mono; folder=$(printf 'caf\\351'); mkdir \"$folder\"; mv ../orders \"$folder\"; \
                 rm -rf \"$folder/orders/.git\"; git add .; git commit -qm all; cd \"$folder/orders\"; \
                 \"$0\" upgrade; echo \"ended with $?\"; git status --porcelain";
    let shell = env.run(env.command("sh", "").args(["-c", moved, crate::env::GOLDPATH])).whatever();
    insta::assert_snapshot!(shell.said(), @r"
    ended with 3
    error: the name of the folder `caf�/orders` is not UTF-8

    hint: rename it, and commit that: files of the path are known by their names
    ");
}
