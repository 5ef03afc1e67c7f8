//! Where answers come from, which wins, and how all that is wrong is told at once.

use crate::env::{TestEnv, transcript};
use crate::pack::{TestPack, new_from_pack};

fn asking(env: &TestEnv) {
    TestPack::new()
        .question("a", "type = \"string\"\ndefault = \"default\"")
        .question("b", "type = \"string\"\ndefault = \"default\"")
        .question("c", "type = \"string\"\ndefault = \"default\"")
        .question("d", "type = \"string\"\ndefault = \"default\"")
        .question("e", "type = \"string\"\ndefault = \"default\"")
        .component(
            "knobs",
            "[settings.\"knob.size\"]\ntype = \"number\"\nmin = 0.0\nmax = 10.0\ndefault = 1.0",
        )
        .preset("small", "components = [\"knobs\"]\n[settings]\n\"knob.size\" = 2.0")
        .preset("tiny", "")
        .template("answers.tera", "{= a =} {= b =} {= c =} {= d =} {= e =}\n")
        .write_to(env, "pack");
}

fn answers(env: &TestEnv, more: &[&str]) -> String {
    let _ = fs_err::remove_dir_all(env.path("orders"));
    env.goldpath(new_from_pack("orders", &[more, &["--no-git"]].concat())).succeeds();
    env.read("orders/answers").trim().to_owned()
}

#[test]
fn flag_over_environment_over_answers_file_over_configuration_over_default() {
    let env = TestEnv::new().with("GOLDPATH_A", "environment").with("GOLDPATH_B", "environment");
    asking(&env);
    env.write("answers.toml", "a = \"file\"\n[answers]\nb = \"file\"\nc = \"file\"\n");
    env.write_home(
        ".config/goldpath/config.toml",
        "[answers]\na = \"config\"\nb = \"config\"\nc = \"config\"\nd = \"config\"\n",
    );
    assert_eq!(
        answers(&env, &["--set", "a=flag", "--answers", "answers.toml"]),
        "flag environment file config default"
    );
    // The last of several flags counts.
    assert!(answers(&env, &["--set", "a=one", "--set", "a=two"]).starts_with("two "));
}

#[test]
fn xdg_config_home_is_where_the_configuration_is() {
    let env = TestEnv::new();
    let env = {
        let path = env.path("xdg");
        env.with("XDG_CONFIG_HOME", path)
    };
    asking(&env);
    env.write("xdg/goldpath/config.toml", "a = \"xdg\"\n");
    env.write_home(".config/goldpath/config.toml", "a = \"home\"\n");
    assert!(answers(&env, &[]).starts_with("xdg "));
}

#[test]
fn an_answers_file_may_be_toml_yaml_or_json_with_the_same_outcome() {
    let env = TestEnv::new();
    asking(&env);
    for (name, text) in [
        ("a.toml", "preset = \"small\"\n[answers]\na = \"1\"\nb = \"yes\"\n[settings]\n\"knob.size\" = 3\n"),
        ("a.yaml", "preset: small\nanswers:\n  a: \"1\"\n  b: \"yes\"\nsettings:\n  knob:\n    size: 3\n"),
        ("a.yml", "preset: small\na: '1'\nb: 'yes'\nsettings: {knob.size: 3.0}\n"),
        (
            "a.json",
            "{\"preset\": \"small\", \"a\": \"1\", \"b\": \"yes\", \"settings\": {\"knob\": {\"size\": 3}}}",
        ),
    ] {
        env.write(name, text);
        assert_eq!(answers(&env, &["--answers", name]), "1 yes default default default", "{name}");
        assert!(env.read("orders/goldpath.lock").contains("\"knob.size\" = 3.0"), "{name}");
    }
}

#[test]
fn a_goldpath_toml_of_one_repository_answers_for_the_next() {
    let env = TestEnv::new();
    asking(&env);
    env.goldpath(new_from_pack("orders", &["--set", "a=mine", "--set", "knob.size=4"])).succeeds();
    env.goldpath(new_from_pack("next", &["--answers", "orders/goldpath.toml"])).succeeds();
    let next = env.read("next/goldpath.toml");
    assert!(next.contains("a = \"mine\"") && next.contains("\"knob.size\" = 4.0"), "{next}");
}

#[test]
fn preset_and_stack_come_from_every_layer_too() {
    let env = TestEnv::new().with("GOLDPATH_PRESET", "tiny");
    asking(&env);
    env.write("answers.toml", "preset = \"small\"\nstack = \"plain\"\n");
    answers(&env, &["--answers", "answers.toml"]);
    assert!(env.read("orders/goldpath.toml").contains("preset = \"tiny\""));
    answers(&env, &["--preset", "small"]);
    assert!(env.read("orders/goldpath.toml").contains("preset = \"small\""));
}

#[test]
fn a_setting_is_the_components_the_presets_or_the_repositorys() {
    let env = TestEnv::new();
    asking(&env);
    answers(&env, &[]);
    assert!(env.read("orders/goldpath.lock").contains("\"knob.size\" = 2.0"));
    assert!(!env.read("orders/goldpath.toml").contains("knob.size"));
    answers(&env, &["--set", "knob.size=9.5"]);
    assert!(env.read("orders/goldpath.lock").contains("\"knob.size\" = 9.5"));
    assert!(env.read("orders/goldpath.toml").contains("\"knob.size\" = 9.5"));
}

#[test]
fn text_is_typed_as_its_question_says() {
    let env = TestEnv::new();
    TestPack::new()
        .question("yes", "type = \"bool\"\ndefault = false")
        .question("count", "type = \"integer\"\ndefault = 1")
        .question("names", "type = \"list\"\ndefault = []")
        .question("where", "type = \"path\"\ndefault = \"docs\"")
        .question("text", "type = \"string\"\ndefault = \"\"")
        .template("typed.tera", "{= [yes, count, names, where, text] | json =}\n")
        .write_to(&env, "pack");
    let set = [
        "--set",
        "yes=on",
        "--set",
        "count= 7 ",
        "--set",
        "names=b, a,,c",
        "--set",
        "where=a/b",
        "--set",
        "text=1=2, x",
    ];
    env.goldpath(new_from_pack("orders", &set)).succeeds();
    assert_eq!(env.read("orders/typed"), "[true,7,[\"b\",\"a\",\"c\"],\"a/b\",\"1=2, x\"]\n");
    let answers =
        "yes = true\ncount = 7\nnames = [\"b\", \"a\", \"c\"]\nwhere = \"a/b\"\ntext = \"1=2, x\"\n";
    assert!(
        env.read("orders/goldpath.toml")
            .lines()
            .filter(|line| !line.starts_with('#'))
            .collect::<Vec<_>>()
            .join("\n")
            .contains(answers.trim())
    );
}

#[test]
fn everything_that_is_wrong_is_told_in_one_go_with_where_it_came_from() {
    let env = TestEnv::new().with("GOLDPATH_LOUD", "maybe");
    TestPack::new()
        .question("loud", "type = \"bool\"\ndefault = false")
        .question("count", "type = \"integer\"\nmin = 1\nmax = 9\ndefault = 1")
        .question("colour", "type = \"choice\"\nchoices = [{ value = \"red\", label = \"R\" }, { value = \"blue\", label = \"B\" }]\ndefault = \"red\"")
        .component("knobs", "[settings.\"knob.size\"]\ntype = \"integer\"\nmin = 0\nmax = 10\nunit = \"cm\"\ndefault = 1")
        .preset("small", "components = [\"knobs\"]")
        .write_to(&env, "pack");
    env.write("answers.yaml", "count: 12\n");
    let run = env.goldpath(new_from_pack(
        "orders",
        &[
            "--answers",
            "answers.yaml",
            "--set",
            "colour=bleu",
            "--set",
            "knob.size=11",
            "--set",
            "knob.sise=1",
            "--set",
            "colur=red",
        ],
    ));
    transcript!(run, @r"
    exit 2
    --- stderr
    error: 6 values cannot stand
      `loud` from `GOLDPATH_LOUD` in the environment: `maybe` is neither yes nor no
      `count` from `answers.yaml`: 12 is outside 1 to 9
      `colour` from `--set colour`: `bleu` is no choice, did you mean `blue`?
      `colur` from `--set colur`: the pack asks no such thing, did you mean `colour`?
      `knob.size` from `--set knob.size`: 11 is outside 0 to 10 cm
      `knob.sise` from `--set knob.sise`: no such setting, did you mean `knob.size`?

    hint: correct them with `--set KEY=VALUE` and run it again
    ");
    assert!(!env.exists("orders"));
}

#[test]
fn a_default_may_read_earlier_answers_and_the_target() {
    let env = TestEnv::new();
    TestPack::new()
        .question(
            "owner",
            "type = \"string\"\ndefault = \"{= remote_owner or 'nobody' =}/{= service_name | upper =}\"",
        )
        .template("owner.tera", "{= owner =}\n")
        .write_to(&env, "pack");
    env.goldpath(new_from_pack("Some Orders", &[])).succeeds();
    assert_eq!(env.read("Some Orders/owner"), "nobody/SOME-ORDERS\n");
    env.goldpath(new_from_pack("orders", &["--remote", "https://github.com/acme/orders"])).succeeds();
    assert_eq!(env.read("orders/owner"), "acme/ORDERS\n");
}

#[test]
fn the_users_configuration_and_the_environment_may_serve_other_packs_too() {
    let env = TestEnv::new().with("GOLDPATH_SOMETHING_ELSE", "1");
    asking(&env);
    env.write_home(".config/goldpath/config.toml", "unknown = \"1\"\n[settings]\n\"other.pack\" = 1\n");
    assert_eq!(answers(&env, &[]), "default default default default default");
    env.write("answers.toml", "unknown = \"1\"\n");
    env.goldpath(new_from_pack("more", &["--answers", "answers.toml"]))
        .fails(2, ["`unknown` from `answers.toml`"]);
}

#[test]
fn a_preset_or_stack_that_nobody_has_is_told_with_where_it_was_said() {
    for (variable, file, from) in [
        (
            Some("GOLDPATH_PRESET"),
            None,
            "`preset` from `GOLDPATH_PRESET` in the environment: no preset `smal`",
        ),
        (None, Some("preset = \"smal\"\n"), "`preset` from `answers.toml`: no preset `smal`"),
        (None, Some("stack = \"smal\"\n"), "`stack` from `answers.toml`: no stack `smal`"),
    ] {
        let mut env = TestEnv::new();
        asking(&env);
        let mut flags = Vec::new();
        if let Some(variable) = variable {
            env = env.with(variable, "smal");
        }
        if let Some(file) = file {
            env.write("answers.toml", file);
            flags = vec!["--answers", "answers.toml"];
        }
        env.goldpath(new_from_pack("more", &flags)).fails(2, [from, "correct it there"]);
    }
}
