//! `goldpath check --format json|sarif|junit`, `--badge`, `--evidence` and `--verify`: what other programs read.

use std::io::Read;
use std::path::Path;

use serde_json::Value;

use crate::check::Change::{Remove, Replace};
use crate::check::{changed, repository};
use crate::env::{TestEnv, transcript};

/// A Balanced repository with a finding of each family, a notice and a waiver.
fn broken() -> TestEnv {
    let env = repository("balanced", "kubernetes");
    changed(&env, "make/ci.mk", Replace("required", "requested"));
    changed(&env, "SECURITY.md", Remove);
    changed(&env, ".github/workflows/release.yml", Replace("retention-days: 400", "retention-days: 30"));
    changed(&env, "catalog-info.yaml", Replace("owner: orders-team", "owner: others"));
    changed(&env, "goldpath.lock", Replace("\nversion = \"", "\nversion = \"9"));
    env.write(
        "orders/ops/exceptions.toml",
        "[[exception]]\nrule = \"sec.disclosure\"\npath = \"SECURITY.md\"\nowner = \"acme/orders-team\"\n\
         reason = \"moves & <grows>\"\ngranted = \"2023-11-01\"\nexpires = \"2023-12-01\"\n",
    );
    env
}

fn printed(env: &TestEnv, format: &str) -> String {
    env.goldpath_in("orders", ["check", "--format", format]).ends(1).stdout()
}

#[track_caller]
fn obeys(schema: &Value, document: &Value) {
    let validator = jsonschema::validator_for(schema).unwrap();
    let wrong: Vec<String> =
        validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_json_report_obeys_the_published_schema() {
    let env = broken();
    let schema: Value =
        serde_json::from_str(&env.goldpath(["check", "--schema"]).succeeds().stdout()).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
    let report: Value = serde_json::from_str(&printed(&env, "json")).unwrap();
    obeys(&schema, &report);
    let families: std::collections::BTreeSet<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["family"].as_str().unwrap())
        .collect();
    assert_eq!(families.len(), 4, "{report:#}");
    // A report that is none is refused by it.
    let mut other = report;
    other["findings"][0]["severity"] = "loud".into();
    assert!(!jsonschema::is_valid(&schema, &other));
}

#[test]
fn the_sarif_log_obeys_the_schema_of_the_standard() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/outer-ring/schemas/sarif-2.1.0.json.gz");
    let mut schema = String::new();
    flate2::read::GzDecoder::new(fs_err::File::open(path).unwrap()).read_to_string(&mut schema).unwrap();
    let mut schema: Value = serde_json::from_str(&schema).unwrap();
    // The standard's own pattern for languages is no regular expression: it closes a bracket that nothing opens.
    for definition in ["run", "toolComponent"] {
        let language = &mut schema["definitions"][definition]["properties"]["language"];
        let pattern = language.as_object_mut().unwrap().remove("pattern").unwrap();
        assert_eq!(pattern, "^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$");
    }
    let env = broken();
    let log: Value = serde_json::from_str(&printed(&env, "sarif")).unwrap();
    obeys(&schema, &log);
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    let of = |rule: &str| results.iter().find(|result| result["ruleId"] == rule).unwrap();
    let place = &of("audit.retention")["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], ".github/workflows/release.yml");
    assert_eq!(place["region"]["startLine"], 34);
    assert_eq!(of("sec.disclosure")["suppressions"][0]["status"], "accepted");
    assert_eq!(of("version.newest")["level"], "note");
    for result in results {
        let rule =
            &run["tool"]["driver"]["rules"][usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(rule["id"], result["ruleId"]);
    }
}

#[test]
fn the_junit_report_has_a_case_for_each_rule() {
    let env = broken();
    let report = printed(&env, "junit");
    assert!(
        report.starts_with(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"goldpath check\">\n"
        )
    );
    for part in [
        "<testsuite name=\"drift\" tests=\"5\" failures=\"1\" errors=\"0\" skipped=\"0\">",
        "<testcase classname=\"controls.audit.retention\"",
        "<failure message=\"what this step uploads is kept for less than 400 days\" type=\"audit.retention\">",
        "<skipped message=\"waived until 2023-12-01 by acme/orders-team: moves &amp; &lt;grows&gt;\"/>",
    ] {
        assert!(report.contains(part), "{part} is not in {report}");
    }
    // Every XML reader reads it: one is at hand.
    env.write("report.xml", &report);
    let count = "import xml.etree.ElementTree as t; print(len(t.parse('report.xml').getroot().findall('.//testcase')))";
    let json: Value = serde_json::from_str(&printed(&env, "json")).unwrap();
    let cases = env.run(env.command("python3", "").args(["-c", count])).succeeds().stdout();
    assert_eq!(cases.trim(), json["checked"].as_array().unwrap().len().to_string());
}

#[test]
fn only_check_prints_sarif_and_junit() {
    let env = TestEnv::new();
    env.goldpath(["presets", "list", "--format", "sarif"])
        .fails(2, ["`--format sarif` needs `goldpath check`"]);
}

#[test]
fn the_badge_names_the_preset_that_is_met() {
    let env = repository("quick-start", "compose");
    env.goldpath_in("orders", ["check", "-q", "--badge", "path.svg"]).succeeds();
    let badge = env.read("orders/path.svg");
    assert!(badge.starts_with("<svg ") && badge.contains(">Quick Start</text>"), "{badge}");
    fs_err::remove_file(env.path("orders/SECURITY.md")).unwrap();
    env.goldpath_in("orders", ["check", "-q", "--badge", "path.svg"]).ends(1);
    assert!(env.read("orders/path.svg").contains(">not met</text>"));
    let without = ["check", "--only", "drift", "--badge", "path.svg"];
    env.goldpath_in("orders", without).fails(2, ["`--badge` needs the controls to be judged"]);
    env.goldpath_in("orders", ["check", "--badge", "no/folder.svg"])
        .fails(4, ["`no/folder.svg` cannot be written"]);
}

#[test]
fn a_bundle_of_evidence_verifies_until_a_piece_of_it_changes() {
    let env = repository("enterprise", "kubernetes");
    env.goldpath_in("orders", ["check", "-q", "--evidence", "../kept/one"]).succeeds();
    let manifest: Value = serde_json::from_str(&env.read("kept/one/manifest.json")).unwrap();
    assert_eq!(manifest["commit"], env.head("orders"));
    assert_eq!((&manifest["findings"], &manifest["meets"]), (&0.into(), &"enterprise".into()));
    assert!(manifest["evidence"]["SECURITY.md"].is_string(), "{manifest:#}");
    let verify =
        |code: i32| env.goldpath_in("orders", ["check", "--verify", "../kept/one"]).ends(code).stdout();
    transcript!(env.goldpath_in("orders", ["check", "--verify", "../kept/one"]), @r"
    exit 0
    --- stdout
    evidence: 5 pieces are as they were written
    ");
    env.shell("cd kept/one && sha256sum --check --quiet SHA256SUMS");
    // The same commit on the same day gives the same bundle.
    env.goldpath_in("orders", ["check", "-q", "--evidence", "../kept/two"]).succeeds();
    assert_eq!(env.contents("kept/one"), env.contents("kept/two"));
    env.goldpath_in("orders", ["check", "--evidence", "../kept/two"]).fails(3, ["is not empty"]);

    let report = env.read("kept/one/report.json");
    env.write("kept/one/report.json", report.replacen("true", "false", 1));
    assert!(verify(1).contains("report.json: changed since it was written"));
    fs_err::remove_file(env.path("kept/one/report.json")).unwrap();
    assert!(verify(1).contains("report.json: missing"));
    env.write("kept/one/report.json", report);
    env.write("kept/one/more.txt", "more");
    assert!(verify(1).contains("more.txt: no piece of the bundle"));
    fs_err::remove_file(env.path("kept/one/more.txt")).unwrap();
    // The files that it vouches for are compared where the commit is the same.
    env.write("orders/SECURITY.md", "other\n");
    assert!(verify(1).contains("SECURITY.md: not what it was"));
    env.git("orders", ["commit", "--quiet", "--all", "--message", "other"]);
    assert!(verify(0).contains("its files were not compared"));
    env.goldpath_in("orders", ["check", "--verify", "../nothing"]).fails(2, ["SHA256SUMS` cannot be read"]);
}
