//! What `goldpath check` reads of a repository: workflows, objectives, rules, manifests, pages, owners, dashboards.
//!
//! The facts are those of the files, in whatever order they come.
#![no_main]

mod pieces;

use std::path::Path;
use std::sync::LazyLock;

use goldpath::check::{Day, Subject, consistency_with, facts_with};
use goldpath::pack::source::Environment;
use goldpath::reconcile::Changes;
use libfuzzer_sys::fuzz_target;

static NOWHERE: LazyLock<Environment> = LazyLock::new(Environment::default);

fuzz_target!(|text: &str| {
    let root = Path::new("/nowhere/at/all");
    let subject = Subject::new(root, None, &NOWHERE, false);
    let changes: Changes = pieces::pieces(text)
        .map(|(name, text)| (name.to_owned(), Some(text.as_bytes().to_vec().into())))
        .collect();
    let Some(today) = Day::parse("2026-11-26") else { return };
    let facts = facts_with(&subject, &changes, today);
    assert_eq!(facts, facts_with(&subject, &changes, today));
    for checked in consistency_with(&subject, &changes) {
        for finding in checked.findings {
            let _ = format!("{finding:?}");
        }
    }
});
