//! Files as the built-in pack renders them, edited as teams do, and merged with what the pack has next.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::LazyLock;

use super::merged;
use crate::pack::Pack;
use crate::pack::source::{Environment, PackSpec};
use crate::path::RepoPath;
use crate::plan::{Facts, Given, Plan};
use crate::reconcile::structured::{format_of, read};
use crate::render::render;

type Files = BTreeMap<String, String>;

static PACK: LazyLock<Pack> =
    LazyLock::new(|| Pack::open(&PackSpec::Builtin, &Environment::of_this_process(false)).unwrap());
static QUICK_START: LazyLock<Files> = LazyLock::new(|| rendered("quick-start", "rust"));
static BALANCED: LazyLock<Files> = LazyLock::new(|| rendered("balanced", "rust"));
static ENTERPRISE: LazyLock<Files> = LazyLock::new(|| rendered("enterprise", "rust"));

/// The files of a repository that can be merged by key.
fn rendered(preset: &str, stack: &str) -> Files {
    let facts = Facts { target_folder: "orders".to_owned(), ..Facts::default() };
    let given = Given::of_flags(Some(preset), Some(stack));
    let plan = Plan::resolve(&PACK, preset, stack, &given, &facts).unwrap();
    let files = render(&plan).unwrap().into_iter().filter(|(path, _)| format_of(path).is_some());
    files.map(|(path, file)| (path.to_string(), String::from_utf8(file.content.into()).unwrap())).collect()
}

/// A text with each of these replaced once, where it stands first.
fn edited(text: &str, edits: &[(&str, impl AsRef<str>)]) -> String {
    edits.iter().fold(text.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "`{from}` is not in:\n{text}");
        text.replacen(from, to.as_ref(), 1)
    })
}

/// Merges a team's edits with the next version; the result is the next version with the same edits.
fn survive(path: &str, base: &str, theirs: &str, edits: &[(&str, impl AsRef<str>)]) {
    let (ours, expected) = (edited(base, edits), edited(theirs, edits));
    assert!(conflicts(base, &ours, theirs), "{path}: git merges these lines");
    let result = merged(path, base, &ours, theirs);
    assert!(result.is_some(), "{path}: no merge");
    assert_eq!(result.unwrap(), expected, "{path}");
}

/// Whether git finds a conflict of lines.
fn conflicts(base: &str, ours: &str, theirs: &str) -> bool {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [("base", base), ("ours", ours), ("theirs", theirs)] {
        fs_err::write(folder.path().join(name), text).unwrap();
    }
    let merge = Command::new("git")
        .args(["merge-file", "-p", "ours", "base", "theirs"])
        .current_dir(&folder)
        .output();
    !merge.unwrap().status.success()
}

#[test]
fn every_generated_file_is_understood() {
    for stack in PACK.stacks() {
        for (path, text) in rendered("enterprise", &stack.name) {
            let format = format_of(&RepoPath::new(&path).unwrap()).unwrap();
            assert!(read(format, &text).is_some(), "{path} of {}", stack.name);
            assert_eq!(merged(&path, &text, &text, &text).as_deref(), Some(text.as_str()), "{path}");
        }
    }
}

#[test]
fn an_unedited_file_becomes_the_next_one_to_the_byte() {
    let mut changed = 0;
    for versions in [[&*QUICK_START, &*BALANCED], [&*BALANCED, &*ENTERPRISE], [&*ENTERPRISE, &*QUICK_START]] {
        let back = std::ptr::eq(versions[0], &raw const *ENTERPRISE);
        for (path, base) in versions[0] {
            let Some(theirs) = versions[1].get(path) else { continue };
            changed += usize::from(base != theirs);
            // The step back turns an anchored block into another.
            if let Some(result) = merged(path, base, base, theirs) {
                assert_eq!(&result, theirs, "{path}");
            } else {
                assert!(back, "{path}: no merge");
            }
        }
    }
    assert!(changed > 40, "{changed} files differ between presets");
}

#[test]
fn a_team_keeps_its_steps_and_runners_in_a_workflow() {
    let path = ".github/workflows/ci.yml";
    survive(
        path,
        &BALANCED[path],
        &ENTERPRISE[path],
        &[
            // Beside the time limit, which changes.
            ("    runs-on: ubuntu-24.04\n", "    runs-on: [self-hosted, linux] # our own\n"),
            // Where a step is added.
            (
                "        run: make perf\n",
                "        run: make perf\n      # Read by the weekly review.\n      - name: Keep the report\n        run: make keep-report\n",
            ),
        ],
    );
}

#[test]
fn both_add_a_job_at_one_place() {
    let path = ".github/workflows/ci.yml";
    let job = "\n  licences:\n    name: licences\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make licences\n";
    let before = "        run: make dependencies\n";
    survive(path, &BALANCED[path], &ENTERPRISE[path], &[(before, format!("{before}{job}"))]);
}

#[test]
fn both_add_what_has_to_pass() {
    let path = ".github/workflows/ci.yml";
    let ours = edited(
        &BALANCED[path],
        &[("perf, contract, dependencies]", "perf, contract, dependencies, licences]")],
    );
    let result = merged(path, &BALANCED[path], &ours, &ENTERPRISE[path]).unwrap();
    let all = "[verify, secrets, perf, contract, dependencies, licences, codeql, policy, docs-evidence]";
    assert!(result.contains(all), "{result}");
}

#[test]
fn a_team_keeps_its_alerts() {
    let path = "ops/slo/rules.yml";
    let alert = "      - alert: OrdersQueueGrows\n        expr: orders_queue_length > 100\n        labels:\n          severity: ticket\n";
    let record = "      - record: slo:saturation:ratio\n";
    let group = "  - name: orders-latency\n";
    let last =
        "          runbook_url: https://github.com/my-org/orders/blob/main/docs/runbooks/SaturationHigh.md\n";
    survive(
        path,
        &BALANCED[path],
        &ENTERPRISE[path],
        &[
            (record, format!("{alert}{record}")),
            (
                group,
                format!("  # What we watch ourselves.\n  - name: orders-own\n    rules:\n{alert}{group}"),
            ),
            (last, format!("{last}          channel: orders\n")),
        ],
    );
}

#[test]
fn a_team_keeps_its_containers_and_variables() {
    let path = "deploy/kubernetes/base/rollout.yaml";
    let theirs =
        edited(&ENTERPRISE[path], &[("failureThreshold: 1\n", "failureThreshold: 3 # slow disks\n")]);
    let context = "          securityContext: *locked\n";
    let variables = "          env:\n            - name: REGION\n              value: eu\n";
    let proxy = "        - name: proxy\n          image: proxy:1\n";
    survive(
        path,
        &BALANCED[path],
        &theirs,
        &[
            (context, format!("{variables}{context}")),
            ("          resources: *resources\n", format!("          resources: *resources\n{proxy}")),
        ],
    );
}

#[test]
fn a_team_keeps_its_dependencies() {
    let path = "Cargo.toml";
    let base = &BALANCED[path];
    let theirs = edited(
        base,
        &[
            ("thiserror = \"2.0.21\"\n", "thiserror = \"2.0.30\"\n"),
            ("serde = { version = \"1.0.229\", ", "serde = { version = \"1.0.300\", "),
            ("uuid = {", "url = \"2\"\nuuid = {"),
            (
                "[profile.release]\n",
                "[profile.bench]\n# Symbols for the profiler.\ndebug = true\n\n[profile.release]\n",
            ),
        ],
    );
    survive(
        path,
        base,
        &theirs,
        &[
            ("prometheus-client = ", "# Our store.\npostgres = \"0.20\"\nprometheus-client = "),
            ("features = [\"derive\", \"rc\"] }\n", "features = [\"derive\"] } # no shared pointers\n"),
            ("tracing = {", "tokio-util = \"0.8\"\ntracing = {"),
        ],
    );
}

#[test]
fn a_team_keeps_its_packages() {
    let path = "package.json";
    let base = &rendered("balanced", "typescript")[path];
    let theirs = edited(
        base,
        &[
            (
                "    \"prom-client\": \"15.1.3\"\n",
                "    \"pino\": \"11.0.0\",\n    \"prom-client\": \"16.0.0\"\n",
            ),
            (
                "\"typescript\": \"7.0.2\"\n  }\n",
                "\"typescript\": \"7.1.0\"\n  },\n  \"scripts\": {\n    \"build\": \"tsc\"\n  }\n",
            ),
        ],
    );
    survive(
        path,
        base,
        &theirs,
        &[
            ("    \"fastify\": \"5.12.8\",\n", "    \"fastify\": \"5.13.0\",\n    \"pg\": \"9.0.0\",\n"),
            ("    \"node\": \">=20\"\n", "    \"node\": \">=22\",\n    \"npm\": \">=11\"\n"),
            ("    \"@types/node\": \"24.19.2\",\n", "    \"@types/node\": \"24.20.0\",\n"),
        ],
    );
}

#[test]
fn a_team_keeps_its_panels() {
    let path = "ops/dashboards/service-red.json";
    let panel = "    {\n      \"id\": 20,\n      \"title\": \"Queue\",\n      \"targets\": [{ \"refId\": \"A\", \"expr\": \"orders_queue\" }]\n    },\n";
    let third = "    {\n      \"id\": 3,\n";
    survive(
        path,
        &BALANCED[path],
        &ENTERPRISE[path],
        &[
            (
                "      \"title\": \"Server errors\",\n",
                "      \"title\": \"Errors that are ours\",\n".to_owned(),
            ),
            (third, format!("{panel}{third}")),
        ],
    );
}
