//! `/metrics`: for a monitor on this machine, or for one that knows the token.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Extension;
use axum::extract::{ConnectInfo, State};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use super::problem::Problem;
use super::{App, ProblemBody, guard};
use crate::Keys;
use crate::metrics;

/// `OpenMetrics` 1.0; Prometheus reads it since version 2.5.
const TEXT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Numbers of this issuer, for a monitor.
#[utoipa::path(
    get,
    path = "/metrics",
    tag = "This issuer",
    responses(
        (status = 200, description = "OpenMetrics", body = String, content_type = "application/openmetrics-text"),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn metrics(
    State(app): State<Arc<App>>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let peer = peer.map(|Extension(ConnectInfo(peer))| peer);
    if !app.may_measure(peer, &headers) {
        return Err(Problem::not_measured());
    }
    let text = app.metrics.text(app.state());
    let text = text.map_err(|_| Problem::internal())?;
    Ok(([(CONTENT_TYPE, TEXT)], text).into_response())
}

/// What a proxy puts beside a request. One that puts none of them looks like this machine; so with `public_url`, which says
/// that there is one, the token is needed.
const FORWARDED: [&str; 5] = [
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-real-ip",
];

impl App {
    fn may_measure(&self, peer: Option<SocketAddr>, headers: &HeaderMap) -> bool {
        let tokens = [&self.metrics_token, &self.admin_token];
        let mut tokens = tokens.into_iter().flatten();
        if tokens.any(|token| guard::knows(headers, token)) {
            return true;
        }
        self.metrics_token.is_none()
            && self.public_url.is_none()
            && peer.is_some_and(|peer| peer.ip().to_canonical().is_loopback())
            && FORWARDED.iter().all(|name| !headers.contains_key(*name))
    }

    /// What is only known when somebody asks.
    fn state(&self) -> metrics::State {
        let now = (self.now)();
        let edition = self.feed.as_ref().and_then(super::Feed::signed);
        metrics::State {
            is_ready: self.office.check_ready(now).is_ok(),
            key_age: self.published_at().map(|at| now.seconds_since(at)),
            feed_age: edition.map(|(_, at)| now.seconds_since(at)),
            feed_number: edition.map(|(seq, _)| seq),
        }
    }

    /// Since when verifiers can have the key that signs, where keys follow one another.
    fn published_at(&self) -> Option<room_token::Timestamp> {
        let Keys::Folder(folder) = &self.office.keys else {
            return None;
        };
        let ring = folder.ring().ok()?;
        let active = ring.keys().iter().find(|key| key.id() == ring.active());
        active.map(crate::RingKey::published_at)
    }
}
