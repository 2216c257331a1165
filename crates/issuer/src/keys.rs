//! Where the key that signs comes from: one file, or a folder in which keys follow one another.

use std::path::Path;

use room_token::{KeyId, KeySet, KeySetError, SigningKey, Timestamp};
use thiserror::Error;

use crate::key_file::{self, KeyFileError};
use crate::{KeyFolder, KeyFolderError, KeyRing, OthersKey, SharedKeys};

/// The keys of one issuer.
#[derive(Debug)]
pub enum Keys {
    /// Read at every use, so that a rotation counts at once.
    Folder(KeyFolder),
    /// Read once.
    One(Box<SigningKey>),
}

impl Keys {
    /// Opens a signing key's file or a key folder; the development key only where that is allowed.
    ///
    /// # Errors
    /// [`KeysError`] says what to do about it.
    pub fn open(path: &Path, allow_dev_key: bool) -> Result<Self, KeysError> {
        if !path.is_dir() {
            return Ok(Self::from(key_file::read(path, allow_dev_key)?));
        }
        let folder = KeyFolder::at(path);
        folder.active_key()?;
        Ok(Self::Folder(folder))
    }

    /// Does something with the key that signs, after noting that it signs what lives until `exp`.
    ///
    /// # Errors
    /// [`KeysError`]; then nothing was signed.
    pub fn sign_until<T>(
        &self,
        exp: Timestamp,
        sign: impl FnOnce(&SigningKey) -> T,
    ) -> Result<T, KeysError> {
        match self {
            Self::Folder(folder) => Ok(sign(&folder.signing_key(exp)?)),
            Self::One(key) => Ok(sign(key)),
        }
    }

    /// Does something with the key that signs, for what dies with its next edition.
    ///
    /// # Errors
    /// [`KeysError`].
    pub fn with_active<T>(&self, sign: impl FnOnce(&SigningKey) -> T) -> Result<T, KeysError> {
        match self {
            Self::Folder(folder) => Ok(sign(&folder.active_key()?)),
            Self::One(key) => Ok(sign(key)),
        }
    }

    /// The name of the key that signs.
    ///
    /// # Errors
    /// [`KeysError`].
    pub fn active_id(&self) -> Result<KeyId, KeysError> {
        match self {
            Self::Folder(folder) => Ok(folder.ring()?.active().clone()),
            Self::One(key) => Ok(key.id().clone()),
        }
    }

    /// What verifiers are given.
    ///
    /// # Errors
    /// [`KeysError`].
    pub fn key_set(&self, issuer: &str) -> Result<KeySet, KeysError> {
        match self {
            Self::Folder(folder) => {
                let own = folder.ring()?.key_set(issuer)?;
                with_others(own, folder.shared()?, issuer, |_| true)
            }
            Self::One(key) => Ok(KeySet::of([key.as_ref()])?.issued_by(issuer)),
        }
    }

    /// The same without other teams' keys.
    ///
    /// # Errors
    /// [`KeysError`].
    pub fn own_key_set(&self, issuer: &str) -> Result<KeySet, KeysError> {
        match self {
            Self::Folder(folder) => {
                let own = folder.ring()?.own_key_set(issuer)?;
                with_others(own, folder.shared()?, issuer, |key| !key.imported)
            }
            Self::One(_) => self.key_set(issuer),
        }
    }

    /// Says no while the other issuers of the ledger may not publish this key yet: a shard may ask any of them.
    ///
    /// # Errors
    /// [`KeysError::Unshared`].
    pub fn check_shared(&self, key: &KeyId, now: Timestamp) -> Result<(), KeysError> {
        let Self::Folder(folder) = self else {
            return Ok(());
        };
        let Some(shared) = folder.shared()? else {
            return Ok(());
        };
        let unshared = |from| KeysError::Unshared {
            id: key.clone(),
            from,
        };
        let since = shared.since(key).ok_or_else(|| unshared(None))?;
        let from = KeyRing::known_from(since);
        // Whoever came first has nobody to wait for.
        if since.as_secs() == 0 || from <= now {
            return Ok(());
        }
        Err(unshared(Some(from)))
    }
}

/// What all issuers of the ledger publish.
fn with_others(
    own: KeySet,
    shared: Option<SharedKeys>,
    issuer: &str,
    wanted: impl Fn(&OthersKey) -> bool,
) -> Result<KeySet, KeysError> {
    let Some(shared) = shared else {
        return Ok(own);
    };
    let others = shared.others.iter().filter(|key| wanted(key));
    let others = others.map(|key| &key.public);
    let new = others.filter(|key| !own.ids().any(|id| id == key.id()));
    let all = KeySet::new(own.keys().chain(new).cloned())?;
    let seq = own.seq().unwrap_or(0).max(shared.seq);
    Ok(all.issued_by(issuer).numbered(seq))
}

impl From<SigningKey> for Keys {
    fn from(key: SigningKey) -> Self {
        Self::One(Box::new(key))
    }
}

/// Why there is no key to sign with.
#[derive(Debug, Error)]
pub enum KeysError {
    /// The file.
    #[error(transparent)]
    File(#[from] KeyFileError),
    /// The folder.
    #[error(transparent)]
    Folder(#[from] KeyFolderError),
    /// The set.
    #[error(transparent)]
    Set(#[from] KeySetError),
    /// The other issuers of the ledger do not publish it, or not long enough.
    #[error(
        "{id} is not known to every shard yet, for the other issuers of the ledger have to publish it for ten minutes{}; issue with another issuer meanwhile",
        until(*from)
    )]
    Unshared {
        /// The key that would sign.
        id: KeyId,
        /// When it may, if they have it.
        from: Option<Timestamp>,
    },
}

fn until(from: Option<Timestamp>) -> String {
    from.map_or(String::new(), |from| format!(", until {from}"))
}
