//! `make rollback` of a generated repository: it says where it acts before it does, and a person may say no.

use std::process::Command;

use crate::cluster::{begun, deploy, released, runs, with_cluster, with_programs};
use crate::env::TestEnv;
use crate::terminal::{ENTER, Terminal};

/// A host that runs the second version, and keeps the first.
const DOCKER: &str = r#"#!/bin/sh
case "$*" in
*"{{.Id}}"*v1.1.0) echo sha256:111111111111 ;;
*"{{.Id}}"*) echo sha256:222222222222 ;;
*"image inspect --format"*previous) echo "v1.0.0 sha256:000000000000" ;;
*"image inspect --format"*) echo "v1.1.0 sha256:111111111111" ;;
*"image inspect"*) ;;
*inspect*) echo sha256:111111111111 ;;
ps*) echo c1 ;;
*) echo "$*" >>"$CHANGES" ;;
esac
"#;

/// Production on the second version.
fn made(preset: &str, platform: &str) -> TestEnv {
    match platform {
        "kubernetes" => released(with_cluster(preset), &["v1.0.0", "v1.1.0"]),
        _ => with_programs(preset, platform, &[("docker", DOCKER)]),
    }
}

fn rollback<'a>(env: &TestEnv, words: impl IntoIterator<Item = &'a str>) -> Command {
    let mut command = env.command("make", "orders");
    command.args(["rollback", "ENV=production"]).args(words);
    command
}

/// What was changed, as far as it shows: what the cluster runs, or what the host was told.
fn changes(env: &TestEnv) -> String {
    if env.exists("cluster.json") {
        return runs(env);
    }
    if env.exists("changes") { env.read("changes") } else { String::new() }
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
            "project       orders-production\nruns          v1.1.0 sha256:111111111111\n\
             goes back to  v1.0.0 sha256:000000000000\n",
            "stop --time",
        ),
    ] {
        let env = made(preset, platform);
        let run = env.run(&mut rollback(&env, [])).succeeds();
        assert!(run.stdout().contains(shown), "{preset} {platform}\n{}", run.said());
        assert!(run.stdout().ends_with("production is back on the version before\n"), "{}", run.said());
        assert!(!run.said().contains("[y/N]"), "{}", run.said());
        assert!(changes(&env).contains(done), "{preset} {platform}\n{}", changes(&env));
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
        env.run(&mut rollback(&env, [])).succeeds();
        assert_eq!(runs(&env), "v1.0.0 a Healthy", "{preset}");
        env.run(&mut rollback(&env, [])).fails(2, ["has no version before this one"]);
        // A second try of what was left is a release as any other.
        let env = released(env, &["v1.2.0"]);
        env.run(&mut rollback(&env, [])).succeeds();
        assert_eq!(runs(&env), "v1.0.0 a Healthy", "{preset}");
    }
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
        let before = changes(&env);
        env.run(&mut rollback(&env, ["VERSION=v1.2.0"]))
            .fails(2, ["error: production is not on v1.2.0 but on "]);
        assert_eq!(changes(&env), before, "{preset} {platform}");
        env.run(&mut rollback(&env, ["VERSION=v1.1.0"])).succeeds();
        assert_ne!(changes(&env), before, "{preset} {platform}");
        if platform == "kubernetes" {
            env.run(&mut rollback(&env, ["VERSION=v1.1.0"])).fails(2, ["nothing was changed"]);
        }
    }
}

#[test]
fn a_person_at_a_terminal_is_asked_and_only_y_goes_on() {
    for (preset, platform) in
        [("quick-start", "kubernetes"), ("balanced", "kubernetes"), ("quick-start", "compose")]
    {
        let env = made(preset, platform);
        let before = changes(&env);
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
            assert_eq!(changes(&env), before, "{preset} {platform}");
        }
        let mut terminal = start(&[]);
        terminal
            .sees("Roll back? [y/N]")
            .types("y")
            .types(ENTER)
            .sees("production is back on the version before");
        terminal.ends().assert_code(0);
        assert_ne!(changes(&env), before, "{preset} {platform}");
        if let Some(cluster) = cluster {
            env.write("cluster.json", cluster);
        }
        let shown = start(&["YES=1"]).ends();
        assert!(!shown.assert_code(0).text().contains("[y/N]"), "{}", shown.text());
    }
}
