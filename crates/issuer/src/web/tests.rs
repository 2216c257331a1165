//! The service as its clients see it. Clock, key and randomness are fixed.

mod api;
mod derive;
mod explain;
mod form;
mod grants;
mod guards;
mod ledger;
mod metrics;
mod more;
mod openapi;
mod pages;
mod people;
mod revocations;
mod vectors;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use room_token::{Deployment, SigningKey};
use serde_json::Value;
use tower::ServiceExt;

use super::*;
use crate::BaseUrl;

const ADMIN_TOKEN: &str = "0123456789abcdef0123456789abcdef";

fn now() -> Timestamp {
    Timestamp::parse_rfc3339("2026-03-03T12:00:00Z").unwrap()
}

fn app(key: SigningKey, admin_token: Option<&str>) -> App {
    let settings = Settings {
        listen: ([127, 0, 0, 1], 0).into(),
        office: Office::new(
            key.into(),
            Deployment::default(),
            Some(BaseUrl::parse("https://meet.example.org").unwrap()),
        ),
        admin_token: admin_token.map(|token| AdminToken::parse(token).unwrap()),
        metrics_token: None,
        revocations: None,
        ledger: None,
        accounts: false,
        provider: None,
        tls: None,
        public_url: None,
        trusted_proxies: Vec::new(),
        log: Log::nowhere(),
        say: |_| (),
        random: || [7; 32],
        now,
        token_id: || TokenId::from_bytes([1; 8]),
    };
    App::new(settings, None, None).unwrap()
}

fn key() -> SigningKey {
    SigningKey::from_seed(&[7; 32])
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// The last part of a problem's type.
    fn code(&self) -> String {
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem = self.json();
        assert_eq!(problem["status"], self.status.as_u16());
        assert!(problem["title"].is_string() && problem["detail"].is_string());
        let code = problem["type"]
            .as_str()
            .unwrap()
            .strip_prefix("urn:roompass:problem:");
        code.unwrap().to_owned()
    }
}

async fn ask(router: Router, request: Request<Body>) -> Answer {
    let response = router.oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    Answer {
        status: parts.status,
        headers: parts.headers,
        body: to_bytes(body, usize::MAX).await.unwrap(),
    }
}

async fn send(request: Request<Body>) -> Answer {
    ask(router(app(key(), None)), request).await
}

/// `GET /path`, as a program on this machine sends it; headers by pairs.
fn request(line: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Request<Body> {
    let (method, path) = line.split_once(' ').unwrap();
    let mut request = Request::builder().method(method).uri(path);
    if !headers.iter().any(|(name, _)| *name == "host") {
        request = request.header("host", "localhost:8080");
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(body.into()).unwrap()
}

async fn get(path: &str) -> Answer {
    send(request(&format!("GET {path}"), &[], "")).await
}

async fn post_json(path: &str, body: &str) -> Answer {
    let headers = [("content-type", "application/json")];
    send(request(&format!("POST {path}"), &headers, body.to_owned())).await
}

/// What the form sends, untouched but for these fields.
fn form(changes: &[(&str, &str)]) -> Request<Body> {
    let blank = [
        ("room", ""),
        ("name", ""),
        ("affiliation", "member"),
        ("lifetime", "2h"),
        ("until", "2026-03-03T14:00"),
        ("repeat", "once"),
        ("at", ""),
        ("minutes", "60"),
        ("zone", ""),
        ("last_day", ""),
        ("start", ""),
        ("join_by", ""),
        ("seats", ""),
        ("max_occupants", ""),
    ];
    let fields = blank.map(|(name, value)| {
        let other = changes.iter().find(|(at, _)| *at == name);
        (name, other.map_or(value, |(_, to)| to))
    });
    let is_ticked = |(name, _): &&(&str, &str)| !blank.iter().any(|(known, _)| known == name);
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .extend_pairs(changes.iter().filter(is_ticked))
        .finish();
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("accept", "text/html,*/*;q=0.8"),
        ("origin", "http://localhost:8080"),
        ("sec-fetch-site", "same-origin"),
    ];
    request("POST /", &headers, body)
}
