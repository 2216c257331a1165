//! What every request has, and every answer. nginx hands on the address as it came, in `X-Original-URI`.

use std::sync::Arc;

use askama::Template;
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_LANGUAGE, COOKIE, LOCATION, VARY};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use room_token::Language;

use super::Settings;
use crate::page::Reading;
use crate::{Address, Kept, Verdict, Visit, cookie};

/// The address that a browser asked for.
pub(crate) const ORIGINAL_URI: &str = "x-original-uri";

/// nginx's `$request_id`, so that a page and a log line can be laid side by side.
const REQUEST_ID: &str = "x-request-id";

/// One code per reason, the same as everywhere.
pub(crate) const CODE: HeaderName = HeaderName::from_static("roompass-code");

pub(crate) fn header<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_default()
}

fn cookies(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let fields = headers.get_all(COOKIE).iter();
    fields.filter_map(|field| field.to_str().ok())
}

/// The tokens of the cookie.
pub(crate) fn kept(headers: &HeaderMap) -> Vec<Kept<'_>> {
    cookie::read(cookies(headers))
}

/// The visit of one who asks for this page.
pub(crate) fn visit<'v>(
    settings: &Settings,
    address: &'v Address,
    kept: &'v [Kept<'v>],
    headers: &HeaderMap,
) -> Visit<'v> {
    Visit {
        address,
        kept,
        is_marked: cookie::is_marked(cookies(headers)),
        now: (settings.now)(),
    }
}

pub(crate) fn look(settings: &Settings, address: &Address, headers: &HeaderMap) -> Verdict {
    let kept = kept(headers);
    let gate = Arc::clone(&settings.gate.borrow());
    gate.look(&visit(settings, address, &kept, headers))
}

/// In the reader's language.
pub(crate) fn reading<'a>(settings: &'a Settings, headers: &'a HeaderMap) -> Reading<'a> {
    Reading {
        language: Language::preferred(header(headers, ACCEPT_LANGUAGE.as_str())),
        contact: &settings.contact,
        request: request_id(headers),
        now: (settings.now)(),
    }
}

/// A page, as it is answered.
pub(crate) fn answer(
    status: StatusCode,
    code: &'static str,
    reading: &Reading<'_>,
    page: &impl Template,
) -> Response {
    let Ok(html) = page.render() else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let headers = [(CODE, code), (CONTENT_LANGUAGE, reading.language.tag())];
    (status, headers, Html(html)).into_response()
}

pub(crate) fn found(to: &str) -> Response {
    (StatusCode::FOUND, location(to)).into_response()
}

pub(crate) fn location(to: &str) -> [(HeaderName, String); 1] {
    [(LOCATION, to.to_owned())]
}

/// It stands on a page: only what nginx makes.
fn request_id(headers: &HeaderMap) -> &str {
    let id = header(headers, REQUEST_ID);
    let is_fine = id.len() <= 64 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if is_fine { id } else { "" }
}

/// Nothing is loaded from elsewhere, nothing is framed, no address is passed on, and what is about a token is kept
/// nowhere, unless the answer says otherwise.
const HEADERS: [(&str, &str); 5] = [
    ("cache-control", "no-store"),
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
         form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    ),
    ("cross-origin-opener-policy", "same-origin"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
];

pub(crate) async fn headers(mut response: Response) -> Response {
    for (name, value) in HEADERS {
        let entry = response.headers_mut().entry(HeaderName::from_static(name));
        entry.or_insert(HeaderValue::from_static(value));
    }
    let vary = HeaderValue::from_static("cookie, accept-language");
    response.headers_mut().entry(VARY).or_insert(vary);
    response
}
