use super::*;
use crate::gate::tests::{NOW, at, gate, token};

fn conferences() -> Conferences {
    Conferences::at("Conference.meet.example.org").unwrap()
}

fn asked(room: &str) -> Asked {
    let body = format!(r#"{{"properties":{{}},"room":"{room}"}}"#);
    conferences().asked(body.as_bytes()).unwrap()
}

#[test]
fn the_room_is_the_one_that_jicofo_would_open() {
    let room = |name| Asked::Room(RoomName::from_canonical(name).unwrap());
    for (jid, expected) in [
        ("sync@conference.meet.example.org", room("sync")),
        ("sync@CONFERENCE.meet.example.org", room("sync")),
        (
            "board@conference.acme.meet.example.org",
            room("[acme]board"),
        ),
        (
            "[acme]board@conference.meet.example.org",
            room("[acme]board"),
        ),
        ("5b1c@breakout.meet.example.org", Asked::Breakout),
        ("Sync@conference.meet.example.org", Asked::Elsewhere),
        ("sync@conference.meet.example.org/x", Asked::Elsewhere),
        ("sync@internal.auth.meet.example.org", Asked::Elsewhere),
        ("sync@conference.a.b.meet.example.org", Asked::Elsewhere),
        ("sync@conference.xmeet.example.org", Asked::Elsewhere),
        ("[a]x@conference.b.meet.example.org", Asked::Elsewhere),
        ("sync@conference..meet.example.org", Asked::Elsewhere),
        ("@conference.meet.example.org", Asked::Elsewhere),
        ("conference.meet.example.org", Asked::Elsewhere),
    ] {
        assert_eq!(asked(jid), expected, "{jid}");
    }
}

#[test]
fn what_can_be_read_in_two_ways_is_not_read() {
    for body in [
        "",
        "{}",
        "[]",
        r#"{"room":7}"#,
        r#"{"room":"a@b","room":"c@d"}"#,
        r#"{"room":"a@b","r\u006fom":"c@d"}"#,
        r#"{"room":"a@b"} {"room":"c@d"}"#,
        "\u{feff}{\"room\":\"a@b\"}",
    ] {
        let read = conferences().asked(body.as_bytes());
        assert_eq!(read, Err(ConferenceError::Body), "{body}");
    }
    // What Jackson takes for JSON as well.
    let wide: Vec<u8> = r#"{"room":"a@b"}"#.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(conferences().asked(&wide).is_err());
}

#[test]
fn jicofo_hears_of_no_stranger_and_of_no_other_room() {
    let here = "sync@conference.meet.example.org";
    let good = token("sync", -60, 7200);
    let ended = token("sync", -7200, -600);
    let early = token("sync", 3600, 7200);
    let breakout = "5b1c@breakout.meet.example.org";
    for (room, tokens, expected) in [
        (here, vec![good.as_str()], Ok(())),
        (here, vec![&ended, &good], Ok(())),
        (here, vec![&ended], Err(DenyReason::Expired)),
        (here, vec![&early], Err(DenyReason::TooEarly)),
        (here, vec!["a.b.c"], Err(DenyReason::Malformed)),
        (here, vec![], Err(DenyReason::TokenMissing)),
        (
            "board@conference.meet.example.org",
            vec![&good],
            Err(DenyReason::WrongRoom),
        ),
        (
            "sync@conference.acme.meet.example.org",
            vec![&good],
            Err(DenyReason::WrongRoom),
        ),
        (
            "sync@conference.other.example",
            vec![&good],
            Err(DenyReason::WrongRoom),
        ),
        (breakout, vec![&good], Ok(())),
        (breakout, vec![&ended], Err(DenyReason::Expired)),
        (breakout, vec![], Err(DenyReason::TokenMissing)),
        ("town-hall@conference.meet.example.org", vec![], Ok(())),
    ] {
        let verdict = gate().may_request(&asked(room), &tokens, at(NOW));
        assert_eq!(verdict, expected, "{room}");
    }
}

#[test]
fn a_token_is_read_where_clients_put_it() {
    let kept = [Kept {
        token: "kept",
        is_in_fragment: true,
    }];
    for (authorization, query, expected) in [
        ("Bearer a.b.c", None, vec!["a.b.c"]),
        ("bearer  a.b.c", Some("q"), vec!["a.b.c", "q"]),
        ("", Some("q"), vec!["q"]),
        ("Basic a.b.c", None, vec!["kept"]),
        ("Bearer ", Some(""), vec!["kept"]),
        ("", None, vec!["kept"]),
    ] {
        assert_eq!(
            tokens(authorization, query, &kept),
            expected,
            "{authorization}"
        );
    }
}

#[test]
fn a_host_of_rooms_has_a_domain() {
    for host in ["", "meet", "conference.", ".meet", "a.b/c", "a b.c"] {
        assert_eq!(Conferences::at(host), Err(ConferenceError::Host), "{host}");
    }
    assert_eq!(conferences().focus(), "focus@auth.meet.example.org");
}
