use room_token::{Decision, KeySet, Verifier};

use super::signed_set::signed_set;
use super::signer::{deployment, now};

/// The JSON of a key set: what is taken survives its own JSON, shows no secret, and admits nobody by itself. And the
/// same bytes as the claims of a signed set.
pub fn key_set(bytes: &[u8]) {
    signed_set(bytes);
    let Ok(set) = KeySet::parse(bytes) else {
        return;
    };
    let json = set.to_json();
    assert_eq!(KeySet::parse(json.as_bytes()), Ok(set.clone()));
    assert_eq!(set.ids().count(), set.keys().count());
    for key in set.keys() {
        assert!((1..=64).contains(&key.id().as_str().len()));
        for rooms in key.scope().rooms().into_iter().flatten() {
            assert!(key.scope().covers_rooms(rooms), "{rooms}");
        }
    }
    let written: serde_json::Value = serde_json::from_str(&json).unwrap();
    for jwk in written["keys"].as_array().unwrap() {
        assert!(jwk.get("d").is_none(), "a private half");
    }
    if let Ok(verifier) = Verifier::new(set, deployment()) {
        let decision = verifier.decide("e30.e30.AAAA", "standup", now());
        assert!(matches!(decision, Decision::Deny(_)));
    }
}
