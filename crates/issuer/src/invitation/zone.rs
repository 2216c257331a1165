//! `VTIMEZONE` (RFC 5545 §3.6.5): what the clocks of a place do while a series goes on.
//!
//! Each change of the clock is written down as it is known now; a rule would say more than anybody knows.

use jiff::tz::{Offset, TimeZone, TimeZoneTransition};
use jiff::{Timestamp, Zoned};

use super::lines::Lines;

/// The zone of the first meeting, until after the last one.
pub(super) fn put(lines: &mut Lines, first: &Zoned, last: &Zoned) {
    let zone = first.time_zone();
    lines.put("BEGIN", "VTIMEZONE");
    lines.put("TZID", zone.iana_name().unwrap_or("UTC"));
    let mut before = Offset::UTC;
    if let Some(ruling) = zone.preceding(first.timestamp()).next() {
        before = offset_before(zone, ruling.timestamp());
        put_change(lines, &ruling, before);
        before = ruling.offset();
    } else {
        put_only(lines, first);
    }
    let changes = zone.following(first.timestamp());
    for change in changes.take_while(|change| change.timestamp() <= last.timestamp()) {
        put_change(lines, &change, before);
        before = change.offset();
    }
    lines.put("END", "VTIMEZONE");
}

fn offset_before(zone: &TimeZone, change: Timestamp) -> Offset {
    let earlier = zone.preceding(change).next();
    earlier.map_or_else(
        || {
            let moment = change.checked_sub(jiff::SignedDuration::from_secs(1));
            zone.to_offset(moment.unwrap_or(change))
        },
        |change| change.offset(),
    )
}

fn put_change(lines: &mut Lines, change: &TimeZoneTransition<'_>, before: Offset) {
    let name = if change.dst().is_dst() {
        "DAYLIGHT"
    } else {
        "STANDARD"
    };
    // The clock's reading just before it changes.
    let onset = before.to_datetime(change.timestamp());
    put_observance(
        lines,
        name,
        &onset.strftime("%Y%m%dT%H%M%S").to_string(),
        before,
        change.offset(),
    );
}

/// A place where the clocks never change.
fn put_only(lines: &mut Lines, first: &Zoned) {
    put_observance(
        lines,
        "STANDARD",
        "19700101T000000",
        first.offset(),
        first.offset(),
    );
}

fn put_observance(lines: &mut Lines, name: &str, onset: &str, from: Offset, to: Offset) {
    lines.put("BEGIN", name);
    lines.put("DTSTART", onset);
    lines.put("TZOFFSETFROM", &utc_offset(from));
    lines.put("TZOFFSETTO", &utc_offset(to));
    lines.put("END", name);
}

/// `+0100`; with seconds where old zones have them (§3.3.14).
fn utc_offset(offset: Offset) -> String {
    let secs = offset.seconds();
    let sign = if secs < 0 { '-' } else { '+' };
    let secs = secs.unsigned_abs();
    let (hours, minutes, secs) = (secs / 3600, secs / 60 % 60, secs % 60);
    if secs == 0 {
        format!("{sign}{hours:02}{minutes:02}")
    } else {
        format!("{sign}{hours:02}{minutes:02}{secs:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone_of(first: &str, last: &str) -> String {
        let mut lines = Lines::default();
        put(&mut lines, &first.parse().unwrap(), &last.parse().unwrap());
        lines.into_string().replace("\r\n", " ")
    }

    #[test]
    fn every_change_of_the_clock_is_in_it() {
        assert_eq!(
            zone_of(
                "2026-12-01T15:00[Europe/Berlin]",
                "2027-06-30T15:00[Europe/Berlin]"
            ),
            "BEGIN:VTIMEZONE TZID:Europe/Berlin \
             BEGIN:STANDARD DTSTART:20261025T030000 TZOFFSETFROM:+0200 TZOFFSETTO:+0100 END:STANDARD \
             BEGIN:DAYLIGHT DTSTART:20270328T020000 TZOFFSETFROM:+0100 TZOFFSETTO:+0200 END:DAYLIGHT \
             END:VTIMEZONE "
        );
    }

    #[test]
    fn a_place_without_changes_has_one_offset() {
        assert_eq!(
            zone_of("2026-12-01T15:00[Etc/UTC]", "2027-06-30T15:00[Etc/UTC]"),
            "BEGIN:VTIMEZONE TZID:Etc/UTC \
             BEGIN:STANDARD DTSTART:19700101T000000 TZOFFSETFROM:+0000 TZOFFSETTO:+0000 END:STANDARD \
             END:VTIMEZONE "
        );
        assert!(utc_offset(Offset::from_seconds(-12_345).unwrap()) == "-032545");
    }
}
