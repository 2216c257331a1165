//! The form beyond a single link: a name of ours, a look beforehand, and links for each meeting.

use std::io::{Cursor, Read};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::*;

#[tokio::test]
async fn a_name_is_suggested_and_all_else_is_kept() {
    let fields = [
        ("do", "suggest"),
        ("room", "old"),
        ("name", "Ada"),
        ("affiliation", "owner"),
    ];
    let answer = send(form(&fields)).await;
    assert_eq!(answer.status, StatusCode::OK);
    let page = answer.text();
    // The randomness of these tests is all sevens.
    assert!(
        page.contains(r#"name="room" value="cosy-falcon-corner""#),
        "{page}"
    );
    assert!(
        page.contains(r#"name="name" value="Ada""#)
            && page.contains(r#"value="owner" id="as-owner" checked"#)
    );
    assert!(!page.contains("?jwt="), "nothing was issued");
}

#[tokio::test]
async fn a_look_beforehand_issues_nothing() {
    let fields = [
        ("do", "preview"),
        ("room", "Überraum"),
        ("lifetime", "tomorrow"),
    ];
    let page = send(form(&fields)).await;
    for words in [
        "https://meet.example.org/%c3%bcberraum</code>",
        "(room %c3%bcberraum for Jitsi)",
        "Wednesday, 4 March 2026, 09:00 UTC until Wednesday, 4 March 2026, 10:00 UTC, for 1 hour",
    ] {
        assert!(page.text().contains(words), "{words}\n{}", page.text());
    }
    assert!(!page.text().contains("?jwt="));
}

/// What the script shows while somebody types.
async fn preview(changes: &[(&str, &str)]) -> Answer {
    let (mut parts, body) = form(changes).into_parts();
    parts.uri = "/preview".parse().unwrap();
    send(Request::from_parts(parts, body)).await
}

#[tokio::test]
async fn a_preview_is_a_part_of_a_page() {
    let answer = preview(&[("room", "a<b>")]).await;
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert!(!answer.text().contains("<html") && !answer.text().contains("a<b>"));
    assert!(
        answer
            .text()
            .contains("From now until Tuesday, 3 March 2026, 14:00 UTC, for 2 hours")
    );
    assert!(preview(&[("room", " ")]).await.text().trim().is_empty());
    let wrong = preview(&[("room", "%2a")]).await;
    assert!(
        wrong
            .text()
            .contains("leave out percent-encoded punctuation"),
        "{}",
        wrong.text()
    );
    let half = preview(&[("room", "sync"), ("lifetime", "until"), ("until", "")]).await;
    assert!(half.text().contains("meet.example.org/sync") && !half.text().contains("until"));
    let series = [
        ("room", "sync"),
        ("repeat", "weekly"),
        ("tue", "on"),
        ("at", "15:00"),
        ("zone", "Europe/Berlin"),
        ("last_day", "2026-03-31"),
    ];
    let answer = preview(&series).await;
    let words = "5 meetings, one link: the first Tuesday, 3 March 2026, 15:00 CET, the last Tuesday, 31 March 2026, 15:00 CEST";
    assert!(answer.text().contains(words), "{}", answer.text());
}

#[tokio::test]
async fn a_moderators_and_a_guests_link_stand_side_by_side() {
    let fields = [
        ("room", "board"),
        ("name", "Ada"),
        ("affiliation", "owner"),
        ("with_guest", "on"),
    ];
    let answer = send(form(&fields)).await;
    let page = answer.text();
    for words in [
        "The moderator’s link is ready",
        ">The link is ready",
        r#"<code id="link">"#,
        r#"<code id="link-2">"#,
        "Ada, as a moderator",
        "whoever has the link, as a guest",
    ] {
        assert!(page.contains(words), "{words}\n{page}");
    }
    // The next one is for one guest.
    assert!(!page.contains(r#"name="with_guest" value="on" checked"#));
}

/// A file that is in the page itself.
fn file(page: &str, name: &str) -> Vec<u8> {
    let (_, rest) = page
        .split_once(&format!("download=\"{name}\" href=\"data:"))
        .unwrap();
    let (_, rest) = rest.split_once("base64,").unwrap();
    STANDARD.decode(rest.split('"').next().unwrap()).unwrap()
}

#[tokio::test]
async fn a_link_for_each_meeting_comes_as_a_table_and_an_archive() {
    let fields = [
        ("room", "Weekly sync"),
        ("title", "The sync"),
        ("name", "Ada"),
        ("affiliation", "owner"),
        ("with_guest", "on"),
        ("repeat", "weekly"),
        ("links", "each"),
        ("tue", "on"),
        ("at", "15:00"),
        ("zone", "Europe/Berlin"),
        ("last_day", "2026-03-10"),
    ];
    let answer = send(form(&fields)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let page = answer.text();
    assert!(page.contains("<h1 id=\"done\">4 links are ready</h1>"));
    assert!(page.contains("Tuesday, 10 March 2026, 15:00 CET"));
    let table = String::from_utf8(file(page, "links.csv")).unwrap();
    assert_eq!(table.lines().count(), 5);
    let mut archive = zip::ZipArchive::new(Cursor::new(file(page, "links.zip"))).unwrap();
    let mut names: Vec<_> = archive
        .file_names()
        .map(|name| name.unwrap().into_owned())
        .collect();
    names.sort();
    assert_eq!(names.len(), 9);
    assert_eq!(names[0], "0001-weekly-20sync.ics");
    assert_eq!(names[1], "0001-weekly-20sync.png");
    let mut text = String::new();
    let mut calendar = archive.by_name("0003-weekly-20sync.ics").unwrap();
    assert_eq!(calendar.unix_mode().unwrap() & 0o777, 0o600);
    calendar.read_to_string(&mut text).unwrap();
    for line in [
        "DTSTART:20260310T140000Z",
        "DTEND:20260310T150000Z",
        "SUMMARY:The sync",
    ] {
        assert!(text.contains(&format!("\r\n{line}\r\n")), "{line}\n{text}");
    }
}

/// The form, as a browser of another language sends it.
async fn in_language(tag: &str, changes: &[(&str, &str)]) -> Answer {
    let (mut parts, body) = form(changes).into_parts();
    parts
        .headers
        .insert("accept-language", tag.parse().unwrap());
    send(Request::from_parts(parts, body)).await
}

#[tokio::test]
async fn pages_are_in_the_readers_language() {
    for (tag, lang, words) in [
        (
            "de-AT,de;q=0.9",
            "de",
            [
                "Link kopieren",
                "Dienstag, 3. März 2026, 15:00 CET",
                "in 2 Stunden",
            ],
        ),
        (
            "fr",
            "fr",
            [
                "Copier le lien",
                "mardi 3 mars 2026, 15:00 CET",
                "dans 2 heures",
            ],
        ),
        (
            "es-MX",
            "es",
            [
                "Copiar el enlace",
                "martes, 3 de marzo de 2026, 15:00 CET",
                "dentro de 2 horas",
            ],
        ),
        (
            "ja",
            "en",
            [
                "The link is ready",
                "Tuesday, 3 March 2026, 15:00 CET",
                "in 2 hours",
            ],
        ),
    ] {
        let fields = [("room", "sync"), ("zone", "Europe/Berlin")];
        let answer = in_language(tag, &fields).await;
        assert_eq!(answer.header("content-language"), lang);
        assert_eq!(answer.header("vary"), "accept-language");
        assert!(
            answer.text().contains(&format!("<html lang=\"{lang}\"")),
            "{tag}"
        );
        for text in words {
            assert!(
                answer.text().contains(text),
                "{tag}: {text}\n{}",
                answer.text()
            );
        }
    }
    let asset = get("/assets/roompass.css").await;
    assert_eq!(asset.header("content-language"), "");
}
