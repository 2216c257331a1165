//! A place whose clocks people mean: they type its times, and read them.

use std::sync::LazyLock;

use jiff::Zoned;
use jiff::civil::DateTime;
use jiff::tz::{self, TimeZone};
use room_token::Timestamp;

use super::speech::texts;

/// A time zone with a name and a calendar.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Place(TimeZone);

impl Place {
    pub(crate) const UTC: Self = Self(TimeZone::UTC);

    /// Reads an IANA name; nothing is UTC. What a browser says that does not know where it is (`Etc/Unknown`) is no place.
    ///
    /// # Errors
    /// A half sentence for a person.
    pub(crate) fn parse(typed: &str) -> Result<Self, String> {
        let wrong = || "there is no such time zone; write it like Europe/Berlin".to_owned();
        match typed.trim() {
            "" => Ok(Self::UTC),
            name => match tz::db().get(name) {
                Ok(zone) if !zone.is_unknown() => Ok(Self(zone)),
                Ok(_) | Err(_) => Err(wrong()),
            },
        }
    }

    pub(crate) fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    pub(crate) const fn zone(&self) -> &TimeZone {
        &self.0
    }

    /// What the clocks there show.
    pub(crate) fn local(&self, at: Timestamp) -> Option<Zoned> {
        let secs = i64::try_from(at.as_secs()).ok()?;
        let at = jiff::Timestamp::from_second(secs).ok()?;
        Some(at.to_zoned(self.0.clone()))
    }

    /// `Tuesday, 3 March 2026, 15:00 CET`, in the language of the page.
    pub(crate) fn moment(&self, at: Timestamp) -> String {
        self.told(at, |there| texts().date(there), "%H:%M %Z")
    }

    /// The same without the zone, where that is said once for all.
    pub(crate) fn hour(&self, at: Timestamp) -> String {
        self.told(at, |there| texts().date(there), "%H:%M")
    }

    /// `3 Mar 2026, 15:00 CET`.
    pub(crate) fn short_moment(&self, at: Timestamp) -> String {
        self.told(at, |there| texts().short_date(there), "%H:%M %Z")
    }

    fn told(&self, at: Timestamp, date: fn(&Zoned) -> String, clock: &str) -> String {
        match self.local(at) {
            Some(there) => format!("{}, {}", date(&there), there.strftime(clock)),
            None => at.to_string(),
        }
    }

    /// What a `datetime-local` field holds: `2026-03-03T14:00`.
    pub(crate) fn field(&self, at: Timestamp) -> String {
        let there = self.local(at);
        there.map_or_else(String::new, |there| {
            there.strftime("%Y-%m-%dT%H:%M").to_string()
        })
    }

    /// Reads such a field by the clocks there, or an RFC 3339 time typed into it by hand. Of an hour that comes twice
    /// the first one counts; one that is left out is shifted by the gap (RFC 5545 §3.3.5).
    pub(crate) fn read(&self, typed: &str) -> Option<Timestamp> {
        let text = typed.trim().replacen(' ', "T", 1);
        if let Ok(at) = Timestamp::parse_rfc3339(&text) {
            return Some(at);
        }
        // A day without an hour would be midnight, which nobody means by it.
        let local: DateTime = text.contains(':').then(|| text.parse().ok())??;
        timestamp(&self.0.to_ambiguous_zoned(local).compatible().ok()?)
    }
}

/// `None` before 1970.
pub(crate) fn timestamp(at: &Zoned) -> Option<Timestamp> {
    let secs = u64::try_from(at.timestamp().as_second()).ok()?;
    Timestamp::from_secs(secs).ok()
}

/// The choices of a `datalist`: every zone that is named after a place, and UTC. No name needs escaping.
pub(crate) static ZONES: LazyLock<String> = LazyLock::new(|| {
    let mut names: Vec<_> = tz::db().available().map(|name| name.to_string()).collect();
    names.retain(|name| name == "UTC" || is_place(name));
    names.sort_unstable();
    let option = |name: String| format!("<option value=\"{name}\">");
    names.into_iter().map(option).collect()
});

fn is_place(name: &str) -> bool {
    let lands = [
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    ];
    let land = name.split_once('/').map(|(land, _)| land);
    land.is_some_and(|land| lands.contains(&land))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_rfc3339(text).unwrap()
    }

    #[test]
    fn times_are_read_and_told_by_the_clocks_of_the_place() {
        let berlin = Place::parse(" Europe/Berlin ").unwrap();
        let noon = at("2026-03-03T12:00:00Z");
        assert_eq!(berlin.read("2026-03-03T13:00"), Some(noon));
        assert_eq!(berlin.field(noon), "2026-03-03T13:00");
        assert_eq!(berlin.moment(noon), "Tuesday, 3 March 2026, 13:00 CET");
        assert_eq!(berlin.short_moment(noon), "3 Mar 2026, 13:00 CET");
        assert_eq!(Place::UTC.moment(noon), "Tuesday, 3 March 2026, 12:00 UTC");
        assert_eq!(Place::parse("").unwrap(), Place::UTC);
        for typed in [
            "2026-03-03 13:00",
            "2026-03-03T13:00:00.000",
            "2026-03-03T12:00:00Z",
        ] {
            assert_eq!(berlin.read(typed), Some(noon), "{typed}");
        }
        for typed in ["", "tomorrow", "2026-03-03", "2026-02-30T12:00", "12:00"] {
            assert_eq!(berlin.read(typed), None, "{typed}");
        }
    }

    #[test]
    fn an_hour_that_is_left_out_or_comes_twice_is_one_time() {
        let berlin = Place::parse("Europe/Berlin").unwrap();
        assert_eq!(
            berlin.read("2026-03-29T02:30"),
            Some(at("2026-03-29T01:30:00Z"))
        );
        assert_eq!(
            berlin.read("2026-10-25T02:30"),
            Some(at("2026-10-25T00:30:00Z"))
        );
    }

    #[test]
    fn what_is_no_place_is_told() {
        for typed in ["Berlin", "Etc/Unknown", "+01:00", "<b>"] {
            let error = Place::parse(typed).unwrap_err();
            assert_eq!(
                error,
                "there is no such time zone; write it like Europe/Berlin"
            );
        }
    }

    #[test]
    fn every_zone_that_is_offered_is_one() {
        let names: Vec<_> = ZONES.split('"').skip(1).step_by(2).collect();
        assert!(names.len() > 400, "{}", names.len());
        for name in &names {
            assert_eq!(
                Place::parse(name).map(|place| place.name().to_owned()),
                Ok((*name).to_owned())
            );
        }
        assert!(names.contains(&"UTC") && names.contains(&"Asia/Kolkata"));
        assert!(!ZONES.contains("Etc/") && !ZONES.contains("SystemV"));
    }
}
