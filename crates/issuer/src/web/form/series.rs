//! The part of the form that makes one link for a weekly series.

use room_token::Timestamp;
use serde::Deserialize;

use crate::web::field_errors::FieldErrors;
use crate::{Plan, Series, SeriesPart, SeriesWords};

/// A weekly series, as typed. A box that is not ticked is not sent.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(default)]
pub(crate) struct SeriesForm {
    /// `once` or `weekly`.
    pub(crate) repeat: String,
    mon: String,
    tue: String,
    wed: String,
    thu: String,
    fri: String,
    sat: String,
    sun: String,
    pub(crate) at: String,
    pub(crate) minutes: String,
    pub(crate) zone: String,
    pub(crate) last_day: String,
}

impl Default for SeriesForm {
    fn default() -> Self {
        let empty = String::new;
        Self {
            repeat: "once".to_owned(),
            mon: empty(),
            tue: empty(),
            wed: empty(),
            thu: empty(),
            fri: empty(),
            sat: empty(),
            sun: empty(),
            at: empty(),
            minutes: "60".to_owned(),
            zone: empty(),
            last_day: empty(),
        }
    }
}

/// A day of the week, for the page.
pub(crate) struct Day {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) is_ticked: bool,
}

impl SeriesForm {
    /// Zones that many people live in; any other may be typed.
    pub(crate) const ZONES: [&'static str; 30] = [
        "Africa/Cairo",
        "Africa/Johannesburg",
        "Africa/Lagos",
        "Africa/Nairobi",
        "America/Argentina/Buenos_Aires",
        "America/Chicago",
        "America/Denver",
        "America/Los_Angeles",
        "America/Mexico_City",
        "America/New_York",
        "America/Sao_Paulo",
        "America/Toronto",
        "Asia/Dubai",
        "Asia/Hong_Kong",
        "Asia/Jakarta",
        "Asia/Kolkata",
        "Asia/Seoul",
        "Asia/Shanghai",
        "Asia/Singapore",
        "Asia/Tokyo",
        "Australia/Sydney",
        "Europe/Berlin",
        "Europe/Istanbul",
        "Europe/Kyiv",
        "Europe/London",
        "Europe/Madrid",
        "Europe/Paris",
        "Europe/Warsaw",
        "Pacific/Auckland",
        "UTC",
    ];

    pub(crate) fn is_weekly(&self) -> bool {
        self.repeat == "weekly"
    }

    pub(crate) fn days(&self) -> [Day; 7] {
        let day = |name, label, sent: &String| Day {
            name,
            label,
            is_ticked: !sent.is_empty(),
        };
        [
            day("mon", "Mon", &self.mon),
            day("tue", "Tue", &self.tue),
            day("wed", "Wed", &self.wed),
            day("thu", "Thu", &self.thu),
            day("fri", "Fri", &self.fri),
            day("sat", "Sat", &self.sat),
            day("sun", "Sun", &self.sun),
        ]
    }

    /// The series and its meetings, or what is wrong, at its field.
    pub(super) fn parse(&self, now: Timestamp, errors: &mut FieldErrors) -> Option<(Series, Plan)> {
        let ticked = self.days().into_iter().filter(|day| day.is_ticked);
        let weekdays: Vec<_> = ticked.map(|day| day.name.to_owned()).collect();
        errors.keep("weekdays", chosen(&weekdays));
        errors.keep("at", filled(&self.at, "write it like 15:00"));
        let minutes = errors.keep("minutes", self.minutes());
        errors.keep("zone", filled(&self.zone, "write it like Europe/Berlin"));
        errors.keep(
            "last_day",
            filled(&self.last_day, "write it like 2027-06-30"),
        );
        let minutes = minutes.filter(|_| !FIELDS.iter().any(|f| errors.of(f).is_some()))?;
        let words = SeriesWords {
            zone: self.zone.clone(),
            weekdays,
            at: self.at.clone(),
            lasts: minutes * 60,
            until: self.last_day.clone(),
            ..SeriesWords::default()
        };
        let read = Series::parse(&words).and_then(|series| {
            let plan = series.plan(now)?;
            Ok((series, plan))
        });
        match read {
            Ok(series) => Some(series),
            Err(error) => errors.keep(field(error.part()), Err(error.to_string())),
        }
    }

    fn minutes(&self) -> Result<u64, String> {
        let wrong = "this is not a number of minutes from 1 to 10080; write it like 60";
        match self.minutes.trim().parse() {
            Ok(minutes @ 1..=10_080) => Ok(minutes),
            Ok(_) | Err(_) => Err(wrong.to_owned()),
        }
    }
}

const fn field(part: SeriesPart) -> &'static str {
    match part {
        SeriesPart::At => "at",
        SeriesPart::Every | SeriesPart::From | SeriesPart::Weekdays => "weekdays",
        SeriesPart::Lasts => "minutes",
        SeriesPart::Until => "last_day",
        SeriesPart::Zone => "zone",
    }
}

const FIELDS: [&str; 4] = ["weekdays", "at", "zone", "last_day"];

fn chosen(weekdays: &[String]) -> Result<(), String> {
    if weekdays.is_empty() {
        return Err("no day of the week is chosen; choose one or more".to_owned());
    }
    Ok(())
}

fn filled(typed: &str, hint: &str) -> Result<(), String> {
    if typed.trim().is_empty() {
        return Err(format!("this is still empty; {hint}"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_zone_that_is_offered_exists() {
        for zone in SeriesForm::ZONES {
            let form = SeriesForm {
                mon: "on".to_owned(),
                at: "15:00".to_owned(),
                zone: zone.to_owned(),
                last_day: "2026-06-30".to_owned(),
                ..SeriesForm::default()
            };
            let now = Timestamp::parse_rfc3339("2026-03-03T12:00:00Z").unwrap();
            let mut errors = FieldErrors::default();
            let (series, plan) = form.parse(now, &mut errors).unwrap();
            assert_eq!(series.words().zone, zone);
            assert_eq!(plan.count(), 17, "{zone}");
        }
    }
}
