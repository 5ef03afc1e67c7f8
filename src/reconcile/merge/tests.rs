//! Cases by name, and random sides: what only the user has is in the result, or in a conflict that is told.

use std::sync::Arc;

use git2::Odb;
use proptest::prelude::*;
use proptest::sample::Index;

use super::super::Pristine;
use super::*;
use crate::cases::cases;
use crate::lock::LockedFile;

type Files = BTreeMap<String, (Mode, Vec<u8>)>;

fn in_memory<T>(test: impl FnOnce(&Repository) -> T) -> T {
    let odb = Odb::new().unwrap();
    let _memory = odb.add_new_mempack_backend(1).unwrap();
    test(&Repository::from_odb(odb).unwrap())
}

fn file(mode: Mode, content: &[u8], ownership: Ownership) -> File {
    File::new(Bytes::copy_from_slice(content), mode, ownership, Arc::from("test"))
}

fn ownership(path: &str) -> Ownership {
    if path.contains("seed") { Ownership::Seeded } else { Ownership::Shared }
}

fn tree(files: &Files) -> Tree {
    let file = |path: &str, (mode, content): &(Mode, Vec<u8>)| file(*mode, content, ownership(path));
    files.iter().map(|(path, entry)| (RepoPath::new(path).unwrap(), file(path, entry))).collect()
}

/// Merges, and says what the user has afterwards.
fn merged_with(
    base: &Files,
    ours: &Files,
    theirs: &Files,
    moves: &[(&str, &str)],
    forgotten: &[&str],
) -> (Outcome, Files) {
    in_memory(|store| {
        let files = tree(base).into_iter().map(|(path, file)| {
            let locked = LockedFile {
                component: "test".to_owned(),
                ownership: file.ownership,
                mode: file.mode,
                blob: file.blob,
                rendered: None,
                beginning: false,
            };
            let pristine = if forgotten.contains(&path.as_str()) {
                Pristine::Missing
            } else {
                Pristine::Rendered(file.content)
            };
            (path, BaseFile { locked, pristine })
        });
        let base = Base { files: files.collect(), not_rendered: None };
        let held = |(path, (mode, content)): (&String, &(Mode, Vec<u8>))| {
            (path.clone(), (*mode, store.blob(content).unwrap()))
        };
        let sides = Sides {
            store,
            base: &base,
            ours: &Ours { files: ours.iter().map(held).collect(), ..Ours::default() },
            theirs: &tree(theirs),
            moves: &moves
                .iter()
                .map(|(from, to)| (RepoPath::new(from).unwrap(), RepoPath::new(to).unwrap()))
                .collect(),
            labels: &Labels {
                ours: "yours".into(),
                base: "1 as rendered".into(),
                theirs: "2".into(),
                zealous: false,
            },
            stored: &|_, _| None,
        };
        let outcome = merge(&sides).unwrap();
        assert_eq!(outcome.records, merge(&sides).unwrap().records, "the same every time");
        let mut result = ours.clone();
        for record in &outcome.records {
            if let (Change::Write(_) | Change::Unmerged { .. }, Some(from)) = (&record.change, &record.from) {
                let held = result.remove(from).unwrap();
                if !matches!(record.change, Change::Write(_)) {
                    result.insert(record.path.clone(), held);
                }
            }
        }
        for record in &outcome.records {
            match &record.change {
                Change::None | Change::Unmerged { shown: None, .. } => {}
                Change::Remove => drop(result.remove(&record.path).unwrap()),
                Change::Write(stored) | Change::Unmerged { shown: Some(stored), .. } => {
                    result.insert(record.path.clone(), (stored.mode, stored.content.to_vec()));
                }
            }
        }
        (outcome, result)
    })
}

fn merged(base: &Files, ours: &Files, theirs: &Files) -> (Outcome, Files) {
    merged_with(base, ours, theirs, &[], &[])
}

/// `*` behind a path makes it executable, `@` a link.
fn files(list: &[(&str, &str)]) -> Files {
    let mode = |path: &str| match path.as_bytes().last() {
        Some(b'*') => Mode::Executable,
        Some(b'@') => Mode::Symlink,
        _ => Mode::Regular,
    };
    list.iter()
        .map(|(path, text)| {
            (path.trim_end_matches(['*', '@']).to_owned(), (mode(path), text.as_bytes().to_vec()))
        })
        .collect()
}

/// `PATH action` of everything that is not unchanged, `!` where a person is needed, and what is there afterwards.
fn told(outcome: &Outcome, result: &Files) -> String {
    let mut lines: Vec<String> = outcome
        .records
        .iter()
        .filter(|record| record.action != Action::Unchanged)
        .map(|record| {
            let from = record.from.as_ref().map(|from| format!(" from {from}")).unwrap_or_default();
            format!("{} {}{from}{}", record.path, record.action, if record.needs_you { " !" } else { "" })
        })
        .collect();
    lines.extend(result.iter().map(|(path, (mode, content))| {
        format!("{path} {:o} {:?}", mode.bits() & 0o7777, String::from_utf8_lossy(content))
    }));
    lines.join("\n")
}

const LONG: &str = "a\nb\nc\nd\ne\nf\ng\nh\n";

fn long(from: &str, to: &str) -> String {
    LONG.replace(from, to)
}

type List<'l> = &'l [(&'l str, &'l str)];

#[test]
fn each_situation_has_its_answer() {
    let (a, h, both) = (long("a\n", "A\n"), long("h\n", "H\n"), "A\nb\nc\nd\ne\nf\ng\nH\n");
    let binary = |end: &str| format!("\0binary{end}");
    let (one, two, three) = (binary("1"), binary("2"), binary("3"));
    let crlf = a.replace('\n', "\r\n");
    let both_crlf = both.replace('\n', "\r\n");
    let cases: &[(&str, List<'_>, List<'_>, List<'_>, &str, List<'_>)] = &[
        ("both edited", &[("x", LONG)], &[("x", &a)], &[("x", &h)], "x merged", &[("x", both)]),
        ("same edit", &[("x", LONG)], &[("x", &a)], &[("x", &a)], "", &[("x", &a)]),
        ("crlf", &[("x", LONG)], &[("x", &crlf)], &[("x", &h)], "x merged", &[("x", &both_crlf)]),
        ("path renames", &[("x", LONG)], &[("x", &a)], &[("y", &h)], "y moved from x", &[("y", both)]),
        ("user renames", &[("x", LONG)], &[("y", &a)], &[("x", &h)], "y merged", &[("y", both)]),
        ("both rename", &[("x", LONG)], &[("y", &a)], &[("z", &h)], "y merged", &[("y", both)]),
        ("user deletes", &[("x", LONG)], &[], &[("x", &h)], "x kept", &[]),
        ("path deletes", &[("x", LONG)], &[("x", LONG)], &[], "x deleted", &[]),
        ("path deletes, edited", &[("x", LONG)], &[("x", &a)], &[], "x kept !", &[("x", &a)]),
        ("new", &[], &[("m", "m")], &[("x", &a)], "x created", &[("m", "m"), ("x", &a)]),
        ("binary", &[("x", &one)], &[("x", &two)], &[("x", &three)], "x conflict !", &[("x", &two)]),
        ("binary by one", &[("x", &one)], &[("x", &one)], &[("x", &three)], "x updated", &[("x", &three)]),
        ("mode and text", &[("x", LONG)], &[("x*", LONG)], &[("x", &h)], "x updated", &[("x*", &h)]),
        ("mode by the path", &[("x", LONG)], &[("x", &a)], &[("x*", LONG)], "x updated", &[("x*", &a)]),
        ("link changed", &[("x@", "p")], &[("x@", "q")], &[("x@", "r")], "x conflict !", &[("x@", "q")]),
        ("link from file", &[("x", LONG)], &[("x", LONG)], &[("x@", "r")], "x updated", &[("x@", "r")]),
        ("link from edited", &[("x", LONG)], &[("x", &a)], &[("x@", "r")], "x conflict !", &[("x", &a)]),
        ("seeded", &[("seed", LONG)], &[("seed", &a)], &[("seed", &h)], "", &[("seed", &a)]),
        ("seeded, dropped", &[("seed", LONG)], &[("seed", LONG)], &[], "seed kept", &[("seed", LONG)]),
        ("seeded, new and there", &[], &[("seed", "m")], &[("seed", &h)], "seed kept", &[("seed", "m")]),
        ("seeded, deleted", &[("seed", LONG)], &[], &[("seed", &h)], "", &[]),
        (
            "file to folder",
            &[("x", LONG)],
            &[("x", LONG)],
            &[("x/y", "q\n")],
            "x deleted\nx/y created",
            &[("x/y", "q\n")],
        ),
        (
            "file to folder, edited",
            &[("x", LONG)],
            &[("x", &a)],
            &[("x/y", "q\n")],
            "x kept !\nx/y kept !",
            &[("x", &a)],
        ),
        ("empty files", &[("x", "")], &[("y", "")], &[("x", "q\n")], "x kept", &[("y", "")]),
        ("case", &[], &[("Readme", "m")], &[("readme", "q\n")], "readme kept !", &[("Readme", "m")]),
        (
            "moved onto the user's",
            &[("x", LONG)],
            &[("x", &a), ("y", "m")],
            &[("y", &h)],
            "x kept !",
            &[("x", both), ("y", "m")],
        ),
        (
            "folder moved by the user",
            &[("d/x", LONG)],
            &[("e/x", &a)],
            &[("d/x", LONG), ("d/z", "q\n")],
            "e/z created",
            &[("e/x", &a), ("e/z", "q\n")],
        ),
    ];
    for (name, base, ours, theirs, expected, after) in cases {
        let (outcome, result) = merged(&files(base), &files(ours), &files(theirs));
        let records = told(&outcome, &Files::new());
        assert_eq!(records, *expected, "{name}");
        assert_eq!(told(&Outcome::default(), &result), told(&Outcome::default(), &files(after)), "{name}");
    }
}

#[test]
fn a_declared_move_is_followed_however_much_was_rewritten() {
    let base = files(&[("x", LONG)]);
    let ours = files(&[("x", &long("a\n", "A\n"))]);
    let theirs = files(&[("y", "1\n2\n3\n4\n5\nf\ng\n6\n"), ("z", &long("h\n", "H\n"))]);
    let (outcome, _) = merged_with(&base, &ours, &theirs, &[("x", "y")], &[]);
    assert_eq!(told(&outcome, &Files::new()), "y conflict from x !\nz created");
    let (outcome, _) = merged(&base, &ours, &theirs);
    assert_eq!(told(&outcome, &Files::new()), "y created\nz moved from x");
}

#[test]
fn a_base_that_is_lost_is_safe_for_what_nobody_touched() {
    let base = files(&[("x", LONG), ("y", LONG)]);
    let ours = files(&[("x", LONG), ("y", &long("a\n", "A\n"))]);
    let theirs = files(&[("x", &long("h\n", "H\n")), ("y", &long("h\n", "H\n"))]);
    let (outcome, result) = merged_with(&base, &ours, &theirs, &[], &["x", "y"]);
    assert_eq!(told(&outcome, &Files::new()), "x updated\ny conflict !");
    assert_eq!(result["x"], theirs["x"]);
    let shown = String::from_utf8(result["y"].1.clone()).unwrap();
    assert!(shown.contains("A\n") && shown.contains("H\n") && shown.contains("<<<<<<< yours"), "{shown}");
}

/// One edit of a side.
#[derive(Debug, Clone)]
enum Edit {
    Insert(Index, Index),
    Remove(Index, Index),
    Replace(Index, Index),
    Delete(Index),
    Rename(Index, u8),
    Executable(Index),
    CrLf(Index),
    NoNewline(Index),
    Binary(Index),
    Add(u8),
    FileToFolder(Index),
}

fn an_edit() -> impl Strategy<Value = Edit> {
    let index = any::<Index>;
    prop_oneof![
        6 => (index(), index()).prop_map(|(file, line)| Edit::Insert(file, line)),
        3 => (index(), index()).prop_map(|(file, line)| Edit::Remove(file, line)),
        6 => (index(), index()).prop_map(|(file, line)| Edit::Replace(file, line)),
        2 => index().prop_map(Edit::Delete),
        3 => (index(), 0..4u8).prop_map(|(file, name)| Edit::Rename(file, name)),
        1 => index().prop_map(Edit::Executable),
        1 => index().prop_map(Edit::CrLf),
        1 => index().prop_map(Edit::NoNewline),
        1 => index().prop_map(Edit::Binary),
        2 => (0..4u8).prop_map(Edit::Add),
        1 => index().prop_map(Edit::FileToFolder),
    ]
}

fn a_base() -> impl Strategy<Value = Files> {
    let name = (prop_oneof![Just(""), Just("d/"), Just("d/e/"), Just("g/")], 0..6u8, 0..8u8)
        .prop_map(|(folder, name, seed)| format!("{folder}{}{name}", if seed == 0 { "seed" } else { "f" }));
    proptest::collection::btree_map(name, (0..14usize, any::<bool>()), 1..9).prop_map(|names| {
        names
            .into_iter()
            .map(|(path, (lines, executable))| {
                let text =
                    (0..lines).map(|line| format!("{path} line {line}\n")).collect::<Vec<_>>().concat();
                let mode = if executable { Mode::Executable } else { Mode::Regular };
                (path, (mode, text.into_bytes()))
            })
            .collect()
    })
}

/// A side: the base with edits, each of which brings a line that is nowhere else.
fn edited(base: &Files, edits: &[Edit], who: &str) -> Files {
    let mut side = base.clone();
    for (number, edit) in edits.iter().enumerate() {
        let line = format!("{who} {number}");
        let names: Vec<String> = side.keys().cloned().collect();
        let chosen = |file: &Index| (!names.is_empty()).then(|| names[file.index(names.len())].clone());
        let lines_of = |side: &Files, name: &str| -> Vec<String> {
            let text = String::from_utf8_lossy(&side[name].1).into_owned();
            text.split_inclusive('\n').map(str::to_owned).collect()
        };
        let is_text = |side: &Files, name: &str| !lines::is_binary(&side[name].1);
        match edit {
            Edit::Insert(file, at) | Edit::Remove(file, at) | Edit::Replace(file, at) => {
                let Some(name) = chosen(file).filter(|name| is_text(&side, name)) else { continue };
                let mut lines = lines_of(&side, &name);
                let at = at.index(lines.len() + 1);
                match edit {
                    Edit::Insert(..) => lines.insert(at, format!("{line}\n")),
                    Edit::Remove(..) if at < lines.len() => drop(lines.remove(at)),
                    Edit::Replace(..) if at < lines.len() => lines[at] = format!("{line}\n"),
                    _ => {}
                }
                side.get_mut(&name).unwrap().1 = lines.concat().into_bytes();
            }
            Edit::Delete(file) => {
                chosen(file).map(|name| side.remove(&name));
            }
            Edit::Rename(file, to) => {
                let Some(name) = chosen(file) else { continue };
                let to = format!("moved/{who}{to}");
                if is_free(&side, &to) {
                    let file = side.remove(&name).unwrap();
                    side.insert(to, file);
                }
            }
            Edit::Executable(file) => {
                let Some(name) = chosen(file) else { continue };
                side.get_mut(&name).unwrap().0 = Mode::Executable;
            }
            Edit::CrLf(file) => {
                let Some(name) = chosen(file).filter(|name| is_text(&side, name)) else { continue };
                let text = lines::with_crlf(&side[&name].1);
                side.get_mut(&name).unwrap().1 = text;
            }
            Edit::NoNewline(file) => {
                let Some(name) = chosen(file) else { continue };
                let content = &mut side.get_mut(&name).unwrap().1;
                if content.last() == Some(&b'\n') {
                    content.pop();
                }
            }
            Edit::Binary(file) => {
                let Some(name) = chosen(file) else { continue };
                side.get_mut(&name).unwrap().1 = format!("\0\n{line}\n").into_bytes();
            }
            Edit::Add(name) => {
                // The same name on both sides, and one of each side's own.
                let name = if name % 2 == 0 { format!("d/new{name}") } else { format!("d/{who}{name}") };
                if is_free(&side, &name) {
                    side.insert(name, (Mode::Regular, format!("{line}\n").into_bytes()));
                }
            }
            Edit::FileToFolder(file) => {
                let Some(name) = chosen(file) else { continue };
                let file = side.remove(&name).unwrap();
                side.insert(format!("{name}/inner"), file);
            }
        }
    }
    side
}

/// Whether a file can have this name: nothing has it, no file is above it and none below.
fn is_free(side: &Files, name: &str) -> bool {
    !side.keys().any(|path| path == name || is_below(path, name) || is_below(name, path))
}

/// The lines of a side that begin with a word. Half a line end at the end of a file may have become a whole one.
fn lines_by(who: &str, files: &Files) -> BTreeSet<String> {
    let texts = files.values().map(|(_, content)| String::from_utf8_lossy(content).into_owned());
    let lines = texts
        .flat_map(|text| text.lines().map(|line| line.trim_end_matches('\r').to_owned()).collect::<Vec<_>>());
    lines.filter(|line| line.starts_with(who)).collect()
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    proptest::collection::vec(an_edit(), 0..14)
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn no_line_of_the_user_is_lost(base in a_base(), ours in edits(), theirs in edits()) {
        let (ours, theirs) = (edited(&base, &ours, "user"), edited(&base, &theirs, "path"));
        let (outcome, result) = merged(&base, &ours, &theirs);
        let lost: Vec<_> = lines_by("user", &ours).difference(&lines_by("user", &result)).cloned().collect();
        prop_assert!(lost.is_empty(), "{lost:?}\n{}", told(&outcome, &result));
        // What the path brought is there too, or somebody is told why it is not.
        let told_of = outcome.records.iter().any(|record| matches!(record.action, Action::Kept | Action::Conflict));
        let seeded = |files: &Files| files.keys().any(|path| path.contains("seed"));
        if !told_of && !seeded(&base) {
            let missing: Vec<_> = lines_by("path", &theirs).difference(&lines_by("path", &result)).cloned().collect();
            prop_assert!(missing.is_empty(), "{missing:?}\n{}", told(&outcome, &result));
        }
        // A file that only the user has is as it was, unless it was followed from the base.
        for path in ours.keys().filter(|path| path.contains("user") && !path.starts_with("moved/")) {
            prop_assert_eq!(result.get(path), ours.get(path));
        }
        for record in &outcome.records {
            prop_assert_eq!(record.action == Action::Conflict, matches!(record.change, Change::Unmerged { .. }));
        }
    }

    #[test]
    fn a_repository_that_nobody_touched_becomes_the_new_render(base in a_base(), theirs in edits()) {
        let mut base = base;
        base.retain(|path, _| !path.contains("seed"));
        let theirs = edited(&base, &theirs, "path");
        let (outcome, result) = merged(&base, &base, &theirs);
        prop_assert!(!outcome.needs_you(), "{}", told(&outcome, &result));
        prop_assert_eq!(told(&Outcome::default(), &result), told(&Outcome::default(), &theirs));
    }

    #[test]
    fn a_path_that_did_not_change_changes_nothing(base in a_base(), ours in edits()) {
        let ours = edited(&base, &ours, "user");
        let (outcome, result) = merged(&base, &ours, &base);
        prop_assert_eq!(told(&outcome, &result), told(&Outcome::default(), &ours));
    }
}
