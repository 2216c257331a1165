//! The keys of one issuer over time: *next → active → retiring → gone*, so that no shard ever meets a link whose
//! key it does not know.
//!
//! Pure: the time is a parameter, and nothing here reads a file. [`crate::KeyFolder`] keeps it on disk.

mod stored;

use room_token::{KeyId, KeySet, KeySetError, KeyState, PublicKey, SigningKey, Timestamp};
use thiserror::Error;

pub use self::stored::StoredRingError;

/// The public halves, their states, and what must be known to move on.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KeyRing {
    seq: u64,
    /// One of `keys`, and ours.
    active: KeyId,
    keys: Vec<RingKey>,
}

/// One key in the ring.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RingKey {
    public: PublicKey,
    /// Since when verifiers can have it.
    published_at: Timestamp,
    /// The latest `exp` that it signed.
    last_exp: Option<Timestamp>,
    /// Whether its private half is elsewhere.
    imported: bool,
}

/// What [`KeyRing::rotate`] did.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Rotated {
    /// A new key is published; it may sign from then on.
    Published {
        /// The new key.
        next: KeyId,
        /// When `rotate` may be called again.
        signs_from: Timestamp,
    },
    /// The next key signs now.
    Switched {
        /// The key that signs.
        active: KeyId,
        /// The key that signed until now, and until when its links live.
        retiring: KeyId,
        /// The first second at which it may be retired.
        retires_from: Timestamp,
    },
}

impl KeyRing {
    /// How long a verifier may go on with an old key set: the `max-age` of the published one, in seconds.
    pub const CACHE_LIFETIME: u64 = 300;
    /// A verifier's leeway, in seconds: a link lives so much longer than its `exp` says.
    const LEEWAY: u64 = 60;

    /// A ring with one key, which signs at once: nobody has an older set.
    pub fn new(first: &SigningKey, now: Timestamp) -> Self {
        let public = PublicKey::of(first);
        Self {
            seq: 1,
            active: first.id().clone(),
            keys: vec![RingKey {
                public,
                published_at: now,
                last_exp: None,
                imported: false,
            }],
        }
    }

    /// The next step: publish `fresh` as the next key, or let the one that was published long enough sign.
    ///
    /// # Errors
    /// [`RingError::TooSoon`], and when it may; nothing is changed then.
    pub fn rotate(&mut self, fresh: &SigningKey, now: Timestamp) -> Result<Rotated, RingError> {
        let signs_from = |key: &RingKey| Self::known_from(key.published_at);
        let Some(next) = self.in_state(KeyState::Next) else {
            let public = PublicKey::of(fresh).in_state(KeyState::Next);
            let key = RingKey {
                public,
                published_at: now,
                last_exp: None,
                imported: false,
            };
            let rotated = Rotated::Published {
                next: fresh.id().clone(),
                signs_from: signs_from(&key),
            };
            self.push(key)?;
            return Ok(rotated);
        };
        let (id, since) = (next.id().clone(), next.published_at);
        self.check_known_since(since, now)?;
        Ok(self.switch_to(id, now))
    }

    /// The key that signs next, if it is published.
    pub fn next(&self) -> Option<&PublicKey> {
        self.in_state(KeyState::Next).map(RingKey::public)
    }

    /// Says no while a shard may not know the next key, which it could learn from that time on.
    ///
    /// # Errors
    /// [`RingError::TooSoon`].
    pub fn check_known_since(&self, since: Timestamp, now: Timestamp) -> Result<(), RingError> {
        let from = Self::known_from(since);
        match self.next().filter(|_| now < from) {
            None => Ok(()),
            Some(next) => Err(RingError::TooSoon {
                id: next.id().clone(),
                what: "sign",
                from,
            }),
        }
    }

    /// When a shard that may ask at any time has what is published since then.
    pub(crate) fn known_from(since: Timestamp) -> Timestamp {
        since.plus(2 * Self::CACHE_LIFETIME)
    }

    fn switch_to(&mut self, next: KeyId, now: Timestamp) -> Rotated {
        let old = std::mem::replace(&mut self.active, next.clone());
        self.set_state(&old, KeyState::Retiring);
        self.set_state(&next, KeyState::Active);
        self.seq += 1;
        let retires_from = self.key(&old).map_or(now, RingKey::outlives);
        Rotated::Switched {
            active: next,
            retiring: old,
            retires_from: retires_from.max(now),
        }
    }

    /// Takes a key out that signed its last link long enough ago.
    ///
    /// # Errors
    /// [`RingError::TooSoon`] while a link of it lives; [`RingError::InUse`] for the key that signs;
    /// [`RingError::Unknown`].
    pub fn retire(&mut self, id: &KeyId, now: Timestamp) -> Result<(), RingError> {
        let key = self
            .key(id)
            .ok_or_else(|| RingError::Unknown { id: id.clone() })?;
        if *id == self.active {
            return Err(RingError::InUse { id: id.clone() });
        }
        let from = key.outlives();
        if now < from {
            return Err(RingError::TooSoon {
                id: id.clone(),
                what: "be retired",
                from,
            });
        }
        self.remove(id);
        Ok(())
    }

    /// Takes a key out at once, because somebody else may have it. Every link signed with it dies.
    ///
    /// # Errors
    /// [`RingError::InUse`] for the key that signs: let another sign first, and publish that; [`RingError::Unknown`].
    pub fn revoke(&mut self, id: &KeyId) -> Result<(), RingError> {
        if self.key(id).is_none() {
            return Err(RingError::Unknown { id: id.clone() });
        }
        if *id == self.active {
            return Err(RingError::InUse { id: id.clone() });
        }
        self.remove(id);
        Ok(())
    }

    /// Lets `fresh` sign at once in place of a key that somebody else may have. Guests with new links wait until
    /// their shard has the new set; with a stolen key that is the lesser evil.
    ///
    /// # Errors
    /// [`RingError::Duplicate`].
    pub fn replace_active(
        &mut self,
        fresh: &SigningKey,
        now: Timestamp,
    ) -> Result<KeyId, RingError> {
        let public = PublicKey::of(fresh);
        self.push(RingKey {
            public,
            published_at: now,
            last_exp: None,
            imported: false,
        })?;
        let old = std::mem::replace(&mut self.active, fresh.id().clone());
        self.keys.retain(|key| *key.id() != old);
        Ok(old)
    }

    /// Adds another team's public key, with what it may sign.
    ///
    /// # Errors
    /// [`RingError::Duplicate`].
    pub fn import(&mut self, public: PublicKey, now: Timestamp) -> Result<(), RingError> {
        let public = public.in_state(KeyState::Active);
        self.push(RingKey {
            public,
            published_at: now,
            last_exp: None,
            imported: true,
        })
    }

    /// Notes that the active key signed something that lives until then. True if that must be written down
    /// before the link is handed out.
    pub fn note_issued(&mut self, exp: Timestamp) -> bool {
        let Some(key) = self.keys.iter_mut().find(|key| *key.id() == self.active) else {
            return false;
        };
        if key.last_exp.is_some_and(|last| exp <= last) {
            return false;
        }
        // Rounded up to a whole day, so that a busy issuer writes once a day.
        let day = exp.as_secs().div_ceil(86_400).saturating_mul(86_400);
        key.last_exp = Some(Timestamp::from_secs(day).unwrap_or(Timestamp::MAX));
        true
    }

    /// What verifiers are given.
    ///
    /// # Errors
    /// None for a ring, which has a key and none twice; the signature is that of [`KeySet::new`].
    pub fn key_set(&self, issuer: &str) -> Result<KeySet, KeySetError> {
        let keys = self.keys.iter().map(|key| key.public.clone());
        Ok(KeySet::new(keys)?.issued_by(issuer).numbered(self.seq))
    }

    /// The same without other teams' keys.
    ///
    /// # Errors
    /// As [`KeyRing::key_set`].
    pub fn own_key_set(&self, issuer: &str) -> Result<KeySet, KeySetError> {
        let own = self.keys.iter().filter(|key| !key.imported);
        let own = own.map(|key| key.public.clone());
        Ok(KeySet::new(own)?.issued_by(issuer).numbered(self.seq))
    }

    /// The key that signs.
    pub const fn active(&self) -> &KeyId {
        &self.active
    }

    /// The edition of the key set.
    pub const fn seq(&self) -> u64 {
        self.seq
    }

    /// All keys.
    pub fn keys(&self) -> &[RingKey] {
        &self.keys
    }

    fn key(&self, id: &KeyId) -> Option<&RingKey> {
        self.keys.iter().find(|key| key.id() == id)
    }

    fn in_state(&self, state: KeyState) -> Option<&RingKey> {
        self.keys.iter().find(|key| key.public.state() == state)
    }

    fn push(&mut self, key: RingKey) -> Result<(), RingError> {
        if self.key(key.id()).is_some() {
            return Err(RingError::Duplicate {
                id: key.id().clone(),
            });
        }
        self.keys.push(key);
        self.seq += 1;
        Ok(())
    }

    fn remove(&mut self, id: &KeyId) {
        self.keys.retain(|key| key.id() != id);
        self.seq += 1;
    }

    fn set_state(&mut self, id: &KeyId, state: KeyState) {
        for key in self.keys.iter_mut().filter(|key| key.id() == id) {
            key.public = key.public.clone().in_state(state);
        }
    }
}

impl RingKey {
    /// Its name.
    pub const fn id(&self) -> &KeyId {
        self.public.id()
    }

    /// The public half, its state and its scope.
    pub const fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Since when verifiers can have it.
    pub const fn published_at(&self) -> Timestamp {
        self.published_at
    }

    /// The latest `exp` it signed, rounded up to a day; `None` if it signed nothing, or signs elsewhere.
    pub const fn last_exp(&self) -> Option<Timestamp> {
        self.last_exp
    }

    /// Whether its private half is elsewhere.
    pub const fn is_imported(&self) -> bool {
        self.imported
    }

    /// The first second at which no link of it lives. What an imported key signed is not known.
    pub(crate) fn outlives(&self) -> Timestamp {
        self.last_exp
            .map_or(self.published_at, |last| last.plus(KeyRing::LEEWAY))
    }
}

/// Why the ring did not move on.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum RingError {
    /// There is one of that name.
    #[error("there is a key {id} already; import another, or leave it")]
    Duplicate {
        /// The key.
        id: KeyId,
    },
    /// It signs.
    #[error("{id} is the key that signs; rotate first, so that another one does")]
    InUse {
        /// The key.
        id: KeyId,
    },
    /// Somebody would be locked out.
    #[error("{id} may not {what} before {from}, or guests would be locked out; wait until then")]
    TooSoon {
        /// The key.
        id: KeyId,
        /// What was asked.
        what: &'static str,
        /// When it may.
        from: Timestamp,
    },
    /// There is none of that name.
    #[error("there is no key {id}; `roompass keys list` names them")]
    Unknown {
        /// The name.
        id: KeyId,
    },
}

#[cfg(test)]
mod tests;
