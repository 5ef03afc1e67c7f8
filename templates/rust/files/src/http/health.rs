//! What the platform asks: is it alive, is it ready, what has it measured.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::problem::Problem;
use crate::app::App;
use crate::metrics;

/// Restarting helps when this fails: so it depends on nothing but the process.
pub(super) async fn alive() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// 503 from the moment of a stop signal, while requests are still served.
pub(super) async fn ready(State(app): State<Arc<App>>) -> Result<StatusCode, Problem> {
    if app.is_ready() {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "the process is stopping",
        ))
    }
}

pub(super) async fn metrics(State(app): State<Arc<App>>) -> Response {
    match app.metrics.exposition() {
        Ok(text) => ([(header::CONTENT_TYPE, metrics::CONTENT_TYPE)], text).into_response(),
        Err(error) => {
            Problem::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response()
        }
    }
}
