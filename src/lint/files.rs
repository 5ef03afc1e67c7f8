//! What is rendered: data that no program could read, secrets that would be committed.

use std::collections::{BTreeMap, BTreeSet};

use super::Finding;
use crate::check::malformed;
use crate::explain::names::{Reader, reads};
use crate::pack::{Pack, QuestionKind};
use crate::path::RepoPath;
use crate::plan::Plan;
use crate::render::origins;
use crate::render::tree::{File, Mode, Tree};

/// What was found in the files so far.
#[derive(Default)]
pub(super) struct Rendered {
    /// The contents that were looked at, each by what its name says it is.
    seen: BTreeSet<(String, [u8; 20])>,
    /// The first mistake in what a template renders to.
    malformed: BTreeMap<String, String>,
    secrets: BTreeSet<Finding>,
}

impl Rendered {
    /// Looks at what a plan renders to.
    pub(super) fn look_at(&mut self, pack: &Pack, plan: &Plan<'_>, tree: &Tree) {
        let asks_secrets = pack.questions.iter().any(|question| question.kind == QuestionKind::Secret);
        let malformed: Vec<_> = tree
            .iter()
            .filter(|(path, file)| self.is_new(path, file))
            .filter_map(|(path, file)| Some((path, malformed_file(path.as_str(), file)?)))
            .collect();
        if malformed.is_empty() && !asks_secrets {
            return;
        }
        let Ok(origins) = origins(plan) else { return };
        for (path, why) in malformed {
            let template =
                origins.get(path).map_or_else(|| path.to_string(), |origin| origin.template.clone());
            self.malformed
                .entry(template)
                .or_insert_with(|| format!("renders to `{path}`, which cannot be read: {why}"));
        }
        if !asks_secrets {
            return;
        }
        let reader = Reader::of(plan);
        for origin in origins.values() {
            let names = reader.read(origin, None);
            for question in pack.questions.iter().filter(|question| question.kind == QuestionKind::Secret) {
                if reads(&names, &question.key) {
                    let message =
                        format!("it reads the secret `{}`, and what it renders is committed", question.key);
                    self.secrets.insert(Finding::new("secret-in-file", origin.template.clone(), message));
                }
            }
        }
    }

    /// Whether no file of this kind with this content was looked at.
    fn is_new(&mut self, path: &RepoPath, file: &File) -> bool {
        let ending = path.as_str().rsplit('.').next().unwrap_or_default();
        file.mode != Mode::Symlink && self.seen.insert((ending.to_owned(), *file.blob.as_bytes()))
    }

    pub(super) fn findings(&self) -> impl Iterator<Item = Finding> {
        let malformed = self.malformed.iter();
        malformed
            .map(|(template, message)| Finding::new("malformed-file", template.clone(), message.clone()))
            .chain(self.secrets.iter().cloned())
    }
}

/// Why a file is not the data that its name says.
fn malformed_file(path: &str, file: &File) -> Option<String> {
    let Ok(text) = std::str::from_utf8(&file.content) else { return None };
    let why = malformed(path, text)?;
    (!is_of_another_program(path, text)).then_some(why)
}

/// Whether it is data only after another program has read it: a template of Helm, or JSON with comments.
fn is_of_another_program(path: &str, text: &str) -> bool {
    match path.rsplit('.').next() {
        Some("json") => text.lines().any(|line| line.trim_start().starts_with(['/'])),
        Some("yml" | "yaml") => text.match_indices("{{").any(|(at, _)| !text[..at].ends_with('$')),
        _ => false,
    }
}
