//! Links for programs.

use serde_json::json;

use super::*;

#[tokio::test]
async fn a_link_is_answered_with_everything_about_it() {
    let body = r#"{"room":"Weekly Sync","name":"Ada","affiliation":"owner","lifetime":3600,
                   "not_before":"2026-03-04T10:00:00+01:00"}"#;
    let answer = post_json("/api/v1/links", body).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    let mut link = answer.json();
    let token = link["token"].as_str().unwrap().to_owned();
    assert_eq!(
        link["link"],
        format!("https://meet.example.org/weekly%20sync?jwt={token}")
    );
    for long in ["link", "token"] {
        link.as_object_mut().unwrap().remove(long);
    }
    let expected = json!({
        "room": "weekly%20sync",
        "jti": "AQEBAQEBAQE",
        "kid": key().id().as_str(),
        "issued_at": "2026-03-03T12:00:00Z",
        "not_before": "2026-03-04T09:00:00Z",
        "expires_at": "2026-03-04T10:00:00Z",
        "affiliation": "owner",
        "name": "Ada",
    });
    assert_eq!(link, expected);
}

#[tokio::test]
async fn a_room_is_all_that_is_needed() {
    for body in [
        r#"{"room":"sync"}"#,
        r#"{"room":"sync","name":null,"lifetime":null}"#,
    ] {
        let link = post_json("/api/v1/links", body).await.json();
        assert_eq!(link["expires_at"], "2026-03-03T14:00:00Z");
        assert_eq!(link["affiliation"], "member");
        assert!(link.get("name").is_none() && link.get("not_before").is_none());
    }
    let until = r#"{"room":"sync","expires_at":"2026-03-03T12:00:01Z"}"#;
    let link = post_json("/api/v1/links", until).await.json();
    assert_eq!(link["expires_at"], "2026-03-03T12:00:01Z");
}

#[tokio::test]
async fn a_request_that_cannot_be_is_refused_at_its_member() {
    let long_name = format!(r#"{{"room":"a","name":"{}"}}"#, "a".repeat(129));
    for (body, code, field) in [
        (r#"{"room":"a","lifetme":60}"#, "unknown-member", "lifetme"),
        (r#"{"room":"a","owner":1}"#, "unknown-member", "owner"),
        ("{}", "invalid-value", "room"),
        (r#"{"room":"?"}"#, "invalid-value", "room"),
        (r#"{"room":".."}"#, "invalid-value", "room"),
        (r#"{"room":7}"#, "invalid-value", "room"),
        (&long_name, "invalid-value", "name"),
        (r#"{"room":"a","name":""}"#, "invalid-value", "name"),
        (
            r#"{"room":"a","affiliation":"admin"}"#,
            "invalid-value",
            "affiliation",
        ),
        (
            r#"{"room":"a","lifetime":"2h"}"#,
            "invalid-value",
            "lifetime",
        ),
        (r#"{"room":"a","lifetime":0}"#, "invalid-value", "lifetime"),
        (r#"{"room":"a","lifetime":-5}"#, "invalid-value", "lifetime"),
        (
            r#"{"room":"a","lifetime":1e3}"#,
            "invalid-value",
            "lifetime",
        ),
        (
            r#"{"room":"a","lifetime":34560001}"#,
            "invalid-value",
            "lifetime",
        ),
        (
            r#"{"room":"a","expires_at":"tomorrow"}"#,
            "invalid-value",
            "expires_at",
        ),
        (
            r#"{"room":"a","expires_at":"2026-03-03T12:00:00Z"}"#,
            "invalid-value",
            "expires_at",
        ),
        (
            r#"{"room":"a","not_before":"2099-01-01T00:00:00Z"}"#,
            "invalid-value",
            "not_before",
        ),
        (
            r#"{"room":"a","lifetime":60,"expires_at":"2026-03-04T12:00:00Z"}"#,
            "invalid-value",
            "expires_at",
        ),
    ] {
        let answer = post_json("/api/v1/links", body).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert_eq!(answer.code(), code, "{body}");
        assert_eq!(answer.json()["field"], field, "{body}");
    }
}

#[tokio::test]
async fn what_is_no_object_is_unreadable_and_not_quoted() {
    for body in [
        "",
        "7",
        "[]",
        "{",
        r#"{"room":"secret","room":"secret"}"#,
        r#"{"room":"secret"} x"#,
    ] {
        let answer = post_json("/api/v1/links", body).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (StatusCode::BAD_REQUEST, "unreadable")
        );
        assert!(!answer.text().contains("secret"), "{body}");
    }
    let form = request(
        "POST /api/v1/links",
        &[("content-type", "text/plain")],
        r#"{"room":"a"}"#,
    );
    let answer = send(form).await;
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(answer.code(), "media-type");
    let headers = [("content-type", "Application/JSON; charset=utf-8")];
    let answer = send(request("POST /api/v1/links", &headers, r#"{"room":"a"}"#)).await;
    assert_eq!(answer.status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_wrong_method_or_path_is_a_problem() {
    let answer = send(request("DELETE /api/v1/links", &[], "")).await;
    assert_eq!(
        (answer.status, answer.header("allow")),
        (StatusCode::METHOD_NOT_ALLOWED, "GET,HEAD,POST")
    );
    assert_eq!(answer.code(), "method-not-allowed");
    let answer = get("/api/v2/links").await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (StatusCode::NOT_FOUND, "not-found")
    );
}
