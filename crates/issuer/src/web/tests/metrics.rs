//! `/metrics`, who may read it, and what a log says: numbers and patterns, nothing of people.

use std::net::SocketAddr;
use std::sync::Mutex;

use axum::extract::ConnectInfo;

use super::ledger::recording;
use super::people::service;
use super::*;
use crate::Event;

const METRICS_TOKEN: &str = "fedcba9876543210fedcba9876543210";

fn from(peer: &str, headers: &[(&str, &str)]) -> Request<Body> {
    let mut asked = request("GET /metrics", headers, "");
    let peer: SocketAddr = format!("{peer}:4711").parse().unwrap();
    asked.extensions_mut().insert(ConnectInfo(peer));
    asked
}

#[tokio::test]
async fn a_monitor_on_this_machine_may_ask_and_a_proxy_may_not() {
    let status = |peer: &'static str, headers: &'static [(&str, &str)]| async move {
        send(from(peer, headers)).await.status.as_u16()
    };
    assert_eq!(status("127.0.0.1", &[]).await, 200);
    assert_eq!(status("[::1]", &[]).await, 200);
    assert_eq!(status("[::ffff:127.0.0.1]", &[]).await, 200);
    assert_eq!(status("192.0.2.7", &[]).await, 403);
    for header in ["x-forwarded-for", "x-real-ip", "forwarded", "via"] {
        let answer = send(from("127.0.0.1", &[(header, "192.0.2.7")])).await;
        assert_eq!(answer.code(), "metrics-closed", "{header}");
    }
    let unknown = send(request("GET /metrics", &[], "")).await;
    assert_eq!(unknown.code(), "metrics-closed");
}

#[tokio::test]
async fn with_a_proxy_or_a_token_the_token_counts() {
    let mut proxied = app(key(), None);
    proxied.public_url = Some(PublicUrl::parse("https://meet.example.org").unwrap());
    let answer = ask(router(proxied), from("127.0.0.1", &[])).await;
    assert_eq!(answer.code(), "metrics-closed");
    let mut guarded = app(key(), Some(ADMIN_TOKEN));
    guarded.metrics_token = Some(AdminToken::parse(METRICS_TOKEN).unwrap());
    let guarded = router(guarded);
    for (token, status) in [(METRICS_TOKEN, 200), (ADMIN_TOKEN, 200), ("guess", 403)] {
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str())];
        let answer = ask(guarded.clone(), from("192.0.2.7", &headers)).await;
        assert_eq!(answer.status.as_u16(), status, "{token}");
    }
    assert_eq!(
        ask(guarded.clone(), from("127.0.0.1", &[])).await.code(),
        "metrics-closed"
    );
    let bearer = format!("Bearer {METRICS_TOKEN}");
    let headers = [("authorization", bearer.as_str())];
    let form = ask(guarded, request("GET /", &headers, "")).await;
    assert_eq!(
        form.status,
        StatusCode::UNAUTHORIZED,
        "it opens nothing else"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_is_counted_by_how_and_why() {
    let mut ada = service(Some("https://meet.example.org"), None).await;
    ada.ada().await;
    ada.another().sign_in("ada", "not hers at all").await;
    ada.issue("Board meeting of Grace").await;
    ada.issue("").await;
    ada.send("POST /batch", &[]).await;
    let list = ada.get("/links").await.text().to_owned();
    let (_, rest) = list.split_once("/links/").unwrap();
    let jti = rest.split('"').next().unwrap().to_owned();
    ada.send(&format!("POST /links/{jti}/again"), &[]).await;
    ada.send(&format!("POST /links/{jti}/revoke"), &[]).await;
    ada.get("/.well-known/revocations").await;
    let known = ada.get("/.well-known/jwks.json").await;
    let known = [("if-none-match", known.header("etag"))];
    let asked = request("GET /.well-known/jwks.json", &known, "");
    ask(ada.router.clone(), asked).await;
    let answer = ask(ada.router.clone(), from("127.0.0.1", &[])).await;
    assert_eq!(
        answer.header("content-type"),
        "application/openmetrics-text; version=1.0.0; charset=utf-8"
    );
    for line in [
        r#"links_issued_total{way="form"} 1"#,
        r#"links_issued_total{way="again"} 1"#,
        r#"links_issued_total{way="api"} 0"#,
        r#"links_refused_total{way="form",code="invalid-value"} 1"#,
        r#"links_refused_total{way="batch",code="unreadable"} 1"#,
        r#"taken_back_total{what="link"} 1"#,
        "ledger_write_seconds_count 2",
        "ledger_failures_total 0",
        r#"sign_ins_total{way="invitation",result="right"} 1"#,
        r#"sign_ins_total{way="passphrase",result="wrong"} 1"#,
        r#"sign_ins_total{way="passphrase",result="right"} 0"#,
        r#"documents_total{document="key-set",status="200"} 1"#,
        r#"documents_total{document="key-set",status="304"} 1"#,
        r#"documents_total{document="revocations",status="200"} 1"#,
        r#"requests_total{method="POST",route="/links/{jti}/again",status="200"} 1"#,
        "ready 1",
        "revocations_age_seconds 0",
        "revocations_seq 1",
    ] {
        let line = format!("roompass_issuer_{line}");
        assert!(
            answer.text().lines().any(|is| is == line),
            "{line}\n{}",
            answer.text()
        );
    }
    for secret in ["\"ada\"", "grace", "board", &jti] {
        let text = answer.text().to_lowercase();
        assert!(!text.contains(&secret.to_lowercase()), "{secret}\n{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_the_ledger_did_not_take_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    let app = recording(&folder).await;
    app.ledger.as_ref().unwrap().close().await;
    let app = router(app);
    let bearer = format!("Bearer {ADMIN_TOKEN}");
    let headers = [
        ("content-type", "application/json"),
        ("authorization", bearer.as_str()),
    ];
    let asked = request("POST /api/v1/links", &headers, r#"{"room":"sync"}"#);
    assert_eq!(ask(app.clone(), asked).await.code(), "ledger-unavailable");
    let answer = ask(app, from("127.0.0.1", &[])).await;
    for line in [
        r#"links_refused_total{way="api",code="ledger-unavailable"} 1"#,
        r#"links_issued_total{way="api"} 0"#,
        "ledger_failures_total 1",
    ] {
        assert!(answer.text().contains(line), "{line}\n{}", answer.text());
    }
}

#[tokio::test]
async fn a_line_has_the_pattern_and_never_the_address() {
    let seen: Arc<Mutex<Vec<Event>>> = Arc::default();
    let mut watched = app(key(), None);
    let keep = Arc::clone(&seen);
    watched.log = Log::to(move |event| keep.lock().unwrap().push(event.clone()));
    let app = router(watched);
    for line in [
        "GET /links/s3cr3t?room=s3cr3t",
        "GET /s3cr3t",
        "BREW /",
        "GET /healthz",
        "GET /.well-known/jwks.json",
        "GET /.well-known/revocations",
    ] {
        ask(app.clone(), request(line, &[], "")).await;
    }
    let seen = seen.lock().unwrap();
    let lines: Vec<_> = seen
        .iter()
        .map(|event| {
            let code = event.code.unwrap_or_default();
            format!("{} {} {} {code}", event.method, event.route, event.status)
        })
        .collect();
    assert_eq!(
        lines,
        [
            "GET /links/{jti} 404 no-accounts",
            "GET - 404 not-found",
            "other / 405 method-not-allowed",
        ]
    );
    assert!(seen.iter().all(|event| event.at == now()));
}
