//! Programs come with keys that people made.

use super::*;

async fn call(browser: &Browser, line: &str, key: &str, body: &str) -> Answer {
    let bearer = format!("Bearer {key}");
    let headers = [
        ("content-type", "application/json"),
        ("authorization", bearer.as_str()),
    ];
    ask(
        browser.router.clone(),
        request(line, &headers, body.to_owned()),
    )
    .await
}

/// What the page shows once.
fn shown(page: &Answer) -> String {
    let (_, rest) = page.text().split_once(r#"<code id="link">"#).unwrap();
    rest.split('<').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_issues_within_its_bounds_and_is_no_way_to_the_pages() {
    let mut ada = service(Some("https://meet.example.org"), None).await;
    ada.ada().await;
    let fields = [
        ("note", "portal"),
        ("role", "issuer"),
        ("rooms", "exam-"),
        ("days", "30"),
    ];
    let made = ada.send("POST /api-keys", &fields).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let key = shown(&made);
    let issued = call(&ada, "POST /api/v1/links", &key, r#"{"room":"exam-1"}"#).await;
    assert_eq!(issued.status, StatusCode::CREATED, "{}", issued.text());
    let refused = call(&ada, "POST /api/v1/links", &key, r#"{"room":"board"}"#).await;
    assert_eq!(refused.code(), "not-allowed");
    for line in [
        "GET /people",
        "POST /api-keys",
        "POST /people",
        "GET /account",
    ] {
        let answer = call(&ada, line, &key, "").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{line}");
    }
    let account = ada.get("/account").await;
    assert!(!account.text().contains(&key), "it is shown once");
    assert!(
        account.text().contains("issuer, rooms exam-*") && account.text().contains("last used")
    );
    let links = ada.get("/links").await;
    assert!(links.text().contains("by api-key ") && links.text().contains(" of ada"));

    let (_, rest) = account.text().split_once("/api-keys/").unwrap();
    let end = format!("POST /api-keys/{}/end", rest.split('/').next().unwrap());
    assert_eq!(
        ada.another().send(&end, &[]).await.status,
        StatusCode::UNAUTHORIZED
    );
    let ended = ada.send(&end, &[]).await;
    assert_eq!(ended.header("location"), "/account#keys");
    let refused = call(&ada, "POST /api/v1/links", &key, r#"{"room":"exam-1"}"#).await;
    assert_eq!(refused.code(), "unauthorized");
    assert!(
        refused.text().contains("this API key is not known"),
        "{}",
        refused.text()
    );
    assert_eq!(ada.send(&end, &[]).await.status, StatusCode::NOT_FOUND);
    ada.ledger.verify(None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_cannot_be_is_refused_in_words() {
    let mut ada = service(Some("https://meet.example.org"), None).await;
    ada.ada().await;
    let mut bob = ada.another();
    let invitation = ada.invite("issuer", "exam-").await;
    bob.join(&invitation, "bob", OTHER).await;
    for (note, role, rooms, days, status, words) in [
        ("", "issuer", "", "30", 422, "what it is for"),
        ("x", "root", "", "30", 422, "no such role"),
        (
            "x",
            "issuer",
            "board",
            "30",
            422,
            "rooms that are not yours",
        ),
        ("x", "issuer", "", "4000", 422, "366 days"),
        (
            "x",
            "administrator",
            "",
            "30",
            403,
            "may not do more than you may",
        ),
    ] {
        let fields = [
            ("note", note),
            ("role", role),
            ("rooms", rooms),
            ("days", days),
        ];
        let refused = bob.send("POST /api-keys", &fields).await;
        assert_eq!(refused.status.as_u16(), status, "{words}");
        assert!(
            refused.text().contains(words),
            "{words}: {}",
            refused.text()
        );
    }
    bob.send(
        "POST /api-keys",
        &[("note", "lms"), ("role", "issuer"), ("days", "7")],
    )
    .await;
    let people = ada.get("/people").await;
    assert!(
        people.text().contains("by bob: issuer, rooms exam-*"),
        "{}",
        people.text()
    );
    assert!(
        !bob.get("/account")
            .await
            .text()
            .contains(">administrator</option>")
    );
}
