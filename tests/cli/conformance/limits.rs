//! How large, how long and how many.

use std::io::ErrorKind;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::json;

use super::checks::{Checks, Outcome, holds, problem, same, status};
use super::drill_switch;
use super::http::Request;
use super::metrics::counts;
use super::service::{ORDER, SOON, Service, Subject, within};

const BODY_LIMIT: usize = 1024;
const TIMEOUT: Duration = Duration::from_millis(600);

pub(super) fn sizes_and_numbers(subject: &Subject, checks: &Checks) {
    let limit = BODY_LIMIT.to_string();
    let variables = [("BODY_LIMIT_BYTES", limit.as_str()), ("CONCURRENCY_LIMIT", "2")];
    let Some(service) = checks.given("it starts with limits", subject.start(&variables)) else { return };
    let padded = |size: usize| format!("{ORDER}{}", " ".repeat(size - ORDER.len()));
    checks.check("a body of BODY_LIMIT_BYTES is read, and one byte more is a problem with 413", || {
        status("at the limit", &service.post(&padded(BODY_LIMIT))?, 201)?;
        problem("over the limit", &service.post(&padded(BODY_LIMIT + 1))?, 413)
    });
    checks.check("a body in chunks has the same limit, although nothing tells its length in advance", || {
        let chunked = |size: usize| service.ask(&Request::post("/v1/orders", padded(size)).chunked());
        status("at the limit", &chunked(BODY_LIMIT)?, 201)?;
        problem("over the limit", &chunked(BODY_LIMIT + 1)?, 413)
    });
    let both = service.begin_order(1).and_then(|first| Ok([first, service.begin_order(2)?]));
    let Some([first, second]) = checks.given("slow bodies occupy slots", both) else { return };
    checks.check("one request over CONCURRENCY_LIMIT is a problem with 503 and Retry-After", || {
        for request in [Request::post("/v1/orders", ORDER), Request::get("/v1/orders/17")] {
            let answer = service.ask(&request)?;
            problem("the third request", &answer, 503)?;
            let seconds = answer.header("Retry-After").map(str::parse::<u32>);
            holds(matches!(seconds, Some(Ok(1..))), || format!("Retry-After is {seconds:?}"))?;
        }
        Ok(())
    });
    checks.check("health and metrics are answered however many requests there are", || {
        for (path, wanted) in [("/livez", 204), ("/healthz", 204), ("/readyz", 204), ("/metrics", 200)] {
            status(path, &service.get(path)?, wanted)?;
        }
        Ok(())
    });
    checks.check("a request that was turned away is counted with its route", || {
        let series = ["GET /v1/orders/{id} 503", "POST /v1/orders 503"];
        let found = within(SOON, || {
            let counts = counts(&service.scrape()?);
            Ok(series.iter().all(|series| counts.get(*series) == Some(&1)))
        })?;
        holds(found, || {
            format!("{series:?} are not there once each: {:?}", service.scrape().map(|it| counts(&it)).ok())
        })
    });
    checks.check("slots are free again when their requests are done", || {
        status("the first", &first.finish()?, 201)?;
        status("the second", &second.finish()?, 201)?;
        service.wait_for_active(0)?;
        for _ in 0..5 {
            status("another", &service.post(ORDER)?, 201)?;
        }
        Ok(())
    });
    checks.check("a client that goes away in the middle of a request leaves no slot taken", || {
        drop(service.begin_order(1)?);
        service.wait_for_active(0)
    });
    checks.check("a client that goes away in the middle of a request is counted as 499, once", || {
        let one = "POST /v1/orders 499";
        within(SOON, || Ok(counts(&service.scrape()?).contains_key(one)))?;
        same(one, counts(&service.scrape()?).get(one), Some(&1))
    });
}

pub(super) fn time(subject: &Subject, checks: &Checks) {
    let timeout = TIMEOUT.as_millis().to_string();
    let service = subject.start(&[("REQUEST_TIMEOUT_MS", timeout.as_str())]);
    let Some(service) = checks.given("it starts with a time limit", service) else { return };
    // A slow client is no failure of the service, whose budget for errors 504 would burn.
    checks.check("a body that does not arrive within REQUEST_TIMEOUT_MS is a problem with 408", || {
        let started = Instant::now();
        let mut pending = service.begin_order(1)?;
        let answer = pending.answer()?;
        problem("half a body", &answer, 408)?;
        let detail = format!("the body did not arrive within {timeout} ms");
        same("detail", &answer.json()["detail"], detail.as_str())?;
        in_time(started.elapsed())?;
        holds(answer.closes(), || {
            "the connection is kept, and what comes late is the next request".to_owned()
        })?;
        holds(pending.answer().is_err_and(|error| error.kind() == ErrorKind::UnexpectedEof), || {
            "the connection does not end".to_owned()
        })?;
        service.wait_for_active(0)
    });
    checks.check("a body that did not arrive is counted as 408, with the time it took", || {
        counted_once(&service, "POST /v1/orders 408")
    });
    checks.check("the time limit is for a request, not for its connection", || {
        let mut connection = service.connect()?;
        for _ in 0..2 {
            status("an order", &connection.ask(&Request::post("/v1/orders", ORDER))?, 201)?;
            sleep(TIMEOUT + TIMEOUT / 2);
        }
        status("after a rest", &connection.ask(&Request::post("/v1/orders", ORDER))?, 201)
    });
}

/// What handles requests too slowly, which is the build for drills.
pub(super) fn slowness(subject: &Subject, checks: &Checks) {
    let timeout = TIMEOUT.as_millis().to_string();
    let service = subject.start(&[("REQUEST_TIMEOUT_MS", timeout.as_str())]);
    let Some(service) = checks.given("it starts with a time limit, in the build for drills", service) else {
        return;
    };
    checks.check("a request that takes longer than REQUEST_TIMEOUT_MS is a problem with 504", || {
        drill_switch::set(&service, &json!({"latency_ms": 10 * TIMEOUT.as_millis()}))?;
        for request in [Request::post("/v1/orders", ORDER), Request::get("/v1/orders/17")] {
            let answer = service.ask(&request)?;
            problem("a slow request", &answer, 504)?;
            in_time(answer.took)?;
        }
        service.wait_for_active(0)
    });
    checks.check("a request that took too long is counted as 504, with the time it took", || {
        counted_once(&service, "POST /v1/orders 504")
    });
}

/// An answer came when the time limit was over.
fn in_time(took: Duration) -> Outcome {
    holds(took + Duration::from_millis(50) >= TIMEOUT && took < 10 * TIMEOUT, || format!("after {took:?}"))
}

/// A series counts one request, which took as long as the time limit.
fn counted_once(service: &Service<'_>, one: &str) -> Outcome {
    within(SOON, || Ok(counts(&service.scrape()?).contains_key(one)))?;
    let scrape = service.scrape()?;
    same(one, counts(&scrape).get(one), Some(&1))?;
    let sum: f64 = scrape.series("http_server_request_duration_seconds_sum").map(|sample| sample.value).sum();
    holds(sum >= TIMEOUT.as_secs_f64() - 0.05, || format!("the sum is {sum} s"))
}
