use proptest::prelude::*;
use serde_json::Value;

use super::merged;
use super::model::{
    Choices, Data, Edits, Style, canonical, comments_of, edit, map, oracle, sorted, text_of, value_of,
    written,
};
use crate::cases::cases;
use crate::reconcile::structured::Format;

/// What an independent reader finds in a text.
fn parsed(format: Format, text: &str) -> Value {
    let value = match format {
        Format::Toml => toml::from_str(text).map_err(|error| error.to_string()),
        Format::Json => {
            let strict: String = text
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
                .map(|line| line.split_once(" // ").map_or(line, |(line, _)| line).to_owned() + "\n")
                .collect();
            serde_json::from_str(&strict).map_err(|error| error.to_string())
        }
        Format::Yaml => serde_saphyr::from_str(text).map_err(|error| error.to_string()),
    };
    sorted(value.unwrap_or_else(|error| panic!("{error}\n{text}")))
}

/// The same of a text that may be damaged: nothing, where the reader does not take it.
fn lenient(format: Format, text: &str) -> Option<Value> {
    match format {
        Format::Toml => toml::from_str(text).ok().map(sorted),
        // Comments may be anywhere now.
        Format::Json => serde_json::from_str(text).ok().map(sorted),
        Format::Yaml => serde_saphyr::from_str(text).ok().map(sorted),
    }
}

/// The comments of a text. No text of the model has the marks in its values, but for one.
fn comments(format: Format, text: &str) -> Vec<String> {
    let mark = if format == Format::Json { "// " } else { "# " };
    let text = text.replace("# no comment", "");
    let mut all: Vec<_> = text
        .lines()
        .filter_map(|line| line.split_once(mark))
        .map(|(_, comment)| comment.to_owned())
        .collect();
    all.sort();
    all
}

/// The style of a file, and another for ours.
fn styles() -> impl Strategy<Value = [Style; 2]> {
    let formats = prop::sample::select(vec![Format::Toml, Format::Json, Format::Yaml]);
    let looks = (1..3usize, any::<bool>(), any::<bool>());
    (formats, looks.clone(), looks).prop_map(|(format, look, our_look)| {
        [look, our_look].map(|(steps, long_lists, flat_lists)| Style {
            format,
            indent: 2 * steps,
            long_lists,
            flat_lists,
        })
    })
}

fn name(format: Format) -> &'static str {
    match format {
        Format::Toml => "a.toml",
        Format::Json => "a.json",
        Format::Yaml => "a.yaml",
    }
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..48)
}

struct Case {
    result: Option<String>,
    expected: Option<Data>,
    shown: String,
}

/// Ours may have formatted the file anew.
fn case(base: Data, ours: &[u8], theirs: &[u8], [style, our_style]: [Style; 2], edits: Edits) -> Case {
    let base = written(base, style.format);
    let ours = written(edited(&base, ours, edits, "ours"), style.format);
    let theirs = written(edited(&base, theirs, edits, "theirs"), style.format);
    let [b, t] = [&base, &theirs].map(|data| text_of(data, style));
    let o = text_of(&ours, our_style);
    let result = merged(name(style.format), &b, &o, &t);
    let expected = oracle(&canonical(base), &canonical(ours), &canonical(theirs));
    Case { result, expected, shown: format!("--- base\n{b}--- ours\n{o}--- theirs\n{t}---") }
}

fn edited(base: &Data, choices: &[u8], edits: Edits, side: &str) -> Data {
    let mut data = base.clone();
    edit(&mut data, &mut Choices::new(choices), edits, side);
    data
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn edits_of_different_keys_merge_and_disagreements_never_do(
        base in map(), ours in bytes(), theirs in bytes(), styles in styles(),
    ) {
        let Case { result, expected, shown } = case(base, &ours, &theirs, styles, Edits::Ordinary);
        match expected {
            None => prop_assert!(result.is_none(), "{shown}\n{}", result.unwrap()),
            Some(expected) => {
                prop_assert!(result.is_some(), "no merge:\n{shown}");
                let result = result.unwrap();
                prop_assert_eq!(parsed(styles[0].format, &result), value_of(&expected), "{}\n{}", shown, result);
                prop_assert_eq!(comments(styles[0].format, &result), comments_of(&expected), "{}\n{}", shown, result);
            }
        }
    }

    #[test]
    fn whatever_merges_is_what_both_sides_did(
        base in map(), ours in bytes(), theirs in bytes(), styles in styles(),
    ) {
        let Case { result, expected, shown } = case(base, &ours, &theirs, styles, Edits::Wild);
        if let Some(result) = result {
            prop_assert!(expected.is_some(), "{shown}\n{result}");
            prop_assert_eq!(parsed(styles[0].format, &result), value_of(&expected.unwrap()), "{}\n{}", shown, result);
        }
    }

    #[test]
    fn one_side_alone_decides(base in map(), choices in bytes(), styles in styles()) {
        let format = styles[0].format;
        let base = written(base, format);
        let changed = written(edited(&base, &choices, Edits::Ordinary, "one"), format);
        let (before, after) = (text_of(&base, styles[0]), text_of(&changed, styles[0]));
        prop_assert_eq!(merged(name(format), &before, &after, &before), Some(after.clone()));
        prop_assert_eq!(merged(name(format), &before, &after, &after), Some(after.clone()));
        let result = merged(name(format), &before, &before, &after);
        prop_assert!(result.is_some(), "{before}---\n{after}");
        prop_assert_eq!(parsed(format, &result.unwrap()), value_of(&changed), "{}---\n{}", before, after);
    }

    #[test]
    fn no_text_is_too_strange(
        texts in prop::array::uniform3("[ \n\t:#\\[\\]{},'\"|>&*!?a-c0-1é\r.=/\\\\-]{0,40}"),
        format in prop::sample::select(vec![Format::Toml, Format::Json, Format::Yaml]),
    ) {
        let [base, ours, theirs] = &texts;
        if let Some(result) = merged(name(format), base, ours, base) {
            prop_assert_eq!(&result, ours);
        }
        merged(name(format), base, base, theirs);
        merged(name(format), base, ours, theirs);
    }

    #[test]
    fn what_is_damaged_is_merged_right_or_not_at_all(
        base in map(), ours in bytes(), theirs in bytes(), styles in styles(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), 0..3usize, "[ \n:#\\[\\]{},'\"|>&*!?a0\\-]{0,3}"), 1..4),
    ) {
        let format = styles[0].format;
        let [ours, theirs] = [ours, theirs].map(|choices| {
            let mut text = text_of(&written(edited(&base, &choices, Edits::Wild, "x"), format), styles[0]);
            for (place, length, new) in &damage {
                let mut start = place.index(text.len() + 1);
                while !text.is_char_boundary(start) {
                    start -= 1;
                }
                let mut end = (start + length).min(text.len());
                while !text.is_char_boundary(end) {
                    end += 1;
                }
                text.replace_range(start..end, new);
            }
            text
        });
        let base = text_of(&written(base, format), styles[0]);
        if let Some(result) = merged(name(format), &base, &ours, &base) {
            prop_assert_eq!(&result, &ours);
        }
        if let Some(result) = merged(name(format), &ours, &ours, &theirs) {
            prop_assert_eq!(lenient(format, &result), lenient(format, &theirs), "{}---\n{}---\n{}", ours, theirs, result);
        }
        merged(name(format), &base, &ours, &theirs);
    }
}
