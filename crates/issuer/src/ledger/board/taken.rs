//! What was taken back, on the board.

use room_token::Timestamp;
use sqlx::{AnyConnection, Row};

use super::{Board, number, stored};
use crate::ledger::{LedgerError, seconds};
use crate::revocation_list::Exchange;
use crate::{Revocation, RevocationList};

impl Board {
    /// Tells the board what it does not have; gives what is to be learned, and the number of the edition then.
    pub(crate) async fn exchange(
        &self,
        list: &RevocationList,
        now: Timestamp,
    ) -> Result<Option<Exchange>, LedgerError> {
        let digest = list.digest(now);
        if self.is_up_to_date(list.seq(), &digest).await? {
            return Ok(None);
        }
        let mut change = self.ledger.change(now).await?;
        self.make(&mut change).await?;
        let board = self.taken(change.connection()).await?;
        let exchange = list.exchange(&board, now);
        for entry in &exchange.tell {
            self.tell(change.connection(), entry).await?;
        }
        let mut whole = board;
        whole.learn(&exchange.tell, exchange.seq);
        self.close(change.connection(), &whole, now).await?;
        change.commit().await?;
        Ok(Some(exchange))
    }

    async fn is_up_to_date(&self, seq: u64, digest: &str) -> Result<bool, LedgerError> {
        let select = "SELECT taken_seq, taken_digest FROM boards WHERE issuer = $1";
        let row = sqlx::query(select)
            .bind(self.issuer.clone())
            .fetch_optional(self.ledger.pool())
            .await?;
        let Some(row) = row else { return Ok(false) };
        let on_board: String = row.try_get("taken_digest")?;
        Ok(number(row.try_get("taken_seq")?)? == seq && on_board == digest)
    }

    async fn taken(&self, connection: &mut AnyConnection) -> Result<RevocationList, LedgerError> {
        let seq = sqlx::query("SELECT taken_seq FROM boards WHERE issuer = $1")
            .bind(self.issuer.clone())
            .fetch_one(&mut *connection)
            .await?;
        let rows = sqlx::query("SELECT entry FROM board_taken WHERE issuer = $1")
            .bind(self.issuer.clone())
            .fetch_all(connection)
            .await?;
        let entries = rows.iter().map(|row| {
            let entry: String = row.try_get("entry")?;
            // One that cannot be read must not be overlooked: it is somebody's word that a link is dead.
            Revocation::from_row(&entry).ok_or(LedgerError::Row {
                what: "a revocation",
            })
        });
        let entries = entries.collect::<Result<_, _>>()?;
        Ok(RevocationList::of(
            number(seq.try_get("taken_seq")?)?,
            entries,
        ))
    }

    async fn tell(
        &self,
        connection: &mut AnyConnection,
        entry: &Revocation,
    ) -> Result<(), LedgerError> {
        let insert = "INSERT INTO board_taken (issuer, entry, forget_at) VALUES ($1, $2, $3) \
                      ON CONFLICT (issuer, entry) DO NOTHING";
        sqlx::query(insert)
            .bind(self.issuer.clone())
            .bind(entry.to_row())
            .bind(seconds(entry.forget_at))
            .execute(connection)
            .await?;
        Ok(())
    }

    /// Forgets what names nothing alive, and numbers what is left.
    async fn close(
        &self,
        connection: &mut AnyConnection,
        whole: &RevocationList,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        sqlx::query("DELETE FROM board_taken WHERE issuer = $1 AND forget_at + 3600 <= $2")
            .bind(self.issuer.clone())
            .bind(seconds(now))
            .execute(&mut *connection)
            .await?;
        sqlx::query("UPDATE boards SET taken_seq = $2, taken_digest = $3 WHERE issuer = $1")
            .bind(self.issuer.clone())
            .bind(stored(whole.seq()))
            .bind(whole.digest(now))
            .execute(connection)
            .await?;
        Ok(())
    }
}
