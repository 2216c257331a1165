//! Who may ask, how much, for how long; and what every answer carries.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use room_token::KeySet;

use super::*;

#[tokio::test]
async fn every_answer_has_the_headers() {
    for (asked, status) in [
        (request("GET /", &[], ""), 200),
        (form(&[("room", "sync")]), 200),
        (form(&[]), 422),
        (request("GET /healthz", &[], ""), 200),
        (request("GET /.well-known/jwks.json", &[], ""), 200),
        (
            request("GET /.well-known/jwks.json", &[("if-none-match", "*")], ""),
            304,
        ),
        (request("GET /assets/roompass.css", &[], ""), 200),
        (request("GET /nothing", &[], ""), 404),
        (request("GET /nothing", &[("accept", "text/html")], ""), 404),
        (request("PUT /", &[], ""), 405),
        (request("POST /api/v1/links", &[], ""), 415),
        (request("GET /", &[("host", "example.org")], ""), 403),
    ] {
        let what = format!("{} {}", asked.method(), asked.uri());
        let answer = send(asked).await;
        assert_eq!(answer.status.as_u16(), status, "{what}");
        let policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
                      form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
        for (name, value) in [
            ("content-security-policy", policy),
            ("referrer-policy", "no-referrer"),
            ("x-content-type-options", "nosniff"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), value, "{what}");
        }
        let is_public = what.contains("/.well-known/") || what.contains("/assets/");
        assert_eq!(
            answer.header("cache-control") == "no-store",
            !is_public,
            "{what}"
        );
    }
}

#[tokio::test]
async fn the_key_set_may_be_kept() {
    let answer = get("/.well-known/jwks.json").await;
    assert_eq!(answer.header("content-type"), "application/jwk-set+json");
    assert_eq!(
        answer.header("cache-control"),
        "public, max-age=300, stale-if-error=86400"
    );
    let expected = KeySet::of([&key()]).unwrap().issued_by("roompass");
    assert_eq!(KeySet::parse(&answer.body), Ok(expected));
    let known = [("if-none-match", answer.header("etag"))];
    let again = send(request("GET /.well-known/jwks.json", &known, "")).await;
    assert_eq!(
        (again.status, again.body.len()),
        (StatusCode::NOT_MODIFIED, 0)
    );
    assert_eq!(again.header("etag"), answer.header("etag"));
    assert_eq!(get("/healthz").await.text(), r#"{"status":"ok"}"#);
}

#[tokio::test]
async fn without_an_admin_token_only_this_machine_may_ask() {
    for (host, status) in [
        ("localhost", 200),
        ("127.0.0.1:8080", 200),
        ("[::1]:8080", 200),
        ("roompass.example.org", 403),
        ("192.0.2.7:8080", 403),
        ("", 403),
    ] {
        let answer = send(request("GET /", &[("host", host)], "")).await;
        assert_eq!(answer.status.as_u16(), status, "{host}");
    }
    let twice = [("host", "localhost"), ("host", "example.org")];
    assert_eq!(
        send(request("GET /", &twice, "")).await.code(),
        "foreign-host"
    );
    let absolute = "GET http://example.org/";
    assert_eq!(
        send(request(absolute, &[], "")).await.code(),
        "foreign-host"
    );
    let none = Request::get("/").body(Body::empty()).unwrap();
    assert_eq!(send(none).await.code(), "foreign-host");
}

#[tokio::test]
async fn with_an_admin_token_who_knows_it_may_issue() {
    let basic = |pair: &str| format!("Basic {}", STANDARD.encode(pair));
    let wrong = ADMIN_TOKEN.replace('0', "1");
    for (authorization, status) in [
        (format!("Bearer {ADMIN_TOKEN}"), 200),
        (format!("bearer {ADMIN_TOKEN}"), 200),
        (basic(&format!("ada:{ADMIN_TOKEN}")), 200),
        (basic(&format!(":{ADMIN_TOKEN}")), 200),
        (format!("Bearer {wrong}"), 401),
        ("Bearer ".to_owned(), 401),
        (ADMIN_TOKEN.to_owned(), 401),
        (format!("Digest {ADMIN_TOKEN}"), 401),
        (basic(&format!("{ADMIN_TOKEN}:")), 401),
        ("Basic !".to_owned(), 401),
    ] {
        let guarded = router(app(key(), Some(ADMIN_TOKEN)));
        let headers = [
            ("authorization", authorization.as_str()),
            ("host", "issuer.example.org"),
        ];
        let answer = ask(guarded, request("GET /", &headers, "")).await;
        assert_eq!(answer.status.as_u16(), status, "{authorization}");
    }
}

#[tokio::test]
async fn with_an_admin_token_only_the_public_stays_open() {
    for (line, status) in [
        ("GET /healthz", 200),
        ("GET /.well-known/jwks.json", 200),
        ("GET /assets/roompass.css", 200),
        ("GET /", 401),
        ("POST /", 401),
        ("POST /api/v1/links", 401),
        ("POST /api/v1/explain", 401),
        ("GET /api/v1/deny-reasons", 401),
        ("GET /nothing", 401),
        ("GET /assets/../", 404),
        ("GET //healthz", 401),
    ] {
        let guarded = router(app(key(), Some(ADMIN_TOKEN)));
        let answer = ask(
            guarded,
            request(line, &[("host", "issuer.example.org")], ""),
        )
        .await;
        assert_eq!(answer.status.as_u16(), status, "{line}");
        if status == 401 {
            assert_eq!(answer.code(), "unauthorized");
            let ways: Vec<_> = answer.headers.get_all("www-authenticate").iter().collect();
            assert!(ways[0].to_str().unwrap().starts_with("Basic realm=") && ways.len() == 2);
        }
    }
}

#[tokio::test]
async fn another_site_cannot_send_the_form() {
    for headers in [
        [
            ("origin", "https://evil.example"),
            ("sec-fetch-site", "cross-site"),
        ],
        [
            ("origin", "http://localhost:9999"),
            ("sec-fetch-site", "same-site"),
        ],
        [("origin", "null"), ("accept", "*/*")],
    ] {
        for path in ["/", "/api/v1/links", "/api/v1/explain"] {
            let answer = send(request(&format!("POST {path}"), &headers, "room=sync")).await;
            assert_eq!(
                (answer.status, answer.code().as_str()),
                (StatusCode::FORBIDDEN, "cross-site")
            );
        }
    }
}

#[tokio::test]
async fn a_large_body_is_refused() {
    let padding = "a".repeat(MAX_BODY_BYTES);
    let json = post_json("/api/v1/links", &format!(r#"{{"room":"{padding}"}}"#)).await;
    assert_eq!(
        (json.status, json.code().as_str()),
        (StatusCode::PAYLOAD_TOO_LARGE, "too-large")
    );
    let page = send(form(&[("room", &padding)])).await;
    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(page.text().contains("The request is too large"));
}

#[tokio::test]
async fn a_body_that_is_no_form_is_a_problem() {
    let headers = [("content-type", "application/json")];
    let answer = send(request("POST /", &headers, "{}")).await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type")
    );
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let answer = send(request("POST /", &headers, "room=a&room=b")).await;
    assert_eq!(answer.code(), "unreadable");
}

fn with_route(path: &str, route: axum::routing::MethodRouter<Arc<App>>) -> Router {
    let app = Arc::new(app(key(), None));
    guarded(Router::new().route(path, route), &app).with_state(app)
}

#[tokio::test(start_paused = true)]
async fn a_slow_request_ends() {
    let router = with_route("/slow", axum::routing::get(std::future::pending::<()>));
    let began = tokio::time::Instant::now();
    let answer = ask(router, request("GET /slow", &[], "")).await;
    assert_eq!(began.elapsed().as_secs(), 10);
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (StatusCode::REQUEST_TIMEOUT, "timeout")
    );
}

#[tokio::test]
async fn a_panic_is_a_500_that_tells_nothing() {
    async fn fails() {
        panic!("secret");
    }
    let answer = ask(
        with_route("/fails", axum::routing::get(fails)),
        request("GET /fails", &[], ""),
    )
    .await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (StatusCode::INTERNAL_SERVER_ERROR, "internal")
    );
    assert!(!answer.text().contains("secret"));
    assert_eq!(answer.header("referrer-policy"), "no-referrer");
}
