//! People: who may sign in, what they may do, and the secrets they are known by.

pub(crate) mod accounts;
pub mod api_keys;
mod base32;
pub(crate) mod changing;
pub(crate) mod invitations;
pub(crate) mod joining;
mod passphrase;
pub(crate) mod provider;
mod role;
pub(crate) mod second_factor;
mod secret;
pub(crate) mod sessions;
mod sign_in;
mod throttle;
mod totp;

use room_token::Timestamp;

use crate::{Ledger, LedgerError};

pub use self::accounts::{Account, Login, LoginError};
pub use self::passphrase::{Passphrase, PassphraseError};
pub use self::provider::{ProviderSettings, ProviderSettingsError};
pub use self::role::{Actor, Role, Rooms};
pub use self::secret::Secret;
pub(crate) use self::sign_in::{Attempt, CodeAttempt, Door, SignInError};

/// Makes the link with which an administrator of everything begins; gives its secret.
///
/// # Errors
/// [`LedgerError`].
pub async fn invite_administrator(
    ledger: &Ledger,
    made_by: &str,
    random: [u8; 32],
    now: Timestamp,
) -> Result<Secret, LedgerError> {
    let secret = Secret::new(random);
    invitations::make(ledger, &invitations::set_up(made_by, now), &secret, now).await?;
    Ok(secret)
}

/// Hashes away from the requests of others: it takes a tenth of a second on purpose.
async fn hash(passphrase: Passphrase, random: [u8; 32]) -> Option<String> {
    let salt = random.first_chunk::<16>().copied()?;
    let hashing = tokio::task::spawn_blocking(move || passphrase.hash(salt));
    hashing.await.ok().flatten()
}

#[cfg(test)]
mod tests;
