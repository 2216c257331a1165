//! Taking links back, and the feed.

use room_token::{KeyId, Revocations, Stay, Timestamp};
use serde_json::json;

use super::*;
use crate::RevocationFile;

/// An app with a list in a folder of its own.
fn keeping(folder: &tempfile::TempDir) -> App {
    let mut app = app(key(), None);
    app.feed = Some(Feed::new(RevocationFile::at(
        &folder.path().join("revocations.json"),
    )));
    app
}

async fn post(app: App, path: &str, body: &str) -> Answer {
    let headers = [("content-type", "application/json")];
    let request = request(&format!("POST {path}"), &headers, body.to_owned());
    ask(router(app), request).await
}

async fn get_from(app: App, path: &str) -> Answer {
    ask(router(app), request(&format!("GET {path}"), &[], "")).await
}

#[tokio::test]
async fn a_link_that_was_taken_back_is_in_the_feed_and_explained() {
    let folder = tempfile::tempdir().unwrap();
    let issued = post(keeping(&folder), "/api/v1/links", r#"{"room":"sync"}"#)
        .await
        .json();
    let link = json!({ "link": issued["link"] }).to_string();
    let before = post(keeping(&folder), "/api/v1/explain", &link)
        .await
        .json();
    assert_eq!(before["decision"], "admit");

    let revoked = post(keeping(&folder), "/api/v1/revocations", &link).await;
    assert_eq!(revoked.status, 201);
    let revoked = revoked.json();
    assert_eq!(
        (&revoked["revoked"], &revoked["seq"]),
        (&json!("jti:AQEBAQEBAQE"), &json!(1))
    );
    let after = post(keeping(&folder), "/api/v1/explain", &link)
        .await
        .json();
    assert_eq!(
        (&after["decision"], &after["code"]),
        (&json!("deny"), &json!("revoked"))
    );

    let feed = get_from(keeping(&folder), "/.well-known/revocations").await;
    assert_eq!(feed.status, 200);
    assert_eq!(feed.header("content-type"), "application/revocations+jwt");
    let app = keeping(&folder);
    let key_set = app.office.key_set().unwrap();
    let read = Revocations::parse(feed.text(), &key_set, &app.office.deployment, Some(1)).unwrap();
    assert_eq!((read.seq(), read.len()), (1, 1));
}

#[tokio::test]
async fn everything_can_be_taken_back_and_is_listed() {
    let folder = tempfile::tempdir().unwrap();
    for body in [
        json!({ "room": "Weekly Sync" }),
        json!({ "person": "ada", "before": "2026-01-01T00:00:00Z" }),
        json!({ "key": "kPrK_qmx" }),
        json!({ "token_id": "AQEBAQEBAQE" }),
    ] {
        let answer = post(keeping(&folder), "/api/v1/revocations", &body.to_string()).await;
        assert_eq!(answer.status, 201, "{body}");
    }
    let list = get_from(keeping(&folder), "/api/v1/revocations")
        .await
        .json();
    let names: Vec<_> = list["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| &entry["revoked"])
        .collect();
    assert_eq!(
        names,
        [
            "room:weekly%20sync",
            "id:ada",
            "kid:kPrK_qmx",
            "jti:AQEBAQEBAQE"
        ]
    );
    assert_eq!(
        (&list["seq"], &list["entries"][1]["before"]),
        (&json!(4), &json!("2026-01-01T00:00:00Z"))
    );
}

/// Whether who is in that room, with a link from before, must leave it.
async fn puts_out(folder: &tempfile::TempDir, room: &str) -> bool {
    let app = keeping(folder);
    let keys = app.office.key_set().unwrap();
    let feed = get_from(keeping(folder), "/.well-known/revocations").await;
    let feed = Revocations::parse(feed.text(), &keys, &app.office.deployment, None).unwrap();
    feed.ends(&Stay {
        id: None,
        key: &KeyId::parse("another").unwrap(),
        person: None,
        room,
        issued_at: Timestamp::from_secs(1).unwrap(),
        parent: None,
    })
}

#[tokio::test]
async fn who_is_in_must_leave_unless_the_one_who_takes_back_lets_them_stay() {
    let folder = tempfile::tempdir().unwrap();
    for (body, eject) in [
        (json!({ "room": "left" }), true),
        (json!({ "room": "left-too", "eject": true }), true),
        (json!({ "room": "stayed", "eject": false }), false),
    ] {
        let answer = post(keeping(&folder), "/api/v1/revocations", &body.to_string()).await;
        assert_eq!(answer.status, 201, "{body}");
        assert_eq!(answer.json()["eject"], eject, "{body}");
        let room = body["room"].as_str().unwrap();
        assert_eq!(puts_out(&folder, room).await, eject, "{body}");
    }
    let list = get_from(keeping(&folder), "/api/v1/revocations")
        .await
        .json();
    let ejects: Vec<_> = list["entries"].as_array().unwrap().iter().collect();
    let ejects: Vec<_> = ejects.iter().map(|entry| entry["eject"] == true).collect();
    assert_eq!(ejects, [true, true, false]);
    let again = json!({ "room": "stayed" }).to_string();
    post(keeping(&folder), "/api/v1/revocations", &again).await;
    assert!(
        puts_out(&folder, "stayed").await,
        "a later word is stricter"
    );
}

#[tokio::test]
async fn what_cannot_be_taken_back_is_said_at_its_member() {
    let folder = tempfile::tempdir().unwrap();
    for (body, field) in [
        (json!({}), "link"),
        (json!({ "room": "x", "key": "y" }), "key"),
        (json!({ "room": "?" }), "room"),
        (
            json!({ "link": "https://m.example/sync?jwt=a.b.c" }),
            "link",
        ),
        (json!({ "room": "x", "before": "soon" }), "before"),
        (json!({ "rom": "x" }), "rom"),
        (json!({ "room": "x", "eject": "no" }), "eject"),
    ] {
        let answer = post(keeping(&folder), "/api/v1/revocations", &body.to_string()).await;
        assert_eq!(answer.status, 422, "{body}");
        assert_eq!(answer.json()["field"], field, "{body}");
    }
    assert!(!folder.path().join("revocations.json").exists());
}

#[tokio::test]
async fn an_issuer_without_a_list_says_how_to_keep_one() {
    for path in ["/.well-known/revocations", "/api/v1/revocations"] {
        let answer = get(path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(
            answer.text().contains("--revocations FILE"),
            "{}",
            answer.text()
        );
    }
}

#[tokio::test]
async fn a_broken_list_is_no_empty_feed() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("revocations.json"), "{").unwrap();
    let answer = get_from(keeping(&folder), "/.well-known/revocations").await;
    assert_eq!(answer.status, 500);
}
