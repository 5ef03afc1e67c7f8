//! Whatever a manifest says: it is read as it was meant, or refused with its file and line.

use bytes::Bytes;
use proptest::prelude::*;
use proptest::sample::Index;

use super::*;
use crate::cases::cases;
use crate::value::Value;

/// A small pack as a person could write it.
#[derive(Debug, Clone)]
struct Written {
    name: String,
    version: (u64, u64, u64),
    questions: BTreeMap<String, (QuestionKind, String)>,
    settings: BTreeMap<String, Value>,
}

fn written() -> impl Strategy<Value = Written> {
    let kind = prop::sample::select(vec![
        QuestionKind::String,
        QuestionKind::Bool,
        QuestionKind::Integer,
        QuestionKind::List,
        QuestionKind::Path,
        QuestionKind::Secret,
    ]);
    let value = prop_oneof![
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Integer),
        (-1e12..1e12).prop_map(Value::Number),
        "[ -~é]{0,20}".prop_map(Value::Text),
        prop::collection::vec((0..100_i64).prop_map(Value::Integer), 0..4).prop_map(Value::List),
    ];
    (
        "[a-z][a-z0-9.-]{0,12}",
        (0..99_u64, 0..99_u64, 0..99_u64),
        // No name here is one that templates read already.
        prop::collection::btree_map("q_[a-z0-9_]{0,8}", (kind, "\\PC{0,20}"), 0..5),
        prop::collection::btree_map("[a-z]{1,5}\\.[a-z][a-z0-9]{0,4}", value, 0..5),
    )
        .prop_map(|(name, version, questions, settings)| {
            let settings = settings.into_iter().map(|(name, value)| (format!("s{name}1"), value));
            Written { name, version, questions, settings: settings.collect() }
        })
}

fn kind_name(kind: QuestionKind) -> &'static str {
    match kind {
        QuestionKind::String => "string",
        QuestionKind::Bool => "bool",
        QuestionKind::Integer => "integer",
        QuestionKind::Choice => "choice",
        QuestionKind::Choices => "choices",
        QuestionKind::List => "list",
        QuestionKind::Path => "path",
        QuestionKind::Secret => "secret",
    }
}

impl Written {
    /// pack.toml, a preset and a component.
    fn files(&self) -> [(&'static str, String); 3] {
        let (major, minor, patch) = self.version;
        let quoted = crate::value::toml_string;
        let mut head = format!(
            "[pack]\nname = {}\nversion = \"{major}.{minor}.{patch}\"\nsummary = \"s\"\n",
            quoted(&self.name)
        );
        for (key, (kind, ask)) in &self.questions {
            let (kind, ask) = (quoted(kind_name(*kind)), quoted(ask));
            head.extend([format!("\n[[question]]\nkey = \"{key}\"\nask = {ask}\ntype = {kind}\n")]);
        }
        let mut component = "title = \"B\"\nwhy = \"w\"\n".to_owned();
        for (name, value) in &self.settings {
            let kind = match value {
                Value::Bool(_) => "bool",
                Value::Integer(_) => "integer",
                Value::Number(_) => "number",
                Value::Text(_) => "string",
                Value::List(_) => "list",
            };
            let value = value.to_toml();
            let name = quoted(name);
            component.extend([format!("\n[settings.{name}]\ntype = \"{kind}\"\ndefault = {value}\n")]);
        }
        let preset = "title = \"A\"\nsummary = \"s\"\ncomponents = [\"base\"]\n".to_owned();
        [("pack.toml", head), ("presets/a.toml", preset), ("templates/base/component.toml", component)]
    }
}

fn load(files: impl IntoIterator<Item = (&'static str, Vec<u8>)>) -> Result<Pack, Error> {
    let regular = |bytes| PackFile::Regular(Bytes::from(bytes));
    let files = files.into_iter().map(|(name, bytes)| (name.to_owned(), regular(bytes))).collect();
    let spec = PackSpec::parse("./p").unwrap();
    let (source, subfolder) = (spec.to_string(), None);
    Pack::load(Opened { files, origin: Origin { source, subfolder, pinned: None, tag: None, commit: None } })
}

#[test]
fn what_a_mistake_quotes_is_shown_by_its_number_where_it_cannot_be_seen() {
    let text = "[pack]\nname = \"a\"\nversion = \"\u{80}1.0.0\"\nsummary = \"s\"\n";
    let told = load([("pack.toml", text.as_bytes().to_vec())]).err().unwrap().to_string();
    assert!(told.contains("`\\u{80}1.0.0` is no semantic version"), "{told}");
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn a_manifest_is_read_as_it_was_written(written in written()) {
        let pack = load(written.files().map(|(name, text)| (name, text.into_bytes()))).unwrap();
        let (major, minor, patch) = written.version;
        prop_assert_eq!(&pack.name, &written.name);
        prop_assert_eq!(&pack.version, &Version::new(major, minor, patch));
        let questions: BTreeMap<_, _> =
            pack.questions.into_iter().map(|asked| (asked.key, (asked.kind, asked.ask))).collect();
        prop_assert_eq!(questions, written.questions);
        let settings: BTreeMap<_, _> = pack.components["base"]
            .settings
            .iter()
            .map(|setting| (setting.name.clone(), setting.default.clone()))
            .collect();
        prop_assert_eq!(settings, written.settings);
    }

    #[test]
    fn a_damaged_manifest_is_read_or_refused_with_its_file_and_line(
        written in written(),
        damage in prop::collection::vec((0..3usize, any::<Index>(), 0..4usize, any::<[u8; 3]>()), 1..4),
    ) {
        let mut files = written.files().map(|(name, text)| (name, text.into_bytes()));
        for (file, place, length, new) in damage {
            let bytes = &mut files[file].1;
            let start = place.index(bytes.len() + 1);
            let end = (start + length).min(bytes.len());
            bytes.splice(start..end, new.into_iter().take(length));
        }
        match load(files) {
            Ok(_) | Err(Error::SettingTwice { .. } | Error::SettingInSetting { .. }) => {}
            Err(Error::Manifest(error)) => {
                let told = error.to_string();
                let known = ["pack.toml", "presets/a.toml", "templates/base/component.toml"];
                let is_placed = |file: &&str| told.starts_with(&format!("`{file}`, line "));
                prop_assert!(known.iter().any(is_placed), "{told}");
                prop_assert!(!told.chars().any(char::is_control), "{told:?}");
            }
            Err(other) => prop_assert!(false, "{other}"),
        }
    }
}
