//! What a key of ours signs, jsonwebtoken signs alike: Ed25519 has one signature for one message (RFC 8032 §5.1.6).
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod provider;

use ed25519_dalek::pkcs8::{EncodePrivateKey, KeypairBytes};
use jsonwebtoken::{Algorithm, EncodingKey};
use room_token::{
    Deployment, Grant, Lifetime, Person, RoomName, SigningKey, Timestamp, TokenId, Validity,
};

#[test]
fn jsonwebtoken_signs_the_same_bytes() {
    provider::install();
    for seed in 0..50 {
        let theirs = KeypairBytes {
            secret_key: [seed; 32],
            public_key: None,
        };
        let theirs = EncodingKey::from_ed_der(theirs.to_pkcs8_der().unwrap().as_bytes());
        let token = issue(&SigningKey::from_seed(&[seed; 32]), seed);
        let (input, signature) = token.rsplit_once('.').unwrap();
        let signed = jsonwebtoken::crypto::sign(input.as_bytes(), &theirs, Algorithm::EdDSA);
        assert_eq!(signed.unwrap(), signature);
    }
}

fn issue(key: &SigningKey, number: u8) -> String {
    let room = RoomName::parse(&format!("room {number}")).unwrap();
    let grant = Grant::new(room, Person::member("Ada").unwrap());
    let now = Timestamp::from_secs(1_772_366_400).unwrap();
    let validity = Validity::lasting(now, Lifetime::from_hours(1).unwrap()).unwrap();
    let id = TokenId::from_bytes([number; 8]);
    let token = key.issue(&Deployment::default(), &grant, &validity, &id);
    token.unwrap().as_str().to_owned()
}
