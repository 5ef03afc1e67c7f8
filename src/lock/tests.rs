//! Whatever a plan holds: the lock that is written of it reads back as the same, and a damaged one is refused in peace.

use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use proptest::prelude::*;
use proptest::sample::Index;

use super::*;
use crate::cases::cases;
use crate::pack::source::{Opened, Origin, PackFile};
use crate::pack::{ManifestText, Pack};
use crate::path::check_set;
use crate::plan::{Facts, Given, Plan, Raw, Source};
use crate::render::tree::{File, Tree};

const FILES: [(&str, &str); 4] = [
    (
        "pack.toml",
        "[pack]\nname = \"p\"\nversion = \"1.2.3\"\nsummary = \"s\"\n\
         [[question]]\nkey = \"text\"\nask = \"a\"\ntype = \"string\"\ndefault = \"d\"\n\
         [[question]]\nkey = \"yes\"\nask = \"a\"\ntype = \"bool\"\ndefault = true\n\
         [[question]]\nkey = \"many\"\nask = \"a\"\ntype = \"list\"\ndefault = []\n\
         [[question]]\nkey = \"password\"\nask = \"a\"\ntype = \"secret\"\n",
    ),
    ("presets/a.toml", "title = \"A\"\nsummary = \"s\"\ncomponents = [\"base\"]\n"),
    ("templates/none/component.toml", "title = \"N\"\nwhy = \"w\"\nkind = \"stack\"\n"),
    (
        "templates/base/component.toml",
        "title = \"B\"\nwhy = \"w\"\n[settings.\"b.number\"]\ntype = \"number\"\ndefault = 1.5\n\
         [settings.\"b.text\"]\ntype = \"string\"\ndefault = \"\"\n",
    ),
];

static PACK: LazyLock<Pack> = LazyLock::new(|| {
    let regular = |text: &'static str| PackFile::Regular(Bytes::from_static(text.as_bytes()));
    let files = FILES.into_iter().map(|(name, text)| (name.to_owned(), regular(text))).collect();
    Pack::load(Opened { files, origin: origin(None) }).unwrap()
});

fn origin(commit: Option<String>) -> Origin {
    Origin { source: "../p \"q\"".to_owned(), subfolder: None, pinned: None, tag: None, commit }
}

fn given() -> impl Strategy<Value = Given> {
    // A control character is no answer.
    let text = "[ -~é日\u{a0}]{0,12}";
    let values = (text, any::<bool>(), prop::collection::vec("[a-z\"\\\\]{1,5}", 0..3), -1e9..1e9, text);
    values.prop_map(|(text, yes, many, number, setting)| {
        let mut given = Given::default();
        let many = Value::List(many.into_iter().map(Value::Text).collect());
        for (name, value) in [
            ("text", Value::Text(text)),
            ("yes", Value::Bool(yes)),
            ("many", many),
            ("password", Value::from("s3cret")),
            ("b.number", Value::Number(number)),
            ("b.text", Value::Text(setting)),
        ] {
            given.set(name, Raw::Typed(value), Source::Intent);
        }
        given
    })
}

fn tree() -> impl Strategy<Value = Tree> {
    let mode = prop::sample::select(vec![Mode::Regular, Mode::Executable, Mode::Symlink]);
    let owner = prop::sample::select(vec![Ownership::Managed, Ownership::Shared, Ownership::Seeded]);
    let file = (any::<Vec<u8>>(), mode, owner)
        .prop_map(|(content, mode, owner)| File::new(content.into(), mode, owner, Arc::from("base")));
    // A digit ends the names of folders, and a letter those of files: none is both.
    prop::collection::btree_map("([a-cé ]{1,2}[0-9]/){0,2}[a-c~'&]{1,3}[a-c]", file, 0..6).prop_map(|files| {
        let guarded = files.into_iter().filter_map(|(path, file)| Some((RepoPath::new(&path).ok()?, file)));
        guarded.collect()
    })
}

fn controls() -> impl Strategy<Value = BTreeMap<String, LockedControl>> {
    let severity = prop::sample::select(vec![Weight::Low, Weight::Medium, Weight::High]);
    let control = (severity, "\\PC{0,12}").prop_map(|(severity, since)| LockedControl { severity, since });
    prop::collection::btree_map("[a-z.\"-]{1,12}", control, 0..4)
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn a_lock_reads_back_as_what_was_written(
        given in given(), tree in tree(), commit in prop::option::of("[0-9a-f]{40}"), own in any::<bool>(),
        controls in controls(), older in prop::collection::vec(any::<[u8; 20]>(), 0..3),
    ) {
        prop_assume!(check_set(tree.keys()).is_ok());
        let plan = Plan::resolve(&PACK, "a", "none", &given, &Facts::default()).unwrap();
        let code = if own { Code::Own } else { Code::Stack };
        let older = older.iter().filter_map(|id| BlobId::from_bytes(id));
        let began: BTreeMap<_, _> = tree.keys().cloned().zip(older).collect();
        let text = lock_text(&plan, &tree, &origin(commit.clone()), Carried { code, controls: &controls, began: &began });
        prop_assert!(!text.contains("s3cret"));
        // What is nearly all of it needs no reader of all TOML.
        prop_assert_eq!(entries::split(&text).is_none(), tree.is_empty());
        let lock = Lock::read(text.as_bytes()).unwrap();
        prop_assert_eq!((lock.preset.as_str(), lock.stack.as_str(), lock.code), ("a", "none", code));
        prop_assert_eq!((lock.pack.version, lock.pack.digest), (PACK.version.clone(), PACK.digest()));
        prop_assert_eq!((lock.pack.source, lock.pack.commit), (origin(None).fact(), commit));
        let answers: BTreeMap<_, _> =
            plan.stored_answers().map(|answer| (answer.key.clone(), answer.value.clone())).collect();
        prop_assert_eq!(lock.answers, answers);
        prop_assert_eq!(lock.controls, Some(controls));
        let settings: BTreeMap<_, _> =
            plan.settings.iter().map(|setting| (setting.name.clone(), setting.value.clone())).collect();
        prop_assert_eq!(lock.settings, settings);
        let overrides = plan.settings.iter().filter(|setting| setting.is_override());
        let overrides: Vec<_> = overrides.map(|setting| setting.name.clone()).collect();
        prop_assert_eq!(lock.overrides, Some(overrides));
        let files: BTreeMap<_, _> = tree
            .into_iter()
            .map(|(path, file)| {
                let (component, beginning) = (file.component.to_string(), false);
                let (ownership, mode) = (file.ownership, file.mode);
                let blob = began.get(&path).copied().unwrap_or(file.blob);
                let rendered = (blob != file.blob).then_some(file.blob);
                (path, LockedFile { component, ownership, mode, blob, rendered, beginning })
            })
            .collect();
        prop_assert_eq!(lock.files, files);
    }

    #[test]
    fn a_changed_lock_is_read_or_refused_with_its_name(
        tree in tree(),
        changes in prop::collection::vec((any::<Index>(), "([a-z\\[\\]{}\"'=.,0-9 \n]{0,8}|\\PC{0,4})", any::<bool>()), 1..4),
    ) {
        let plan = Plan::resolve(&PACK, "a", "none", &Given::default(), &Facts::default()).unwrap();
        let text = lock_text(&plan, &tree, &origin(None), Carried { code: Code::Stack, controls: &BTreeMap::new(), began: &BTreeMap::new() });
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        for (place, new, whole) in changes {
            let place = place.index(lines.len());
            let line = &mut lines[place];
            let kept = line.split_once("= ").filter(|_| !whole).map_or("", |(key, _)| key).to_owned();
            *line = if kept.is_empty() { new } else { format!("{kept}= {new}") };
        }
        let text = lines.join("\n") + "\n";
        let read = Lock::read(text.as_bytes());
        let as_toml = ManifestText::new(LOCK_FILE, text.as_bytes()).and_then(Lock::read_as_toml);
        prop_assert_eq!(&read, &as_toml);
        match read {
            Ok(lock) => prop_assert!(check_set(lock.files.keys()).is_ok()),
            Err(error) => {
                let told = error.to_string();
                prop_assert!(told.starts_with("`goldpath.lock`"), "{told}");
                prop_assert!(!told.chars().any(char::is_control), "{told:?}");
            }
        }
    }
}
