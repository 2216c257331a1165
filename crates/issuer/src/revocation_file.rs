//! The file of a [`RevocationList`]: changed whole or not at all, by one at a time.

use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::RevocationList;
use crate::locked_file::{LockedFile, LockedFileError};
use crate::revocation_list::RevocationListError;

/// Where the list is kept, `*.json`. The commands and the service may use it at once.
#[derive(Clone, Debug)]
pub struct RevocationFile(LockedFile);

impl RevocationFile {
    /// Names the file; it need not be there yet.
    pub fn at(path: &Path) -> Self {
        Self(LockedFile::at(path.to_owned()))
    }

    /// Reads the list. A file that is not there is an empty list: nothing was taken back yet.
    ///
    /// # Errors
    /// [`RevocationFileError`] if it is there and cannot be read.
    pub fn read(&self) -> Result<RevocationList, RevocationFileError> {
        match self.0.read()? {
            Some(json) => RevocationList::parse(&json).map_err(|why| self.broken(why)),
            None => Ok(RevocationList::default()),
        }
    }

    /// Reads, changes and writes the list while nobody else does.
    ///
    /// # Errors
    /// [`RevocationFileError`]; nothing was changed then.
    pub fn change(
        &self,
        change: impl FnOnce(&mut RevocationList),
    ) -> Result<RevocationList, RevocationFileError> {
        let lock = self.0.lock()?;
        let mut list = self.read()?;
        change(&mut list);
        self.0.replace(&lock, &list.to_json())?;
        Ok(list)
    }

    fn broken(&self, why: RevocationListError) -> RevocationFileError {
        let path = self.0.path().to_owned();
        RevocationFileError::Broken { path, why }
    }
}

/// Why the list cannot be used.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum RevocationFileError {
    /// It is there, and is no list.
    #[error("{}: {why}", path.display())]
    Broken {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        why: RevocationListError,
    },
    /// The system said no.
    #[error(transparent)]
    File(#[from] LockedFileError),
}

#[cfg(test)]
mod tests {
    use std::fs;

    use room_token::{Revoked, RoomPattern, Timestamp};

    use super::*;
    use crate::Revocation;

    fn entry(room: &str) -> Revocation {
        let before = Timestamp::from_secs(100).unwrap();
        Revocation::new(
            Revoked::Room(RoomPattern::from_canonical(room).unwrap()),
            before,
        )
    }

    #[test]
    fn two_at_once_lose_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let file = RevocationFile::at(&folder.path().join("revocations.json"));
        let now = Timestamp::from_secs(100).unwrap();
        std::thread::scope(|scope| {
            for writer in 0..4 {
                let file = file.clone();
                scope.spawn(move || {
                    for number in 0..25 {
                        let entry = entry(&format!("room-{writer}-{number}"));
                        file.change(|list| list.add(entry, now)).unwrap();
                    }
                });
            }
        });
        let list = file.read().unwrap();
        assert_eq!((list.seq(), list.entries().len()), (100, 100));
    }

    #[test]
    fn a_broken_file_is_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("revocations.json");
        fs::write(&path, "{\"seq\":").unwrap();
        let file = RevocationFile::at(&path);
        let error = file
            .change(|list| list.add(entry("x"), Timestamp::MAX))
            .unwrap_err();
        assert!(
            error.to_string().contains("would revive every link"),
            "{error}"
        );
        assert_eq!(fs::read_to_string(&path).unwrap(), "{\"seq\":");
    }

    #[test]
    fn nobody_else_reads_it_and_a_missing_one_is_empty() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("revocations.json");
        let file = RevocationFile::at(&path);
        assert_eq!(file.read(), Ok(RevocationList::default()));
        file.change(|list| list.add(entry("x"), Timestamp::MAX))
            .unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(
                fs::metadata(&path).unwrap().permissions().mode() & 0o777,
                0o600
            );
        }
        let missing = RevocationFile::at(&folder.path().join("no/such/folder.json"));
        assert!(missing.change(|_| ()).is_err());
    }
}
