//! The time and the randomness: read here and nowhere else in the command.

use std::time::{SystemTime, UNIX_EPOCH};

use room_token::Timestamp;

use crate::failure::Failure;

/// Now.
pub(crate) fn now() -> Result<Timestamp, Failure> {
    let hint = "set this machine's clock";
    let since_1970 = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_err(|_| Failure::new("this machine's clock is before 1970", hint))?;
    Timestamp::from_secs(since_1970.as_secs())
        .map_err(|_| Failure::new("this machine's clock is after the year 9999", hint))
}

/// Bytes nobody can guess.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], Failure> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|e| {
        Failure::new(
            format!("the operating system gave no randomness: {e}"),
            "is /dev/urandom there?",
        )
    })?;
    Ok(bytes)
}
