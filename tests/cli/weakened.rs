//! A clean merge that leaves less than the preset promises is told, with exit code 1.

use crate::env::TestEnv;
use crate::pack::TestPack;

/// An Enterprise repository of the first release.
fn first_release() -> TestEnv {
    let env = TestEnv::new();
    let first = "builtin@0.1.0";
    env.goldpath(["new", "orders", "--pack", first, "--preset", "enterprise", "--yes", "--quiet"]).succeeds();
    env
}

#[test]
fn each_weakened_promise_is_told_whatever_the_merge_says() {
    let table = [
        ("ops/slo/availability.yaml", "s/target: 0.999/target: 0.9/", "slo.availability"),
        ("deploy/kubernetes/base/rollout.yaml", "/- setWeight: 20/d", "deploy.strategy"),
        (
            ".github/workflows/ci.yml",
            "s/dependencies, codeql, policy/dependencies, policy/",
            "ci.required-jobs",
        ),
        (".github/workflows/ci.yml", "s/^permissions: {}/permissions: write-all/", "ci.hardened"),
        (".github/workflows/ci.yml", "0,/checkout@[0-9a-f]\\{40\\}/s//checkout@main/", "ci.hardened"),
        (
            "ops/github/ruleset.json",
            "s/\"required_approving_review_count\": 2/\"required_approving_review_count\": 0/",
            "review.approvals",
        ),
    ];
    for (path, edit, rule) in table {
        let env = first_release();
        env.shell(&format!("cd orders; sed -i '{edit}' {path}; git commit -qam weaker"));
        let dry = env.goldpath_in("orders", ["upgrade", "--dry-run", "--format", "json"]).whatever().json();
        let run = env.goldpath_in("orders", ["upgrade", "--format", "json"]).whatever();
        assert_eq!(run.json()["weakened"], dry["weakened"], "{path}");
        let told = run.json()["weakened"].to_string();
        assert!(told.contains(&format!("\"rule\":\"{rule}\"")), "{path}, {edit}: {told}");
        assert_eq!(run.code(), 1, "{path}: {}", run.said());
        assert_eq!(env.git("orders", ["ls-files", "--unmerged"]), "", "{path}: the merge itself is clean");
    }
}

#[test]
fn edits_that_weaken_nothing_are_no_finding_and_neither_is_what_was_waived() {
    let env = first_release();
    env.shell("cd orders; echo 'A line of ours.' >> README.md; git commit -qam ours");
    let run = env.goldpath_in("orders", ["upgrade", "--commit", "--format", "json"]).succeeds();
    assert_eq!(run.json()["weakened"], serde_json::json!([]));
}

#[test]
fn what_is_weaker_is_told_with_its_place_and_its_way_out() {
    let env = first_release();
    env.shell(
        "cd orders; sed -i 's/\"required_approving_review_count\": 2/\"required_approving_review_count\": 0/' ops/github/ruleset.json; \
         git commit -qam weaker",
    );
    let run = env.goldpath_in("orders", ["upgrade", "--preset", "enterprise"]).ends(1);
    let told = run.stdout();
    let told = told.split_once("\nweaker than promised").unwrap().1.split("\n\n").next().unwrap();
    insta::assert_snapshot!(told.trim(), @r"
    ops/github/ruleset.json: a change needs 0 approvals, and the preset promises 2 [review.approvals]
        Raise the setting review.approvals of goldpath.toml, and repository.strict_reviews for Enterprise, then goldpath apply
    ");
}

#[test]
fn a_patch_holds_nothing_but_the_patch() {
    let env = first_release();
    env.shell("cd orders; sed -i 's/^permissions: {}/permissions: write-all/' .github/workflows/ci.yml; git commit -qam weaker");
    let run =
        env.goldpath_in("orders", ["upgrade", "--dry-run", "--patch"]).fails(1, ["weaker than promised"]);
    env.write("next.patch", run.stdout());
    assert!(run.stdout().starts_with("diff --git "), "{}", run.stdout());
    assert!(!run.stdout().contains("weaker than"), "{}", run.stdout());
    env.shell("cd orders; git apply --check ../next.patch");
}

/// A pack of two presets, the larger with the controls of these names: `NAME`, or `NAME=SEVERITY`.
fn with_controls(version: &str, names: &[&str]) -> TestPack {
    let pack = TestPack::new().version(version).preset("large", "extends = \"small\"");
    names.iter().fold(pack, |pack, name| {
        let (name, severity) = name.split_once('=').unwrap_or((name, "high"));
        let rego = format!(
            "# METADATA\n# title: A README\n# description: There is one\n# custom:\n#   id: acme.{name}\n#   severity: {severity}\n\
             #   effort: file\n#   presets: {{large: a README}}\n#   supports: {{soc2: [CC2.1]}}\n#   evidence: [README.md]\n\
             #   remedy: Write one\npackage controls.{name}\n\nimport rego.v1\n\ndeny contains {{\"path\": \"README.md\", \"msg\": \
             \"there is none\"}} if not \"README.md\" in input.files\n"
        );
        pack.file(&format!("policies/{name}.rego"), rego)
    })
}

/// A repository of version 1.0.0 and the preset large, held to two controls.
fn held_to_two() -> TestEnv {
    let env = TestEnv::new();
    next_version(&env, &with_controls("1.0.0", &["kept", "dropped"]));
    env.goldpath(["new", "orders", "--pack", "./pack", "--preset", "large", "-yq"]).succeeds();
    env
}

/// The pack as its next version has it.
fn next_version(env: &TestEnv, pack: &TestPack) {
    let _ = fs_err::remove_dir_all(env.path("pack/policies"));
    pack.write_to(env, "pack");
}

#[test]
fn a_control_that_the_pack_drops_is_told_before_anything_is_written() {
    let env = held_to_two();
    next_version(&env, &with_controls("1.1.0", &["kept"]));
    let before = env.contents("orders");
    let dry = env.goldpath_in("orders", ["upgrade", "--dry-run"]).ends(1);
    assert_eq!(env.contents("orders"), before);
    let told =
        "demo 1.1.0 has no control `acme.dropped`, which this repository has been held to since demo 1.0.0";
    assert!(dry.stdout().contains(told), "{}", dry.said());
    let run = env.goldpath_in("orders", ["upgrade", "--format", "json"]).ends(1);
    assert_eq!(run.json()["weakened"][0]["rule"], "acme.dropped");
    assert_eq!(run.json()["weakened"].as_array().unwrap().len(), 1);
}

#[test]
fn what_was_dropped_stays_told_through_upgrades_until_it_is_accepted_or_comes_back() {
    let env = held_to_two();
    for version in ["1.1.0", "1.2.0"] {
        next_version(&env, &with_controls(version, &["kept"]));
        env.goldpath_in("orders", ["upgrade", "--commit"]).ends(1);
        let check = env.goldpath_in("orders", ["check", "--only", "controls"]).ends(1);
        let told = "goldpath.lock: demo {} has no control `acme.dropped`, which this repository has been held to since demo \
                    1.0.0 [acme.dropped]";
        assert!(check.stdout().contains(&told.replace("{}", version)), "{}", check.said());
        assert!(
            check.stdout().contains("an exception to the rule `acme.dropped` for goldpath.lock"),
            "{}",
            check.said()
        );
    }
    let explained = env.goldpath_in("orders", ["explain", "acme.dropped"]).succeeds();
    assert!(explained.stdout().contains("has no control `acme.dropped`"), "{}", explained.said());
    env.write(
        "orders/ops/exceptions.toml",
        "[[exception]]\nrule = \"acme.dropped\"\npath = \"goldpath.lock\"\nowner = \"acme\"\nreason = \"the path is right\"\n\
         granted = \"2023-11-01\"\nexpires = \"2023-12-01\"\n",
    );
    let check = env.goldpath_in("orders", ["check", "--only", "controls"]).succeeds();
    assert!(check.stdout().contains("1 finding waived"), "{}", check.said());
    env.shell("cd orders; git add .; git commit -qm accepted");
    next_version(&env, &with_controls("1.3.0", &["kept"]));
    let run = env.goldpath_in("orders", ["upgrade", "--commit", "--format", "json"]).succeeds();
    assert_eq!(run.json()["weakened"], serde_json::json!([]));
    assert!(
        run.json()["notes"].to_string().contains("`acme.dropped`: an exception accepts it"),
        "{}",
        run.said()
    );
    // What was accepted once need not be accepted every 90 days.
    env.shell("cd orders; git rm -q ops/exceptions.toml; git commit -qm over");
    env.goldpath_in("orders", ["check", "--only", "controls"]).succeeds();
    assert!(!env.read("orders/goldpath.lock").contains("acme.dropped"));
    next_version(&env, &with_controls("1.4.0", &["kept", "dropped"]));
    env.goldpath_in("orders", ["upgrade", "--commit"]).succeeds();
    let check = env.goldpath_in("orders", ["check", "--only", "controls"]).succeeds();
    assert!(check.stdout().contains("controls: 2 controls hold"), "{}", check.said());
}

#[test]
fn a_control_of_which_less_is_made_is_told_and_a_smaller_preset_is_a_choice() {
    let less = with_controls("1.1.0", &["kept", "dropped=low"]);
    let other = with_controls("1.1.0", &["kept", "dropped"]);
    let tail = other.text("policies/dropped.rego").replace("{large:", "{larger:");
    let other = other.preset("larger", "extends = \"large\"").file("policies/dropped.rego", tail);
    for (pack, told) in [
        (less, "demo 1.1.0 gives the control `acme.dropped` the severity low, and it was high"),
        (other, "demo 1.1.0 does not demand the control `acme.dropped` of large"),
    ] {
        let env = held_to_two();
        next_version(&env, &pack);
        let run = env.goldpath_in("orders", ["upgrade", "--commit"]).ends(1);
        assert!(run.stdout().contains(told), "{}", run.said());
        let check = env.goldpath_in("orders", ["check", "--only", "controls"]).ends(1);
        assert!(check.stdout().contains(told), "{}", check.said());
    }
    let env = held_to_two();
    env.goldpath_in("orders", ["upgrade", "--preset", "small", "--commit"]).succeeds();
    env.goldpath_in("orders", ["check", "--only", "controls"]).succeeds();
    assert!(!env.read("orders/goldpath.lock").contains("acme.dropped"));
}

#[test]
fn a_lock_that_is_older_than_the_record_is_read_and_the_check_says_what_it_cannot_tell() {
    let env = held_to_two();
    let lock = env.read("orders/goldpath.lock");
    let (before, rest) = lock.split_once("[controls]\n").unwrap();
    let older = format!("{before}{}", rest.trim_start_matches(|c| c != '['));
    env.write("orders/goldpath.lock", older);
    env.git("orders", ["commit", "-qam", "older"]);
    let check = env.goldpath_in("orders", ["check", "--only", "controls"]).succeeds();
    assert!(
        check.stdout().contains("one that the path has dropped cannot be told [controls.recorded]"),
        "{}",
        check.said()
    );
    next_version(&env, &with_controls("1.1.0", &["kept"]));
    env.goldpath_in("orders", ["upgrade", "--commit"]).succeeds();
    let check = env.goldpath_in("orders", ["check", "--only", "controls"]).succeeds();
    assert!(!check.stdout().contains("controls.recorded"), "{}", check.said());
    next_version(&env, &with_controls("1.2.0", &[]));
    env.goldpath_in("orders", ["upgrade", "--commit"]).ends(1);
    // A pack without any control is no way out.
    env.goldpath_in("orders", ["check", "--only", "controls"]).ends(1);
}
