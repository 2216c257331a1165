//! `POST /api/v1/derive`: the owner's link is the credential.

use serde_json::json;

use super::*;

/// An owner's link, ending in two hours.
async fn owners(more: Value) -> String {
    let mut body = json!({ "room": "board", "affiliation": "owner", "name": "Ada" });
    body.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    let link = post_json("/api/v1/links", &body.to_string()).await.json();
    link["link"].as_str().unwrap().to_owned()
}

async fn derive(body: Value) -> Answer {
    post_json("/api/v1/derive", &body.to_string()).await
}

#[tokio::test]
async fn a_guests_link_is_answered_like_any_other() {
    let link = owners(json!({ "seats": 3, "join_by": "2026-03-03T13:00:00Z" })).await;
    let body = json!({ "link": link, "name": "Bob", "lifetime": 600, "seats": 2 });
    let answer = derive(body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let guests = answer.json();
    for (member, value) in [
        ("room", json!("board")),
        ("affiliation", json!("member")),
        ("name", json!("Bob")),
        ("seats", json!(2)),
        ("join_by", json!("2026-03-03T13:00:00Z")),
        ("expires_at", json!("2026-03-03T12:10:00Z")),
        ("issued_at", json!("2026-03-03T12:00:00Z")),
    ] {
        assert_eq!(guests[member], value, "{member}");
    }
    let explain = json!({ "link": guests["link"] }).to_string();
    let report = post_json("/api/v1/explain", &explain).await.json();
    assert_eq!(report["decision"], "admit");
    let whole = derive(json!({ "link": link })).await.json();
    assert_eq!(whole["expires_at"], "2026-03-03T14:00:00Z");
    assert!(whole.get("name").is_none(), "{whole}");
}

#[tokio::test]
async fn a_guests_link_has_its_token_where_the_owners_has() {
    let link = owners(json!({ "fragment": true })).await;
    assert!(link.contains("/board#jwt=%22eyJ"), "{link}");
    let guests = derive(json!({ "link": link })).await.json();
    let guests = guests["link"].as_str().unwrap();
    assert!(guests.contains("/board#jwt=%22eyJ") && guests.ends_with("%22"));
    let wrong = json!({ "room": "board", "fragment": "yes" }).to_string();
    let wrong = post_json("/api/v1/links", &wrong).await;
    assert_eq!(wrong.json()["field"], "fragment");
}

#[tokio::test]
async fn no_admin_token_is_needed_and_none_helps() {
    let headers = [
        ("content-type", "application/json"),
        ("host", "meet.example.org"),
    ];
    let guarded = || router(app(key(), Some(ADMIN_TOKEN)));
    let body = json!({ "link": owners(json!({})).await }).to_string();
    let answer = ask(guarded(), request("POST /api/v1/derive", &headers, body)).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let token = format!("Bearer {ADMIN_TOKEN}");
    let headers = [headers[0], ("authorization", token.as_str())];
    let body = r#"{"link":"https://meet.example.org/board"}"#;
    let answer = ask(guarded(), request("POST /api/v1/derive", &headers, body)).await;
    assert_eq!(answer.code(), "token-missing");
}

#[tokio::test]
async fn what_opens_no_door_or_is_a_guests_is_refused_with_its_code() {
    let link = owners(json!({})).await;
    let guests = derive(json!({ "link": link })).await.json()["link"].clone();
    let later = json!({ "not_before": "2026-03-03T13:00:00Z" });
    let short = link.len() - 4;
    for (link, code) in [
        (guests, "not-owner"),
        (owners(later).await.into(), "too-early"),
        (link.replace("/board?", "/lobby?").into(), "wrong-room"),
        (link.replace("/board?", "/acme/board?").into(), "wrong-room"),
        (json!(link[..short]), "malformed"),
        (json!("https://meet.example.org/board"), "token-missing"),
    ] {
        let answer = derive(json!({ "link": link })).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{code}");
        assert_eq!(answer.code(), code);
        assert_eq!(answer.json()["field"], "link");
        assert!(!answer.text().contains("eyJ"), "{}", answer.text());
    }
    let other = router(app(SigningKey::from_seed(&[8; 32]), None));
    let headers = [("content-type", "application/json")];
    let body = json!({ "link": link }).to_string();
    let answer = ask(other, request("POST /api/v1/derive", &headers, body)).await;
    assert_eq!(answer.code(), "unknown-key");
}

#[tokio::test]
async fn a_wish_for_more_is_refused_at_its_member() {
    let link = owners(json!({ "seats": 3 })).await;
    for (wish, field) in [
        (json!({ "seats": 4 }), "seats"),
        (json!({ "seats": 0 }), "seats"),
        (json!({ "lifetime": 7201 }), "lifetime"),
        (json!({ "lifetime": 0 }), "lifetime"),
        (
            json!({ "expires_at": "2026-03-03T14:00:01Z" }),
            "expires_at",
        ),
        (
            json!({ "expires_at": "2026-03-03T12:00:00Z" }),
            "expires_at",
        ),
        (
            json!({ "expires_at": "2026-03-03T13:00:00Z", "lifetime": 60 }),
            "expires_at",
        ),
        (json!({ "name": "" }), "name"),
        (json!({ "affiliation": "owner" }), "affiliation"),
        (json!({ "room": "lobby" }), "room"),
        (json!({ "link": 7 }), "link"),
        (json!({ "link": null }), "link"),
        (json!({ "link": "https://meet.example.org/" }), "link"),
    ] {
        let mut body = json!({ "link": link });
        body.as_object_mut()
            .unwrap()
            .extend(wish.as_object().unwrap().clone());
        let answer = derive(body).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wish}");
        assert_eq!(answer.json()["field"], field, "{wish}");
    }
}

#[tokio::test]
async fn a_link_that_was_taken_back_makes_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let keeping = || {
        let file = crate::RevocationFile::at(&folder.path().join("revocations.json"));
        let mut app = app(key(), None);
        app.feed = Some(Feed::new(file));
        router(app)
    };
    let body = json!({ "link": owners(json!({})).await }).to_string();
    let headers = [("content-type", "application/json")];
    let post = |path: &str| request(&format!("POST {path}"), &headers, body.clone());
    let before = ask(keeping(), post("/api/v1/derive")).await;
    assert_eq!(before.status, StatusCode::CREATED, "{}", before.text());
    let revoked = ask(keeping(), post("/api/v1/revocations")).await;
    assert_eq!(revoked.status, StatusCode::CREATED, "{}", revoked.text());
    let after = ask(keeping(), post("/api/v1/derive")).await;
    assert_eq!(after.code(), "revoked");
}
