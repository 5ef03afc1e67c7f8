//! Every secret that is used is declared, and the other way round.

use super::Invariant;
use crate::check::finding::Findings;
use crate::check::node::position_of;
use crate::check::repository::Repository;
use crate::check::workflow::secrets_read;

pub(super) const DECLARED: Invariant = Invariant {
    rule: "secrets.declared",
    title: "every secret that a workflow or manifest uses is declared with its users, and every declared one is used",
    needs: &[MANIFEST],
    check: declared,
};

const MANIFEST: &str = "config/secrets.toml";
/// GitHub hands it to every run.
const OF_GITHUB: &str = "GITHUB_TOKEN";

fn declared(repository: &Repository<'_>, findings: &mut Findings) {
    let Some(manifest) = repository.files.document(MANIFEST) else { return };
    let known =
        |name: &str| manifest.items_at("secret").iter().find(|secret| secret.text_at("name") == Some(name));
    for workflow in &repository.workflows {
        let text = repository.files.text(workflow.path).unwrap_or_default();
        for (at, name) in secrets_read(text).filter(|(_, name)| *name != OF_GITHUB) {
            let place = position_of(text, at);
            match known(name) {
                None => {
                    let message = format!("the secret `{name}` is used here and not declared in {MANIFEST}");
                    findings.at(
                        workflow.path,
                        place,
                        message,
                        "declare it: what it opens, who owns it, when it is replaced",
                    );
                }
                Some(secret)
                    if !secret.items_at("used_by").iter().any(|user| user.text() == Some(workflow.path)) =>
                {
                    let message = format!(
                        "the secret `{name}` is used here, and its `used_by` in {MANIFEST} does not say so"
                    );
                    findings.at(
                        workflow.path,
                        place,
                        message,
                        "add this file to `used_by`, so that a rotation reaches it",
                    );
                }
                Some(_) => {}
            }
        }
    }
    for (path, document) in repository.files.documents("deploy/", &[".yaml", ".yml"]) {
        document.walk(&mut |node| {
            if let Some(reference) = node.get("secretKeyRef").and_then(|reference| reference.get("key"))
                && let Some(name) = reference.text()
                && known(name).is_none()
            {
                let message = format!("the secret `{name}` is used here and not declared in {MANIFEST}");
                findings.on(
                    path,
                    reference,
                    message,
                    "declare it: what it opens, who owns it, when it is replaced",
                );
            }
        });
    }
    for secret in manifest.items_at("secret") {
        let Some(name) = secret.text_at("name") else { continue };
        for user in secret.items_at("used_by") {
            let Some(path) = user.text() else { continue };
            if !repository.files.text(path).is_some_and(|text| mentions(text, name)) {
                let message = format!("`{name}` is declared for {path}, which does not use it");
                findings.on(
                    MANIFEST,
                    user,
                    message,
                    "remove it from `used_by`, or the whole entry: an unused secret is a risk without a use",
                );
            }
        }
    }
}

fn mentions(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        !text[..at].ends_with(is_part) && !text[at + name.len()..].starts_with(is_part)
    })
}
