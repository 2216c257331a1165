//! The feed, from the one who takes back to the one at the door.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use room_token::{
    Decision, DenyReason, Deployment, Grant, KeySet, Lifetime, Person, Revocations,
    RevocationsError, Revoked, RoomName, RoomPattern, SigningKey, Timestamp, TokenId, Validity,
    Verifier, WhenStale,
};

const NOW: u64 = 1_772_366_400;

fn key() -> SigningKey {
    SigningKey::from_seed(&[7; 32])
}

fn at(secs: u64) -> Timestamp {
    Timestamp::from_secs(secs).unwrap()
}

fn id() -> TokenId {
    TokenId::from_bytes([1; 8])
}

fn read(feed: &str, seen: Option<u64>) -> Result<Revocations, RevocationsError> {
    let key_set = KeySet::of([&key()]).unwrap();
    Revocations::parse(feed, &key_set, &Deployment::default(), seen)
}

fn published(revocations: &Revocations) -> String {
    let feed = key().sign_revocations(revocations, &Deployment::default());
    feed.unwrap()
}

/// Ada's token for `standup`, issued at [`NOW`], a second later.
fn decide(revocations: Revocations) -> Decision {
    let person = Person::member("Ada").unwrap().identified("ada").unwrap();
    let grant = Grant::new(RoomName::parse("standup").unwrap(), person);
    let validity = Validity::lasting(at(NOW), Lifetime::from_hours(1).unwrap()).unwrap();
    let token = key().issue(&Deployment::default(), &grant, &validity, &id());
    let verifier = Verifier::new(KeySet::of([&key()]).unwrap(), Deployment::default()).unwrap();
    verifier
        .with_revocations(revocations, WhenStale::Admit)
        .decide(token.unwrap().as_str(), "standup", at(NOW + 1))
}

/// One of each kind, naming Ada's token.
fn each_kind() -> [Revoked; 5] {
    let rooms = |text| RoomPattern::from_canonical(text).unwrap();
    [
        Revoked::Key(key().id().clone()),
        Revoked::Person("ada".to_owned()),
        Revoked::Room(rooms("standup")),
        Revoked::Room(rooms("stand*")),
        Revoked::Token(id()),
    ]
}

#[test]
fn whatever_is_taken_back_is_dead_once_published() {
    for what in each_kind() {
        let mut edition = Revocations::numbered(7, at(NOW));
        assert!(edition.is_empty());
        edition.revoke(what.clone(), at(NOW + 1));
        assert!(!edition.is_empty());
        let read = read(&published(&edition), None).unwrap();
        assert_eq!(read, edition, "{what:?}");
        assert_eq!(
            decide(read),
            Decision::Deny(DenyReason::Revoked),
            "{what:?}"
        );
    }
}

#[test]
fn everything_is_counted() {
    let mut edition = Revocations::numbered(7, at(NOW));
    for (index, what) in each_kind().into_iter().enumerate() {
        assert_eq!(edition.len(), index);
        edition.revoke(what, at(NOW));
    }
    assert_eq!(edition.len(), 5);
    assert_eq!(read(&published(&edition), None), Ok(edition));
}

#[test]
fn a_watermark_rises_and_never_falls() {
    for what in each_kind().into_iter().take(4) {
        for times in [[NOW, NOW + 1], [NOW + 1, NOW]] {
            let mut edition = Revocations::numbered(7, at(NOW));
            for time in times {
                edition.revoke(what.clone(), at(time));
            }
            assert_eq!(edition.len(), 1, "{what:?}");
            let republished = read(&published(&edition), None).unwrap();
            for edition in [edition, republished] {
                let decision = decide(edition);
                let dead = Decision::Deny(DenyReason::Revoked);
                assert_eq!(decision, dead, "{what:?} {times:?}");
            }
        }
    }
}

#[test]
fn who_may_stay_is_published_too() {
    let mut edition = Revocations::numbered(7, at(NOW));
    for what in each_kind() {
        edition.revoke(what.clone(), at(NOW + 1));
        edition.let_stay(what.clone());
        assert_eq!(
            read(&published(&edition), None).as_ref(),
            Ok(&edition),
            "{what:?}"
        );
    }
}

#[test]
fn an_edition_tells_its_number_and_its_time() {
    let edition = read(&published(&Revocations::numbered(7, at(NOW))), None).unwrap();
    assert_eq!((edition.seq(), edition.issued_at()), (7, Some(at(NOW))));
    assert_eq!(edition.ttl(), Revocations::DEFAULT_TTL);
}

#[test]
fn an_earlier_edition_is_a_rollback() {
    let feed = published(&Revocations::numbered(7, at(NOW)));
    for seen in [None, Some(6), Some(7)] {
        assert!(read(&feed, seen).is_ok(), "{seen:?}");
    }
    let rollback = RevocationsError::Rollback { seen: 8, got: 7 };
    assert_eq!(read(&feed, Some(8)), Err(rollback));
}

/// Signed by hand, as another issuer's program would.
fn by_hand(claims: &str) -> String {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use ed25519_dalek::Signer;
    let header = format!(
        r#"{{"alg":"EdDSA","kid":"{}","typ":"revocations+jwt"}}"#,
        key().id()
    );
    let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let input = format!("{}.{}", encode(&header), encode(claims));
    let signature = ed25519_dalek::SigningKey::from_bytes(&[7; 32]).sign(input.as_bytes());
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
}

#[test]
fn verifiers_ask_again_within_reason() {
    for (ttl, asks_after) in [
        ("", 60),
        (r#","ttl":0"#, 10),
        (r#","ttl":11"#, 11),
        (r#","ttl":3600"#, 3600),
        (r#","ttl":999999"#, 3600),
    ] {
        let feed = by_hand(&format!(r#"{{"iss":"roompass","seq":1,"iat":{NOW}{ttl}}}"#));
        assert_eq!(
            read(&feed, None).map(|edition| edition.ttl()),
            Ok(asks_after)
        );
    }
}

#[test]
fn a_feed_that_is_not_one_is_named_by_its_fault() {
    use RevocationsError::{Claims, Header, OtherIssuer};
    for (claims, expected) in [
        (r#"{"iss":"acme","seq":1,"iat":1}"#, OtherIssuer),
        (r#"{"iss":"roompass","seq":1}"#, Claims { byte: 26 }),
        (r#" ["roompass",1,1,60,{},[]]"#, Claims { byte: 0 }),
        (
            r#"{"iss":"roompass","seq":1,"iat":1,"jti":7}"#,
            Claims { byte: 41 },
        ),
    ] {
        assert_eq!(read(&by_hand(claims), None), Err(expected), "{claims}");
    }
    let foreign = by_hand("{}").replace("eyJhbGciOiJFZERTQSIs", "eyJhbGciOiJub25lISIs");
    assert_eq!(
        read(&foreign, None),
        Err(Header(DenyReason::UnsupportedAlgorithm))
    );
}
