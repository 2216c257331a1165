//! The ledger: what was issued, and everything that was done, for administrators. No door ever reads it.
//!
//! A link is shown only after its row is durable. The token itself is never kept: the claims are, so a link can be
//! issued again, not looked up.

mod audit;
mod backup;
mod board;
mod bookings;
mod bulk;
mod chain;
mod change;
mod conditions;
mod connect;
mod copy_error;
mod error;
mod history;
mod hold;
mod issuing;
mod key_uses;
mod links;
mod listing;
mod notes;
mod once;
mod restore;
mod successor;
mod taken;
mod writer;

use std::path::Path;
use std::sync::Arc;

use room_token::{RoomName, Timestamp};
use sqlx::{AnyPool, Row};

pub(crate) use self::board::{Board, BoardKey};
pub use self::chain::{ChainError, Chained, Entry, Head};
pub(crate) use self::change::Change;
pub use self::connect::LedgerAddress;
pub use self::copy_error::CopyError;
pub use self::error::LedgerError;
use self::hold::Hold;
pub(crate) use self::key_uses::KeyUse;
pub use self::links::{LinkRecord, LinkRow, Origin};
use self::listing::{Bounds, Search};
pub(crate) use self::listing::{LinkFilter, LinkPage, LinkState};
pub(crate) use self::once::{Earlier, Once, Written};
pub use self::restore::Restored;
pub(crate) use self::successor::Relation;
pub(crate) use self::taken::Taken;
use self::writer::Writer;
use crate::{IssuedLink, MeetingNote};

/// An open ledger. Cheap to clone; several processes may have the same one open.
#[derive(Clone, Debug)]
pub struct Ledger {
    pool: AnyPool,
    writer: Writer,
    /// As long as somebody has it, nobody puts another file in the ledger's place.
    _hold: Option<Arc<Hold>>,
}

impl Ledger {
    /// Connects, and brings the tables up to date.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub async fn open(address: &LedgerAddress) -> Result<Self, LedgerError> {
        let file = address.sqlite_file();
        let hold = file.map(|file| Hold::shared(&file)).transpose()?;
        let pool = connect::connect(address).await?;
        Ok(Self {
            _hold: hold.map(Arc::new),
            writer: Writer::start(pool.clone()),
            pool,
        })
    }

    /// Copies a SQLite ledger into a new file, also while it is in use, and makes sure of the copy; gives where its
    /// chain ends.
    ///
    /// # Errors
    /// [`CopyError`]; then there is no new file.
    pub async fn backup(address: &LedgerAddress, to: &Path) -> Result<Head, CopyError> {
        backup::backup(address, to).await
    }

    /// Puts a backup in the ledger's place, once its chain is known to be whole, and keeps what was there beside it.
    /// Every session ends, and links for a passphrase or an account are good no more. `noted` must lie on its chain.
    ///
    /// # Errors
    /// [`CopyError`]; then the ledger is as it was.
    pub async fn restore(
        address: &LedgerAddress,
        from: &Path,
        noted: Option<&Head>,
        now: Timestamp,
    ) -> Result<Restored, CopyError> {
        restore::restore(address, from, noted, now).await
    }

    /// Records a link; it may be shown once this is done.
    ///
    /// # Errors
    /// [`LedgerError`]; then it must not be shown.
    pub async fn record(
        &self,
        actor: &str,
        issued: &IssuedLink,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        let record = LinkRecord::of(issued);
        self.writer.write(actor, record, None, now).await.map(drop)
    }

    /// The same for a request that may come twice: only the first one's link is recorded.
    pub(crate) async fn record_once(
        &self,
        actor: &str,
        issued: &IssuedLink,
        once: Once,
        now: Timestamp,
    ) -> Result<Written, LedgerError> {
        let record = LinkRecord::of(issued);
        self.writer.write(actor, record, Some(once), now).await
    }

    /// What became of such a request, if it came before.
    pub(crate) async fn earlier(
        &self,
        once: &Once,
        now: Timestamp,
    ) -> Result<Option<Earlier>, LedgerError> {
        once::earlier(&self.pool, once, now).await
    }

    /// Records all links of a batch, or none: they may be shown once this is done.
    ///
    /// # Errors
    /// [`LedgerError`]; then none may be shown.
    pub async fn record_all(
        &self,
        actor: &str,
        issued: &[IssuedLink],
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        bulk::record(self.change(now).await?, actor, issued, &[]).await
    }

    /// The same, with what calendars say of each one's meeting.
    pub(crate) async fn record_meetings(
        &self,
        actor: &str,
        issued: &[IssuedLink],
        notes: &[MeetingNote],
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        bulk::record(self.change(now).await?, actor, issued, notes).await
    }

    /// The links of a room that hold at some time from one until the other.
    pub(crate) async fn bookings(
        &self,
        room: &RoomName,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<LinkRow>, LedgerError> {
        bookings::of_room(&self.pool, room, from, until).await
    }

    /// Finishes what is under way; then the ledger is away.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// The link of this token, if it was issued here.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub async fn link(&self, jti: &str) -> Result<Option<LinkRow>, LedgerError> {
        links::find(&self.pool, jti).await
    }

    /// Whether the chain is whole, and where it ends. `noted` is an end that was written down earlier; it must lie on
    /// the chain.
    ///
    /// # Errors
    /// [`LedgerError::Chain`] names the first entry that does not fit.
    pub async fn verify(&self, noted: Option<&Head>) -> Result<Head, LedgerError> {
        audit::verify(&self.pool, noted).await
    }

    /// The links that a filter lets through, the newest first, at most so many.
    pub(crate) async fn search(
        &self,
        filter: &LinkFilter,
        taken: &Taken,
        now: Timestamp,
        most: usize,
    ) -> Result<LinkPage, LedgerError> {
        let bounds = Bounds::DEFAULT;
        let search = Search {
            filter,
            taken,
            now,
            bounds,
        };
        search.page(&self.pool, most).await
    }

    /// How many of them have not ended; at most so many are counted.
    pub(crate) async fn count_alive(
        &self,
        filter: &LinkFilter,
        taken: &Taken,
        now: Timestamp,
        most: i64,
    ) -> Result<i64, LedgerError> {
        let bounds = Bounds::DEFAULT;
        let search = Search {
            filter,
            taken,
            now,
            bounds,
        };
        search.count_alive(&self.pool, most).await
    }

    /// What is open at some time from one until the other, by its end, of rooms that begin so; at most so many.
    pub(crate) async fn between(
        &self,
        within: &[String],
        room: &str,
        from: Timestamp,
        until: Timestamp,
        most: usize,
    ) -> Result<Vec<LinkRow>, LedgerError> {
        listing::between(&self.pool, within, room, (from, until), most).await
    }

    /// How many links of these rooms were issued in each quarter of an hour since then.
    pub(crate) async fn issued_by_quarter(
        &self,
        within: &[String],
        since: Timestamp,
    ) -> Result<Vec<(Timestamp, u64)>, LedgerError> {
        issuing::by_quarter(&self.pool, within, since).await
    }

    /// Everything that was done to a link, the oldest first.
    pub(crate) async fn history(&self, row: &LinkRow) -> Result<Vec<Chained>, LedgerError> {
        history::of(&self.pool, row).await
    }

    /// Everything that was done, the newest first: what is older than an entry, at most so many.
    pub(crate) async fn entries(
        &self,
        before: Option<u64>,
        most: usize,
    ) -> Result<Vec<Chained>, LedgerError> {
        history::before(&self.pool, before, most).await
    }

    /// Records a link that was made from another, and both in each other's history; gives its record.
    pub(crate) async fn record_next(
        &self,
        actor: &str,
        issued: &IssuedLink,
        relation: Relation<'_>,
        now: Timestamp,
    ) -> Result<LinkRecord, LedgerError> {
        successor::record(self.change(now).await?, actor, issued, relation).await
    }

    /// Which keys signed, and when.
    pub(crate) async fn key_uses(&self) -> Result<Vec<KeyUse>, LedgerError> {
        key_uses::all(&self.pool).await
    }

    /// What a set-up learned.
    pub(crate) async fn setting(&self, name: &str) -> Result<Option<String>, LedgerError> {
        let select = sqlx::query("SELECT value FROM settings WHERE name = $1");
        let row = select
            .bind(name.to_owned())
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.map(|row| row.try_get("value")).transpose()?)
    }

    /// Writes such a thing down, once: the first counts.
    pub(crate) async fn settle(
        &self,
        actor: &str,
        name: &str,
        value: &str,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        let mut change = self.change(now).await?;
        let insert =
            "INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
        sqlx::query(insert)
            .bind(name.to_owned())
            .bind(value.to_owned())
            .execute(change.connection())
            .await?;
        change
            .note(actor, "setting.make", name, value.to_owned())
            .await?;
        change.commit().await
    }

    /// Begins a change that is noted in the chain.
    pub(crate) async fn change(&self, now: Timestamp) -> Result<Change, LedgerError> {
        Change::begin(&self.pool, now).await
    }

    /// For reading.
    pub(crate) const fn pool(&self) -> &AnyPool {
        &self.pool
    }

    /// Notes something that was done, and is durable once this is done.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub async fn note(
        &self,
        actor: &str,
        action: &str,
        subject: &str,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        let mut change = Change::begin(&self.pool, now).await?;
        change.note(actor, action, subject, String::new()).await?;
        change.commit().await
    }
}

/// As the tables keep a time.
pub(crate) fn seconds(at: Timestamp) -> i64 {
    i64::try_from(at.as_secs()).unwrap_or(i64::MAX)
}

/// As we do.
pub(crate) fn moment(seconds: i64) -> Result<Timestamp, LedgerError> {
    let time = u64::try_from(seconds).ok();
    time.and_then(|secs| Timestamp::from_secs(secs).ok())
        .ok_or(LedgerError::Row { what: "a time" })
}

/// Lower case.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // Writing to a string cannot fail.
        write!(text, "{byte:02x}").ok();
    }
    text
}

#[cfg(test)]
pub(crate) mod tests;
