//! Passphrases, by the rules of NIST SP 800-63B-4 §3.1.1.2: long, not one that everybody tries first, no rules about digits
//! and signs, never to be changed for its age.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use thiserror::Error;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;
use zxcvbn::{Score, zxcvbn};

/// A passphrase that may be used. `Debug` hides it.
pub struct Passphrase(Zeroizing<String>);

impl std::fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

impl Passphrase {
    /// Characters, where it is the only factor.
    pub const MIN_CHARS: usize = 15;
    /// Characters; the rule wants 64 at least.
    pub const MAX_CHARS: usize = 256;

    /// Takes a new one. `about` are words that an attacker knows: the login, the person's name.
    ///
    /// # Errors
    /// [`PassphraseError`] says what is wrong with it.
    pub fn parse(typed: &str, about: &[&str]) -> Result<Self, PassphraseError> {
        let text = normal(typed);
        let chars = text.chars().count();
        if chars < Self::MIN_CHARS {
            return Err(PassphraseError::Short { chars });
        }
        if chars > Self::MAX_CHARS {
            return Err(PassphraseError::Long);
        }
        let known: Vec<_> = about.iter().copied().chain(["roompass", "jitsi"]).collect();
        let is_guessable = |spelling: &str| zxcvbn(spelling, &known).score() < Score::Three;
        if is_guessable(&text) || is_guessable(&words(&text)) {
            return Err(PassphraseError::Guessable);
        }
        Ok(Self(text))
    }

    /// What may be kept: argon2id with 19 MiB, two passes and one lane (RFC 9106; OWASP's figures).
    pub(crate) fn hash(&self, salt: [u8; 16]) -> Option<String> {
        let hash: PasswordHash = argon()
            .hash_password_with_salt(self.0.as_bytes(), &salt)
            .ok()?;
        Some(hash.to_string())
    }
}

/// Whether this is the passphrase that was hashed. An empty hash, of nobody's, takes just as long.
pub(crate) fn verify(typed: &str, stored: &str) -> bool {
    let text = normal(typed.get(..4 * Passphrase::MAX_CHARS).unwrap_or(typed));
    let is_somebodys = !stored.is_empty();
    let stored = if is_somebodys { stored } else { NOBODYS };
    let Ok(hash) = PasswordHash::new(stored) else {
        return false;
    };
    let is_it = argon().verify_password(text.as_bytes(), &hash).is_ok();
    is_it && is_somebodys
}

/// Of the same parameters as everybody's.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

fn argon() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
}

/// One spelling for what looks the same on two keyboards.
fn normal(typed: &str) -> Zeroizing<String> {
    Zeroizing::new(typed.nfkc().collect())
}

/// Each word once and nothing between: a common word that is said twice is no better for the space.
fn words(text: &str) -> Zeroizing<String> {
    let mut words: Vec<&str> = Vec::new();
    for word in text.split(|c: char| !c.is_alphanumeric()) {
        if !words.contains(&word) {
            words.push(word);
        }
    }
    Zeroizing::new(words.concat())
}

/// Why a passphrase cannot be used.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum PassphraseError {
    /// Among those that are tried first.
    #[error(
        "this passphrase is easily guessed; take four or five words that have nothing to do with each other"
    )]
    Guessable,
    /// Over 256 characters.
    #[error("this passphrase has more than 256 characters; take a shorter one")]
    Long,
    /// Under fifteen.
    #[error(
        "this passphrase has {chars} characters, and at least 15 are needed; four or five words will do"
    )]
    Short {
        /// How many it has.
        chars: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passphrase_is_long_and_not_what_everybody_takes() {
        for (typed, expected) in [
            ("Tr0ub4dor&3", PassphraseError::Short { chars: 11 }),
            ("passwordpassword", PassphraseError::Guessable),
            ("password password", PassphraseError::Guessable),
            ("monkey-monkey-monkey-1", PassphraseError::Guessable),
            ("123456789012345", PassphraseError::Guessable),
            ("aaaaaaaaaaaaaaaaaaaa", PassphraseError::Guessable),
            ("qwertyuiopasdfgh", PassphraseError::Guessable),
            ("adalovelaceadalovelace", PassphraseError::Guessable),
        ] {
            let error = Passphrase::parse(typed, &["adalovelace"]).unwrap_err();
            assert_eq!(error, expected, "{typed}");
        }
        assert_eq!(
            Passphrase::parse(&"x y".repeat(100), &[]).unwrap_err(),
            PassphraseError::Long
        );
        for typed in [
            "copper lantern walks north",
            "übergroße Kähne schwanken leise",
            "日本語のとても長い合言葉です、誰も知らない",
        ] {
            assert!(Passphrase::parse(typed, &["ada"]).is_ok(), "{typed}");
        }
    }

    #[test]
    fn it_is_known_again_however_it_is_typed() {
        let hash = Passphrase::parse("u\u{308}bergroße Kähne schwanken", &[]).unwrap();
        let hash = hash.hash([7; 16]).unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        assert!(verify("übergroße Kähne schwanken", &hash));
        assert!(!verify("übergroße Kähne schwankten", &hash));
        assert!(!verify("", "") && !verify("", NOBODYS));
        assert!(
            PasswordHash::new(NOBODYS).is_ok(),
            "or nobody's would be quick"
        );
    }
}
