//! One observation, and its finding if it has one.

use super::*;

fn check(table: impl IntoIterator<Item = (Observation, Option<Code>)>) {
    for (seen, code) in table {
        let found = codes(std::slice::from_ref(&seen));
        assert_eq!(found, Vec::from_iter(code), "{seen:?}");
    }
}

#[test]
fn a_guest_who_is_refused() {
    let table = [
        (GUEST, "", Code::RefusedElsewhere),
        (GUEST, "token-missing", Code::ClientModuleMissing),
        (GUEST, "unknown-key", Code::KeyUnknown),
        (GUEST, "key-set-stale", Code::KeySetStale),
        (GUEST, "expired", Code::ClockOff),
        (GIVEN, "expired", Code::LinkRefused),
        (GUEST, "revocations-stale", Code::FeedStale),
        (GUEST, "status-unknown", Code::FeedMissing),
        (GUEST, "wrong-audience", Code::WrongDeployment),
        (GUEST, "wrong-room", Code::RoomRewritten),
        (GUEST, "verifier-unavailable", Code::VerifierUnavailable),
        (GUEST, "out-of-scope", Code::LinkRefused),
    ];
    check(table.map(|(guest, code, found)| (visit(R, guest, refused(code)), Some(found))));
}

#[test]
fn a_guest_otherwise() {
    check([
        (visit(R, GUEST, admitted("member")), None),
        (
            visit(R, GUEST, admitted("owner")),
            Some(Code::OwnerForEverybody),
        ),
        (visit(R, GIVEN, admitted("owner")), None),
        (
            visit(R, GUEST, Outcome::Absent),
            Some(Code::RefusedElsewhere),
        ),
        (
            visit(R, GUEST, failed(Step::Connect)),
            Some(Code::WebsocketDead),
        ),
        (
            visit(R, GUEST, failed(Step::LogIn)),
            Some(Code::LoginRefused),
        ),
        (
            visit(R, GUEST, failed(Step::AskFocus)),
            Some(Code::JicofoAbsent),
        ),
        (
            visit(R, GUEST, failed(Step::Join)),
            Some(Code::JoinUnanswered),
        ),
    ]);
}

#[test]
fn whoever_has_no_good_link() {
    use Visitor::{Changer, Creator, Deceiver, Forger, Latecomer, Neighbour, Stranger};
    check([
        (visit(R, Stranger, refused("token-missing")), None),
        (visit(R, Stranger, refused("")), Some(Code::RoomsUnguarded)),
        (
            visit(R, Stranger, admitted("member")),
            Some(Code::RoomsUnguarded),
        ),
        (
            visit(R, Stranger, failed(Step::Connect)),
            Some(Code::WebsocketDead),
        ),
        (
            visit(R, Forger, admitted("member")),
            Some(Code::ForgedAdmitted),
        ),
        (
            visit(R, Changer, admitted("member")),
            Some(Code::ForgedAdmitted),
        ),
        (
            visit(R, Latecomer, admitted("member")),
            Some(Code::ExpiredAdmitted),
        ),
        (
            visit(R, Neighbour, admitted("member")),
            Some(Code::OtherRoomAdmitted),
        ),
        (
            visit(R, Deceiver, admitted("member")),
            Some(Code::OtherQueryAdmitted),
        ),
        (
            visit(R, Creator, admitted("member")),
            Some(Code::RoomCreationOpen),
        ),
        (visit(R, Creator, refused("")), None),
    ]);
}

#[test]
fn other_doors_and_requests() {
    check([
        (
            door(HostKind::Lobby, refused("")),
            Some(Code::LobbyUnguarded),
        ),
        (door(HostKind::Lobby, refused("token-missing")), None),
        (
            door(HostKind::Breakout, admitted("member")),
            Some(Code::BreakoutUnguarded),
        ),
        (
            door(HostKind::Staff, admitted("member")),
            Some(Code::InternalMucOpen),
        ),
        (door(HostKind::Staff, refused("")), None),
        (
            door(HostKind::Other, admitted("member")),
            Some(Code::MucUnguarded),
        ),
        (
            door(HostKind::Other, refused("verifier-unavailable")),
            Some(Code::VerifierUnavailable),
        ),
        (door(HostKind::Other, Outcome::Absent), None),
        (
            request(R, Focus::Component),
            Some(Code::ConferenceRequestOpen),
        ),
        (request(R, Focus::User), Some(Code::FocusUserOpen)),
        (
            Observation::HttpRequest {
                passed: Some("it answers 200".to_owned()),
            },
            Some(Code::HttpRequestOpen),
        ),
        (Observation::HttpRequest { passed: None }, None),
    ]);
}

#[test]
fn the_page_the_clocks_and_the_router() {
    check([
        (Observation::Name { fault: None }, None),
        (page(200, None, false), None),
        (page(200, None, true), Some(Code::PageInClear)),
        (page(404, None, true), Some(Code::PageMissing)),
        (
            page(403, Some("unknown-key"), false),
            Some(Code::PageRefused),
        ),
        (
            Observation::Page(Page::BadTls(String::new())),
            Some(Code::TlsBroken),
        ),
        (
            Observation::Page(Page::NoAnswer(String::new())),
            Some(Code::PageUnreachable),
        ),
        (clock(R, 10), None),
        (clock(R, -11), Some(Code::ClockDrift)),
        (clock(R, 60), Some(Code::ClockDrift)),
        (clock(R, -61), Some(Code::ClockOff)),
        (
            Observation::Routing {
                leg: leg(R),
                split: vec!["a%20b".to_owned()],
            },
            Some(Code::RouterSplitsRooms),
        ),
        (
            Observation::Routing {
                leg: leg(R),
                split: Vec::new(),
            },
            None,
        ),
    ]);
}

#[test]
fn copies_lists_logs_and_the_shell() {
    check([
        (keys("a", &["k"], None, false), None),
        (
            keys("a", &["k"], Some(false), false),
            Some(Code::KeyUnknown),
        ),
        (keys("a", &["k"], Some(true), true), Some(Code::KeySetStale)),
        (
            Observation::Listing {
                leg: leg(R),
                listed: true,
            },
            Some(Code::RoomsListed),
        ),
        (
            Observation::Log {
                file: "access.log".to_owned(),
                has_token: true,
            },
            Some(Code::TokenInLog),
        ),
        (
            Observation::Feed {
                name: "f".to_owned(),
                found: Err("broken".to_owned()),
            },
            Some(Code::FeedMissing),
        ),
        (
            Observation::Feed {
                name: "f".to_owned(),
                found: Ok(Age {
                    seconds: 9,
                    is_stale: true,
                }),
            },
            Some(Code::FeedStale),
        ),
        (
            Observation::Shell(ShellLine::Error("m: shut".to_owned())),
            Some(Code::DoorReportsError),
        ),
        (
            Observation::Shell(ShellLine::Warning("m: old".to_owned())),
            Some(Code::DoorWarns),
        ),
        (
            Observation::Shell(ShellLine::Version("0.0.9".to_owned())),
            Some(Code::VersionsDiffer),
        ),
        (
            Observation::LeftOut {
                check: Check::Log,
                why: "no file".to_owned(),
            },
            None,
        ),
    ]);
}
