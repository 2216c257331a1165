//! The secret without which nobody but this machine may issue.

use std::fmt;
use std::path::Path;

use subtle::ConstantTimeEq;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::private_file::{self, PrivateFileError};

/// At least 32 visible ASCII characters.
#[derive(Clone)]
pub struct AdminToken(Zeroizing<String>);

impl AdminToken {
    /// The shortest token, in characters.
    pub const MIN_CHARS: usize = 32;

    /// Takes a token; white space around it goes, since editors end files with a line break.
    ///
    /// # Errors
    /// [`AdminTokenError::Short`], [`AdminTokenError::Characters`].
    pub fn parse(text: &str) -> Result<Self, AdminTokenError> {
        let token = text.trim();
        if !token.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(AdminTokenError::Characters);
        }
        if token.len() < Self::MIN_CHARS {
            return Err(AdminTokenError::Short { chars: token.len() });
        }
        Ok(Self(Zeroizing::new(token.to_owned())))
    }

    /// Reads a token from a file that only its owner can open.
    ///
    /// # Errors
    /// [`AdminTokenError`] says what to do about the file.
    pub fn read(path: &Path) -> Result<Self, AdminTokenError> {
        Self::parse(&private_file::read(path)?)
    }

    /// Whether this is it, in a time that tells nothing but the length.
    pub(crate) fn is(&self, presented: &[u8]) -> bool {
        self.0.as_bytes().ct_eq(presented).into()
    }
}

impl fmt::Debug for AdminToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AdminToken(…)")
    }
}

/// Why a text is no admin token.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum AdminTokenError {
    /// White space, a control character, or a letter beyond ASCII.
    #[error(
        "the admin token has a space or another character that does not travel in a header; make one with `openssl rand -base64 32`"
    )]
    Characters,
    /// The file.
    #[error(transparent)]
    File(#[from] PrivateFileError),
    /// It could be guessed.
    #[error(
        "the admin token has {chars} characters, fewer than 32, and could be guessed; make one with `openssl rand -base64 32`"
    )]
    Short {
        /// Its length.
        chars: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_long_and_plain() {
        let token = AdminToken::parse(" 0123456789abcdef0123456789abcdef\n").unwrap();
        assert!(token.is(b"0123456789abcdef0123456789abcdef"));
        assert!(!token.is(b"0123456789abcdef0123456789abcdeg"));
        assert!(!token.is(b"0123456789abcdef0123456789abcde"));
        assert!(!token.is(b""));
        assert_eq!(format!("{token:?}"), "AdminToken(…)");
        for (text, error) in [
            (
                "0123456789abcdef0123456789abcde",
                AdminTokenError::Short { chars: 31 },
            ),
            ("", AdminTokenError::Short { chars: 0 }),
            (
                "0123456789abcdef 0123456789abcdef",
                AdminTokenError::Characters,
            ),
            (
                "0123456789abcdefghijklmnopqrstuvwxyzä",
                AdminTokenError::Characters,
            ),
        ] {
            assert_eq!(AdminToken::parse(text).unwrap_err(), error, "{text}");
        }
    }
}
