//! Lists, today, taking back and the audit.

use super::link::jti;
use super::*;

impl Browser {
    /// The token of the link that was issued last.
    async fn newest(&mut self) -> String {
        let page = self.get("/links").await;
        let (_, rest) = page.text().split_once("<code>").unwrap();
        rest.split('<').next().unwrap().to_owned()
    }
}

/// Issues for a time of its own; both as the form has them.
async fn issue_from(browser: &mut Browser, room: &str, start: &str, until: &str) -> String {
    let fields = [
        ("room", room),
        ("affiliation", "member"),
        ("lifetime", "until"),
        ("until", until),
        ("start", start),
    ];
    jti(&browser.send("POST /", &fields).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_filtered_and_goes_on_by_number() {
    let mut ada = service(Some("https://meet.example.org"), None).await;
    ada.ada().await;
    for number in 0..60 {
        ada.issue(&format!("exam-{number}")).await;
    }
    let board = ada.issue_as("Board Room", "owner").await;
    let first = ada.get("/links?room=Exam-").await;
    assert_eq!(first.text().matches("<tr><th scope=\"row\">").count(), 50);
    let (_, next) = first.text().split_once("href=\"/links?room").unwrap();
    let next = format!("/links?room{}", next.split('"').next().unwrap());
    let second = ada
        .get(&next.replace("&amp;", "&").replace("&#38;", "&"))
        .await;
    assert_eq!(second.text().matches("<tr><th scope=\"row\">").count(), 10);
    assert!(!second.text().contains("Older ones"), "{}", second.text());
    for (query, is_there) in [
        ("room=Board+R", true),
        ("person=grace", true),
        ("person=linus", false),
        ("issuer=ada&room=board", true),
        ("issuer=bob", false),
        ("state=open&person=Grace", true),
        ("state=to+come", false),
        ("state=revoked", false),
    ] {
        let page = ada.get(&format!("/links?{query}")).await;
        assert_eq!(page.text().contains(&board), is_there, "{query}");
    }
    ada.send(&format!("POST /links/{board}/revoke"), &[]).await;
    for (query, is_there) in [("state=open&person=Grace", false), ("state=revoked", true)] {
        let page = ada.get(&format!("/links?{query}")).await;
        assert_eq!(page.text().contains(&board), is_there, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn today_is_what_is_open_and_what_opens_before_midnight() {
    let mut ada = service(Some("https://meet.example.org"), None).await;
    ada.ada().await;
    ada.issue("open-now").await;
    issue_from(&mut ada, "tonight", "2026-03-03T22:30", "2026-03-03T23:30").await;
    issue_from(&mut ada, "tomorrow", "2026-03-04T09:00", "2026-03-04T10:00").await;
    let dead = issue_from(
        &mut ada,
        "called-off",
        "2026-03-03T15:00",
        "2026-03-03T16:00",
    )
    .await;
    ada.send(&format!("POST /links/{dead}/revoke"), &[]).await;
    let series = [
        ("room", "sync"),
        ("affiliation", "member"),
        ("repeat", "weekly"),
        ("tue", "on"),
        ("at", "17:00"),
        ("minutes", "60"),
        ("zone", "UTC"),
        ("last_day", "2026-06-30"),
    ];
    let made = ada.send("POST /", &series).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text());

    let page = ada.get("/today").await;
    let (open, later) = page.text().split_once("Later today").unwrap();
    assert!(open.contains("Tuesday, 3 March 2026, UTC"), "{open}");
    assert!(open.contains("open-now") && open.contains("</time>–14:00"));
    assert!(later.contains("tonight") && later.contains("22:30</time>–23:30"));
    assert!(later.contains("16:50</time>–18:30"), "{later}");
    for room in ["tomorrow", "called-off"] {
        assert!(!page.text().contains(room), "{room}");
    }
    let berlin = ada.get("/today?zone=Europe%2FBerlin").await;
    assert!(berlin.text().contains("23:30</time>–4 Mar, 00:30"));
    let tokyo = ada.get("/today?zone=Asia%2FTokyo").await;
    assert!(
        !tokyo.text().contains("tonight"),
        "it is past midnight there"
    );
    let mars = ada.get("/today?zone=Mars").await;
    assert!(mars.text().contains("There is no such time zone"));

    let mut bob = ada.with("viewer", "exam-", "bob").await;
    assert!(!bob.get("/today").await.text().contains("open-now"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_back_is_shown_before_it_is_done() {
    let mut ada = service(Some("https://meet.example.org"), None).await;
    ada.ada().await;
    for room in ["exam-a", "exam-b", "board"] {
        ada.issue_as(room, "owner").await;
    }
    let form = ada.get("/revoke").await;
    assert!(form.text().contains("Take back"), "{}", form.text());
    for (kind, what, words) in [
        ("room", "Exam-*", "It hits 2 links"),
        ("room", "Board", "It hits one link"),
        ("room", "absent", "knows no link that it hits"),
        ("key", key().id().as_str(), "It hits 3 links"),
        ("person", "grace", "all links of the person grace"),
    ] {
        let shown = ada
            .send("POST /revoke", &[("kind", kind), ("what", what)])
            .await;
        assert!(shown.text().contains(words), "{what}: {}", shown.text());
        let list = std::fs::exists(ada.folder.path().join("list.json")).unwrap();
        assert!(!list, "nothing is done yet");
    }
    let done = [
        ("kind", "room"),
        ("what", "exam-*"),
        ("confirmed", "yes"),
        ("stay", "on"),
    ];
    let done = ada.send("POST /revoke", &done).await;
    assert!(
        done.text().contains("Every shard learns"),
        "{}",
        done.text()
    );
    let revoked = ada.get("/links?state=revoked").await;
    assert!(revoked.text().contains("exam-a") && revoked.text().contains("exam-b"));
    assert!(!revoked.text().contains(">board<"));
    let list = std::fs::read_to_string(ada.folder.path().join("list.json")).unwrap();
    assert!(
        list.contains("room:exam-*") && list.contains("\"stay\":true"),
        "{list}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_taken_back_is_told_at_its_field() {
    let mut ada = service(Some("https://meet.example.org"), None).await;
    ada.ada().await;
    for (kind, what, words) in [
        ("room", "?", "Use letters or digits"),
        ("link", "x.y.z", "none of this issuer"),
        ("person", "", "id is empty"),
        ("all", "x", "no such kind"),
    ] {
        let refused = ada
            .send("POST /revoke", &[("kind", kind), ("what", what)])
            .await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{what}");
        assert!(
            refused
                .text()
                .to_lowercase()
                .contains(&words.to_lowercase()),
            "{words}: {}",
            refused.text()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_was_pasted_is_not_sent_back() {
    let mut ada = service(Some("https://meet.example.org"), None).await;
    ada.ada().await;
    let issued = ada.issue("board").await;
    let (_, link) = issued.text().split_once("target=\"_blank\"").map_or_else(
        || panic!("{}", issued.text()),
        |(before, _)| before.rsplit_once("href=\"").unwrap(),
    );
    let link = link.split('"').next().unwrap().to_owned();
    let shown = ada
        .send("POST /revoke", &[("kind", "link"), ("what", &link)])
        .await;
    assert!(
        shown.text().contains("the link of token"),
        "{}",
        shown.text()
    );
    assert!(!shown.text().contains("eyJ"), "{}", shown.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_bounded_takes_back_within_their_rooms() {
    let mut ada = service(Some("https://meet.example.org"), None).await;
    ada.ada().await;
    let (exam, board) = (
        ada.issue_as("exam-a", "owner").await,
        ada.issue_as("board", "owner").await,
    );
    let mut bob = ada.with("issuer", "exam-", "bob").await;
    let key_id = key().id().to_string();
    for (kind, what, expected) in [
        ("room", "exam-a", StatusCode::OK),
        ("room", "exam-m*", StatusCode::OK),
        ("room", "ex*", StatusCode::FORBIDDEN),
        ("room", "board", StatusCode::FORBIDDEN),
        ("link", exam.as_str(), StatusCode::OK),
        ("link", board.as_str(), StatusCode::FORBIDDEN),
        ("link", "unknown", StatusCode::FORBIDDEN),
        ("person", "ada", StatusCode::FORBIDDEN),
        ("key", key_id.as_str(), StatusCode::FORBIDDEN),
    ] {
        for confirmed in ["", "yes"] {
            let fields = [("kind", kind), ("what", what), ("confirmed", confirmed)];
            let answer = bob.send("POST /revoke", &fields).await;
            assert_eq!(answer.status, expected, "{kind} {what}: {}", answer.text());
        }
    }
    let mut eve = ada.with("viewer", "", "eve").await;
    assert_eq!(eve.get("/revoke").await.status, StatusCode::FORBIDDEN);
    let fields = [("kind", "room"), ("what", "board"), ("confirmed", "yes")];
    assert_eq!(
        eve.send("POST /revoke", &fields).await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_has_every_entry_and_the_chains_state() {
    let mut ada = service(Some("https://meet.example.org"), None).await;
    ada.ada().await;
    for number in 0..55 {
        ada.issue(&format!("exam-{number}")).await;
    }
    let first = ada.get("/audit").await;
    assert!(first.text().contains("link.issue") && !first.text().contains("affiliation"));
    let (_, next) = first.text().split_once("/audit?before=").unwrap();
    let next = format!("/audit?before={}", next.split('"').next().unwrap());
    let last = ada.get(&next).await;
    assert!(last.text().contains("invitation.make"), "{}", last.text());
    assert!(!last.text().contains("Older ones"));
    let verified = ada.send("POST /audit/verify", &[]).await;
    assert!(
        verified.text().contains("The chain is whole"),
        "{}",
        verified.text()
    );
    let head = ada.ledger.verify(None).await.unwrap().to_string();
    assert!(verified.text().contains(&head));
    sqlx::query("UPDATE entries SET actor = 'eve' WHERE seq = 9")
        .execute(ada.ledger.pool())
        .await
        .unwrap();
    let broken = ada.send("POST /audit/verify", &[]).await;
    assert!(
        broken.text().contains("The chain is broken"),
        "{}",
        broken.text()
    );
    let mut bob = ada.with("administrator", "exam-", "bob").await;
    let mut eve = ada.with("issuer", "", "eve").await;
    for other in [&mut bob, &mut eve] {
        assert_eq!(other.get("/audit").await.status, StatusCode::FORBIDDEN);
        let refused = other.send("POST /audit/verify", &[]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_shown_with_their_states_and_times() {
    let mut ada = service(Some("https://meet.example.org"), None).await;
    ada.ada().await;
    ada.issue("board").await;
    let newest = ada.newest().await;
    let gone = ada.ledger.link(&newest).await.unwrap().unwrap();
    sqlx::query("UPDATE links SET kid = 'gone-key' WHERE jti = $1")
        .bind(gone.record.jti)
        .execute(ada.ledger.pool())
        .await
        .unwrap();
    ada.issue("board").await;
    let page = ada.get("/keys").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    for words in [
        key().id().as_str(),
        ">active<",
        "gone-key",
        ">gone<",
        "<svg viewBox",
        "since 3 Mar 2026, 12:00 UTC",
        "roompass keys init",
    ] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    let mut bob = ada.with("administrator", "exam-", "bob").await;
    assert_eq!(bob.get("/keys").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_folder_shows_the_overlap() {
    let folder = tempfile::tempdir().unwrap();
    let [first, next] = [21, 22].map(|seed| SigningKey::from_seed(&[seed; 32]));
    let keys = crate::KeyFolder::create(&folder.path().join("keys"), &first, now()).unwrap();
    keys.signing_key(now().plus(86_400)).unwrap();
    keys.rotate(&next, now()).unwrap();
    let mut app = app(key(), None);
    let base_url = BaseUrl::parse("https://meet.example.org").unwrap();
    let published = crate::Keys::Folder(keys.clone());
    app.office = Office::new(published, Deployment::default(), Some(base_url));
    let headers = [("accept", "text/html")];
    let page = ask(router(app), request("GET /keys", &headers, "")).await;
    let (first, next) = (first.id().to_string(), next.id().to_string());
    let (of_next, of_first) = (page.text().rfind(&next), page.text().rfind(&first));
    assert!(of_next < of_first, "the next one stands first");
    for words in [
        ">next<",
        ">active<",
        "until 5 Mar 2026, 00:01 UTC",
        "roompass keys rotate",
    ] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
}
