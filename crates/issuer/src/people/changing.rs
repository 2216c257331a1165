//! What an administrator may change about somebody, and what people may change about themselves.

use room_token::Timestamp;
use thiserror::Error;

use super::accounts::{self, Account};
use super::invitations::{self, Invitation};
use super::provider::arriving;
use super::sessions::{self, Which};
use super::{Actor, Passphrase, PassphraseError, Role, Rooms, Secret, hash};
use crate::LedgerError;
use crate::ledger::Ledger;

/// What an account is to become.
pub(crate) struct Wanted {
    pub(crate) role: Role,
    pub(crate) rooms: Rooms,
    pub(crate) active: bool,
}

/// Changes somebody's account. Whoever may no longer sign in is signed out at once.
pub(crate) async fn change(
    ledger: &Ledger,
    actor: &Actor,
    id: &str,
    wanted: Wanted,
    now: Timestamp,
) -> Result<Account, ChangeError> {
    let mut account = reachable(ledger, actor, id).await?;
    if !wanted.rooms.within(&actor.rooms) {
        return Err(ChangeError::Beyond);
    }
    (account.role, account.rooms, account.active) = (wanted.role, wanted.rooms, wanted.active);
    let mut change = ledger.change(now).await?;
    accounts::set_rights(&mut change, &account).await?;
    if accounts::unbounded_administrators(&mut change).await? == 0 {
        return Err(ChangeError::Last);
    }
    if !account.active {
        sessions::end(&mut change, &account.id, Which::AllBut("")).await?;
    }
    let active = if account.active { "" } else { " inactive" };
    let detail = format!("{}{active} {}", account.role, account.rooms);
    let detail = detail.trim_end().to_owned();
    change
        .note(&actor.name, "account.change", &account.login, detail)
        .await?;
    change.commit().await?;
    Ok(account)
}

/// Makes a link that sets a new passphrase.
pub(crate) async fn reset(
    ledger: &Ledger,
    actor: &Actor,
    id: &str,
    secret: &Secret,
    now: Timestamp,
) -> Result<Invitation, ChangeError> {
    let account = reachable(ledger, actor, id).await?;
    if arriving::is_from_elsewhere(ledger.pool(), id).await? {
        return Err(ChangeError::Elsewhere);
    }
    let invitation = Invitation {
        account: account.id,
        note: account.login,
        role: account.role,
        rooms: account.rooms,
        made_by: actor.name.clone(),
        expires_at: now.plus(invitations::RESET),
    };
    invitations::make(ledger, &invitation, secret, now).await?;
    Ok(invitation)
}

/// A bounded administrator looks after those who are bounded within the same rooms.
pub(super) async fn reachable(
    ledger: &Ledger,
    actor: &Actor,
    id: &str,
) -> Result<Account, ChangeError> {
    let account = accounts::by_id(ledger.pool(), id).await?;
    let account = account.ok_or(ChangeError::Nobody)?;
    if !account.rooms.within(&actor.rooms) {
        return Err(ChangeError::Beyond);
    }
    Ok(account)
}

/// The account of whoever asks.
pub(crate) async fn own(ledger: &Ledger, actor: &Actor) -> Result<Account, ChangeError> {
    let id = actor.account.as_deref().ok_or(ChangeError::Nobody)?;
    let account = accounts::by_id(ledger.pool(), id).await?;
    account.ok_or(ChangeError::Nobody)
}

/// Sets one's own passphrase; every other session ends.
pub(crate) async fn own_passphrase(
    ledger: &Ledger,
    actor: &Actor,
    new: &str,
    random: [u8; 32],
    now: Timestamp,
) -> Result<(), ChangeError> {
    let account = own(ledger, actor).await?;
    let id = account.id.as_str();
    let passphrase = Passphrase::parse(new, &[&account.login, &account.name])?;
    let hashed = hash(passphrase, random).await.ok_or(ChangeError::Hash)?;
    let mut change = ledger.change(now).await?;
    if !accounts::set_passphrase(&mut change, id, hashed).await? {
        return Err(ChangeError::Nobody);
    }
    let this = actor.session.as_deref().unwrap_or_default();
    sessions::end(&mut change, id, Which::AllBut(this)).await?;
    change
        .note(
            &actor.name,
            "account.passphrase",
            &account.login,
            String::new(),
        )
        .await?;
    Ok(change.commit().await?)
}

/// Why nothing was changed.
#[derive(Debug, Error)]
pub(crate) enum ChangeError {
    #[error(
        "this reaches rooms that are not yours; stay within your own, or ask an administrator of all rooms"
    )]
    Beyond,
    #[error(
        "this account comes from the provider, which keeps its passphrase; have it reset there"
    )]
    Elsewhere,
    #[error("the passphrase could not be hashed; try again")]
    Hash,
    #[error(
        "nobody would be left to look after everything; make somebody else an administrator of all rooms first"
    )]
    Last,
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error("there is no such account; open the list again")]
    Nobody,
    #[error(transparent)]
    Passphrase(#[from] PassphraseError),
}
