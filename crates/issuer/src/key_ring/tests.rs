use room_token::{RoomPattern, Scope};

use super::*;

fn at(secs: u64) -> Timestamp {
    Timestamp::from_secs(secs).unwrap()
}

fn key(number: u8) -> SigningKey {
    SigningKey::from_seed(&[number; 32])
}

fn id(number: u8) -> KeyId {
    key(number).id().clone()
}

const DAY: u64 = 86_400;

#[test]
fn a_key_is_published_before_it_signs_and_stays_until_its_last_link() {
    let mut ring = KeyRing::new(&key(1), at(0));
    assert!(ring.note_issued(at(3 * DAY - 100)));
    assert!(!ring.note_issued(at(3 * DAY)), "the day was noted already");

    let published = Rotated::Published {
        next: id(2),
        signs_from: at(1600),
    };
    assert_eq!(ring.rotate(&key(2), at(1000)), Ok(published));
    assert_eq!(ring.active(), &id(1), "it does not sign yet");
    let too_soon = RingError::TooSoon {
        id: id(2),
        what: "sign",
        from: at(1600),
    };
    assert_eq!(ring.rotate(&key(3), at(1599)), Err(too_soon));

    let retires_from = at(3 * DAY + 60);
    let switched = Rotated::Switched {
        active: id(2),
        retiring: id(1),
        retires_from,
    };
    assert_eq!(ring.rotate(&key(3), at(1600)), Ok(switched));
    assert_eq!(ring.active(), &id(2));

    let too_soon = RingError::TooSoon {
        id: id(1),
        what: "be retired",
        from: retires_from,
    };
    assert_eq!(ring.retire(&id(1), at(3 * DAY + 59)), Err(too_soon));
    assert_eq!(ring.retire(&id(1), retires_from), Ok(()));
    assert_eq!(ring.keys().len(), 1);
    assert_eq!(ring.seq(), 4, "every change is an edition");
}

#[test]
fn every_edition_holds_what_signs_now_and_next() {
    let mut ring = KeyRing::new(&key(1), at(0));
    ring.rotate(&key(2), at(0)).unwrap();
    let set = ring.key_set("roompass").unwrap();
    let states: Vec<_> = set
        .keys()
        .map(|key| (key.id().clone(), key.state()))
        .collect();
    let mut expected = vec![(id(1), KeyState::Active), (id(2), KeyState::Next)];
    expected.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(states, expected);
    assert_eq!((set.seq(), set.issuer()), (Some(2), Some("roompass")));
}

#[test]
fn the_key_that_signs_is_neither_retired_nor_revoked() {
    let mut ring = KeyRing::new(&key(1), at(0));
    assert_eq!(
        ring.retire(&id(1), at(9 * DAY)),
        Err(RingError::InUse { id: id(1) })
    );
    assert_eq!(ring.revoke(&id(1)), Err(RingError::InUse { id: id(1) }));
    assert_eq!(ring.revoke(&id(9)), Err(RingError::Unknown { id: id(9) }));
    assert_eq!(ring.replace_active(&key(2), at(0)), Ok(id(1)));
    assert_eq!((ring.active(), ring.keys().len()), (&id(2), 1));
    ring.rotate(&key(3), at(0)).unwrap();
    assert_eq!(ring.revoke(&id(3)), Ok(()), "a next key that leaked");
}

#[test]
fn a_team_s_key_never_signs_for_us() {
    let mut ring = KeyRing::new(&key(1), at(0));
    let acme = RoomPattern::from_canonical("acme-*").unwrap();
    let team = PublicKey::of(&key(5)).within(Scope::UNLIMITED.for_rooms(vec![acme]));
    ring.import(team.clone(), at(0)).unwrap();
    assert_eq!(
        ring.import(team, at(0)),
        Err(RingError::Duplicate { id: id(5) })
    );
    assert_eq!(ring.active(), &id(1));
    assert_eq!(
        ring.retire(&id(5), at(0)),
        Ok(()),
        "its owner knows best when"
    );
}

#[test]
fn a_ring_survives_its_file() {
    let mut ring = KeyRing::new(&key(1), at(5));
    ring.note_issued(at(DAY));
    ring.rotate(&key(2), at(7)).unwrap();
    let scope = Scope::UNLIMITED.for_affiliations(vec![room_token::Affiliation::Member]);
    ring.import(PublicKey::of(&key(5)).within(scope), at(8))
        .unwrap();
    assert_eq!(KeyRing::parse(&ring.to_json()), Ok(ring));
}

#[test]
fn a_broken_ring_signs_nothing() {
    let json = KeyRing::new(&key(1), at(0)).to_json();
    for broken in [
        String::new(),
        "{}".to_owned(),
        json.replace("active", "retiring"),
        json.replace("OKP", "RSA"),
        json.replace("\"published_at\": 0", "\"published_at\": -1"),
    ] {
        assert!(KeyRing::parse(&broken).is_err(), "{broken}");
    }
}
