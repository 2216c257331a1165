//! What roles and rooms allow.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn each_does_what_their_role_and_rooms_allow() {
    let mut ada = service(Some("https://meet.example.org"), None).await;
    ada.ada().await;
    let (mut issuer, mut viewer) = (ada.another(), ada.another());
    let invitation = ada.invite("issuer", "exam-").await;
    issuer.join(&invitation, "bob", OTHER).await;
    let invitation = ada.invite("viewer", "").await;
    viewer.join(&invitation, "eve", OTHER).await;

    assert_eq!(issuer.issue("exam-math").await.status, StatusCode::OK);
    let refused = issuer.issue("board").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(
        refused.text().contains("none of the rooms that are yours"),
        "{}",
        refused.text()
    );
    ada.issue("board").await;
    let (all, theirs) = (viewer.get("/links").await, issuer.get("/links").await);
    assert!(all.text().contains("board") && !theirs.text().contains("board"));
    assert!(theirs.text().contains("exam-math"));

    assert_eq!(viewer.issue("board").await.status, StatusCode::FORBIDDEN);
    assert_eq!(viewer.get("/").await.header("location"), "/links");
    for path in ["/people", "/people/x", "/people/x/reset"] {
        let fields = [("role", "administrator"), ("active", "on")];
        let refused = issuer.send(&format!("POST {path}"), &fields).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
    }
    let bearer = ask(ada.router.clone(), request("POST /api/v1/links", &[], "{}")).await;
    assert_eq!(bearer.code(), "unauthorized");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issuer_takes_back_what_is_theirs() {
    let mut ada = service(Some("https://meet.example.org"), None).await;
    ada.ada().await;
    let mut bob = ada.another();
    let invitation = ada.invite("issuer", "exam-").await;
    bob.join(&invitation, "bob", OTHER).await;
    let pairs = bob
        .cookies
        .iter()
        .map(|(name, value)| format!("{name}={value}"));
    let cookie = pairs.collect::<Vec<_>>().join("; ");
    for (body, expected) in [
        (r#"{"room":"exam-math"}"#, StatusCode::CREATED),
        (r#"{"room":"board"}"#, StatusCode::FORBIDDEN),
        (r#"{"person":"ada"}"#, StatusCode::FORBIDDEN),
        (r#"{"token_id":"AQEBAQEBAQE"}"#, StatusCode::FORBIDDEN),
    ] {
        let headers = [
            ("content-type", "application/json"),
            ("cookie", cookie.as_str()),
        ];
        let request = request("POST /api/v1/revocations", &headers, body);
        assert_eq!(
            ask(bob.router.clone(), request).await.status,
            expected,
            "{body}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_shut_out_or_reset_is_signed_out_everywhere() {
    let mut ada = service(Some("https://meet.example.org"), None).await;
    ada.ada().await;
    let mut bob = ada.another();
    let invitation = ada.invite("administrator", "exam-").await;
    bob.join(&invitation, "bob", OTHER).await;
    let (ada_id, bob_id) = (ada.id_of("ada").await, ada.id_of("bob").await);
    let beyond = bob.send(&format!("POST /people/{ada_id}/reset"), &[]).await;
    assert_eq!(beyond.status, StatusCode::FORBIDDEN);
    let more = bob
        .send("POST /people", &[("role", "viewer"), ("rooms", "board")])
        .await;
    assert_eq!(more.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        more.text().contains("rooms that are not yours"),
        "{}",
        more.text()
    );
    let mine = bob.invite("viewer", "").await;
    assert!(
        bob.another().get(&mine).await.text().contains("exam-*"),
        "never more than his own"
    );

    let reset = ada.send(&format!("POST /people/{bob_id}/reset"), &[]).await;
    let path = handed(&reset);
    assert_eq!(
        bob.get("/account").await.status,
        StatusCode::OK,
        "until it is used"
    );
    let mut elsewhere = ada.another();
    elsewhere.join(&path, "bob", PASSPHRASE).await;
    assert_eq!(bob.get("/account").await.status, StatusCode::SEE_OTHER);
    assert_eq!(elsewhere.get("/account").await.status, StatusCode::OK);

    let change = [("role", "issuer"), ("rooms", "exam-*")];
    ada.send(&format!("POST /people/{bob_id}"), &change).await;
    assert_eq!(
        elsewhere.get("/account").await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(
        elsewhere.sign_in("bob", PASSPHRASE).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let last = ada.send(&format!("POST /people/{ada_id}"), &change).await;
    assert_eq!(last.status, StatusCode::CONFLICT);
    ada.ledger.verify(None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_language_is_chosen_before_and_after_signing_in() {
    let mut ada = service(Some("https://meet.example.org"), None).await;
    let chosen = ada.send("POST /language", &[("language", "fr")]).await;
    assert_eq!(chosen.header("location"), "/sign-in");
    assert!(
        ada.get("/sign-in")
            .await
            .text()
            .contains("<h1>Se connecter</h1>")
    );
    ada.ada().await;
    assert!(ada.get("/today").await.text().contains("mardi 3 mars 2026"));
    let chosen = ada.send("POST /language", &[("language", "")]).await;
    assert_eq!(chosen.header("location"), "/account");
    assert!(
        ada.get("/today")
            .await
            .text()
            .contains("Tuesday, 3 March 2026")
    );
}
