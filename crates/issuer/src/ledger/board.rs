//! What the issuers of one ledger tell each other: public keys, and what was taken back.
//!
//! The board itself decides nothing. An edition's number only grows, and nothing is taken off but what can be forgotten, the
//! keys that their own issuer takes off, and those of an issuer that was not seen for as long as any link can live.

mod keys;
mod taken;

pub(crate) use self::keys::BoardKey;
use super::{Change, Ledger, LedgerError};

/// One board of a ledger: of those who issue under the same name, the `iss` of their tokens.
#[derive(Clone, Debug)]
pub(crate) struct Board {
    ledger: Ledger,
    issuer: String,
}

impl Board {
    pub(crate) fn of(ledger: Ledger, issuer: &str) -> Self {
        Self {
            ledger,
            issuer: issuer.to_owned(),
        }
    }

    /// The board is there for the rest of the change.
    async fn make(&self, change: &mut Change) -> Result<(), LedgerError> {
        let insert = "INSERT INTO boards (issuer, keys_seq, taken_seq, taken_digest) \
                      VALUES ($1, 0, 0, '') ON CONFLICT (issuer) DO NOTHING";
        let insert = sqlx::query(insert).bind(self.issuer.clone());
        insert.execute(change.connection()).await?;
        Ok(())
    }
}

fn number(seq: i64) -> Result<u64, LedgerError> {
    u64::try_from(seq).map_err(|_| LedgerError::Row { what: "a board" })
}

fn stored(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}
