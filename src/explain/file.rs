//! Why a file is there, who owns it, and what became of it.

use bytes::Bytes;
use serde::Serialize;

use super::names::{Reader, reads, reads_setting};
use super::on_disk::OnDisk;
use super::since::{Since, since};
use super::{Ground, ground};
use crate::lock::LockedFile;
use crate::pack::{Component, ComponentKind, Pack};
use crate::path::RepoPath;
use crate::plan::Plan;
use crate::render::origins;
use crate::render::tree::{BlobId, Mode, Ownership};
use crate::repo::hunks;
use crate::value::Value;

/// What is known of a file of the path.
#[derive(Debug, Clone, Serialize)]
pub struct FileStory {
    /// Its path in the project.
    pub path: String,
    /// What the path calls it, where the team gave it another name.
    pub rendered_as: Option<String>,
    /// The component that brought it.
    pub component: String,
    /// What people call the component, and why it is there; none where the pack is not at hand.
    pub title: Option<String>,
    /// Why a repository has the component.
    pub why: Option<String>,
    /// Through what the component came.
    pub brought_by: Option<Brought>,
    /// The file of the pack.
    pub template: Option<String>,
    /// The condition that it is wanted on.
    pub when: Option<String>,
    /// What its template reads; none where it could not be looked at.
    pub shaped_by: Option<Vec<Shaped>>,
    /// Who owns it.
    pub ownership: Ownership,
    /// What upgrades do to it as it is now.
    pub upgrades: String,
    /// What the team made of it.
    pub edits: Edits,
    /// Since which version of the pack.
    pub since: Option<Since>,
    /// Why that is not known.
    pub since_unknown: Option<String>,
}

/// Through what a component came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Brought {
    /// The smallest preset that lists it.
    Preset(String),
    /// The stack, or what it requires.
    Stack(String),
}

/// A value that a template reads.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Shaped {
    /// `question`, `setting`, or `plan` for the preset, the stack and the list of components.
    pub kind: &'static str,
    /// The name.
    pub name: String,
    /// What it is here.
    pub value: Option<Value>,
}

/// What the team made of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Edits {
    /// It is as the path rendered it.
    None,
    /// It is not there.
    Deleted,
    /// It was never written: it is of what a stack begins a service with, and this one had begun.
    NotWritten,
    /// Its lines differ.
    Lines {
        /// How many lines are new.
        added: u32,
        /// How many lines of the render are gone.
        removed: u32,
        /// Where, in the file as it is: first and last line; the line after which something is gone, twice.
        at: Vec<(u32, u32)>,
        /// Whether its mode differs too.
        mode: bool,
    },
    /// Only its mode differs.
    Mode,
    /// It differs as a whole: it is binary, or another kind of file.
    Whole,
    /// It differs, and its pristine render is found nowhere, so nothing can be said of lines.
    PristineGone,
    /// It cannot be read.
    Unreadable,
}

impl FileStory {
    /// Of the file that the path calls `path`, and the team `at`.
    pub(super) fn of(ground: &Ground<'_>, path: &RepoPath, at: &RepoPath, locked: &LockedFile) -> Self {
        let component = ground.pack.and_then(|pack| pack.components.get(&locked.component));
        let origins = ground.plan.as_ref().and_then(|plan| origins(plan).ok());
        let origin = origins.as_ref().and_then(|origins| origins.get(path));
        let when = component.and_then(|component| condition(component, path.as_str()));
        let edits = edits(ground, path, at, locked);
        let since = origin.map(|origin| since(ground, &origin.template, path.as_str()));
        let (since, since_unknown) = match since {
            Some(Ok(since)) => (Some(since), None),
            Some(Err(why)) => (None, Some(why)),
            None => (None, Some("the file of the pack that it came from is not at hand".to_owned())),
        };
        Self {
            path: at.to_string(),
            rendered_as: (at != path).then(|| path.to_string()),
            component: locked.component.clone(),
            title: component.map(|component| component.title.clone()),
            why: component.map(|component| component.why.clone()),
            brought_by: ground.plan.as_ref().and_then(|plan| brought_by(plan, &locked.component)),
            template: origin.map(|origin| origin.template.clone()),
            when: when.map(str::to_owned),
            shaped_by: ground.plan.as_ref().zip(origin).map(|(plan, origin)| {
                let names = Reader::of(plan).read(origin, when);
                shaped_by(plan, &names)
            }),
            ownership: locked.ownership,
            upgrades: upgrades(locked.ownership, &edits, path.as_str()),
            edits,
            since,
            since_unknown,
        }
    }
}

/// The condition of the file, else that of its component.
fn condition<'c>(component: &'c Component, path: &str) -> Option<&'c str> {
    let rule = component.files.iter().find(|rule| rule.matches(path));
    rule.and_then(|rule| rule.when.as_deref()).or(component.when.as_deref())
}

fn shaped_by(plan: &Plan<'_>, names: &super::names::Names) -> Vec<Shaped> {
    // What a preset is includes what it extends.
    let is_read = |name: &&str| reads(names, name) || *name == "preset" && reads(names, "lineage");
    let plan_names = ["preset", "stack", "components"].into_iter().filter(is_read).map(|name| {
        let value = match name {
            "preset" => Some(Value::from(plan.preset.as_str())),
            "stack" => Some(Value::from(plan.stack.as_str())),
            // The whole list would say nothing.
            _ => None,
        };
        Shaped { kind: "plan", name: name.to_owned(), value }
    });
    let answers = plan.answers.iter().filter(|answer| reads(names, &answer.key));
    let questions = answers.map(|answer| Shaped {
        kind: "question",
        name: answer.key.clone(),
        value: (!answer.secret).then(|| answer.value.clone()),
    });
    let settings = plan.settings.iter().filter(|setting| reads_setting(names, &setting.name));
    let settings = settings.map(|setting| Shaped {
        kind: "setting",
        name: setting.name.clone(),
        value: Some(setting.value.clone()),
    });
    questions.chain(settings).chain(plan_names).collect()
}

/// The smallest preset that lists the component or something that requires it, else the stack.
pub(super) fn brought_by(plan: &Plan<'_>, component: &str) -> Option<Brought> {
    let lineage = plan.pack.lineage(&plan.preset).ok()?;
    let of_preset = lineage
        .iter()
        .find(|preset| preset.components.iter().any(|name| needs(plan.pack, name, component, 0)));
    let is_stack =
        plan.pack.components.get(component).is_some_and(|found| found.kind == ComponentKind::Stack);
    match of_preset {
        Some(preset) if !is_stack => Some(Brought::Preset(preset.name.clone())),
        _ => needs(plan.pack, &plan.stack, component, 0).then(|| Brought::Stack(plan.stack.clone())),
    }
}

/// Whether a component is another one, or requires it.
fn needs(pack: &Pack, name: &str, wanted: &str, depth: usize) -> bool {
    let required =
        || pack.components.get(name).map(|component| component.requires.iter()).into_iter().flatten();
    // A circle of requirements has no more steps than there are components.
    name == wanted
        || (depth < pack.components.len() && required().any(|next| needs(pack, next, wanted, depth + 1)))
}

fn edits(ground: &Ground<'_>, path: &RepoPath, at: &RepoPath, locked: &LockedFile) -> Edits {
    let gone = if locked.beginning { Edits::NotWritten } else { Edits::Deleted };
    let (mode, content) = match OnDisk::at(ground.root(), at) {
        OnDisk::Gone => match ground.subject.left_out_file(at.as_str()) {
            Ok(Some(committed)) => committed,
            Ok(None) => return gone,
            Err(_) => return Edits::Unreadable,
        },
        OnDisk::Unreadable => return Edits::Unreadable,
        OnDisk::Huge => return Edits::Whole,
        OnDisk::File(Mode::Symlink, target) => (Mode::Symlink, target),
        OnDisk::File(mode, content) => (mode, as_stored(ground, at, content)),
    };
    let is_link = |mode: Mode| mode == Mode::Symlink;
    if is_link(mode) != is_link(locked.mode) {
        return Edits::Whole;
    }
    let other_mode = mode != locked.mode && ground.subject.keeps_modes();
    if BlobId::of(&content) == locked.blob {
        return if other_mode { Edits::Mode } else { Edits::None };
    }
    let Some(pristine) = pristine(ground, path, locked) else { return Edits::PristineGone };
    match hunks(&pristine, &content) {
        Some(hunks) if !is_link(mode) => Edits::Lines {
            added: hunks.iter().map(|hunk| hunk.new_lines).sum(),
            removed: hunks.iter().map(|hunk| hunk.old_lines).sum(),
            at: hunks
                .iter()
                .map(|hunk| (hunk.new_start, hunk.new_start + hunk.new_lines.saturating_sub(1)))
                .collect(),
            mode: other_mode,
        },
        _ => Edits::Whole,
    }
}

/// A file as git stores it, so that line ends of this machine are no edits.
pub(super) fn as_stored(ground: &Ground<'_>, path: &RepoPath, content: Vec<u8>) -> Vec<u8> {
    ground.subject.stored(path.as_str(), &content).unwrap_or(content)
}

/// From the repository's own objects, or rendered again; what a blob id does not prove is none.
fn pristine(ground: &Ground<'_>, path: &RepoPath, locked: &LockedFile) -> Option<Bytes> {
    ground.subject.pristine(locked.blob).or_else(|| {
        let tree = ground::rendered(ground.plan.as_ref()?)?;
        tree.get(path).filter(|file| file.blob == locked.blob).map(|file| file.content.clone())
    })
}

fn upgrades(ownership: Ownership, edits: &Edits, path: &str) -> String {
    match (ownership, edits) {
        (_, Edits::NotWritten) => "the service had begun before the path: no upgrade writes it".to_owned(),
        (_, Edits::Deleted) => {
            "it is not here: deleted, it stays deleted; renamed, an upgrade follows it".to_owned()
        }
        (Ownership::Seeded, _) => "it was written once and is never touched again".to_owned(),
        (_, Edits::None) => "it follows the path: an upgrade writes what the new version renders".to_owned(),
        (Ownership::Shared, _) => {
            "an upgrade merges what the path changes into your edits; where both changed one line, you decide"
                .to_owned()
        }
        (Ownership::Managed, _) => format!(
            "an upgrade merges around your edit, and `goldpath check` reports it until `goldpath apply {path}` takes it back"
        ),
    }
}
