//! The stylesheet and the script: in the binary, so that nothing is loaded from elsewhere.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, VARY};
use axum::response::{IntoResponse, Response};

/// The same for everybody, and asked for again after an hour.
pub(crate) async fn asset(Path(name): Path<String>) -> Response {
    let (text, content_type) = match name.as_str() {
        "page.css" => (
            include_str!("../../assets/gate.css"),
            "text/css; charset=utf-8",
        ),
        "page.js" => (
            include_str!("../../assets/gate.js"),
            "text/javascript; charset=utf-8",
        ),
        _other => return StatusCode::NOT_FOUND.into_response(),
    };
    let headers = [
        (CONTENT_TYPE, content_type),
        (CACHE_CONTROL, "public, max-age=3600"),
        (VARY, "accept-encoding"),
    ];
    (headers, text).into_response()
}
