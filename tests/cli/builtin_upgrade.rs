//! The built-in pack from its first version to this one: what nobody edited becomes what `new` makes now, answers and
//! settings follow their new names, and edits of what moved or went are merged, kept or told.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::env::{Ended, TestEnv};
use crate::lock::as_rendered;

const FIRST: &str = "builtin@0.1.0";
const NOW: &str = concat!("builtin@", env!("CARGO_PKG_VERSION"));
const ON_CALL: &str = "docs/on-call.md";
const OLD_ON_CALL: &str = "docs/incidents/on-call.md";

/// A service of this version of the built-in pack.
fn make(env: &TestEnv, folder: &str, pack: &str, preset: &str, set: &[&str]) {
    let fixed =
        ["new", folder, "--pack", pack, "--preset", preset, "--stack", "rust", "--name", "orders", "-yq"];
    let set = ["owner=acme/orders-team"].iter().chain(set).flat_map(|value| ["--set", value]);
    env.goldpath(fixed.into_iter().chain(set)).succeeds();
}

fn upgrade(env: &TestEnv, code: i32) -> Ended {
    env.goldpath_in("orders", ["upgrade", "--format", "json"]).ends(code)
}

/// Name, mode and content of every file that is committed or staged.
fn files(env: &TestEnv, folder: &str) -> BTreeMap<String, String> {
    let listed = env.git(folder, ["ls-files", "--stage"]);
    let files = listed.lines().map(|line| {
        let (what, path) = line.split_once('\t').unwrap();
        (path.to_owned(), what.to_owned())
    });
    files.collect()
}

fn seeded(env: &TestEnv, folder: &str) -> BTreeSet<String> {
    let lock: toml::Table = env.read(&format!("{folder}/goldpath.lock")).parse().unwrap();
    let files = lock["file"].as_array().unwrap().iter();
    let seeded = files.filter(|file| file["ownership"].as_str() == Some("seeded"));
    seeded.map(|file| file["path"].as_str().unwrap().to_owned()).collect()
}

/// `orders` is, but for what is the team's from the first day, what `new` makes now.
#[track_caller]
fn assert_new(env: &TestEnv, preset: &str, set: &[&str]) {
    let fresh = format!("fresh-{preset}");
    make(env, &fresh, NOW, preset, set);
    let (mut expected, mut result) = (files(env, &fresh), files(env, "orders"));
    // The team's from the first day: a new service has them as they are now, an upgrade leaves them alone.
    let differing: BTreeSet<String> =
        expected.keys().filter(|path| expected.get(*path) != result.get(*path)).cloned().collect();
    let changed_since = [
        "Cargo.lock",
        "Cargo.toml",
        "docs/adr/0001-preset.md",
        "openapi.yaml",
        "src/config.rs",
        "src/http.rs",
        "src/http/limits.rs",
        "src/http/measure.rs",
        "src/http/orders.rs",
        "src/http/problem.rs",
        "src/metrics.rs",
        "src/orders.rs",
        "src/server.rs",
        "tests/http.rs",
        "tests/process.rs",
    ];
    let own = ["goldpath.lock", "goldpath.toml"];
    assert!(changed_since.iter().all(|path| seeded(env, &fresh).contains(*path)));
    assert!(
        differing.iter().all(|path| changed_since.contains(&&**path) || own.contains(&&**path)),
        "{preset}: {differing:?}"
    );
    let locks = [&*fresh, "orders"].map(|folder| as_rendered(&env.read(&format!("{folder}/goldpath.lock"))));
    assert_eq!(locks[0], locks[1], "{preset}");
    // A person's file: the same values, in the order in which they came.
    let intent = |folder: &str| env.read(&format!("{folder}/goldpath.toml")).parse::<toml::Table>().unwrap();
    assert_eq!(intent("orders"), intent(&fresh), "{preset}");
    for path in changed_since.into_iter().chain(own) {
        expected.remove(path);
        result.remove(path);
    }
    assert_eq!(result, expected, "{preset}");
}

#[test]
fn each_preset_of_the_first_version_becomes_what_new_makes_now() {
    for (preset, platform) in
        [("quick-start", "compose"), ("balanced", "kubernetes"), ("enterprise", "kubernetes")]
    {
        let env = TestEnv::new();
        let set = [&*format!("platform={platform}")];
        make(&env, "orders", FIRST, preset, &set);
        let done = upgrade(&env, 0).json();
        assert_eq!(done["from"]["version"], "0.1.0");
        assert_eq!(done["to"]["version"], env!("CARGO_PKG_VERSION"));
        let news = done["news"].to_string();
        for told in ["docs/on-call.md", "repository-rules-check", "grafana_url", "YES=1"] {
            assert!(news.contains(told), "{told}: {news}");
        }
        let had =
            env.git("orders", ["ls-tree", "--name-only", "HEAD", "docs/"]).contains("docs/supply-chain.md");
        assert_eq!(news.contains("SECURITY.md"), had, "{preset} is told of the files that it has: {news}");
        // It was pinned, and is pinned again.
        assert!(env.read("orders/goldpath.toml").contains(&format!("pack = \"{NOW}\"")));
        for gone in [OLD_ON_CALL, "docs/supply-chain.md", "scripts/apply-repository-rules.sh"] {
            assert!(!env.exists(&format!("orders/{gone}")), "{preset}: {gone}");
        }
        assert_new(&env, preset, &set);
        env.git("orders", ["commit", "--quiet", "--message", "upgrade"]);
        env.goldpath_in("orders", ["check"]).succeeds();
        env.goldpath_in("orders", ["upgrade"]).succeeds();
        env.assert_sound("orders");
    }
}

#[test]
fn answers_and_settings_follow_their_new_names() {
    let env = TestEnv::new();
    let grafana = "https://grafana.example.org/ops/";
    make(
        &env,
        "orders",
        FIRST,
        "enterprise",
        &["frameworks=soc2,iso27001", &format!("dashboards.grafana_url={grafana}")],
    );
    let commented = env
        .read("orders/goldpath.toml")
        .replace("frameworks = [", "# Agreed with the auditors.\nframeworks = [");
    env.write("orders/goldpath.toml", commented);
    env.git("orders", ["commit", "--quiet", "--all", "--message", "why"]);
    let done = env.goldpath_in("orders", ["upgrade", "--to", "0.2.0"]).succeeds();
    for told in [
        "`frameworks` is called `audit_frameworks` now",
        "`dashboards.grafana_url` is called `grafana_url` now",
    ] {
        assert!(done.said().contains(told), "{told}: {}", done.said());
    }
    let intent = env.read("orders/goldpath.toml");
    let read: toml::Table = intent.parse().unwrap();
    assert_eq!(read["answers"]["grafana_url"].as_str(), Some(grafana), "{intent}");
    assert_eq!(read["answers"]["audit_frameworks"].as_array().unwrap().len(), 2, "{intent}");
    assert!(!intent.contains("dashboards.grafana_url") && !intent.contains("\nframeworks"), "{intent}");
    let dashboard = "https://grafana.example.org/ops/d/orders-slo";
    assert!(env.read("orders/ops/slo/rules.yml").contains(dashboard));
    assert!(env.read("orders/docs/on-call.md").contains(dashboard));
    assert_new(&env, "enterprise", &["audit_frameworks=soc2,iso27001", &format!("grafana_url={grafana}")]);
}

#[test]
fn edits_of_what_moved_are_merged_where_it_is_now_and_of_what_went_are_kept_and_told() {
    let env = TestEnv::new();
    make(&env, "orders", FIRST, "enterprise", &[]);
    let edit = |path: &str, from: &str, to: &str| {
        let path = format!("orders/{path}");
        let text = env.read(&path);
        assert!(text.contains(from), "{path} has no `{from}`");
        env.write(&path, text.replacen(from, to, 1));
    };
    edit(OLD_ON_CALL, "## Handover\n", "## Handover\n\nMondays at 10, in person.\n");
    edit(
        "scripts/apply-repository-rules.sh",
        "set -euo pipefail\n",
        "set -euo pipefail\nexport GH_HOST=git.acme.example\n",
    );
    edit("docs/supply-chain.md", "# Supply chain of orders\n", "# Supply chain of orders\n\nAsk Grace.\n");
    edit(
        "scripts/rollback.sh",
        "set -euo pipefail\n",
        "set -euo pipefail\nexport KUBECONFIG=~/.kube/orders\n",
    );
    env.git("orders", ["commit", "--quiet", "--all", "--message", "ours"]);

    let done = upgrade(&env, 1).json();
    let of = |path: &str| {
        let all = done["files"].as_array().unwrap();
        all.iter().find(|file| file["path"] == path).cloned().unwrap_or(Value::Null)
    };
    for (path, from) in
        [(ON_CALL, OLD_ON_CALL), ("scripts/repository-rules.sh", "scripts/apply-repository-rules.sh")]
    {
        assert_eq!(
            (of(path)["action"].as_str(), of(path)["from"].as_str()),
            (Some("moved"), Some(from)),
            "{:#}",
            of(path)
        );
        assert!(!env.exists(&format!("orders/{from}")));
    }
    let on_call = env.read("orders/docs/on-call.md");
    assert!(
        on_call.contains("Mondays at 10, in person.") && on_call.contains("](runbooks/LatencyBudgetBurn.md)"),
        "{on_call}"
    );
    let rules = env.read("orders/scripts/repository-rules.sh");
    assert!(rules.contains("GH_HOST=git.acme.example") && rules.contains("check) check ;;"), "{rules}");
    let rollback = env.read("orders/scripts/rollback.sh");
    assert!(
        rollback.contains("KUBECONFIG=~/.kube/orders") && rollback.contains("Roll back? [y/N]"),
        "{rollback}"
    );
    // What the path no longer has, and the team wrote in, is the team's; only that needs somebody.
    let kept = of("docs/supply-chain.md");
    assert_eq!(
        (kept["action"].as_str(), kept["needs_you"].as_bool()),
        (Some("kept"), Some(true)),
        "{kept:#}"
    );
    assert!(env.read("orders/docs/supply-chain.md").contains("Ask Grace."));
    assert!(env.read("orders/SECURITY.md").contains("## Supply chain"));
    let needing = done["files"].as_array().unwrap().iter().filter(|file| file["needs_you"] == true);
    assert_eq!(
        needing.map(|file| file["path"].as_str().unwrap()).collect::<Vec<_>>(),
        ["docs/supply-chain.md"]
    );
}

#[test]
fn a_page_that_the_team_deleted_or_moved_stays_where_they_put_it() {
    for (change, there) in [
        ("git rm -q docs/incidents/on-call.md", None),
        ("git mv docs/incidents/on-call.md docs/rota.md", Some("docs/rota.md")),
    ] {
        let env = TestEnv::new();
        make(&env, "orders", FIRST, "quick-start", &[]);
        env.shell(&format!("cd orders; {change}; git commit -qm ours"));
        let done = upgrade(&env, 0);
        assert!(!env.exists("orders/docs/on-call.md"), "{change}");
        assert!(there.is_none_or(|path| env.exists(&format!("orders/{path}"))), "{change}: {}", done.said());
    }
}

#[test]
fn a_repository_of_the_first_version_is_checked_by_the_on_call_page_that_it_has() {
    let env = TestEnv::new();
    make(&env, "orders", FIRST, "enterprise", &[]);
    env.goldpath_in("orders", ["check"]).succeeds();
    let path = format!("orders/{OLD_ON_CALL}");
    let page = env.read(&path);
    env.write(&path, page.replace("acme/orders-team", "acme/others"));
    let found = env.goldpath_in("orders", ["check"]).ends(1).said();
    assert!(
        found.contains("docs/incidents/on-call.md: the on-call page does not name `acme/orders-team`"),
        "{found}"
    );
    env.write("orders/docs/runbooks/ours.md", "# Ours\n\nCall us.\n");
    env.write(&path, &page);
    let found = env.goldpath_in("orders", ["check"]).ends(1).said();
    assert!(found.contains("fix: link it from docs/incidents/on-call.md"), "{found}");
    env.write(&path, format!("{page}\n[Ours](../runbooks/ours.md)\n"));
    env.goldpath_in("orders", ["check"]).succeeds();
}
