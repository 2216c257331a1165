//! What the other issuers of a ledger say of keys, kept beside our own: `shared.json`.
//!
//! It is there once keys are shared. Whoever publishes a key set publishes theirs too, also while the ledger is away.

use room_token::{KeyId, PublicKey, Timestamp};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The other issuers' keys, and since when they know ours.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SharedKeys {
    /// Which of the issuers we are: random, made once.
    pub holder: String,
    /// The edition of what all publish.
    pub seq: u64,
    /// Our own keys, and since when all publish them; 0 for those that came first, when nobody had an older set.
    pub known_since: Vec<(KeyId, u64)>,
    /// The others'.
    pub others: Vec<OthersKey>,
}

/// A key of another issuer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct OthersKey {
    /// With its state and its scope.
    pub public: PublicKey,
    /// Whether they have it from another team.
    pub imported: bool,
}

impl SharedKeys {
    /// Nothing is shared yet.
    pub(crate) const fn begin(holder: String) -> Self {
        Self {
            holder,
            seq: 0,
            known_since: Vec::new(),
            others: Vec::new(),
        }
    }

    /// Since when all issuers publish this key of ours.
    pub(crate) fn since(&self, key: &KeyId) -> Option<Timestamp> {
        let (_, since) = self.known_since.iter().find(|(id, _)| id == key)?;
        Timestamp::from_secs(*since).ok()
    }

    pub(super) fn to_json(&self) -> String {
        let others = (self.others.iter())
            .map(|key| StoredKey {
                imported: key.imported,
                jwk: key.public.to_json(),
            })
            .collect();
        let stored = Stored {
            holder: self.holder.clone(),
            seq: self.seq,
            known_since: (self.known_since.iter())
                .map(|(id, since)| (id.to_string(), *since))
                .collect(),
            others,
        };
        // Text and numbers: writing those cannot fail.
        serde_json::to_string_pretty(&stored).unwrap_or_default()
    }

    pub(super) fn parse(json: &str) -> Result<Self, StoredSharedError> {
        let stored: Stored = serde_json::from_str(json).map_err(|_| StoredSharedError)?;
        let own = stored.known_since.into_iter().map(|(id, since)| {
            let id = KeyId::parse(&id).map_err(|_| StoredSharedError)?;
            Ok((id, since))
        });
        let others = stored.others.into_iter().map(|key| {
            let public = PublicKey::parse(key.jwk.as_bytes()).map_err(|_| StoredSharedError)?;
            Ok(OthersKey {
                public,
                imported: key.imported,
            })
        });
        Ok(Self {
            holder: stored.holder,
            seq: stored.seq,
            known_since: own.collect::<Result<_, _>>()?,
            others: others.collect::<Result<_, _>>()?,
        })
    }
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    holder: String,
    seq: u64,
    known_since: Vec<(String, u64)>,
    others: Vec<StoredKey>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct StoredKey {
    imported: bool,
    jwk: String,
}

/// The file is broken.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error(
    "this is not what the issuers of a ledger tell each other; remove the file, and the next start writes it again"
)]
pub struct StoredSharedError;

#[cfg(test)]
mod tests {
    use room_token::{KeyState, SigningKey};

    use super::*;

    #[test]
    fn it_survives_its_file() {
        let (mine, theirs) = (
            SigningKey::from_seed(&[1; 32]),
            SigningKey::from_seed(&[2; 32]),
        );
        let shared = SharedKeys {
            holder: "0a1b".to_owned(),
            seq: 7,
            known_since: vec![(mine.id().clone(), 100)],
            others: vec![OthersKey {
                public: PublicKey::of(&theirs).in_state(KeyState::Retiring),
                imported: true,
            }],
        };
        assert_eq!(SharedKeys::parse(&shared.to_json()), Ok(shared.clone()));
        assert_eq!(shared.since(mine.id()).map(Timestamp::as_secs), Some(100));
        assert_eq!(shared.since(theirs.id()), None);
        for broken in ["", "{}", "[]"] {
            assert_eq!(SharedKeys::parse(broken), Err(StoredSharedError));
        }
    }
}
