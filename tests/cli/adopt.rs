//! `goldpath adopt`: a repository that was never on the path gets onto it, and nothing of it changes on the way.

use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;

use crate::env::{GOLDPATH, TestEnv, transcript};
use crate::pack::TestPack;
use crate::terminal::{ENTER, Terminal};
use crate::upgrade::{first, write_second};

/// A repository with these files, committed; `script` runs in it before.
fn repository(env: &TestEnv, folder: &str, files: &[(&str, &str)], script: &str) {
    env.folder(folder);
    env.git(folder, ["init", "--quiet", "--initial-branch=main"]);
    for (path, content) in files {
        env.write(&format!("{folder}/{path}"), content);
    }
    env.shell(&format!("cd {folder}; {script}\ngit add --all; git commit --quiet --message code"));
}

/// HEAD, index, status, and every file and folder with its mode and content.
fn state(env: &TestEnv, folder: &str) -> String {
    env.shell(&format!(
        "cd {folder}; git rev-parse HEAD; git ls-files --stage; git status --porcelain --ignored; \
         find . -name .git -prune -o -printf '%p %m %y %l\\n' | sort; \
         find . -name .git -prune -o -type f -print0 | sort -z | xargs -0 sha1sum; ls -a $(git rev-parse --git-dir)"
    ))
}

/// Every file on disk with its mode, its kind and its content, a line each.
fn files(env: &TestEnv, folder: &str) -> Vec<String> {
    let listed = env.shell(&format!(
        "cd {folder}; find . -name .git -prune -o -type f -printf '%p %m ' -exec sha1sum {{}} \\; ; \
         find . -name .git -prune -o -type l -printf '%p %m -> %l\\n'"
    ));
    listed.lines().map(str::to_owned).collect()
}

/// A finding as `value, sure, first place`.
fn found(json: &Value, subject: &str) -> String {
    let finding = json["found"].as_array().unwrap().iter().find(|finding| finding["subject"] == subject);
    let Some(finding) = finding else { return "nothing".to_owned() };
    let place = &finding["evidence"][0];
    let text = |value: &Value| value.as_str().map(str::to_owned).unwrap_or_default();
    let line = place["line"].as_u64().map(|line| format!(":{line}")).unwrap_or_default();
    format!("{}, {}, {}{line}", text(&finding["value"]), text(&finding["sure"]), text(&place["path"]))
}

fn with_action<'j>(json: &'j Value, action: &str) -> Vec<&'j str> {
    let files = json["files"].as_array().unwrap().iter();
    files.filter(|file| file["action"] == action).map(|file| file["path"].as_str().unwrap()).collect()
}

/// Adopts a repository in all ways, and holds everything that is promised against it. `folder` is the project, `whole`
/// the repository. Leaves it adopted and committed; returns what a real run told.
fn adopted(
    env: &TestEnv,
    whole: &str,
    folder: &str,
    more: &[&str],
    code: i32,
    findings: &[(&str, &str)],
) -> Value {
    let run = |arguments: &[&str]| env.goldpath_in(folder, arguments);
    let adopt = [&["adopt", "--yes", "--format", "json"], more].concat();
    let before = state(env, whole);
    let kept = files(env, whole);

    let dry = run(&[&adopt[..], &["--dry-run"]].concat()).ends(code).json();
    assert_eq!(state(env, whole), before, "a dry run writes nothing");
    let real = run(&adopt).ends(code).json();
    for key in ["files", "found", "presets", "answers", "to", "needs_you", "remarks"] {
        assert_eq!(dry[key], real[key], "a dry run tells what a real run does");
    }
    for (subject, expected) in findings {
        assert_eq!(found(&real, subject), *expected, "{}", real["found"]);
    }

    let after = files(env, whole);
    for line in &kept {
        assert!(after.contains(line), "it was changed: {line}");
    }
    let status = env.git(whole, ["status", "--porcelain"]);
    assert!(status.lines().all(|line| line.starts_with("A  ")), "only new files, all staged:\n{status}");
    let created = with_action(&real, "created");
    assert_eq!(after.len(), kept.len() + created.len());
    assert_eq!(status.lines().count(), created.len());

    run(&adopt).fails(3, ["on the path already", "`goldpath upgrade`", "`goldpath apply`"]);
    run(&["upgrade", "--abort"]).succeeds();
    assert_eq!(state(env, whole), before, "it is taken back");
    run(&["upgrade", "--abort"]).fails(3, ["nothing is under way"]);

    let again = run(&adopt).ends(code).json();
    assert_eq!(again["files"], real["files"]);
    env.git(whole, ["commit", "--quiet", "--message", "on the path"]);
    let diff = run(&["diff", "--format", "json"]).succeeds().json();
    // What the team has in the place of a file of the path differs from it; what was never written does not.
    let differing: Vec<&str> =
        diff["files"].as_array().unwrap().iter().map(|file| file["path"].as_str().unwrap()).collect();
    for record in real["files"].as_array().unwrap().iter().filter(|record| record["action"] == "kept") {
        let left_out = record["reason"].as_str().unwrap().starts_with("not written, since");
        assert_eq!(differing.contains(&record["path"].as_str().unwrap()), !left_out, "{record}");
    }
    assert_eq!(diff["missing"].as_array().unwrap().len(), 0);
    let told = run(&["upgrade", "--dry-run"]).succeeds();
    assert!(told.stdout().contains("nothing to do"), "{}", told.said());
    assert_eq!(told.stderr(), "");
    assert_eq!(env.git(whole, ["status", "--porcelain"]), "");
    real
}

const MIT: &str = "MIT License\n\nPermission is hereby granted, free of charge, to any person\n";

#[test]
fn a_cargo_service_with_a_pipeline_gets_no_second_main() {
    let env = TestEnv::new();
    let files = [
        (
            "Cargo.toml",
            "[package]\nname = \"orders\"\nversion = \"1.0.0\"\nlicense = \"MIT OR Apache-2.0\"\n",
        ),
        ("src/bin/orders.rs", "fn main() {}\n"),
        ("LICENSE", MIT),
        ("README.md", "# Orders\n"),
        ("Makefile", "all:\n\tcargo build\n"),
        ("Dockerfile", "FROM rust:1\nCOPY . .\nEXPOSE 9000/tcp\n"),
        (".github/CODEOWNERS", "* @acme/payments @ada\n"),
        (".github/workflows/build.yml", "on: push\n"),
    ];
    repository(&env, "orders", &files, "git remote add origin https://token@github.com/acme/orders.git");
    let told = adopted(
        &env,
        "orders",
        "orders",
        &[],
        1,
        &[
            ("stack", "rust, certain, Cargo.toml:1"),
            ("name", "orders, certain, Cargo.toml:2"),
            ("owner", "acme/payments, certain, .github/CODEOWNERS:1"),
            ("port", "9000, likely, Dockerfile:3"),
            ("ci", "GitHub Actions, certain, .github/workflows/build.yml"),
            ("licence", "MIT, certain, LICENSE:3"),
            ("platform", "nothing"),
        ],
    );
    assert!(!told.to_string().contains("token"), "no secret is shown");
    // The build finds what it found before, and nothing else that it reads.
    assert_eq!(env.listing("orders/src"), ["bin/", "bin/orders.rs"]);
    for absent in ["Cargo.lock", ".dockerignore", "tests/http.rs", "openapi.yaml"] {
        assert!(!env.exists(&format!("orders/{absent}")), "{absent}");
    }
    assert!(env.exists("orders/stack.mk") && env.exists("orders/ops/slo/rules.yml"));
    let lock = env.read("orders/goldpath.lock");
    assert!(lock.contains("path = \"src/main.rs\"") && lock.contains("code = \"own\""), "{lock}");
    assert!(env.read("orders/goldpath.toml").contains("\"service.port\" = 9000"));
    let needing: Vec<&Value> =
        told["files"].as_array().unwrap().iter().filter(|file| file["needs_you"] == true).collect();
    assert_eq!(needing.len(), 2, "{needing:?}");
    // An upgrade to another preset leaves it at that.
    env.goldpath_in("orders", ["upgrade", "--preset", "balanced"]).ends(1);
    assert_eq!(env.listing("orders/src"), ["bin/", "bin/orders.rs"]);
    assert_eq!(env.read("orders/Dockerfile"), "FROM rust:1\nCOPY . .\nEXPOSE 9000/tcp\n");
}

#[test]
fn a_go_service_without_a_pipeline() {
    let env = TestEnv::new();
    let files = [
        ("go.mod", "module github.com/acme/billing-api/v2\n\ngo 1.22\n"),
        ("cmd/billing/main.go", "package main\n\nfunc main() {}\n"),
        ("COPYING", "GNU GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007\n"),
    ];
    repository(&env, "billing-api", &files, "");
    let told = adopted(
        &env,
        "billing-api",
        "billing-api",
        &["--preset", "balanced"],
        0,
        &[
            ("stack", "go, certain, go.mod:1"),
            ("name", "billing-api, certain, go.mod:1"),
            ("owner", "nothing"),
            ("port", "nothing"),
            ("ci", "nothing"),
            ("licence", "GPL-3.0, likely, COPYING:1"),
        ],
    );
    assert_eq!(told["to"]["preset"], "balanced");
    assert_eq!(env.listing("billing-api/cmd"), ["billing/", "billing/main.go"]);
    assert!(!env.exists("billing-api/internal"));
}

#[test]
fn a_maven_service_with_manifests_of_kubernetes() {
    let env = TestEnv::new();
    let pom = "<project>\n  <parent>\n    <artifactId>parent</artifactId>\n  </parent>\n  <artifactId>ledger</artifactId>\n\
               <licenses><license><name>Apache-2.0</name></license></licenses>\n</project>\n";
    let files = [
        ("pom.xml", pom),
        ("src/main/java/com/acme/Ledger.java", "package com.acme;\nclass Ledger {}\n"),
        ("src/main/resources/application.properties", "a=b\nserver.port = 8181\n"),
        ("k8s/deployment.yaml", "apiVersion: apps/v1\nkind: Deployment\n"),
        (".github/workflows/maven.yml", "on: push\n"),
    ];
    repository(&env, "ledger", &files, "git remote add origin git@github.com:acme/ledger.git");
    let told = adopted(
        &env,
        "ledger",
        "ledger",
        &["--set", "owner=acme/ledger"],
        0,
        &[
            ("stack", "java, certain, pom.xml:1"),
            ("name", "ledger, certain, pom.xml:5"),
            ("owner", "acme/ledger-team, guess, "),
            ("port", "8181, likely, src/main/resources/application.properties:2"),
            ("platform", "kubernetes, likely, k8s/deployment.yaml:2"),
            ("licence", "Apache-2.0, likely, pom.xml:6"),
        ],
    );
    let from = |key: &str| {
        let answers = told["answers"].as_array().unwrap().iter();
        answers.clone().find(|answer| answer["key"] == key).unwrap()["from"].as_str().unwrap().to_owned()
    };
    assert_eq!(
        [from("owner"), from("service_name"), from("platform")],
        ["`--set owner`", "`pom.xml`", "`k8s/deployment.yaml`"]
    );
    assert_eq!(env.listing("ledger/src").len(), 7, "{:?}", env.listing("ledger/src"));
}

#[test]
fn a_service_that_another_tool_builds_needs_a_person_for_its_commands() {
    let env = TestEnv::new();
    let node = ("package.json", "{\"name\": \"stock\"}\n");
    let python = ("pyproject.toml", "[project]\nname = \"stock\"\n");
    let kotlin = ("src/main/kotlin/Stock.kt", "fun main() {}\n");
    let own = |name| (name, "\n");
    for (folder, files, found, told) in [
        (
            "gradle",
            vec![own("build.gradle.kts"), kotlin],
            "java, certain, build.gradle.kts:1",
            "Maven, and `build.gradle.kts` is for Gradle",
        ),
        (
            "pnpm",
            vec![node, own("pnpm-lock.yaml"), ("index.ts", "\n")],
            "typescript, certain, package.json:1",
            "npm, and `pnpm-lock.yaml` is for pnpm",
        ),
        (
            "poetry",
            vec![python, own("poetry.lock"), ("app.py", "\n")],
            "python, certain, pyproject.toml:1",
            "uv, and `poetry.lock` is for Poetry",
        ),
    ] {
        repository(&env, folder, &files, "");
        let dry = env.goldpath_in(folder, ["adopt", "--yes", "--dry-run"]).ends(1);
        assert!(dry.stdout().contains("needs you\n  the commands of stack.mk are for "), "{}", dry.said());
        let told_all = adopted(&env, folder, folder, &[], 1, &[("stack", found)]);
        assert!(told_all["found"][0]["by_hand"].as_str().unwrap().contains(told), "{}", told_all["found"]);
        assert!(env.exists(&format!("{folder}/stack.mk")));
    }
    let both = [node, own("package-lock.json"), own("yarn.lock"), ("index.ts", "\n")];
    repository(&env, "npm", &both, "");
    adopted(&env, "npm", "npm", &[], 0, &[("stack", "typescript, certain, package.json:1")]);
}

#[test]
fn a_node_service_keeps_its_compiler_and_its_lock() {
    let env = TestEnv::new();
    let files = [
        ("package.json", "{\n  \"name\": \"@acme/mail-out\",\n  \"license\": \"ISC\"\n}\n"),
        ("package-lock.json", "{}\n"),
        ("src/index.ts", "export {}\n"),
        (
            "compose.yaml",
            "services:\n  db:\n    image: postgres\n    ports: ['5432:5432']\n  app:\n    build: .\n    ports:\n      - '80:3000'\n",
        ),
        (".env.example", "PORT=3000\n"),
        ("CODEOWNERS", "*  @Acme/mail\n"),
        (".github/workflows/node.yaml", "on: push\n"),
    ];
    repository(&env, "mail-out", &files, "");
    adopted(
        &env,
        "mail-out",
        "mail-out",
        &[],
        1,
        &[
            ("stack", "typescript, certain, package.json:1"),
            ("name", "mail-out, certain, package.json:2"),
            ("owner", "Acme/mail, certain, CODEOWNERS:1"),
            ("port", "3000, certain, compose.yaml:8"),
            ("licence", "ISC, likely, package.json:3"),
        ],
    );
    for absent in ["tsconfig.json", "biome.json", ".node-version", "Dockerfile", "src/main.ts"] {
        assert!(!env.exists(&format!("mail-out/{absent}")), "{absent}");
    }
}

#[test]
fn a_python_service_whose_owner_is_a_person() {
    let env = TestEnv::new();
    let files = [
        ("pyproject.toml", "[project]\nname = \"Price_List\"\n[project.license]\ntext = \"MIT\"\n"),
        ("price_list/app.py", "print()\n"),
        ("Dockerfile", "FROM python\nEXPOSE 80\n"),
        (".github/CODEOWNERS", "* @ada\n"),
        (".gitlab-ci.yml", "test: {}\n"),
    ];
    repository(&env, "price-list", &files, "git remote add origin https://github.com/acme/price-list");
    let told = adopted(
        &env,
        "price-list",
        "price-list",
        &[],
        1,
        &[
            ("stack", "python, certain, pyproject.toml:1"),
            ("name", "price-list, certain, pyproject.toml:2"),
            ("owner", "acme/price-list-team, guess, "),
            ("port", "80, likely, Dockerfile:2"),
            ("ci", "GitLab CI, certain, .gitlab-ci.yml"),
            ("licence", "MIT, likely, pyproject.toml:4"),
        ],
    );
    let port = told["found"].as_array().unwrap().iter().find(|finding| finding["subject"] == "port").unwrap();
    assert!(port["used_for"].is_null() && port["note"].as_str().unwrap().starts_with("not used: "), "{port}");
    assert!(!env.read("price-list/goldpath.toml").contains("service.port"));
    assert!(
        told["remarks"][0].as_str().unwrap().contains("GitLab CI stays beside it"),
        "{}",
        told["remarks"]
    );
}

#[test]
fn two_services_of_one_repository_are_adopted_side_by_side() {
    let env = TestEnv::new();
    let files = [
        ("services/orders/go.mod", "module acme.dev/orders\n"),
        ("services/orders/main.go", "package main\n"),
        ("services/billing/Cargo.toml", "[package]\nname = \"billing\"\n"),
        ("services/billing/src/main.rs", "fn main() {}\n"),
        ("CODEOWNERS", "* @acme/all\n/services/orders/ @acme/orders-team\n"),
        ("LICENSE", MIT),
        (".github/workflows/all.yml", "on: push\n"),
    ];
    repository(&env, "mono", &files, "");
    env.goldpath_in("mono", ["adopt", "--yes", "--dry-run"])
        .whatever()
        .stderr()
        .contains("several builds are below this folder (`services/billing`, `services/orders`)")
        .then_some(())
        .unwrap();
    adopted(
        &env,
        "mono",
        "mono/services/orders",
        &[],
        0,
        &[
            ("stack", "go, certain, go.mod:1"),
            ("name", "orders, certain, go.mod:1"),
            ("owner", "acme/orders-team, certain, ../../CODEOWNERS:2"),
            ("ci", "GitHub Actions, certain, ../../.github/workflows/all.yml"),
            ("licence", "MIT, likely, ../../LICENSE:3"),
        ],
    );
    assert_eq!(env.listing("mono/services/billing"), ["Cargo.toml", "src/", "src/main.rs"]);
    assert!(!env.exists("mono/goldpath.lock"));
    let told = adopted(
        &env,
        "mono",
        "mono/services/billing",
        &[],
        0,
        &[("owner", "acme/all, certain, ../../CODEOWNERS:1")],
    );
    assert!(told["remarks"][0].as_str().unwrap().contains("at the root of a repository only"), "{told}");
    env.goldpath_in("mono/services/orders/ops", ["adopt", "--yes"])
        .fails(3, ["services/orders` is on the path already"]);
}

#[test]
fn carriage_returns_modes_and_missing_line_ends_stay() {
    let env = TestEnv::new();
    // One file is the path's own, with other line ends.
    env.goldpath(["new", "made", "--yes", "--quiet"]).succeeds();
    let editorconfig = env.read("made/.editorconfig").replace('\n', "\r\n");
    let files = [
        ("setup.py", "setup()\r\n"),
        ("README.md", "# Reports\r\n\r\nno end"),
        ("run.sh", "#!/bin/sh\r\n"),
        ("scripts/smoke.sh", "true\n"),
        ("private.txt", "x\n"),
        (".editorconfig", &editorconfig),
        ("CONTRIBUTING.md", "\u{feff}caf\u{e9}\r\n"),
    ];
    repository(&env, "reports", &files, "chmod 755 run.sh scripts/smoke.sh; chmod 600 private.txt");
    let told = adopted(&env, "reports", "reports", &[], 1, &[("stack", "python, certain, setup.py:1")]);
    let same = told["files"].as_array().unwrap().iter().find(|file| file["path"] == ".editorconfig").unwrap();
    assert_eq!(same["action"], "unchanged", "{same}");
    assert_eq!(told["presets"][0]["there"], 1);
}

#[cfg(unix)]
#[test]
fn what_leaves_no_place_is_kept_and_told() {
    let env = TestEnv::new();
    let files = [
        ("requirements.txt", "flask\n"),
        ("app.py", "print()\n"),
        ("documentation/README.md", "# Docs\n"),
        ("contributing.md", "lower case\n"),
        ("SECURITY.md/policy.txt", "a folder\n"),
        (".gitignore", "/stack.mk\n"),
        ("make", "a file\n"),
    ];
    let script = "ln -s documentation docs; ln -s documentation/README.md README.md; \
                  git update-index --add --cacheinfo 160000,1234567890123456789012345678901234567890,perf; mkdir perf";
    repository(&env, "linked", &files, script);
    env.write("linked/stack.mk", "ignored\n");
    env.write("linked/catalog-info.yaml", "untracked\n");
    env.git("linked", ["config", "status.showUntrackedFiles", "no"]);
    let run = env.goldpath_in("linked", ["adopt", "--yes", "--dry-run"]).ends(1).stdout();
    for told in [
        "kept      stack.mk: not written, in its way is stack.mk (ignored)",
        "kept      catalog-info.yaml: not written, in its way is catalog-info.yaml (untracked)",
        "kept      docs/README.md: not written, in its way is docs (a symbolic link)",
        "kept      SECURITY.md: not written, in its way is SECURITY.md (a folder)",
        "kept      make/ci.mk: not written, in its way is make (a file)",
        "kept      perf/load.js: not written, in its way is perf (a submodule)",
        "kept      README.md: yours stays, and changes of the path merge into it",
    ] {
        assert!(run.contains(told), "{told} is not in:\n{run}");
    }
    let folded = run.lines().find(|line| line.contains(" CONTRIBUTING.md: not written")).unwrap();
    assert!(folded.contains("contributing.md"), "{folded}");
    adopted(&env, "linked", "linked", &[], 1, &[]);
    assert_eq!(env.read("linked/stack.mk"), "ignored\n");
    assert_eq!(env.listing("linked/documentation"), ["README.md"]);
}

#[test]
fn a_file_of_the_team_in_another_place_stays_the_one_that_counts() {
    let env = TestEnv::new();
    let dependabot = "version: 2\nupdates:\n  - package-ecosystem: docker\n    schedule: {interval: weekly}\n    \
                      cooldown: {default-days: 7}\n  - package-ecosystem: github-actions\n    \
                      schedule: {interval: weekly}\n    cooldown: {default-days: 7}\n";
    let files = [
        ("app.py", "print()\n"),
        ("CODEOWNERS", "* @acme/mail\n"),
        (".github/dependabot.yaml", dependabot),
        (".github/SECURITY.md", "# Write to us\n"),
        ("docs/contributing.rst", "Be kind\n"),
        ("README.rst", "Mail\n"),
        ("GNUmakefile", "all:\n\ttrue\n"),
    ];
    repository(&env, "mail", &files, "");
    let silent = [
        ".github/CODEOWNERS",
        ".github/dependabot.yml",
        "SECURITY.md",
        "CONTRIBUTING.md",
        "README.md",
        "Makefile",
    ];
    let absent = |when: &str| {
        let written: Vec<&&str> = silent.iter().filter(|path| env.exists(&format!("mail/{path}"))).collect();
        assert!(written.is_empty(), "{when}: {written:?}");
    };
    let told = adopted(&env, "mail", "mail", &["--preset", "quick-start"], 1, &[]);
    absent("adopt");
    let record = |path: &str| {
        let record = told["files"].as_array().unwrap().iter().find(|file| file["path"] == path).unwrap();
        format!("{}, {}: {}", record["action"], record["needs_you"], record["reason"]).replace('"', "")
    };
    assert_eq!(
        record(".github/CODEOWNERS"),
        "kept, true: not written, you have `CODEOWNERS`: GitHub would follow this one, and no rule of yours"
    );
    assert_eq!(
        record("CONTRIBUTING.md"),
        "kept, false: not written, you have `docs/contributing.rst`: GitHub links to one of the two, and it might not be \
         yours"
    );
    assert!(record("Makefile").starts_with("kept, true: not written, you have `GNUmakefile`"));

    // What controls ask for is there, and drift does not offer to silence it.
    let check = |family: &str| {
        env.goldpath_in("mail", ["check", "--only", family, "--format", "json"]).whatever().json()["findings"]
            .to_string()
    };
    let controls = check("controls");
    for held in ["repo.owners", "deps.updates", "sec.disclosure"] {
        assert!(!controls.contains(held), "{held} in {controls}");
    }
    let drift = check("drift");
    assert!(drift.contains("`git mv CODEOWNERS .github/CODEOWNERS`"), "{drift}");
    assert!(!drift.contains("goldpath apply .github/CODEOWNERS"), "{drift}");
    env.goldpath_in("mail", ["apply", ".github/CODEOWNERS"])
        .fails(3, ["`.github/CODEOWNERS` is not written, you have `CODEOWNERS`", "`git mv CODEOWNERS "]);
    // The owner that everything is held against is the team's.
    env.write("mail/CODEOWNERS", "* @acme/parcels\n");
    assert!(check("consistency").contains("CODEOWNERS says `acme/parcels`"));
    env.write("mail/CODEOWNERS", "* @acme/mail\n");

    let upgraded = env.goldpath_in("mail", ["upgrade", "--preset", "enterprise"]).whatever();
    assert!(env.exists("mail/compliance/controls.yaml"), "{}", upgraded.said());
    absent("upgrade");
}

#[test]
fn an_upgrade_writes_no_new_file_that_would_silence_one_of_the_team() {
    let env = TestEnv::new();
    demo(&env);
    env.write("orders/docs/CODEOWNERS", "* @acme/orders\n");
    env.shell("cd orders; git add -A; git commit -qm owners");
    env.goldpath_in("orders", ["adopt", "--pack", "../pack", "--preset", "small", "--yes", "--quiet"])
        .succeeds();
    env.git("orders", ["commit", "--quiet", "--message", "on the path"]);
    env.write("pack/templates/more/files/.github/CODEOWNERS", "* @acme/all\n");
    let told = env.goldpath_in("orders", ["upgrade", "--preset", "large"]).whatever().stdout();
    assert!(told.contains(".github/CODEOWNERS: not written, you have `docs/CODEOWNERS`"), "{told}");
    assert!(env.exists("orders/more/gate.yml") && !env.exists("orders/.github/CODEOWNERS"));
}

#[test]
fn a_repository_without_code_gets_the_beginning_of_a_service() {
    let env = TestEnv::new();
    repository(&env, "idea", &[("README.md", "# An idea\n"), ("docs/notes.py", "# not the service\n")], "");
    let told = adopted(&env, "idea", "idea", &["--stack", "go"], 0, &[("name", "idea, guess, ")]);
    assert!(told["own_code"].is_null());
    assert!(env.exists("idea/cmd/server/main.go") && env.exists("idea/openapi.yaml"));
    assert!(!env.read("idea/goldpath.lock").contains("code = "));
}

#[test]
fn a_language_without_a_stack_needs_one_to_be_named() {
    let env = TestEnv::new();
    repository(&env, "shop", &[("Gemfile", "gem 'rack'\n"), ("app.rb", "run\n")], "");
    transcript!(env.goldpath_in("shop", ["adopt", "--yes", "--quiet"]), @r"
    exit 2
    --- stderr
    error: the code here (`app.rb`) is in a language that no stack of the pack is for

    hint: choose the one whose make targets are nearest with `--stack NAME`: `go`, `java`, `python`, `rust`, `typescript`; none of its code is written
    ");
    adopted(&env, "shop", "shop", &["--stack", "python"], 0, &[("stack", "nothing")]);
    assert!(!env.exists("shop/src"));
}

/// A service whose pipeline is nearly the one of the demo pack.
fn demo(env: &TestEnv) {
    first().write_to(env, "pack");
    let ci = "one\nTWO by us\nthree\nfour\nfive\nsix\nseven\neight\nteam: core\nlimit: 10\n";
    let files = [
        ("Cargo.toml", "[package]\nname = \"orders\"\n"),
        ("ci.yml", ci),
        ("docs/both.md", "all ours\n"),
        ("sub/Makefile", "all:\n\ttrue\n"),
    ];
    repository(env, "orders", &files, "");
}

#[test]
fn an_upgrade_merges_into_what_was_kept_and_brings_back_nothing_that_was_left_out() {
    let env = TestEnv::new();
    demo(&env);
    let adopt = ["adopt", "--pack", "../pack", "--preset", "large", "--yes"];
    let dry = env.goldpath_in("orders", [&adopt[..], &["--dry-run"]].concat()).succeeds().stdout();
    let dry = dry.strip_suffix("nothing was written: this was a dry run\n").unwrap().to_owned();
    let real = env.goldpath_in("orders", adopt).succeeds().stdout();
    assert!(real.starts_with(&dry), "a dry run tells what a real run does:\n{dry}\n{real}");
    env.goldpath_in("orders", ["upgrade", "--abort"]).succeeds();
    transcript!(env.goldpath_in("orders", adopt), @r"
    exit 0
    --- stdout
    found in this repository
      stack     rust    certain  Cargo.toml:1 is its build
                not used: the pack has no such stack
      name      orders  certain  Cargo.toml:2 names it orders; the folder is orders
    how far each preset is
      small    2: 0 new, 2 with other content, 0 there as they are, 7 left to your code  (nearest)
      large    3: 1 new, 2 with other content, 0 there as they are, 7 left to your code
    adopt: orders by demo 1.0.0, preset large, stack plain
      kept      ci.yml: yours stays, and changes of the path merge into it from now on
      kept      docs/both.md: yours stays, and changes of the path merge into it from now on
      created   goldpath.lock
      created   goldpath.toml
      created   more/gate.yml

    not written, since you have code of your own (Cargo.toml); recorded as deleted, 7 files:
      Makefile  README.md  docs/old.md  docs/oncall.md  logo.bin  run.sh  src/main.txt

    3 created, 9 kept
    defaults taken: team = core
    staged, not committed: look at it with `git diff --staged`, then `git commit`; `goldpath upgrade --abort` takes it back until then
    ");
    env.git("orders", ["commit", "--quiet", "--message", "on the path"]);
    write_second(&env, "pack");
    transcript!(env.goldpath_in("orders", ["upgrade"]), @r"
    exit 1
    --- stdout
    upgrade: demo 1.0.0 to 1.1.0, preset large
      1.1.0: On-call docs moved.
      1.1.0: `team` is called `squad` now
      kept      Makefile: you deleted it, and it stays deleted; the path changed it
      merged    ci.yml
      kept      docs/new.md: new to the path, and not written: you have code of your own
      kept      docs/oncall.md: you deleted it, and it stays deleted; the path has it as `docs/on-call.md` now
      kept      logo.bin: you deleted it, and it stays deleted; the path changed it
      kept      src/lib.txt: new to the path, and not written: you have code of your own
      updated   goldpath.toml
      updated   goldpath.lock

    needs you
      conflict  docs/both.md: you and the path changed the same lines

    2 updated, 1 merged, 5 kept, 1 conflict, 5 unchanged
    staged but for the conflicts, and not committed: resolve them, `git add` them, then `goldpath upgrade --continue` and `git commit`, or take all of it back with `goldpath upgrade --abort`
    ");
    assert_eq!(
        env.read("orders/ci.yml"),
        "one\nTWO by us\nthree\nfour\nfive\nsix\nseven\nEIGHT\nsquad: core\nlimit: 10\n"
    );
    assert!(env.read("orders/docs/both.md").contains("all ours\n"));
    // It is as the path's was, and still no Makefile of the path that was moved.
    assert_eq!(env.read("orders/sub/Makefile"), "all:\n\ttrue\n");
    for left_out in ["src", "Makefile", "run.sh", "docs/new.md"] {
        assert!(!env.exists(&format!("orders/{left_out}")), "{left_out}");
    }
    assert!(env.read("orders/goldpath.lock").contains("code = \"own\""), "the next upgrade knows it too");
}

#[test]
fn without_a_terminal_what_the_repository_does_not_say_is_asked_by_its_flag() {
    let env = TestEnv::new();
    demo(&env);
    let before = state(&env, "orders");
    transcript!(env.goldpath_in("orders", ["adopt", "--pack", "../pack"]), @r"
    exit 2
    --- stdout
    found in this repository
      stack     rust    certain  Cargo.toml:1 is its build
                not used: the pack has no such stack
      name      orders  certain  Cargo.toml:2 names it orders; the folder is orders
    how far each preset is
      small    2: 0 new, 2 with other content, 0 there as they are, 7 left to your code  (nearest)
      large    3: 1 new, 2 with other content, 0 there as they are, 7 left to your code
    --- stderr
    error: without a terminal nothing is asked, and there is no answer for the preset and `team`

    hint: answer with `--preset NAME` `--set team=…`, or take the defaults with `--yes`
    ");
    env.goldpath_in("orders", ["adopt", "--pack", "../pack", "--preset", "smal"])
        .fails(2, ["did you mean `small`"]);
    assert_eq!(state(&env, "orders"), before);
}

#[test]
fn a_guess_is_no_answer_unless_it_is_wanted() {
    let env = TestEnv::new();
    let script = "git remote add origin git@github.com:acme/orders.git";
    repository(&env, "orders", &[("app/main.py", "print()\n"), ("src/tools/x.go", "package x\n")], script);
    let run = env.goldpath_in("orders", ["adopt", "--preset", "quick-start", "--set", "platform=compose"]);
    let run = run.fails(2, ["no answer for the stack and `owner`", "`--stack NAME` `--set owner=…`"]);
    let told = run.stdout();
    assert!(told.contains("owner     acme/orders-team  a guess  the remote `origin` is of acme"), "{told}");
    assert_eq!(told.matches("a guess is no answer without `--yes`").count(), 2, "{told}");
    let taken = env.goldpath_in("orders", ["adopt", "--yes", "--dry-run", "--format", "json"]).ends(0).json();
    let from = taken["answers"].as_array().unwrap().iter().find(|answer| answer["key"] == "owner").unwrap();
    assert_eq!((&from["value"], &from["from"]), (&"acme/orders-team".into(), &"the repository".into()));
}

#[test]
fn a_person_is_asked_for_the_rest_and_sees_the_nearest_preset_first() {
    let env = TestEnv::new();
    demo(&env);
    env.write("orders/more/gate.yml", "gate: true\n");
    env.shell("cd orders; git add -A; git commit -qm gate");
    let mut terminal = Terminal::start(&env, &["-C", "orders", "adopt", "--pack", "../pack"]);
    terminal.sees("name      orders  certain  Cargo.toml:2 names it orders");
    terminal.sees("(nearest)").sees("Preset").sees("> large").types(ENTER).sees("Preset: large");
    terminal.sees("The team [core]:").types("payments\r");
    terminal.sees("Review").sees("The service_name  orders").sees("The team          payments");
    terminal.sees(
        "goldpath adopt --preset large --stack plain --name orders --set team=payments --pack ../pack --yes",
    );
    terminal.sees("Is this right").types(ENTER).sees("staged, not committed");
    let shown = terminal.ends();
    assert_eq!(shown.code, 0, "{}", shown.text());
    assert!(env.read("orders/goldpath.toml").contains("team = \"payments\""));
}

#[test]
fn what_is_refused_is_refused_before_anything_changes() {
    let env = TestEnv::new();
    env.write("bare/a.txt", "x\n");
    env.goldpath_in("bare", ["adopt", "--yes"]).fails(3, ["is in no git repository", "`git init`"]);
    env.git("bare", ["init", "--quiet"]);
    env.goldpath_in("bare", ["adopt", "--yes"]).fails(3, ["nothing has been committed here yet"]);
    env.git("", ["init", "--quiet", "--bare", "without.git"]);
    env.goldpath_in("without.git", ["adopt", "--yes"]).fails(3, ["is bare: it has no files", "clone it"]);
    demo(&env);
    let adopt = ["adopt", "--pack", "../pack", "--yes"];
    let refused = |script: &str, told: &str| {
        env.shell(&format!("cd orders; {script}"));
        let before = state(&env, "orders");
        env.goldpath_in("orders", adopt).fails(3, [told]);
        assert_eq!(state(&env, "orders"), before, "{script}");
        env.shell("cd orders; git reset -q --hard; git clean -fdxq; rm -f .git/MERGE_HEAD");
    };
    refused("echo >> ci.yml", "1 change is not committed\n  ci.yml (modified)");
    refused("git rev-parse HEAD > .git/MERGE_HEAD", "a merge is in progress");
    refused("mkdir goldpath.lock", "on the path already");
    refused("echo > goldpath.toml", "there is a goldpath.toml here, and no goldpath.lock");
    refused(
        "mkdir Goldpath.toml; echo > Goldpath.toml/x; git add -A; git commit -qm x",
        "1 file is in the way",
    );
}

#[test]
fn what_was_edited_since_is_not_taken_back() {
    let env = TestEnv::new();
    demo(&env);
    let adopt = ["adopt", "--pack", "../pack", "--preset", "large", "--yes", "--quiet"];
    env.goldpath_in("orders", adopt).succeeds();
    env.write("orders/more/gate.yml", "gate: ours\n");
    env.goldpath_in("orders", ["upgrade", "--abort"])
        .fails(3, ["1 file is edited since, which would be lost\n  more/gate.yml", "`git restore FILE`"]);
    assert_eq!(env.read("orders/more/gate.yml"), "gate: ours\n");
    // Git took it back, and the file is another one now.
    env.shell("cd orders; git reset --quiet --hard; mkdir more; echo mine > more/gate.yml; echo more > .git/info/exclude");
    env.goldpath_in("orders", ["upgrade", "--abort"]).fails(3, ["more/gate.yml"]);
    env.shell("cd orders; rm -r more");
    env.goldpath_in("orders", adopt).succeeds();
    env.goldpath_in("orders", ["upgrade", "--abort"]).succeeds();
    assert_eq!(env.git("orders", ["status", "--porcelain"]), "");
}

#[test]
fn a_killed_run_is_seen_by_the_next_and_taken_back() {
    let env = TestEnv::new();
    let mut pack =
        TestPack::new().component("more", "kind = \"component\"").preset("small", "components = [\"more\"]");
    for number in 0..400 {
        pack =
            pack.file(&format!("templates/more/files/d{}/f{number}.txt", number % 20), format!("{number}\n"));
    }
    pack.write_to(&env, "pack");
    repository(&env, "orders", &[("app.py", "print()\n"), ("d1/f1.txt", "ours\n")], "");
    let before = state(&env, "orders");
    let mut changing = 0;
    for round in 0..12 {
        let mut command = env.command(GOLDPATH, "orders");
        command.args(["adopt", "--pack", "../pack", "-y"]).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        while !env.exists("orders/.git/goldpath") && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_micros(200));
        }
        std::thread::sleep(Duration::from_millis(6 * round));
        let _ = child.kill();
        let killed = child.wait().unwrap().code().is_none();
        let aborted = env.goldpath_in("orders", ["upgrade", "--abort"]).whatever();
        assert!(aborted.code() == 0, "round {round}: {}", aborted.said());
        changing += usize::from(killed);
        assert_eq!(state(&env, "orders"), before, "round {round}");
    }
    assert!(changing > 0, "no run was killed on the way");
}
