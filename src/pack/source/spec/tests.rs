use proptest::prelude::*;

use super::*;
use crate::exit::Exit;

/// What a name is read as, in one line.
fn read(text: &str) -> String {
    let spec = PackSpec::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let kind = match &spec {
        PackSpec::Builtin | PackSpec::BuiltinAt { .. } => "builtin",
        PackSpec::Folder { .. } => "folder",
        PackSpec::Repository { .. } => "repository",
        PackSpec::Remote { .. } => "remote",
    };
    let version = spec.version().map_or_else(|| "-".to_owned(), ToString::to_string);
    let subfolder = spec.subfolder().map_or("-", RepoPath::as_str);
    format!("{kind} {} {version} {subfolder}", spec.source())
}

#[test]
fn a_name_is_read_by_its_looks() {
    let table = [
        ("builtin", "builtin builtin - -"),
        ("builtin@0.1.0", "builtin builtin 0.1.0 -"),
        ("./builtin", "folder ./builtin - -"),
        ("./pack", "folder ./pack - -"),
        ("../pack", "folder ../pack - -"),
        ("/srv/pack", "folder /srv/pack - -"),
        ("pack", "folder pack - -"),
        (".", "folder . - -"),
        ("./pack#golden/path", "folder ./pack - golden/path"),
        ("./pack#golden/", "folder ./pack - golden"),
        ("./my@pack/", "folder ./my@pack/ - -"),
        ("./my@pack@1.2.0", "repository ./my@pack/ 1.2.0 -"),
        ("./@scope", "folder ./@scope - -"),
        ("./@scope/pack@1.2.0", "repository ./@scope/pack 1.2.0 -"),
        ("pack@1.2.0", "repository pack 1.2.0 -"),
        ("pack@v1.2.0#sub", "repository pack 1.2.0 sub"),
        ("/srv/pack.git@1", "repository /srv/pack.git 1 -"),
        ("pack@0123abc", "repository pack 0123abc -"),
        ("pack@nightly", "repository pack nightly -"),
        ("C:\\pack", "folder C:\\pack - -"),
        ("C:/pack@1.0.0", "repository C:/pack 1.0.0 -"),
        ("https://host/x.git", "remote https://host/x.git - -"),
        ("https://host/x.git@1.2.0#sub/folder", "remote https://host/x.git 1.2.0 sub/folder"),
        ("HTTPS://host/x", "remote https://host/x - -"),
        ("https://host:8443/a/b@1.2", "remote https://host:8443/a/b 1.2 -"),
        ("https://[::1]:8443/a", "remote https://[::1]:8443/a - -"),
        ("https://user:s3cret@host/x@1", "remote https://host/x 1 -"),
        ("https://token@host/x", "remote https://host/x - -"),
        ("https://host/@scope/x", "remote https://host/@scope/x - -"),
        ("git@host:@scope/x", "remote git@host:@scope/x - -"),
        ("git@host:org/x", "remote git@host:org/x - -"),
        ("git@host:org/x@v1", "remote git@host:org/x 1 -"),
        ("git@host:x@2.0.0-rc.1", "remote git@host:x 2.0.0-rc.1 -"),
        ("host:org/x", "remote host:org/x - -"),
        ("ssh://git@host:2222/org/x@1.0.0", "remote ssh://git@host:2222/org/x 1.0.0 -"),
        ("ssh://host/~me/x", "remote ssh://host/~me/x - -"),
        ("file:///srv/x.git@1.0.0", "remote file:///srv/x.git 1.0.0 -"),
        ("file://localhost/srv/x", "remote file:///srv/x - -"),
    ];
    for (text, expected) in table {
        assert_eq!(read(text), expected, "{text}");
        let again = PackSpec::parse(text).unwrap().to_string();
        assert_eq!(read(&again), expected, "{text} as {again}");
    }
}

#[test]
fn a_hostile_name_is_refused_before_anything_runs() {
    let table = [
        ("", "it is empty"),
        ("-x", "taken for an option"),
        ("--upload-pack=touch x", "taken for an option"),
        ("a\nb", "cannot be seen"),
        ("a\u{202e}b", "cannot be seen"),
        ("a\0b", "cannot be seen"),
        ("ext::sh -c 'touch x'", "asks git to run a program"),
        ("ext::https://host/x", "asks git to run a program"),
        ("fd::17/x", "asks git to run a program"),
        ("ssh://host/ext::x", "asks git to run a program"),
        ("foo::bar@1.0.0#sub", "asks git to run a program"),
        ("http://host/x", "neither encrypted nor authenticated"),
        ("git://host/x", "neither encrypted nor authenticated"),
        ("ftp://host/x", "only `https`, `ssh` and `file`"),
        ("git+ssh://host/x", "only `https`, `ssh` and `file`"),
        ("ext://host/x", "only `https`, `ssh` and `file`"),
        ("https://", "names no repository"),
        ("https://host", "names no repository"),
        ("https://host/", "names no repository"),
        ("https:///x", "names no host"),
        ("https://host@1.2.0", "names no repository"),
        ("https://host:port/x", "port is no number"),
        ("https://ho st/x", "character that none can have"),
        ("https://-oProxyCommand=x/y", "taken for an option"),
        ("ssh://-oProxyCommand=touch%20x/y", "taken for an option"),
        ("ssh://%2doProxyCommand=x/y", "character that none can have"),
        ("ssh://-x@host/y", "taken for an option"),
        ("ssh://%2dx@host/y", "taken for an option"),
        ("ssh://user:s3cret@host/y", "takes no password"),
        ("-oProxyCommand=x:y", "taken for an option"),
        ("git@-oProxyCommand=x:y", "taken for an option"),
        ("git@host:-x", "taken for an option"),
        ("git@host:", "names no repository"),
        ("git@host:../x", "contains `..`"),
        ("user:s3cret@host:x", "takes no password"),
        ("user:s3cret@host/x@1.0.0", "takes no password"),
        ("https://u:s3cret#1'x @host", "stands before the `#`"),
        ("https://u:'s3cret@/x", "names no host"),
        ("file://host/x", "has no host"),
        ("file://user:s3cret@/x", "has no host"),
        ("https://host/../x", "contains `..`"),
        ("https://host/a/%2e%2e/x", "contains `..`"),
        ("https://host/a/%252e%252e/x", "contains `..`"),
        ("https://host/a%0ahost=evil", "encoded control character"),
        ("https://host/a%00", "encoded control character"),
        ("https://host/a%zz", "hexadecimal digits"),
        ("https://host/a%ff", "not UTF-8"),
        ("https://u%0a:s3cret@host/a", "encoded control character"),
        ("https://host/x?token=a", "no `?`"),
        ("https://host/x@", "no version after its `@`"),
        ("https://host/x@--upload-pack=y", "a version is"),
        ("pack@a..b", "a version is"),
        ("#sub", "no source before"),
        ("pack#", "subfolder that cannot be used"),
        ("pack#../x", "subfolder that cannot be used"),
        ("pack#/etc", "subfolder that cannot be used"),
        ("pack#a/.git", "subfolder that cannot be used"),
        ("pack#a#b", ""),
        ("pack#sub@1.0.0", "stands before the `#`"),
        ("builtin#sub", "no subfolders"),
    ];
    for (text, expected) in table {
        let Err(error) = PackSpec::parse(text) else {
            assert_eq!(expected, "", "{text}");
            continue;
        };
        let message = error.to_string();
        assert!(message.contains(expected), "{text}: {message}");
        assert!(!format!("{message} {:?} {error:?}", error.hint()).contains("s3cret"), "{text}: {message}");
        assert!(!message.chars().any(char::is_control), "{text}: {message}");
        assert_eq!(error.exit(), Exit::Usage, "{text}");
        assert!(error.hint().is_some(), "{text}");
    }
}

#[test]
fn a_lock_puts_source_and_commit_together_again() {
    let spec = PackSpec::parse("https://host/x@1.2.0#sub").unwrap();
    assert_eq!(spec.at_commit("0123abc").unwrap().to_string(), "https://host/x@0123abc#sub");
    assert_eq!(PackSpec::parse("./x").unwrap().at_commit("0123abc").unwrap().to_string(), "./x@0123abc");
    assert!(spec.at_commit("--x").is_err());
    assert!(spec.at_commit("main").is_err());
}

/// Texts that are likely to reach every corner of the grammar.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("https://".to_owned()),
        Just("u:'s3cret@".to_owned()),
        Just("::".to_owned()),
        Just("..".to_owned()),
        Just("%2e".to_owned()),
        Just("[::1]".to_owned()),
        "[@#:/%-]{1,3}",
        "[a-zé]{1,4}",
        any::<String>(),
    ];
    prop::collection::vec(piece, 0..7).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_text_makes_the_reading_of_a_name_panic(text in hostile()) {
        if let Err(error) = PackSpec::parse(&text) {
            prop_assert!(!error.to_string().chars().any(char::is_control));
        }
    }

    #[test]
    fn a_name_without_its_credentials_is_read_the_same_again(
        text in "(https://|https://u:s3cret@|ssh://|git@|file:///|\\./|/|)[a-z@.]{1,8}[:/@]?[a-z0-9@/.]{0,10}(@[0-9a-z.]{1,6})?(#[a-z/@]{1,5})?"
    ) {
        if let Ok(spec) = PackSpec::parse(&text) {
            let shown = spec.to_string();
            prop_assert!(!shown.contains("s3cret"));
            let again = PackSpec::parse(&shown).unwrap();
            prop_assert_eq!(again.source(), spec.source());
            prop_assert_eq!(again.version(), spec.version());
            prop_assert_eq!(again.subfolder(), spec.subfolder());
        }
    }
}
