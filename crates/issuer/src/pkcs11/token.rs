//! One token, asked through its module (PKCS#11 v3.0; `CKM_EDDSA`, §2.3.14).

use std::path::Path;

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::eddsa::{EddsaParams, EddsaSignatureScheme};
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::{Slot, TokenInfo};
use cryptoki::types::AuthPin;
use zeroize::Zeroizing;

use super::Pkcs11Uri;
use super::error::Pkcs11Error;

/// A token's module, which key is meant, and the PIN. The token itself may come and go.
pub(super) struct Token {
    module: Pkcs11,
    uri: Pkcs11Uri,
    pin: Option<AuthPin>,
}

/// Logged in, with the key at hand.
pub(super) struct Ready {
    session: Session,
    key: ObjectHandle,
}

impl Token {
    pub(super) fn named(
        uri: &Pkcs11Uri,
        module: Option<&Path>,
        pin: Option<Zeroizing<String>>,
    ) -> Result<Self, Pkcs11Error> {
        let path = uri.module_path.as_deref().or(module);
        let path = path.ok_or(Pkcs11Error::NoModule)?;
        Ok(Self {
            module: load(path)?,
            uri: uri.clone(),
            // Both copies are wiped when they are dropped.
            pin: pin.map(|pin| AuthPin::from(pin.as_str())),
        })
    }

    /// Ends all sessions and looks at the tokens again. What goes wrong here, the next call tells.
    pub(super) fn start_module_anew(&self) {
        let _ended = self.module.clone().finalize();
        let _started = start(&self.module);
    }

    /// Finds the token, logs in and finds the key.
    pub(super) fn reach(&self) -> Result<Ready, Pkcs11Error> {
        let (slot, info) = self.slot()?;
        let mechanisms = self.module.get_mechanism_list(slot);
        let mechanisms = mechanisms.map_err(|e| self.refused("say what it can do", &e))?;
        if !mechanisms.contains(&MechanismType::EDDSA) {
            return Err(Pkcs11Error::NoEddsa {
                token: self.uri.token_name(),
            });
        }
        let session = self.session(slot)?;
        if info.login_required() {
            self.log_in(&session, slot, &info)?;
        }
        let key = self.find(&session, ObjectClass::PRIVATE_KEY)?;
        Ok(Ready { session, key })
    }

    /// The public half, which everybody may read.
    pub(super) fn public_half(&self) -> Result<[u8; 32], Pkcs11Error> {
        let (slot, _) = self.slot()?;
        let session = self.session(slot)?;
        let key = self.find(&session, ObjectClass::PUBLIC_KEY)?;
        let attributes = session.get_attributes(key, &[AttributeType::EcPoint]);
        let attributes = attributes.map_err(|e| self.refused("show its public key", &e))?;
        let Some(Attribute::EcPoint(point)) = attributes.first() else {
            return Err(self.no_point());
        };
        // A DER OCTET STRING by the standard, the bare point in some tokens.
        let point = match point.len() {
            34 => point.strip_prefix(&[4, 32]),
            _bare => Some(point.as_slice()),
        };
        let point = point.and_then(|point| <[u8; 32]>::try_from(point).ok());
        point.ok_or_else(|| self.no_point())
    }

    pub(super) fn sign(&self, ready: &Ready, message: &[u8]) -> Result<[u8; 64], Pkcs11Error> {
        let ed25519 = Mechanism::Eddsa(EddsaParams::new(EddsaSignatureScheme::Ed25519));
        let signature = ready.session.sign(&ed25519, ready.key, message);
        let signature = signature.map_err(|e| self.refused("sign", &e))?;
        <[u8; 64]>::try_from(signature).map_err(|_| Pkcs11Error::Refused {
            token: self.uri.token_name(),
            doing: "sign with Ed25519",
            why: "its signature does not have 64 bytes".to_owned(),
        })
    }

    fn slot(&self) -> Result<(Slot, TokenInfo), Pkcs11Error> {
        let slots = self.module.get_slots_with_token();
        let slots = slots.map_err(|e| self.refused("be found", &e))?;
        // A token that goes away meanwhile is not there.
        let there: Vec<_> = slots
            .into_iter()
            .filter_map(|slot| Some((slot, self.module.get_token_info(slot).ok()?)))
            .filter(|(_, info)| info.token_initialized())
            .collect();
        let labels: Vec<_> = there
            .iter()
            .map(|(_, info)| format!("`{}`", info.label()))
            .collect();
        let mut meant = there.into_iter().filter(|(_, info)| self.is_meant(info));
        match (meant.next(), meant.next()) {
            (Some(only), None) => Ok(only),
            (Some(_), Some(_)) => Err(Pkcs11Error::ManyTokens {
                token: self.uri.token_name(),
            }),
            (None, _) => Err(Pkcs11Error::NoToken {
                token: self.uri.token_name(),
                there: match labels.as_slice() {
                    [] => "and no other".to_owned(),
                    labels => format!("only {}", labels.join(", ")),
                },
            }),
        }
    }

    fn is_meant(&self, info: &TokenInfo) -> bool {
        let is =
            |wanted: &Option<String>, value: &str| wanted.as_deref().is_none_or(|w| w == value);
        is(&self.uri.token, info.label())
            && is(&self.uri.manufacturer, info.manufacturer_id())
            && is(&self.uri.model, info.model())
            && is(&self.uri.serial, info.serial_number())
    }

    fn session(&self, slot: Slot) -> Result<Session, Pkcs11Error> {
        let session = self.module.open_ro_session(slot);
        session.map_err(|e| self.refused("open a session", &e))
    }

    fn log_in(&self, session: &Session, slot: Slot, info: &TokenInfo) -> Result<(), Pkcs11Error> {
        let token = || self.uri.token_name();
        if info.user_pin_locked() {
            return Err(Pkcs11Error::Locked { token: token() });
        }
        // A service that is started again and again would use up the last try.
        if info.user_pin_final_try() {
            return Err(Pkcs11Error::LastTry { token: token() });
        }
        let pin = self.pin.as_ref();
        if pin.is_none() && !info.protected_authentication_path() {
            return Err(Pkcs11Error::NoPin { token: token() });
        }
        match session.login(UserType::User, pin) {
            Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(()),
            Err(Error::Pkcs11(RvError::PinLocked, _)) => {
                Err(Pkcs11Error::Locked { token: token() })
            }
            Err(Error::Pkcs11(RvError::PinIncorrect | RvError::PinLenRange, _)) => {
                Err(Pkcs11Error::WrongPin {
                    token: token(),
                    few_left: self.few_tries_left(slot),
                })
            }
            Err(error) => Err(self.refused("log in", &error)),
        }
    }

    fn few_tries_left(&self, slot: Slot) -> bool {
        let info = self.module.get_token_info(slot);
        info.is_ok_and(|info| info.user_pin_count_low() || info.user_pin_final_try())
    }

    fn find(&self, session: &Session, class: ObjectClass) -> Result<ObjectHandle, Pkcs11Error> {
        let mut wanted = vec![
            Attribute::Class(class),
            Attribute::KeyType(KeyType::EC_EDWARDS),
        ];
        wanted.extend(
            self.uri
                .object
                .clone()
                .map(|label| Attribute::Label(label.into_bytes())),
        );
        wanted.extend(self.uri.id.clone().map(Attribute::Id));
        let found = session.find_objects(&wanted);
        let found = found.map_err(|e| self.refused("look for the key", &e))?;
        let (token, key) = (self.uri.token_name(), self.uri.key_name());
        match found.as_slice() {
            [only] => Ok(*only),
            [] => Err(Pkcs11Error::NoKey { token, key }),
            _several => Err(Pkcs11Error::ManyKeys { token, key }),
        }
    }

    fn no_point(&self) -> Pkcs11Error {
        Pkcs11Error::Public {
            token: self.uri.token_name(),
            why: "is no point of Ed25519".to_owned(),
        }
    }

    fn refused(&self, doing: &'static str, error: &Error) -> Pkcs11Error {
        Pkcs11Error::Refused {
            token: self.uri.token_name(),
            doing,
            why: in_short(error),
        }
    }
}

/// The code alone, such as `DeviceRemoved`: the library's own sentences are whole paragraphs.
fn in_short(error: &Error) -> String {
    if let Error::Pkcs11(code, _) = error {
        return format!("{code:?}");
    }
    error.to_string()
}

/// Another key of this process may have started the module already.
fn start(module: &Pkcs11) -> Result<(), Error> {
    let arguments = CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK);
    match module.initialize(arguments) {
        Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => Ok(()),
        other => other,
    }
}

fn load(path: &Path) -> Result<Pkcs11, Pkcs11Error> {
    let fault = |error: Error| Pkcs11Error::Module {
        path: path.to_owned(),
        why: in_short(&error),
    };
    let module = Pkcs11::new(path).map_err(fault)?;
    start(&module).map_err(fault)?;
    Ok(module)
}
