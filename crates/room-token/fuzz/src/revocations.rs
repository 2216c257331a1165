use room_token::{Decision, Revocations, RevocationsError, Verifier, WhenStale};

use super::signer::{deployment, key_set, now, sign, signing_key};

const HEADER: &[u8] = br#"{"alg":"EdDSA","kid":"k","typ":"revocations+jwt"}"#;

/// The payload of a feed, which is signed; and the same bytes as a whole feed.
pub fn revocations(bytes: &[u8]) {
    if let Ok(feed) = str::from_utf8(bytes) {
        assert!(parse(feed, None).is_err(), "taken without a signature");
    }
    let feed = sign(HEADER, bytes);
    let Ok(first) = parse(&feed, None) else {
        return;
    };
    check_rollback(&feed, first.seq());
    check_republished(&first);
}

fn parse(feed: &str, seen: Option<u64>) -> Result<Revocations, RevocationsError> {
    Revocations::parse(feed, &key_set(), &deployment(), seen)
}

fn check_rollback(feed: &str, seq: u64) {
    assert!(parse(feed, Some(seq)).is_ok(), "its own edition");
    if let Some(later) = seq.checked_add(1) {
        let rolled_back = RevocationsError::Rollback {
            seen: later,
            got: seq,
        };
        assert_eq!(parse(feed, Some(later)), Err(rolled_back));
    }
}

/// What is published again takes the same back.
fn check_republished(first: &Revocations) {
    let key = signing_key();
    let trusted = room_token::KeySet::of([&key]).unwrap();
    let publish = |edition| key.sign_revocations(edition, &deployment()).unwrap();
    let read = |feed: String| Revocations::parse(&feed, &trusted, &deployment(), None).unwrap();
    let second = read(publish(first));
    // A time after the year 9999 is none, and none is published as 1970.
    if first.issued_at().is_some() {
        assert_eq!(second, *first);
    }
    assert_eq!((second.seq(), second.len()), (first.seq(), first.len()));
    assert_eq!(read(publish(&second)), second);
    for token in tokens() {
        assert_eq!(admits(&token, first), admits(&token, &second));
    }
}

fn admits(token: &str, edition: &Revocations) -> bool {
    let verifier = Verifier::new(key_set(), deployment()).unwrap();
    let verifier = verifier.with_revocations(edition.clone(), WhenStale::Admit);
    matches!(verifier.decide(token, "standup", now()), Decision::Admit(_))
}

/// One that a token, a person, a key or a room may name.
fn tokens() -> [String; 2] {
    ["one", "AQEBAQEBAQE"].map(|id| {
        let claims = format!(
            r#"{{"iss":"roompass","aud":"jitsi","room":"standup","iat":{now},"exp":{end},"jti":"{id}","context":{{"user":{{"id":"ada"}}}}}}"#,
            now = now().as_secs(),
            end = now().as_secs() + 60,
        );
        sign(br#"{"alg":"EdDSA","kid":"k"}"#, claims.as_bytes())
    })
}
