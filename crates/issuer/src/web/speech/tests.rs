//! Whoever asks is answered in their language; dates and spans as people there write them.

use jiff::civil::date;
use jiff::tz::TimeZone;
use room_token::Timestamp;

use super::*;

#[test]
fn dates_are_written_as_people_write_them() {
    let day = date(2026, 3, 3).to_zoned(TimeZone::UTC).unwrap();
    for (language, long, short) in [
        (Language::English, "Tuesday, 3 March 2026", "3 Mar 2026"),
        (Language::French, "mardi 3 mars 2026", "3 mars 2026"),
        (Language::German, "Dienstag, 3. März 2026", "3. März 2026"),
        (
            Language::Spanish,
            "martes, 3 de marzo de 2026",
            "3 mar 2026",
        ),
    ] {
        let texts = Texts::of(language);
        assert_eq!(
            (texts.date(&day), texts.short_date(&day)),
            (long.to_owned(), short.to_owned())
        );
    }
}

#[test]
fn a_span_is_declined() {
    let now = Timestamp::from_secs(1_767_225_600).unwrap();
    for (language, secs, away, lasting) in [
        (
            Language::English,
            90_000,
            "in 1 day and 1 hour",
            "for 1 day and 1 hour",
        ),
        (Language::French, 7200, "dans 2 heures", "pendant 2 heures"),
        (Language::German, 7 * 86_400, "in 7 Tagen", "7 Tage lang"),
        (
            Language::German,
            90_000,
            "in 1 Tag und 1 Stunde",
            "1 Tag und 1 Stunde lang",
        ),
        (
            Language::Spanish,
            60,
            "dentro de 1 minuto",
            "durante 1 minuto",
        ),
    ] {
        let texts = Texts::of(language);
        assert_eq!(texts.away(now, now.plus(secs)), away);
        assert_eq!(texts.lasting(secs), lasting);
        assert_eq!(texts.away(now, now), texts.times.now);
    }
}

#[test]
fn a_choice_counts_more_than_the_browser() {
    let mut headers = HeaderMap::new();
    assert_eq!(language_of(&headers), Language::English);
    headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static("it, de-AT;q=0.8"));
    assert_eq!(language_of(&headers), Language::German);
    let (_, kept) = cookie::keep_language(Some(Language::Spanish));
    let pair = kept.to_str().unwrap().split(';').next().unwrap().to_owned();
    headers.insert("cookie", pair.parse().unwrap());
    assert_eq!(language_of(&headers), Language::Spanish);
    headers.insert(
        "cookie",
        HeaderValue::from_static("__Host-roompass-language=xx"),
    );
    assert_eq!(language_of(&headers), Language::German);
    let (_, ended) = cookie::keep_language(None);
    assert!(ended.to_str().unwrap().contains("Max-Age=0"));
}

#[test]
fn what_is_filled_in_has_its_place_in_every_language() {
    for language in Language::ALL {
        let texts = Texts::of(*language);
        for (text, places) in [
            (texts.form.issued_by, &["{}"][..]),
            (texts.result.as_guest, &["{}"]),
            (texts.result.as_moderator, &["{}"]),
            (texts.result.and_more, &["{}"]),
            (texts.result.times_in, &["{}"]),
            (texts.result.seats, &["{}"]),
            (texts.result.occupants, &["{}"]),
            (texts.preview.for_jitsi, &["{}"]),
            (texts.preview.from_now, &["{}"]),
            (texts.preview.early, &["{}"]),
            (texts.preview.grace, &["{}"]),
            (texts.preview.one_meeting, &["{}"]),
            (texts.preview.from_until, &["{from}", "{until}"]),
            (texts.preview.one_link, &["{count}", "{first}", "{last}"]),
            (texts.preview.link_each, &["{count}", "{first}", "{last}"]),
            (texts.mail.open, &["{from}", "{until}"]),
            (texts.mail.first, &["{count}", "{first}", "{zone}"]),
            (texts.times.in_so_long, &["{}"]),
            (texts.times.for_so_long, &["{}"]),
            (
                texts.times.date,
                &["{weekday}", "{day}", "{month}", "{year}"],
            ),
        ] {
            for place in places {
                assert_eq!(text.matches(place).count(), 1, "{language:?}: {text}");
            }
            assert_eq!(
                text.matches('{').count(),
                places.len(),
                "{language:?}: {text}"
            );
        }
    }
}
