//! What both sides did, by key path: the merged data, and the edits that bring it about in ours.
//!
//! The merged data is kept apart from the edits, so that the edited text can be read again and compared with it.

use std::collections::{HashMap, HashSet};

use super::identity;
use super::node::{Comments, Content, Item, Node, same, same_item};

/// More new members of one map or list than any release brings.
const MAX_INSERTED: usize = 5_000;

/// One thing to do to the text of ours.
pub(super) enum Edit<'t> {
    /// Take theirs' value, or comments, of an item.
    Item { ours: &'t Item, theirs: &'t Item, take: Take },
    /// Take theirs' comments behind the last item.
    Foot { ours: &'t Node, theirs: &'t Node },
    /// Remove and insert items.
    Members(Members<'t>),
}

/// Which parts of an item are to become theirs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Take {
    pub(super) value: bool,
    pub(super) lead: bool,
    pub(super) trail: bool,
}

/// What happens to the members of one container.
pub(super) struct Members<'t> {
    /// The item whose value the container is.
    pub(super) owner: &'t Item,
    pub(super) theirs: &'t Node,
    /// Places in ours.
    pub(super) removed: HashSet<usize>,
    /// In the order of theirs.
    pub(super) inserted: Vec<Inserted<'t>>,
}

/// A new item.
pub(super) struct Inserted<'t> {
    /// The place in ours that it follows; none where it comes first.
    pub(super) after: Option<usize>,
    pub(super) item: &'t Item,
    /// What follows it in theirs, if that is not new too.
    pub(super) next: Option<&'t Item>,
}

/// Merges three versions of a file; none where they disagree.
pub(super) fn merge<'t>(base: &'t Item, ours: &'t Item, theirs: &'t Item) -> Option<(Item, Vec<Edit<'t>>)> {
    let mut merge = Merge { edits: Vec::new() };
    let merged = merge.item(Some(base), ours, theirs, Level::File)?;
    Some((merged, merge.edits))
}

struct Merge<'t> {
    edits: Vec<Edit<'t>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    /// The list of a file's documents.
    File,
    Within,
}

enum Outcome {
    Merged(Node),
    Theirs,
}

impl<'t> Merge<'t> {
    fn item(
        &mut self,
        base: Option<&'t Item>,
        ours: &'t Item,
        theirs: &'t Item,
        level: Level,
    ) -> Option<Item> {
        let lead = choose(base.map(|base| &base.lead), &ours.lead, &theirs.lead)?;
        let trail = choose(base.map(|base| &base.trail), &ours.trail, &theirs.trail)?;
        let (value, replaced) = match self.value(base, ours, theirs, level)? {
            Outcome::Merged(value) => (value, false),
            Outcome::Theirs => (theirs.value.clone(), true),
        };
        // Who else follows an anchor, or what a tag means, is not known here.
        if replaced && (level == Level::File || ours.value.has_opaque() || theirs.value.has_opaque()) {
            return None;
        }
        let take = Take { value: replaced, lead: *lead != ours.lead, trail: *trail != ours.trail };
        if take != Take::default() {
            self.edits.push(Edit::Item { ours, theirs, take });
        }
        Some(Item {
            name: ours.name.clone(),
            lead: lead.clone(),
            trail: trail.clone(),
            value,
            ..Item::default()
        })
    }

    fn value(
        &mut self,
        base: Option<&'t Item>,
        ours: &'t Item,
        theirs: &'t Item,
        level: Level,
    ) -> Option<Outcome> {
        let (b, o, t) = (base.map(|item| &item.value), &ours.value, &theirs.value);
        if same(o, t, Comments::Count) || b.is_some_and(|b| same(b, t, Comments::Count)) {
            return Some(Outcome::Merged(o.clone()));
        }
        let (lists, is_map): ([&[Item]; 3], bool) = match (b.map(|b| &b.content), &o.content, &t.content) {
            (Some(Content::Map(b)), Content::Map(o), Content::Map(t)) => ([b, o, t], true),
            (Some(Content::List(b)), Content::List(o), Content::List(t)) => ([b, o, t], false),
            (None, Content::Map(o), Content::Map(t)) if identity::is_open(&ours.name) => ([&[], o, t], true),
            _ => return whole(b, o, t),
        };
        let names = match level {
            _ if is_map => Some(lists.map(|items| items.iter().map(|item| item.name.clone()).collect())),
            Level::File => identity::document_names(lists),
            Level::Within => identity::names(&ours.name, lists),
        };
        let alike = |b: &Node| same(b, o, Comments::Ignored) && same(b, t, Comments::Ignored);
        let names = match names {
            Some(names) if is_map || in_order(&names) => names,
            // Nothing tells the members apart, and nothing but comments differs.
            _ if b.is_some_and(alike) => lists.map(identity::by_place),
            _ => return whole(b, o, t),
        };
        let foot = choose(b.map(|b| &b.foot), &o.foot, &t.foot)?.clone();
        let mark = self.edits.len();
        let (members, nothing_kept) = self.members(ours, t, lists, &names)?;
        let in_brackets = o.flow || o.items().first().is_some_and(|first| !first.own_line);
        if nothing_kept && (in_brackets || t.flow) && b.is_some_and(|b| same(b, o, Comments::Count)) {
            self.edits.truncate(mark);
            return Some(Outcome::Theirs);
        }
        if foot != o.foot {
            self.edits.push(Edit::Foot { ours: o, theirs: t });
        }
        let content = if is_map { Content::Map(members) } else { Content::List(members) };
        Some(Outcome::Merged(Node { content, foot, ..Node::default() }))
    }

    /// The merged members, and whether none of ours is among them.
    fn members(
        &mut self,
        owner: &'t Item,
        theirs_node: &'t Node,
        [base, ours, theirs]: [&'t [Item]; 3],
        [base_names, our_names, their_names]: &[Vec<String>; 3],
    ) -> Option<(Vec<Item>, bool)> {
        let (in_base, in_ours, in_theirs) = (places(base_names), places(our_names), places(their_names));
        let mut removed = HashSet::new();
        let mut kept: Vec<Option<Item>> = Vec::new();
        for (place, (item, name)) in ours.iter().zip(our_names).enumerate() {
            let before = in_base.get(name.as_str()).map(|place| &base[*place]);
            let other = in_theirs.get(name.as_str()).map(|place| &theirs[*place]);
            kept.push(match (before, other) {
                (_, Some(other)) => Some(self.item(before, item, other, Level::Within)?),
                (None, None) => Some(item.clone()),
                (Some(before), None) => {
                    if !same_item(before, item, Comments::Count) || item.value.has_opaque() {
                        return None;
                    }
                    removed.insert(place);
                    None
                }
            });
        }
        let is_new = |place: usize| {
            let name = our_names[place].as_str();
            !in_base.contains_key(name) && !in_theirs.contains_key(name)
        };
        let mut inserted: Vec<Inserted<'t>> = Vec::new();
        let mut after: Option<usize> = None;
        for (place, (item, name)) in theirs.iter().zip(their_names).enumerate() {
            match (in_ours.get(name.as_str()), in_base.get(name.as_str())) {
                (Some(place), _) => after = Some(*place),
                // Ours removed it, which stands where theirs left it alone.
                (None, Some(before)) if same_item(&base[*before], item, Comments::Ignored) => {}
                (None, Some(_)) => return None,
                (None, None) if item.value.has_opaque() => return None,
                (None, None) => {
                    // What ours put at the same place comes first.
                    let mut next = after.map_or(0, |after| after + 1);
                    while next < ours.len() && is_new(next) {
                        after = Some(next);
                        next += 1;
                    }
                    let next = place + 1;
                    let old = |name: &String| in_ours.contains_key(name.as_str());
                    let next = theirs.get(next).filter(|_| their_names.get(next).is_some_and(old));
                    inserted.push(Inserted { after, item, next });
                    if inserted.len() > MAX_INSERTED {
                        return None;
                    }
                }
            }
        }
        let nothing_kept = !ours.is_empty() && kept.iter().all(Option::is_none);
        let mut following: HashMap<Option<usize>, Vec<Item>> = HashMap::new();
        for new in &inserted {
            following.entry(new.after).or_default().push(new.item.clone());
        }
        let mut members = following.remove(&None).unwrap_or_default();
        for (place, item) in kept.into_iter().enumerate() {
            members.extend(item);
            members.extend(following.remove(&Some(place)).unwrap_or_default());
        }
        if !removed.is_empty() || !inserted.is_empty() {
            self.edits.push(Edit::Members(Members { owner, theirs: theirs_node, removed, inserted }));
        }
        Some((members, nothing_kept))
    }
}

/// A value that is merged as one: whoever changed it decides, if the other did not.
fn whole(base: Option<&Node>, ours: &Node, theirs: &Node) -> Option<Outcome> {
    let base = base?;
    if same(ours, theirs, Comments::Ignored) {
        let mut comments = [Vec::new(), Vec::new()];
        gather(base, &mut comments[0]);
        gather(theirs, &mut comments[1]);
        return (comments[0] == comments[1]).then(|| Outcome::Merged(ours.clone()));
    }
    same(base, ours, Comments::Count).then_some(Outcome::Theirs)
}

/// Every comment inside of a value, in order.
fn gather<'n>(node: &'n Node, comments: &mut Vec<&'n String>) {
    for item in node.items() {
        comments.extend(&item.lead);
        comments.extend(&item.trail);
        gather(&item.value, comments);
    }
    comments.extend(&node.foot);
}

/// What one side changed and the other did not, or both alike.
fn choose<'v, V: PartialEq>(base: Option<&V>, ours: &'v V, theirs: &'v V) -> Option<&'v V> {
    if ours == theirs || base == Some(theirs) { Some(ours) } else { (base == Some(ours)).then_some(theirs) }
}

fn places(names: &[String]) -> HashMap<&str, usize> {
    names.iter().enumerate().map(|(place, name)| (name.as_str(), place)).collect()
}

/// Whether theirs left the order of what all have alone, or both have the same.
fn in_order([base, ours, theirs]: &[Vec<String>; 3]) -> bool {
    let shared = |names: &[String], others: [&[String]; 2]| -> Vec<String> {
        let sets = others.map(|others| others.iter().collect::<HashSet<_>>());
        names.iter().filter(|name| sets.iter().all(|set| set.contains(name))).cloned().collect()
    };
    let their_order = shared(theirs, [base, ours]);
    let kept = their_order == shared(base, [ours, theirs]) || their_order == shared(ours, [base, theirs]);
    // What both added has no order in base, but must not cross in the result.
    kept && {
        let added = |names: &[String], other: &[String]| -> Vec<String> {
            let (base, other): (HashSet<_>, HashSet<_>) = (base.iter().collect(), other.iter().collect());
            names.iter().filter(|name| !base.contains(name) && other.contains(name)).cloned().collect()
        };
        added(ours, theirs) == added(theirs, ours)
    }
}
