//! The repository of goldpath itself: nothing that is written is forgotten.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use goldpath::pack::source::{Environment, PackSpec, open};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn lines(program: &str, arguments: &[&str]) -> BTreeSet<String> {
    let output = Command::new(program).args(arguments).current_dir(root()).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {told}");
    String::from_utf8_lossy(&output.stdout).split_terminator(['\n', '\0']).map(str::to_owned).collect()
}

fn embedded() -> BTreeSet<String> {
    let builtin = open(&PackSpec::Builtin, &Environment::default()).unwrap();
    builtin.files.iter().map(|(path, _)| path.to_owned()).collect()
}

#[test]
fn every_file_under_tests_belongs_to_a_module() {
    modules_of(&root().join("tests/cli"), "main.rs");
    let mut roots: Vec<_> =
        fs_err::read_dir(root().join("tests")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    roots.sort();
    assert_eq!(roots, ["cli", "outer-ring"], "each further crate links libgit2 again");
}

/// Each file and each folder stands in the file that is the module of their folder.
fn modules_of(folder: &Path, module: &str) {
    let declared = fs_err::read_to_string(folder.join(module)).unwrap();
    for entry in fs_err::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        // What insta keeps until it is reviewed.
        if name == module || name.ends_with(".pending-snap") {
            continue;
        }
        let stem = name.strip_suffix(".rs").or(path.is_dir().then_some(name));
        let stem = stem.unwrap_or_else(|| panic!("{} is no module", path.display()));
        assert!(declared.contains(&format!("mod {stem};\n")), "{} is in no module", path.display());
        if path.is_dir() {
            modules_of(&path, "mod.rs");
        }
    }
}

#[test]
fn the_embedded_pack_is_exactly_what_git_tracks() {
    // Outside of a checkout, as in a package from a registry, there is nothing to compare with.
    if !root().join(".git").exists() {
        return;
    }
    let folders = ["pack.toml", "presets", "templates", "policies", "migrations", "releases"];
    let arguments = [&["ls-files", "-z", "--"][..], &folders].concat();
    let tracked = lines("git", &arguments);
    let embedded = embedded();
    let missing: Vec<_> = tracked.difference(&embedded).collect();
    let untracked: Vec<_> = embedded.difference(&tracked).collect();
    assert!(missing.is_empty(), "tracked and not embedded: {missing:?}");
    assert!(untracked.is_empty(), "embedded and not tracked: {untracked:?}");
}

#[test]
fn a_package_contains_every_template() {
    if !root().join(".git").exists() {
        return;
    }
    let packaged = lines(env!("CARGO"), &["package", "--list", "--allow-dirty", "--offline"]);
    let missing: Vec<_> = embedded().into_iter().filter(|path| !packaged.contains(path)).collect();
    assert!(missing.is_empty(), "not in the package: {missing:?}");
    assert!(packaged.contains("SECURITY.md"));
}

#[test]
fn no_template_has_a_name_that_cargo_or_git_would_act_on() {
    for path in embedded() {
        let name = path.rsplit('/').next().unwrap();
        assert!(!["Cargo.toml", ".gitignore"].contains(&name), "{path}: add `.tera`");
    }
}
