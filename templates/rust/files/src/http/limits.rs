//! How many requests are served at a time, and for how long one may take.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use hyper::body::{Frame, SizeHint};
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

/// Gives up on a request that takes too long. 504, so that it can be told from a full service; a
/// body that comes too late is the client's doing, and 408.
pub(super) async fn time(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let limit = app.config.request_timeout;
    let waiting = Arc::new(AtomicBool::new(false));
    let awaited = Arc::clone(&waiting);
    let request = request.map(|body| Body::new(Awaited { body, awaited }));
    if let Ok(response) = timeout(limit, next.run(request)).await {
        return response;
    }
    let limit = limit.as_millis();
    if waiting.load(Ordering::Relaxed) {
        let detail = format!("the body did not arrive within {limit} ms");
        let problem = Problem::new(StatusCode::REQUEST_TIMEOUT, detail);
        return ([(header::CONNECTION, "close")], problem).into_response();
    }
    let detail = format!("the request took longer than {limit} ms");
    Problem::new(StatusCode::GATEWAY_TIMEOUT, detail).into_response()
}

/// A body that tells whether the client is waited for.
struct Awaited {
    body: Body,
    awaited: Arc<AtomicBool>,
}

impl HttpBody for Awaited {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        self.awaited.store(frame.is_pending(), Ordering::Relaxed);
        frame
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
