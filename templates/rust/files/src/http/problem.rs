//! The form of every error: problem details, RFC 9457.

use std::any::Any;
use std::borrow::Cow;
use std::error::Error;
use std::io;
use std::iter::successors;

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_path_to_error::Segment;

use super::measure::CLIENT_GONE;
use crate::orders::{FieldError, NotAnOrderId};

/// An error as a client sees it.
#[derive(Debug, Serialize)]
pub(crate) struct Problem {
    title: &'static str,
    status: u16,
    detail: Cow<'static, str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            detail: detail.into(),
            errors: Vec::new(),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(self)).into_response();
        let content_type = HeaderValue::from_static("application/problem+json");
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, content_type);
        response
    }
}

impl From<NotAnOrderId> for Problem {
    fn from(error: NotAnOrderId) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error.to_string())
    }
}

impl From<Vec<FieldError>> for Problem {
    fn from(errors: Vec<FieldError>) -> Self {
        let problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "the order breaks a rule");
        Self { errors, ..problem }
    }
}

impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Self {
        let errors = misfit(&rejection).into_iter().collect();
        let problem = match &rejection {
            JsonRejection::JsonDataError(_) => {
                Self::new(rejection.status(), "the body has not the shape of an order")
            }
            _ => Self::new(rejection.status(), rejection.body_text()),
        };
        // Nobody reads this answer, but it is counted.
        let status = if broke_off(&rejection) {
            CLIENT_GONE
        } else {
            problem.status
        };
        Self {
            status,
            errors,
            ..problem
        }
    }
}

/// Whether the client went away in the middle of the body.
fn broke_off(rejection: &JsonRejection) -> bool {
    let gone = [io::ErrorKind::UnexpectedEof, io::ErrorKind::ConnectionReset];
    cause::<io::Error>(rejection).is_some_and(|error| gone.contains(&error.kind()))
}

/// The first cause of this type.
fn cause<T: Error + 'static>(rejection: &JsonRejection) -> Option<&T> {
    let first: &(dyn Error + 'static) = rejection;
    successors(Some(first), |&error| error.source()).find_map(|error| error.downcast_ref())
}

/// The place at which a body that is JSON is no order; serde ends at the first.
fn misfit(rejection: &JsonRejection) -> Option<FieldError> {
    let found = cause::<serde_path_to_error::Error<serde_json::Error>>(rejection)?;
    let error = found.inner();
    if !error.is_data() {
        return None;
    }
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    Some(FieldError {
        field: pointer(found.path()),
        rule: text.strip_suffix(&place).unwrap_or(&text).to_owned(),
    })
}

/// A place in a document as a JSON pointer, RFC 6901.
fn pointer(path: &serde_path_to_error::Path) -> String {
    let steps = path.iter().map(|step| match step {
        Segment::Seq { index } => format!("/{index}"),
        Segment::Map { key } => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
        Segment::Enum { .. } | Segment::Unknown => String::new(),
    });
    steps.collect()
}

impl From<PathRejection> for Problem {
    fn from(rejection: PathRejection) -> Self {
        Self::new(rejection.status(), "the path is no UTF-8 text")
    }
}

/// What a client sees of a panic; the log has its place and message.
pub(super) fn from_panic(_payload: Box<dyn Any + Send>) -> Response {
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the service failed").into_response()
}
