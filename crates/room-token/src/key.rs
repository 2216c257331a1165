//! The signing half of a key, and the name a key gives itself.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey, EncodePrivateKey, KeypairBytes};
use sha2::{Digest, Sha256};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::PublicKey;
use crate::signer::{DalekSigner, SignElsewhere, Signer};

/// `kid`: 1 to 64 characters out of `A-Za-z0-9-_`; for our own keys, the first 8 of the RFC 7638 thumbprint.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct KeyId(String);

impl KeyId {
    /// Takes a `kid` from a key set.
    ///
    /// # Errors
    /// [`KeyError::Id`] for another length or character.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let safe = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        if text.is_empty() || text.len() > 64 || !text.bytes().all(safe) {
            return Err(KeyError::Id);
        }
        Ok(Self(text.to_owned()))
    }

    /// The beginning of the key's thumbprint: SHA-256 over its required members in order (RFC 7638 §3, RFC 8037 §2).
    pub(crate) fn of(key: &ed25519_dalek::VerifyingKey) -> Self {
        let x = URL_SAFE_NO_PAD.encode(key.as_bytes());
        let members = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
        let thumbprint = URL_SAFE_NO_PAD.encode(Sha256::digest(members));
        Self(thumbprint.chars().take(8).collect())
    }

    /// The identifier.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// So that a map of keys can be asked with the text of a token.
impl std::borrow::Borrow<str> for KeyId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The half that signs, here or elsewhere. Its `Debug` shows the `kid` alone; dalek wipes its bytes when it is dropped.
pub struct SigningKey {
    id: KeyId,
    pub(crate) signer: Signer,
}

impl SigningKey {
    /// Takes the 32 secret bytes of RFC 8032 §5.1.5, from randomness or a test.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        let signer = DalekSigner::from_seed(seed);
        Self {
            id: KeyId::of(&signer.verifying_key()),
            signer: Signer::Here(signer),
        }
    }

    /// Stands for a key whose private half this process never sees. Each signature is checked with the public half
    /// before it is handed out.
    pub fn held_elsewhere(public: &PublicKey, sign: SignElsewhere) -> Self {
        Self {
            id: public.id().clone(),
            signer: Signer::Elsewhere {
                public: public.key,
                sign,
            },
        }
    }

    /// Reads a PKCS#8 PEM (RFC 8410), version 1 or 2, as `openssl genpkey -algorithm ed25519` writes it.
    ///
    /// # Errors
    /// [`KeyError::Pem`], without a word of what the file held.
    pub fn from_pkcs8_pem(pem: &str) -> Result<Self, KeyError> {
        let key = ed25519_dalek::SigningKey::from_pkcs8_pem(pem).map_err(|_| KeyError::Pem)?;
        Ok(Self::from_seed(key.as_bytes()))
    }

    /// Writes PKCS#8 version 1: OpenSSL 3.0 does not read the version 2 that dalek writes by itself.
    ///
    /// # Errors
    /// [`KeyError::Elsewhere`] if there is nothing to write.
    pub fn to_pkcs8_pem(&self) -> Result<Zeroizing<String>, KeyError> {
        let Signer::Here(signer) = &self.signer else {
            return Err(KeyError::Elsewhere);
        };
        keypair(signer.seed())
            .to_pkcs8_pem(LineEnding::LF)
            .map_err(|_| KeyError::Pem)
    }

    /// The name of this key.
    pub const fn id(&self) -> &KeyId {
        &self.id
    }

    pub(crate) fn verifying_key(&self) -> ed25519_dalek::VerifyingKey {
        self.signer.verifying_key()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.id)
    }
}

fn keypair(seed: &[u8; 32]) -> KeypairBytes {
    KeypairBytes {
        secret_key: *seed,
        public_key: None,
    }
}

/// Why something is not a key.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum KeyError {
    /// The private half is not here.
    #[error(
        "the private half of this key is kept elsewhere and cannot be written; use it where it is"
    )]
    Elsewhere,
    /// A `kid` that cannot be one.
    #[error("a `kid` has 1 to 64 characters out of A-Z a-z 0-9 - _")]
    Id,
    /// Not a PKCS#8 PEM of an Ed25519 key.
    #[error("not an Ed25519 key in PKCS#8 PEM; make one with `roompass keys new FILE`")]
    Pem,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8037 A.1.
    pub(crate) const RFC_8037_SEED: [u8; 32] = [
        0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c,
        0xc4, 0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae,
        0x7f, 0x60,
    ];

    #[test]
    fn a_key_names_itself_by_its_thumbprint() {
        // RFC 8037 A.3: kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k
        assert_eq!(
            SigningKey::from_seed(&RFC_8037_SEED).id().as_str(),
            "kPrK_qmx"
        );
    }

    #[test]
    fn a_key_survives_its_pem() {
        let key = SigningKey::from_seed(&[7; 32]);
        let pem = key.to_pkcs8_pem().unwrap();
        assert!(pem.starts_with("-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2Vw"));
        assert_eq!(SigningKey::from_pkcs8_pem(&pem).unwrap().id(), key.id());
    }

    #[test]
    fn neither_debug_nor_an_error_shows_a_secret() {
        let key = SigningKey::from_seed(&[7; 32]);
        assert_eq!(format!("{key:?}"), format!("SigningKey({})", key.id()));
        let error = SigningKey::from_pkcs8_pem("-----BEGIN PRIVATE KEY-----\nBwcH\n").unwrap_err();
        assert!(!error.to_string().contains("BwcH"));
    }
}
