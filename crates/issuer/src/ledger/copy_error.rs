//! What can go wrong with a backup, on its way out or in.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::LedgerError;

/// Why there is no backup, or why nothing was restored.
#[derive(Debug, Error)]
pub enum CopyError {
    /// A backup overwrites nothing.
    #[error("{} is there already, and a backup overwrites nothing; name another file", path.display())]
    Exists {
        /// Where.
        path: PathBuf,
    },
    /// The system said no.
    #[error("cannot {doing} {} ({why}); may this user write there, and is there room on the disk?", path.display())]
    File {
        /// To do what.
        doing: &'static str,
        /// Which.
        path: PathBuf,
        /// In its words.
        why: String,
    },
    /// A ledger that is open would go on in the old file.
    #[error(
        "somebody has the ledger open, so nothing was restored; stop `roompass serve` and whatever else uses it, and try again"
    )]
    InUse,
    /// The ledger, or its chain.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// Nothing to copy.
    #[error("there is no file {}; check the path", path.display())]
    Missing {
        /// Which.
        path: PathBuf,
    },
    /// Another database, or none.
    #[error("{} is no backup of a ledger ({why}); take one that `roompass ledger backup` made", path.display())]
    NoBackup {
        /// Which.
        path: PathBuf,
        /// In the database's words.
        why: String,
    },
    /// It has tools of its own.
    #[error(
        "this ledger is in PostgreSQL, not in a file; use pg_dump and pg_restore, and then `roompass audit verify`"
    )]
    Postgres,
}

impl CopyError {
    /// For `map_err`.
    pub(super) fn file(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::File {
            doing,
            path,
            why: error.to_string(),
        }
    }
}
