//! The public keys a verifier trusts: a JWK Set (RFC 7517 §5) that is never empty, weak or ambiguous.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use thiserror::Error;

use crate::json::{JsonError, Object};
use crate::{KeyId, SigningKey};

/// Keys by their `kid`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KeySet {
    issuer: Option<String>,
    keys: BTreeMap<KeyId, PublicKey>,
}

/// One public key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PublicKey {
    id: KeyId,
    pub(crate) key: ed25519_dalek::VerifyingKey,
}

impl KeySet {
    /// The largest key set that is read, in bytes.
    pub const MAX_BYTES: usize = 1 << 20;

    /// The public halves of these keys.
    ///
    /// # Errors
    /// [`KeySetError::Empty`], or [`KeySetError::DuplicateId`] (for two keys that are not equal this is a matter
    /// of 48 random bits).
    pub fn of<'a>(keys: impl IntoIterator<Item = &'a SigningKey>) -> Result<Self, KeySetError> {
        let public = keys.into_iter().map(|key| PublicKey {
            id: key.id().clone(),
            key: key.verifying_key(),
        });
        Self::collect(None, public.map(Ok))
    }

    /// The same set, saying whose it is.
    #[must_use]
    pub fn issued_by(mut self, issuer: &str) -> Self {
        self.issuer = Some(issuer.to_owned());
        self
    }

    /// Reads a JWK Set. Keys of other types are ignored (RFC 7517 §5); an Ed25519 key with a fault spoils the set.
    ///
    /// # Errors
    /// [`KeySetError`] says which key is at fault and how to mend it.
    pub fn parse(json: &[u8]) -> Result<Self, KeySetError> {
        if json.len() > Self::MAX_BYTES {
            return Err(KeySetError::TooLong);
        }
        let set = Object::parse(json)?;
        let issuer = set.string("iss")?.map(str::to_owned);
        let keys = set.objects("keys")?;
        let ours = keys.iter().enumerate().filter_map(|(index, jwk)| {
            PublicKey::from_jwk(jwk)
                .map_err(|fault| KeySetError::Key { index, fault })
                .transpose()
        });
        Self::collect(issuer, ours)
    }

    fn collect(
        issuer: Option<String>,
        keys: impl Iterator<Item = Result<PublicKey, KeySetError>>,
    ) -> Result<Self, KeySetError> {
        let mut by_id = BTreeMap::new();
        for key in keys {
            let key = key?;
            let id = key.id.clone();
            if by_id.insert(id.clone(), key).is_some() {
                return Err(KeySetError::DuplicateId { id });
            }
        }
        if by_id.is_empty() {
            return Err(KeySetError::Empty);
        }
        Ok(Self {
            issuer,
            keys: by_id,
        })
    }

    /// The JSON that verifiers read.
    pub fn to_json(&self) -> String {
        let keys: Vec<_> = self.keys.values().map(PublicKey::to_jwk).collect();
        match &self.issuer {
            Some(issuer) => json!({ "iss": issuer, "keys": keys }).to_string(),
            None => json!({ "keys": keys }).to_string(),
        }
    }

    /// Whose set it says it is.
    pub fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// The keys' names, in order.
    pub fn ids(&self) -> impl Iterator<Item = &KeyId> {
        self.keys.keys()
    }

    pub(crate) fn get(&self, kid: &str) -> Option<&PublicKey> {
        KeyId::parse(kid).ok().and_then(|id| self.keys.get(&id))
    }
}

impl PublicKey {
    /// The name of this key.
    pub const fn id(&self) -> &KeyId {
        &self.id
    }

    fn to_jwk(&self) -> serde_json::Value {
        json!({
            "kty": "OKP",
            "crv": "Ed25519",
            "x": URL_SAFE_NO_PAD.encode(self.key.as_bytes()),
            "kid": self.id.as_str(),
            "use": "sig",
            "alg": "EdDSA",
        })
    }

    /// `None` for a key of another type.
    fn from_jwk(jwk: &Object) -> Result<Option<Self>, KeyFault> {
        // Private halves have no business in a public file, whatever their type (RFC 7518 §6, RFC 8037 §2).
        if ["d", "k", "p", "q"]
            .iter()
            .any(|member| jwk.contains(member))
        {
            return Err(KeyFault::Private);
        }
        if text(jwk, "kty")? != Some("OKP") {
            return Ok(None);
        }
        expect(jwk, "crv", &["Ed25519"], KeyFault::Curve)?;
        if jwk.contains("use") {
            expect(jwk, "use", &["sig"], KeyFault::Use)?;
        }
        if jwk.contains("alg") {
            expect(jwk, "alg", &["EdDSA", "Ed25519"], KeyFault::Algorithm)?;
        }
        // A restriction we do not enforce must not be passed over.
        if jwk.contains("scope") || jwk.contains("key_ops") {
            return Err(KeyFault::Restricted);
        }
        let id = text(jwk, "kid")?.ok_or(KeyFault::Id)?;
        Ok(Some(Self {
            id: KeyId::parse(id).map_err(|_| KeyFault::Id)?,
            key: point(text(jwk, "x")?.ok_or(KeyFault::Point)?)?,
        }))
    }
}

fn text<'a>(jwk: &'a Object, name: &str) -> Result<Option<&'a str>, KeyFault> {
    jwk.string(name).map_err(|_| KeyFault::Type)
}

fn expect(jwk: &Object, name: &str, allowed: &[&str], fault: KeyFault) -> Result<(), KeyFault> {
    match text(jwk, name)? {
        Some(value) if allowed.contains(&value) => Ok(()),
        _other => Err(fault),
    }
}

/// `x`: 32 bytes, the one spelling of a point that is not of small order (RFC 8032 §5.1.3, RFC 8725 §3.4).
pub(crate) fn point(x: &str) -> Result<ed25519_dalek::VerifyingKey, KeyFault> {
    let bytes = URL_SAFE_NO_PAD.decode(x).map_err(|_| KeyFault::Point)?;
    let bytes = <[u8; 32]>::try_from(bytes).map_err(|_| KeyFault::Point)?;
    let key = ed25519_dalek::VerifyingKey::from_bytes(&bytes).map_err(|_| KeyFault::Point)?;
    if key.to_edwards().compress().to_bytes() != bytes {
        return Err(KeyFault::Point);
    }
    if key.is_weak() {
        return Err(KeyFault::Weak);
    }
    Ok(key)
}

/// Why a text is not a key set that can be trusted.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum KeySetError {
    /// Two keys, one name.
    #[error("two keys have the kid {id}; leave one out or give it another name")]
    DuplicateId {
        /// The name.
        id: KeyId,
    },
    /// No Ed25519 key in it.
    #[error("the key set has no Ed25519 key; export one with `roompass keys export`")]
    Empty,
    /// Not the JSON of a key set.
    #[error("the key set cannot be read ({what}); export it again with `roompass keys export`")]
    Json {
        /// What was found.
        what: String,
    },
    /// One key is at fault.
    #[error("key number {index} of the key set {fault}")]
    Key {
        /// Its place in `keys`, from 0.
        index: usize,
        /// What is wrong with it.
        fault: KeyFault,
    },
    /// Over [`KeySet::MAX_BYTES`].
    #[error("the key set has more than 1 MiB; is it the right file?")]
    TooLong,
}

impl From<JsonError> for KeySetError {
    fn from(error: JsonError) -> Self {
        Self::Json { what: error.0 }
    }
}

/// What is wrong with one key of a set.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum KeyFault {
    /// `alg` names another algorithm.
    #[error("is for another algorithm; its `alg` must be EdDSA or Ed25519, or absent")]
    Algorithm,
    /// `crv` names another curve.
    #[error("is on another curve; its `crv` must be Ed25519")]
    Curve,
    /// `kid` is missing or strange.
    #[error("has no usable `kid`; give it one of 1 to 64 characters out of A-Z a-z 0-9 - _")]
    Id,
    /// `x` is not the canonical form of a point.
    #[error("has an `x` that is not 32 canonical bytes in base64url; export it again")]
    Point,
    /// The private half is in the file.
    #[error(
        "shows its private half; take it out, and replace the key, since others may have read it"
    )]
    Private,
    /// A restriction this version does not enforce.
    #[error("has a `scope` or `key_ops` that this version does not enforce; update Roompass here")]
    Restricted,
    /// A member of the wrong type.
    #[error("has a member that is not a string; export it again")]
    Type,
    /// `use` is not `sig`.
    #[error("is not for signatures; its `use` must be `sig`, or absent")]
    Use,
    /// A point of small order, for which anybody can forge.
    #[error("is weak: anybody could forge its signatures; make another")]
    Weak,
}

#[cfg(test)]
mod tests {
    use super::*;

    const X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

    fn fault(jwk: &str) -> Option<KeyFault> {
        match KeySet::parse(format!(r#"{{"keys":[{jwk}]}}"#).as_bytes()) {
            Err(KeySetError::Key { fault, index: 0 }) => Some(fault),
            Ok(_) => None,
            Err(other) => panic!("{jwk}: {other}"),
        }
    }

    #[test]
    fn a_set_survives_its_json() {
        let set = KeySet::of([
            &SigningKey::from_seed(&[1; 32]),
            &SigningKey::from_seed(&[2; 32]),
        ]);
        let set = set.unwrap().issued_by("roompass");
        assert_eq!(KeySet::parse(set.to_json().as_bytes()), Ok(set));
    }

    #[test]
    fn a_faulty_key_spoils_the_set() {
        let weak = "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        let not_canonical = "7v________________________________________8";
        for (members, expected) in [
            (format!(r#""kid":"a","x":"{X}""#), None),
            (
                format!(r#""kid":"a","x":"{X}","alg":"Ed25519","use":"sig""#),
                None,
            ),
            (
                format!(r#""kid":"a","x":"{X}","alg":"ES256""#),
                Some(KeyFault::Algorithm),
            ),
            (
                format!(r#""kid":"a","x":"{X}","use":"enc""#),
                Some(KeyFault::Use),
            ),
            (
                format!(r#""kid":"a","x":"{X}","d":"AAAA""#),
                Some(KeyFault::Private),
            ),
            (
                format!(r#""kid":"a","x":"{X}","scope":{{}}"#),
                Some(KeyFault::Restricted),
            ),
            (format!(r#""kid":"","x":"{X}""#), Some(KeyFault::Id)),
            (format!(r#""kid":7,"x":"{X}""#), Some(KeyFault::Type)),
            (format!(r#""x":"{X}""#), Some(KeyFault::Id)),
            (format!(r#""kid":"a","x":"{X}=""#), Some(KeyFault::Point)),
            (
                format!(r#""kid":"a","x":"{}""#, &X[..42]),
                Some(KeyFault::Point),
            ),
            (r#""kid":"a","x":"""#.to_owned(), Some(KeyFault::Point)),
            (r#""kid":"a""#.to_owned(), Some(KeyFault::Point)),
            (
                format!(r#""kid":"a","x":"{not_canonical}""#),
                Some(KeyFault::Point),
            ),
            (format!(r#""kid":"a","x":"{weak}""#), Some(KeyFault::Weak)),
        ] {
            let jwk = format!(r#"{{"kty":"OKP","crv":"Ed25519",{members}}}"#);
            assert_eq!(fault(&jwk), expected, "{members}");
        }
        let x25519 = format!(r#"{{"kty":"OKP","crv":"X25519","kid":"a","x":"{X}"}}"#);
        assert_eq!(fault(&x25519), Some(KeyFault::Curve));
    }

    #[test]
    fn a_set_is_never_empty_or_ambiguous() {
        let jwk = format!(r#"{{"kty":"OKP","crv":"Ed25519","kid":"a","x":"{X}"}}"#);
        let twice = format!(r#"{{"keys":[{jwk},{jwk}]}}"#);
        let rsa = r#"{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB","kid":"r"}]}"#;
        for (json, words) in [
            (twice.as_str(), "two keys have the kid a"),
            (r#"{"keys":[]}"#, "has no Ed25519 key"),
            (rsa, "has no Ed25519 key"),
            ("{}", "`keys` is not an array of objects"),
            (r#"{"keys":[7]}"#, "not a JSON object"),
            ("", "cannot be read"),
        ] {
            let error = KeySet::parse(json.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(words), "{json}: {error}");
        }
        let mixed = format!(r#"{{"keys":[{{"kty":"RSA","kid":"r"}},{jwk}]}}"#);
        assert_eq!(KeySet::parse(mixed.as_bytes()).unwrap().ids().count(), 1);
    }
}
