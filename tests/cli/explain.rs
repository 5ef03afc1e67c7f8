//! `goldpath explain`: why a file, a control, a setting or an answer is there, and what became of it.

use serde_json::Value;

use crate::check::repository;
use crate::env::{TestEnv, transcript};
use crate::pack::TestPack;

fn told(env: &TestEnv, name: &str) -> Value {
    env.goldpath_in("orders", ["explain", name, "--format", "json"]).succeeds().json()
}

/// The names of one kind that shaped a file.
fn shaped(story: &Value, kind: &str) -> Vec<String> {
    let all = story["shaped_by"].as_array().unwrap().iter().filter(|shaped| shaped["kind"] == kind);
    all.map(|shaped| shaped["name"].as_str().unwrap().to_owned()).collect()
}

/// What is reached of one file, by its path.
fn place<'s>(story: &'s Value, path: &str) -> &'s Value {
    let places = story["reach"]["places"].as_array().unwrap();
    places.iter().find(|place| place["path"] == path).unwrap_or(&Value::Null)
}

#[test]
fn a_file_tells_its_component_its_preset_its_values_and_its_owner() {
    let env = repository("balanced", "kubernetes");
    transcript!(env.goldpath_in("orders", ["explain", "Makefile"]), @r#"
    exit 0
    --- stdout
    Makefile: Make targets
      why         one name for each task, the same on a laptop and in CI, whatever the language
      brought by  component make, through preset quick-start
      shaped by   question service_name = "orders"
                  question owner = "acme/orders-team"
                  setting service.port = 8080
      ownership   managed: it follows the path: an upgrade writes what the new version renders
      edited      no: it is as the path rendered it
      since       0.1.0, the oldest version that is kept
    "#);
    let rollout = told(&env, "deploy/kubernetes/base/rollout.yaml");
    assert_eq!(rollout["when"], "platform == 'kubernetes'");
    assert!(shaped(&rollout, "question").contains(&"platform".to_owned()), "{rollout}");
    // By a value that the pack computes of it.
    assert!(shaped(&rollout, "setting").contains(&"rollout.pause_minutes".to_owned()), "{rollout}");
    let code = told(&env, "src/main.rs");
    assert_eq!((&code["brought_by"]["stack"], &code["ownership"]), (&"rust".into(), &"seeded".into()));
    assert_eq!(told(&env, "policy/data.json")["brought_by"]["preset"], "balanced");
}

#[test]
fn what_a_template_reads_is_what_changes_it() {
    let env = repository("balanced", "kubernetes");
    for setting in ["slo.availability.objective", "rollout.pause_minutes", "ci.minutes"] {
        let story = told(&env, setting);
        let places = story["reach"]["places"].as_array().unwrap();
        assert!(places.len() > 1, "{setting}: {story}");
        for place in places.iter().filter(|place| place["whole"].is_null()) {
            let file = told(&env, place["path"].as_str().unwrap());
            assert!(shaped(&file, "setting").contains(&setting.to_owned()), "{setting} in {file}");
        }
    }
}

#[test]
fn edits_are_told_by_their_lines() {
    let env = repository("balanced", "kubernetes");
    let rules = env.read("orders/ops/slo/rules.yml");
    let mut lines: Vec<&str> = rules.lines().collect();
    lines[9] = "# mine";
    lines.insert(20, "# mine too");
    env.write("orders/ops/slo/rules.yml", lines.join("\n") + "\n");
    let story = told(&env, "ops/slo/rules.yml");
    assert_eq!(story["edits"]["at"], serde_json::json!([[10, 10], [21, 21]]), "{story}");
    assert_eq!((&story["edits"]["added"], &story["edits"]["removed"]), (&2.into(), &1.into()));
    assert!(story["upgrades"].as_str().unwrap().contains("goldpath apply ops/slo/rules.yml"));
    fs_err::remove_file(env.path("orders/README.md")).unwrap();
    let story = told(&env, "README.md");
    assert_eq!((&story["edits"]["state"], &story["ownership"]), (&"deleted".into(), &"shared".into()));
    assert!(story["upgrades"].as_str().unwrap().contains("stays deleted; renamed, an upgrade follows it"));
    env.shell("cd orders; chmod -x scripts/deploy.sh; printf '\\0' > SECURITY.md");
    assert_eq!(told(&env, "scripts/deploy.sh")["edits"]["state"], "mode");
    assert_eq!(told(&env, "SECURITY.md")["edits"]["state"], "whole");
}

#[test]
fn the_version_that_a_file_came_with_follows_its_moves() {
    let env = repository("quick-start", "compose");
    let moved = told(&env, "docs/on-call.md");
    assert_eq!(moved["since"]["called"], "docs/incidents/on-call.md");
    assert_eq!(moved["since"]["version"], "0.1.0");
}

#[test]
fn a_name_is_found_from_a_folder_below_and_outside_of_the_path() {
    let env = repository("quick-start", "compose");
    let below = env.goldpath_in("orders/docs", ["explain", "../Makefile"]).succeeds();
    assert!(below.stdout().starts_with("Makefile: Make targets"), "{}", below.said());
    let folder = env.goldpath_in("orders", ["explain", "docs/onboarding"]).succeeds().stdout();
    assert!(folder.starts_with("docs/onboarding: 4 files of the path"), "{folder}");
    env.write("orders/mine.txt", "mine\n");
    assert_eq!(told(&env, "mine.txt")["kind"], "not_of_the_path");
    let mine = env.goldpath_in("orders", ["explain", "mine.txt"]).succeeds().stdout();
    assert!(mine.contains("no file of the path that is gone is like it"), "{mine}");
    assert_eq!(told(&env, "goldpath.lock")["kind"], "own_file");
}

#[test]
fn a_control_tells_what_it_demands_and_whether_it_holds() {
    let env = repository("balanced", "kubernetes");
    transcript!(env.goldpath_in("orders", ["explain", "slo.availability"]), @r"
    exit 0
    --- stdout
    slo.availability: The availability objective is at least what the preset promises
      why         The share of requests that are answered without a server error, over the period.
      demands     balanced: 99.5 %
      promised    enterprise: 99.9 %
                  quick-start: 99 %
      severity    high
      here        it holds
      evidence    ops/slo/availability.yaml
      remedy      Raise the setting slo.availability.objective of goldpath.toml, then goldpath apply
      supports    iso27001: 8.6, 8.16
                  soc2: A1.2, CC7.2
      policy      policies/slo_availability.rego of the pack
    ");
    // What this preset does not promise is judged by the one that does.
    let map = told(&env, "compliance.map");
    assert_eq!(
        (&map["demands"], &map["judged_by"], &map["holds"]),
        (&Value::Null, &"enterprise".into(), &false.into())
    );
    env.shell("cd orders; sed -i 's/target: 0.995/target: 0.9/' ops/slo/availability.yaml");
    let broken = told(&env, "slo.availability");
    assert_eq!(broken["holds"], false);
    assert!(broken["findings"][0].as_str().unwrap().starts_with("ops/slo/availability.yaml"), "{broken}");
    // One name may be both.
    let both = told(&env, "review.approvals");
    assert_eq!((&both["control"]["holds"], &both["setting"]["value"]), (&true.into(), &1.into()));
    // An invariant that a finding names is explained too.
    assert_eq!(told(&env, "slo.objective")["holds"], false);
}

#[test]
fn a_setting_tells_who_set_it_and_every_line_that_it_reaches() {
    let env = repository("balanced", "kubernetes");
    let story = told(&env, "slo.availability.objective");
    assert_eq!((&story["value"], &story["set_by"]), (&99.5.into(), &"preset balanced".into()));
    let objective = place(&story, "ops/slo/availability.yaml");
    let (first, last) =
        (objective["lines"][0][0].as_u64().unwrap(), objective["lines"][0][1].as_u64().unwrap());
    let held = env.read("orders/ops/slo/availability.yaml");
    let held: Vec<&str> = held.lines().skip(usize::try_from(first).unwrap() - 1).collect();
    assert!(held[..=usize::try_from(last - first).unwrap()].concat().contains("0.995"), "{objective}");
    assert_eq!(told(&env, "rollout.pause_minutes")["set_by"], "component delivery, by default");

    let intent = env.read("orders/goldpath.toml") + "\"slo.availability.objective\" = 99.7\n";
    env.write("orders/goldpath.toml", intent);
    assert_eq!(told(&env, "slo.availability.objective")["not_applied"], "99.7");
    env.shell("cd orders; git commit -qam 'A higher objective'");
    env.goldpath_in("orders", ["apply", "-yq"]).succeeds();
    let story = told(&env, "slo.availability.objective");
    assert_eq!((&story["value"], &story["set_by"]), (&99.7.into(), &"goldpath.toml".into()));
    assert_eq!(story["not_applied"], Value::Null);
}

#[test]
fn an_answer_tells_whether_somebody_gave_it() {
    let env = repository("quick-start", "compose");
    let owner = told(&env, "owner");
    assert_eq!(owner["set_by"], "the answer in goldpath.toml");
    assert_eq!(place(&owner, ".github/CODEOWNERS")["lines"], serde_json::json!([[1, 2]]));
    assert_eq!(told(&env, "grafana_url")["set_by"], "the pack's default: nobody gave an answer");
    // A whole folder comes with another platform, and one goes.
    let platform = told(&env, "platform");
    assert_eq!(place(&platform, "deploy/kubernetes/base/service.yaml")["whole"], "comes");
}

#[test]
fn nothing_named_is_the_repository_on_a_page() {
    let env = repository("balanced", "kubernetes");
    let page = env.goldpath_in("orders", ["explain"]).succeeds().stdout();
    for told in [
        "orders: this repository on a page\n  what        Places and reads orders over HTTP.",
        "balanced: For a team that grows",
        "make rollback",
        "availability: 99.5 % over 30d, a budget of 216 min (ops/slo/availability.yaml)",
        "AvailabilityBudgetBurn (page, ticket): docs/runbooks/AvailabilityBudgetBurn.md",
        "a canary in the steps 10, 20, 30, 40, 50, 100 %",
        "@acme/orders-team",
        "docs/onboarding/first-hour.md",
    ] {
        assert!(page.contains(told), "{told} is not in:\n{page}");
    }
}

#[test]
fn an_unknown_name_is_refused_with_the_nearest_one() {
    let env = repository("quick-start", "compose");
    for (typed, near) in [
        ("mkefile", "Makefile"),
        ("slo.availibility", "slo.availability"),
        ("slo.availability.objectve", "slo.availability.objective"),
        ("ownr", "owner"),
    ] {
        let near = format!("did you mean `{near}`?");
        let named = format!("nothing here is called `{typed}`");
        env.goldpath_in("orders", ["explain", typed]).fails(2, [named.as_str(), near.as_str()]);
    }
    let here = ["nothing here is called `Makefile`", "did you mean `../Makefile`?"];
    env.goldpath_in("orders/docs", ["explain", "Makefile"]).fails(2, here);
}

#[test]
fn without_a_lock_it_tells_what_the_pack_says_and_what_it_cannot_tell() {
    let env = TestEnv::new();
    env.write("plain/README.md", "# plain\n\nA service of before.\n");
    env.write("plain/Makefile", "run: ## start it\n\ttrue\n");
    let run = |name: &str| env.goldpath_in("plain", ["explain", name]).succeeds();
    let makefile = run("Makefile");
    assert!(makefile.stderr().contains("no goldpath.lock in"), "{}", makefile.said());
    assert!(
        makefile.stdout().contains("whether it came from the path cannot be told"),
        "{}",
        makefile.said()
    );
    assert!(run("README.md").stdout().contains("the path has a file of this name"));
    let setting = run("slo.availability.objective").stdout();
    assert!(
        setting.contains("a number from 90 to 99.999 percent") && !setting.contains("set by"),
        "{setting}"
    );
    assert!(run("slo.availability").stdout().contains("enterprise: 99.9 %"));
    let page = env.goldpath_in("plain", ["explain"]).succeeds().stdout();
    assert!(page.contains("A service of before.") && page.contains("make run"), "{page}");
    env.goldpath_in("plain", ["explain", "nowhere.txt"]).fails(2, ["nothing here is called"]);
}

#[test]
fn since_when_a_file_is_there_is_told_by_the_tags_of_a_pack_in_git() {
    let env = TestEnv::new();
    let pack = |version: &str| TestPack::new().version(version);
    pack("1.0.0").release(&env, "pack");
    for version in ["1.9.0", "1.10.0"] {
        pack(version).template("late.txt", "late\n").release(&env, "pack");
    }
    env.goldpath(["new", "orders", "--pack", "./pack@1", "-yq"]).succeeds();
    let late = env.goldpath_in("orders", ["explain", "late.txt"]).succeeds().stdout();
    assert!(late.contains("since       1.9.0\n"), "{late}");
    let readme = env.goldpath_in("orders", ["explain", "README.md"]).succeeds().stdout();
    assert!(readme.contains("since       1.0.0, the oldest version that is kept"), "{readme}");
    // From an address it is not known without a network.
    let url = format!("file://{}", env.path("pack").display());
    env.goldpath(["new", "remote", "--pack", &url, "-yq"]).succeeds();
    let told = env.goldpath_in("remote", ["explain", "late.txt"]).succeeds().stdout();
    assert!(
        told.contains(
            "since       not known: the versions of a pack from an address are only known to the network"
        ),
        "{told}"
    );
    // A folder has only what is in it.
    pack("1.0.0").write_to(&env, "folder");
    env.goldpath(["new", "plain", "--pack", "./folder", "-yq"]).succeeds();
    let told = env.goldpath_in("plain", ["explain", "README.md"]).succeeds().stdout();
    assert!(told.contains("since       not known: the pack keeps no older version"), "{told}");
}

#[test]
fn line_ends_of_this_machine_are_no_edits() {
    let env = TestEnv::new();
    TestPack::new().template(".gitattributes", "* text=auto\n").write_to(&env, "pack");
    env.goldpath(["new", "orders", "--pack", "./pack", "-yq"]).succeeds();
    env.shell("cd orders; git config core.autocrlf true; rm README.md; git checkout -q README.md");
    assert!(env.read("orders/README.md").contains("\r\n"));
    assert_eq!(told(&env, "README.md")["edits"]["state"], "none");
    let page = env.goldpath_in("orders", ["explain", "--format", "json"]).succeeds().json();
    assert_eq!(page["path"]["edited"], 0, "{page}");
}

#[test]
fn what_a_hostile_repository_has_in_the_place_of_files_ends_nothing() {
    let scripts = [
        "rm FILE; ln -s /dev/zero FILE",
        "rm FILE; mkdir FILE",
        "rm FILE; mkfifo FILE",
        "printf '\\000\\001' > FILE",
        "truncate -s 5G FILE",
        "rm FILE; ln -s FILE FILE",
    ];
    for file in ["README.md", "docs/on-call.md"] {
        let env = repository("balanced", "compose");
        let file_before = env.read(&format!("orders/{file}"));
        for script in scripts {
            env.shell(&format!("cd orders; {}", script.replace("FILE", file)));
            for arguments in [&["explain"][..], &["onboard", "--format", "md"]] {
                let run = env.goldpath_in("orders", arguments.iter().copied()).succeeds();
                assert!(!run.stdout().is_empty(), "{script}");
            }
            let state = told(&env, file)["edits"]["state"].clone();
            assert!(["whole", "deleted"].contains(&state.as_str().unwrap()), "{script}: {state}");
            env.shell(&format!("cd orders; rm -rf {file}"));
            env.write(&format!("orders/{file}"), &file_before);
        }
    }
}

#[test]
fn every_command_that_reads_a_repository_says_what_it_can_tell_without_a_lock() {
    let env = TestEnv::new();
    env.shell("git init -q plain; cd plain; echo '# plain' > README.md; git add .; git commit -qm first");
    let cannot = "no goldpath.lock in";
    for (arguments, code, told) in [
        // What the files say by themselves has findings.
        (&["check"][..], 1, "nothing can be said of drift and of versions"),
        (&["check", "--only", "controls"], 0, "nothing can be said of drift and of versions"),
        (&["explain"], 0, "what follows is read from the files"),
        (
            &["explain", "README.md"],
            0,
            "who brought a file, its pristine render and the values here cannot be told",
        ),
        (&["onboard", "--format", "md"], 0, "what follows is read from the files"),
        (&["check", "--only", "drift"], 3, "`goldpath adopt` puts a repository on the path"),
        (&["check", "--require-latest"], 3, "`goldpath adopt` puts a repository on the path"),
        (&["diff"], 3, "`goldpath check` and `goldpath explain` tell without a lock"),
        (&["apply"], 3, "`goldpath check` and `goldpath explain` tell without a lock"),
        (&["apply", "README.md"], 3, "`goldpath check` and `goldpath explain` tell without a lock"),
        (&["upgrade"], 3, "`goldpath check` and `goldpath explain` tell without a lock"),
        (&["upgrade", "--abort"], 3, ""),
    ] {
        let run = env.goldpath_in("plain", arguments.iter().copied()).ends(code);
        let stderr = run.stderr().replace('\n', " ");
        assert!(stderr.contains(told), "{arguments:?}: {stderr}");
        assert!(stderr.contains(cannot) || told.is_empty(), "{arguments:?}: {stderr}");
        assert_eq!(env.git("plain", ["status", "--porcelain"]), "", "{arguments:?}");
    }
}

#[test]
fn a_file_that_the_team_renamed_is_explained_under_both_names() {
    let env = repository("balanced", "compose");
    env.shell("cd orders; mv docs/on-call.md docs/pager.md; mv scripts/smoke.sh scripts/try.sh; echo mine > mine.txt");
    // Before git knows of it, by the new name; and then by either.
    let renamed = |name: &str| {
        let story = told(&env, name);
        assert_eq!((&story["kind"], &story["path"]), (&"file".into(), &"docs/pager.md".into()), "{story}");
        assert_eq!(story["rendered_as"], "docs/on-call.md");
        assert_eq!((&story["edits"]["state"], &story["ownership"]), (&"none".into(), &"shared".into()));
    };
    renamed("docs/pager.md");
    env.shell("cd orders; git add .; git commit -qm renamed");
    renamed("docs/pager.md");
    renamed("docs/on-call.md");
    env.shell("cd orders; echo ours >> docs/pager.md");
    assert_eq!(told(&env, "docs/on-call.md")["edits"]["state"], "lines");
    let page = env.goldpath_in("orders", ["explain", "docs/pager.md"]).succeeds().stdout();
    assert!(page.contains("renamed     by you: the path calls it docs/on-call.md\n"), "{page}");
    let managed = env.goldpath_in("orders", ["explain", "scripts/try.sh"]).succeeds().stdout();
    assert!(
        managed.contains("the path calls it scripts/smoke.sh, and `goldpath check` misses it there"),
        "{managed}"
    );
    assert_eq!(told(&env, "mine.txt")["kind"], "not_of_the_path");
}
