//! Accepting an invitation: an account begins, or gets a new passphrase.

use room_token::Timestamp;
use thiserror::Error;

use super::accounts::{self, NewAccount};
use super::invitations::{self, Invitation};
use super::sessions::{self, Which};
use super::{Login, LoginError, Passphrase, PassphraseError, Secret, hash};
use crate::LedgerError;
use crate::ledger::Ledger;

/// What somebody typed who follows such a link.
pub(crate) struct Joining<'a> {
    pub(crate) login: &'a str,
    pub(crate) name: &'a str,
    pub(crate) passphrase: &'a str,
    /// Fresh randomness.
    pub(crate) random: [u8; 32],
    pub(crate) now: Timestamp,
}

/// Makes the account, or sets its passphrase; gives its id. The link is used up by it, and by nothing less.
pub(crate) async fn join(
    ledger: &Ledger,
    invitation: &Invitation,
    secret: &Secret,
    typed: Joining<'_>,
) -> Result<String, JoinError> {
    if invitation.account.is_empty() {
        begin(ledger, invitation, secret, typed).await
    } else {
        reset(ledger, invitation, secret, typed).await
    }
}

async fn begin(
    ledger: &Ledger,
    invitation: &Invitation,
    secret: &Secret,
    typed: Joining<'_>,
) -> Result<String, JoinError> {
    let login = Login::parse(typed.login)?;
    let name = match typed.name.trim() {
        "" => login.as_str(),
        name => name.get(..name.len().min(200)).unwrap_or(login.as_str()),
    };
    let passphrase = Passphrase::parse(typed.passphrase, &[login.as_str(), name])?;
    let passphrase = hash(passphrase, typed.random)
        .await
        .ok_or(JoinError::Hash)?;
    let mut change = ledger.change(typed.now).await?;
    if !invitations::consume(&mut change, secret).await? {
        return Err(JoinError::Over);
    }
    if accounts::is_taken(&mut change, &login).await? {
        return Err(JoinError::Taken);
    }
    let id = Secret::new(typed.random)
        .hash()
        .chars()
        .take(16)
        .collect::<String>();
    let new = NewAccount {
        id: id.clone(),
        login: &login,
        name,
        role: invitation.role,
        rooms: &invitation.rooms,
        passphrase,
    };
    accounts::insert(&mut change, new).await?;
    let detail = format!("{} {}", invitation.role, invitation.rooms);
    let detail = detail.trim_end().to_owned();
    change
        .note(&invitation.made_by, "account.make", login.as_str(), detail)
        .await?;
    change.commit().await?;
    Ok(id)
}

async fn reset(
    ledger: &Ledger,
    invitation: &Invitation,
    secret: &Secret,
    typed: Joining<'_>,
) -> Result<String, JoinError> {
    let found = accounts::by_id(ledger.pool(), &invitation.account).await?;
    let account = found
        .filter(|account| account.active)
        .ok_or(JoinError::Over)?;
    let passphrase = Passphrase::parse(typed.passphrase, &[&account.login, &account.name])?;
    let hashed = hash(passphrase, typed.random)
        .await
        .ok_or(JoinError::Hash)?;
    let mut change = ledger.change(typed.now).await?;
    let is_good = invitations::consume(&mut change, secret).await?;
    if !is_good || !accounts::set_passphrase(&mut change, &account.id, hashed).await? {
        return Err(JoinError::Over);
    }
    // Whoever knew the old one is signed out.
    sessions::end(&mut change, &account.id, Which::AllBut("")).await?;
    change
        .note(
            &account.login,
            "account.passphrase",
            &account.login,
            String::new(),
        )
        .await?;
    change.commit().await?;
    Ok(account.id)
}

/// Why nobody joined; the link is still good, but for [`JoinError::Over`].
#[derive(Debug, Error)]
pub(crate) enum JoinError {
    #[error("the passphrase could not be hashed; try again")]
    Hash,
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Login(#[from] LoginError),
    #[error("this link was used, or its time is over; ask for a new one")]
    Over,
    #[error(transparent)]
    Passphrase(#[from] PassphraseError),
    #[error("this login is taken; choose another")]
    Taken,
}
