//! Reading the chain, and making sure that nobody changed it.

use serde_json::Value;
use sqlx::any::AnyRow;
use sqlx::{AnyPool, AssertSqlSafe, Row};

use super::chain::{ChainError, Chained, Entry, Head};
use super::links::{self, LinkRow};
use super::{LedgerError, change, moment};

/// Read at a time: a ledger of years must not have to fit into memory.
const PAGE: i64 = 1000;

/// Follows the whole chain, and holds every link's row against its entry.
///
/// What came in while this ran is left for the next time.
pub(super) async fn verify(pool: &AnyPool, noted: Option<&Head>) -> Result<Head, LedgerError> {
    let end = end(pool).await?;
    let mut head = Head::empty();
    let mut is_on_the_way = noted.is_none_or(|noted| *noted == head);
    while head.seq < end.seq {
        let page = page(pool, head.seq).await?;
        let Some(last) = page.last() else { break };
        let rows = link_rows(pool, head.seq, last.seq).await?;
        compare(&page, &rows)?;
        for next in page.iter().take_while(|next| next.seq <= end.seq) {
            head.follow(next)?;
            is_on_the_way |= noted == Some(&head);
        }
    }
    let expected = match noted {
        Some(noted) if !is_on_the_way => noted.clone(),
        Some(_) | None => end,
    };
    if head != expected {
        return Err(ChainError::Cut {
            expected,
            found: head,
        }
        .into());
    }
    strays(pool).await?;
    Ok(head)
}

async fn end(pool: &AnyPool) -> Result<Head, LedgerError> {
    let row = sqlx::query("SELECT seq, hash FROM chain WHERE id = 1");
    change::head(&row.fetch_one(pool).await?)
}

async fn page(pool: &AnyPool, after: u64) -> Result<Vec<Chained>, LedgerError> {
    let rows = sqlx::query("SELECT * FROM entries WHERE seq > $1 ORDER BY seq LIMIT $2")
        .bind(i64::try_from(after).unwrap_or(i64::MAX))
        .bind(PAGE)
        .fetch_all(pool)
        .await?;
    rows.iter().map(read).collect()
}

async fn link_rows(pool: &AnyPool, after: u64, last: u64) -> Result<Vec<LinkRow>, LedgerError> {
    let select = format!(
        "{} WHERE l.seq > $1 AND l.seq <= $2 ORDER BY l.seq",
        links::SELECT
    );
    let rows = sqlx::query(AssertSqlSafe(select))
        .bind(i64::try_from(after).unwrap_or(i64::MAX))
        .bind(i64::try_from(last).unwrap_or(i64::MAX))
        .fetch_all(pool)
        .await?;
    rows.iter().map(links::read).collect()
}

/// Each link's entry has a row that says the same, and each row an entry.
fn compare(page: &[Chained], rows: &[LinkRow]) -> Result<(), ChainError> {
    let issued = page.iter().filter(|next| next.entry.action == links::ISSUE);
    let mut rows = rows.iter();
    for next in issued {
        let agrees = rows.next().is_some_and(|row| agrees(&next.entry, row));
        if !agrees {
            let jti = next.entry.subject.clone();
            return Err(ChainError::Link { jti });
        }
    }
    match rows.next() {
        Some(stray) => Err(ChainError::Link {
            jti: stray.record.jti.clone(),
        }),
        None => Ok(()),
    }
}

fn agrees(entry: &Entry, row: &LinkRow) -> bool {
    let record = &row.record;
    let claims: Value = serde_json::from_str(&entry.detail).unwrap_or_default();
    let time = |name: &str| claims.get(name).and_then(Value::as_u64);
    let text = |name: &str| {
        claims
            .pointer(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    record.jti == entry.subject
        && row.issued_by == entry.actor
        && time("iat") == Some(record.issued_at.as_secs())
        && time("exp") == Some(record.expires_at.as_secs())
        && time("nbf")
            .unwrap_or_default()
            .max(record.issued_at.as_secs())
            == record.opens_at.as_secs()
        && text("/context/user/name") == record.name
        && text("/context/user/affiliation") == record.affiliation
        && [text("/context/user/id"), ""].contains(&record.person.as_str())
        && [text("/parent/jti"), ""].contains(&record.parent.as_str())
        && text("/room") == record.room
        && text("/jti") == record.jti
}

/// A row without an entry is a link that nobody issued.
async fn strays(pool: &AnyPool) -> Result<(), LedgerError> {
    let select = "SELECT jti FROM links WHERE NOT EXISTS (SELECT 1 FROM entries WHERE entries.seq = links.seq) LIMIT 1";
    let stray = sqlx::query(select).fetch_optional(pool).await?;
    match stray {
        Some(row) => Err(ChainError::Link {
            jti: row.try_get("jti")?,
        }
        .into()),
        None => Ok(()),
    }
}

pub(super) fn read(row: &AnyRow) -> Result<Chained, LedgerError> {
    let seq: i64 = row.try_get("seq")?;
    let entry = Entry {
        at: moment(row.try_get("at")?)?,
        actor: row.try_get("actor")?,
        action: row.try_get("action")?,
        subject: row.try_get("subject")?,
        detail: row.try_get("detail")?,
    };
    Ok(Chained {
        seq: u64::try_from(seq).map_err(|_| LedgerError::Row { what: "entries" })?,
        entry,
        hash: row.try_get("hash")?,
    })
}
