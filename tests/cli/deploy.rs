//! `make deploy` and `make promote` of a generated repository, in good and bad worlds.

use crate::cluster::{begun, deploy, released, runs, with_cluster, with_programs};
use crate::env::TestEnv;
use crate::host::{hosts, with_host};

#[test]
fn a_release_that_was_rolled_back_meanwhile_is_not_told_as_deployed() {
    for preset in ["quick-start", "balanced"] {
        let env = released(with_cluster(preset), &["v1.0.0"]);
        let told = "error: meanwhile production was told to run ghcr.io/acme/orders:v1.0.0; v1.1.0 does not serve it";
        let run = env.run(deploy(&env, "v1.1.0").env("WORLD", "left")).fails(2, [told]);
        assert!(
            !run.stdout().contains("goes back to"),
            "{preset}: nothing is rolled back twice\n{}",
            run.said()
        );
        assert!(runs(&env).starts_with("v1.0.0 a"), "{preset} {}", runs(&env));
    }
}

#[test]
fn a_release_that_is_aborted_without_a_measurement_is_rolled_back_too() {
    let env = released(with_cluster("balanced"), &["v1.0.0"]);
    let told = [
        "error: v1.1.0 was aborted",
        "no measurement can be read",
        "orders-1 0/1 CrashLoopBackOff",
        "Warning BackOff orders-1",
    ];
    env.run(deploy(&env, "v1.1.0").env("WORLD", "stuck")).fails(2, told);
    assert_eq!(runs(&env), "v1.0.0 a Healthy");
}

#[test]
fn nobody_starts_a_canary_who_could_not_abort_it() {
    let env = released(with_cluster("balanced"), &["v1.0.0"]);
    let told = ["error: whoever deploys to orders-production has to roll back too"];
    env.run(deploy(&env, "v1.1.0").env("MAY_ABORT", "no")).fails(2, told);
    assert_eq!(runs(&env), "v1.0.0 a Healthy");
}

#[test]
fn only_a_release_that_waits_for_a_person_is_promoted() {
    let promote = |world: &str, version: &str| {
        let env = begun(released(with_cluster("balanced"), &["v1.0.0"]), "v1.1.0", world);
        let run = env.run(env.command("make", "orders").args(["promote", "ENV=production", version]));
        (runs(&env), run)
    };
    let (runs, run) = promote("pauses", "VERSION=v1.1.0");
    run.fails(2, ["error: the release of production waits for nobody; its phase is Paused, for 5m"]);
    assert_eq!(runs, "v1.1.0 a Paused");
    let (runs, run) = promote("waits", "VERSION=v1.2.0");
    run.fails(
        2,
        ["error: production is not on v1.2.0 but on ghcr.io/acme/orders:v1.1.0; nothing was changed"],
    );
    assert_eq!(runs, "v1.1.0 a Paused");
    let (runs, run) = promote("waits", "VERSION=v1.1.0");
    run.succeeds();
    assert_eq!(runs, "v1.1.0 a Healthy");
}

#[test]
fn a_question_to_the_cluster_that_gets_lost_does_not_end_a_promotion() {
    let env = begun(released(with_cluster("balanced"), &["v1.0.0"]), "v1.1.0", "waits");
    let begun = env.read("cluster.json");
    let kubectl = "#!/bin/sh\nn=$(cat \"$CHANGES\" 2>/dev/null || echo 0)\necho $((n + 1)) >\"$CHANGES\"\n\
                   if [ \"$n\" = \"$LOST\" ]; then echo 'error: EOF' >&2; exit 1; fi\nexec cluster \"$@\"\n";
    env.shell("mv bin/kubectl bin/cluster");
    env.write("bin/kubectl", kubectl);
    env.shell("chmod +x bin/kubectl");
    // The first three are whether it waits, for how long, and the promotion itself.
    for lost in 3..=6 {
        env.write("cluster.json", &begun);
        env.write("changes", "0\n");
        let mut promote = env.command("make", "orders");
        let run =
            env.run(promote.args(["promote", "ENV=production"]).env("LOST", lost.to_string())).succeeds();
        assert!(run.stderr().contains("error: EOF"), "{lost}\n{}", run.said());
        assert_eq!(runs(&env), "v1.1.0 a Healthy", "{lost}");
    }
}

/// Lets time pass where the scripts wait for it.
fn hasten(env: &TestEnv) {
    env.shell("sed -i.bak 's/sleep 10/SECONDS=$((SECONDS + 60))/' orders/scripts/environment.sh");
}

#[test]
fn a_canary_without_a_verdict_that_nobody_decides_about_goes_back_since_nothing_watches_it() {
    let env = released(with_cluster("balanced"), &["v1.0.0"]);
    hasten(&env);
    let run = env.run(deploy(&env, "v1.1.0").env("WORLD", "unsure"));
    let run =
        run.fails(2, ["error: v1.1.0 got no verdict, and nobody decided in ", "error-rate Inconclusive"]);
    assert!(run.stdout().contains("meanwhile nothing aborts this canary\n"), "{}", run.said());
    assert_eq!(runs(&env), "v1.0.0 a Healthy");
}

#[test]
fn a_canary_that_is_watched_while_it_waits_for_a_person_goes_on_waiting() {
    for (world, hold) in [("waits", false), ("unsure", true)] {
        let env = released(with_cluster("balanced"), &["v1.0.0"]);
        hasten(&env);
        let mut command = deploy(&env, "v1.1.0");
        command.env("WORLD", world);
        if hold {
            // Somebody who is looking holds it as soon as it is told to wait.
            let script = "#!/bin/sh\nkubectl patch rollout orders --patch '[{\"op\": \"add\", \"path\": \"/spec/paused\", \"value\": true}]'\n";
            env.write("bin/hold", script);
            env.shell("chmod +x bin/hold");
            command.env("ON_WAIT", "hold");
        }
        let run = env.run(&mut command).fails(2, ["the release still waits. Go on with `make promote"]);
        assert!(run.stderr().contains("Error 3"), "{}", run.said());
        assert_eq!(runs(&env), "v1.1.0 a Paused");
    }
}

#[test]
fn a_canary_that_was_held_is_let_go_on_where_it_is() {
    let env = begun(released(with_cluster("balanced"), &["v1.0.0"]), "v1.1.0", "pauses");
    let page = env.read("orders/docs/runbooks/degradation-after-deploy.md");
    let hold = page.lines().find(|line| line.contains(r#""paused":true"#)).unwrap();
    env.run(env.command("bash", "orders").args(["-ec", hold])).succeeds();
    env.run(env.command("make", "orders").args(["promote", "ENV=production"])).succeeds();
    assert_eq!(runs(&env), "v1.1.0 a Healthy");
    assert!(env.read("cluster.json").contains(r#""reason": "CanaryPauseStep""#), "no step is cut short");
}

#[test]
fn what_was_verified_is_deployed_whatever_its_tag_names_by_now() {
    let env = released(with_cluster("balanced"), &["v1.0.0"]);
    env.run(deploy(&env, "v1.1.0").env("DIGEST", "sha256:1a2b")).succeeds();
    assert_eq!(runs(&env), "v1.1.0@sha256:1a2b a Healthy");
    let leave = env.run(env.command("make", "orders").args(["rollback", "ENV=production", "VERSION=v1.1.0"]));
    leave.succeeds();
    assert_eq!(runs(&env), "v1.0.0 a Healthy");

    let env = with_host();
    env.run(deploy(&env, "v1.2.0").env("DIGEST", "sha256:1a2b")).succeeds();
    assert_eq!(told(&env, "pull"), ["pull --quiet ghcr.io/acme/orders@sha256:1a2b"]);
    assert_eq!(told(&env, "tag")[0], "tag ghcr.io/acme/orders@sha256:1a2b ghcr.io/acme/orders:v1.2.0");
}

/// GitHub, where somebody reads the first issue and lets the release go on.
const GH: &str = r#"#!/bin/sh
case "$*" in
"issue list"*) ;;
"issue create"*)
  printf '%s\n' "$*" >>"$CHANGES"
  WORLD=good make promote ENV=production VERSION=v1.1.0 >&2 ;;
*) exit 1 ;;
esac
"#;

#[test]
fn a_canary_that_waits_for_a_person_is_told_to_the_team_once() {
    let env = released(with_cluster("enterprise"), &["v1.0.0"]);
    env.write("bin/gh", GH);
    env.shell("chmod +x bin/gh");
    let mut command = deploy(&env, "v1.1.0");
    command.env("WORLD", "waits").env("ON_WAIT", "scripts/tell.sh waits");
    command.env("GITHUB_SERVER_URL", "https://github.com").env("GITHUB_REPOSITORY", "acme/orders");
    let run = env.run(command.env("GITHUB_RUN_ID", "7")).succeeds();
    assert!(run.stdout().contains("it waits for a person: look at the canary"), "{}", run.said());
    assert_eq!(runs(&env), "v1.1.0 a Healthy");
    let told = env.read("changes");
    assert_eq!(told.matches("issue create").count(), 1, "{told}");
    let title = "issue create --title v1.1.0 waits in production for a person --body @acme/orders-team: ";
    assert!(told.starts_with(title), "{told}");
    assert!(told.contains("    make promote ENV=production VERSION=v1.1.0\n"), "{told}");
    // Where nobody can be told, the release is followed all the same.
    let env = released(with_cluster("enterprise"), &["v1.0.0"]);
    let mut command = deploy(&env, "v1.1.0");
    command.env("WORLD", "waits").env("ON_WAIT", "false");
    let sleep = "#!/bin/sh\nif mkdir $CLUSTER.decided; then WORLD=good make promote ENV=production || rmdir $CLUSTER.decided; fi\n";
    env.write("bin/sleep", sleep);
    let run = env.run(&mut command).succeeds();
    assert!(run.stderr().contains("nobody else could be told"), "{}", run.said());
}

#[test]
fn a_version_that_is_deployed_to_a_host_once_more_is_not_the_one_before() {
    let env = released(with_host(), &["v1.1.0", "v1.1.0"]);
    assert_eq!(told(&env, "tag"), [""; 0]);
    let env = released(env, &["v1.2.0"]);
    assert_eq!(told(&env, "tag"), ["tag sha256:110000000000 orders-production:previous"]);
}

/// What the host was told to do, of the commands that begin so.
fn told(env: &TestEnv, command: &str) -> Vec<String> {
    env.read("changes").lines().filter(|line| line.starts_with(command)).map(str::to_owned).collect()
}

#[test]
fn a_host_keeps_the_version_that_serves_and_the_one_before_and_no_other() {
    let env = released(with_host(), &["v1.0.0", "v1.1.0", "v1.2.0"]);
    assert_eq!(told(&env, "image rm"), ["image rm ghcr.io/acme/orders:v1.0.0"]);
}

#[test]
fn a_host_where_an_instance_had_stopped_runs_the_new_version_afterwards() {
    let env = released(with_host(), &["v1.0.0"]);
    // `docker stop` of one.
    env.shell(r#"sed -i.bak 's/"running"/"exited"/' cluster.json"#);
    let env = released(env, &["v1.1.0"]);
    assert_eq!(hosts(&env), "11 running, 11 running, timeout client 30s");
}

#[test]
fn a_host_that_makes_fewer_new_instances_than_it_was_told_to_keeps_the_old_ones() {
    let env = released(with_host(), &["v1.0.0"]);
    let told = "error: 1 of 2 new instances run ghcr.io/acme/orders:v1.1.0; the old ones keep serving";
    env.run(deploy(&env, "v1.1.0").env("MISSING", "1")).fails(2, [told]);
    assert_eq!(hosts(&env), "1 running, 1 running, timeout client 30s");
}

#[test]
fn a_secret_of_the_service_is_there_when_a_host_checks_its_configuration() {
    let env = with_host();
    let secret = "\n[[secret]]\nname = \"DB_PASSWORD\"\nused_by = [\"deploy/compose/compose.yaml\"]\nenvironments = [\"production\"]\n\
                  owner = \"acme/orders\"\nrotation_days = 90\n";
    env.write("orders/config/secrets.toml", env.read("orders/config/secrets.toml") + secret);
    env.run(&mut deploy(&env, "v1.2.0")).succeeds();
    let checked = "run --rm --env-file config/environments/production.env --env DB_PASSWORD ghcr.io/acme/orders:v1.2.0 --check-config";
    assert!(env.read("changes").contains(checked), "{}", env.read("changes"));
}

#[test]
fn a_pipeline_that_knows_no_host_does_not_deploy_to_its_own_machine() {
    let env = with_programs("quick-start", "compose", &[])
        .with("DEPLOY_SSH_KEY", "k")
        .with("DEPLOY_KNOWN_HOSTS", "h");
    let access =
        |host: &str| env.run(env.command("make", "orders").arg("deploy-access").env("DEPLOY_HOST", host));
    access("").fails(2, ["DEPLOY_HOST: is not set: it is a variable of the GitHub environment"]);
    assert!(!env.exists("orders/.deploy"));
    access("deploy@example.org").succeeds();
    let deploy = &mut deploy(&env, "v1.0.0");
    env.run(deploy.env("DEPLOY_HOST", "deploy@example.org").env("SERVICE_URL", ""))
        .fails(2, ["SERVICE_URL: names where the service on deploy@example.org is reached"]);
}
