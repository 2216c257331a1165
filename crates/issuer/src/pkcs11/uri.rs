//! The name of a key in a token (RFC 7512), as far as it makes sense here.

use std::path::PathBuf;

use percent_encoding::percent_decode_str;
use thiserror::Error;

/// Which key of which token, and how to get at it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Pkcs11Uri {
    pub(super) token: Option<String>,
    pub(super) manufacturer: Option<String>,
    pub(super) model: Option<String>,
    pub(super) serial: Option<String>,
    pub(super) object: Option<String>,
    pub(super) id: Option<Vec<u8>>,
    pub(super) module_path: Option<PathBuf>,
    pub(super) pin_source: Option<PathBuf>,
}

impl Pkcs11Uri {
    /// Whether a key's name is meant to be such a URI, and not a file's path.
    pub fn is_meant_by(text: &str) -> bool {
        text.starts_with("pkcs11:")
    }

    /// Reads `pkcs11:token=…;object=…?module-path=…&pin-source=file:…`.
    ///
    /// # Errors
    /// [`Pkcs11UriError`]; a PIN in the URI is refused, because everybody on the machine can read command lines.
    pub fn parse(text: &str) -> Result<Self, Pkcs11UriError> {
        let rest = text.strip_prefix("pkcs11:").ok_or(Pkcs11UriError::Scheme)?;
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let attributes = path.split(';').chain(query.split('&'));
        let mut uri = Self::default();
        for attribute in attributes.filter(|attribute| !attribute.is_empty()) {
            uri.take(attribute)?;
        }
        if uri.token.is_none() && uri.serial.is_none() {
            return Err(Pkcs11UriError::NoToken);
        }
        if uri.object.is_none() && uri.id.is_none() {
            return Err(Pkcs11UriError::NoObject);
        }
        Ok(uri)
    }

    fn take(&mut self, attribute: &str) -> Result<(), Pkcs11UriError> {
        let (name, value) = attribute.split_once('=').unwrap_or((attribute, ""));
        let fault = || Pkcs11UriError::Attribute {
            name: name.to_owned(),
        };
        let bytes: Vec<u8> = percent_decode_str(value).collect();
        if name == "id" {
            return once(&mut self.id, bytes).ok_or_else(fault);
        }
        let text = String::from_utf8(bytes).map_err(|_| fault())?;
        let taken = match name {
            "token" => once(&mut self.token, text),
            "manufacturer" => once(&mut self.manufacturer, text),
            "model" => once(&mut self.model, text),
            "serial" => once(&mut self.serial, text),
            "object" => once(&mut self.object, text),
            "type" if text == "private" => Some(()),
            "module-path" => once(&mut self.module_path, text.into()),
            "pin-source" => {
                let path = text.strip_prefix("file:").unwrap_or(&text);
                once(&mut self.pin_source, path.trim_start_matches("//").into())
            }
            "pin-value" => return Err(Pkcs11UriError::PinValue),
            _other => None,
        };
        taken.ok_or_else(fault)
    }

    /// What it says of the token, for messages.
    pub(super) fn token_name(&self) -> String {
        let serial = self.serial.as_deref();
        let name = self.token.as_deref().or(serial).unwrap_or_default();
        format!("`{name}`")
    }

    /// What it says of the key, for messages.
    pub(super) fn key_name(&self) -> String {
        let id = self.id.as_ref().map(|id| {
            let hex: Vec<_> = id.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("with id {}", hex.concat())
        });
        let object = self.object.as_ref().map(|object| format!("`{object}`"));
        [object, id]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// An attribute with a value, named once.
fn once<T: Default + PartialEq>(place: &mut Option<T>, value: T) -> Option<()> {
    if place.is_some() || value == T::default() {
        return None;
    }
    *place = Some(value);
    Some(())
}

/// Why a text names no key in a token.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum Pkcs11UriError {
    /// Unknown, empty, named twice, or not text.
    #[error(
        "`{name}` in the key's URI is not known, empty, or there twice; it takes token, serial, manufacturer, model, object, id, module-path and pin-source"
    )]
    Attribute {
        /// Which.
        name: String,
    },
    /// Which key?
    #[error("the key's URI names no key; add `object=LABEL` or `id=%01`")]
    NoObject,
    /// Which token?
    #[error("the key's URI names no token; add the attribute `token` with its label")]
    NoToken,
    /// The PIN itself.
    #[error(
        "the key's URI has the PIN in it, where every user of this machine can read it; put it into a file and say `pin-source=file:/PATH`, and change the PIN"
    )]
    PinValue,
    /// Another scheme.
    #[error("a key's URI begins with `pkcs11:`; see docs/operations.md")]
    Scheme,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uri_names_a_key_and_the_way_to_it() {
        let uri = "pkcs11:token=My%20HSM;object=room;id=%01%ff;type=private\
                   ?module-path=/usr/lib/p11.so&pin-source=file:/etc/roompass/pin";
        let uri = Pkcs11Uri::parse(uri).unwrap();
        assert_eq!(uri.token.as_deref(), Some("My HSM"));
        assert_eq!(uri.object.as_deref(), Some("room"));
        assert_eq!(uri.id, Some(vec![1, 255]));
        assert_eq!(uri.module_path, Some("/usr/lib/p11.so".into()));
        assert_eq!(uri.pin_source, Some("/etc/roompass/pin".into()));
        assert_eq!(uri.key_name(), "`room` with id 01ff");
        assert!(Pkcs11Uri::is_meant_by("pkcs11:") && !Pkcs11Uri::is_meant_by("room.pem"));
    }

    #[test]
    fn what_it_does_not_say_clearly_is_refused() {
        for (uri, words) in [
            ("room.pem", "begins with `pkcs11:`"),
            ("pkcs11:object=room", "names no token"),
            ("pkcs11:token=t", "names no key"),
            ("pkcs11:token=t;token=u;object=room", "`token`"),
            ("pkcs11:token=;object=room", "`token`"),
            ("pkcs11:token=t;object=room;colour=red", "`colour`"),
            ("pkcs11:token=t;object=%ff", "`object`"),
            ("pkcs11:token=t;object=room;type=cert", "`type`"),
        ] {
            let error = Pkcs11Uri::parse(uri).unwrap_err().to_string();
            assert!(error.contains(words), "{uri}: {error}");
        }
    }

    #[test]
    fn a_pin_in_the_uri_is_refused_and_not_shown() {
        let error = Pkcs11Uri::parse("pkcs11:token=t;object=k?pin-value=4711").unwrap_err();
        assert_eq!(error, Pkcs11UriError::PinValue);
        assert!(!error.to_string().contains("4711"));
    }
}
