//! A generated repository as a whole: what the plan renders to, with goldpath.toml and goldpath.lock.

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use crate::error::Error;
use crate::intent::intent_text;
use crate::lock::lock_text;
use crate::path::RepoPath;
use crate::plan::Plan;
use crate::render::render;
use crate::render::tree::{File, Mode, Ownership, Tree};

/// Renders the plan and adds the two files that goldpath writes itself, for a repository at `target`.
pub fn project_tree(plan: &Plan<'_>, target: &Path) -> Result<Tree, Error> {
    let origin = plan.pack.origin.seen_from(target);
    let mut tree = render(plan)?;
    let own: [(&str, String, Ownership); 2] = [
        ("goldpath.lock", lock_text(plan, &tree, &origin), Ownership::Managed),
        ("goldpath.toml", intent_text(plan, &origin), Ownership::Shared),
    ];
    for (name, text, ownership) in own {
        let path = RepoPath::new(name).map_err(|error| Error::Path { place: format!("`{name}`"), error })?;
        let content = Cow::Owned(text.into_bytes());
        tree.insert(path, File::new(content, Mode::Regular, ownership, Arc::from("goldpath")));
    }
    Ok(tree)
}
