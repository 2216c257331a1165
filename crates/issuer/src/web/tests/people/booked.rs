//! Two meetings in one room: a warning that the person confirms. And what calendars keep of a meeting.

use super::link::jti;
use super::*;

/// A meeting on the day after the tests' own.
pub(super) async fn book(
    browser: &mut Browser,
    room: &str,
    from: &str,
    until: &str,
    more: &[(&str, &str)],
) -> Answer {
    let (start, until) = (format!("2026-03-04T{from}"), format!("2026-03-04T{until}"));
    let mut fields = vec![
        ("room", room),
        ("affiliation", "member"),
        ("lifetime", "until"),
        ("start", start.as_str()),
        ("until", until.as_str()),
        ("zone", "UTC"),
    ];
    fields.extend(more);
    browser.send("POST /", &fields).await
}

/// What the person is to send along, to say that they know.
fn confirmed(page: &Answer) -> String {
    let (_, rest) = page
        .text()
        .split_once(r#"name="confirmed" value=""#)
        .unwrap();
    rest.split('"').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_that_is_taken_is_asked_about_once() {
    let mut ada = service(Some("https://meet.example.org"), None).await;
    ada.ada().await;
    let mut bob = ada.with("issuer", "", "bob").await;
    let title = [("title", "Board <meeting>")];
    let first = jti(&book(&mut ada, "board", "09:00", "10:00", &title).await);

    let asked = book(&mut bob, "Board", "09:30", "10:30", &[]).await;
    assert_eq!(asked.status, StatusCode::CONFLICT);
    for words in [
        "Not issued yet: the room is taken then.",
        "Board &#60;meeting&#62;",
        "issued by ada",
        "Issue it all the same",
        r#"name="room" value="Board""#,
        "09:00 UTC</time> until Wednesday, 4 March 2026, 10:00 UTC",
    ] {
        assert!(asked.text().contains(words), "{words}\n{}", asked.text());
    }
    assert!(!asked.text().contains("?jwt="));
    assert_eq!(confirmed(&asked), first);
    let known = [("confirmed", first.as_str())];
    let issued = book(&mut bob, "board", "09:30", "10:30", &known).await;
    assert_eq!(issued.status, StatusCode::OK, "{}", issued.text());
    // The next one for the same meeting is not asked about again; another meeting is.
    assert_eq!(confirmed(&issued), first);
    for (room, from, until, status) in [
        ("board", "10:30", "11:30", StatusCode::OK),
        ("hall", "09:30", "10:30", StatusCode::OK),
        ("board", "10:00", "10:30", StatusCode::OK),
        ("board", "09:59", "10:15", StatusCode::CONFLICT),
    ] {
        let answer = book(&mut bob, room, from, until, &[]).await;
        assert_eq!(answer.status, status, "{room} {from}: {}", answer.text());
    }
    ada.send(&format!("POST /links/{first}/revoke"), &[]).await;
    let free = book(&mut bob, "board", "09:00", "09:30", &[]).await;
    assert_eq!(
        free.status,
        StatusCode::OK,
        "what was taken back takes no room"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn links_for_one_meeting_are_nobodys_clash() {
    let mut ada = service(Some("https://meet.example.org"), None).await;
    ada.ada().await;
    for (from, until) in [("09:00", "10:00"), ("09:00", "10:00"), ("08:45", "10:00")] {
        let answer = book(&mut ada, "board", from, until, &[]).await;
        assert_eq!(answer.status, StatusCode::OK, "{from}");
    }
    let other = book(&mut ada, "board", "09:30", "10:30", &[]).await;
    assert_eq!(
        other.status,
        StatusCode::CONFLICT,
        "their own second meeting"
    );
    // For now and somebody else: people do so all day.
    for _ in 0..2 {
        assert_eq!(ada.issue("sync").await.status, StatusCode::OK);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_series_clashes_while_its_door_is_open() {
    let mut ada = service(Some("https://meet.example.org"), None).await;
    ada.ada().await;
    let series = [
        ("room", "sync"),
        ("affiliation", "member"),
        ("repeat", "weekly"),
        ("wed", "on"),
        ("at", "15:00"),
        ("zone", "UTC"),
        ("last_day", "2026-06-30"),
    ];
    assert_eq!(ada.send("POST /", &series).await.status, StatusCode::OK);
    let mut bob = ada.with("issuer", "", "bob").await;
    for (from, until, status) in [
        ("13:00", "14:50", StatusCode::OK),
        ("14:00", "14:51", StatusCode::CONFLICT),
        ("16:30", "17:00", StatusCode::OK),
    ] {
        let answer = book(&mut bob, "sync", from, until, &[]).await;
        assert_eq!(answer.status, status, "{from}");
    }
    let again = bob.send("POST /", &series).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_may_not_see_is_not_told() {
    let mut ada = service(Some("https://meet.example.org"), None).await;
    ada.ada().await;
    book(&mut ada, "board", "09:00", "10:00", &[]).await;
    let mut bob = ada.with("issuer", "exam-", "bob").await;
    let answer = book(&mut bob, "board", "09:00", "10:00", &[]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let fields = [("room", "board"), ("lifetime", "tomorrow")];
    let preview = bob.send("POST /preview", &fields).await;
    assert!(!preview.text().contains("taken"), "{}", preview.text());
    let suggested = bob.send("POST /", &[("do", "suggest")]).await;
    assert!(suggested.text().contains(r#"name="room" value="exam-"#));
    let mut eve = ada.with("viewer", "", "eve").await;
    let refused = eve.send("POST /preview", &fields).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

/// The calendar file that is in a page.
fn calendar(page: &Answer) -> String {
    use base64::Engine;
    let (_, rest) = page
        .text()
        .split_once("data:text/calendar;base64,")
        .unwrap();
    let text = base64::engine::general_purpose::STANDARD.decode(rest.split('"').next().unwrap());
    String::from_utf8(text.unwrap())
        .unwrap()
        .replace("\r\n ", "")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_series_is_updated_and_cancelled_in_calendars() {
    let mut ada = service(Some("https://meet.example.org"), None).await;
    ada.ada().await;
    let series = [
        ("room", "sync"),
        ("title", "The sync"),
        ("affiliation", "member"),
        ("repeat", "weekly"),
        ("tue", "on"),
        ("at", "15:00"),
        ("zone", "Europe/Berlin"),
        ("last_day", "2026-06-30"),
    ];
    let first = ada.send("POST /", &series).await;
    let name = jti(&first);
    let again = ada.send(&format!("POST /links/{name}/again"), &[]).await;
    ada.send(&format!("POST /links/{name}/revoke"), &[]).await;
    let cancel = ada.get(&format!("/links/{name}/cancel.ics")).await;
    assert_eq!(cancel.status, StatusCode::OK, "{}", cancel.text());
    let cancelled = cancel.text().replace("\r\n ", "");
    for (text, sequence, method) in [
        (&calendar(&first), 0, "PUBLISH"),
        (&calendar(&again), 1, "PUBLISH"),
        (&cancelled, 1, "CANCEL"),
    ] {
        for line in [
            format!("METHOD:{method}"),
            format!("UID:{name}@meet.example.org"),
            format!("SEQUENCE:{sequence}"),
            "SUMMARY:The sync".to_owned(),
            "DTSTART;TZID=Europe/Berlin:20260303T150000".to_owned(),
            "RRULE:FREQ=WEEKLY;INTERVAL=1;WKST=MO;BYDAY=TU;COUNT=18".to_owned(),
        ] {
            assert!(text.contains(&format!("\r\n{line}\r\n")), "{line}\n{text}");
        }
    }
    let page = ada.get(&format!("/links/{name}")).await;
    for words in [
        "<h1 id=\"room\">The sync</h1>",
        "noted for calendars “The sync”",
        "cancel.ics",
    ] {
        assert!(page.text().contains(words), "{words}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn calendars_show_the_agreed_hours_and_not_the_doors() {
    let mut ada = service(Some("https://meet.example.org"), None).await;
    ada.ada().await;
    let margins = [("early", "10"), ("grace", "15"), ("title", "Board")];
    let first = book(&mut ada, "board", "09:00", "10:00", &margins).await;
    let again = ada
        .send(&format!("POST /links/{}/again", jti(&first)), &[])
        .await;
    for page in [first, again] {
        for line in [
            "DTSTART:20260304T090000Z",
            "DTEND:20260304T100000Z",
            "SUMMARY:Board",
        ] {
            assert!(
                calendar(&page).contains(&format!("\r\n{line}\r\n")),
                "{line}"
            );
        }
        assert!(
            page.text().contains("Wednesday, 4 March 2026, 08:50 UTC"),
            "the door's"
        );
    }
    let head = ada.ledger.verify(None).await.unwrap();
    assert!(head.seq > 5, "the notes are part of the chain");
}
