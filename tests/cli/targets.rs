//! Where `goldpath new` may write, and what happens to what is there.

use std::os::unix::fs::MetadataExt;

use crate::env::{TestEnv, transcript};
use crate::pack::{new_from_pack, written};

#[test]
fn a_folder_that_holds_something_is_refused_with_what_is_in_it() {
    let env = TestEnv::new();
    written(&env, |pack| pack);
    for name in ["zebra", "apple/pie", ".hidden", "mango"] {
        env.write(&format!("orders/{name}"), "mine");
    }
    let before = env.contents("");
    transcript!(env.goldpath(new_from_pack("orders", &[])), @r"
    exit 3
    --- stderr
    error: `[ROOT]/work/orders` is not empty: it holds `.hidden`, `apple`, `mango` and 1 more

    hint: choose another folder, or add `--force`: it keeps every file that is there
    ");
    assert_eq!(env.contents(""), before);
}

#[test]
fn an_occupied_folder_is_refused_before_the_first_question() {
    let env = TestEnv::new();
    env.write("orders/mine", "");
    env.goldpath(["new", "orders"])
        .fails(3, ["`[ROOT]/work/orders` is not empty: it holds `mine`", "--force"]);
}

#[test]
fn force_keeps_every_file_and_lists_those_of_the_pack_as_kept() {
    let env = TestEnv::new();
    written(&env, |pack| pack.template("docs/a.md", "theirs").template("docs/b.md", "theirs"));
    env.write("orders/docs/a.md", "mine");
    env.write("orders/own.txt", "own");
    transcript!(env.goldpath(new_from_pack("orders", &["--force"])), @r"
    exit 0
    --- stdout
    kept as before, 1 file:
      docs/a.md
    made orders: 4 files, preset small, stack plain, first commit [COMMIT] on main
    ");
    let contents = env.contents("orders");
    assert_eq!(contents["docs/a.md"], b"mine");
    assert_eq!(contents["docs/b.md"], b"theirs");
    assert_eq!(contents["own.txt"], b"own");
    env.git("orders", ["fsck", "--strict"]);
    assert_eq!(env.git("orders", ["status", "--porcelain"]), "?? docs/a.md\n?? own.txt\n");
}

#[test]
fn force_commits_a_file_that_is_there_exactly_as_it_would_be_written() {
    let env = TestEnv::new();
    written(&env, |pack| pack.template("docs/a.md", "theirs").template("docs/b.md", "theirs"));
    env.write("orders/docs/a.md", "theirs");
    env.write("orders/docs/b.md", "other!");
    env.shell("touch -d 2001-01-01 orders/docs/a.md");
    let dry = env.goldpath(new_from_pack("orders", &["--force", "--dry-run"]));
    transcript!(dry, @r"
    exit 0
    --- stdout
    would make 4 files in [ROOT]/work/orders, nothing was written
      created README.md
      same    docs/a.md
      kept    docs/b.md
      created goldpath.lock
      created goldpath.toml
    ");
    transcript!(env.goldpath(new_from_pack("orders", &["--force"])), @r"
    exit 0
    --- stdout
    there already, exactly as would be written: 1 file
    kept as before, 1 file:
      docs/b.md
    made orders: 4 files, preset small, stack plain, first commit [COMMIT] on main
    ");
    assert_eq!(env.git("orders", ["status", "--porcelain"]), "?? docs/b.md\n");
    assert_eq!(env.git("orders", ["show", "HEAD:docs/a.md"]), "theirs");
    assert_eq!(env.shell("date -r orders/docs/a.md +%Y"), "2001\n");
    env.git("orders", ["fsck", "--strict"]);
}

#[test]
fn force_refuses_a_folder_where_a_file_has_to_be_and_the_reverse() {
    for there in ["orders/README.md/keep", "orders/docs"] {
        let env = TestEnv::new();
        written(&env, |pack| pack.template("docs/a.md", "a"));
        env.write(there, "mine");
        let before = env.contents("");
        for more in [&["--force"][..], &["--force", "--dry-run"]] {
            env.goldpath(new_from_pack("orders", more)).fails(3, ["has to be there"]);
        }
        assert_eq!(env.contents(""), before);
        assert!(!env.exists("orders/.git"));
    }
}

#[test]
fn force_writes_through_no_symlink() {
    let env = TestEnv::new();
    written(&env, |pack| pack.template("docs/a.md", "a"));
    env.folder("elsewhere");
    env.folder("orders");
    fs_err::os::unix::fs::symlink("../elsewhere", env.path("orders/docs")).unwrap();
    env.goldpath(new_from_pack("orders", &["--force"])).fails(3, ["docs` is a symlink"]);
    assert_eq!(env.listing("elsewhere"), [""; 0]);
    assert!(!env.exists("orders/.git"));
}

#[test]
fn an_empty_folder_is_taken_and_stays_the_same_folder() {
    let env = TestEnv::new();
    written(&env, |pack| pack);
    let inode = env.folder("orders").metadata().unwrap().ino();
    env.goldpath_in("orders", ["new", ".", "--pack", "../pack", "--yes", "-q"]).succeeds();
    assert_eq!(env.path("orders").metadata().unwrap().ino(), inode);
    assert_eq!(env.read("orders/README.md"), "# orders\n");
    env.assert_sound("orders");
    env.assert_no_leftovers("");
}

#[test]
fn a_fresh_git_init_is_taken_as_it_is() {
    let env = TestEnv::new();
    written(&env, |pack| pack);
    env.folder("orders");
    env.git("orders", ["init", "--quiet", "--initial-branch=trunk"]);
    env.goldpath_in("orders", ["new", ".", "--pack", "../pack", "--yes", "-q"]).succeeds();
    assert_eq!(env.git("orders", ["symbolic-ref", "--short", "HEAD"]), "trunk\n");
    assert_eq!(env.read("orders/README.md"), "# orders\n");
}

#[test]
fn inside_a_work_tree_no_nested_repository_is_made_and_that_is_said() {
    let env = TestEnv::new();
    env.folder("outer/services");
    env.git("outer", ["init", "--quiet"]);
    env.write("outer/.gitignore", "scratch/\n");
    env.git("outer", ["add", "--all"]);
    env.git("outer", ["commit", "--quiet", "--message", "outer"]);
    written(&env, |pack| pack);
    let run = ["new", "services/orders", "--pack", "../pack", "--yes", "-q"];
    transcript!(env.goldpath_in("outer", run), @r"
    exit 0
    --- stdout
    made orders: 3 files inside the repository at [ROOT]/work/outer, nothing staged or committed there
    ");
    assert!(!env.exists("outer/services/orders/.git"));
    assert_eq!(env.git("outer", ["status", "--porcelain"]), "?? services/\n");
    assert_eq!(env.git("outer", ["rev-list", "--count", "HEAD"]), "1\n");
    // What the outer repository ignores is outside of it.
    env.goldpath_in("outer", ["new", "scratch/orders", "--pack", "../pack", "--yes", "-q"]).succeeds();
    env.assert_sound("outer/scratch/orders");
}

#[test]
fn a_symlinked_parent_is_followed_to_the_real_folder() {
    let env = TestEnv::new();
    written(&env, |pack| pack);
    env.folder("real");
    fs_err::os::unix::fs::symlink("real", env.path("link")).unwrap();
    env.goldpath(new_from_pack("link/orders", &[])).succeeds();
    env.assert_sound("real/orders");
    fs_err::os::unix::fs::symlink("real/empty", env.path("direct")).unwrap();
    env.folder("real/empty");
    env.goldpath(new_from_pack("direct", &[])).succeeds();
    assert!(env.path("direct").is_symlink());
    env.assert_sound("real/empty");
}

#[test]
fn a_target_that_can_never_be_a_folder_is_refused() {
    let env = TestEnv::new();
    written(&env, |pack| pack);
    env.write("notes", "mine");
    fs_err::os::unix::fs::symlink("nowhere", env.path("dangling")).unwrap();
    fs_err::os::unix::fs::symlink("loop", env.path("loop")).unwrap();
    for (target, told) in [
        ("notes", "`[ROOT]/work/notes` is not a folder"),
        ("notes/orders", "`[ROOT]/work/notes` is not a folder"),
        ("dangling", "`[ROOT]/work/dangling` is a symlink that leads nowhere"),
        ("loop", "`[ROOT]/work/loop`"),
        ("missing/../orders", "goes back up through a folder that does not exist"),
    ] {
        let before = env.contents("");
        env.goldpath(new_from_pack(target, &[])).fails(3, [told]);
        assert_eq!(env.contents(""), before, "{target}");
    }
}

#[test]
fn a_git_folder_is_no_place_for_files() {
    let env = TestEnv::new();
    written(&env, |pack| pack);
    env.folder("outer");
    env.git("outer", ["init", "--quiet"]);
    env.goldpath(new_from_pack("outer/.git/orders", &[])).fails(3, ["lies inside the git folder"]);
    env.folder("broken/.git");
    env.goldpath(new_from_pack("broken", &[])).fails(3, ["broken/.git` is in the way"]);
}

#[test]
fn a_parent_that_cannot_be_written_to_fails_and_leaves_nothing() {
    let env = TestEnv::new();
    written(&env, |pack| pack);
    // Nobody makes folders there, not even root.
    let pack = env.path("pack");
    let told = env
        .goldpath(["new", "/proc/goldpath-orders", "--pack", pack.to_str().unwrap(), "--yes", "-q"])
        .ends(4)
        .stderr();
    assert!(told.contains("could not write the repository to `/proc/goldpath-orders`"), "{told}");
    assert!(told.contains("caused by: "), "{told}");
}

#[test]
fn no_git_writes_the_same_files_and_no_repository() {
    let env = TestEnv::new();
    written(&env, |pack| pack.template("bin/run", "#!/bin/sh\n"));
    transcript!(env.goldpath(new_from_pack("plain", &["--no-git", "--name", "orders"])), @r"
    exit 0
    --- stdout
    made orders: 4 files, no repository
    ");
    env.goldpath(new_from_pack("orders", &["--name", "orders"])).succeeds();
    assert!(!env.exists("plain/.git"));
    assert_eq!(env.contents("plain"), env.contents("orders"));
    assert_eq!(env.path("plain/bin/run").metadata().unwrap().mode() & 0o111, 0o111);
}

#[test]
fn no_git_needs_no_identity() {
    let env = TestEnv::without_identity();
    env.write_home(".gitconfig", "[user]\n\tuseConfigOnly = true\n");
    written(&env, |pack| pack);
    env.goldpath(new_from_pack("orders", &["--no-git"])).succeeds();
    env.goldpath(new_from_pack("staged", &["--no-commit"])).succeeds();
}

#[test]
fn no_commit_stages_everything_with_its_modes() {
    let env = TestEnv::new();
    written(&env, |pack| {
        pack.template("bin/run", "#!/bin/sh\n")
            .template(".gitignore.tera", "ignored.txt\n")
            .template("ignored.txt", "kept")
    });
    transcript!(env.goldpath(new_from_pack("orders", &["--no-commit"])), @r"
    exit 0
    --- stdout
    made orders: 6 files, staged on main, not committed
    ");
    let staged = env.git("orders", ["ls-files", "--stage"]);
    assert!(
        staged.contains("100755 ") && staged.contains("\tbin/run") && staged.contains("\tignored.txt"),
        "{staged}"
    );
    env.git("orders", ["commit", "--quiet", "--message", "first"]);
    env.assert_sound("orders");
}

#[test]
fn a_remote_is_origin_and_names_the_owner() {
    let env = TestEnv::new();
    let remote = "git@github.com:acme/orders.git";
    env.goldpath(["new", "orders", "--preset", "quick-start", "--remote", remote, "-y", "-q"]).succeeds();
    assert_eq!(env.git("orders", ["remote", "get-url", "origin"]), format!("{remote}\n"));
    assert!(env.read("orders/goldpath.toml").contains("owner = \"acme/orders-team\""));
    let refspec = env.git("orders", ["config", "remote.origin.fetch"]);
    assert_eq!(refspec, "+refs/heads/*:refs/remotes/origin/*\n");
}
