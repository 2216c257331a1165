//! Secrets that we hand out and keep no copy of: sessions, invitations, API keys.

use std::fmt;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::ledger::hex;
use crate::private_file::{self, PrivateFileError};

/// 256 bits that nobody can guess; so a plain hash is enough to find it by. `Debug` hides it.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Out of fresh randomness.
    pub fn new(random: [u8; 32]) -> Self {
        Self(Zeroizing::new(URL_SAFE_NO_PAD.encode(random)))
    }

    /// The same for a program's, with a beginning by which scanners of code and logs recognise what leaked.
    pub(crate) fn of_api_key(random: [u8; 32]) -> Self {
        let text = format!("{}{}", Self::API_KEY, URL_SAFE_NO_PAD.encode(random));
        Self(Zeroizing::new(text))
    }

    /// How an API key begins.
    pub(crate) const API_KEY: &str = "rpk_";

    /// Reads what a program was given, from a file that only its owner can open.
    ///
    /// # Errors
    /// [`PrivateFileError`].
    pub fn read(path: &Path) -> Result<Self, PrivateFileError> {
        let text = private_file::read(path)?;
        Ok(Self(Zeroizing::new(text.trim().to_owned())))
    }

    /// What somebody presents; nothing is known about it yet.
    pub(crate) fn presented(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }

    /// To be handed out, once.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the ledger knows it by.
    pub(crate) fn hash(&self) -> String {
        hex(&Sha256::digest(self.0.as_bytes()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
