//! SIGTERM and SIGINT: first readiness, then the port, then the requests in flight, then the process.

use std::thread::sleep;
use std::time::{Duration, Instant};

use super::checks::{Checks, Outcome, Wrong, holds, problem, same, status};
use super::http::{Connection, Request};
use super::service::{ORDER, SOON, Service, Subject, within};

const DRAIN: Duration = Duration::from_secs(2);
const SHUTDOWN: Duration = Duration::from_millis(1200);
/// How long after the port was closed the rest of a request comes.
const LATER: Duration = Duration::from_millis(300);
/// How early or late a timer may be.
const SLACK: Duration = Duration::from_millis(100);

/// A stop in its order, with a drain.
pub(super) fn drained(subject: &Subject, checks: &Checks) {
    let drain = DRAIN.as_millis().to_string();
    let started = subject.start(&[("DRAIN_MS", drain.as_str())]).and_then(|service| {
        // The first requests of a runtime that compiles while it runs are its slowest.
        status("an order", &service.post(ORDER)?, 201)?;
        let (unused, old, used) = (idle(&service)?, idle(&service)?, idle(&service)?);
        let pending = service.begin_order(1)?;
        Ok((service, unused, old, used, pending))
    });
    let Some(started) = checks.given("it starts, and keeps connections", started) else { return };
    let (service, _unused, mut old, mut used, pending) = started;

    let told = Instant::now();
    checks.check("readiness turns 503 with the signal, as a problem", || {
        service.signal("TERM")?;
        let unready = within(SOON, || Ok(service.get("/readyz")?.status == 503))?;
        holds(unready && told.elapsed() < DRAIN, || format!("after {:?} it is not 503", told.elapsed()))?;
        problem("/readyz", &service.get("/readyz")?, 503)
    });
    // The stop would cut the next request on a connection that is kept.
    checks.check("every answer while it drains ends its connection", || {
        let order = Request::post("/v1/orders", ORDER);
        for (what, answer) in [
            ("an order on a connection from before", old.ask(&order)?),
            ("an order", service.ask(&order)?),
            ("no order", service.post("{")?),
            ("an unknown path", service.get("/nothing")?),
            ("/livez", service.get("/livez")?),
            ("/readyz", service.get("/readyz")?),
            ("/metrics", service.get("/metrics")?),
        ] {
            holds(answer.closes(), || format!("{what}: {} keeps it", answer.status))?;
        }
        Ok(())
    });
    checks.check(
        "orders are served until DRAIN_MS is over, on old and on new connections, and it is alive",
        || {
            for round in 0.. {
                let served = draining(&service, (round == 0).then_some(&mut used));
                // What was asked at the very end may have come too late.
                if told.elapsed() + SLACK > DRAIN {
                    return holds(round > 0, || format!("the first answers took until {:?}", told.elapsed()));
                }
                served?;
                sleep(Duration::from_millis(20));
            }
            Ok(())
        },
    );
    checks.check("the port closes when DRAIN_MS is over", || {
        closes(&service)?;
        let closed = told.elapsed();
        holds(closed + SLACK > DRAIN && closed < DRAIN + SOON, || format!("it closed after {closed:?}"))
    });
    checks.check("a request in flight finishes after the port was closed", || {
        sleep(LATER);
        status("the order", &pending.finish()?, 201)
    });
    checks.check("a stop in order ends with 0 and says so, and no idle connection delays it", || {
        let ended = service.ended_within(SOON)?;
        same("the exit code", ended.code, Some(0))?;
        ended.log.event("serving")?;
        ended.log.event("no longer ready, still serving")?;
        ended.log.event("stopped").map(|_| ())
    });
}

/// SIGINT, without a drain.
pub(super) fn interrupted(subject: &Subject, checks: &Checks) {
    if let Some(service) = checks.given("it starts, and can be interrupted", subject.start(&[])) {
        checks.check("SIGINT stops it as SIGTERM does", || {
            let _idle = idle(&service)?;
            let pending = service.begin_order(1)?;
            service.signal("INT")?;
            closes(&service)?;
            sleep(LATER);
            status("the order in flight", &pending.finish()?, 201)?;
            let ended = service.ended_within(SOON)?;
            same("the exit code", ended.code, Some(0))?;
            ended.log.event("stopped").map(|_| ())
        });
    }
    let Some(service) = checks.given("it starts, and can be stopped at once", subject.start(&[])) else {
        return;
    };
    checks.check(
        "a connection on which nothing was ever asked does not keep it until SHUTDOWN_MS is over",
        || {
            let _unused = service.connect()?;
            // It has to be accepted before the port closes, or it is none of the service's.
            service.get("/livez")?;
            let told = Instant::now();
            service.signal("TERM")?;
            let ended = service.ended_within(SOON)?;
            same("the exit code", ended.code, Some(0))?;
            holds(told.elapsed() < SOON, || format!("it took {:?}", told.elapsed()))
        },
    );
}

/// A client that never finishes.
pub(super) fn outlasted(subject: &Subject, checks: &Checks) {
    let shutdown = SHUTDOWN.as_millis().to_string();
    let limits = [("SHUTDOWN_MS", shutdown.as_str()), ("REQUEST_TIMEOUT_MS", shutdown.as_str())];
    let Some(service) = checks.given("it starts, and can be held up", subject.start(&limits)) else { return };
    let held = (|| {
        let mut half_a_head = service.connect()?;
        half_a_head.send(b"GET /v1/orders/17 HTTP/1.1\r\nHost: loc")?;
        let pending = service.begin_order(1)?;
        let told = Instant::now();
        service.signal("TERM")?;
        let ended = service.ended_within(SHUTDOWN + SOON)?;
        Ok::<_, Wrong>((half_a_head, pending, ended, told.elapsed()))
    })();
    let sentence = "a client that never finishes does not keep it longer than SHUTDOWN_MS";
    let Some((_half, mut pending, ended, took)) = checks.given(sentence, held) else { return };
    // A time limit for requests that holds for slow bodies answers before the stop has to cut anything.
    checks.check(
        "a request that a stop cuts makes it end with 1 and an error, one that is answered with 0",
        || match pending.answer().map(|answer| answer.status) {
            Ok(408) => same("the exit code after an answer", ended.code, Some(0)),
            Ok(other) => Err(format!("the request is answered with {other}").into()),
            Err(_cut) => {
                same("the exit code after a cut", ended.code, Some(1))?;
                holds(!ended.log.errors().is_empty(), || format!("no error in {:?}", ended.log))?;
                holds(took + SLACK > SHUTDOWN, || format!("it was cut after {took:?}"))
            }
        },
    );
}

/// A connection that has been asked something, and is open for more.
fn idle(service: &Service<'_>) -> Result<Connection, Wrong> {
    let mut connection = service.connect()?;
    status("/livez", &connection.ask(&Request::get("/livez"))?, 204)?;
    Ok(connection)
}

/// One round of what has to be answered during a drain; the old connection may be closed after it.
fn draining(service: &Service<'_>, old: Option<&mut Connection>) -> Outcome {
    if let Some(connection) = old {
        let answer = connection.ask(&Request::post("/v1/orders", ORDER))?;
        status("an order on a connection from before", &answer, 201)?;
    }
    status("an order while it drains", &service.post(ORDER)?, 201)?;
    status("/livez while it drains", &service.get("/livez")?, 204)?;
    status("/readyz while it drains", &service.get("/readyz")?, 503)
}

/// Waits until nothing listens any more.
fn closes(service: &Service<'_>) -> Outcome {
    let closed = within(SOON, || Ok(service.connect().is_err()))?;
    holds(closed, || "the port is still open".to_owned())
}
