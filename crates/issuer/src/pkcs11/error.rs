//! Why a key in a token cannot be used.

use std::path::PathBuf;

use thiserror::Error;

use super::Pkcs11UriError;
use crate::PrivateFileError;

/// What is wrong with a token, its module, its PIN or its key. Never shows the PIN.
#[derive(Clone, Debug, Error)]
pub enum Pkcs11Error {
    /// Somebody tried wrong PINs before us.
    #[error(
        "one more wrong PIN locks the token {token}, so it was not tried; log in once by hand, such as with `pkcs11-tool --login --list-objects`, and try again"
    )]
    LastTry {
        /// Which.
        token: String,
    },
    /// Too many wrong PINs.
    #[error(
        "the PIN of the token {token} is locked; its security officer has to unlock it, such as with `pkcs11-tool --init-pin`"
    )]
    Locked {
        /// Which.
        token: String,
    },
    /// Two keys answer to the URI.
    #[error("the token {token} has several keys {key}; name one by its `id` too")]
    ManyKeys {
        /// Which.
        token: String,
        /// What the URI says of the key.
        key: String,
    },
    /// Two tokens answer to the URI.
    #[error("several tokens are {token}; name one by its `serial` too")]
    ManyTokens {
        /// What the URI says of the token.
        token: String,
    },
    /// The module cannot be loaded.
    #[error("the PKCS#11 module {} cannot be loaded ({why}); is it installed, and the path right?", path.display())]
    Module {
        /// Which.
        path: PathBuf,
        /// In the system's words.
        why: String,
    },
    /// The token cannot do Ed25519.
    #[error("the token {token} cannot sign with Ed25519 (CKM_EDDSA); use one that can")]
    NoEddsa {
        /// Which.
        token: String,
    },
    /// No such key.
    #[error(
        "the token {token} has no Ed25519 key {key}; `pkcs11-tool --login --list-objects` names those it has"
    )]
    NoKey {
        /// Which.
        token: String,
        /// What the URI says of the key.
        key: String,
    },
    /// Nobody said which module.
    #[error(
        "no PKCS#11 module is named; add `?module-path=/usr/lib/softhsm/libsofthsm2.so` or the like to the key's URI, or set ROOMPASS_PKCS11_MODULE"
    )]
    NoModule,
    /// Nobody said the PIN.
    #[error(
        "the token {token} wants its PIN; add `pin-source=file:/PATH` to the key's URI, or set ROOMPASS_PIN"
    )]
    NoPin {
        /// Which.
        token: String,
    },
    /// No such token.
    #[error("there is no token {token} ({there}); put it in, or correct the key's URI")]
    NoToken {
        /// What the URI says of the token.
        token: String,
        /// Which tokens there are.
        there: String,
    },
    /// The PIN's file.
    #[error(transparent)]
    PinFile(#[from] PrivateFileError),
    /// The public half is none.
    #[error("the public key in the token {token} {why}; make another pair in it")]
    Public {
        /// Which.
        token: String,
        /// What is wrong with it.
        why: String,
    },
    /// Anything else the token says, such as that it was taken out.
    #[error(
        "the token {token} cannot {doing} ({why}); is it still in its place? It is asked again with the next link"
    )]
    Refused {
        /// Which.
        token: String,
        /// What was tried.
        doing: &'static str,
        /// In the module's words.
        why: String,
    },
    /// The URI.
    #[error(transparent)]
    Uri(#[from] Pkcs11UriError),
    /// The token does not take the PIN.
    #[error("the token {token} does not take this PIN{}; correct it: it is not tried again, since too many wrong ones lock the token", if *few_left { ", AND FEW TRIES ARE LEFT" } else { "" })]
    WrongPin {
        /// Which.
        token: String,
        /// Whether it counts down.
        few_left: bool,
    },
}

impl Pkcs11Error {
    /// Whether what was said about the key is at fault, and not the token.
    pub const fn is_of_settings(&self) -> bool {
        matches!(
            self,
            Self::Module { .. }
                | Self::NoModule
                | Self::NoPin { .. }
                | Self::PinFile(_)
                | Self::Uri(_)
        )
    }

    /// Whether it may be over as soon as the token is back.
    pub(super) const fn may_pass(&self) -> bool {
        matches!(
            self,
            Self::NoKey { .. } | Self::NoToken { .. } | Self::Refused { .. }
        )
    }

    /// Whether the same PIN must not be tried once more.
    pub(super) const fn is_about_the_pin(&self) -> bool {
        matches!(
            self,
            Self::LastTry { .. } | Self::Locked { .. } | Self::WrongPin { .. }
        )
    }
}
