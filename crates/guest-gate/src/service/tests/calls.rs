//! What people and Jitsi's client ask for from inside a call.

use axum::http::Method;
use axum::http::header::SET_COOKIE;

use super::*;
use crate::{Asking, GuestWish, InviteError, Invited};

/// An issuer that signs what has no name of Mallory's.
#[derive(Debug)]
pub(super) struct Desk;

impl Inviter for Desk {
    fn invite(&self, wish: GuestWish) -> Asking<'_> {
        Box::pin(async move {
            match wish.name.as_deref() {
                Some("Mallory") => Err(InviteError::Refused {
                    code: "invalid-value".to_owned(),
                    field: "name".to_owned(),
                }),
                Some("nobody") => Err(InviteError::Away),
                Some(_) | None => Ok(Invited {
                    link: if wish.link.contains('#') {
                        "https://meet.example.org/sync#jwt=%22new.guests.token%22".to_owned()
                    } else {
                        "https://meet.example.org/sync?jwt=new.guests.token".to_owned()
                    },
                    expires_at: "2026-01-01T02:00:00Z".to_owned(),
                }),
            }
        })
    }
}

pub(super) fn post(path: &str, headers: &[(&str, &str)], body: &str) -> Request<Body> {
    let mut request = Request::builder().method(Method::POST).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::from(body.to_owned())).unwrap()
}

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

pub(super) fn cookie(tokens: &str) -> String {
    format!("__Host-roompass={tokens}")
}

fn owner() -> String {
    token_of("sync", Affiliation::Owner, 0, 7200)
}

const INVITE: &str = "/roompass/gate/invite/sync";

#[tokio::test]
async fn an_owner_makes_a_guests_link_which_is_shown_once() {
    let cookie = cookie(&owner());
    let form = ask(get_(
        INVITE,
        &[("cookie", &cookie), ("accept-language", "fr")],
    ))
    .await;
    assert_eq!(form.status, StatusCode::OK);
    assert!(form.text.contains("Inviter quelqu’un"), "{}", form.text);
    assert!(!form.text.contains("eyJ"), "{}", form.text);
    // Without an origin, browsers that send no `Sec-Fetch-Site` could not be told from others.
    assert_eq!(form.header("referrer-policy"), "same-origin");
    let headers = [
        ("cookie", cookie.as_str()),
        FORM,
        ("sec-fetch-site", "same-origin"),
    ];
    let made = ask(post(INVITE, &headers, "name=Bob&lifetime=3600&seats=2")).await;
    assert_eq!(made.status, StatusCode::CREATED);
    assert!(
        made.text
            .contains("https://meet.example.org/sync?jwt=new.guests.token")
    );
    assert!(made.text.contains("2026-01-01 02:00 UTC"), "{}", made.text);
    assert_eq!(made.header("cache-control"), "no-store");
    assert_eq!(made.header("referrer-policy"), "no-referrer");
    let kept = format!("*{}", owner());
    let in_fragment = self::cookie(&kept);
    let headers = [("cookie", in_fragment.as_str()), FORM];
    let made = ask(post(INVITE, &headers, "")).await;
    let link = "https://meet.example.org/sync#jwt=%22new.guests.token%22";
    assert!(made.text.contains(link), "{}", made.text);
}

#[tokio::test]
async fn nobody_invites_in_an_owners_name() {
    let owner = cookie(&owner());
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
    ] {
        let headers = [
            ("cookie", owner.as_str()),
            FORM,
            ("host", "meet.example.org"),
            (name, value),
        ];
        let refused = ask(post(INVITE, &headers, "")).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{name}: {value}");
        assert!(!refused.text.contains("new.guests.token"));
    }
    let guest = cookie(&token("sync", 0, 7200));
    for (cookie, path, code) in [
        (guest.as_str(), INVITE, "not-owner"),
        ("", INVITE, "token-missing"),
        (&owner, "/roompass/gate/invite/board", "token-missing"),
        (&owner, "/roompass/gate/invite/acme/sync", "token-missing"),
    ] {
        let headers = [("cookie", cookie), FORM];
        for request in [get_(path, &headers), post(path, &headers, "")] {
            let refused = ask(request).await;
            let seen = (refused.status, refused.header("roompass-code"));
            assert_eq!(seen, (StatusCode::FORBIDDEN, code), "{path}");
        }
    }
    for path in [
        "/roompass/gate/invite/https://evil.example/x",
        "/roompass/gate/invite/a/b/c",
    ] {
        let lost = ask(get_(path, &[("cookie", &owner)])).await;
        assert_eq!(lost.header("location"), "/", "{path}");
    }
}

#[tokio::test]
async fn what_cannot_be_made_is_said_in_the_readers_language() {
    let cookie = cookie(&owner());
    for (body, status, words) in [
        (
            "name=Mallory",
            StatusCode::UNPROCESSABLE_ENTITY,
            "Dieser Name geht nicht.",
        ),
        (
            "seats=many",
            StatusCode::UNPROCESSABLE_ENTITY,
            "keine Zahl von Plätzen",
        ),
        (
            "name=nobody",
            StatusCode::SERVICE_UNAVAILABLE,
            "Im Moment lässt sich kein Link",
        ),
    ] {
        let headers = [("cookie", cookie.as_str()), FORM, ("accept-language", "de")];
        let page = ask(post(INVITE, &headers, body)).await;
        assert_eq!(page.status, status, "{body}");
        assert!(page.text.contains(words), "{}", page.text);
    }
}

/// `{"room":"sync"}`, percent-encoded.
const STATE: &str =
    "state=%7B%22room%22%3A%22sync%22%2C%22config.prejoinConfig.enabled%22%3Afalse%7D";

#[tokio::test]
async fn who_has_a_good_link_goes_back_into_the_call() {
    let good = token("sync", 0, 7200);
    let cookie = cookie(&good);
    let path = format!("/roompass/gate/renew?{STATE}");
    let back = ask(get_(&path, &[("cookie", &cookie)])).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER);
    let to = format!("/sync?jwt={good}#config.prejoinConfig.enabled=false");
    assert_eq!(back.header("location"), to);
    let inline = format!("{path}&nonce=5f");
    let page = ask(get_(&inline, &[("cookie", &cookie)])).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.text.contains(&format!("data-token=\"{good}\"")),
        "{}",
        page.text
    );
    assert_eq!(page.header("cross-origin-opener-policy"), "unsafe-none");
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(
        page.header("content-security-policy")
            .contains("frame-ancestors 'none'")
    );
}

#[tokio::test]
async fn who_has_none_reads_why_and_a_newer_one_leads_back() {
    let path = format!("/roompass/gate/renew?{STATE}&nonce=5f");
    let page = ask(get_(&path, &[])).await;
    assert_eq!(page.header("roompass-code"), "token-missing");
    assert!(
        page.text.contains("name=\"renewing\" value=\"state="),
        "{}",
        page.text
    );
    let good = token("sync", 0, 7200);
    let renewing = format!("{STATE}&nonce=5f")
        .replace('%', "%25")
        .replace('&', "%26");
    let paste = |link: &str| {
        let body = format!("from=%2Fsync&renewing={renewing}&link={link}");
        post("/roompass/gate/open", &[FORM], &body)
    };
    let renewed = ask(paste(&format!(
        "https%3A%2F%2Fm.example%2Fsync%3Fjwt%3D{good}"
    )))
    .await;
    assert!(
        renewed.text.contains(&format!("data-token=\"{good}\"")),
        "{}",
        renewed.text
    );
    assert!(renewed.headers.contains_key(SET_COOKIE));
    // One for another room, or a dead one, is none to hand on.
    for link in [
        format!("https%3A%2F%2Fm.example%2Fboard%3Fjwt%3D{good}"),
        "m.example%2Fsync%3Fjwt%3Da.b.c".to_owned(),
    ] {
        assert_eq!(
            ask(paste(&link)).await.status,
            StatusCode::SEE_OTHER,
            "{link}"
        );
    }
    let typed = ask(paste("hello")).await;
    assert!(
        typed.text.contains("This is no invitation link."),
        "{}",
        typed.text
    );
    for path in [
        "/roompass/gate/renew",
        "/roompass/gate/renew?state=%7B%22room%22%3A%22..%22%7D",
    ] {
        assert_eq!(ask(get_(path, &[])).await.header("location"), "/", "{path}");
    }
}

#[tokio::test]
async fn the_token_of_a_fragment_comes_in_a_body() {
    let enter = |link: &str, site: &str| {
        let body = format!("link=https%3A%2F%2Fm.example%2Fsync%23jwt%3D%2522{link}%2522");
        post(
            "/roompass/gate/fragment",
            &[FORM, ("sec-fetch-site", site)],
            &body,
        )
    };
    let good = token("sync", 0, 7200);
    let passed = ask(enter(&good, "same-origin")).await;
    assert_eq!(passed.status, StatusCode::NO_CONTENT);
    let set: Vec<_> = passed.headers.get_all(SET_COOKIE).iter().collect();
    let set = format!("{set:?}");
    assert!(set.contains(&format!("__Host-roompass=*{good};")), "{set}");
    assert!(set.contains("__Host-roompass-fragment=1;"), "{set}");
    let elsewhere = ask(enter(&good, "cross-site")).await;
    assert_eq!(elsewhere.status, StatusCode::FORBIDDEN);
    assert!(!elsewhere.headers.contains_key(SET_COOKIE));
    let early = ask(enter(&token("sync", 3600, 7200), "same-origin")).await;
    assert_eq!(early.header("roompass-code"), "too-early");
    assert!(early.text.contains("data-looked-at"), "{}", early.text);
}
