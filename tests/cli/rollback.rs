//! `make rollback` of a generated repository: it says where it acts before it does, and a person may say no.

use crate::env::TestEnv;
use crate::terminal::{ENTER, Terminal};

/// A cluster that has two versions of the service, and writes down what it is told to change.
const KUBECTL: &str = r#"#!/bin/sh
case "$*" in
*current-context*) echo prod-eu ;;
*"config view"*) echo "eu-1 https://eu-1.example.org" ;;
*patch* | *"rollout undo"*) echo "$*" >>"$CHANGES" ;;
*rollouts-pod-template-hash=new*) echo ghcr.io/acme/orders:v1.1.0 ;;
*rollouts-pod-template-hash=old*) echo ghcr.io/acme/orders:v1.0.0 ;;
*"get replicasets"*) printf '2 ghcr.io/acme/orders:v1.1.0\n10 ghcr.io/acme/orders:v1.2.0\n1 ghcr.io/acme/orders:v1.0.0\n' ;;
*stableRS*) echo "${STABLE:-new}" ;;
*currentPodHash*) echo new ;;
*annotations*revision*) echo "${REVISION:-2}" ;;
*status.phase*) echo Healthy ;;
*containers*) echo ghcr.io/acme/orders:v1.1.0 ;;
esac
"#;

/// A host that runs the second version, and keeps the first.
const DOCKER: &str = r#"#!/bin/sh
case "$*" in
*"image inspect --format"*previous) echo "v1.0.0 sha256:000000000000" ;;
*"image inspect --format"*) echo "v1.1.0 sha256:111111111111" ;;
*"image inspect"*) ;;
*inspect*) echo sha256:111111111111 ;;
ps*) echo c1 ;;
*) echo "$*" >>"$CHANGES" ;;
esac
"#;

fn made(preset: &str, platform: &str) -> TestEnv {
    let env = TestEnv::new();
    let platform = format!("platform={platform}");
    env.goldpath(["new", "orders", "--preset", preset, "-yq", "--set", &platform]).succeeds();
    for (name, content) in [("kubectl", KUBECTL), ("docker", DOCKER), ("smoke", "#!/bin/sh\necho smoke\n")] {
        env.write(&format!("bin/{name}"), content);
    }
    env.shell("chmod +x bin/*; mv bin/smoke orders/scripts/smoke.sh");
    let path = format!("{}:{}", env.path("bin").display(), std::env::var("PATH").unwrap());
    let changes = env.path("changes");
    env.with("PATH", path).with("CHANGES", changes).with("SERVICE_URL", "http://localhost:1")
}

fn changes(env: &TestEnv) -> String {
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
            "rollout undo deployment/orders --to-revision=1",
        ),
        (
            "balanced",
            "kubernetes",
            "context       prod-eu\ncluster       eu-1 https://eu-1.example.org\nnamespace     orders-production\n\
             runs          ghcr.io/acme/orders:v1.1.0\ngoes back to  ghcr.io/acme/orders:v1.0.0\n",
            "\"value\": \"ghcr.io/acme/orders:v1.0.0\"",
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
        let run = env.run(env.command("make", "orders").args(["rollback", "ENV=production"])).succeeds();
        assert!(run.stdout().contains(shown), "{preset} {platform}\n{}", run.said());
        assert!(run.stdout().ends_with("production is back on the version before\n"), "{}", run.said());
        assert!(!run.said().contains("[y/N]"), "{}", run.said());
        assert!(changes(&env).contains(done), "{preset} {platform}\n{}", changes(&env));
    }
}

#[test]
fn a_canary_under_way_is_aborted_and_shown_as_one() {
    let env = made("balanced", "kubernetes").with("STABLE", "old");
    let run = env.run(env.command("make", "orders").args(["rollback", "ENV=production"])).succeeds();
    let shown = "runs          ghcr.io/acme/orders:v1.1.0, the canary\n\
                 goes back to  ghcr.io/acme/orders:v1.0.0, the stable version\n";
    assert!(run.stdout().contains(shown), "{}", run.said());
    assert!(
        changes(&env).starts_with(
            "--namespace orders-production patch rollouts.argoproj.io/orders --subresource=status"
        )
    );
    assert!(changes(&env).contains("\"abort\":true"));
}

#[test]
fn without_a_version_before_nothing_is_asked_or_changed() {
    for preset in ["quick-start", "balanced"] {
        let env = made(preset, "kubernetes").with("REVISION", "1");
        env.run(env.command("make", "orders").args(["rollback", "ENV=production"]))
            .fails(2, ["error: orders-production has no version before this one"]);
        assert_eq!(changes(&env), "", "{preset}");
    }
}

#[test]
fn a_person_at_a_terminal_is_asked_and_only_y_goes_on() {
    for (preset, platform) in
        [("quick-start", "kubernetes"), ("balanced", "kubernetes"), ("quick-start", "compose")]
    {
        let env = made(preset, platform);
        let start = |words: &[&str]| {
            let fixed = ["-C", "orders", "rollback", "ENV=production"];
            Terminal::start_program(&env, 100, &[("TERM", "xterm")], "make", &[&fixed[..], words].concat())
        };
        for answer in ["n", "", "yes please"] {
            let mut terminal = start(&[]);
            terminal.sees("goes back to").sees("Roll back? [y/N]").types(answer).types(ENTER);
            terminal.sees("nothing was changed");
            terminal.ends().assert_code(2);
            assert_eq!(changes(&env), "", "{preset} {platform}");
        }
        let mut terminal = start(&[]);
        terminal
            .sees("Roll back? [y/N]")
            .types("y")
            .types(ENTER)
            .sees("production is back on the version before");
        terminal.ends().assert_code(0);
        assert_ne!(changes(&env), "", "{preset} {platform}");
        let shown = start(&["YES=1"]).ends();
        assert!(!shown.assert_code(0).text().contains("[y/N]"), "{}", shown.text());
    }
}
