//! Orders over HTTP.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequest, Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use serde::de::DeserializeOwned;

use super::problem::Problem;
use crate::app::App;
use crate::orders::{NewOrder, Object, Order, OrderId};

/// `POST /v1/orders`
pub(super) async fn place(
    State(app): State<Arc<App>>,
    JsonBody(Object(new)): JsonBody<Object<NewOrder>>,
) -> Result<impl IntoResponse, Problem> {
    let order = app.orders.keep(new.accept()?);
    let location = format!("/v1/orders/{}", order.id);
    Ok((
        StatusCode::CREATED,
        [(header::LOCATION, location)],
        Json(order),
    ))
}

/// `GET /v1/orders/{id}`
pub(super) async fn show(
    State(app): State<Arc<App>>,
    path: Result<Path<String>, PathRejection>,
) -> Result<Json<Arc<Order>>, Problem> {
    let Path(id) = path?;
    let id: OrderId = id.parse()?;
    let order = app.orders.find(id);
    order
        .map(Json)
        .ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, format!("no order {id}")))
}

/// A body of `application/json`: not of a type made of it, such as `application/merge-patch+json`,
/// which [`Json`] takes too.
pub(super) struct JsonBody<T>(T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let content_type = request.headers().get(header::CONTENT_TYPE);
        let text = content_type.and_then(|value| value.to_str().ok());
        let media = text.and_then(|text| text.split(';').next());
        if media.is_some_and(|media| !media.trim().eq_ignore_ascii_case("application/json")) {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "the content type must be application/json",
            ));
        }
        let Json(value) = Json::from_request(request, state).await?;
        Ok(Self(value))
    }
}
