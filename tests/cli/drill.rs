//! `make drill` of a generated repository: it holds, and it fails where an alert would not work.
//!
//! It measures seconds, so nothing else should run beside it: `.ci/run` gives it a step of its own.

use std::path::Path;

use crate::env::TestEnv;
use crate::generated::make;

#[test]
#[ignore = "runs a service, Prometheus and Alertmanager: minutes"]
fn every_alert_of_an_enterprise_repository_reaches_its_receiver() {
    let env = enterprise();
    let (held, said) = drill(&env, "");
    assert!(held, "{said}");
    for alert in ["AvailabilityBudgetBurn", "LatencyBudgetBurn", "SaturationHigh", "NoTraffic"] {
        assert!(said.contains(&format!("ok  {alert} ")), "{alert} did not fire:\n{said}");
    }
    for metric in ["error-rate", "latency", "saturation"] {
        let aborted = format!("ok  the analysis aborts the canary: {metric} Failed");
        assert!(said.contains(&aborted), "nothing aborted for {metric}:\n{said}");
    }
    assert!(said.contains("the drill held: 4 faults"), "{said}");
    assert_eq!(env.git("orders", ["status", "--porcelain"]), "", "the drill left something behind");
}

/// A file, what to replace in it by what, and what the drill says then.
const PLANTED: [[&str; 4]; 5] = [
    // A factor of 72 is what a page would have that nobody gets in time.
    [
        "ops/slo/rules.yml",
        "(14.4 * 0.001)",
        "(72 * 0.001)",
        "AvailabilityBudgetBurn (availability, page-quick, page) does not fire within",
    ],
    [
        "ops/slo/rules.yml",
        "http_server_request_duration_seconds_count",
        "http_request_duration_seconds_count",
        "has no data, so its alerts can never fire",
    ],
    [
        "ops/alertmanager.yml",
        "severity=\"page\"",
        "severity=\"pages\"",
        "AvailabilityBudgetBurn (page) reaches tickets, not pager",
    ],
    [
        "deploy/kubernetes/base/analysis-error-rate.yaml",
        "0.0144",
        "0.144144",
        "the analysis has not aborted the canary after",
    ],
    [
        "docs/runbooks/AvailabilityBudgetBurn.md",
        "http_server_active_requests{",
        "http_server_requests_active{",
        "this query returns nothing while the alert fires",
    ],
];

#[test]
#[ignore = "runs a service, Prometheus and Alertmanager: minutes"]
fn the_drill_fails_where_an_alert_would_not_work() {
    let env = enterprise();
    for [file, what, by, told] in PLANTED {
        let path = format!("orders/{file}");
        let original = env.read(&path);
        assert!(original.contains(what), "{file} has no `{what}`");
        env.write(&path, original.replace(what, by));
        let (held, said) = drill(&env, "ONLY=errors");
        assert!(!held, "`{by}` in {file} went unnoticed:\n{said}");
        assert!(said.contains("FAILED  "), "`{by}` in {file}: the drill broke instead of failing:\n{said}");
        assert!(said.contains(told), "`{by}` in {file} should be told as `{told}`:\n{said}");
        assert!(said.contains("the logs are in "), "{said}");
        env.write(&path, original);
    }
}

fn enterprise() -> TestEnv {
    let env = TestEnv::new();
    let preset = ["--preset", "enterprise", "--stack", "rust", "--set", "platform=kubernetes"];
    env.goldpath(["new", "orders", "--yes"].iter().chain(&preset)).succeeds();
    env.folder("tmp");
    env
}

/// Runs `make drill`, and looks for what it may have left running.
fn drill(env: &TestEnv, only: &str) -> (bool, String) {
    let mut command = make(&env.path("orders"));
    command.arg("drill").args((!only.is_empty()).then_some(only)).env("TMPDIR", env.path("tmp"));
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert_eq!(processes_of(&env.path("tmp")), "", "the drill left processes behind:\n{said}");
    (output.status.success(), said.into_owned())
}

/// The command lines of all processes that name this folder.
fn processes_of(folder: &Path) -> String {
    let folder = folder.display().to_string();
    let processes = fs_err::read_dir("/proc").unwrap().filter_map(|entry| {
        let command = fs_err::read_to_string(entry.ok()?.path().join("cmdline")).ok()?;
        command.contains(&folder).then(|| command.replace('\0', " ") + "\n")
    });
    processes.collect()
}
