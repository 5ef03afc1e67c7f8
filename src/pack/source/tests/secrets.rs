use std::path::Path;

use super::super::*;
use super::fixture::{Fixture, manifest};

/// A user and a password with characters that are encoded in an address.
const ADDRESS: &str = "https://robot:s3cret%2Fz9kq@packs.example/org/pack.git";
const SPELLINGS: [&str; 4] = ["s3cret", "z9kq", "s3cret%2Fz9kq", "robot"];

/// Every file and name below a folder, as one text.
fn everything_below(folder: &Path) -> String {
    let mut text = String::new();
    let mut waiting = vec![folder.to_path_buf()];
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            text += &entry.path().display().to_string();
            if entry.path().is_dir() {
                waiting.push(entry.path());
            } else {
                text += &String::from_utf8_lossy(&fs_err::read(entry.path()).unwrap());
            }
        }
    }
    text
}

fn assert_no_secret(text: &str) {
    for secret in SPELLINGS {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
}

#[test]
fn credentials_fetch_a_pack_and_are_nowhere_afterwards() {
    let fixture = Fixture::with_tags(&["v1.0.0"]);
    // The user's git leads the address to a repository here, as it may lead it to a mirror.
    let mirror = format!(
        "[url \"file://{}/\"]\n insteadOf = https://packs.example/org/\n",
        fixture.root.path().display()
    );
    fixture.write("home/.gitconfig", &mirror);
    fixture.git(&["clone", "--quiet", "--bare", ".", "../pack.git"]);

    let spec = PackSpec::parse(&format!("{ADDRESS}@1")).unwrap();
    let opened = open(&spec, &fixture.environment()).unwrap();
    assert_eq!(manifest(&opened), "v1.0.0");
    assert_eq!(opened.origin.intent(), "https://packs.example/org/pack.git@1");
    assert_eq!(opened.origin.fact(), "https://packs.example/org/pack.git");
    assert_no_secret(&format!("{:?} {spec} {spec:?}", opened.origin));
    assert_no_secret(&everything_below(fixture.root.path()));
    // With other credentials, or none, it is the same pack in the same place.
    let commit = opened.origin.commit.unwrap();
    assert_eq!(fixture.read(&format!("https://packs.example/org/pack.git@{commit}")), "v1.0.0");
}

#[test]
fn an_unknown_version_of_an_address_with_credentials_does_not_repeat_them() {
    let fixture = Fixture::with_tags(&["v1.0.0"]);
    let mirror = format!(
        "[url \"file://{}/\"]\n insteadOf = https://packs.example/org/\n",
        fixture.root.path().display()
    );
    fixture.write("home/.gitconfig", &mirror);
    fixture.git(&["clone", "--quiet", "--bare", ".", "../pack.git"]);
    for after in ["@9", "@main", "@1#gone", "@deadbeef", "@1.0.0#presets"] {
        let error = fixture.refusal(&format!("{ADDRESS}{after}"));
        assert_no_secret(&format!("{error} {error:?} {:?}", error.hint()));
    }
}

#[cfg(unix)]
#[test]
fn a_git_that_repeats_credentials_is_quoted_without_them() {
    use std::os::unix::fs::PermissionsExt;

    let fixture = Fixture::with_tags(&[]);
    let git = fixture.path("loud-git");
    let script = "#!/bin/sh\n\
         echo \"arguments: $@\" >&2\n\
         echo \"password: $GOLDPATH_GIT_PASSWORD for $GOLDPATH_GIT_USER\" >&2\n\
         echo 'fatal: https://robot:s3cret%2fz9kq@packs.example/ and https://s3cret@host/' >&2\n\
         printf 'fatal: \\033[2Jcleared\\n' >&2\n\
         exit 128\n";
    fs_err::write(&git, script).unwrap();
    fs_err::set_permissions(&git, std::fs::Permissions::from_mode(0o755)).unwrap();
    let spec = PackSpec::parse(ADDRESS).unwrap();
    let error = open(&spec, &Environment { git: git.into(), ..fixture.environment() }).unwrap_err();
    let message = error.to_string();
    assert_no_secret(&format!("{message} {error:?} {:?}", error.hint()));
    assert!(message.contains("\n  password: *** for ***\n"), "{message}");
    assert!(message.contains("fatal: \\u{1b}[2Jcleared"), "{message}");
}

#[test]
fn git_itself_failing_does_not_repeat_credentials() {
    let fixture = Fixture::with_tags(&[]);
    // Nothing listens on port 1.
    let error = fixture.refusal("https://robot:s3cret%2Fz9kq@127.0.0.1:1/org/pack.git");
    assert!(matches!(error, Error::Fetch { .. }), "{error:?}");
    assert_no_secret(&format!("{error} {error:?} {:?}", error.hint()));
    assert_no_secret(&everything_below(fixture.root.path()));
}
