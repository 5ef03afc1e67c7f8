//! `goldpath check`: a repository that holds together passes, whatever its team made of it; each invariant is broken
//! once at least, and told at its place.

use std::collections::BTreeSet;

use crate::env::{TestEnv, transcript};
use crate::pack::TestPack;

/// One way to break a repository, and the invariant that must tell.
struct Fault {
    rule: &'static str,
    /// The file that is changed.
    file: &'static str,
    change: Change,
    /// The file in which it is reported.
    told_in: &'static str,
    /// Part of the message.
    told: &'static str,
}

#[derive(Clone, Copy)]
pub(crate) enum Change {
    /// The first place of a text becomes another one.
    Replace(&'static str, &'static str),
    /// Every place does.
    ReplaceAll(&'static str, &'static str),
    Append(&'static str),
    Write(&'static str),
    Remove,
}
use Change::{Append, Remove, Replace, ReplaceAll, Write};

fn fault(rule: &'static str, file: &'static str, change: Change, told: &'static str) -> Fault {
    Fault { rule, file, change, told_in: file, told }
}

impl Fault {
    fn in_file(self, told_in: &'static str) -> Self {
        Self { told_in, ..self }
    }
}

const RULES: &str = "ops/slo/rules.yml";
const AVAILABILITY: &str = "ops/slo/availability.yaml";
const CI: &str = ".github/workflows/ci.yml";
const ROLLOUT: &str = "deploy/kubernetes/base/rollout.yaml";
const ERROR_RATE: &str = "deploy/kubernetes/base/analysis-error-rate.yaml";
const PRODUCTION: &str = "ops/rollout/production.json";
const CONTROLS: &str = "compliance/controls.yaml";
const COMPOSE: &str = "deploy/compose/compose.yaml";

/// On an Enterprise repository for Kubernetes.
fn faults() -> Vec<Fault> {
    vec![
        fault("files.readable", RULES, Append("\n  - [\n"), "no valid YAML"),
        fault("files.readable", "ops/kpis.toml", Append("\nx = \n"), "no valid TOML"),
        fault("promql.valid", RULES, Replace("sum(rate(", "sum(rate(("), "no valid PromQL"),
        fault(
            "promql.valid",
            "docs/runbooks/AvailabilityBudgetBurn.md",
            Replace("topk(5, ", "topk(5 "),
            "no valid PromQL",
        ),
        fault(
            "metrics.exported",
            "ops/dashboards/service-red.json",
            Replace("http_server_active_requests{", "http_server_activ_requests{"),
            "did you mean `http_server_active_requests`?",
        ),
        fault(
            "metrics.exported",
            RULES,
            Replace("_seconds_count{", "_second_count{"),
            "nothing exports or records it",
        ),
        fault(
            "metrics.exported",
            ERROR_RATE,
            Replace("_seconds_count{", "_ms_count{"),
            "nothing exports or records it",
        ),
        fault(
            "metrics.exported",
            "ops/kpis.toml",
            Replace("ratio_rate30d", "ratio_rate31d"),
            "ratio_rate31d",
        ),
        fault(
            "metrics.exported",
            "docs/runbooks/SaturationHigh.md",
            ReplaceAll("http_server_active_requests_limit", "http_server_limit"),
            "`http_server_limit` is read here",
        ),
        fault("slo.objective", RULES, Replace("} / 0.001", "} / 0.005"), "counts with a budget of 0.005"),
        fault("slo.objective", RULES, Replace("(14.4 * 0.001)", "(14.4 * 0.005)"), "leaves 0.001"),
        fault("slo.objective", AVAILABILITY, Replace("target: 0.999", "target: 0.995"), "leaves 0.005")
            .in_file(RULES),
        fault("slo.objective", AVAILABILITY, Replace("duration: 30d", "duration: 28d"), "no rule records"),
        fault(
            "slo.objective",
            "ops/slo/error-budget-policy.toml",
            Replace("= 99.9\n", "= 99.5\n"),
            "is 99.5 % here",
        ),
        fault(
            "slo.objective",
            "ops/slo/error-budget-policy.toml",
            Replace("= 30\n", "= 28\n"),
            "28 days here",
        ),
        fault("slo.objective", "ops/kpis.toml", Replace(">= 0.999\"", ">= 0.995\""), "is 99.5 % here"),
        fault(
            "slo.objective",
            "ops/dashboards/slo.json",
            Replace("/ 0.001", "/ 0.005"),
            "counts with a budget of 0.005",
        ),
        fault("slo.objective", ERROR_RATE, Replace("> 0.0144", "> 0.072"), "the canary fails above 0.072"),
        fault(
            "slo.objective",
            "ops/dashboards/slo.json",
            Replace("99.9 % over 30d", "99.5 % over 30d"),
            "no objective",
        ),
        fault(
            "slo.objective",
            "docs/runbooks/AvailabilityBudgetBurn.md",
            Replace("99.9 % over 30d", "99.9 % over 28d"),
            "no objective",
        ),
        fault(
            "slo.objective",
            "README.md",
            Replace("| 99.9 % of requests", "| 99.5 % of requests"),
            "README promises 99.5 %",
        ),
        fault("slo.latency-bound", RULES, ReplaceAll("le=\"0.25\"", "le=\"0.5\""), "the latency bound in"),
        fault(
            "slo.latency-bound",
            "ops/slo/latency.yaml",
            ReplaceAll("le=\"0.25\"", "le=\"0.3\""),
            "no bucket",
        ),
        fault(
            "slo.latency-bound",
            "ops/slo/latency.yaml",
            ReplaceAll("le=\"0.25\"", "le=\"1\""),
            "whole number",
        ),
        fault(
            "slo.latency-bound",
            "ops/dashboards/service-red.json",
            ReplaceAll("le=\\\"0.25\\\"", "le=\\\"0.5\\\""),
            "the latency bound in",
        ),
        fault("slo.tiers", RULES, Replace("(14.4 * 0.001)", "(1400 * 0.001)"), "can never be reached"),
        fault("slo.tiers", RULES, Replace("(1 * 0.001)", "(0.5 * 0.001)"), "fire inside the objective"),
        fault("slo.tiers", AVAILABILITY, Replace("threshold: 14.4", "threshold: 10"), "has the factor 14.4"),
        fault(
            "slo.tiers",
            AVAILABILITY,
            Replace("lookbackWindow: 1h", "lookbackWindow: 2h"),
            "looks back 1h",
        ),
        fault(
            "slo.tiers",
            RULES,
            Replace("tier: page-quick", "tier: page-fast"),
            "has the tier `page-quick`",
        )
        .in_file(AVAILABILITY),
        fault("alerts.labelled", RULES, Replace("          priority: P1\n", ""), "has no label `priority`"),
        fault("alerts.labelled", RULES, Replace("severity: page", "severity: loud"), "none of page, ticket"),
        fault(
            "alerts.labelled",
            RULES,
            Replace("          runbook_url: ", "          runbook: "),
            "no annotation `runbook_url`",
        ),
        fault(
            "alerts.routed",
            "ops/alertmanager.yml",
            Replace(
                "'priority=\"P1\"']\n      receiver: pager",
                "'priority=\"P1\"']\n      receiver: tickets",
            ),
            "nobody is woken",
        )
        .in_file(RULES),
        fault(
            "alerts.routed",
            "ops/alertmanager.yml",
            Replace("receiver: pager", "receiver: pagr"),
            "no receiver is called `pagr`",
        ),
        fault("runbooks.exist", "docs/runbooks/NoTraffic.md", Remove, "has no runbook").in_file(RULES),
        fault(
            "runbooks.exist",
            "docs/runbooks/NoTraffic.md",
            Replace("## Impact", "## Effect"),
            "no section `Impact`",
        ),
        fault(
            "runbooks.exist",
            RULES,
            Replace("runbooks/NoTraffic.md", "runbooks/SaturationHigh.md"),
            "its `runbook_url` is",
        ),
        fault(
            "runbooks.reached",
            "docs/runbooks/Forgotten.md",
            Write("# Forgotten\n\nText.\n"),
            "no alert has this name",
        ),
        fault(
            "dashboards.complete",
            "ops/dashboards/slo.json",
            Replace("\"unit\": \"percentunit\",", ""),
            "has no unit",
        ),
        fault(
            "dashboards.complete",
            "ops/dashboards/slo.json",
            Replace("\"title\": \"Availability budget left\"", "\"title\": \"\""),
            "has no title",
        ),
        fault(
            "dashboards.complete",
            "ops/dashboards/slo.json",
            Replace("\"type\": \"datasource\"", "\"type\": \"constant\""),
            "data source is fixed",
        ),
        fault(
            "dashboards.complete",
            "ops/dashboards/service-red.json",
            Replace("\"expr\": \"", "\"expr\": \"http_server_request_duration_seconds_count + "),
            "only ever grows",
        ),
        fault(
            "dashboards.panels",
            "ops/kpis.toml",
            Replace("slo.json: Availability budget left", "slo.json: Gone"),
            "no panel `Gone`",
        ),
        fault("ci.required-contexts", CI, Replace("name: required", "name: gate"), "no job is called that")
            .in_file("ops/github/ruleset.json"),
        fault("ci.required-contexts", CI, Replace("  merge_group:\n", ""), "does not run on `merge_group`"),
        fault("ci.required-contexts", CI, Replace("    if: always()\n", ""), "skipped for passed"),
        fault(
            "ci.required-contexts",
            CI,
            Replace("needs: [verify", "needs: [verfy"),
            "needs the job `verfy`",
        ),
        fault(
            "make.targets",
            CI,
            Replace("run: make check\n", "run: make chekc\n"),
            "`make chekc` is named here",
        ),
        fault("make.targets", "README.md", Replace("make smoke", "make smok"), "`make smok` is named here"),
        fault(
            "make.targets",
            "docs/README.md",
            Replace("`make drill`", "`make dril`"),
            "`make dril` is named here",
        ),
        fault("make.runs", "perf/load.js", Remove, "`perf/load.js` is named here, and is not there")
            .in_file("make/perf.mk"),
        fault(
            "ci.only-make",
            CI,
            Replace("run: make check\n", "run: cargo test\n"),
            "`cargo test` runs in CI alone",
        ),
        fault(
            "actions.pinned",
            CI,
            Replace("actions/checkout@3d", "actions/checkout@3e"),
            "this is another one",
        ),
        fault("actions.pinned", CI, Replace("# v7.0.1", "# v6.0.0"), "the comment says `v6.0.0`"),
        fault(
            "actions.pinned",
            CI,
            Replace("persist-credentials:", "persist-credential:"),
            "has no input `persist-credential`",
        ),
        fault(
            "actions.pinned",
            CI,
            Replace("          key: ", "          restore-keys-of: "),
            "needs the input `key`",
        ),
        fault(
            "actions.pinned",
            CI,
            Replace("@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1", "@v7"),
            "can move to other code",
        ),
        fault("actions.pinned", CI, Replace(" # v7.0.1", ""), "does not say which release"),
        fault(
            "service.name",
            "ops/prometheus.yml",
            ReplaceAll("job_name: orders\n", "job_name: order\n"),
            "no job is called `orders`",
        ),
        fault("service.name", RULES, Replace("service: orders", "service: order"), "called `order` here"),
        fault(
            "service.name",
            ROLLOUT,
            Replace(
                "matchLabels:\n      app.kubernetes.io/name: orders",
                "matchLabels:\n      app.kubernetes.io/name: order",
            ),
            "called `order` here",
        ),
        fault("service.port", ROLLOUT, Replace("containerPort: 8080", "containerPort: 8081"), "8081 here"),
        fault(
            "service.port",
            "config/environments/staging.env",
            Replace("PORT=8080", "PORT=9090"),
            "9090 here",
        ),
        fault("service.probes", ROLLOUT, Replace("path: /livez", "path: /alive"), "asks `/alive`"),
        fault(
            "config.parity",
            "config/environments/staging.env",
            Replace("LOG_LEVEL=info\n", ""),
            "`LOG_LEVEL` is set in",
        ),
        fault(
            "config.parity",
            "config/environments/staging.env",
            Append("NEW_KEY=1\n"),
            ".env.example does not know it",
        ),
        fault(
            "secrets.declared",
            ".github/workflows/deploy.yml",
            Replace("secrets.KUBE_CONFIG", "secrets.OTHER"),
            "not declared",
        ),
        fault(
            "secrets.declared",
            ".github/workflows/deploy.yml",
            Replace("secrets.KUBE_CONFIG", "secrets['OTHER']"),
            "not declared",
        ),
        fault(
            "secrets.declared",
            "config/secrets.toml",
            Replace("deploy.yml\"]", "deploy.yml\", \".github/workflows/ci.yml\"]"),
            "does not use it",
        ),
        fault(
            "owner.agrees",
            "catalog-info.yaml",
            Replace("owner: orders-team", "owner: others"),
            "the catalogue says `others`",
        ),
        fault("owner.agrees", RULES, Replace("team: orders-team", "team: others"), "goes to `others`"),
        fault("owner.agrees", ".github/CODEOWNERS", Append("*\n* \n"), "takes every owner away"),
        fault(
            "owner.agrees",
            "docs/on-call.md",
            ReplaceAll("acme/orders-team", "acme/others"),
            "does not name `acme/orders-team`",
        ),
        fault("rollout.policy", PRODUCTION, Replace("\"step\": 10", "\"steps\": 10"), "did you mean `step`?"),
        fault("rollout.policy", PRODUCTION, Replace("\"step\": 10", "\"step\": 30"), "divides 100"),
        fault("rollout.policy", PRODUCTION, Replace("\"latency\", ", "\"speed\", "), "`speed` is none of"),
        fault(
            "rollout.policy",
            PRODUCTION,
            Replace("\"production\"", "\"staging\""),
            "is named for `production`",
        ),
        fault(
            "rollout.steps",
            PRODUCTION,
            Replace("\"step\": 10", "\"step\": 20"),
            "follows no step of 20 %",
        )
        .in_file(ROLLOUT),
        fault("rollout.steps", ROLLOUT, Replace("setWeight: 20", "setWeight: 30"), "20 was expected"),
        fault("rollout.steps", ROLLOUT, Replace("replicas: 10", "replicas: 3"), "needs 10 instances"),
        fault("rollout.steps", ROLLOUT, ReplaceAll("duration: 5m", "duration: 1h"), "outlasts attention"),
        fault(
            "rollout.steps",
            ROLLOUT,
            Replace("setWeight: 100", "setWeight: 95"),
            "never reaches everybody",
        ),
        fault("rollout.steps", ROLLOUT, Remove, "no Rollout has canary steps").in_file(PRODUCTION),
        fault(
            "rollout.analysis",
            ROLLOUT,
            Replace("          - templateName: orders-latency\n", ""),
            "`latency` is to abort",
        )
        .in_file(PRODUCTION),
        fault(
            "rollout.analysis",
            ROLLOUT,
            Replace("templateName: orders-latency", "templateName: order-latency"),
            "no AnalysisTemplate is called",
        ),
        fault(
            "rollout.analysis",
            ROLLOUT,
            Replace("      analysis:\n", "      analysis:\n        startingStep: 2\n"),
            "after traffic was given",
        ),
        fault(
            "rollout.analysis",
            "deploy/kubernetes/base/analysis-saturation.yaml",
            Replace("failureCondition: len", "failureCondition: \"false\" #"),
            "`saturation` is to abort",
        )
        .in_file(PRODUCTION),
        fault(
            "delivery.stops",
            ROLLOUT,
            Replace("PeriodSeconds: 20", "PeriodSeconds: 15"),
            "killed after 15 s",
        ),
        fault(
            "controls.evidence",
            CONTROLS,
            Replace("- SECURITY.md", "- SAFETY.md"),
            "SAFETY.md, does not exist",
        ),
        fault(
            "controls.evidence",
            CONTROLS,
            Replace("make verify-audit\"", "make verify-audits\""),
            "no such target",
        ),
        fault("controls.evidence", CI, Replace(", codeql", ""), "does not need it").in_file(CONTROLS),
        fault("controls.evidence", ".github/workflows/weekly-review.yml", Remove, "no such workflow")
            .in_file(CONTROLS),
        fault(
            "schema.obeyed",
            "ops/baseline.json",
            Replace("\"service\": \"orders\"", "\"service\": 7"),
            "says ops/baseline.schema.json",
        ),
        fault(
            "documents.links",
            "README.md",
            Replace("(docs/README.md)", "(docs/READ.md)"),
            "leads to docs/READ.md",
        ),
        fault(
            "documents.links",
            "README.md",
            Replace("#when-something-is-wrong", "#when-all-is-well"),
            "a heading that",
        ),
        fault(
            "documents.finished",
            "docs/onboarding/quiz.md",
            Append("\nTODO: more\n"),
            "`TODO` is left here",
        ),
        fault("documents.finished", "SECURITY.md", Append("\n{= owner =}\n"), "`{=` is left here"),
        fault(
            "documents.finished",
            "docs/on-call.md",
            Append("<<<<<<< yours\na\n=======\nb\n>>>>>>> 0.2.0\n"),
            "the markers of a conflict are left here",
        ),
        fault("documents.finished", "docs/incidents/template.md", Append("\n## Nothing here\n"), "is empty"),
    ]
}

/// On a Balanced repository for Compose.
fn faults_of_compose() -> Vec<Fault> {
    vec![
        fault(
            "service.port",
            COMPOSE,
            Replace("orders:8080 resolvers", "orders:8081 resolvers"),
            "8081 here",
        ),
        fault(
            "service.probes",
            COMPOSE,
            Replace("httpchk GET /readyz", "httpchk GET /ready"),
            "asks `/ready`",
        ),
        fault(
            "delivery.stops",
            COMPOSE,
            Replace("grace_period: 20s", "grace_period: 10s"),
            "killed after 10 s",
        ),
    ]
}

pub(crate) fn repository(preset: &str, platform: &str) -> TestEnv {
    let env = TestEnv::new();
    let platform = format!("platform={platform}");
    let answers = ["--set", &platform, "--set", "owner=acme/orders-team", "--stack", "rust", "-yq"];
    env.goldpath([&["new", "orders", "--preset", preset][..], &answers].concat()).succeeds();
    env
}

/// Changes a file, and gives back what puts it as it was.
pub(crate) fn changed(env: &TestEnv, file: &str, change: Change) -> Option<String> {
    let path = format!("orders/{file}");
    let before = env.exists(&path).then(|| env.read(&path));
    let text = before.clone().unwrap_or_default();
    let after = match change {
        Replace(old, new) => text.replacen(old, new, 1),
        ReplaceAll(old, new) => text.replace(old, new),
        Append(more) => text.clone() + more,
        Write(new) => new.to_owned(),
        Remove => {
            fs_err::remove_file(env.path(&path)).unwrap();
            return before;
        }
    };
    assert!(after != text, "{file} is not changed by this");
    env.write(&path, after);
    before
}

fn put_back(env: &TestEnv, file: &str, before: Option<String>) {
    let path = format!("orders/{file}");
    match before {
        Some(text) => drop(env.write(&path, text)),
        None => fs_err::remove_file(env.path(&path)).unwrap(),
    }
}

/// Breaks the repository in each way, one after the other, and lists what was not told as it should be.
fn untold(env: &TestEnv, faults: &[Fault]) -> Vec<String> {
    let mut untold = Vec::new();
    for fault in faults {
        let before = changed(env, fault.file, fault.change);
        let ended =
            env.goldpath_in("orders", ["check", "--only", "consistency", "--format", "json"]).whatever();
        let report = ended.json();
        let found = report["findings"].as_array().unwrap().iter().any(|finding| {
            finding["rule"] == fault.rule
                && finding["path"] == fault.told_in
                && finding["message"].as_str().unwrap().contains(fault.told)
                && !finding["fix"].as_str().unwrap().is_empty()
        });
        if !found {
            let Fault { rule, file, told, told_in, .. } = fault;
            untold
                .push(format!("{rule}: a change of {file} is not told in {told_in} as `{told}`\n{report:#}"));
        }
        put_back(env, fault.file, before);
    }
    untold
}

#[test]
fn every_broken_invariant_is_told_at_its_place_with_a_fix() {
    let env = repository("enterprise", "kubernetes");
    let untold = untold(&env, &faults());
    assert!(untold.is_empty(), "{}", untold.join("\n"));
    // Put back as it was, it holds again.
    env.goldpath_in("orders", ["check", "--only", "consistency"]).succeeds();
}

#[test]
fn a_compose_file_is_held_against_the_rest_too() {
    let env = repository("balanced", "compose");
    let untold = untold(&env, &faults_of_compose());
    assert!(untold.is_empty(), "{}", untold.join("\n"));
}

#[test]
fn an_invariant_without_a_fault_that_breaks_it_is_none() {
    let env = repository("enterprise", "kubernetes");
    let report =
        env.goldpath_in("orders", ["check", "--only", "consistency", "--format", "json"]).succeeds().json();
    let checked: BTreeSet<&str> = report["checked"]
        .as_array()
        .unwrap()
        .iter()
        .map(|checked| checked["rule"].as_str().unwrap())
        .collect();
    let faults = faults();
    let broken: BTreeSet<&str> = faults.iter().map(|fault| fault.rule).collect();
    assert_eq!(checked, broken);
    // Each of them applies to the largest preset.
    assert!(
        report["checked"].as_array().unwrap().iter().all(|checked| checked["applies"] == true),
        "{report:#}"
    );
}

#[test]
fn what_goldpath_makes_holds_together_with_any_settings() {
    let variations: &[&[&str]] = &[
        &[],
        &["slo.availability.objective=99.95", "slo.period_days=28"],
        &["slo.availability.objective=90", "slo.latency.objective=90"],
        &["slo.latency.threshold_seconds=2.5", "slo.period_days=90"],
        &["service.port=9000", "service.drain_ms=20000", "service.shutdown_ms=30000"],
        &["grafana_url=https://grafana.example.org"],
    ];
    for preset in ["quick-start", "balanced", "enterprise"] {
        for platform in ["kubernetes", "compose"] {
            for variation in variations {
                let env = TestEnv::new();
                let platform = format!("platform={platform}");
                let mut arguments = vec!["new", "parcels-2", "--preset", preset, "-yq", "--set", &platform];
                arguments.extend(variation.iter().flat_map(|value| ["--set", value]));
                env.goldpath(arguments).succeeds();
                let ended = env.goldpath_in("parcels-2", ["check", "--only", "consistency"]).whatever();
                assert_eq!(ended.code(), 0, "{preset} {platform} {variation:?}\n{}", ended.said());
            }
        }
    }
    let env = TestEnv::new();
    let canary = [
        "--set",
        "rollout.step=20",
        "--set",
        "rollout.until=60",
        "--set",
        "rollout.alerts=latency,error_rate",
    ];
    env.goldpath(
        [
            &["new", "orders", "--preset", "enterprise", "-yq", "--set", "rollout.approval_percent=60"][..],
            &canary,
        ]
        .concat(),
    )
    .succeeds();
    env.goldpath_in("orders", ["check", "--only", "consistency"]).succeeds();
}

#[test]
fn what_a_team_may_change_is_no_finding_as_long_as_it_is_consistent() {
    let env = repository("enterprise", "kubernetes");
    let all = [
        // Another port, everywhere.
        ("Dockerfile", ReplaceAll("8080", "9000")),
        ("Makefile", ReplaceAll("8080", "9000")),
        ("config/environments/staging.env", ReplaceAll("8080", "9000")),
        ("config/environments/production.env", ReplaceAll("8080", "9000")),
        (ROLLOUT, ReplaceAll("8080", "9000")),
        // A workflow, a target, a page and a variable of the team.
        (
            ".github/workflows/nightly.yml",
            Write(
                "name: nightly\non:\n  schedule:\n    - cron: '0 3 * * *'\njobs:\n  report:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: acme/report@1111111111111111111111111111111111111111 # v1.0.0\n        with: {anything: goes}\n      - run: ./report.sh\n",
            ),
        ),
        ("local.mk", Write("report: ## nightly figures\n\t./report.sh\n")),
        (
            "docs/report.md",
            Write(
                "# Report\n\nTODO: what it says. Run `make report`; see [why](adr/0001-preset.md#decision).\n",
            ),
        ),
        ("config/environments/staging.env", Append("REPORT_TO=a\n")),
        ("config/environments/production.env", Append("REPORT_TO=b\n")),
        (".env.example", Append("# REPORT_TO=nobody\n")),
        // A metric with its alert and runbook.
        (
            "ops/metrics.toml",
            Append("\n[[metric]]\nname = \"stock_items\"\ntype = \"gauge\"\nlabels = []\nhelp = \"left\"\n"),
        ),
        (
            "ops/rules/stock.yml",
            Write(
                "groups:\n  - name: stock\n    rules:\n      - alert: StockLow\n        expr: stock_items{job=\"orders\"} < 3\n        labels: {severity: ticket, priority: P3, service: orders, slo: stock, team: orders-team}\n        annotations: {summary: s, description: d, runbook_url: 'https://x/docs/runbooks/StockLow.md', dashboard_url: 'https://x'}\n",
            ),
        ),
        (
            "docs/runbooks/StockLow.md",
            Write(
                "# StockLow\n\n## Meaning\n\na\n\n## Impact\n\nb\n\n## Diagnosis\n\nc\n\n## Mitigation\n\nd\n",
            ),
        ),
        // Another pager.
        ("ops/alertmanager.yml", ReplaceAll("pager", "phone")),
        // A folder that goldpath knows nothing of.
        ("vendor/broken.yaml", Write("a: [\n")),
        (".devcontainer/devcontainer.json", Write("{ // a comment\n}\n")),
    ];
    for (file, change) in all {
        changed(&env, file, change);
    }
    let ended = env.goldpath_in("orders", ["check", "--only", "consistency"]).whatever();
    assert_eq!(ended.code(), 0, "{}", ended.said());
}

#[test]
fn a_finding_says_where_what_and_how_to_mend_it() {
    let env = repository("balanced", "compose");
    changed(&env, "catalog-info.yaml", Replace("owner: orders-team", "owner: others"));
    transcript!(env.goldpath_in("orders/docs/runbooks", ["check", "--only", "consistency"]), @r"
    exit 1
    --- stdout
    catalog-info.yaml:16:10: the catalogue says `others`, and .github/CODEOWNERS says `acme/orders-team` [owner.agrees]
      fix: name one owner everywhere: the answer `owner` in goldpath.toml, or the rule in .github/CODEOWNERS

    consistency: 1 finding in 1 file; 27 of 28 invariants hold, 3 do not apply here (`-v` names them)
    ");
}

#[test]
fn a_repository_without_a_lock_is_checked_and_told_what_cannot_be() {
    let env = TestEnv::new();
    env.write("plain/README.md", "# Plain\n\nSee [more](more.md).\n");
    env.git("plain", ["init", "-q"]);
    transcript!(env.goldpath_in("plain", ["check", "--only", "consistency"]), @r"
    exit 1
    --- stdout
    README.md:3:5: `more.md` leads to more.md, which does not exist [documents.links]
      fix: correct the link, or restore the file

    consistency: 1 finding in 1 file; 2 of 3 invariants hold, 28 do not apply here (`-v` names them)
    --- stderr
    warning: no goldpath.lock in `[ROOT]/work/plain`: files are checked by the names that the path gives them, and files of the path cannot be told from yours; nothing can be said of drift and of versions
    ");
}

#[test]
fn links_are_read_as_a_browser_reads_them() {
    let env = TestEnv::new();
    env.write("plain/docs/my page.md", "# Mine\n\nText.\n");
    env.write(
        "plain/README.md",
        "# Plain\n\n<a id=\"own\"></a>\n\n[a](docs/my%20page.md#mine) [b](docs/my%20page.md?plain=1) [c](#own)\n",
    );
    env.git("plain", ["init", "-q"]);
    let consistency = ["check", "--only", "consistency"];
    env.goldpath_in("plain", consistency).succeeds();
    env.write("plain/README.md", "# Plain\n\n[a](docs/my%20side.md) [b](#own)\n");
    let said = env.goldpath_in("plain", consistency).ends(1).stdout();
    assert!(said.contains("leads to docs/my side.md, which does not exist"), "{said}");
    assert!(said.contains("`#own` leads to a heading that README.md does not have"), "{said}");
}

#[test]
fn a_lock_that_nobody_can_trust_is_refused() {
    let env = repository("quick-start", "compose");
    changed(&env, "goldpath.lock", Replace("path = \"Dockerfile\"", "path = \"../Dockerfile\""));
    let run = env.goldpath_in("orders", ["check", "--only", "consistency"]);
    run.fails(
        3,
        ["`../Dockerfile` contains `..`, and a path must stay inside", "`git restore goldpath.lock`"],
    );
}

#[test]
fn a_file_that_is_not_text_is_a_finding_and_no_end() {
    let env = repository("quick-start", "compose");
    env.write("orders/ops/slo/rules.yml", b"\xff\xfe");
    let report =
        env.goldpath_in("orders", ["check", "--only", "consistency", "--format", "json"]).ends(1).json();
    let unreadable = &report["findings"][0];
    assert_eq!(
        (unreadable["rule"].as_str(), unreadable["path"].as_str()),
        (Some("files.readable"), Some(RULES))
    );
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_repository_is_not_followed() {
    let env = repository("quick-start", "compose");
    let rules = env.path("orders/ops/slo/rules.yml");
    fs_err::rename(&rules, env.path("outside.yml")).unwrap();
    fs_err::os::unix::fs::symlink(env.path("outside.yml"), &rules).unwrap();
    let said = env.goldpath_in("orders", ["check", "--only", "consistency"]).ends(1).stdout();
    assert!(said.contains("a symbolic link out of the project, which is not followed"), "{said}");
    // One that stays inside is as good as a file.
    fs_err::remove_file(&rules).unwrap();
    fs_err::rename(env.path("outside.yml"), env.path("orders/ops/rules.txt")).unwrap();
    fs_err::os::unix::fs::symlink("../rules.txt", &rules).unwrap();
    env.goldpath_in("orders", ["check", "--only", "consistency"]).succeeds();
}

#[test]
fn an_image_of_the_path_is_read_by_nobody_and_a_page_that_is_no_text_is_told() {
    let env = TestEnv::new();
    TestPack::empty()
        .head("extends = \"builtin\"")
        .preset("ours", "extends = \"quick-start\"\ncomponents = [\"art\"]")
        .component("art", "")
        .file("templates/art/files/docs/logo.png", b"\x89PNG\0\xff".as_slice())
        .write_to(&env, "pack");
    env.goldpath(["new", "orders", "--pack", "./pack", "--preset", "ours", "--stack", "go", "-yq"])
        .succeeds();
    env.goldpath_in("orders", ["check"]).succeeds();
    fs_err::write(env.path("orders/docs/README.md"), b"# x\0\xff").unwrap();
    let told = env.goldpath_in("orders", ["check", "--only", "consistency"]).ends(1).stdout();
    assert!(told.contains("docs/README.md: cannot be read: it is not UTF-8 [files.readable]"), "{told}");
}
