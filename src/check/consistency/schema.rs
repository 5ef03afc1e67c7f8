//! A JSON file with a schema beside it obeys it.

use super::Invariant;
use crate::check::finding::Findings;
use crate::check::repository::Repository;

pub(super) const OBEYED: Invariant = Invariant {
    rule: "schema.obeyed",
    title: "every JSON file in ops/ that has a schema beside it obeys it",
    needs: &["ops/"],
    check: obeyed,
};

fn obeyed(repository: &Repository<'_>, findings: &mut Findings) {
    let files = repository.files;
    for schema_path in files.below("ops/", &[".schema.json"]) {
        let path = format!("{}.json", schema_path.trim_end_matches(".schema.json"));
        let (Some(schema), Some(text)) = (files.text(schema_path), files.text(&path)) else { continue };
        let validator = serde_json::from_str(schema)
            .map_err(|error| error.to_string())
            .and_then(|schema| jsonschema::validator_for(&schema).map_err(|error| error.to_string()));
        let validator = match validator {
            Ok(validator) => validator,
            Err(error) => {
                findings.about(schema_path, format!("no valid JSON Schema: {error}"), "correct the schema");
                continue;
            }
        };
        let value = match serde_json::from_str(text) {
            Ok(value) => value,
            Err(error) => {
                findings.about(&path, format!("no valid JSON: {error}"), "correct the file");
                continue;
            }
        };
        for error in validator.iter_errors(&value) {
            // A JSON pointer, as a path of names in our own tree.
            let pointer = error.instance_path().to_string();
            let names = pointer.trim_start_matches('/').replace('/', ".");
            let node = files
                .document(&path)
                .and_then(|root| if names.is_empty() { Some(root) } else { root.at(&names) });
            let message = format!("{error}, says {schema_path}");
            let fix = "correct the value; the schema's descriptions say what it means";
            match node {
                Some(node) => findings.on(&path, node, message, fix),
                None => findings.about(&path, format!("{pointer}: {message}"), fix),
            }
        }
    }
}
