//! The calendar and the usage, over what was issued.

use super::booked::book;
use super::link::jti;
use super::*;

/// The part of a calendar that is one day.
fn day<'a>(page: &'a Answer, machine: &str) -> &'a str {
    let (_, rest) = page
        .text()
        .split_once(&format!("<time datetime=\"{machine}\">"))
        .unwrap();
    rest.split("</td>").next().unwrap()
}

/// A board for two, a series, a meeting that is called off, and a room that stands open.
async fn book_a_month(ada: &mut Browser) {
    let board = [("title", "The <board>"), ("early", "10")];
    for _ in 0..2 {
        book(ada, "board", "09:00", "10:00", &board).await;
    }
    let series = [
        ("room", "sync"),
        ("affiliation", "member"),
        ("repeat", "weekly"),
        ("tue", "on"),
        ("at", "15:00"),
        ("zone", "Europe/Berlin"),
        ("last_day", "2026-04-30"),
    ];
    assert_eq!(ada.send("POST /", &series).await.status, StatusCode::OK);
    let dead = jti(&book(ada, "called-off", "12:00", "13:00", &[]).await);
    ada.send(&format!("POST /links/{dead}/revoke"), &[]).await;
    let standing = [
        ("room", "lobby"),
        ("affiliation", "member"),
        ("lifetime", "30d"),
    ];
    ada.send("POST /", &standing).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_has_each_meeting_once_with_its_agreed_hours() {
    let mut ada = service(Some("https://meet.example.org"), None).await;
    ada.ada().await;
    book_a_month(&mut ada).await;
    let page = ada.get("/calendar?zone=UTC").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    assert!(page.text().contains("<h1 id=\"calendar\">March 2026</h1>"));
    let booked = day(&page, "2026-03-04");
    assert!(booked.contains("09:00</time>–10:00") && booked.contains("The &#60;board&#62;"));
    assert!(booked.contains("2 links") && booked.contains("href=\"/links?room=board\""));
    assert_eq!(booked.matches("<li").count(), 1, "{booked}");
    assert!(
        day(&page, "2026-03-03").contains("14:00</time>–15:00"),
        "winter"
    );
    assert!(
        day(&page, "2026-03-31").contains("13:00</time>–14:00"),
        "summer"
    );
    assert!(!page.text().contains("called-off"));
    let (_, standing) = page.text().split_once("Open for days").unwrap();
    assert!(standing.contains("lobby") && !standing.contains("sync"));

    let berlin = ada
        .get("/calendar?zone=Europe%2FBerlin&view=week&on=2026-04-01")
        .await;
    assert!(berlin.text().contains("30 March to 5 April 2026"));
    assert!(day(&berlin, "2026-03-31").contains("15:00</time>–16:00"));
    // The clocks are remembered, and a room narrows it down.
    let room = ada.get("/calendar?room=BO&view=week").await;
    assert!(room.text().contains("by the clocks of Europe/Berlin"));
    assert!(room.text().contains("board") && !room.text().contains("sync"));
    let past = ada.get("/calendar?on=2025-01-01").await;
    assert!(past.text().contains("January 2025") && !past.text().contains("<li>"));
    let mars = ada.get("/calendar?zone=Mars").await;
    assert!(mars.text().contains("There is no such time zone"));

    let mut bob = ada.with("viewer", "exam-", "bob").await;
    assert!(!bob.get("/calendar").await.text().contains("board"));
}

/// The numbers of a plot's table.
fn numbers(page: &Answer, plot: usize) -> Vec<(String, u64)> {
    let table = page
        .text()
        .split("<table class=\"numbers\">")
        .nth(plot)
        .unwrap();
    let rows = table.split("<tr><th scope=\"row\">").skip(1);
    rows.map(|row| {
        let (name, rest) = row.split_once("</th><td>").unwrap();
        (
            name.to_owned(),
            rest.split('<').next().unwrap().parse().unwrap(),
        )
    })
    .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn usage_counts_links_a_day_and_open_rooms_an_hour() {
    let mut ada = service(Some("https://meet.example.org"), None).await;
    ada.ada().await;
    let none = ada.get("/usage").await;
    assert!(numbers(&none, 1).iter().all(|(_, count)| *count == 0));
    for room in ["a", "a", "b"] {
        ada.issue(room).await;
    }
    book(&mut ada, "tomorrow", "09:00", "10:00", &[]).await;
    let page = ada.get("/usage").await;
    let days = numbers(&page, 1);
    assert_eq!(days.len(), 30);
    assert_eq!(days[29], ("Tue, 3 March".to_owned(), 4));
    assert_eq!(days[28].1, 0);
    let hours = numbers(&page, 2);
    assert_eq!(hours.len(), 24);
    for (name, count) in hours {
        // From noon until two.
        let expected = if matches!(&name[..2], "12" | "13") {
            2
        } else {
            0
        };
        assert_eq!(count, expected, "{name}");
    }
    assert!(page.text().contains("4 in 30 days, 4 on the busiest."));
    assert!(page.text().contains("<title>Tue, 3 March: 4</title>"));
    let mut bob = ada.with("viewer", "b", "bob").await;
    assert_eq!(numbers(&bob.get("/usage").await, 1)[29].1, 1);
}
