//! What can go wrong with a ledger.

use thiserror::Error;

use super::ChainError;

/// Why the ledger did not do what was asked. Nothing was written then, unless it was never heard whether it was.
#[derive(Debug, Error)]
pub enum LedgerError {
    /// The address of the database.
    #[error(
        "this is no address of a ledger; write it like sqlite:/var/lib/roompass/ledger.db or postgres://user@host/roompass"
    )]
    Address,
    /// Somebody changed it behind our back.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// The schema.
    #[error(
        "the ledger's tables cannot be brought up to date ({why}); is this the newest roompass that uses it?"
    )]
    Migrate {
        /// In the library's words.
        why: String,
    },
    /// Another file is being put in its place.
    #[error("the ledger is being restored from a backup; try again in a minute")]
    Restoring,
    /// What is in it is not what we write.
    #[error(
        "the ledger holds a row that this roompass cannot read ({what}); is it newer than this roompass?"
    )]
    Row {
        /// Which.
        what: &'static str,
    },
    /// The database did not answer in time, or said no.
    #[error(
        "the ledger cannot be used ({why}); is its database running, and is there room on its disk?"
    )]
    Unavailable {
        /// In the database's words.
        why: String,
        /// The database's own code, if it gave one: SQLite's number, or PostgreSQL's `SQLSTATE`.
        code: Option<String>,
    },
}

impl From<sqlx::Error> for LedgerError {
    fn from(error: sqlx::Error) -> Self {
        // The database's own text may quote what was bound; its code does not.
        let code = error
            .as_database_error()
            .map(sqlx::error::DatabaseError::code);
        let (why, code) = match code {
            Some(Some(code)) => (format!("code {code}"), Some(code.into_owned())),
            Some(None) => ("it refused a statement".to_owned(), None),
            None => (error.to_string(), None),
        };
        Self::Unavailable { why, code }
    }
}
