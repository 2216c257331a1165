//! `--key`: a file, a folder, or a key in a PKCS#11 token.

use std::path::Path;

use issuer::{Keys, key_file};
use room_token::PublicKey;

use crate::failure::Failure;

/// Opens what signs.
pub(crate) fn open(path: &Path, allow_dev_key: bool) -> Result<Keys, Failure> {
    if let Some(uri) = token_uri(path) {
        return in_token::open(uri);
    }
    Keys::open(path, allow_dev_key).map_err(|e| Failure::because("the signing key", &e))
}

/// Reads the public half of one key; of a key in a token without logging in.
pub(crate) fn public_half(path: &Path, allow_dev_key: bool) -> Result<PublicKey, Failure> {
    if let Some(uri) = token_uri(path) {
        return in_token::public_half(uri);
    }
    let key = key_file::read(path, allow_dev_key);
    let key = key.map_err(|e| Failure::because("the signing key", &e))?;
    Ok(PublicKey::of(&key))
}

/// What names a key in a token (RFC 7512), if this does.
pub(crate) fn token_uri(path: &Path) -> Option<&str> {
    path.to_str().filter(|text| text.starts_with("pkcs11:"))
}

#[cfg(feature = "pkcs11")]
mod in_token {
    use std::env;

    use issuer::Keys;
    use issuer::pkcs11::{self, Pkcs11Defaults, Pkcs11Error, Pkcs11Uri};
    use room_token::PublicKey;

    use crate::failure::Failure;

    pub(super) fn open(uri: &str) -> Result<Keys, Failure> {
        let uri = Pkcs11Uri::parse(uri).map_err(|e| failure(&e.into()))?;
        let key = pkcs11::open(&uri, defaults()).map_err(|e| failure(&e))?;
        Ok(Keys::from(key))
    }

    pub(super) fn public_half(uri: &str) -> Result<PublicKey, Failure> {
        let uri = Pkcs11Uri::parse(uri).map_err(|e| failure(&e.into()))?;
        pkcs11::public_half(&uri, &defaults()).map_err(|e| failure(&e))
    }

    /// Never options: everybody on the machine can read command lines.
    fn defaults() -> Pkcs11Defaults {
        Pkcs11Defaults {
            module: env::var_os("ROOMPASS_PKCS11_MODULE").map(Into::into),
            pin: env::var("ROOMPASS_PIN").ok().map(Into::into),
        }
    }

    /// A token that says no is an answer; a wrong setting is a mistake.
    fn failure(error: &Pkcs11Error) -> Failure {
        let failure = Failure::because("the signing key", error);
        if error.is_of_settings() {
            failure
        } else {
            failure.not_done()
        }
    }
}

#[cfg(not(feature = "pkcs11"))]
mod in_token {
    use issuer::Keys;
    use room_token::PublicKey;

    use crate::failure::Failure;

    pub(super) fn open(uri: &str) -> Result<Keys, Failure> {
        Err(not_built_in(uri))
    }

    pub(super) fn public_half(uri: &str) -> Result<PublicKey, Failure> {
        Err(not_built_in(uri))
    }

    fn not_built_in(_uri: &str) -> Failure {
        Failure::new(
            "the signing key: this roompass cannot use keys in PKCS#11 tokens",
            "build it with `cargo build --release -p roompass --features pkcs11`",
        )
    }
}
