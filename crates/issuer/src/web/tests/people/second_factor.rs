//! Signing in with two factors.

use super::*;
use crate::people::second_factor;

/// What Ada's app shows, so many seconds from now.
async fn shown(browser: &Browser, after: u64) -> String {
    let id = browser.id_of("ada").await;
    let factor = second_factor::of(browser.ledger.pool(), &id).await.unwrap();
    factor.unwrap().secret.shown(now().plus(after))
}

/// Ada, with a second factor; gives its recovery codes.
async fn with_factor(ada: &mut Browser) -> Vec<String> {
    ada.ada().await;
    let begun = ada
        .send("POST /account/second-factor", &[("passphrase", PASSPHRASE)])
        .await;
    assert_eq!(begun.status, StatusCode::OK, "{}", begun.text());
    assert!(begun.text().contains("<svg") && begun.text().contains("otpauth://totp/"));
    let wrong = ada
        .send("POST /account/second-factor/confirm", &[("code", "12345")])
        .await;
    assert!(
        wrong.text().contains("not the code that the app shows") && wrong.text().contains("<svg")
    );
    let code = shown(ada, 0).await;
    let on = ada
        .send("POST /account/second-factor/confirm", &[("code", &code)])
        .await;
    let (_, rest) = on.text().split_once(r#"class="codes">"#).unwrap();
    let codes = rest.split('<').next().unwrap().split_whitespace();
    codes.map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passphrase_alone_is_not_enough_any_more() {
    let mut ada = service(Some("https://meet.example.org"), None).await;
    let codes = with_factor(&mut ada).await;
    assert_eq!(codes.len(), 10);
    let mut phone = ada.another();
    assert_eq!(
        phone.get("/sign-in/code").await.header("location"),
        "/sign-in"
    );
    let fields = [
        ("login", "ada"),
        ("passphrase", PASSPHRASE),
        ("next", "/links"),
    ];
    let half = phone.send("POST /sign-in", &fields).await;
    assert_eq!(half.header("location"), "/sign-in/code?next=%2Flinks");
    assert_eq!(
        phone.get("/account").await.status,
        StatusCode::SEE_OTHER,
        "not yet"
    );
    assert!(
        phone
            .get("/sign-in/code")
            .await
            .text()
            .contains("six digits")
    );
    let again = shown(&ada, 0).await;
    let used = phone.send("POST /sign-in/code", &[("code", &again)]).await;
    assert_eq!(
        used.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "it was used to confirm"
    );
    assert!(used.text().contains("was used already") && !used.text().contains(&again));
    let code = shown(&ada, 30).await;
    let done = phone
        .send("POST /sign-in/code", &[("code", &code), ("next", "/links")])
        .await;
    assert_eq!(done.header("location"), "/links", "{}", done.text());
    assert_eq!(phone.get("/account").await.status, StatusCode::OK);

    let mut other = ada.another();
    other.sign_in("ada", PASSPHRASE).await;
    let replayed = other.send("POST /sign-in/code", &[("code", &code)]).await;
    assert_eq!(replayed.status, StatusCode::UNPROCESSABLE_ENTITY);
    other
        .send("POST /sign-in/code", &[("code", &codes[0])])
        .await;
    let account = other.get("/account").await;
    assert!(
        account.text().contains("9 recovery codes are left"),
        "{}",
        account.text()
    );
    ada.ledger.verify(None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_cannot_be_guessed_and_guessing_locks_no_known_browser_out() {
    let mut ada = service(Some("https://meet.example.org"), None).await;
    let codes = with_factor(&mut ada).await;
    let mut thief = ada.another();
    thief.sign_in("ada", PASSPHRASE).await;
    for _ in 0..5 {
        let wrong = thief
            .send("POST /sign-in/code", &[("code", "000000")])
            .await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let stopped = thief
        .send("POST /sign-in/code", &[("code", &codes[0])])
        .await;
    assert_eq!(stopped.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(stopped.header("retry-after"), "900");
    ada.send("POST /sign-out", &[]).await;
    ada.sign_in("ada", PASSPHRASE).await;
    let back = ada.send("POST /sign-in/code", &[("code", &codes[0])]).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER, "her browser is known");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_login_is_never_asked_for_a_code() {
    let mut ada = service(Some("https://meet.example.org"), None).await;
    with_factor(&mut ada).await;
    let text = |answer: &Answer| answer.text().replace("value=\"ada\"", "value=\"eve\"");
    let wrong = ada.another().sign_in("ada", OTHER).await;
    let unknown = ada.another().sign_in("eve", OTHER).await;
    assert_eq!(wrong.status, unknown.status);
    assert_eq!(
        text(&wrong),
        text(&unknown),
        "nor is one with a second factor told apart"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_owner_turns_it_on_or_off() {
    let mut ada = service(Some("https://meet.example.org"), None).await;
    with_factor(&mut ada).await;
    for path in ["", "/codes", "/end"] {
        let line = format!("POST /account/second-factor{path}");
        let refused = ada.send(&line, &[("passphrase", OTHER)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            refused.text().contains("This is not your passphrase"),
            "{path}"
        );
    }
    let already = ada
        .send("POST /account/second-factor", &[("passphrase", PASSPHRASE)])
        .await;
    assert_eq!(already.status, StatusCode::CONFLICT);
    let other = ada
        .send(
            "POST /account/second-factor/codes",
            &[("passphrase", PASSPHRASE)],
        )
        .await;
    assert!(other.text().contains("are good no more"));
    ada.send(
        "POST /account/second-factor/end",
        &[("passphrase", PASSPHRASE)],
    )
    .await;
    let back = ada.another().sign_in("ada", PASSPHRASE).await;
    assert_eq!(back.header("location"), "/");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_of_the_passphrase_asks_for_the_code_and_an_administrator_takes_it_away() {
    let mut ada = service(Some("https://meet.example.org"), None).await;
    with_factor(&mut ada).await;
    let id = ada.id_of("ada").await;
    let reset = ada.send(&format!("POST /people/{id}/reset"), &[]).await;
    let mut elsewhere = ada.another();
    let joined = elsewhere.join(&handed(&reset), "ada", OTHER).await;
    assert_eq!(joined.header("location"), "/sign-in/code?next=%2F");
    assert_eq!(
        elsewhere.get("/account").await.status,
        StatusCode::SEE_OTHER
    );

    let mut root = ada.another();
    let path = set_up(&ada).await;
    root.join(&path, "root", PASSPHRASE).await;
    assert!(
        root.get("/people")
            .await
            .text()
            .contains("Take the second factor away")
    );
    root.send(&format!("POST /people/{id}/second-factor"), &[])
        .await;
    let back = elsewhere.sign_in("ada", OTHER).await;
    assert_eq!(back.header("location"), "/");
    root.ledger.verify(None).await.unwrap();
}
