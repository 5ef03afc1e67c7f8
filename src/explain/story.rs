//! What a person named, and what is to be told of it.

use serde::Serialize;

use super::control::rules;
use super::{ControlStory, FileStory, FolderStory, Ground, Knob, Tour};
use crate::check::Day;
use crate::error::Error;
use crate::lock::{LOCK_FILE, LockedFile};
use crate::nearest::nearest;
use crate::pack::{Component, Pack, Setting};
use crate::path::RepoPath;
use crate::project::INTENT_FILE;
use crate::render::SUFFIX;

/// One explanation.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Story {
    /// Of the whole repository.
    Tour(Box<Tour>),
    /// Of a file of the path.
    File(Box<FileStory>),
    /// Of a folder with files of the path.
    Folder(FolderStory),
    /// Of one of the two files that goldpath writes itself.
    OwnFile {
        /// Its path.
        path: String,
    },
    /// Of a file or a folder that did not come from the path.
    NotOfThePath {
        /// Its path.
        path: String,
    },
    /// Of a file, without a lock: the component that has one of this name, if any.
    Unlocked {
        /// Its path.
        path: String,
        /// The component of the pack.
        component: Option<String>,
        /// What people call it.
        title: Option<String>,
        /// Why a repository has it.
        why: Option<String>,
    },
    /// Of a control, or a rule of `goldpath check`.
    Control(Box<ControlStory>),
    /// Of a setting.
    Setting(Box<Knob>),
    /// Of a control and of the setting that has the same name.
    ControlAndSetting {
        /// The promise.
        control: Box<ControlStory>,
        /// The knob.
        setting: Box<Knob>,
    },
    /// Of a question and its answer.
    Question(Box<Knob>),
}

/// What a person asked about.
#[derive(Debug, Clone)]
pub struct Asked<'a> {
    /// As it was typed.
    pub name: &'a str,
    /// As a path from the root of the project; none for what cannot be one.
    pub path: Option<String>,
}

/// Explains what was asked about: a file of the path, else a control, a setting, a question, a folder, any other file.
///
/// # Errors
/// Nothing here has this name; the hint names the nearest.
pub fn explain(ground: &Ground<'_>, asked: Option<&Asked<'_>>, today: Day) -> Result<Story, Error> {
    let Some(Asked { name, path }) = asked else { return Ok(Story::Tour(Box::new(Tour::of(ground, today)))) };
    let path = path.as_deref().and_then(|path| RepoPath::new(path).ok());
    if let Some(path) = &path {
        if [INTENT_FILE, LOCK_FILE].contains(&path.as_str()) {
            return Ok(Story::OwnFile { path: path.to_string() });
        }
        if let Some((rendered, now, locked)) = of_the_path(ground, path) {
            return Ok(Story::File(Box::new(FileStory::of(ground, &rendered, &now, locked))));
        }
    }
    if let Some(story) = named(ground, name, today) {
        return Ok(story);
    }
    if let Some(path) = &path {
        if let Some(folder) = FolderStory::of(ground, path.as_str()) {
            return Ok(Story::Folder(folder));
        }
        let exists = path.below(ground.root()).symlink_metadata().is_ok();
        let of_pack = || ground.pack.and_then(|pack| bringing(pack, path.as_str()));
        match (ground.lock(), exists) {
            (Some(_), true) => return Ok(Story::NotOfThePath { path: path.to_string() }),
            (None, true) => return Ok(unlocked(path, of_pack())),
            (None, false) if of_pack().is_some() => return Ok(unlocked(path, of_pack())),
            _ => {}
        }
    }
    let known = known(ground, today);
    let hint = match nearest(name, known.iter().map(String::as_str)) {
        Some(near) if ground.root().join(near).exists() => {
            format!("did you mean `{}`?", ground.subject.named_here(near))
        }
        Some(near) => format!("did you mean `{near}`?"),
        None => "name a file, or what `goldpath check` and `goldpath presets show NAME` list".to_owned(),
    };
    Err(Error::NothingOfThatName { name: (*name).to_owned(), hint })
}

/// A file of the path by either of its names: how the path calls it, how the team does, and what the lock has of it.
fn of_the_path<'g>(ground: &Ground<'g>, path: &RepoPath) -> Option<(RepoPath, RepoPath, &'g LockedFile)> {
    let lock = ground.lock()?;
    let is_there = path.below(ground.root()).symlink_metadata().is_ok();
    if let Some(locked) = lock.files.get(path) {
        let renamed = if is_there { None } else { ground.subject.followed(None).remove(path) };
        return Some((path.clone(), renamed.unwrap_or_else(|| path.clone()), locked));
    }
    if !is_there {
        return None;
    }
    let (rendered, now) = ground.subject.followed(Some(path)).into_iter().find(|(_, now)| now == path)?;
    let locked = lock.files.get(&rendered)?;
    Some((rendered, now, locked))
}

fn unlocked(path: &RepoPath, component: Option<&Component>) -> Story {
    Story::Unlocked {
        path: path.to_string(),
        component: component.map(|component| component.name.clone()),
        title: component.map(|component| component.title.clone()),
        why: component.map(|component| component.why.clone()),
    }
}

/// The component that has a file of this name.
fn bringing<'p>(pack: &'p Pack, path: &str) -> Option<&'p Component> {
    let has = |component: &&Component| {
        pack.files_of(&component.name, "files")
            .any(|(source, _)| source.strip_suffix(SUFFIX).unwrap_or(source) == path)
    };
    pack.components.values().find(has)
}

/// A control, a setting or a question of this name.
fn named(ground: &Ground<'_>, name: &str, today: Day) -> Option<Story> {
    let pack = ground.pack;
    let policies = pack.map(Pack::policies);
    let control =
        policies.as_ref().and_then(|policies| policies.controls.iter().find(|control| control.id == name));
    let setting = settings(ground).find(|(_, setting)| setting.name == name);
    let control = control.map(|control| Box::new(ControlStory::of(ground, control, today)));
    let setting =
        setting.map(|(component, setting)| Box::new(Knob::of_setting(ground, &component.name, setting)));
    match (control, setting) {
        (Some(control), Some(setting)) => return Some(Story::ControlAndSetting { control, setting }),
        (Some(control), None) => return Some(Story::Control(control)),
        (None, Some(setting)) => return Some(Story::Setting(setting)),
        (None, None) => {}
    }
    if let Some(question) = pack.and_then(|pack| pack.questions.iter().find(|question| question.key == name))
    {
        return Some(Story::Question(Box::new(Knob::of_question(ground, question))));
    }
    // A rule is only known once everything is checked: most names are none.
    if !name.contains('.') || name.contains('/') {
        return None;
    }
    ControlStory::of_rule(ground, name, today).map(|story| Story::Control(Box::new(story)))
}

/// Every setting; of those that several components have, the one of the plan first.
fn settings<'g>(ground: &'g Ground<'_>) -> impl Iterator<Item = (&'g Component, &'g Setting)> {
    let in_plan = ground.plan.iter().flat_map(|plan| plan.components.iter().copied());
    let all = ground.pack.into_iter().flat_map(|pack| pack.components.values());
    in_plan
        .chain(all)
        .flat_map(|component| component.settings.iter().map(move |setting| (component, setting)))
}

/// Everything that has a name.
fn known(ground: &Ground<'_>, today: Day) -> Vec<String> {
    let mut known = rules(ground, today);
    known.extend(ground.lock().into_iter().flat_map(|lock| lock.files.keys()).map(ToString::to_string));
    known.extend(settings(ground).map(|(_, setting)| setting.name.clone()));
    if let Some(pack) = ground.pack {
        known.extend(pack.questions.iter().map(|question| question.key.clone()));
        known.extend(pack.policies().controls.iter().map(|control| control.id.clone()));
    }
    known
}
