//! Which pipeline runs already.

use super::finding::{Finding, Subject, Sure};
use super::held::{Held, is_yaml};

/// What the path brings.
pub(super) const GITHUB: &str = "GitHub Actions";

/// The file that each system reads.
const SYSTEMS: [(&str, &str); 9] = [
    (".gitlab-ci.yml", "GitLab CI"),
    ("Jenkinsfile", "Jenkins"),
    (".circleci/config.yml", "CircleCI"),
    ("azure-pipelines.yml", "Azure Pipelines"),
    (".travis.yml", "Travis CI"),
    ("bitbucket-pipelines.yml", "Bitbucket Pipelines"),
    (".drone.yml", "Drone"),
    (".buildkite/pipeline.yml", "Buildkite"),
    (".woodpecker.yml", "Woodpecker"),
];

/// The system whose files are there; GitHub Actions where there are several.
pub(super) fn find(root: &Held<'_>) -> Option<Finding> {
    let is_workflow = |name: &&str| {
        let inner = name.strip_prefix(".github/workflows/");
        inner.is_some_and(|inner| !inner.contains('/') && is_yaml(inner))
    };
    let workflows = root.names().filter(is_workflow).map(|name| (name, GITHUB));
    let others = SYSTEMS.iter().filter(|(name, _)| root.has(name)).map(|(name, system)| (*name, *system));
    let found: Vec<(&str, &str)> = workflows.chain(others).collect();
    let (_, system) = found.first()?;
    let evidence =
        found.iter().map(|(name, system)| root.evidence(name, None, &format!("is of {system}"))).collect();
    Some(Finding::new(Subject::Ci, *system, Sure::Certain, evidence))
}
