//! Whose account somebody has who comes from the provider, and what it may do from now on.

use room_token::Timestamp;
use sqlx::{AnyPool, Row};

use super::{Identity, ProviderError, ProviderSettings};
use crate::LedgerError;
use crate::ledger::{Change, Ledger};
use crate::people::accounts::{self, Account, NewAccount};
use crate::people::sessions::{self, Which};
use crate::people::{Login, Role, Rooms, Secret};

/// In the audit, whoever does what the provider's groups say.
const ACTOR: &str = "provider";

/// What somebody who arrives may do.
struct Rights {
    role: Role,
    rooms: Rooms,
}

/// The account of this identity, made the first time, with the rights that its groups have now.
///
/// An account is found by issuer and subject alone. One with the same login, or the same address, is somebody else's: whoever
/// can name themselves at the provider could else become an administrator here.
///
/// # Errors
/// [`ProviderError::NoGroup`] also ends what was still open of this account.
pub(crate) async fn arrive(
    ledger: &Ledger,
    settings: &ProviderSettings,
    identity: &Identity,
    tenant: Option<&str>,
    random: [u8; 32],
    now: Timestamp,
) -> Result<Account, ProviderError> {
    let mut change = ledger.change(now).await?;
    let known = find(&mut change, identity).await?;
    let Some((role, rooms)) = settings.rights(&identity.groups, tenant) else {
        lapse(change, known.as_ref()).await?;
        return Err(ProviderError::NoGroup);
    };
    let rights = Rights { role, rooms };
    let account = match known {
        Some(known) if !known.active => {
            note(&mut change, "sign-in.refuse", &known.login, "shut out").await?;
            change.commit().await?;
            return Err(ProviderError::ShutOut);
        }
        Some(known) => renew(&mut change, known, identity, rights).await?,
        None => begin(&mut change, identity, rights, random).await?,
    };
    change.commit().await?;
    Ok(account)
}

/// Whether an account comes from a provider, and so has neither passphrase nor second factor here.
pub(crate) async fn is_from_elsewhere(pool: &AnyPool, account: &str) -> Result<bool, LedgerError> {
    let select = sqlx::query("SELECT account FROM provider_accounts WHERE account = $1");
    let row = select.bind(account.to_owned()).fetch_optional(pool).await?;
    Ok(row.is_some())
}

/// All that do.
pub(crate) async fn from_elsewhere(pool: &AnyPool) -> Result<Vec<String>, LedgerError> {
    let select = sqlx::query("SELECT account FROM provider_accounts");
    let rows = select.fetch_all(pool).await?;
    rows.iter().map(|row| Ok(row.try_get("account")?)).collect()
}

async fn find(change: &mut Change, identity: &Identity) -> Result<Option<Account>, LedgerError> {
    let select = "SELECT a.* FROM provider_accounts p JOIN accounts a ON a.id = p.account \
                  WHERE p.issuer = $1 AND p.subject = $2";
    let row = sqlx::query(select)
        .bind(identity.issuer.clone())
        .bind(identity.subject.clone())
        .fetch_optional(change.connection())
        .await?;
    row.as_ref()
        .map(|row| accounts::read(row, "created_at"))
        .transpose()
}

/// Somebody who is in no group any more: sessions and keys from before end.
async fn lapse(mut change: Change, known: Option<&Account>) -> Result<(), LedgerError> {
    let login = known.map_or("somebody without an account", |known| &known.login);
    if let Some(known) = known {
        sessions::end(&mut change, &known.id, Which::AllBut("")).await?;
        let keys = sqlx::query("DELETE FROM api_keys WHERE account = $1");
        let keys = keys.bind(known.id.clone());
        keys.execute(change.connection()).await?;
    }
    note(&mut change, "sign-in.refuse", login, "no group").await?;
    change.commit().await
}

async fn renew(
    change: &mut Change,
    known: Account,
    identity: &Identity,
    rights: Rights,
) -> Result<Account, LedgerError> {
    let name = name(identity, &known.login);
    if known.name != name {
        sqlx::query("UPDATE accounts SET name = $1 WHERE id = $2")
            .bind(name.clone())
            .bind(known.id.clone())
            .execute(change.connection())
            .await?;
    }
    let is_as_before = known.role == rights.role && known.rooms == rights.rooms;
    let account = Account {
        name,
        role: rights.role,
        rooms: rights.rooms,
        ..known
    };
    if !is_as_before {
        accounts::set_rights(change, &account).await?;
        let detail = format!("{} {}", account.role, account.rooms);
        note(change, "account.change", &account.login, detail.trim_end()).await?;
    }
    Ok(account)
}

async fn begin(
    change: &mut Change,
    identity: &Identity,
    rights: Rights,
    random: [u8; 32],
) -> Result<Account, ProviderError> {
    let login = free_login(change, &identity.login).await?;
    let id: String = Secret::new(random).hash().chars().take(16).collect();
    let name = name(identity, login.as_str());
    let new = NewAccount {
        id: id.clone(),
        login: &login,
        name: &name,
        role: rights.role,
        rooms: &rights.rooms,
        // No passphrase has this hash.
        passphrase: String::new(),
    };
    accounts::insert(change, new).await?;
    let insert = "INSERT INTO provider_accounts (issuer, subject, account) VALUES ($1, $2, $3)";
    sqlx::query(insert)
        .bind(identity.issuer.clone())
        .bind(identity.subject.clone())
        .bind(id.clone())
        .execute(change.connection())
        .await
        .map_err(LedgerError::from)?;
    let detail = format!("{} {}", rights.role, rights.rooms);
    note(change, "account.make", login.as_str(), detail.trim_end()).await?;
    Ok(Account {
        id,
        login: login.as_str().to_owned(),
        name,
        role: rights.role,
        rooms: rights.rooms,
        created_at: change.now(),
        active: true,
        passphrase: String::new(),
    })
}

async fn note(
    change: &mut Change,
    action: &str,
    login: &str,
    detail: &str,
) -> Result<(), LedgerError> {
    let noted = change.note(ACTOR, action, login, detail.to_owned()).await;
    noted.map(drop)
}

fn name(identity: &Identity, login: &str) -> String {
    let name = Some(identity.name.as_str()).filter(|name| !name.is_empty());
    name.unwrap_or(login).to_owned()
}

/// What the provider calls them, as far as it is a login, and with a number if somebody else is called so.
async fn free_login(change: &mut Change, wanted: &str) -> Result<Login, ProviderError> {
    let stem = stem(wanted);
    for number in 1..=999_u16 {
        let login = match number {
            1 => stem.clone(),
            more => format!("{stem}-{more}"),
        };
        if let Ok(login) = Login::parse(&login)
            && !accounts::is_taken(change, &login).await?
        {
            return Ok(login);
        }
    }
    let why = "nobody else could be called so any more";
    Err(ProviderError::Unbelievable { why })
}

fn stem(wanted: &str) -> String {
    let fine = |c: char| c.is_ascii_alphanumeric() || ".-_@+".contains(c);
    let lower = wanted.trim().to_lowercase();
    let words = lower.split(|c| !fine(c)).filter(|word| !word.is_empty());
    let stem: String = words.collect::<Vec<_>>().join("-");
    let stem: String = stem.chars().take(56).collect();
    if stem.is_empty() {
        "person".to_owned()
    } else {
        stem
    }
}
