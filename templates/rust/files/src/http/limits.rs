//! How many requests are served at a time, and for how long one may take.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::time::timeout;

use super::problem::Problem;
use crate::app::App;

/// Turns a request away at once where too many are being served: a queue would only make it late.
pub(super) async fn concurrency(
    State(app): State<Arc<App>>,
    request: Request,
    next: Next,
) -> Response {
    let Ok(_slot) = app.slots.try_acquire() else {
        let problem = Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "too many requests at a time",
        );
        let mut response = problem.into_response();
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        return response;
    };
    next.run(request).await
}

/// Gives up on a request that takes too long. 504, so that it can be told from a full service.
pub(super) async fn time(
    State(app): State<Arc<App>>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let limit = app.config.request_timeout;
    timeout(limit, next.run(request)).await.map_err(|_elapsed| {
        let detail = format!("the request took longer than {} ms", limit.as_millis());
        Problem::new(StatusCode::GATEWAY_TIMEOUT, detail)
    })
}
