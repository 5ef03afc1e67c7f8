use proptest::prelude::*;

use super::*;

/// The name of the refusal, or `fine`.
fn verdict(path: &str) -> String {
    match RepoPath::new(path) {
        Ok(accepted) => {
            assert_eq!(accepted.as_str(), path);
            "fine".to_owned()
        }
        Err(error) => {
            let message = error.to_string();
            assert!(!message.chars().any(|c| c.is_control() || name::is_invisible(c)), "{message:?}");
            assert!(error.hint().is_some(), "{message}");
            format!("{error:?}").split([' ', '(']).next().unwrap_or_default().to_owned()
        }
    }
}

/// Paths, and what becomes of each.
const TABLE: &[(&str, &str)] = &[
    ("a", "fine"),
    ("src/main.rs", "fine"),
    (".github/workflows/ci.yml", "fine"),
    (".gitignore", "fine"),
    (".gitattributes", "fine"),
    (".gitmodules", "fine"),
    (".git-hooks/x", "fine"),
    ("git/x", "fine"),
    ("git~one", "fine"),
    ("..a", "fine"),
    ("a..b", "fine"),
    ("...a", "fine"),
    ("docs/a b.md", "fine"),
    ("docs/café.md", "fine"),
    ("docs/日本語.md", "fine"),
    ("console", "fine"),
    ("null.txt", "fine"),
    ("com10", "fine"),
    ("com", "fine"),
    ("auxiliary/nul1", "fine"),
    ("-rf", "fine"),
    ("$HOME", "fine"),
    ("~", "fine"),
    ("%2e%2e/x", "fine"),
    ("", "Empty"),
    ("/", "Absolute"),
    ("/etc/passwd", "Absolute"),
    ("//server/share", "Share"),
    ("\\\\server\\share", "Share"),
    ("\\\\?\\C:\\x", "Share"),
    ("\\x", "Backslash"),
    ("C:\\x", "Drive"),
    ("C:x", "Drive"),
    ("c:/x", "Drive"),
    ("a//b", "EmptyComponent"),
    ("a/", "EmptyComponent"),
    (".", "Dot"),
    ("./a", "Dot"),
    ("a/./b", "Dot"),
    ("..", "DotDot"),
    ("../a", "DotDot"),
    ("a/../../b", "DotDot"),
    ("a/..", "DotDot"),
    ("a\\..\\b", "Backslash"),
    ("docs\\a", "Backslash"),
    ("file:stream", "Colon"),
    ("a/file::$DATA", "Colon"),
    ("a\0b", "Control"),
    ("a\nb", "Control"),
    ("a\u{1b}[2J", "Control"),
    ("a\u{7f}", "Control"),
    ("a\u{85}b", "Control"),
    ("a\u{200b}b", "Invisible"),
    ("a\u{202e}txt.exe", "Invisible"),
    ("a\u{2066}b", "Invisible"),
    ("\u{feff}a", "Invisible"),
    ("a\u{a0}b", "Invisible"),
    ("a\u{2028}b", "Invisible"),
    ("a\u{3164}b", "Invisible"),
    ("a\u{e0041}b", "Invisible"),
    ("a\u{fe0f}b", "Invisible"),
    ("a\u{ffff}b", "Invisible"),
    (".git", "DotGit"),
    (".git/config", "DotGit"),
    ("a/.git/hooks/x", "DotGit"),
    (".GIT/config", "DotGit"),
    (".GiT", "DotGit"),
    (".git ", "DotGit"),
    (".git.", "DotGit"),
    (".git. . .", "DotGit"),
    (".git::$INDEX_ALLOCATION", "DotGit"),
    (".git:x", "DotGit"),
    ("git~1", "DotGit"),
    ("GIT~1/config", "DotGit"),
    ("GIT~1.", "DotGit"),
    ("git~2", "DotGit"),
    (".g\u{200c}it", "DotGit"),
    ("\u{feff}.git", "DotGit"),
    (".gi\u{206f}t/x", "DotGit"),
    (".g\u{131}t", "DotGit"),
    ("a\\.git\\config", "DotGit"),
    ("con", "Reserved"),
    ("CON", "Reserved"),
    ("a/aux.txt", "Reserved"),
    ("Nul.tar.gz", "Reserved"),
    ("prn .txt", "Reserved"),
    ("com0", "Reserved"),
    ("COM1.log", "Reserved"),
    ("com\u{b9}", "Reserved"),
    ("lpt9/x", "Reserved"),
    ("LPT\u{b3}.x", "Reserved"),
    ("conin$", "Reserved"),
    ("CONOUT$.txt", "Reserved"),
    ("a.", "TrailingDotOrSpace"),
    ("a /b", "TrailingDotOrSpace"),
    ("...", "TrailingDotOrSpace"),
    (" a", "LeadingSpace"),
    ("a/ b", "LeadingSpace"),
    ("a<b", "WindowsCharacter"),
    ("a>b", "WindowsCharacter"),
    ("a\"b", "WindowsCharacter"),
    ("a|b", "WindowsCharacter"),
    ("a?", "WindowsCharacter"),
    ("*", "WindowsCharacter"),
    ("cafe\u{301}", "NotComposed"),
    ("\u{212b}ngstrom", "NotComposed"),
];

#[test]
fn every_path_gets_the_verdict_of_the_table() {
    for (path, expected) in TABLE {
        assert_eq!(verdict(path), *expected, "{path:?}");
    }
    assert_eq!(verdict(&"n".repeat(255)), "fine");
    assert_eq!(verdict(&"n".repeat(256)), "LongComponent");
    assert_eq!(verdict(&"é".repeat(128)), "LongComponent");
    assert_eq!(verdict(&format!("{}a", format!("{}/", "n".repeat(60)).repeat(63))), "fine");
    assert_eq!(verdict(&format!("{}a", "a/".repeat(64))), "Deep");
    assert_eq!(verdict(&"aaaaaaaa/".repeat(600)), "LongPath");
}

#[test]
fn a_message_names_the_component_and_a_hint_the_way_out() {
    let error = RepoPath::new("docs/\u{202e}aux.md").unwrap_err();
    assert_eq!(
        error.to_string(),
        "`\\u{202e}aux.md` in `docs/\\u{202e}aux.md` contains a character that cannot be seen"
    );
    assert_eq!(error.hint().unwrap(), "rename it, using characters that can be seen");
}

#[test]
fn a_path_knows_its_parts() {
    let path = RepoPath::new("a/b/c.md").unwrap();
    assert_eq!(path.components().collect::<Vec<_>>(), ["a", "b", "c.md"]);
    assert_eq!(path.file_name(), "c.md");
    assert_eq!(path.parent(), Some(RepoPath::new("a/b").unwrap()));
    assert_eq!(path.parents().map(|path| path.to_string()).collect::<Vec<_>>(), ["a", "a/b"]);
    assert_eq!(RepoPath::new("a").unwrap().parent(), None);
    assert_eq!(path.below(Path::new("/r")), Path::new("/r/a/b/c.md"));
}

#[test]
fn joining_goes_through_the_guard() {
    let docs = RepoPath::new("docs").unwrap();
    assert_eq!(docs.join("a/b").unwrap().as_str(), "docs/a/b");
    for refused in ["", "/a", "..", "../a", "a/../..", ".git"] {
        assert!(docs.join(refused).is_err(), "{refused}");
    }
}

#[test]
fn a_path_from_a_lock_goes_through_the_guard() {
    let read = |text: &str| serde_json::from_str::<RepoPath>(text);
    assert_eq!(read("\"a/b\"").unwrap().as_str(), "a/b");
    assert_eq!(serde_json::to_string(&read("\"a/b\"").unwrap()).unwrap(), "\"a/b\"");
    assert!(read("\"../a\"").unwrap_err().to_string().contains("contains `..`"));
}

/// Names that are likely to hit a rule, and any text at all.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("..".to_owned()),
        Just(".".to_owned()),
        Just(".git".to_owned()),
        Just("\\".to_owned()),
        Just(":".to_owned()),
        Just("/".to_owned()),
        Just("GIT~1".to_owned()),
        Just("\u{200c}".to_owned()),
        "[.gGiItT \u{131}\u{130}]{1,6}",
        "\\PC{0,6}",
        any::<String>(),
        "[a-z]{1,8}",
    ];
    prop::collection::vec(piece, 1..6).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn whatever_is_accepted_stays_below_its_root(text in hostile()) {
        if let Ok(path) = RepoPath::new(&text) {
            let root = Path::new("/root/of");
            let below = path.below(root);
            prop_assert!(below.starts_with(root));
            prop_assert_eq!(below.components().count(), root.components().count() + path.components().count());
            for component in path.components() {
                prop_assert_ne!(component.to_lowercase(), ".git");
                prop_assert_ne!(component, "..");
            }
            prop_assert_eq!(&RepoPath::new(path.as_str()).unwrap(), &path);
        }
    }

    #[test]
    fn what_is_accepted_leads_nowhere_else_on_windows_either(text in hostile()) {
        if let Ok(path) = RepoPath::new(&text) {
            let names = windows_names(path.as_str());
            let expected: Vec<String> = path.components().map(str::to_owned).collect();
            prop_assert_eq!(names, Some(expected), "{:?}", text);
        }
    }

    #[test]
    fn accepted_paths_join_to_accepted_paths(one in hostile(), other in hostile()) {
        if let (Ok(one), Ok(other)) = (RepoPath::new(&one), RepoPath::new(&other)) {
            let joined = one.join(other.as_str()).unwrap();
            prop_assert!(joined.below(Path::new("/r")).starts_with(one.below(Path::new("/r"))));
            prop_assert_eq!(joined.components().count(), one.components().count() + other.components().count());
        }
    }
}

/// The names that Windows opens, one in the other, for a relative path; none where it opens something else: a drive, a
/// device, a stream.
fn windows_names(path: &str) -> Option<Vec<String>> {
    if path.starts_with(['/', '\\']) || path.contains(':') {
        return None;
    }
    let mut names: Vec<String> = Vec::new();
    for name in path.split(['/', '\\']) {
        let name = match name {
            "" | "." => continue,
            ".." => {
                names.pop()?;
                continue;
            }
            name => name.trim_end_matches(['.', ' ']),
        };
        let stem = name.split('.').next().unwrap_or_default().trim_end().to_uppercase();
        if ["CON", "PRN", "AUX", "NUL", "COM1", "LPT9", "CONIN$"].contains(&stem.as_str()) {
            return None;
        }
        names.push(name.to_owned());
    }
    Some(names)
}
