//! API keys: with which programs come, for less than their maker may, and not for ever.

mod wish;

use room_token::Timestamp;
use sqlx::any::AnyRow;
use sqlx::{AnyPool, Row};
use thiserror::Error;

pub use self::wish::{KeyWish, KeyWishError};
use super::accounts::{self, Account};
use super::{Actor, Role, Rooms, Secret};
use crate::LedgerError;
use crate::ledger::{Ledger, moment, seconds};

/// A key, as the ledger knows it: never its secret.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ApiKey {
    /// As it stands in the ledger, and in `GET /people`.
    pub id: String,
    /// What it is for.
    pub note: String,
    /// Who made it.
    pub made_by: String,
    /// How much it may do, as long as its maker may.
    pub role: Role,
    /// Where.
    pub rooms: Rooms,
    /// Since when.
    pub created_at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
    /// When a program came with it last, to the minute.
    pub used_at: Option<Timestamp>,
    /// Whose; empty if it was made at the machine.
    account: String,
}

/// `used_at` need not be more exact, in seconds.
const SEEN_EVERY: u64 = 60;

/// Makes a key for somebody; its secret is known now, and never again.
///
/// # Errors
/// [`ApiKeyError::Beyond`] if it were more than they may themselves.
pub async fn make(
    ledger: &Ledger,
    maker: &Actor,
    wish: KeyWish,
    random: [u8; 32],
    now: Timestamp,
) -> Result<(ApiKey, Secret), ApiKeyError> {
    if wish.role > maker.role || !wish.rooms.within(&maker.rooms) {
        return Err(ApiKeyError::Beyond);
    }
    let secret = Secret::of_api_key(random);
    let key = ApiKey {
        id: secret.hash().chars().take(12).collect(),
        note: wish.note,
        made_by: maker.name.clone(),
        role: wish.role,
        rooms: wish.rooms,
        created_at: now,
        expires_at: now.plus(wish.lifetime),
        used_at: None,
        account: maker.account.clone().unwrap_or_default(),
    };
    insert(ledger, &key, &secret).await?;
    Ok((key, secret))
}

async fn insert(ledger: &Ledger, key: &ApiKey, secret: &Secret) -> Result<(), LedgerError> {
    let mut change = ledger.change(key.created_at).await?;
    sqlx::query("DELETE FROM api_keys WHERE expires_at <= $1")
        .bind(seconds(key.created_at))
        .execute(change.connection())
        .await?;
    let insert = "INSERT INTO api_keys (id, hash, account, made_by, note, role, rooms, created_at, expires_at, used_at) \
                  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0)";
    sqlx::query(insert)
        .bind(key.id.clone())
        .bind(secret.hash())
        .bind(key.account.clone())
        .bind(key.made_by.clone())
        .bind(key.note.clone())
        .bind(key.role.as_str())
        .bind(key.rooms.to_string())
        .bind(seconds(key.created_at))
        .bind(seconds(key.expires_at))
        .execute(change.connection())
        .await?;
    let detail = format!("{} until {} {}", key.role, key.expires_at, key.rooms);
    let detail = format!("{}: {}", detail.trim_end(), key.note);
    change
        .note(&key.made_by, "api-key.make", &key.id, detail)
        .await?;
    change.commit().await
}

/// Who comes with this secret, if it is still good: its maker may still sign in, and may still do as much.
pub(crate) async fn actor(
    pool: &AnyPool,
    secret: &Secret,
    now: Timestamp,
) -> Result<Option<Actor>, LedgerError> {
    let row = sqlx::query("SELECT * FROM api_keys WHERE hash = $1 AND expires_at > $2")
        .bind(secret.hash())
        .bind(seconds(now))
        .fetch_optional(pool)
        .await?;
    let Some(key) = row.as_ref().map(read).transpose()? else {
        return Ok(None);
    };
    let actor = match key.account.as_str() {
        "" => Some(key.actor()),
        id => accounts::by_id(pool, id)
            .await?
            .and_then(|maker| key.actor_within(&maker)),
    };
    let is_news = |used: Timestamp| now.seconds_since(used) >= SEEN_EVERY;
    if actor.is_some() && key.used_at.is_none_or(is_news) {
        // Not worth failing a request for.
        let used = sqlx::query("UPDATE api_keys SET used_at = $1 WHERE id = $2");
        used.bind(seconds(now))
            .bind(key.id)
            .execute(pool)
            .await
            .ok();
    }
    Ok(actor)
}

impl ApiKey {
    /// With nobody above it but the machine.
    fn actor(&self) -> Actor {
        Actor {
            name: format!("api-key {} of {}", self.id, self.made_by),
            account: None,
            role: self.role,
            rooms: self.rooms.clone(),
            session: None,
        }
    }

    /// What is left of it when its maker may do less by now.
    fn actor_within(&self, maker: &Account) -> Option<Actor> {
        let rooms = self.rooms.shared_with(&maker.rooms);
        rooms.filter(|_| maker.active).map(|rooms| Actor {
            role: self.role.min(maker.role),
            rooms,
            ..self.actor()
        })
    }
}

/// Ends one's own key, or, as an administrator, one for rooms that are theirs.
///
/// # Errors
/// [`ApiKeyError::Nobody`] also if it is somebody else's.
pub async fn end(
    ledger: &Ledger,
    actor: &Actor,
    id: &str,
    now: Timestamp,
) -> Result<ApiKey, ApiKeyError> {
    let row = sqlx::query("SELECT * FROM api_keys WHERE id = $1").bind(id.to_owned());
    let row = row.fetch_optional(ledger.pool()).await;
    let row = row.map_err(LedgerError::from)?;
    let key = row.as_ref().map(read).transpose()?;
    let key = key.filter(|key| key.is_of(actor) || key.is_under(actor));
    let key = key.ok_or(ApiKeyError::Nobody)?;
    let mut change = ledger.change(now).await?;
    let gone = sqlx::query("DELETE FROM api_keys WHERE id = $1").bind(id.to_owned());
    let gone = gone.execute(change.connection()).await;
    if gone.map_err(LedgerError::from)?.rows_affected() == 0 {
        return Err(ApiKeyError::Nobody);
    }
    let note = key.note.clone();
    change.note(&actor.name, "api-key.end", id, note).await?;
    change.commit().await?;
    Ok(key)
}

impl ApiKey {
    /// Whether somebody made it for themselves.
    pub(crate) fn is_of(&self, actor: &Actor) -> bool {
        actor.account.as_ref() == Some(&self.account)
    }

    /// Whether an administrator looks after it.
    pub(crate) fn is_under(&self, actor: &Actor) -> bool {
        actor.may(Role::Administrator) && self.rooms.within(&actor.rooms)
    }
}

/// All that are still good, the newest first.
///
/// # Errors
/// [`LedgerError`].
pub async fn all(ledger: &Ledger, now: Timestamp) -> Result<Vec<ApiKey>, LedgerError> {
    let select = "SELECT * FROM api_keys WHERE expires_at > $1 ORDER BY created_at DESC, id";
    let rows = sqlx::query(select).bind(seconds(now));
    let rows = rows.fetch_all(ledger.pool()).await?;
    rows.iter().map(read).collect()
}

fn read(row: &AnyRow) -> Result<ApiKey, LedgerError> {
    let text = |column: &str| row.try_get::<String, _>(column);
    let time = |column: &str| moment(row.try_get(column)?);
    let unreadable = || LedgerError::Row { what: "api_keys" };
    let used: i64 = row.try_get("used_at")?;
    Ok(ApiKey {
        id: text("id")?,
        note: text("note")?,
        made_by: text("made_by")?,
        role: Role::parse(&text("role")?).ok_or_else(unreadable)?,
        rooms: Rooms::stored(&text("rooms")?).ok_or_else(unreadable)?,
        created_at: time("created_at")?,
        expires_at: time("expires_at")?,
        used_at: (used > 0).then(|| moment(used)).transpose()?,
        account: text("account")?,
    })
}

/// Why no key was made or ended.
#[derive(Debug, Error)]
pub enum ApiKeyError {
    /// More than its maker may.
    #[error("a key may not do more than you may yourself; choose a lesser role, or rooms of yours")]
    Beyond,
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// No such key, or somebody else's.
    #[error("there is no such key; open the list again")]
    Nobody,
}
