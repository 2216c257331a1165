//! What a guest is told. Never a colon: Jitsi's client shows only what follows the last one.

mod english;
mod french;
mod german;
mod spanish;

use std::borrow::Cow;

use crate::{DenyReason, Language};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

impl DenyReason {
    /// The sentence for the person who is kept out, in English.
    pub const fn guest_text(self) -> &'static str {
        self.guest_text_in(Language::English)
    }

    /// The same in another language.
    pub const fn guest_text_in(self, language: Language) -> &'static str {
        let texts = Texts::of(language);
        match self {
            Self::TokenMissing => texts.token_missing,
            Self::Malformed => texts.malformed,
            Self::UnsupportedHeader | Self::UnsupportedAlgorithm | Self::BadClaims => {
                texts.unusable
            }
            Self::UnknownKey => texts.unknown_key,
            Self::BadSignature => texts.bad_signature,
            Self::WrongIssuer | Self::WrongAudience => texts.other_server,
            Self::LifetimeTooLong => texts.lifetime_too_long,
            Self::TooEarly => texts.too_early,
            Self::JoinClosed => texts.join_closed,
            Self::NameRefused => texts.name_refused,
            Self::NotOpenYet => texts.not_open_yet,
            Self::OutOfScope => texts.out_of_scope,
            Self::OutsideWindow => texts.outside_window,
            Self::Revoked => texts.revoked,
            Self::RoomFull => texts.room_full,
            Self::SeatsTaken => texts.seats_taken,
            Self::Expired => texts.expired,
            Self::WrongRoom => texts.wrong_room,
            Self::KeySetStale
            | Self::RevocationsStale
            | Self::StatusUnknown
            | Self::VerifierUnavailable => texts.out_of_order,
        }
    }

    /// The same, and for somebody who is early, in how many seconds the door opens. A span and no time of day, for nobody
    /// knows what clock the reader has.
    pub fn guest_text_before(self, language: Language, opens_in: Option<u64>) -> Cow<'static, str> {
        let text = self.guest_text_in(language);
        let is_early = matches!(self, Self::TooEarly | Self::OutsideWindow);
        match opens_in.filter(|_| is_early) {
            Some(seconds) => format!("{text} {}", Texts::of(language).opening(seconds)).into(),
            None => text.into(),
        }
    }
}

/// What somebody in a room is told whose link ends in so many seconds, and whose stay ends with it.
pub fn ending_text(language: Language, seconds: u64) -> String {
    let texts = Texts::of(language);
    texts.ends_in.replace("{wait}", &texts.spelled(seconds))
}

/// One language's sentences.
struct Texts {
    token_missing: &'static str,
    malformed: &'static str,
    unusable: &'static str,
    unknown_key: &'static str,
    bad_signature: &'static str,
    other_server: &'static str,
    lifetime_too_long: &'static str,
    too_early: &'static str,
    join_closed: &'static str,
    name_refused: &'static str,
    not_open_yet: &'static str,
    out_of_scope: &'static str,
    outside_window: &'static str,
    revoked: &'static str,
    room_full: &'static str,
    seats_taken: &'static str,
    expired: &'static str,
    wrong_room: &'static str,
    out_of_order: &'static str,
    /// With `{wait}`.
    opens_in: &'static str,
    /// With `{wait}`.
    ends_in: &'static str,
    /// Of two and more, as they stand in `opens_in`.
    days: &'static str,
}

impl Texts {
    const fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &english::TEXTS,
            Language::French => &french::TEXTS,
            Language::German => &german::TEXTS,
            Language::Spanish => &spanish::TEXTS,
        }
    }

    fn opening(&self, seconds: u64) -> String {
        self.opens_in.replace("{wait}", &self.spelled(seconds))
    }

    /// Minutes are rounded up, so that nobody comes back a moment too early; days are rounded down, so that nobody comes a day
    /// too late. `h` and `min` are the same in every language (ISO 80000-3).
    fn spelled(&self, seconds: u64) -> String {
        let minutes = seconds.div_ceil(MINUTE).max(1) * MINUTE;
        if minutes < HOUR {
            return format!("{} min", minutes / MINUTE);
        }
        if minutes < 2 * DAY {
            return format!("{} h {} min", minutes / HOUR, minutes % HOUR / MINUTE);
        }
        format!("{} {}", minutes / DAY, self.days)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_says_what_and_what_to_do_without_a_colon() {
        for language in Language::ALL {
            for reason in DenyReason::ALL {
                let text = reason.guest_text_in(*language);
                assert!(!text.contains(':'), "{text}");
                assert!(
                    text.ends_with('.') && text.matches(". ").count() >= 1,
                    "{text}"
                );
            }
        }
    }

    #[test]
    fn whoever_is_early_reads_how_long_it_takes() {
        let text = |wait| DenyReason::TooEarly.guest_text_before(Language::English, Some(wait));
        for (seconds, spelled) in [
            (0, "1 min"),
            (60, "1 min"),
            (61, "2 min"),
            (3540, "59 min"),
            (3541, "1 h 0 min"),
            (8100, "2 h 15 min"),
            (172_740, "47 h 59 min"),
            (172_741, "2 days"),
            (259_199, "3 days"),
            (345_000, "3 days"),
        ] {
            let ends = format!("same link. This meeting opens in {spelled}.");
            assert!(text(seconds).ends_with(&ends), "{}", text(seconds));
        }
        let german = DenyReason::OutsideWindow.guest_text_before(Language::German, Some(600_000));
        assert!(german.ends_with("Das Treffen wird in 6 Tagen geöffnet."));
    }

    #[test]
    fn nobody_else_does() {
        for reason in DenyReason::ALL {
            let text = reason.guest_text_before(Language::French, Some(60));
            let is_early = matches!(reason, DenyReason::TooEarly | DenyReason::OutsideWindow);
            assert_eq!(text != reason.guest_text_in(Language::French), is_early);
        }
        let unknown = DenyReason::TooEarly.guest_text_before(Language::English, None);
        assert_eq!(unknown, DenyReason::TooEarly.guest_text());
    }

    #[test]
    fn no_span_brings_a_colon_or_leaves_a_gap() {
        for language in Language::ALL {
            for seconds in [1, 5000, 500_000] {
                let early = DenyReason::TooEarly.guest_text_before(*language, Some(seconds));
                let ending = ending_text(*language, seconds);
                for text in [&*early, &ending] {
                    assert!(
                        !text.contains([':', '{', '}']) && text.ends_with('.'),
                        "{text}"
                    );
                }
            }
        }
        assert!(ending_text(Language::English, 290).contains("ends in 5 min, and"));
    }

    #[test]
    fn each_language_has_words_of_its_own() {
        for reason in DenyReason::ALL {
            let mut texts: Vec<_> = Language::ALL
                .iter()
                .map(|language| reason.guest_text_in(*language))
                .collect();
            texts.sort_unstable();
            texts.dedup();
            assert_eq!(texts.len(), Language::ALL.len(), "{}", reason.code());
        }
    }
}
