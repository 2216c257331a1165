//! The guest page: what Jitsi's own page is to a real deployment.

use std::net::{Ipv4Addr, SocketAddr};
use std::path;

use axum::Router;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use e2e::artifacts;
use tokio::net::TcpListener;

use crate::{Failure, preflight};

/// Starts to serve on any free port of loopback; `HAProxy` stands before it.
pub(crate) async fn serve() -> Result<SocketAddr, Failure> {
    let cannot = |e: std::io::Error| {
        Failure::new(
            format!("the guest page cannot be served: {e}"),
            "is loopback up?",
        )
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .map_err(cannot)?;
    let address = listener.local_addr().map_err(cannot)?;
    let routes = Router::new()
        .route("/assets/{name}", get(asset))
        .fallback(async || file(&artifacts::page().join("guest.html")));
    tokio::spawn(async move { axum::serve(listener, routes).await });
    Ok(address)
}

async fn asset(Path(name): Path<String>) -> Response {
    let page = artifacts::page();
    match name.as_str() {
        "strophe.js" => file(&preflight::strophe()),
        "guest.css" | "guest.mjs" | "room.mjs" | "ui.mjs" => file(&page.join(name)),
        _other => StatusCode::NOT_FOUND.into_response(),
    }
}

/// A link's token stands in the address of the page: it must reach no cache, no other host and no log.
fn file(path: &path::Path) -> Response {
    let kind = match path.extension().and_then(|ending| ending.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        _script => "text/javascript; charset=utf-8",
    };
    let policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    match std::fs::read(path) {
        Ok(bytes) => (
            [
                (header::CONTENT_TYPE, kind),
                (header::CACHE_CONTROL, "no-store"),
                (header::CONTENT_SECURITY_POLICY, policy),
                (header::REFERRER_POLICY, "no-referrer"),
            ],
            bytes,
        )
            .into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}
