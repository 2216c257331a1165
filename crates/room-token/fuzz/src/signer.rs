//! A key that everybody here knows, so that bytes get behind the signature.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signature, Signer, VerifyingKey};
use room_token::{Deployment, KeySet, SigningKey, Timestamp};

const SEED: [u8; 32] = [7; 32];
const ROOT_SEED: [u8; 32] = [9; 32];

/// When everything happens.
pub fn now() -> Timestamp {
    Timestamp::from_secs(1_772_366_400).unwrap()
}

pub fn signing_key() -> SigningKey {
    SigningKey::from_seed(&SEED)
}

/// The key that signs key sets.
pub fn signing_root() -> SigningKey {
    SigningKey::from_seed(&ROOT_SEED)
}

/// The one key under two names: `k` without limits, `s` with a scope.
pub fn key_set() -> KeySet {
    let x = URL_SAFE_NO_PAD.encode(dalek().verifying_key().as_bytes());
    let jwk =
        |kid, more| format!(r#"{{"kty":"OKP","crv":"Ed25519","kid":"{kid}","x":"{x}"{more}}}"#);
    let scope = r#","scope":{"rooms":["stand*"],"affiliations":["member"],"max_lifetime":86400}"#;
    let keys = format!(r#"{{"keys":[{},{}]}}"#, jwk("k", ""), jwk("s", scope));
    KeySet::parse(keys.as_bytes()).unwrap()
}

pub fn deployment() -> Deployment {
    Deployment::default()
}

/// Any two parts, signed.
pub fn sign(header: &[u8], payload: &[u8]) -> String {
    sign_with(&dalek(), header, payload)
}

/// The same by the root.
pub fn sign_as_root(header: &[u8], payload: &[u8]) -> String {
    sign_with(&dalek_root(), header, payload)
}

fn sign_with(key: &ed25519_dalek::SigningKey, header: &[u8], payload: &[u8]) -> String {
    let encode = |part: &[u8]| URL_SAFE_NO_PAD.encode(part);
    let input = format!("{}.{}", encode(header), encode(payload));
    let signature = key.sign(input.as_bytes()).to_bytes();
    format!("{input}.{}", encode(&signature))
}

/// Whether the signature of a token holds, asked of the curve's library alone.
pub fn is_signed(token: &str) -> bool {
    is_signed_by(&dalek().verifying_key(), token)
}

/// Whether it is the root's.
pub fn is_signed_by_root(text: &str) -> bool {
    is_signed_by(&dalek_root().verifying_key(), text)
}

fn is_signed_by(key: &VerifyingKey, token: &str) -> bool {
    let (input, signature) = token.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    Signature::from_slice(&signature)
        .is_ok_and(|signature| key.verify_strict(input.as_bytes(), &signature).is_ok())
}

fn dalek() -> ed25519_dalek::SigningKey {
    ed25519_dalek::SigningKey::from_bytes(&SEED)
}

fn dalek_root() -> ed25519_dalek::SigningKey {
    ed25519_dalek::SigningKey::from_bytes(&ROOT_SEED)
}

/// Up to `N` texts or byte strings in one, parted by a byte that UTF-8 never has.
pub fn parts<const N: usize>(bytes: &[u8]) -> [&[u8]; N] {
    let mut parts = bytes.splitn(N, |byte| *byte == 0xff);
    std::array::from_fn(|_| parts.next().unwrap_or_default())
}

/// The same as texts, if they are.
pub fn texts<const N: usize>(bytes: &[u8]) -> Option<[&str; N]> {
    let texts = parts::<N>(bytes).map(str::from_utf8);
    texts
        .iter()
        .all(Result::is_ok)
        .then(|| texts.map(Result::unwrap))
}
