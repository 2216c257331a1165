//! Times and errors as a person reads them.

use percent_encoding::percent_decode_str;
use room_token::Timestamp;

use super::place::Place;
use super::speech::texts;

/// `Tuesday, 3 March 2026, 14:00 UTC`.
pub(crate) fn moment(at: Timestamp) -> String {
    Place::UTC.moment(at)
}

/// The same for a column of many: `3 Mar 2026, 14:00 UTC`.
pub(crate) fn short_moment(at: Timestamp) -> String {
    Place::UTC.short_moment(at)
}

/// A room as a person reads it: `weekly sync` for `weekly%20sync`.
pub(crate) fn room(name: &str) -> String {
    percent_decode_str(name).decode_utf8_lossy().into_owned()
}

/// `in 2 hours`, `in 1 day and 4 hours`: the two largest units.
pub(crate) fn from_now(now: Timestamp, then: Timestamp) -> String {
    texts().away(now, then)
}

/// How long ago something was, in its largest unit.
pub(crate) fn ago(now: Timestamp, then: Timestamp) -> String {
    let secs = now.seconds_since(then);
    let units = [
        (86_400, "day"),
        (3600, "hour"),
        (60, "minute"),
        (1, "second"),
    ];
    let unit = units.into_iter().find(|(length, _)| secs >= *length);
    let Some((length, unit)) = unit else {
        return "now".to_owned();
    };
    let count = secs / length;
    format!("{count} {unit}{} ago", if count == 1 { "" } else { "s" })
}

/// An error's text, half a sentence with `code` in it, as a person reads it.
pub(crate) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase).into_iter().flatten();
    let mut quotes = ['“', '”'].into_iter().cycle();
    let sentence = first.chain(letters).map(|letter| match letter {
        '`' => quotes.next().unwrap_or(letter),
        other => other,
    });
    sentence.chain(['.']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_rfc3339(text).unwrap()
    }

    #[test]
    fn what_is_past_is_told_in_its_largest_unit() {
        let then = Timestamp::from_secs(1_767_225_600).unwrap();
        for (secs, words) in [
            (0, "now"),
            (1, "1 second ago"),
            (59, "59 seconds ago"),
            (60, "1 minute ago"),
            (7199, "1 hour ago"),
            (172_800, "2 days ago"),
        ] {
            assert_eq!(ago(then.plus(secs), then), words);
        }
    }

    #[test]
    fn a_moment_and_a_room_are_words() {
        assert_eq!(
            moment(at("2026-03-03T14:00:59Z")),
            "Tuesday, 3 March 2026, 14:00 UTC"
        );
        assert_eq!(
            short_moment(at("2026-03-03T14:00:59Z")),
            "3 Mar 2026, 14:00 UTC"
        );
        assert_eq!(room("weekly%20%c3%bcbung"), "weekly übung");
        assert!(moment(Timestamp::MAX).contains("9999"));
    }

    #[test]
    fn a_distance_has_two_units_at_most() {
        let now = at("2026-03-03T12:00:00Z");
        for (secs, words) in [
            (0, "now"),
            (1, "in 1 minute"),
            (3600, "in 1 hour"),
            (7199, "in 2 hours"),
            (5400, "in 1 hour and 30 minutes"),
            (86_400, "in 1 day"),
            (86_400 + 60, "in 1 day"),
            (100_800, "in 1 day and 4 hours"),
            (604_800, "in 7 days"),
        ] {
            assert_eq!(from_now(now, now.plus(secs)), words, "{secs}");
        }
        assert_eq!(from_now(now.plus(5), now), "now");
    }

    #[test]
    fn an_error_becomes_a_sentence() {
        assert_eq!(sentence("it ends; choose"), "It ends; choose.");
        assert_eq!(sentence("über"), "Über.");
        assert_eq!(sentence("`.` or `..`"), "“.” or “..”.");
    }
}
