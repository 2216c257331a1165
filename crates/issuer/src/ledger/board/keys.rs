//! The public keys on the board.

use room_token::{Lifetime, Timestamp};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::{Board, number, stored};
use crate::ledger::{LedgerError, seconds};

/// A key as it stands there.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct BoardKey {
    /// Which issuer put it there.
    pub(crate) holder: String,
    pub(crate) kid: String,
    /// The public half, its state and its scope.
    pub(crate) jwk: String,
    /// Whether that issuer has it from another team.
    pub(crate) imported: bool,
    /// Since when all publish it, in seconds since 1970; 0 if nobody else was there.
    pub(crate) since: u64,
    /// When its issuer said last that it is there.
    pub(crate) seen_at: u64,
}

/// An issuer says so often that it is there, in seconds: rarely, for it costs a write.
const SAY_AFTER: u64 = 3600;

impl Board {
    /// Puts the keys of one issuer there as they are now, and no others of that issuer; gives the whole board and its number,
    /// which is at least `seq`.
    pub(crate) async fn publish(
        &self,
        holder: &str,
        mine: &[BoardKey],
        seq: u64,
        now: Timestamp,
    ) -> Result<(Vec<BoardKey>, u64), LedgerError> {
        let (all, number) = self.read(&mut *self.ledger.pool().acquire().await?).await?;
        let there: Vec<_> = all.iter().filter(|key| key.holder == holder).collect();
        if number >= seq && says_the_same(&there, mine) {
            if !there.iter().all(|key| key.was_seen(now)) {
                self.be_seen(holder, now).await?;
            }
            return Ok((all, number));
        }
        let mut change = self.ledger.change(now).await?;
        self.make(&mut change).await?;
        let connection = change.connection();
        let (before, _) = self.read(connection).await?;
        // Nobody else publishes a set that lacks it.
        let is_alone = before.iter().all(|key| key.holder == holder);
        self.clear(connection, holder, now).await?;
        for key in mine {
            let known = before.iter().find(|old| old.is_the_same(key));
            let since = known.map_or(if is_alone { 0 } else { now.as_secs() }, |old| old.since);
            self.put(connection, key, since, now).await?;
        }
        let update = "UPDATE boards SET keys_seq = CASE WHEN keys_seq > $2 THEN keys_seq ELSE $2 END + 1 \
                      WHERE issuer = $1";
        sqlx::query(update)
            .bind(self.issuer.clone())
            .bind(stored(seq))
            .execute(&mut *connection)
            .await?;
        let board = self.read(connection).await?;
        change.commit().await?;
        Ok(board)
    }

    /// Says that this issuer is there, and nothing else.
    async fn be_seen(&self, holder: &str, now: Timestamp) -> Result<(), LedgerError> {
        sqlx::query("UPDATE board_keys SET seen_at = $3 WHERE issuer = $1 AND holder = $2")
            .bind(self.issuer.clone())
            .bind(holder.to_owned())
            .bind(seconds(now))
            .execute(self.ledger.pool())
            .await?;
        Ok(())
    }

    async fn read(
        &self,
        connection: &mut AnyConnection,
    ) -> Result<(Vec<BoardKey>, u64), LedgerError> {
        let select = "SELECT holder, kid, jwk, imported, since, seen_at FROM board_keys \
                      WHERE issuer = $1 ORDER BY kid, holder";
        let rows = sqlx::query(select)
            .bind(self.issuer.clone())
            .fetch_all(&mut *connection)
            .await?;
        let seq = sqlx::query("SELECT keys_seq FROM boards WHERE issuer = $1")
            .bind(self.issuer.clone())
            .fetch_optional(connection)
            .await?;
        let seq = seq.map_or(Ok(0), |row| row.try_get("keys_seq"))?;
        let keys = rows.iter().map(key).collect::<Result<_, _>>()?;
        Ok((keys, number(seq)?))
    }

    /// Takes off this issuer's keys, and those of issuers that are no more and no link of which can live.
    async fn clear(
        &self,
        connection: &mut AnyConnection,
        holder: &str,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        let long_ago = now
            .as_secs()
            .saturating_sub(Lifetime::MAX.as_secs() + 86_400);
        sqlx::query("DELETE FROM board_keys WHERE issuer = $1 AND (holder = $2 OR seen_at < $3)")
            .bind(self.issuer.clone())
            .bind(holder.to_owned())
            .bind(stored(long_ago))
            .execute(connection)
            .await?;
        Ok(())
    }

    async fn put(
        &self,
        connection: &mut AnyConnection,
        key: &BoardKey,
        since: u64,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        let insert = "INSERT INTO board_keys (issuer, holder, kid, jwk, imported, since, seen_at) \
                      VALUES ($1, $2, $3, $4, $5, $6, $7)";
        sqlx::query(insert)
            .bind(self.issuer.clone())
            .bind(key.holder.clone())
            .bind(key.kid.clone())
            .bind(key.jwk.clone())
            .bind(i64::from(key.imported))
            .bind(stored(since))
            .bind(seconds(now))
            .execute(connection)
            .await?;
        Ok(())
    }
}

impl BoardKey {
    fn is_the_same(&self, other: &Self) -> bool {
        self.holder == other.holder && self.kid == other.kid
    }

    fn says_the_same(&self, other: &Self) -> bool {
        self.is_the_same(other) && self.jwk == other.jwk && self.imported == other.imported
    }

    fn was_seen(&self, now: Timestamp) -> bool {
        now.as_secs() < self.seen_at.saturating_add(SAY_AFTER)
    }
}

fn says_the_same(there: &[&BoardKey], mine: &[BoardKey]) -> bool {
    let has = |key: &BoardKey| there.iter().any(|old| old.says_the_same(key));
    there.len() == mine.len() && mine.iter().all(has)
}

fn key(row: &AnyRow) -> Result<BoardKey, LedgerError> {
    let imported: i64 = row.try_get("imported")?;
    Ok(BoardKey {
        holder: row.try_get("holder")?,
        kid: row.try_get("kid")?,
        jwk: row.try_get("jwk")?,
        imported: imported != 0,
        since: number(row.try_get("since")?)?,
        seen_at: number(row.try_get("seen_at")?)?,
    })
}
