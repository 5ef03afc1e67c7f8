//! Other values that a setting or an answer may have: what changes with one of them is what it reaches.

use crate::pack::{Question, Setting};
use crate::value::Value;

/// Allowed values of a setting other than this one, the least strange first.
pub(super) fn of_setting(setting: &Setting, now: &Value) -> Vec<Value> {
    let mut others = guesses(now);
    others.push(setting.default.clone());
    for bound in [setting.min, setting.max].into_iter().flatten() {
        others.push(Value::Number(bound));
        others.push(whole(bound));
    }
    match now {
        Value::List(items) => {
            let more = setting.allowed.iter().filter(|allowed| !items.contains(allowed));
            others.extend(more.map(|value| Value::List(items.iter().chain([value]).cloned().collect())));
        }
        _ => others.extend(setting.allowed.iter().cloned()),
    }
    accepted(others, now, |value| setting.accept(value).ok())
}

/// Allowed answers to a question other than this one.
pub(super) fn of_question(question: &Question, now: &Value) -> Vec<Value> {
    let mut others = guesses(now);
    match now {
        Value::List(items) => {
            let choices = question.choices.iter().map(|choice| Value::from(choice.value.as_str()));
            let more = choices.filter(|choice| !items.contains(choice));
            others.extend(more.map(|value| Value::List(items.iter().cloned().chain([value]).collect())));
        }
        _ => others.extend(question.choices.iter().map(|choice| Value::from(choice.value.as_str()))),
    }
    accepted(others, now, |value| question.accept(value).ok())
}

fn guesses(now: &Value) -> Vec<Value> {
    match now {
        Value::Bool(yes) => vec![Value::Bool(!yes)],
        Value::Integer(whole) => {
            [1, -1, 10, -10].map(|step| Value::Integer(whole.saturating_add(step))).to_vec()
        }
        Value::Number(number) => [0.1, -0.1, 1.0, -1.0, 10.0, -10.0]
            // Without the noise of binary fractions.
            .map(|step| Value::Number(((number + step) * 1e6).round() / 1e6))
            .to_vec(),
        Value::Text(text) => {
            let mut others = vec![Value::Text(format!("{text}-x")), Value::Text(format!("{text}x"))];
            others.extend(with_another_end(text).map(Value::Text));
            others.extend(["x", "#x", "https://example.org", "/x", "x.y"].map(Value::from));
            others
        }
        Value::List(items) => match items.split_last() {
            Some((_, first)) => {
                vec![Value::List(first.to_vec()), Value::List(items.iter().rev().cloned().collect())]
            }
            None => vec![Value::List(vec![Value::from("x")])],
        },
    }
}

/// Of the same length and kind: what else could be told of a number with a fixed count of digits.
fn with_another_end(text: &str) -> Option<String> {
    let last = text.chars().next_back().filter(char::is_ascii_alphanumeric)?;
    let other = match last {
        '0'..='8' | 'a'..='y' | 'A'..='Y' => char::from(u8::try_from(last).ok()? + 1),
        '9' => '8',
        'z' => 'y',
        _ => 'Y',
    };
    Some(format!("{}{other}", &text[..text.len() - 1]))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a bound of a setting is far below 2^52, and the value is checked"
)]
fn whole(bound: f64) -> Value {
    Value::Integer(bound as i64)
}

fn accepted(others: Vec<Value>, now: &Value, accept: impl Fn(Value) -> Option<Value>) -> Vec<Value> {
    let mut found: Vec<Value> = Vec::new();
    for value in others.into_iter().filter_map(accept) {
        if value != *now && !found.contains(&value) {
            found.push(value);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_value_is_never_the_one_that_is_there() {
        for now in [
            Value::Bool(true),
            Value::Integer(3),
            Value::Number(99.5),
            Value::from("x"),
            Value::List(vec![Value::Integer(1), Value::Integer(2)]),
        ] {
            let others = accepted(guesses(&now), &now, Some);
            assert!(!others.is_empty() && !others.contains(&now), "{now:?}: {others:?}");
        }
    }
}
