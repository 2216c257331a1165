//! Set-up, invitation and reset: a link that is good once, and not for long.

use room_token::Timestamp;
use sqlx::{AnyPool, Row};

use super::{Actor, Role, Rooms, Secret};
use crate::LedgerError;
use crate::ledger::{Change, Ledger, moment, seconds};

/// What a link of ours is for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Invitation {
    /// Whose passphrase it sets; empty makes a new account.
    pub(crate) account: String,
    /// What the one who made it noted.
    pub(crate) note: String,
    pub(crate) role: Role,
    pub(crate) rooms: Rooms,
    pub(crate) made_by: String,
    pub(crate) expires_at: Timestamp,
}

/// In seconds: for the first administrator, who sits before the terminal.
pub(crate) const SET_UP: u64 = 30 * 60;
/// For somebody who reads their mail.
pub(crate) const INVITATION: u64 = 3 * 24 * 3600;
/// For somebody on the telephone.
pub(crate) const RESET: u64 = 24 * 3600;

/// Makes one and notes who did; a reset takes the place of the one before.
pub(crate) async fn make(
    ledger: &Ledger,
    invitation: &Invitation,
    secret: &Secret,
    now: Timestamp,
) -> Result<(), LedgerError> {
    let mut change = ledger.change(now).await?;
    sqlx::query(
        "DELETE FROM invitations WHERE expires_at <= $1 OR (account = $2 AND account <> '')",
    )
    .bind(seconds(now))
    .bind(invitation.account.clone())
    .execute(change.connection())
    .await?;
    insert(&mut change, invitation, secret).await?;
    let detail = format!("{} {}", invitation.role, invitation.rooms);
    let (action, subject) = if invitation.account.is_empty() {
        ("invitation.make", invitation.note.clone())
    } else {
        ("account.reset", invitation.note.clone())
    };
    change
        .note(
            &invitation.made_by,
            action,
            &subject,
            detail.trim_end().to_owned(),
        )
        .await?;
    change.commit().await
}

async fn insert(
    change: &mut Change,
    invitation: &Invitation,
    secret: &Secret,
) -> Result<(), LedgerError> {
    let insert = "INSERT INTO invitations (hash, account, note, role, rooms, made_by, expires_at) \
                  VALUES ($1, $2, $3, $4, $5, $6, $7)";
    sqlx::query(insert)
        .bind(secret.hash())
        .bind(invitation.account.clone())
        .bind(invitation.note.clone())
        .bind(invitation.role.as_str())
        .bind(invitation.rooms.to_string())
        .bind(invitation.made_by.clone())
        .bind(seconds(invitation.expires_at))
        .execute(change.connection())
        .await?;
    Ok(())
}

/// The set-up link: for whoever may do everything.
pub(crate) fn set_up(made_by: &str, now: Timestamp) -> Invitation {
    Invitation {
        account: String::new(),
        note: "administrator".to_owned(),
        role: Role::Administrator,
        rooms: Rooms::all(),
        made_by: made_by.to_owned(),
        expires_at: now.plus(SET_UP),
    }
}

/// By somebody, for somebody else.
pub(crate) fn by(
    actor: &Actor,
    note: &str,
    role: Role,
    rooms: Rooms,
    now: Timestamp,
) -> Invitation {
    Invitation {
        account: String::new(),
        note: note.to_owned(),
        role,
        rooms,
        made_by: actor.name.clone(),
        expires_at: now.plus(INVITATION),
    }
}

/// The invitation of this secret, if it is still good.
pub(crate) async fn find(
    pool: &AnyPool,
    secret: &Secret,
    now: Timestamp,
) -> Result<Option<Invitation>, LedgerError> {
    let row = sqlx::query("SELECT * FROM invitations WHERE hash = $1 AND expires_at > $2")
        .bind(secret.hash())
        .bind(seconds(now))
        .fetch_optional(pool)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let text = |column: &str| row.try_get::<String, _>(column);
    let unreadable = || LedgerError::Row {
        what: "invitations",
    };
    Ok(Some(Invitation {
        account: text("account")?,
        note: text("note")?,
        role: Role::parse(&text("role")?).ok_or_else(unreadable)?,
        rooms: Rooms::stored(&text("rooms")?).ok_or_else(unreadable)?,
        made_by: text("made_by")?,
        expires_at: moment(row.try_get("expires_at")?)?,
    }))
}

/// Uses it up; false if somebody else just did.
pub(crate) async fn consume(change: &mut Change, secret: &Secret) -> Result<bool, LedgerError> {
    let now = seconds(change.now());
    let gone = sqlx::query("DELETE FROM invitations WHERE hash = $1 AND expires_at > $2")
        .bind(secret.hash())
        .bind(now)
        .execute(change.connection())
        .await?;
    Ok(gone.rows_affected() == 1)
}
