//! `goldpath upgrade` and `goldpath apply`: what the team wrote stays, what the path brings comes, and everything else
//! is told or refused.

use std::process::Stdio;
use std::time::Duration;

use crate::env::{Ended, GOLDPATH, TestEnv, transcript};
use crate::lock::as_rendered;
use crate::pack::TestPack;

const LINES: &str = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\n";

fn long(from: &str, to: &str) -> String {
    LINES.replace(from, to)
}

/// The first version of a pack.
pub(crate) fn first() -> TestPack {
    TestPack::new()
        .question("team", "type = \"string\"\ndefault = \"core\"")
        .preset("large", "extends = \"small\"\ncomponents = [\"more\"]")
        .component("more", "kind = \"component\"")
        .file("templates/more/files/more/gate.yml", "gate: true\n")
        .component(
            "plain",
            "kind = \"stack\"\n[settings.\"limit.size\"]\ntype = \"integer\"\ndefault = 10\nhelp = \"h\"\n\
             [[files]]\nmatch = \"src/**\"\nownership = \"seeded\"\n[[files]]\nmatch = \"Makefile\"\nownership = \"managed\"",
        )
        .template("Makefile", "all:\n\ttrue\n")
        .template("ci.yml.tera", format!("{LINES}team: {{= team =}}\nlimit: {{= settings.limit.size =}}\n"))
        .template("docs/oncall.md", LINES)
        .template("docs/old.md", "old\n")
        .template("docs/both.md", LINES)
        .template("run.sh", "#!/bin/sh\ntrue\n")
        .template("logo.bin", b"\0first".as_slice())
        .template("src/main.txt", "seed\n")
}

/// The second: a renamed file, a deleted file, a new one, changed ones, and a renamed answer.
pub(crate) fn second() -> TestPack {
    let mut pack = first();
    for gone in ["docs/oncall.md", "docs/old.md", "src/main.txt"] {
        pack = pack.without(&format!("templates/plain/files/{gone}"));
    }
    pack.version("1.1.0")
        .question("squad", "type = \"string\"\ndefault = \"core\"")
        .template("Makefile", "all:\n\ttrue\nlint:\n\ttrue\n")
        .template(
            "ci.yml.tera",
            format!("{}squad: {{= squad =}}\nlimit: {{= settings.limit.size =}}\n", long("eight", "EIGHT")),
        )
        .template("docs/on-call.md", long("eight", "8"))
        .template("docs/both.md", long("one", "path"))
        .template("docs/new.md", "new\n")
        .template("logo.bin", b"\0second".as_slice())
        .template("src/main.txt", "other seed\n")
        .template("src/lib.txt", "lib\n")
        .file(
            "migrations/1.1.0.toml",
            "notes = \"On-call docs moved.\"\n[[move]]\nfrom = \"docs/oncall.md\"\nto = \"docs/on-call.md\"\n\
             [[rename_answer]]\nfrom = \"team\"\nto = \"squad\"\n",
        )
}

/// The pack's second version asks `squad` in place of `team`.
fn without_team(env: &TestEnv, folder: &str) {
    let path = format!("{folder}/pack.toml");
    let text = env.read(&path);
    let start = text.find("[[question]]\nkey = \"team\"").unwrap();
    let end = text[start + 1..].find("[[question]]").map(|at| start + 1 + at).unwrap();
    env.write(&path, format!("{}{}", &text[..start], &text[end..]));
}

pub(crate) fn write_second(env: &TestEnv, folder: &str) {
    second().write_to(env, folder);
    without_team(env, folder);
}

/// `orders`, made from the first version; the folder of the pack then holds the second.
pub(crate) fn made(env: &TestEnv) {
    first().write_to(env, "pack");
    env.goldpath(["new", "orders", "--pack", "./pack", "--yes", "--quiet"]).succeeds();
    write_second(env, "pack");
}

/// The same from a git repository, where the first version stays to be rendered.
fn made_from_git(env: &TestEnv) {
    first().release(env, "pack");
    let url = format!("file://{}", env.path("pack").display());
    env.goldpath(["new", "orders", "--pack", &url, "--yes", "--quiet"]).succeeds();
    write_second(env, "pack");
    released(env, "1.1.0");
}

fn released(env: &TestEnv, version: &str) {
    env.shell(&format!("cd pack; git add -A; git commit -qm {version}; git tag v{version}"));
}

/// What a new repository of the second version holds.
fn new_render(env: &TestEnv) -> std::collections::BTreeMap<String, Vec<u8>> {
    env.folder("fresh");
    env.goldpath(["new", "fresh/orders", "--pack", "./pack", "--yes", "--quiet"]).succeeds();
    env.contents("fresh/orders")
}

fn commit(env: &TestEnv, folder: &str) {
    env.git(folder, ["add", "--all"]);
    env.git(folder, ["commit", "--quiet", "--message", "edits"]);
}

fn upgrade(env: &TestEnv, code: i32) -> Ended {
    env.goldpath_in("orders", ["upgrade"]).ends(code)
}

fn status(env: &TestEnv) -> String {
    env.git("orders", ["status", "--porcelain"])
}

/// Everything that `--abort` has to give back: contents, modes, and the index.
pub(crate) fn state(env: &TestEnv) -> String {
    let list = "cd orders; git rev-parse HEAD; git ls-files --stage; git status --porcelain --ignored; \
                find . -path ./.git -prune -o -printf '%p %m %y %l\\n' | sort; \
                find . -path ./.git -prune -o -type f -print0 | sort -z | xargs -0 sha1sum; ls -a .git";
    env.shell(list)
}

#[test]
fn an_untouched_repository_becomes_the_new_render() {
    let env = TestEnv::new();
    made(&env);
    transcript!(env.goldpath_in("orders", ["upgrade"]), @r"
    exit 0
    --- stdout
    upgrade: demo 1.0.0 to 1.1.0, preset small
      1.1.0: On-call docs moved.
      1.1.0: `team` is called `squad` now
      updated   Makefile
      updated   ci.yml
      updated   docs/both.md
      created   docs/new.md
      deleted   docs/old.md
      moved     docs/on-call.md (was docs/oncall.md)
      updated   logo.bin
      created   src/lib.txt
      updated   goldpath.toml
      updated   goldpath.lock

    written once, yours since; the path would write them otherwise now. Does what they say still hold?
      src/main.txt

    2 created, 6 updated, 1 moved, 1 deleted, 3 unchanged
    staged, not committed: look at it with `git diff --staged`, then `git commit`
    ");
    let mut expected = new_render(&env);
    let mut result = env.contents("orders");
    // Its own text stays, and one folder is deeper than the other.
    for own in ["goldpath.toml", "goldpath.lock"] {
        let text = |files: &mut std::collections::BTreeMap<String, Vec<u8>>| {
            String::from_utf8(files.remove(own).unwrap()).unwrap().replace("../../pack", "../pack")
        };
        let (expected, result) = (text(&mut expected), text(&mut result));
        if own == "goldpath.lock" {
            assert_eq!(as_rendered(&result), expected);
        } else {
            assert!(result.contains("squad = \"core\"") && !result.contains("team = "), "{result}");
        }
    }
    // What is seeded is the user's.
    assert_eq!(result.remove("src/main.txt").unwrap(), b"seed\n");
    expected.remove("src/main.txt");
    assert_eq!(result, expected);
    assert!(status(&env).lines().all(|line| line.as_bytes()[1] == b' '), "all is staged: {}", status(&env));
    commit(&env, "orders");
    env.assert_sound("orders");
    let again = upgrade(&env, 0).stdout();
    assert!(again.contains("nothing to do: this repository is at demo 1.1.0"), "{again}");
    assert_eq!(status(&env), "");
}

#[test]
fn edits_are_merged_and_what_cannot_be_is_told() {
    let env = TestEnv::new();
    made(&env);
    env.write("orders/ci.yml", env.read("orders/ci.yml").replace("two", "TWO by us"));
    env.write("orders/docs/oncall.md", long("one", "ours").replace('\n', "\r\n"));
    env.write("orders/docs/old.md", "old\nand ours\n");
    env.write("orders/docs/both.md", long("one", "team"));
    env.write("orders/logo.bin", b"\0ours".as_slice());
    env.write("orders/src/main.txt", "code\n");
    env.write("orders/mine.txt", "mine\n");
    env.shell("cd orders; rm Makefile; mkdir bin; git mv run.sh bin/run.sh");
    commit(&env, "orders");
    let before = state(&env);
    let dry = env.goldpath_in("orders", ["upgrade", "--dry-run", "--format", "json"]).ends(1).json();
    assert_eq!(state(&env), before, "a dry run writes nothing");
    transcript!(env.goldpath_in("orders", ["upgrade"]), @r"
    exit 1
    --- stdout
    upgrade: demo 1.0.0 to 1.1.0, preset small
      1.1.0: On-call docs moved.
      1.1.0: `team` is called `squad` now
      kept      Makefile: you deleted it, and it stays deleted; the path changed it
      merged    ci.yml
      created   docs/new.md
      moved     docs/on-call.md (was docs/oncall.md)
      created   src/lib.txt
      updated   goldpath.toml
      updated   goldpath.lock

    needs you
      conflict  docs/both.md: you and the path changed the same lines
      kept      docs/old.md: the path no longer has it, and you edited it: it is yours from now on
      conflict  logo.bin: binary, and both sides changed it: yours is there, the path's is in the index

    written once, yours since; the path would write them otherwise now. Does what they say still hold?
      src/main.txt

    2 created, 2 updated, 1 merged, 1 moved, 2 kept, 2 conflict, 3 unchanged
    staged but for the conflicts, and not committed: resolve them, `git add` them, then `goldpath upgrade --continue` and `git commit`, or take all of it back with `goldpath upgrade --abort`
    ");
    assert!(
        env.read("orders/ci.yml").contains("TWO by us\n")
            && env.read("orders/ci.yml").contains("EIGHT\nsquad: core")
    );
    assert_eq!(
        env.read("orders/docs/on-call.md"),
        long("one", "ours").replace("eight", "8").replace('\n', "\r\n")
    );
    assert_eq!(env.read("orders/docs/old.md"), "old\nand ours\n");
    assert_eq!(
        env.read("orders/docs/both.md"),
        LINES.replace(
            "one\n",
            "<<<<<<< yours\nteam\n||||||| 1.0.0 as rendered\none\n=======\npath\n>>>>>>> 1.1.0\n"
        )
    );
    assert_eq!(env.read("orders/logo.bin"), "\0ours");
    assert!(!env.exists("orders/Makefile"));
    assert_eq!(env.read("orders/src/main.txt"), "code\n");
    let unmerged = env.git("orders", ["ls-files", "--unmerged"]);
    assert_eq!(unmerged.lines().count(), 6, "{unmerged}");
    assert_eq!(env.git("orders", ["show", ":3:logo.bin"]), "\0second");
    let told = env.goldpath_in("orders", ["diff", "ci.yml"]).succeeds().stderr();
    assert!(told.contains("an earlier run is not at its end: upgrade: demo 1.0.0 to 1.1.0"), "{told}");
    // Nothing else can be started, and it cannot be ended before it is resolved.
    env.goldpath_in("orders", ["upgrade"]).fails(3, ["an earlier run waits for its conflicts"]);
    env.goldpath_in("orders", ["upgrade", "--continue"])
        .fails(3, ["2 files are still in conflict\n  docs/both.md\n  logo.bin"]);
    env.goldpath_in("orders", ["upgrade", "--abort"]).succeeds();
    assert_eq!(state(&env), before);
    // A dry run says what a real run then does.
    let real = env.goldpath_in("orders", ["upgrade", "--format", "json"]).ends(1).json();
    assert_eq!(dry["files"], real["files"]);
    env.write("orders/docs/both.md", "resolved\n");
    env.git("orders", ["add", "docs/both.md"]);
    env.git("orders", ["checkout", "--theirs", "logo.bin"]);
    env.git("orders", ["add", "logo.bin"]);
    env.goldpath_in("orders", ["upgrade", "--continue"]).succeeds();
    commit(&env, "orders");
    env.goldpath_in("orders", ["upgrade", "--abort"]).fails(3, ["nothing is under way"]);
    assert!(upgrade(&env, 0).stdout().contains("nothing to do"));
}

#[test]
fn a_commit_by_git_alone_ends_it_too() {
    let env = TestEnv::new();
    made(&env);
    env.write("orders/docs/both.md", long("one", "team"));
    commit(&env, "orders");
    upgrade(&env, 1);
    env.write("orders/docs/both.md", "resolved\n");
    commit(&env, "orders");
    env.goldpath_in("orders", ["upgrade", "--abort"]).fails(3, ["HEAD is not where it was when this began"]);
    assert!(upgrade(&env, 0).stdout().contains("nothing to do"));
    assert!(!env.exists("orders/.git/goldpath"));
}

#[test]
fn the_next_upgrade_starts_from_what_this_one_rendered() {
    let env = TestEnv::new();
    made_from_git(&env);
    env.write("orders/ci.yml", env.read("orders/ci.yml").replace("two", "TWO by us"));
    commit(&env, "orders");
    upgrade(&env, 0);
    commit(&env, "orders");
    second()
        .version("1.2.0")
        .template("ci.yml.tera", format!("{}squad: {{= squad =}}\n", long("five", "FIVE")))
        .write_to(&env, "pack");
    without_team(&env, "pack");
    released(&env, "1.2.0");
    upgrade(&env, 0);
    assert_eq!(
        env.read("orders/ci.yml"),
        format!("{}squad: core\n", long("five", "FIVE").replace("two", "TWO by us"))
    );
}

#[test]
fn a_folder_that_moved_on_cannot_say_what_it_rendered_and_that_is_told() {
    let env = TestEnv::new();
    made(&env);
    env.write("orders/ci.yml", env.read("orders/ci.yml").replace("two", "TWO by us"));
    env.shell("cd orders; rm -rf .git; git init -q");
    commit(&env, "orders");
    let run =
        env.goldpath_in("orders", ["upgrade"]).fails(1, ["the pristine render of 1 file is found neither"]);
    assert!(
        run.stdout().contains("conflict  ci.yml: its pristine render is found nowhere"),
        "{}",
        run.stdout()
    );
    assert!(env.read("orders/ci.yml").contains("TWO by us\n"));
    // What nobody touched is safe all the same.
    assert_eq!(env.read("orders/docs/both.md"), long("one", "path"));
}

#[test]
fn results_are_the_same_on_a_fresh_clone_and_a_second_time() {
    let env = TestEnv::new();
    made_from_git(&env);
    env.write("orders/ci.yml", env.read("orders/ci.yml").replace("two", "TWO by us"));
    env.write("orders/docs/both.md", long("one", "team"));
    commit(&env, "orders");
    env.git("", ["clone", "--quiet", "orders", "clone"]);
    env.git(
        "",
        ["clone", "--quiet", "--depth", "1", &format!("file://{}", env.path("orders").display()), "shallow"],
    );
    upgrade(&env, 1);
    let first = (env.contents("orders"), env.git("orders", ["ls-files", "--stage"]));
    env.goldpath_in("orders", ["upgrade", "--abort"]).succeeds();
    for folder in ["orders", "clone", "shallow"] {
        env.goldpath_in(folder, ["upgrade"]).ends(1);
        let result = (env.contents(folder), env.git(folder, ["ls-files", "--stage"]));
        assert_eq!(result, first, "{folder}");
    }
}

#[test]
fn another_preset_and_a_changed_answer_come_by_the_same_machinery() {
    let env = TestEnv::new();
    first().write_to(&env, "pack");
    env.goldpath(["new", "orders", "--pack", "./pack", "--yes", "--quiet"]).succeeds();
    env.goldpath_in("orders", ["upgrade", "--preset", "large", "--set", "limit.size=20"]).succeeds();
    assert_eq!(env.read("orders/more/gate.yml"), "gate: true\n");
    assert!(env.read("orders/ci.yml").ends_with("limit: 20\n"));
    let intent = env.read("orders/goldpath.toml");
    assert!(intent.contains("preset = \"large\"") && intent.contains("\"limit.size\" = 20"), "{intent}");
    commit(&env, "orders");

    // A person edits goldpath.toml, with a comment.
    env.write(
        "orders/goldpath.toml",
        intent.replace("\"core\"", "\"blue\" # since May").replace("large", "small"),
    );
    let dry = env.goldpath_in("orders", ["apply", "--dry-run"]).succeeds().stdout();
    assert!(dry.contains("deleted   more/gate.yml"), "{dry}");
    env.goldpath_in("orders", ["apply"]).succeeds();
    assert!(env.read("orders/ci.yml").contains("team: blue\n"));
    assert!(!env.exists("orders/more"));
    assert!(env.read("orders/goldpath.toml").contains("team = \"blue\" # since May\n"));
    assert!(env.read("orders/goldpath.lock").contains("team = \"blue\"\n"));
    assert!(status(&env).contains("M  goldpath.toml\n"), "{}", status(&env));
    commit(&env, "orders");
    assert!(env.goldpath_in("orders", ["apply"]).succeeds().stdout().contains("nothing to do"));
    write_second(&env, "pack");
    env.goldpath_in("orders", ["apply"])
        .fails(3, ["goldpath.lock names demo 1.0.0, and what is there now is demo 1.1.0"]);
}

#[test]
fn a_git_pack_goes_to_its_newest_release_or_to_the_one_that_is_named() {
    let env = TestEnv::new();
    first().release(&env, "pack");
    write_second(&env, "pack");
    env.shell("cd pack; git add -A; git commit -qm 1.1.0; git tag v1.1.0");
    let url = format!("file://{}", env.path("pack").display());
    for pack in [format!("{url}@1.0.0"), "./pack@1.0.0".to_owned()] {
        env.goldpath(["new", "orders", "--pack", &pack, "--yes", "--quiet"]).succeeds();
        assert!(
            env.goldpath_in("orders", ["upgrade", "--to", "1.0.0"])
                .succeeds()
                .stdout()
                .contains("nothing to do")
        );
        upgrade(&env, 0);
        assert!(env.exists("orders/docs/on-call.md"));
        let intent = env.read("orders/goldpath.toml");
        assert!(intent.contains("pack@1.1.0\""), "{intent}");
        commit(&env, "orders");
        env.goldpath_in("orders", ["upgrade", "--to", "1.0.0"])
            .fails(3, ["this repository is at 1.1.0, and 1.0.0 is older"]);
        fs_err::remove_dir_all(env.path("orders")).unwrap();
    }
}

#[test]
fn what_stands_in_the_way_is_refused_and_nothing_changes() {
    let cases: &[(&str, &[&str], &str)] = &[
        ("echo x >> ci.yml", &["1 change is not committed", "ci.yml (modified)"], "git stash"),
        ("echo x > docs/new.md", &["1 file is in the way", "docs/new.md (untracked)"], "move them away"),
        (
            "echo docs/new.md > .git/info/exclude; echo x > docs/new.md",
            &["docs/new.md (ignored)"],
            "move them away",
        ),
        ("git rm -q --cached Makefile", &["Makefile (deleted)"], "git stash"),
        (
            "printf '<<<<<<< a\\n=======\\n>>>>>>> b\\n' >> docs/both.md; git commit -qam m",
            &["1 file has the markers of an earlier conflict", "docs/both.md"],
            "resolve what stands",
        ),
        ("git checkout -q --orphan none", &["nothing has been committed here yet"], "commit what is there"),
        (
            "git branch other; git commit -q --allow-empty -m a; git checkout -q other; git commit -q --allow-empty -m b; \
             git merge -q --no-commit --no-ff - > /dev/null 2>&1",
            &["a merge is in progress"],
            "git status",
        ),
        ("git bisect start", &["a bisect is in progress"], "git status"),
        // What git reads and its library does not.
        (
            "git update-index --split-index",
            &["unsupported mandatory extension"],
            "git update-index --no-split-index",
        ),
        (
            "git config core.repositoryFormatVersion 1; git config extensions.objectFormat sha256",
            &["git could not open the repository"],
            "whose ids are SHA-1 alone",
        ),
        (
            "echo 'docs/both.md working-tree-encoding=UTF-16LE-BOM' > .gitattributes; git add .; git commit -qm m; \
             rm docs/both.md; git checkout -q docs; touch -d @1600000000 docs/both.md; git update-index -q --refresh",
            &["1 file is written in another encoding than git stores", "docs/both.md"],
            "working-tree-encoding",
        ),
        (
            "mkdir real; git rm -qr docs; git commit -qm m; ln -s real docs",
            &["docs (a symbolic link)"],
            "move them away",
        ),
        (
            "sed -i 's/path = \"Makefile\"/path = \"..\\/x\"/' goldpath.lock; git commit -qam m",
            &["`goldpath.lock`, line"],
            "",
        ),
        (
            "sed -i 's/^team = .*/&\\noddity = 1/' goldpath.toml; git commit -qam m",
            &["`oddity` from `goldpath.toml`"],
            "",
        ),
        (
            "sed -i 's/^preset/presset/' goldpath.toml; git commit -qam m",
            &["unknown field `presset`"],
            "`preset`",
        ),
        ("touch .git/index.lock", &["another program is changing the index"], "wait for it"),
        ("sed -i 's/1.1.0/0.9.0/' ../pack/pack.toml", &["is at 1.0.0, and 0.9.0 is older"], "--to VERSION"),
        (
            "sed -i 's/^summary/requires = \">=99\"\\nsummary/' ../pack/pack.toml",
            &["needs goldpath >=99"],
            "newer goldpath",
        ),
    ];
    for (script, told, hint) in cases {
        let env = TestEnv::new();
        made(&env);
        env.shell(&format!("cd orders; {script}"));
        let before = env.contents("orders");
        let index = fs_err::read(env.path("orders/.git/index")).unwrap();
        let run = env.goldpath_in("orders", ["upgrade"]).fails(3, told.iter().copied());
        assert!(run.stderr().contains("hint: ") && run.stderr().contains(hint), "{script}: {}", run.stderr());
        let dry = env.goldpath_in("orders", ["upgrade", "--dry-run"]).ends(3);
        assert_eq!(dry.stderr(), run.stderr(), "{script}");
        assert_eq!(env.contents("orders"), before, "{script}");
        assert_eq!(fs_err::read(env.path("orders/.git/index")).unwrap(), index, "{script}");
        assert!(!env.exists("orders/.git/goldpath"), "{script}");
    }
}

#[test]
fn it_works_wherever_git_does() {
    let env = TestEnv::new();
    made(&env);
    env.git("", ["clone", "--quiet", "orders", "plain"]);
    env.shell("git clone -q --separate-git-dir=apart.git orders separate");
    env.shell("git -C orders worktree add -q ../linked");
    env.shell("git clone -q orders detached; git -C detached checkout -q --detach");
    env.shell("mkdir mono; cd mono; git init -q; mkdir -p a/orders b; cp -R ../orders/. a/orders; rm -rf a/orders/.git; \
               cp -R a/orders b/orders; sed -i 's/\\.\\.\\/pack/..\\/..\\/..\\/pack/' */orders/goldpath.*; echo x > top; git add -A; git commit -qm all; \
               echo dirty > top; echo dirty > b/orders/ci.yml");
    env.shell(
        "printf '#!/bin/sh\\nexit 1\\n' > plain/.git/hooks/pre-commit; chmod +x plain/.git/hooks/pre-commit",
    );
    env.goldpath_in("plain", ["upgrade"]).succeeds();
    let expected = env.contents("plain");
    for folder in ["separate", "linked", "detached", "mono/a/orders"] {
        let inside = format!("{folder}/docs");
        env.goldpath_in(&inside, ["upgrade"]).succeeds();
        let mut result = env.contents(folder);
        result.remove(".git");
        for own in ["goldpath.toml", "goldpath.lock"] {
            let text = String::from_utf8(result[own].clone()).unwrap().replace("../../../pack", "../pack");
            result.insert(own.to_owned(), text.into_bytes());
        }
        assert_eq!(result, expected, "{folder}");
        let status = env.git(folder, ["status", "--porcelain", "."]);
        assert!(
            status
                .lines()
                .all(|line| line.as_bytes()[1] == b' ' || line.contains("top") || line.contains("b/orders")),
            "{status}"
        );
    }
    assert_eq!(env.read("mono/b/orders/ci.yml"), "dirty\n");
    env.goldpath_in("mono/b/orders", ["upgrade"]).fails(3, ["ci.yml (modified)"]);
}

#[test]
fn a_sparse_checkout_and_a_submodule_stay_what_they_are() {
    let env = TestEnv::new();
    made(&env);
    env.shell(
        "git init -q sub; cd sub; git commit -q --allow-empty -m s; cd ../orders; \
         git -c protocol.file.allow=always submodule add -q ../sub vendor/sub 2>&1; git commit -qm sub; \
         git sparse-checkout set --no-cone '/*' '!/docs/' > /dev/null",
    );
    assert!(!env.exists("orders/docs/both.md"));
    env.goldpath_in("orders", ["upgrade"]).succeeds();
    assert!(!env.exists("orders/docs/both.md"), "what is left out stays out");
    assert_eq!(env.git("orders", ["show", ":docs/both.md"]), long("one", "path"));
    assert!(env.git("orders", ["ls-files", "--stage", "vendor"]).starts_with("160000 "));
    let unstaged = status(&env).lines().any(|line| line.as_bytes()[1] != b' ');
    assert!(!unstaged, "{}", status(&env));
    env.git("orders", ["commit", "--quiet", "--message", "upgrade"]);
    env.git("orders", ["sparse-checkout", "disable"]);
    assert_eq!(env.read("orders/docs/both.md"), long("one", "path"));
    assert_eq!(env.read("orders/docs/new.md"), "new\n");
    assert_eq!(status(&env), "");
}

#[test]
fn the_built_in_presets_lead_up_to_what_is_new_at_the_top() {
    let env = TestEnv::new();
    let make = |folder: &str, preset: &str| {
        let more = [
            "--name",
            "orders",
            "--stack",
            "rust",
            "--set",
            "owner=acme/orders-team",
            "--set",
            "platform=compose",
        ];
        let run =
            env.goldpath(["new", folder, "--preset", preset, "--yes", "--quiet"].into_iter().chain(more));
        run.succeeds();
    };
    make("orders", "quick-start");
    for preset in ["balanced", "enterprise"] {
        env.goldpath_in("orders", ["upgrade", "--preset", preset]).succeeds();
        commit(&env, "orders");
        make(preset, preset);
        let lock: toml::Table = env.read(&format!("{preset}/goldpath.lock")).parse().unwrap();
        let mut expected = env.contents(preset);
        let mut result = env.contents("orders");
        // What is seeded is the user's, and so is the text of goldpath.toml.
        for file in lock["file"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|file| file["ownership"].as_str() == Some("seeded"))
        {
            for side in [&mut expected, &mut result] {
                side.remove(file["path"].as_str().unwrap());
            }
        }
        expected.remove("goldpath.toml");
        result.remove("goldpath.toml");
        let lock = String::from_utf8(result.remove("goldpath.lock").unwrap()).unwrap();
        result.insert("goldpath.lock".to_owned(), as_rendered(&lock).into_bytes());
        assert_eq!(result.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>(), "{preset}");
        for (path, content) in expected {
            assert!(result[&path] == content, "{preset}: {path}");
        }
    }
}

#[test]
fn what_git_converts_is_no_edit() {
    let env = TestEnv::new();
    let bat = |text: &str| text.replace('\n', "\r\n");
    let pack = |version: &str, last: &str| {
        TestPack::new()
            .version(version)
            .template(".gitattributes", "* text=auto\n*.bat eol=crlf\n")
            .template("run.bat", bat(&long("eight", last)))
            .template("a.txt", long("eight", last))
    };
    pack("1.0.0", "eight").release(&env, "pack");
    let url = format!("file://{}", env.path("pack").display());
    env.goldpath(["new", "orders", "--pack", &url, "--yes", "--quiet"]).succeeds();
    env.write("orders/run.bat", bat(&long("one", "ours")));
    commit(&env, "orders");
    pack("1.1.0", "8").release(&env, "pack");
    upgrade(&env, 0);
    assert_eq!(env.read("orders/run.bat"), bat(&long("one", "ours").replace("eight", "8")));
    assert_eq!(env.read("orders/a.txt"), long("eight", "8"));
    commit(&env, "orders");
    assert_eq!(status(&env), "");
    env.git("orders", ["checkout", "--quiet", "."]);
    assert_eq!(status(&env), "");
}

/// A project whose upgrade changes a few hundred files.
fn large(env: &TestEnv) {
    let pack = |version: &str| {
        let mut pack = TestPack::new().version(version).template("conflict.txt", format!("{version}\n"));
        for number in 0..300 {
            let folder = if number % 3 == 0 { version } else { "same" };
            pack =
                pack.template(&format!("{folder}/{number}.txt"), format!("{number}\n{version}\n").repeat(20));
        }
        pack
    };
    pack("1.0.0").write_to(env, "pack");
    env.goldpath(["new", "orders", "--pack", "./pack", "--yes", "--quiet"]).succeeds();
    pack("1.1.0").write_to(env, "pack");
    env.write("orders/conflict.txt", "ours\n");
    env.write("orders/same/1.txt", env.read("orders/same/1.txt") + "ours\n");
    commit(env, "orders");
    env.write("orders/untracked", "mine\n");
}

/// Kills a run with SIGKILL, a while after a folder appeared in `.git`; says whether it was still running.
///
/// The while counts from there, not from the start: how long a process takes to get so far depends on the machine.
fn killed(env: &TestEnv, beginning: &str, after: Duration) -> bool {
    let mut command = env.command(GOLDPATH, "orders");
    let mut child = command.arg("upgrade").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while !env.exists(beginning) && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_micros(200));
    }
    std::thread::sleep(after);
    let _ = child.kill();
    child.wait().unwrap().code().is_none()
}

fn assert_taken_back_whenever_it_is_killed(rounds: u32) {
    let env = TestEnv::new();
    large(&env);
    let before = state(&env);
    // Of every eight runs one is killed while it saves, the others while it changes files or soon after.
    let beginnings = ["orders/.git/goldpath.new", "orders/.git/goldpath"];
    let writing = Duration::from_millis(160);
    let (mut saving, mut changing, mut complete) = (0, 0, 0);
    for round in 0..rounds {
        let after = writing * round / rounds;
        let was_running = killed(&env, beginnings[usize::from(round % 8 != 0)], after);
        let changed = env.git("orders", ["status", "--porcelain"]) != "?? untracked\n";
        let run = env.goldpath_in("orders", ["upgrade", "--abort"]).whatever();
        match (run.code(), was_running) {
            (0, true) if changed => changing += 1,
            (0, true) => saving += 1,
            (0, false) => complete += 1,
            _ => {
                assert!(
                    was_running && run.stderr().contains("nothing is under way"),
                    "{after:?}: {}",
                    run.said()
                );
                saving += 1;
            }
        }
        assert_eq!(state(&env), before, "killed after {after:?}");
    }
    assert!(changing > 0, "no moment was one of changing files: {saving} {changing} {complete}");
    upgrade(&env, 1);
}

#[test]
fn a_killed_run_is_seen_by_the_next_and_taken_back() {
    assert_taken_back_whenever_it_is_killed(24);
}

#[test]
#[ignore = "two hundred runs"]
fn a_killed_run_is_taken_back_two_hundred_times() {
    assert_taken_back_whenever_it_is_killed(200);
}

#[test]
fn what_comes_and_names_a_renamed_file_by_its_old_name_is_told() {
    let env = TestEnv::new();
    first().template("docs/guide.md", "a guide\nto all of it\n").write_to(&env, "pack");
    env.goldpath(["new", "orders", "--pack", "./pack", "--yes", "--quiet"]).succeeds();
    env.shell("cd orders; git mv docs/guide.md docs/mine.md; git mv docs/oncall.md pager.md; echo ours >> docs/mine.md");
    commit(&env, "orders");
    second()
        .template("docs/guide.md", "a guide\nto all of it\n")
        .template("docs/new.md", "# New\n\nSee [a guide](guide.md) and [on call](on-call.md#now).\n")
        .template("docs/fine.md", "[mine](mine.md), docs/guide.markdown\n")
        .template("Makefile", "all:\n\tcat docs/oncall.md\n")
        .write_to(&env, "pack");
    without_team(&env, "pack");
    let told = env.goldpath_in("orders", ["upgrade", "--dry-run"]).succeeds().stdout();
    let expected = "\nyou gave these files another name; correct what names them, or rename them back\n  \
                    Makefile:2 names docs/oncall.md, which is pager.md here\n  \
                    docs/new.md:3 names docs/guide.md, which is docs/mine.md here\n  \
                    docs/new.md:3 names docs/on-call.md, which is pager.md here\n\n";
    assert!(told.contains(expected), "{told}");
    let report = env.goldpath_in("orders", ["upgrade", "--format", "json"]).succeeds().json();
    assert_eq!(
        report["old_names"][1],
        serde_json::json!({ "path": "docs/new.md", "line": 3, "names": "docs/guide.md", "called": "docs/mine.md" })
    );
    // A second time nothing comes that could name it.
    commit(&env, "orders");
    assert!(!upgrade(&env, 0).stdout().contains("another name"));
}

#[test]
fn a_file_that_was_seeded_gets_what_it_missed_once_the_path_owns_it_whichever_versions_were_on_the_way() {
    let pack = |version: &str, text: &str, ownership: &str| {
        let files =
            format!("kind = \"stack\"\n[[files]]\nmatch = \"notes.txt\"\nownership = \"{ownership}\"");
        TestPack::new().version(version).component("plain", &files).template("notes.txt", text)
    };
    for (between, edited) in [(true, false), (false, false), (true, true), (false, true)] {
        let env = TestEnv::new();
        pack("1.0.0", "one\ntwo\nthree\nfour\n", "seeded").write_to(&env, "pack");
        env.goldpath(["new", "orders", "--pack", "./pack", "--yes", "--quiet"]).succeeds();
        if edited {
            env.shell("cd orders; sed -i 's/four/ours/' notes.txt; git commit -qam edit");
        }
        if between {
            pack("1.1.0", "new\ntwo\nthree\nfour\n", "seeded").write_to(&env, "pack");
            let told = env.goldpath_in("orders", ["upgrade", "--commit"]).succeeds().stdout();
            assert!(told.contains("the path would write them otherwise now"), "{told}");
            // It is no edit of the team, and is told once.
            let diff = env.goldpath_in("orders", ["diff"]).succeeds().stdout();
            assert!(!diff.contains("-new") && diff.contains("+ours") == edited, "{diff}");
            env.goldpath_in("orders", ["check"]).whatever();
            let again = env.goldpath_in("orders", ["upgrade"]).succeeds().stdout();
            assert!(again.contains("nothing to do"), "{again}");
        }
        pack("1.2.0", "new\ntwo\nthree\nfour\nfive\n", "managed").write_to(&env, "pack");
        let upgrade = ["upgrade", "--commit"];
        let run = env.goldpath_in("orders", upgrade).whatever();
        if edited {
            assert!(run.stdout().contains("conflict"), "both changed the end of it: {}", run.said());
            assert!(env.read("orders/notes.txt").starts_with("new\ntwo\nthree\n"));
        } else {
            assert_eq!((run.code(), &*env.read("orders/notes.txt")), (0, "new\ntwo\nthree\nfour\nfive\n"));
            env.goldpath_in("orders", ["check", "--only", "drift"]).succeeds();
        }
    }
}
