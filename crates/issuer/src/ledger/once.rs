//! Requests that are carried out once, however often they come.

use room_token::Timestamp;
use sha2::{Digest, Sha256};
use sqlx::{AnyPool, Row};

use super::change::Change;
use super::{LedgerError, hex, seconds};

/// A request that may come again: whose it is, by which key, and what it asks for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Once {
    scope: String,
    key: String,
    body: String,
}

/// For so many seconds a request is known again.
const KEPT: u64 = 24 * 3600;

impl Once {
    /// Keys of different people are different keys.
    pub(crate) fn new(scope: &str, key: &str, body: &[u8]) -> Self {
        Self {
            scope: scope.to_owned(),
            key: hex(&Sha256::digest(key.as_bytes())),
            body: hex(&Sha256::digest(body)),
        }
    }
}

/// What the ledger says to a request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Earlier {
    /// It was carried out: this link.
    Done { jti: String },
    /// Its key came with another request.
    Other,
}

/// Whether a link was recorded by this request, or had been by the same one before.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Written {
    Now,
    Before,
}

/// What became of it when it came before, if it did.
pub(super) async fn earlier(
    pool: &AnyPool,
    once: &Once,
    now: Timestamp,
) -> Result<Option<Earlier>, LedgerError> {
    let select =
        "SELECT body, jti FROM requests WHERE scope = $1 AND hash = $2 AND expires_at > $3";
    let row = sqlx::query(select)
        .bind(once.scope.clone())
        .bind(once.key.clone())
        .bind(seconds(now))
        .fetch_optional(pool)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let body: String = row.try_get("body")?;
    let jti = row.try_get("jti")?;
    Ok(Some(if body == once.body {
        Earlier::Done { jti }
    } else {
        Earlier::Other
    }))
}

/// Takes the key for this link; false if it is taken. Of two at once, one waits for the other's commit.
pub(super) async fn take(change: &mut Change, once: &Once, jti: &str) -> Result<bool, LedgerError> {
    let now = change.now();
    sqlx::query("DELETE FROM requests WHERE expires_at <= $1")
        .bind(seconds(now))
        .execute(change.connection())
        .await?;
    let insert = "INSERT INTO requests (scope, hash, body, jti, expires_at) VALUES ($1, $2, $3, $4, $5) \
                  ON CONFLICT (scope, hash) DO NOTHING";
    let taken = sqlx::query(insert)
        .bind(once.scope.clone())
        .bind(once.key.clone())
        .bind(once.body.clone())
        .bind(jti.to_owned())
        .bind(seconds(now.plus(KEPT)))
        .execute(change.connection())
        .await?;
    Ok(taken.rows_affected() == 1)
}
