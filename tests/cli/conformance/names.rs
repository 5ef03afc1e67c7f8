//! Files and service speak of the same metrics.

use std::collections::BTreeSet;

use regex_lite::Regex;

use super::metrics::NAMES;
use crate::env::TestEnv;

/// Files that ask Prometheus something: rules, dashboards, analyses, scripts, and what people paste from runbooks.
const ASKING: [&str; 6] = ["ops/", "deploy/", "docs/", "scripts/", "make/", "README.md"];

#[test]
fn generated_files_read_no_metric_that_the_suite_does_not_ask_every_service_for() {
    let env = TestEnv::new();
    env.goldpath(["new", "orders", "--preset", "enterprise", "--yes"]).succeeds();
    // A selector such as `some_name{`, and whatever is named like what a service says of itself.
    let names = r"(?:http_server|process|build)_[a-z_]+|[a-z]+_[a-z_]+\{";
    let metric = Regex::new(&format!(r"(?:^|[^a-zA-Z0-9_:\\])({names})")).unwrap();
    let mut read = BTreeSet::new();
    for (path, content) in env.contents("orders") {
        if !ASKING.iter().any(|start| path.starts_with(start)) || path.starts_with("scripts/tests/") {
            continue;
        }
        for found in metric.captures_iter(&String::from_utf8_lossy(&content)) {
            let name = found[1].trim_end_matches('{');
            let parts = ["_bucket", "_count", "_sum"];
            let name = parts.iter().find_map(|part| name.strip_suffix(part)).unwrap_or(name);
            read.insert((name.to_owned(), path.clone()));
        }
    }
    let names: BTreeSet<&str> = read.iter().map(|(name, _)| name.as_str()).collect();
    let unknown: Vec<_> = read.iter().filter(|(name, _)| !NAMES.contains(&name.as_str())).collect();
    assert!(unknown.is_empty(), "no check asks a service for these: {unknown:?}");
    let unread: Vec<_> = NAMES.iter().filter(|name| !names.contains(*name)).collect();
    assert!(unread.is_empty(), "nothing generated reads these: {unread:?}");
}
