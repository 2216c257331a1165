use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use room_token::{Admission, Arrival, Decision, Outcome, Timestamp, Verifier};
use serde_json::Value;

use super::signer::{deployment, is_signed, key_set, now, parts, sign};

/// `header 0xff payload`, which are signed; anything without that byte is a whole token.
pub fn decide(bytes: &[u8]) {
    let verifier = verifier();
    if let Some((token, payload)) = signed(bytes) {
        check(&verifier, &token, "standup");
        check(&verifier, &token, &room_of(payload));
    } else if let Ok(token) = str::from_utf8(bytes) {
        check(&verifier, token, "standup");
    }
}

/// Whether these bytes open the room that they name.
pub fn is_admitted(bytes: &[u8]) -> bool {
    signed(bytes).is_some_and(|(token, payload)| {
        let decision = verifier().decide(&token, &room_of(payload), now());
        matches!(decision, Decision::Admit(_))
    })
}

fn verifier() -> Verifier {
    Verifier::new(key_set(), deployment()).unwrap()
}

fn signed(bytes: &[u8]) -> Option<(String, &[u8])> {
    let [header, payload] = parts(bytes);
    bytes
        .contains(&0xff)
        .then(|| (sign(header, payload), payload))
}

fn room_of(payload: &[u8]) -> String {
    let claims = serde_json::from_slice(payload).unwrap_or(Value::Null);
    claims["room"].as_str().unwrap_or_default().to_owned()
}

fn check(verifier: &Verifier, token: &str, room: &str) {
    let decision = verifier.decide(token, room, now());
    check_trace(verifier, token, room, &decision);
    if let Decision::Admit(admission) = decision {
        assert!(is_signed(token), "admitted without a signature");
        check_claims(token, room, &admission);
        check_end(verifier, token, room, &admission);
    }
}

/// `explain` decides alike, tells every check, and names one that failed exactly where there is a refusal.
fn check_trace(verifier: &Verifier, token: &str, room: &str, decision: &Decision) {
    let told = verifier.explain_for(token, &Arrival::first(room, now()));
    assert_eq!(told.decision(), decision, "decide and explain disagree");
    let outcomes: Vec<_> = told
        .checks()
        .iter()
        .map(room_token::Check::outcome)
        .collect();
    let failed = outcomes.iter().filter(|o| **o == Outcome::Failed).count();
    let reached = outcomes
        .iter()
        .filter(|o| **o != Outcome::NotReached)
        .count();
    match decision {
        Decision::Admit(_) => assert_eq!((failed, reached), (0, outcomes.len())),
        Decision::Deny(_) => {
            assert_eq!(failed, 1);
            assert_eq!(outcomes[reached - 1], Outcome::Failed);
        }
    }
}

/// A reader that is not ours reads the same.
fn check_claims(token: &str, room: &str, admission: &Admission) {
    let payload = token.split('.').nth(1).unwrap();
    let payload = URL_SAFE_NO_PAD.decode(payload).unwrap();
    let claims: Value = serde_json::from_slice(&payload).unwrap();
    assert_eq!(claims["iss"], "roompass");
    assert_eq!(claims["room"], admission.rooms().to_string());
    assert!(admission.rooms().matches(room));
    let validity = admission.validity();
    assert_eq!(claims["iat"], validity.issued_at().as_secs());
    assert_eq!(claims["exp"], validity.expires_at().as_secs());
    assert!(validity.seconds() <= room_token::Lifetime::MAX.as_secs());
    let affiliation = claims["context"]["user"]["affiliation"].as_str();
    assert_eq!(
        affiliation.unwrap_or("member"),
        admission.person().affiliation().as_str()
    );
    assert_eq!(
        claims["jti"].as_str(),
        admission.token_id().map(room_token::TokenId::as_str)
    );
}

/// The answer holds until the second before its end, and without a series no longer.
fn check_end(verifier: &Verifier, token: &str, room: &str, admission: &Admission) {
    let admits = |time: Timestamp| {
        let arrival = Arrival {
            returning: true,
            ..Arrival::first(room, time)
        };
        matches!(verifier.decide_for(token, &arrival), Decision::Admit(_))
    };
    let end = admission.admits_until();
    assert!(end > now());
    let last = Timestamp::from_secs(end.as_secs() - 1).unwrap();
    assert!(admits(last), "shut before {end}");
    let is_series = token.split('.').nth(1).is_some_and(|payload| {
        let payload = URL_SAFE_NO_PAD.decode(payload).unwrap();
        serde_json::from_slice::<Value>(&payload)
            .unwrap()
            .get("win")
            .is_some()
    });
    assert!(is_series || !admits(end), "open at {end}");
}
