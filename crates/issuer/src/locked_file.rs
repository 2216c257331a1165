//! A small file that several processes may change: by one at a time, and whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

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
    pub(crate) fn read(&self) -> io::Result<Option<String>> {
        match fs::read_to_string(&self.path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Waits until nobody else changes it. The system takes the lock back from a process that is killed.
    pub(crate) fn lock(&self) -> io::Result<Lock> {
        let file = private(&self.beside("lock"))?;
        file.lock()?;
        Ok(Lock(file))
    }

    /// Puts a new text in its place. Killed in between, it leaves the old one.
    pub(crate) fn replace(&self, _held: &Lock, text: &str) -> io::Result<()> {
        let new = self.beside("new");
        let mut file = private(&new)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&new, &self.path)
    }

    fn beside(&self, ending: &str) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(format!(".{ending}"));
        name.into()
    }
}

/// Names of people and teams may stand in it.
fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
