//! The stylesheet, the script and the icon: in the binary, so that nothing is loaded from elsewhere.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};

use super::document::Document;
use super::problem::Problem;

pub(crate) async fn asset(Path(name): Path<String>, asked: HeaderMap) -> Response {
    match ASSETS.iter().find(|(known, _)| *known == name) {
        Some((_, document)) => document.answer(&asked),
        None => Problem::not_found().into_response(),
    }
}

/// Asked for again each time, and answered with 304: a new version shows at once.
const CACHE: &str = "no-cache";

static ASSETS: LazyLock<[(&str, Document); 3]> = LazyLock::new(|| {
    let style = include_str!("../../assets/roompass.css").to_owned();
    let script = include_str!("../../assets/roompass.js").to_owned();
    let icon = include_str!("../../assets/roompass.svg").to_owned();
    [
        (
            "roompass.css",
            Document::new(style, "text/css; charset=utf-8", CACHE),
        ),
        (
            "roompass.js",
            Document::new(script, "text/javascript; charset=utf-8", CACHE),
        ),
        ("roompass.svg", Document::new(icon, "image/svg+xml", CACHE)),
    ]
});
