//! What is answered. nginx hands on the address as it came, in `X-Original-URI`.

use std::sync::Arc;

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::header::{
    ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE,
    VARY,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use room_token::{DenyReason, Language};
use serde::Deserialize;

use super::Settings;
use crate::page::{Page, Reading};
use crate::{Address, Refusal, Verdict, Visit, cookie};

type Shared = State<Arc<Settings>>;

/// The address that a browser asked for.
const ORIGINAL_URI: &str = "x-original-uri";

/// nginx's `$request_id`, so that a page and a log line can be laid side by side.
const REQUEST_ID: &str = "x-request-id";

/// One code per reason, the same as everywhere.
const CODE: HeaderName = HeaderName::from_static("roompass-code");

/// `GET /roompass/auth`: 204 serves the page, 401 does not. What is no room's page is none of our business.
pub(crate) async fn auth(State(settings): Shared, headers: HeaderMap) -> Response {
    let Ok(address) = Address::parse(header(&headers, ORIGINAL_URI)) else {
        return StatusCode::NO_CONTENT.into_response();
    };
    let no = StatusCode::UNAUTHORIZED;
    match look(&settings, &address, &headers) {
        Verdict::Pass { cookie: None } => StatusCode::NO_CONTENT.into_response(),
        Verdict::Pass {
            cookie: Some(cookie),
        } => (StatusCode::NO_CONTENT, [(SET_COOKIE, cookie)]).into_response(),
        Verdict::Return { .. } => (no, [(CODE, "return")]).into_response(),
        Verdict::Refuse(refusal) => (no, [(CODE, refusal.reason.code())]).into_response(),
    }
}

/// `GET /roompass/gate/page`: what nginx shows after a 401.
pub(crate) async fn page(State(settings): Shared, headers: HeaderMap) -> Response {
    let uri = header(&headers, ORIGINAL_URI);
    let Ok(address) = Address::parse(uri) else {
        return Redirect::to("/").into_response();
    };
    match look(&settings, &address, &headers) {
        // Between the question and this page it became good; ask again.
        Verdict::Pass { .. } => found(&address.again()),
        Verdict::Return { to } => found(&to),
        Verdict::Refuse(refusal) => refused(&settings, &headers, &refusal, false),
    }
}

#[derive(Debug, Deserialize)]
#[serde(default)]
pub(crate) struct Pasted {
    from: String,
    link: String,
}

impl Default for Pasted {
    fn default() -> Self {
        Self {
            from: "/".to_owned(),
            link: String::new(),
        }
    }
}

/// `POST /roompass/gate/open`: a link that somebody pasted. It leads to a room of this host and nowhere else.
pub(crate) async fn open(
    State(settings): Shared,
    headers: HeaderMap,
    Form(pasted): Form<Pasted>,
) -> Response {
    let address = Address::pasted(&pasted.link);
    if let Ok(address) = &address
        && address.token().is_some()
    {
        return (StatusCode::SEE_OTHER, location(&address.again())).into_response();
    }
    match Address::parse(&pasted.from) {
        Ok(from) => {
            let refusal = Refusal::new(DenyReason::TokenMissing, from.room());
            refused(&settings, &headers, &refusal, true)
        }
        Err(_) => Redirect::to("/").into_response(),
    }
}

/// The stylesheet and the script, asked for again after an hour.
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
    ];
    (headers, text).into_response()
}

/// `GET /healthz`: 503 while nothing can be checked.
pub(crate) async fn healthy(State(settings): Shared) -> Response {
    if settings.gate.borrow().verifier.is_some() {
        (StatusCode::OK, "ok\n").into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "no key set\n").into_response()
    }
}

fn look(settings: &Settings, address: &Address, headers: &HeaderMap) -> Verdict {
    let cookies = headers.get_all(COOKIE).iter();
    let kept = cookie::read(cookies.filter_map(|field| field.to_str().ok()));
    let gate = Arc::clone(&settings.gate.borrow());
    gate.look(&Visit {
        address,
        kept: &kept,
        now: (settings.now)(),
    })
}

fn refused(settings: &Settings, headers: &HeaderMap, refusal: &Refusal, typed: bool) -> Response {
    let language = Language::preferred(header(headers, ACCEPT_LANGUAGE.as_str()));
    let page = Page::new(
        refusal,
        &Reading {
            language,
            contact: &settings.contact,
            request: request_id(headers),
            now: (settings.now)(),
            typed,
        },
    );
    let Ok(html) = page.render() else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let headers = [
        (CODE, refusal.reason.code()),
        (CONTENT_LANGUAGE, language.tag()),
    ];
    (StatusCode::FORBIDDEN, headers, Html(html)).into_response()
}

fn found(to: &str) -> Response {
    (StatusCode::FOUND, location(to)).into_response()
}

fn location(to: &str) -> [(HeaderName, String); 1] {
    [(LOCATION, to.to_owned())]
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_default()
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
        "default-src 'none'; script-src 'self'; style-src 'self'; form-action 'self'; \
         frame-ancestors 'none'; base-uri 'none'",
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
