//! A clean merge that leaves less than the preset promises is told, with exit code 1.

use crate::env::TestEnv;

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
    let (_, told) =
        run.stdout().split_once("\nweaker than").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    insta::assert_snapshot!(told, @r"
     enterprise promises
      ops/github/ruleset.json: a change needs 0 approvals, and the preset promises 2 [review.approvals]
        Raise the setting review.approvals of goldpath.toml, and repository.strict_reviews for Enterprise, then goldpath apply
    ");
}

#[test]
fn a_patch_holds_nothing_but_the_patch() {
    let env = first_release();
    env.shell("cd orders; sed -i 's/^permissions: {}/permissions: write-all/' .github/workflows/ci.yml; git commit -qam weaker");
    let run = env
        .goldpath_in("orders", ["upgrade", "--dry-run", "--patch"])
        .fails(1, ["weaker than enterprise promises"]);
    env.write("next.patch", run.stdout());
    assert!(run.stdout().starts_with("diff --git "), "{}", run.stdout());
    assert!(!run.stdout().contains("weaker than"), "{}", run.stdout());
    env.shell("cd orders; git apply --check ../next.patch");
}
