//! The facts of any repository have one shape, are the same each time, and do not depend on how the disk lists files.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::cases::cases;
use crate::pack::source::Environment;

static ENVIRONMENT: LazyLock<Environment> = LazyLock::new(Environment::default);
static SCHEMA: LazyLock<jsonschema::Validator> =
    LazyLock::new(|| jsonschema::validator_for(&schema()).unwrap());

/// Files that checks read, each with what it may hold.
const FILES: [(&str, &str); 14] = [
    (
        ".github/workflows/ci.yml",
        "name: ci\non: [push]\npermissions: {contents: read}\njobs:\n  test:\n    runs-on: x\n    steps:\n      - uses: a/b@v1\n      - run: make test\n",
    ),
    (
        "ops/slo/availability.yaml",
        "apiVersion: openslo/v1\nkind: SLO\nmetadata: {name: orders-availability}\nspec:\n  service: orders\n  timeWindow: [{duration: 30d}]\n  objectives: [{target: 0.995}]\n",
    ),
    (
        "ops/slo/rules.yml",
        "groups:\n  - name: a\n    rules:\n      - {alert: A, expr: 'rate(x[5m]) > 1', for: 5m, labels: {severity: page}}\n      - {record: 'a:b', expr: sum(x)}\n",
    ),
    (
        "ops/exceptions.toml",
        "[[exception]]\nrule = \"ci.x\"\ngranted = \"2026-01-01\"\nexpires = 2026-02-01\n",
    ),
    ("ops/kpis.toml", "[[kpi]]\nsource = \"prometheus\"\nquery = \"up\"\n"),
    ("config/secrets.toml", "[[secret]]\nname = \"A\"\nrotated = \"2026-01-01\"\nrotation_days = 90\n"),
    (
        "deploy/base/rollout.yaml",
        "kind: Rollout\nspec: {strategy: {canary: {steps: [{setWeight: 5}, {pause: {duration: 5m}}]}}}\n---\nkind: X\n",
    ),
    (".github/CODEOWNERS", "* @acme/orders-team\n/docs/ @acme/x # y\n"),
    ("catalog-info.yaml", "kind: Component\nspec: {owner: acme/orders-team}\n"),
    ("Makefile", "include make/a.mk\n.PHONY: check\ncheck: ## c\n\t@echo $(X)\n"),
    ("docs/README.md", "# A\n\n[b](on-call.md#a) `make check`\n\n```promql\nup == 0\n```\n"),
    ("docs/on-call.md", "# On call\n\n| a | b |\n|---|---|\n| [c](../Makefile) | d |\n"),
    ("ops/dashboards/a.json", "{\"panels\": [{\"targets\": [{\"expr\": \"sum(x)\"}]}]}"),
    ("policy/a.rego", "package a\n"),
];

type Project = BTreeMap<&'static str, String>;

fn project() -> impl Strategy<Value = Project> {
    let damage = ("[ \n:#\\[\\]{},'\"|>&*!?a0\\-$()]{0,4}", any::<prop::sample::Index>(), 0..3usize);
    let file = (0..FILES.len(), prop::option::of(damage)).prop_map(|(file, damage)| {
        let (path, text) = FILES[file];
        let mut text = text.to_owned();
        if let Some((new, place, length)) = damage {
            let start = place.index(text.len() + 1);
            text.replace_range(start..(start + length).min(text.len()), &new);
        }
        (path, text)
    });
    prop::collection::vec(file, 0..FILES.len()).prop_map(|files| files.into_iter().collect())
}

fn schema() -> Value {
    let (list, map) = (json!({ "type": "array" }), json!({ "type": "object" }));
    json!({
        "type": "object",
        "properties": {
            "schema_version": { "const": 1 },
            "today": { "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" },
            "files": { "type": "array", "items": { "type": "string" }, "uniqueItems": true },
            "documents": { "type": "object", "additionalProperties": { "type": "array", "minItems": 1 } },
            "texts": { "type": "object", "additionalProperties": { "type": "string" } },
            "workflows": map, "slos": list, "alerts": list, "delivery": map, "owners": map,
            "secrets": list, "exceptions": list, "lock": { "type": "null" }, "history": map,
        },
        "required": [
            "schema_version", "today", "files", "documents", "texts", "workflows", "slos", "alerts", "delivery",
            "owners", "secrets", "exceptions", "lock", "history",
        ],
        "additionalProperties": false,
    })
}

fn facts_of(root: &Path, files: &Project) -> Value {
    let changes = files.iter().map(|(path, text)| ((*path).to_owned(), Some(text.clone().into())));
    let subject = Subject::new(root, None, &ENVIRONMENT, false);
    facts_with(&subject, &changes.collect(), Day::parse("2026-11-26").unwrap())
}

proptest! {
    #![proptest_config(cases(128))]

    #[test]
    fn facts_have_one_shape_and_are_the_same_each_time(files in project()) {
        let nowhere = Path::new("/nowhere/at/all");
        let facts = facts_of(nowhere, &files);
        prop_assert!(SCHEMA.is_valid(&facts), "{facts:#}");
        prop_assert_eq!(facts.to_string(), facts_of(nowhere, &files).to_string());
        // Whether they agree can be told of any files, and of the same ones in the same way.
        let changes: Changes =
            files.iter().map(|(path, text)| ((*path).to_owned(), Some(text.clone().into()))).collect();
        let subject = Subject::new(nowhere, None, &ENVIRONMENT, false);
        let told = || format!("{:?}", consistency_with(&subject, &changes));
        prop_assert_eq!(told(), told());
    }
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn it_does_not_matter_in_which_order_files_came_to_the_disk(
        (files, order) in project().prop_flat_map(|files| {
            let names: Vec<&str> = files.keys().copied().collect();
            (Just(files), Just(names).prop_shuffle())
        }),
    ) {
        let on_disk = |order: &[&str]| {
            let root = tempfile::tempdir().unwrap();
            for name in order {
                let path = root.path().join(name);
                fs_err::create_dir_all(path.parent().unwrap()).unwrap();
                fs_err::write(path, &files[name]).unwrap();
            }
            facts_of(root.path(), &Project::new()).to_string()
        };
        let sorted: Vec<&str> = files.keys().copied().collect();
        prop_assert_eq!(on_disk(&sorted), on_disk(&order));
        prop_assert_eq!(on_disk(&sorted), facts_of(Path::new("/nowhere/at/all"), &files).to_string());
    }
}
