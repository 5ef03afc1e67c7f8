//! Every file and line that a value reaches: the plan is rendered a second time, in memory, with another allowed value,
//! and what differs is what it reaches. Files that read the name and stay the same with that value are told apart.

use serde::Serialize;

use super::names::{Reader, reads, reads_setting};
use super::{Ground, ground};
use crate::error::Error;
use crate::path::{MAX_FILE_BYTES, read_plain};
use crate::plan::{Plan, Raw, Source};
use crate::render::tree::Tree;
use crate::render::{origins, render};
use crate::repo::hunks;
use crate::value::Value;

/// What a value reaches.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reach {
    /// The other value that the plan was rendered with; none where the pack accepts no other one that changes anything.
    pub compared_with: Option<Value>,
    /// Every file that differs then.
    pub places: Vec<Place>,
    /// The files whose templates read the name, and which are the same with that value.
    pub read_in: Vec<String>,
}

/// What of a file a value reaches.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Place {
    /// Its path in the project.
    pub path: String,
    /// The lines, first and last, as the path rendered them.
    pub lines: Vec<(u32, u32)>,
    /// What happens to the file as a whole, where that is it: it comes or goes with the value.
    pub whole: Option<&'static str>,
    /// Whether the file was edited here, so that its lines have moved.
    pub edited: bool,
}

/// Pairs of values may be refused together, so more than one is tried; each is a whole render.
const TRIES: usize = 6;

/// What a setting or an answer reaches.
///
/// # Errors
/// The plan cannot be rendered as it is.
pub(super) fn reach(
    ground: &Ground<'_>,
    plan: &Plan<'_>,
    name: &str,
    others: Vec<Value>,
) -> Result<Reach, Error> {
    let now = render(plan)?;
    let mut reach = Reach { compared_with: None, places: Vec::new(), read_in: Vec::new() };
    for value in others.into_iter().take(TRIES) {
        // The pack may refuse this value beside the others.
        let Some(other) = with(ground, plan, name, &value) else { continue };
        let places = differences(ground, &now, &other);
        if !places.is_empty() {
            reach.compared_with = Some(value);
            reach.places = places;
            break;
        }
    }
    let reader = Reader::of(plan);
    for (path, origin) in origins(plan)? {
        let component = now.get(&path).and_then(|file| plan.pack.components.get(&*file.component));
        let rule =
            component.and_then(|component| component.files.iter().find(|rule| rule.matches(path.as_str())));
        let names = reader.read(&origin, rule.and_then(|rule| rule.when.as_deref()));
        let is_read = if name.contains('.') { reads_setting(&names, name) } else { reads(&names, name) };
        if is_read && !reach.places.iter().any(|place| place.path == path.as_str()) {
            reach.read_in.push(path.to_string());
        }
    }
    Ok(reach)
}

/// The plan with one value changed, rendered; none where it cannot stand.
fn with(ground: &Ground<'_>, plan: &Plan<'_>, name: &str, value: &Value) -> Option<Tree> {
    let lock = ground.lock()?;
    let mut given = ground::given_of(lock, plan.pack, ground.root());
    given.set(name, Raw::Typed(value.clone()), Source::Intent);
    let facts = ground::facts(ground.root());
    let other = Plan::resolve(plan.pack, &plan.preset, &plan.stack, &given, &facts).ok()?;
    render(&other).ok()
}

fn differences(ground: &Ground<'_>, now: &Tree, other: &Tree) -> Vec<Place> {
    let edited = |path: &crate::path::RepoPath, content: &[u8]| {
        read_plain(&path.below(ground.root()), MAX_FILE_BYTES).is_ok_and(|found| found != content)
    };
    let mut places = Vec::new();
    for (path, file) in now {
        let mut place = Place {
            path: path.to_string(),
            lines: Vec::new(),
            whole: None,
            edited: edited(path, &file.content),
        };
        match other.get(path) {
            None => place.whole = Some("goes"),
            Some(changed) if changed.blob == file.blob => continue,
            Some(changed) => match hunks(&file.content, &changed.content) {
                Some(hunks) => {
                    let last = |start: u32, lines: u32| start + lines.saturating_sub(1);
                    place.lines = hunks
                        .iter()
                        .map(|hunk| (hunk.old_start, last(hunk.old_start, hunk.old_lines)))
                        .collect();
                }
                None => place.whole = Some("changes"),
            },
        }
        places.push(place);
    }
    for path in other.keys().filter(|path| !now.contains_key(*path)) {
        places.push(Place { path: path.to_string(), lines: Vec::new(), whole: Some("comes"), edited: false });
    }
    places
}
