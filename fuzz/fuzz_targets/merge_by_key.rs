//! The three-way merge by key of TOML, JSON and YAML: the result reads, and is what the sides did.
#![no_main]

mod pieces;

use goldpath::path::RepoPath;
use goldpath::reconcile::merge_by_key;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|text: &str| {
    let pieces: Vec<(&str, &str)> = pieces::pieces(text).collect();
    let [(name, base), (_, ours), (_, theirs)] = pieces[..] else { return };
    let Ok(path) = RepoPath::new(name) else { return };
    let merge = |base: &str, ours: &str, theirs: &str| {
        let merged = merge_by_key(&path, base.as_bytes(), ours.as_bytes(), theirs.as_bytes());
        merged.map(|merged| String::from_utf8(merged).expect("text of texts"))
    };
    for alone in [merge(base, ours, base), merge(base, ours, ours)].into_iter().flatten() {
        assert_eq!(alone, ours);
    }
    if let Some(merged) = merge(base, base, theirs)
        && let (Some(merged), Some(theirs)) = (read(name, &merged), read(name, theirs))
    {
        assert_eq!(merged, theirs);
    }
    if let Some(merged) = merge(base, ours, theirs)
        && [base, ours, theirs].into_iter().all(|text| read(name, text).is_some())
    {
        assert!(read(name, &merged).is_some(), "{merged}");
    }
});

/// What an independent reader finds; maps without order.
fn read(name: &str, text: &str) -> Option<Value> {
    let value = match name {
        name if name.ends_with(".toml") => toml::from_str(text).ok(),
        name if name.ends_with(".json") => serde_json::from_str(text).ok(),
        _ => serde_saphyr::from_str(text).ok(),
    };
    value.map(sorted)
}

fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(entries.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}
