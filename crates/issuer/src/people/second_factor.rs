//! The second factor: codes of an app, and recovery codes for the day on which it is lost.

mod recovery;

use room_token::Timestamp;
use sqlx::{AnyPool, Row};
use thiserror::Error;

pub(crate) use self::recovery::RecoveryCodes;
use super::changing::{self, ChangeError};
use super::sessions::{self, Which};
use super::totp::{TotpSecret, parse_code};
use super::{Account, Actor};
use crate::LedgerError;
use crate::ledger::{Change, Ledger, seconds};

/// What an account has.
#[derive(Debug)]
pub(crate) struct SecondFactor {
    pub(crate) secret: TotpSecret,
    /// Whether its owner has shown that the app gives codes; before, it is not asked for.
    pub(crate) is_on: bool,
    last_step: u64,
}

/// What this account has, if anything.
pub(crate) async fn of(pool: &AnyPool, account: &str) -> Result<Option<SecondFactor>, LedgerError> {
    let select = sqlx::query("SELECT * FROM second_factors WHERE account = $1");
    let row = select.bind(account.to_owned()).fetch_optional(pool).await?;
    let Some(row) = row else { return Ok(None) };
    let unreadable = || LedgerError::Row {
        what: "second_factors",
    };
    let secret: String = row.try_get("secret")?;
    let confirmed: i64 = row.try_get("confirmed")?;
    let last_step: i64 = row.try_get("last_step")?;
    Ok(Some(SecondFactor {
        secret: TotpSecret::stored(&secret).ok_or_else(unreadable)?,
        is_on: confirmed == 1,
        last_step: u64::try_from(last_step).map_err(|_| unreadable())?,
    }))
}

/// Whether this account must show one.
pub(crate) async fn is_on(pool: &AnyPool, account: &str) -> Result<bool, LedgerError> {
    Ok(of(pool, account).await?.is_some_and(|factor| factor.is_on))
}

/// Every account that must.
pub(crate) async fn owners(pool: &AnyPool) -> Result<Vec<String>, LedgerError> {
    let select = "SELECT account FROM second_factors WHERE confirmed = 1";
    let rows = sqlx::query(select).fetch_all(pool).await?;
    rows.iter().map(|row| Ok(row.try_get("account")?)).collect()
}

/// Gives an account a secret that it does not have to show yet; one that is on stays.
pub(crate) async fn propose(
    ledger: &Ledger,
    account: &str,
    random: [u8; 32],
    now: Timestamp,
) -> Result<(), FactorError> {
    let mut change = ledger.change(now).await?;
    let insert = "INSERT INTO second_factors (account, secret, confirmed, last_step) VALUES ($1, $2, 0, 0) \
                  ON CONFLICT (account) DO UPDATE SET secret = $2 WHERE second_factors.confirmed = 0";
    let made = sqlx::query(insert)
        .bind(account.to_owned())
        .bind(TotpSecret::new(random).text())
        .execute(change.connection())
        .await
        .map_err(LedgerError::from)?;
    if made.rows_affected() == 0 {
        return Err(FactorError::Already);
    }
    Ok(change.commit().await?)
}

/// Turns it on, for whoever shows a code of it; gives the recovery codes.
pub(crate) async fn confirm(
    ledger: &Ledger,
    account: &Account,
    typed: &str,
    random: [u8; 32],
    now: Timestamp,
) -> Result<RecoveryCodes, FactorError> {
    let factor = of(ledger.pool(), &account.id)
        .await?
        .filter(|factor| !factor.is_on);
    let factor = factor.ok_or(FactorError::Nothing)?;
    let code = parse_code(typed);
    let step = code.and_then(|code| factor.secret.step_of(code, 0, now));
    let step = step.ok_or(FactorError::Wrong)?;
    let mut change = ledger.change(now).await?;
    let update = "UPDATE second_factors SET confirmed = 1, last_step = $1 \
                  WHERE account = $2 AND confirmed = 0 AND secret = $3";
    let done = sqlx::query(update)
        .bind(i64::try_from(step).unwrap_or(i64::MAX))
        .bind(account.id.clone())
        .bind(factor.secret.text())
        .execute(change.connection())
        .await
        .map_err(LedgerError::from)?;
    if done.rows_affected() == 0 {
        return Err(FactorError::Nothing);
    }
    let codes = recovery::replace(&mut change, &account.id, random).await?;
    note(&mut change, account, "second-factor.begin").await?;
    change.commit().await?;
    Ok(codes)
}

/// Other recovery codes; those until now are good no more.
pub(crate) async fn renew_codes(
    ledger: &Ledger,
    account: &Account,
    random: [u8; 32],
    now: Timestamp,
) -> Result<RecoveryCodes, FactorError> {
    if !is_on(ledger.pool(), &account.id).await? {
        return Err(FactorError::Nothing);
    }
    let mut change = ledger.change(now).await?;
    let codes = recovery::replace(&mut change, &account.id, random).await?;
    note(&mut change, account, "recovery-codes.make").await?;
    change.commit().await?;
    Ok(codes)
}

/// How many recovery codes are left.
pub(crate) async fn codes_left(pool: &AnyPool, account: &str) -> Result<i64, LedgerError> {
    let count = sqlx::query("SELECT COUNT(*) AS n FROM recovery_codes WHERE account = $1");
    let row = count.bind(account.to_owned()).fetch_one(pool).await?;
    Ok(row.try_get("n")?)
}

/// Uses a code up, of either kind; false if it is not good, or not any more. Of two who come with it at once, one is let
/// in.
pub(crate) async fn accept(
    ledger: &Ledger,
    account: &Account,
    typed: &str,
    now: Timestamp,
) -> Result<bool, LedgerError> {
    let Some(code) = parse_code(typed) else {
        return recovery::accept(ledger, account, typed, now).await;
    };
    let Some(factor) = of(ledger.pool(), &account.id).await? else {
        return Ok(false);
    };
    let Some(step) = factor.secret.step_of(code, factor.last_step, now) else {
        return Ok(false);
    };
    let update = "UPDATE second_factors SET last_step = $1 WHERE account = $2 AND last_step < $1 AND confirmed = 1";
    let used = sqlx::query(update)
        .bind(i64::try_from(step).unwrap_or(i64::MAX))
        .bind(account.id.clone())
        .execute(ledger.pool())
        .await?;
    Ok(used.rows_affected() == 1)
}

/// Turns one's own off.
pub(crate) async fn end(
    ledger: &Ledger,
    account: &Account,
    now: Timestamp,
) -> Result<(), LedgerError> {
    let mut change = ledger.change(now).await?;
    remove(&mut change, &account.id).await?;
    note(&mut change, account, "second-factor.end").await?;
    change.commit().await
}

/// Takes somebody's away who has lost it, and signs them out everywhere.
pub(crate) async fn reset(
    ledger: &Ledger,
    actor: &Actor,
    id: &str,
    now: Timestamp,
) -> Result<(), ChangeError> {
    let account = changing::reachable(ledger, actor, id).await?;
    let mut change = ledger.change(now).await?;
    remove(&mut change, id).await?;
    sessions::end(&mut change, id, Which::AllBut("")).await?;
    let (who, whose) = (&actor.name, &account.login);
    change
        .note(who, "second-factor.reset", whose, String::new())
        .await?;
    Ok(change.commit().await?)
}

async fn remove(change: &mut Change, account: &str) -> Result<(), LedgerError> {
    for delete in [
        "DELETE FROM second_factors WHERE account = $1",
        "DELETE FROM recovery_codes WHERE account = $1",
    ] {
        let delete = sqlx::query(delete).bind(account.to_owned());
        delete.execute(change.connection()).await?;
    }
    Ok(())
}

async fn note(change: &mut Change, account: &Account, action: &str) -> Result<(), LedgerError> {
    let login = &account.login;
    change
        .note(login, action, login, String::new())
        .await
        .map(drop)
}

/// Somebody whose passphrase was right, for so many seconds.
const HALF: u64 = 5 * 60;

/// Begins the second step of a sign-in.
pub(crate) async fn begin_half(
    ledger: &Ledger,
    secret: &super::Secret,
    account: &str,
    now: Timestamp,
) -> Result<(), LedgerError> {
    let prune = sqlx::query("DELETE FROM half_sign_ins WHERE expires_at <= $1").bind(seconds(now));
    prune.execute(ledger.pool()).await?;
    let insert = "INSERT INTO half_sign_ins (hash, account, expires_at) VALUES ($1, $2, $3)";
    sqlx::query(insert)
        .bind(secret.hash())
        .bind(account.to_owned())
        .bind(seconds(now.plus(HALF)))
        .execute(ledger.pool())
        .await?;
    Ok(())
}

/// Whose sign-in it is, if there is still time.
pub(crate) async fn half(
    pool: &AnyPool,
    secret: &super::Secret,
    now: Timestamp,
) -> Result<Option<String>, LedgerError> {
    let select = "SELECT account FROM half_sign_ins WHERE hash = $1 AND expires_at > $2";
    let row = sqlx::query(select).bind(secret.hash()).bind(seconds(now));
    let row = row.fetch_optional(pool).await?;
    Ok(row.map(|row| row.try_get("account")).transpose()?)
}

/// It is done.
pub(super) async fn end_half(pool: &AnyPool, secret: &super::Secret) -> Result<(), LedgerError> {
    let delete = sqlx::query("DELETE FROM half_sign_ins WHERE hash = $1").bind(secret.hash());
    delete.execute(pool).await?;
    Ok(())
}

/// Why it was not turned on.
#[derive(Debug, Error)]
pub(crate) enum FactorError {
    #[error("your account has a second factor already; turn it off first")]
    Already,
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error("there is nothing to confirm; begin again under your name")]
    Nothing,
    #[error(
        "this is not the code that the app shows now; type its six digits, and check the clock of the phone if it stays so"
    )]
    Wrong,
}
