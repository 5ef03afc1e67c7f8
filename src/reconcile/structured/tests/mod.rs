mod cases;
mod generated;
mod model;
mod properties;

use super::merge;
use crate::path::RepoPath;

/// Merges texts; what has no resolution is none.
fn merged(path: &str, base: &str, ours: &str, theirs: &str) -> Option<String> {
    let result = merge(&RepoPath::new(path).unwrap(), base.as_bytes(), ours.as_bytes(), theirs.as_bytes());
    result.map(|bytes| String::from_utf8(bytes).unwrap())
}
