//! What the service writes down, and what it does when it cannot.

use super::*;
use crate::{Ledger, LedgerAddress, RevocationFile};

pub(super) async fn recording(folder: &tempfile::TempDir) -> App {
    let address = LedgerAddress::file(&folder.path().join("ledger.db"));
    let mut app = app(key(), Some(ADMIN_TOKEN));
    app.ledger = Some(Ledger::open(&address).await.unwrap());
    app.feed = Some(Feed::new(RevocationFile::at(
        &folder.path().join("list.json"),
    )));
    app
}

async fn post(app: App, path: &str, body: &str) -> Answer {
    let bearer = format!("Bearer {ADMIN_TOKEN}");
    let headers = [
        ("content-type", "application/json"),
        ("authorization", &bearer),
    ];
    ask(
        router(app),
        request(&format!("POST {path}"), &headers, body.to_owned()),
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_recorded_with_who_issued_it() {
    let folder = tempfile::tempdir().unwrap();
    let app = recording(&folder).await;
    let ledger = app.ledger.clone().unwrap();
    let issued = post(app, "/api/v1/links", r#"{"room":"sync","name":"Ada"}"#).await;
    assert_eq!(issued.status, StatusCode::CREATED);
    let row = ledger.link("AQEBAQEBAQE").await.unwrap().unwrap();
    assert_eq!(
        (row.issued_by.as_str(), row.record.room.as_str()),
        ("admin token", "sync")
    );
    assert!(row.record.claims.contains("Ada"), "{}", row.record.claims);

    let app = recording(&folder).await;
    let revoked = post(app, "/api/v1/revocations", r#"{"token_id":"AQEBAQEBAQE"}"#).await;
    assert_eq!(revoked.status, StatusCode::CREATED);
    assert_eq!(ledger.verify(None).await.unwrap().seq, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_ledger_nothing_is_issued_and_everything_can_be_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let first = recording(&folder).await;
    assert_eq!(
        post(first, "/api/v1/links", r#"{"room":"sync"}"#)
            .await
            .status,
        StatusCode::CREATED
    );
    // The same token's name a second time is what the database refuses here.
    let again = recording(&folder).await;
    let refused = post(again, "/api/v1/links", r#"{"room":"sync"}"#).await;
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (StatusCode::SERVICE_UNAVAILABLE, "ledger-unavailable")
    );
    assert_eq!(refused.header("retry-after"), "60");
    assert!(!refused.text().contains("jwt="), "{}", refused.text());

    let app = recording(&folder).await;
    app.ledger.as_ref().unwrap().close().await;
    let revoked = post(app, "/api/v1/revocations", r#"{"room":"sync"}"#).await;
    assert_eq!(
        (revoked.status, &revoked.json()["audited"]),
        (StatusCode::CREATED, &false.into())
    );
    let doors = recording(&folder).await;
    doors.ledger.as_ref().unwrap().close().await;
    let key_set = ask(
        router(doors),
        request("GET /.well-known/jwks.json", &[], ""),
    )
    .await;
    assert_eq!(key_set.status, StatusCode::OK);
}
