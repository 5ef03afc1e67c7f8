//! `goldpath recommend`: the rules and their combinations, and what a history tells.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value as Json;

use crate::env::{TestEnv, transcript};
use crate::pack::TestPack;

fn advice(env: &TestEnv, set: &str) -> Json {
    let flags: Vec<&str> = set.split_whitespace().flat_map(|pair| ["--set", pair]).collect();
    env.goldpath([&["recommend", "--format", "json"], &flags[..]].concat()).succeeds().json()
}

#[test]
fn each_rule_and_each_combination_gives_its_preset_and_what_comes_first() {
    let env = TestEnv::new();
    for (set, preset, first) in [
        // Up to three people and few changes.
        ("team_size=3 deployments_per_month=4", "quick-start", "runbooks"),
        ("team_size=1 deployments_per_month=20", "quick-start", "runbooks"),
        ("team_size=3 deployments_per_month=21", "balanced", "canary"),
        ("team_size=4 deployments_per_month=4", "balanced", "canary"),
        // Many deployments, and incidents that cost more.
        (
            "team_size=8 deployments_per_month=21 incident_costs_growing=yes",
            "balanced",
            "canary contract-tests",
        ),
        (
            "team_size=2 deployments_per_month=40 incident_costs_growing=yes",
            "balanced",
            "canary contract-tests",
        ),
        ("team_size=2 deployments_per_month=40 change_fail_percent=16", "balanced", "canary contract-tests"),
        ("team_size=2 deployments_per_month=20 incident_costs_growing=yes", "quick-start", "runbooks"),
        // Security and compliance win over everything.
        ("compliance=yes", "enterprise", "audit-trail policy"),
        ("team_size=2 deployments_per_month=1 compliance=yes", "enterprise", "audit-trail policy"),
        (
            "deployments_per_month=90 incident_costs_growing=yes compliance=yes",
            "enterprise",
            "audit-trail policy",
        ),
        ("engineers=101", "enterprise", "audit-trail policy"),
        ("engineers=100", "balanced", "canary"),
        // Onboarding comes first, whichever preset it is.
        ("team_size=2 deployments_per_month=1 joiners_per_quarter=2", "quick-start", "onboarding runbooks"),
        ("joiners_per_quarter=5", "balanced", "onboarding canary"),
        ("compliance=yes joiners_per_quarter=3", "enterprise", "onboarding audit-trail policy"),
        ("joiners_per_quarter=1", "balanced", "canary"),
        ("", "balanced", "canary"),
    ] {
        let advice = advice(&env, set);
        assert_eq!(advice["preset"], preset, "{set}");
        let found: Vec<&str> =
            advice["first"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
        assert_eq!(found.join(" "), first, "{set}");
    }
}

#[test]
fn what_comes_first_is_in_the_recommended_preset() {
    let env = TestEnv::new();
    for set in [
        "",
        "compliance=yes joiners_per_quarter=3",
        "team_size=2 deployments_per_month=1 joiners_per_quarter=2",
    ] {
        let advice = advice(&env, set);
        let show = env
            .goldpath(["presets", "show", advice["preset"].as_str().unwrap(), "--format", "json"])
            .succeeds();
        let show = show.json();
        let components = show["components"].as_array().unwrap();
        for name in advice["first"].as_array().unwrap() {
            assert!(components.iter().any(|component| component["name"] == *name), "{set}: {name}");
        }
    }
}

#[test]
fn the_reasons_hold_the_teams_own_numbers() {
    let env = TestEnv::new();
    transcript!(
        env.goldpath(["recommend", "--set", "team_size=7", "--set", "deployments_per_month=33", "--set", "incident_costs_growing=yes", "--set", "joiners_per_quarter=4"]),
        @r#"
    exit 0
    --- stdout
    Recommended: Balanced (balanced)
      because 33 deployments a month with growing incident costs: automation and standardisation come first
      because 4 people join a quarter: the onboarding component comes first
      look first at: onboarding, canary, contract-tests
    Runner-up: Enterprise
      since it would follow from "High security or compliance needs": yes
    What would change the answer:
      High security or compliance needs: yes -> Enterprise
      Engineers in the whole organisation: 101 -> Enterprise

    Based on:
      team_size = 7 (`--set team_size`)
      deployments_per_month = 33 (`--set deployments_per_month`)
      incident_costs_growing = true (`--set incident_costs_growing`)
      change_fail_percent = 5 (the default)
      compliance = false (the default)
      engineers = 20 (the default)
      joiners_per_quarter = 4 (`--set joiners_per_quarter`)
    "#
    );
}

#[test]
fn a_single_change_that_is_told_does_change_the_answer() {
    let env = TestEnv::new();
    for set in [
        "team_size=3 deployments_per_month=4",
        "",
        "compliance=yes",
        "deployments_per_month=40 incident_costs_growing=yes",
    ] {
        let told = advice(&env, set);
        let changes = told["changes"].as_array().unwrap();
        assert!(!changes.is_empty(), "{set}");
        for change in changes {
            let key = change["input"].as_str().unwrap();
            let again = advice(&env, &format!("{set} {key}={}", change["value"]));
            assert_eq!(again["preset"], change["preset"], "{set}: {change}");
            assert_ne!(again["preset"], told["preset"]);
        }
    }
}

#[test]
fn the_runner_up_is_another_preset_with_its_reason() {
    let env = TestEnv::new();
    for set in [
        "team_size=3 deployments_per_month=4",
        "",
        "compliance=yes",
        "compliance=yes team_size=2 deployments_per_month=1",
    ] {
        let told = advice(&env, set);
        assert_ne!(told["runner_up"]["preset"], told["preset"], "{set}");
        assert!(told["runner_up"]["because"].as_str().unwrap().len() > 10, "{set}: {told}");
    }
    let small_but_regulated = advice(&env, "compliance=yes team_size=2 deployments_per_month=1");
    assert_eq!(small_but_regulated["runner_up"]["preset"], "quick-start");
}

#[test]
fn inputs_say_where_they_came_from() {
    let env = TestEnv::new().with("GOLDPATH_ENGINEERS", "40");
    env.write("team.yaml", "team_size: 9\n");
    let told = env
        .goldpath(["recommend", "--answers", "team.yaml", "--set", "compliance=yes", "--format", "json"])
        .succeeds()
        .json();
    let from = |key: &str| {
        let inputs = told["inputs"].as_array().unwrap();
        inputs.iter().find(|input| input["key"] == key).unwrap()["from"].as_str().unwrap().to_owned()
    };
    assert_eq!(from("team_size"), "`team.yaml`");
    assert_eq!(from("compliance"), "`--set compliance`");
    assert_eq!(from("engineers"), "`GOLDPATH_ENGINEERS` in the environment");
    assert_eq!(from("joiners_per_quarter"), "the default");
    assert_eq!(told["history"], Json::Null);
    assert_eq!(told["schema_version"], 1);
}

#[test]
fn bad_numbers_are_refused_together() {
    let env = TestEnv::new();
    env.goldpath(["recommend", "--set", "team_size=0", "--set", "compliance=perhaps"])
        .fails(2, ["2 values cannot stand", "0 is outside 1 to 1000", "`perhaps` is neither yes nor no"]);
    env.goldpath(["recommend", "--set", "teamsize=3"]).fails(2, ["did you mean `team_size`?"]);
}

/// A history of four people: merges and tags of this month, a bot, and one who is long gone.
fn history(env: &TestEnv) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let git = |days: u64, who: &str, arguments: &[&str]| {
        let date = format!("@{} +0000", now - days * 86_400);
        let mut command = env.command("git", "repository");
        command.args(arguments);
        for role in ["AUTHOR", "COMMITTER"] {
            command
                .env(format!("GIT_{role}_NAME"), who)
                .env(format!("GIT_{role}_EMAIL"), format!("{who}@example.com"));
            command.env(format!("GIT_{role}_DATE"), &date);
        }
        env.run(&mut command).succeeds();
    };
    let commit = |days, who| git(days, who, &["commit", "--quiet", "--allow-empty", "--message", "x"]);
    env.folder("repository/src");
    git(0, "ada", &["init", "--quiet", "--initial-branch=main"]);
    commit(500, "ada");
    commit(300, "gone");
    commit(70, "new");
    git(70, "new", &["branch", "side"]);
    commit(20, "ada");
    commit(19, "dependabot[bot]");
    git(18, "bo", &["checkout", "--quiet", "side"]);
    commit(18, "bo");
    git(17, "ada", &["merge", "--quiet", "--no-ff", "--message", "m", "main"]);
}

#[test]
fn people_and_merges_are_read_from_a_history_and_that_is_said() {
    let env = TestEnv::new();
    history(&env);
    let told = env.goldpath_in("repository/src", ["recommend", "--format", "json"]).succeeds().json();
    assert_eq!(told["history"]["people"], 3);
    assert_eq!(told["history"]["joiners"], 2);
    assert_eq!(told["history"]["merges"], 1);
    assert_eq!(told["preset"], "quick-start");
    assert_eq!(told["first"][0], "onboarding");
    let text = env.goldpath_in("repository/src", ["recommend"]).succeeds().stdout();
    assert!(text.contains("team_size = 3 (the history)"), "{text}");
    assert!(text.contains("deployments_per_month = 1 (the history)"), "{text}");
    assert!(text.contains("Read 7 commits of [ROOT]/work/repository"), "{text}");
    assert!(text.contains("3 people in 90 days; 4 commits, 1 merge and 0 tags in 30 days"), "{text}");
}

#[test]
fn tags_are_taken_for_releases_and_a_flag_wins_over_the_history() {
    let env = TestEnv::new();
    history(&env);
    for number in 0..25 {
        env.git("repository", ["tag", &format!("v1.{number}.0")]);
    }
    let told = env.goldpath_in("repository", ["recommend", "--format", "json"]).succeeds().json();
    assert_eq!(told["history"]["tags"], 25);
    assert_eq!(told["preset"], "balanced");
    let flags = ["recommend", "--format", "json", "--set", "deployments_per_month=2"];
    let told = env.goldpath_in("repository", flags).succeeds().json();
    assert_eq!(told["preset"], "quick-start");
}

#[test]
fn a_pack_brings_its_own_rules() {
    let env = TestEnv::new();
    TestPack::new()
        .preset("large", "")
        .tables("[[advice_question]]\nkey = \"mood\"\nask = \"Mood\"\ntype = \"choice\"\nchoices = [{ value = \"calm\", label = \"C\" }, { value = \"bold\", label = \"B\" }]\ndefault = \"calm\"\n[[advice]]\nwhen = \"mood == 'bold'\"\npreset = \"large\"\nbecause = \"{= mood =} it is\"")
        .write_to(&env, "pack");
    transcript!(env.goldpath(["recommend", "--pack", "./pack", "--set", "mood=bold"]), @r"
    exit 0
    --- stdout
    Recommended: large (large)
      because bold it is

    Based on:
      mood = bold (`--set mood`)
    ");
    env.goldpath(["recommend", "--pack", "./pack"])
        .fails(2, ["has no rule that recommends a preset", "presets compare"]);
}

#[test]
fn the_first_rule_that_holds_decides_the_default_of_new() {
    let env = TestEnv::new();
    let default = env.goldpath(["presets", "list", "--format", "json"]).succeeds().json();
    let default = default["presets"]
        .as_array()
        .unwrap()
        .iter()
        .find(|preset| preset["default"] == true)
        .unwrap()
        .clone();
    assert_eq!(default["name"], advice(&env, "")["preset"]);
}
