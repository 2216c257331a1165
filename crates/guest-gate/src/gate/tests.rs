use room_token::{
    Affiliation, Deployment, Grant, KeySet, Limits, Person, RoomName, SigningKey, TokenId, Validity,
};

use super::*;
use crate::{Damage, Way};

pub(crate) const NOW: u64 = 1_767_225_600;

pub(crate) fn at(secs: u64) -> Timestamp {
    Timestamp::from_secs(secs).unwrap()
}

fn key() -> SigningKey {
    SigningKey::from_seed(&[7; 32])
}

pub(crate) fn gate() -> Gate {
    let key_set = KeySet::of([&key()]).unwrap();
    Gate {
        verifier: Some(Verifier::new(key_set, Deployment::default()).unwrap()),
        open_rooms: vec![RoomPattern::from_canonical("town-*").unwrap()],
    }
}

/// A link's token for a room, open for so long from then on, counted from now.
pub(crate) fn token(room: &str, from: i64, to: i64) -> String {
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

fn kept<'t>(tokens: &[&'t str]) -> Vec<Kept<'t>> {
    let kept = |token: &&'t str| Kept {
        token,
        is_in_fragment: false,
    };
    tokens.iter().map(kept).collect()
}

fn look(uri: &str, tokens: &[&str]) -> Verdict {
    look_as(&Address::parse(uri).unwrap(), &kept(tokens), false)
}

fn look_as(address: &Address, kept: &[Kept<'_>], is_marked: bool) -> Verdict {
    gate().look(&Visit {
        address,
        kept,
        is_marked,
        now: at(NOW),
    })
}

fn back(to: String) -> Verdict {
    Verdict::Return { to, cookie: None }
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
    assert!(cookie.contains("Max-Age=10800;"), "{cookie}");
    assert_eq!(look(&full, &[&token]), Verdict::Pass { cookie: None });
    let to = format!("/sync?jwt={token}&x=1");
    assert_eq!(look("/SYNC?x=1", &[&token]), back(to));
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
    assert!(cookie.contains("Max-Age=10800;"), "{cookie}");
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
    assert_eq!(look("/sync", &[&token]), back(to));
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
        is_marked: false,
        now: at(NOW),
    });
    assert_eq!(
        refused(verdict),
        (DenyReason::VerifierUnavailable, Way::Later)
    );
}

#[test]
fn a_link_with_a_fragment_goes_back_to_its_fragment() {
    let token = token("sync", -60, 7200);
    let link = format!("https://meet.example.org/sync?x=1#jwt=%22{token}%22");
    let brought = Address::pasted(&link).unwrap();
    let Verdict::Pass {
        cookie: Some(cookie),
    } = look_as(&brought, &[], false)
    else {
        panic!()
    };
    assert!(
        cookie.starts_with(&format!("__Host-roompass=*{token};")),
        "{cookie}"
    );
    let kept = [brought.brought().unwrap()];
    let bare = Address::parse("/sync?x=1").unwrap();
    let Verdict::Return { to, cookie } = look_as(&bare, &kept, false) else {
        panic!()
    };
    assert_eq!(to, format!("/sync?x=1#jwt=%22{token}%22"));
    assert!(cookie.unwrap().starts_with("__Host-roompass-fragment=1;"));
    // The browser has the fragment now, and the next reload does not.
    let Verdict::Pass { cookie } = look_as(&bare, &kept, true) else {
        panic!()
    };
    assert!(cookie.unwrap().starts_with("__Host-roompass-fragment=;"));
    // The mark alone opens nothing.
    assert!(matches!(look_as(&bare, &[], true), Verdict::Refuse(_)));
}

#[test]
fn only_an_owner_of_this_room_may_invite() {
    let owner = Grant::new(
        RoomName::from_canonical("sync").unwrap(),
        Person::anonymous(Affiliation::Owner),
    );
    let owner = sign(&owner, -60, 7200);
    let guest = token("sync", -60, 7200);
    let standing = |uri: &str, tokens: &[&str]| {
        gate().standing(&Visit {
            address: &Address::parse(uri).unwrap(),
            kept: &kept(tokens),
            is_marked: false,
            now: at(NOW),
        })
    };
    let link = format!("/sync?jwt={owner}");
    assert_eq!(
        standing("/sync", &["forged", &owner]),
        Standing::Owner { link }
    );
    assert_eq!(standing("/sync", &[&guest]), Standing::Guest);
    for (uri, tokens) in [
        ("/board", vec![owner.as_str()]),
        ("/acme/sync", vec![&owner]),
        ("/sync", vec![]),
        ("/town-hall", vec![]),
    ] {
        let Standing::Refused(refusal) = standing(uri, &tokens) else {
            panic!("{uri}")
        };
        assert_eq!(refusal.reason, DenyReason::TokenMissing, "{uri}");
    }
}
