//! The cookies: the session, a sign-in that waits for its code, and the mark of a browser in which somebody has signed
//! in before.

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderName, HeaderValue};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use room_token::Language;

use super::place::Place;
use crate::people::Secret;
use crate::people::provider::Ticket;

/// `__Host-` makes browsers insist on `Secure`, on `/` and on this very host (RFC 6265bis §4.1.3.2). They take
/// plain HTTP on loopback for secure.
///
/// The gate, which may be on the same host, has `__Host-roompass`.
const SESSION: &str = "__Host-roompass-session";
const HALF: &str = "__Host-roompass-sign-in";
const PROVIDER: &str = "__Host-roompass-provider";
const DEVICE: &str = "__Host-roompass-device";
/// Whose clocks somebody last meant; no secret.
const ZONE: &str = "__Host-roompass-zone";
const LANGUAGE: &str = "__Host-roompass-language";

/// In seconds: a year.
const DEVICE_LIFETIME: u32 = 365 * 24 * 3600;

/// The session that the browser says it has.
pub(crate) fn session(headers: &HeaderMap) -> Option<Secret> {
    read(headers, SESSION)
}

/// The sign-in that it says it is in the middle of.
pub(crate) fn half(headers: &HeaderMap) -> Option<Secret> {
    read(headers, HALF)
}

/// The sign-in elsewhere that it says it began, and where it wants to go then.
pub(crate) fn provider(headers: &HeaderMap) -> Option<(Ticket, String)> {
    let value = value(headers, PROVIDER)?;
    let (ticket, next) = value.split_once('.')?;
    let next = URL_SAFE_NO_PAD.decode(next).ok()?;
    let ticket = (ticket.len() == 43).then(|| Ticket::new(Secret::presented(ticket)))?;
    Some((ticket, String::from_utf8(next).ok()?))
}

/// The mark that it says it has.
pub(crate) fn device(headers: &HeaderMap) -> Option<Secret> {
    read(headers, DEVICE)
}

/// Whose clocks somebody last meant, if that is known.
pub(crate) fn place(headers: &HeaderMap) -> Option<Place> {
    Place::parse(value(headers, ZONE)?).ok()
}

/// The language that somebody chose.
pub(crate) fn language(headers: &HeaderMap) -> Option<Language> {
    Language::parse(value(headers, LANGUAGE)?)
}

/// To be answered in from now on; none, for the browser's.
pub(crate) fn keep_language(language: Option<Language>) -> (HeaderName, HeaderValue) {
    match language {
        Some(language) => set(
            LANGUAGE,
            language.tag(),
            &format!("; Max-Age={DEVICE_LIFETIME}"),
        ),
        None => set(LANGUAGE, "", "; Max-Age=0"),
    }
}

/// The one that is asked for, or else that.
///
/// # Errors
/// A half sentence for a person.
pub(crate) fn asked_place(typed: &str, headers: &HeaderMap) -> Result<Option<Place>, String> {
    match typed.trim() {
        "" => Ok(place(headers)),
        name => Place::parse(name).map(Some),
    }
}

/// To be meant the next time too. A name of a zone has no letter that means something in a cookie.
pub(crate) fn keep_place(place: &Place) -> (HeaderName, HeaderValue) {
    set(ZONE, place.name(), &format!("; Max-Age={DEVICE_LIFETIME}"))
}

fn read(headers: &HeaderMap, name: &str) -> Option<Secret> {
    let value = value(headers, name)?;
    (value.len() == 43).then(|| Secret::presented(value))
}

fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lists = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|list| list.to_str().ok());
    let mut pairs = lists.flat_map(|list| list.split(';')).map(str::trim);
    pairs.find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}

/// A session that ends with the browser, or earlier.
pub(crate) fn begin(secret: &Secret) -> (HeaderName, HeaderValue) {
    set(SESSION, secret.as_str(), "")
}

/// A sign-in in the middle.
pub(crate) fn begin_half(half: &Secret) -> (HeaderName, HeaderValue) {
    set(HALF, half.as_str(), "; Max-Age=300")
}

/// No more.
pub(crate) fn end_half() -> (HeaderName, HeaderValue) {
    set(HALF, "", "; Max-Age=0")
}

/// A sign-in elsewhere. An address of ours that is too long for a cookie is forgotten.
pub(crate) fn begin_provider(ticket: &Ticket, next: &str) -> (HeaderName, HeaderValue) {
    let next = if next.len() <= 2000 { next } else { "/" };
    let value = format!("{}.{}", ticket.as_str(), URL_SAFE_NO_PAD.encode(next));
    let more = format!("; Max-Age={}", Ticket::LIFETIME);
    set(PROVIDER, &value, &more)
}

/// No more.
pub(crate) fn end_provider() -> (HeaderName, HeaderValue) {
    set(PROVIDER, "", "; Max-Age=0")
}

/// The mark.
pub(crate) fn know(device: &Secret) -> (HeaderName, HeaderValue) {
    set(
        DEVICE,
        device.as_str(),
        &format!("; Max-Age={DEVICE_LIFETIME}"),
    )
}

/// No session any more.
pub(crate) fn end() -> (HeaderName, HeaderValue) {
    set(SESSION, "", "; Max-Age=0")
}

/// `Lax`: a link in a mail finds its reader signed in; a form of another site does not (and is refused besides).
fn set(name: &str, value: &str, more: &str) -> (HeaderName, HeaderValue) {
    let text = format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax{more}");
    let value = HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""));
    (SET_COOKIE, value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gate_on_the_same_host_is_left_its_own() {
        for name in [SESSION, HALF, PROVIDER, DEVICE, ZONE, LANGUAGE] {
            assert!(name.starts_with("__Host-roompass-"), "{name}");
        }
    }

    #[test]
    fn a_cookie_is_found_among_others_and_read_as_it_was_set() {
        let secret = Secret::new([7; 32]);
        let (_, set) = begin(&secret);
        let pair = set.to_str().unwrap().split(';').next().unwrap().to_owned();
        let mut headers = HeaderMap::new();
        let other = "x=1; __Host-roompass-device=short";
        headers.insert(COOKIE, format!("{other}; {pair}").parse().unwrap());
        assert_eq!(session(&headers).unwrap().as_str(), secret.as_str());
        assert!(device(&headers).is_none(), "too short to be one");
        for word in ["; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/"] {
            assert!(set.to_str().unwrap().contains(word), "{word}");
        }
    }
}
