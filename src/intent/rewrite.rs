//! The same `goldpath.toml` for another plan: only what has to change does, comments and order stay.

use toml_edit::{DocumentMut, Item, Key, TableLike, Value as Toml};

use super::write::comment;
use crate::pack::source::Origin;
use crate::plan::Plan;
use crate::value::Value;

/// `text` with what `plan` says; the same text where it says so already. None: it is no TOML.
///
/// Answers that are no questions of the pack any more go, and so do settings that the plan does not have; an answer to
/// a question that is not asked now stays, since it may be asked again. What is `renamed`, from its old name to its new
/// one, stays where it stands.
#[must_use]
pub(crate) fn rewritten<'r>(
    text: &str,
    plan: &Plan<'_>,
    origin: &Origin,
    renamed: impl IntoIterator<Item = &'r (String, String)>,
) -> Option<String> {
    let crlf = text.contains("\r\n");
    let before = if crlf { text.replace("\r\n", "\n") } else { text.to_owned() };
    let mut document: DocumentMut = before.parse().ok()?;
    let root = document.as_table_mut();
    for (from, to) in renamed {
        for name in ["answers", "settings"] {
            if let Some(table) = table(root, name, false) {
                rename(table, from, to);
            }
        }
    }
    for (key, value) in [("pack", origin.intent()), ("preset", plan.preset.clone())] {
        set(root, key, &Value::Text(value));
    }
    if root.contains_key("stack") {
        set(root, "stack", &Value::Text(plan.stack.clone()));
    }
    let stored: Vec<_> = plan.stored_answers().collect();
    let known = |key: &str| plan.pack.questions.iter().any(|question| question.key == key);
    let overrides: Vec<_> = plan.settings.iter().filter(|setting| setting.is_override()).collect();
    let on_one_line = root.get("answers").is_some_and(Item::is_inline_table);
    if let Some(answers) = table(root, "answers", !stored.is_empty()) {
        keep(answers, &known);
        for answer in stored {
            let is_new = !answers.contains_key(&answer.key);
            set(answers, &answer.key, &answer.value);
            // In a table on one line there is no place for it.
            if let Some(mut key) = answers.key_mut(&answer.key).filter(|_| is_new && !on_one_line) {
                key.leaf_decor_mut().set_prefix(comment(plan, &answer.key));
            }
        }
    }
    if let Some(settings) = table(root, "settings", !overrides.is_empty()) {
        keep_settings(settings, "", &|name| overrides.iter().any(|setting| setting.name == name));
        for setting in overrides {
            set_setting(settings, &setting.name, &setting.value);
        }
    }
    let written = document.to_string();
    if written == before {
        return Some(text.to_owned());
    }
    Some(if crlf { written.replace('\n', "\r\n") } else { written })
}

/// The table of this name, made if it is wanted and missing.
fn table<'d>(root: &'d mut toml_edit::Table, name: &str, wanted: bool) -> Option<&'d mut dyn TableLike> {
    if wanted && !root.contains_key(name) {
        root.insert(name, toml_edit::table());
    }
    root.get_mut(name)?.as_table_like_mut()
}

/// Gives a key another name, in its place and with what a person wrote around it, dotted or nested.
fn rename(table: &mut dyn TableLike, from: &str, to: &str) {
    if !table.contains_key(from) {
        for (end, _) in from.match_indices('.') {
            if let Some(to) = to.strip_prefix(&from[..=end])
                && let Some(inner) = table.get_mut(&from[..end]).and_then(Item::as_table_like_mut)
            {
                rename(inner, &from[end + 1..], to);
            }
        }
        return;
    }
    if table.contains_key(to) {
        return;
    }
    let keys: Vec<String> = table.iter().map(|(key, _)| key.to_owned()).collect();
    let entries: Vec<(Key, Item)> = keys
        .iter()
        .filter_map(|key| table.get_key_value(key).map(|(key, item)| (key.clone(), item.clone())))
        .collect();
    table.clear();
    for (key, item) in entries {
        let renamed = key.get() == from;
        let key = if renamed { Key::new(to).with_leaf_decor(key.leaf_decor().clone()) } else { key };
        table.entry_format(&key).or_insert(item);
    }
}

fn keep(table: &mut dyn TableLike, wanted: &dyn Fn(&str) -> bool) {
    let idle: Vec<String> = table.iter().map(|(key, _)| key.to_owned()).filter(|key| !wanted(key)).collect();
    for key in idle {
        table.remove(&key);
    }
}

fn keep_settings(table: &mut dyn TableLike, prefix: &str, wanted: &dyn Fn(&str) -> bool) {
    let mut idle = Vec::new();
    for (key, item) in table.iter_mut() {
        let name = format!("{prefix}{}", key.get());
        match item.as_table_like_mut() {
            Some(inner) => keep_settings(inner, &format!("{name}."), wanted),
            None if !wanted(&name) => idle.push(key.get().to_owned()),
            None => {}
        }
    }
    for key in idle {
        table.remove(&key);
    }
}

/// Sets a setting where it stands, dotted or nested.
fn set_setting(table: &mut dyn TableLike, name: &str, value: &Value) {
    if !table.contains_key(name) {
        for (end, _) in name.match_indices('.') {
            if let Some(inner) = table.get_mut(&name[..end]).and_then(Item::as_table_like_mut) {
                return set_setting(inner, &name[end + 1..], value);
            }
        }
    }
    set(table, name, value);
}

/// Sets a value and keeps what stands around it; the same value keeps its spelling too.
fn set(table: &mut dyn TableLike, key: &str, value: &Value) {
    match table.get_mut(key) {
        Some(item) => {
            let old = item.as_value().and_then(plain);
            let same_number = || Some(old.as_ref()?.as_number()? - value.as_number()?);
            if old.as_ref() == Some(value) || same_number() == Some(0.0) {
                return;
            }
            let mut new = toml(value);
            if let Some(old) = item.as_value() {
                *new.decor_mut() = old.decor().clone();
            }
            *item = Item::Value(new);
        }
        None => {
            table.insert(key, Item::Value(toml(value)));
        }
    }
}

fn toml(value: &Value) -> Toml {
    match value {
        Value::Bool(yes) => (*yes).into(),
        Value::Integer(whole) => (*whole).into(),
        Value::Number(number) => (*number).into(),
        Value::Text(text) => text.as_str().into(),
        Value::List(values) => Toml::Array(values.iter().map(toml).collect()),
    }
}

fn plain(value: &Toml) -> Option<Value> {
    Some(match value {
        Toml::String(text) => Value::Text(text.value().clone()),
        Toml::Integer(whole) => Value::Integer(*whole.value()),
        Toml::Float(number) => Value::Number(*number.value()),
        Toml::Boolean(yes) => Value::Bool(*yes.value()),
        Toml::Array(values) => Value::List(values.iter().map(plain).collect::<Option<_>>()?),
        Toml::Datetime(_) | Toml::InlineTable(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_changes_where_it_stands_and_its_comment_stays() {
        let text = "# mine\na = 1 # why\n\"x.y\" = \"z\"\n[x]\nw = 2 # nested\n";
        let mut document: DocumentMut = text.parse().unwrap();
        set(document.as_table_mut(), "a", &Value::Integer(2));
        set_setting(document.as_table_mut(), "x.y", &Value::from("q"));
        set_setting(document.as_table_mut(), "x.w", &Value::Integer(3));
        assert_eq!(document.to_string(), "# mine\na = 2 # why\n\"x.y\" = \"q\"\n[x]\nw = 3 # nested\n");
        set_setting(document.as_table_mut(), "x.w", &Value::Integer(3));
        keep_settings(document.as_table_mut(), "", &|name| name != "x.y");
        assert_eq!(document.to_string(), "# mine\na = 2 # why\n[x]\nw = 3 # nested\n");
    }

    #[test]
    fn what_is_renamed_stays_where_it_is_with_all_that_stands_around_it() {
        let text = "# one\na = 1\n\n# two\n\"x.y\" = 2 # why\nc = 3\n[x]\n# four\nw  = 4 # nested\nz = 5\n";
        let mut document: DocumentMut = text.parse().unwrap();
        for (from, to) in [("x.y", "x.q"), ("x.w", "x.v"), ("c", "a"), ("nothing", "some")] {
            rename(document.as_table_mut(), from, to);
        }
        let renamed = text.replace("x.y", "x.q").replace("w  = 4", "v  = 4");
        assert_eq!(document.to_string(), renamed, "`a` is taken already");
        let mut on_one_line: DocumentMut = "answers = { a = 1, b = 2 }\n".parse().unwrap();
        rename(table(on_one_line.as_table_mut(), "answers", false).unwrap(), "a", "c");
        assert_eq!(on_one_line.to_string(), "answers = { c = 1, b = 2 }\n");
    }
}
