//! `goldpath pack lint` and `goldpath pack render`.

use crate::env::{TestEnv, transcript};
use crate::pack::TestPack;

#[track_caller]
fn lint(env: &TestEnv, pack: &TestPack) -> Vec<String> {
    let _ = fs_err::remove_dir_all(env.path("pack"));
    pack.write_to(env, "pack");
    let json = env.goldpath(["pack", "lint", "./pack", "--format", "json"]).whatever();
    let findings = json.json()["findings"].as_array().unwrap().clone();
    assert_eq!(json.code(), i32::from(!findings.is_empty()), "{}", json.said());
    let text = |finding: &serde_json::Value, key: &str| finding[key].as_str().unwrap().to_owned();
    findings
        .iter()
        .map(|finding| {
            format!("{} {} {}", text(finding, "rule"), text(finding, "place"), text(finding, "message"))
        })
        .collect()
}

#[test]
fn a_sound_pack_has_no_findings() {
    let env = TestEnv::new();
    TestPack::new().write_to(&env, "pack");
    transcript!(env.goldpath(["pack", "lint", "./pack"]), @r"
    exit 0
    --- stdout
    1 combination of preset and stack: no findings
    ");
}

#[test]
fn the_built_in_pack_has_no_findings() {
    let env = TestEnv::new();
    let run = env.goldpath(["pack", "lint", "builtin"]).whatever();
    assert_eq!(run.code(), 0, "{}", run.said());
}

#[test]
fn each_rule_finds_its_mistake() {
    let env = TestEnv::new();
    let sound = TestPack::new;
    for (pack, rule, place, told) in [
        (sound().without("presets/small.toml"), "nothing-to-make", "pack.toml", "there is no preset"),
        (sound().component("plain", ""), "nothing-to-make", "pack.toml", "there is no stack"),
        (sound().component("lonely", ""), "unreachable", "templates/lonely", "no preset reaches"),
        (
            sound().component(
                "plain",
                "kind = \"stack\"\n[[files]]\nmatch = \"nothing/**\"\nownership = \"managed\"",
            ),
            "idle-glob",
            "templates/plain/component.toml",
            "`match = \"nothing/**\"`",
        ),
        (
            sound().file("migrations/1.0.0.toml", "[[moves]]\nfrom = \"a\"\n"),
            "bad-migration",
            "migrations",
            "line 1, column 3: unknown field `moves`",
        ),
        (sound().file("migrations/next.toml", ""), "bad-migration", "migrations", "named after no version"),
        (sound().template("x.txt", "{= stack =}"), "unrendered", "templates/plain/files/x.txt", "`.tera`"),
        (
            sound().template("{= service_name =}.md", ""),
            "unguarded-name",
            "templates/plain/files/{= service_name =}.md",
            "`service_name`, which has no `pattern`",
        ),
        (sound().template("x.tera", "{% if %}"), "does-not-parse", "templates/plain", "x.tera"),
        (
            sound().template("x.tera", "{% if false %}{= nothing =}{% endif %}"),
            "does-not-parse",
            "templates/plain",
            "`nothing`",
        ),
        (
            sound().template("x.tera", "{= stack + 1 =}"),
            "does-not-render",
            "preset `small` with stack `plain`",
            "x.tera",
        ),
        (
            sound().component("plain", "kind = \"stack\"\nwhen = \"unknown_name\""),
            "does-not-resolve",
            "preset `small` with stack `plain`",
            "unknown_name",
        ),
        (
            // A comparison takes it in silence.
            sound().component("plain", "kind = \"stack\"\n[computed]\na = \"{= b == 'x' =}\"\nb = \"x\""),
            "reads-undefined",
            "templates/plain/component.toml",
            "`a` reads `b`, which nothing defines before it",
        ),
        (
            sound().head("default_stack = \"plane\""),
            "unknown-stack",
            "pack.toml",
            "`default_stack = \"plane\"` is no stack, did you mean `plain`?",
        ),
        (
            sound().question("mode", &choice("a", "a")),
            "choice-twice",
            "pack.toml",
            "question `mode` has the choice `a` twice",
        ),
        (
            sound().tables("[[figure]]\ntitle = \"Files\"\nvalue = \"{= fils =}\""),
            "bad-figure",
            "pack.toml",
            "figure `Files` reads `fils`, which nothing defines",
        ),
        (
            sound().tables("[[figure]]\ntitle = \"Files\"\nvalue = \"{= stack + 1 =}\""),
            "bad-figure",
            "preset `small` with stack `plain`",
            "figure `Files` cannot be evaluated",
        ),
        (
            sound().component("plain", "kind = \"stack\"\nexecutable = [\"bin/*\"]"),
            "idle-glob",
            "templates/plain/component.toml",
            "`bin/*` of `executable`",
        ),
        (
            sound().file("templates/plian/files/x", "x"),
            "no-component",
            "templates/plian",
            "no `component.toml`",
        ),
        (
            sound().question("token", "type = \"secret\"").template("{= token | upper =}.md", "x"),
            "secret-in-file",
            "templates/plain/files/{= token | upper =}.md",
            "the secret `token`",
        ),
    ] {
        let found = lint(&env, &pack);
        assert!(
            found.iter().any(|line| line.starts_with(&format!("{rule} {place}")) && line.contains(told)),
            "{rule}: {found:#?}"
        );
    }
}

fn choice(one: &str, other: &str) -> String {
    let choice = |value: &str| format!("{{ value = \"{value}\", label = \"The {value} one\" }}");
    format!("type = \"choice\"\nchoices = [{}, {}]\ndefault = \"{one}\"", choice(one), choice(other))
}

/// The only finding.
#[track_caller]
fn only(env: &TestEnv, pack: &TestPack) -> String {
    let found = lint(env, pack);
    assert_eq!(found.len(), 1, "{found:#?}");
    found.concat()
}

#[test]
fn advice_that_no_answer_can_be_taken_for_is_told_once_a_rule() {
    let env = TestEnv::new();
    let size =
        "[[advice_question]]\nkey = \"size\"\nask = \"How many\"\ntype = \"integer\"\nmin = 0\nmax = 9\n";
    let pii =
        "[[advice_question]]\nkey = \"pii\"\nask = \"Personal data\"\ntype = \"bool\"\ndefault = false\n";
    let rule = |when: &str, because: &str| {
        let rule = format!("[[advice]]\nwhen = \"{when}\"\npreset = \"small\"\nbecause = \"{because}\"\n");
        TestPack::new().tables(&format!("{size}default = 5\n{pii}{rule}"))
    };
    assert_eq!(lint(&env, &rule("true", "{= size =} people{% if pii %}, who are known{% endif %}")), [""; 0]);
    for (pack, told) in [
        (rule("sise > 3", "many"), "the advice rule `sise > 3` cannot be evaluated: `sise` is not defined"),
        (rule("size > 3", "{% if pii %}{= sise =}{% endif %}"), "`because` of the advice rule `size > 3`"),
        // Only some answers come that far.
        (rule("pii and pii + 1", "x"), "the advice rule `pii and pii + 1`"),
        (rule("size == 9", "{= [1][size] =}"), "the advice rule `size == 9`"),
        (
            TestPack::new()
                .tables(&size.replace("integer", "string").replace("min = 0\nmax = 9\n", "pattern = \"x\"")),
            "question `size` has no default",
        ),
        (
            TestPack::new().tables(&format!("{size}default = \"{{= nobody =}}\"")),
            "the default of question `size`",
        ),
    ] {
        let found = only(&env, &pack);
        assert!(found.contains(told), "{told} is not in {found}");
    }
}

#[test]
fn yes_and_no_are_tried_and_so_is_what_a_setting_allows() {
    let env = TestEnv::new();
    let files = |when: &str| format!("[[files]]\nmatch = \"x\"\nwhen = \"{when}\"");
    let bool = |name: &str| format!("[settings.\"{name}\"]\ntype = \"bool\"\ndefault = false\n");
    let allowed =
        "[settings.\"a.level\"]\ntype = \"choice\"\nallowed = [\"low\", \"high\"]\ndefault = \"low\"\n";
    for (settings, when) in [
        (String::new(), "pii"),
        (bool("a.pii"), "settings.a.pii"),
        (allowed.to_owned(), "settings.a.level == 'high'"),
    ] {
        let pack = TestPack::new()
            .question("pii", "type = \"bool\"\ndefault = false")
            .component("plain", &format!("kind = \"stack\"\n{settings}{}", files(when)));
        assert_eq!(lint(&env, &pack.clone().template("x.tera", "x\n")), [""; 0], "{when}");
        let found = only(&env, &pack.template("x.tera", "{= stack + 1 =}"));
        let name = when.split(' ').next().unwrap().trim_start_matches("settings.");
        let place = format!("does-not-render preset `small` with stack `plain`, `{name}` = ");
        assert!(found.starts_with(&place), "{found}");
    }
}

#[test]
fn what_a_pack_refuses_to_render_is_no_mistake_unless_it_says_it_itself() {
    let env = TestEnv::new();
    let refuses = |value: &str| {
        let text = format!("{{% if pii == {value} %}}{{= throw(message='not so') =}}{{% endif %}}");
        TestPack::new().question("pii", "type = \"bool\"\ndefault = false").template("x.tera", text)
    };
    assert_eq!(lint(&env, &refuses("true")), [""; 0]);
    let found = only(&env, &refuses("false"));
    assert!(found.starts_with("does-not-render") && found.ends_with("not so"), "{found}");
}

#[test]
fn data_that_no_program_could_read_is_told_with_its_template_and_line() {
    let env = TestEnv::new();
    let pack = |path: &str, text: &str| TestPack::new().template(path, text);
    for (path, text, place) in [
        ("ci.yml.tera", "a: 1\na: {= stack =}\n", "line 2, column 1: `a` stands twice in one map"),
        ("x.yaml", "a: 1\n---\nb: [\n", "line "),
        ("x.toml", "a = 1\nb = \n", "line 2, column 5"),
        ("x.json", "{\n  \"a\": 1,\n}\n", "line 3 column 1"),
    ] {
        let found = only(&env, &pack(path, text).preset("large", "extends = \"small\""));
        assert!(found.starts_with(&format!("malformed-file templates/plain/files/{path}")), "{found}");
        let name = path.trim_end_matches(".tera");
        assert!(found.contains(&format!("renders to `{name}`, which cannot be read: ")), "{found}");
        assert!(found.contains(place), "{found}");
    }
    // What other programs read first, and what has another name.
    for (path, text) in [
        ("chart/templates/x.yaml", "{{ if .Values.x }}\na: 1\n{{ end }}\n"),
        ("tsconfig.json", "{\n  // as the compiler takes it\n  \"a\": 1,\n}\n"),
        ("x.yml.txt", "a: ["),
        ("x.yaml", ""),
    ] {
        assert_eq!(lint(&env, &pack(path, text)), [""; 0], "{path}");
    }
}

#[test]
fn a_secret_must_not_come_to_a_file_by_any_way() {
    let env = TestEnv::new();
    let pack =
        || TestPack::new().question("token", "type = \"secret\"").preset("large", "extends = \"small\"");
    for pack in [
        pack().template("x.tera", "{% if token %}{= token =}{% endif %}"),
        pack().tables("[computed]\nheader = \"Bearer {= token =}\"").template("x.tera", "{= header =}"),
        pack()
            .file("templates/plain/partials/header", "{= token =}")
            .template("x.tera", "{% include \"plain/header\" %}"),
    ] {
        let told = "secret-in-file templates/plain/files/x.tera it reads the secret `token`, and what it renders is committed";
        assert_eq!(only(&env, &pack), told);
    }
    // Another name, and a condition.
    let when = "kind = \"stack\"\n[[files]]\nmatch = \"x\"\nwhen = \"token == ''\"";
    assert_eq!(lint(&env, &pack().component("plain", when).template("x.tera", "{= stack =} token")), [""; 0]);
}

#[test]
fn every_preset_with_every_stack_and_every_choice_is_tried() {
    let env = TestEnv::new();
    let pack = TestPack::new()
        .question("mode", "type = \"choice\"\nchoices = [{ value = \"a\", label = \"A\" }, { value = \"b\", label = \"B\" }]\ndefault = \"a\"")
        .component("second", "kind = \"stack\"")
        .file("templates/second/files/x.tera", "{% if mode == 'b' and preset == 'large' %}{= stack + 1 =}{% endif %}")
        .preset("large", "extends = \"small\"");
    let found = lint(&env, &pack);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].starts_with("does-not-render preset `large` with stack `second`"), "{found:#?}");
}

#[test]
fn a_question_that_only_people_can_answer_is_answered_by_its_example() {
    let env = TestEnv::new();
    let pack = |more: &str| {
        let question =
            format!("type = \"string\"\npattern = \"[0-9]{{4}}\"\ninvalid = \"four digits\"\n{more}");
        TestPack::new()
            .question("cost_centre", &question)
            .question("size", "type = \"integer\"\nmin = 3")
            .question("public", "type = \"bool\"")
            .component("second", "kind = \"stack\"")
            .template("x.md.tera", "{= cost_centre =} {= size =} {= public =}\n")
    };
    // One mistake, and nothing that follows from it.
    let told =
        "question `cost_centre` has no default, and nothing is known that it takes: give it an `example`";
    assert_eq!(lint(&env, &pack("")), [format!("no-example pack.toml {told}")]);
    let wrong = "the example of `cost_centre` is not valid: `471` is not four digits";
    pack("example = \"471\"").write_to(&env, "wrong");
    env.goldpath(["pack", "lint", "./wrong"]).fails(2, [wrong]);

    assert_eq!(lint(&env, &pack("example = \"4711\"")), [""; 0]);
    env.goldpath(["presets", "compare", "--pack", "./pack"]).succeeds();
    let sealed = env.goldpath(["pack", "seal", "./pack"]).succeeds();
    assert!(env.exists("pack/releases/1.0.0.toml"), "{}", sealed.said());
    env.goldpath(["pack", "render", "./pack", "--to", "rendered"]).succeeds();
    assert_eq!(env.read("rendered/x.md"), "4711 3 false\n");
    // It is no default.
    let new = ["new", "orders", "--pack", "./pack", "--yes", "--preset", "small", "--stack", "plain"];
    env.goldpath(new).fails(
        2,
        [
            "`cost_centre`: no answer was given, and there is no default",
            "`size`: no answer was given",
            "`public`: no answer was given",
        ],
    );
}

#[test]
fn a_mistake_is_told_once_however_many_combinations_it_stops() {
    let env = TestEnv::new();
    let pack = TestPack::new()
        .component("second", "kind = \"stack\"")
        .component("lonely", "")
        .preset("large", "extends = \"small\"\n[settings]\n\"no.such\" = 1");
    let found = lint(&env, &pack);
    assert_eq!(found.len(), 1, "what nothing reaches is not known yet: {found:#?}");
    let place = "does-not-resolve preset `large` with stack `plain` and 1 more combination ";
    assert!(found[0].starts_with(place) && found[0].contains("no such setting"), "{found:#?}");
}

#[test]
fn what_does_not_parse_is_not_told_again_where_it_is_rendered_or_included() {
    let env = TestEnv::new();
    let pack = TestPack::new().preset("large", "extends = \"small\"\ncomponents = [\"more\"]");
    let pack = pack.component("more", "").file("templates/more/files/more", "x");
    for path in ["plain/files/x.tera", "plain/partials/x", "more/partials/x"] {
        let found = only(&env, &pack.clone().file(&format!("templates/{path}"), "{% if %}"));
        assert!(found.starts_with("does-not-parse templates/"), "{found}");
    }
}

#[test]
fn several_mistakes_are_all_told_with_exit_code_1() {
    let env = TestEnv::new();
    TestPack::new()
        .template("one.tera", "{= one =}")
        .template("two.tera", "{= two =}")
        .component("lonely", "")
        .write_to(&env, "pack");
    let run = env.goldpath(["pack", "lint", "./pack"]).ends(1);
    for told in ["`one`", "`two`", "templates/lonely"] {
        assert!(run.stdout().contains(told), "{}", run.stdout());
    }
}

#[test]
fn a_pack_without_presets_or_stacks_is_a_finding_and_no_success() {
    let env = TestEnv::new();
    TestPack::empty().write_to(&env, "pack");
    let run = env.goldpath(["pack", "lint", "./pack"]).whatever();
    assert_ne!(run.code(), 0, "{}", run.said());
    fs_err::remove_dir_all(env.path("pack")).unwrap();
    TestPack::empty().preset("small", "").write_to(&env, "pack");
    let run = env.goldpath(["pack", "lint", "./pack"]).whatever();
    assert_ne!(run.code(), 0, "{}", run.said());
}

#[test]
fn render_writes_what_new_would_write_and_no_repository() {
    let env = TestEnv::new();
    TestPack::new().template("bin/run", "#!/bin/sh\n").write_to(&env, "pack");
    transcript!(env.goldpath(["pack", "render", "./pack", "--to", "out/orders"]), @r"
    exit 0
    --- stdout
    4 files in out/orders
    ");
    env.goldpath(["new", "new/orders", "--pack", "./pack", "-y", "-q"]).succeeds();
    assert_eq!(env.contents("out/orders"), env.contents("new/orders"));
    assert!(!env.exists("out/orders/.git"));
}

#[test]
fn render_takes_presets_answers_and_settings() {
    let env = TestEnv::new();
    TestPack::new()
        .component("knobs", "[settings.\"k.x\"]\ntype = \"integer\"\ndefault = 1")
        .file("templates/knobs/files/k.tera", "{= settings.k.x =} {= service_name =}")
        .preset("large", "extends = \"small\"\ncomponents = [\"knobs\"]")
        .write_to(&env, "pack");
    env.goldpath([
        "pack",
        "render",
        "./pack",
        "--preset",
        "large",
        "--set",
        "k.x=7",
        "--set",
        "service_name=me",
        "--to",
        "out",
    ])
    .succeeds();
    assert_eq!(env.read("out/k"), "7 me");
}

#[test]
fn render_refuses_a_folder_that_holds_something() {
    let env = TestEnv::new();
    TestPack::new().write_to(&env, "pack");
    env.write("out/mine", "mine");
    env.goldpath(["pack", "render", "./pack", "--to", "out"]).fails(3, ["is not empty", "hint: "]);
    assert_eq!(env.listing("out"), ["mine"]);
}

#[test]
fn a_migration_leads_to_what_is_there() {
    let env = TestEnv::new();
    let pack = |migration: &str| {
        TestPack::new()
            .version("1.2.0")
            .question("area", &choice("north", "south"))
            .component("plain", "kind = \"stack\"\n[settings.\"a.b\"]\ntype = \"bool\"\ndefault = false")
            .template("docs/on-call.md", "Call\n")
            .file("migrations/1.1.0.toml", migration)
    };
    let table = |name: &str, from: &str, to: &str| format!("[[{name}]]\nfrom = \"{from}\"\nto = \"{to}\"\n");
    let replace =
        |key: &str, to: &str| format!("[[replace_answer]]\nkey = \"{key}\"\nfrom = \"x\"\nto = \"{to}\"\n");
    let sound = [
        table("move", "docs/oncall.md", "docs/on-call.md"),
        table("move", "handbook", "docs"),
        table("rename_answer", "region", "area"),
        table("rename_setting", "a.c", "a.b"),
        replace("area", "south"),
        "[[change]]\nwhat = \"It is told.\"\nfiles = [\"docs/*\", \"docs/oncall.md\"]\n".to_owned(),
    ]
    .concat();
    assert_eq!(lint(&env, &pack(&sound)), [""; 0]);
    // A swap, and what a later version moved, renamed or replaced again.
    let swap =
        table("rename_answer", "area", "service_name") + &table("rename_answer", "service_name", "area");
    assert_eq!(lint(&env, &pack(&swap)), [""; 0]);
    let first = [
        table("move", "a", "b/c"),
        table("rename_answer", "x", "y"),
        replace("z", "1"),
        replace("area", "1"),
    ];
    let then = [
        table("move", "b", "docs"),
        table("rename_answer", "y", "area"),
        table("rename_answer", "z", "service_name"),
        replace("area", "north").replace("\"x\"", "\"1\""),
    ];
    assert_eq!(lint(&env, &pack(&first.concat()).file("migrations/1.2.0.toml", then.concat())), [""; 0]);

    for (migration, rule, told) in [
        (table("move", "x", "docs/none.md"), "moves-to-nothing", "`x` to `docs/none.md`, which no preset"),
        (
            table("move", "x", "README.md") + &table("move", "x", "docs/on-call.md"),
            "ambiguous-migration",
            "two moves are from `x`",
        ),
        (
            table("rename_answer", "x", "area") + &table("rename_answer", "x", "service_name"),
            "ambiguous-migration",
            "two renames are from `x`",
        ),
        (
            table("rename_answer", "x", "area") + &table("rename_answer", "y", "area"),
            "ambiguous-migration",
            "two renames are to `area`",
        ),
        (
            table("rename_answer", "x", "aera"),
            "renames-to-nothing",
            "`aera`, which is neither a question nor",
        ),
        (table("rename_setting", "x", "a.c"), "renames-to-nothing", "`a.c`, which is neither a question nor"),
        (replace("aera", "south"), "bad-replacement", "`aera`, which is neither a question nor a setting"),
        (replace("area", "east"), "bad-replacement", "does not take: `east` is no choice"),
    ] {
        let found = only(&env, &pack(&migration));
        assert!(
            found.starts_with(&format!("{rule} migrations/1.1.0.toml ")) && found.contains(told),
            "{found}"
        );
    }
    let found = only(&env, &pack("").file("migrations/1.3.0.toml", "notes = \"Soon.\"\n"));
    assert!(
        found.starts_with("future-migration migrations/1.3.0.toml it is for a version after 1.2.0"),
        "{found}"
    );
}

#[test]
fn a_change_is_about_a_file_of_now_or_of_a_version_that_the_pack_keeps() {
    let env = TestEnv::new();
    let change = |path: &str| format!("[[change]]\nwhat = \"It goes.\"\nfiles = [\"{path}\"]\n");
    let next = |path: &str| TestPack::new().version("1.1.0").file("migrations/1.1.0.toml", change(path));
    // What was there before is not known.
    assert_eq!(lint(&env, &next("docs/old.md")), [""; 0]);
    fs_err::remove_dir_all(env.path("pack")).unwrap();
    TestPack::new().template("docs/old.md", "Old\n").write_to(&env, "pack");
    env.goldpath(["pack", "seal", "./pack"]).succeeds();
    let kept = |name: &str| fs_err::read(env.path("pack/releases").join(format!("1.0.0.{name}"))).unwrap();
    let (archive, seal) = (kept("tar.gz"), kept("toml"));
    let next =
        |path: &str| next(path).file("releases/1.0.0.tar.gz", &archive).file("releases/1.0.0.toml", &seal);
    assert_eq!(lint(&env, &next("docs/old.md")), [""; 0]);
    let found = only(&env, &next("docs/odl.md"));
    assert!(
        found.starts_with("idle-change migrations/1.1.0.toml `docs/odl.md` of a change matches no file"),
        "{found}"
    );
}

#[test]
fn a_release_is_whole_and_of_another_version() {
    let env = TestEnv::new();
    TestPack::new().write_to(&env, "pack");
    env.goldpath(["pack", "seal", "./pack"]).succeeds();
    env.goldpath(["pack", "lint", "./pack"]).succeeds();
    let kept = |name: &str| fs_err::read(env.path("pack/releases").join(format!("1.0.0.{name}"))).unwrap();
    let (archive, seal) = (kept("tar.gz"), kept("toml"));
    let sound = TestPack::new();
    for (pack, place, told) in [
        (
            sound.clone().file("releases/1.0.0.tar.gz", &archive),
            "1.0.0.tar.gz",
            "`releases/1.0.0.toml` is missing",
        ),
        (
            sound.clone().file("releases/1.0.0.toml", &seal),
            "1.0.0.toml",
            "it seals `releases/1.0.0.tar.gz`, which is missing",
        ),
        (
            sound.clone().file("releases/1.0.0.tar.gz", "x").file("releases/1.0.0.toml", &seal),
            "1.0.0.tar.gz",
            "is no sealed release",
        ),
        (
            sound
                .clone()
                .template("new.md", "")
                .file("releases/1.0.0.tar.gz", &archive)
                .file("releases/1.0.0.toml", &seal),
            "1.0.0.toml",
            "version 1.0.0 is sealed already, and this pack is another one: raise `version` in pack.toml",
        ),
    ] {
        let found = only(&env, &pack);
        assert!(
            found.starts_with(&format!("bad-release releases/{place} ")) && found.contains(told),
            "{found}"
        );
    }
}

#[test]
fn a_stack_on_the_built_in_pack_has_what_its_makefile_calls() {
    let env = TestEnv::new();
    let component = "kind = \"stack\"\nrequires = [\"service\", \"make\", \"api\"]\n\
                     [settings.\"stack.start_seconds\"]\ntype = \"integer\"\ndefault = 1\n\
                     [settings.\"stack.memory_mib\"]\ntype = \"integer\"\ndefault = 16\n\
                     [settings.\"stack.cpu_millicores\"]\ntype = \"integer\"\ndefault = 10\n\
                     [computed]\nstack_needs = \"a shell\"\nstack_ci = \"{= { 'set_up': [], 'cache_paths': [], \
                     'cache_files': [], 'tools': [], 'dependency_tools': [], 'sbom_tools': [], 'codeql': 'actions', \
                     'ecosystem': 'gitsubmodule' } =}\"";
    let pack = || TestPack::empty().head("extends = \"builtin\"").component("shell", component);
    let found = only(&env, &pack());
    assert_eq!(
        found,
        "incomplete-stack templates/shell the stack renders no `stack.mk`, which the Makefile includes"
    );
    let make = "stack-build stack-lint stack-format \\\n  stack-test stack-run: x\nstack-check-config stack-deps:\n\
                stack-sbom := no\nstack-release:\n\ttrue\n# stack-command: later\n";
    let found = only(&env, &pack().file("templates/shell/files/stack.mk", make));
    let told = "its `stack.mk` lacks targets that the Makefile calls: `stack-command`, `stack-sbom`";
    assert_eq!(found, format!("incomplete-stack templates/shell {told}"));
}

#[test]
fn what_is_built_on_an_older_built_in_pack_has_no_findings_of_that() {
    let env = TestEnv::new();
    assert_eq!(lint(&env, &TestPack::empty().head("extends = \"builtin@0.1.0\"")), [""; 0]);
}
