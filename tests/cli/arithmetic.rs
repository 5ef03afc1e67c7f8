//! The numbers of a generated repository follow from its settings, whatever these are: or the settings are refused.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::Path;

use goldpath::error::Error;
use goldpath::pack::Pack;
use goldpath::pack::source::{Environment, PackSpec};
use goldpath::plan::{Facts, Given, Plan, Raw, Source};
use goldpath::project::project_tree;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use regex_lite::Regex;

/// Settings as a team could choose them.
#[derive(Debug, Clone)]
struct Choice {
    preset: &'static str,
    availability: f64,
    latency: f64,
    bound: &'static str,
    period: i64,
    step: i64,
    until: i64,
    replicas: i64,
    minutes: i64,
}

fn choices() -> impl Strategy<Value = Choice> {
    (
        prop::sample::select(vec!["quick-start", "balanced", "enterprise"]),
        90_000..=99_999_i32,
        90_000..=99_900_i32,
        prop::sample::select(vec!["0.25", "0.5", "0.75", "2.5"]),
        7..=90_i64,
        prop::sample::select(vec![1_i64, 2, 3, 5, 7, 10, 20, 25, 30, 50]),
        10..=100_i64,
        1..=100_i64,
        1..=15_i64,
    )
        .prop_map(|(preset, availability, latency, bound, period, step, until, replicas, minutes)| {
            Choice {
                preset,
                availability: f64::from(availability) / 1000.0,
                latency: f64::from(latency) / 1000.0,
                bound,
                period,
                step,
                until,
                replicas,
                minutes,
            }
        })
}

#[test]
fn every_number_follows_from_the_settings_or_the_settings_are_refused() {
    let pack = Pack::open(&PackSpec::Builtin, &Environment::default()).unwrap();
    let rendered = Cell::new(0);
    let refused = Cell::new(0);
    let mut runner = TestRunner::new(Config { cases: 96, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&choices(), |choice| {
        match files(&pack, &choice) {
            Ok(files) => {
                rendered.set(rendered.get() + 1);
                alerts_follow(&files, &choice)?;
                objectives_follow(&files, &choice)?;
                rollout_follows(&files, &choice)?;
            }
            Err(Error::PackRefuses { message }) => {
                refused.set(refused.get() + 1);
                prop_assert!(message.contains("rollout."), "{message}");
            }
            Err(error) => return Err(TestCaseError::fail(format!("{choice:?}: {error}"))),
        }
        Ok(())
    });
    outcome.unwrap();
    // Both must happen often, or the test proves nothing.
    assert!(rendered.get() >= 10 && refused.get() >= 10, "{rendered:?} rendered, {refused:?} refused");
}

/// What a repository with these settings would hold, by path.
fn files(pack: &Pack, choice: &Choice) -> Result<BTreeMap<String, String>, Error> {
    let mut given = Given::default();
    let mut set = |name: &str, value: String| given.set(name, Raw::Text(value), Source::Prompt);
    set("platform", "kubernetes".to_owned());
    set("slo.availability.objective", choice.availability.to_string());
    set("slo.latency.objective", choice.latency.to_string());
    set("slo.latency.threshold_seconds", choice.bound.to_owned());
    set("slo.period_days", choice.period.to_string());
    set("rollout.step", choice.step.to_string());
    set("rollout.until", choice.until.to_string());
    set("rollout.replicas", choice.replicas.to_string());
    set("rollout.pause_minutes", choice.minutes.to_string());
    set("rollout.approval_percent", "0".to_owned());
    let facts = Facts { target_folder: "orders".to_owned(), ..Facts::default() };
    let plan = Plan::resolve(pack, choice.preset, "rust", &given, &facts)?;
    let tree = project_tree(&plan, Path::new("orders"))?;
    Ok(tree
        .iter()
        .map(|(path, file)| (path.to_string(), String::from_utf8_lossy(&file.content).into_owned()))
        .collect())
}

/// Every burn-rate condition: `f >= 1`, `f * B < 1`, `B = 1 - objective`, and the short window a twelfth of the long one.
fn alerts_follow(files: &BTreeMap<String, String>, choice: &Choice) -> Result<(), TestCaseError> {
    let rules = &files["ops/slo/rules.yml"];
    let condition = Regex::new(
        r#"slo:sli_error:ratio_rate(\w+)\{service="orders",slo="(\w+)"\} > \(([\d.]+) \* ([\d.]+)\)\s+and slo:sli_error:ratio_rate(\w+)\{[^}]*\} > \(([\d.]+) \* ([\d.]+)\)"#,
    )
    .unwrap();
    let mut found = 0;
    for groups in condition.captures_iter(rules) {
        found += 1;
        let factor: f64 = groups[3].parse().unwrap();
        let budget: f64 = groups[4].parse().unwrap();
        let objective = if &groups[2] == "availability" { choice.availability } else { choice.latency };
        prop_assert_eq!((&groups[3], &groups[4]), (&groups[6], &groups[7]));
        prop_assert!((budget - (100.0 - objective) / 100.0).abs() < 1e-9, "{budget} of {objective} %");
        prop_assert!(
            factor >= 1.0 && factor * budget < 1.0,
            "a tier of {factor} at {objective} % cannot fire"
        );
        prop_assert!((minutes(&groups[1]) / minutes(&groups[5]) - 12.0).abs() < 1e-9);
    }
    prop_assert!(found >= 2, "only {found} burn-rate conditions:\n{rules}");
    Ok(())
}

fn objectives_follow(files: &BTreeMap<String, String>, choice: &Choice) -> Result<(), TestCaseError> {
    for (name, objective) in [("availability", choice.availability), ("latency", choice.latency)] {
        let document = &files[&format!("ops/slo/{name}.yaml")];
        let target = after(document, "target: ");
        let target: f64 = target.parse().map_err(|_| TestCaseError::fail(format!("target `{target}`")))?;
        prop_assert!((target - objective / 100.0).abs() < 1e-9, "{target} for {objective} %");
        prop_assert_eq!(after(document, "- duration: "), format!("{}d", choice.period));
    }
    let bound = format!("le=\"{}\"", choice.bound);
    for file in ["ops/slo/rules.yml", "ops/slo/latency.yaml"] {
        prop_assert!(files[file].contains(&bound), "{file} does not use {bound}");
    }
    Ok(())
}

/// Weights rise by the step, end at 100, never need a part of an instance, and end within two hours.
fn rollout_follows(files: &BTreeMap<String, String>, choice: &Choice) -> Result<(), TestCaseError> {
    let Some(rollout) = files.get("deploy/kubernetes/base/rollout.yaml") else {
        prop_assert_eq!(choice.preset, "quick-start");
        return Ok(());
    };
    let weight = Regex::new(r"setWeight: (\d+)").unwrap();
    let weights: Vec<i64> = weight.captures_iter(rollout).map(|groups| groups[1].parse().unwrap()).collect();
    prop_assert!(weights.windows(2).all(|pair| pair[0] < pair[1]), "{weights:?}");
    prop_assert_eq!(weights.last(), Some(&100));
    prop_assert!(weights.iter().all(|weight| weight % choice.step == 0), "{weights:?}");
    prop_assert!(weights.iter().all(|weight| *weight <= choice.until || *weight == 100), "{weights:?}");
    prop_assert!(choice.replicas * choice.step >= 100);
    let total = choice.minutes * i64::try_from(weights.len()).unwrap();
    prop_assert!(total <= 120, "{total} minutes");
    prop_assert_eq!(after(rollout, "duration: "), format!("{}m", choice.minutes));
    for environment in ["staging", "production"] {
        let policy: serde_json::Value =
            serde_json::from_str(&files[&format!("ops/rollout/{environment}.json")]).unwrap();
        prop_assert_eq!(policy["rollout"]["step"].as_i64(), Some(choice.step));
    }
    Ok(())
}

/// The rest of the first line that holds this text.
fn after<'t>(text: &'t str, key: &str) -> &'t str {
    text.lines().find_map(|line| line.split_once(key)).map_or("", |(_, rest)| rest.trim())
}

fn minutes(window: &str) -> f64 {
    let (number, unit) = window.split_at(window.len() - 1);
    let number: f64 = number.parse().unwrap();
    match unit {
        "m" => number,
        "h" => number * 60.0,
        "d" => number * 60.0 * 24.0,
        other => panic!("a window in `{other}`"),
    }
}
