//! A copy of a SQLite ledger, taken while it is in use.

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::connect::as_it_is;
use super::{CopyError, Head, Hold, LedgerAddress, LedgerError, audit};
use crate::locked_file::{folder_of, sync_folder};

/// See [`super::Ledger::backup`]. Killed on the way, it leaves a hidden file, and none of the name.
pub(super) async fn backup(address: &LedgerAddress, to: &Path) -> Result<Head, CopyError> {
    let ledger = file_of(address)?;
    there(&ledger)?;
    if to.exists() {
        return Err(exists(to));
    }
    let _hold = Hold::shared(&ledger)?;
    let new = beside(to)?;
    copy(&ledger, true, new.path()).await?;
    let pool = as_it_is(new.path(), false).await?;
    let head = audit::verify(&pool, None).await;
    pool.close().await;
    let head = head?;
    File::open(new.path())
        .and_then(|file| file.sync_all())
        .map_err(CopyError::file("write", to))?;
    new.persist_noclobber(to).map_err(|failed| {
        // Somebody else was faster.
        if failed.error.kind() == ErrorKind::AlreadyExists {
            exists(to)
        } else {
            CopyError::file("write", to)(failed.error)
        }
    })?;
    sync_folder(folder_of(to)).map_err(CopyError::file("write", to))?;
    Ok(head)
}

fn exists(to: &Path) -> CopyError {
    CopyError::Exists {
        path: to.to_owned(),
    }
}

/// The file of a ledger that is one.
pub(super) fn file_of(address: &LedgerAddress) -> Result<PathBuf, CopyError> {
    address.sqlite_file().ok_or(CopyError::Postgres)
}

/// A misspelt path must not make an empty ledger.
pub(super) fn there(path: &Path) -> Result<(), CopyError> {
    if path.is_file() {
        return Ok(());
    }
    Err(CopyError::Missing {
        path: path.to_owned(),
    })
}

/// A new file in the same folder, its owner's alone, that goes with whoever made it.
pub(super) fn beside(path: &Path) -> Result<NamedTempFile, CopyError> {
    let mut builder = tempfile::Builder::new();
    let new = builder.prefix(".roompass-").suffix(".db");
    new.tempfile_in(folder_of(path))
        .map_err(CopyError::file("write", path))
}

/// All of a database as it was at one moment, whoever goes on writing.
pub(super) async fn copy(from: &Path, may_write: bool, to: &Path) -> Result<(), LedgerError> {
    let pool = as_it_is(from, may_write).await?;
    let to = to.to_str().ok_or(LedgerError::Address)?.to_owned();
    let copied = sqlx::query("VACUUM INTO $1").bind(to).execute(&pool).await;
    pool.close().await;
    copied?;
    Ok(())
}
