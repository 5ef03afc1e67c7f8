//! What an upgrade does with answers, asks anew, and tells before it begins.

use crate::env::{Ended, TestEnv, transcript};
use crate::pack::TestPack;
use crate::terminal::{DOWN, ENTER, Terminal};

/// A pack with one question that has this default.
fn asking(version: &str, default: &str) -> TestPack {
    TestPack::new()
        .version(version)
        .question("region", &format!("type = \"string\"\ndefault = \"{default}\""))
        .template("region.txt.tera", "{= region =}\n")
}

fn upgraded(env: &TestEnv, arguments: &[&str]) -> Ended {
    env.goldpath_in("orders", [&["upgrade", "--format", "json"], arguments].concat()).succeeds()
}

fn notes(run: &Ended) -> Vec<String> {
    let notes = run.json()["notes"].as_array().unwrap().clone();
    notes.iter().map(|note| note.as_str().unwrap().to_owned()).collect()
}

#[test]
fn an_answer_that_nobody_gave_follows_the_new_default_and_is_told() {
    let env = TestEnv::new();
    asking("1.0.0", "north").write_to(&env, "pack");
    env.goldpath(["new", "orders", "--pack", "./pack", "--yes", "--quiet"]).succeeds();
    asking("1.1.0", "south").write_to(&env, "pack");
    assert_eq!(notes(&upgraded(&env, &[])), ["`region` follows its default: south, which was north"]);
    assert_eq!(env.read("orders/region.txt"), "south\n");
    assert!(env.read("orders/goldpath.toml").contains("region = \"south\""));
}

#[test]
fn an_answer_that_was_given_stays_also_where_it_is_the_default() {
    let env = TestEnv::new();
    asking("1.0.0", "north").write_to(&env, "pack");
    env.goldpath(["new", "orders", "--pack", "./pack", "--set", "region=north", "--yes", "--quiet"])
        .succeeds();
    asking("1.1.0", "south").write_to(&env, "pack");
    assert_eq!(notes(&upgraded(&env, &[])), [""; 0]);
    assert_eq!(env.read("orders/region.txt"), "north\n");
}

#[test]
fn the_same_default_stays_what_it_came_to_and_follows_a_later_one() {
    let env = TestEnv::new();
    asking("1.0.0", "{= target_folder =}-region").write_to(&env, "pack");
    env.goldpath(["new", "orders", "--pack", "./pack", "--yes", "--quiet"]).succeeds();
    env.shell("mv orders checkout; ln -s checkout orders");
    asking("1.1.0", "{= target_folder =}-region").template("new.txt", "new\n").write_to(&env, "pack");
    assert_eq!(notes(&upgraded(&env, &["--commit"])), [""; 0]);
    assert_eq!(env.read("checkout/region.txt"), "orders-region\n");
    asking("1.2.0", "south").write_to(&env, "pack");
    assert_eq!(notes(&upgraded(&env, &[])), ["`region` follows its default: south, which was orders-region"]);
}

#[test]
fn a_new_question_takes_its_answer_from_flags_files_the_environment_or_its_default() {
    for (arguments, variable, expected) in [
        (&["--set", "region=flag"][..], Some("env"), "flag\n"),
        (&["--answers", "../answers.toml"], Some("env"), "file\n"),
        (&[], Some("env"), "env\n"),
        (&[], None, "north\n"),
    ] {
        let env = TestEnv::new();
        TestPack::new().write_to(&env, "pack");
        env.goldpath(["new", "orders", "--pack", "./pack", "--yes", "--quiet"]).succeeds();
        asking("1.1.0", "north").write_to(&env, "pack");
        env.write("answers.toml", "region = \"file\"\n");
        let env = match variable {
            Some(value) => env.with("GOLDPATH_REGION", value),
            None => env,
        };
        upgraded(&env, arguments);
        assert_eq!(env.read("orders/region.txt"), expected, "{arguments:?} {variable:?}");
    }
}

#[test]
fn an_answer_that_is_new_gets_the_comment_that_a_new_repository_has() {
    let help = "type = \"string\"\ndefault = \"north\"\nhelp = \"Where it runs.\"";
    let second = || {
        TestPack::new()
            .version("1.1.0")
            .question("region", help)
            .question("zone", "default = 1\ntype = \"integer\"")
    };
    for (edit, expected) in [
        (
            "true",
            "service_name = \"orders\"\n# The region: Where it runs.\nregion = \"north\"\n# The zone\nzone = 1\n\n# Only what",
        ),
        // What a person wrote in between stays as it is, and so does a table on one line.
        (
            "sed -i 's/^service_name.*/& # ours\\n# mine/' goldpath.toml",
            "\"orders\" # ours\n# The region: Where it runs.\nregion",
        ),
        (
            "printf 'pack = \"../pack\"\\npreset = \"small\"\\nanswers = { service_name = \"orders\" }\\n' > goldpath.toml",
            "answers = { service_name = \"orders\" , region = \"north\", zone = 1 }\n",
        ),
    ] {
        let env = TestEnv::new();
        TestPack::new().write_to(&env, "pack");
        env.goldpath(["new", "orders", "--pack", "./pack", "--yes", "--quiet"]).succeeds();
        env.shell(&format!("cd orders; {edit}; git commit --quiet --allow-empty --all -m edit"));
        second().write_to(&env, "pack");
        env.goldpath_in("orders", ["upgrade", "--commit", "--quiet"]).succeeds();
        let intent = env.read("orders/goldpath.toml");
        assert!(intent.contains(expected), "{intent}");
        env.goldpath_in("orders", ["upgrade", "--commit", "--quiet"]).succeeds();
        assert_eq!(env.read("orders/goldpath.toml"), intent, "a second run changes nothing");
    }
    // As `new` writes it.
    let env = TestEnv::new();
    second().write_to(&env, "pack");
    env.goldpath(["new", "orders", "--pack", "./pack", "--yes", "--quiet"]).succeeds();
    assert!(
        env.read("orders/goldpath.toml")
            .contains("# The region: Where it runs.\nregion = \"north\"\n# The zone\nzone = 1\n")
    );
}

#[test]
fn an_answer_that_is_renamed_stays_where_it_is_with_what_a_person_wrote_around_it() {
    let env = TestEnv::new();
    asking("1.0.0", "north").write_to(&env, "pack");
    env.goldpath(["new", "orders", "--pack", "./pack", "--yes", "--quiet"]).succeeds();
    env.shell(
        "cd orders; sed -i 's/^region.*/# near the users\\nregion = \"south\" # for now\\n# the end/' goldpath.toml; git commit -qam edit",
    );
    let before = env.read("orders/goldpath.toml");
    TestPack::new()
        .version("1.1.0")
        .question("area", "type = \"string\"\ndefault = \"north\"")
        .file("migrations/1.1.0.toml", "[[rename_answer]]\nfrom = \"region\"\nto = \"area\"\n")
        .write_to(&env, "pack");
    env.goldpath_in("orders", ["upgrade", "--commit", "--quiet"]).succeeds();
    assert_eq!(env.read("orders/goldpath.toml"), before.replace("\nregion =", "\narea ="));
}

#[test]
fn the_environment_never_overrules_what_the_repository_says() {
    let env = TestEnv::new();
    asking("1.0.0", "north").write_to(&env, "pack");
    env.goldpath(["new", "orders", "--pack", "./pack", "--yes", "--quiet"]).succeeds();
    asking("1.1.0", "north").template("new.txt", "new\n").write_to(&env, "pack");
    let env = env.with("GOLDPATH_REGION", "elsewhere");
    upgraded(&env, &[]);
    assert_eq!(env.read("orders/region.txt"), "north\n");
}

#[test]
fn a_new_question_without_a_default_is_told_with_its_flag() {
    let env = TestEnv::new();
    TestPack::new().write_to(&env, "pack");
    env.goldpath(["new", "orders", "--pack", "./pack", "--yes", "--quiet"]).succeeds();
    TestPack::new().version("1.1.0").question("region", "type = \"string\"").write_to(&env, "pack");
    transcript!(env.goldpath_in("orders", ["upgrade"]), @r"
    exit 2
    --- stderr
    error: `region`: no answer was given, and there is no default

    hint: correct them with `--set KEY=VALUE` and run it again
    ");
}

/// A release with notes for three kinds of repository.
fn told() -> TestPack {
    TestPack::new().version("1.1.0").template("ops/rules.yml", "b: 1\n").file(
        "migrations/1.1.0.toml",
        "[[change]]\nwhat = \"Rules are grouped.\"\nwhy = \"A page names its group.\"\nfiles = [\"ops/**\"]\n\
         [[change]]\nwhat = \"Gates are faster.\"\nfiles = [\"gates/*\"]\n",
    )
}

#[test]
fn release_notes_are_those_of_the_files_that_the_repository_has() {
    let env = TestEnv::new();
    TestPack::new().template("ops/rules.yml", "a: 1\n").write_to(&env, "pack");
    env.goldpath(["new", "orders", "--pack", "./pack", "--yes", "--quiet"]).succeeds();
    told().write_to(&env, "pack");
    transcript!(env.goldpath_in("orders", ["upgrade"]), @r"
    exit 0
    --- stdout
    upgrade: demo 1.0.0 to 1.1.0, preset small
      1.1.0: Rules are grouped. A page names its group.
      updated   ops/rules.yml
      updated   goldpath.lock

    2 updated, 2 unchanged
    staged, not committed: look at it with `git diff --staged`, then `git commit`
    ");
}

/// Two presets, the larger with a component, a stricter setting and a question of its own.
fn two_presets(env: &TestEnv) {
    TestPack::new()
        .question("auditor", "type = \"string\"\ndefault = \"nobody\"\nwhen = \"preset == 'large'\"")
        .preset("large", "extends = \"small\"\ncomponents = [\"gate\"]\n[settings]\n\"slo.objective\" = 99.9")
        .component(
            "plain",
            "kind = \"stack\"\n[settings.\"slo.objective\"]\ntype = \"number\"\ndefault = 99.0\nunit = \"percent\"\nhelp = \"h\"",
        )
        .component("gate", "kind = \"component\"")
        .file("templates/gate/files/gate.txt.tera", "{= auditor =}\n")
        .write_to(env, "pack");
    env.goldpath(["new", "orders", "--pack", "./pack", "--preset", "small", "--yes", "--quiet"]).succeeds();
}

#[test]
fn another_preset_is_told_with_all_that_it_brings() {
    let env = TestEnv::new();
    two_presets(&env);
    let run = env.goldpath_in("orders", ["upgrade", "--preset", "large", "--dry-run"]).succeeds();
    insta::assert_snapshot!(run.stdout(), @r"
    upgrade: demo 1.0.0, preset small to large
      `auditor` is asked now; the default was taken: nobody

    What it means
      1 new file, 0 merges, 0 conflicts
      gained   gate: a test wants it
      changed  slo.objective: 99 to 99.9 percent
      asked    auditor: nobody

      created   gate.txt
      updated   goldpath.toml
      updated   goldpath.lock

    1 created, 2 updated, 1 unchanged
    nothing was written: this was a dry run
    ");
}

#[test]
fn at_a_terminal_new_questions_are_asked_and_another_preset_is_confirmed() {
    let env = TestEnv::new();
    two_presets(&env);
    let mut terminal = Terminal::start(&env, &["-C", "orders", "upgrade", "--preset", "large"]);
    terminal.sees("The auditor [nobody]:").types("grace\r");
    terminal
        .sees("asked    auditor: grace")
        .sees("Take it")
        .types(DOWN)
        .sees("> Change nothing")
        .types(ENTER);
    terminal.sees("nothing was changed");
    terminal.ends().assert_code(0);
    assert_eq!(env.git("orders", ["status", "--porcelain"]), "");

    // Whoever is asked is told what about, quiet or not.
    let mut terminal = Terminal::start(&env, &["-C", "orders", "upgrade", "--preset", "large", "--quiet"]);
    terminal.sees("The auditor [nobody]:").types("grace\r");
    terminal.sees("asked    auditor: grace").sees("Take it").types(DOWN).types(ENTER);
    terminal.ends().assert_code(0);

    let mut terminal = Terminal::start(&env, &["-C", "orders", "upgrade", "--preset", "large"]);
    terminal.sees("The auditor [nobody]:").types("grace\r");
    terminal.sees("Take it").sees("> Go on").types(ENTER).sees("staged, not committed");
    terminal.ends().assert_code(0);
    assert_eq!(env.read("orders/gate.txt"), "grace\n");
}

#[test]
fn another_preset_is_told_with_the_promises_that_it_adds() {
    let env = TestEnv::new();
    env.goldpath(["new", "orders", "--preset", "balanced", "--yes", "--quiet"]).succeeds();
    let run = upgraded(&env, &["--preset", "enterprise", "--dry-run"]);
    let controls = run.json()["readiness"]["controls"].as_array().unwrap().clone();
    let promise =
        |id: &str| controls.iter().find(|control| control["control"] == id).map(|found| &found["promise"]);
    assert_eq!(promise("slo.availability").unwrap(), "99.9 %");
    assert_eq!(promise("test.contract-coverage"), None, "what both promise is no news");
}

#[test]
fn the_way_down_is_told_as_less_and_not_as_gain() {
    let env = TestEnv::new();
    env.goldpath(["new", "orders", "--preset", "enterprise", "--yes", "--quiet"]).succeeds();
    let run = upgraded(&env, &["--preset", "balanced", "--dry-run"]);
    let readiness = &run.json()["readiness"];
    assert_eq!(readiness["controls"], serde_json::json!([]));
    let relaxed = readiness["relaxed"].as_array().unwrap();
    let left =
        |id: &str| relaxed.iter().find(|control| control["control"] == id).map(|found| &found["promise"]);
    assert_eq!(left("slo.availability").unwrap(), "99.5 %");
    assert_eq!(left("test.contract-coverage"), None, "what both promise is no news");

    let told =
        env.goldpath_in("orders", ["upgrade", "--preset", "balanced", "--dry-run"]).succeeds().stdout();
    let deleted = told.lines().filter(|line| line.starts_with("  deleted ")).count();
    assert!(deleted > 0 && told.contains(&format!("\n  0 new files, {deleted} deletions, ")), "{told}");
    assert!(told.contains("relaxed  slo.availability: 99.5 %") && !told.contains("  control  "), "{told}");
    let told = env.goldpath_in("orders", ["upgrade", "--preset", "balanced", "--quiet"]).succeeds().stdout();
    assert_eq!(told, "", "quiet is quiet where nothing needs anybody");
}

#[test]
fn all_renames_of_a_version_are_at_once() {
    let env = TestEnv::new();
    let text = |key: &str| (key.to_owned(), format!("type = \"string\"\ndefault = \"no {key}\""));
    let pack = |version: &str, keys: [&str; 2]| {
        let pack =
            TestPack::new().version(version).template("b.md", "two\nlines\n").template("a.md", "one\n");
        keys.map(text).into_iter().fold(pack, |pack, (key, question)| pack.question(&key, &question))
    };
    for (keys, renames, moves, expected) in [
        // A chain, in either order of the file, and a swap.
        (["owner", "org"], [("team", "owner"), ("owner", "org")], "", ["TEAM", "OWNER"]),
        (["owner", "org"], [("owner", "org"), ("team", "owner")], "", ["TEAM", "OWNER"]),
        (["team", "owner"], [("team", "owner"), ("owner", "team")], "swap", ["OWNER", "TEAM"]),
    ] {
        pack("1.0.0", ["team", "owner"]).write_to(&env, "pack");
        let new = ["new", "orders", "--pack", "./pack", "-yq", "--set", "team=TEAM", "--set", "owner=OWNER"];
        env.goldpath(new).succeeds();
        let renamed =
            renames.map(|(from, to)| format!("[[rename_answer]]\nfrom = \"{from}\"\nto = \"{to}\"\n"));
        let mut migration = renamed.concat();
        let mut next = pack("1.1.0", keys);
        if moves == "swap" {
            let moved = |from, to| format!("[[move]]\nfrom = \"{from}\"\nto = \"{to}\"\n");
            migration.push_str(&(moved("a.md", "c.md") + &moved("b.md", "a.md")));
            next = next.without("templates/plain/files/b.md");
            next = next.template("a.md", "two\nlines\n").template("c.md", "one\n");
        }
        let _ = fs_err::remove_dir_all(env.path("pack"));
        next.file("migrations/1.1.0.toml", migration).write_to(&env, "pack");
        env.shell("cd orders; echo ours >> b.md; git commit -qam edit");
        upgraded(&env, &[]);
        let intent: toml::Table = env.read("orders/goldpath.toml").parse().unwrap();
        let answers = keys.map(|key| intent["answers"][key].as_str().unwrap().to_owned());
        assert_eq!(answers, expected, "{renames:?}");
        if moves == "swap" {
            assert_eq!(env.read("orders/a.md"), "two\nlines\nours\n");
            assert_eq!(env.read("orders/c.md"), "one\n");
            assert!(!env.exists("orders/b.md"));
        }
        fs_err::remove_dir_all(env.path("orders")).unwrap();
    }
}

#[test]
fn a_choice_that_is_withdrawn_leaves_every_list_that_has_it() {
    let env = TestEnv::new();
    let pack = |version: &str, choices: &[&str]| {
        let choices: Vec<String> =
            choices.iter().map(|value| format!("{{ value = \"{value}\", label = \"l\" }}")).collect();
        let question = format!("type = \"choices\"\ndefault = []\nchoices = [{}]", choices.join(", "));
        TestPack::new().version(version).question("langs", &question)
    };
    for (to, before, after) in [
        ("\"z\"", "x,y", "[\"z\", \"y\"]"),
        ("\"y\"", "x,y", "[\"y\"]"),
        ("[]", "y,x", "[\"y\"]"),
        ("[]", "x", "[]"),
        ("\"z\"", "y", "[\"y\"]"),
        // Two that are exchanged.
        ("\"y\"\n[[replace_answer]]\nkey = \"langs\"\nfrom = \"y\"\nto = \"z\"", "x,y", "[\"y\", \"z\"]"),
    ] {
        pack("1.0.0", &["x", "y"]).write_to(&env, "pack");
        let set = format!("langs={before}");
        env.goldpath(["new", "orders", "--pack", "./pack", "-yq", "--set", &set]).succeeds();
        let migration = format!("[[replace_answer]]\nkey = \"langs\"\nfrom = \"x\"\nto = {to}\n");
        pack("1.1.0", &["y", "z"]).file("migrations/1.1.0.toml", migration).write_to(&env, "pack");
        upgraded(&env, &[]);
        let intent = env.read("orders/goldpath.toml");
        assert!(intent.contains(&format!("langs = {after}\n")), "{to} for x of {before}: {intent}");
        fs_err::remove_dir_all(env.path("orders")).unwrap();
        fs_err::remove_dir_all(env.path("pack")).unwrap();
    }
}
