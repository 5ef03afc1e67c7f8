//! The facts document: what controls are judged by, the same for `opa` and for goldpath.
//!
//! It holds what the files say, sorted, and nothing of the machine: the same commit gives the same facts. `today` and
//! `preset`, the one whose promises are judged, are its only inputs from outside.

mod delivery;
mod document;
mod objectives;
mod workflows;

use serde_json::{Map, Value, json};

use self::document::of_node;
use super::controls::Register;
use super::day::Day;
use super::files::Files;
use super::subject::Subject;
use crate::lock::Lock;
use crate::reconcile::CODE_OWNERS;

/// The folders whose YAML, JSON and TOML files are in `documents`. Dashboards are large, and drawn rather than judged.
const FOLDERS: [&str; 5] = [".github/", "compliance/", "config/", "deploy/", "ops/"];
const LEFT_OUT: &str = "ops/dashboards/";
/// Files outside of them that are in `documents` too.
const ROOT: [&str; 1] = ["catalog-info.yaml"];
/// Whose text is in `texts`.
const TEXTS: [(&str, &str); 6] = [
    ("Makefile", ""),
    ("make/", ".mk"),
    ("policy/", ".rego"),
    (CODE_OWNERS[0], ""),
    (CODE_OWNERS[1], ""),
    (CODE_OWNERS[2], ""),
];

/// Which promises are judged.
#[derive(Debug, Clone)]
pub(super) struct Judged<'j> {
    /// The preset, and everything it extends, the smallest first; empty where nothing is known of it.
    pub(super) lineage: Vec<&'j str>,
}

impl Judged<'_> {
    /// What the facts say of it.
    pub(super) fn facts(&self) -> [(&'static str, Value); 2] {
        [("lineage", json!(self.lineage)), ("preset", json!(self.lineage.last()))]
    }
}

/// The facts but for the preset, in no order: Rego has its own.
pub(super) fn gather(subject: &Subject<'_>, files: &Files, register: &Register, today: Day) -> Value {
    let mut documents = Map::new();
    let listed = FOLDERS.iter().flat_map(|folder| files.below(folder, &[".yml", ".yaml", ".json", ".toml"]));
    for path in listed.chain(ROOT).filter(|path| !path.starts_with(LEFT_OUT)) {
        let read: Vec<Value> = files.data(path).iter().map(of_node).collect();
        if !read.is_empty() {
            documents.insert(path.to_owned(), Value::Array(read));
        }
    }
    let texts: Map<String, Value> = TEXTS
        .iter()
        .flat_map(|(start, end)| files.below(start, std::slice::from_ref(end)).collect::<Vec<_>>())
        .filter_map(|path| Some((path.to_owned(), files.text(path)?.into())))
        .collect();
    json!({
        "schema_version": 1,
        "today": today.to_string(),
        "files": files.paths().collect::<Vec<_>>(),
        "documents": documents,
        "texts": texts,
        "workflows": workflows::facts(files),
        "slos": objectives::slos(files),
        "alerts": objectives::alerts(files),
        "delivery": delivery::facts(files),
        "owners": owners(files),
        "secrets": secrets(files, today),
        "exceptions": register.facts(),
        "lock": subject.lock.map(of_lock),
        "history": history(subject),
    })
}

/// The facts for the promises of one preset, in order.
pub(super) fn with_preset(mut facts: Value, judged: &Judged<'_>) -> Value {
    if let Value::Object(map) = &mut facts {
        map.extend(judged.facts().map(|(name, value)| (name.to_owned(), value)));
    }
    sorted(facts)
}

fn of_lock(lock: &Lock) -> Value {
    let files: Map<String, Value> = lock
        .files
        .iter()
        .map(|(path, file)| {
            let fact = json!({ "component": file.component, "ownership": file.ownership });
            (path.to_string(), fact)
        })
        .collect();
    json!({
        "pack": { "name": lock.pack.name, "version": lock.pack.version.to_string(), "source": lock.pack.source },
        "preset": lock.preset,
        "stack": lock.stack,
        "components": lock.components,
        "answers": lock.answers,
        "settings": lock.settings,
        "files": files,
    })
}

/// Who owns everything, by CODEOWNERS and by the catalogue.
fn owners(files: &Files) -> Value {
    let code: Vec<&str> = files
        .code_owners()
        .map_or("", |(_, text)| text)
        .lines()
        .filter_map(|line| line.split('#').next()?.strip_prefix("* "))
        .flat_map(str::split_whitespace)
        .collect();
    let mut catalogue: Vec<&str> =
        files.data("catalog-info.yaml").iter().filter_map(|entity| entity.text_at("spec.owner")).collect();
    catalogue.sort_unstable();
    catalogue.dedup();
    json!({ "code": code, "catalogue": catalogue })
}

/// What config/secrets.toml declares, with the age of each where it says when it was set.
fn secrets(files: &Files, today: Day) -> Vec<Value> {
    let manifest = files.document("config/secrets.toml");
    let declared = manifest.map_or(&[][..], |manifest| manifest.items_at("secret"));
    let of = |secret: &super::node::Node| {
        let rotated = secret.text_at("rotated").and_then(Day::parse);
        json!({
            "name": secret.text_at("name"),
            "line": secret.at.line,
            "rotation_days": secret.get("rotation_days").map(of_node),
            "age_days": rotated.map(|rotated| rotated.until(today)),
        })
    };
    declared.iter().map(of).collect()
}

fn history(subject: &Subject<'_>) -> Value {
    json!({ "commit": subject.commit(), "releases": subject.releases() })
}

/// With the names of every map in order.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<(String, Value)> =
                map.into_iter().map(|(name, value)| (name, sorted(value))).collect();
            entries.sort_by(|(a, _), (b, _)| a.cmp(b));
            Value::Object(entries.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}
