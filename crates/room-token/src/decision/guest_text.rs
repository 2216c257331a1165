//! What a guest is told. Never a colon: Jitsi's client shows only what follows the last one.

mod english;
mod french;
mod german;
mod spanish;

use crate::{DenyReason, Language};

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
