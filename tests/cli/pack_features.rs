//! What a pack can do, each with a pack that does just that.

use std::collections::BTreeMap;

use crate::env::TestEnv;
use crate::pack::{TestPack, new_from_pack, written};

/// Renders the pack and gives its files but goldpath's own two.
fn rendered(env: &TestEnv, more: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let _ = fs_err::remove_dir_all(env.path("orders"));
    env.goldpath(new_from_pack("orders", &[&["--no-git"], more].concat())).succeeds();
    let mut contents = env.contents("orders");
    contents.retain(|path, _| !path.starts_with("goldpath."));
    contents
}

fn names(contents: &BTreeMap<String, Vec<u8>>) -> Vec<&str> {
    contents.keys().map(String::as_str).collect()
}

#[track_caller]
fn refused<'t>(env: &TestEnv, code: i32, told: impl IntoIterator<Item = &'t str>) {
    let before = env.contents("");
    env.goldpath(new_from_pack("orders", &[])).fails(code, told);
    assert_eq!(env.contents(""), before);
}

#[test]
fn a_preset_has_everything_of_the_one_it_extends() {
    let env = TestEnv::new();
    TestPack::new()
        .component("one", "[settings.\"n.x\"]\ntype = \"integer\"\ndefault = 1")
        .file("templates/one/files/one.tera", "{= settings.n.x =} {= components | join(sep=' ') =}")
        .component("two", "")
        .file("templates/two/files/two", "")
        .component("three", "")
        .file("templates/three/files/three", "")
        .preset("small", "components = [\"one\"]\n[settings]\n\"n.x\" = 2")
        .preset("middle", "extends = \"small\"\ncomponents = [\"two\"]")
        .preset("top", "extends = \"middle\"\ncomponents = [\"three\"]\n[settings]\n\"n.x\" = 4")
        .write_to(&env, "pack");
    assert_eq!(rendered(&env, &["--preset", "small"])["one"], b"2 plain one");
    assert_eq!(rendered(&env, &["--preset", "middle"])["one"], b"2 plain one two");
    let top = rendered(&env, &["--preset", "top"]);
    assert_eq!(top["one"], b"4 plain one two three");
    assert_eq!(names(&top), ["README.md", "one", "three", "two"]);
}

#[test]
fn presets_that_extend_each_other_are_refused() {
    let env = TestEnv::new();
    written(&env, |pack| pack.preset("small", "extends = \"large\"").preset("large", "extends = \"small\""));
    refused(&env, 2, ["extends itself in a circle", "hint: remove one `extends`"]);
}

#[test]
fn a_component_brings_those_it_requires_before_itself() {
    let env = TestEnv::new();
    TestPack::new()
        .component("alarm", "requires = [\"metrics\"]")
        .component("metrics", "requires = [\"wires\"]\n[computed]\nunit = \"seconds\"")
        .component("wires", "")
        .file("templates/alarm/files/alarm.tera", "{= unit =} {= components | join(sep=' ') =}")
        .preset("small", "components = [\"alarm\"]")
        .write_to(&env, "pack");
    assert_eq!(rendered(&env, &[])["alarm"], b"seconds plain wires metrics alarm");
}

#[test]
fn components_that_require_each_other_are_both_there() {
    let env = TestEnv::new();
    TestPack::new()
        .component("egg", "requires = [\"hen\"]")
        .component("hen", "requires = [\"egg\"]")
        .file("templates/hen/files/hen", "")
        .file("templates/egg/files/egg", "")
        .preset("small", "components = [\"egg\"]")
        .write_to(&env, "pack");
    assert_eq!(names(&rendered(&env, &[])), ["README.md", "egg", "hen"]);
}

#[test]
fn conditions_hold_for_components_files_and_questions() {
    let env = TestEnv::new();
    TestPack::new()
        .question("tests", "type = \"bool\"\ndefault = true")
        .question("runner", "type = \"string\"\ndefault = \"fast\"\nwhen = \"tests\"")
        .component("testing", "when = \"tests and settings.test.level > 1\"\n[settings.\"test.level\"]\ntype = \"integer\"\ndefault = 2")
        .file("templates/testing/files/t.tera", "{= runner =}")
        .component("docs", "[[files]]\nmatch = \"docs/testing.md\"\nwhen = \"'testing' in components\"\n[[files]]\nmatch = \"docs/**\"\nwhen = \"stack == 'plain' and preset != 'large'\"")
        .file("templates/docs/files/docs/testing.md", "")
        .file("templates/docs/files/docs/plain.md", "")
        .preset("small", "components = [\"testing\", \"docs\"]")
        .preset("large", "extends = \"small\"")
        .write_to(&env, "pack");
    let small = ["--preset", "small"];
    assert_eq!(names(&rendered(&env, &small)), ["README.md", "docs/plain.md", "docs/testing.md", "t"]);
    assert_eq!(
        names(&rendered(&env, &[&small[..], &["--set", "tests=no"]].concat())),
        ["README.md", "docs/plain.md"]
    );
    assert_eq!(
        names(&rendered(&env, &[&small[..], &["--set", "test.level=1"]].concat())),
        ["README.md", "docs/plain.md"]
    );
    assert_eq!(names(&rendered(&env, &["--preset", "large"])), ["README.md", "docs/testing.md", "t"]);
}

#[test]
fn computed_values_keep_their_type_or_are_text() {
    let env = TestEnv::new();
    TestPack::new()
        .tables("[computed]\nsnake = \"{= service_name | replace(from='-', to='_') =}\"\nnumber = \"{= 6 * 7 =}\"\nlist = \"{= [1, 2] =}\"\ntext = \"{= 6 * 7 =}!\"\nlater = \"{= number + 1 =}\"\nflag = \"{= number > 41 =}\"")
        .template("computed.tera", "{= [snake, number, list, text, later, flag] | json =}")
        .write_to(&env, "pack");
    let contents = rendered(&env, &["--name", "my-orders"]);
    assert_eq!(String::from_utf8_lossy(&contents["computed"]), "[\"my_orders\",42,[1,2],\"42!\",43,true]");
}

#[test]
fn settings_have_types_ranges_and_allowed_values() {
    let env = TestEnv::new();
    let knobs = "[settings.\"k.number\"]\ntype = \"number\"\nmin = 0.5\nmax = 2.0\ndefault = 1\nunit = \"s\"
        [settings.\"k.integer\"]\ntype = \"integer\"\nmin = 1\ndefault = 2
        [settings.\"k.bool\"]\ntype = \"bool\"\ndefault = true
        [settings.\"k.choice\"]\ntype = \"choice\"\nallowed = [\"a\", \"b\", 3]\ndefault = \"a\"
        [settings.\"k.list\"]\ntype = \"list\"\nmin = 1\nmax = 100\ndefault = [10, 50]
        [settings.\"k.names\"]\ntype = \"list\"\nallowed = [\"x\", \"y\"]\ndefault = [\"x\"]
        [settings.\"k.codes\"]\ntype = \"list\"\npattern = \"[A-Z]{2}\"\ninvalid = \"a code of two letters\"\ndefault = [\"DE\"]
        [settings.\"k.text\"]\ntype = \"string\"\npattern = \"[a-z0-9]+\"\ndefault = \"t\"";
    TestPack::new()
        .component("knobs", knobs)
        .file("templates/knobs/files/k.tera", "{= settings.k | json =}")
        .preset("small", "components = [\"knobs\"]")
        .write_to(&env, "pack");
    let set = |pairs: &[&str]| {
        let flags: Vec<&str> = pairs.iter().flat_map(|pair| ["--set", *pair]).collect();
        String::from_utf8(rendered(&env, &flags)["k"].clone()).unwrap()
    };
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    assert_eq!(
        json(&set(&[])),
        json(
            r#"{"number": 1.0, "integer": 2, "bool": true, "choice": "a", "list": [10, 50], "names": ["x"], "codes": ["DE"], "text": "t"}"#
        )
    );
    assert_eq!(
        json(&set(&[
            "k.number=2",
            "k.integer=9",
            "k.bool=no",
            "k.choice=3",
            "k.list=1,100",
            "k.names=y,x",
            "k.codes=FR,IT",
            "k.text=1"
        ])),
        json(
            r#"{"number": 2.0, "integer": 9, "bool": false, "choice": 3, "list": [1, 100], "names": ["y", "x"], "codes": ["FR", "IT"], "text": "1"}"#
        )
    );
    for (pair, told) in [
        ("k.number=2.5", "2.5 is outside 0.5 to 2 s"),
        ("k.number=fast", "`fast` is no number"),
        ("k.number=NaN", "is no number to work with"),
        ("k.number=inf", "is no number to work with"),
        ("k.integer=0", "0 is below 1"),
        ("k.integer=1.5", "expected a whole number, not a number"),
        ("k.bool=2", "`2` is neither true nor false"),
        ("k.choice=c", "`c` is not allowed"),
        ("k.list=10,101", "101 is outside 1 to 100"),
        ("k.names=z", "`z` is not allowed"),
        ("k.codes=FR,it", "`it` is not a code of two letters"),
        ("k.text=a\u{7}b", "control character"),
        ("k.text=A", "`A` is not text like `[a-z0-9]+`"),
    ] {
        env.goldpath(new_from_pack("refused", &["--set", pair])).fails(2, ["k.", told]);
        assert!(!env.exists("refused"), "{pair}");
    }
}

#[test]
fn a_component_may_replace_a_file_only_by_saying_so() {
    let env = TestEnv::new();
    let pack = TestPack::new()
        .file("templates/more/files/README.md", "more")
        .preset("small", "components = [\"more\"]");
    pack.clone().component("more", "").write_to(&env, "pack");
    refused(
        &env,
        2,
        [
            "`templates/plain/files/README.md.tera` and `templates/more/files/README.md` both render to `README.md`",
            "replaces = [\"README.md\"]",
        ],
    );
    pack.clone().component("more", "replaces = [\"README.md\"]").write_to(&env, "pack");
    assert_eq!(rendered(&env, &[])["README.md"], b"more");
    assert!(env.read("orders/goldpath.lock").contains("component = \"more\""));
    pack.component("more", "replaces = [\"README.md\", \"other.md\"]").write_to(&env, "pack");
    let _ = fs_err::remove_dir_all(env.path("orders"));
    refused(&env, 2, ["replaces `other.md`, which no earlier component renders"]);
}

#[test]
fn custom_delimiters_leave_the_default_ones_alone() {
    let env = TestEnv::new();
    TestPack::empty()
        .head(
            "delimiters = { value = [\"[[\", \"]]\"], block = [\"[%\", \"%]\"], comment = [\"[#\", \"#]\"] }",
        )
        .question("service_name", "type = \"string\"\ndefault = \"[[ target_folder ]]\"")
        .tables("[computed]\nn = \"[[ 1 + 1 ]]\"")
        .preset("small", "")
        .component("plain", "kind = \"stack\"")
        .template(
            "[[ service_name ]].txt.tera",
            "[# gone #][[ service_name ]] [% if n == 2 %]two[% endif %] {= kept =} {% kept %}",
        )
        .write_to(&env, "pack");
    assert_eq!(rendered(&env, &[])["orders.txt"], b"orders two {= kept =} {% kept %}");
}

#[test]
fn signs_of_other_languages_stand_in_a_template_as_they_are() {
    let env = TestEnv::new();
    let text = "${{ github.sha }} {{ .Values.x }} {# c #} ${#a[@]} ${x%%.*} ${x%.*} [[ -n x ]] << EOF {:?} {!x} {{{{ ~}} Vec<[u8; 4]>";
    written(&env, |pack| pack.template("x.tera", format!("{text}{{= stack =}}")));
    assert_eq!(String::from_utf8_lossy(&rendered(&env, &[])["x"]), format!("{text}plain"));
}

#[test]
fn names_of_files_and_folders_may_hold_expressions() {
    let env = TestEnv::new();
    TestPack::new()
        .tables("[computed]\nsnake = \"{= service_name | replace(from='-', to='_') =}\"")
        .template("{= snake =}/{= stack =}-{= preset =}.py.tera", "{= snake =}")
        .template("copied-{= service_name =}", "{= not rendered =}")
        .write_to(&env, "pack");
    let contents = rendered(&env, &["--name", "my-orders"]);
    assert_eq!(contents["my_orders/plain-small.py"], b"my_orders");
    assert_eq!(contents["copied-my-orders"], b"{= not rendered =}");
}

#[test]
fn anything_but_a_template_is_copied_byte_for_byte() {
    let env = TestEnv::new();
    let every: Vec<u8> = (0..=255).collect();
    written(&env, |pack| {
        pack.template("binary", &every)
            .template("crlf.txt", "a\r\nb\r\n")
            .template("no-end.txt", "{= a =}")
            .template("empty", "")
            .template("bom.txt", b"\xef\xbb\xbfx")
            .template("latin.txt", b"caf\xe9\r")
            .template("rendered.txt.tera", "{= stack =}\r\nno end")
            .template("escaped.xml.tera", "<a b=\"{= '<&>' =}\"/>\n")
    });
    let contents = rendered(&env, &[]);
    assert_eq!(contents["binary"], every);
    assert_eq!(contents["crlf.txt"], b"a\r\nb\r\n");
    assert_eq!(contents["no-end.txt"], b"{= a =}");
    assert_eq!(contents["empty"], b"");
    assert_eq!(contents["bom.txt"], b"\xef\xbb\xbfx");
    assert_eq!(contents["latin.txt"], b"caf\xe9\r");
    assert_eq!(contents["rendered.txt"], b"plain\r\nno end");
    assert_eq!(contents["escaped.xml"], b"<a b=\"<&>\"/>\n");
}

#[test]
fn what_begins_as_a_script_or_is_named_so_is_executable() {
    let env = TestEnv::new();
    TestPack::new()
        .component("plain", "kind = \"stack\"\nexecutable = [\"tools/*\"]")
        .template("copied.sh", "#!/bin/sh\n")
        .template("rendered.sh.tera", "{~ why ~}#!/bin/{= 's' =}h\n")
        .template("plain.sh", "echo\n")
        .template("tools/binary", b"\x7fELF")
        .template("tools/deep/binary", b"\x7fELF")
        .write_to(&env, "pack");
    env.goldpath(new_from_pack("orders", &[])).succeeds();
    let tree = env.git("orders", ["ls-tree", "-r", "HEAD"]);
    let modes: BTreeMap<&str, &str> =
        tree.lines().map(|line| (line.split('\t').nth(1).unwrap(), &line[..6])).collect();
    for (path, mode) in [
        ("copied.sh", "100755"),
        ("rendered.sh", "100755"),
        ("plain.sh", "100644"),
        ("tools/binary", "100755"),
        ("tools/deep/binary", "100644"),
    ] {
        assert_eq!(modes[path], mode, "{path}");
    }
}

#[test]
fn ownership_is_by_the_first_glob_that_matches() {
    let env = TestEnv::new();
    TestPack::new()
        .component("plain", "kind = \"stack\"\n[[files]]\nmatch = \"src/main.rs\"\nownership = \"seeded\"\n[[files]]\nmatch = \"src/**\"\nownership = \"managed\"")
        .template("src/main.rs", "")
        .template("src/a/b.rs", "")
        .write_to(&env, "pack");
    let json = env.goldpath(new_from_pack("orders", &["--format", "json"])).succeeds().json();
    let owner = |path: &str| {
        let files = json["files"].as_array().unwrap();
        files.iter().find(|file| file["path"] == path).unwrap()["ownership"].as_str().unwrap().to_owned()
    };
    assert_eq!(owner("src/main.rs"), "seeded");
    assert_eq!(owner("src/a/b.rs"), "managed");
    assert_eq!(owner("README.md"), "shared");
    assert_eq!(owner("goldpath.lock"), "managed");
}

#[test]
fn a_link_inside_a_component_stays_a_link() {
    let env = TestEnv::new();
    written(&env, |pack| {
        pack.link("templates/plain/files/docs/link.md", "../README.md").template("docs/x", "")
    });
    env.goldpath(new_from_pack("orders", &[])).succeeds();
    env.assert_sound("orders");
    assert_eq!(fs_err::read_link(env.path("orders/docs/link.md")).unwrap().to_str(), Some("../README.md"));
    assert!(env.git("orders", ["ls-tree", "HEAD", "docs/link.md"]).starts_with("120000 "));
}

#[test]
fn a_link_that_leaves_its_component_or_leads_nowhere_is_refused() {
    for (link, target, told) in [
        ("out", "../../../../../etc/passwd", "links to"),
        ("absolute", "/etc/passwd", "links to"),
        ("other", "../../other/files/x", "links to"),
        ("gone", "nowhere", "links to"),
        ("loop", "loop", "links to"),
        ("git", ".git/config", "links to"),
    ] {
        let env = TestEnv::new();
        written(&env, |pack| {
            pack.component("other", "")
                .file("templates/other/files/x", "")
                .link(&format!("templates/plain/files/{link}"), target)
        });
        refused(&env, 2, [told, link, "hint: "]);
    }
}

#[test]
fn a_linked_manifest_or_folder_is_refused() {
    let env = TestEnv::new();
    TestPack::new().write_to(&env, "real");
    env.folder("pack");
    for name in ["pack.toml", "presets", "templates"] {
        fs_err::os::unix::fs::symlink(format!("../real/{name}"), env.path(format!("pack/{name}"))).unwrap();
    }
    refused(&env, 2, ["hint: "]);
}

#[test]
fn partials_are_included_and_never_written() {
    let env = TestEnv::new();
    TestPack::new()
        .component("shared", "")
        .file("templates/shared/partials/greeting.tera", "hello {= service_name =}")
        .file("templates/shared/partials/unused.tera", "unused")
        .preset("small", "components = [\"shared\"]")
        .template("a.tera", "{% include \"shared/greeting\" %}!")
        .write_to(&env, "pack");
    let contents = rendered(&env, &[]);
    assert_eq!(contents["a"], b"hello orders!");
    assert_eq!(names(&contents), ["README.md", "a"]);
}

/// More templates than are parsed at once, of which the first and the last have to do with each other.
#[test]
fn templates_of_a_large_pack_find_each_other_however_far_apart_they_are() {
    let env = TestEnv::new();
    let mut pack = TestPack::new()
        .template("a.tera", "{% block text %}a{% endblock %} of {= service_name =}")
        .template("z.tera", "{% extends \"templates/plain/files/a.tera\" %}{% block text %}z{% endblock %}");
    for number in 0..600 {
        pack = pack.template(&format!("m{number}.tera"), format!("{number} {{= service_name =}}"));
    }
    pack.write_to(&env, "pack");
    let contents = rendered(&env, &[]);
    assert_eq!(contents["z"], b"z of orders");
    assert_eq!(contents["m0"], b"0 orders");
    assert_eq!(contents["m599"], b"599 orders");
    let component = "{% component word() %}x{% endcomponent word %}";
    pack.template("a.tera", component).template("z.tera", component).write_to(&env, "pack");
    env.goldpath(["new", "twice", "--pack", "./pack", "-y"]).fails(2, ["`word` is defined in both"]);
}

#[test]
fn a_pack_that_extends_the_built_in_one_adds_a_stack() {
    let env = TestEnv::new();
    TestPack::empty()
        .head("extends = \"builtin\"")
        .component("shell", "kind = \"stack\"")
        .file(
            "templates/shell/files/src/main.sh.tera",
            "#!/bin/sh\necho {= service_name =} {= owner =} {= flavour =}\n",
        )
        .question("flavour", "type = \"string\"\ndefault = \"plain\"")
        .write_to(&env, "pack");
    let stacks = env.goldpath(["new", "x", "--pack", "./pack", "--stack", "nope", "-y"]).ends(2).stderr();
    assert!(stacks.contains("`shell`") && stacks.contains("`rust`"), "{stacks}");
    env.goldpath([
        "new",
        "orders",
        "--pack",
        "./pack",
        "--stack",
        "rust",
        "--preset",
        "quick-start",
        "-y",
        "-q",
    ])
    .succeeds();
    let lock = env.read("orders/goldpath.lock");
    assert!(lock.contains("name = \"demo\"") && lock.contains("flavour = \"plain\""), "{lock}");
    let listed = env.goldpath(["presets", "list", "--pack", "./pack"]).succeeds().stdout();
    assert!(listed.contains("enterprise"), "{listed}");
}

#[test]
fn a_pack_that_extends_cannot_redefine() {
    let env = TestEnv::new();
    let over = TestPack::empty().head("extends = \"builtin\"");
    over.clone().preset("balanced", "").write_to(&env, "pack");
    refused(&env, 2, ["`presets/balanced.toml`, which the pack it extends has already"]);
    let over = over.question("owner", "type = \"string\"\ndefault = \"x\"");
    fs_err::remove_dir_all(env.path("pack")).unwrap();
    over.write_to(&env, "pack");
    refused(&env, 2, ["a question `owner`, which the pack it extends asks already"]);
}

#[test]
fn a_question_that_is_not_asked_needs_no_answer() {
    let env = TestEnv::new();
    let dpo = "type = \"string\"\npattern = \"[a-z]+\"\nwhen = \"pii\"\nexample = \"ada\"";
    TestPack::new()
        .question("pii", "type = \"bool\"\ndefault = false")
        .question("dpo", dpo)
        .template("x.txt.tera", "<{= dpo =}>\n")
        .write_to(&env, "pack");
    env.goldpath(["pack", "lint", "./pack"]).succeeds();
    let new = |folder, set: &[&'static str]| env.goldpath(new_from_pack(folder, set));
    new("none", &[]).succeeds();
    assert_eq!(env.read("none/x.txt"), "<>\n");
    assert!(!env.read("none/goldpath.toml").contains("dpo"));
    new("one", &["--set", "pii=true"]).fails(2, ["`dpo`: no answer was given, and there is no default"]);
    new("one", &["--set", "pii=true", "--set", "dpo=ada"]).succeeds();
    assert_eq!(env.read("one/x.txt"), "<ada>\n");
    new("two", &["--set", "dpo=ada"]).fails(2, ["this is not asked here, only when pii"]);
}

#[test]
fn a_pack_says_which_goldpath_it_needs() {
    let env = TestEnv::new();
    written(&env, |pack| pack.head("requires = \">=99\""));
    refused(
        &env,
        2,
        [
            "`pack.toml`, line 5, column 12",
            "needs goldpath >=99, and this is goldpath",
            "install a newer goldpath",
        ],
    );
}

#[test]
fn a_template_that_nobody_wants_is_not_even_parsed() {
    let env = TestEnv::new();
    TestPack::new()
        .component("other", "kind = \"stack\"")
        .file("templates/other/files/broken.tera", "{% if %}")
        .component("unused", "when = \"false\"")
        .file("templates/unused/files/broken.tera", "{= nothing =}")
        .component("docs", "[[files]]\nmatch = \"broken\"\nwhen = \"false\"")
        .file("templates/docs/files/broken.tera", "{= nothing =}")
        .preset("small", "components = [\"unused\", \"docs\"]")
        .write_to(&env, "pack");
    assert_eq!(names(&rendered(&env, &["--stack", "plain"])), ["README.md"]);
}

#[test]
fn maps_and_lists_render_in_the_same_order_every_time() {
    let env = TestEnv::new();
    written(&env, |pack| {
        pack.tables("[computed]\nm = \"{= {'z': 1, 'a': 2, 'm': 3, 'b': 4, 'y': 5} =}\"")
            .template("m.tera", "{% for k, v in m %}{= k =}{= v =} {% endfor %}{= m | json =}")
    });
    let first = rendered(&env, &[]);
    for _ in 0..5 {
        assert_eq!(rendered(&env, &[]), first);
    }
    assert!(first["m"].starts_with(b"z1 a2 m3 b4 y5 "), "{}", String::from_utf8_lossy(&first["m"]));
}

#[test]
fn a_template_reads_nothing_of_the_machine() {
    for name in ["now()", "get_env(name='HOME')", "get_random(end=9)", "env.HOME", "target_folder"] {
        let env = TestEnv::new();
        written(&env, |pack| pack.template("x.tera", format!("{{= {name} =}}")));
        env.goldpath(new_from_pack("orders", &[])).fails(2, ["templates/plain/files/x.tera"]);
    }
}

#[test]
fn an_answer_whose_pattern_matches_nothing_may_stay_open() {
    let env = TestEnv::new();
    let site =
        "type = \"string\"\npattern = \"(https://[a-z.]+)?\"\ninvalid = \"an address\"\ndefault = \"\"";
    TestPack::new()
        .question("site", site)
        .template("site.tera", "{= site or 'none yet' =}\n")
        .write_to(&env, "pack");
    let make = |folder: &str, more: &[&str]| {
        let fixed =
            ["new", folder, "--pack", "./pack", "--preset", "small", "--stack", "plain", "--name", folder];
        env.goldpath(fixed.iter().chain(more))
    };
    // Nothing has to be said, and no `--yes` either.
    let run = make("open", &[]).succeeds();
    assert!(!run.stdout().contains("site ="), "{}", run.said());
    assert_eq!(env.read("open/site"), "none yet\n");
    assert!(env.read("open/goldpath.toml").contains("site = \"\"\n"));
    make("said", &["--set", "site=https://example.org"]).succeeds();
    assert_eq!(env.read("said/site"), "https://example.org\n");
    make("wrong", &["--set", "site=example"]).fails(2, ["`example` is not an address"]);
}
