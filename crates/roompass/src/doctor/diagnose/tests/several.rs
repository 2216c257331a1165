//! Several observations at once.

use super::*;

#[test]
fn what_follows_from_a_fault_is_not_told_beside_it() {
    let stranger = |outcome| visit(R, Visitor::Stranger, outcome);
    for (seen, expected) in [
        // A door that is missing: whoever comes with a bad link comes in as well.
        (
            vec![
                stranger(admitted("none")),
                visit(R, Visitor::Forger, admitted("none")),
                visit(R, Visitor::Creator, admitted("none")),
            ],
            vec![Code::RoomsUnguarded],
        ),
        // The same where only Jicofo makes rooms, and was not asked.
        (
            vec![stranger(refused("")), visit(R, GUEST, refused(""))],
            vec![Code::RoomsUnguarded],
        ),
        // Without the module of the client's host nobody keeps requests.
        (
            vec![
                visit(R, GUEST, refused("token-missing")),
                request(R, Focus::Component),
                request(R, Focus::User),
            ],
            vec![Code::ClientModuleMissing],
        ),
        // A door that watches.
        (
            vec![
                Observation::Shell(ShellLine::Warning(
                    "m: roompass_mode = \"watch\"".to_owned(),
                )),
                stranger(admitted("none")),
                door(HostKind::Lobby, admitted("none")),
                request(R, Focus::User),
            ],
            vec![Code::WatchMode],
        ),
        // A name that leads nowhere, and what cannot be reached then.
        (
            vec![
                Observation::Name {
                    fault: Some("no address".to_owned()),
                },
                visit(R, GUEST, failed(Step::Connect)),
            ],
            vec![Code::NameUnknown],
        ),
    ] {
        assert_eq!(codes(&seen), expected, "{seen:?}");
    }
}

#[test]
fn one_fault_that_two_probes_see_is_one() {
    let seen = [clock("a", 300), visit("a", GUEST, refused("expired"))];
    assert_eq!(codes(&seen), [Code::ClockOff]);
    let seen = [
        keys("a", &["k"], Some(false), false),
        keys("b", &["l"], Some(true), false),
    ];
    assert_eq!(codes(&seen), [Code::KeysDiffer]);
}

#[test]
fn one_shard_that_differs_is_told_from_all_that_do() {
    let at_b = |code| {
        [
            visit(R, GUEST, admitted("member")),
            visit("a", GUEST, admitted("member")),
            visit("b", GUEST, refused(code)),
        ]
    };
    let found = diagnose(&at_b("unknown-key"));
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].code, &found[0].places[..]),
        (Code::KeysDiffer, &["b".to_owned()][..])
    );
    let lost = [
        visit(R, GUEST, refused("token-missing")),
        visit("a", GUEST, admitted("member")),
    ];
    assert_eq!(codes(&lost), [Code::RouterDropsToken]);
    let lost_by_url = [
        visit(R, GUEST, admitted("member")),
        visit(R, Visitor::Creator, refused("token-missing")),
    ];
    assert_eq!(codes(&lost_by_url), [Code::RouterDropsToken]);
}

#[test]
fn places_are_gathered_and_the_worst_comes_first() {
    let found = diagnose(&[
        Observation::Listing {
            leg: leg("a"),
            listed: true,
        },
        visit("a", GUEST, failed(Step::Connect)),
        visit("b", GUEST, failed(Step::Connect)),
        visit("b", GUEST, failed(Step::Connect)),
        door(HostKind::Staff, admitted("none")),
    ]);
    let told: Vec<_> = found
        .iter()
        .map(|finding| (finding.code, finding.places.len(), finding.counts()))
        .collect();
    assert_eq!(
        told,
        [
            (Code::InternalMucOpen, 1, true),
            (Code::WebsocketDead, 2, true),
            (Code::RoomsListed, 1, false),
        ]
    );
}

#[test]
fn every_code_can_be_found_and_is_found_by_one_name() {
    let names: std::collections::BTreeSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(names.len(), Code::ALL.len());
    for code in Code::ALL {
        assert!(Check::ALL.contains(&code.check()));
        let name = code.as_str();
        assert!(
            name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'),
            "{name}"
        );
    }
}
