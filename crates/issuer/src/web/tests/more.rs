//! What the form has under "More": limits and a weekly series.

use super::*;

const WEEKLY: [(&str, &str); 7] = [
    ("room", "sync"),
    ("repeat", "weekly"),
    ("tue", "on"),
    ("at", "15:00"),
    ("minutes", "45"),
    ("zone", "Europe/Berlin"),
    ("last_day", "2026-04-14"),
];

fn weekly(changes: &[(&'static str, &'static str)]) -> Request<Body> {
    let unchanged = WEEKLY
        .into_iter()
        .filter(|(name, _)| !changes.iter().any(|(at, _)| at == name));
    let fields: Vec<_> = unchanged
        .chain(changes.iter().copied())
        .filter(|(_, value)| *value != "off")
        .collect();
    form(&fields)
}

/// What the door says to the link of a result page, at some time.
fn decide(page: &str, at: &str) -> Option<&'static str> {
    let (_, rest) = page.split_once("?jwt=").unwrap();
    let (_, rest) = rest.split_once(r#"<span class="token">"#).unwrap();
    let (token, _) = rest.split_once('<').unwrap();
    let at = Timestamp::parse_rfc3339(at).unwrap();
    match app(key(), None)
        .office
        .verifier()
        .unwrap()
        .decide(token, "sync", at)
    {
        room_token::Decision::Admit(_) => None,
        room_token::Decision::Deny(reason) => Some(reason.code()),
    }
}

#[tokio::test]
async fn who_wants_a_simple_link_sees_nothing_of_it() {
    for page in [
        get("/").await,
        send(form(&[("room", "sync"), ("zone", "Europe/Berlin")])).await,
    ] {
        assert!(page.text().contains(r#"<details class="more">"#));
        assert!(!page.text().contains("Meetings"));
        assert!(!page.text().contains("<dt>People</dt>"));
    }
}

#[tokio::test]
async fn limits_are_signed_and_shown() {
    let fields = [
        ("room", "sync"),
        ("join_by", "2026-03-03T12:30"),
        ("seats", "2"),
        ("max_occupants", " 20 "),
    ];
    let answer = send(form(&fields)).await;
    let page = answer.text();
    for words in [
        r#"<dt>First join</dt><dd>until <time datetime="2026-03-03T12:30:00Z">Tuesday, 3 March 2026, 12:30 UTC</time>"#,
        "<dt>People</dt><dd>at most 2 at once with this link<br>at most 20 in the room</dd>",
        "<details class=\"more\" open>",
    ] {
        assert!(page.contains(words), "{words}\n{page}");
    }
    assert_eq!(decide(page, "2026-03-03T12:30:00Z"), None);
    assert_eq!(decide(page, "2026-03-03T12:32:00Z"), Some("join-closed"));
}

#[tokio::test]
async fn a_series_shows_its_first_meetings_where_they_take_place() {
    let answer = send(weekly(&[])).await;
    let page = answer.text();
    assert_eq!(answer.status, StatusCode::OK, "{page}");
    for words in [
        r#"<li><time datetime="2026-03-03T14:00:00Z">Tuesday, 3 March 2026, 15:00</time></li>"#,
        r#"<li><time datetime="2026-03-17T14:00:00Z">Tuesday, 17 March 2026, 15:00</time></li>"#,
        "7 in all; times in Europe/Berlin",
        "Tuesday, 14 April 2026, 16:15 CEST",
    ] {
        assert!(page.contains(words), "{words}\n{page}");
    }
    assert!(!page.contains("24 March"));
    assert_eq!(decide(page, "2026-03-03T12:00:00Z"), Some("outside-window"));
    assert_eq!(decide(page, "2026-04-14T13:00:00Z"), None);
    let few = send(weekly(&[("last_day", "2026-03-10")])).await;
    assert!(
        few.text()
            .contains(r#"<span class="quiet">times in Europe/Berlin"#),
        "{}",
        few.text()
    );
}

#[tokio::test]
async fn each_mistake_in_a_series_is_told_at_its_field() {
    for (field, typed, words) in [
        ("tue", "off", "No day of the week is chosen"),
        ("at", "", "This is still empty; write it like 15:00."),
        ("at", "noon", "“noon” is no time of day"),
        ("minutes", "0", "write it like 60"),
        ("minutes", "an hour", "write it like 60"),
        ("minutes", "10080", "begins before the door has shut"),
        ("zone", "Berlin", "write it like Europe/Berlin"),
        ("zone", "", "This is still empty"),
        ("last_day", "2026-03-02", "choose a later last day"),
        ("last_day", "2027-12-31", "choose an earlier last day"),
    ] {
        let at = if field == "tue" { "weekdays" } else { field };
        assert_refused(weekly(&[(field, typed)]), at, typed, words).await;
    }
    let uneven = weekly(&[("thu", "on"), ("last_day", "2026-12-31")]);
    assert_refused(
        uneven,
        "weekdays",
        "2026-12-31",
        "issue one link for each weekday",
    )
    .await;
}

#[tokio::test]
async fn each_mistake_in_a_limit_is_told_at_its_field() {
    for (field, typed, words) in [
        ("join_by", "2026-03-03T13:00", "choose a later time"),
        ("join_by", "2026-05-03T13:00", "choose an earlier time"),
        ("join_by", "soon", "write it like 2026-03-01 14:00"),
        ("seats", "0", "from 1 to 100000"),
        ("max_occupants", "many", "from 1 to 100000"),
    ] {
        assert_refused(weekly(&[(field, typed)]), field, typed, words).await;
    }
}

/// One fault, told at its field, where the cursor is; everything typed is still there.
async fn assert_refused(request: Request<Body>, field: &str, typed: &str, words: &str) {
    let answer = send(request).await;
    let page = answer.text();
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
    let error = format!("id=\"{field}-error\" role=\"alert\">");
    let (_, told) = page.split_once(&error).unwrap();
    let (told, _) = told.split_once("</p>").unwrap();
    assert!(told.contains(words), "{field}: {told}");
    assert_eq!(page.matches("role=\"alert\"").count(), 1, "{field}");
    for kept in [
        "aria-invalid=\"true\" autofocus",
        "<details class=\"more\" open>",
        "id=\"repeat-weekly\" checked",
        "name=\"room\" value=\"sync\"",
    ] {
        assert!(page.contains(kept), "{field}: {kept}");
    }
    let value = format!("value=\"{typed}\"");
    assert!(typed == "off" || page.contains(&value), "{field}: {value}");
}

#[tokio::test]
async fn everything_that_is_missing_is_told_at_once() {
    let answer = send(form(&[("repeat", "weekly"), ("minutes", "")])).await;
    for field in ["room", "weekdays", "at", "minutes", "zone", "last_day"] {
        let told = format!("id=\"{field}-error\" role=\"alert\">");
        assert!(answer.text().contains(&told), "{field}");
    }
}

#[tokio::test]
async fn ticked_days_stay_ticked() {
    let answer = send(weekly(&[("fri", "on"), ("at", "")])).await;
    for (day, ticked) in [("mon", false), ("tue", true), ("fri", true), ("sun", false)] {
        let box_ = format!("name=\"{day}\" value=\"on\"");
        let (_, rest) = answer.text().split_once(&box_).unwrap();
        assert_eq!(rest.starts_with(" checked"), ticked, "{day}");
    }
}
