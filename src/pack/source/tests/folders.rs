use std::path::Path;

use tempfile::{TempDir, tempdir};

use super::super::*;
use crate::exit::Exit;

/// A folder with these files in it; a name that ends with `/` is a folder.
fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempdir().unwrap();
    for (path, bytes) in files {
        let path = folder.path().join(path);
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::write(path, bytes).unwrap();
    }
    folder
}

fn open_at(folder: &Path, name: &str) -> Result<Opened, Error> {
    open(&PackSpec::parse(name)?, &Environment::default().with_base(folder))
}

/// Message, cause and exit of a refusal.
fn refusal(folder: &Path, name: &str) -> String {
    let error = open_at(folder, name).unwrap_err();
    assert_eq!(error.exit(), Exit::Usage, "{error}");
    assert!(error.hint().is_some(), "{error}");
    let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}"));
    format!("{error}{}", cause.unwrap_or_default())
}

#[test]
fn a_folder_holds_the_pack_and_everything_else_in_it_is_left_out() {
    let folder = folder(&[
        ("pack.toml", b"x"),
        ("README.md", b"x"),
        (".git/config", b"x"),
        ("target/pack.toml", b"x"),
        ("presets/a.toml", b"a\r\n"),
        ("templates/c/files/.gitignore.tera", b"\xff\x00"),
        ("migrations/1.0.0.toml", b""),
        ("policies/a.rego", b""),
        ("releases/0.1.0.gp", b""),
    ]);
    let opened = open_at(folder.path(), ".").unwrap();
    let paths: Vec<&str> = opened.files.iter().map(|(path, _)| path).collect();
    assert_eq!(
        paths,
        [
            "migrations/1.0.0.toml",
            "pack.toml",
            "policies/a.rego",
            "presets/a.toml",
            "releases/0.1.0.gp",
            "templates/c/files/.gitignore.tera"
        ]
    );
    assert_eq!(opened.files.get("presets/a.toml").unwrap().content(), b"a\r\n");
    assert_eq!((opened.origin.intent(), opened.origin.commit), (".".to_owned(), None));
}

#[test]
fn a_pack_may_be_in_a_subfolder() {
    let folder = folder(&[("golden/path/pack.toml", b"x")]);
    let opened = open_at(folder.path(), "./#golden/path").unwrap();
    assert_eq!(opened.origin.fact(), "./#golden/path");
    assert_eq!(refusal(folder.path(), "./#golden"), "`./#golden` is no pack: it has no `pack.toml`");
    assert_eq!(refusal(folder.path(), "./#gone"), "there is no folder `./#gone`");
}

#[test]
fn a_folder_that_is_not_there_or_holds_no_pack_is_refused() {
    let folder = folder(&[("presets/a.toml", b"x"), ("file", b"x")]);
    assert_eq!(refusal(folder.path(), "gone"), "there is no folder `gone`");
    assert_eq!(refusal(folder.path(), "file"), "there is no folder `file`");
    assert_eq!(refusal(folder.path(), "."), "`.` is no pack: it has no `pack.toml`");
}

#[test]
fn the_built_in_pack_can_be_pinned_to_the_version_it_has() {
    let version = embedded::version().unwrap();
    let opened = open_at(Path::new(""), &format!("builtin@{version}")).unwrap();
    assert_eq!(opened.origin.intent(), format!("builtin@{version}"));
    assert_eq!(refusal(Path::new(""), "builtin@99.0.0"), "`builtin` has no version `99.0.0`");
}

#[cfg(unix)]
#[test]
fn what_is_no_plain_file_is_refused_without_being_opened() {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::net::UnixListener;

    use fs_err::os::unix::fs::symlink;

    type Arrange = fn(&Path);
    let table: &[(Arrange, &str)] = &[
        (
            |folder| drop(UnixListener::bind(folder.join("presets/s")).unwrap()),
            "`presets/s` in the pack `.` is a pipe, a socket or a device",
        ),
        (
            |folder| {
                let made = std::process::Command::new("mkfifo").arg(folder.join("templates")).status();
                assert!(made.unwrap().success());
            },
            "`templates` in the pack `.` is a pipe, a socket or a device",
        ),
        (
            |folder| symlink("/etc", folder.join("templates")).unwrap(),
            "`templates` in the pack `.` is a symbolic link",
        ),
        (
            |folder| fs_err::write(folder.join("templates"), "").unwrap(),
            "`templates` in the pack `.` is a file, and it should be a folder",
        ),
        (
            |folder| symlink("/etc/passwd", folder.join("presets/a")).unwrap(),
            "`presets/a` in the pack `.` links to `/etc/passwd`: links are only allowed below `files/` of a component",
        ),
        (
            |folder| {
                fs_err::create_dir_all(folder.join("templates/c/files")).unwrap();
                symlink("../../../pack.toml", folder.join("templates/c/files/a")).unwrap();
            },
            "`templates/c/files/a` in the pack `.` links to `../../../pack.toml`: it points out of its component's `files/`",
        ),
        (
            |folder| fs_err::write(folder.join(std::ffi::OsStr::from_bytes(b"presets/\xff")), "").unwrap(),
            "the pack `.` has a name that is not UTF-8: `presets/\u{fffd}`",
        ),
        (
            |folder| fs_err::write(folder.join("presets/a\nb"), "").unwrap(),
            "the pack `.` has a name that cannot be used: `a\\u{a}b` in `presets/a\\u{a}b` contains a control character",
        ),
        (
            |folder| fs_err::create_dir_all(folder.join("presets/".to_owned() + &"a/".repeat(40))).unwrap(),
            "the pack `.` has folders deeper than 32 levels",
        ),
    ];
    for (arrange, expected) in table {
        let folder = folder(&[("pack.toml", b"x"), ("presets/quick.toml", b"x")]);
        arrange(folder.path());
        assert_eq!(refusal(folder.path(), "."), *expected);
    }
}

#[cfg(unix)]
#[test]
fn a_link_inside_a_component_stays_a_link_and_no_link_leads_to_a_subfolder() {
    let folder = folder(&[("in/pack.toml", b"x"), ("in/templates/c/files/docs/a", b"x")]);
    fs_err::os::unix::fs::symlink("docs/a", folder.path().join("in/templates/c/files/b")).unwrap();
    fs_err::os::unix::fs::symlink("in", folder.path().join("out")).unwrap();
    let opened = open_at(folder.path(), "in").unwrap();
    assert_eq!(opened.files.get("templates/c/files/b"), Some(&PackFile::Symlink("docs/a".to_owned())));
    assert_eq!(refusal(folder.path(), "./#out"), "`out` in the pack `./` is a symbolic link");
    assert_eq!(
        refusal(folder.path(), "./#out/templates"),
        "the subfolder of `./#out/templates` cannot be used: `out/templates` would be reached through `out`, which is \
         a symbolic link"
    );
}
