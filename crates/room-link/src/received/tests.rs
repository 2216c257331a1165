//! Links in every form they have.

use super::*;

#[test]
fn the_token_is_where_jitsi_reads_it() {
    for (link, token) in [
        ("https://m.example/standup?jwt=a.b.c", "a.b.c"),
        ("m.example/standup?jwt=a.b.c", "a.b.c"),
        ("https://m.example/standup#jwt=%22a.b.c%22", "a.b.c"),
        (
            "https://m.example/standup#jwt=\"a.b.c\"&config.x=1",
            "a.b.c",
        ),
        (
            "https://m.example/standup?jwt=query#config.x=1&jwt=%22a.b.c%22",
            "a.b.c",
        ),
        ("https://m.example/standup?jwt=a.b.c#jwt=unquoted", "a.b.c"),
        ("https://m.example/standup?jwt=first&jwt=a.b.c", "a.b.c"),
        (
            "https://m.example/standup#jwt=%22first%22&jwt=%22a.b.c%22",
            "a.b.c",
        ),
        (
            "wss://m.example/xmpp-websocket?room=standup&token=a.b.c",
            "a.b.c",
        ),
        ("https://m.example/standup", ""),
    ] {
        let received = ReceivedLink::parse(link).unwrap();
        assert_eq!(received.token(), token, "{link}");
        assert!(!format!("{received:?}").contains("b.c"), "{received:?}");
    }
    let in_fragment = |link| ReceivedLink::parse(link).unwrap().is_in_fragment();
    assert!(in_fragment("https://m.example/standup#jwt=%22a.b.c%22"));
    assert!(!in_fragment(
        "https://m.example/standup?jwt=a.b.c#jwt=a.b.c"
    ));
    let bare = ReceivedLink::parse("https://m.example/standup#jwt=a.b.c").unwrap();
    assert!(bare.has_unquoted_fragment());
    assert_eq!(bare.token(), "");
}

#[test]
fn the_room_is_the_one_jitsi_would_open() {
    for (link, node) in [
        ("https://m.example/Standup?jwt=x", "standup"),
        ("https://m.example/My%20Room", "my%20room"),
        ("https://m.example/Überraum", "%c3%bcberraum"),
        ("https://m.example/Sales/Standup", "[sales]standup"),
        (
            "wss://m.example/xmpp-websocket?room=my%20room&token=x",
            "my%20room",
        ),
        (
            "wss://m.example/xmpp-websocket?room=my+room&token=x",
            "my%20room",
        ),
        (
            "wss://m.example/xmpp-websocket?prefix=sales&room=standup",
            "[sales]standup",
        ),
    ] {
        assert_eq!(
            ReceivedLink::parse(link).unwrap().place().unwrap().node(),
            node,
            "{link}"
        );
    }
    for link in [
        "https://m.example/?jwt=x",
        "wss://m.example/xmpp-websocket?token=x",
        "https://m.example/!",
    ] {
        assert!(
            ReceivedLink::parse(link).unwrap().place().is_err(),
            "{link}"
        );
    }
}

#[test]
fn a_room_may_be_typed_with_its_tenant() {
    for (typed, node) in [
        ("Standup", "standup"),
        ("[Sales]Stand up", "[sales]stand%20up"),
        (" [sales]standup ", "[sales]standup"),
    ] {
        assert_eq!(Place::parse(typed).unwrap().node(), node, "{typed}");
    }
    for typed in ["[sales]", "[a.b]standup", "[]standup"] {
        assert!(Place::parse(typed).is_err(), "{typed}");
    }
}

#[test]
fn what_is_not_a_link_is_said_to_be_none() {
    for text in ["ftp://m.example/standup", "https://", "://"] {
        assert!(ReceivedLink::parse(text).is_err(), "{text}");
    }
    assert!(!ReceivedLink::is_meant("eyJhbGciOiJFZERTQSJ9.e30.c2ln"));
    assert!(ReceivedLink::is_meant("m.example/standup?jwt=x"));
}
