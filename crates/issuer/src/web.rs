//! The web service: pages for people, an API for programs, the key set for verifiers.

mod api;
mod assets;
mod derive;
mod document;
mod explain;
mod field_errors;
mod form;
mod guard;
mod handouts;
mod headers;
mod lists;
mod members;
mod page;
mod present;
mod preset;
mod problem;
mod ready;
mod revocations;
mod words;

pub(crate) use self::words::moment;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Json, Router};
use room_token::{Timestamp, TokenId};
use serde_json::{Value, json};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::timeout::TimeoutLayer;

use self::document::Document;
use self::problem::Problem;
use self::revocations::Feed;
use crate::{AdminToken, Office, OfficeError, ServeError, Settings};

/// What every request may look at.
#[derive(Debug)]
pub(crate) struct App {
    office: Office,
    admin_token: Option<AdminToken>,
    feed: Option<Feed>,
    now: fn() -> Timestamp,
    token_id: fn() -> TokenId,
}

impl App {
    pub(crate) fn new(settings: Settings) -> Result<Self, ServeError> {
        // What is wrong with the keys is to be said now, and not to the first guest.
        settings.office.verifier()?;
        Ok(Self {
            office: settings.office,
            admin_token: settings.admin_token,
            feed: settings.revocations.map(Feed::new),
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
        .route("/api/v1/derive", post(derive::derive))
        .route("/api/v1/explain", post(explain::explain))
        .route("/api/v1/room-names", get(lists::room_name))
        .route("/api/v1/deny-reasons", get(lists::deny_reasons))
        .route(
            "/api/v1/revocations",
            get(revocations::list).post(revocations::revoke),
        )
        .route("/.well-known/jwks.json", get(key_set))
        .route("/.well-known/jwks.jwt", get(signed_key_set))
        .route("/.well-known/revocations", get(revocations::feed))
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

async fn key_set(State(app): State<Arc<App>>, asked: HeaderMap) -> Result<Response, Problem> {
    let key_set = app.office.key_set().map_err(OfficeError::from)?;
    Ok(Document::key_set(&key_set).answer(&asked))
}

async fn signed_key_set(
    State(app): State<Arc<App>>,
    asked: HeaderMap,
) -> Result<Response, Problem> {
    let signed = app.office.signed_key_set.as_ref();
    let (text, _set) = signed
        .ok_or_else(Problem::not_published)?
        .read()
        .map_err(OfficeError::from)?;
    Ok(Document::signed_key_set(text).answer(&asked))
}

async fn healthy() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

#[cfg(test)]
mod tests;
