//! Packs on top of the built-in one, years later: the built-in one has versions of its own, which came with goldpath.

use crate::env::TestEnv;
use crate::pack::TestPack;

const NOW: &str = env!("CARGO_PKG_VERSION");
const OLD_ON_CALL: &str = "docs/incidents/on-call.md";

/// A pack of one file of its own.
fn ours(env: &TestEnv, version: &str, extends: &str, files: &[(&str, &str)]) {
    let _ = fs_err::remove_dir_all(env.path("pack"));
    let pack = TestPack::empty()
        .version(version)
        .head(&format!("extends = \"{extends}\""))
        .preset("ours", "extends = \"quick-start\"\ncomponents = [\"finance\"]")
        .component("finance", "")
        .file("templates/finance/files/docs/finance.md", "Ours\n");
    let pack = files.iter().fold(pack, |pack, (path, text)| pack.file(path, *text));
    pack.write_to(env, "pack");
}

fn made(env: &TestEnv) {
    env.goldpath(["new", "orders", "--pack", "./pack", "--preset", "ours", "--stack", "go", "-yq"])
        .succeeds();
}

/// Where goldpath.lock says what the pack was built on.
fn locked_base(env: &TestEnv) -> String {
    let lock = env.read("orders/goldpath.lock");
    lock.lines().find(|line| line.starts_with("extends = ")).unwrap_or_default().to_owned()
}

#[test]
fn what_moved_in_the_built_in_pack_moves_in_a_repository_of_a_pack_on_top_of_it() {
    let env = TestEnv::new();
    ours(&env, "1.0.0", "builtin@0.1.0", &[]);
    made(&env);
    assert_eq!(locked_base(&env), "extends = \"builtin@0.1.0\"");
    assert!(env.exists(&format!("orders/{OLD_ON_CALL}")) && env.exists("orders/docs/finance.md"));
    env.goldpath_in("orders", ["check", "--only", "drift"]).succeeds();
    env.shell(&format!("cd orders; sed -i '1s/$/, ours/' {OLD_ON_CALL}; git commit -qam edit"));

    let version = ["check", "--only", "version", "--require-latest"];
    env.goldpath_in("orders", version).succeeds();
    // The pack itself has no other version.
    ours(&env, "1.0.0", "builtin", &[]);
    let told = env.goldpath_in("orders", version).ends(1).stdout();
    assert!(told.contains(&format!("demo is built on goldpath 0.1.0, and {NOW} is here")), "{told}");
    let told = env.goldpath_in("orders", ["upgrade", "--commit"]).whatever().stdout();
    let built = format!("  demo 1.0.0 is built on goldpath {NOW}, which was 0.1.0");
    assert!(told.contains(&built) && !told.contains("published again"), "{told}");
    assert!(told.contains("  goldpath 0.2.0: On-call is a page of its own"), "{told}");
    assert!(told.contains("docs/on-call.md (was docs/incidents/on-call.md)"), "{told}");
    assert!(env.read("orders/docs/on-call.md").lines().next().unwrap().ends_with(", ours"));
    assert!(!env.exists(&format!("orders/{OLD_ON_CALL}")));
    assert_eq!(locked_base(&env), format!("extends = \"builtin@{NOW}\""));
    env.goldpath_in("orders", ["upgrade", "--dry-run"]).succeeds();
}

#[test]
fn an_answer_that_the_built_in_pack_renamed_has_its_new_name_also_beside_a_rename_of_ones_own() {
    let env = TestEnv::new();
    let setting = |name: &str| {
        let text = format!("[settings.\"{name}\"]\ntype = \"integer\"\ndefault = 1\nhelp = \"h\"\n");
        ("templates/finance/component.toml", format!("title = \"t\"\nwhy = \"w\"\n{text}"))
    };
    let (path, text) = setting("finance.old");
    ours(&env, "1.0.0", "builtin@0.1.0", &[(path, &text)]);
    let set = ["--set", "dashboards.grafana_url=https://grafana.example.com", "--set", "finance.old=2"];
    let new = ["new", "orders", "--pack", "./pack", "--preset", "ours", "--stack", "go", "-yq"];
    env.goldpath([&new[..], &set].concat()).succeeds();
    let (path, text) = setting("finance.new");
    let migration = "[[rename_setting]]\nfrom = \"finance.old\"\nto = \"finance.new\"\n";
    ours(&env, "1.1.0", "builtin", &[(path, &text), ("migrations/1.1.0.toml", migration)]);
    let done = env.goldpath_in("orders", ["upgrade", "--format", "json"]).whatever().json();
    let notes = done["notes"].to_string();
    assert!(
        notes.contains("goldpath 0.2.0: `dashboards.grafana_url` is called `grafana_url` now"),
        "{notes}"
    );
    assert!(notes.contains("\"1.1.0: `finance.old` is called `finance.new` now"), "{notes}");
    let intent = env.read("orders/goldpath.toml");
    assert!(intent.contains("grafana_url = \"https://grafana.example.com\""), "{intent}");
    assert!(intent.contains("\"finance.new\" = 2") || intent.contains("finance.new = 2"), "{intent}");
}

#[test]
fn no_upgrade_goes_back_to_an_older_version_of_what_a_pack_is_built_on() {
    let env = TestEnv::new();
    ours(&env, "1.0.0", "builtin", &[]);
    made(&env);
    ours(&env, "1.1.0", "builtin@0.1.0", &[]);
    let told = [
        &format!("error: this repository's pack is built on goldpath {NOW}, and 0.1.0 is older"),
        &*format!("hint: use the goldpath that has {NOW}, or let the pack extend that version"),
    ];
    env.goldpath_in("orders", ["upgrade"]).fails(3, told);
}

#[test]
fn a_version_of_the_built_in_pack_that_there_is_not_cannot_be_extended() {
    let env = TestEnv::new();
    ours(&env, "1.0.0", "builtin@9.0.0", &[]);
    env.goldpath(["pack", "lint", "./pack"]).fails(2, ["`builtin` has no version `9.0.0`", "`0.1.0`"]);
}

#[test]
fn a_lock_is_held_against_what_its_pack_was_built_on() {
    let env = TestEnv::new();
    ours(&env, "1.0.0", "builtin", &[]);
    env.shell("cd pack; git init -q; git add .; git commit -qm one; git tag v1.0.0");
    let new = ["new", "orders", "--pack", "./pack@1.0.0", "--preset", "ours", "--stack", "go", "-yq"];
    env.goldpath(new).succeeds();
    let version = ["check", "--only", "version"];
    env.goldpath_in("orders", version).succeeds();
    // On another version it is another pack.
    let lock = env.read("orders/goldpath.lock").replace(&format!("builtin@{NOW}"), "builtin@0.1.0");
    env.write("orders/goldpath.lock", &lock);
    let told = env.goldpath_in("orders", version).ends(1).stdout();
    assert!(told.contains("that has other content here"), "{told}");
    // A newer one, which a newer goldpath had.
    env.write("orders/goldpath.lock", lock.replace("builtin@0.1.0", "builtin@9.0.0"));
    let told = env.goldpath_in("orders", version).ends(1).stdout();
    assert!(told.contains("that is built on goldpath 9.0.0, which is not here"), "{told}");
    env.write("orders/goldpath.lock", lock.replace("builtin@0.1.0", "other@0.1.0"));
    env.goldpath_in("orders", version).fails(3, ["`other@0.1.0` is no version of the built-in pack"]);
}

#[test]
fn a_preset_that_extends_one_of_the_built_in_pack_is_that_one_but_for_its_name() {
    let env = TestEnv::new();
    for of in ["quick-start", "balanced", "enterprise"] {
        let own = format!("own-{of}");
        TestPack::empty()
            .head("extends = \"builtin\"")
            .preset(&own, &format!("extends = \"{of}\""))
            .write_to(&env, &format!("pack-{of}"));
        let pack = format!("./pack-{of}");
        for preset in [of, &own] {
            let folder = format!("{preset}/orders");
            let new = ["new", &folder, "--pack", &pack, "--preset", preset, "--stack", "go", "-yq"];
            env.goldpath(new).succeeds();
        }
        let contents = |preset: &str| env.contents(&format!("{preset}/orders"));
        let (expected, made) = (contents(of), contents(&own));
        let names = |contents: &std::collections::BTreeMap<String, Vec<u8>>| {
            contents.keys().filter(|path| !path.starts_with(".git/")).cloned().collect::<Vec<_>>()
        };
        assert_eq!(names(&made), names(&expected), "{of}");
        let differing: Vec<String> =
            names(&made).into_iter().filter(|path| made[path] != expected[path]).collect();
        let with_its_name = ["CONTRIBUTING.md", "docs/adr/0001-preset.md", "goldpath.lock", "goldpath.toml"];
        assert_eq!(differing, with_its_name, "{of}");
        env.goldpath_in(&format!("{own}/orders"), ["check"]).succeeds();
        // What is said of it, too.
        let shown = |preset: &str| {
            let show = ["presets", "show", preset, "--pack", &pack, "--format", "json"];
            env.goldpath(show).succeeds().json()["profile"].clone()
        };
        assert_eq!(shown(&own), shown(of));
    }
}
