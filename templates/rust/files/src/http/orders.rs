//! Orders over HTTP.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection};
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;

use super::problem::Problem;
use crate::app::App;
use crate::orders::{NewOrder, Object, Order, OrderId};

/// `POST /v1/orders`
pub(super) async fn place(
    State(app): State<Arc<App>>,
    body: Result<Json<Object<NewOrder>>, JsonRejection>,
) -> Result<impl IntoResponse, Problem> {
    let Json(Object(new)) = body?;
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
