use super::super::*;
use super::fixture::{Fixture, write_out};
use crate::exit::Exit;

#[test]
fn the_three_sources_of_one_pack_have_one_digest() {
    let fixture = Fixture::with_tags(&[]);
    let built_in = fixture.open("builtin").unwrap();
    fs_err::remove_dir_all(fixture.path("pack/presets")).unwrap();
    write_out(&built_in.files, &fixture.path("pack"));
    fixture.write("pack/.gitattributes", "* -text\n");
    // A template's own .gitignore, or the machine's, must not decide what is committed here.
    fixture.git(&["add", "--all", "--force"]);
    fixture.git(&["commit", "--quiet", "--message=x"]);
    fixture.git(&["tag", "v1.0.0"]);

    let folder = fixture.open("./pack").unwrap();
    let local = fixture.open("./pack@1.0.0").unwrap();
    let remote = fixture.open(&fixture.url()).unwrap();
    for other in [&folder, &local, &remote] {
        assert_eq!(other.files.digest(), built_in.files.digest());
        assert_eq!(other.files, built_in.files);
    }
    assert_eq!(local.origin.tag.as_deref(), Some("v1.0.0"));
    assert_eq!(local.origin.commit, remote.origin.commit);
}

#[test]
fn a_repository_is_read_at_a_version_and_its_working_tree_is_not_looked_at() {
    let fixture = Fixture::with_tags(&["v1.0.0", "1.1.0", "v2.0.0-rc.1"]);
    fixture.write("pack/pack.toml", "# edited\n");
    let commit = fixture.git(&["rev-parse", "v1.0.0^{commit}"]);
    assert_eq!(fixture.read("./pack"), "edited");
    assert_eq!(fixture.read("./pack@1.0.0"), "v1.0.0");
    assert_eq!(fixture.read("./pack@v1"), "1.1.0");
    assert_eq!(fixture.read("./pack@2.0.0-rc.1"), "v2.0.0-rc.1");
    assert_eq!(fixture.read(&format!("./pack@{commit}")), "v1.0.0");
    assert_eq!(fixture.read(&format!("./pack@{}", &commit[..8])), "v1.0.0");

    let opened = fixture.open("./pack@1.0").unwrap();
    assert_eq!(opened.origin.intent(), "./pack@1.0");
    assert_eq!(opened.origin.fact(), "./pack");
    assert_eq!(opened.origin.commit, Some(commit.clone()));
    assert_eq!(opened.files.get("presets/a.toml").unwrap().content(), b"title = \"A\"\r\n");
    assert_eq!(opened.files.len(), 2);
    // What a lock holds leads back to the same files.
    let again = PackSpec::parse(&opened.origin.fact()).unwrap().at_commit(&commit).unwrap();
    assert_eq!(open(&again, &fixture.environment()).unwrap().files, opened.files);
}

#[test]
fn a_bare_repository_and_a_linked_working_tree_are_repositories_too() {
    let fixture = Fixture::with_tags(&["v1.0.0"]);
    fixture.git(&["clone", "--quiet", "--bare", ".", "../bare.git"]);
    fixture.git(&["worktree", "add", "--quiet", "../linked"]);
    assert_eq!(fixture.read("./bare.git@1"), "v1.0.0");
    assert_eq!(fixture.read("./linked@1"), "v1.0.0");
    let error = fixture.refusal("./bare.git");
    assert_eq!(
        error.hint().unwrap(),
        "to read a version from the git repository, add it: `./bare.git@1.0.0`"
    );
}

#[test]
fn a_pack_in_a_subfolder_of_a_repository_is_read_alone() {
    let fixture = Fixture::with_tags(&["v1.0.0"]);
    fixture.write("pack/golden/path/pack.toml", "# inner\n");
    fixture.write("pack/golden/file", "x");
    fixture.release("v1.1.0");
    assert_eq!(fixture.read("./pack@1.1.0#golden/path"), "inner");
    assert_eq!(fixture.read(&format!("{}@1.1.0#golden/path", fixture.url())), "inner");
    for (name, message) in [
        ("./pack@1.1.0#golden/file", "`./pack` has no folder `golden/file` at that version"),
        ("./pack@1.0.0#golden", "`./pack` has no folder `golden` at that version"),
        ("./pack@1.1.0#golden", "`./pack#golden` is no pack: it has no `pack.toml`"),
    ] {
        assert_eq!(fixture.refusal(name).to_string(), message);
    }
}

#[test]
fn a_version_that_cannot_be_had_is_explained() {
    let fixture = Fixture::with_tags(&["v1.0.0", "v1.2.0"]);
    let table = [
        ("./pack@3", "`./pack` has no version `3`", "there are `v1.2.0`, `v1.0.0`"),
        ("./pack@deadbeef", "`./pack` has no version `deadbeef`", "there are `v1.2.0`, `v1.0.0`"),
        ("./home@1", "`./home` is no git repository, so it has no version `1`", "leave the version away"),
        (
            "./pack/presets@1",
            "`./pack/presets` is no git repository, so it has no version `1`",
            "REPOSITORY@VERSION#FOLDER",
        ),
        ("./gone@1", "there is no folder `./gone`", "check the path"),
        (
            "./pack@main",
            "`main` is a branch of `./pack`, and a branch is another pack tomorrow",
            "or the commit",
        ),
    ];
    for (name, message, hint) in table {
        let error = fixture.refusal(name);
        assert_eq!(error.to_string(), message);
        assert!(error.hint().unwrap().contains(hint), "{:?}", error.hint());
        assert_eq!(error.exit(), Exit::Usage);
    }
}

#[test]
fn a_tree_that_a_checkout_would_refuse_is_refused() {
    let fixture = Fixture::with_tags(&["v1.0.0"]);
    let blob = fixture.git(&["hash-object", "-w", "pack.toml"]);
    let commit = fixture.git(&["rev-parse", "HEAD"]);
    let arrangements = [
        (format!("100644,{blob},templates/A/x"), format!("100644,{blob},templates/a/x"), "cannot be used"),
        (format!("120000,{blob},templates/a/files/x"), String::new(), "points at nothing"),
        (format!("120000,{blob},templates"), String::new(), "is a symbolic link"),
        (format!("160000,{commit},templates/a"), String::new(), "is a submodule"),
        (format!("160000,{commit},presets"), String::new(), "is a submodule"),
        (format!("100644,{blob},templates/aux.txt"), String::new(), "cannot be used"),
        (format!("100644,{blob},templates/a\\b"), String::new(), "cannot be used"),
        (format!("100644,{blob},templates"), String::new(), "should be a folder"),
    ];
    for (first, second, expected) in arrangements {
        fixture.git(&["read-tree", "--empty"]);
        fixture.git(&["update-index", "--add", "--cacheinfo", &format!("100644,{blob},pack.toml")]);
        for entry in [first, second].iter().filter(|entry| !entry.is_empty()) {
            fixture.git(&["-c", "core.protectNTFS=false", "update-index", "--add", "--cacheinfo", entry]);
        }
        let tree = fixture.git(&["write-tree"]);
        let commit = fixture.git(&["commit-tree", &tree, "-m", "x"]);
        let message = fixture.refusal(&format!("./pack@{commit}")).to_string();
        assert!(message.contains(expected), "{expected}: {message}");
    }
}

#[test]
fn a_tree_that_holds_itself_a_billion_times_ends_in_an_error() {
    let fixture = Fixture::with_tags(&["v1.0.0"]);
    let repository = git2::Repository::open(fixture.path("pack")).unwrap();
    let blob = repository.blob(b"x").unwrap();
    let mut tree = blob;
    for level in 0..10 {
        let mut builder = repository.treebuilder(None).unwrap();
        for name in 0..10 {
            builder.insert(format!("n{name}"), tree, if level == 0 { 0o100_644 } else { 0o040_000 }).unwrap();
        }
        tree = builder.write().unwrap();
    }
    let mut builder = repository.treebuilder(None).unwrap();
    builder.insert("pack.toml", blob, 0o100_644).unwrap();
    builder.insert("templates", tree, 0o040_000).unwrap();
    let tree = repository.find_tree(builder.write().unwrap()).unwrap();
    let person = git2::Signature::now("someone", "someone").unwrap();
    let commit = repository.commit(None, &person, &person, "x", &tree, &[]).unwrap();
    let limits = Limits { entries: 5_000, ..Limits::default() };
    let spec = PackSpec::parse(&format!("./pack@{commit}")).unwrap();
    let error = open(&spec, &Environment { limits, ..fixture.environment() }).unwrap_err();
    assert_eq!(error.to_string(), "the pack `./pack` has more than 5000 files and folders");
}
