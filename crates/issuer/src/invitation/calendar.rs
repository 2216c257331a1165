//! The meeting as an iCalendar file (RFC 5545), for one entry in somebody's calendar.

use jiff::Zoned;
use room_token::Timestamp;

use super::lines::Lines;
use super::{Edition, Invitation, Method, Times, zone};
use crate::{Plan, Series};

impl Invitation<'_> {
    /// The file; `None` if this is no meeting ([`Invitation::is_meeting`]).
    ///
    /// A later edition with the same meeting and a higher number replaces the entry; [`Method::Cancel`] takes it out.
    pub fn calendar(&self, method: Method, edition: &Edition) -> Option<String> {
        if !self.is_meeting() {
            return None;
        }
        let mut lines = Lines::default();
        lines.put("BEGIN", "VCALENDAR");
        lines.put("VERSION", "2.0");
        lines.put("PRODID", "-//Roompass//Roompass//EN");
        lines.put("METHOD", method.name());
        if let Times::Series(_, plan) = self.times {
            let (first, last) = plan.ends()?;
            zone::put(&mut lines, first, last);
        }
        lines.put("BEGIN", "VEVENT");
        self.put_identity(&mut lines, method, edition);
        self.put_times(&mut lines)?;
        self.put_words(&mut lines);
        if method == Method::Publish {
            put_alarm(&mut lines);
        }
        lines.put("END", "VEVENT");
        lines.put("END", "VCALENDAR");
        Some(lines.into_string())
    }

    fn put_identity(&self, lines: &mut Lines, method: Method, edition: &Edition) {
        lines.put_text("UID", &format!("{}@{}", edition.meeting, self.place));
        lines.put("SEQUENCE", &edition.sequence.to_string());
        lines.put("DTSTAMP", &utc(edition.written));
        lines.put("STATUS", method.status());
    }

    fn put_times(&self, lines: &mut Lines) -> Option<()> {
        match self.times {
            Times::Once { opens, ends } => {
                lines.put("DTSTART", &utc(opens));
                lines.put("DTEND", &utc(ends));
            }
            Times::Series(series, plan) => put_series(lines, series, plan)?,
        }
        Some(())
    }

    fn put_words(&self, lines: &mut Lines) {
        lines.put_text("SUMMARY", &self.title);
        let Some(link) = self.link else { return };
        lines.put_text("DESCRIPTION", &self.text());
        // Phones make what stands here something to tap on.
        lines.put_text("LOCATION", link);
        lines.put("URL", link);
    }
}

/// The planned times, by the clocks of the place, so that the hour stays when they change.
fn put_series(lines: &mut Lines, series: &Series, plan: &Plan) -> Option<()> {
    let (first, _) = plan.ends()?;
    let zone = first.time_zone().iana_name().unwrap_or("UTC");
    lines.put(&format!("DTSTART;TZID={zone}"), &local(first));
    lines.put("DURATION", &format!("PT{}S", series.lasts()));
    lines.put("RRULE", &series.rule(plan));
    Some(())
}

/// Ten minutes before.
fn put_alarm(lines: &mut Lines) {
    lines.put("BEGIN", "VALARM");
    lines.put("ACTION", "DISPLAY");
    lines.put("DESCRIPTION", "The meeting begins in ten minutes");
    lines.put("TRIGGER", "-PT10M");
    lines.put("END", "VALARM");
}

impl Method {
    const fn name(self) -> &'static str {
        match self {
            Self::Publish => "PUBLISH",
            Self::Cancel => "CANCEL",
        }
    }

    const fn status(self) -> &'static str {
        match self {
            Self::Publish => "CONFIRMED",
            Self::Cancel => "CANCELLED",
        }
    }
}

/// `20261201T140000Z`: the digits of RFC 3339.
fn utc(at: Timestamp) -> String {
    let text = at.to_string();
    text.chars().filter(|c| !matches!(c, '-' | ':')).collect()
}

fn local(moment: &Zoned) -> String {
    moment.strftime("%Y%m%dT%H%M%S").to_string()
}
