//! What it says: one JSON object a line, as much as `LOG_LEVEL` wants, and never a secret.

use serde_json::Value;

use super::checks::{Checks, Outcome, Wrong, holds, problem, same};
use super::http::Request;
use super::log::level;
use super::service::{Ended, ORDER, SECRET, Subject};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
/// As long as a trace id, and not hexadecimal.
const NO_TRACE: &str = "nonsensenonsensenonsensenonsense";

pub(super) fn look(subject: &Subject, checks: &Checks) {
    let at_error = turned_away(subject, &[("LOG_LEVEL", "error"), ("CONCURRENCY_LIMIT", "1")]);
    if let Some(ended) = checks.given("it starts with LOG_LEVEL=error", at_error) {
        checks.check("LOG_LEVEL=error silences everything less severe", || {
            let events = ended.log.events();
            let other: Vec<_> = events.iter().filter(|event| level(event) != "error").collect();
            holds(other.is_empty(), || format!("{other:?}"))
        });
        checks
            .check("a request that failed is an error with method, route, status, seconds and trace", || {
                failure(&ended)
            });
        checks.check("what is no trace id is not logged as one", || {
            holds(!ended.log.stdout.contains(NO_TRACE), || ended.log.stdout.clone())
        });
    }
    let at_debug = subject.start(&[("LOG_LEVEL", "debug")]).and_then(|service| {
        service.post(ORDER)?;
        service.get("/v1/orders/17")?;
        service.stop()
    });
    if let Some(ended) = checks.given("it starts with LOG_LEVEL=debug", at_debug) {
        checks.check("LOG_LEVEL=debug has a line for every request, with its route", || {
            for (method, route, status) in [("POST", "/v1/orders", 201), ("GET", "/v1/orders/{id}", 400)] {
                let events = ended.log.events();
                let lines =
                    events.iter().filter(|event| event["status"] == status && event["method"] == method);
                let routes: Vec<_> = lines.map(|event| &event["route"]).collect();
                same(&format!("routes of {method} {status}"), routes, vec![&Value::from(route)])?;
            }
            Ok(())
        });
    }
    let by_default = subject.start(&[]).and_then(|service| {
        service.post(ORDER)?;
        let port = service.port;
        Ok((port, service.stop()?))
    });
    if let Some((port, ended)) = checks.given("it starts without a LOG_LEVEL", by_default) {
        checks.check("by default a start and a stop are told, with the port, and no single request", || {
            same("port", &ended.log.event("serving")?["port"], port)?;
            let messages = ["serving", "no longer ready, still serving", "stopped"];
            let places = messages.map(|message| ended.log.stdout.find(&format!("\"{message}")));
            holds(places.iter().all(Option::is_some) && places.is_sorted(), || ended.log.stdout.clone())?;
            let levels: Vec<String> =
                messages.iter().filter_map(|m| ended.log.event(m).ok()).map(|e| level(&e)).collect();
            same("levels", levels, ["info"; 3])?;
            holds(!ended.log.stdout.contains("/v1/orders"), || ended.log.stdout.clone())
        });
    }
    let at_trace = subject.start(&[("LOG_LEVEL", "trace")]).and_then(|service| {
        let order = Request::post("/v1/orders", ORDER).header("Authorization", &format!("Bearer {SECRET}"));
        service.ask(&order)?;
        service.stop()
    });
    checks.given("it starts with LOG_LEVEL=trace", at_trace);
}

/// What every line of every run of this suite must be.
pub(super) fn of_all_runs(subject: &Subject, checks: &Checks) {
    let logs = subject.logs();
    checks.check("every line on stdout is one JSON object with timestamp, level and message", || {
        logs.iter().flat_map(|log| log.stdout.lines()).try_for_each(is_an_event)
    });
    checks.check("no secret is in any log, not even with LOG_LEVEL=trace", || {
        let told = logs.iter().find(|log| log.stdout.contains(SECRET) || log.stderr.contains(SECRET));
        holds(told.is_none(), || format!("{told:?}"))
    });
}

fn is_an_event(line: &str) -> Outcome {
    let event: Value = serde_json::from_str(line).map_err(|error| format!("{error}: {line:?}"))?;
    for key in ["timestamp", "level", "message"] {
        holds(event[key].is_string(), || format!("no {key} in {line}"))?;
    }
    let levels = ["error", "warn", "info", "debug", "trace"];
    holds(levels.contains(&level(&event).as_str()), || format!("the level is none of {levels:?}: {line}"))?;
    let timestamp = event["timestamp"].as_str().unwrap_or_default();
    let shape: String =
        timestamp.chars().take(19).map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    same("timestamp", shape.as_str(), "0000-00-00T00:00:00")
}

/// Turns two requests away, one with a trace and one with what is none.
fn turned_away(subject: &Subject, variables: &[(&str, &str)]) -> Result<Ended, Wrong> {
    let service = subject.start(variables)?;
    let pending = service.begin_order(1)?;
    for trace in [TRACE, NO_TRACE] {
        let header = format!("00-{trace}-00f067aa0ba902b7-01");
        problem(
            "over the limit",
            &service.ask(&Request::get("/v1/orders/17").header("traceparent", &header))?,
            503,
        )?;
    }
    pending.finish()?;
    service.stop()
}

fn failure(ended: &Ended) -> Outcome {
    let events = ended.log.events();
    let failures: Vec<_> = events.iter().filter(|event| event["status"] == 503).collect();
    same("lines of failed requests", failures.len(), 2)?;
    let with_a_trace = failures.iter().find(|event| event["trace"] == TRACE);
    let event = with_a_trace.ok_or_else(|| format!("no trace {TRACE} in {failures:?}"))?;
    same("level", level(event), "error")?;
    same("method", &event["method"], "GET")?;
    same("route", &event["route"], "/v1/orders/{id}")?;
    holds(event["seconds"].is_number(), || format!("no seconds in {event}"))
}
