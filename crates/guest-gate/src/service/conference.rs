//! The conference request over HTTP, before Jicofo hears of it. The body says which room is asked for, so nginx sends
//! all of it here, and takes it on to Jicofo when we say so (`X-Accel-Redirect` to a named location keeps method and
//! body).

use axum::Json;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use room_link::part;
use room_token::DenyReason;
use serde_json::json;

use super::Shared;
use super::request::{CODE, header, kept};
use crate::conference::{self, ConferenceError, Conferences};

/// nginx takes the request to this location of its own.
const ON_TO_JICOFO: [(HeaderName, &str); 1] = [(
    HeaderName::from_static("x-accel-redirect"),
    "@roompass_jicofo",
)];

/// `POST /roompass/gate/conference-request`.
pub(crate) async fn request(
    State(settings): Shared,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    let Some(conferences) = &settings.conferences else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let Ok(asked) = conferences.asked(&body) else {
        let words = ConferenceError::Body.to_string();
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": words }))).into_response();
    };
    let query = query.unwrap_or_default();
    let from_query = part(&query, "token");
    let kept = kept(&headers);
    let authorization = header(&headers, AUTHORIZATION.as_str());
    let tokens = conference::tokens(authorization, from_query.as_deref(), &kept);
    let gate = settings.gate.borrow().clone();
    match gate.may_request(&asked, &tokens, (settings.now)()) {
        Ok(()) => ON_TO_JICOFO.into_response(),
        Err(reason) => not_on(reason, conferences, &body),
    }
}

/// The client goes on to join, and there the door tells its user why not; any error ends in a dialog that misleads. But
/// who is refused for what we do not know may be a good guest, who would join a room without Jicofo.
fn not_on(reason: DenyReason, conferences: &Conferences, body: &[u8]) -> Response {
    let code = [(CODE, reason.code())];
    let is_ours = matches!(
        reason,
        DenyReason::VerifierUnavailable
            | DenyReason::KeySetStale
            | DenyReason::RevocationsStale
            | DenyReason::StatusUnknown
    );
    if is_ours {
        let answer = Json(json!({ "error": reason.code() }));
        return (StatusCode::SERVICE_UNAVAILABLE, code, answer).into_response();
    }
    let asked: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let answer = json!({
        "ready": true,
        "room": asked.get("room"),
        "focusJid": conferences.focus(),
        "properties": { "authentication": "false" },
    });
    (code, Json(answer)).into_response()
}
