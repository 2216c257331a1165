//! The page that somebody reads who cannot come in. It has no token in it, but for the way to the right room.

use askama::Template;
use percent_encoding::percent_decode_str;
use room_token::{DenyReason, Language, RoomName, Timestamp};
use time::OffsetDateTime;
use time::macros::format_description;

use crate::words::Words;
use crate::{Damage, Refusal, Way};

/// A page, ready to be written.
#[derive(Template)]
#[template(path = "refusal.html")]
pub(crate) struct Page<'a> {
    language: &'static str,
    words: &'static Words,
    title: &'static str,
    text: &'static str,
    room: String,
    opens: Option<Opening>,
    hint: String,
    go_to: &'a str,
    from: String,
    has_box: bool,
    typed: bool,
    may_retry: bool,
    contact: &'a str,
    code: &'static str,
    request: &'a str,
    now: u64,
}

/// A time, for people and for the script.
struct Opening {
    utc: String,
    machine: String,
    seconds: u64,
}

/// What a page needs beside the refusal.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading<'a> {
    pub(crate) language: Language,
    /// How the operator says one reaches the organisers; may be empty.
    pub(crate) contact: &'a str,
    /// The name of this request in logs.
    pub(crate) request: &'a str,
    pub(crate) now: Timestamp,
    /// Whether the box was filled with something that is no link.
    pub(crate) typed: bool,
}

impl<'a> Page<'a> {
    pub(crate) fn new(refusal: &'a Refusal, reading: &Reading<'a>) -> Self {
        let words = Words::of(reading.language);
        let (way, reason) = (&refusal.way, refusal.reason);
        let told = match way {
            Way::CopyAgain(_) => DenyReason::Malformed,
            Way::Ask | Way::Paste | Way::Wait { .. } | Way::GoTo { .. } | Way::Later => reason,
        };
        Self {
            language: reading.language.tag(),
            words,
            title: title(words, told),
            text: told.guest_text_in(reading.language),
            room: readable(&refusal.room),
            opens: opening(way),
            hint: hint(words, way),
            go_to: match way {
                Way::GoTo { to } => to,
                Way::Ask | Way::Paste | Way::CopyAgain(_) | Way::Wait { .. } | Way::Later => "",
            },
            from: crate::address::path(&refusal.room),
            has_box: matches!(way, Way::Ask | Way::Paste | Way::CopyAgain(_)),
            typed: reading.typed,
            may_retry: matches!(way, Way::Later | Way::Wait { .. }),
            contact: reading.contact,
            code: reason.code(),
            request: reading.request,
            now: reading.now.as_secs(),
        }
    }
}

/// The heading, by what a guest can tell apart.
const fn title(words: &Words, reason: DenyReason) -> &'static str {
    match reason {
        DenyReason::TokenMissing => words.invitation,
        DenyReason::Malformed => words.damaged,
        DenyReason::TooEarly | DenyReason::OutsideWindow | DenyReason::NotOpenYet => words.early,
        DenyReason::Expired => words.ended,
        DenyReason::Revoked => words.withdrawn,
        DenyReason::WrongRoom | DenyReason::WrongAudience | DenyReason::WrongIssuer => {
            words.elsewhere
        }
        DenyReason::KeySetStale
        | DenyReason::RevocationsStale
        | DenyReason::RoomFull
        | DenyReason::StatusUnknown
        | DenyReason::VerifierUnavailable => words.later,
        DenyReason::BadClaims
        | DenyReason::BadSignature
        | DenyReason::JoinClosed
        | DenyReason::LifetimeTooLong
        | DenyReason::NameRefused
        | DenyReason::OutOfScope
        | DenyReason::SeatsTaken
        | DenyReason::UnknownKey
        | DenyReason::UnsupportedAlgorithm
        | DenyReason::UnsupportedHeader => words.refused,
    }
}

fn hint(words: &Words, way: &Way) -> String {
    let counted = |text: &str, number: usize| text.replace("{}", &number.to_string());
    match way {
        Way::CopyAgain(Damage::Cut { after }) => counted(words.cut_after, *after),
        Way::CopyAgain(Damage::Stray { at }) => counted(words.stray_at, *at),
        Way::CopyAgain(Damage::Tail { extra }) => counted(words.extra, *extra),
        Way::CopyAgain(Damage::Unclear)
        | Way::Ask
        | Way::Paste
        | Way::Wait { .. }
        | Way::GoTo { .. }
        | Way::Later => String::new(),
    }
}

/// `2026-03-03 14:00 UTC`: the same in every language; the script adds the reader's own.
fn opening(way: &Way) -> Option<Opening> {
    let Way::Wait { opens } = way else {
        return None;
    };
    let seconds = opens.as_secs();
    let moment = OffsetDateTime::from_unix_timestamp(i64::try_from(seconds).ok()?).ok()?;
    let format =
        |pattern: &[time::format_description::BorrowedFormatItem<'_>]| moment.format(pattern).ok();
    Some(Opening {
        utc: format(format_description!(
            "[year]-[month]-[day] [hour]:[minute] UTC"
        ))?,
        machine: format(format_description!(
            "[year]-[month]-[day]T[hour]:[minute]:[second]Z"
        ))?,
        seconds,
    })
}

fn readable(room: &RoomName) -> String {
    percent_decode_str(room.local())
        .decode_utf8_lossy()
        .into_owned()
}
