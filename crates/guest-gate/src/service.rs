//! The gate behind HTTP: what nginx asks, and what it serves in a room's place.

mod answers;
mod assets;
mod conference;
mod fragment;
mod invite;
mod renew;
mod request;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::map_response;
use axum::routing::{get, post};
use room_token::Timestamp;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower_http::csrf::CsrfLayer;
use tower_http::timeout::TimeoutLayer;

use crate::{Conferences, Gate, Inviter};

/// What a gate's service needs to start.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// What it knows, whenever that changes.
    pub gate: watch::Receiver<Arc<Gate>>,
    /// How one reaches the organisers, in the operator's words; may be empty.
    pub contact: String,
    /// Where this Jitsi's rooms are; without it no conference request reaches Jicofo.
    pub conferences: Option<Conferences>,
    /// Who makes guests' links for owners; without one nobody invites.
    pub inviter: Option<Arc<dyn Inviter>>,
    /// Whether the shards answer; who may come in while they do not is told so.
    pub is_reachable: watch::Receiver<bool>,
    /// The clock.
    pub now: fn() -> Timestamp,
}

/// Serves until `shutdown` is ready. `on_listening` is called once, as soon as connections are accepted.
///
/// # Errors
/// [`ServiceError`], before anything was served, or when the listening socket is lost.
pub async fn serve(
    settings: Settings,
    shutdown: impl Future<Output = ()> + Send + 'static,
    on_listening: impl FnOnce(SocketAddr),
) -> Result<(), ServiceError> {
    let address = settings.listen;
    let failed = |error: std::io::Error| ServiceError::Listen {
        address,
        why: error.to_string(),
    };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    on_listening(listener.local_addr().map_err(failed)?);
    axum::serve(listener, router(settings))
        .with_graceful_shutdown(shutdown)
        .await
        .map_err(failed)
}

/// Why there is no service.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum ServiceError {
    /// The address is taken, or not ours.
    #[error("cannot listen on {address} ({why}); choose another with --listen")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// In the system's words.
        why: String,
    },
}

/// A pasted link is a few hundred bytes.
const MAX_BODY_BYTES: usize = Conferences::MAX_BYTES;

/// Only an issuer is waited for, and nginx waits no longer either.
const TIMEOUT: Duration = Duration::from_secs(20);

type Shared = axum::extract::State<Arc<Settings>>;

fn router(settings: Settings) -> Router {
    Router::new()
        .route("/roompass/auth", get(answers::auth))
        .route("/roompass/gate/page", get(answers::page))
        .route("/roompass/gate/open", post(answers::open))
        .route("/roompass/gate/renew", get(renew::renew))
        .route(
            "/roompass/gate/conference-request",
            post(conference::request),
        )
        .merge(from_our_pages())
        .route("/roompass/gate/{name}", get(assets::asset))
        .route("/healthz", get(answers::healthy))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            TIMEOUT,
        ))
        .layer(map_response(request::headers))
        .with_state(Arc::new(settings))
}

/// What is kept, or done in somebody's name, is done from a page of ours alone.
fn from_our_pages() -> Router<Arc<Settings>> {
    Router::new()
        .route("/roompass/gate/fragment", post(fragment::enter))
        .route(
            "/roompass/gate/invite/{*room}",
            get(invite::blank).post(invite::make),
        )
        .layer(CsrfLayer::new())
}

#[cfg(test)]
mod tests;
