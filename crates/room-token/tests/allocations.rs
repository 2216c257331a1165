//! What a token costs in memory before its signature is known to hold: a flood of others' must not reach the allocator.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use allocation_counter::{AllocationInfo, measure};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use room_token::{
    Decision, DenyReason, Deployment, Grant, KeySet, Lifetime, Person, RoomName, SigningKey,
    Timestamp, TokenId, Validity, Verifier,
};

fn now() -> Timestamp {
    Timestamp::from_secs(1_772_366_400).unwrap()
}

fn key() -> SigningKey {
    SigningKey::from_seed(&[7; 32])
}

fn token(key: &SigningKey) -> String {
    let person = Person::member("Ada").unwrap();
    let grant = Grant::new(RoomName::parse("standup").unwrap(), person);
    let validity = Validity::lasting(now(), Lifetime::from_hours(1).unwrap()).unwrap();
    let id = TokenId::from_bytes([1; 8]);
    let token = key.issue(&Deployment::default(), &grant, &validity, &id);
    token.unwrap().as_str().to_owned()
}

/// What it takes to refuse this token for that reason.
fn cost(token: &str, reason: DenyReason) -> AllocationInfo {
    let key_set = KeySet::of([&key()]).unwrap();
    let verifier = Verifier::new(key_set, Deployment::default()).unwrap();
    measure(|| {
        let decision = verifier.decide(token, "standup", now());
        assert_eq!(decision, Decision::Deny(reason), "{token}");
    })
}

/// A token of ours with another header.
fn headed(header: &str) -> String {
    let token = token(&key());
    let rest = token.split_once('.').unwrap().1;
    format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header))
}

#[test]
fn a_token_of_another_shape_or_key_allocates_one_buffer_at_most() {
    let good = token(&key());
    for (token, reason, buffers) in [
        ("", DenyReason::TokenMissing, 0),
        ("garbage", DenyReason::Malformed, 0),
        (&"a".repeat(4097), DenyReason::Malformed, 0),
        (&"a".repeat(4096), DenyReason::Malformed, 0),
        (&format!("{good}.e30"), DenyReason::Malformed, 0),
        (&format!("{good}="), DenyReason::Malformed, 0),
        (&headed("garbage"), DenyReason::Malformed, 1),
        (
            &token(&SigningKey::from_seed(&[8; 32])),
            DenyReason::UnknownKey,
            1,
        ),
        (
            &headed(r#"{"alg":"none"}"#),
            DenyReason::UnsupportedAlgorithm,
            1,
        ),
        (
            &headed(r#"{"kid":"a","alg":"EdDSA"}"#),
            DenyReason::UnknownKey,
            1,
        ),
        (
            &headed(r#"{"typ":"at+jwt"}"#),
            DenyReason::UnsupportedHeader,
            1,
        ),
        (
            &headed(r#"{"zip":"DEF"}"#),
            DenyReason::UnsupportedHeader,
            1,
        ),
        (&format!("{good}A"), DenyReason::BadSignature, 1),
    ] {
        let cost = cost(token, reason);
        assert_eq!(cost.count_total, buffers, "{reason:?} {token}");
        assert!(cost.bytes_total <= 4096, "{reason:?} {token}");
    }
}

/// serde's error is on the heap, and its words beside it for a moment.
#[test]
fn a_header_that_breaks_off_allocates_an_error_of_a_few_bytes() {
    for header in [
        "{",
        r#"{"alg":"EdDSA","kid":"a""#,
        r#"{"alg":1,"alg":1}"#,
        "{}x",
    ] {
        let cost = cost(&headed(header), DenyReason::Malformed);
        assert!(cost.count_max <= 4, "{header}: {cost:?}");
        assert!(cost.bytes_max <= 600, "{header}: {cost:?}");
    }
}

/// Escapes and nested values are copied, as JSON's reader does; a header has at most 3072 bytes for it.
#[test]
fn no_header_makes_more_memory_of_itself_than_its_own_size_times_a_few() {
    let escaped = format!(r#"{{"alg":"EdDSA","kid":"{}"}}"#, r"\u0061".repeat(400));
    let nested = format!(
        r#"{{"alg":"EdDSA","kid":"a","x":[{}0]}}"#,
        "0,".repeat(1200)
    );
    for header in [escaped, nested] {
        let cost = cost(&headed(&header), DenyReason::UnknownKey);
        assert!(cost.bytes_max < 300_000, "{cost:?}");
        assert_eq!(cost.bytes_current, 0, "{cost:?}");
    }
}

/// The way up to the signature; then the claims are read, and may allocate.
#[test]
fn an_admission_allocates_only_for_what_it_tells() {
    let key_set = KeySet::of([&key()]).unwrap();
    let verifier = Verifier::new(key_set, Deployment::default()).unwrap();
    let token = token(&key());
    let cost = measure(|| {
        let decision = verifier.decide(&token, "standup", now());
        assert!(matches!(decision, Decision::Admit(_)));
    });
    assert!(cost.bytes_max < 4096, "{cost:?}");
    assert_eq!(cost.bytes_current, 0, "{cost:?}");
}
