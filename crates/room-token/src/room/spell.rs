//! Jitsi's rule for spelling a room's name.
//!
//! `getBackendSafeRoomName` and `getRoomName` of Jitsi Meet (`react/features/base/util/uri.ts`): strip what Jitsi strips,
//! percent-decode, NFKC, lower-case, percent-encode, lower-case.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use unicode_normalization::UnicodeNormalization;

/// The name as the client would make it of what was typed.
pub(super) fn spell(typed: &str) -> String {
    if is_plain(typed) {
        return typed.to_owned();
    }
    let kept: String = typed.chars().filter(|c| !STRIPPED.contains(*c)).collect();
    let folded = decode(&kept).nfkc().collect::<String>().to_lowercase();
    utf8_percent_encode(&folded, KEPT)
        .to_string()
        .to_ascii_lowercase()
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

/// Whether the rule leaves it alone for a plain reason: nothing to strip, decode, fold or encode. Most names are so,
/// and a door sees one with every token.
fn is_plain(typed: &str) -> bool {
    let plain = |b: u8| {
        b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_' | b'.' | b'~')
    };
    typed.bytes().all(plain)
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_plain_name_is_left_alone_by_the_whole_rule(name in "[a-z0-9_.~-]{0,40}") {
            // The long way round: an escape makes it not plain, and decodes to nothing but a letter.
            prop_assert_eq!(spell(&format!("%61{name}")), format!("a{name}"));
            prop_assert_eq!(spell(&name), name);
        }
    }
}
