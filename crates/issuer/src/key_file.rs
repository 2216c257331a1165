//! The signing key's file: PKCS#8 PEM that only its owner can open.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use room_token::{KeyError, KeyId, SigningKey};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::locked_file::{folder_of, give_to_owner, sync_folder};
use crate::private_file::{self, PrivateFileError};

/// Reads a signing key; the development key only where that is allowed.
///
/// # Errors
/// [`KeyFileError`] says what to do about the file, and nothing of what it holds.
pub fn read(path: &Path, allow_dev_key: bool) -> Result<SigningKey, KeyFileError> {
    // Everybody has it, and version control gives it a mode that everybody can read.
    if allow_dev_key && is_dev_key_file(path) {
        return Ok(dev_key());
    }
    let pem = private_file::read(path)?;
    let key = SigningKey::from_pkcs8_pem(&pem).map_err(|error| KeyFileError::Key {
        path: path.to_owned(),
        error,
    })?;
    if !allow_dev_key && is_dev_key(key.id()) {
        return Err(KeyFileError::Development {
            path: path.to_owned(),
        });
    }
    Ok(key)
}

/// Writes a signing key to a new file, of mode 0600 from its first byte. It appears whole or not at all, and
/// never in place of another.
///
/// # Errors
/// [`KeyFileError::Exists`], [`KeyFileError::Unwritable`]; nothing is left behind then.
pub fn create(path: &Path, key: &SigningKey) -> Result<(), KeyFileError> {
    let pem = key.to_pkcs8_pem().map_err(|error| KeyFileError::Key {
        path: path.to_owned(),
        error,
    })?;
    write_new(path, pem.as_bytes()).map_err(|error| {
        let path = path.to_owned();
        if error.kind() == io::ErrorKind::AlreadyExists {
            return KeyFileError::Exists { path };
        }
        KeyFileError::Unwritable {
            path,
            why: error.to_string(),
        }
    })
}

/// The key of `keys/dev.pem`, which everybody can compute: for trying things out on one machine.
pub fn dev_key() -> SigningKey {
    SigningKey::from_seed(&Sha256::digest(DEV_SEED).into())
}

fn is_dev_key_file(path: &Path) -> bool {
    let text = path.is_file().then(|| std::fs::read_to_string(path));
    text.and_then(Result::ok)
        .and_then(|pem| SigningKey::from_pkcs8_pem(&pem).ok())
        .is_some_and(|key| is_dev_key(key.id()))
}

/// Whether this names the development key.
pub fn is_dev_key(id: &KeyId) -> bool {
    id == dev_key().id()
}

const DEV_SEED: &str = "roompass development key, known to everybody";

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = folder_of(path);
    // Opened with mode 0600, and unlinked when dropped before it got its name.
    let mut file = tempfile::Builder::new()
        .prefix(".roompass-key-")
        .tempfile_in(folder)?;
    give_to_owner(file.as_file(), folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map_err(|error| error.error)?;
    sync_folder(folder)
}

/// What is wrong with a key's file.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum KeyFileError {
    /// The key that everybody has.
    #[error("{} is the development key, with which everybody can sign; make one of your own with `roompass keys new FILE`, or allow it with --dev", path.display())]
    Development {
        /// Which file.
        path: PathBuf,
    },
    /// There is something of that name already.
    #[error("{} exists already and is left as it is; choose another name", path.display())]
    Exists {
        /// Which file.
        path: PathBuf,
    },
    /// It cannot or must not be read.
    #[error("{0}; or make a new key with `roompass keys new FILE`")]
    File(#[from] PrivateFileError),
    /// Not a key of ours.
    #[error("{}: {error}", path.display())]
    Key {
        /// Which file.
        path: PathBuf,
        /// What the core says of it.
        error: KeyError,
    },
    /// The system said no.
    #[error("{} cannot be written ({why}); choose a folder that exists and is yours", path.display())]
    Unwritable {
        /// Which file.
        path: PathBuf,
        /// In the system's words.
        why: String,
    },
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_created_key_is_private_and_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.pem");
        let key = SigningKey::from_seed(&[7; 32]);
        create(&path, &key).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(
                fs::metadata(&path).unwrap().permissions().mode() & 0o7777,
                0o600
            );
        }
        assert_eq!(read(&path, false).unwrap().id(), key.id());
    }

    #[test]
    fn nothing_is_overwritten_and_nothing_left_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.pem");
        fs::write(&path, "mine").unwrap();
        let key = SigningKey::from_seed(&[7; 32]);
        assert_eq!(
            create(&path, &key),
            Err(KeyFileError::Exists { path: path.clone() })
        );
        assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        let nowhere = folder.path().join("absent/key.pem");
        let error = create(&nowhere, &key).unwrap_err();
        assert!(matches!(error, KeyFileError::Unwritable { .. }), "{error}");
    }

    #[test]
    fn the_development_key_must_be_allowed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("dev.pem");
        create(&path, &dev_key()).unwrap();
        let error = read(&path, false).unwrap_err();
        assert_eq!(error, KeyFileError::Development { path: path.clone() });
        assert!(
            error.to_string().contains("roompass keys new FILE"),
            "{error}"
        );
        assert!(is_dev_key(read(&path, true).unwrap().id()));
    }

    #[test]
    fn a_file_that_is_no_key_is_not_quoted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.pem");
        write_new(&path, b"-----BEGIN PRIVATE KEY-----\nBwcH\n").unwrap();
        let error = read(&path, true).unwrap_err().to_string();
        assert!(error.contains("roompass keys new FILE"), "{error}");
        assert!(!error.contains("BwcH"), "{error}");
        let absent = read(&folder.path().join("absent"), true)
            .unwrap_err()
            .to_string();
        assert!(absent.contains("does not exist"), "{absent}");
    }
}
