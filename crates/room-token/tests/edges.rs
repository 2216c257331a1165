//! The last that is still taken and the first that is not; and what an explanation says of each check.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use room_token::{
    Affiliation, CheckName, Decision, Deployment, Explanation, Features, Grant, KeySet,
    KeySetError, KeyState, Lifetime, Limits, Outcome, Person, PublicKey, Revocations,
    RevocationsError, RoomName, RoomNameError, RoomPattern, Run, Scope, SigningKey, Timestamp,
    TokenId, Validity, Verifier, WhenStale, Windows,
};

fn key() -> SigningKey {
    SigningKey::from_seed(&[7; 32])
}

fn now() -> Timestamp {
    Timestamp::from_secs(1_772_366_400).unwrap()
}

fn verifier() -> Verifier {
    Verifier::new(KeySet::of([&key()]).unwrap(), Deployment::default()).unwrap()
}

fn grant() -> Grant {
    let room = RoomName::parse("standup").unwrap();
    Grant::new(room, Person::member("Ada").unwrap())
}

fn issue(grant: &Grant, validity: &Validity) -> String {
    let id = TokenId::from_bytes([1; 8]);
    let token = key().issue(&Deployment::default(), grant, validity, &id);
    token.unwrap().as_str().to_owned()
}

fn token() -> String {
    let limits = Limits::default().with_seats(1).unwrap();
    let validity = Validity::lasting(now(), Lifetime::from_hours(1).unwrap()).unwrap();
    issue(&grant().within(limits), &validity)
}

#[test]
fn a_key_set_of_a_mebibyte_is_read_and_no_longer_one() {
    let json = KeySet::of([&key()]).unwrap().to_json();
    let padded = |bytes: usize| format!("{json}{}", " ".repeat(bytes - json.len()));
    assert!(KeySet::parse(padded(KeySet::MAX_BYTES).as_bytes()).is_ok());
    for bytes in [KeySet::MAX_BYTES + 1, KeySet::MAX_BYTES + 2] {
        let error = KeySet::parse(padded(bytes).as_bytes());
        assert_eq!(error, Err(KeySetError::TooLong), "{bytes}");
    }
}

#[test]
fn a_key_is_told_as_its_set_tells_it() {
    let set = KeySet::of([&key()]).unwrap();
    let told: Vec<String> = set.keys().map(PublicKey::to_json).collect();
    assert_eq!(format!("{{\"keys\":[{}]}}", told.join(",")), set.to_json());
}

#[test]
fn a_set_has_a_key_by_its_name_and_its_point_together() {
    let set = KeySet::of([&key()]).unwrap();
    let other = KeySet::of([&SigningKey::from_seed(&[8; 32])]).unwrap();
    let ours = set.keys().next().unwrap();
    let theirs = other.keys().next().unwrap();
    let borrowed = theirs
        .to_json()
        .replace(theirs.id().as_str(), ours.id().as_str());
    let borrowed = KeySet::parse(format!("{{\"keys\":[{borrowed}]}}").as_bytes()).unwrap();
    assert!(set.has(ours));
    for not in [theirs, borrowed.keys().next().unwrap()] {
        assert!(!set.has(not), "{not:?}");
    }
}

#[test]
fn a_feed_of_its_longest_is_looked_into_and_no_longer_one() {
    let shape = |bytes: usize| {
        let key_set = KeySet::of([&key()]).unwrap();
        Revocations::parse(&"a".repeat(bytes), &key_set, &Deployment::default(), None)
    };
    for (bytes, what) in [
        (Revocations::MAX_BYTES, "not three parts"),
        (Revocations::MAX_BYTES + 1, "too long"),
        (Revocations::MAX_BYTES + 2, "too long"),
    ] {
        assert_eq!(
            shape(bytes),
            Err(RevocationsError::Shape { what }),
            "{bytes}"
        );
    }
}

#[test]
fn an_edition_keeps_its_number() {
    let set = KeySet::of([&key()]).unwrap();
    assert_eq!(set.seq(), None);
    let read = KeySet::parse(set.numbered(7).to_json().as_bytes()).unwrap();
    assert_eq!(read.seq(), Some(7));
    let revocations = Revocations::numbered(8, now());
    let fed = verifier().with_revocations(revocations.clone(), WhenStale::Admit);
    assert_eq!(fed.revocations(), Some(&revocations));
    assert_eq!(verifier().revocations(), None);
}

#[test]
fn a_tenant_and_a_pattern_have_bounds() {
    let room = RoomName::parse("standup").unwrap();
    for (tenant, taken) in [
        ("acme-1_x", true),
        (&"a".repeat(63), true),
        (&"a".repeat(64), false),
    ] {
        assert_eq!(room.in_tenant(tenant).is_ok(), taken, "{tenant}");
    }
    assert_eq!(room.in_tenant("acme").unwrap().to_string(), "[acme]standup");
    for (start, error) in [
        ("a".repeat(256), None),
        ("a".repeat(257), Some(RoomNameError::TooLong { bytes: 257 })),
        ("a".repeat(258), Some(RoomNameError::TooLong { bytes: 258 })),
        ("%C3".to_owned(), Some(RoomNameError::NotCanonical)),
    ] {
        let pattern = RoomPattern::from_canonical(&format!("{start}*"));
        assert_eq!(pattern.err(), error, "{start}");
    }
}

#[test]
fn a_deployments_names_have_bounds() {
    for (bytes, taken) in [(255, true), (256, false), (257, false)] {
        let name = "a".repeat(bytes);
        assert_eq!(Deployment::new(&name, "jitsi").is_ok(), taken, "{bytes}");
        assert_eq!(Deployment::new("roompass", &name).is_ok(), taken, "{bytes}");
    }
}

/// A portal's own words come back from the door as they were signed.
#[test]
fn what_is_granted_is_admitted() {
    let person = Person::owner("Ada").unwrap().identified("7").unwrap();
    let person = person.with_email("ada@example.org").unwrap();
    let person = person.with_avatar("https://example.org/ada.png").unwrap();
    let features = Features::new([("recording", true)]).unwrap();
    let grant = Grant::new(RoomName::parse("standup").unwrap(), person.clone())
        .with_features(features.clone());
    assert_eq!(grant.features(), Some(&features));
    let validity = Validity::lasting(now(), Lifetime::from_hours(1).unwrap()).unwrap();
    let token = issue(&grant, &validity);
    let Decision::Admit(admission) = verifier().decide(&token, "standup", now()) else {
        unreachable!("an honest token")
    };
    assert_eq!(admission.person(), &person);
    assert_eq!(admission.person().name().unwrap().to_string(), "Ada");
    assert_eq!(admission.person().email(), Some("ada@example.org"));
    let avatar = admission.person().avatar();
    assert_eq!(avatar, Some("https://example.org/ada.png"));
    assert_eq!(admission.features(), Some(&features));
}

/// What was issued for a series is open when it was to be, to the second.
#[test]
fn a_series_is_open_as_it_was_issued() {
    const DAY: u64 = 86_400;
    const HOUR: u64 = 3600;
    let at = |secs| now().plus(secs);
    let run = |start, count| Run {
        start: at(start),
        count,
    };
    let windows = Windows::new(HOUR, DAY, vec![run(0, 2), run(9 * DAY, 1)]).unwrap();
    let (end, longest) = (now().plus(Lifetime::MAX.as_secs()), Timestamp::MAX);
    assert_eq!(Timestamp::from_secs(longest.as_secs()), Ok(longest));
    let validity = Validity::new(now(), Some(now()), end).unwrap();
    assert_eq!(validity.not_before(), Some(now()));
    let token = issue(&grant().during(windows), &validity);
    for (asked_at, admits_until) in [
        (HOUR / 2, Some(HOUR + 60)),
        (HOUR + 60, None),
        (DAY - 61, None),
        (DAY - 60, Some(DAY + HOUR + 60)),
        (2 * DAY, None),
        (9 * DAY, Some(9 * DAY + HOUR + 60)),
        (10 * DAY, None),
    ] {
        let until = match verifier().decide(&token, "standup", at(asked_at)) {
            Decision::Admit(admission) => Some(admission.admits_until()),
            Decision::Deny(_) => None,
        };
        assert_eq!(until, admits_until.map(at), "{asked_at}");
    }
}

/// What those read who act on a key set: a page, a portal, a rotation.
#[test]
fn a_key_tells_its_name_state_and_scope() {
    let acme = vec![RoomPattern::from_canonical("acme-*").unwrap()];
    let scope = Scope::UNLIMITED
        .for_rooms(acme.clone())
        .for_affiliations(vec![Affiliation::Member]);
    let limited = PublicKey::of(&key())
        .within(scope)
        .in_state(KeyState::Retiring);
    let read = KeySet::parse(KeySet::new([limited]).unwrap().to_json().as_bytes()).unwrap();
    let keys: Vec<_> = read.keys().collect();
    assert_eq!(keys.len(), 1);
    assert_eq!(
        (keys[0].id(), keys[0].state()),
        (key().id(), KeyState::Retiring)
    );
    assert_eq!(keys[0].scope().rooms(), Some(&acme[..]));
    assert_eq!(
        keys[0].scope().affiliations(),
        Some(&[Affiliation::Member][..])
    );
    let unlimited = (Scope::UNLIMITED.rooms(), Scope::UNLIMITED.affiliations());
    assert_eq!(unlimited, (None, None));
}

fn outcomes(explanation: &Explanation) -> Vec<(CheckName, Outcome)> {
    let checks = explanation.checks().iter();
    checks
        .map(|check| (check.name(), check.outcome()))
        .collect()
}

/// From afar there is no room, nobody else and no feed to ask.
#[test]
fn what_cannot_be_asked_is_told_as_such_in_its_place() {
    let told = outcomes(&verifier().explain(&token(), None, now()));
    let not_asked = [CheckName::Room, CheckName::Revocation, CheckName::Seats];
    let expected = CheckName::ALL.iter().map(|name| {
        let is_asked = !not_asked.contains(name);
        let outcome = if is_asked {
            Outcome::Passed
        } else {
            Outcome::NotAsked
        };
        (*name, outcome)
    });
    assert_eq!(told, expected.collect::<Vec<_>>());
}

#[test]
fn what_was_not_reached_is_told_as_such() {
    let told = outcomes(&verifier().explain("a.b", None, now()));
    let (shape, others) = told.split_first().unwrap();
    assert_eq!(*shape, (CheckName::Shape, Outcome::Failed));
    let names: Vec<_> = others.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, CheckName::ALL[1..]);
    assert!(
        others
            .iter()
            .all(|(_, outcome)| *outcome == Outcome::NotReached)
    );
}

#[test]
fn a_refused_header_is_told_by_what_is_wrong_with_it() {
    use base64::Engine;
    for (header, seen) in [
        (r#"{"crit":[]}"#, "`crit` in the header"),
        (r#"{"typ":"at+jwt"}"#, "another kind of token (`typ`)"),
        ("[]", "the header is not one unambiguous JSON object"),
    ] {
        let header = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(header);
        let told = verifier().explain(&format!("{header}.e30.AAAA"), None, now());
        let failed = told
            .checks()
            .iter()
            .find(|check| check.outcome() == Outcome::Failed);
        assert_eq!(failed.map(room_token::Check::seen), Some(seen));
    }
}
