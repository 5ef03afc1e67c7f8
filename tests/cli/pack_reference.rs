//! `docs/packs.md`: its example is a pack, and it names every key that a pack may have, and no other.

use std::collections::BTreeSet;
use std::path::Path;

use crate::env::TestEnv;
use crate::pack::TestPack;

fn document() -> String {
    fs_err::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/packs.md")).unwrap()
}

/// What stands below a heading, up to the next one.
#[track_caller]
fn section<'d>(document: &'d str, heading: &str) -> &'d str {
    let start = document.find(&format!("\n{heading}\n")).unwrap_or_else(|| panic!("no section {heading:?}"));
    let below = &document[start + heading.len() + 2..];
    let mut is_code = false;
    let mut end = 0;
    for line in below.split_inclusive('\n') {
        is_code ^= line.starts_with("```");
        if !is_code && line.starts_with('#') {
            break;
        }
        end += line.len();
    }
    &below[..end]
}

/// The files of the example: each block begins with a comment that names one.
fn example(document: &str) -> Vec<(String, String)> {
    let blocks = section(document, "## A whole pack").split("\n```").skip(1).step_by(2);
    let blocks = blocks.filter_map(|block| block.split_once('\n')).filter(|(kind, _)| *kind != "console");
    blocks
        .map(|(_, block)| {
            let (name, text) = block.split_once('\n').unwrap();
            let name = name.strip_prefix("# ").unwrap_or_else(|| panic!("{name:?} names no file"));
            (name.to_owned(), format!("{text}\n"))
        })
        .collect()
}

/// The names that the tables of a section are about: the first cell of each row.
fn documented(section: &str) -> BTreeSet<String> {
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.filter_map(|row| Some(row.split_once('`')?.0.to_owned())).collect()
}

/// The right names out of "unknown field `x`, expected one of `a`, `b`".
#[track_caller]
fn known(told: &str) -> BTreeSet<String> {
    let (_, after) = told
        .split_once("unknown field `wrong`, expected ")
        .or_else(|| told.split_once("unknown variant `wrong`, expected "))
        .unwrap_or_else(|| panic!("no names in: {told}"));
    let names = after.split(['\n', ';', '[']).next().unwrap();
    let names = names.trim().trim_start_matches("one of ").replace(" or ", ", ");
    names.split(", ").map(|name| name.trim_matches('`').to_owned()).collect()
}

const MIGRATION: &str = "migrations/1.0.0.toml";
const POLICY: &str = "policies/short.rego";
const CONTROL: &str = "# METADATA\n# title: Short\n# description: It is short\n# custom:\n#   id: size.short\n\
                       #   severity: low\n#   effort: file\n#   presets: {small: at most 3}\n\
                       #   supports: {soc2: [CC8.1]}\n#   evidence: [README.md]\n#   remedy: Cut it\n\
                       package controls.short\n\nimport rego.v1\n\n\
                       deny contains {\"path\": \"README.md\", \"msg\": \"it is long\"}\n";

#[test]
fn the_example_of_the_reference_is_a_pack_without_findings_that_makes_a_repository() {
    let env = TestEnv::new();
    let files = example(&document());
    assert!(files.len() > 5, "{files:?}");
    for (name, text) in &files {
        env.write(&format!("acme-path/{name}"), text);
    }
    let lint = env.goldpath(["pack", "lint", "./acme-path"]).whatever();
    assert_eq!((lint.code(), lint.said().contains("no findings")), (0, true), "{}", lint.said());
    let document = document();
    let shown =
        section(&document, "## A whole pack").lines().find_map(|line| line.strip_prefix("$ goldpath "));
    env.goldpath(shown.unwrap().split_whitespace()).succeeds();
    env.assert_sound("orders");
    env.goldpath(["-C", "orders", "check"]).succeeds();
    assert_eq!(env.read("orders/bin/orders"), "#!/bin/sh\necho \"orders of cost centre 4711\"\n");
    let alert = "        for: 5m\n        labels: { severity: page, pages: team }\n";
    assert!(env.read("orders/ops/alerts.yml").ends_with(alert), "{}", env.read("orders/ops/alerts.yml"));
    // Its control denies what it says it denies.
    env.write("orders/ops/alerts.yml", "groups: []\n");
    let told = env.goldpath(["-C", "orders", "check", "--only", "controls"]).ends(1).stdout();
    assert!(told.contains("there is no alert [alerts.page]"), "{told}");
}

#[test]
fn the_migration_of_the_example_brings_a_repository_of_the_version_before_to_this_one() {
    let env = TestEnv::new();
    let write = |older: bool| {
        for (name, text) in example(&document()) {
            // As it was before all that the migration says.
            let changes = [
                ("version = \"1.1.0\"", "version = \"1.0.0\""),
                ("\"pages\"", "\"paged\""),
                ("{= pages =}", "{= paged =}"),
                ("pages == 'team'", "paged == 'team'"),
                ("alerts.minutes", "alerts.wait"),
                ("\"platform\"", "\"ops\""),
                ("'platform'", "'ops'"),
                ("docs/paging.md", "docs/oncall.md"),
            ];
            if older && name.starts_with("migrations/") {
                continue;
            }
            let apply = |text: String| changes.iter().fold(text, |text, (now, then)| text.replace(now, then));
            let (name, text) = if older { (apply(name), apply(text)) } else { (name, text) };
            env.write(&format!("acme-path/{name}"), text);
        }
    };
    let new = |folder: &str, set: &str| {
        let new = ["new", folder, "--pack", "./acme-path", "--preset", "strict", "--set", "cost_centre=4711"];
        env.goldpath([&new[..], &["--set", set, "--set", "alerts.wait=7", "-yq"]].concat()).succeeds();
    };
    write(true);
    new("orders", "paged=ops");
    new("billing", "paged=team");
    fs_err::remove_dir_all(env.path("acme-path")).unwrap();
    write(false);
    let told = env.goldpath_in("orders", ["upgrade"]).succeeds().stdout();
    for part in
        ["The platform team is called by its name.", "Alerts say who is paged.", "`paged` is called `pages`"]
    {
        assert!(told.contains(part), "{told}");
    }
    let intent = env.read("orders/goldpath.toml");
    assert!(intent.contains("pages = \"platform\"") && intent.contains("\"alerts.minutes\" = 7"), "{intent}");
    env.goldpath_in("billing", ["upgrade"]).succeeds();
    assert!(env.exists("billing/docs/paging.md") && !env.exists("billing/docs/oncall.md"));
}

#[test]
fn the_reference_names_every_key_and_no_other() {
    let env = TestEnv::new();
    let document = document();
    let pack = TestPack::new;
    let component = |toml: &str| pack().component("plain", &format!("kind = \"stack\"\n{toml}"));
    let migration = |toml: &str| pack().file(MIGRATION, toml);
    let policy = |from: &str, to: &str| pack().file(POLICY, CONTROL.replace(from, to));
    let setting = "[settings.\"a.b\"]\ntype = \"integer\"\ndefault = 1";
    let sealed = |seal: &str| {
        pack().file("releases/1.0.0.tar.gz", "").file("releases/1.0.0.toml", format!("digest = \"\"\n{seal}"))
    };
    let cases = [
        ("## pack.toml", pack().tables("[wrong]")),
        ("### `[pack]`", pack().head("wrong = 1")),
        ("### `delimiters`", pack().head("delimiters = { wrong = 1 }")),
        ("### `[[question]]`", pack().question("size", "type = \"integer\"\nwrong = 1")),
        ("### Types of answers", pack().question("size", "type = \"wrong\"")),
        ("### `choices`", pack().question("size", "type = \"choice\"\nchoices = [{ wrong = 1 }]")),
        ("### `[[question]]`", pack().tables("[[advice_question]]\nwrong = 1")),
        ("### `[[advice]]`", pack().tables("[[advice]]\nwrong = 1")),
        ("### `[[figure]]`", pack().tables("[[figure]]\nwrong = 1")),
        ("## presets/NAME.toml", pack().preset("small", "wrong = 1")),
        ("### `[profile]`", pack().preset("small", "[profile]\nwrong = 1")),
        ("## templates/COMPONENT/component.toml", component("wrong = 1")),
        ("### `[settings.\"NAME\"]`", component(&format!("{setting}\nwrong = 1"))),
        ("### Types of settings", component(&setting.replace("integer", "wrong"))),
        ("### `[[files]]`", component("[[files]]\nwrong = 1")),
        ("### Ownership", component("[[files]]\nmatch = \"**\"\nownership = \"wrong\"")),
        ("## migrations/VERSION.toml", migration("wrong = 1")),
        ("### `[[change]]`", migration("[[change]]\nwrong = 1")),
        ("### `[[move]]`", migration("[[move]]\nwrong = 1")),
        ("### `[[rename_answer]]`", migration("[[rename_answer]]\nwrong = 1")),
        ("### `[[rename_setting]]`", migration("[[rename_setting]]\nwrong = 1")),
        ("### `[[replace_answer]]`", migration("[[replace_answer]]\nwrong = 1")),
        ("## policies/NAME.rego", policy("# custom:", "# wrong: 1\n# custom:")),
        ("### `custom`", policy("#   id", "#   wrong: 1\n#   id")),
        ("### `deny`", policy("{\"path\"", "{\"wrong\": 1, \"path\"")),
        ("### The seal", sealed("wrong = 1")),
        ("### `[[render]]`", sealed("[[render]]\nwrong = 1")),
    ];
    for (heading, pack) in cases {
        let _ = fs_err::remove_dir_all(env.path("pack"));
        pack.write_to(&env, "pack");
        // What is sealed is read where it is sealed again.
        let command = if env.exists("pack/releases") { "seal" } else { "lint" };
        let told = env.goldpath(["pack", command, "./pack"]).whatever().said();
        assert_eq!(documented(section(&document, heading)), known(&told), "{heading}: {told}");
    }
}

#[test]
fn the_reference_names_the_kinds_of_components_and_the_weights_and_efforts_of_controls() {
    let env = TestEnv::new();
    let document = document();
    let policy = |from: &str, to: &str| TestPack::new().file(POLICY, CONTROL.replace(from, to));
    for (heading, pack) in [
        ("## templates/COMPONENT/component.toml", TestPack::new().component("plain", "kind = \"wrong\"")),
        ("### `custom`", policy("severity: low", "severity: wrong")),
        ("### `custom`", policy("effort: file", "effort: wrong")),
    ] {
        let _ = fs_err::remove_dir_all(env.path("pack"));
        pack.write_to(&env, "pack");
        let told = env.goldpath(["pack", "lint", "./pack"]).whatever().said();
        for name in known(&told) {
            let is_named = section(&document, heading).contains(&format!("`{name}`"));
            assert!(is_named, "{heading} does not name `{name}`: {told}");
        }
    }
}

#[test]
fn the_reference_names_every_rule_of_the_linter() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lint");
    let sources =
        fs_err::read_dir(folder).unwrap().map(|entry| fs_err::read_to_string(entry.unwrap().path()).unwrap());
    let sources: String = sources.collect::<Vec<_>>().concat();
    // A rule is what is written like one, but for the service of the examples and the targets of make.
    let is_rule = |text: &&str| {
        let is_name = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        let is_known = ["unreachable", "unrendered"].contains(text) || text.contains('-');
        is_name && is_known && *text != "example-service" && !text.starts_with("stack-")
    };
    let rules: BTreeSet<String> = sources.split('"').filter(is_rule).map(str::to_owned).collect();
    assert!(rules.len() > 20, "{rules:?}");
    assert_eq!(documented(section(&document(), "## What `pack lint` finds")), rules);
}
