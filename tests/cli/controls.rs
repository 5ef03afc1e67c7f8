//! `goldpath check --only controls`: every control holds on what goldpath makes, and fails on what it is there for, until
//! an exception in force covers it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::check::Change::{self, Remove, Replace, ReplaceAll};
use crate::check::{changed, repository};
use crate::env::{TestEnv, transcript};
use crate::pack::TestPack;

const CI: &str = ".github/workflows/ci.yml";
const DEPLOY: &str = ".github/workflows/deploy.yml";
const RELEASE: &str = ".github/workflows/release.yml";
const RULESET: &str = "ops/github/ruleset.json";
const ROLLOUT: &str = "deploy/kubernetes/base/rollout.yaml";
const REGISTER: &str = "ops/exceptions.toml";

/// What breaks a control of an Enterprise repository on Kubernetes, and where it is told.
struct Mutation {
    control: &'static str,
    file: &'static str,
    change: Change,
    told_in: &'static str,
}

/// One test a control, named like it.
macro_rules! controls {
    ($($name:ident: $control:literal, $file:expr, $change:expr, $told_in:expr;)*) => {
        mod it_holds_fails_and_is_waived {
            $(
                #[test]
                fn $name() {
                    super::holds_fails_and_is_waived(stringify!($name));
                }
            )*
        }

        fn mutations() -> Vec<(&'static str, Mutation)> {
            vec![$((
                stringify!($name),
                Mutation { control: $control, file: $file, change: $change, told_in: $told_in },
            )),*]
        }
    };
}

controls! {
    audit_retention: "audit.retention", RELEASE, Replace("retention-days: 400", "retention-days: 30"), RELEASE;
    audit_trail: "audit.trail", DEPLOY, ReplaceAll("run: make audit-record", "run: make audit"), DEPLOY;
    ci_hardened: "ci.hardened", CI, Replace("permissions: {}", "permissions: write-all"), CI;
    ci_required_jobs: "ci.required-jobs", CI, Replace("dependencies, codeql, policy", "dependencies, policy"), CI;
    compliance_map: "compliance.map", "CONTRIBUTING.md", Remove, "compliance/controls.yaml";
    config_check: "config.check", DEPLOY, Replace("make parity secrets-check", "make secrets-check"), DEPLOY;
    deploy_environments: "deploy.environments", "ops/github/environments/production.json",
        Replace("\"prevent_self_review\": true", "\"prevent_self_review\": false"),
        "ops/github/environments/production.json";
    deploy_rollback_triggers: "deploy.rollback-triggers", "deploy/kubernetes/base/analysis-instances.yaml",
        Replace("name: restarts", "name: starts"), ROLLOUT;
    deploy_strategy: "deploy.strategy", ROLLOUT, ReplaceAll("duration: 5m", "duration: 1m"), ROLLOUT;
    deps_updates: "deps.updates", ".github/dependabot.yml", Replace("default-days: 7", "default-days: 0"),
        ".github/dependabot.yml";
    ops_baseline: "ops.baseline", "ops/baseline.json", Remove, "ops/baseline.json";
    ops_dashboards: "ops.dashboards", "ops/dashboards/delivery.json", Remove, "ops/dashboards/delivery.json";
    ops_retrospective: "ops.retrospective", "docs/incidents/template.md", Remove, "docs/incidents/template.md";
    ops_reviews: "ops.reviews", ".github/workflows/weekly-review.yml",
        Replace("  schedule:\n    - cron: \"43 5 * * 1\" # Monday 05:43 UTC\n", ""),
        ".github/workflows/weekly-review.yml";
    ops_runbooks: "ops.runbooks", "docs/runbooks/SaturationHigh.md", Remove, "docs/runbooks/SaturationHigh.md";
    policy_rules: "policy.rules", "make/policy.mk", Replace("policy.py deny", "policy.py warn"), "make/policy.mk";
    repo_branch_protection: "repo.branch-protection", RULESET, Replace("{ \"type\": \"deletion\" },", ""), RULESET;
    repo_bypass: "repo.bypass", "ops/github/ruleset-audit-trail.json",
        Replace("\"enforcement\": \"active\"", "\"enforcement\": \"evaluate\""), "ops/github/ruleset-audit-trail.json";
    repo_history: "repo.history", RULESET, Replace("{ \"type\": \"required_signatures\" },", ""), RULESET;
    repo_owners: "repo.owners", ".github/CODEOWNERS", Replace("* @acme", "docs/ @acme"), ".github/CODEOWNERS";
    review_approvals: "review.approvals", RULESET,
        Replace("\"required_approving_review_count\": 2", "\"required_approving_review_count\": 1"), RULESET;
    sec_disclosure: "sec.disclosure", "SECURITY.md", Remove, "SECURITY.md";
    sec_sast: "sec.sast", RULESET, Replace("\"type\": \"code_scanning\"", "\"type\": \"code_quality\""), RULESET;
    sec_secrets_scan: "sec.secrets-scan", "config/secrets.toml",
        Replace("rotation_days = 90", "rotated = \"2023-01-01\"\nrotation_days = 90"), "config/secrets.toml";
    slo_availability: "slo.availability", "ops/slo/availability.yaml", Replace("target: 0.999", "target: 0.99"),
        "ops/slo/availability.yaml";
    slo_budget_policy: "slo.budget-policy", "ops/slo/error-budget-policy.toml",
        Replace("mode = \"enforced\"", "mode = \"freeze\""), "ops/slo/error-budget-policy.toml";
    slo_burn_rate_alerts: "slo.burn-rate-alerts", "ops/slo/rules.yml",
        ReplaceAll("tier: ticket-slow", "tier: ticket-late"), "ops/slo/rules.yml";
    slo_latency: "slo.latency", "ops/slo/latency.yaml", ReplaceAll("le=\"0.25\"", "le=\"0.5\""),
        "ops/slo/latency.yaml";
    slo_time_to_page: "slo.time-to-page", "ops/slo/availability.yaml", Replace("target: 0.999", "target: 0.99"),
        "ops/slo/availability.yaml";
    supply_sbom: "supply.sbom", RELEASE, Replace("sbom-path:", "sbom-file:"), RELEASE;
    supply_slsa_build: "supply.slsa-build", DEPLOY, Replace("run: make verify-image", "run: make parity"), DEPLOY;
    test_levels: "test.levels", CI, Replace("run: make contract-compatible", "run: make contract"), CI;
}

fn checked(env: &TestEnv) -> Value {
    env.goldpath_in("orders", ["check", "--only", "controls", "--format", "json"]).whatever().json()
}

/// The findings of a rule.
fn findings<'r>(report: &'r Value, rule: &str) -> Vec<&'r Value> {
    report["findings"].as_array().unwrap().iter().filter(|finding| finding["rule"] == rule).collect()
}

/// An exception that lasts from one day until another; today is 2023-11-14.
fn exception(rule: &str, path: &str, granted: &str, expires: &str) -> String {
    format!(
        "[[exception]]\nrule = \"{rule}\"\npath = \"{path}\"\nowner = \"acme/orders-team\"\nreason = \"until the move\"\n\
         granted = \"{granted}\"\nexpires = \"{expires}\"\n"
    )
}

fn holds_fails_and_is_waived(name: &str) {
    let env = repository("enterprise", "kubernetes");
    let (_, mutation) = mutations().into_iter().find(|(of, _)| *of == name).unwrap();
    let Mutation { control, file, change, told_in } = mutation;
    // That it holds before is what `what_goldpath_makes_keeps_the_promises_of_its_preset` shows.
    changed(&env, file, change);
    let report = checked(&env);
    let found = findings(&report, control);
    assert!(!found.is_empty() && found.iter().all(|finding| finding["waived"].is_null()), "{report:#}");
    assert!(found.iter().any(|finding| finding["path"] == told_in), "{report:#}");
    assert!(found.iter().all(|finding| finding["fix"].as_str().unwrap().len() > 10), "{report:#}");

    env.write(&format!("orders/{REGISTER}"), exception(control, "*", "2023-11-01", "2023-12-01"));
    let report = checked(&env);
    let found = findings(&report, control);
    let waiver = "until 2023-12-01 by acme/orders-team: until the move";
    assert!(!found.is_empty() && found.iter().all(|finding| finding["waived"] == waiver), "{report:#}");

    env.write(&format!("orders/{REGISTER}"), exception(control, "*", "2023-09-01", "2023-11-13"));
    let report = checked(&env);
    assert!(findings(&report, control).iter().all(|finding| finding["waived"].is_null()), "{report:#}");
    assert_eq!(findings(&report, "exceptions.in-force").len(), 1, "{report:#}");
}

#[test]
fn every_control_has_a_mutation_that_it_is_there_for() {
    let env = repository("enterprise", "kubernetes");
    let report = checked(&env);
    let controls: BTreeSet<&str> = report["checked"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|checked| !checked["control"].is_null())
        .map(|checked| checked["rule"].as_str().unwrap())
        .collect();
    let mutated: BTreeSet<&str> = mutations().iter().map(|(_, mutation)| mutation.control).collect();
    assert_eq!(controls, mutated);
}

#[test]
fn what_goldpath_makes_keeps_the_promises_of_its_preset() {
    for (preset, meets) in
        [("quick-start", "quick-start"), ("balanced", "balanced"), ("enterprise", "enterprise")]
    {
        for stack in ["go", "java", "python", "rust", "typescript"] {
            // The platform is the same question for each stack.
            let platforms = if stack == "rust" { &["kubernetes", "compose"][..] } else { &["kubernetes"] };
            for platform in platforms {
                let env = TestEnv::new();
                let platform = format!("platform={platform}");
                let new = ["new", "orders", "--preset", preset, "--stack", stack, "-yq", "--set", &platform];
                env.goldpath(new).succeeds();
                let all = [
                    "check", "--only", "controls", "--only", "drift", "--only", "version", "--format", "json",
                ];
                let ended = env.goldpath_in("orders", all).whatever();
                assert_eq!(ended.json()["findings"], serde_json::json!([]), "{preset} {stack} {platform}");
                assert_eq!(ended.code(), 0);
                assert_eq!(ended.json()["level"]["meets"], meets, "{preset} {stack} {platform}");
            }
        }
    }
}

#[test]
fn a_finding_of_a_control_says_where_what_and_how_to_mend_it() {
    let env = repository("balanced", "kubernetes");
    changed(&env, RELEASE, Replace("retention-days: 400", "retention-days: 30"));
    let transcript = env.goldpath_in("orders", ["check", "--only", "controls"]);
    transcript!(transcript, @r"
    exit 1
    --- stdout
    .github/workflows/release.yml:34: what this step uploads is kept for less than 400 days [audit.retention]
      fix: Set retention.days of goldpath.toml, then goldpath apply

    controls: 1 finding in 1 file; 30 of 31 controls hold
    level: meets Quick Start; 96 % of Balanced, 1 control to go (`--level` lists them)
    ");
}

#[test]
fn a_repository_may_be_judged_by_another_preset_and_earns_the_one_it_meets() {
    let env = repository("balanced", "kubernetes");
    let said = env.goldpath_in("orders", ["check", "--only", "controls", "--level"]).succeeds().stdout();
    assert!(
        said.contains("level: meets Balanced; ") && said.contains("repo.history (practice): signed commits"),
        "{said}"
    );
    let judged = ["check", "--only", "controls", "--preset", "enterprise", "--format", "json"];
    let report = env.goldpath_in("orders", judged).ends(1).json();
    assert!(!findings(&report, "review.approvals").is_empty());
    // What the team does beyond its preset counts.
    let rules = env.read(&format!("orders/{RULESET}"));
    let signed = rules.replace(
        "{ \"type\": \"deletion\" },",
        "{ \"type\": \"deletion\" }, { \"type\": \"required_signatures\" },",
    );
    env.write(&format!("orders/{RULESET}"), signed);
    let report = env.goldpath_in("orders", judged).ends(1).json();
    assert!(findings(&report, "repo.history").is_empty());
    // What was typed and cannot be judged by is no finding about the repository.
    let unknown = ["check", "--only", "controls", "--preset", "enterprize"];
    env.goldpath_in("orders", unknown).fails(2, ["no preset `enterprize`", "did you mean `enterprise`?"]);
    for unjudged in [&["--preset", "enterprise"][..], &["--level"]] {
        let arguments = [&["check", "--only", "drift"], unjudged].concat();
        env.goldpath_in("orders", arguments).fails(2, ["needs the controls to be judged"]);
    }
}

#[test]
fn an_exception_that_is_not_in_force_covers_nothing() {
    let env = repository("balanced", "kubernetes");
    env.git("orders", ["rm", "-q", "SECURITY.md"]);
    for (register, told) in [
        (
            exception("sec.disclosure", "SECURITY.md", "2023-11-01", "2024-03-01"),
            "lasts 121 days, and 90 is the most",
        ),
        (exception("sec.disclosure", "SECURITY.md", "2023-12-01", "2023-12-31"), "begins on 2023-12-01"),
        (exception("sec.disclosure", "SECURITY.md", "2023-10-01", "2023-11-13"), "ended on 2023-11-13"),
        (exception("sec.disclosure", "SECURITY.md", "2023-10-01", "soon"), "from when until when"),
        (
            exception("sec.disclosure", "SECURITY.md", "2023-11-01", "2023-12-01").replace("reason", "why"),
            "a key `why`",
        ),
        (
            exception("sec.disclosure", "SECURITY.md", "2023-11-01", "2023-12-01")
                .replace("until the move", " "),
            "no `reason`",
        ),
    ] {
        env.write(&format!("orders/{REGISTER}"), register);
        let report = checked(&env);
        let of_register = findings(&report, "exceptions.in-force");
        assert!(of_register[0]["message"].as_str().unwrap().contains(told), "{told}: {report:#}");
        assert!(findings(&report, "sec.disclosure")[0]["waived"].is_null(), "{told}");
    }
    // One for another file covers nothing here; one in force on its last day does.
    env.write(
        &format!("orders/{REGISTER}"),
        exception("sec.disclosure", "README.md", "2023-11-01", "2023-12-01"),
    );
    env.goldpath_in("orders", ["check", "--only", "controls"]).ends(1);
    env.write(
        &format!("orders/{REGISTER}"),
        exception("sec.disclosure", "SECURITY.md", "2023-11-01", "2023-11-14"),
    );
    let said = env.goldpath_in("orders", ["check", "--only", "controls"]).succeeds().stdout();
    assert!(said.contains("SECURITY.md: waived: nothing says how to report a vulnerability"), "{said}");
    assert!(said.contains("1 finding waived"), "{said}");
    // What is waived is not met.
    assert!(said.contains("level: meets no preset"), "{said}");
}

#[test]
fn a_file_that_cannot_be_read_is_told_by_the_controls_alone_too() {
    let env = repository("quick-start", "compose");
    env.write("orders/ops/slo/rules.yml", "groups: [\n");
    let report = checked(&env);
    assert_eq!(findings(&report, "files.readable")[0]["path"], "ops/slo/rules.yml");
}

#[test]
fn the_facts_are_the_same_each_time_and_name_what_is_judged() {
    let env = repository("balanced", "kubernetes");
    let facts = || env.goldpath_in("orders", ["check", "--facts"]).succeeds().stdout();
    let first = facts();
    assert_eq!(first, facts());
    let facts: Value = serde_json::from_str(&first).unwrap();
    assert_eq!(facts["lineage"], serde_json::json!(["quick-start", "balanced"]));
    assert_eq!(facts["today"], "2023-11-14");
    assert_eq!(facts["slos"][0]["objective"], 99.5);
    let gate = &facts["workflows"][CI]["jobs"]["verify"]["steps"];
    assert!(
        gate.as_array().unwrap().iter().any(|step| step["make"] == serde_json::json!(["validate"])),
        "{gate:#}"
    );
    let names: Vec<&String> = facts.as_object().unwrap().keys().collect();
    let mut sorted = names.clone();
    sorted.sort();
    assert_eq!(names, sorted);
}

/// A pack with one control: a README of its own, in words of its own.
fn with_control(rego: &str) -> TestPack {
    let head = "# METADATA\n# title: A README\n# description: There is one\n# custom:\n#   id: acme.readme\n#   severity: low\n\
                #   effort: file\n#   presets: {small: a README}\n#   supports: {soc2: [CC2.1]}\n#   evidence: [README.md]\n\
                #   remedy: Write one\npackage controls.acme_readme\n\nimport rego.v1\n\n";
    TestPack::new().file("policies/readme.rego", format!("{head}{rego}"))
}

const README: &str = "deny contains {\"path\": \"README.md\", \"msg\": \"there is none\"} if not \"README.md\" in input.files\n";

#[test]
fn a_pack_brings_controls_of_its_own() {
    let env = TestEnv::new();
    with_control(README).write_to(&env, "pack");
    env.goldpath(["new", "orders", "--pack", "./pack", "-yq"]).succeeds();
    env.goldpath_in("orders", ["check", "--only", "controls"]).succeeds();
    fs_err::remove_file(env.path("orders/README.md")).unwrap();
    let report = checked(&env);
    assert_eq!(findings(&report, "acme.readme")[0]["message"], "there is none");
    assert_eq!(findings(&report, "acme.readme")[0]["fix"], "Write one");
}

#[test]
fn a_preset_beside_the_built_in_ones_is_no_step_on_their_way() {
    let env = TestEnv::new();
    let rego = with_control(README).text("policies/readme.rego").replace("{small:", "{ours:");
    let pack = TestPack::empty().head("extends = \"builtin\"").preset("ours", "extends = \"quick-start\"");
    pack.file("policies/readme.rego", &rego).write_to(&env, "pack");
    let level = |preset: &str, gone: &[&str]| {
        let _ = fs_err::remove_dir_all(env.path("orders"));
        let new = ["new", "orders", "--pack", "./pack", "--preset", preset, "--stack", "go", "-yq"];
        env.goldpath(new).succeeds();
        for path in gone {
            fs_err::remove_file(env.path(format!("orders/{path}"))).unwrap();
        }
        let level = checked(&env)["level"].clone();
        ["meets", "next"].map(|key| level[key].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(level("enterprise", &[]), ["enterprise", ""]);
    // What `ours` alone promises does not hold, and is no affair of the others.
    assert_eq!(level("enterprise", &["README.md"]), ["enterprise", ""]);
    assert_eq!(level("balanced", &["README.md"]), ["balanced", "enterprise"]);
    assert_eq!(level("ours", &[]), ["ours", ""]);
    assert_eq!(level("ours", &["README.md"])[0], "quick-start");
    assert_eq!(level("ours", &["README.md"])[1], "ours");
}

#[test]
fn a_pack_that_extends_another_adds_controls_and_cannot_take_one_away() {
    let env = TestEnv::new();
    let own = with_control(README).head("extends = \"builtin\"");
    let text = |from: &str, to: &str| {
        let pack = own.clone().without("presets/small.toml").without("templates/plain/component.toml");
        let pack = pack.without("templates/plain/files/README.md.tera");
        let rego = pack.text("policies/readme.rego").replace("{small:", "{quick-start:").replace(from, to);
        (pack, rego)
    };
    let (pack, rego) = text("", "");
    let head = "[pack]\nname = \"acme\"\nversion = \"1.0.0\"\nsummary = \"Ours\"\nextends = \"builtin\"\n";
    pack.clone().file("pack.toml", head).file("policies/readme.rego", &rego).write_to(&env, "pack");
    env.goldpath(["new", "orders", "--pack", "./pack", "-yq"]).succeeds();
    let report = checked(&env);
    let rules: Vec<&str> = report["checked"]
        .as_array()
        .unwrap()
        .iter()
        .map(|checked| checked["rule"].as_str().unwrap())
        .collect();
    assert!(rules.contains(&"acme.readme") && rules.contains(&"sec.disclosure"), "{rules:?}");
    // Neither by a file of the same name, nor by rules in its package, nor under its id.
    let taken = [
        (
            "policies/sec_disclosure.rego",
            rego.clone(),
            "`policies/sec_disclosure.rego`, which the pack it extends has",
        ),
        (
            "policies/other.rego",
            rego.replace("acme_readme", "sec_disclosure"),
            "in the package `controls.sec_disclosure`",
        ),
        (
            "policies/other.rego",
            rego.replace("controls.acme_readme", "lib.facts"),
            "in the package `lib.facts`",
        ),
        (
            "policies/other.rego",
            rego.replace("acme.readme", "sec.disclosure").replace("acme_readme", "other"),
            "is defined by",
        ),
    ];
    for (path, rego, told) in taken {
        let _ = fs_err::remove_dir_all(env.path("pack/policies"));
        let pack = pack.clone().without("policies/readme.rego").file("pack.toml", head);
        pack.file(path, rego).write_to(&env, "pack");
        let ended = env.goldpath_in("orders", ["check", "--only", "controls"]).ends(1);
        assert!(ended.said().contains(told), "{told} is not in: {}", ended.said());
    }
}

#[test]
fn a_control_that_cannot_be_judged_is_a_finding() {
    let env = TestEnv::new();
    let endless = "deny contains {\"path\": \"x\", \"msg\": \"x\"} if {\n\tsome a in numbers.range(1, 3000)\n\tsome b in \
                   numbers.range(1, 3000)\n\tsome c in numbers.range(1, 3000)\n\ta + b + c == 0\n}\n";
    for (rego, told) in [
        (endless, "has not come to an end within"),
        ("deny contains {\"path\": 1} if true\n", "`deny` gives no set of objects"),
        ("deny contains {\"path\": \"x\", \"msg\": startswith(1, \"x\")} if true\n", "expects string"),
        ("deny contains http.send({}) if true\n", "http.send"),
        ("deny contains x if true\n", "x"),
    ] {
        let _ = fs_err::remove_dir_all(env.path("orders"));
        with_control(rego).write_to(&env, "pack");
        env.goldpath(["new", "orders", "--pack", "./pack", "-yq"]).succeeds();
        let ended = env.goldpath_in("orders", ["check", "--only", "controls"]).ends(1);
        assert!(ended.stdout().contains(told), "{told} is not in: {}", ended.said());
        assert!(ended.stdout().contains("cannot be judged"), "{}", ended.said());
    }
}

/// GitHub reads `.github` at the root of a repository alone.
#[test]
fn pipelines_of_a_project_in_a_folder_are_told_to_be_out_of_force() {
    let env = TestEnv::new();
    env.shell("git init -q mono");
    let new = ["new", "mono/orders", "--preset", "quick-start", "-yq"];
    let told = env.goldpath(new).succeeds().stderr();
    assert!(told.contains("warning: GitHub reads workflows and owners at the root"), "{told}");
    env.shell("cd mono; git add .; git commit -qm first");
    let said = env.goldpath_in("mono/orders", ["check", "--only", "controls"]).succeeds().stdout();
    assert!(said.contains("those of `orders` are not in force [controls.in-force]"), "{said}");
    let env = repository("quick-start", "compose");
    let said = env.goldpath_in("orders", ["check", "--only", "controls"]).succeeds().stdout();
    assert!(!said.contains("in-force"), "{said}");
}

#[test]
fn a_pack_that_is_gone_from_its_folder_is_told_by_where_it_was() {
    let env = TestEnv::new();
    with_control(README).write_to(&env, "pack");
    env.goldpath(["new", "orders", "--pack", "./pack", "-yq"]).succeeds();
    fs_err::rename(env.path("pack"), env.path("elsewhere")).unwrap();
    let said = env.goldpath_in("orders", ["check", "--only", "controls"]).ends(1).stdout();
    assert!(said.contains("fix: bring the pack back to `../pack`"), "{said}");
    assert!(!said.contains("--online"), "{said}");
}

#[test]
fn one_policy_that_cannot_be_judged_is_one_finding_and_the_others_are_judged() {
    let control = |name: &str, body: &str| {
        let head = with_control("").text("policies/readme.rego");
        head.replace("acme.readme", &format!("acme.{name}")).replace("acme_readme", name) + body
    };
    let endless = "deny contains {\"path\": \"x\", \"msg\": \"x\"} if {\n\tsome a in numbers.range(1, 3000)\n\tsome b in \
                   numbers.range(1, 3000)\n\ta + b == 0\n\tsome c in numbers.range(1, 3000)\n\ta + c == 0\n}\n";
    let shared = "package lib.broken\n\nimport rego.v1\n\nyes if { nobody }\n";
    for (broken, rule, told) in [
        (control("broken", "deny contains x if true\n"), "acme.broken", "policies/broken.rego"),
        (control("broken", "deny contains {{{\n"), "acme.broken", "policies/broken.rego"),
        (
            control("broken", "deny contains {\"path\": \"x\", \"msg\": startswith(1, \"x\")}\n"),
            "acme.broken",
            "expects string",
        ),
        (control("broken", endless), "acme.broken", "has not come to an end within 2 seconds"),
        (control("broken", "").replace("#   severity: low\n", ""), "controls.judged", "severity"),
        (shared.to_owned(), "controls.judged", "policies/broken.rego"),
    ] {
        let env = TestEnv::new();
        with_control(README).file("policies/broken.rego", broken).write_to(&env, "pack");
        env.goldpath(["new", "orders", "--pack", "./pack", "-yq"]).succeeds();
        fs_err::remove_file(env.path("orders/README.md")).unwrap();
        let report = checked(&env);
        let cannot: Vec<&Value> = report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|finding| finding["rule"] != "acme.readme")
            .collect();
        assert_eq!(cannot.len(), 1, "{report:#}");
        assert_eq!(cannot[0]["rule"], rule, "{report:#}");
        let message = cannot[0]["message"].as_str().unwrap();
        assert!(message.contains("cannot be judged") && message.contains(told), "{message}");
        assert_eq!(findings(&report, "acme.readme")[0]["message"], "there is none", "{report:#}");
    }
}

#[test]
fn a_control_that_reads_what_does_not_compile_is_not_judged_and_does_not_hold() {
    let env = TestEnv::new();
    let shared = "package lib.broken\n\nimport rego.v1\n\nyes if { nobody }\n";
    let reading = "deny contains {\"path\": \"x\", \"msg\": \"x\"} if data.lib.broken.yes\n";
    with_control(reading).file("policies/broken.rego", shared).write_to(&env, "pack");
    env.goldpath(["new", "orders", "--pack", "./pack", "-yq"]).succeeds();
    let report = checked(&env);
    let message = findings(&report, "acme.readme")[0]["message"].as_str().unwrap().to_owned();
    assert!(message.contains("policies/readme.rego: it reads policies/broken.rego"), "{message}");
    assert!(report["level"].is_null(), "{report:#}");
}

#[test]
fn pack_lint_finds_controls_that_are_not_complete() {
    let env = TestEnv::new();
    with_control(README).write_to(&env, "pack");
    let said = env.goldpath(["pack", "lint", "./pack"]).ends(1).stdout();
    assert!(said.contains("the control has no tests: `policies/readme_test.rego`"), "{said}");
    with_control(README)
        .file("policies/readme_test.rego", "package controls.acme_readme_test\n")
        .write_to(&env, "pack");
    env.goldpath(["pack", "lint", "./pack"]).succeeds();
    let text = env.read("pack/policies/readme.rego");
    for (broken, told) in [
        (text.replace("#   remedy: Write one\n", ""), "remedy"),
        (text.replace("input.files", "nowhere.files"), "nowhere"),
    ] {
        env.write("pack/policies/readme.rego", broken);
        let said = env.goldpath(["pack", "lint", "./pack"]).ends(1).stdout();
        assert!(said.contains("[bad-control]") && said.contains(told), "{said}");
        assert!(!said.contains("readme_test.rego"), "what follows from it is not told: {said}");
        assert_eq!(said.matches("policies/readme.rego").count(), 1, "{said}");
    }
}

#[test]
fn pack_lint_finds_tests_of_controls_that_do_not_compile() {
    let env = TestEnv::new();
    let test = |text: &str| {
        let head =
            "package controls.acme_readme_test\n\nimport rego.v1\n\nimport data.controls.acme_readme\n\n";
        with_control(README)
            .file("policies/readme_test.rego", format!("{head}{text}"))
            .write_to(&env, "pack");
    };
    let sound = "test_none if count(acme_readme.deny) == 1 with input as {\"files\": []}\n";
    test(sound);
    env.goldpath(["pack", "lint", "./pack"]).succeeds();
    // Longer than the lines that the engine here reads.
    test(&format!("{sound}# {}\n", "x".repeat(2000)));
    env.goldpath(["pack", "lint", "./pack"]).succeeds();
    for (broken, at) in [("test_none if {\n", "8:1"), ("test_none if nowhere == 1\n", "7:14")] {
        test(broken);
        let said = env.goldpath(["pack", "lint", "./pack"]).ends(1).stdout();
        assert!(said.starts_with(&format!("policies/readme_test.rego: {at} error: ")), "{said}");
        assert!(said.ends_with("1 finding\n"), "{said}");
    }
}

#[test]
fn a_pack_without_controls_is_told_and_fails_nothing() {
    let env = TestEnv::new();
    TestPack::new().write_to(&env, "pack");
    env.goldpath(["new", "orders", "--pack", "./pack", "-yq"]).succeeds();
    let said = env.goldpath_in("orders", ["check", "--only", "controls"]).succeeds().stdout();
    assert!(said.contains("demo 1.0.0 has no controls, so none was judged"), "{said}");
}

#[test]
fn controls_of_a_pack_that_was_never_fetched_are_not_passed_over() {
    let env = TestEnv::new();
    with_control(README).release(&env, "pack");
    let url = format!("file://{}", env.path("pack").display());
    env.goldpath(["new", "orders", "--pack", &url, "-yq"]).succeeds();
    // It was fetched to make the repository, and is judged without a network since.
    fs_err::rename(env.path("pack"), env.path("away")).unwrap();
    env.goldpath_in("orders", ["check", "--only", "controls"]).succeeds();
    fs_err::remove_dir_all(env.home().join(".cache")).unwrap();
    let said = env.goldpath_in("orders", ["check", "--only", "controls"]).ends(1).stdout();
    assert!(said.contains("it is only known to the network") && said.contains("`--online`"), "{said}");
    fs_err::rename(env.path("away"), env.path("pack")).unwrap();
    env.goldpath_in("orders", ["check", "--only", "controls", "--online"]).succeeds();
}

#[test]
fn a_repository_without_a_lock_is_told_its_level_and_promises_nothing() {
    let env = repository("balanced", "kubernetes");
    fs_err::remove_file(env.path("orders/goldpath.lock")).unwrap();
    let ended = env.goldpath_in("orders", ["check", "--only", "controls"]).succeeds();
    assert!(ended.stdout().contains("level: meets Balanced"), "{}", ended.stdout());
    assert!(ended.stderr().contains("no goldpath.lock"), "{}", ended.stderr());
}

/// Where CI installs it, or on the PATH of whoever runs this.
fn opa() -> PathBuf {
    let installed = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/outer-ring-tools/bin/opa");
    if installed.exists() { installed } else { PathBuf::from("opa") }
}

#[test]
#[ignore = "needs opa, which tests/outer-ring installs"]
fn opa_judges_every_control_as_goldpath_does() {
    let policies = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies");
    let policies = policies.to_str().unwrap();
    let env = TestEnv::new();
    for arguments in [&["check", "--strict"][..], &["test"], &["fmt", "--fail", "--list"]] {
        env.run(env.command(opa(), "").args(arguments).arg(policies)).succeeds();
    }
    let mut fixtures: Vec<(String, Option<Mutation>)> =
        mutations().into_iter().map(|(name, mutation)| (name.to_owned(), Some(mutation))).collect();
    fixtures.push(("fresh".to_owned(), None));
    let env = repository("enterprise", "kubernetes");
    for (name, mutation) in fixtures {
        if let Some(Mutation { file, change, .. }) = &mutation {
            changed(&env, file, *change);
        }
        for preset in ["quick-start", "enterprise"] {
            let with =
                |more: &[&'static str]| [&["check", "--only", "controls", "--preset", preset], more].concat();
            let facts = env.goldpath_in("orders", with(&["--facts"])).succeeds().stdout();
            env.write("facts.json", facts);
            let report = env.goldpath_in("orders", with(&["--format", "json"])).whatever().json();
            let query = "{denied | some name, control in data.controls; some found in control.deny; \
                         denied := [name, found.path, found.msg]}";
            let arguments = ["eval", "--strict-builtin-errors", "--format", "values", "--data", policies];
            let mut command = env.command(opa(), "");
            let said =
                env.run(command.args(arguments).args(["--input", "facts.json", query])).succeeds().stdout();
            let by_opa: Value = serde_json::from_str(&said).unwrap();
            let by_opa: BTreeSet<(String, String, String)> =
                serde_json::from_value(by_opa[0].clone()).unwrap();
            // opa judges every control; goldpath those that the preset promises.
            let promised: BTreeSet<String> = report["checked"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(|checked| {
                    Some(checked["control"]["package"].as_str()?.trim_start_matches("controls.").to_owned())
                })
                .collect();
            let by_opa: BTreeSet<_> =
                by_opa.into_iter().filter(|(name, ..)| promised.contains(name)).collect();
            let by_goldpath: BTreeSet<(String, String, String)> = report["findings"]
                .as_array()
                .unwrap()
                .iter()
                .map(|finding| {
                    let text = |key: &str| finding[key].as_str().unwrap().to_owned();
                    (text("rule").replace(['.', '-'], "_"), text("path"), text("message"))
                })
                .collect();
            assert_eq!(by_opa, by_goldpath, "{name}, judged as {preset}");
        }
        if let Some(Mutation { file, .. }) = &mutation {
            env.git("orders", ["checkout", "--", file]);
        }
    }
}
