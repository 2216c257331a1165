//! A key in a PKCS#11 token: an HSM, a smart card, or `SoftHSM2`. The private half never leaves it.
//!
//! The token is named by a URI (RFC 7512), `pkcs11:token=…;object=…?module-path=…&pin-source=file:…`. Its PIN comes
//! from a file that only its owner can open, or from the caller; never from the command line.

mod error;
mod pool;
mod token;
mod uri;

use std::path::Path;
use std::sync::Arc;

use room_token::{PublicKey, SigningKey};
use zeroize::Zeroizing;

pub use self::error::Pkcs11Error;
use self::pool::Pool;
use self::token::Token;
pub use self::uri::{Pkcs11Uri, Pkcs11UriError};
use crate::private_file;

/// What the URI leaves open, for the shell to fill in.
#[derive(Default)]
pub struct Pkcs11Defaults {
    /// The module to load.
    pub module: Option<std::path::PathBuf>,
    /// The PIN.
    pub pin: Option<Zeroizing<String>>,
}

/// Logs in, finds the key, and tries it once: a key that cannot sign is found out here, not at the first link.
///
/// # Errors
/// [`Pkcs11Error`] says what to do about it.
pub fn open(uri: &Pkcs11Uri, defaults: Pkcs11Defaults) -> Result<SigningKey, Pkcs11Error> {
    let pin = match &uri.pin_source {
        Some(path) => Some(pin_in(path)?),
        None => defaults.pin,
    };
    let token = Token::named(uri, defaults.module.as_deref(), pin)?;
    let public = named(uri, token.public_half()?)?;
    let pool = Arc::new(Pool::of(token));
    pool.sign(b"roompass: can this key sign?")?;
    let sign =
        move |message: &[u8]| aside(|| pool.sign(message)).map_err(|error| error.to_string());
    Ok(SigningKey::held_elsewhere(&public, Box::new(sign)))
}

/// The public half alone, for which nobody has to log in.
///
/// # Errors
/// [`Pkcs11Error`] says what to do about it.
pub fn public_half(uri: &Pkcs11Uri, defaults: &Pkcs11Defaults) -> Result<PublicKey, Pkcs11Error> {
    let token = Token::named(uri, defaults.module.as_deref(), None)?;
    named(uri, token.public_half()?)
}

fn named(uri: &Pkcs11Uri, point: [u8; 32]) -> Result<PublicKey, Pkcs11Error> {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let x = URL_SAFE_NO_PAD.encode(point);
    let jwk = format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}"}}"#);
    PublicKey::parse(jwk.as_bytes()).map_err(|fault| Pkcs11Error::Public {
        token: uri.token_name(),
        why: fault.to_string(),
    })
}

/// The first line of the file.
fn pin_in(path: &Path) -> Result<Zeroizing<String>, Pkcs11Error> {
    let text = private_file::read(path)?;
    Ok(Zeroizing::new(
        text.lines().next().unwrap_or_default().to_owned(),
    ))
}

/// A token takes its time, or hangs: let another thread serve the others meanwhile.
fn aside<T>(work: impl FnOnce() -> T) -> T {
    use tokio::runtime::{Handle, RuntimeFlavor};
    match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        Ok(_one_thread) => work(),
        Err(_no_runtime) => work(),
    }
}
