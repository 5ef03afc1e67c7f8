//! By what name the members of a list are known.

use std::collections::HashSet;

use super::node::{Content, Item, Node};

/// Lists of plain texts that are sets to whoever reads them: order and position mean nothing.
const SETS: [&str; 12] = [
    "branches",
    "branches-ignore",
    "categories",
    "components",
    "features",
    "finalizers",
    "keywords",
    "members",
    "needs",
    "resources",
    "rule_files",
    "tags",
];

/// Maps whose entries have nothing to do with each other: both sides may begin one.
const OPEN: [&str; 15] = [
    "annotations",
    "build-dependencies",
    "dependencies",
    "dev-dependencies",
    "devDependencies",
    "env",
    "environment",
    "extras",
    "labels",
    "matchLabels",
    "optionalDependencies",
    "outputs",
    "peerDependencies",
    "permissions",
    "scripts",
];

/// How a member may be named, from the most telling to the least.
type Naming = fn(&Node) -> Option<String>;

const NAMINGS: [Naming; 16] = [
    |node| field(node, "alert").or_else(|| field(node, "record")),
    |node| {
        let name = field(node, "alert").or_else(|| field(node, "record"))?;
        Some(format!("{name} {}", spelled(node.get("labels")?)?))
    },
    step,
    |node| field(node, "id"),
    |node| field(node, "key"),
    |node| field(node, "path"),
    |node| both(node, "name", "in"),
    |node| field(node, "mountPath"),
    |node| both(node, "package-ecosystem", "directory"),
    |node| field(node, "job_name"),
    |node| field(node, "uid"),
    |node| field(node, "refId"),
    |node| both(node, "port", "protocol").or_else(|| field(node, "port")),
    |node| both(node, "containerPort", "protocol").or_else(|| field(node, "containerPort")),
    |node| field(node, "templateName"),
    |node| field(node, "topologyKey"),
];

/// Whether both sides may begin a map of this name, and every entry counts by itself.
pub(super) fn is_open(name: &str) -> bool {
    OPEN.contains(&name)
}

/// Names for the members of versions of one list, when one way of naming tells all members of each apart.
pub(super) fn names(key: &str, lists: [&[Item]; 3]) -> Option<[Vec<String>; 3]> {
    let scalars =
        lists.iter().all(|list| list.iter().all(|item| matches!(item.value.content, Content::Scalar(_))));
    if scalars {
        let naming: Naming = match key {
            "dependencies" | "dev" | "requires" => requirement,
            "environment" => variable,
            _ if SETS.contains(&key) => element,
            _ => return None,
        };
        return by(naming, lists);
    }
    NAMINGS.into_iter().find_map(|naming| by(naming, lists))
}

/// Names for documents: what Kubernetes calls them, or their place where their number is the same.
pub(super) fn document_names(lists: [&[Item]; 3]) -> Option<[Vec<String>; 3]> {
    let object: Naming = |node| {
        let metadata = node.get("metadata")?;
        let space = metadata.get("namespace").and_then(Node::text).unwrap_or_default();
        Some(format!("{} {space} {}", node.get("kind")?.text()?, metadata.get("name")?.text()?))
    };
    let [first, rest @ ..] = lists;
    if rest.iter().all(|list| list.len() == first.len() && first.len() == 1) {
        return Some(lists.map(by_place));
    }
    by(object, lists)
        .or_else(|| rest.iter().all(|list| list.len() == first.len()).then(|| lists.map(by_place)))
}

/// The members' places as names.
pub(super) fn by_place(list: &[Item]) -> Vec<String> {
    (0..list.len()).map(|place| place.to_string()).collect()
}

fn by(naming: Naming, lists: [&[Item]; 3]) -> Option<[Vec<String>; 3]> {
    let mut names = [const { Vec::new() }; 3];
    for (names, list) in names.iter_mut().zip(lists) {
        *names = list.iter().map(|item| naming(&item.value)).collect::<Option<Vec<_>>>()?;
        let distinct: HashSet<&String> = names.iter().collect();
        if distinct.len() != names.len() {
            return None;
        }
    }
    Some(names)
}

fn field(node: &Node, name: &str) -> Option<String> {
    Some(format!("{name} {}", node.get(name)?.text()?))
}

fn both(node: &Node, one: &str, other: &str) -> Option<String> {
    Some(format!("{} {}", field(node, one)?, field(node, other)?))
}

/// A step of a workflow, and whatever else has a `name`. The version of an action is not part of its name.
fn step(node: &Node) -> Option<String> {
    let action = || {
        let uses = node.get("uses")?.text()?;
        Some(format!("uses {}", uses.split_once('@').map_or(uses, |(action, _)| action)))
    };
    field(node, "name").or_else(|| field(node, "id")).or_else(action).or_else(|| field(node, "run"))
}

/// What a map of texts says, in an order of its own.
fn spelled(labels: &Node) -> Option<String> {
    let mut pairs =
        labels.items().iter().map(|item| field(labels, &item.name)).collect::<Option<Vec<_>>>()?;
    pairs.sort();
    Some(pairs.join(" "))
}

/// `fastapi[standard]>=0.1 ; marker`: the package, and under which condition.
fn requirement(node: &Node) -> Option<String> {
    let text = node.text()?;
    let (what, condition) = text.split_once(';').unwrap_or((text, ""));
    let end = what.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')));
    let name = what[..end.unwrap_or(what.len())].to_ascii_lowercase().replace(['_', '.'], "-");
    (!name.is_empty()).then(|| format!("{name};{}", condition.trim()))
}

/// A member of a set. What excludes depends on what stands before it.
fn element(node: &Node) -> Option<String> {
    node.text().filter(|text| !text.starts_with('!')).map(str::to_owned)
}

/// `NAME=value`: the name.
fn variable(node: &Node) -> Option<String> {
    let text = node.text()?;
    Some(text.split_once('=').map_or(text, |(name, _)| name).to_owned())
}
