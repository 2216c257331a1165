//! `roompass knock`.

use std::io::{Read, Write};
use std::net::TcpListener;

use serde_json::Value;

use crate::shard::{NICK, Shard, own_presence, presence};
use crate::shell::{Ended, Shell};

fn is_join(said: &str) -> bool {
    said.starts_with("<presence") && !said.contains("unavailable")
}

fn knock(link: &str, more: &[&str]) -> Ended {
    let command = ["knock", link, "--timeout", "20"];
    Shell::new().run(&[&command[..], more].concat())
}

#[test]
fn a_guest_who_is_let_in_goes_jitsis_way_and_leaves_again() {
    let shard = Shard::start(|said, _| {
        let jicofo = presence("focus", "", "<item affiliation='owner' role='moderator'/>");
        is_join(said).then(|| vec![jicofo, own_presence()])
    });
    let link = format!("{}?jwt=eyJh.eyJp.secret", shard.link);
    let ended = knock(&link, &[]);
    assert_eq!(
        ended.result(),
        "admitted to standup@conference.127.0.0.1 as member\n  shard      shard-a\n  occupants  2\n"
    );
    let heard = shard.heard();
    assert_eq!(
        heard.url,
        "/xmpp-websocket?room=standup&token=eyJh.eyJp.secret"
    );
    assert_eq!(heard.protocol, "xmpp");
    let part = |index: usize, text: &str| {
        assert!(heard.said[index].contains(text), "{text}: {:?}", heard.said);
    };
    part(0, "<open");
    part(1, "ANONYMOUS");
    part(2, "<open");
    part(3, "<bind");
    part(4, "to='focus.127.0.0.1'");
    part(4, "room='standup@conference.127.0.0.1'");
    part(4, "token='eyJh.eyJp.secret'");
    part(5, "to='standup@conference.127.0.0.1/0123abcd'");
    part(6, "id='question'");
    part(
        7,
        "type='unavailable' to='standup@conference.127.0.0.1/0123abcd'",
    );
    part(8, "<close");
    assert_eq!(heard.said.len(), 9);
}

#[test]
fn a_guest_whose_room_is_destroyed_was_refused() {
    let shard = Shard::start(|said, _| {
        let out = presence(
            NICK,
            "type='unavailable'",
            "<item affiliation='none' role='none'/><status code='110'/><destroy><reason>This link has expired.\
             </reason><refused xmlns='urn:roompass:0' code='expired'/></destroy>",
        );
        is_join(said).then(|| vec![own_presence(), out])
    });
    let ended = knock(&format!("{}?jwt=eyJh.eyJp.secret", shard.link), &["--json"]);
    assert_eq!((ended.status, ended.stderr.as_str()), (1, ""));
    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(report["outcome"], "refused");
    assert_eq!(report["code"], "expired");
    assert_eq!(report["condition"], "destroy");
    assert_eq!(report["text"], "This link has expired.");
    assert_eq!(report["shard"], "shard-a");
    assert_eq!(report["occupants"], Value::Null);
    assert!(
        !shard
            .heard()
            .said
            .iter()
            .any(|said| said.contains("unavailable"))
    );
}

const NOT_ALLOWED: &str =
    "<error type='cancel'><not-allowed xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";

fn error_presence(parts: &str) -> String {
    format!(
        "<presence xmlns='jabber:client' type='error' from='standup@conference.127.0.0.1/{NICK}'>{parts}</presence>"
    )
}

#[test]
fn an_error_of_the_room_is_a_refusal_and_one_of_the_server_is_not() {
    let refusing = Shard::start(|said, _| is_join(said).then(|| vec![error_presence(NOT_ALLOWED)]));
    let refused = knock(&refusing.link, &[]);
    assert_eq!(refused.status, 1);
    assert_eq!(
        refused.stdout,
        "refused at standup@conference.127.0.0.1: no code\n  condition  not-allowed\n  shard      shard-a\n"
    );

    // Nobody is at that host, so the server says the same to everything sent there.
    let nobody = Shard::start(|said, _| {
        let question =
            format!("<iq xmlns='jabber:client' type='error' id='question'>{NOT_ALLOWED}</iq>");
        if said.contains("id='question'") {
            return Some(vec![question]);
        }
        is_join(said).then(|| vec![error_presence(NOT_ALLOWED)])
    });
    let error = knock(&nobody.link, &[]).error();
    assert!(
        error.contains("nobody at conference.127.0.0.1") && error.contains("--muc"),
        "{error}"
    );
}

#[test]
fn a_conference_that_is_not_ready_is_asked_for_again() {
    let shard = Shard::start(|said, count| {
        let not_yet = "<iq xmlns='jabber:client' type='result' id='conference'>\
                       <conference xmlns='http://jitsi.org/protocol/focus' ready='false'/></iq>";
        let first = said.contains("id='conference'") && count == 5;
        let in_room = is_join(said).then(|| vec![own_presence()]);
        if first {
            Some(vec![not_yet.to_owned()])
        } else {
            in_room
        }
    });
    assert!(
        knock(&shard.link, &["--nick", "Ada"])
            .result()
            .starts_with("admitted")
    );
    let heard = shard.heard();
    assert_eq!(
        heard
            .said
            .iter()
            .filter(|said| said.contains("id='conference'"))
            .count(),
        2
    );
    assert!(
        heard.said.iter().any(|said| said.contains("/Ada'")),
        "{heard:?}"
    );
    assert_eq!(heard.url, "/xmpp-websocket?room=standup");
}

#[test]
fn without_jicofo_one_can_join_at_once() {
    let shard = Shard::start(|said, _| is_join(said).then(|| vec![own_presence()]));
    assert!(
        knock(&shard.link, &["--no-conference-request"])
            .result()
            .starts_with("admitted")
    );
    assert!(
        !shard
            .heard()
            .said
            .iter()
            .any(|said| said.contains("conference'"))
    );
}

#[test]
fn who_could_not_try_says_at_which_step() {
    for (silent_at, words) in [
        ("<open", "to the opening of the stream"),
        ("<auth", "to the anonymous login"),
        ("id='bind'", "to the request for a resource"),
        ("id='conference'", "to the conference request"),
        ("<presence", "to the join"),
    ] {
        let shard = Shard::start(move |said, _| said.contains(silent_at).then(Vec::new));
        let link = format!("{}?jwt=eyJh.eyJp.secret", shard.link);
        let error = Shell::new()
            .run(&["knock", &link, "--timeout", "1"])
            .error();
        assert!(
            error.contains("no answer within 1 s") && error.contains(words),
            "{error}"
        );
        assert!(!error.contains("secret"), "{error}");
    }
}

#[test]
fn a_server_that_is_none_is_named() {
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let error = knock(
        &format!("http://{closed}/standup?jwt=eyJh.eyJp.secret"),
        &[],
    )
    .error();
    assert!(
        error.contains(&format!("cannot connect to ws://{closed}/xmpp-websocket:")),
        "{error}"
    );
    assert!(
        error.contains("--service-url") && !error.contains("secret"),
        "{error}"
    );

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let thread = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut head = [0; 1024];
        assert!(stream.read(&mut head).unwrap() > 0);
        stream
            .write_all(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n")
            .unwrap();
    });
    let error = knock(&format!("http://{address}/standup"), &[]).error();
    assert!(error.contains("it answered 403 Forbidden"), "{error}");
    thread.join().unwrap();
}

#[test]
fn no_anonymous_login_and_no_such_domain_are_told_apart() {
    let features = "<stream:features xmlns:stream='http://etherx.jabber.org/streams'>\
                    <mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms>\
                    </stream:features>";
    let shard =
        Shard::start(|said, _| said.starts_with("<open").then(|| vec![features.to_owned()]));
    let error = knock(&shard.link, &["--domain", "auth.example"]).error();
    assert!(
        error.contains("auth.example offers no anonymous login"),
        "{error}"
    );

    let unknown = "<stream:error xmlns:stream='http://etherx.jabber.org/streams'>\
                   <host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>";
    let shard = Shard::start(|said, _| said.starts_with("<open").then(|| vec![unknown.to_owned()]));
    let error = knock(&shard.link, &[]).error();
    assert!(
        error.contains("host-unknown") && error.contains("--domain"),
        "{error}"
    );
}

#[test]
fn the_link_may_come_from_standard_input() {
    let shard = Shard::start(|said, _| is_join(said).then(|| vec![own_presence()]));
    let link = format!("{}?jwt=eyJh.eyJp.secret\n", shard.link);
    let ended = Shell::new().run_with_input(&["knock", "-", "--timeout", "20"], &link);
    assert!(ended.result().starts_with("admitted"));
    assert!(shard.heard().url.ends_with("token=eyJh.eyJp.secret"));
}
