//! Sessions: who is signed in, in which browser, and since when.

use room_token::Timestamp;
use sqlx::{AnyPool, Row};

use super::accounts::{self, Account};
use super::{Actor, Secret};
use crate::LedgerError;
use crate::ledger::{Change, moment, seconds};

/// In seconds, without a request.
const IDLE: u64 = 12 * 3600;
/// In seconds, at all.
pub(crate) const LONGEST: u64 = 7 * 24 * 3600;
/// The same for whoever signs in elsewhere: so soon counts what changed there.
pub(crate) const FROM_ELSEWHERE: u64 = 12 * 3600;
/// `seen_at` need not be more exact, in seconds.
const SEEN_EVERY: u64 = 60;

/// One browser in which somebody is signed in.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Session {
    pub(crate) hash: String,
    /// Such as `Firefox on Linux`.
    pub(crate) device: String,
    pub(crate) created_at: Timestamp,
    pub(crate) seen_at: Timestamp,
}

/// Begins one that lasts so many seconds at most.
pub(crate) async fn begin(
    change: &mut Change,
    secret: &Secret,
    account: &str,
    device: &str,
    longest: u64,
) -> Result<(), LedgerError> {
    let now = change.now();
    sqlx::query("DELETE FROM sessions WHERE expires_at <= $1")
        .bind(seconds(now))
        .execute(change.connection())
        .await?;
    let insert = "INSERT INTO sessions (hash, account, device, created_at, seen_at, expires_at) \
                  VALUES ($1, $2, $3, $4, $4, $5)";
    sqlx::query(insert)
        .bind(secret.hash())
        .bind(account.to_owned())
        .bind(device.to_owned())
        .bind(seconds(now))
        .bind(seconds(now.plus(longest)))
        .execute(change.connection())
        .await?;
    Ok(())
}

/// Who this session is, if it still is one and its account may still sign in.
pub(crate) async fn actor(
    pool: &AnyPool,
    secret: &Secret,
    now: Timestamp,
) -> Result<Option<Actor>, LedgerError> {
    let hash = secret.hash();
    let select = "SELECT a.*, a.created_at AS account_since, s.seen_at AS seen_at FROM sessions s \
                  JOIN accounts a ON a.id = s.account \
                  WHERE s.hash = $1 AND s.expires_at > $2 AND s.seen_at > $3 AND a.active = 1";
    let row = sqlx::query(select)
        .bind(hash.clone())
        .bind(seconds(now))
        .bind(seconds(now) - i64::try_from(IDLE).unwrap_or_default())
        .fetch_optional(pool)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let account: Account = accounts::read(&row, "account_since")?;
    if now.seconds_since(moment(row.try_get("seen_at")?)?) >= SEEN_EVERY {
        // Not worth failing a request for.
        let seen = sqlx::query("UPDATE sessions SET seen_at = $1 WHERE hash = $2");
        seen.bind(seconds(now))
            .bind(hash.clone())
            .execute(pool)
            .await
            .ok();
    }
    Ok(Some(account.actor(hash)))
}

/// Ends one of this account's; all but this one, without a name for it. Gives how many ended.
pub(crate) async fn end(
    change: &mut Change,
    account: &str,
    which: Which<'_>,
) -> Result<u64, LedgerError> {
    let (statement, hash) = match which {
        Which::One(hash) => (
            "DELETE FROM sessions WHERE account = $1 AND hash = $2",
            hash,
        ),
        Which::AllBut(hash) => (
            "DELETE FROM sessions WHERE account = $1 AND hash <> $2",
            hash,
        ),
    };
    let ended = sqlx::query(statement)
        .bind(account.to_owned())
        .bind(hash.to_owned())
        .execute(change.connection())
        .await?;
    Ok(ended.rows_affected())
}

/// Which sessions of an account.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Which<'a> {
    /// This.
    One(&'a str),
    /// All the others; an empty name leaves none.
    AllBut(&'a str),
}

/// Those of one account, the last seen first.
pub(crate) async fn of(
    pool: &AnyPool,
    account: &str,
    now: Timestamp,
) -> Result<Vec<Session>, LedgerError> {
    let select = "SELECT * FROM sessions WHERE account = $1 AND expires_at > $2 AND seen_at > $3 ORDER BY seen_at DESC";
    let rows = sqlx::query(select)
        .bind(account.to_owned())
        .bind(seconds(now))
        .bind(seconds(now) - i64::try_from(IDLE).unwrap_or_default())
        .fetch_all(pool)
        .await?;
    let read = |row: &sqlx::any::AnyRow| {
        Ok(Session {
            hash: row.try_get("hash")?,
            device: row.try_get("device")?,
            created_at: moment(row.try_get("created_at")?)?,
            seen_at: moment(row.try_get("seen_at")?)?,
        })
    };
    rows.iter().map(read).collect()
}

/// Remembers a browser as one of this account's.
pub(crate) async fn know_device(
    change: &mut Change,
    device: &Secret,
    account: &str,
) -> Result<(), LedgerError> {
    let now = seconds(change.now());
    let insert = "INSERT INTO devices (hash, account, seen_at) VALUES ($1, $2, $3) \
                  ON CONFLICT (hash) DO UPDATE SET account = $2, seen_at = $3";
    sqlx::query(insert)
        .bind(device.hash())
        .bind(account.to_owned())
        .bind(now)
        .execute(change.connection())
        .await?;
    Ok(())
}

/// Whether somebody signed in to this account with this browser before.
pub(crate) async fn is_known_device(
    pool: &AnyPool,
    device: &Secret,
    account: &str,
) -> Result<bool, LedgerError> {
    let row = sqlx::query("SELECT account FROM devices WHERE hash = $1 AND account = $2")
        .bind(device.hash())
        .bind(account.to_owned())
        .fetch_optional(pool)
        .await?;
    Ok(row.is_some())
}

/// `Firefox on Linux`, out of a `User-Agent`: enough to know one's own browsers apart.
pub(crate) fn device_name(user_agent: &str) -> String {
    let first = |names: &[(&str, &str)]| {
        let named = names.iter().find(|(sign, _)| user_agent.contains(sign));
        named.map_or("", |(_, name)| name).to_owned()
    };
    let browser = first(&[
        ("Firefox/", "Firefox"),
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ]);
    let system = first(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (browser.is_empty(), system.is_empty()) {
        (false, false) => format!("{browser} on {system}"),
        (true, true) => "a browser".to_owned(),
        (false, true) => browser,
        (true, false) => format!("a browser on {system}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_has_a_short_name() {
        let chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36";
        assert_eq!(device_name(chrome), "Chrome on Linux");
        assert_eq!(
            device_name(
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 Version/17.0 Safari/604"
            ),
            "Safari on iPhone"
        );
        assert_eq!(device_name("curl/7.88.1"), "curl");
        assert_eq!(device_name(""), "a browser");
    }
}
