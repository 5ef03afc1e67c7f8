//! An objective, its period and its latency bound are the same wherever they stand.

use std::time::Duration;

use regex_lite::Regex;

use super::Invariant;
use super::metrics::METRICS;
use crate::check::finding::Findings;
use crate::check::node::{Node, Position, position_of};
use crate::check::promql::{Bound, Query, label};
use crate::check::repository::Repository;
use crate::check::rules::Rule;
use crate::check::slo::Slo;

pub(super) const AGREE: Invariant = Invariant {
    rule: "slo.objective",
    title: "objective and period agree between OpenSLO, rules, budget policy, KPIs, canary, dashboards and documents",
    needs: &["ops/slo/"],
    check: agree,
};

pub(super) const BOUND: Invariant = Invariant {
    rule: "slo.latency-bound",
    title: "the latency bound is one bucket of the service everywhere, and not a whole number",
    needs: &["ops/slo/", METRICS],
    check: bound,
};

pub(super) const TIERS: Invariant = Invariant {
    rule: "slo.tiers",
    title: "every burn-rate tier can fire, and OpenSLO and rules name the same factor and window",
    needs: &["ops/slo/"],
    check: tiers,
};

const POLICY: &str = "ops/slo/error-budget-policy.toml";
const KPIS: &str = "ops/kpis.toml";
const FIX: &str = "make both the same: the number belongs into `[settings]` of goldpath.toml, and everything follows from it";

fn agree(repository: &Repository<'_>, findings: &mut Findings) {
    for slo in &repository.slos {
        rules_agree(repository, slo, findings);
        policy_agrees(repository, slo, findings);
        kpis_agree(repository, slo, findings);
        canary_agrees(repository, slo, findings);
    }
    quotients_agree(repository, findings);
    phrases_agree(repository, findings);
}

/// `ratio / budget`, in the rules and in dashboards: how many times too fast, and how much is left.
fn quotients_agree(repository: &Repository<'_>, findings: &mut Findings) {
    for expression in &repository.expressions {
        let Ok(query) = expression.query.as_ref() else { continue };
        for quotient in query.divisions().into_iter().filter(|quotient| is_error_ratio(quotient)) {
            let slo = repository.slos.iter().find(|slo| label(quotient.metric, "slo") == Some(slo.name));
            if let Some(slo) = slo
                && !same(quotient.value, slo.budget())
            {
                let message = other_budget("this expression", quotient.value, slo);
                findings.at(expression.path, expression.at, message, FIX);
            }
        }
    }
}

fn is_error_ratio(bound: &Bound<'_>) -> bool {
    bound.metric.name.as_deref().is_some_and(|name| name.starts_with("slo:sli_error:ratio_rate"))
}

fn other_budget(what: &str, budget: f64, slo: &Slo<'_>) -> String {
    format!(
        "{what} counts with a budget of {}, and the objective `{}` in {} leaves {}",
        shown(budget),
        slo.name,
        slo.path,
        shown(slo.budget())
    )
}

/// Budgets of the alerts, and the range of the whole period.
fn rules_agree(repository: &Repository<'_>, slo: &Slo<'_>, findings: &mut Findings) {
    for rule in repository.rules.iter().filter(|rule| rule.label("slo") == Some(slo.name)) {
        let Some(query) = rule.query() else { continue };
        let place = rule.node.get("expr").unwrap_or(rule.at);
        if let Some(budget) = budget_of(rule, query)
            && !same(budget, slo.budget())
        {
            findings.on(rule.path, place, other_budget(&format!("`{}`", rule.name), budget, slo), FIX);
        }
        let of_the_period =
            rule.name.starts_with("slo:sli_error:ratio_rate") && rule.name.ends_with(slo.period);
        if of_the_period {
            for range in query.ranges().into_iter().filter(|range| Some(*range) != duration(slo.period)) {
                let message = format!(
                    "`{}` reads {}, and the period of `{}` in {} is {}",
                    rule.name,
                    days(range),
                    slo.name,
                    slo.path,
                    slo.period
                );
                findings.on(rule.path, place, message, FIX);
            }
        }
    }
    let recorded = format!("slo:sli_error:ratio_rate{}", slo.period);
    let of_this = |rule: &&Rule<'_>| rule.label("slo") == Some(slo.name);
    let counts_a_period =
        repository.recordings().filter(of_this).any(|rule| rule.name.starts_with("slo:error_budget:"));
    if counts_a_period && !repository.recordings().filter(of_this).any(|rule| rule.name == recorded) {
        let message =
            format!("the period of `{}` is {}, and no rule records `{recorded}`", slo.name, slo.period);
        findings.on(slo.path, slo.target_at, message, FIX);
    }
}

/// The budget that an alert on a burn rate counts with: `metric > (factor * budget)`.
fn budget_of(rule: &Rule<'_>, query: &Query) -> Option<f64> {
    let factor = factor_of(rule)?;
    let burn = query.comparisons().into_iter().find(is_error_ratio)?;
    Some(burn.value / factor)
}

/// The factor that an alert's own expression multiplies the budget with: the first number of `> (14.4 * 0.001)`.
fn factor_of(rule: &Rule<'_>) -> Option<f64> {
    let text = rule.node.text_at("expr")?;
    let (_, bound) = text.split_once("> (")?;
    bound.split_once(" *")?.0.trim().parse().ok()
}

fn policy_agrees(repository: &Repository<'_>, slo: &Slo<'_>, findings: &mut Findings) {
    let Some(policy) = repository.files.document(POLICY) else { return };
    if let Some(period) = policy.get("period_days")
        && let (Some(policy_days), Some(slo_period)) = (period.number(), duration(slo.period))
        && !same(policy_days * 86_400.0, slo_period.as_secs_f64())
    {
        let message = format!("the period is {policy_days} days here and {} in {}", slo.period, slo.path);
        findings.on(POLICY, period, message, FIX);
    }
    let named = policy.items_at("slo").iter().find(|item| item.text_at("name") == Some(slo.name));
    if let Some(objective) = named.and_then(|item| item.get("objective_percent")) {
        differs(POLICY, objective, objective.number(), slo, findings);
    }
}

fn kpis_agree(repository: &Repository<'_>, slo: &Slo<'_>, findings: &mut Findings) {
    let Some(kpis) = repository.files.document(KPIS) else { return };
    let selector = format!("slo=\"{}\"", slo.name);
    for kpi in kpis.items_at("kpi") {
        let of_this = kpi.text_at("query").is_some_and(|query| {
            query.contains("slo:sli_error:ratio_rate")
                && query.contains(&selector)
                && query.starts_with("1 -")
        });
        if !of_this {
            continue;
        }
        if let Some(target) = kpi.get("target") {
            let ratio = target.text().and_then(|text| text.strip_prefix(">= ")?.trim().parse::<f64>().ok());
            differs(KPIS, target, ratio.map(|ratio| ratio * 100.0), slo, findings);
        }
    }
}

fn differs(path: &str, at: &Node, percent: Option<f64>, slo: &Slo<'_>, findings: &mut Findings) {
    if percent.is_some_and(|percent| same(percent, slo.percent())) {
        return;
    }
    let here = percent.map_or_else(|| "no number".to_owned(), |percent| format!("{} %", shown(percent)));
    let message = format!(
        "the objective of `{}` is {here} here and {} % in {}",
        slo.name,
        shown(slo.percent()),
        slo.path
    );
    findings.on(path, at, message, FIX);
}

/// A canary is aborted where the quickest page would come.
fn canary_agrees(repository: &Repository<'_>, slo: &Slo<'_>, findings: &mut Findings) {
    let factors =
        repository.alerts().filter(|rule| rule.label("slo") == Some(slo.name)).filter_map(factor_of);
    let Some(factor) = factors.max_by(f64::total_cmp) else { return };
    let expected = factor * slo.budget();
    let metric = match slo.name {
        "availability" => "error-rate",
        other => other,
    };
    for (path, document) in repository.files.documents("deploy/", &[".yaml", ".yml"]) {
        if document.text_at("kind") != Some("AnalysisTemplate") {
            continue;
        }
        let judged =
            document.items_at("spec.metrics").iter().filter(|item| item.text_at("name") == Some(metric));
        for condition in judged.filter_map(|item| item.get("failureCondition")) {
            let bound =
                condition.text().and_then(|text| text.rsplit_once("> ")?.1.trim().parse::<f64>().ok());
            if bound.is_some_and(|bound| !same(bound, expected)) {
                let message = format!(
                    "the canary fails above {}, and {} times the budget of `{}` in {} is {}",
                    shown(bound.unwrap_or_default()),
                    shown(factor),
                    slo.name,
                    slo.path,
                    shown(expected)
                );
                findings.on(path, condition, message, FIX);
            }
        }
    }
}

/// `99.9 % over 30d`, in rules, dashboards, runbooks and pages, is said of an objective: nothing below a half is one.
fn phrases_agree(repository: &Repository<'_>, findings: &mut Findings) {
    let Ok(phrase) = Regex::new(r"(\d+(?:\.\d+)?) % over (\d+d)\b") else { return };
    let promised = |percent: f64, period: &str| {
        repository.slos.iter().any(|slo| same(slo.percent(), percent) && slo.period == period)
    };
    let files = repository.files;
    let elsewhere = files.below("ops/", &[".yml", ".yaml", ".json", ".toml"]);
    for path in elsewhere.chain(repository.pages.keys().copied()) {
        let text = files.text(path).unwrap_or_default();
        // Few lines say it, and a search for words is far quicker than one for a pattern.
        let lines = text.lines().enumerate().filter(|(_, line)| line.contains(" % over "));
        for (index, line) in lines {
            for found in phrase.captures_iter(line) {
                let (Some(whole), Ok(percent)) = (found.get(0), found[1].parse::<f64>()) else { continue };
                if percent > 50.0 && !repository.slos.is_empty() && !promised(percent, &found[2]) {
                    let message =
                        format!("`{}` is said here, and no objective in ops/slo is that", whole.as_str());
                    let place = Position { line: index + 1, ..position_of(line, whole.start()) };
                    findings.at(path, place, message, FIX);
                }
            }
        }
    }
    table_agrees(repository, findings);
}

/// The table of promises in README.md: a row named for an objective says its percentage.
fn table_agrees(repository: &Repository<'_>, findings: &mut Findings) {
    const README: &str = "README.md";
    let Ok(percent) = Regex::new(r"(\d+(?:\.\d+)?) % of requests") else { return };
    for (index, line) in repository.files.text(README).unwrap_or_default().lines().enumerate() {
        let Some(name) = line.strip_prefix("| ").and_then(|rest| rest.split(" |").next()) else { continue };
        let Some(slo) = repository.slos.iter().find(|slo| slo.name == name.trim()) else { continue };
        let Some(said) = percent.captures(line) else { continue };
        if said[1].parse::<f64>().is_ok_and(|said| !same(said, slo.percent())) {
            let message = format!(
                "README promises {} % for `{}`, and the objective in {} is {} %",
                &said[1],
                slo.name,
                slo.path,
                shown(slo.percent())
            );
            findings.at(README, Position { line: index + 1, column: 1 }, message, FIX);
        }
    }
}

fn bound(repository: &Repository<'_>, findings: &mut Findings) {
    let Some(slo) = repository.slos.iter().find(|slo| slo.bound.is_some()) else { return };
    let wanted = slo.bound.as_deref().unwrap_or_default();
    let metrics = repository.files.document(METRICS).map_or(&[][..], |metrics| metrics.items_at("metric"));
    let buckets: Vec<f64> = metrics
        .iter()
        .find(|metric| metric.text_at("type") == Some("histogram"))
        .map(|metric| metric.items_at("buckets").iter().filter_map(Node::number).collect())
        .unwrap_or_default();
    let value: f64 = wanted.parse().unwrap_or_default();
    if !buckets.iter().any(|bucket| same(*bucket, value)) {
        let message = format!("the latency bound {wanted} s is no bucket of the histogram in {METRICS}");
        findings.on(
            slo.path,
            slo.target_at,
            message,
            "choose a bucket: a bound between two of them counts nothing",
        );
    }
    if value.fract() == 0.0 {
        let message =
            format!("the latency bound {wanted} s is a whole number, which clients print as `1` or `1.0`");
        findings.on(
            slo.path,
            slo.target_at,
            message,
            "choose a bucket with a fraction, such as 0.25, 0.5, 0.75 or 2.5",
        );
    }
    for expression in &repository.expressions {
        let Ok(query) = expression.query.as_ref() else { continue };
        let differing = query.selectors().into_iter().filter_map(|selector| label(selector, "le"));
        for le in differing.filter(|le| *le != wanted && *le != "+Inf") {
            let message =
                format!("`le=\"{le}\"` is read here, and the latency bound in {} is {wanted}", slo.path);
            findings.at(expression.path, expression.at, message, FIX);
        }
    }
}

fn tiers(repository: &Repository<'_>, findings: &mut Findings) {
    for slo in &repository.slos {
        let alerts: Vec<_> = repository.alerts().filter(|rule| rule.label("slo") == Some(slo.name)).collect();
        for rule in &alerts {
            let Some(factor) = factor_of(rule) else { continue };
            let place = rule.node.get("expr").unwrap_or(rule.at);
            if factor * slo.budget() >= 1.0 || factor < 1.0 {
                let message = format!(
                    "a burn rate of {} times a budget of {} can {}",
                    shown(factor),
                    shown(slo.budget()),
                    if factor < 1.0 { "fire inside the objective" } else { "never be reached" }
                );
                let fix =
                    "raise the objective or drop the tier: an alert that cannot fire is worse than none";
                findings.on(rule.path, place, message, fix);
            }
        }
        policies_agree(repository, slo, &alerts, findings);
    }
}

/// Each OpenSLO alert policy names the factor and the long window of the alert of its tier.
fn policies_agree(repository: &Repository<'_>, slo: &Slo<'_>, alerts: &[&Rule<'_>], findings: &mut Findings) {
    let prefix = format!("{}-{}-", slo.service, slo.name);
    for reference in &slo.policies {
        let Some(tier) = reference.text().and_then(|name| name.strip_prefix(&prefix)) else { continue };
        let Some(rule) = alerts.iter().find(|rule| rule.label("tier") == Some(tier)) else {
            let message = format!("no alert of the objective `{}` has the tier `{tier}`", slo.name);
            findings.on(slo.path, reference, message, "add the alert to the rules, or drop the policy");
            continue;
        };
        let documents = repository.files.data(slo.path);
        let Some(policy) = documents.iter().find(|node| {
            node.text_at("kind") == Some("AlertPolicy") && node.text_at("metadata.name") == reference.text()
        }) else {
            let message = format!("no AlertPolicy `{}` in this file", reference.text().unwrap_or_default());
            findings.on(slo.path, reference, message, "add the policy, or drop the reference");
            continue;
        };
        let Some(condition) =
            policy.items_at("spec.conditions").first().and_then(|item| item.at("spec.condition"))
        else {
            continue;
        };
        if let (Some(threshold), Some(factor)) = (condition.get("threshold"), factor_of(rule))
            && !threshold.number().is_some_and(|threshold| same(threshold, factor))
        {
            let message = format!("the tier `{tier}` has the factor {} in {}", shown(factor), rule.path);
            findings.on(slo.path, threshold, message, FIX);
        }
        let long = rule.query().and_then(|query| {
            let comparison = query.comparisons().into_iter().next()?;
            comparison.metric.name.as_deref()?.strip_prefix("slo:sli_error:ratio_rate").map(str::to_owned)
        });
        if let (Some(window), Some(long)) = (condition.get("lookbackWindow"), long)
            && window.text() != Some(&long)
        {
            let message = format!("the tier `{tier}` looks back {long} in {}", rule.path);
            findings.on(slo.path, window, message, FIX);
        }
    }
}

/// Equal, but for what floating point makes of it.
fn same(left: f64, right: f64) -> bool {
    (left - right).abs() <= 1e-9 * left.abs().max(right.abs()).max(1.0)
}

/// A number as people write it: without the dust of floating point.
fn shown(number: f64) -> String {
    ((number * 1e9).round() / 1e9).to_string()
}

/// `30d`, as rules and OpenSLO write it.
fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = text.split_at(text.len().checked_sub(1)?);
    let seconds = match unit {
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        "w" => 604_800,
        _ => return None,
    };
    Some(Duration::from_secs(number.parse::<u64>().ok()?.checked_mul(seconds)?))
}

fn days(range: Duration) -> String {
    if range.as_secs().is_multiple_of(86_400) {
        format!("{}d", range.as_secs() / 86_400)
    } else {
        format!("{}m", range.as_secs() / 60)
    }
}
