//! What the generated workflows run beside the deployment: a release, the audit record, the weekly agenda.

use std::process::Command;

use crate::cluster::with_programs;
use crate::env::TestEnv;

/// GitHub, as far as it is asked: it has the releases in a file, and writes down what it is told to make.
const GH: &str = r#"#!/bin/sh
case "$*" in
"repo view"*) echo "${ISSUES_ENABLED-true}" ;;
"release view"*) grep -qx "$3" "$CHANGES" ;;
"release create"*) echo "$3" >>"$CHANGES" ;;
"issue create"*"--body-file -") cat >>"$CHANGES" ;;
"issue create"* | "issue close"*) echo "$*" >>"$CHANGES" ;;
"issue list"*'select(.author.login == "app/github-actions")'*) printf "%s" "$ISSUES" ;;
*release.yml/runs*"branch=v1.0.0"*) [ "$PUSHED" != fail ] && echo "$PUSHED" ;;
*approvals*) printf "%s\n" ${APPROVED-bob} ;;
*jobs*) echo staging:success ;;
*) exit 1 ;;
esac
"#;

fn with_github(preset: &str) -> TestEnv {
    let env = with_programs(preset, "kubernetes", &[("gh", GH)]);
    env.write("changes", "");
    env
}

#[test]
fn publishing_again_goes_on_where_the_release_is_there_already() {
    let env = with_github("quick-start");
    let publish = || env.run(env.command("make", "orders").args(["release-publish", "VERSION=v1.0.0"]));
    publish().succeeds();
    let run = publish().succeeds();
    assert_eq!(run.stdout(), "the release v1.0.0 is published already\n");
    assert_eq!(env.read("changes"), "v1.0.0\n");
}

#[test]
fn the_audit_trail_names_who_pushed_the_tag_where_the_release_started_the_deployment() {
    let env = with_github("balanced");
    env.shell("git init -q --bare acme/orders.git; cd orders; git tag v1.0.0; git push -q ../acme/orders.git main v1.0.0");
    let server = format!("file://{}", env.path("").display());
    let record = |actor: &str, pushed: &str| {
        let mut command = env.command("make", "orders");
        command
            .args(["audit-record", "VERSION=v1.0.0"])
            .env("GITHUB_SERVER_URL", server.trim_end_matches('/'));
        command.env("GITHUB_REPOSITORY", "acme/orders").env("GITHUB_RUN_ID", "1").env("GITHUB_ACTOR", actor);
        command.env("ACTION", "deploy").env("SUBJECT", "staging").env("DECISION", "success");
        env.run(command.env("PUSHED", pushed)).succeeds();
        let log = env.git("acme/orders.git", ["show", "audit-trail:audit/log.jsonl"]);
        let last: serde_json::Value = serde_json::from_str(log.lines().last().unwrap()).unwrap();
        last["actor"].as_str().unwrap().to_owned()
    };
    assert_eq!(record("github-actions[bot]", "alice"), "alice");
    assert_eq!(record("carol", "alice"), "carol", "who starts it by hand is who did it");
    assert_eq!(
        record("github-actions[bot]", ""),
        "github-actions[bot]",
        "what is not known keeps no record back"
    );
    let mut command = env.command("make", "orders");
    command.args(["audit-record", "VERSION=v9.9.9"]).env("GITHUB_SERVER_URL", server.trim_end_matches('/'));
    command.env("GITHUB_REPOSITORY", "acme/orders").env("GITHUB_RUN_ID", "1").env("GITHUB_ACTOR", "carol");
    env.run(command.env("ACTION", "deploy").env("SUBJECT", "staging").env("DECISION", "failure")).succeeds();
    let log = env.git("acme/orders.git", ["show", "audit-trail:audit/log.jsonl"]);
    let last = log.lines().last().unwrap();
    assert!(
        last.contains(r#""commit":"""#) && last.contains("v9.9.9"),
        "what has no tag is recorded too: {last}"
    );
}

#[test]
fn a_commit_that_writes_the_audit_trail_anew_is_found_though_its_chain_is_whole() {
    let env = with_github("balanced");
    let record = |actor: &str| {
        env.shell(&format!(
            "cd orders; python3 scripts/audit.py append action=deploy subject=production actor={actor} >/dev/null
             git commit -qam {actor}; git update-ref refs/remotes/origin/audit-trail HEAD"
        ));
    };
    let verify = || {
        env.shell("cd orders; git switch -q main");
        let run = env.run(env.command("make", "orders").args(["--silent", "verify-audit"]));
        env.shell("cd orders; git switch -q trail");
        run
    };
    env.shell("cd orders; git checkout -q -- .; git switch -qc trail");
    record("alice");
    record("bob");
    let said = verify().succeeds();
    assert!(
        said.stdout().contains("origin/audit-trail: 3 commits, and each only added to the log"),
        "{}",
        said.said()
    );
    env.shell("cd orders; git checkout -q main -- audit");
    record("mallory");
    verify().fails(2, ["origin/audit-trail: line 2: is not what commit "]);
    env.shell("git clone -q --depth 1 file://$PWD/orders shallow; cd orders; git switch -q main");
    env.shell("cd shallow; git update-ref refs/remotes/origin/audit-trail HEAD");
    env.run(env.command("make", "shallow").args(["--silent", "verify-audit"]))
        .fails(2, ["the history is not here: `git fetch --unshallow`"]);
}

/// `make deploy-told` in a run of the workflow.
fn deploy_told(env: &TestEnv) -> Command {
    let mut command = env.command("make", "orders");
    command.args(["deploy-told", "VERSION=v1.0.0"]).env("GITHUB_SERVER_URL", "https://github.com");
    command.env("GITHUB_REPOSITORY", "acme/orders").env("GITHUB_RUN_ID", "7");
    command
}

#[test]
fn a_deployment_that_failed_is_told_to_the_team() {
    let env = with_github("quick-start");
    let mut command = deploy_told(&env);
    env.run(command.env("RESULTS", "production:success")).succeeds();
    assert_eq!(env.read("changes"), "");
    env.run(command.env("RESULTS", "staging:success record-staging:failure production:failure")).succeeds();
    let told = "issue create --title The deployment of v1.0.0 failed --body @acme/orders-team: \
                record-staging, production, in [this run](https://github.com/acme/orders/actions/runs/7), which says why.";
    assert!(env.read("changes").starts_with(told), "{}", env.read("changes"));
}

#[test]
fn each_job_on_the_way_to_production_is_told_of_and_recorded() {
    for (preset, recorded) in [("quick-start", false), ("balanced", true), ("enterprise", true)] {
        let env = with_github(preset);
        let workflow = env.read("orders/.github/workflows/deploy.yml");
        let (_, told) = workflow.split_once("\n  tell:\n").unwrap();
        let needs = told.lines().find_map(|line| line.strip_prefix("    needs: [")).unwrap();
        let needs: Vec<&str> = needs.trim_end_matches(']').split(", ").collect();
        for job in ["source", "staging", "production"] {
            let there = workflow.contains(&format!("\n  {job}:\n"));
            assert_eq!(needs.contains(&job), there, "{preset} {job}: {needs:?}");
            let record = format!("record-{job}");
            assert_eq!(needs.contains(&&*record), there && recorded, "{preset} {record}: {needs:?}");
            assert_eq!(
                workflow.contains(&format!("\n  {record}:\n")),
                there && recorded,
                "{preset} {record}"
            );
        }
        for job in needs {
            assert!(
                told.contains(&format!("            {job}:${{{{ ")),
                "{preset}: the result of {job} is told"
            );
        }
    }
}

#[test]
fn an_issue_about_a_release_that_waits_is_closed_when_it_is_decided() {
    let env = with_github("balanced");
    let issues = "3 v1.0.0 waits in staging for a person\n4 v1.1.0 waits in production for a person\n\
                  5 v1.0.0 waits in production for a person\n6 A customer waits for a person\n\
                  7 v1.0.0 thanks! waits in production for a person\n";
    let closed = |results: &str| {
        env.write("changes", "");
        let mut command = deploy_told(&env);
        env.run(command.env("RESULTS", results).env("ISSUES", issues)).succeeds();
        let changes = env.read("changes");
        let closed = changes.lines().filter_map(|line| line.strip_prefix("issue close "));
        closed.map(|line| line.split(' ').next().unwrap().to_owned()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(closed("staging:success production:waiting rollback:skipped promote:skipped"), "3");
    assert_eq!(closed("staging:success production:success rollback:skipped promote:skipped"), "3 4 5");
    // What failed before it was brought out ended no other release.
    assert_eq!(closed("staging:success production:failure rollback:skipped promote:skipped"), "3 5");
    assert_eq!(closed("staging:success production:cancelled rollback:skipped promote:skipped"), "3 5");
    assert_eq!(closed("staging:skipped production:skipped rollback:skipped promote:success"), "4 5");
    assert_eq!(closed("staging:skipped production:skipped rollback:success promote:skipped"), "4 5");
    assert_eq!(closed("staging:skipped production:skipped rollback:failure promote:skipped"), "");
}

#[test]
fn a_release_that_waits_is_told_once_whatever_others_open_issues_about() {
    let env = with_github("balanced");
    let waits = |issues: &str| {
        env.write("changes", "");
        let mut command = env.command("bash", "orders");
        command.args(["scripts/tell.sh", "waits"]).env("GITHUB_SERVER_URL", "https://github.com");
        command.env("GITHUB_REPOSITORY", "acme/orders").env("GITHUB_RUN_ID", "7").env("ENV", "production");
        env.run(command.env("VERSION", "v1.3.0").env("ISSUES", issues)).succeeds();
        env.read("changes")
    };
    let title = "issue create --title v1.3.0 waits in production for a person --body ";
    assert!(
        waits("3 v1.3.0 waits in staging for a person\n4 v1.3.0 thanks! waits in production for a person\n")
            .starts_with(title)
    );
    assert_eq!(waits("5 v1.3.0 waits in production for a person\n"), "");
}

#[test]
fn the_links_of_an_agenda_lead_somewhere_from_an_issue_too() {
    let env = with_github("balanced");
    env.run(env.command("make", "orders").arg("weekly-review-issue")).succeeds();
    let issue = env.read("changes");
    let files = "https://github.com/acme/orders/blob/main/ops/reviews/";
    assert!(issue.contains(&format!("[How this meeting works]({files}README.md)")), "{issue}");
    assert!(issue.contains(&format!("[the baseline]({files}../baseline.json)")), "{issue}");
}

#[test]
fn a_tag_of_a_commit_that_is_not_on_main_is_not_deployed() {
    for (preset, first) in [("quick-start", "production"), ("balanced", "staging"), ("enterprise", "staging")]
    {
        let env = with_github(preset);
        env.shell(
            "cd orders; git update-ref refs/remotes/origin/main HEAD; git tag v1.0.0; git switch -qc unreviewed
             git commit -q --allow-empty -m 'Nobody saw this'; git tag v1.1.0",
        );
        let check = |version: &str| env.run(env.command("make", "orders").args(["release-check", version]));
        check("VERSION=v1.0.0").succeeds();
        check("VERSION=v1.1.0").fails(2, ["error: the tag v1.1.0 names no commit of main"]);
        let workflow = env.read("orders/.github/workflows/deploy.yml");
        assert!(job(&workflow, "source").contains("run: make release-check\n"), "{preset}");
        let job = job(&workflow, first);
        assert!(job.contains("\n    needs: source\n"), "{preset}: {first} waits for the check: {job}");
    }
}

/// One job of a workflow.
fn job<'a>(workflow: &'a str, name: &str) -> &'a str {
    let (_, job) =
        workflow.split_once(&format!("\n  {name}:\n")).unwrap_or_else(|| panic!("there is no job {name}"));
    let end = job.match_indices("\n  ").find(|(at, _)| !job[at + 3..].starts_with([' ', '#']));
    &job[..end.map_or(job.len(), |(at, _)| at)]
}

#[test]
fn production_gets_the_digest_that_staging_ran_and_asks_for_no_other() {
    for preset in ["balanced", "enterprise"] {
        let workflow = with_github(preset).read("orders/.github/workflows/deploy.yml");
        let (staging, production) = (job(&workflow, "staging"), job(&workflow, "production"));
        assert!(staging.contains("\n      digest: ${{ steps.image.outputs.digest }}\n"), "{staging}");
        assert!(
            staging.contains("run: make image-digest\n") && !production.contains("image-digest"),
            "{preset}"
        );
        let digests =
            production.lines().filter(|line| line.trim_start().to_lowercase().starts_with("digest: "));
        assert!(digests.clone().count() > 2, "{production}");
        for line in digests {
            assert!(line.ends_with(": ${{ needs.staging.outputs.digest }}"), "{preset}: {line}");
        }
    }
}

#[test]
fn a_version_is_a_name_and_nothing_that_is_run_or_a_branch() {
    let env = with_github("enterprise");
    env.shell("cd orders; git update-ref refs/remotes/origin/main HEAD");
    for version in ["$(shell touch ran)", "v1\";touch${IFS}ran;exit;\"", "$$(touch ran)", "`touch ran`"] {
        for target in ["release-check", "release-publish", "deploy-start", "deploy-told", "rollback"] {
            let mut command = env.command("make", "orders");
            command
                .args([target, "ENV=production", "YES=1"])
                .env("VERSION", version)
                .env("RESULTS", "staging:failure");
            env.run(&mut command).whatever();
        }
        env.run(env.command("make", "orders").arg("release-check").env("VERSION", version))
            .fails(2, ["names no commit of main"]);
        assert!(!env.exists("orders/ran"), "{version}");
    }
    // A branch of the same name would be checked out in the place of the tag.
    let deploy = env.read("orders/.github/workflows/deploy.yml");
    let checked_out: Vec<&str> = deploy.lines().filter(|line| line.trim().starts_with("ref: ")).collect();
    assert!(!checked_out.is_empty());
    assert!(
        checked_out.iter().all(|line| line.ends_with("ref: refs/tags/${{ inputs.version }}")),
        "{checked_out:?}"
    );
}

#[test]
fn who_pushed_the_tag_does_not_approve_its_deployment_alone() {
    let env = with_github("enterprise");
    let checked = |actor: &str, pushed: &str, approved: &str| {
        let mut command = env.command("make", "orders");
        command.args(["approval-check", "VERSION=v1.0.0"]).env("GITHUB_REPOSITORY", "acme/orders");
        command
            .env("GITHUB_RUN_ID", "1")
            .env("GITHUB_ACTOR", actor)
            .env("PUSHED", pushed)
            .env("APPROVED", approved);
        env.run(&mut command)
    };
    let check = |actor: &str, approved: &str| checked(actor, "alice", approved);
    let alone = ["error: alice started this deployment and nobody else approved it"];
    check("github-actions[bot]", "alice").fails(2, alone);
    check("github-actions[bot]", "alice bob").succeeds();
    check("github-actions[bot]", "bob").succeeds();
    check("carol", "alice").succeeds();
    // An environment without reviewers asks nobody, and GitHub then goes on.
    let nobody =
        ["error: nobody approved this deployment", "`make repository-rules APPLY=1` sets its reviewers"];
    check("github-actions[bot]", "").fails(2, nobody);
    // GitHub that does not answer, and GitHub that has deleted the run.
    for pushed in ["fail", ""] {
        let unknown =
            ["error: who pushed the tag v1.0.0 can't be found out", "`make deploy-start VERSION=v1.0.0`"];
        checked("github-actions[bot]", pushed, "alice").fails(2, unknown);
        checked("carol", pushed, "alice").succeeds();
    }
    assert!(check("carol", "alice bob").succeeds().stdout().contains("approved by alice, bob\n"));
}

#[test]
fn a_team_that_has_its_issues_elsewhere_has_no_failed_deployment_for_that() {
    let env = with_github("balanced");
    let mut command = deploy_told(&env);
    command.env("RESULTS", "staging:success production:failure").env("ISSUES_ENABLED", "false");
    let run = env.run(&mut command).succeeds();
    let told =
        "::warning::this repository has no issues, so nobody was told: The deployment of v1.0.0 failed\n";
    assert!(run.stdout().contains(told), "{}", run.said());
    command.env("RESULTS", "staging:success production:success");
    let nothing = env.run(&mut command).succeeds();
    assert!(!nothing.stdout().contains("::warning::"), "there is nothing to tell: {}", nothing.said());
    assert_eq!(env.read("changes"), "");
}

/// The commands of a page that begin with a word.
fn commands(page: &str, first: &str) -> String {
    let block = page
        .split("```")
        .find(|block| block.lines().nth(1).is_some_and(|line| line.trim().starts_with(first)));
    block.unwrap().lines().skip(1).map(|line| line.trim_start().to_owned() + "\n").collect()
}

#[test]
fn what_is_recorded_by_hand_goes_to_the_audit_trail_or_nowhere() {
    for (page, told) in
        [("docs/on-call.md", "Record: rollback"), ("docs/runbooks/break-glass.md", "Record: override")]
    {
        let env = with_github("enterprise");
        env.shell(
            "git init -q --bare -b main acme/orders.git; cd orders; git checkout -q -- .
             git remote add origin ../acme/orders.git; git push -q origin main",
        );
        let record = commands(&env.read(&format!("orders/{page}")), "git fetch origin");
        let run = || env.run(env.command("bash", "orders").args(["-c", &record])).whatever();
        let log = |of: &str| env.git("acme/orders.git", ["log", "--format=%s", of]);
        run();
        assert_eq!(env.git("orders", ["status", "--porcelain", "--branch"]).trim(), "## main");
        assert_eq!(
            env.git("orders", ["log", "--format=%s", "main"]),
            log("main"),
            "{page}: nothing is left on main"
        );
        env.shell(
            "cd orders; git push -q origin main:audit-trail; git clone -q ../acme/orders.git ../other
             cd ../other; git commit -q --allow-empty -m merged; git push -q origin main",
        );
        run();
        assert!(log("audit-trail").starts_with(told), "{page}\n{}", log("audit-trail"));
        assert_eq!(env.git("orders", ["symbolic-ref", "HEAD"]).trim(), "refs/heads/main");
        if page == "docs/runbooks/break-glass.md" {
            let merged = env.git("acme/orders.git", ["rev-parse", "main"]);
            let record = env.git("acme/orders.git", ["show", "audit-trail:audit/log.jsonl"]);
            assert!(record.contains(merged.trim()), "what was merged is recorded: {record}");
        }
    }
}

#[test]
fn a_page_asks_gh_only_for_fields_that_a_run_has() {
    const FIELDS: &str = "attempt conclusion createdAt databaseId displayTitle event headBranch headSha name number \
                          startedAt status updatedAt url workflowDatabaseId workflowName";
    let env = with_github("enterprise");
    for (path, content) in env.contents("orders") {
        let text = String::from_utf8_lossy(&content);
        for line in text.lines().filter(|line| line.contains("gh run list") && line.contains("--json ")) {
            let asked = line.split("--json ").nth(1).unwrap().split([' ', '"', '`']).next().unwrap();
            for field in asked.split(',') {
                assert!(
                    FIELDS.split(' ').any(|known| known == field),
                    "{path}: a run has no field `{field}`"
                );
            }
        }
    }
}

#[test]
fn a_job_that_may_sign_runs_docker_and_the_signing_and_code_of_nobody_else() {
    for stack in ["rust", "python", "typescript", "go", "java"] {
        let env = TestEnv::new();
        env.goldpath(["new", "orders", "--preset", "enterprise", "--stack", stack, "-yq"]).succeeds();
        let release = env.read("orders/.github/workflows/release.yml");
        for name in ["sbom", "publish"] {
            assert!(!job(&release, name).contains("id-token"), "{stack}: {name}");
        }
        let build = job(&release, "build");
        assert!(
            build.contains("id-token: write") && build.contains("\n    needs: sbom\n"),
            "{stack}: {build}"
        );
        let of = |key| build.lines().filter_map(move |line| line.trim().strip_prefix(key));
        assert_eq!(of("run: ").collect::<Vec<_>>(), ["make image-push"], "{stack}");
        let actions = of("uses: ").map(|action| action.split('@').next().unwrap()).collect::<Vec<_>>();
        let signing = ["actions/checkout", "actions/attest", "actions/download-artifact", "actions/attest"];
        assert_eq!(actions, signing, "{stack}");
    }
}

#[test]
fn each_base_image_is_pinned_by_its_digest_once() {
    const DOCKER: &str =
        "#!/bin/sh\n[ \"$1 $2 $3\" = 'buildx imagetools inspect' ] && echo sha256:of-${6##*/}\n";
    for stack in ["rust", "python", "typescript", "go", "java"] {
        let env = TestEnv::new();
        env.goldpath(["new", "orders", "--preset", "quick-start", "--stack", stack, "-yq"]).succeeds();
        let before = env.read("orders/Dockerfile");
        let pin = || {
            let mut command = env.command("make", "orders");
            let path = format!("{}:{}", env.path("programs").display(), std::env::var("PATH").unwrap());
            env.run(command.arg("pin-images").env("PATH", path)).succeeds();
            env.read("orders/Dockerfile")
        };
        // A registry that does not answer leaves it as it was.
        env.write("programs/docker", "#!/bin/sh\n[ -e \"$0.asked\" ] || echo sha256:1\n: >\"$0.asked\"\n");
        env.shell("chmod +x programs/docker");
        let path = format!("{}:{}", env.path("programs").display(), std::env::var("PATH").unwrap());
        env.run(env.command("make", "orders").arg("pin-images").env("PATH", path))
            .fails(2, ["the registry names no digest"]);
        assert_eq!(env.git("orders", ["status", "--porcelain"]), "", "{stack}");
        env.write("programs/docker", DOCKER);
        env.shell("chmod +x programs/docker");
        let pinned = pin();
        for (was, is) in before.lines().zip(pinned.lines()) {
            let Some(rest) = was.strip_prefix("FROM ") else {
                assert_eq!(was, is, "{stack}");
                continue;
            };
            let (image, name) = rest
                .split_once(' ')
                .map_or((rest, String::new()), |(image, name)| (image, format!(" {name}")));
            let last = image.rsplit('/').next().unwrap();
            assert_eq!(is, format!("FROM {image}@sha256:of-{last}{name}"), "{stack}");
        }
        assert_eq!(pin(), pinned, "{stack}: a second run changes nothing");
        assert_eq!(env.git("orders", ["status", "--porcelain"]), " M Dockerfile\n", "{stack}");
        env.goldpath_in("orders", ["check"]).succeeds();
    }
}

#[test]
fn a_job_that_is_run_again_uploads_once_more() {
    let env = with_github("enterprise");
    let mut uploads = 0;
    for (path, content) in env.contents("orders/.github/workflows") {
        let text = String::from_utf8_lossy(&content);
        for step in text.split("uses: actions/upload-artifact@").skip(1) {
            // The action refuses a name that the run has already, which it keeps from one attempt to the next.
            let step = step.split("- name:").next().unwrap();
            assert!(step.contains("overwrite: true"), "{path}: {step}");
            uploads += 1;
        }
    }
    assert_eq!(uploads, 3);
}
