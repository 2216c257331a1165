//! The key set that an offline root key signed: put here as a file, published as it is, and obeyed.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use room_token::{KeyId, KeySet, KeySetError, PublicKey, RootKey, SigningKey, Timestamp};
use thiserror::Error;

/// Where it is, and who must have signed it. Read at every use, so that a new one counts at once.
#[derive(Clone, Debug)]
pub struct SignedKeySet {
    path: PathBuf,
    root: RootKey,
}

impl SignedKeySet {
    /// Names the file; it need not be there yet.
    pub fn at(path: &Path, root: RootKey) -> Self {
        Self {
            path: path.to_owned(),
            root,
        }
    }

    /// Its text, and what it says.
    ///
    /// # Errors
    /// [`SignedKeySetError::Unreadable`] and [`SignedKeySetError::Refused`].
    pub fn read(&self) -> Result<(String, KeySet), SignedKeySetError> {
        let bytes = self
            .bytes()
            .map_err(|error| SignedKeySetError::Unreadable {
                path: self.path.clone(),
                why: error.to_string(),
            })?;
        let refused = |why| SignedKeySetError::Refused {
            path: self.path.clone(),
            why,
        };
        let set = KeySet::parse_signed(&bytes, &self.root).map_err(refused)?;
        let text = String::from_utf8_lossy(&bytes).trim_end().to_owned();
        Ok((text, set))
    }

    /// Says no where shards could not check what this key signs at that time.
    ///
    /// # Errors
    /// [`SignedKeySetError`].
    pub fn check(&self, key: &SigningKey, now: Timestamp) -> Result<(), SignedKeySetError> {
        self.covering(&PublicKey::of(key), now).map(drop)
    }

    /// When the root last signed that every shard is to know this key; none may sign that shards do not know.
    ///
    /// # Errors
    /// [`SignedKeySetError`].
    pub fn vouched_at(
        &self,
        key: &PublicKey,
        now: Timestamp,
    ) -> Result<Timestamp, SignedKeySetError> {
        let set = self.covering(key, now)?;
        // A signed set says when; without that it would have been refused.
        Ok(set.issued_at().unwrap_or(now))
    }

    fn covering(&self, key: &PublicKey, now: Timestamp) -> Result<KeySet, SignedKeySetError> {
        let (_, set) = self.read()?;
        let path = || self.path.clone();
        if let Some(end) = set.expires_at().filter(|end| *end <= now) {
            return Err(SignedKeySetError::Ended { path: path(), end });
        }
        if !set.has(key) {
            return Err(SignedKeySetError::NotCovered {
                path: path(),
                id: key.id().clone(),
            });
        }
        Ok(set)
    }

    /// One byte more than there may be, so that the parser sees that it is too long.
    fn bytes(&self) -> std::io::Result<Vec<u8>> {
        let most = u64::try_from(KeySet::MAX_SIGNED_BYTES).unwrap_or(u64::MAX);
        let mut bytes = Vec::new();
        File::open(&self.path)?
            .take(most.saturating_add(1))
            .read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// Which number an edition gets: that of its key folder, or without one the next after the last that was signed.
///
/// # Errors
/// [`EditionError`] if verifiers would take it for an old one, or could not tell it from another.
pub fn edition(set: &KeySet, last: Option<&KeySet>) -> Result<u64, EditionError> {
    let same = last.is_some_and(|last| last.keys().eq(set.keys()));
    match (set.seq(), last.and_then(KeySet::seq)) {
        (Some(seq), Some(last)) if seq < last => Err(EditionError::Older { seq, last }),
        (Some(seq), Some(last)) if seq == last && !same => Err(EditionError::Changed { seq }),
        (Some(seq), Some(_) | None) => Ok(seq),
        (None, Some(last)) => Ok(if same { last } else { last.saturating_add(1) }),
        (None, None) => Ok(1),
    }
}

/// Why a set is not signed under its number.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum EditionError {
    /// Other keys under the same number.
    #[error(
        "edition {seq} was signed before, with other keys; export the set again, or give this one a higher --seq"
    )]
    Changed {
        /// The number.
        seq: u64,
    },
    /// A lower number than was signed before.
    #[error(
        "edition {last} was signed before this one, {seq}, and shards would refuse it; export the set again, or give it a higher --seq"
    )]
    Older {
        /// Its number.
        seq: u64,
        /// The highest one.
        last: u64,
    },
}

/// Why nothing is signed with a key, or no signed key set published.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum SignedKeySetError {
    /// It has an end, and that is over.
    #[error("the signed key set {} ended {end}; sign it again with the root key, and put it there", path.display())]
    Ended {
        /// Which.
        path: PathBuf,
        /// When.
        end: Timestamp,
    },
    /// Shards do not know the key that signs.
    #[error("the signed key set {} does not have the key {id}, so no shard could check what it signs; export the set, sign it with the root key, and put it there", path.display())]
    NotCovered {
        /// Which.
        path: PathBuf,
        /// The key that signs.
        id: KeyId,
    },
    /// Not what the root key signed.
    #[error("{}: {why}", path.display())]
    Refused {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        why: KeySetError,
    },
    /// The system said no.
    #[error("the signed key set {} cannot be read ({why}); put it there", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// In the system's words.
        why: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: u8) -> SigningKey {
        SigningKey::from_seed(&[number; 32])
    }

    fn at(secs: u64) -> Timestamp {
        Timestamp::from_secs(secs).unwrap()
    }

    fn set(keys: &[u8], seq: Option<u64>) -> KeySet {
        let keys: Vec<_> = keys.iter().map(|number| key(*number)).collect();
        let set = KeySet::of(&keys).unwrap().issued_by("roompass");
        seq.into_iter().fold(set, KeySet::numbered)
    }

    #[test]
    fn an_edition_is_numbered_by_its_folder_or_after_the_last() {
        for (next, last, expected) in [
            (set(&[1], None), None, Ok(1)),
            (set(&[1], None), Some(set(&[1], Some(4))), Ok(4)),
            (set(&[2], None), Some(set(&[1], Some(4))), Ok(5)),
            (set(&[1], Some(9)), None, Ok(9)),
            (set(&[1], Some(9)), Some(set(&[1], Some(9))), Ok(9)),
            (set(&[2], Some(9)), Some(set(&[1], Some(4))), Ok(9)),
            (
                set(&[2], Some(9)),
                Some(set(&[1], Some(9))),
                Err(EditionError::Changed { seq: 9 }),
            ),
            (
                set(&[1], Some(3)),
                Some(set(&[1], Some(4))),
                Err(EditionError::Older { seq: 3, last: 4 }),
            ),
        ] {
            assert_eq!(edition(&next, last.as_ref()), expected);
        }
    }

    #[test]
    fn a_key_signs_only_what_the_signed_set_covers() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("room.jwks.jwt");
        let signed = SignedKeySet::at(&path, RootKey::of(&key(9)));
        let error = signed.check(&key(1), at(100)).unwrap_err();
        assert!(
            matches!(error, SignedKeySetError::Unreadable { .. }),
            "{error}"
        );

        let valid = set(&[1], Some(1)).valid(at(100), Some(at(200))).unwrap();
        let text = key(9).sign_key_set(&valid).unwrap();
        std::fs::write(&path, format!("{text}\n")).unwrap();
        assert_eq!(signed.check(&key(1), at(199)), Ok(()));
        assert_eq!(signed.read().unwrap().0, text);
        let error = signed.check(&key(1), at(200)).unwrap_err();
        assert!(matches!(error, SignedKeySetError::Ended { .. }), "{error}");
        let error = signed.check(&key(2), at(199)).unwrap_err();
        assert!(
            matches!(error, SignedKeySetError::NotCovered { .. }),
            "{error}"
        );

        let other = SignedKeySet::at(&path, RootKey::of(&key(8)));
        let error = other.check(&key(1), at(199)).unwrap_err();
        assert!(
            matches!(error, SignedKeySetError::Refused { .. }),
            "{error}"
        );
    }
}
