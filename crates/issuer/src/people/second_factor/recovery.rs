//! Recovery codes: each good once, in place of the app. 120 bits each, so that a plain hash is enough to keep them by
//! (NIST SP 800-63B §3.1.2.2 wants 112).

use room_token::Timestamp;
use sha2::{Digest, Sha256};

use crate::LedgerError;
use crate::ledger::{Change, Ledger, hex};
use crate::people::{Account, base32};

/// Shown once. `Debug` hides them.
pub(crate) struct RecoveryCodes(Vec<String>);

const COUNT: u8 = 10;
/// Characters: 24 of five bits.
const LENGTH: usize = 24;

impl RecoveryCodes {
    /// All out of one piece of randomness: nobody learns one from another.
    fn new(random: [u8; 32]) -> Self {
        let code = |number: u8| {
            let hash = Sha256::new()
                .chain_update(random)
                .chain_update([number])
                .finalize();
            let text = base32::encode(&hash).to_ascii_lowercase();
            text.chars().take(LENGTH).collect()
        };
        Self((0..COUNT).map(code).collect())
    }

    /// In groups, as people type them.
    pub(crate) fn shown(&self) -> Vec<String> {
        let grouped = |code: &String| {
            let letters: Vec<char> = code.chars().collect();
            let groups = letters
                .chunks(6)
                .map(|group| group.iter().collect::<String>());
            groups.collect::<Vec<_>>().join("-")
        };
        self.0.iter().map(grouped).collect()
    }
}

impl std::fmt::Debug for RecoveryCodes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecoveryCodes(…)")
    }
}

/// Makes new ones, in place of those until now.
pub(super) async fn replace(
    change: &mut Change,
    account: &str,
    random: [u8; 32],
) -> Result<RecoveryCodes, LedgerError> {
    let delete = sqlx::query("DELETE FROM recovery_codes WHERE account = $1");
    delete
        .bind(account.to_owned())
        .execute(change.connection())
        .await?;
    let codes = RecoveryCodes::new(random);
    for code in &codes.0 {
        sqlx::query("INSERT INTO recovery_codes (hash, account) VALUES ($1, $2)")
            .bind(hash(code))
            .bind(account.to_owned())
            .execute(change.connection())
            .await?;
    }
    Ok(codes)
}

/// Uses one up, and notes it.
pub(super) async fn accept(
    ledger: &Ledger,
    account: &Account,
    typed: &str,
    now: Timestamp,
) -> Result<bool, LedgerError> {
    let letters = typed.chars().filter(char::is_ascii_alphanumeric);
    let code: String = letters
        .take(LENGTH + 1)
        .collect::<String>()
        .to_ascii_lowercase();
    if code.len() != LENGTH {
        return Ok(false);
    }
    let mut change = ledger.change(now).await?;
    let used = sqlx::query("DELETE FROM recovery_codes WHERE hash = $1 AND account = $2")
        .bind(hash(&code))
        .bind(account.id.clone())
        .execute(change.connection())
        .await?;
    if used.rows_affected() == 0 {
        return Ok(false);
    }
    let login = &account.login;
    change
        .note(login, "recovery-code.use", login, String::new())
        .await?;
    change.commit().await?;
    Ok(true)
}

fn hash(code: &str) -> String {
    hex(&Sha256::digest(code.as_bytes()))
}
