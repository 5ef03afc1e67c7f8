//! HTTP: the routes, what every request passes on its way in, and the form of errors.

mod health;
mod limits;
mod measure;
mod orders;
mod problem;

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;

use crate::app::App;
pub(crate) use problem::Problem;

/// All routes. Health and metrics are answered whatever the load, and are not measured.
pub fn router(app: &Arc<App>) -> Router {
    let api = Router::new()
        .route("/v1/orders", post(orders::place))
        .route("/v1/orders/{id}", get(orders::show))
        .fallback(async || Problem::new(StatusCode::NOT_FOUND, "there is nothing under this path"))
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(app.config.body_limit))
        .layer(CatchPanicLayer::custom(problem::from_panic));
    #[cfg(feature = "drill")]
    let api = api.layer(from_fn_with_state(Arc::clone(app), crate::drill::inject));
    let api = api
        .layer(from_fn_with_state(Arc::clone(app), limits::time))
        .layer(from_fn_with_state(Arc::clone(app), limits::concurrency))
        .layer(from_fn_with_state(Arc::clone(app), measure::measure));

    let operations = Router::new()
        .route("/livez", get(health::alive))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .method_not_allowed_fallback(wrong_method);
    #[cfg(feature = "drill")]
    let operations = operations.route("/drill/faults", post(crate::drill::set));

    operations
        .merge(api)
        .layer(from_fn_with_state(Arc::clone(app), close_in_time))
        .with_state(Arc::clone(app))
}

async fn wrong_method() -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "the Allow header lists the methods",
    )
}

/// Closes connections while the process drains, each with an answer: the stop would cut the next
/// request on one that is kept.
async fn close_in_time(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if !app.is_ready() {
        let headers = response.headers_mut();
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}
