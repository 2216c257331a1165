//! A [`KeyRing`] on disk: `keys.json`, and each of our own keys in `KID.pem`.

mod shared;

use std::io;
use std::path::{Path, PathBuf};

use room_token::{KeyId, PublicKey, SigningKey, Timestamp};
use thiserror::Error;

pub use self::shared::{OthersKey, SharedKeys, StoredSharedError};

use crate::key_file::{self, KeyFileError};
use crate::key_ring::{KeyRing, RingError, Rotated, StoredRingError};
use crate::locked_file::{LockedFile, LockedFileError};
use crate::signed_key_set::{SignedKeySet, SignedKeySetError};

/// Where an issuer keeps its keys. Commands and the service may use it at once.
#[derive(Clone, Debug)]
pub struct KeyFolder {
    path: PathBuf,
    ring: LockedFile,
    shared: LockedFile,
}

impl KeyFolder {
    /// Names a folder.
    pub fn at(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            ring: LockedFile::at(path.join("keys.json")),
            shared: LockedFile::at(path.join("shared.json")),
        }
    }

    /// Makes the folder, with one key that signs at once.
    ///
    /// # Errors
    /// [`KeyFolderError::Exists`] if there is a ring in it already.
    pub fn create(path: &Path, first: &SigningKey, now: Timestamp) -> Result<Self, KeyFolderError> {
        let folder = Self::at(path);
        make_folder(path).map_err(|error| KeyFolderError::NotMade {
            path: path.to_owned(),
            why: error.to_string(),
        })?;
        let lock = folder.ring.lock()?;
        if folder.ring.read()?.is_some() {
            return Err(KeyFolderError::Exists {
                path: path.to_owned(),
            });
        }
        key_file::create(&folder.pem(first.id()), first)?;
        let json = KeyRing::new(first, now).to_json();
        folder.ring.replace(&lock, &json)?;
        Ok(folder)
    }

    /// The ring as it is now.
    ///
    /// # Errors
    /// [`KeyFolderError`] if there is none, or it cannot be read.
    pub fn ring(&self) -> Result<KeyRing, KeyFolderError> {
        let text = self.ring.read()?;
        let text = text.ok_or_else(|| KeyFolderError::Absent {
            path: self.path.clone(),
        })?;
        KeyRing::parse(&text).map_err(|why| KeyFolderError::Broken {
            path: self.path.clone(),
            why,
        })
    }

    /// The key that signs, after noting that it signs something that lives until `exp`: a key whose last link is
    /// not known could be retired too early.
    ///
    /// # Errors
    /// [`KeyFolderError`]; then nothing may be signed.
    pub fn signing_key(&self, exp: Timestamp) -> Result<SigningKey, KeyFolderError> {
        let lock = self.ring.lock()?;
        let mut ring = self.ring()?;
        if ring.note_issued(exp) {
            self.ring.replace(&lock, &ring.to_json())?;
        }
        Ok(key_file::read(&self.pem(ring.active()), false)?)
    }

    /// The key that signs, for something that dies with the next edition.
    ///
    /// # Errors
    /// [`KeyFolderError`].
    pub fn active_key(&self) -> Result<SigningKey, KeyFolderError> {
        Ok(key_file::read(&self.pem(self.ring()?.active()), false)?)
    }

    /// [`KeyRing::rotate`].
    ///
    /// # Errors
    /// [`KeyFolderError`]; nothing is changed then.
    pub fn rotate(&self, fresh: &SigningKey, now: Timestamp) -> Result<Rotated, KeyFolderError> {
        self.change(|ring| self.step(ring, fresh, now))
    }

    /// The same where shards take only what a root key signed: a key must be in the signed set, and long enough, before
    /// it signs.
    ///
    /// # Errors
    /// [`KeyFolderError`]; nothing is changed then.
    pub fn rotate_with(
        &self,
        signed: &SignedKeySet,
        fresh: &SigningKey,
        now: Timestamp,
    ) -> Result<Rotated, KeyFolderError> {
        self.change(|ring| {
            if let Some(next) = ring.next() {
                let vouched_at = signed.vouched_at(next, now)?;
                ring.check_known_since(vouched_at, now)?;
            }
            self.step(ring, fresh, now)
        })
    }

    fn step(
        &self,
        ring: &mut KeyRing,
        fresh: &SigningKey,
        now: Timestamp,
    ) -> Result<Rotated, KeyFolderError> {
        let rotated = ring.rotate(fresh, now)?;
        // The private half first: killed in between, we have a key too many and not one too few.
        if matches!(rotated, Rotated::Published { .. }) {
            key_file::create(&self.pem(fresh.id()), fresh)?;
        }
        Ok(rotated)
    }

    /// [`KeyRing::retire`].
    ///
    /// # Errors
    /// [`KeyFolderError`]; nothing is changed then.
    pub fn retire(&self, id: &KeyId, now: Timestamp) -> Result<(), KeyFolderError> {
        self.change(|ring| Ok(ring.retire(id, now)?))
    }

    /// [`KeyRing::revoke`]; the key that signs is replaced by `fresh` at once.
    ///
    /// # Errors
    /// [`KeyFolderError`]; nothing is changed then.
    pub fn revoke(
        &self,
        id: &KeyId,
        fresh: &SigningKey,
        now: Timestamp,
    ) -> Result<(), KeyFolderError> {
        self.change(|ring| {
            if ring.active() != id {
                return Ok(ring.revoke(id)?);
            }
            ring.replace_active(fresh, now)?;
            Ok(key_file::create(&self.pem(fresh.id()), fresh)?)
        })
    }

    /// [`KeyRing::import`].
    ///
    /// # Errors
    /// [`KeyFolderError`]; nothing is changed then.
    pub fn import(&self, public: PublicKey, now: Timestamp) -> Result<(), KeyFolderError> {
        self.change(|ring| Ok(ring.import(public, now)?))
    }

    /// What the other issuers of the ledger say; `None` where keys are not shared.
    ///
    /// # Errors
    /// [`KeyFolderError`] if it is there and cannot be read.
    pub fn shared(&self) -> Result<Option<SharedKeys>, KeyFolderError> {
        let text = self.shared.read()?;
        let parsed = text.map(|text| SharedKeys::parse(&text)).transpose();
        parsed.map_err(|why| KeyFolderError::Shared {
            path: self.path.clone(),
            why,
        })
    }

    /// Keeps what they say.
    pub(crate) fn keep_shared(&self, shared: &SharedKeys) -> Result<(), KeyFolderError> {
        let lock = self.shared.lock()?;
        Ok(self.shared.replace(&lock, &shared.to_json())?)
    }

    fn change<T>(
        &self,
        change: impl FnOnce(&mut KeyRing) -> Result<T, KeyFolderError>,
    ) -> Result<T, KeyFolderError> {
        let lock = self.ring.lock()?;
        let mut ring = self.ring()?;
        let done = change(&mut ring)?;
        self.ring.replace(&lock, &ring.to_json())?;
        Ok(done)
    }

    fn pem(&self, id: &KeyId) -> PathBuf {
        self.path.join(format!("{id}.pem"))
    }
}

fn make_folder(path: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Why a key folder cannot be used.
#[derive(Debug, Error)]
pub enum KeyFolderError {
    /// There is no ring in it.
    #[error("{} is no key folder; make one with `roompass keys init`", path.display())]
    Absent {
        /// Which.
        path: PathBuf,
    },
    /// The ring cannot be read.
    #[error("{}/keys.json: {why}", path.display())]
    Broken {
        /// Which.
        path: PathBuf,
        /// What is wrong.
        why: StoredRingError,
    },
    /// There is a ring in it already.
    #[error("{} is a key folder already; use it, or choose another", path.display())]
    Exists {
        /// Which.
        path: PathBuf,
    },
    /// One of its keys.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// The step is refused.
    #[error(transparent)]
    Ring(#[from] RingError),
    /// The ring's file.
    #[error(transparent)]
    File(#[from] LockedFileError),
    /// What other issuers say.
    #[error("{}/shared.json: {why}", path.display())]
    Shared {
        /// Which folder.
        path: PathBuf,
        /// What is wrong.
        why: StoredSharedError,
    },
    /// The set that a root key signed.
    #[error(transparent)]
    Signed(#[from] SignedKeySetError),
    /// The system does not make a folder there.
    #[error("cannot make the key folder {} ({why}); choose a place that is yours", path.display())]
    NotMade {
        /// Which.
        path: PathBuf,
        /// In the system's words.
        why: String,
    },
}

#[cfg(test)]
mod tests {
    use room_token::RootKey;

    use super::*;

    fn at(secs: u64) -> Timestamp {
        Timestamp::from_secs(secs).unwrap()
    }

    fn key(number: u8) -> SigningKey {
        SigningKey::from_seed(&[number; 32])
    }

    #[test]
    fn a_folder_goes_through_a_rotation() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        let keys = KeyFolder::create(&path, &key(1), at(0)).unwrap();
        assert!(matches!(
            KeyFolder::create(&path, &key(9), at(0)),
            Err(KeyFolderError::Exists { .. })
        ));
        assert_eq!(keys.signing_key(at(1000)).unwrap().id(), key(1).id());

        keys.rotate(&key(2), at(0)).unwrap();
        let refused = keys.rotate(&key(3), at(599)).unwrap_err();
        assert!(
            matches!(refused, KeyFolderError::Ring(RingError::TooSoon { .. })),
            "{refused}"
        );
        keys.rotate(&key(3), at(600)).unwrap();
        assert_eq!(keys.signing_key(at(2000)).unwrap().id(), key(2).id());
        assert!(
            keys.retire(key(1).id(), at(1000)).is_err(),
            "its link lives until the end of the day"
        );
        keys.retire(key(1).id(), at(86_460)).unwrap();

        keys.revoke(key(2).id(), &key(4), at(90_000)).unwrap();
        assert_eq!(keys.active_key().unwrap().id(), key(4).id());
        assert!(
            !path.join(format!("{}.pem", key(3).id())).exists(),
            "a fresh key that was not needed"
        );
    }

    #[test]
    fn where_a_root_signs_a_key_is_in_its_set_long_enough_before_it_signs() {
        let folder = tempfile::tempdir().unwrap();
        let (path, file) = (folder.path().join("keys"), folder.path().join("set.jwt"));
        let keys = KeyFolder::create(&path, &key(1), at(0)).unwrap();
        let signed = SignedKeySet::at(&file, RootKey::of(&key(9)));
        let publish = |from: u64, until: Option<u64>| {
            let set = keys.ring().unwrap().key_set("roompass").unwrap();
            let set = set.valid(at(from), until.map(at)).unwrap();
            std::fs::write(&file, key(9).sign_key_set(&set).unwrap()).unwrap();
        };
        let rotate = |now| keys.rotate_with(&signed, &key(2), at(now));
        publish(0, None);
        assert!(rotate(0).is_ok(), "to publish one asks for no set");
        let not_covered = |error: KeyFolderError| {
            let is_it = matches!(
                error,
                KeyFolderError::Signed(SignedKeySetError::NotCovered { .. })
            );
            assert!(is_it, "{error}");
        };
        not_covered(rotate(10_000).unwrap_err());
        publish(10_000, Some(20_000));
        let too_soon = rotate(10_599).unwrap_err().to_string();
        let words = format!("{} may not sign before {}", key(2).id(), at(10_600));
        assert!(too_soon.starts_with(&words), "{too_soon}");
        assert!(matches!(
            rotate(20_000),
            Err(KeyFolderError::Signed(SignedKeySetError::Ended { .. }))
        ));
        assert_eq!(keys.active_key().unwrap().id(), key(1).id());
        rotate(10_600).unwrap();
        assert_eq!(keys.active_key().unwrap().id(), key(2).id());
    }

    #[test]
    fn two_processes_cannot_both_rotate() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        KeyFolder::create(&path, &key(1), at(0)).unwrap();
        let published: usize = std::thread::scope(|scope| {
            let rotate = |number| {
                let keys = KeyFolder::at(&path);
                scope.spawn(move || usize::from(keys.rotate(&key(number), at(0)).is_ok()))
            };
            let threads: Vec<_> = (10..18).map(rotate).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .sum()
        });
        assert_eq!(published, 1);
        assert_eq!(KeyFolder::at(&path).ring().unwrap().keys().len(), 2);
    }

    #[test]
    fn a_folder_without_keys_says_how_to_make_some() {
        let folder = tempfile::tempdir().unwrap();
        let error = KeyFolder::at(folder.path()).ring().unwrap_err();
        assert!(error.to_string().contains("roompass keys init"), "{error}");
    }
}
