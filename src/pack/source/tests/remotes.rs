use std::thread;

use super::super::*;
use super::fixture::{Fixture, manifest};
use crate::exit::Exit;

#[test]
fn a_remote_pack_is_read_at_its_newest_release_or_at_the_version_asked_for() {
    let fixture = Fixture::with_tags(&["v1.0.0", "1.1.0", "v2.0.0-rc.1"]);
    let url = fixture.url();
    fixture.write("pack/pack.toml", "# unreleased\n");
    fixture.commit("x");
    let head = fixture.git(&["rev-parse", "HEAD"]);
    let first = fixture.git(&["rev-parse", "v1.0.0^{commit}"]);
    let table = [
        (String::new(), "1.1.0", "1.1.0"),
        ("@1.0.0".to_owned(), "v1.0.0", "v1.0.0"),
        ("@1.0".to_owned(), "v1.0.0", "v1.0.0"),
        ("@2.0.0-rc.1".to_owned(), "v2.0.0-rc.1", "v2.0.0-rc.1"),
        (format!("@{head}"), "unreleased", "-"),
        (format!("@{}", &head[..7]), "unreleased", "-"),
        (format!("@{first}"), "v1.0.0", "-"),
    ];
    for (version, expected, tag) in table {
        let opened = fixture.open(&format!("{url}{version}")).unwrap();
        assert_eq!(manifest(&opened), expected, "{version}");
        assert_eq!(opened.origin.tag.as_deref().unwrap_or("-"), tag, "{version}");
        assert_eq!(opened.origin.intent(), format!("{url}{version}"));
        assert_eq!(opened.origin.commit.unwrap().len(), 40);
    }
}

#[test]
fn a_remote_without_version_tags_is_read_at_its_head() {
    let fixture = Fixture::with_tags(&["nightly"]);
    let opened = fixture.open(&fixture.url()).unwrap();
    assert_eq!(opened.origin.commit, Some(fixture.git(&["rev-parse", "HEAD"])));
    assert_eq!((opened.origin.tag, opened.origin.pinned), (None, None));
    assert_eq!(fixture.read(&format!("{}@nightly", fixture.url())), "nightly");
    assert!(matches!(Fixture::with_tags(&[]).open_remote().unwrap_err(), Error::NoCommit { .. }));
}

impl Fixture {
    fn open_remote(&self) -> Result<Opened, Error> {
        self.open(&self.url())
    }
}

#[test]
fn an_old_commit_is_found_by_its_first_digits_and_a_tag_may_look_like_a_commit() {
    let fixture = Fixture::with_tags(&["v1.0.0", "v1.1.0", "v1.2.0", "abcdef1"]);
    let old = fixture.git(&["rev-parse", "v1.1.0^{commit}"]);
    assert_eq!(fixture.read(&format!("{}@{}", fixture.url(), &old[..9])), "v1.1.0");
    assert_eq!(fixture.read(&format!("{}@abcdef1", fixture.url())), "abcdef1");
    let error = fixture.refusal(&format!("{}@{}", fixture.url(), "0".repeat(40)));
    assert!(matches!(error, Error::UnknownVersion { .. }), "{error:?}");
}

#[test]
fn a_fetched_commit_needs_no_network_and_a_tag_does() {
    let fixture = Fixture::with_tags(&["v1.0.0"]);
    let url = fixture.url();
    let commit = fixture.open(&url).unwrap().origin.commit.unwrap();
    fs_err::rename(fixture.path("pack"), fixture.path("gone")).unwrap();
    assert_eq!(fixture.read(&format!("{url}@{commit}")), "v1.0.0");
    assert_eq!(fixture.read(&format!("{url}@{}", &commit[..10])), "v1.0.0");
    let error = fixture.refusal(&format!("{url}@1.0.0"));
    assert!(matches!(error, Error::Fetch { .. }), "{error:?}");
    assert_eq!(error.exit(), Exit::Failed);
    // The second time a tag is looked up, nothing is fetched: one entry, and nothing unfinished.
    fs_err::rename(fixture.path("gone"), fixture.path("pack")).unwrap();
    assert_eq!(fixture.read(&url), "v1.0.0");
    assert_eq!(cached(&fixture), [commit]);
}

/// What the cache holds of the only address.
fn cached(fixture: &Fixture) -> Vec<String> {
    let address = std::fs::read_dir(fixture.path("cache")).unwrap().next().unwrap().unwrap().path();
    let entries = std::fs::read_dir(address).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn a_broken_cache_entry_is_fetched_again() {
    let fixture = Fixture::with_tags(&["v1.0.0"]);
    let commit = fixture.open(&fixture.url()).unwrap().origin.commit.unwrap();
    let address = std::fs::read_dir(fixture.path("cache")).unwrap().next().unwrap().unwrap().path();
    fs_err::remove_dir_all(address.join(&commit).join("objects")).unwrap();
    assert_eq!(fixture.read(&format!("{}@{commit}", fixture.url())), "v1.0.0");
}

#[test]
fn many_at_once_fetch_into_one_cache() {
    let fixture = Fixture::with_tags(&["v1.0.0", "v1.1.0"]);
    thread::scope(|scope| {
        let read = |version: &str| manifest(&fixture.open(&format!("{}{version}", fixture.url())).unwrap());
        let running: Vec<_> = (0..8)
            .map(|number| {
                let (version, expected) = if number % 2 == 0 { ("@1.0.0", "v1.0.0") } else { ("", "v1.1.0") };
                scope.spawn(move || assert_eq!(read(version), expected))
            })
            .collect();
        for thread in running {
            thread.join().unwrap();
        }
    });
    let names = cached(&fixture);
    assert_eq!(names.len(), 2, "{names:?}");
}

#[test]
fn without_git_or_a_cache_a_remote_pack_is_refused_and_the_others_are_not() {
    let fixture = Fixture::with_tags(&["v1.0.0"]);
    let without = Environment { git: "/gone/git".into(), ..fixture.environment() };
    let remote = PackSpec::parse(&fixture.url()).unwrap();
    let error = open(&remote, &without).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("`/gone/git` is not installed, and `{}` can only be fetched with it", fixture.url())
    );
    assert_eq!((error.exit(), error.hint().is_some()), (Exit::Failed, true));
    let error = open(&remote, &Environment { cache: None, ..fixture.environment() }).unwrap_err();
    assert!(matches!(error, Error::NoCache), "{error:?}");
    for name in ["builtin", "./pack", "./pack@1.0.0"] {
        let spec = PackSpec::parse(name).unwrap();
        assert!(open(&spec, &Environment { cache: None, ..without.clone() }).is_ok(), "{name}");
    }
}

#[test]
fn what_the_users_configuration_would_run_or_redirect_is_held_back() {
    let fixture = Fixture::with_tags(&["v1.0.0"]);
    let marker = fixture.path("ran");
    let touch = format!("touch {}", marker.display());
    // A template folder with a hook, a hooks folder, and an address that leads to a program.
    fixture.write("home/hooks/reference-transaction", &format!("#!/bin/sh\n{touch}\n"));
    fixture.git(&["update-index", "--refresh"]);
    let hooks = fixture.path("home/hooks");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let executable = std::fs::Permissions::from_mode(0o755);
        fs_err::set_permissions(hooks.join("reference-transaction"), executable).unwrap();
    }
    fixture.write(
        "home/.gitconfig",
        &format!(
            "[core]\n hooksPath = {}\n[protocol \"ext\"]\n allow = always\n[url \"ext::sh -c '{touch}' \"]\n \
             insteadOf = https://evil/\n",
            hooks.display()
        ),
    );
    assert_eq!(fixture.read(&fixture.url()), "v1.0.0");
    let error = fixture.refusal("https://evil/x");
    assert!(error.to_string().contains("transport 'ext' not allowed"), "{error}");
    assert!(!marker.exists());
}

#[cfg(unix)]
#[test]
fn an_address_for_ssh_reaches_ssh_as_host_and_path_alone() {
    use std::os::unix::fs::PermissionsExt;

    let fixture = Fixture::with_tags(&["v1.0.0"]);
    // An `ssh` that notes its arguments and runs the last one here.
    let ssh = fixture.path("ssh");
    let log = fixture.path("log");
    let script =
        format!("#!/bin/sh\necho \"$@\" >>{}\nfor last; do :; done\nexec sh -c \"$last\"\n", log.display());
    fs_err::write(&ssh, script).unwrap();
    fs_err::set_permissions(&ssh, std::fs::Permissions::from_mode(0o755)).unwrap();
    let mut environment = fixture.environment();
    let variables = environment.variables.as_mut().unwrap();
    variables.push(("GIT_SSH".into(), ssh.into()));
    variables.push(("GIT_SSH_VARIANT".into(), "ssh".into()));

    let path = fixture.path("pack").display().to_string();
    for address in [format!("git@host:{path}"), format!("ssh://git@host:2222{path}")] {
        let opened = open(&PackSpec::parse(&format!("{address}@1.0.0")).unwrap(), &environment).unwrap();
        assert_eq!(manifest(&opened), "v1.0.0");
        assert_eq!(opened.origin.fact(), address);
    }
    let log = fs_err::read_to_string(log).unwrap();
    assert!(log.contains(&format!("git@host git-upload-pack '{path}'")), "{log}");
    assert!(log.contains("-p 2222 git@host"), "{log}");
}

#[test]
fn a_pack_that_is_more_than_any_pack_is_not_fetched_to_the_end() {
    let fixture = Fixture::with_tags(&["v1.0.0"]);
    let limits = Limits { total_bytes: 3, ..Limits::default() };
    let spec = PackSpec::parse(&fixture.url()).unwrap();
    let error = open(&spec, &Environment { limits, ..fixture.environment() }).unwrap_err();
    assert!(matches!(error, Error::TooMuch { .. }), "{error:?}");
}

#[test]
fn a_repository_of_the_sha256_kind_is_named_as_that() {
    let fixture = Fixture::with_tags(&[]);
    fs_err::remove_dir_all(fixture.path("pack/.git")).unwrap();
    fixture.git(&["init", "--quiet", "--object-format=sha256", "--initial-branch=main"]);
    fixture.release("v1.0.0");
    assert!(matches!(fixture.refusal(&fixture.url()), Error::ObjectFormat { .. }));
    assert!(matches!(fixture.refusal("./pack@1"), Error::Repository { .. }));
}

#[cfg(unix)]
#[test]
fn a_helper_that_stays_in_the_background_does_not_hold_up_the_error() {
    use std::os::unix::fs::PermissionsExt;

    let fixture = Fixture::with_tags(&[]);
    let git = fixture.path("lingering-git");
    fs_err::write(&git, "#!/bin/sh\nsleep 20 >/dev/null &\nexit 1\n").unwrap();
    fs_err::set_permissions(&git, std::fs::Permissions::from_mode(0o755)).unwrap();
    let begin = std::time::Instant::now();
    let spec = PackSpec::parse(&fixture.url()).unwrap();
    let error = open(&spec, &Environment { git: git.into(), ..fixture.environment() }).unwrap_err();
    assert!(matches!(error, Error::Fetch { .. }), "{error:?}");
    assert!(begin.elapsed().as_secs() < 15);
}
