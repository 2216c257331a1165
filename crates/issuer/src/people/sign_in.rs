//! Signing in: one answer for every way to be wrong, and as long for an unknown login as for a known one.

use std::sync::Arc;

use room_token::Timestamp;
use thiserror::Error;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use super::accounts::{self, Account, Login};
use super::throttle::{Key, Throttle};
use super::{Secret, passphrase, second_factor, sessions};
use crate::LedgerError;
use crate::ledger::Ledger;

/// What somebody sent.
pub(crate) struct Attempt<'a> {
    pub(crate) login: &'a str,
    pub(crate) passphrase: Zeroizing<String>,
    pub(crate) address: String,
    /// What the browser was given when somebody signed in with it before.
    pub(crate) device: Option<Secret>,
    pub(crate) now: Timestamp,
}

/// What they sent in the second step.
pub(crate) struct CodeAttempt<'a> {
    /// That the first was right.
    pub(crate) half: Secret,
    pub(crate) code: &'a str,
    pub(crate) device: Option<Secret>,
    pub(crate) now: Timestamp,
}

/// Guards the door: counts failures, and works on a few passphrases at a time, since each takes 19 MiB.
#[derive(Debug)]
pub(crate) struct Door {
    throttle: Throttle,
    hashing: Arc<Semaphore>,
}

impl Default for Door {
    fn default() -> Self {
        Self {
            throttle: Throttle::default(),
            hashing: Arc::new(Semaphore::new(4)),
        }
    }
}

impl Door {
    /// The account, if everything is right.
    ///
    /// # Errors
    /// [`SignInError`].
    pub(crate) async fn open(
        &self,
        ledger: &Ledger,
        attempt: Attempt<'_>,
    ) -> Result<Account, SignInError> {
        let login = Login::parse(attempt.login).ok();
        let login = login.as_ref().map_or("", Login::as_str);
        let account = accounts::by_login(ledger.pool(), login).await?;
        let account = account.filter(|account| account.active);
        let keys = keys(ledger, &attempt, account.as_ref()).await?;
        if let Some(seconds) = self.throttle.wait(&keys, attempt.now) {
            return Err(SignInError::TooOften { seconds });
        }
        let stored = account.as_ref().map_or("", |account| &account.passphrase);
        let is_right = self.is_right(attempt.passphrase, stored.to_owned()).await;
        if let Some(account) = account.filter(|_| is_right) {
            return Ok(account);
        }
        self.throttle.failed(&keys, attempt.now);
        Err(SignInError::Wrong)
    }

    /// The account, if the second step is right too.
    ///
    /// # Errors
    /// [`SignInError`].
    pub(crate) async fn open_fully(
        &self,
        ledger: &Ledger,
        attempt: CodeAttempt<'_>,
    ) -> Result<Account, SignInError> {
        let (pool, now) = (ledger.pool(), attempt.now);
        let id = second_factor::half(pool, &attempt.half, now).await?;
        let account = accounts::by_id(pool, &id.ok_or(SignInError::Over)?).await?;
        let account = account.filter(|account| account.active);
        let account = account.ok_or(SignInError::Over)?;
        let keys = [match &attempt.device {
            Some(device) if sessions::is_known_device(pool, device, &account.id).await? => {
                Key::Device(device.hash())
            }
            Some(_) | None => Key::Code(account.id.clone()),
        }];
        if let Some(seconds) = self.throttle.wait(&keys, now) {
            return Err(SignInError::TooOften { seconds });
        }
        if !second_factor::accept(ledger, &account, attempt.code, now).await? {
            self.throttle.failed(&keys, now);
            return Err(SignInError::WrongCode);
        }
        second_factor::end_half(pool, &attempt.half).await?;
        Ok(account)
    }

    /// Makes sure that whoever is signed in is the owner, before something that an owner alone may do.
    ///
    /// # Errors
    /// [`SignInError::NotYours`], and when it was wrong too often.
    pub(crate) async fn reassure(
        &self,
        account: &Account,
        passphrase: Zeroizing<String>,
        now: Timestamp,
    ) -> Result<(), SignInError> {
        let keys = [Key::Own(account.id.clone())];
        if let Some(seconds) = self.throttle.wait(&keys, now) {
            return Err(SignInError::TooOften { seconds });
        }
        if self.is_right(passphrase, account.passphrase.clone()).await {
            return Ok(());
        }
        self.throttle.failed(&keys, now);
        Err(SignInError::NotYours)
    }

    async fn is_right(&self, typed: Zeroizing<String>, stored: String) -> bool {
        let Ok(_permit) = self.hashing.acquire().await else {
            return false;
        };
        let check = tokio::task::spawn_blocking(move || passphrase::verify(&typed, &stored));
        check.await.unwrap_or(false)
    }
}

async fn keys(
    ledger: &Ledger,
    attempt: &Attempt<'_>,
    account: Option<&Account>,
) -> Result<Vec<Key>, LedgerError> {
    if let (Some(device), Some(account)) = (&attempt.device, account)
        && sessions::is_known_device(ledger.pool(), device, &account.id).await?
    {
        return Ok(vec![Key::Device(device.hash())]);
    }
    // By what was typed, so that an unknown login is counted like a known one.
    let login = attempt.login.trim().to_ascii_lowercase();
    let login = login.chars().take(64).collect();
    Ok(vec![
        Key::Strangers(login),
        Key::Address(attempt.address.clone()),
    ])
}

/// Why nobody was signed in.
#[derive(Debug, Error)]
pub(crate) enum SignInError {
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error("this is not your passphrase; type the one you signed in with")]
    NotYours,
    #[error("it took too long, or was done already; sign in again")]
    Over,
    #[error("too many attempts went wrong; try again in {} minutes, or with a browser in which you signed in before", seconds.div_ceil(60))]
    TooOften { seconds: u64 },
    #[error(
        "login or passphrase is wrong; ask an administrator for a reset if you have forgotten yours"
    )]
    Wrong,
    #[error(
        "this code is not good, or was used already; type the one that the app shows now, or a recovery code"
    )]
    WrongCode,
}
