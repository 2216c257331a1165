//! `Idempotency-Key`.

use super::*;
use crate::people::api_keys;
use crate::{Actor, Role, api_keys::KeyWish};

async fn program(ada: &Browser, random: u8) -> String {
    let wish = KeyWish::new("portal", Role::Issuer, crate::Rooms::all(), 3600).unwrap();
    let maker = Actor::unbounded("command line");
    let made = api_keys::make(&ada.ledger, &maker, wish, [random; 32], now()).await;
    format!("Bearer {}", made.unwrap().1.as_str())
}

async fn post(ada: &Browser, bearer: &str, key: &str, body: &str) -> Answer {
    let headers = [
        ("content-type", "application/json"),
        ("authorization", bearer),
        ("idempotency-key", key),
    ];
    let request = request("POST /api/v1/links", &headers, body.to_owned());
    ask(ada.router.clone(), request).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_gets_the_same_link() {
    let ada = service(Some("https://meet.example.org"), None).await;
    let bearer = program(&ada, 200).await;
    let body = r#"{"room":"sync","name":"Ada","lifetime":600}"#;
    let one = || post(&ada, &bearer, "\"one\"", body);
    let (first, second, third) = tokio::join!(one(), one(), one());
    let answers = [first, second, third, one().await];
    for answer in &answers {
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        assert_eq!(answer.json(), answers[0].json());
    }
    let entries = ada.ledger.verify(None).await.unwrap().seq;
    assert_eq!(entries, 2, "the key, and one link");
    let other = post(&ada, &bearer, "two", body).await;
    assert_ne!(other.json()["jti"], answers[0].json()["jti"]);

    let other_body = post(&ada, &bearer, "one", r#"{"room":"other"}"#).await;
    assert_eq!(
        (other_body.status.as_u16(), other_body.code().as_str()),
        (422, "key-reused")
    );
    let somebody_else = post(&ada, &program(&ada, 201).await, "one", body).await;
    assert_ne!(somebody_else.json()["jti"], answers[0].json()["jti"]);
    for wrong in ["", "\"\"", &"x".repeat(256)] {
        let refused = post(&ada, &bearer, wrong, body).await;
        assert_eq!(refused.json()["field"], "Idempotency-Key", "{wrong}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_whose_key_signs_no_more_is_not_signed_a_second_time() {
    let folder = tempfile::tempdir().unwrap();
    let address = LedgerAddress::file(&folder.path().join("ledger.db"));
    let ledger = Ledger::open(&address).await.unwrap();
    let service = |seed: u8| {
        let mut app = app(SigningKey::from_seed(&[seed; 32]), Some(ADMIN_TOKEN));
        app.ledger = Some(ledger.clone());
        router(app)
    };
    let bearer = format!("Bearer {ADMIN_TOKEN}");
    let headers = [
        ("content-type", "application/json"),
        ("authorization", bearer.as_str()),
        ("idempotency-key", "one"),
    ];
    let asked = || request("POST /api/v1/links", &headers, r#"{"room":"sync"}"#);
    let first = ask(service(7), asked()).await;
    assert_eq!(first.status, StatusCode::CREATED);
    let again = ask(service(7), asked()).await;
    assert_eq!(again.json(), first.json(), "the same key signs the same");
    let other_key = ask(service(8), asked()).await;
    assert_eq!(
        (other_key.status.as_u16(), other_key.code().as_str()),
        (409, "not-repeatable")
    );
    assert!(!other_key.text().contains("eyJ"));
    let without = ask(router(app(key(), Some(ADMIN_TOKEN))), asked()).await;
    assert_eq!(
        (without.status.as_u16(), without.code().as_str()),
        (422, "not-repeatable")
    );
}
