//! Managed files, and missing ones, back to their pristine render, one by one.

use std::collections::BTreeMap;

use super::outcome::{Action, Change, Outcome, Record, Stored};
use super::refuse::{refuse_hidden, refuse_outcome};
use super::{Base, Checkout, Error, followed};
use crate::path::RepoPath;
use crate::render::tree::Ownership;

/// Works out what it takes to bring these files of HEAD back to their pristine render. Nothing is written.
///
/// # Errors
/// A file that is there and not managed, whose pristine render is found nowhere, or that has an obstacle in its way; nothing
/// but files in whose place one of the team is read, or that have another name.
pub fn heal(checkout: &Checkout, base: &Base, paths: &[RepoPath]) -> Result<Outcome, Error> {
    // What only the disk has is not what HEAD has: it would be told as nothing to do.
    let names: Vec<String> = paths.iter().map(ToString::to_string).collect();
    refuse_hidden(checkout, names.iter())?;
    let ours = checkout.ours()?;
    let team = base.of_team(ours);
    let is_there = |path: &RepoPath| ours.files.contains_key(path.as_str());
    let renamed = if paths.iter().all(is_there) { BTreeMap::new() } else { followed(checkout, base, None)? };
    let (mut outcome, mut in_its_place) = (Outcome::default(), None);
    for path in paths {
        let unknown = || Error::UnknownPath {
            path: path.to_string(),
            hint: "goldpath.lock lists the files of the path".to_owned(),
        };
        let file = base.files.get(path).ok_or_else(unknown)?;
        let ownership = file.locked.ownership;
        let now = ours.files.get(path.as_str());
        // Where there is none, nobody's edits are written over.
        if ownership != Ownership::Managed && now.is_some() {
            return Err(Error::NotManaged { path: path.to_string(), ownership });
        }
        let content = file.content(&checkout.repository);
        let content = content.ok_or_else(|| Error::PristineGone { path: path.to_string() })?;
        let taken = || checkout.taken(path.as_str(), &team).map(|it| (it.reason(), it.other.to_owned()));
        let called = || renamed.get(path).map(|other| (format!("called `{other}` here"), other.to_string()));
        if now.is_none()
            && let Some((reason, other)) = taken().or_else(called)
        {
            let path = path.to_string();
            outcome.records.push(kept(path.clone(), reason.clone(), ownership));
            in_its_place.get_or_insert(Error::Taken { path, reason, other });
            continue;
        }
        let as_rendered = now.is_some_and(|(mode, id)| file.is_pristine(*mode, *id));
        outcome.records.push(Record {
            path: path.to_string(),
            from: None,
            action: match (as_rendered, now) {
                (true, _) => Action::Unchanged,
                (false, Some(_)) => Action::Updated,
                (false, None) => Action::Created,
            },
            reason: if as_rendered {
                String::new()
            } else {
                "it is as the path rendered it again".to_owned()
            },
            needs_you: false,
            edited: false,
            ownership,
            change: if as_rendered {
                Change::None
            } else {
                Change::Write(Stored { mode: file.locked.mode, content, blob: file.locked.blob })
            },
        });
    }
    if outcome.records.iter().all(|record| record.change == Change::None)
        && let Some(error) = in_its_place
    {
        return Err(error);
    }
    refuse_outcome(checkout, &outcome, &|path| ours.files.contains_key(path))?;
    Ok(outcome)
}

/// A file that would silence one of the team's is not brought back, whoever names it.
fn kept(path: String, reason: String, ownership: Ownership) -> Record {
    Record {
        path,
        from: None,
        action: Action::Kept,
        reason,
        needs_you: true,
        edited: false,
        ownership,
        change: Change::None,
    }
}
