//! `goldpath diff`: what the team made of the files of the path, as a patch that git takes back.

use crate::env::TestEnv;
use crate::pack::{new_from_pack, written};

fn made(env: &TestEnv) {
    written(env, |pack| {
        pack.template("a.txt", "one\ntwo\nthree\n")
            .template("docs/b.txt", "b\n")
            .template("run.sh", "#!/bin/sh\n")
            .template("blob.bin", b"\0\x01\x02 binary \0".as_slice())
            .template("gone.txt", "gone\n")
            .template("bare", "no newline")
            .link("templates/plain/files/link", "a.txt")
    });
    env.goldpath(new_from_pack("orders", &[])).succeeds();
}

/// A repository with every kind of edit.
fn edit(env: &TestEnv) {
    env.write("orders/a.txt", "one\n2 \x1b[1mbold\x1b[0m\nthree");
    env.write("orders/blob.bin", b"\0other\xff".as_slice());
    env.write("orders/bare", "no newline\nand more");
    env.write("orders/mine.txt", "mine\n");
    env.shell("cd orders; rm gone.txt link; ln -s docs link; chmod -x run.sh; chmod +x docs/b.txt");
}

#[test]
fn an_untouched_repository_differs_in_nothing() {
    let env = TestEnv::new();
    made(&env);
    assert_eq!(env.goldpath_in("orders", ["diff"]).succeeds().said(), "");
}

#[test]
fn the_patch_taken_back_gives_the_pristine_render() {
    for folder in ["orders", "mono/services/orders"] {
        let env = TestEnv::new();
        made(&env);
        let pristine = env.contents("orders");
        if folder != "orders" {
            env.shell("mkdir -p mono/services; rm -rf orders/.git; mv orders mono/services/; ln -s mono/services/orders orders");
            env.shell("cd mono; git init -q; git add -A; git commit -qm all");
        }
        edit(&env);
        let run = env.goldpath_in(folder, ["diff"]).succeeds();
        assert_eq!(run.stderr(), "");
        assert!(run.stdout().contains("GIT binary patch"), "{}", run.stdout());
        assert!(run.stdout().contains("\x1b[1m"), "bytes stay");
        assert!(!run.stdout().contains("mine.txt"), "{}", run.stdout());
        // With the text, since a pipe is how it is used.
        env.shell(&format!("cd {folder}; {} diff | git apply -R", crate::env::GOLDPATH));
        fs_err::remove_file(env.path("orders/mine.txt")).unwrap();
        assert_eq!(env.contents(folder), pristine);
        assert_eq!(env.git(folder, ["status", "--porcelain"]), "");
        assert_eq!(env.goldpath_in(folder, ["diff"]).succeeds().said(), "");
    }
}

#[test]
fn one_file_or_folder_can_be_named_from_where_one_stands() {
    let env = TestEnv::new();
    made(&env);
    edit(&env);
    let files = |folder: &str, path: &str| {
        let run = env.goldpath_in(folder, ["diff", path, "--format", "json"]).succeeds().json();
        let files = run["files"].as_array().unwrap();
        files.iter().map(|file| file["path"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(files("orders", "docs"), ["docs/b.txt"]);
    assert_eq!(files("orders/docs", "b.txt"), ["docs/b.txt"]);
    assert_eq!(files("orders/docs", "../gone.txt"), ["gone.txt"]);
    assert_eq!(files("orders/docs", "..").len(), 7);
    env.goldpath_in("orders", ["diff", "docs/c.txt"])
        .fails(2, ["`docs/c.txt` is no file of the path", "did you mean `docs/b.txt`?"]);
    // As somebody in the folder calls it.
    env.goldpath_in("orders/docs", ["diff", "a.txt"]).fails(2, ["did you mean `../a.txt`?"]);
}

#[test]
fn what_the_history_lost_is_rendered_and_what_neither_has_is_said() {
    let env = TestEnv::new();
    made(&env);
    env.write("orders/a.txt", "other\n");
    env.shell("cd orders; rm -rf .git; git init -q; git add -A; git commit -qm all");
    let run = env.goldpath_in("orders", ["diff"]).succeeds();
    assert!(run.stdout().contains("-two\n"), "{}", run.stdout());
    // The folder of the pack moves on.
    written(&env, |pack| pack.version("2.0.0").template("a.txt", "new\n"));
    let run = env
        .goldpath_in("orders", ["diff"])
        .fails(1, ["`a.txt` was edited, and its pristine render is found neither"]);
    assert_eq!(run.stdout(), "");
}

#[test]
fn without_a_lock_or_a_repository_it_is_refused() {
    let env = TestEnv::new();
    env.goldpath(["diff"]).fails(3, ["there is no goldpath.lock"]);
    made(&env);
    env.shell("rm -rf orders/.git");
    env.goldpath_in("orders", ["diff"]).fails(3, ["is in no git repository"]);
}

#[test]
fn where_there_are_no_links_a_file_that_says_where_one_leads_is_no_edit() {
    let env = TestEnv::new();
    written(&env, |pack| {
        let owned = "kind = \"stack\"\n[[files]]\nmatch = \"**\"\nownership = \"managed\"";
        pack.component("plain", owned).template("a.txt", "one\n").link("templates/plain/files/link", "a.txt")
    });
    env.goldpath(new_from_pack("orders", &[])).succeeds();
    // As git checks it out on Windows.
    env.git("orders", ["config", "core.symlinks", "false"]);
    fs_err::remove_file(env.path("orders/link")).unwrap();
    env.write("orders/link", "a.txt");
    assert_eq!(env.git("orders", ["status", "--porcelain"]), "");
    assert_eq!(env.goldpath_in("orders", ["diff"]).succeeds().said(), "");
    env.goldpath_in("orders", ["check", "--only", "drift"]).succeeds();
    env.write("orders/link", "b.txt");
    assert!(env.goldpath_in("orders", ["diff"]).succeeds().said().contains("+b.txt"));
    let run = env.goldpath_in("orders", ["check", "--only", "drift"]).whatever();
    assert!(run.said().contains("[drift.content]"), "{}", run.said());
}

#[test]
fn a_renamed_file_is_one_file_with_its_edits_under_either_name() {
    for how in [
        "git mv docs/b.txt docs/c.txt",
        "mv docs/b.txt docs/c.txt; git add docs",
        "git mv docs papers; git mv papers/b.txt docs.txt",
    ] {
        let env = TestEnv::new();
        written(&env, |pack| {
            pack.template("docs/b.txt", "one\ntwo\nthree\nfour\n").template("gone.txt", "gone\n")
        });
        env.goldpath(new_from_pack("orders", &[])).succeeds();
        let pristine = env.contents("orders");
        let now = if how.ends_with("docs.txt") { "docs.txt" } else { "docs/c.txt" };
        env.shell(&format!(
            "cd orders; {how}; echo five >> {now}; rm gone.txt; echo mine > mine.txt; git add mine.txt"
        ));
        let run = env.goldpath_in("orders", ["diff"]).succeeds().stdout();
        assert!(
            run.contains(&format!("rename from docs/b.txt\nrename to {now}\n")) && run.contains("+five\n"),
            "{run}"
        );
        for name in [now, "docs/b.txt"] {
            let report = env.goldpath_in("orders", ["diff", name, "--format", "json"]).succeeds().json();
            let [file] = report["files"].as_array().unwrap().as_slice() else { panic!("{report:#}") };
            assert_eq!(
                (&file["path"], &file["status"], &file["now"]),
                (&"docs/b.txt".into(), &"renamed".into(), &now.into())
            );
        }
        env.shell(&format!("cd orders; {} diff | git apply -R; rm mine.txt", crate::env::GOLDPATH));
        assert_eq!(env.contents("orders"), pristine, "{how}");
    }
    // What git was not told of is followed where it is named.
    let env = TestEnv::new();
    made(&env);
    env.shell("cd orders; mv a.txt z.txt");
    let named = env.goldpath_in("orders", ["diff", "z.txt"]).succeeds().stdout();
    assert!(named.contains("rename to z.txt"), "{named}");
}

#[test]
fn an_index_that_gits_library_cannot_read_stops_no_one_who_looks() {
    let env = TestEnv::new();
    made(&env);
    env.shell("cd orders; git update-index --split-index; echo more >> a.txt; git mv bare kept; rm gone.txt");
    let run = env.goldpath_in("orders", ["diff"]).succeeds();
    assert!(run.stdout().contains("+more\n"), "{}", run.stdout());
    // Renames are found in the index; the new name is found all the same where somebody asks for it.
    assert!(run.stdout().contains("deleted file mode 100644"), "{}", run.stdout());
    let run = env.goldpath_in("orders", ["diff", "kept", "--format", "json"]).succeeds().json();
    assert_eq!(run["files"][0]["path"], "bare");
    assert_eq!(run["files"][0]["now"], "kept");
    env.goldpath_in("orders", ["explain", "a.txt"]).succeeds();
}
