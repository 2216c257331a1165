//! Jicofo's conference request over HTTP.

use e2e::ask;
use serde_json::Value;

use crate::play::{MUC, Play, body};

#[test]
fn jicofo_hears_of_guests_and_of_no_stranger() {
    let play = Play::start(&MUC);
    let token = play.token("weekly-sync");
    let (bearer, cookie) = (
        format!("Authorization: Bearer {token}"),
        format!("Cookie: __Host-roompass={token}; other=1"),
    );
    let json = "Content-Type: application/json";
    // As the client of today, of yesterday, and whoever follows Prosody's ways.
    for (target, headers) in [
        ("/conference-request/v1".to_owned(), vec![json, &bearer]),
        (
            "/acme/conference-request/v1?room=weekly-sync".to_owned(),
            vec![json, &cookie],
        ),
        (format!("/conference-request/v1?token={token}"), vec![json]),
    ] {
        let answer = play.ask(&format!("POST {target}"), &headers, &body("weekly-sync"));
        assert_eq!(
            answer.header("x-jicofo"),
            Some("yes"),
            "{target}: {answer:?}"
        );
    }
    let heard = play.web.jicofo().heard();
    assert_eq!(heard.len(), 3);
    for request in &heard {
        assert!(
            request
                .head
                .starts_with("POST /conference-request/v1 HTTP/1."),
            "{}",
            request.head
        );
        assert_eq!(request.room, "weekly-sync@conference.localhost");
        let cookie = request.head.to_ascii_lowercase().contains("cookie");
        assert!(
            !cookie && !request.head.contains("token="),
            "{}",
            request.head
        );
    }
    strangers_are_told_to_go_on(&play, &bearer);
    assert_eq!(
        play.web.jicofo().heard().len(),
        3,
        "{:?}",
        play.web.jicofo().heard()
    );
    assert!(!play.web.logs().contains("eyJ"), "a token in a log");
}

/// The real client goes on to join, and there the door speaks to its user.
fn strangers_are_told_to_go_on(play: &Play, bearer: &str) {
    for (headers, room, code) in [
        (vec![], "weekly-sync", "token-missing"),
        (vec![bearer], "board", "wrong-room"),
        (
            vec!["Authorization: Bearer a.b.c"],
            "weekly-sync",
            "malformed",
        ),
    ] {
        let kept = play.ask("POST /conference-request/v1", &headers, &body(room));
        assert_eq!(
            (kept.status, kept.header("roompass-code")),
            (200, Some(code))
        );
        let answer: Value = serde_json::from_str(&kept.body).unwrap();
        assert_eq!(answer["ready"], true);
        assert_eq!(answer["focusJid"], "focus@auth.localhost");
    }
    for target in [
        "/conference-request/v1/",
        "/conference-request/v1/x",
        "/conference-request/",
        "/conference-request/v2",
        "//conference-request//v1",
        "/%63onference-request/v1",
        "/x/../conference-request/v1",
        "/conference-request/./v1",
        "/acme/conference-request/v1/x",
        "/a/b/conference-request/v1",
        "/conference-request/v1;x",
        "/roompass/gate/conference-request",
    ] {
        let answer = play.ask(&format!("POST {target}"), &[], &body("weekly-sync"));
        assert_eq!(answer.header("x-jicofo"), None, "{target}: {answer:?}");
    }
    for (what, body) in [
        (
            "two rooms",
            r#"{"room":"weekly-sync@conference.localhost","room":"board@conference.localhost"}"#
                .to_owned(),
        ),
        ("no JSON", "room=weekly-sync".to_owned()),
        (
            "too long",
            format!("{{\"x\":\"{}\"}}", "x".repeat(64 * 1024)),
        ),
    ] {
        // nginx hangs up on a body that is too long, and its answer may get lost.
        let answer = ask(
            play.web.address(),
            "POST /conference-request/v1",
            &[bearer],
            &body,
        );
        let refused = answer.is_none_or(|answer| answer.status == 400 || answer.status == 413);
        assert!(refused, "{what}");
    }
}
