//! Reading entries, for people.

use sqlx::AnyPool;

use super::chain::Chained;
use super::links::LinkRow;
use super::{LedgerError, audit};

/// Of one link: what names its token, and what took back its room, its key or its person since.
pub(super) async fn of(pool: &AnyPool, row: &LinkRow) -> Result<Vec<Chained>, LedgerError> {
    let record = &row.record;
    let select = "SELECT * FROM entries WHERE subject IN ($1, $2, $3, $4, $5) AND seq >= $6 ORDER BY seq LIMIT 200";
    let rows = sqlx::query(select)
        .bind(record.jti.clone())
        .bind(format!("jti:{}", record.jti))
        .bind(format!("room:{}", record.room))
        .bind(format!("kid:{}", record.kid))
        .bind(format!("id:{}", record.person))
        .bind(i64::try_from(row.seq).unwrap_or(i64::MAX))
        .fetch_all(pool)
        .await?;
    rows.iter().map(audit::read).collect()
}

/// The newest first.
pub(super) async fn before(
    pool: &AnyPool,
    before: Option<u64>,
    most: usize,
) -> Result<Vec<Chained>, LedgerError> {
    let before = before.and_then(|before| i64::try_from(before).ok());
    let rows = sqlx::query("SELECT * FROM entries WHERE seq < $1 ORDER BY seq DESC LIMIT $2")
        .bind(before.unwrap_or(i64::MAX))
        .bind(i64::try_from(most).unwrap_or(i64::MAX))
        .fetch_all(pool)
        .await?;
    rows.iter().map(audit::read).collect()
}
