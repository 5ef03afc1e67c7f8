//! goldpath.lock: what the tool will rely on.

use std::collections::BTreeSet;

use crate::env::TestEnv;
use crate::pack::{TestPack, new_from_pack, written};

/// A lock as if every file had been brought to what its version renders: what `new` writes.
pub(crate) fn as_rendered(lock: &str) -> String {
    let mut text = String::new();
    for line in lock.split_inclusive('\n') {
        match line.strip_prefix("rendered") {
            // It takes the place of the line before it, which says what the file began with.
            Some(blob) => {
                text.truncate(text.rfind("blob = ").unwrap());
                text.push_str("blob");
                text.push_str(blob);
            }
            None => text.push_str(line),
        }
    }
    text
}

fn lock(env: &TestEnv) -> toml::Table {
    env.read("orders/goldpath.lock").parse().unwrap()
}

/// Path, mode and blob of every file, by git.
fn in_git(env: &TestEnv) -> BTreeSet<(String, String, String)> {
    let listing = env.git("orders", ["ls-tree", "-r", "-z", "HEAD"]);
    listing
        .split_terminator('\0')
        .map(|line| {
            let (head, path) = line.split_once('\t').unwrap();
            let mut words = head.split(' ');
            let (mode, blob) = (words.next().unwrap(), words.nth(1).unwrap());
            (path.to_owned(), mode.to_owned(), blob.to_owned())
        })
        .filter(|(path, _, _)| path != "goldpath.lock" && path != "goldpath.toml")
        .collect()
}

fn in_lock(lock: &toml::Table) -> BTreeSet<(String, String, String)> {
    let text = |file: &toml::Value, key: &str| file[key].as_str().unwrap().to_owned();
    let files = lock["file"].as_array().unwrap();
    files.iter().map(|file| (text(file, "path"), text(file, "mode"), text(file, "blob"))).collect()
}

#[test]
fn every_file_is_there_with_gits_own_blob_id_and_mode() {
    for preset in ["quick-start", "balanced", "enterprise"] {
        let env = TestEnv::new();
        env.goldpath(["new", "orders", "--preset", preset, "--yes", "-q"]).succeeds();
        assert_eq!(in_lock(&lock(&env)), in_git(&env), "{preset}");
    }
}

#[test]
fn blob_ids_and_modes_hold_for_every_kind_of_file() {
    let env = TestEnv::new();
    written(&env, |pack| {
        pack.template("empty", "")
            .template("crlf.txt", "a\r\n")
            .template("no-end", "x")
            .template("binary", b"\x00\xff\xfe")
            .template("latin", b"caf\xe9\n")
            .template("bin/run", "#!/bin/sh\n")
            .template("docs/\u{fc}n\u{ef}.md", "x")
            .template("docs/with \"quote\".md".replace('"', "'").as_str(), "x")
            .link("templates/plain/files/link", "README.md")
    });
    env.goldpath(new_from_pack("orders", &[])).succeeds();
    assert_eq!(in_lock(&lock(&env)), in_git(&env));
}

#[test]
fn only_the_documented_keys_are_there() {
    let env = TestEnv::new();
    env.goldpath(["new", "orders", "--preset", "enterprise", "--yes", "-q"]).succeeds();
    let lock = lock(&env);
    let keys = |table: &toml::Table| table.keys().cloned().collect::<Vec<_>>();
    assert_eq!(
        keys(&lock),
        ["version", "pack", "plan", "answers", "defaults", "settings", "controls", "file"]
    );
    assert_eq!(lock["version"].as_integer(), Some(1));
    assert_eq!(keys(lock["pack"].as_table().unwrap()), ["name", "version", "source", "digest"]);
    assert_eq!(keys(lock["plan"].as_table().unwrap()), ["preset", "stack", "components", "overrides"]);
    let controls = lock["controls"].as_table().unwrap();
    assert_eq!(controls.len(), 32);
    assert_eq!(
        controls["ci.hardened"]["since"].as_str(),
        Some(concat!("goldpath ", env!("CARGO_PKG_VERSION")))
    );
    let mut owners = BTreeSet::new();
    for file in lock["file"].as_array().unwrap() {
        let file = file.as_table().unwrap();
        assert_eq!(keys(file), ["path", "component", "ownership", "mode", "blob"]);
        owners.insert(file["ownership"].as_str().unwrap().to_owned());
    }
    assert_eq!(owners, ["managed", "seeded", "shared"].map(String::from).into());
}

#[test]
fn every_answer_and_every_setting_is_resolved_and_typed() {
    let env = TestEnv::new();
    env.goldpath([
        "new",
        "orders",
        "--preset",
        "enterprise",
        "--yes",
        "-q",
        "--set",
        "slo.availability.objective=99.95",
        "--set",
        "audit_frameworks=soc2,slsa",
    ])
    .succeeds();
    let lock = lock(&env);
    assert_eq!(lock["settings"]["slo.availability.objective"].as_float(), Some(99.95));
    assert_eq!(lock["settings"]["review.approvals"].as_integer(), Some(2));
    assert_eq!(lock["answers"]["audit_frameworks"].as_array().unwrap().len(), 2);
    let intent: toml::Table = env.read("orders/goldpath.toml").parse().unwrap();
    assert_eq!(intent["answers"], lock["answers"]);
    for overrides in [
        intent["settings"].as_table().unwrap().keys().map(String::as_str).collect::<Vec<_>>(),
        lock["plan"]["overrides"].as_array().unwrap().iter().filter_map(toml::Value::as_str).collect(),
    ] {
        assert_eq!(overrides, ["slo.availability.objective"]);
    }
}

#[test]
fn a_secret_is_in_no_file_no_object_and_no_output() {
    let env = TestEnv::new().with("GOLDPATH_TOKEN", "correct-horse-battery");
    TestPack::new()
        .question("token", "type = \"secret\"\npattern = \"[a-z-]+\"")
        .question("colour", "type = \"string\"\ndefault = \"red\"")
        .write_to(&env, "pack");
    let run = env.goldpath(["new", "orders", "--pack", "./pack", "--yes", "--verbose"]).succeeds();
    let json = env.goldpath(new_from_pack("again", &["--format", "json"])).succeeds();
    let secret = "correct-horse-battery";
    assert!(!run.said().contains(secret) && !json.said().contains(secret));
    for (path, content) in env.contents("orders") {
        assert!(!String::from_utf8_lossy(&content).contains(secret), "{path}");
    }
    let objects = env.shell(
        "cd orders; git cat-file --batch-all-objects --batch --unordered; cat .git/config .git/logs/HEAD",
    );
    assert!(!objects.contains(secret));
    let stored: Vec<String> = lock(&env)["answers"].as_table().unwrap().keys().cloned().collect();
    assert_eq!(stored, ["service_name", "colour"]);
}

#[test]
fn a_bad_secret_is_refused_without_repeating_it() {
    let env = TestEnv::new();
    TestPack::new()
        .question("token", "type = \"secret\"\npattern = \"[a-z]{3}\"\ninvalid = \"three letters\"")
        .write_to(&env, "pack");
    let told = env
        .goldpath(new_from_pack("orders", &["--set", "token=S3CR3T!"]))
        .fails(2, ["`token`", "three letters"]);
    assert!(!told.said().contains("S3CR3T"));
}

#[test]
fn a_skipped_question_is_neither_stored_nor_taken_from_a_flag() {
    let env = TestEnv::new();
    TestPack::new()
        .question("loud", "type = \"bool\"\ndefault = false")
        .question("volume", "type = \"integer\"\ndefault = 5\nwhen = \"loud\"")
        .template("volume.tera", "{= volume =}\n")
        .write_to(&env, "pack");
    env.goldpath(new_from_pack("orders", &[])).succeeds();
    assert_eq!(env.read("orders/volume"), "5\n");
    assert!(!env.read("orders/goldpath.lock").contains("volume ="));
    assert!(!env.read("orders/goldpath.toml").contains("volume ="));
    env.goldpath(new_from_pack("other", &["--set", "volume=7"])).fails(2, ["`volume`", "only when loud"]);
}

#[test]
fn a_folder_is_recorded_relative_to_the_repository() {
    let env = TestEnv::new();
    written(&env, |pack| pack);
    env.goldpath(new_from_pack("orders", &[])).succeeds();
    assert_eq!(lock(&env)["pack"]["source"].as_str(), Some("../pack"));
    let intent: toml::Table = env.read("orders/goldpath.toml").parse().unwrap();
    assert_eq!(intent["pack"].as_str(), Some("../pack"));
}

#[test]
fn no_line_ends_with_a_space() {
    let env = TestEnv::new();
    written(&env, |pack| pack);
    env.goldpath(new_from_pack("orders", &[])).succeeds();
    for name in ["goldpath.toml", "goldpath.lock"] {
        let text = env.read(&format!("orders/{name}"));
        let bad: Vec<&str> = text.lines().filter(|line| line.ends_with(' ')).collect();
        assert!(bad.is_empty(), "{name}: {bad:?}");
    }
}
