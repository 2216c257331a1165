//! The public keys a verifier trusts: a JWK Set (RFC 7517 §5) that is never empty, weak or ambiguous.

use std::collections::BTreeMap;

use serde_json::json;
use thiserror::Error;

use crate::json::{JsonError, Object};
use crate::jwk::{KeyFault, PublicKey};
use crate::{KeyId, SigningKey};

/// Keys by their `kid`; whose they are, and which edition of the set this is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KeySet {
    issuer: Option<String>,
    seq: Option<u64>,
    keys: BTreeMap<KeyId, PublicKey>,
}

impl KeySet {
    /// The largest key set that is read, in bytes.
    pub const MAX_BYTES: usize = 1 << 20;

    /// The public halves of our own keys.
    ///
    /// # Errors
    /// As [`KeySet::new`].
    pub fn of<'a>(keys: impl IntoIterator<Item = &'a SigningKey>) -> Result<Self, KeySetError> {
        Self::new(keys.into_iter().map(PublicKey::of))
    }

    /// Takes public keys.
    ///
    /// # Errors
    /// [`KeySetError::Empty`], or [`KeySetError::DuplicateId`] (for two of our own keys that is a matter of 48
    /// random bits).
    pub fn new(keys: impl IntoIterator<Item = PublicKey>) -> Result<Self, KeySetError> {
        Self::collect(keys.into_iter().map(Ok))
    }

    /// The same set, saying whose it is.
    #[must_use]
    pub fn issued_by(mut self, issuer: &str) -> Self {
        self.issuer = Some(issuer.to_owned());
        self
    }

    /// The same set as its edition `seq`. A verifier that has seen a later one refuses an earlier.
    #[must_use]
    pub const fn numbered(mut self, seq: u64) -> Self {
        self.seq = Some(seq);
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
        if set.contains("scope") {
            let what = "a `scope` belongs to a key, not to the set".to_owned();
            return Err(KeySetError::Json { what });
        }
        let issuer = set.string("iss")?.map(str::to_owned);
        let seq = set.integer("seq")?;
        let keys = set.objects("keys")?;
        let ours = keys.iter().enumerate().filter_map(|(index, jwk)| {
            let key = PublicKey::from_jwk(jwk);
            key.map_err(|fault| KeySetError::Key { index, fault })
                .transpose()
        });
        Ok(Self {
            issuer,
            seq,
            ..Self::collect(ours)?
        })
    }

    fn collect(
        keys: impl Iterator<Item = Result<PublicKey, KeySetError>>,
    ) -> Result<Self, KeySetError> {
        let mut by_id = BTreeMap::new();
        for key in keys {
            let key = key?;
            let id = key.id().clone();
            if by_id.insert(id.clone(), key).is_some() {
                return Err(KeySetError::DuplicateId { id });
            }
        }
        if by_id.is_empty() {
            return Err(KeySetError::Empty);
        }
        Ok(Self {
            issuer: None,
            seq: None,
            keys: by_id,
        })
    }

    /// The JSON that verifiers read.
    pub fn to_json(&self) -> String {
        let keys: Vec<_> = self.keys.values().map(PublicKey::to_jwk).collect();
        let mut set = serde_json::Map::new();
        if let Some(issuer) = &self.issuer {
            set.insert("iss".to_owned(), issuer.as_str().into());
        }
        if let Some(seq) = self.seq {
            set.insert("seq".to_owned(), seq.into());
        }
        set.insert("keys".to_owned(), json!(keys));
        serde_json::Value::from(set).to_string()
    }

    /// Which edition of the set it is.
    pub const fn seq(&self) -> Option<u64> {
        self.seq
    }

    /// Whose set it says it is.
    pub fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// The keys' names, in order.
    pub fn ids(&self) -> impl Iterator<Item = &KeyId> {
        self.keys.keys()
    }

    /// The keys, by their names.
    pub fn keys(&self) -> impl Iterator<Item = &PublicKey> {
        self.keys.values()
    }

    pub(crate) fn get(&self, kid: &str) -> Option<&PublicKey> {
        self.keys.get(kid)
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scope::ScopeError;

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
                format!(r#""kid":"a","x":"{X}","scope":{{"x":1}}"#),
                Some(KeyFault::Scope(ScopeError::Unknown {
                    member: "x".to_owned(),
                })),
            ),
            (format!(r#""kid":"","x":"{X}""#), Some(KeyFault::Id)),
            (format!(r#""kid":7,"x":"{X}""#), Some(KeyFault::Type)),
            (format!(r#""x":"{X}""#), None),
            (
                format!(r#""x":"{X}","key_ops":["verify"],"state":"retiring""#),
                None,
            ),
            (
                format!(r#""x":"{X}","key_ops":["sign"]"#),
                Some(KeyFault::Use),
            ),
            (
                format!(r#""x":"{X}","state":"gone""#),
                Some(KeyFault::State),
            ),
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
    }

    #[test]
    fn a_limit_of_another_kind_is_not_passed_over() {
        for limit in ["exp", "nbf", "revoked"] {
            let jwk = format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{X}","{limit}":1}}"#);
            assert_eq!(fault(&jwk), Some(KeyFault::Limited { member: limit }));
        }
    }

    #[test]
    fn keys_of_other_types_are_ignored_unless_they_show_a_secret() {
        let ours = format!(r#"{{"kty":"OKP","crv":"Ed25519","kid":"a","x":"{X}"}}"#);
        for other in [
            r#"{"kty":"RSA","kid":"r","n":"AQAB","e":"AQAB"}"#,
            r#"{"kty":"OKP","crv":"X25519","kid":"x","x":"AAAA"}"#,
            r#"{"kty":"okp","crv":"Ed25519","kid":"b","x":"AAAA"}"#,
            r#"{"kty":"future"}"#,
        ] {
            let set = KeySet::parse(format!(r#"{{"keys":[{other},{ours}]}}"#).as_bytes());
            assert_eq!(set.unwrap().ids().count(), 1, "{other}");
        }
        for secret in ["d", "k", "p", "q"] {
            let other = format!(r#"{{"kty":"future","{secret}":"AAAA"}}"#);
            assert_eq!(fault(&other), Some(KeyFault::Private), "{secret}");
        }
        let scoped = format!(r#"{{"scope":{{}},"keys":[{ours}]}}"#);
        assert!(
            KeySet::parse(scoped.as_bytes()).is_err(),
            "a limit of the whole set"
        );
        let long = format!(
            r#"{{"keys":[{ours}],"x":"{}"}}"#,
            "x".repeat(KeySet::MAX_BYTES)
        );
        assert_eq!(KeySet::parse(long.as_bytes()), Err(KeySetError::TooLong));
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
            (r#"{"keys":[7]}"#, "`keys` is not an array of objects"),
            ("", "cannot be read"),
        ] {
            let error = KeySet::parse(json.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(words), "{json}: {error}");
        }
        let mixed = format!(r#"{{"keys":[{{"kty":"RSA","kid":"r"}},{jwk}]}}"#);
        assert_eq!(KeySet::parse(mixed.as_bytes()).unwrap().ids().count(), 1);
    }
}
