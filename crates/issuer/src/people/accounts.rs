//! Accounts: who may sign in here.

use room_token::Timestamp;
use sqlx::any::AnyRow;
use sqlx::{AnyPool, Row};
use thiserror::Error;

use super::{Actor, Role, Rooms};
use crate::LedgerError;
use crate::ledger::{Change, moment, seconds};

/// A person, as the ledger keeps them.
#[derive(Clone, Debug)]
pub struct Account {
    /// Never shown, never reused.
    pub id: String,
    /// What they type to sign in.
    pub login: String,
    /// How they are called.
    pub name: String,
    /// How much they may do.
    pub role: Role,
    /// Where.
    pub rooms: Rooms,
    /// Since when.
    pub created_at: Timestamp,
    /// Whether they may sign in.
    pub active: bool,
    pub(crate) passphrase: String,
}

impl Account {
    /// As somebody who asks for something in this session.
    pub(crate) fn actor(&self, session: String) -> Actor {
        Actor {
            name: self.login.clone(),
            account: Some(self.id.clone()),
            role: self.role,
            rooms: self.rooms.clone(),
            session: Some(session),
        }
    }
}

/// What somebody types to sign in: short, in lower case, and the same however it is typed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Login(String);

impl Login {
    /// Takes one.
    ///
    /// # Errors
    /// [`LoginError`].
    pub fn parse(typed: &str) -> Result<Self, LoginError> {
        let login = typed.trim().to_ascii_lowercase();
        let is_fine = |c: char| c.is_ascii_alphanumeric() || ".-_@+".contains(c);
        if login.is_empty() || login.len() > 64 || !login.chars().all(is_fine) {
            return Err(LoginError);
        }
        Ok(Self(login))
    }

    /// As it is kept.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Not a login.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error(
    "a login has 1 to 64 characters out of a-z 0-9 . - _ + @; take the name before the @ of a mail address, or all of it"
)]
pub struct LoginError;

/// What an account begins with.
pub(crate) struct NewAccount<'a> {
    pub(crate) id: String,
    pub(crate) login: &'a Login,
    pub(crate) name: &'a str,
    pub(crate) role: Role,
    pub(crate) rooms: &'a Rooms,
    pub(crate) passphrase: String,
}

pub(crate) async fn insert(change: &mut Change, new: NewAccount<'_>) -> Result<(), LedgerError> {
    let now = seconds(change.now());
    let insert = "INSERT INTO accounts (id, login, name, role, rooms, passphrase, active, created_at) \
                  VALUES ($1, $2, $3, $4, $5, $6, 1, $7)";
    sqlx::query(insert)
        .bind(new.id)
        .bind(new.login.as_str().to_owned())
        .bind(new.name.to_owned())
        .bind(new.role.as_str())
        .bind(new.rooms.to_string())
        .bind(new.passphrase)
        .bind(now)
        .execute(change.connection())
        .await?;
    Ok(())
}

/// Whether a login is taken, seen from inside the change that would take it.
pub(crate) async fn is_taken(change: &mut Change, login: &Login) -> Result<bool, LedgerError> {
    let row = sqlx::query("SELECT 1 AS taken FROM accounts WHERE login = $1")
        .bind(login.as_str().to_owned())
        .fetch_optional(change.connection())
        .await?;
    Ok(row.is_some())
}

/// How many could look after everything; one must stay.
pub(crate) async fn unbounded_administrators(change: &mut Change) -> Result<i64, LedgerError> {
    let count = "SELECT COUNT(*) AS n FROM accounts WHERE role = 'administrator' AND rooms = '' AND active = 1";
    let row = sqlx::query(count).fetch_one(change.connection()).await?;
    Ok(row.try_get("n")?)
}

/// Whether there is somebody who looks after everything.
pub(crate) async fn any_administrator(pool: &AnyPool) -> Result<bool, LedgerError> {
    let find = "SELECT id FROM accounts WHERE role = 'administrator' AND rooms = '' AND active = 1 LIMIT 1";
    Ok(sqlx::query(find).fetch_optional(pool).await?.is_some())
}

pub(crate) async fn by_login(pool: &AnyPool, login: &str) -> Result<Option<Account>, LedgerError> {
    let find = sqlx::query("SELECT * FROM accounts WHERE login = $1").bind(login.to_owned());
    let row = find.fetch_optional(pool).await?;
    row.as_ref().map(|row| read(row, "created_at")).transpose()
}

pub(crate) async fn by_id(pool: &AnyPool, id: &str) -> Result<Option<Account>, LedgerError> {
    let find = sqlx::query("SELECT * FROM accounts WHERE id = $1").bind(id.to_owned());
    let row = find.fetch_optional(pool).await?;
    row.as_ref().map(|row| read(row, "created_at")).transpose()
}

pub(crate) async fn all(pool: &AnyPool) -> Result<Vec<Account>, LedgerError> {
    let rows = sqlx::query("SELECT * FROM accounts ORDER BY login")
        .fetch_all(pool)
        .await?;
    rows.iter().map(|row| read(row, "created_at")).collect()
}

/// Writes what an administrator may change about somebody, and nothing else: two changes at once undo nothing of each
/// other's.
pub(crate) async fn set_rights(change: &mut Change, account: &Account) -> Result<(), LedgerError> {
    sqlx::query("UPDATE accounts SET role = $1, rooms = $2, active = $3 WHERE id = $4")
        .bind(account.role.as_str())
        .bind(account.rooms.to_string())
        .bind(i64::from(account.active))
        .bind(account.id.clone())
        .execute(change.connection())
        .await?;
    Ok(())
}

/// Writes a new passphrase, unless its owner was shut out meanwhile; says whether.
pub(crate) async fn set_passphrase(
    change: &mut Change,
    id: &str,
    hashed: String,
) -> Result<bool, LedgerError> {
    let update = sqlx::query("UPDATE accounts SET passphrase = $1 WHERE id = $2 AND active = 1")
        .bind(hashed)
        .bind(id.to_owned());
    let done = update.execute(change.connection()).await?;
    Ok(done.rows_affected() == 1)
}

/// `created_at` may have another name where a session's stands beside it.
pub(super) fn read(row: &AnyRow, created_at: &str) -> Result<Account, LedgerError> {
    let text = |column: &str| row.try_get::<String, _>(column);
    let unreadable = || LedgerError::Row { what: "accounts" };
    let active: i64 = row.try_get("active")?;
    Ok(Account {
        id: text("id")?,
        login: text("login")?,
        name: text("name")?,
        role: Role::parse(&text("role")?).ok_or_else(unreadable)?,
        rooms: Rooms::stored(&text("rooms")?).ok_or_else(unreadable)?,
        created_at: moment(row.try_get(created_at)?)?,
        active: active == 1,
        passphrase: text("passphrase")?,
    })
}
