//! The three places a pack comes from: the program, a folder, a git repository.

use std::collections::BTreeMap;
use std::path::Path;

use crate::env::TestEnv;
use crate::pack::TestPack;

const OWN: [&str; 2] = ["goldpath.lock", "goldpath.toml"];

/// The built-in pack as a folder, as somebody who starts from it has it.
fn copy_builtin(env: &TestEnv, folder: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    env.folder(folder);
    for name in ["pack.toml", "migrations", "presets", "templates", "policies"] {
        if root.join(name).exists() {
            let status = env
                .command("cp", "")
                .arg("-R")
                .arg(root.join(name))
                .arg(env.path(folder).join(name))
                .status()
                .unwrap();
            assert!(status.success());
        }
    }
}

fn release(env: &TestEnv, folder: &str, tag: &str) {
    if !env.exists(&format!("{folder}/.git")) {
        env.git(folder, ["init", "--quiet", "--initial-branch=main"]);
    }
    env.git(folder, ["add", "--all", "--force"]);
    env.git(folder, ["commit", "--quiet", "--message", tag]);
    env.git(folder, ["tag", tag]);
}

fn without_own(mut contents: BTreeMap<String, Vec<u8>>) -> BTreeMap<String, Vec<u8>> {
    contents.retain(|path, _| !OWN.contains(&path.as_str()));
    contents
}

/// The lines of one text that the other does not have.
fn differing(one: &str, other: &str) -> Vec<String> {
    one.lines().filter(|line| !other.lines().any(|there| there == *line)).map(str::to_owned).collect()
}

#[test]
fn the_built_in_pack_renders_the_same_bytes_from_the_program_a_folder_and_a_repository() {
    let env = TestEnv::new();
    copy_builtin(&env, "copy");
    // The built-in pack and the program have one version.
    let version = env!("CARGO_PKG_VERSION");
    release(&env, "copy", &format!("v{version}"));
    let url = format!("file://{}", env.path("copy").display());
    let commit = env.head("copy");
    for preset in ["quick-start", "enterprise"] {
        let make = |folder: &str, pack: &str| {
            env.goldpath(["new", folder, "--name", "orders", "--preset", preset, "--pack", pack, "-y", "-q"])
                .succeeds();
            env.assert_sound(folder);
        };
        let name = |kind: &str| format!("{preset}-{kind}");
        make(&name("builtin"), "builtin");
        let expected = without_own(env.contents(&name("builtin")));
        let intent = env.read(&format!("{preset}-builtin/goldpath.toml"));
        let fact = env.read(&format!("{preset}-builtin/goldpath.lock"));
        for (kind, pack, pinned) in [
            ("folder", "copy", false),
            ("tag", &*format!("copy@{version}"), true),
            ("url", url.as_str(), true),
            ("url-tag", &format!("{url}@v{version}"), true),
        ] {
            make(&name(kind), pack);
            let folder = name(kind);
            assert_eq!(without_own(env.contents(&folder)), expected, "{preset} from {pack}");
            let changed = differing(&env.read(&format!("{folder}/goldpath.toml")), &intent);
            assert!(changed.len() == 1 && changed[0].starts_with("pack = "), "{changed:?}");
            let changed = differing(&env.read(&format!("{folder}/goldpath.lock")), &fact);
            assert!(changed[0].starts_with("source = "), "{changed:?}");
            if pinned {
                assert_eq!(changed[1..], [format!("commit = \"{commit}\"")]);
            } else {
                assert_eq!(changed.len(), 1, "{changed:?}");
            }
        }
    }
}

/// A repository with these releases, each of which renders its own version.
fn releases(env: &TestEnv, folder: &str, versions: &[&str]) {
    for version in versions {
        TestPack::new()
            .version(version)
            .template("version.tera", "{= pack.version =}\n")
            .release(env, folder);
    }
}

fn rendered_version(env: &TestEnv, pack: &str) -> String {
    let target = tempfile::Builder::new().prefix("made-").tempdir_in(env.path("")).unwrap();
    env.goldpath(["pack", "render", pack, "--to", target.path().to_str().unwrap()]).succeeds();
    fs_err::read_to_string(target.path().join("version")).unwrap().trim().to_owned()
}

#[test]
fn the_newest_release_is_by_semantic_version_and_a_pre_release_only_on_request() {
    let env = TestEnv::new();
    releases(&env, "pack", &["1.10.0", "1.9.0", "1.2.0", "2.0.0-rc.1", "0.9.0"]);
    let url = format!("file://{}", env.path("pack").display());
    for (version, expected) in [
        ("", "1.10.0"),
        ("@1", "1.10.0"),
        ("@1.9", "1.9.0"),
        ("@1.2.0", "1.2.0"),
        ("@v1.2.0", "1.2.0"),
        ("@2.0.0-rc.1", "2.0.0-rc.1"),
        ("@0", "0.9.0"),
    ] {
        assert_eq!(rendered_version(&env, &format!("{url}{version}")), expected, "{version}");
        if !version.is_empty() {
            assert_eq!(rendered_version(&env, &format!("./pack{version}")), expected, "{version}");
        }
    }
    let first = env.git("pack", ["rev-parse", "v1.10.0"]);
    assert_eq!(rendered_version(&env, &format!("{url}@{}", first.trim())), "1.10.0");
    assert_eq!(rendered_version(&env, &format!("./pack@{}", &first[..12])), "1.10.0");
    // As it is on disk: the last one written.
    assert_eq!(rendered_version(&env, "./pack"), "0.9.0");
    env.goldpath(["pack", "lint", &format!("{url}@2")]).fails(2, ["no version `2`", "hint: "]);
    env.goldpath(["pack", "lint", "./pack@3.0.0"]).fails(2, ["no version `3.0.0`", "`v1.10.0`"]);
    env.goldpath(["pack", "lint", "./pack@main"]).fails(2, ["`main` is a branch"]);
}

#[test]
fn only_pre_releases_are_no_release() {
    let env = TestEnv::new();
    releases(&env, "pack", &["0.1.0-alpha.2", "0.1.0-alpha.10"]);
    let url = format!("file://{}", env.path("pack").display());
    env.goldpath(["pack", "lint", &url]).fails(2, ["has no release yet", "`@v0.1.0-alpha.10`"]);
}

#[test]
fn a_subfolder_of_a_repository_is_a_pack() {
    let env = TestEnv::new();
    TestPack::new().template("version.tera", "{= pack.version =}\n").write_to(&env, "packs/services/one");
    env.write("packs/README.md", "many packs");
    release(&env, "packs", "v1.0.0");
    let url = format!("file://{}", env.path("packs").display());
    for pack in [
        "./packs#services/one",
        "./packs@1.0.0#services/one",
        &format!("{url}@1.0.0#services/one"),
        &format!("{url}#services/one"),
    ] {
        assert_eq!(rendered_version(&env, pack), "1.0.0", "{pack}");
    }
    env.goldpath(["new", "orders", "--pack", &format!("{url}@1.0.0#services/one"), "-y", "-q"]).succeeds();
    assert!(env.read("orders/goldpath.toml").contains("@1.0.0#services/one\""));
    env.goldpath(["pack", "lint", "./packs@1.0.0"]).fails(2, ["no `pack.toml`", "`#folder`"]);
    env.goldpath(["pack", "lint", "./packs@1.0.0#services/two"]).fails(2, ["has no folder `services/two`"]);
    env.goldpath(["pack", "lint", "./packs#../pack"]).fails(2, ["contains `..`"]);
}

#[test]
fn what_is_not_committed_is_in_no_version() {
    let env = TestEnv::new();
    releases(&env, "pack", &["1.0.0"]);
    env.write("pack/templates/plain/files/version.tera", "uncommitted\n");
    assert_eq!(rendered_version(&env, "./pack@1.0.0"), "1.0.0");
    assert_eq!(rendered_version(&env, "./pack"), "uncommitted");
}

#[test]
fn no_hook_filter_or_attribute_of_a_pack_repository_is_run() {
    let env = TestEnv::new();
    TestPack::new()
        .file("templates/plain/files/version.tera", "{= pack.version =}\r\n")
        .write_to(&env, "pack");
    env.write("pack/.gitattributes", "* text eol=lf filter=evil\n");
    env.git("pack", ["init", "--quiet", "--initial-branch=main"]);
    let marker = env.path("marker");
    for name in ["post-checkout", "post-merge", "reference-transaction"] {
        env.write(&format!("pack/.git/hooks/{name}"), format!("#!/bin/sh\ntouch {}\n", marker.display()));
    }
    release(&env, "pack", "v1.0.0");
    let _ = fs_err::remove_file(&marker);
    env.shell("chmod +x pack/.git/hooks/*");
    env.git("", ["config", "--global", "filter.evil.smudge", &format!("touch {}; cat", marker.display())]);
    let url = format!("file://{}", env.path("pack").display());
    assert_eq!(rendered_version(&env, &url), "1.0.0");
    assert_eq!(rendered_version(&env, "./pack@1.0.0"), "1.0.0");
    assert!(!env.exists("marker"));
}

#[test]
fn a_fetched_pack_is_kept_by_commit_and_needs_no_network_the_second_time() {
    let env = TestEnv::new();
    releases(&env, "pack", &["1.0.0"]);
    let url = format!("file://{}@1.0.0", env.path("pack").display());
    let commit = env.head("pack");
    assert_eq!(rendered_version(&env, &url), "1.0.0");
    let cache = env.shell("find ~/.cache/goldpath -type d");
    assert!(!cache.is_empty());
    let by_commit = format!("file://{}@{commit}", env.path("pack").display());
    fs_err::rename(env.path("pack"), env.path("gone")).unwrap();
    assert_eq!(rendered_version(&env, &by_commit), "1.0.0");
}

#[test]
fn credentials_of_a_url_reach_no_lock_no_message_and_no_cache() {
    let env = TestEnv::new();
    releases(&env, "pack", &["1.0.0"]);
    let secrets = ["s3cr3t-user", "s3cr3t-pass"];
    let given = "https://s3cr3t-user:s3cr3t-pass@packs.invalid/org/pack.git@1.0.0";
    // The user's own git configuration decides where that address really is.
    env.git(
        "",
        [
            "config",
            "--global",
            &format!("url.file://{}.insteadOf", env.path("pack").display()),
            "https://packs.invalid/org/pack.git",
        ],
    );
    let run = env.goldpath(["new", "orders", "--pack", given, "-y", "-v"]).succeeds();
    let failing = "https://s3cr3t-user:s3cr3t-pass@127.0.0.1:1/org/pack.git";
    let failed = env
        .goldpath(["new", "other", "--pack", failing, "-y", "-v"])
        .fails(4, ["127.0.0.1:1/org/pack.git", "hint: "]);
    let broken = env.goldpath(["new", "other", "--pack", "https://s3cr3t-user:s3cr3t-pass@/x", "-y"]).ends(2);
    let everything = env.shell("cd ..; find . | sort; grep -rh . work/orders home/.cache || true");
    for secret in secrets {
        for (what, text) in [
            ("run", run.said()),
            ("failure", failed.said()),
            ("refusal", broken.said()),
            ("files", everything.clone()),
        ] {
            assert!(!text.contains(secret), "{what} holds {secret}:\n{text}");
        }
    }
    assert!(env.read("orders/goldpath.lock").contains("source = \"https://packs.invalid/org/pack.git\""));
    let objects = env.shell("cd orders; git cat-file --batch-all-objects --batch; cat .git/config");
    assert!(!objects.contains("s3cr3t"));
}

#[test]
fn without_git_the_built_in_pack_works_and_a_remote_one_says_what_is_missing() {
    let env = TestEnv::new().with("PATH", "/nowhere");
    env.goldpath(["new", "orders", "--preset", "quick-start", "-y", "-q"]).succeeds();
    let url = format!("file://{}", env.path("pack").display());
    env.goldpath(["new", "other", "--pack", &url, "-y"]).fails(4, ["`git` is not installed"]);
}

#[test]
fn a_local_repository_is_read_without_git() {
    let env = TestEnv::new();
    releases(&env, "pack", &["1.0.0"]);
    let target = env.path("made");
    env.run(env.command(crate::env::GOLDPATH, "").env("PATH", "/nowhere").args([
        "pack",
        "render",
        "./pack@1.0.0",
        "--to",
        target.to_str().unwrap(),
    ]))
    .succeeds();
    assert_eq!(env.read("made/version"), "1.0.0\n");
}

#[test]
fn the_pack_may_be_named_in_the_environment_and_a_flag_wins() {
    let env = TestEnv::new().with("GOLDPATH_PACK", "./pack");
    TestPack::new().write_to(&env, "pack");
    TestPack::new().version("7.0.0").write_to(&env, "other");
    env.goldpath(["new", "orders", "-y", "-q"]).succeeds();
    assert!(env.read("orders/goldpath.lock").contains("version = \"1.0.0\""));
    env.goldpath(["new", "flagged", "--pack", "./other", "-y", "-q"]).succeeds();
    assert!(env.read("flagged/goldpath.lock").contains("version = \"7.0.0\""));
}

#[test]
fn the_version_of_the_built_in_pack_can_be_pinned() {
    let env = TestEnv::new();
    let version = env!("CARGO_PKG_VERSION");
    env.goldpath(["pack", "render", &format!("builtin@{version}"), "--to", "made"]).succeeds();
    assert!(env.read("made/goldpath.toml").contains(&format!("pack = \"builtin@{version}\"")));
    env.goldpath(["pack", "render", "builtin@99.0.0", "--to", "more"])
        .fails(2, ["no version `99.0.0`", version]);
}

#[test]
fn a_tag_of_another_version_than_its_pack_states_is_refused() {
    let env = TestEnv::new();
    TestPack::new().write_to(&env, "pack");
    env.shell("cd pack; git init -q; git add .; git commit -qm one; git tag v1.0.0; git tag v1.1.0");
    let new = |pack: &str| env.goldpath(["new", "orders", "--pack", pack, "-yq"]);
    let told = ["the tag of 1.1.0 has a pack that says it is 1.0.0", "`@VERSION`"];
    new("./pack@1.1.0").fails(2, told);
    env.goldpath(["pack", "lint", "./pack@1.1.0"]).fails(2, told);
    new("./pack@1.0.0").succeeds();
    env.goldpath_in("orders", ["upgrade"]).fails(2, told);
}

#[test]
fn tags_of_the_other_packs_of_a_repository_make_nothing_old() {
    let env = TestEnv::new();
    TestPack::new().write_to(&env, "packs/services");
    TestPack::new().write_to(&env, "packs/libs");
    env.shell("cd packs; git init -q; git add .; git commit -qm one; git tag v1.0.0");
    env.goldpath(["new", "orders", "--pack", "./packs@1.0.0#services", "-yq"]).succeeds();
    let latest = ["check", "--only", "version", "--require-latest"];
    TestPack::new().version("1.1.0").write_to(&env, "packs/libs");
    env.shell("cd packs; git add .; git commit -qm two; git tag v1.1.0");
    env.goldpath_in("orders", latest).succeeds();
    TestPack::new().version("1.2.0").write_to(&env, "packs/services");
    env.shell("cd packs; git add .; git commit -qm three; git tag v1.2.0");
    let told = env.goldpath_in("orders", latest).ends(1).stdout();
    assert!(told.contains("behind 1.2.0"), "{told}");
}
