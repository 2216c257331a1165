//! One link's page.

use base64::Engine;

use super::*;

/// The token's id that the result page names.
pub(super) fn jti(page: &Answer) -> String {
    let (_, rest) = page
        .text()
        .split_once("/links/")
        .expect("it leads to the link's page");
    rest.split('"').next().unwrap().to_owned()
}

impl Browser {
    pub(super) async fn issue_as(&mut self, room: &str, affiliation: &str) -> String {
        let fields = [
            ("room", room),
            ("name", "Grace"),
            ("affiliation", affiliation),
            ("lifetime", "2h"),
            ("seats", "3"),
        ];
        let page = self.send("POST /", &fields).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text());
        jti(&page)
    }

    /// Somebody who was invited by this one.
    pub(super) async fn with(&mut self, role: &str, rooms: &str, login: &str) -> Browser {
        let path = self.invite(role, rooms).await;
        let mut other = self.another();
        other.join(&path, login, OTHER).await;
        other
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_links_page_says_what_it_is_and_what_was_done() {
    let mut ada = service(Some("https://meet.example.org"), None).await;
    ada.ada().await;
    let owner = ada.issue_as("Weekly Sync", "owner").await;
    let page = ada.get(&format!("/links/{owner}")).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    for words in [
        "weekly sync (for Jitsi weekly%20sync)",
        "Grace, as a moderator",
        "at most 3 at once with this link",
        "Tuesday, 3 March 2026, 14:00 UTC",
        "issuer roompass, audience jitsi",
        "<strong>ada</strong> issued",
        "It hits this link.",
        ">open<",
    ] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    assert!(!page.text().contains("eyJ"), "the token is not there");
    let list = ada.get("/links").await;
    assert!(list.text().contains(&format!("href=\"/links/{owner}\"")));
    assert_eq!(ada.get("/links/absent").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guests_link_comes_of_an_owners_and_dies_with_it() {
    let mut ada = service(Some("https://meet.example.org"), None).await;
    ada.ada().await;
    let owner = ada.issue_as("board", "owner").await;
    let path = format!("POST /links/{owner}/guest");
    for (field, value, words) in [
        ("seats", "4", "ask for no more"),
        ("seats", "x", "not a number"),
        ("lifetime", "1d", "ends 2026-03-03T14:00:00Z"),
        ("lifetime", "soon", "no such lifetime"),
    ] {
        let refused = ada.send(&path, &[(field, value)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{value}");
        assert!(
            refused.text().contains(words),
            "{words}: {}",
            refused.text()
        );
    }
    let made = ada.send(&path, &[("name", "Linus"), ("seats", "1")]).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text());
    assert!(made.text().contains("/board?jwt="), "{}", made.text());
    let guest = jti(&made);
    let page = ada.get(&format!("/links/{guest}")).await;
    assert!(page.text().contains("Linus, as a guest"));
    assert!(
        page.text()
            .contains(&format!("the owner&#39;s link {owner}"))
    );
    let page = ada.get(&format!("/links/{owner}")).await;
    assert!(page.text().contains("one guest’s link that was made of it"));
    assert!(page.text().contains("made a guest&#39;s link of it"));
    let of_a_guest = ada.send(&format!("POST /links/{guest}/guest"), &[]).await;
    assert_eq!(of_a_guest.status, StatusCode::CONFLICT);

    let revoked = ada.send(&format!("POST /links/{owner}/revoke"), &[]).await;
    assert_eq!(revoked.header("location"), format!("/links/{owner}"));
    let page = ada.get(&format!("/links/{guest}")).await;
    assert!(
        page.text()
            .contains("with the owner’s link that it was made from"),
        "{}",
        page.text()
    );
    let again = ada.send(&path, &[]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    ada.ledger.verify(None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_issued_once_more_for_the_same_entry_of_a_calendar() {
    let mut ada = service(Some("https://meet.example.org"), None).await;
    ada.ada().await;
    let first = ada.issue_as("board", "owner").await;
    let entry = |page: &Answer| {
        let (_, data) = page
            .text()
            .split_once("data:text/calendar;base64,")
            .unwrap();
        let data = data.split('"').next().unwrap();
        let bytes = base64::engine::general_purpose::STANDARD.decode(data);
        String::from_utf8(bytes.unwrap()).unwrap()
    };
    let mut last = first.clone();
    for sequence in 1..3 {
        let path = format!("POST /links/{last}/again");
        let again = ada.send(&path, &[("title", "Board")]).await;
        assert_eq!(again.status, StatusCode::OK, "{}", again.text());
        let calendar = entry(&again);
        for line in [
            format!("UID:{first}@meet.example.org"),
            format!("SEQUENCE:{sequence}"),
            "SUMMARY:Board".to_owned(),
        ] {
            assert!(calendar.contains(&line), "{line}: {calendar}");
        }
        last = jti(&again);
    }
    let page = ada.get(&format!("/links/{last}")).await;
    assert!(page.text().contains("Grace, as a moderator") && page.text().contains("at most 3"));
    assert_eq!(
        ada.get(&format!("/links/{last}/cancel.ics")).await.status,
        StatusCode::NOT_FOUND,
        "it takes place"
    );
    let stay = [("stay", "on")];
    ada.send(&format!("POST /links/{last}/revoke"), &stay).await;
    let page = ada.get(&format!("/links/{last}")).await;
    assert!(page.text().contains("Whoever was in the room may stay"));
    let cancel = ada.get(&format!("/links/{last}/cancel.ics")).await;
    for line in [
        "METHOD:CANCEL".to_owned(),
        "SEQUENCE:3".to_owned(),
        format!("UID:{first}@meet.example.org"),
    ] {
        assert!(cancel.text().contains(&line), "{line}: {}", cancel.text());
    }
    assert!(!cancel.text().contains("LOCATION"), "no link is left in it");
    ada.ledger.verify(None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_and_rooms_bound_what_one_sees_and_does() {
    let mut ada = service(Some("https://meet.example.org"), None).await;
    ada.ada().await;
    let (board, exam) = (
        ada.issue_as("board", "owner").await,
        ada.issue_as("exam-1", "owner").await,
    );
    let mut viewer = ada.with("viewer", "", "eve").await;
    let mut bob = ada.with("issuer", "exam-", "bob").await;
    let seen = viewer.get(&format!("/links/{exam}")).await;
    assert!(seen.text().contains("exam-1") && !seen.text().contains("What you can do"));
    for action in ["revoke", "guest", "again"] {
        let refused = viewer
            .send(&format!("POST /links/{exam}/{action}"), &[])
            .await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{action}");
        let hidden = bob
            .send(&format!("POST /links/{board}/{action}"), &[])
            .await;
        assert_eq!(hidden.status, StatusCode::NOT_FOUND, "{action}");
    }
    for path in ["", "/cancel.ics"] {
        let hidden = bob.get(&format!("/links/{board}{path}")).await;
        assert_eq!(hidden.status, StatusCode::NOT_FOUND, "{path}");
    }
    for action in ["guest", "again"] {
        let done = bob.send(&format!("POST /links/{exam}/{action}"), &[]).await;
        assert_eq!(done.status, StatusCode::OK, "{action}: {}", done.text());
    }
    let done = bob.send(&format!("POST /links/{exam}/revoke"), &[]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
}
