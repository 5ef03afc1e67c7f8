//! GitHub workflows: when they run, their jobs and steps.

use std::sync::LazyLock;

use regex_lite::Regex;

use super::files::Files;
use super::node::Node;

/// One workflow file.
pub(super) struct Workflow<'f> {
    pub(super) path: &'f str,
    pub(super) node: &'f Node,
    pub(super) jobs: Vec<Job<'f>>,
}

/// One job.
pub(super) struct Job<'f> {
    pub(super) id: &'f str,
    pub(super) node: &'f Node,
}

impl<'f> Job<'f> {
    /// What GitHub reports its result under.
    pub(super) fn context(&self) -> &'f str {
        self.node.text_at("name").unwrap_or(self.id)
    }

    pub(super) fn steps(&self) -> &'f [Node] {
        self.node.items_at("steps")
    }
}

impl Workflow<'_> {
    /// Whether it runs on this event, however `on` is written.
    pub(super) fn runs_on(&self, event: &str) -> bool {
        let Some(on) = self.node.get("on") else { return false };
        on.text() == Some(event)
            || on.items().iter().any(|item| item.text() == Some(event))
            || on.get(event).is_some()
    }
}

/// The names of the secrets that a text reads, by name or by index, each with its place.
pub(super) fn secrets_read(text: &str) -> impl Iterator<Item = (usize, &str)> {
    static READ: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?i)(?:^|[^\w.-])secrets(?:\.|\s*\[\s*')([a-z_]\w*)").ok());
    // Most texts name none, which is seen faster without a pattern.
    let may = ["secrets", "SECRETS", "Secrets"].iter().any(|word| text.contains(word));
    let found = READ.iter().filter(move |_| may).flat_map(move |read| read.captures_iter(text));
    found.filter_map(|captures| captures.get(1)).map(|name| (name.start(), name.as_str()))
}

/// Every workflow of the repository.
pub(super) fn read(files: &Files) -> Vec<Workflow<'_>> {
    let documents = files.documents(".github/workflows/", &[".yml", ".yaml"]);
    documents
        .map(|(path, node)| {
            let jobs = node.get("jobs").map_or(&[][..], Node::entries);
            let jobs = jobs.iter().map(|(name, node)| Job { id: &name.text, node }).collect();
            Workflow { path, node, jobs }
        })
        .collect()
}
