//! What holds for every token: one changed byte spoils it, and what we admit another library verifies too.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test reads files, and may panic"
)]

mod provider;

use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use proptest::prelude::*;
use room_token::{
    Affiliation, Decision, Deployment, DisplayName, Grant, KeySet, Lifetime, Person, RoomName,
    SignedToken, SigningKey, Timestamp, TokenId, Validity, Verifier,
};

const NOW: u64 = 1_772_366_400;

fn now() -> Timestamp {
    Timestamp::from_secs(NOW).unwrap()
}

fn key() -> SigningKey {
    SigningKey::from_seed(&[7; 32])
}

fn verifier() -> Verifier {
    Verifier::new(KeySet::of([&key()]).unwrap(), Deployment::default()).unwrap()
}

fn issue(room: &RoomName, name: &str, owner: bool, secs: u64) -> SignedToken {
    let affiliation = if owner {
        Affiliation::Owner
    } else {
        Affiliation::Member
    };
    let person = match DisplayName::parse(name) {
        Ok(name) => Person::anonymous(affiliation).named(name),
        Err(_) => Person::anonymous(affiliation),
    };
    let validity = Validity::lasting(now(), Lifetime::from_secs(secs).unwrap()).unwrap();
    key()
        .issue(
            &Deployment::default(),
            &Grant::new(room.clone(), person),
            &validity,
            &TokenId::from_bytes([9; 8]),
        )
        .unwrap()
}

fn admits(token: &str, room: &str) -> bool {
    matches!(verifier().decide(token, room, now()), Decision::Admit(_))
}

#[test]
fn changing_any_byte_denies() {
    let room = RoomName::parse("standup").unwrap();
    let token = issue(&room, "Ada", true, 3600);
    assert!(admits(token.as_str(), "standup"));
    let verifier = verifier();
    for place in 0..token.as_str().len() {
        // Every other byte of the alphabet, and one outside it.
        for other in b"AZaz09-_.=+A".iter().chain(b"BQgw") {
            let mut bytes = token.as_str().as_bytes().to_vec();
            if bytes[place] == *other {
                continue;
            }
            bytes[place] = *other;
            let changed = String::from_utf8(bytes).unwrap();
            let decision = verifier.decide(&changed, "standup", now());
            assert!(
                matches!(decision, Decision::Deny(_)),
                "byte {place} as {}",
                char::from(*other)
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_we_issue_we_admit_and_jsonwebtoken_verifies(
        typed in "\\PC{1,40}", name in "\\PC{0,40}", owner in any::<bool>(), secs in 1_u64..34_560_000,
    ) {
        let Ok(room) = RoomName::parse(&typed) else { return Ok(()) };
        let token = issue(&room, &name, owner, secs);
        prop_assert!(admits(token.as_str(), room.as_str()));
        prop_assert!(jsonwebtoken_verifies(token.as_str()));
    }

    #[test]
    fn no_text_panics_or_gets_in(token in "[A-Za-z0-9_.=-]{0,300}", room in "\\PC{0,20}") {
        prop_assert!(!admits(&token, &room));
    }

    #[test]
    fn no_bytes_spoil_the_reader(json in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(KeySet::parse(&json).is_err());
    }
}

/// The second opinion.
fn jsonwebtoken_verifies(token: &str) -> bool {
    provider::install();
    let json: serde_json::Value =
        serde_json::from_str(&KeySet::of([&key()]).unwrap().to_json()).unwrap();
    let x = json["keys"][0]["x"].as_str().unwrap();
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_issuer(&["roompass"]);
    validation.set_audience(&["jitsi"]);
    validation.set_required_spec_claims(&["exp", "iss", "aud"]);
    validation.validate_exp = false; // It reads the clock; the time is ours to choose.
    let key = DecodingKey::from_ed_components(x).unwrap();
    jsonwebtoken::decode::<serde_json::Value>(token, &key, &validation).is_ok()
}

/// Every vector that we admit, it verifies.
#[test]
fn what_we_admit_jsonwebtoken_verifies() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors");
    provider::install();
    let set: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.join("keys/two.jwks.json")).unwrap()).unwrap();
    let mut asked = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = if path.extension().is_some_and(|ext| ext == "vector") {
            std::fs::read_to_string(&path).unwrap()
        } else {
            continue;
        };
        let token = text.lines().find_map(|line| line.strip_prefix("token: "));
        // jsonwebtoken does not know RFC 9864's name of the algorithm; that one is ours alone.
        if !text.contains("expect: admit") || path.ends_with("good-alg-ed25519.vector") {
            continue;
        }
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.validate_exp = false;
        validation.validate_aud = false;
        let verifies = set["keys"].as_array().unwrap().iter().any(|jwk| {
            let key = DecodingKey::from_ed_components(jwk["x"].as_str().unwrap()).unwrap();
            jsonwebtoken::decode::<serde_json::Value>(token.unwrap(), &key, &validation).is_ok()
        });
        assert!(verifies, "{}", path.display());
        asked += 1;
    }
    assert!(asked > 10, "only {asked} vectors were asked about");
}
