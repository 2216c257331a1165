//! The ring as a file's text.

use room_token::{KeyState, PublicKey, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use super::{KeyRing, RingKey};

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct StoredRing {
    seq: u64,
    keys: Vec<StoredKey>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct StoredKey {
    jwk: Value,
    published_at: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_exp: Option<u64>,
    #[serde(default)]
    imported: bool,
}

impl KeyRing {
    /// Reads what [`KeyRing::to_json`] wrote.
    ///
    /// # Errors
    /// [`StoredRingError`]: a ring that cannot be read, or in which no key of ours signs.
    pub fn parse(json: &str) -> Result<Self, StoredRingError> {
        let broken = |what: &str| StoredRingError {
            what: what.to_owned(),
        };
        let stored: StoredRing =
            serde_json::from_str(json).map_err(|_| broken("it is no key ring"))?;
        let keys: Vec<_> = stored
            .keys
            .iter()
            .map(StoredKey::parse)
            .collect::<Result<_, _>>()?;
        let signs = |key: &&RingKey| !key.imported && key.public.state() == KeyState::Active;
        let signing: Vec<_> = keys.iter().filter(signs).map(RingKey::id).collect();
        let [active] = signing.as_slice() else {
            return Err(broken("not exactly one of its keys signs"));
        };
        let active = (*active).clone();
        let ring = Self {
            seq: stored.seq,
            active,
            keys,
        };
        ring.key_set("roompass")
            .map_err(|error| broken(&error.to_string()))?;
        Ok(ring)
    }

    /// The text of its file.
    pub fn to_json(&self) -> String {
        let keys = self.keys.iter().filter_map(StoredKey::of).collect();
        let stored = StoredRing {
            seq: self.seq,
            keys,
        };
        serde_json::to_string_pretty(&stored).unwrap_or_default() + "\n"
    }
}

impl StoredKey {
    fn of(key: &RingKey) -> Option<Self> {
        Some(Self {
            jwk: serde_json::from_str(&key.public.to_json()).ok()?,
            published_at: key.published_at.as_secs(),
            last_exp: key.last_exp.map(Timestamp::as_secs),
            imported: key.imported,
        })
    }

    fn parse(&self) -> Result<RingKey, StoredRingError> {
        let broken = |what: String| StoredRingError { what };
        let public = PublicKey::parse(self.jwk.to_string().as_bytes());
        let time = |secs| Timestamp::from_secs(secs).map_err(|error| broken(error.to_string()));
        Ok(RingKey {
            public: public.map_err(|fault| broken(format!("a key {fault}")))?,
            published_at: time(self.published_at)?,
            last_exp: self.last_exp.map(time).transpose()?,
            imported: self.imported,
        })
    }
}

/// A key ring that cannot be read.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("{what}; restore a copy of it")]
pub struct StoredRingError {
    what: String,
}
