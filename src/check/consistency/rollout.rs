//! The rollout policy that people read is what the manifests do.

use super::Invariant;
use crate::check::duration::minutes_of;
use crate::check::finding::Findings;
use crate::check::node::Node;
use crate::check::repository::Repository;

pub(super) const POLICY: Invariant = Invariant {
    rule: "rollout.policy",
    title: "every rollout policy has the agreed form",
    needs: &[FOLDER],
    check: policy,
};

pub(super) const STEPS: Invariant = Invariant {
    rule: "rollout.steps",
    title: "the steps of the canary follow the policy, end at 100 % within two hours, and have enough instances",
    needs: &[FOLDER, "deploy/kubernetes/"],
    check: steps,
};

pub(super) const ANALYSIS: Invariant = Invariant {
    rule: "rollout.analysis",
    title: "every alert of the policy aborts the canary, from before its first step on",
    needs: &[FOLDER, "deploy/kubernetes/base/rollout.yaml"],
    check: analysis,
};

const FOLDER: &str = "ops/rollout/";
const BASE: &str = "deploy/kubernetes/base/";
const ROLLOUT: &str = "deploy/kubernetes/base/rollout.yaml";
const ALERTS: [&str; 3] = ["latency", "error_rate", "saturation"];
const LONGEST_MINUTES: f64 = 120.0;
const FIX: &str =
    "change `rollout.*` in `[settings]` of goldpath.toml, so that policy and manifests follow together";

fn policy(repository: &Repository<'_>, findings: &mut Findings) {
    for (path, policy) in repository.files.documents(FOLDER, &[".json"]) {
        has_keys(path, policy, &["service", "environment", "rollout", "alerts"], findings);
        let environment = path.strip_prefix(FOLDER).and_then(|name| name.strip_suffix(".json"));
        if let Some(named) = policy.get("environment")
            && named.text() != environment
        {
            let message = format!("the file is named for `{}`", environment.unwrap_or_default());
            findings.on(path, named, message, "name the environment after the file");
        }
        if let Some(rollout) = policy.get("rollout") {
            has_keys(path, rollout, &["strategy", "step"], findings);
            if let Some(strategy) = rollout.get("strategy")
                && !matches!(strategy.text(), Some("canary" | "rolling"))
            {
                findings.on(path, strategy, "`strategy` is `canary` or `rolling`", FIX);
            }
            if let Some(step) = rollout.get("step")
                && !step.number().is_some_and(|step| {
                    (1.0..=50.0).contains(&step) && step.fract() == 0.0 && 100.0 % step == 0.0
                })
            {
                findings.on(path, step, "`step` is a whole number from 1 to 50 that divides 100", FIX);
            }
        }
        if let Some(alerts) = policy.get("alerts") {
            let unknown = alerts
                .items()
                .iter()
                .filter(|alert| !alert.text().is_some_and(|name| ALERTS.contains(&name)));
            for alert in unknown {
                let message =
                    format!("`{}` is none of {}", alert.text().unwrap_or_default(), ALERTS.join(", "));
                findings.on(path, alert, message, FIX);
            }
            if alerts.items().is_empty() {
                findings.on(path, alerts, "`alerts` is empty: nothing can abort a release", FIX);
            }
        }
    }
}

fn has_keys(path: &str, node: &Node, wanted: &[&str], findings: &mut Findings) {
    for key in wanted.iter().filter(|key| node.get(key).is_none()) {
        findings.on(path, node, format!("`{key}` is missing"), FIX);
    }
    for (key, _) in node.entries().iter().filter(|(key, _)| !wanted.contains(&key.text.as_str())) {
        let hint = crate::nearest::did_you_mean(&key.text, wanted.iter().copied());
        findings.at(path, key.at, format!("`{}` is no key of a rollout policy: {hint}", key.text), FIX);
    }
}

/// The policies that ask for a canary, each with its file.
fn canaries<'f>(repository: &Repository<'f>) -> Vec<(&'f str, &'f Node)> {
    let policies = repository.files.documents(FOLDER, &[".json"]);
    policies.filter(|(_, policy)| policy.text_at("rollout.strategy") == Some("canary")).collect()
}

fn steps(repository: &Repository<'_>, findings: &mut Findings) {
    let canary = repository.files.document(ROLLOUT).and_then(|rollout| rollout.at("spec.strategy.canary"));
    let policies = canaries(repository);
    let (Some(rollout), Some(canary)) = (repository.files.document(ROLLOUT), canary) else {
        for (path, policy) in policies {
            let fix = format!("{FIX}; a Rollout in {ROLLOUT} carries it out");
            findings.on(path, policy, "the policy promises a canary, and no Rollout has canary steps", fix);
        }
        return;
    };
    if policies.is_empty() {
        findings.on(
            ROLLOUT,
            canary,
            format!("the Rollout is a canary, and no policy in {FOLDER} says so"),
            FIX,
        );
    }
    let weights: Vec<&Node> =
        canary.items_at("steps").iter().filter_map(|step| step.get("setWeight")).collect();
    let values: Vec<f64> = weights.iter().filter_map(|weight| weight.number()).collect();
    for (path, policy) in policies {
        let Some(step) = policy.at("rollout.step").and_then(Node::number) else { continue };
        // Up by the step each time; from wherever it stops growing it goes to 100 at once.
        let mut expected = step;
        for (index, weight) in weights.iter().enumerate() {
            let value = values.get(index).copied().unwrap_or_default();
            let is_last = index + 1 == weights.len();
            if (value - expected).abs() > f64::EPSILON && !(is_last && value >= 100.0) {
                let message = format!(
                    "the weight {value} follows no step of {step} % as {path} says; {expected} was expected"
                );
                findings.on(ROLLOUT, weight, message, FIX);
                break;
            }
            expected += step;
        }
        if let Some(replicas) = rollout.at("spec.replicas")
            && canary.get("trafficRouting").is_none()
            && replicas.number().is_some_and(|replicas| replicas * step < 100.0)
        {
            let message = format!(
                "without a traffic router a step of {step} % needs {} instances",
                (100.0 / step).ceil()
            );
            findings.on(ROLLOUT, replicas, message, FIX);
        }
    }
    if let Some(last) = weights.last()
        && last.number() != Some(100.0)
    {
        findings.on(ROLLOUT, last, "the last weight is not 100, so the release never reaches everybody", FIX);
    }
    let minutes: f64 =
        canary.items_at("steps").iter().filter_map(|step| minutes_of(step.at("pause.duration")?)).sum();
    if minutes > LONGEST_MINUTES {
        let message =
            format!("the steps take {minutes} minutes; more than {LONGEST_MINUTES} outlasts attention");
        findings.on(ROLLOUT, canary, message, FIX);
    }
}

fn analysis(repository: &Repository<'_>, findings: &mut Findings) {
    let Some(rollout) = repository.files.document(ROLLOUT) else { return };
    let Some(canary) = rollout.at("spec.strategy.canary") else { return };
    let policies = canaries(repository);
    let Some(background) = canary.get("analysis") else {
        if !policies.is_empty() {
            findings.on(ROLLOUT, canary, "the canary has no analysis, so nothing aborts it", FIX);
        }
        return;
    };
    if let Some(starting) = background.get("startingStep")
        && starting.number().is_some_and(|step| step > 0.0)
    {
        findings.on(
            ROLLOUT,
            starting,
            "the analysis starts after traffic was given to the canary",
            "let it start with the first step: remove `startingStep`",
        );
    }
    let templates: Vec<&str> = background
        .items_at("templates")
        .iter()
        .filter_map(|template| template.text_at("templateName"))
        .collect();
    let defined: Vec<(&str, &Node)> = repository
        .files
        .documents(BASE, &[".yaml", ".yml"])
        .filter(|(_, document)| document.text_at("kind") == Some("AnalysisTemplate"))
        .collect();
    for template in background.items_at("templates").iter().filter_map(|item| item.get("templateName")) {
        if !defined.iter().any(|(_, document)| document.text_at("metadata.name") == template.text()) {
            let message = format!("no AnalysisTemplate is called `{}`", template.text().unwrap_or_default());
            findings.on(ROLLOUT, template, message, FIX);
        }
    }
    for (path, policy) in policies {
        for alert in policy.items_at("alerts") {
            let Some(name) = alert.text() else { continue };
            let metric = name.replace('_', "-");
            let judged = defined.iter().any(|(_, document)| {
                document.text_at("metadata.name").is_some_and(|name| templates.contains(&name))
                    && document.items_at("spec.metrics").iter().any(|item| {
                        item.text_at("name") == Some(&metric)
                            && item.text_at("failureCondition").is_some_and(|condition| condition != "false")
                    })
            });
            if !judged {
                let message = format!(
                    "`{name}` is to abort a release, and no analysis that the Rollout runs fails on it"
                );
                findings.on(path, alert, message, FIX);
            }
        }
    }
}
