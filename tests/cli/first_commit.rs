//! The first commit: whose, when, on which branch, and that nothing else is run.

use crate::env::{TestEnv, transcript};
use crate::pack::{new_from_pack, written};

fn made(env: &TestEnv, more: &[&str]) {
    written(env, |pack| pack.template("bin/run", "#!/bin/sh\n"));
    env.goldpath(new_from_pack("orders", more)).succeeds();
    env.assert_sound("orders");
}

fn people(env: &TestEnv) -> String {
    env.git("orders", ["log", "-1", "--format=%an <%ae> / %cn <%ce>"]).trim().to_owned()
}

#[test]
fn the_branch_is_main_or_what_git_is_told() {
    let env = TestEnv::new();
    made(&env, &[]);
    assert_eq!(env.git("orders", ["branch", "--show-current"]), "main\n");
    let env = TestEnv::new();
    env.git("", ["config", "--global", "init.defaultBranch", "trunk/one"]);
    made(&env, &[]);
    assert_eq!(env.git("orders", ["branch", "--show-current"]), "trunk/one\n");
}

#[test]
fn a_branch_that_cannot_be_is_refused_before_anything_is_made() {
    let env = TestEnv::new();
    env.git("", ["config", "--global", "init.defaultBranch", "bad..name"]);
    written(&env, |pack| pack);
    let before = env.contents("");
    env.goldpath(new_from_pack("orders", &[])).fails(2, ["bad..name", "init.defaultBranch"]);
    assert_eq!(env.contents(""), before);
}

#[test]
fn the_template_folder_of_git_is_used_and_its_hooks_do_not_run() {
    let env = TestEnv::new();
    let marker = env.path("marker");
    let hook = format!("#!/bin/sh\necho ran >> {}\n", marker.display());
    for name in [
        "pre-commit",
        "post-commit",
        "prepare-commit-msg",
        "commit-msg",
        "post-checkout",
        "reference-transaction",
    ] {
        for folder in ["template/hooks", "hooks"] {
            env.write_home(&format!("{folder}/{name}"), &hook);
        }
    }
    env.write_home("template/description", "ours\n");
    env.shell("chmod +x ~/template/hooks/* ~/hooks/*");
    env.git("", ["config", "--global", "init.templateDir", "~/template"]);
    env.git("", ["config", "--global", "core.hooksPath", "~/hooks"]);
    written(&env, |pack| pack);
    env.goldpath(new_from_pack("orders", &[])).succeeds();
    assert!(!env.exists("marker"), "a hook ran");
    assert_eq!(env.read("orders/.git/description"), "ours\n");
    assert!(env.exists("orders/.git/hooks/pre-commit"));
    env.git("", ["config", "--global", "--unset", "core.hooksPath"]);
    env.goldpath(new_from_pack("again", &[])).succeeds();
    assert!(!env.exists("marker"), "a template's hook ran");
}

#[test]
fn a_template_folder_that_is_missing_is_a_warning() {
    let env = TestEnv::new();
    env.git("", ["config", "--global", "init.templateDir", "/nowhere/template"]);
    written(&env, |pack| pack);
    transcript!(env.goldpath(new_from_pack("orders", &[])), @r"
    exit 0
    --- stdout
    made orders: 3 files, preset small, stack plain, first commit [COMMIT] on main
    --- stderr
    warning: git's `init.templateDir` names `/nowhere/template`, which is no folder
    remove the setting: `git config --global --unset init.templateDir`
    ");
}

#[test]
fn exec_bits_are_right_even_where_git_does_not_look_at_them() {
    let env = TestEnv::new();
    env.git("", ["config", "--global", "core.fileMode", "false"]);
    made(&env, &[]);
    assert!(env.git("orders", ["ls-tree", "HEAD", "bin/run"]).starts_with("100755 blob "));
    assert!(env.git("orders", ["ls-tree", "HEAD", "README.md"]).starts_with("100644 blob "));
}

#[test]
fn a_flag_names_the_author_and_git_the_committer() {
    let env = TestEnv::new();
    made(&env, &["--author", "Bo Li <bo@example.com>"]);
    assert_eq!(people(&env), "Bo Li <bo@example.com> / Ada <ada@example.com>");
    let env = TestEnv::new().with("GOLDPATH_AUTHOR", "Cy <cy@example.com>");
    made(&env, &[]);
    assert_eq!(people(&env), "Cy <cy@example.com> / Ada <ada@example.com>");
}

#[test]
fn variables_of_git_win_over_its_configuration() {
    let env = TestEnv::new()
        .without("SOURCE_DATE_EPOCH")
        .with("GIT_AUTHOR_NAME", "Au")
        .with("GIT_AUTHOR_EMAIL", "au@example.com")
        .with("GIT_COMMITTER_NAME", "Co")
        .with("GIT_COMMITTER_EMAIL", "co@example.com")
        .with("GIT_AUTHOR_DATE", "2001-02-03T04:05:06+0700")
        .with("GIT_COMMITTER_DATE", "@1234567890 -0330");
    made(&env, &[]);
    assert_eq!(people(&env), "Au <au@example.com> / Co <co@example.com>");
    let dates = env.git("orders", ["log", "-1", "--date=raw", "--format=%ad / %cd"]);
    assert_eq!(dates, "981147906 +0700 / 1234567890 -0330\n");
}

#[test]
fn git_itself_makes_the_same_commit_of_the_same_files() {
    let env = TestEnv::new()
        .with("GIT_AUTHOR_DATE", "@1700000000 +0000")
        .with("GIT_COMMITTER_DATE", "@1700000000 +0000");
    made(&env, &[]);
    let message = env.git("orders", ["log", "-1", "--format=%B"]);
    env.shell("cp -r orders copy && rm -rf copy/.git");
    env.git("copy", ["init", "--quiet", "--initial-branch=main"]);
    env.git("copy", ["add", "--all"]);
    env.git("copy", ["commit", "--quiet", "--message", message.trim()]);
    assert_eq!(env.head("copy"), env.head("orders"));
}

#[test]
fn git_takes_the_repository_for_one_of_its_own() {
    let env = TestEnv::new();
    made(&env, &[]);
    let next = "git add -A && git commit -q -m next && git log --oneline | wc -l && git gc -q && git fsck --strict && git stash list && git clone -q . ../clone";
    env.write("orders/new.txt", "x");
    let told = env.run(env.command("sh", "orders").args(["-e", "-c", next])).succeeds().stdout();
    assert!(told.starts_with('2'), "{told}");
    env.assert_sound("clone");
}

#[test]
fn where_nobody_is_known_the_account_commits_and_one_warning_says_how_to_amend() {
    let env = TestEnv::without_identity();
    written(&env, |pack| pack);
    let run = env.goldpath(new_from_pack("orders", &[])).succeeds();
    let told = run.stderr();
    assert!(told.contains("warning: git knows no name or address of yours, so the commit is by `"), "{told}");
    assert!(told.contains("git commit --amend --reset-author --no-edit"), "{told}");
    assert_eq!(told.matches("warning:").count(), 1, "{told}");
    env.assert_sound("orders");
    env.goldpath(new_from_pack("more", &["--author", "Bo <bo@example.com>"])).succeeds();
}

#[test]
fn where_guessing_is_forbidden_nothing_is_made_and_author_is_named() {
    let env = TestEnv::without_identity();
    env.write_home(".gitconfig", "[user]\n\tuseConfigOnly = true\n");
    written(&env, |pack| pack);
    let before = env.contents("");
    transcript!(env.goldpath(new_from_pack("orders", &[])), @r#"
    exit 2
    --- stderr
    error: git knows no name for the author, and `user.useConfigOnly` forbids guessing one

    hint: say who you are: `--author "Ada Lovelace <ada@example.com>"`
    "#);
    assert_eq!(env.contents(""), before);
    env.goldpath(new_from_pack("orders", &["--author", "Bo <bo@example.com>"])).succeeds();
    assert_eq!(people(&env), "Bo <bo@example.com> / Bo <bo@example.com>");
}

#[test]
fn includes_and_conditions_of_gits_configuration_are_followed() {
    let env = TestEnv::without_identity();
    let home = env.home().display().to_string();
    env.write_home(
        ".gitconfig",
        format!(
            "[include]\n\tpath = more\n[includeIf \"gitdir:{}\"]\n\tpath = {home}/work\n",
            env.path("").display()
        ),
    );
    env.write_home("more", "[user]\n\tname = Inc\n\temail = inc@example.com\n");
    env.write_home("work", "[user]\n\temail = at-work@example.com\n");
    made(&env, &[]);
    assert_eq!(people(&env), "Inc <at-work@example.com> / Inc <at-work@example.com>");
}

#[test]
fn a_configuration_that_cannot_be_read_is_named_before_anything_is_made() {
    let env = TestEnv::without_identity();
    env.write_home(".gitconfig", "[user\nname = x\n");
    written(&env, |pack| pack);
    env.goldpath(new_from_pack("orders", &[])).fails(2, [".gitconfig", "hint: "]);
    assert!(!env.exists("orders"));
}

#[test]
fn line_ends_are_stored_as_git_would_store_them() {
    let env = TestEnv::new();
    env.git("", ["config", "--global", "core.autocrlf", "input"]);
    written(&env, |pack| {
        pack.template(".gitattributes", "*.bat text eol=crlf\n*.bin binary\n")
            .template("run.bat", "echo\r\n")
            .template("data.bin", b"\x00\r\n")
            .template("unix.txt", "a\n")
    });
    env.goldpath(new_from_pack("orders", &[])).succeeds();
    env.assert_sound("orders");
    assert_eq!(env.git("orders", ["cat-file", "blob", "HEAD:run.bat"]), "echo\n");
    assert_eq!(env.contents("orders")["run.bat"], b"echo\r\n");
}
