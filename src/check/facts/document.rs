//! From data with positions to plain JSON.

use serde_json::{Map, Number, Value};

use crate::check::node::Node;

/// The value as YAML 1.2 and JSON read it: what is not quoted may be a number, true, false or null.
pub(super) fn of_node(node: &Node) -> Value {
    if !node.entries().is_empty() {
        let entries = node.entries().iter().map(|(name, value)| (name.text.clone(), of_node(value)));
        return Value::Object(entries.collect::<Map<_, _>>());
    }
    if !node.items().is_empty() {
        return Value::Array(node.items().iter().map(of_node).collect());
    }
    match node.scalar() {
        Some((text, true)) => text.into(),
        Some((text, false)) => plain(text),
        None if node.is_map() => Value::Object(Map::new()),
        None => Value::Array(Vec::new()),
    }
}

/// A number that is whole is written so: `%d` of Rego wants it.
pub(super) fn number(value: f64) -> Value {
    plain(&value.to_string())
}

fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" => return Value::Null,
        "true" => return true.into(),
        "false" => return false.into(),
        _ => {}
    }
    // `nan` and `infinity` are words here.
    let numeric = text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
    let whole = || text.parse::<i64>().ok().map(Number::from);
    let broken = || text.parse::<f64>().ok().and_then(Number::from_f64);
    match numeric.then(|| whole().or_else(broken)).flatten() {
        Some(number) => Value::Number(number),
        None => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::node::read_yaml;

    #[test]
    fn what_is_quoted_is_text_and_what_is_not_is_what_it_looks_like() {
        let text = "a: 1\nb: '1'\nc: true\nd: ~\ne: 0.5\nf: nan\ng: {}\nh: []\non: [x]\ni: 1.2.3\n";
        let value = of_node(&read_yaml(text).unwrap()[0]);
        let expected = serde_json::json!({
            "a": 1, "b": "1", "c": true, "d": null, "e": 0.5, "f": "nan", "g": {}, "h": [], "on": ["x"], "i": "1.2.3"
        });
        assert_eq!(value, expected);
    }
}
