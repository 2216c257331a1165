//! The compact form of a JWS (RFC 7515 §7.1), shared by signing and checking so that they cannot disagree.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::signature::SignatureHolds;

/// The longest token we look into, in bytes. Ours have about 390.
pub(crate) const MAX_BYTES: usize = 4096;

/// A token in its three parts; nothing in it is believed yet.
#[derive(Debug)]
pub(crate) struct Compact<'a> {
    /// What the signature covers: `header.payload` as received (RFC 7515 §5.2).
    pub(crate) signing_input: &'a str,
    /// The decoded header.
    pub(crate) header: Vec<u8>,
    /// The decoded payload. Private: it is handed out only against a signature that holds.
    payload: Vec<u8>,
    /// The decoded signature, of whatever length.
    pub(crate) signature: Vec<u8>,
}

impl<'a> Compact<'a> {
    /// Takes a token apart, or says in a few words what is wrong with its shape.
    pub(crate) fn parse(token: &'a str) -> Result<Self, &'static str> {
        if token.len() > MAX_BYTES {
            return Err("longer than 4096 bytes");
        }
        // First of all, as RFC 8725bis §3.14 asks: a legal JWT is made of these characters only.
        let legal = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
        if !token.bytes().all(legal) {
            return Err("a character outside A-Z a-z 0-9 - _ .");
        }
        let (signing_input, signature) = token.rsplit_once('.').ok_or("not three parts")?;
        let (header, payload) = signing_input.split_once('.').ok_or("not three parts")?;
        if payload.contains('.') {
            return Err("not three parts");
        }
        Ok(Self {
            signing_input,
            header: part(header)?,
            payload: part(payload)?,
            signature: part(signature)?,
        })
    }

    /// The payload, for the one who has just checked the signature.
    pub(crate) fn into_verified_payload(self, _signature_holds: SignatureHolds) -> Vec<u8> {
        self.payload
    }
}

fn part(text: &str) -> Result<Vec<u8>, &'static str> {
    if text.is_empty() {
        return Err("an empty part");
    }
    // Refuses padding and unused bits that are not zero, so one token has one spelling.
    URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| "a part that is not canonical base64url")
}

/// `header.payload`: what is signed.
pub(crate) fn signing_input(header: &str, payload: &[u8]) -> String {
    format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(payload)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_one_shape() {
        assert!(Compact::parse("e30.e30.e30").is_ok());
        for (token, words) in [
            ("", "not three parts"),
            ("e30", "not three parts"),
            ("e30.e30", "not three parts"),
            ("e30.e30.e30.e30", "not three parts"),
            ("..", "an empty part"),
            ("e30..e30", "an empty part"),
            ("e30.e30.", "an empty part"),
            ("e30=.e30.e30", "a character outside A-Z a-z 0-9 - _ ."),
            ("e30.e30.e30\n", "a character outside A-Z a-z 0-9 - _ ."),
            ("e30\\e30.e30", "a character outside A-Z a-z 0-9 - _ ."),
            ("e+0.e30.e30", "a character outside A-Z a-z 0-9 - _ ."),
            ("e31.e30.e30", "a part that is not canonical base64url"),
            ("e.e30.e30", "a part that is not canonical base64url"),
            (&"a".repeat(4097), "longer than 4096 bytes"),
        ] {
            assert_eq!(Compact::parse(token).unwrap_err(), words, "{token:.40}");
        }
    }
}
