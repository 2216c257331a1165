//! How many links were issued when: counted by the database, and only over what is asked for.

use room_token::Timestamp;
use sqlx::{AnyPool, Row};

use super::conditions::Conditions;
use super::{LedgerError, moment, seconds};

/// Every zone's days begin on a quarter of an hour.
const QUARTER: i64 = 900;

/// Clocks of several issuers may differ by so much: links are numbered as they are recorded.
const APART: i64 = 3600;

/// How many links of these rooms were issued in each quarter of an hour since a time; those without any are left out.
pub(super) async fn by_quarter(
    pool: &AnyPool,
    within_rooms: &[String],
    since: Timestamp,
) -> Result<Vec<(Timestamp, u64)>, LedgerError> {
    let first = first_number(pool, seconds(since).saturating_sub(APART)).await?;
    let mut query = Conditions::new("SELECT l.issued_at / ");
    query.text(&QUARTER.to_string());
    query.text(" AS quarter, COUNT(*) AS n FROM links l WHERE l.seq >= ");
    query.number(first);
    query.text(" AND (l.issued_at + 0) >= ");
    query.time(since);
    if !within_rooms.is_empty() {
        query.text(" AND ");
        super::listing::within(&mut query, super::conditions::Style::Plain, within_rooms);
    }
    query.text(" GROUP BY 1 ORDER BY 1");
    let rows = query.fetch_all(pool).await?;
    let read = |row: &sqlx::any::AnyRow| {
        let (quarter, count): (i64, i64) = (row.try_get("quarter")?, row.try_get("n")?);
        let at = moment(quarter.saturating_mul(QUARTER))?;
        Ok((at, u64::try_from(count).unwrap_or_default()))
    };
    rows.iter().map(read).collect()
}

/// The number of the first link since then, by halving: there is no index of times, which every link would pay for.
async fn first_number(pool: &AnyPool, since: i64) -> Result<i64, LedgerError> {
    let ends = sqlx::query(
        "SELECT COALESCE(MIN(seq), 0) AS low, COALESCE(MAX(seq), 0) AS high FROM links",
    );
    let ends = ends.fetch_one(pool).await?;
    let (mut low, mut high): (i64, i64) = (ends.try_get("low")?, ends.try_get("high")?);
    while low < high {
        let middle = low + (high - low) / 2;
        let next =
            sqlx::query("SELECT seq, issued_at FROM links WHERE seq >= $1 ORDER BY seq LIMIT 1");
        let next = next.bind(middle).fetch_one(pool).await?;
        let (seq, at): (i64, i64) = (next.try_get("seq")?, next.try_get("issued_at")?);
        if at < since {
            low = seq + 1;
        } else {
            high = middle;
        }
    }
    Ok(low)
}
