//! `make rollback` of a generated repository: it says where it acts before it does, and a person may say no.

use std::process::Command;

use crate::cluster::{begun, deploy, released, runs, with_cluster};
use crate::env::TestEnv;
use crate::host::{hosts, tagged, with_host};
use crate::terminal::{ENTER, Terminal};

/// Production on the second version.
fn made(preset: &str, platform: &str) -> TestEnv {
    let env = match platform {
        "kubernetes" => with_cluster(preset),
        _ => with_host(),
    };
    released(env, &["v1.0.0", "v1.1.0"])
}

fn rollback<'a>(env: &TestEnv, words: impl IntoIterator<Item = &'a str>) -> Command {
    let mut command = env.command("make", "orders");
    command.args(["rollback", "ENV=production"]).args(words);
    command
}

/// What the cluster or the host runs.
fn serves(env: &TestEnv, platform: &str) -> String {
    if platform == "kubernetes" { runs(env) } else { hosts(env) }
}

#[test]
fn it_shows_where_it_acts_and_asks_nobody_where_nobody_is() {
    for (preset, platform, shown, done) in [
        (
            "quick-start",
            "kubernetes",
            "context       prod-eu\ncluster       eu-1 https://eu-1.example.org\nnamespace     orders-production\n\
             runs          ghcr.io/acme/orders:v1.1.0\ngoes back to  ghcr.io/acme/orders:v1.0.0\n",
            "v1.0.0 a Healthy",
        ),
        (
            "balanced",
            "kubernetes",
            "context       prod-eu\ncluster       eu-1 https://eu-1.example.org\nnamespace     orders-production\n\
             runs          ghcr.io/acme/orders:v1.1.0\ngoes back to  ghcr.io/acme/orders:v1.0.0\n",
            "v1.0.0 a Healthy",
        ),
        (
            "quick-start",
            "compose",
            "project       orders-production\nruns          v1.1.0 sha256:110000000000\n\
             goes back to  v1.0.0 sha256:100000000000\n",
            "1 running, 1 running, timeout client 30s",
        ),
    ] {
        let env = made(preset, platform);
        let run = env.run(&mut rollback(&env, [])).succeeds();
        assert!(run.stdout().contains(shown), "{preset} {platform}\n{}", run.said());
        assert!(run.stdout().ends_with("production is back on the version before\n"), "{}", run.said());
        assert!(!run.said().contains("[y/N]"), "{}", run.said());
        assert_eq!(serves(&env, platform), done, "{preset} {platform}");
    }
}

#[test]
fn a_canary_under_way_is_aborted_and_shown_as_one() {
    let env = begun(released(with_cluster("balanced"), &["v1.0.0"]), "v1.1.0", "waits");
    let run = env.run(rollback(&env, []).env("WORLD", "waits")).succeeds();
    let shown = "runs          ghcr.io/acme/orders:v1.1.0, the canary\n\
                 goes back to  ghcr.io/acme/orders:v1.0.0, the stable version\n";
    assert!(run.stdout().contains(shown), "{}", run.said());
    assert_eq!(runs(&env), "v1.0.0 a Healthy");
}

#[test]
fn a_canary_of_an_older_version_ends_as_any_other() {
    let env = begun(released(with_cluster("balanced"), &["v1.0.0", "v1.1.0"]), "v1.0.0", "waits");
    env.run(rollback(&env, []).env("WORLD", "waits")).succeeds();
    assert_eq!(runs(&env), "v1.1.0 a Healthy");
}

#[test]
fn a_canary_that_is_held_is_let_go_so_that_it_can_go_back() {
    let env = begun(released(with_cluster("balanced"), &["v1.0.0"]), "v1.1.0", "waits");
    let hold =
        r#"kubectl patch rollout orders --patch '[{"op": "add", "path": "/spec/paused", "value": true}]'"#;
    env.run(env.command("bash", "orders").args(["-ec", hold])).succeeds();
    env.run(rollback(&env, []).env("WORLD", "waits")).succeeds();
    assert_eq!(runs(&env), "v1.0.0 a Healthy");
    assert!(env.read("cluster.json").contains(r#""paused": false"#));
}

#[test]
fn without_a_version_before_nothing_is_asked_or_changed() {
    for preset in ["quick-start", "balanced"] {
        let env = released(with_cluster(preset), &["v1.0.0"]);
        env.run(&mut rollback(&env, []))
            .fails(2, ["error: orders-production has no version before this one"]);
        assert_eq!(runs(&env), "v1.0.0 a Healthy", "{preset}");
    }
}

#[test]
fn a_version_that_was_left_is_never_gone_back_to() {
    for preset in ["quick-start", "balanced"] {
        let env = released(with_cluster(preset), &["v1.0.0", "v1.1.0"]);
        env.run(deploy(&env, "v1.2.0").env("WORLD", "bad").env("BAD", "v1.2.0")).fails(2, ["Error 1"]);
        assert_eq!(runs(&env), "v1.1.0 a Healthy", "{preset}");
        env.run(&mut rollback(&env, ["VERSION=v1.1.0"])).succeeds();
        assert_eq!(runs(&env), "v1.0.0 a Healthy", "{preset}");
        env.run(&mut rollback(&env, ["VERSION=v1.0.0"])).fails(2, ["has no version before this one"]);
        // A second try of what was left is a release as any other.
        let env = released(env, &["v1.2.0"]);
        env.run(&mut rollback(&env, [])).succeeds();
        assert_eq!(runs(&env), "v1.0.0 a Healthy", "{preset}");
    }
}

#[test]
fn a_release_that_was_taken_back_is_not_taken_back_twice() {
    for preset in ["quick-start", "balanced"] {
        let told = "error: the last release of production was already taken back, to v1.1.0; nothing was changed. \
                    To leave that version too: make rollback ENV=production VERSION=v1.1.0\n";
        // By itself, then by a person.
        let mut env = released(with_cluster(preset), &["v1.0.0", "v1.1.0"]);
        env.run(deploy(&env, "v1.2.0").env("WORLD", "bad").env("BAD", "v1.2.0")).fails(2, ["Error 1"]);
        env.run(&mut rollback(&env, [])).fails(2, [told]);
        // By two persons, one after the other; what came between is a release as any other, a second try included.
        for version in ["v1.3.0", "v1.2.0"] {
            env = released(env, &[version]);
            env.run(&mut rollback(&env, [])).succeeds();
            env.run(&mut rollback(&env, [])).fails(2, [told]);
            assert_eq!(runs(&env), "v1.1.0 a Healthy", "{preset} {version}");
        }
    }
    let env = made("quick-start", "compose");
    env.run(&mut rollback(&env, [])).succeeds();
    let told = "error: the last release of production was already taken back, to v1.0.0, and the host has none before it; \
                nothing was changed. To start it once more: make rollback ENV=production VERSION=v1.0.0\n";
    env.run(&mut rollback(&env, [])).fails(2, [told]);
    env.run(&mut rollback(&env, ["VERSION=v1.0.0"])).succeeds();
    assert_eq!(hosts(&env), "1 running, 1 running, timeout client 30s");
}

/// A host on v1.0.0, and a release whose configuration and proxy differ; the tag of v1.0.0 may be missing.
fn configured(kept: bool) -> TestEnv {
    let env = released(with_host(), &["v1.0.0"]);
    tagged(&env, "v1.0.0");
    if !kept {
        env.shell("cd orders && git tag --delete v1.0.0");
    }
    env.shell(
        "cd orders && echo BROKEN=1 >>config/environments/production.env && \
         sed -i.bak 's/timeout client 30s/timeout client 9s/' deploy/compose/compose.yaml && rm deploy/compose/*.bak",
    );
    tagged(&env, "v1.1.0");
    env
}

#[test]
fn a_host_goes_back_with_the_configuration_of_the_version_before() {
    // By itself.
    let env = configured(true);
    let workflow = env.read("orders/.github/workflows/deploy.yml");
    assert_eq!(
        workflow.matches("fetch-depth: 0 # what is gone back to").count(),
        2,
        "the tags are there where it deploys and where it goes back"
    );
    let run = env.run(&mut deploy(&env, "v1.1.0")).fails(2, ["smoke: broken"]);
    assert!(run.stdout().contains("configured as v1.0.0 was\n"), "{}", run.said());
    assert_eq!(hosts(&env), "1 running, 1 running, timeout client 30s");
    // By a person, where the fault showed later.
    let env = configured(true);
    let smoke = env.read("orders/scripts/smoke.sh");
    env.write("orders/scripts/smoke.sh", "#!/bin/sh\n");
    let env = released(env, &["v1.1.0"]);
    env.write("orders/scripts/smoke.sh", smoke);
    assert_eq!(hosts(&env), "11 broken running, 11 broken running, timeout client 9s");
    env.run(&mut rollback(&env, [])).succeeds();
    assert_eq!(hosts(&env), "1 running, 1 running, timeout client 30s");
}

#[test]
fn where_the_tag_of_the_version_before_is_missing_that_is_said_before_anybody_agrees() {
    let env = configured(false);
    let run = env.run(&mut deploy(&env, "v1.1.0")).fails(2, ["smoke: broken"]);
    let told = "configured as this checkout is: it has no tag v1.0.0, which `git fetch --tags` would bring\n";
    assert!(run.stdout().contains(told), "{}", run.said());
    assert_eq!(hosts(&env), "1 broken running, 1 broken running, timeout client 9s");
    // Fetched later, it is what starting that version once more brings.
    env.shell("cd orders && git tag v1.0.0 HEAD~1");
    env.run(&mut rollback(&env, ["VERSION=v1.0.0"])).succeeds();
    assert_eq!(hosts(&env), "1 running, 1 running, timeout client 30s");
}

#[test]
fn all_of_the_version_before_comes_back_with_its_configuration() {
    for preset in ["quick-start", "balanced"] {
        let env = released(with_cluster(preset), &["v1.0.0"]);
        let run = env.run(deploy(&env, "v1.1.0").env("CONFIG", "b").env("UNWELL", "v1.1.0"));
        run.fails(2, ["smoke: broken"]);
        assert_eq!(runs(&env), "v1.0.0 a Healthy", "{preset}");
    }
}

#[test]
fn only_the_version_that_is_named_is_left() {
    for (preset, platform) in
        [("quick-start", "kubernetes"), ("balanced", "kubernetes"), ("quick-start", "compose")]
    {
        let env = made(preset, platform);
        let before = serves(&env, platform);
        env.run(&mut rollback(&env, ["VERSION=v1.2.0"]))
            .fails(2, ["error: production is not on v1.2.0 but on "]);
        assert_eq!(serves(&env, platform), before, "{preset} {platform}");
        env.run(&mut rollback(&env, ["VERSION=v1.1.0"])).succeeds();
        assert_ne!(serves(&env, platform), before, "{preset} {platform}");
        env.run(&mut rollback(&env, ["VERSION=v1.1.0"])).fails(2, ["nothing was changed"]);
    }
}

#[test]
fn a_person_at_a_terminal_is_asked_and_only_y_goes_on() {
    for (preset, platform) in
        [("quick-start", "kubernetes"), ("balanced", "kubernetes"), ("quick-start", "compose")]
    {
        let env = made(preset, platform);
        let before = serves(&env, platform);
        let cluster = env.exists("cluster.json").then(|| env.read("cluster.json"));
        let start = |words: &[&str]| {
            let fixed = ["-C", "orders", "rollback", "ENV=production"];
            Terminal::start_program(&env, 100, &[("TERM", "xterm")], "make", &[&fixed[..], words].concat())
        };
        for answer in ["n", "", "yes please"] {
            let mut terminal = start(&[]);
            terminal.sees("goes back to").sees("Roll back? [y/N]").types(answer).types(ENTER);
            terminal.sees("nothing was changed");
            terminal.ends().assert_code(2);
            assert_eq!(serves(&env, platform), before, "{preset} {platform}");
        }
        let mut terminal = start(&[]);
        terminal
            .sees("Roll back? [y/N]")
            .types("y")
            .types(ENTER)
            .sees("production is back on the version before");
        terminal.ends().assert_code(0);
        assert_ne!(serves(&env, platform), before, "{preset} {platform}");
        if let Some(cluster) = cluster {
            env.write("cluster.json", cluster);
        }
        let shown = start(&["YES=1"]).ends();
        assert!(!shown.assert_code(0).text().contains("[y/N]"), "{}", shown.text());
    }
}
