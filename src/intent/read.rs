//! From the text of `goldpath.toml`, which a person edits, to an [`Intent`].

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::{INTENT_FILE, Intent};
use crate::pack::source::PackSpec;
use crate::pack::{ManifestError, ManifestText};
use crate::plan::{Given, Named, Raw, Source};
use crate::value::Value;

type Table = BTreeMap<Spanned<String>, Spanned<toml::Value>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawIntent {
    pack: Spanned<String>,
    preset: String,
    stack: Option<String>,
    #[serde(default)]
    answers: Table,
    #[serde(default)]
    settings: Table,
}

impl Intent {
    /// Reads the file.
    ///
    /// # Errors
    /// The first mistake, with its line and column.
    pub fn read(bytes: &[u8]) -> Result<Self, ManifestError> {
        let manifest = ManifestText::new(INTENT_FILE, bytes)?;
        let raw: RawIntent = manifest.parse()?;
        let pack = PackSpec::parse(raw.pack.get_ref()).map_err(|error| {
            let told = manifest.error(raw.pack.span(), error.to_string());
            match error.hint() {
                Some(hint) => told.with_hint(hint),
                None => told,
            }
        })?;
        let named = |name: String| Some(Named { name, from: Source::Intent });
        let mut given = Given::default();
        given.preset = named(raw.preset);
        given.stack = raw.stack.and_then(named);
        for (key, value) in raw.answers {
            if key.get_ref().contains('.') {
                let message = format!("`{}` is a setting, and this is the table of answers", key.get_ref());
                return Err(manifest.error(key.span(), message).with_hint("move it to `[settings]`"));
            }
            let span = value.span();
            let value = plain(value.into_inner()).ok_or_else(|| not_plain(manifest, span))?;
            given.set(key.into_inner(), Raw::Typed(value), Source::Intent);
        }
        for (key, value) in raw.settings {
            let span = value.span();
            let mut flat = Vec::new();
            flatten(key.get_ref(), value.into_inner(), &mut flat).ok_or_else(|| not_plain(manifest, span))?;
            for (name, value) in flat {
                if !name.contains('.') {
                    let message = format!("`{name}` is an answer, and this is the table of settings");
                    return Err(manifest.error(key.span(), message).with_hint("move it to `[answers]`"));
                }
                given.set(name, Raw::Typed(value), Source::Intent);
            }
        }
        Ok(Self { pack, given })
    }
}

fn not_plain(manifest: ManifestText<'_>, span: std::ops::Range<usize>) -> ManifestError {
    manifest.error(span, "expected text, a number, true or false, or a list of these")
}

/// Settings may be written dotted or as nested tables.
fn flatten(name: &str, value: toml::Value, flat: &mut Vec<(String, Value)>) -> Option<()> {
    if let toml::Value::Table(table) = value {
        return table.into_iter().try_for_each(|(key, value)| flatten(&format!("{name}.{key}"), value, flat));
    }
    flat.push((name.to_owned(), plain(value)?));
    Some(())
}

/// The value of an answer or a setting; none for what cannot be one.
fn plain(value: toml::Value) -> Option<Value> {
    Some(match value {
        toml::Value::String(text) => Value::Text(text),
        toml::Value::Integer(whole) => Value::Integer(whole),
        toml::Value::Float(number) => Value::Number(number),
        toml::Value::Boolean(yes) => Value::Bool(yes),
        toml::Value::Array(values) => Value::List(values.into_iter().map(plain).collect::<Option<_>>()?),
        toml::Value::Datetime(_) | toml::Value::Table(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "pack = \"builtin\"\npreset = \"balanced\"\nstack = \"rust\"\n\n[answers]\nowner = \"a/b\"\n\n\
                        [settings]\n\"slo.period_days\" = 28\n[settings.slo.availability]\nobjective = 99.9\n";

    #[test]
    fn what_a_person_wrote_is_given_and_says_where_it_stands() {
        let intent = Intent::read(TEXT.as_bytes()).unwrap();
        assert_eq!(intent.pack, PackSpec::Builtin);
        assert_eq!(intent.given.preset_name(), "balanced");
        let value = |name: &str| intent.given.get(name).unwrap().clone();
        assert_eq!(value("slo.period_days").raw, Raw::Typed(Value::Integer(28)));
        assert_eq!(value("slo.availability.objective").raw, Raw::Typed(Value::Number(99.9)));
        assert_eq!(value("owner").from.to_string(), "`goldpath.toml`");
    }

    #[test]
    fn a_mistake_is_told_with_its_place_and_the_way_out() {
        for (from, to, told, hint) in [
            ("preset", "presset", "line 2, column 1: unknown field `presset`", "did you mean `preset`?"),
            ("\"builtin\"", "\"\"", "line 1, column 8: ", ""),
            ("\"a/b\"", "2026-01-01", "line 6, column 9: expected text", ""),
            ("owner =", "\"slo.x\" =", "line 6, column 1: `slo.x` is a setting", "move it to `[settings]`"),
            ("\"slo.period_days\"", "owner", "line 9, column 1: `owner` is an answer", "[answers]"),
        ] {
            let error = Intent::read(TEXT.replacen(from, to, 1).as_bytes()).unwrap_err();
            assert!(error.to_string().starts_with("`goldpath.toml`, "), "{error}");
            assert!(error.to_string().contains(told), "{told}: {error}");
            assert!(error.hint().unwrap_or_default().contains(hint), "{hint}: {:?}", error.hint());
        }
    }
}
