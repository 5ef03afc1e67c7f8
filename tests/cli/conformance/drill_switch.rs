//! The switch for faults: not in what runs in production, and working in the build for drills.

use std::time::Duration;

use serde_json::{Value, json};

use super::checks::{Checks, Outcome, holds, problem, same, status};
use super::http::{Answer, Request};
use super::metrics::counts;
use super::service::{ORDER, SOON, Service, Subject, within};

const PATH: &str = "/drill/faults";

/// In the build that `make stack-release` makes.
pub(super) fn absent(service: &Service<'_>, checks: &Checks) {
    checks.check("there is no switch for faults in what runs in production", || {
        problem("POST", &service.ask(&Request::post(PATH, r#"{"error_ratio":1}"#))?, 404)?;
        status("an order", &service.post(ORDER)?, 201)
    });
}

/// In the build that `make stack-release DRILL=1` makes.
pub(super) fn present(subject: &Subject, checks: &Checks) {
    let service = subject.start(&[("CONCURRENCY_LIMIT", "4")]);
    let Some(service) = checks.given("it starts, in the build for drills", service) else { return };
    checks.check("a drill makes exactly a share of the requests fail, as problems that are counted", || {
        set(&service, &json!({"error_ratio": 0.25}))?;
        let answers: Vec<Answer> = (0..8).map(|_| service.post(ORDER)).collect::<Result<_, _>>()?;
        let failed: Vec<_> = answers.iter().filter(|answer| answer.status != 201).collect();
        same("failed of 8", failed.len(), 2)?;
        problem("a failed one", failed[0], 500)?;
        let counted = within(SOON, || Ok(counts(&service.scrape()?).get("POST /v1/orders 500") == Some(&2)))?;
        holds(counted, || "they are not counted".to_owned())
    });
    checks.check("a drill makes requests slow, and neither health nor metrics", || {
        let latency = Duration::from_millis(500);
        set(&service, &json!({"latency_ms": 500}))?;
        let answer = service.post(ORDER)?;
        status("an order", &answer, 201)?;
        holds(answer.took >= latency, || format!("an order took {:?}", answer.took))?;
        let answer = service.get("/livez")?;
        holds(answer.status == 204 && answer.took < latency, || format!("/livez took {:?}", answer.took))
    });
    checks.check("a drill occupies slots: they are told, and requests are turned away", || {
        set(&service, &json!({"occupied": 3}))?;
        service.wait_for_active(3)?;
        status("an order in the slot that is free", &service.post(ORDER)?, 201)?;
        set(&service, &json!({"occupied": 4}))?;
        service.wait_for_active(4)?;
        problem("an order", &service.post(ORDER)?, 503)?;
        status("/readyz", &service.get("/readyz")?, 204)
    });
    checks.check("a drill is over when it is told so", || {
        set(&service, &json!({"error_ratio": 1, "latency_ms": 0, "occupied": 1}))?;
        status("an order", &service.post(ORDER)?, 500)?;
        set(&service, &json!({}))?;
        service.wait_for_active(0)?;
        for _ in 0..8 {
            status("an order", &service.post(ORDER)?, 201)?;
        }
        Ok(())
    });
    checks.check("a fault that there is not, or more slots than there are, is refused", || {
        let ask = |body: &str| service.ask(&Request::post(PATH, body));
        for (what, answer) in [
            ("an unknown fault", ask(r#"{"errors":1}"#)?),
            ("too many slots", ask(r#"{"occupied":5}"#)?),
            ("no JSON", ask("{")?),
        ] {
            problem(what, &answer, if (400..500).contains(&answer.status) { answer.status } else { 400 })?;
        }
        Ok(())
    });
    checks.check("the switch is not counted as a request", || {
        let counts = counts(&service.scrape()?);
        let switch: Vec<_> = counts.keys().filter(|series| series.contains("drill")).collect();
        holds(switch.is_empty(), || format!("{switch:?}"))
    });
}

/// Asks for a fault; the answer says what holds from now on.
pub(super) fn set(service: &Service<'_>, fault: &Value) -> Outcome {
    let answer = service.ask(&Request::post(PATH, fault.to_string()))?;
    status("the switch", &answer, 200)?;
    let holds_now = answer.json();
    for name in ["error_ratio", "latency_ms", "occupied"] {
        let wanted = fault.get(name).and_then(Value::as_f64).unwrap_or_default();
        same(name, holds_now[name].as_f64(), Some(wanted))?;
    }
    Ok(())
}
