use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use room_token::{KeySet, KeySetError, RootKey, SigningKey, Timestamp};
use serde_json::Value;

use super::signer::{is_signed_by_root, parts, sign, sign_as_root, signing_root};

const TYPE: &str = "jwk-set+jwt";

/// The claims of a set, or `header 0xff claims`, which the root signs; and the same bytes as a whole set.
pub fn signed_set(bytes: &[u8]) {
    if let Ok(text) = str::from_utf8(bytes) {
        check_whole(text);
    }
    if bytes.contains(&0xff) {
        let [header, claims] = parts(bytes);
        check_whole(&sign_as_root(header, claims));
    } else {
        check_claims(bytes);
    }
}

/// Whether the root's signature makes a set of these bytes.
pub fn is_signed_set(bytes: &[u8]) -> bool {
    let [header, claims] = parts(bytes);
    parse(&sign_as_root(header, claims)).is_ok() || parse(&signed(bytes)).is_ok()
}

/// Nothing is taken but what the root signed, as a key set, in its own name.
fn check_whole(text: &str) {
    let Ok(set) = parse(text) else {
        return;
    };
    let text = text.trim_ascii_end();
    assert!(is_signed_by_root(text), "taken without a signature");
    let parts: Vec<_> = text.split('.').map(decode).collect();
    let header: Value = serde_json::from_slice(&parts[0]).unwrap();
    assert_eq!(header["typ"], TYPE);
    assert_eq!(header["kid"], root().id().as_str());
    check_taken(&set, &parts[1]);
}

fn decode(part: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(part).unwrap()
}

/// A set counts signed exactly where it counts plain, says what a plain one may leave out, and has not the root itself.
fn check_claims(claims: &[u8]) {
    let text = signed(claims);
    check_signers(&text, claims);
    let plain = KeySet::parse(claims).and_then(|set| signing_root().sign_key_set(&set));
    match parse(&text) {
        Ok(set) => check_taken(&set, claims),
        // Three parts, none of which is empty.
        Err(KeySetError::Signed { .. }) => assert!(claims.is_empty()),
        Err(error) => assert_eq!(plain, Err(error), "only the plain set is taken"),
    }
}

/// It stands for nothing under another key, another root, or another kind.
fn check_signers(text: &str, claims: &[u8]) {
    assert!(KeySet::read(text.as_bytes(), None).is_err());
    let forged = sign(header(TYPE).as_bytes(), claims);
    assert!(parse(&forged).is_err(), "signed by another key");
    let other = RootKey::of(&SigningKey::from_seed(&[8; 32]));
    assert!(KeySet::parse_signed(text.as_bytes(), &other).is_err());
    for kind in ["room+jwt", "revocations+jwt", "application/jwk-set+jwt"] {
        let text = sign_as_root(header(kind).as_bytes(), claims);
        assert!(parse(&text).is_err(), "{kind}");
    }
}

fn check_taken(set: &KeySet, claims: &[u8]) {
    let plain = KeySet::parse(claims).unwrap();
    assert!(set.keys().eq(plain.keys()));
    assert_eq!(set.to_json(), plain.to_json());
    assert_eq!(set.signed_by(), Some(root().id()));
    assert!(!set.ids().any(|id| id == root().id()), "the root inside");
    check_types(set, claims);
    check_rollback(set);
    let again = signing_root().sign_key_set(set).unwrap();
    assert_eq!(parse(&again), Ok(set.clone()), "signed again");
}

/// A reader that is not ours finds the same members, of their types.
fn check_types(set: &KeySet, claims: &[u8]) {
    let read: Value = serde_json::from_slice(claims).unwrap();
    assert_eq!(read["iss"].as_str(), set.issuer());
    assert!(read["iss"].is_string() && read["keys"].is_array());
    assert!(read["seq"].is_u64() && read["iat"].is_u64());
    assert_eq!(read["seq"].as_u64(), set.seq());
    let times = [("iat", set.issued_at()), ("exp", set.expires_at())];
    for (name, time) in times {
        let time = time.map(Timestamp::as_secs);
        assert_eq!(read[name].as_u64(), time, "{name}");
    }
    let keys = read["keys"].as_array().unwrap();
    for key in keys.iter().filter(|key| key["crv"] == "Ed25519") {
        assert!(key["kid"].is_string() || key.get("kid").is_none());
        assert!(key["x"].is_string() || key["kty"] != "OKP");
        assert!(key.get("d").is_none(), "a private half");
    }
}

fn check_rollback(set: &KeySet) {
    let got = set.seq().unwrap();
    assert_eq!(set.clone().at_least(Some(got)), Ok(set.clone()));
    if let Some(seen) = got.checked_add(1) {
        let rolled_back = KeySetError::Rollback { seen, got };
        assert_eq!(set.clone().at_least(Some(seen)), Err(rolled_back));
    }
}

fn parse(text: &str) -> Result<KeySet, KeySetError> {
    KeySet::parse_signed(text.as_bytes(), &root())
}

fn signed(claims: &[u8]) -> String {
    sign_as_root(header(TYPE).as_bytes(), claims)
}

fn header(kind: &str) -> String {
    format!(
        r#"{{"alg":"EdDSA","kid":"{}","typ":"{kind}"}}"#,
        root().id()
    )
}

fn root() -> RootKey {
    RootKey::of(&signing_root())
}
