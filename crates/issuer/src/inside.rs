//! The API, asked from within the process: for what runs beside the issuer and has no key of its own.

use std::fmt;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use axum::http::header::{CONTENT_TYPE, HOST};
use serde_json::Value;
use tower::ServiceExt;

/// The service itself, behind every guard that a request from elsewhere meets. It has nobody's rights.
#[derive(Clone)]
pub struct Inside(pub(crate) Router);

/// No answer of the API is longer.
const MAX_ANSWER: usize = 1024 * 1024;

impl Inside {
    /// Posts JSON; gives the status and what was answered, `null` if that is not JSON.
    pub async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let request = Request::post(path)
            .header(HOST, "localhost")
            .header(CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()));
        let Ok(request) = request else {
            return (400, Value::Null);
        };
        let Ok(response) = self.0.clone().oneshot(request).await;
        let status = response.status().as_u16();
        let bytes = to_bytes(response.into_body(), MAX_ANSWER).await;
        let answer = bytes
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok());
        (status, answer.unwrap_or_default())
    }
}

impl fmt::Debug for Inside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Inside")
    }
}
