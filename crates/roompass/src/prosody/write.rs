//! Files replaced whole or not at all, and all of them or none.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};

use crate::failure::Failure;

use super::Config;

/// One file that becomes another.
pub(super) struct Change {
    path: PathBuf,
    real: PathBuf,
    old: Vec<u8>,
    new: Vec<u8>,
    diff: String,
}

impl Change {
    /// Of all files, those that change.
    pub(super) fn all(configs: &[Config], texts: &[String]) -> Result<Vec<Self>, Failure> {
        let pairs = configs.iter().zip(texts);
        let changed = pairs.filter(|(config, text)| config.text() != **text);
        changed
            .map(|(config, text)| Self::of(config, text))
            .collect()
    }

    fn of(config: &Config, text: &str) -> Result<Self, Failure> {
        let name = config.path.display().to_string();
        Ok(Self {
            path: config.path.clone(),
            real: config.real.clone(),
            old: config.bytes.clone(),
            new: config.bytes_of(text)?,
            diff: prosody_config::diff(&name, &config.text(), text),
        })
    }

    pub(super) fn diff(&self) -> String {
        self.diff.clone()
    }

    pub(super) fn real(&self) -> &Path {
        &self.real
    }

    fn backup(&self) -> PathBuf {
        let mut name = self.real.clone().into_os_string();
        name.push(".before-roompass");
        name.into()
    }

    /// Between the diff that somebody said yes to and now, nobody else may have written.
    fn is_still_old(&self) -> Result<(), Failure> {
        let now = fs::read(&self.real).map_err(|e| unwritten(&self.path, &e))?;
        if now == self.old {
            return Ok(());
        }
        let what = format!(
            "{} was changed by somebody else meanwhile",
            self.path.display()
        );
        Err(Failure::new(
            what,
            "nothing was written; run this again and look at the new diff",
        )
        .not_done())
    }

    fn write(&self) -> Result<(), Failure> {
        self.is_still_old()?;
        replace(&self.backup(), &self.real, &self.old)
            .and_then(|()| replace(&self.real, &self.real, &self.new))
            .map_err(|e| unwritten(&self.path, &e))
    }
}

/// Writes all; if one fails, those before it become again what they were.
pub(super) fn all(changes: &[Change]) -> Result<Vec<&Change>, Failure> {
    let mut written = Vec::new();
    for change in changes {
        change.is_still_old()?;
    }
    for change in changes {
        if let Err(failure) = change.write() {
            undo(&written)?;
            return Err(failure);
        }
        written.push(change);
    }
    Ok(written)
}

/// Makes written files what they were.
pub(super) fn undo(written: &[&Change]) -> Result<(), Failure> {
    for change in written {
        replace(&change.real, &change.real, &change.old).map_err(|e| {
            let what = format!("cannot write {} back: {e}", change.path.display());
            let hint = format!("copy {} over it", change.backup().display());
            Failure::new(what, hint)
        })?;
    }
    Ok(())
}

/// Puts a file in its place in one step, with the owner and mode of `model`; a configuration holds secrets.
fn replace(path: &Path, model: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let metadata = fs::metadata(model)?;
    let mut file = tempfile::Builder::new()
        .prefix(".roompass-")
        .tempfile_in(folder)?;
    file.write_all(bytes)?;
    let made = fs::metadata(file.path())?;
    if (made.uid(), made.gid()) != (metadata.uid(), metadata.gid()) {
        chown(file.path(), Some(metadata.uid()), Some(metadata.gid()))?;
    }
    fs::set_permissions(file.path(), metadata.permissions())?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|e| e.error)?;
    Ok(())
}

fn unwritten(path: &Path, error: &io::Error) -> Failure {
    Failure::new(
        format!("cannot write {}: {error}", path.display()),
        "nothing was changed; run this as root, and see that the disk has room",
    )
}
