//! Jicofo, and shards that do not answer.

use super::calls::{cookie, post};
use super::*;

#[tokio::test]
async fn jicofo_hears_of_who_may_come_in_and_of_nobody_else() {
    let path = "/roompass/gate/conference-request";
    let request = |headers: &[(&str, &str)], room: &str, query: &str| {
        let body = format!(r#"{{"room":"{room}","properties":{{}}}}"#);
        post(&format!("{path}{query}"), headers, &body)
    };
    let (good, here) = (token("sync", 0, 7200), "sync@conference.meet.example.org");
    let bearer = format!("Bearer {good}");
    let (cookie, query) = (cookie(&good), format!("?room=sync&token={good}"));
    for (headers, query) in [
        (vec![("authorization", bearer.as_str())], ""),
        (vec![], query.as_str()),
        (vec![("cookie", cookie.as_str())], "?room=sync"),
    ] {
        let passed = ask(request(&headers, here, query)).await;
        assert_eq!(passed.header("x-accel-redirect"), "@roompass_jicofo");
    }
    for (headers, room, code) in [
        (vec![], here, "token-missing"),
        (
            vec![("authorization", bearer.as_str())],
            "board@conference.meet.example.org",
            "wrong-room",
        ),
        (
            vec![("authorization", "Bearer a.b.c"), ("cookie", &cookie)],
            here,
            "malformed",
        ),
    ] {
        let kept = ask(request(&headers, room, "")).await;
        assert_eq!(
            (kept.status, kept.header("roompass-code")),
            (StatusCode::OK, code)
        );
        assert_eq!(kept.header("x-accel-redirect"), "");
        let answer: serde_json::Value = serde_json::from_str(&kept.text).unwrap();
        let expected = serde_json::json!({
            "ready": true,
            "room": room,
            "focusJid": "focus@auth.meet.example.org",
            "properties": { "authentication": "false" },
        });
        assert_eq!(answer, expected);
    }
    let broken = ask(post(path, &[("authorization", &bearer)], "{")).await;
    assert_eq!(broken.status, StatusCode::BAD_REQUEST);
    let unknown = ask_at(gate(None), request(&[("authorization", &bearer)], here, "")).await;
    assert_eq!(unknown.status, StatusCode::SERVICE_UNAVAILABLE);
    let elsewhere = Settings {
        conferences: None,
        ..settings(Some(keys()))
    };
    let shut = ask_at(
        router(elsewhere),
        request(&[("authorization", &bearer)], here, ""),
    )
    .await;
    assert_eq!(shut.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn while_no_shard_answers_a_good_link_gets_a_page_that_tries_again() {
    let uri = format!("/sync?jwt={}", token("sync", 0, 7200));
    let headers = [("x-original-uri", uri.as_str()), ("accept-language", "es")];
    let away = || Settings {
        is_reachable: watch::channel(false).1,
        ..settings(Some(keys()))
    };
    let no = ask_at(router(away()), get_("/roompass/auth", &headers)).await;
    assert_eq!(no.header("roompass-code"), "server-unreachable");
    let page = ask_at(router(away()), get_("/roompass/gate/page", &headers)).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(page.header("retry-after"), "30");
    assert!(
        page.text.contains("No se puede llegar al servidor"),
        "{}",
        page.text
    );
    assert!(page.text.contains("data-retry") && !page.text.contains("eyJ"));
    // A dead link is dead all the same.
    let none = [("x-original-uri", "/sync")];
    let dead = ask_at(router(away()), get_("/roompass/gate/page", &none)).await;
    assert_eq!(dead.header("roompass-code"), "token-missing");
}
