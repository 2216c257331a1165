//! Which keys signed, from when to when: also those that are in no key set any more.

use room_token::Timestamp;
use sqlx::{AnyPool, Row};

use super::{LedgerError, moment};

/// One key's links.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct KeyUse {
    pub(crate) kid: String,
    /// When the first was signed, and when the last.
    pub(crate) first: Timestamp,
    pub(crate) last: Timestamp,
}

/// Jumps from key to key in the index: a million links of three keys are three looks.
pub(super) async fn all(pool: &AnyPool) -> Result<Vec<KeyUse>, LedgerError> {
    let select = "WITH RECURSIVE k(kid) AS (SELECT MIN(kid) FROM links UNION ALL \
                  SELECT (SELECT MIN(l.kid) FROM links l WHERE l.kid > k.kid) FROM k WHERE k.kid IS NOT NULL) \
                  SELECT k.kid AS kid, \
                  (SELECT MIN(f.issued_at) FROM links f WHERE f.kid = k.kid) AS first_at, \
                  (SELECT MAX(t.issued_at) FROM links t WHERE t.kid = k.kid) AS last_at \
                  FROM k WHERE k.kid IS NOT NULL";
    let rows = sqlx::query(select).fetch_all(pool).await?;
    let read = |row: &sqlx::any::AnyRow| {
        Ok(KeyUse {
            kid: row.try_get("kid")?,
            first: moment(row.try_get("first_at")?)?,
            last: moment(row.try_get("last_at")?)?,
        })
    };
    rows.iter().map(read).collect()
}
