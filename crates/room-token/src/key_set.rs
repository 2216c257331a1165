//! The public keys a verifier trusts: a JWK Set (RFC 7517 §5) that is never empty, weak or ambiguous.

mod error;
mod signed;

use std::collections::BTreeMap;

use serde_json::json;

pub use self::error::KeySetError;
pub use self::signed::RootKey;
use crate::json::Object;
use crate::jwk::PublicKey;
use crate::{KeyId, SigningKey, Timestamp};

/// Keys by their `kid`; whose they are, which edition of the set this is, and who vouches for it until when.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KeySet {
    issuer: Option<String>,
    seq: Option<u64>,
    issued_at: Option<Timestamp>,
    expires_at: Option<Timestamp>,
    signed_by: Option<KeyId>,
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

    /// The same set, signed at that time and good until then. A verifier admits nobody with it afterwards.
    ///
    /// # Errors
    /// [`KeySetError::Time`] if it would end before it begins.
    pub fn valid(mut self, from: Timestamp, until: Option<Timestamp>) -> Result<Self, KeySetError> {
        self.issued_at = Some(from);
        self.expires_at = until;
        self.checked_span()
    }

    /// The same set, unless it may be older than one that was seen; `seen` is the highest `seq` met.
    ///
    /// # Errors
    /// [`KeySetError::Rollback`] and [`KeySetError::Unnumbered`].
    pub fn at_least(self, seen: Option<u64>) -> Result<Self, KeySetError> {
        match (seen, self.seq) {
            (Some(seen), None) => Err(KeySetError::Unnumbered { seen }),
            (Some(seen), Some(got)) if got < seen => Err(KeySetError::Rollback { seen, got }),
            (Some(_) | None, Some(_) | None) => Ok(self),
        }
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
        let read = Self {
            issuer,
            seq,
            issued_at: time(&set, "iat")?,
            expires_at: time(&set, "exp")?,
            ..Self::collect(ours)?
        };
        read.checked_span()
    }

    fn checked_span(self) -> Result<Self, KeySetError> {
        match (self.issued_at, self.expires_at) {
            (Some(from), Some(until)) if until <= from => Err(KeySetError::Time {
                what: "`exp` is not after `iat`".to_owned(),
            }),
            _a_span_or_none => Ok(self),
        }
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
            issued_at: None,
            expires_at: None,
            signed_by: None,
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
        let times = [("iat", self.issued_at), ("exp", self.expires_at)];
        let times = times.map(|(name, time)| (name, time.map(Timestamp::as_secs)));
        for (name, number) in [("seq", self.seq)].into_iter().chain(times) {
            if let Some(number) = number {
                set.insert(name.to_owned(), number.into());
            }
        }
        set.insert("keys".to_owned(), json!(keys));
        serde_json::Value::from(set).to_string()
    }

    /// Which edition of the set it is.
    pub const fn seq(&self) -> Option<u64> {
        self.seq
    }

    /// When it was signed, if it says so.
    pub const fn issued_at(&self) -> Option<Timestamp> {
        self.issued_at
    }

    /// When it ends, if it does.
    pub const fn expires_at(&self) -> Option<Timestamp> {
        self.expires_at
    }

    /// The root key whose signature was checked; `None` for a set that was not signed.
    pub const fn signed_by(&self) -> Option<&KeyId> {
        self.signed_by.as_ref()
    }

    /// Whether it has this very key, under this very name.
    pub fn has(&self, key: &PublicKey) -> bool {
        self.get(key.id().as_str())
            .is_some_and(|ours| ours.key == key.key)
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

fn time(set: &Object<'_>, name: &str) -> Result<Option<Timestamp>, KeySetError> {
    let read = set.integer(name)?.map(Timestamp::from_secs).transpose();
    read.map_err(|error| KeySetError::Time {
        what: error.to_string(),
    })
}

#[cfg(test)]
mod tests;
