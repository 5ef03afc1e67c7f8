//! `goldpath pack seal`: a sealed version is kept for ever, renders for ever, and never changes.

use goldpath::pack::Pack;
use goldpath::pack::source::{Environment, PackSpec};
use goldpath::seal::renders;

use crate::env::{TestEnv, transcript};
use crate::pack::TestPack;
use crate::upgrade;

/// What the built-in releases were when they were sealed. A line is added, none is ever changed.
const SEALED: &[(&str, &str)] =
    &[("0.1.0", "sha256:8dc20ecad98a3275fe5fcc0cb4efa9b42ebbe074e94e2b62ae68afd34b8221d3")];

/// The first version of a pack. Lines that are no YAML have a name that does not say so: what is faulty is not sealed.
pub(crate) fn first() -> TestPack {
    const CI: &str = "templates/plain/files/ci.yml.tera";
    let pack = upgrade::first();
    let text = pack.text(CI);
    pack.without(CI).template("ci.txt.tera", text)
}

fn write_second(env: &TestEnv, folder: &str) {
    upgrade::write_second(env, folder);
    env.shell(&format!("cd {folder}/templates/plain/files; mv ci.yml.tera ci.txt.tera"));
}

#[test]
fn every_sealed_release_of_the_built_in_pack_renders_as_it_did() {
    let pack = Pack::open(&PackSpec::Builtin, &Environment::default()).unwrap();
    let sealed: Vec<(String, String)> = pack
        .released()
        .iter()
        .map(|version| {
            let (release, seal) = pack.release(version).unwrap().unwrap();
            assert_eq!(release.version, *version);
            let combinations = release.presets.len() * release.stacks().count();
            assert_eq!(seal.renders.len(), combinations, "{version} is sealed for every preset and stack");
            assert_eq!(renders(&release).unwrap(), seal.renders, "{version} renders to something else now");
            (version.to_string(), seal.digest)
        })
        .collect();
    let known: Vec<_> =
        SEALED.iter().map(|(version, digest)| (version.to_string(), digest.to_string())).collect();
    assert_eq!(sealed, known, "a sealed release never changes, and none is lost");
}

#[test]
fn sealing_writes_the_pack_and_what_it_renders_to() {
    let env = TestEnv::new();
    first().write_to(&env, "pack");
    transcript!(env.goldpath(["pack", "seal", "./pack"]), @r"
    exit 0
    --- stdout
    sealed demo 1.0.0: releases/1.0.0.tar.gz and releases/1.0.0.toml
    ");
    let seal = env.read("pack/releases/1.0.0.toml");
    assert_eq!(seal.matches("[[render]]").count(), 2, "two presets with one stack:\n{seal}");
    let listed = env.shell("tar -tzf pack/releases/1.0.0.tar.gz");
    assert!(listed.contains("templates/plain/files/ci.txt.tera\n"), "{listed}");
    // Any git gives the tree the same name.
    env.goldpath(["pack", "render", "./pack", "--to", "sealed-service", "--preset", "small"]).succeeds();
    let tree = env
        .shell("cd sealed-service; rm goldpath.toml goldpath.lock; git init -q; git add -A; git write-tree");
    assert!(seal.contains(tree.trim()), "{tree} is not in:\n{seal}");
}

#[test]
fn sealing_twice_does_nothing_and_sealing_something_else_as_the_same_version_is_refused() {
    let env = TestEnv::new();
    first().write_to(&env, "pack");
    env.goldpath_in("pack", ["pack", "seal"]).succeeds();
    let before = env.contents("pack");
    transcript!(env.goldpath_in("pack", ["pack", "seal"]), @r"
    exit 0
    --- stdout
    nothing to do: demo 1.0.0 is sealed already
    ");
    env.write("pack/templates/plain/files/docs/old.md", "other\n");
    transcript!(env.goldpath_in("pack", ["pack", "seal"]), @r"
    exit 3
    --- stderr
    error: version 1.0.0 is sealed already, and this pack is another one

    hint: a sealed release never changes: raise `version` in pack.toml
    ");
    env.write("pack/templates/plain/files/docs/old.md", "old\n");
    assert_eq!(env.contents("pack"), before);
}

#[test]
fn what_could_not_be_corrected_afterwards_is_not_sealed() {
    let env = TestEnv::new();
    TestPack::new().template("x.tera", "{= nothing =}").write_to(&env, "faulty");
    env.write(
        "extending/pack.toml",
        "[pack]
name = \"ours\"
version = \"1.0.0\"
summary = \"s\"
extends = \"builtin\"
",
    );
    for (pack, told) in [
        ("./faulty", "`pack lint` finds 2 mistakes in it"),
        ("./extending", "a pack that is built on another one cannot be sealed"),
        ("builtin", "only a pack in a folder can be sealed"),
    ] {
        env.goldpath(["pack", "seal", pack]).fails(2, [told, "hint: "]);
        assert!(!env.exists("faulty/releases") && !env.exists("extending/releases"), "{pack}");
    }
}

#[test]
fn a_broken_off_seal_is_made_anew() {
    let env = TestEnv::new();
    first().write_to(&env, "pack");
    env.write("pack/releases/1.0.0.tar.gz", "half of an");
    env.goldpath(["pack", "seal", "./pack"]).succeeds();
    env.goldpath(["pack", "seal", "./pack"]).succeeds();
    assert!(!env.exists("pack/releases/1.0.0.tar.gz.unfinished"));
}

#[test]
fn an_upgrade_takes_its_base_from_a_sealed_release_where_the_repository_has_lost_it() {
    let env = TestEnv::new();
    first().write_to(&env, "pack");
    env.goldpath(["pack", "seal", "./pack"]).succeeds();
    env.goldpath(["new", "orders", "--pack", "./pack", "--yes", "--quiet"]).succeeds();
    write_second(&env, "pack");
    // A history that begins with edited files: the objects of the pristine render are nowhere.
    let edited = env.read("orders/ci.txt").replace("one", "mine");
    env.write("orders/ci.txt", edited);
    env.shell("cd orders; rm -rf .git; git init -q -b main; git add -A; git commit -qm all");

    let run = env.goldpath_in("orders", ["upgrade", "--format", "json"]).succeeds();
    assert_eq!(run.json()["base_missing"], serde_json::json!([]));
    let merged = "mine\ntwo\nthree\nfour\nfive\nsix\nseven\nEIGHT\nsquad: core\nlimit: 10\n";
    assert_eq!(env.read("orders/ci.txt"), merged);
}

#[test]
fn a_damaged_release_is_told_and_the_upgrade_does_without_it() {
    let env = TestEnv::new();
    first().write_to(&env, "pack");
    env.goldpath(["pack", "seal", "./pack"]).succeeds();
    env.goldpath(["new", "orders", "--pack", "./pack", "--yes", "--quiet"]).succeeds();
    write_second(&env, "pack");
    env.write("pack/releases/1.0.0.tar.gz", "damaged");
    let edited = env.read("orders/ci.txt").replace("one", "mine");
    env.write("orders/ci.txt", edited);
    env.shell("cd orders; rm -rf .git; git init -q -b main; git add -A; git commit -qm all");
    env.goldpath_in("orders", ["upgrade"]).fails(
        1,
        [
            "the pristine render of 1 file is found neither",
            "`releases/1.0.0.tar.gz` of the pack `../pack` is no sealed release",
        ],
    );
    assert!(env.read("orders/ci.txt").contains("mine\n"));
}
