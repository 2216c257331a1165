//! A small file that several processes may change: by one at a time, and whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use thiserror::Error;

/// Where it is. Beside it lie `.lock`, and for a moment `.new`.
#[derive(Clone, Debug)]
pub(crate) struct LockedFile {
    path: PathBuf,
}

/// Held while a change is made; another process waits for it.
pub(crate) struct Lock(#[expect(dead_code, reason = "the lock ends when the file is closed")] File);

impl LockedFile {
    pub(crate) const fn at(path: PathBuf) -> Self {
        Self { path }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Its text, or `None` if it is not there.
    pub(crate) fn read(&self) -> Result<Option<String>, LockedFileError> {
        match fs::read_to_string(&self.path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.fault("read", &error)),
        }
    }

    /// Waits until nobody else changes it. The system takes the lock back from a process that is killed.
    pub(crate) fn lock(&self) -> Result<Lock, LockedFileError> {
        let file = held(&self.beside("lock"));
        let locked = file.and_then(|file| file.lock().map(|()| Lock(file)));
        locked.map_err(|error| self.fault("lock", &error))
    }

    /// Puts a new text in its place. Killed in between, it leaves the old one; done, it stays over a power failure.
    pub(crate) fn replace(&self, _held: &Lock, text: &str) -> Result<(), LockedFileError> {
        self.put(text).map_err(|error| self.fault("write", &error))
    }

    fn put(&self, text: &str) -> io::Result<()> {
        let new = self.beside("new");
        // What somebody who was killed left behind. Never written through: it may be a link to elsewhere by now.
        fs::remove_file(&new).ok();
        let mut file = private(&new)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&new, &self.path)?;
        sync_folder(folder_of(&self.path))
    }

    fn fault(&self, doing: &'static str, error: &io::Error) -> LockedFileError {
        LockedFileError {
            path: self.path.clone(),
            doing,
            why: error.to_string(),
        }
    }

    fn beside(&self, ending: &str) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(format!(".{ending}"));
        name.into()
    }
}

/// A new file. Names of people and teams may stand in it.
fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    give_to_owner(&file, folder_of(path))?;
    Ok(file)
}

/// One that is there, or a new one.
fn held(path: &Path) -> io::Result<File> {
    match private(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            OpenOptions::new().write(true).open(path)
        }
        made => made,
    }
}

/// What root makes in a folder is its owner's: a service that runs as another user must read it tomorrow.
#[cfg(unix)]
pub(crate) fn give_to_owner(made: &File, folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let folder = fs::metadata(folder)?;
    if made.metadata()?.uid() == 0 && folder.uid() != 0 {
        fchown(made, Some(folder.uid()), Some(folder.gid()))?;
    }
    Ok(())
}

#[cfg(not(unix))]
pub(crate) fn give_to_owner(_made: &File, _folder: &Path) -> io::Result<()> {
    Ok(())
}

/// Where a file lies.
pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    }
}

/// Without it, a new name may be gone after a power failure.
#[cfg(unix)]
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
pub(crate) fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

/// The system said no.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("cannot {doing} {} ({why}); may this user write in its folder, and is there room on the disk?", path.display())]
pub struct LockedFileError {
    path: PathBuf,
    doing: &'static str,
    why: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Only root can try it; nobody else can do the harm.
    #[cfg(unix)]
    #[test]
    fn what_root_changes_stays_the_folders_owners() {
        use std::os::unix::fs::{MetadataExt, chown, symlink};
        let folder = tempfile::tempdir().unwrap();
        if fs::metadata(folder.path()).unwrap().uid() != 0 {
            return;
        }
        chown(folder.path(), Some(12_345), Some(12_346)).unwrap();
        let file = LockedFile::at(folder.path().join("list.json"));
        let elsewhere = tempfile::NamedTempFile::new().unwrap();
        fs::write(elsewhere.path(), "somebody's").unwrap();
        symlink(elsewhere.path(), file.beside("new")).unwrap();
        let lock = file.lock().unwrap();
        file.replace(&lock, "text").unwrap();
        for path in [file.path().to_owned(), file.beside("lock")] {
            let metadata = fs::metadata(path).unwrap();
            assert_eq!((metadata.uid(), metadata.gid()), (12_345, 12_346));
        }
        let kept = fs::read_to_string(elsewhere.path()).unwrap();
        assert_eq!(kept, "somebody's", "a link led the change elsewhere");
        assert_eq!(fs::metadata(elsewhere.path()).unwrap().uid(), 0);
    }

    #[test]
    fn a_file_is_there_whole_or_says_which_cannot_be_used() {
        let folder = tempfile::tempdir().unwrap();
        let file = LockedFile::at(folder.path().join("list.json"));
        assert_eq!(file.read(), Ok(None));
        let lock = file.lock().unwrap();
        file.replace(&lock, "text").unwrap();
        assert_eq!(file.read(), Ok(Some("text".to_owned())));
        assert!(!file.beside("new").exists());

        let nowhere = LockedFile::at(folder.path().join("absent/list.json"));
        let error = nowhere.lock().map(drop).unwrap_err().to_string();
        assert!(error.starts_with("cannot lock "), "{error}");
        assert!(error.contains("absent/list.json"), "{error}");
        let error = nowhere.replace(&lock, "text").unwrap_err().to_string();
        assert!(error.starts_with("cannot write "), "{error}");
        let error = LockedFile::at(folder.path().to_owned()).read();
        let error = error.unwrap_err().to_string();
        assert!(error.starts_with("cannot read "), "{error}");
    }
}
