//! Who uses a SQLite ledger: many share it, and whoever puts another file in its place has it alone.
//!
//! The lock is on a file of its own: SQLite loses its locks on a database when this process closes that file
//! elsewhere. Idle services have no connection at all, so SQLite's own locks would not show them.

use std::fs::{File, OpenOptions, Permissions, TryLockError};
use std::io::{self, ErrorKind};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::LedgerError;

/// Held until it is dropped; the system takes it back from a process that is killed.
#[derive(Debug)]
pub(super) struct Hold(#[expect(dead_code, reason = "the lock ends when the file is closed")] File);

impl Hold {
    /// With others.
    pub(super) fn shared(ledger: &Path) -> Result<Self, LedgerError> {
        let file = open(ledger).map_err(away)?;
        match file.try_lock_shared() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(LedgerError::Restoring),
            Err(TryLockError::Error(error)) => Err(away(error)),
        }
    }

    /// Alone; `None` if anybody else has it.
    pub(super) fn alone(ledger: &Path) -> Result<Option<Self>, LedgerError> {
        let file = open(ledger).map_err(away)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(away(error)),
        }
    }
}

/// Nothing is in it. Everybody may read it, for whoever comes first may be root, and the service is not.
fn open(ledger: &Path) -> io::Result<File> {
    let mut path = ledger.as_os_str().to_owned();
    path.push("-lock");
    let path = PathBuf::from(path);
    let made = OpenOptions::new().write(true).create_new(true).open(&path);
    match made {
        Ok(file) => file.set_permissions(Permissions::from_mode(0o644))?,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error),
    }
    File::open(&path)
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn away(error: io::Error) -> LedgerError {
    LedgerError::Unavailable {
        why: error.to_string(),
        code: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_share_it_or_one_has_it_alone() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = folder.path().join("ledger.db");
        let one = Hold::shared(&ledger).unwrap();
        let two = Hold::shared(&ledger).unwrap();
        drop(one);
        assert!(Hold::alone(&ledger).unwrap().is_none());
        drop(two);
        let alone = Hold::alone(&ledger).unwrap().unwrap();
        assert!(Hold::alone(&ledger).unwrap().is_none());
        let error = Hold::shared(&ledger).unwrap_err();
        assert!(error.to_string().contains("try again in a minute"));
        drop(alone);
        Hold::shared(&ledger).unwrap();
        assert!(!ledger.exists(), "the lock makes no ledger");
    }

    #[test]
    fn a_service_shares_what_root_made() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = folder.path().join("ledger.db");
        drop(Hold::shared(&ledger).unwrap());
        let lock = folder.path().join("ledger.db-lock");
        let mode = std::fs::metadata(&lock).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o644);
        std::fs::set_permissions(&lock, Permissions::from_mode(0o444)).unwrap();
        Hold::shared(&ledger).unwrap();
    }
}
