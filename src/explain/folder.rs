//! What the path brought into a folder.

use serde::Serialize;

use super::Ground;
use crate::render::tree::Ownership;

/// The files of the path in a folder.
#[derive(Debug, Clone, Serialize)]
pub struct FolderStory {
    /// The folder in the project.
    pub path: String,
    /// Each file of the path below it.
    pub files: Vec<Member>,
}

/// One of them.
#[derive(Debug, Clone, Serialize)]
pub struct Member {
    /// Its path in the project.
    pub path: String,
    /// The component that brought it.
    pub component: String,
    /// Who owns it.
    pub ownership: Ownership,
}

impl FolderStory {
    /// None where the path has nothing there.
    pub(super) fn of(ground: &Ground<'_>, folder: &str) -> Option<Self> {
        let inside = |path: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        let files: Vec<Member> = ground
            .lock()?
            .files
            .iter()
            .filter(|(path, _)| inside(path.as_str()))
            .map(|(path, locked)| Member {
                path: path.to_string(),
                component: locked.component.clone(),
                ownership: locked.ownership,
            })
            .collect();
        (!files.is_empty()).then(|| Self { path: folder.to_owned(), files })
    }
}
