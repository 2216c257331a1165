//! What passes from an owner to a guest.

use room_token::{Features, Run, SigningKey, TokenId, Verifier, Windows};

use super::*;
use crate::{BaseUrl, Office};

const NOW: u64 = 1_767_225_600;

fn at(secs: u64) -> Timestamp {
    Timestamp::from_secs(NOW + secs).unwrap()
}

fn office() -> Office {
    Office::new(
        SigningKey::from_seed(&[7; 32]).into(),
        room_token::Deployment::default(),
        Some(BaseUrl::parse("https://meet.example.org/acme").unwrap()),
    )
}

/// What a door says to the bearer of this grant an hour after it was signed.
fn decide(grant: Grant) -> Decision {
    let (office, room) = (office(), grant.room().to_string());
    let validity = Validity::new(at(0), None, at(9000)).unwrap();
    let issued = office
        .issue(grant, validity, TokenId::from_bytes([1; 8]))
        .unwrap();
    let verifier = Verifier::new(office.key_set().unwrap(), office.deployment).unwrap();
    verifier.decide(issued.token.as_str(), &room, at(3600))
}

fn of(affiliation: Affiliation) -> Grant {
    let person = Person::anonymous(affiliation).identified("u7").unwrap();
    let person = person.named(DisplayName::parse("Ada").unwrap());
    Grant::new(office().base_url().unwrap().room("sync").unwrap(), person)
}

fn derived(owners: Grant, wish: GuestWish) -> Result<(Grant, Validity), DeriveError> {
    let decision = decide(owners);
    derive(owner(&decision)?, wish, at(3600))
}

#[test]
fn a_guest_gets_the_owners_room_and_limits_and_nothing_of_the_person() {
    let limits = Limits::default()
        .joining_by(at(5000))
        .with_seats(3)
        .unwrap();
    let limits = limits.with_max_occupants(20).unwrap();
    let run = Run {
        start: at(0),
        count: 1,
    };
    let windows = Windows::new(9000, 9000, vec![run]).unwrap();
    let features = Features::new([("recording", false)]).unwrap();
    let owners = of(Affiliation::Owner)
        .within(limits)
        .during(windows)
        .with_features(features);
    let (guests, validity) = derived(owners.clone(), GuestWish::default()).unwrap();
    assert_eq!(guests.person(), &Person::anonymous(Affiliation::Member));
    assert_eq!(guests.room(), owners.room());
    assert_eq!(guests.limits(), owners.limits());
    assert_eq!(guests.windows(), owners.windows());
    assert_eq!(guests.features(), owners.features());
    assert_eq!(
        (validity.issued_at(), validity.expires_at()),
        (at(3600), at(9000))
    );
}

#[test]
fn a_wish_may_only_narrow_it() {
    let seats = |seats| of(Affiliation::Owner).within(Limits::default().with_seats(seats).unwrap());
    let wish = |end: Option<Ending>, seats: Option<u64>| GuestWish {
        name: Some(DisplayName::parse("Bob").unwrap()),
        end,
        seats,
    };
    let (grant, validity) = derived(seats(3), wish(Some(Ending::After(60)), Some(2))).unwrap();
    assert_eq!(grant.person(), &Person::member("Bob").unwrap());
    assert_eq!(grant.limits().seats(), Some(2));
    assert_eq!(validity.expires_at(), at(3660));
    let unlimited = derived(of(Affiliation::Owner), wish(None, Some(9))).unwrap();
    assert_eq!(unlimited.0.limits().seats(), Some(9));
    let outlives = DeriveError::Outlives { ends: at(9000) };
    for (wish, error) in [
        (wish(None, Some(4)), DeriveError::Seats { most: 3 }),
        (wish(Some(Ending::At(at(9001))), None), outlives),
        (wish(Some(Ending::After(5401)), None), outlives),
        (
            wish(Some(Ending::At(at(3600))), None),
            TimeError::EndsBeforeIssued.into(),
        ),
        (
            wish(Some(Ending::After(0)), None),
            TimeError::Lifetime { secs: 0 }.into(),
        ),
    ] {
        assert_eq!(derived(seats(3), wish.clone()), Err(error), "{wish:?}");
    }
    let none = derived(seats(3), wish(None, Some(0)));
    assert!(matches!(none, Err(DeriveError::Count(_))), "{none:?}");
}

#[test]
fn only_an_owner_who_may_enter_now_can_pass_a_link_on() {
    let guests = derived(of(Affiliation::Member), GuestWish::default());
    assert_eq!(guests, Err(DeriveError::NotOwner));
    let run = Run {
        start: at(7200),
        count: 1,
    };
    let later = Windows::new(900, 900, vec![run]).unwrap();
    let shut = derived(of(Affiliation::Owner).during(later), GuestWish::default());
    let error = shut.unwrap_err();
    assert_eq!(error.code(), "outside-window");
    assert!(error.to_string().contains("wait for the next meeting"));
}

#[test]
fn a_link_for_many_rooms_names_none_to_pass_on() {
    let vector = include_str!("../../../../tests/vectors/good-scope-wildcard.vector");
    let value = |name: &str| {
        let mut rows = vector.lines().filter_map(|row| row.split_once(": "));
        rows.find(|(at, _)| *at == name).unwrap().1
    };
    let keys = include_bytes!("../../../../tests/vectors/keys/scoped.jwks.json");
    let keys = room_token::KeySet::parse(keys).unwrap();
    let verifier = Verifier::new(keys, room_token::Deployment::default()).unwrap();
    let now = Timestamp::from_secs(value("now").parse().unwrap()).unwrap();
    let Decision::Admit(admission) = verifier.decide(value("token"), value("room"), now) else {
        panic!("the vector admits");
    };
    let derived = derive(&admission, GuestWish::default(), now);
    assert_eq!(derived, Err(DeriveError::ManyRooms));
}
