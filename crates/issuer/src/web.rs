//! The web service: pages for people, an API for programs, the key set for verifiers.

mod api;
mod assets;
mod document;
mod explain;
mod field_errors;
mod form;
mod guard;
mod headers;
mod lists;
mod members;
mod page;
mod present;
mod preset;
mod problem;
mod words;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Json, Router};
use room_token::{Timestamp, TokenId, Verifier};
use serde_json::{Value, json};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::timeout::TimeoutLayer;

use self::document::Document;
use crate::{AdminToken, Office, ServeError, Settings};

/// What every request may look at.
#[derive(Debug)]
pub(crate) struct App {
    office: Office,
    verifier: Verifier,
    key_set: Document,
    admin_token: Option<AdminToken>,
    now: fn() -> Timestamp,
    token_id: fn() -> TokenId,
}

impl App {
    pub(crate) fn new(settings: Settings) -> Result<Self, ServeError> {
        let key_set = settings.office.key_set()?;
        Ok(Self {
            key_set: Document::key_set(&key_set),
            verifier: Verifier::new(key_set, settings.office.deployment.clone())?,
            office: settings.office,
            admin_token: settings.admin_token,
            now: settings.now,
            token_id: settings.token_id,
        })
    }
}

/// Every path, behind every guard.
pub(crate) fn router(app: App) -> Router {
    let app = Arc::new(app);
    let routes = Router::new()
        .route("/", get(page::blank).post(page::issue))
        .route("/api/v1/links", post(api::issue))
        .route("/api/v1/explain", post(explain::explain))
        .route("/api/v1/room-names", get(lists::room_name))
        .route("/api/v1/deny-reasons", get(lists::deny_reasons))
        .route("/.well-known/jwks.json", get(key_set))
        .route("/assets/{name}", get(assets::asset))
        .route("/healthz", get(healthy));
    guarded(routes, &app).with_state(app)
}

/// A form or an API call has a few hundred bytes.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// From the end of the request's head to the beginning of its answer.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// The first layer is the outermost: an answer of any later one still gets the headers and its words.
fn guarded(routes: Router<Arc<App>>, app: &Arc<App>) -> Router<Arc<App>> {
    routes.layer(
        ServiceBuilder::new()
            .layer(map_response(headers::add))
            .layer(from_fn(present::present))
            .layer(CatchPanicLayer::custom(present::panicked))
            .layer(TimeoutLayer::with_status_code(
                StatusCode::REQUEST_TIMEOUT,
                REQUEST_TIMEOUT,
            ))
            .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
            .layer(from_fn_with_state(Arc::clone(app), guard::guard))
            .layer(CsrfLayer::new()),
    )
}

async fn key_set(State(app): State<Arc<App>>, asked: HeaderMap) -> Response {
    app.key_set.answer(&asked)
}

async fn healthy() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

#[cfg(test)]
mod tests;
