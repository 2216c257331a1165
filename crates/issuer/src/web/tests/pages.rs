//! The form and its answers.

use room_token::{Decision, KeySet, Verifier};

use super::*;
use crate::key_file;

/// The link on a result page.
fn link_in(page: &str) -> String {
    let (_, rest) = page.split_once(r#"<a class="secondary" href=""#).unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

#[tokio::test]
async fn a_filled_form_becomes_a_link_that_opens_the_room() {
    let answer = send(form(&[
        ("room", "Überraum"),
        ("name", "Ada"),
        ("affiliation", "owner"),
    ]))
    .await;
    assert_eq!(answer.status, StatusCode::OK);
    let page = answer.text();
    for words in [
        "Tuesday, 3 March 2026, 14:00 UTC",
        "(in 2 hours)",
        "Ada, as a moderator",
        "<code>%c3%bcberraum</code>",
        r#"<time datetime="2026-03-03T14:00:00Z">"#,
        "data-copy=\"link\" hidden",
    ] {
        assert!(page.contains(words), "{words}");
    }
    let link = link_in(page);
    let token = link
        .strip_prefix("https://meet.example.org/%c3%bcberraum?jwt=")
        .unwrap();
    let verifier = Verifier::new(KeySet::of([&key()]).unwrap(), Deployment::default()).unwrap();
    let decision = verifier.decide(token, "%c3%bcberraum", now());
    let Decision::Admit(admission) = decision else {
        panic!("{decision:?}")
    };
    assert_eq!(
        admission.person(),
        &room_token::Person::owner("Ada").unwrap()
    );
    let shown = page
        .split_once(r#"<code id="link">"#)
        .unwrap()
        .1
        .split_once("</code>")
        .unwrap()
        .0;
    assert_eq!(
        shown
            .replace(r#"<span class="token">"#, "")
            .replace("</span>", ""),
        link
    );
}

#[tokio::test]
async fn the_room_is_named_twice_only_where_it_is_spelled_differently() {
    let answer = send(form(&[("room", " weekly-sync ")])).await;
    assert!(!answer.text().contains("for Jitsi"));
    assert!(answer.text().contains("<dd>weekly-sync</dd>"));
    assert!(answer.text().contains("whoever has the link, as a guest"));
}

#[tokio::test]
async fn a_scheduled_start_is_told() {
    let answer = send(form(&[
        ("room", "sync"),
        ("lifetime", "until"),
        ("zone", "Europe/Berlin"),
        ("start", "2026-03-05T09:30"),
        ("until", "2026-03-05T10:30"),
        ("early", "10"),
    ]))
    .await;
    for words in [
        "Thursday, 5 March 2026, 09:20 CET",
        "Thursday, 5 March 2026, 09:30 CET",
        "Thursday, 5 March 2026, 10:30 CET",
        r#"data-zone="Europe/Berlin""#,
    ] {
        assert!(answer.text().contains(words), "{words}");
    }
    let cookie = answer.header("set-cookie");
    assert!(
        cookie.starts_with("__Host-roompass-zone=Europe/Berlin; Path=/; Secure"),
        "{cookie}"
    );
}

#[tokio::test]
async fn the_next_link_is_for_the_same_room_and_for_a_guest() {
    let fields = [
        ("room", "sync"),
        ("name", "Ada"),
        ("affiliation", "owner"),
        ("lifetime", "1w"),
    ];
    let answer = send(form(&fields)).await;
    let (_, next) = answer.text().split_once("Another one").unwrap();
    assert!(next.contains(r#"name="room" value="sync""#));
    assert!(next.contains(r#"name="name" value="""#));
    assert!(
        next.contains(r#"value="member" checked"#) && !next.contains(r#"id="as-owner" checked"#)
    );
    assert!(next.contains(r#"value="1w" checked"#));
}

#[tokio::test]
async fn a_refused_form_keeps_what_was_typed_and_points_at_the_fault() {
    let answer = send(form(&[
        ("room", ":?#"),
        ("name", "<b>Ada"),
        ("affiliation", "owner"),
        ("lifetime", "until"),
        ("until", "2026-01-01T10:00"),
        ("start", "2026-03-05T09:30"),
    ]))
    .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = answer.text();
    for kept in [
        r#"name="room" value=":?#""#,
        "value=\"&#60;b&#62;Ada\"",
        r#"value="owner" id="as-owner" checked"#,
        r#"id="lifetime-until" checked"#,
        r#"value="2026-01-01T10:00""#,
        r#"value="2026-03-05T09:30""#,
        "<details class=\"more\" open>",
    ] {
        assert!(page.contains(kept), "{kept}\n{page}");
    }
    assert!(!page.contains("<b>Ada"));
    assert!(
        page.contains(r#"aria-describedby="room-hint room-error" aria-invalid="true" autofocus"#)
    );
    assert!(
        page.contains(r#"<p class="error" id="room-error" role="alert">The room name is empty"#)
    );
    assert!(page.contains(r#"aria-describedby="until-error" aria-invalid="true">"#));
    assert!(
        page.contains(r#"<p class="error" id="until-error" role="alert">This time has passed"#)
    );
    assert_eq!(page.matches("role=\"alert\"").count(), 2);
    assert!(!page.contains("?jwt="));
}

#[tokio::test]
async fn what_was_typed_is_text_on_the_result_page_too() {
    let answer = send(form(&[
        ("room", "\"><script>alert(1)</script>"),
        ("name", "<b>Ada"),
    ]))
    .await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(!answer.text().contains("<b>Ada") && !answer.text().contains("<script>alert"));
    assert!(answer.text().contains("&#60;b&#62;Ada, as a guest"));
}

/// The policy of `headers.rs` would switch it off.
#[tokio::test]
async fn no_page_has_inline_scripts_or_styles() {
    for request in [
        request("GET /", &[], ""),
        form(&[]),
        form(&[("room", "sync")]),
    ] {
        let answer = send(request).await;
        let page = answer.text();
        assert_eq!(
            page.matches("<script").count(),
            page.matches("<script src=\"/assets/").count()
        );
        for inline in [
            "<style",
            " style=",
            " onclick=",
            " onload=",
            "javascript:",
            "http://",
        ] {
            assert!(!page.contains(inline), "{inline}");
        }
    }
}

/// Without it, browsers send the form with `Origin: null` over plain HTTP, and it is refused.
#[tokio::test]
async fn a_form_may_say_where_it_comes_from() {
    let page = get("/").await;
    assert!(
        page.text()
            .contains(r#"<meta name="referrer" content="same-origin">"#)
    );
    let lan = [
        ("host", "issuer.example:8080"),
        ("origin", "http://issuer.example:8080"),
    ];
    let guarded = router(app(key(), Some(ADMIN_TOKEN)));
    let (mut parts, body) = form(&[("room", "sync")]).into_parts();
    parts.headers.remove("sec-fetch-site");
    for (name, value) in lan {
        parts.headers.insert(name, value.parse().unwrap());
    }
    let token = format!("Bearer {ADMIN_TOKEN}");
    parts
        .headers
        .insert("authorization", token.parse().unwrap());
    let answer = ask(guarded, Request::from_parts(parts, body)).await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn everything_a_page_loads_is_served_with_its_type() {
    let page = get("/").await;
    let mut types = Vec::new();
    for part in page
        .text()
        .split('"')
        .filter(|part| part.starts_with("/assets/"))
    {
        let asset = get(part).await;
        assert_eq!(asset.status, StatusCode::OK, "{part}");
        types.push(asset.header("content-type").to_owned());
    }
    types.sort();
    types.dedup();
    assert_eq!(
        types,
        [
            "image/svg+xml",
            "text/css; charset=utf-8",
            "text/javascript; charset=utf-8"
        ]
    );
    assert_eq!(
        get("/assets/absent.css").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn the_development_key_is_announced() {
    assert!(!get("/").await.text().contains("Development key"));
    let dev = router(app(key_file::dev_key(), None));
    let answer = ask(dev, request("GET /", &[], "")).await;
    assert!(answer.text().contains("Development key"));
}

#[tokio::test]
async fn a_browser_gets_problems_as_pages_and_a_program_as_json() {
    let browser = [("accept", "text/html,application/xhtml+xml")];
    let page = send(request("GET /nothing", &browser, "")).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert!(page.text().contains("<h1>Nothing here</h1>"));
    assert_eq!(get("/nothing").await.code(), "not-found");
    let api = send(request("GET /api/v1/nothing", &browser, "")).await;
    assert_eq!(api.code(), "not-found");
}

#[tokio::test]
async fn the_result_page_brings_its_files_along() {
    let answer = send(form(&[("room", "sync"), ("title", "Board <b>meeting</b>")])).await;
    let page = answer.text();
    for words in [
        r#"role="img" aria-label="QR code of the link""#,
        r#"download="meeting.ics" href="data:text/calendar;base64,"#,
        r#"download="link.png" href="data:image/png;base64,iVBOR"#,
        "Board &#60;b&#62;meeting&#60;/b&#62;\n",
    ] {
        assert!(page.contains(words), "{words}\n{page}");
    }
    let standing = send(form(&[("room", "sync"), ("lifetime", "7d")])).await;
    assert!(!standing.text().contains("meeting.ics"));
}
