//! Room names, spelled the same way on both sides of the token.
//!
//! The issuer signs a room name; Prosody compares it with the localpart of a room's JID, which Jitsi's client
//! made from what stood in the address bar. Were the two spelled differently, an invited guest would be locked
//! out, or one room could be opened twice. So there is one rule, Jitsi's own, and no other way to a [`RoomName`].

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use thiserror::Error;
use unicode_normalization::UnicodeNormalization;

/// The localpart of a room's JID, in canonical form: lower-case ASCII letters, digits, `-_.~` and `%xx`.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct RoomName(String);

impl RoomName {
    /// The longest canonical name, in bytes.
    pub const MAX_BYTES: usize = 256;

    /// Parses what a person typed or an address bar showed.
    ///
    /// The rule is `getBackendSafeRoomName` and `getRoomName` of Jitsi Meet (`react/features/base/util/uri.ts`):
    /// strip what Jitsi strips, percent-decode, NFKC, lower-case, percent-encode, lower-case.
    ///
    /// ```
    /// # use room_token::RoomName;
    /// assert_eq!(RoomName::parse("Überraum")?.as_str(), "%c3%bcberraum");
    /// assert_eq!(RoomName::parse("My Room?")?.as_str(), "my%20room");
    /// # Ok::<(), room_token::RoomNameError>(())
    /// ```
    ///
    /// # Errors
    /// [`RoomNameError`] says which; every text says what to type instead.
    pub fn parse(typed: &str) -> Result<Self, RoomNameError> {
        let name = spell(typed);
        if name.is_empty() {
            return Err(RoomNameError::Empty);
        }
        if name.len() > Self::MAX_BYTES {
            return Err(RoomNameError::TooLong { bytes: name.len() });
        }
        // Browsers take them for folders (WHATWG URL, single-dot and double-dot path segments).
        if matches!(name.as_str(), "." | "..") {
            return Err(RoomNameError::Dots);
        }
        // The client spells the name again when it opens our link. A name that moves is not one room.
        if spell(&name) != name {
            return Err(RoomNameError::Unstable);
        }
        Ok(Self(name))
    }

    /// Takes a name that claims to be canonical already, as a token's `room` does.
    ///
    /// # Errors
    /// [`RoomNameError::NotCanonical`] if [`RoomName::parse`] would spell it differently.
    pub fn from_canonical(name: &str) -> Result<Self, RoomNameError> {
        let parsed = Self::parse(name)?;
        if parsed.0 != name {
            return Err(RoomNameError::NotCanonical);
        }
        Ok(parsed)
    }

    /// The canonical form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RoomName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What Jitsi's client cuts out of the path (`ROOM_EXCLUDE_PATTERN`).
const STRIPPED: &str = ":?#[]@!$&'()*+,;=></\"";

/// What JavaScript's `encodeURIComponent` leaves as it is (ECMA-262 §19.2.6.4).
const KEPT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

fn spell(typed: &str) -> String {
    let kept: String = typed.chars().filter(|c| !STRIPPED.contains(*c)).collect();
    let folded = decode(&kept).nfkc().collect::<String>().to_lowercase();
    utf8_percent_encode(&folded, KEPT)
        .to_string()
        .to_ascii_lowercase()
}

/// `decodeURIComponent`, which leaves the text alone when it is not well-formed percent-encoding.
fn decode(text: &str) -> String {
    if !percents_are_whole(text) {
        return text.to_owned();
    }
    percent_decode_str(text)
        .decode_utf8()
        .map_or_else(|_| text.to_owned(), std::borrow::Cow::into_owned)
}

fn percents_are_whole(text: &str) -> bool {
    text.split('%').skip(1).all(|after| {
        let mut digits = after.bytes();
        let is_hex = |digit: Option<u8>| digit.is_some_and(|d| d.is_ascii_hexdigit());
        is_hex(digits.next()) && is_hex(digits.next())
    })
}

/// Why a text cannot name a room.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum RoomNameError {
    /// `.` or `..`.
    #[error(
        "no link can lead to a room called `.` or `..`, because browsers take them for folders; use letters or digits"
    )]
    Dots,
    /// Nothing was left of it.
    #[error(
        "the room name is empty once Jitsi's forbidden characters are gone; use letters or digits"
    )]
    Empty,
    /// It was said to be canonical and is not.
    #[error("the room name is not in canonical form; sign the canonical one")]
    NotCanonical,
    /// Over [`RoomName::MAX_BYTES`].
    #[error("the room name has {bytes} bytes once encoded, more than 256; choose a shorter one")]
    TooLong {
        /// Its length in canonical form.
        bytes: usize,
    },
    /// Jitsi's client would spell it differently each time.
    #[error("Jitsi would not keep this room name as it is; leave out percent-encoded punctuation")]
    Unstable,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn percent_encoded_punctuation_cannot_smuggle_a_wildcard() {
        for typed in ["%2a", "team-%2A", "%28x%29", "%21", "%27"] {
            assert_eq!(
                RoomName::parse(typed),
                Err(RoomNameError::Unstable),
                "{typed}"
            );
        }
    }

    #[test]
    fn a_name_that_does_not_percent_decode_is_taken_as_it_is() {
        for (typed, name) in [
            ("100%", "100%25"),
            ("%zz%41", "%25zz%2541"),
            ("%ff", "%25ff"),
            ("%41", "a"),
        ] {
            assert_eq!(RoomName::parse(typed).unwrap().as_str(), name, "{typed}");
        }
    }

    #[test]
    fn only_the_canonical_form_is_canonical() {
        assert!(RoomName::from_canonical("my%20room").is_ok());
        for name in ["My%20room", "my room", "my%20room?", "%41", "%C3%BC", "ﬀoo"] {
            assert_eq!(
                RoomName::from_canonical(name),
                Err(RoomNameError::NotCanonical),
                "{name}"
            );
        }
    }

    #[test]
    fn the_length_is_counted_in_encoded_bytes() {
        assert!(RoomName::parse(&"a".repeat(256)).is_ok());
        let error = RoomName::parse(&"ü".repeat(43)).unwrap_err();
        assert_eq!(error, RoomNameError::TooLong { bytes: 258 });
    }

    proptest! {
        #[test]
        fn parsing_is_idempotent(typed in any::<String>()) {
            if let Ok(name) = RoomName::parse(&typed) {
                prop_assert_eq!(RoomName::parse(name.as_str()), Ok(name.clone()));
                prop_assert_eq!(RoomName::from_canonical(name.as_str()), Ok(name));
            }
        }

        #[test]
        fn a_canonical_name_is_plain(typed in any::<String>()) {
            if let Ok(name) = RoomName::parse(&typed) {
                let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.~%".contains(&b);
                prop_assert!(name.as_str().bytes().all(plain), "{}", name);
            }
        }
    }
}
