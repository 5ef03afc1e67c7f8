//! `goldpath diff`.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::output::Output;
use super::project::Project;
use super::prompt;
use crate::error::Error;
use crate::exit::Exit;
use crate::lock::Lock;
use crate::nearest::nearest;
use crate::pack::source::Environment;
use crate::path::{RepoPath, named_from};
use crate::reconcile::{self, Base, Checkout, UNDER_WAY, difference, followed};

/// Show the repository against its pristine render, as a patch.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  goldpath diff
  goldpath diff Makefile
  goldpath diff ops/slo | git apply -R             take the edits of one folder back

It compares what is on disk with what goldpath.lock records, the files of the path only. Nothing is written.
Exit codes: 0 shown, 1 the pristine render of a file is found nowhere")]
pub struct DiffArgs {
    /// A file or a folder of the path
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,
}

/// The lock of the project that the working directory is in, and the project's root.
pub(super) fn locked_project() -> Result<(PathBuf, Lock), Error> {
    Project::here()?.locked()
}

impl DiffArgs {
    pub(super) fn run(self, output: Output) -> Result<Exit, Error> {
        let (root, lock) = locked_project()?;
        let checkout = Checkout::open(&root)?;
        if let Some(what) = checkout.under_way()? {
            output.warning(format!("an earlier run is not at its end: {what}\n{UNDER_WAY}"));
        }
        let base = Base::find(&checkout, &lock, &Environment::of_this_process(prompt::can_ask()));
        let named = self.path.as_deref().map(|path| relative(&root, path)).transpose()?;
        let asked = named.as_deref().and_then(|named| RepoPath::new(named).ok());
        let renamed = followed(&checkout, &base, asked.as_ref())?;
        let below = match &named {
            Some(named) if renamed.values().any(|path| holds(named, path.as_str())) => Some(named.clone()),
            _ => self.path.as_deref().map(|path| below(&root, path, &lock)).transpose()?,
        };
        let wanted = |path: &RepoPath| {
            let is_below = |below: &str| {
                holds(below, path.as_str()) || renamed.get(path).is_some_and(|now| holds(below, now.as_str()))
            };
            below.as_deref().is_none_or(is_below)
        };
        let difference = difference(&checkout, &base, &renamed, &wanted)?;
        output.bytes(&difference.patch);
        for path in &difference.missing {
            output.warning(format!(
                "`{path}` was edited, and its pristine render is found neither in this repository nor in the pack{}",
                base.not_rendered.as_ref().map(|why| format!(": {why}")).unwrap_or_default()
            ));
        }
        output.json(|| {
            let files: Vec<_> = difference
                .changed
                .iter()
                .map(|changed| {
                    let locked = lock.files.get(&changed.path);
                    json!({
                        "path": changed.path.as_str(),
                        "status": match &changed.now {
                            Some(_) => "renamed",
                            None if changed.deleted => "deleted",
                            None => "changed",
                        },
                        "now": changed.now,
                        "ownership": locked.map(|locked| locked.ownership),
                        "component": locked.map(|locked| &locked.component),
                    })
                })
                .collect();
            json!({
                "schema_version": 1,
                "pack": { "name": lock.pack.name, "version": lock.pack.version.to_string() },
                "preset": lock.preset,
                "files": files,
                "missing": difference.missing,
                "patch": String::from_utf8_lossy(&difference.patch),
            })
        });
        Ok(if difference.missing.is_empty() { Exit::Done } else { Exit::NeedsYou })
    }
}

/// What a person named, as a path in the project; empty for all of it.
pub(super) fn below(root: &Path, named: &Path, lock: &Lock) -> Result<String, Error> {
    let path = relative(root, named)?;
    if path.is_empty() || lock.files.keys().any(|file| holds(&path, file.as_str())) {
        return Ok(path);
    }
    // Who stands in a folder may have meant the file at the top.
    let typed = named.to_string_lossy();
    let known = || lock.files.keys().map(RepoPath::as_str);
    let hint = match nearest(&typed, known()).or_else(|| nearest(&path, known())) {
        Some(near) => {
            let here = std::env::current_dir().unwrap_or_else(|_| root.to_owned());
            format!("did you mean `{}`?", named_from(&here, root, near))
        }
        None => "goldpath.lock lists the files of the path".to_owned(),
    };
    Err(reconcile::Error::UnknownPath { path: named.display().to_string(), hint }.into())
}

/// What a person named, as it is called from the root of the project.
pub(super) fn relative(root: &Path, named: &Path) -> Result<String, Error> {
    let absolute = std::path::absolute(named)
        .map_err(|source| Error::Unreadable { path: named.display().to_string(), source })?;
    let relative = pathdiff::diff_paths(tidy(&absolute), tidy(root)).unwrap_or_default();
    let parts: Vec<String> = relative.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    Ok(parts.join("/"))
}

/// The path without `..`, by its text: what it names need not exist any more.
fn tidy(path: &Path) -> PathBuf {
    let mut tidy = PathBuf::new();
    for part in path.components() {
        if part == std::path::Component::ParentDir {
            tidy.pop();
        } else {
            tidy.push(part);
        }
    }
    tidy
}

pub(super) fn holds(folder: &str, path: &str) -> bool {
    folder.is_empty() || path == folder || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}
