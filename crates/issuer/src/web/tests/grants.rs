//! Links with limits, details of the person, features, windows or a series.

use serde_json::json;

use super::*;

#[tokio::test]
async fn every_limit_and_detail_is_said_back() {
    let body = json!({
        "room": "exam", "id": "u7", "email": "ada@example.org", "avatar": "https://example.org/a.png",
        "join_by": "2026-03-03T13:15:00+01:00", "seats": 1, "max_occupants": 20,
        "features": { "recording": false, "livestreaming": true },
    });
    let answer = post_json("/api/v1/links", &body.to_string()).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let link = answer.json();
    assert_eq!(link["join_by"], "2026-03-03T12:15:00Z");
    for member in [
        "id",
        "email",
        "avatar",
        "seats",
        "max_occupants",
        "features",
    ] {
        assert_eq!(link[member], body[member], "{member}");
    }
    let plain = post_json("/api/v1/links", r#"{"room":"exam"}"#)
        .await
        .json();
    for member in [
        "join_by",
        "seats",
        "max_occupants",
        "features",
        "windows",
        "series",
        "id",
    ] {
        assert!(plain.get(member).is_none(), "{member}");
    }
}

#[tokio::test]
async fn windows_are_signed_as_they_are_given() {
    let body = json!({
        "room": "sync",
        "windows": { "duration": 3600, "period": 604_800, "runs": [
            { "start": "2026-03-10T15:00:00+01:00", "count": 3 },
            { "start": "2026-03-31T13:00:00Z", "count": 2 },
        ] },
    });
    let link = post_json("/api/v1/links", &body.to_string()).await.json();
    assert_eq!(link["expires_at"], "2026-04-07T14:00:00Z");
    assert_eq!(
        link["windows"],
        json!({ "duration": 3600, "period": 604_800, "runs": [
            { "start": "2026-03-10T14:00:00Z", "count": 3 },
            { "start": "2026-03-31T13:00:00Z", "count": 2 },
        ] })
    );
    assert_eq!(decide(&link, "2026-03-10T14:30:00Z"), None);
    assert_eq!(
        decide(&link, "2026-03-10T15:30:00Z"),
        Some("outside-window")
    );
    let mut earlier = body.clone();
    earlier["expires_at"] = "2026-03-18T00:00:00Z".into();
    let link = post_json("/api/v1/links", &earlier.to_string())
        .await
        .json();
    assert_eq!(link["expires_at"], "2026-03-18T00:00:00Z");
}

/// The code with which a door refuses a link at some time.
fn decide(link: &Value, at: &str) -> Option<&'static str> {
    let token = link["token"].as_str().unwrap();
    let at = Timestamp::parse_rfc3339(at).unwrap();
    let verifier = app(key(), None).office.verifier().unwrap();
    match verifier.decide(token, link["room"].as_str().unwrap(), at) {
        room_token::Decision::Admit(_) => None,
        room_token::Decision::Deny(reason) => Some(reason.code()),
    }
}

#[tokio::test]
async fn a_series_becomes_windows_across_the_change_of_the_clock() {
    let body = json!({
        "room": "sync",
        "series": { "zone": "Europe/Berlin", "weekdays": ["tue"], "at": "15:00", "lasts": 3600, "until": "2026-04-14" },
    });
    let answer = post_json("/api/v1/links", &body.to_string()).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let link = answer.json();
    assert_eq!(
        link["series"],
        json!({ "zone": "Europe/Berlin", "weekdays": ["tue"], "every": "1w", "at": "15:00", "lasts": 3600,
                "until": "2026-04-14", "early": 600, "grace": 1800, "meetings": 7 })
    );
    assert_eq!(
        link["windows"],
        json!({ "duration": 6000, "period": 604_800, "runs": [
            { "start": "2026-03-03T13:50:00Z", "count": 4 },
            { "start": "2026-03-31T12:50:00Z", "count": 3 },
        ] })
    );
    assert_eq!(link["expires_at"], "2026-04-14T14:30:00Z");
    assert!(link.get("not_before").is_none());
    assert_eq!(
        decide(&link, "2026-03-03T12:00:00Z"),
        Some("outside-window")
    );
    assert_eq!(decide(&link, "2026-04-14T13:00:00Z"), None);
}

#[tokio::test]
async fn a_limit_or_detail_that_cannot_be_is_told_at_its_member() {
    for (members, field) in [
        (r#"{"seats":0}"#, "seats"),
        (r#"{"seats":"2"}"#, "seats"),
        (r#"{"max_occupants":1.5}"#, "max_occupants"),
        (r#"{"join_by":900}"#, "join_by"),
        (r#"{"join_by":"2026-03-03T12:00:00Z"}"#, "join_by"),
        (r#"{"join_by":"2026-03-03T14:00:01Z"}"#, "join_by"),
        (r#"{"features":["recording"]}"#, "features"),
        (r#"{"features":{"recording":"yes"}}"#, "features"),
        (r#"{"features":{"a b":true}}"#, "features"),
        (r#"{"id":"a\nb"}"#, "id"),
        (r#"{"email":{}}"#, "email"),
        (r#"{"avatar":7}"#, "avatar"),
    ] {
        assert_refused(serde_json::from_str(members).unwrap(), field).await;
    }
    assert_refused(json!({ "email": "a".repeat(513) }), "email").await;
}

#[tokio::test]
async fn windows_that_cannot_be_are_told_at_their_member() {
    let start = "2026-04-01T00:00:00Z";
    for (change, field) in [
        (json!({ "duration": null }), "windows.duration"),
        (json!({ "period": "1w" }), "windows.period"),
        (json!({ "period": 59 }), "windows"),
        (json!({ "every": 60 }), "windows.every"),
        (json!({ "runs": null }), "windows"),
        (json!({ "runs": {} }), "windows.runs"),
        (json!({ "runs": [7] }), "windows.runs[0]"),
        (
            json!({ "runs": [{ "start": start }] }),
            "windows.runs[0].count",
        ),
        (
            json!({ "runs": [{ "start": "soon", "count": 1 }] }),
            "windows.runs[0].start",
        ),
        (
            json!({ "runs": [{ "start": start, "count": 1, "end": 1 }] }),
            "windows.runs[0].end",
        ),
        (
            json!({ "runs": [{ "start": "2026-03-01T00:00:00Z", "count": 1 }] }),
            "windows",
        ),
        (
            json!({ "runs": [{ "start": "2028-03-01T00:00:00Z", "count": 1 }] }),
            "windows",
        ),
    ] {
        let good =
            json!({ "duration": 60, "period": 120, "runs": [{ "start": start, "count": 1 }] });
        assert_refused(json!({ "windows": changed(good, &change) }), field).await;
    }
    assert_refused(json!({ "windows": [] }), "windows").await;
    let later = json!({ "duration": 60, "period": 60, "runs": [{ "start": start, "count": 1 }] });
    let never = json!({ "windows": later, "expires_at": start });
    assert_refused(never, "windows").await;
}

#[tokio::test]
async fn a_series_that_cannot_be_is_told_at_its_member() {
    let good = || json!({ "zone": "UTC", "weekdays": ["tue"], "at": "15:00", "lasts": 3600, "until": "2026-04-14" });
    for (change, field) in [
        (json!({ "timezone": "UTC" }), "series.timezone"),
        (json!({ "zone": "Mars/Base" }), "series.zone"),
        (json!({ "zone": null }), "series.zone"),
        (json!({ "weekdays": "tue" }), "series.weekdays"),
        (json!({ "weekdays": [] }), "series.weekdays"),
        (json!({ "every": 2 }), "series.every"),
        (json!({ "at": "3pm" }), "series.at"),
        (json!({ "lasts": "1h" }), "series.lasts"),
        (json!({ "lasts": null }), "series.lasts"),
        (json!({ "early": -1 }), "series.early"),
        (json!({ "from": "2020-01-01" }), "series.from"),
        (json!({ "until": "2026-03-02" }), "series.until"),
    ] {
        assert_refused(json!({ "series": changed(good(), &change) }), field).await;
    }
    for (other, value) in [
        ("lifetime", json!(60)),
        ("expires_at", json!("2026-04-14T00:00:00Z")),
        ("not_before", json!("2026-04-14T00:00:00Z")),
        ("windows", json!({})),
    ] {
        assert_refused(json!({ "series": good(), other: value }), other).await;
    }
}

/// An object with some members changed.
fn changed(mut object: Value, change: &Value) -> Value {
    let change = change.as_object().unwrap().clone();
    object.as_object_mut().unwrap().extend(change);
    object
}

async fn assert_refused(mut members: Value, field: &str) {
    members["room"] = "a".into();
    let answer = post_json("/api/v1/links", &members.to_string()).await;
    assert_eq!(
        answer.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{members}: {}",
        answer.text()
    );
    assert_eq!(answer.json()["field"], field, "{}", answer.text());
    assert!(
        answer.json()["detail"].as_str().unwrap().contains("; "),
        "{}",
        answer.text()
    );
}

#[tokio::test]
async fn a_member_that_occurs_twice_is_refused_at_any_depth() {
    for body in [
        r#"{"room":"a","features":{"recording":false,"recording":true}}"#,
        r#"{"room":"a","windows":{"runs":[{"count":1,"count":2}]}}"#,
    ] {
        let answer = post_json("/api/v1/links", body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(answer.code(), "unreadable");
    }
}

#[tokio::test]
async fn a_tenants_links_are_for_its_rooms() {
    let mut app = app(key(), None);
    let base_url = BaseUrl::parse("https://meet.example.org/acme").unwrap();
    app.office = Office::new(key().into(), Deployment::default(), Some(base_url));
    let headers = [("content-type", "application/json")];
    let asked = request("POST /api/v1/links", &headers, r#"{"room":"Sync"}"#);
    let link = ask(router(app), asked).await.json();
    assert_eq!(link["room"], "[acme]sync");
    let address = link["link"].as_str().unwrap();
    assert!(
        address.starts_with("https://meet.example.org/acme/sync?jwt="),
        "{address}"
    );
    let body = json!({ "link": address }).to_string();
    let report = post_json("/api/v1/explain", &body).await.json();
    assert_eq!(report["decision"], "admit", "{report}");
    let body = json!({ "token": link["token"], "room": "[Acme]Sync" }).to_string();
    let report = post_json("/api/v1/explain", &body).await.json();
    assert_eq!(report["decision"], "admit", "{report}");
}
