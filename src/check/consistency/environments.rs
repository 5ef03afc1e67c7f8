//! Every environment has the same configuration keys, and the ones that the service reads.

use std::collections::BTreeMap;

use super::Invariant;
use crate::check::finding::Findings;
use crate::check::repository::Repository;

pub(super) const PARITY: Invariant = Invariant {
    rule: "config.parity",
    title: "all environments set the same keys, and only keys that .env.example documents",
    needs: &[FOLDER],
    check: parity,
};

const FOLDER: &str = "config/environments/";
const EXAMPLE: &str = ".env.example";

fn parity(repository: &Repository<'_>, findings: &mut Findings) {
    let environments: Vec<&str> = repository.files.below(FOLDER, &[".env"]).collect();
    let keys: BTreeMap<&str, BTreeMap<&str, usize>> = environments
        .iter()
        .map(|path| (*path, keys_of(repository.files.text(path).unwrap_or_default())))
        .collect();
    for (path, own) in &keys {
        for (other, theirs) in keys.iter().filter(|(other, _)| *other != path) {
            for (key, line) in theirs.iter().filter(|(key, _)| !own.contains_key(*key)) {
                let message = format!("`{key}` is set in {other} (line {line}) and not here");
                findings.about(
                    path,
                    message,
                    "set it in every environment: what works in one must be able to work in the other",
                );
            }
        }
    }
    let Some(example) = repository.files.text(EXAMPLE) else { return };
    // An example may be commented out: `# PORT=8080` documents it as well.
    let documented = keys_of(
        &example.lines().map(|line| line.trim_start_matches(['#', ' '])).collect::<Vec<_>>().join("\n"),
    )
    .into_keys()
    .map(str::to_owned)
    .collect::<Vec<_>>();
    for (path, own) in &keys {
        for (key, line) in own.iter().filter(|(key, _)| !documented.iter().any(|known| known == *key)) {
            let at = crate::check::node::Position { line: *line, column: 1 };
            let message = format!("`{key}` is set here, and {EXAMPLE} does not know it");
            findings.at(
                path,
                at,
                message,
                format!("document it in {EXAMPLE} with its default, or remove it"),
            );
        }
    }
}

/// The keys of a `KEY=VALUE` file, with their lines.
pub(super) fn keys_of(text: &str) -> BTreeMap<&str, usize> {
    let pairs = text.lines().enumerate().filter_map(|(index, line)| {
        let (key, _) = line.split_once('=')?;
        let is_name = !key.is_empty()
            && key.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
        is_name.then_some((key, index + 1))
    });
    pairs.collect()
}
