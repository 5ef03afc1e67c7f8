//! Random documents, random edits, and what a merge of them has to give: an oracle that knows nothing of text.

use std::fmt::Write as _;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::reconcile::structured::Format;

/// A value that every format can hold.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Data {
    Number(i64),
    Flag(bool),
    Text(String),
    Map(Vec<Entry>),
    /// Members that are known by their name.
    Named(Vec<Entry>),
    Plain(Vec<i64>),
}

/// An entry of a map, or a named member of a list.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) lead: Option<String>,
    pub(super) trail: Option<String>,
    pub(super) data: Data,
}

/// An entry that no edit touches, so that no map becomes empty.
pub(super) const KEEP: &str = "keep";

fn entry(name: String, data: Data) -> Entry {
    Entry { name, lead: None, trail: None, data }
}

fn scalar() -> impl Strategy<Value = Data> {
    prop_oneof![
        (0..9i64).prop_map(Data::Number),
        any::<bool>().prop_map(Data::Flag),
        prop::sample::select(vec![
            "plain",
            "two words",
            "a: b",
            "# no comment",
            "",
            "é\"'\\",
            "007",
            "true",
            "- x",
            "{{ y }}",
            "line\nmore\n",
        ])
        .prop_map(|text| Data::Text(text.to_owned())),
        prop::collection::vec(0..9i64, 0..4).prop_map(Data::Plain),
    ]
}

fn with_comments(entries: Vec<(u8, Data, u8)>, prefix: char) -> Vec<Entry> {
    let mut result: Vec<Entry> = Vec::new();
    for (name, data, comments) in entries {
        let name = format!("{prefix}{name}");
        if result.iter().all(|entry| entry.name != name) {
            let lead = (comments % 4 == 1).then(|| format!("about {name}"));
            let trail = (comments % 5 == 1).then(|| format!("beside {name}"));
            result.push(Entry { name, lead, trail, data });
        }
    }
    result
}

fn kept(mut entries: Vec<Entry>, place: usize) -> Vec<Entry> {
    let place = place % (entries.len() + 1);
    entries.insert(place, entry(KEEP.to_owned(), Data::Number(0)));
    entries
}

/// A map of random depth.
pub(super) fn map() -> impl Strategy<Value = Data> {
    let leaf = scalar().boxed();
    let value = leaf.prop_recursive(3, 24, 5, |inner| {
        let entries = prop::collection::vec((0..6u8, inner, any::<u8>()), 0..5);
        prop_oneof![
            (entries.clone(), any::<usize>())
                .prop_map(|(all, place)| Data::Map(kept(with_comments(all, 'k'), place))),
            prop::collection::vec((0..4u8, (entries, any::<usize>()), any::<u8>()), 1..4).prop_map(
                |members| {
                    let members = members.into_iter().map(|(name, (all, place), comments)| {
                        (name, Data::Map(kept(with_comments(all, 'k'), place)), comments)
                    });
                    // The comment of a member stands above it.
                    let mut members = with_comments(members.collect(), 'n');
                    members.insert(0, entry(KEEP.to_owned(), Data::Map(kept(Vec::new(), 0))));
                    for member in &mut members {
                        member.trail = None;
                    }
                    Data::Named(members)
                }
            ),
        ]
    });
    (prop::collection::vec((0..6u8, value, any::<u8>()), 0..6), any::<usize>())
        .prop_map(|(all, place)| Data::Map(kept(with_comments(all, 'k'), place)))
}

/// Where the decisions of random edits come from.
pub(super) struct Choices<'c> {
    bytes: &'c [u8],
    at: usize,
}

impl<'c> Choices<'c> {
    pub(super) fn new(bytes: &'c [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    fn below(&mut self, limit: usize) -> usize {
        self.at += 1;
        let byte = self.bytes.get(self.at - 1).copied().unwrap_or(0);
        usize::from(byte) % limit
    }
}

/// What edits may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edits {
    /// Change scalars, add, remove, comment.
    Ordinary,
    /// And change a scalar into a map, a map into a scalar, empty and reorder.
    Wild,
}

/// Edits a map or list of named members here and there.
pub(super) fn edit(data: &mut Data, choices: &mut Choices<'_>, edits: Edits, side: &str) {
    let named = matches!(data, Data::Named(_));
    let (Data::Map(entries) | Data::Named(entries)) = data else { return };
    let mut place = 0;
    while place < entries.len() {
        if entries[place].name == KEEP && edits == Edits::Ordinary {
            place += 1;
            continue;
        }
        let entry = &mut entries[place];
        match (choices.below(16), edits) {
            (1, _) => {
                entries.remove(place);
                continue;
            }
            (2 | 3, _) if !named => match &mut entry.data {
                Data::Number(number) => *number += 10 + i64::try_from(choices.below(2)).unwrap(),
                Data::Flag(flag) => *flag = !*flag,
                Data::Text(text) => *text = format!("changed {text}{}", choices.below(2)),
                Data::Plain(list) => list.push(7),
                other => edit(other, choices, edits, side),
            },
            (4, _) => entry.lead = Some(format!("{side} above {}", choices.below(2))),
            (5, _) if !named => entry.trail = Some(format!("{side} beside {}", choices.below(2))),
            (6, Edits::Wild) if !named => {
                entry.data = Data::Map(vec![self::entry("k1".into(), Data::Flag(true))]);
            }
            (7, Edits::Wild) if !named => entry.data = Data::Number(77),
            (8, Edits::Wild) if place > 0 => entries.swap(place - 1, place),
            _ => edit(&mut entry.data, choices, edits, side),
        }
        place += 1;
    }
    if choices.below(4) == 1 {
        // Not one that was removed: that would be a change of kind.
        let number = 6 + choices.below(5);
        let name = format!("{}{number}", if named { 'n' } else { 'k' });
        if entries.iter().all(|entry| entry.name != name) {
            let place = choices.below(entries.len() + 1).max(usize::from(named));
            let deep = Data::Map(vec![
                entry(KEEP.into(), Data::Number(0)),
                entry("k1".into(), Data::Text("new".into())),
            ]);
            let data = match choices.below(3) {
                _ if named => deep,
                0 => Data::Number(i64::try_from(choices.below(2)).unwrap()),
                1 => Data::Plain(vec![1, 2]),
                _ => deep,
            };
            let mut new = entry(name, data);
            new.lead = (choices.below(3) == 1).then(|| format!("{side} new"));
            entries.insert(place.min(entries.len()), new);
        }
    }
}

/// Without the comments that a format has no place for.
pub(super) fn written(mut data: Data, format: Format) -> Data {
    if let Data::Map(entries) | Data::Named(entries) = &mut data {
        for entry in entries {
            if format == Format::Toml && matches!(&entry.data, Data::Named(members) if !members.is_empty()) {
                (entry.lead, entry.trail) = (None, None);
            }
            if matches!(&entry.data, Data::Text(lines) if lines.ends_with('\n')) {
                entry.trail = None;
            }
            entry.data = written(entry.data.clone(), format);
        }
    }
    data
}

/// With the entries of maps, whose order says nothing, in order.
pub(super) fn canonical(mut data: Data) -> Data {
    let is_map = matches!(data, Data::Map(_));
    if let Data::Map(entries) | Data::Named(entries) = &mut data {
        for entry in entries.iter_mut() {
            entry.data = canonical(entry.data.clone());
        }
        if is_map {
            entries.sort_by(|a, b| a.name.cmp(&b.name));
        }
    }
    data
}

/// What a merge has to give, by the rules of the module; none where the sides disagree.
pub(super) fn oracle(base: &Data, ours: &Data, theirs: &Data) -> Option<Data> {
    match (base, ours, theirs) {
        (_, ours, theirs) if ours == theirs || base == theirs => Some(ours.clone()),
        (Data::Map(b), Data::Map(o), Data::Map(t)) => entries(b, o, t).map(Data::Map),
        (Data::Named(b), Data::Named(o), Data::Named(t)) => entries(b, o, t).map(Data::Named),
        _ => (base == ours).then(|| theirs.clone()),
    }
}

fn entries(base: &[Entry], ours: &[Entry], theirs: &[Entry]) -> Option<Vec<Entry>> {
    let find = |list: &'_ [Entry], name: &str| list.iter().find(|entry| entry.name == name).cloned();
    let mut names: Vec<&String> = ours.iter().map(|entry| &entry.name).collect();
    names.extend(theirs.iter().map(|entry| &entry.name).filter(|name| find(ours, name).is_none()));
    let mut result = Vec::new();
    for name in names {
        match (find(base, name), find(ours, name), find(theirs, name)) {
            (None, Some(one), None) | (None, None, Some(one)) => result.push(one),
            (None, Some(ours), Some(theirs)) => {
                if ours != theirs {
                    return None;
                }
                result.push(ours);
            }
            (Some(base), Some(ours), None) if base == ours => {}
            (Some(base), None, Some(theirs)) if value_of(&base.data) == value_of(&theirs.data) => {}
            (Some(base), Some(ours), Some(theirs)) => result.push(Entry {
                name: name.clone(),
                lead: choose(&base.lead, &ours.lead, &theirs.lead)?,
                trail: choose(&base.trail, &ours.trail, &theirs.trail)?,
                data: oracle(&base.data, &ours.data, &theirs.data)?,
            }),
            _ => return None,
        }
    }
    Some(result)
}

fn choose<V: PartialEq + Clone>(base: &V, ours: &V, theirs: &V) -> Option<V> {
    if ours == theirs || base == theirs { Some(ours.clone()) } else { (base == ours).then(|| theirs.clone()) }
}

/// The data alone, named members in the order of their names: what any reader of the format sees.
pub(super) fn value_of(data: &Data) -> Value {
    match data {
        Data::Number(number) => json!(number),
        Data::Flag(flag) => json!(flag),
        Data::Text(text) => json!(text),
        Data::Plain(list) => json!(list),
        Data::Map(entries) => {
            let mut pairs: Vec<_> = entries.iter().collect();
            pairs.sort_by_key(|entry| &entry.name);
            Value::Object(pairs.iter().map(|entry| (entry.name.clone(), value_of(&entry.data))).collect())
        }
        Data::Named(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|member| &member.name);
            let list = members.iter().map(|member| {
                let mut value = value_of(&member.data);
                value["name"] = json!(member.name);
                sorted(value)
            });
            Value::Array(list.collect())
        }
    }
}

/// The same with maps, and lists of named members, in order.
pub(super) fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut pairs: Vec<_> = map.into_iter().map(|(name, value)| (name, sorted(value))).collect();
            pairs.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(pairs.into_iter().collect())
        }
        Value::Array(list) => {
            let mut list: Vec<_> = list.into_iter().map(sorted).collect();
            if list.iter().all(|value| value.get("name").is_some()) {
                list.sort_by_key(|value| value["name"].to_string());
            }
            Value::Array(list)
        }
        other => other,
    }
}

/// Every comment, in order of the text.
pub(super) fn comments_of(data: &Data) -> Vec<String> {
    let (Data::Map(entries) | Data::Named(entries)) = data else { return Vec::new() };
    let all = entries.iter().flat_map(|entry| {
        entry.lead.iter().chain(&entry.trail).cloned().chain(comments_of(&entry.data)).collect::<Vec<_>>()
    });
    let mut all: Vec<_> = all.collect();
    all.sort();
    all
}

/// How a document is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    pub(super) format: Format,
    pub(super) indent: usize,
    /// Plain lists on lines of their own.
    pub(super) long_lists: bool,
    /// Lists of maps begin at the column of their key.
    pub(super) flat_lists: bool,
}

/// The text of a document.
pub(super) fn text_of(data: &Data, style: Style) -> String {
    let mut text = String::new();
    match style.format {
        Format::Yaml => yaml(data, style, 0, &mut text),
        Format::Json => {
            json_text(data, None, style, 0, &mut text);
            text.push('\n');
        }
        Format::Toml => toml(data, style, "", &mut text),
    }
    text
}

fn comment_above(entry: &Entry, indent: &str, mark: &str, text: &mut String) {
    if let Some(lead) = &entry.lead {
        writeln!(text, "{indent}{mark} {lead}").unwrap();
    }
}

fn comment_beside(entry: &Entry) -> String {
    entry.trail.as_ref().map(|trail| format!(" # {trail}")).unwrap_or_default()
}

fn yaml(data: &Data, style: Style, depth: usize, text: &mut String) {
    let indent = " ".repeat(depth);
    let Data::Map(entries) = data else { return };
    if entries.is_empty() && depth == 0 {
        text.push_str("{}\n");
    }
    for entry in entries {
        comment_above(entry, &indent, "#", text);
        let (name, beside) = (&entry.name, comment_beside(entry));
        match &entry.data {
            Data::Map(inner) if !inner.is_empty() => {
                writeln!(text, "{indent}{name}:{beside}").unwrap();
                yaml(&entry.data, style, depth + style.indent, text);
            }
            Data::Named(members) if !members.is_empty() => {
                writeln!(text, "{indent}{name}:{beside}").unwrap();
                let column = if style.flat_lists { depth } else { depth + style.indent };
                let dash = " ".repeat(column);
                for member in members {
                    comment_above(member, &dash, "#", text);
                    writeln!(text, "{dash}- name: {}", member.name).unwrap();
                    yaml(&member.data, style, column + 2, text);
                }
            }
            Data::Plain(list) if style.long_lists && !list.is_empty() => {
                writeln!(text, "{indent}{name}:{beside}").unwrap();
                for number in list {
                    writeln!(text, "{indent}  - {number}").unwrap();
                }
            }
            Data::Text(lines) if lines.ends_with('\n') => {
                writeln!(text, "{indent}{name}: |").unwrap();
                for line in lines.lines() {
                    writeln!(text, "{indent}  {line}").unwrap();
                }
            }
            Data::Text(plain)
                if plain.starts_with(|c: char| c.is_ascii_lowercase())
                    && plain != "true"
                    && !plain.contains([':', '\n', '#']) =>
            {
                writeln!(text, "{indent}{name}: {plain}{beside}").unwrap();
            }
            Data::Named(_) => writeln!(text, "{indent}{name}: []{beside}").unwrap(),
            other => writeln!(text, "{indent}{name}: {}{beside}", value_of(other)).unwrap(),
        }
    }
}

fn json_text(data: &Data, name: Option<&str>, style: Style, depth: usize, text: &mut String) {
    let (outer, indent) = (" ".repeat(depth * style.indent), " ".repeat((depth + 1) * style.indent));
    let (entries, brackets) = match data {
        Data::Map(entries) => (entries, ['{', '}']),
        Data::Named(entries) => (entries, ['[', ']']),
        Data::Plain(list) if style.long_lists && !list.is_empty() => {
            let lines: Vec<_> = list.iter().map(|number| format!("{indent}{number}")).collect();
            write!(text, "[\n{}\n{outer}]", lines.join(",\n")).unwrap();
            return;
        }
        other => return text.push_str(&value_of(other).to_string()),
    };
    let named = matches!(data, Data::Named(_));
    let mut lines = Vec::new();
    if let Some(name) = name {
        lines.push((None, format!("{indent}\"name\": \"{name}\""), None));
    }
    for entry in entries {
        let mut line = indent.clone();
        if !named {
            write!(line, "\"{}\": ", entry.name).unwrap();
        }
        json_text(&entry.data, named.then_some(entry.name.as_str()), style, depth + 1, &mut line);
        lines.push((entry.lead.clone(), line, entry.trail.clone()));
    }
    if lines.is_empty() {
        return text.extend(brackets);
    }
    text.push(brackets[0]);
    text.push('\n');
    let last = lines.len() - 1;
    for (index, (lead, line, trail)) in lines.into_iter().enumerate() {
        if let Some(lead) = lead {
            writeln!(text, "{indent}// {lead}").unwrap();
        }
        let beside = trail.map(|trail| format!(" // {trail}")).unwrap_or_default();
        writeln!(text, "{line}{}{beside}", if index < last { "," } else { "" }).unwrap();
    }
    write!(text, "{outer}{}", brackets[1]).unwrap();
}

fn toml(data: &Data, style: Style, path: &str, text: &mut String) {
    let Data::Map(entries) = data else { return };
    let is_table = |entry: &&Entry| match &entry.data {
        Data::Map(_) => true,
        Data::Named(members) => !members.is_empty(),
        _ => false,
    };
    for entry in entries.iter().filter(|entry| !is_table(entry)) {
        comment_above(entry, "", "#", text);
        let value = match &entry.data {
            Data::Plain(list) if style.long_lists && !list.is_empty() => {
                let lines: Vec<_> = list.iter().map(|number| format!("  {number},")).collect();
                format!("[\n{}\n]", lines.join("\n"))
            }
            Data::Text(lines) if lines.ends_with('\n') => format!("\"\"\"\n{lines}\"\"\""),
            other => value_of(other).to_string(),
        };
        writeln!(text, "{} = {value}{}", entry.name, comment_beside(entry)).unwrap();
    }
    for entry in entries.iter().filter(is_table) {
        let path = if path.is_empty() { entry.name.clone() } else { format!("{path}.{}", entry.name) };
        if let Data::Named(members) = &entry.data {
            for member in members {
                text.push('\n');
                comment_above(member, "", "#", text);
                writeln!(text, "[[{path}]]\nname = \"{}\"", member.name).unwrap();
                toml(&member.data, style, &path, text);
            }
        } else {
            text.push('\n');
            comment_above(entry, "", "#", text);
            writeln!(text, "[{path}]{}", comment_beside(entry)).unwrap();
            toml(&entry.data, style, &path, text);
        }
    }
}
