//! `goldpath new`: what it says, and what a repository holds.

use crate::env::{EPOCH, TestEnv, transcript};
use crate::pack::{TestPack, new_from_pack, written};

const PRESETS: [&str; 3] = ["quick-start", "balanced", "enterprise"];

#[test]
fn a_run_says_what_it_made_and_what_to_type_next() {
    let env = TestEnv::new();
    written(&env, |pack| {
        pack.template("docs/a.md", "a").template("docs/b.md", "b").template("Makefile", "check:\n")
    });
    transcript!(env.goldpath(["new", "orders", "--pack", "./pack", "--yes"]), @r"
    exit 0
    --- stdout
    orders
      docs/  2 files
      Makefile  README.md  goldpath.lock  goldpath.toml

    made orders: 6 files, preset small, stack plain, first commit [COMMIT] on main

    next:
      cd orders
      make check   build, lint and test it
      make run     serve it on this machine
    --- stderr
    rendering preset small with stack plain
    making the first commit
    ");
    env.assert_sound("orders");
    assert_eq!(
        env.listing("orders"),
        ["Makefile", "README.md", "docs/", "docs/a.md", "docs/b.md", "goldpath.lock", "goldpath.toml"]
    );
}

#[test]
fn quiet_says_only_what_was_made() {
    let env = TestEnv::new();
    written(&env, |pack| pack);
    transcript!(env.goldpath(new_from_pack("orders", &[])), @r"
    exit 0
    --- stdout
    made orders: 3 files, preset small, stack plain, first commit [COMMIT] on main
    ");
}

#[test]
fn verbose_says_every_step() {
    let env = TestEnv::new();
    written(&env, |pack| pack);
    let run = env.goldpath(["new", "orders", "--pack", "./pack", "--yes", "--verbose"]).succeeds();
    assert!(run.stderr().contains("moving everything into place"), "{}", run.stderr());
}

#[test]
fn json_is_one_object_on_stdout() {
    let env = TestEnv::new();
    written(&env, |pack| pack);
    let run = env.goldpath(["new", "orders", "--pack", "./pack", "--yes", "--format", "json"]).succeeds();
    let json = run.json();
    assert_eq!(json["schema_version"], 1);
    assert_eq!(json["dry_run"], false);
    assert_eq!(json["repository"]["commit"], env.head("orders").as_str());
    assert_eq!(json["repository"]["branch"], "main");
    assert_eq!(json["pack"]["version"], "1.0.0");
    let paths: Vec<&str> =
        json["files"].as_array().unwrap().iter().map(|file| file["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["README.md", "goldpath.lock", "goldpath.toml"]);
}

#[test]
fn every_preset_twice_gives_the_same_commit_and_a_sound_repository() {
    for preset in PRESETS {
        let make = |env: &TestEnv| {
            env.goldpath(["new", "orders", "--preset", preset, "--stack", "rust", "--yes", "--quiet"])
                .succeeds();
            env.assert_sound("orders");
            env.head("orders")
        };
        let (first, second) = (TestEnv::new(), TestEnv::new());
        assert_eq!(make(&first), make(&second), "{preset}");
        assert_eq!(first.git("orders", ["rev-list", "--count", "--all"]), "1\n");
        let when = first.git("orders", ["log", "-1", "--format=%at %ct %an <%ae>"]);
        assert_eq!(when, format!("{EPOCH} {EPOCH} Ada <ada@example.com>\n"));
    }
}

#[test]
fn the_environment_and_the_day_change_nothing_but_the_date() {
    let tree = |env: TestEnv| {
        env.goldpath(["new", "orders", "--preset", "enterprise", "--yes", "--quiet"]).succeeds();
        env.git("orders", ["rev-parse", "HEAD^{tree}"])
    };
    let here = tree(TestEnv::new());
    let elsewhere = TestEnv::new()
        .without("SOURCE_DATE_EPOCH")
        .with("TZ", "Asia/Kathmandu")
        .with("LC_ALL", "tr_TR.UTF-8")
        .with("USER", "somebody");
    assert_eq!(tree(elsewhere), here);
}

#[test]
fn a_rendered_repository_holds_no_expression_and_no_leftover_words() {
    for preset in PRESETS {
        let env = TestEnv::new();
        env.goldpath(["new", "orders", "--preset", preset, "--yes", "--quiet", "--no-git"]).succeeds();
        for (path, content) in env.contents("orders") {
            let text = String::from_utf8_lossy(&content);
            // The lock quotes the pack's own defaults.
            let text = match text.split_once("[defaults]") {
                Some((before, after)) => format!("{before}{}", after.split_once("[settings]").unwrap().1),
                None => text.into_owned(),
            };
            for sign in ["{=", "=}", "{~", "~}", "TODO", "FIXME", "XXX", "lorem ipsum", "Lorem ipsum"] {
                assert!(!text.contains(sign), "{preset}: {path} holds `{sign}`");
            }
        }
    }
}

#[test]
fn moving_up_a_preset_only_adds_files_and_components() {
    let components = |preset: &str| {
        let env = TestEnv::new();
        env.goldpath([
            "new",
            "orders",
            "--preset",
            preset,
            "--yes",
            "--quiet",
            "--no-git",
            "--set",
            "platform=kubernetes",
        ])
        .succeeds();
        let lock: toml::Table = env.read("orders/goldpath.lock").parse().unwrap();
        let names = lock["plan"]["components"].as_array().unwrap().clone();
        let names: Vec<String> = names.iter().map(|name| name.as_str().unwrap().to_owned()).collect();
        (names, env.listing("orders"))
    };
    let [small, middle, large] = PRESETS.map(components);
    for (less, more) in [(&small, &middle), (&middle, &large)] {
        assert!(less.0.iter().all(|name| more.0.contains(name)), "{:?} is not in {:?}", less.0, more.0);
        // The one change of kind: what a Deployment did, a Rollout does.
        let gone: Vec<&String> = less.1.iter().filter(|path| !more.1.contains(path)).collect();
        let gone: Vec<_> = gone.into_iter().filter(|path| !path.ends_with("/deployment.yaml")).collect();
        assert!(gone.is_empty(), "moving up loses {gone:?}");
    }
}

#[test]
fn the_folder_names_the_service_and_a_name_names_the_folder() {
    let env = TestEnv::new();
    written(&env, |pack| pack);
    env.goldpath(new_from_pack("My Orders_v2", &[])).succeeds();
    assert_eq!(env.read("My Orders_v2/README.md"), "# my-orders-v2\n");
    env.goldpath(["new", "--name", "billing", "--pack", "./pack", "--yes", "-q"]).succeeds();
    assert_eq!(env.read("billing/README.md"), "# billing\n");
    env.goldpath(new_from_pack("some/where/deep", &["--name", "other"])).succeeds();
    assert_eq!(env.read("some/where/deep/README.md"), "# other\n");
    env.assert_sound("some/where/deep");
}

#[test]
fn c_runs_it_as_if_started_there() {
    let env = TestEnv::new();
    written(&env, |pack| pack);
    env.folder("there");
    env.goldpath(["-C", "there", "new", "orders", "--pack", "../pack", "--yes", "-q"]).succeeds();
    env.assert_sound("there/orders");
}

#[test]
fn a_dry_run_writes_nothing_and_tells_exactly_what_the_real_run_does() {
    let env = TestEnv::new();
    written(&env, |pack| pack.template("bin/run", "#!/bin/sh\n").template("b.md", "b"));
    env.write("orders/README.md", "mine\n");
    env.write("orders/b.md", "b");
    let before = env.contents("");
    let arguments = new_from_pack("orders", &["--force", "--format", "json"]);
    let dry = env.goldpath([&arguments[..], &["--dry-run"]].concat()).succeeds().json();
    assert_eq!(env.contents(""), before);
    assert!(!env.exists("orders/.git"));
    let real = env.goldpath(&arguments).succeeds().json();
    assert_eq!(dry["dry_run"], true);
    for key in ["files", "pack", "preset", "stack", "path", "schema_version"] {
        assert_eq!(dry[key], real[key], "{key}");
    }
    for file in dry["files"].as_array().unwrap() {
        let path = file["path"].as_str().unwrap();
        let expected = match path {
            "README.md" => "kept",
            "b.md" => "same",
            _ => "created",
        };
        assert_eq!(file["action"], expected, "{path}");
    }
    assert_eq!(env.read("orders/README.md"), "mine\n");
}

#[test]
fn a_dry_run_says_it_in_words_too() {
    let env = TestEnv::new();
    written(&env, |pack| pack);
    transcript!(env.goldpath(new_from_pack("orders", &["--dry-run"])), @r"
    exit 0
    --- stdout
    would make 3 files in [ROOT]/work/orders, nothing was written
      created README.md
      created goldpath.lock
      created goldpath.toml
    ");
    assert!(!env.exists("orders"));
}

#[test]
fn a_dry_run_refuses_what_the_real_run_refuses() {
    let env = TestEnv::new();
    written(&env, |pack| pack);
    env.write("orders/mine", "");
    for more in [&["--set", "nonsense=1"][..], &["--author", "nobody"], &["--remote", "ext::sh -c true"], &[]]
    {
        let real = env.goldpath(new_from_pack("orders", more)).whatever();
        let dry = env.goldpath(new_from_pack("orders", &[more, &["--dry-run"]].concat())).whatever();
        assert_ne!(real.code(), 0, "{more:?}");
        assert_eq!((dry.code(), dry.stderr()), (real.code(), real.stderr()), "{more:?}");
    }
}

#[test]
fn a_dry_run_tells_when_no_repository_would_be_made() {
    let env = TestEnv::new();
    written(&env, |pack| pack);
    env.git("", ["init", "--quiet"]);
    let dry = env.goldpath(new_from_pack("orders", &["--dry-run"])).succeeds();
    assert!(dry.stdout().contains("the repository at [ROOT]/work"), "{}", dry.stdout());
}

#[test]
fn intent_and_fact_are_written_for_people_and_for_the_tool() {
    let env = TestEnv::new();
    TestPack::new()
        .question("owner", "help = \"who is called at night\"\ntype = \"string\"\ndefault = \"me\"")
        .component("extra", "[settings.\"extra.size\"]\ntype = \"integer\"\nmin = 1\ndefault = 3\n[settings.\"extra.name\"]\ntype = \"string\"\ndefault = \"x\"")
        .preset("small", "components = [\"extra\"]\n[settings]\n\"extra.name\" = \"y\"")
        .write_to(&env, "pack");
    env.goldpath(new_from_pack("orders", &["--set", "extra.size=4", "--set", "owner=the \"team\""]))
        .succeeds();
    insta::assert_snapshot!(env.read("orders/goldpath.toml"), @r#"
    # What this repository wants to be. Edit it, then run `goldpath apply`; goldpath.lock records what it is.

    pack = "../pack"
    preset = "small"
    stack = "plain"

    [answers]
    # The service_name
    service_name = "orders"
    # The owner: who is called at night
    owner = "the \"team\""

    # Only what differs from the preset; `goldpath presets show` lists every setting.
    [settings]
    "extra.size" = 4
    "#);
    let lock = env.read("orders/goldpath.lock");
    let digest = regex_lite::Regex::new("sha256:[0-9a-f]{64}").unwrap();
    let commented = digest.replace(&lock, "sha256:[DIGEST]");
    insta::assert_snapshot!(commented, @r#"
    # Written by goldpath. Do not edit.
    version = 1

    [pack]
    name = "demo"
    version = "1.0.0"
    source = "../pack"
    digest = "sha256:[DIGEST]"

    [plan]
    preset = "small"
    stack = "plain"
    components = [
      "plain",
      "extra",
    ]
    overrides = [
      "extra.size",
    ]

    [answers]
    service_name = "orders"
    owner = "the \"team\""

    [defaults]
    service_name = "{= target_folder =}"

    [settings]
    "extra.name" = "y"
    "extra.size" = 4

    [controls]

    [[file]]
    path = "README.md"
    component = "plain"
    ownership = "shared"
    mode = "100644"
    blob = "85b2b44656f43879a8d8a083c53e4764b4a3d556"
    "#);
}

#[test]
fn the_commit_message_says_pack_version_preset_and_stack() {
    let env = TestEnv::new();
    written(&env, |pack| pack.version("1.4.0-rc.1"));
    env.goldpath(new_from_pack("orders", &[])).succeeds();
    insta::assert_snapshot!(env.git("orders", ["log", "-1", "--format=%B"]), @r"
    Start orders on the golden path

    Pack: demo 1.4.0-rc.1
    Preset: small
    Stack: plain
    ");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let env = TestEnv::new();
    let goldpath = crate::env::GOLDPATH;
    let ended = env.shell(&format!("{{ {goldpath} presets show enterprise; echo \"ended $?\" >&2; }} 2>&1 | head -1 >/dev/null; {goldpath} man | head -1"));
    assert!(!ended.contains("panicked"), "{ended}");
}
