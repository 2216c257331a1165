//! The page gate: what nginx asks before it serves a room, and what it shows instead.

use axum::Form;
use axum::extract::State;
use axum::http::header::{RETRY_AFTER, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use room_token::DenyReason;
use serde::Deserialize;

use super::request::{CODE, ORIGINAL_URI, answer, found, header, location, look, reading};
use super::{Settings, Shared, renew};
use crate::page::{RefusalPage, UNREACHABLE};
use crate::{Address, Refusal, Verdict};

/// `GET /roompass/auth`: 204 serves the page, 401 does not. What is no room's page is none of our business.
pub(crate) async fn auth(State(settings): Shared, headers: HeaderMap) -> Response {
    let Ok(address) = Address::parse(header(&headers, ORIGINAL_URI)) else {
        return StatusCode::NO_CONTENT.into_response();
    };
    let no = |code: &'static str| (StatusCode::UNAUTHORIZED, [(CODE, code)]).into_response();
    match look(&settings, &address, &headers) {
        Verdict::Pass { .. } if !*settings.is_reachable.borrow() => no(UNREACHABLE),
        Verdict::Pass { cookie } => keeping(cookie, StatusCode::NO_CONTENT.into_response()),
        Verdict::Return { .. } => no("return"),
        Verdict::Refuse(refusal) => no(refusal.reason.code()),
    }
}

/// `GET /roompass/gate/page`: what nginx shows after a 401.
pub(crate) async fn page(State(settings): Shared, headers: HeaderMap) -> Response {
    let Ok(address) = Address::parse(header(&headers, ORIGINAL_URI)) else {
        return Redirect::to("/").into_response();
    };
    match look(&settings, &address, &headers) {
        Verdict::Pass { .. } if !*settings.is_reachable.borrow() => {
            unreachable(&settings, &headers, &address)
        }
        // Between the question and this page it became good; ask again.
        Verdict::Pass { .. } => found(&address.again()),
        Verdict::Return { to, cookie } => keeping(cookie, found(&to)),
        Verdict::Refuse(refusal) => refused(&settings, &headers, &refusal),
    }
}

/// With a `Set-Cookie`, if something is to be kept.
pub(crate) fn keeping(cookie: Option<String>, mut response: Response) -> Response {
    let value = cookie.and_then(|cookie| HeaderValue::try_from(cookie).ok());
    if let Some(value) = value {
        response.headers_mut().append(SET_COOKIE, value);
    }
    response
}

fn unreachable(settings: &Settings, headers: &HeaderMap, address: &Address) -> Response {
    let reading = reading(settings, headers);
    let page = RefusalPage::unreachable(address.room(), &reading);
    let status = StatusCode::SERVICE_UNAVAILABLE;
    let mut response = answer(status, UNREACHABLE, &reading, &page);
    let soon = HeaderValue::from_static("30");
    response.headers_mut().insert(RETRY_AFTER, soon);
    response
}

pub(crate) fn refused(settings: &Settings, headers: &HeaderMap, refusal: &Refusal) -> Response {
    let reading = reading(settings, headers);
    let page = RefusalPage::new(refusal, &reading);
    answer(
        StatusCode::FORBIDDEN,
        refusal.reason.code(),
        &reading,
        &page,
    )
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Pasted {
    /// The page on which it was pasted.
    from: String,
    link: String,
    /// The query with which they came from a call.
    renewing: String,
}

/// `POST /roompass/gate/open`: a link that somebody pasted. It leads to a room of this host and nowhere else.
pub(crate) async fn open(
    State(settings): Shared,
    headers: HeaderMap,
    Form(pasted): Form<Pasted>,
) -> Response {
    let address = Address::pasted(&pasted.link).ok();
    if let Some(address) = address.filter(|address| address.token().is_some()) {
        let renewed = renew::with_link(&settings, &headers, &address, &pasted.renewing);
        return renewed.unwrap_or_else(|| {
            (StatusCode::SEE_OTHER, location(&address.again())).into_response()
        });
    }
    let Ok(from) = Address::parse(&pasted.from) else {
        return Redirect::to("/").into_response();
    };
    let refusal = Refusal::new(DenyReason::TokenMissing, from.room());
    let reading = reading(&settings, &headers);
    let page = RefusalPage::new(&refusal, &reading)
        .renewing(&pasted.renewing)
        .after_typing();
    let code = refusal.reason.code();
    let response = answer(StatusCode::FORBIDDEN, code, &reading, &page);
    if pasted.renewing.is_empty() {
        return response;
    }
    renew::openable(response)
}

/// `GET /healthz`: 503 while nothing can be checked.
pub(crate) async fn healthy(State(settings): Shared) -> Response {
    if settings.gate.borrow().verifier.is_some() {
        (StatusCode::OK, "ok\n").into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "no key set\n").into_response()
    }
}
