//! A transaction that ends in entries of the chain: what is done and the note of it stand or fall together.

use room_token::Timestamp;
use sqlx::any::AnyRow;
use sqlx::{Any, AnyPool, Row, Transaction};

use super::chain::{Chained, Entry, Head};
use super::{LedgerError, seconds};

/// Holds the end of the chain until it is committed or dropped.
pub(crate) struct Change {
    transaction: Transaction<'static, Any>,
    head: Head,
    now: Timestamp,
}

impl Change {
    /// Begins, once nobody else appends. The first statement writes: SQLite would not let a reader become a writer.
    pub(super) async fn begin(pool: &AnyPool, now: Timestamp) -> Result<Self, LedgerError> {
        let mut transaction = pool.begin().await?;
        let row = sqlx::query("UPDATE chain SET seq = seq WHERE id = 1 RETURNING seq, hash")
            .fetch_one(&mut *transaction)
            .await?;
        Ok(Self {
            head: head(&row)?,
            transaction,
            now,
        })
    }

    /// For statements of one's own.
    pub(crate) fn connection(&mut self) -> &mut sqlx::AnyConnection {
        &mut self.transaction
    }

    /// When it is.
    pub(crate) const fn now(&self) -> Timestamp {
        self.now
    }

    /// Appends an entry; gives its number.
    pub(crate) async fn note(
        &mut self,
        actor: &str,
        action: &str,
        subject: &str,
        detail: String,
    ) -> Result<i64, LedgerError> {
        let entry = Entry {
            at: self.now,
            actor: actor.to_owned(),
            action: action.to_owned(),
            subject: subject.to_owned(),
            detail,
        };
        let chained = self.head.push(entry);
        let seq = i64::try_from(chained.seq).unwrap_or(i64::MAX);
        let insert = "INSERT INTO entries (seq, at, actor, action, subject, detail, hash) \
                      VALUES ($1, $2, $3, $4, $5, $6, $7)";
        sqlx::query(insert)
            .bind(seq)
            .bind(seconds(chained.entry.at))
            .bind(chained.entry.actor)
            .bind(chained.entry.action)
            .bind(chained.entry.subject)
            .bind(chained.entry.detail)
            .bind(chained.hash)
            .execute(self.connection())
            .await?;
        Ok(seq)
    }

    /// Appends an entry to the chain that [`super::bulk`] writes; gives it in its place.
    pub(super) fn push(
        &mut self,
        actor: &str,
        action: &str,
        subject: &str,
        detail: &str,
    ) -> Chained {
        self.head.push(Entry {
            at: self.now,
            actor: actor.to_owned(),
            action: action.to_owned(),
            subject: subject.to_owned(),
            detail: detail.to_owned(),
        })
    }

    /// Makes it durable.
    pub(crate) async fn commit(mut self) -> Result<(), LedgerError> {
        let seq = i64::try_from(self.head.seq).unwrap_or(i64::MAX);
        sqlx::query("UPDATE chain SET seq = $1, hash = $2 WHERE id = 1")
            .bind(seq)
            .bind(self.head.hash.clone())
            .execute(&mut *self.transaction)
            .await?;
        Ok(self.transaction.commit().await?)
    }
}

/// Reads the end of the chain.
pub(super) fn head(row: &AnyRow) -> Result<Head, LedgerError> {
    let seq: i64 = row.try_get("seq")?;
    Ok(Head {
        seq: u64::try_from(seq).map_err(|_| LedgerError::Row { what: "chain" })?,
        hash: row.try_get("hash")?,
    })
}
