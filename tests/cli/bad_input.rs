//! Bad input of every kind: each ends with its exit code, writes nothing, and says what to do next.

use std::fmt::Write as _;

use crate::env::{Ended, TestEnv};
use crate::pack::{TestPack, new_from_pack};

/// A pack with a question of each kind and a setting.
fn asking() -> TestPack {
    TestPack::new()
        .question("owner", "type = \"string\"\npattern = \"[a-z]+/[a-z]+\"\ninvalid = \"an organisation and a team\"\ndefault = \"a/b\"")
        .question("count", "type = \"integer\"\nmin = 1\nmax = 9\ndefault = 1")
        .question("loud", "type = \"bool\"\ndefault = false")
        .question("colour", "type = \"choice\"\nchoices = [{ value = \"red\", label = \"R\" }, { value = \"blue\", label = \"B\" }]\ndefault = \"red\"")
        .question("extras", "type = \"choices\"\nchoices = [{ value = \"one\", label = \"1\" }, { value = \"two\", label = \"2\" }]\ndefault = []")
        .question("where", "type = \"path\"\ndefault = \"docs\"")
        .component("knobs", "[settings.\"knob.size\"]\ntype = \"integer\"\nmin = 0\nmax = 10\nunit = \"cm\"\ndefault = 1")
        .component("other", "[settings.\"other.size\"]\ntype = \"integer\"\ndefault = 1")
        .preset("small", "components = [\"knobs\"]")
}

/// What makes a sound pack a bad one.
type Change = fn(TestPack) -> TestPack;

/// What a table found out: everything that is wrong, told at once.
#[derive(Default)]
struct Verdict {
    cases: usize,
    wrong: Vec<String>,
}

impl Verdict {
    /// Runs it where everything is as it should be but the input; nothing may change.
    fn refused(&mut self, env: &TestEnv, arguments: &[&str], code: i32, told: &[&str]) -> Ended {
        let before = env.contents("");
        let run = env.goldpath(arguments).whatever();
        let said = run.stderr();
        let mut check = |holds: bool, what: &str| {
            if !holds {
                self.wrong.push(format!("{what}: goldpath {arguments:?}\n{}exit {}", run.said(), run.code()));
            }
        };
        check(run.code() == code, &format!("not exit {code}"));
        for told in told {
            check(said.contains(told), &format!("does not say `{told}`"));
        }
        let first = said.lines().find(|line| line.starts_with("error: ")).unwrap_or_default();
        check(!first.is_empty(), "no line begins with `error: `");
        check(!first.ends_with('.'), "a message ends without a full stop");
        let helps = ["hint: ", "--help", "possible values", "tip: ", ", line "]
            .iter()
            .any(|help| said.contains(help));
        check(helps, "says nothing that helps");
        check(!said.contains("panicked") && !said.contains("/src/"), "speaks of its own source");
        check(
            !said.contains("``")
                || arguments.iter().any(|argument| argument.is_empty() || argument.ends_with('=')),
            "names something by nothing",
        );
        check(!said.contains('\u{1b}'), "an escape reaches the terminal");
        check(run.stdout().is_empty(), "writes to stdout");
        check(env.contents("") == before, "changed something");
        self.cases += 1;
        run
    }

    #[track_caller]
    fn nothing_is_wrong(self) {
        assert!(
            self.wrong.is_empty(),
            "{} in {} cases:\n\n{}",
            self.wrong.len(),
            self.cases,
            self.wrong.join("\n\n")
        );
    }
}

#[test]
fn arguments_that_cannot_stand() {
    let mut verdict = Verdict::default();
    let env = TestEnv::new();
    asking().write_to(&env, "pack");
    env.write("notes.txt", "x");
    let long = "x".repeat(300);
    let table: &[(&[&str], i32, &[&str])] = &[
        (&["neww", "orders"], 2, &["unrecognized subcommand 'neww'", "'new'"]),
        (&["new", "orders", "--prset", "small"], 2, &["unexpected argument '--prset'", "'--preset'"]),
        (&["new", "orders", "--format", "xml"], 2, &["invalid value 'xml'", "text, json"]),
        (&["new", "orders", "--color", "blue"], 2, &["invalid value 'blue'", "never"]),
        (&["new", "orders", "--no-git", "--no-commit"], 2, &["cannot be used with"]),
        (&["new", "orders", "--no-git", "--remote", "x"], 2, &["cannot be used with"]),
        (&["new", "orders", "-q", "-v"], 2, &["cannot be used with"]),
        (&["new", "one", "two"], 2, &["unexpected argument 'two'"]),
        (&["new", "--set"], 2, &["a value is required for '--set <KEY=VALUE>'"]),
        (&["-C", "missing", "presets"], 2, &["no folder `missing`", "make it first"]),
        (&["-C", "notes.txt", "presets"], 2, &["no folder `notes.txt`"]),
        (
            &["new", "orders", "--pack", "./pack", "--preset", "smal", "-y"],
            2,
            &["no preset `smal`", "did you mean `small`?"],
        ),
        (&["new", "orders", "--pack", "./pack", "--preset", "", "-y"], 2, &["no preset ``"]),
        (
            &["new", "orders", "--pack", "./pack", "--stack", "rust", "-y"],
            2,
            &["no stack `rust`", "known: `plain`"],
        ),
        (&["new", "orders", "--stack", "rusty", "-y"], 2, &["no stack `rusty`", "did you mean `rust`?"]),
        (
            &["new", "orders", "--set", "owner", "-y"],
            2,
            &["`owner` is no `KEY=VALUE`", "--set owner=acme/orders-team"],
        ),
        (&["new", "orders", "--set", "=x", "-y"], 2, &["`=x` is no `KEY=VALUE`"]),
        (
            &["new", "orders", "--author", "Ada", "-y"],
            2,
            &["`Ada` is no author", "--author \"Ada Lovelace <ada@example.com>\""],
        ),
        (&["new", "orders", "--author", "Ada <>", "-y"], 2, &["is no author"]),
        (
            &["new", "orders", "--remote", "", "-y"],
            2,
            &["the URL of the remote cannot be used", "--remote git@github.com"],
        ),
        (&["new", "orders", "--remote", "a\nb", "-y"], 2, &["the URL of the remote cannot be used"]),
        (&["new", "--pack", "./pack", "-y"], 2, &["no answer for the folder", "`goldpath new DIR`"]),
        (&["new", &long, "--pack", "./pack", "-y"], 3, &[]),
        (&["presets", "show"], 2, &["<NAME>"]),
        (&["presets", "show", "Balanced!"], 2, &["no preset `Balanced!`", "did you mean `balanced`?"]),
        (&["completions", "tcsh"], 2, &["invalid value 'tcsh'", "bash"]),
        (&["completions"], 2, &["<SHELL>"]),
        (&["pack", "render", "./pack"], 2, &["--to <OUT>"]),
        (&["pack", "lnit", "./pack"], 2, &["'lint'"]),
        (&["recommend", "--set", "team_size=many"], 2, &["`many` is no whole number"]),
        (&["recommend", "--set", "team_size=-1"], 2, &["-1 is outside 1 to 1000"]),
    ];
    for (arguments, code, told) in table {
        verdict.refused(&env, arguments, *code, told);
    }
    verdict.nothing_is_wrong();
}

#[test]
fn answers_and_settings_that_cannot_stand() {
    let mut verdict = Verdict::default();
    let env = TestEnv::new();
    asking().write_to(&env, "pack");
    let long = "x".repeat(300);
    for (set, told) in [
        ("owner=ACME", "`ACME` is not an organisation and a team"),
        ("owner=a/b\nevil", "is not an organisation and a team"),
        ("service_name=a\u{1b}[2Jb", "control character"),
        ("count=0", "0 is outside 1 to 9"),
        ("count=10", "10 is outside 1 to 9"),
        ("count=three", "`three` is no whole number"),
        ("count=1.5", "`1.5` is no whole number"),
        ("count=99999999999999999999", "is no whole number"),
        ("count=", "`` is no whole number"),
        ("loud=maybe", "`maybe` is neither yes nor no"),
        ("colour=bleu", "did you mean `blue`?"),
        ("colour=Red", "`Red` is no choice"),
        ("extras=one,three", "`three` is no choice"),
        ("where=../up", "contains `..`"),
        ("where=/etc", "is absolute"),
        ("where=C:\\x", "drive letter"),
        ("where=.git/hooks", "git's own folder"),
        ("where=a//b", "empty name"),
        ("where=con.txt", "is a device on Windows"),
        ("where=\u{202e}x", "cannot be seen"),
        ("knob.size=11", "11 is outside 0 to 10 cm"),
        ("knob.size=big", "`big` is no number"),
        ("knob.sise=1", "did you mean `knob.size`?"),
        ("other.size=1", "it belongs to component `other`, which this plan does not have"),
        ("nothing.like.it=1", "no such setting"),
        ("colur=red", "did you mean `colour`?"),
        ("preset=smal", "no preset `smal`"),
    ] {
        let arguments = new_from_pack("orders", &["--set", set]);
        verdict.refused(&env, &arguments, 2, &[told]);
    }
    verdict.refused(
        &env,
        &new_from_pack("orders", &["--set", &format!("where={long}")]),
        2,
        &["a name may have 255"],
    );
    verdict.nothing_is_wrong();
}

#[test]
fn built_in_answers_that_cannot_stand() {
    let mut verdict = Verdict::default();
    let env = TestEnv::new();
    for (name, told) in [
        ("Orders", "3 to 40 lower-case letters"),
        ("a", "3 to 40"),
        ("-orders", "3 to 40"),
        ("orders-", "not ending in a dash"),
        ("1orders", "starting with a letter"),
        ("or ders", "3 to 40"),
        ("órders", "3 to 40"),
        (&"o".repeat(41), "3 to 40"),
        ("orders\n", "3 to 40"),
        ("orders; rm -rf", "3 to 40"),
        ("${{x}}", "3 to 40"),
    ] {
        verdict.refused(
            &env,
            &["new", "d", &format!("--name={name}"), "-y"],
            2,
            &["`service_name` from `--name`", told],
        );
    }
    for owner in ["acme", "acme/", "/team", "acme/Team", "a/b/c", "-acme/team", "acme/team\"", "@acme/team"] {
        verdict.refused(
            &env,
            &["new", "orders", "--set", &format!("owner={owner}"), "-y"],
            2,
            &["an organisation and a team"],
        );
    }
    for (set, told) in [
        ("platform=nomad", "`kubernetes`, `compose`"),
        ("audit_frameworks=soc2", "only when 'enterprise' in lineage"),
        ("slo.availability.objective=101", "outside"),
        ("slo.availability.objective=100", "outside"),
        ("service.port=0", "outside"),
        ("service.port=70000", "outside"),
        ("review.approvals=-1", ""),
        ("go.version=latest", "a version of Go"),
        ("delivery.monitoring_namespace=My NS", "a namespace"),
        ("supply.builder=acme/builder/.github/workflows/build.yml@main", "at a commit"),
        ("alerting.chat_channel=#a\"", "is not"),
    ] {
        // Enterprise and Go have the settings of all others.
        let preset = if set.starts_with("audit") { "quick-start" } else { "enterprise" };
        let arguments = ["new", "orders", "--preset", preset, "--stack", "go", "--set", set, "-y"];
        verdict.refused(&env, &arguments, 2, &[told]);
    }
    verdict.nothing_is_wrong();
}

#[test]
fn answers_files_that_cannot_stand() {
    let mut verdict = Verdict::default();
    let env = TestEnv::new();
    asking().write_to(&env, "pack");
    for (name, text, told) in [
        ("a.ini", "x=1", &["`a.ini` is neither TOML, YAML nor JSON by its name", "`.toml`"][..]),
        ("a", "x = 1", &["neither TOML, YAML nor JSON"]),
        ("a.toml", "owner = \n", &["`a.toml` is not valid", "line 1"]),
        ("a.toml", "owner = \"a/b\"\nowner = \"c/d\"\n", &["`a.toml` is not valid", "duplicate key"]),
        ("a.json", "{\"owner\": }", &["`a.json` is not valid", "line 1"]),
        ("a.json", "[1]", &["expected keys and values at the top"]),
        ("a.yaml", "owner: [a\n", &["`a.yaml` is not valid", "line"]),
        ("a.yaml", "- a\n", &["expected keys and values at the top"]),
        ("a.json", "{\"owner\": null}", &["must be text, a number, true or false"]),
        ("a.json", "{\"owner\": {\"x\": 1}}", &["no table `owner`"]),
        ("a.toml", "[anwsers]\nowner = \"a/b\"\n", &["no table `anwsers`", "did you mean `answers`?"]),
        ("a.toml", "preset = 3\n", &["`preset` must be text"]),
        ("a.toml", "preset = \"smal\"\n", &["no preset `smal`"]),
        ("a.toml", "count = \"3\"\n", &["`count` from `a.toml`", "expected a whole number, not text"]),
        ("a.toml", "count = 12\n", &["12 is outside 1 to 9"]),
        ("a.toml", "loud = 1\n", &["expected true or false, not an integer"]),
        ("a.toml", "extras = \"one\"\n", &["expected a list of choices"]),
        ("a.toml", "ownr = \"a/b\"\n", &["did you mean `owner`?"]),
        ("a.toml", "[settings]\n\"knob.size\" = true\n", &["expected a whole number"]),
        ("a.yaml", "a: &a [x, x, x, x]\nb: &b [*a, *a, *a, *a]\nc: &c [*b, *b, *b, *b]\n", &["hint: "]),
    ] {
        env.write(name, text);
        let arguments = new_from_pack("orders", &["--answers", name]);
        verdict.refused(&env, &arguments, 2, told);
    }
    env.write("latin.toml", b"owner = \"caf\xe9\"\n");
    verdict.refused(&env, &new_from_pack("orders", &["--answers", "latin.toml"]), 2, &["`latin.toml`"]);
    verdict.refused(
        &env,
        &new_from_pack("orders", &["--answers", "missing.toml"]),
        2,
        &["`missing.toml` cannot be read"],
    );
    env.folder("folder.toml");
    verdict.refused(
        &env,
        &new_from_pack("orders", &["--answers", "folder.toml"]),
        2,
        &["`folder.toml` cannot be read"],
    );
    env.write_home(".config/goldpath/config.toml", "owner = \n");
    verdict.refused(&env, &new_from_pack("orders", &[]), 2, &["config.toml` is not valid"]);
    verdict.nothing_is_wrong();
}

#[test]
fn a_yaml_file_that_unfolds_without_end_is_refused_quickly() {
    let env = TestEnv::new();
    asking().write_to(&env, "pack");
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let items = vec![format!("*a{}", level - 1); 9].join(", ");
        let _ = writeln!(text, "a{level}: &a{level} [{items}]");
    }
    env.write("bomb.yaml", text);
    let started = std::time::Instant::now();
    env.goldpath(new_from_pack("orders", &["--answers", "bomb.yaml"])).fails(2, ["`bomb.yaml`"]);
    assert!(started.elapsed().as_secs() < 10);
}

#[test]
fn manifests_that_cannot_stand_are_told_by_file_line_and_column() {
    let mut verdict = Verdict::default();
    let table: &[(Change, &[&str])] = &[
        (
            |pack| pack.file("pack.toml", "[pack]\nname = \"x\"\n"),
            &["`pack.toml`, line 1, column 1", "missing field `version`"],
        ),
        (|pack| pack.file("pack.toml", "nonsense"), &["`pack.toml`, line 1, column"]),
        (
            |pack| pack.file("pack.toml", b"[pack]\nname = \"\xff\"\n"),
            &["`pack.toml`, line 2, column 9: not UTF-8"],
        ),
        (
            |pack| pack.head("sumary = \"x\""),
            &["`pack.toml`, line 5, column 1", "unknown field `sumary`", "did you mean `summary`?"],
        ),
        (
            |pack| pack.version("1.2"),
            &["`pack.toml`, line 3, column 11", "`1.2` is no semantic version", "version = \"1.2.0\""],
        ),
        (|pack| pack.head("requires = \"sometimes\""), &["line 5, column 12", "is no version requirement"]),
        (
            |pack| pack.head("extends = \"../other\""),
            &["a pack cannot extend `../other`", "extends = \"builtin\""],
        ),
        (|pack| pack.head("delimiters = { value = [\"{\", \"}\"] }"), &["exactly two bytes"]),
        (
            |pack| pack.question("service_name", "type = \"string\""),
            &["question `service_name` is asked twice"],
        ),
        (
            |pack| pack.question("Bad-Key", "type = \"string\""),
            &["`Bad-Key` is no name a template can read", "lower-case letters"],
        ),
        (|pack| pack.question("settings", "type = \"string\""), &["`settings` is a name of goldpath"]),
        (
            |pack| pack.question("x", "type = \"strng\""),
            &["unknown variant `strng`", "did you mean `string`?"],
        ),
        (|pack| pack.question("x", "type = \"choice\""), &["question `x` has no `choices`"]),
        (
            |pack| pack.question("x", "type = \"string\"\nchoices = [{ value = \"a\", label = \"A\" }]"),
            &["which only `choice` and `choices` take"],
        ),
        (|pack| pack.question("x", "type = \"string\"\npattern = \"[\""), &["`[` is no pattern"]),
        (
            |pack| pack.question("x", "type = \"integer\"\nmin = 3\ndefault = 1"),
            &["the default of `x` is not valid: 1 is outside 3 and up"],
        ),
        (
            |pack| pack.question("x", "type = \"string\"\ndefualt = \"1\""),
            &["unknown field `defualt`", "did you mean `default`?"],
        ),
        (
            |pack| pack.question("x", "type = \"string\"\nwhen = \"nothing\""),
            &["`when` of question `x`", "nothing"],
        ),
        (
            |pack| pack.question("x", "type = \"string\"\ndefault = \"{= nothing =}\""),
            &["the default of question `x`", "nothing"],
        ),
        (
            |pack| pack.question("x", "type = \"string\"\ndefault = \"{= 1 +\""),
            &["the default of question `x`", "hint: "],
        ),
        (|pack| pack.tables("[computed]\nX = \"1\""), &["`X` is no name a template can read"]),
        (|pack| pack.tables("[computed]\nx = 1"), &["computed value `x` must be text, not integer"]),
        (
            |pack| pack.tables("[computed]\nservice_name = \"1\""),
            &["computes `service_name`, which is defined already"],
        ),
        (
            |pack| pack.tables("[computed]\nx = \"{= y =}\"\ny = \"1\""),
            &["computed value `x` of `pack.toml`"],
        ),
        (
            |pack| pack.tables("[[advice]]\nwhen = \"true\"\npreset = \"smal\"\nbecause = \"x\""),
            &["no preset `smal`", "did you mean `small`?", "line "],
        ),
        (
            |pack| pack.preset("small", "components = [\"plian\"]"),
            &["`presets/small.toml`, line 3, column 15: no component `plian`", "did you mean `plain`?"],
        ),
        (
            |pack| pack.preset("small", "extends = \"larg\"").preset("large", ""),
            &["`presets/small.toml`, line 3, column 11: no preset `larg`", "did you mean `large`?"],
        ),
        (
            |pack| pack.preset("small", "[settings]\nslo.days = 1"),
            &["setting `slo` must be a plain value", "write a dotted name in quotes"],
        ),
        (
            |pack| pack.preset("small", "[settings]\n\"no.such\" = 1"),
            &["`no.such` from preset `small`: no such setting"],
        ),
        (|pack| pack.preset("small", "[profile]\ncost = \"Low\""), &["missing field"]),
        (|pack| pack.preset("small", "extends = \"small\""), &["extends itself in a circle"]),
        (|pack| pack.file("presets/small.toml", ""), &["`presets/small.toml`", "missing field `title`"]),
        (
            |pack| pack.component("plain", "kind = \"stac\""),
            &[
                "`templates/plain/component.toml`, line 3, column 8",
                "unknown variant `stac`",
                "did you mean `stack`?",
            ],
        ),
        (
            |pack| pack.component("plain", "kind = \"stack\"\nrequires = [\"metrics\"]"),
            &["no component `metrics`"],
        ),
        (|pack| pack.component("plain", "kind = \"stack\"\n[[files]]\nmatch = \"a[\""), &["`a[` is no glob"]),
        (
            |pack| {
                pack.component("plain", "kind = \"stack\"\n[[files]]\nmatch = \"a\"\nownership = \"mine\"")
            },
            &["unknown variant `mine`", "`managed`"],
        ),
        (|pack| pack.component("plain", "kind = \"stack\"\nexecutable = [\"{a\"]"), &["`{a` is no glob"]),
        (
            |pack| {
                pack.component(
                    "plain",
                    "kind = \"stack\"\n[settings.\"size\"]\ntype = \"integer\"\ndefault = 1",
                )
            },
            &["`size` is no name of a setting", "at least two parts"],
        ),
        (
            |pack| {
                pack.component(
                    "plain",
                    "kind = \"stack\"\n[settings.\"k.x\"]\ntype = \"integer\"\nmax = 1\ndefault = 2",
                )
            },
            &["the default of `k.x` is not valid: 2 is above 1"],
        ),
        (
            |pack| {
                pack.component(
                    "plain",
                    "kind = \"stack\"\n[settings.\"k.x\"]\ntype = \"string\"\npattern = \"[a-z]+\"\ndefault = \"1\"",
                )
            },
            &["the default of `k.x` is not valid: `1` is not text like `[a-z]+`"],
        ),
        (
            |pack| {
                pack.component(
                    "plain",
                    "kind = \"stack\"\n[settings.\"k.x\"]\ntype = \"string\"\npattern = \"[a\"\ndefault = \"1\"",
                )
            },
            &["`[a` is no pattern"],
        ),
        (
            |pack| {
                pack.component(
                    "plain",
                    "kind = \"stack\"\n[settings.\"k.x\"]\ntype = \"integer\"\npattern = \"1\"\ndefault = 1",
                )
            },
            &["`k.x` has a `pattern`, which only `string` and `list` take"],
        ),
        (
            |pack| {
                pack.component("plain", "kind = \"stack\"\n[settings.\"k.x\"]\ntype = \"integer\"\ndefault = 2\n[settings.\"k.x.y\"]\ntype = \"integer\"\ndefault = 2")
            },
            &["is also the start of another setting's name"],
        ),
        (
            |pack| {
                let knob = "[settings.\"k.x\"]\ntype = \"integer\"\ndefault = 1";
                pack.component("one", knob)
                    .component("two", knob)
                    .preset("small", "components = [\"one\", \"two\"]")
            },
            &["setting `k.x` is defined by component `one` and by `two`"],
        ),
        (
            |pack| pack.component("plain", "kind = \"stack\"\nwhen = \"nothing\""),
            &["`when` of component `plain`", "nothing"],
        ),
        (
            |pack| pack.component("plain", "kind = \"stack\"\n[[files]]\nmatch = \"**\"\nwhen = \"1 +\""),
            &["`when` of `README.md`", "templates/plain/component.toml"],
        ),
        (|pack| pack.tables("[[figure]]\ntitle = \"x\""), &["counts `files`", "line "]),
        (
            |pack| pack.without("presets/small.toml"),
            &["there is no preset in the pack", "`presets/NAME.toml`"],
        ),
        (|pack| pack.component("plain", ""), &["there is no stack in the pack", "`kind = \"stack\"`"]),
    ];
    for (change, told) in table {
        let env = TestEnv::new();
        change(TestPack::new()).write_to(&env, "pack");
        verdict.refused(&env, &new_from_pack("orders", &[]), 2, told);
    }
    verdict.nothing_is_wrong();
}

#[test]
fn templates_and_names_that_cannot_stand() {
    let mut verdict = Verdict::default();
    let table: &[(Change, &[&str])] = &[
        (
            |pack| pack.template("x.tera", "a\nb {= nothing =}\n"),
            &["templates/plain/files/x.tera:2:", "nothing"],
        ),
        (|pack| pack.template("x.tera", "a\n{% if %}\n"), &["templates/plain/files/x.tera:2:"]),
        (|pack| pack.template("x.tera", "{% if stack %}"), &["templates/plain/files/x.tera"]),
        (|pack| pack.template("x.tera", "{= stack | shout =}"), &["shout"]),
        (|pack| pack.template("x.tera", "{= settings.no.such =}"), &["templates/plain/files/x.tera:1:"]),
        (|pack| pack.template("x.tera", "{= stack + 1 =}"), &["templates/plain/files/x.tera:1:"]),
        (|pack| pack.template("x.tera", "{% include \"plain/missing\" %}"), &["plain/missing"]),
        (|pack| pack.template("x.tera", "{= throw(message=\"not together\") =}"), &["not together"]),
        (
            |pack| pack.template("x.tera", b"\xff"),
            &["`templates/plain/files/x.tera` is not UTF-8", "drop the `.tera` suffix"],
        ),
        (|pack| pack.template("{= nothing =}", ""), &["the name of `templates/plain/files/{= nothing =}`"]),
        (|pack| pack.template("goldpath.lock", ""), &["which goldpath writes itself"]),
        (|pack| pack.template("goldpath.toml.tera", ""), &["which goldpath writes itself"]),
        (|pack| pack.template("a", "").template("A", ""), &["are the same file where case"]),
        (|pack| pack.template("a.tera", "").template("a/b", ""), &["is a file, and"]),
        (|pack| pack.template("x.tera", "").template("x", ""), &["both render to `x`"]),
        (|pack| pack.template(".git/config", "[core]\n"), &["git's own folder"]),
        (|pack| pack.template(".GIT/hooks/pre-commit", ""), &["git's own folder"]),
        (|pack| pack.template("git~1/x", ""), &["git's own folder"]),
        (
            |pack| {
                pack.template("HEAD", "ref: refs/heads/x\n").template("objects/x", "").template("refs/x", "")
            },
            &["takes it for a repository"],
        ),
        (|pack| pack.template("aux.c", ""), &["is a device on Windows"]),
        (|pack| pack.template("a?b", ""), &["which Windows does not allow"]),
        (|pack| pack.template("a:b", ""), &["which names a stream or a drive on Windows"]),
        (|pack| pack.template("a\\b", ""), &["backslash"]),
        (|pack| pack.template("trailing.", ""), &["ends with a dot or a space"]),
        (|pack| pack.template("x\u{200b}y", ""), &["cannot be seen"]),
        (|pack| pack.template("cafe\u{301}", ""), &["composed form"]),
        (|pack| pack.template("new\nline", ""), &["control character"]),
    ];
    for (change, told) in table {
        let env = TestEnv::new();
        change(TestPack::new()).write_to(&env, "pack");
        verdict.refused(&env, &new_from_pack("orders", &[]), 2, told);
    }
    verdict.nothing_is_wrong();
}

#[test]
fn an_answer_cannot_steer_a_file_out_of_the_repository() {
    let mut verdict = Verdict::default();
    for (answer, told) in [
        ("..", "contains `..`"),
        ("../../etc/cron.d", "contains `..`"),
        ("/etc", "is absolute"),
        ("a/../../b", "contains `..`"),
        (".git", "git's own folder"),
        (".git/hooks", "git's own folder"),
        ("C:", "drive letter"),
        ("nul", "is a device on Windows"),
        ("a\nb", "control character"),
        ("", "is absolute"),
        ("x ", "ends with a dot or a space"),
    ] {
        let env = TestEnv::new();
        TestPack::new()
            .question("folder", "type = \"string\"\ndefault = \"x\"")
            .template("{= folder =}/file", "")
            .write_to(&env, "pack");
        verdict.refused(&env, &new_from_pack("orders", &["--set", &format!("folder={answer}")]), 2, &[told]);
    }
    verdict.nothing_is_wrong();
}

#[test]
fn packs_that_are_no_packs_and_names_that_are_no_names() {
    let mut verdict = Verdict::default();
    let env = TestEnv::new();
    env.folder("empty");
    env.write("file", "x");
    env.folder("repository");
    env.git("repository", ["init", "--quiet", "--bare", "bare.git"]);
    let marker = env.path("marker");
    let run = format!("ext::touch {}", marker.display());
    for (pack, code, told) in [
        ("empty", 2, &["`empty` is no pack: it has no `pack.toml`"][..]),
        ("missing", 2, &["there is no folder `missing`", "`builtin`"]),
        ("file", 2, &["hint: "]),
        ("", 2, &["it is empty"]),
        ("-x", 2, &["could be taken for an option"]),
        ("--upload-pack=touch marker", 2, &["could be taken for an option"]),
        ("builtn", 2, &["there is no folder `builtn`"]),
        ("builtin#x", 2, &["the built-in pack has no subfolders"]),
        ("builtin@99.0.0", 2, &["has no version `99.0.0`", "0.1.0"]),
        ("builtin@", 2, &["no version after its `@`"]),
        ("empty@1.0.0", 2, &["is no git repository, so it has no version `1.0.0`"]),
        ("empty@--upload-pack=x", 2, &["a version is a number"]),
        ("empty@a..b", 2, &["a version is a number"]),
        ("empty#../x", 2, &["contains `..`"]),
        ("empty#/etc", 2, &["absolute"]),
        (run.as_str(), 2, &["`::` asks git to run a program", "use `https://`"]),
        ("fd::17", 2, &["`::` asks git to run a program"]),
        ("http://example.com/pack.git", 2, &["neither encrypted nor authenticated"]),
        ("git://example.com/pack.git", 2, &["neither encrypted nor authenticated"]),
        ("ftp://example.com/pack.git", 2, &["only `https`, `ssh` and `file` are fetched"]),
        ("https://-oProxyCommand=touch/x", 2, &["could be taken for an option"]),
        ("ssh://-oProxyCommand=touch marker/x", 2, &["hint: "]),
        ("-oProxyCommand=x:path", 2, &["could be taken for an option"]),
        ("git@host:-x", 2, &["could be taken for an option"]),
        ("https://example.com", 2, &["it names no repository"]),
        ("https://example.com:port/x", 2, &["its port is no number"]),
        ("https:///x", 2, &["it names no host"]),
        ("ssh://user:secret@host/x", 2, &["use a key"]),
        ("file://host/x", 2, &["a `file://` address has no host"]),
        ("file:///nowhere/pack.git", 4, &["git could not fetch `file:///nowhere/pack.git`"]),
        ("pack\u{202e}x", 2, &["cannot be seen"]),
    ] {
        let arguments = ["new", "orders", "--yes", &format!("--pack={pack}")];
        verdict.refused(&env, &arguments, code, told);
        assert!(!env.exists("marker"), "{pack} ran something");
    }
    let told = verdict.refused(&env, &["new", "orders", "--yes", "--pack=ssh://user:secret@host/x"], 2, &[]);
    assert!(!told.stderr().contains("secret"));
    verdict.nothing_is_wrong();
}

#[test]
fn a_hostile_pack_ends_in_an_error_and_not_in_a_full_disk() {
    let table: &[(&str, Change, &[&str])] = &[
        (
            "a flood",
            |pack| {
                pack.template("x.tera", "{% for i in range(end=90000) %}{% for j in range(end=90000) %}0123456789{% endfor %}{% endfor %}")
            },
            &["templates/plain/files/x.tera"],
        ),
        (
            "an include of itself",
            |pack| {
                pack.file("templates/plain/partials/p.tera", "x{% include \"plain/p\" %}")
                    .template("x.tera", "{% include \"plain/p\" %}")
            },
            &["plain/p"],
        ),
        (
            "a range without end",
            |pack| pack.template("x.tera", "{% for i in range(end=9000000000000000000) %}x{% endfor %}"),
            &["templates/plain/files/x.tera"],
        ),
        (
            "a name that is a flood",
            |pack| {
                pack.tables("[computed]\nlong = \"{% for i in range(end=300) %}x{% endfor %}\"")
                    .template("{= long =}", "")
            },
            &["a name may have 255"],
        ),
        (
            "deep nesting",
            |pack| {
                pack.template(
                    "x.tera",
                    format!("{}{}", "{% if stack %}".repeat(20_000), "{% endif %}".repeat(20_000)),
                )
            },
            &["templates/plain/files/x.tera"],
        ),
        (
            "deep brackets",
            |pack| {
                pack.template("x.tera", format!("{{= {}1{} =}}", "(".repeat(100_000), ")".repeat(100_000)))
            },
            &["templates/plain/files/x.tera"],
        ),
    ];
    let failed: Vec<String> = table
        .iter()
        .filter_map(|(what, change, told)| {
            survived(&change(TestPack::new()), told).map(|wrong| format!("{what}: {wrong}"))
        })
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}

/// Runs a hostile pack; says what is wrong with how that ended.
fn survived(pack: &TestPack, told: &[&str]) -> Option<String> {
    let env = TestEnv::new();
    pack.write_to(&env, "pack");
    // Memory and time are bounded here too, so that a failure does not take the machine along.
    let script = format!(
        "ulimit -v 2000000; exec timeout 300 {} new orders --pack ./pack -y -q",
        crate::env::GOLDPATH
    );
    let started = std::time::Instant::now();
    let run = env.run(env.command("sh", "").args(["-c", &script])).whatever();
    let fine =
        run.code() == 2 && told.iter().all(|told| run.stderr().contains(told)) && !env.exists("orders");
    let end: String = run.stderr().chars().take(400).collect();
    (!fine).then(|| format!("exit {} after {:?}: {end}", run.code(), started.elapsed()))
}

#[test]
#[ignore = "takes a gigabyte of memory"]
fn a_template_whose_text_doubles_and_doubles_ends_in_an_error() {
    let template = "{% set s = \"xxxxxxxxxxxxxxxx\" %}{% for i in range(end=60) %}{% set_global s = s ~ s %}{% endfor %}{= s =}";
    let pack = TestPack::new().template("x.tera", template);
    assert_eq!(survived(&pack, &["MiB of memory and has not come to an end", "nothing was written"]), None);
}

#[test]
fn a_computed_value_that_floods_ends_in_an_error() {
    let computed = "[computed]\nlong = \"{% for i in range(end=90000) %}{% for j in range(end=90000) %}0123456789{% endfor %}{% endfor %}\"";
    assert_eq!(survived(&TestPack::new().tables(computed), &["`long`", "more than 1024 KiB"]), None);
}

#[test]
#[ignore = "takes the whole of a pack's processor time: 20 seconds"]
fn a_computed_value_that_does_not_end_ends_in_an_error() {
    let computed = "[computed]\nlong = \"{% for i in range(end=90000) %}{% for j in range(end=90000) %}{% endfor %}{% endfor %}\"";
    assert_eq!(
        survived(&TestPack::new().tables(computed), &["has not come to an end", "nothing was written"]),
        None
    );
}

#[test]
fn a_pack_with_a_pipe_is_refused_and_not_waited_for() {
    let env = TestEnv::new();
    TestPack::new().write_to(&env, "pack");
    env.shell("mkfifo pack/templates/plain/files/pipe");
    let script = format!("timeout 20 {} new orders --pack ./pack -y", crate::env::GOLDPATH);
    env.run(env.command("sh", "").args(["-c", &script]))
        .fails(2, ["`templates/plain/files/pipe`", "hint: a pack holds plain files"]);
}

#[test]
fn variables_that_cannot_stand() {
    for (name, value, told) in [
        ("SOURCE_DATE_EPOCH", "yesterday", "`SOURCE_DATE_EPOCH` is `yesterday`, which is no date"),
        ("SOURCE_DATE_EPOCH", "-5", "`SOURCE_DATE_EPOCH`"),
        ("GOLDPATH_PRESET", "smal", "no preset `smal`"),
        ("GOLDPATH_STACK", "rust", "no stack `rust`"),
        (
            "GOLDPATH_COUNT",
            "many",
            "`count` from `GOLDPATH_COUNT` in the environment: `many` is no whole number",
        ),
        ("GOLDPATH_AUTHOR", "nobody", "`nobody` is no author"),
        ("GIT_AUTHOR_NAME", "", "the author's name `` is empty"),
        ("GIT_CONFIG_COUNT", "x", "`GIT_CONFIG_COUNT` has the bad value `x`"),
    ] {
        let env = TestEnv::new().with(name, value);
        asking().write_to(&env, "pack");
        let before = env.contents("");
        env.goldpath(new_from_pack("orders", &[])).fails(2, [told, "hint: "]);
        assert_eq!(env.contents(""), before);
    }
    let env = TestEnv::new().without("SOURCE_DATE_EPOCH").with("GIT_AUTHOR_DATE", "someday");
    asking().write_to(&env, "pack");
    env.goldpath(new_from_pack("orders", &[])).fails(2, ["`GIT_AUTHOR_DATE` is `someday`, which is no date"]);
}
