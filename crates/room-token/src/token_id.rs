//! `jti`: the name of one token, in logs and in revocations.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use thiserror::Error;

/// The identifier of a token (RFC 7519 §4.1.7): 1 to 64 characters that are safe in any log or file.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct TokenId(String);

impl TokenId {
    /// The longest identifier, in bytes.
    pub const MAX_BYTES: usize = 64;

    /// Ours: 64 random bits as 11 base64url characters.
    pub fn from_bytes(random: [u8; 8]) -> Self {
        Self(URL_SAFE_NO_PAD.encode(random))
    }

    /// Anybody's, such as a UUID.
    ///
    /// # Errors
    /// [`TokenIdError`] if it is empty, too long, or has a character outside `A-Za-z0-9-_.:~`.
    pub fn parse(text: &str) -> Result<Self, TokenIdError> {
        let safe = |b: u8| b.is_ascii_alphanumeric() || b"-_.:~".contains(&b);
        if text.is_empty() || text.len() > Self::MAX_BYTES || !text.bytes().all(safe) {
            return Err(TokenIdError);
        }
        Ok(Self(text.to_owned()))
    }

    /// The identifier.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Not an identifier that a log could hold.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error("a token id has 1 to 64 characters out of A-Z a-z 0-9 - _ . : ~; a UUID will do")]
pub struct TokenIdError;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ours_has_eleven_characters() {
        assert_eq!(TokenId::from_bytes([0xff; 8]).as_str(), "__________8");
    }

    #[test]
    fn what_could_forge_a_log_line_is_refused() {
        assert!(TokenId::parse("urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6").is_ok());
        for text in ["", "a b", "a\nb", "ä", "a\"b", &"a".repeat(65)] {
            assert_eq!(TokenId::parse(text), Err(TokenIdError), "{text:?}");
        }
    }
}
