//! Who may ask at all.
//!
//! With an admin token: who knows it. Without one: this machine, under its own names, so that a web site whose
//! name was pointed at 127.0.0.1 (DNS rebinding) gets nothing.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, HOST, WWW_AUTHENTICATE};
use axum::http::uri::Authority;
use axum::middleware::Next;
use axum::response::{AppendHeaders, IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::App;
use super::problem::Problem;
use crate::AdminToken;

pub(crate) async fn guard(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let refusal = match &app.admin_token {
        None if !is_for_this_machine(&request) => Some(Problem::foreign_host().into_response()),
        Some(token) if !is_open(request.uri().path()) && !knows(request.headers(), token) => {
            Some(who_are_you())
        }
        None | Some(_) => None,
    };
    match refusal {
        Some(refusal) => refusal,
        None => next.run(request).await,
    }
}

/// What needs no token: nothing in it is secret, and verifiers and monitors have none; or the request brings a
/// credential of its own, an owner's link.
fn is_open(path: &str) -> bool {
    matches!(path, "/healthz" | "/api/v1/derive")
        || path.starts_with("/.well-known/")
        || path.starts_with("/assets/")
}

fn who_are_you() -> Response {
    let ways = AppendHeaders([
        (
            WWW_AUTHENTICATE,
            r#"Basic realm="Roompass", charset="UTF-8""#,
        ),
        (WWW_AUTHENTICATE, r#"Bearer realm="Roompass""#),
    ]);
    (ways, Problem::unauthorized()).into_response()
}

fn knows(headers: &HeaderMap, token: &AdminToken) -> bool {
    let Some(header) = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
    else {
        return false;
    };
    let Some((scheme, rest)) = header.split_once(' ') else {
        return false;
    };
    let credentials = rest.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return token.is(credentials.as_bytes());
    }
    scheme.eq_ignore_ascii_case("basic")
        && password(credentials).is_some_and(|password| token.is(&password))
}

/// RFC 7617: `user:password`, in base64. Any user will do.
fn password(credentials: &str) -> Option<Zeroizing<Vec<u8>>> {
    let pair = Zeroizing::new(STANDARD.decode(credentials).ok()?);
    let colon = pair.iter().position(|byte| *byte == b':')?;
    pair.get(colon + 1..)
        .map(|password| Zeroizing::new(password.to_vec()))
}

/// Both the `Host` header and the request's own authority, where it has one, must name the loopback.
fn is_for_this_machine(request: &Request) -> bool {
    let mut hosts = request.headers().get_all(HOST).iter().peekable();
    hosts.peek().is_some()
        && hosts.all(|host| {
            host.to_str()
                .ok()
                .and_then(|host| host.parse::<Authority>().ok())
                .is_some_and(|authority| is_loopback(&authority))
        })
        && request.uri().authority().is_none_or(is_loopback)
}

fn is_loopback(authority: &Authority) -> bool {
    let host = authority.host();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    !authority.as_str().contains('@')
        && (host.eq_ignore_ascii_case("localhost")
            || address
                .parse::<IpAddr>()
                .is_ok_and(|address| address.is_loopback()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_has_few_names() {
        for (authority, expected) in [
            ("localhost", true),
            ("LocalHost:8080", true),
            ("127.0.0.1", true),
            ("127.0.0.1:8080", true),
            ("[::1]", true),
            ("[::1]:8080", true),
            ("example.org", false),
            ("localhost.example.org", false),
            ("127.0.0.1.example.org", false),
            ("localhost@example.org", false),
            ("example.org@localhost", false),
            ("0.0.0.0", false),
            ("192.168.1.1", false),
            ("[::]", false),
        ] {
            let parsed: Authority = authority.parse().unwrap();
            assert_eq!(is_loopback(&parsed), expected, "{authority}");
        }
    }

    #[test]
    fn a_password_is_what_follows_the_first_colon() {
        for (credentials, expected) in [
            ("YWRhOnNlY3JldA==", Some(b"secret".to_vec())),
            ("OnNlOmNyZXQ=", Some(b"se:cret".to_vec())),
            ("YWRh", None),
            ("!", None),
        ] {
            let found = password(credentials).map(|password| password.to_vec());
            assert_eq!(found, expected, "{credentials}");
        }
    }
}
