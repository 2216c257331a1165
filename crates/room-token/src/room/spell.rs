//! Jitsi's rule for spelling a room's name.
//!
//! `getBackendSafeRoomName` and `getRoomName` of Jitsi Meet (`react/features/base/util/uri.ts`): strip what Jitsi strips,
//! percent-decode, NFKC, lower-case, percent-encode, lower-case.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use unicode_normalization::UnicodeNormalization;

/// The name as the client would make it of what was typed.
pub(super) fn spell(typed: &str) -> String {
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
