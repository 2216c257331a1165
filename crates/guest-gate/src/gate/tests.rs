use room_token::{
    Affiliation, Deployment, Grant, KeySet, Limits, Person, RoomName, SigningKey, TokenId, Validity,
};

use super::*;
use crate::{Damage, Way};

const NOW: u64 = 1_767_225_600;

fn at(secs: u64) -> Timestamp {
    Timestamp::from_secs(secs).unwrap()
}

fn key() -> SigningKey {
    SigningKey::from_seed(&[7; 32])
}

fn gate() -> Gate {
    let key_set = KeySet::of([&key()]).unwrap();
    Gate {
        verifier: Some(Verifier::new(key_set, Deployment::default()).unwrap()),
        open_rooms: vec![RoomPattern::from_canonical("town-*").unwrap()],
    }
}

/// A link's token for a room, open for so long from then on, counted from now.
fn token(room: &str, from: i64, to: i64) -> String {
    let grant = Grant::new(
        RoomName::from_canonical(room).unwrap(),
        Person::anonymous(Affiliation::Member),
    );
    sign(&grant, from, to)
}

fn sign(grant: &Grant, from: i64, to: i64) -> String {
    let then = |offset: i64| at(NOW.checked_add_signed(offset).unwrap());
    let issued = then(from.min(0));
    let validity = Validity::new(issued, Some(then(from)), then(to)).unwrap();
    let id = TokenId::from_bytes([1; 8]);
    let token = key().issue(&Deployment::default(), grant, &validity, &id);
    token.unwrap().as_str().to_owned()
}

fn look(uri: &str, kept: &[&str]) -> Verdict {
    let address = Address::parse(uri).unwrap();
    gate().look(&Visit {
        address: &address,
        kept,
        now: at(NOW),
    })
}

fn refused(verdict: Verdict) -> (DenyReason, Way) {
    match verdict {
        Verdict::Refuse(refusal) => (refusal.reason, refusal.way),
        other @ (Verdict::Pass { .. } | Verdict::Return { .. }) => panic!("{other:?}"),
    }
}

#[test]
fn a_good_link_passes_and_is_kept_for_the_reload() {
    let token = token("sync", -60, 7200);
    let full = format!("/Sync?jwt={token}");
    let Verdict::Pass {
        cookie: Some(cookie),
    } = look(&full, &[])
    else {
        panic!()
    };
    assert!(
        cookie.starts_with(&format!("__Host-roompass={token};")),
        "{cookie}"
    );
    assert!(cookie.contains("Max-Age=7200;"), "{cookie}");
    assert_eq!(look(&full, &[&token]), Verdict::Pass { cookie: None });
    let to = format!("/sync?jwt={token}&x=1");
    assert_eq!(look("/SYNC?x=1", &[&token]), Verdict::Return { to });
}

#[test]
fn a_cookie_opens_no_other_room() {
    let token = token("sync", -60, 7200);
    let verdict = look("/board", &[&token]);
    assert_eq!(refused(verdict), (DenyReason::TokenMissing, Way::Paste));
    let verdict = look("/acme/sync", &[&token]);
    assert_eq!(refused(verdict), (DenyReason::TokenMissing, Way::Paste));
}

#[test]
fn a_second_room_is_kept_beside_the_first() {
    let (sync, board, old) = (
        token("sync", -60, 7200),
        token("board", -60, 60),
        token("old", -7200, -600),
    );
    let verdict = look(&format!("/board?jwt={board}"), &[&sync, &old, "forged"]);
    let Verdict::Pass {
        cookie: Some(cookie),
    } = verdict
    else {
        panic!("{verdict:?}")
    };
    assert!(
        cookie.starts_with(&format!("__Host-roompass={board}~{sync};")),
        "{cookie}"
    );
    assert!(cookie.contains("Max-Age=7200;"), "{cookie}");
}

#[test]
fn every_dead_link_has_its_reason_and_a_way() {
    let early = token("sync", 3600, 7200);
    let good = token("sync", -60, 7200);
    let opens = at(NOW + 3600);
    for (uri, reason, way) in [
        ("/sync".to_owned(), DenyReason::TokenMissing, Way::Paste),
        (
            format!("/sync?jwt={early}"),
            DenyReason::TooEarly,
            Way::Wait { opens },
        ),
        (
            format!("/sync?jwt={}", token("sync", -7200, -600)),
            DenyReason::Expired,
            Way::Ask,
        ),
        (
            format!("/board?jwt={good}&lang=de"),
            DenyReason::WrongRoom,
            Way::GoTo {
                to: format!("/sync?jwt={good}"),
            },
        ),
        (
            format!("/sync?jwt={}", &good[..50]),
            DenyReason::Malformed,
            Way::CopyAgain(Damage::Cut { after: 50 }),
        ),
        (
            format!("/sync?jwt={}", &good[..good.len() - 30]),
            DenyReason::BadSignature,
            Way::CopyAgain(Damage::Cut {
                after: good.len() - 30,
            }),
        ),
        (
            format!("/sync?jwt={}A{}", &good[..120], &good[121..]),
            DenyReason::BadSignature,
            Way::Ask,
        ),
    ] {
        assert_eq!(refused(look(&uri, &[])), (reason, way), "{uri}");
    }
}

#[test]
fn a_bare_reload_after_the_end_is_told_so() {
    let ended = token("sync", -7200, -600);
    let verdict = look("/sync", &[&ended]);
    assert_eq!(refused(verdict), (DenyReason::Expired, Way::Ask));
}

#[test]
fn who_was_here_may_reload_after_the_last_first_join() {
    let limits = Limits::default().joining_by(at(NOW - 300));
    let grant = Grant::new(
        RoomName::from_canonical("sync").unwrap(),
        Person::anonymous(Affiliation::Member),
    );
    let token = sign(&grant.within(limits), -3600, 3600);
    let verdict = look(&format!("/sync?jwt={token}"), &[]);
    assert_eq!(refused(verdict), (DenyReason::JoinClosed, Way::Ask));
    let to = format!("/sync?jwt={token}");
    assert_eq!(look("/sync", &[&token]), Verdict::Return { to });
}

#[test]
fn an_open_room_needs_no_link_and_without_keys_nothing_is_checked() {
    assert_eq!(look("/town-hall", &[]), Verdict::Pass { cookie: None });
    let address = Address::parse("/sync?jwt=a.b.c").unwrap();
    let gate = Gate {
        verifier: None,
        open_rooms: Vec::new(),
    };
    let verdict = gate.look(&Visit {
        address: &address,
        kept: &[],
        now: at(NOW),
    });
    assert_eq!(
        refused(verdict),
        (DenyReason::VerifierUnavailable, Way::Later)
    );
}
