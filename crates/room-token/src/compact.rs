//! The compact form of a JWS (RFC 7515 §7.1), shared by signing and checking so that they cannot disagree.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::signature::SignatureHolds;

/// The longest token we look into, in bytes. Ours have about 390.
pub(crate) const MAX_BYTES: usize = 4096;

/// A token in its three parts, decoded into one buffer; nothing in it is believed yet.
#[derive(Debug)]
pub(crate) struct Compact<'a> {
    signing_input: &'a str,
    header: &'a [u8],
    /// Handed out only against a signature that holds.
    payload: &'a [u8],
    signature: &'a [u8],
}

impl<'a> Compact<'a> {
    /// Takes a room token apart, or says in a few words what is wrong with its shape. The buffer is the only memory that
    /// is taken before a signature holds, and only for what looks like a token.
    pub(crate) fn parse(token: &'a str, decoded: &'a mut Vec<u8>) -> Result<Self, &'static str> {
        if token.len() > MAX_BYTES {
            return Err("longer than 4096 bytes");
        }
        Self::parse_into(token, decoded)
    }

    /// The same for another kind of token, which may be longer.
    pub(crate) fn parse_up_to(
        token: &'a str,
        max_bytes: usize,
        decoded: &'a mut Vec<u8>,
    ) -> Result<Self, &'static str> {
        if token.len() > max_bytes {
            return Err("too long");
        }
        Self::parse_into(token, decoded)
    }

    fn parse_into(token: &'a str, decoded: &'a mut Vec<u8>) -> Result<Self, &'static str> {
        // First of all, as RFC 8725bis §3.14 asks: a legal JWT is made of these characters only.
        // All of it is looked at, whatever was found: without a branch a byte this is several bytes at a time.
        let legal = |b: u8| b.is_ascii_alphanumeric() | matches!(b, b'-' | b'_' | b'.');
        if !token.bytes().fold(true, |all, b| all & legal(b)) {
            return Err("a character outside A-Z a-z 0-9 - _ .");
        }
        let (signing_input, signature) = token.rsplit_once('.').ok_or("not three parts")?;
        let (header, payload) = signing_input.split_once('.').ok_or("not three parts")?;
        if payload.contains('.') {
            return Err("not three parts");
        }
        decoded.resize(token.len(), 0);
        let (header, decoded) = part(header, decoded)?;
        let (payload, decoded) = part(payload, decoded)?;
        let (signature, _rest) = part(signature, decoded)?;
        Ok(Self {
            signing_input,
            header,
            payload,
            signature,
        })
    }

    /// What the signature covers: `header.payload` as received (RFC 7515 §5.2).
    pub(crate) const fn signing_input(&self) -> &'a str {
        self.signing_input
    }

    /// The decoded header.
    pub(crate) const fn header(&self) -> &'a [u8] {
        self.header
    }

    /// The decoded signature, of whatever length.
    pub(crate) const fn signature(&self) -> &'a [u8] {
        self.signature
    }

    /// The payload, for the one who has just checked the signature.
    pub(crate) const fn verified_payload(&self, _signature_holds: &SignatureHolds) -> &'a [u8] {
        self.payload
    }
}

/// Decodes into the beginning of the buffer; returns that, and what is left of the buffer. Refuses padding and
/// unused bits that are not zero, so that one token has one spelling.
fn part<'b>(text: &str, buffer: &'b mut [u8]) -> Result<(&'b [u8], &'b mut [u8]), &'static str> {
    const WORDS: &str = "a part that is not canonical base64url";
    if text.is_empty() {
        return Err("an empty part");
    }
    let decoded = URL_SAFE_NO_PAD.decode_slice(text, buffer);
    let length = decoded.map_err(|_| WORDS)?;
    let (decoded, rest) = buffer.split_at_mut_checked(length).ok_or(WORDS)?;
    Ok((decoded, rest))
}

/// `header.payload`: what is signed. Leaves room for what [`append_signature`] puts behind it.
pub(crate) fn signing_input(header: &str, payload: &[u8]) -> String {
    const SIGNATURE: usize = ".".len() + 86;
    let encoded = |bytes: usize| bytes.div_ceil(3) * 4;
    let capacity = encoded(header.len()) + ".".len() + encoded(payload.len()) + SIGNATURE;
    let mut input = String::with_capacity(capacity);
    URL_SAFE_NO_PAD.encode_string(header, &mut input);
    input.push('.');
    URL_SAFE_NO_PAD.encode_string(payload, &mut input);
    input
}

/// Makes a token of what was signed.
pub(crate) fn append_signature(signing_input: &mut String, signature: &[u8]) {
    signing_input.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, signing_input);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_one_shape() {
        let decoded = &mut Vec::new();
        let compact = Compact::parse("e30.W10.AAEC", decoded).unwrap();
        assert_eq!(compact.signing_input(), "e30.W10");
        assert_eq!(
            (compact.header(), compact.signature()),
            (&b"{}"[..], &[0, 1, 2][..])
        );
        let longest = format!("e30.e30.{}", "AAAA".repeat(1022));
        assert_eq!(longest.len(), MAX_BYTES);
        assert!(Compact::parse(&longest, &mut Vec::new()).is_ok());
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
            let refused = Compact::parse(token, &mut Vec::new()).unwrap_err();
            assert_eq!(refused, words, "{token:.40}");
        }
    }
}
