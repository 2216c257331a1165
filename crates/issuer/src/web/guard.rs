//! Who may ask at all.
//!
//! With accounts: who is signed in. With an admin token: who knows it. Without either: this machine, under its own names, so that a web site whose
//! name was pointed at 127.0.0.1 (DNS rebinding) gets nothing.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, HOST, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use zeroize::Zeroizing;

use super::problem::Problem;
use super::{App, cookie, present};
use crate::AdminToken;
use crate::people::{Actor, Secret, api_keys, sessions};

pub(crate) async fn guard(
    State(app): State<Arc<App>>,
    mut request: Request,
    next: Next,
) -> Response {
    let (head, body) = request.into_parts();
    let identified = identify(&app, &head).await;
    request = Request::from_parts(head, body);
    match identified {
        Ok(Some(actor)) => {
            request.extensions_mut().insert(actor);
            next.run(request).await
        }
        Ok(None) => next.run(request).await,
        Err(refusal) => refusal,
    }
}

/// Who asks; nobody in particular, where anybody may.
async fn identify(app: &App, asked: &Parts) -> Result<Option<Actor>, Response> {
    let (path, headers) = (asked.uri.path(), &asked.headers);
    let knows_token = app
        .admin_token
        .as_ref()
        .is_some_and(|token| knows(headers, token));
    if knows_token {
        return Ok(Some(Actor::unbounded(ADMIN_TOKEN)));
    }
    if app.door.is_some()
        && is_for_programs(path)
        && let Some(key) = api_key(headers)
    {
        return with_key(app, &key).await.map(Some);
    }
    if app.door.is_some() {
        return if is_open(path) || is_before_signing_in(path) {
            Ok(None)
        } else {
            Ok(Some(signed_in(app, asked).await?))
        };
    }
    match &app.admin_token {
        Some(_) if is_open(path) => Ok(None),
        Some(_) => Err(who_are_you()),
        None if is_for_this_machine(asked) => Ok(Some(Actor::unbounded(THIS_MACHINE))),
        None => Err(Problem::foreign_host().into_response()),
    }
}

/// A program, by its key. Pages are for people: a key that leaks must not make itself an account.
async fn with_key(app: &App, key: &Secret) -> Result<Actor, Response> {
    let found = match &app.ledger {
        Some(ledger) => api_keys::actor(ledger.pool(), key, (app.now)()).await,
        None => Ok(None),
    };
    let found = found.map_err(|error| Problem::from(error).into_response())?;
    let way = AppendHeaders([(
        WWW_AUTHENTICATE,
        r#"Bearer realm="Roompass", error="invalid_token""#,
    )]);
    found.ok_or_else(|| (way, Problem::bad_api_key()).into_response())
}

fn is_for_programs(path: &str) -> bool {
    path.starts_with("/api/") && !is_open(path)
}

fn api_key(headers: &HeaderMap) -> Option<Secret> {
    let (scheme, key) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let is_key = scheme.eq_ignore_ascii_case("bearer") && key.trim().starts_with(Secret::API_KEY);
    is_key.then(|| Secret::presented(key.trim()))
}

/// Who has a session. A browser that has none is sent to get one.
async fn signed_in(app: &App, asked: &Parts) -> Result<Actor, Response> {
    let found = match (cookie::session(&asked.headers), &app.ledger) {
        (Some(session), Some(ledger)) => {
            let found = sessions::actor(ledger.pool(), &session, (app.now)()).await;
            found.map_err(|error| Problem::from(error).into_response())?
        }
        (None, _) | (_, None) => None,
    };
    found.ok_or_else(|| sign_in_first(app, asked))
}

fn sign_in_first(app: &App, asked: &Parts) -> Response {
    let path = asked.uri.path();
    let wants_page = asked.method == Method::GET && present::is_for_a_person(path, &asked.headers);
    if !wants_page {
        let way = AppendHeaders([(WWW_AUTHENTICATE, r#"Bearer realm="Roompass""#)]);
        return (way, Problem::sign_in()).into_response();
    }
    let wanted = asked
        .uri
        .path_and_query()
        .map_or("/", |wanted| wanted.as_str());
    let next = utf8_percent_encode(wanted, NON_ALPHANUMERIC);
    Redirect::to(&app.link(&format!("/sign-in?next={next}"))).into_response()
}

fn is_before_signing_in(path: &str) -> bool {
    matches!(
        path,
        "/sign-in"
            | "/sign-in/code"
            | "/sign-in/provider"
            | "/sign-in/provider/answer"
            | "/language"
    ) || path.starts_with("/invitation/")
}

/// How the ledger calls whoever has no name.
const ADMIN_TOKEN: &str = "admin token";
const THIS_MACHINE: &str = "this machine";

/// What needs no token: nothing in it is secret, and verifiers and monitors have none; or it asks for a credential of its
/// own, an owner's link or a monitor's token.
fn is_open(path: &str) -> bool {
    matches!(
        path,
        "/healthz" | "/metrics" | "/api/v1/derive" | "/api/v1/openapi.json"
    ) || path.starts_with("/.well-known/")
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

/// Whether somebody sends this token.
pub(super) fn knows(headers: &HeaderMap, token: &AdminToken) -> bool {
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
fn is_for_this_machine(asked: &Parts) -> bool {
    let mut hosts = asked.headers.get_all(HOST).iter().peekable();
    hosts.peek().is_some()
        && hosts.all(|host| {
            host.to_str()
                .ok()
                .and_then(|host| host.parse::<Authority>().ok())
                .is_some_and(|authority| is_loopback(&authority))
        })
        && asked.uri.authority().is_none_or(is_loopback)
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
