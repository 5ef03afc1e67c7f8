//! One histogram sample for each request, and one log line for each that failed.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::Response;
use tracing::{debug, error};

use crate::app::App;

/// The route of a request that matches none: one name, however many paths are tried.
const UNMATCHED: &str = "unmatched";

/// What nginx logs for a client that has gone before it was answered.
pub(super) const CLIENT_GONE: u16 = 499;

pub(super) async fn measure(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let mut sample = Sample {
        app,
        started: Instant::now(),
        method: method_name(request.method()),
        matched: request.extensions().get::<MatchedPath>().cloned(),
        trace: trace_id(request.headers()),
        status: CLIENT_GONE,
    };
    let response = next.run(request).await;
    sample.status = response.status().as_u16();
    response
}

/// A request that is being served. It is counted when it is dropped, because hyper drops what
/// serves a client that goes away.
struct Sample {
    app: Arc<App>,
    started: Instant,
    method: &'static str,
    matched: Option<MatchedPath>,
    trace: Option<String>,
    status: u16,
}

impl Drop for Sample {
    fn drop(&mut self) {
        let (method, status, trace) = (self.method, self.status, self.trace.as_deref());
        let route = self.matched.as_ref().map_or(UNMATCHED, MatchedPath::as_str);
        let took = self.started.elapsed();
        self.app.metrics.observe(method, route, status, took);
        let seconds = took.as_secs_f64();
        if status >= 500 {
            error!(method, route, status, seconds, trace, "request failed");
        } else {
            debug!(method, route, status, seconds, trace, "request");
        }
    }
}

/// The method, or `_OTHER`: clients may invent methods, and each would be a series.
fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::CONNECT => "CONNECT",
        Method::DELETE => "DELETE",
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        Method::PATCH => "PATCH",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::TRACE => "TRACE",
        _ => "_OTHER",
    }
}

/// The trace that a caller's `traceparent` header names, so that its log and ours can be joined.
fn trace_id(headers: &HeaderMap) -> Option<String> {
    let trace = headers
        .get("traceparent")?
        .to_str()
        .ok()?
        .split('-')
        .nth(1)?;
    let valid = trace.len() == 32 && trace.bytes().all(|byte| byte.is_ascii_hexdigit());
    valid.then(|| trace.to_owned())
}
