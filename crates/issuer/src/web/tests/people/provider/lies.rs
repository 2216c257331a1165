//! What a provider, or whoever stands between, can try.

use super::*;

/// What becomes of the claims of an ID token.
type Lie = fn(&mut Value);

async fn refused(lie: Lie) -> Answer {
    let (mut browser, provider) = house(|_| {}).await;
    provider.mind().lie = Some(lie);
    let answer = browser.come_in(&provider, &ada(&["it"])).await;
    let page = browser.account_page().await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "nobody is signed in");
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_token_that_is_not_for_this_sign_in_is_not_believed() {
    let cases: [(Lie, u16, &str); 7] = [
        (
            |claims| claims["nonce"] = "other".into(),
            403,
            "another sign-in",
        ),
        (
            |claims| claims["nonce"] = Value::Null,
            403,
            "another sign-in",
        ),
        (
            |claims| claims["aud"] = "other".into(),
            403,
            "another service",
        ),
        (
            |claims| claims["aud"] = serde_json::json!(["roompass", "other"]),
            403,
            "another service",
        ),
        (
            |claims| claims["exp"] = now().as_secs().into(),
            403,
            "its time is not now",
        ),
        (
            |claims| claims["iat"] = (now().as_secs() + 61).into(),
            403,
            "its time is not now",
        ),
        (
            |claims| claims["iss"] = "https://evil.example".into(),
            403,
            "Another provider answered",
        ),
    ];
    for (lie, status, words) in cases {
        let answer = refused(lie).await;
        assert_eq!(answer.status.as_u16(), status, "{words}");
        assert!(answer.text().contains(words), "{words}\n{}", answer.text());
        assert!(answer.text().contains("Or with a passphrase"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_key_of_the_providers_signs() {
    let forgeries: [fn(String) -> String; 3] = [
        |token| {
            let (text, _) = token.rsplit_once('.').unwrap();
            format!("{text}.{}", "A".repeat(86))
        },
        // Unsigned, and signed with what a client and the provider share.
        |token| with_header(&token, r#"{"alg":"none"}"#),
        |token| with_header(&token, r#"{"alg":"HS256"}"#),
    ];
    for forge in forgeries {
        let (mut browser, provider) = house(|_| {}).await;
        provider.mind().forge = Some(forge);
        let answer = browser.come_in(&provider, &ada(&["it"])).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.text());
    }
}

fn with_header(token: &str, header: &str) -> String {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let mut parts = token.split('.').skip(1);
    let (claims, signature) = (parts.next().unwrap(), parts.next().unwrap());
    let header_part = URL_SAFE_NO_PAD.encode(header);
    let signature = if header.contains("none") {
        ""
    } else {
        signature
    };
    format!("{header_part}.{claims}.{signature}")
}

#[tokio::test(flavor = "multi_thread")]
async fn new_keys_are_asked_for_once_and_found() {
    let (mut browser, provider) = house(|_| {}).await;
    browser.come_in(&provider, &ada(&["it"])).await;
    provider.mind().seed = 1;
    // The clock of this test stands still, so what is known is as fresh as can be, and is not asked for again.
    let unknown = browser.another().come_in(&provider, &ada(&["it"])).await;
    assert_eq!(unknown.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(unknown.text().contains("keys have changed"));
    assert_eq!(
        provider.mind().key_requests,
        1,
        "a stranger's token makes no traffic"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_belongs_to_the_browser_that_asked() {
    let (mut browser, provider) = house(|_| {}).await;
    let mut victim = browser.another();
    // An attacker's own answer, put before somebody else: they would be signed in as the attacker.
    let way = browser.set_out("/").await;
    let planted = provider.approve(&way, &ada(&["it"]));
    let refused = victim.get(&planted).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.text().contains("this browser did not begin"));
    victim.set_out("/").await;
    assert_eq!(victim.get(&planted).await.status, StatusCode::FORBIDDEN);
    // Another state, in the browser that asked.
    let way = browser.set_out("/").await;
    let other = provider
        .approve(&way, &ada(&["it"]))
        .replace("state=", "state=1");
    assert_eq!(browser.get(&other).await.status, StatusCode::FORBIDDEN);
    let gone = provider.approve(&way, &ada(&["it"]));
    assert_eq!(
        browser.get(&gone).await.status,
        StatusCode::FORBIDDEN,
        "the ticket is used up"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_good_once() {
    let (mut browser, provider) = house(|_| {}).await;
    let way = browser.set_out("/").await;
    let back = provider.approve(&way, &ada(&["it"]));
    let held = browser.cookies.clone();
    assert_eq!(browser.get(&back).await.status, StatusCode::SEE_OTHER);
    // Whoever has the whole browser, and the address too.
    let mut thief = browser.another();
    thief.cookies = held;
    let replayed = thief.get(&back).await;
    assert_eq!(replayed.status, StatusCode::FORBIDDEN);
    assert!(
        replayed.text().contains("it was used, or is too old"),
        "{}",
        replayed.text()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn another_provider_answers_in_vain() {
    let (mut browser, provider) = house(|_| {}).await;
    provider.mind().says_who = true;
    let way = browser.set_out("/").await;
    let back = provider.approve(&way, &ada(&["it"]));
    assert!(back.contains("&iss=http"));
    let held = browser.cookies.clone();
    for mixed in [
        back.replace("&iss=http", "&iss=https"),
        back.split("&iss=").next().unwrap().to_owned(),
    ] {
        browser.cookies.clone_from(&held);
        let answer = browser.get(&mixed).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{mixed}");
        assert!(answer.text().contains("Another provider answered"));
    }
    browser.cookies = held;
    assert_eq!(browser.get(&back).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_away_or_calls_itself_otherwise_leaves_passphrases() {
    for break_it in [
        |provider: &Fake| provider.mind().is_away = true,
        |provider: &Fake| provider.mind().calls_itself = Some("https://evil.example".to_owned()),
    ] {
        let (mut browser, provider) = house(|_| {}).await;
        browser.ada().await;
        break_it(&provider);
        let mut other = browser.another();
        let away = other.get("/sign-in/provider?next=%2Flinks").await;
        assert_eq!(away.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(
            away.text().contains("The provider does not answer"),
            "{}",
            away.text()
        );
        assert!(
            away.text().contains("value=\"/links\""),
            "one goes on to there"
        );
        let right = other.sign_in("ada", PASSPHRASE).await;
        assert_eq!(right.status, StatusCode::SEE_OTHER);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_stops_on_the_way_reads_so_and_none_of_the_providers_words() {
    let (mut browser, _provider) = house(|_| {}).await;
    let way = browser.set_out("/").await;
    let state = fake::query(&way)["state"].clone();
    let words = "error=access_denied&error_description=%3Cb%3Ecall+0900%3C%2Fb%3E";
    let back = format!("/sign-in/provider/answer?{words}&state={state}");
    let planted = browser.another().get(&back).await;
    assert!(planted.text().contains("this browser did not begin"));
    let answer = browser.get(&back).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(answer.text().contains("did not let you in"));
    assert!(!answer.text().contains("0900"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_client_secret_is_the_operators_to_mend() {
    let (mut browser, provider) = house(|typed| typed.client_secret_file = None).await;
    let way = browser.set_out("/").await;
    let back = provider.approve(&way, &ada(&["it"]));
    let answer = browser.get(&back).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(
        answer.text().contains("oidc.client_secret_file"),
        "{}",
        answer.text()
    );
}
