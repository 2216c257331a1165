//! Addresses, headers and haste of people who were not invited.

use e2e::get;

use crate::play::Play;

#[test]
fn no_trick_with_the_address_opens_a_page_or_leads_away() {
    let play = Play::start(&[]);
    let token = play.token("weekly-sync");
    for path in [
        "/weekly-sync",
        "/Weekly-Sync",
        "/weekly-sync;x?jwt=",
        "/%77eekly-sync",
        "/weekly%2dsync",
        "//weekly-sync?lang=de",
        "/board?jwt=TOKEN",
        "/weekly-sync?notjwt=TOKEN",
        "/weekly-sync?JWT=TOKEN",
        "/weekly-sync?jwt=TOKEN&jwt=x",
        "/acme/weekly-sync?jwt=TOKEN",
        "/weekly-sync?jwt=TOKEN%00",
        "/weekly-sync?jwt=TOKEN%0d%0aSet-Cookie:%20x=1",
    ] {
        let answer = play.get(&path.replace("TOKEN", &token));
        assert_eq!(answer.status, 403, "{path}: {}", answer.body);
        assert_eq!(answer.header("set-cookie"), None, "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
    }
    // These are no rooms: what nginx makes of them is nothing of ours, and leads nowhere else.
    for path in [
        "//evil.example/a/b",
        "/..%2f..%2fetc%2fpasswd",
        "/%2e%2e/",
        "/a/b/c",
        "/%5cevil.example",
        "/.%00",
    ] {
        // nginx answers some before it has read all of the request, and hangs up: the answer may get lost.
        let Some(answer) = get(play.web.address(), path) else {
            continue;
        };
        let location = answer.header("location").unwrap_or_default();
        assert!(!location.contains("evil"), "{path}: {location}");
        assert_eq!(answer.header("set-cookie"), None, "{path}");
    }
    for path in ["/roompass/auth", "/roompass/gate/page"] {
        assert_eq!(play.get(path).status, 404, "{path}");
    }
    let long = format!("/weekly-sync?jwt={}", "a".repeat(64 * 1024));
    assert!(get(play.web.address(), &long).is_none_or(|answer| answer.status == 414));
    assert!(!play.web.logs().contains("eyJ"), "a token in a log");
}

#[test]
fn no_header_of_a_stranger_makes_them_a_guest() {
    let play = Play::start(&[]);
    let (token, other) = (play.token("weekly-sync"), play.token("board"));
    let good = format!("X-Original-URI: /weekly-sync?jwt={token}");
    let tossed = format!("Cookie: __Host-roompass={token}\r\nCookie: __Host-roompass={other}");
    let doubled = format!("Cookie: __Host-roompass={token}; __Host-roompass={other}");
    let nearly = format!("Cookie: __host-roompass={token}; roompass={token}; __Host-roompass =x");
    let mark = "Cookie: __Host-roompass-fragment=1";
    for headers in [
        vec![],
        vec![good.as_str()],
        vec![&tossed],
        vec![&doubled],
        vec![&nearly],
        vec![mark],
        vec!["X-Accel-Redirect: /index.html"],
    ] {
        let answer = play.ask("GET /weekly-sync", &headers, "");
        assert_eq!(answer.status, 403, "{headers:?}");
        assert_eq!(answer.header("set-cookie"), None);
    }
    assert!(!play.web.logs().contains("eyJ"), "a token in a log");
}

#[test]
fn no_header_leads_a_guest_away_and_no_cache_keeps_what_hangs_on_a_cookie() {
    let play = Play::start(&[]);
    let token = play.token("weekly-sync");
    // The pages beside the room take no address from a header, and no cache keeps anything that hangs on a cookie.
    let cookie = format!("Cookie: __Host-roompass={token}");
    let state = "/roompass/gate/renew?state=%7B%22room%22%3A%22weekly-sync%22%7D";
    for (request, headers) in [
        (
            "GET /weekly-sync".to_owned(),
            vec![
                cookie.as_str(),
                "X-Forwarded-Host: evil.example",
                "X-Original-URI: /board",
            ],
        ),
        (
            format!("GET {state}"),
            vec![&cookie, "X-Forwarded-Host: evil.example"],
        ),
        (
            "GET /roompass/gate/renew?state=https://evil.example".to_owned(),
            vec![&cookie],
        ),
        (
            "GET /roompass/gate/invite//evil.example/a/b".to_owned(),
            vec![&cookie],
        ),
    ] {
        let answer = play.ask(&request, &headers, "");
        let location = answer.header("location").unwrap_or_default();
        assert!(
            location.starts_with('/') && !location.contains("evil") && !location.starts_with("//"),
            "{request}: {location}"
        );
        assert_eq!(
            answer.header("cache-control"),
            Some("no-store"),
            "{request}"
        );
    }
    let served = play.get("/roompass/gate/page.js");
    assert_eq!(served.header("cache-control"), Some("public, max-age=3600"));
    assert_eq!(served.header("set-cookie"), None);
    assert!(!play.web.logs().contains("eyJ"), "a token in a log");
}

#[test]
fn who_asks_too_fast_is_told_to_wait() {
    let play = Play::start(&[]);
    let mut last = play.get("/weekly-sync");
    // The zone lets two hundred through at once, and twenty a second.
    for _ in 0..2000 {
        if last.status == 429 {
            break;
        }
        last = play.get("/weekly-sync");
    }
    assert_eq!((last.status, last.header("refresh")), (429, Some("15")));
    assert!(last.body.contains("tries again by itself"), "{}", last.body);
}
