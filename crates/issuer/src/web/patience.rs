//! How long a request may take, from the end of its head to the beginning of its answer. What is dropped then undoes
//! itself: a transaction that was not committed never was.

use std::time::Duration;

use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

const USUAL: Duration = Duration::from_secs(10);
/// Ten thousand links on a slow disk.
const FOR_MANY: Duration = Duration::from_mins(1);

pub(super) async fn bounded(request: Request, next: Next) -> Response {
    let is_for_many = matches!(request.uri().path(), "/batch" | "/api/v1/links/batch");
    let patience = if is_for_many { FOR_MANY } else { USUAL };
    let answered = tokio::time::timeout(patience, next.run(request)).await;
    answered.unwrap_or_else(|_| StatusCode::REQUEST_TIMEOUT.into_response())
}
