use axum::body::{Body, to_bytes};
use axum::http::Request;
use room_token::{
    Affiliation, Deployment, Grant, KeySet, Person, RoomName, SigningKey, TokenId, Validity,
    Verifier,
};
use tower::ServiceExt;

use super::*;

mod calls;
mod servers;

const NOW: u64 = 1_767_225_600;

fn now() -> Timestamp {
    Timestamp::from_secs(NOW).unwrap()
}

fn token(room: &str, from: u64, to: u64) -> String {
    token_of(room, Affiliation::Member, from, to)
}

fn token_of(room: &str, affiliation: Affiliation, from: u64, to: u64) -> String {
    let key = SigningKey::from_seed(&[7; 32]);
    let room = RoomName::parse(room).unwrap();
    let grant = Grant::new(room, Person::anonymous(affiliation));
    let at = |offset| now().plus(offset);
    let validity = Validity::new(now(), Some(at(from)), at(to)).unwrap();
    let token = key.issue(
        &Deployment::default(),
        &grant,
        &validity,
        &TokenId::from_bytes([1; 8]),
    );
    token.unwrap().as_str().to_owned()
}

fn gate(key_set: Option<KeySet>) -> Router {
    router(settings(key_set))
}

fn settings(key_set: Option<KeySet>) -> Settings {
    let verifier = key_set.map(|set| Verifier::new(set, Deployment::default()).unwrap());
    let (_sender, gate) = watch::channel(Arc::new(Gate {
        verifier,
        open_rooms: Vec::new(),
    }));
    let (_sender, is_reachable) = watch::channel(true);
    Settings {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        gate,
        contact: "+49 30 123 <office>".to_owned(),
        conferences: Some(Conferences::at("conference.meet.example.org").unwrap()),
        inviter: Some(Arc::new(calls::Desk)),
        is_reachable,
        now,
    }
}

struct Answer {
    status: StatusCode,
    headers: axum::http::HeaderMap,
    text: String,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).map(|value| value.to_str().unwrap());
        value.unwrap_or_default()
    }
}

async fn ask(request: Request<Body>) -> Answer {
    ask_at(gate(Some(keys())), request).await
}

fn keys() -> KeySet {
    KeySet::of([&SigningKey::from_seed(&[7; 32])]).unwrap()
}

async fn ask_at(gate: Router, request: Request<Body>) -> Answer {
    let response = gate.oneshot(request).await.unwrap();
    let (head, body) = response.into_parts();
    let bytes = to_bytes(body, 100_000).await.unwrap();
    Answer {
        status: head.status,
        headers: head.headers,
        text: String::from_utf8(bytes.to_vec()).unwrap(),
    }
}

fn get_(path: &str, headers: &[(&str, &str)]) -> Request<Body> {
    let mut request = Request::builder().uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::empty()).unwrap()
}

#[tokio::test]
async fn nginx_hears_yes_or_no_and_why() {
    let good = token("sync", 0, 7200);
    let full = format!("/sync?jwt={good}");
    let yes = ask(get_("/roompass/auth", &[("x-original-uri", &full)])).await;
    assert_eq!(yes.status, StatusCode::NO_CONTENT);
    assert!(yes.header("set-cookie").starts_with("__Host-roompass="));
    let cookie = format!("a=b; __Host-roompass={good}");
    for (uri, cookie, code) in [
        ("/sync", "", "token-missing"),
        ("/sync", cookie.as_str(), "return"),
        ("/board", cookie.as_str(), "token-missing"),
        ("/sync?jwt=a.b.c", cookie.as_str(), "malformed"),
    ] {
        let headers = [("x-original-uri", uri), ("cookie", cookie)];
        let no = ask(get_("/roompass/auth", &headers)).await;
        assert_eq!(
            (no.status, no.header("roompass-code")),
            (StatusCode::UNAUTHORIZED, code)
        );
        assert_eq!(no.header("set-cookie"), "");
    }
    for uri in ["/", "", "//evil.example/a/b", "/a/b/c"] {
        let other = ask(get_("/roompass/auth", &[("x-original-uri", uri)])).await;
        assert_eq!(other.status, StatusCode::NO_CONTENT, "{uri}");
    }
}

#[tokio::test]
async fn the_page_says_why_in_the_readers_language_and_shows_no_token() {
    let early = token("Überraum", 3600, 7200);
    let uri = format!("/%C3%9Cberraum?jwt={early}");
    for (accepts, words) in [
        ("de-AT, en;q=0.5", "Etwas zu früh"),
        ("fr", "Un peu trop tôt"),
        ("es", "Un poco pronto"),
        ("ja", "A little early"),
    ] {
        let headers = [
            ("x-original-uri", uri.as_str()),
            ("accept-language", accepts),
            ("x-request-id", "5f2a"),
        ];
        let page = ask(get_("/roompass/gate/page", &headers)).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        assert_eq!(page.header("roompass-code"), "too-early");
        assert_eq!(page.header("cache-control"), "no-store");
        assert!(page.text.contains(words) && page.text.contains("<bdi>überraum</bdi>"));
        assert!(page.text.contains("2026-01-01 01:00 UTC"), "{}", page.text);
        assert!(
            page.text
                .contains("<code>too-early</code> <code>5f2a</code>")
        );
        assert!(!page.text.contains("eyJ"), "{}", page.text);
        assert!(
            page.text.contains("+49 30 123 &#60;office&#62;"),
            "{}",
            page.text
        );
        assert!(page.text.len() < 30_000);
    }
}

#[tokio::test]
async fn a_bare_reload_is_sent_to_the_full_link() {
    let good = token("sync", 0, 7200);
    let cookie = format!("__Host-roompass={good}");
    let headers = [("x-original-uri", "/Sync"), ("cookie", &cookie)];
    let back = ask(get_("/roompass/gate/page", &headers)).await;
    assert_eq!(back.status, StatusCode::FOUND);
    assert_eq!(back.header("location"), format!("/sync?jwt={good}"));
    assert_eq!(back.header("cache-control"), "no-store");
}

#[tokio::test]
async fn a_link_for_another_room_shows_the_way_there() {
    let good = token("sync", 0, 7200);
    let uri = format!("/board?jwt={good}");
    let page = ask(get_("/roompass/gate/page", &[("x-original-uri", &uri)])).await;
    assert!(
        page.text.contains(&format!("href=\"/sync?jwt={good}\"")),
        "{}",
        page.text
    );
}

#[tokio::test]
async fn a_pasted_link_stays_on_this_host() {
    let paste = |body: &str| {
        let body = Body::from(body.to_owned());
        Request::post("/roompass/gate/open")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
            .unwrap()
    };
    let to = ask(paste(
        "from=%2Fsync&link=https%3A%2F%2Fevil.example%2Fsync%3Fjwt%3Da.b.c",
    ))
    .await;
    assert_eq!(
        (to.status, to.header("location")),
        (StatusCode::SEE_OTHER, "/sync?jwt=a.b.c")
    );
    let split = "link=https%3A%2F%2Fa%2Fx%3Fjwt%3Da%250d%250aSet-Cookie%3Ax";
    let to = ask(paste(split)).await;
    assert_eq!(to.header("location"), "/x?jwt=a%0D%0ASet-Cookie%3Ax");
    assert_eq!(to.header("set-cookie"), "");
    let wrong = ask(paste("from=%2Fsync&link=hello")).await;
    assert_eq!(wrong.status, StatusCode::FORBIDDEN);
    assert!(
        wrong.text.contains("This is no invitation link."),
        "{}",
        wrong.text
    );
    for from in [
        "%2F%2Fevil.example%2Fa%2Fb",
        "https%3A%2F%2Fevil.example",
        "%2F%5Cevil.example%2Fa%2Fb",
    ] {
        let lost = ask(paste(&format!("from={from}&link=hello"))).await;
        assert_eq!(lost.header("location"), "/", "{from}");
    }
}

#[tokio::test]
async fn without_a_key_set_it_says_that_nothing_can_be_checked() {
    let page = ask_at(
        gate(None),
        get_("/roompass/gate/page", &[("x-original-uri", "/sync")]),
    )
    .await;
    assert_eq!(page.header("roompass-code"), "verifier-unavailable");
    assert!(page.text.contains("Try again"), "{}", page.text);
    let health = ask_at(gate(None), get_("/healthz", &[])).await;
    assert_eq!(health.status, StatusCode::SERVICE_UNAVAILABLE);
}
