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

pub(super) async fn measure(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = method_name(request.method());
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let trace = trace_id(request.headers());

    let response = next.run(request).await;

    let route = matched.as_ref().map_or(UNMATCHED, MatchedPath::as_str);
    let status = response.status();
    let took = started.elapsed();
    app.metrics.observe(method, route, status.as_u16(), took);
    let (status, seconds) = (status.as_u16(), took.as_secs_f64());
    if response.status().is_server_error() {
        error!(method, route, status, seconds, trace, "request failed");
    } else {
        debug!(method, route, status, seconds, trace, "request");
    }
    response
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
