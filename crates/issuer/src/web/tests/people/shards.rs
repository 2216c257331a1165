//! Who came for key set and feed.

use std::net::SocketAddr;

use axum::extract::ConnectInfo;

use super::*;

async fn fetch(browser: &Browser, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut asked = request(&format!("GET {path}"), headers, "");
    let peer: SocketAddr = "192.0.2.7:4711".parse().unwrap();
    asked.extensions_mut().insert(ConnectInfo(peer));
    ask(browser.router.clone(), asked).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_sees_who_came_and_which_edition_they_had() {
    let mut ada = service(Some("https://meet.example.org"), None).await;
    ada.ada().await;
    assert!(ada.get("/shards").await.text().contains("Nobody yet"));
    let prosody = ("user-agent", "Prosody/0.12 <b>");
    let first = fetch(&ada, "/.well-known/jwks.json", &[prosody]).await;
    let page = ada.get("/shards").await;
    for words in [
        "192.0.2.7",
        "Prosody/0.12 &#60;b&#62;",
        "took the current edition",
    ] {
        assert!(page.text().contains(words), "{words}\n{}", page.text());
    }
    let etag = first.header("etag").to_owned();
    fetch(
        &ada,
        "/.well-known/jwks.json",
        &[prosody, ("if-none-match", &etag)],
    )
    .await;
    let older = [prosody, ("if-none-match", "\"older\"")];
    fetch(&ada, "/.well-known/revocations", &older).await;
    fetch(&ada, "/.well-known/jwks.jwt", &[]).await;
    let page = ada.get("/shards").await;
    for words in [
        "had the current edition",
        "had an older edition, and took the current one",
        "says nothing of itself",
        "got none",
        ">now<",
    ] {
        assert!(page.text().contains(words), "{words}\n{}", page.text());
    }
    assert_eq!(page.text().matches("192.0.2.7").count(), 2, "two programs");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_sees_it() {
    let mut ada = service(Some("https://meet.example.org"), None).await;
    ada.ada().await;
    for (role, rooms) in [("issuer", ""), ("administrator", "exam-")] {
        let path = ada.invite(role, rooms).await;
        let mut other = ada.another();
        other.join(&path, &format!("other-{role}"), OTHER).await;
        assert_eq!(
            other.get("/shards").await.status,
            StatusCode::FORBIDDEN,
            "{role}"
        );
    }
}
