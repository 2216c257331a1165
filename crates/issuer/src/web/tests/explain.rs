//! Explanations, and the lists that other programs read.

use room_token::DenyReason;
use serde_json::json;

use super::*;

#[tokio::test]
async fn a_link_is_explained_as_a_door_would_decide() {
    let issued = post_json("/api/v1/links", r#"{"room":"sync"}"#)
        .await
        .json();
    let explain = |changes: Value| {
        let mut body = json!({ "link": issued["link"] });
        body.as_object_mut()
            .unwrap()
            .extend(changes.as_object().unwrap().clone());
        async move { post_json("/api/v1/explain", &body.to_string()).await.json() }
    };
    let admitted = explain(json!({})).await;
    assert_eq!(admitted["decision"], "admit");
    assert!(admitted.get("code").is_none());
    assert_eq!(
        admitted["checks"].as_array().unwrap().len(),
        room_token::CheckName::ALL.len()
    );
    for (changes, code, check) in [
        (json!({ "room": "other" }), "wrong-room", "room"),
        (json!({ "at": "2026-03-03T14:01:00Z" }), "expired", "expiry"),
        (
            json!({ "at": "2026-03-03T11:00:00Z" }),
            "too-early",
            "opening",
        ),
        (
            json!({ "link": null, "token": "a.b.c" }),
            "malformed",
            "shape",
        ),
        (
            json!({ "link": "https://meet.example.org/sync" }),
            "token-missing",
            "shape",
        ),
    ] {
        let report = explain(changes).await;
        assert_eq!(
            (&report["decision"], &report["code"]),
            (&json!("deny"), &json!(code))
        );
        let failed: Vec<_> = report["checks"].as_array().unwrap().iter().collect();
        let failed = failed
            .iter()
            .find(|told| told["outcome"] == "failed")
            .unwrap();
        assert_eq!(failed["check"], check);
        assert!(failed["fix"].is_string() && failed["seen"].is_string());
    }
    let bare = json!({ "token": issued["token"] }).to_string();
    let report = post_json("/api/v1/explain", &bare).await.json();
    let mut checks = report["checks"].as_array().unwrap().iter();
    let room = checks.find(|check| check["check"] == "room").unwrap();
    assert_eq!(room["outcome"], "not-asked");
}

#[tokio::test]
async fn an_explanation_needs_one_thing_to_explain() {
    for (body, field) in [
        ("{}", "link"),
        (r#"{"link":"https://m.example/r","token":"a.b.c"}"#, "token"),
        (r#"{"link":"xmpp://m.example/r"}"#, "link"),
        (r#"{"token":"a.b.c","at":"now"}"#, "at"),
        (r#"{"token":"a.b.c","room":"?"}"#, "room"),
    ] {
        let answer = post_json("/api/v1/explain", body).await;
        assert_eq!(answer.code(), "invalid-value", "{body}");
        assert_eq!(answer.json()["field"], field, "{body}");
    }
}

#[tokio::test]
async fn names_are_spelled_for_other_programs() {
    let answer = get("/api/v1/room-names?typed=My%20Room%3F").await;
    assert_eq!(
        answer.json(),
        json!({ "typed": "My Room?", "room": "my%20room" })
    );
    for path in [
        "/api/v1/room-names",
        "/api/v1/room-names?typed=",
        "/api/v1/room-names?typed=%3F",
    ] {
        let answer = get(path).await;
        assert_eq!(
            (answer.code().as_str(), &answer.json()["field"]),
            ("invalid-value", &json!("typed"))
        );
    }
}

#[tokio::test]
async fn every_deny_reason_is_listed() {
    let list = get("/api/v1/deny-reasons").await.json();
    let rows = list["deny_reasons"].as_array().unwrap();
    assert_eq!(rows.len(), DenyReason::ALL.len());
    for (row, reason) in rows.iter().zip(DenyReason::ALL) {
        assert_eq!(row["code"], reason.code());
        assert_eq!(row["guest_text"], reason.guest_text());
        assert_eq!(row["operator_advice"], reason.to_string());
    }
}
