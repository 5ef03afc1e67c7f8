//! Faults on request, for alert drills: compiled in with `--features drill` only.
//!
//! `POST /drill/faults` takes `{"error_ratio": 0.2, "latency_ms": 600, "occupied": 250}`; what is
//! left out is none. It answers with what holds from now on.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::sleep;

use crate::app::App;
use crate::http::Problem;

/// What goes wrong now.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fault {
    /// The share of requests that are answered with 500, from 0 to 1.
    error_ratio: f64,
    /// How much longer every request takes.
    latency_ms: u64,
    /// How many of the slots for concurrent requests are taken.
    occupied: u32,
}

/// The faults of one process.
#[derive(Debug, Default)]
pub struct Faults(Mutex<Injected>);

#[derive(Debug, Default)]
struct Injected {
    fault: Fault,
    owed: f64,
    occupied: Option<OwnedSemaphorePermit>,
}

/// `POST /drill/faults`
pub(crate) async fn set(
    State(app): State<Arc<App>>,
    body: Result<Json<Fault>, JsonRejection>,
) -> Result<Json<Fault>, Problem> {
    let Json(fault) = body?;
    let mut injected = app.faults.0.lock().unwrap_or_else(PoisonError::into_inner);
    // The slots that the last drill holds are free before new ones are taken.
    *injected = Injected::default();
    if fault.occupied > 0 {
        let slots = Arc::clone(&app.slots).try_acquire_many_owned(fault.occupied);
        let taken =
            slots.map_err(|_| Problem::new(StatusCode::CONFLICT, "fewer slots are free"))?;
        injected.occupied = Some(taken);
    }
    injected.fault = fault;
    Ok(Json(fault))
}

pub(crate) async fn inject(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let (fault, fails) = {
        let mut injected = app.faults.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A running sum instead of a dice: the share is exact, and a drill repeats itself.
        injected.owed += injected.fault.error_ratio;
        let fails = injected.owed >= 1.0;
        if fails {
            injected.owed -= 1.0;
        }
        (injected.fault, fails)
    };
    sleep(Duration::from_millis(fault.latency_ms)).await;
    if fails {
        return Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "a drill").into_response();
    }
    next.run(request).await
}
