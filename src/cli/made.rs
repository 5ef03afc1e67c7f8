//! What `goldpath new` made, or would make: the tree, what was kept, and the next three commands.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value as Json, json};

use super::output::{FAINT, NAME, Output, STRONG};
use crate::counted::counted;
use crate::error::Error;
use crate::path::RepoPath;
use crate::plan::{NAME_KEY, Plan, Source};
use crate::render::tree::Tree;
use crate::repo::{AlreadyThere, Created, Placement, Repository, Standing, already_there};
use crate::value::Value;

/// After a dry run.
pub(super) fn would_make(
    output: Output,
    placement: &Placement,
    plan: &Plan<'_>,
    tree: &Tree,
) -> Result<(), Error> {
    let there = match placement.standing {
        Standing::Occupied(_) => already_there(&placement.target, tree)?,
        _ => AlreadyThere::default(),
    };
    output.text(format!(
        "would make {} files in {}, nothing was written",
        tree.len() - there.kept.len(),
        placement.target.display()
    ));
    for path in tree.keys() {
        output.text(format!("  {FAINT}{:8}{FAINT:#}{path}", action(&there, path)));
    }
    if let Some(outer) = &placement.outer {
        output.text(format!("the files would go into the repository at {}", outer.display()));
    }
    output.json(|| {
        let mut object = record(plan, tree, &there);
        object["dry_run"] = json!(true);
        object["path"] = json!(placement.target);
        object
    });
    Ok(())
}

/// After a real run.
pub(super) fn was_made(output: Output, directory: &Path, created: &Created, plan: &Plan<'_>, tree: &Tree) {
    let shown = directory.display();
    output.remark(format!("{STRONG}{shown}{STRONG:#}\n{}", overview(tree)));
    let AlreadyThere { kept, same } = &created.there;
    if !same.is_empty() {
        output.text(format!("there already, exactly as would be written: {}", counted(same.len(), "file")));
    }
    if !kept.is_empty() {
        output.text(format!("kept as before, {}:", counted(kept.len(), "file")));
        for path in kept {
            output.text(format!("  {path}"));
        }
    }
    let service = plan.text(NAME_KEY).unwrap_or("the service");
    let preset = plan.pack.presets.iter().find(|preset| preset.name == plan.preset);
    let title = preset.map_or(plan.preset.as_str(), |preset| preset.title.as_str());
    output.text(match &created.repository {
        Repository::Own { branch, commit: Some(commit) } => format!(
            "made {service}: {} files, preset {title}, stack {}, first commit {} on {branch}",
            created.files,
            plan.stack,
            &commit.to_string()[..10]
        ),
        Repository::Own { branch, commit: None } => {
            format!("made {service}: {} files, staged on {branch}, not committed", created.files)
        }
        Repository::Outer { root } => format!(
            "made {service}: {} files inside the repository at {}, nothing staged or committed there",
            created.files,
            root.display()
        ),
        Repository::None => format!("made {service}: {} files, no repository", created.files),
    });
    let defaults: Vec<String> = plan
        .stored_answers()
        .filter(|answer| answer.from == Source::Default && answer.key != NAME_KEY)
        .filter(|answer| answer.value != Value::from(""))
        .map(|answer| format!("{} = {}", answer.key, answer.value))
        .collect();
    if !defaults.is_empty() {
        output.remark(format!("{FAINT}defaults taken: {}{FAINT:#}", defaults.join(", ")));
    }
    let quoted = shlex::try_quote(&shown.to_string()).map(std::borrow::Cow::into_owned).unwrap_or_default();
    let mut next = Vec::new();
    // A pack of one's own may go about it in another way.
    let has_make = tree.keys().any(|path| path.as_str() == "Makefile");
    if has_make {
        next.extend([("make check", "build, lint and test it"), ("make run", "serve it on this machine")]);
    }
    if let Repository::Outer { .. } = created.repository {
        next.push(("git add .", "stage it in the repository around it"));
    } else if quoted == "." && has_make {
        next.push(("make help", "everything else"));
    }
    if quoted != "." || !next.is_empty() {
        output.remark("\nnext:");
    }
    if quoted != "." {
        output.remark(format!("  {NAME}cd {quoted}{NAME:#}"));
    }
    for (command, why) in next {
        output.remark(format!("  {NAME}{command:12}{NAME:#} {FAINT}{why}{FAINT:#}"));
    }
    output.json(|| {
        let mut object = record(plan, tree, &created.there);
        object["dry_run"] = json!(false);
        object["path"] = json!(created.root);
        object["repository"] = match &created.repository {
            Repository::None => Json::Null,
            Repository::Own { branch, commit } => {
                json!({ "branch": branch, "commit": commit.as_ref().map(ToString::to_string) })
            }
            Repository::Outer { root } => json!({ "outer": root }),
        };
        object
    });
}

/// What is made of a file of the tree.
fn action(there: &AlreadyThere, path: &RepoPath) -> &'static str {
    if there.kept.binary_search(path).is_ok() {
        "kept"
    } else if there.same.binary_search(path).is_ok() {
        "same"
    } else {
        "created"
    }
}

fn record(plan: &Plan<'_>, tree: &Tree, there: &AlreadyThere) -> Json {
    let files: Vec<Json> = tree
        .iter()
        .map(|(path, file)| {
            json!({
                "path": path.as_str(),
                "action": action(there, path),
                "component": &*file.component,
                "ownership": file.ownership,
                "mode": file.mode,
            })
        })
        .collect();
    json!({
        "schema_version": 1,
        "pack": { "name": plan.pack.name, "version": plan.pack.version.to_string() },
        "preset": plan.preset,
        "stack": plan.stack,
        "files": files,
    })
}

/// The folders with how many files each holds, and the files at the root.
fn overview(tree: &Tree) -> String {
    let mut folders: BTreeMap<&str, usize> = BTreeMap::new();
    let mut files: Vec<&str> = Vec::new();
    for path in tree.keys() {
        match path.as_str().split_once('/') {
            Some((folder, _)) => *folders.entry(folder).or_default() += 1,
            None => files.push(path.as_str()),
        }
    }
    let width = folders.keys().map(|folder| folder.len() + 1).max().unwrap_or_default();
    let mut lines: Vec<String> = folders
        .iter()
        .map(|(folder, count)| {
            let named = format!("{folder}/");
            format!("  {named:width$}  {FAINT}{}{FAINT:#}", counted(*count, "file"))
        })
        .collect();
    lines.extend(wrapped(&files, 78).into_iter().map(|line| format!("  {line}")));
    lines.join("\n") + "\n"
}

/// Names side by side, in lines of at most `width` characters.
pub(super) fn wrapped(names: &[&str], width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for name in names {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 2 + name.chars().count() <= width => {
                line.push_str("  ");
                line.push_str(name);
            }
            _ => lines.push((*name).to_owned()),
        }
    }
    lines
}
