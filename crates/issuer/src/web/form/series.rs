//! The part of the form that makes a series: one link for all meetings, or a link for each.

use room_token::Timestamp;
use serde::Deserialize;

use super::{TimesForm, WantedTimes};
use crate::web::field_errors::FieldErrors;
use crate::web::texts;
use crate::{Series, SeriesPart, SeriesWords, Slot};

/// A meeting of a series that has a link of its own.
pub(crate) type Each = Slot;

/// A series, as typed. A box that is not ticked is not sent.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(default)]
pub(crate) struct SeriesForm {
    /// `once`, `daily` or `weekly`.
    pub(crate) repeat: String,
    /// Every how manieth day or week.
    pub(crate) every: String,
    mon: String,
    tue: String,
    wed: String,
    thu: String,
    fri: String,
    sat: String,
    sun: String,
    pub(crate) at: String,
    pub(crate) minutes: String,
    pub(crate) first_day: String,
    pub(crate) last_day: String,
    /// `each`, for a link for each meeting.
    pub(crate) links: String,
}

impl Default for SeriesForm {
    fn default() -> Self {
        let empty = String::new;
        Self {
            repeat: "once".to_owned(),
            every: "1".to_owned(),
            mon: empty(),
            tue: empty(),
            wed: empty(),
            thu: empty(),
            fri: empty(),
            sat: empty(),
            sun: empty(),
            at: empty(),
            minutes: "60".to_owned(),
            first_day: empty(),
            last_day: empty(),
            links: empty(),
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
    pub(crate) fn repeats(&self) -> bool {
        self.is_weekly() || self.is_daily()
    }

    pub(crate) fn is_weekly(&self) -> bool {
        self.repeat == "weekly"
    }

    pub(crate) fn is_daily(&self) -> bool {
        self.repeat == "daily"
    }

    pub(crate) fn has_link_for_each(&self) -> bool {
        self.links == "each"
    }

    pub(crate) fn days(&self) -> [Day; 7] {
        let day = |name, label, sent: &String| Day {
            name,
            label,
            is_ticked: !sent.is_empty(),
        };
        let [mon, tue, wed, thu, fri, sat, sun] = texts().form.weekdays;
        [
            day("mon", mon, &self.mon),
            day("tue", tue, &self.tue),
            day("wed", wed, &self.wed),
            day("thu", thu, &self.thu),
            day("fri", fri, &self.fri),
            day("sat", sat, &self.sat),
            day("sun", sun, &self.sun),
        ]
    }

    /// The series and its meetings, or what is wrong, at its field.
    pub(super) fn parse(
        &self,
        times: &TimesForm,
        now: Timestamp,
        errors: &mut FieldErrors,
    ) -> Option<WantedTimes> {
        let words = self.words(times, errors)?;
        let read = Series::parse(&words).and_then(|series| {
            if self.has_link_for_each() {
                return series.slots(now).map(WantedTimes::Each);
            }
            let plan = series.plan(now)?;
            Ok(WantedTimes::Series(Box::new((series, plan))))
        });
        match read {
            Ok(times) => Some(times),
            Err(error) => errors.keep(field(error.part()), Err(error.to_string())),
        }
    }

    /// Every field that is empty or no number is told of at once.
    fn words(&self, times: &TimesForm, errors: &mut FieldErrors) -> Option<SeriesWords> {
        let weekdays = self.weekdays(errors);
        let every = errors.keep("every", self.every());
        let at = errors.keep("at", filled(&self.at, "write it like 15:00"));
        let minutes = errors.keep("minutes", self.minutes());
        let zone = errors.keep("zone", filled(&times.zone, "write it like Europe/Berlin"));
        let last_day = filled(&self.last_day, "write it like 2027-06-30");
        let last_day = errors.keep("last_day", last_day);
        let [early, grace] = times.margins(errors)?;
        let first_day = Some(self.first_day.trim()).filter(|day| !day.is_empty());
        Some(SeriesWords {
            zone: zone?,
            weekdays: weekdays?,
            every: Some(every?),
            at: at?,
            lasts: minutes? * 60,
            from: first_day.map(str::to_owned),
            until: last_day?,
            early,
            grace,
        })
    }

    fn weekdays(&self, errors: &mut FieldErrors) -> Option<Vec<String>> {
        if self.is_daily() {
            return Some(Vec::new());
        }
        let ticked = self.days().into_iter().filter(|day| day.is_ticked);
        let names: Vec<_> = ticked.map(|day| day.name.to_owned()).collect();
        let wrong = "no day of the week is chosen; choose one or more";
        let chosen = if names.is_empty() {
            Err(wrong.to_owned())
        } else {
            Ok(names)
        };
        errors.keep("weekdays", chosen)
    }

    fn every(&self) -> Result<String, String> {
        let unit = if self.is_daily() { 'd' } else { 'w' };
        match self.every.trim().parse::<u16>() {
            Ok(every @ 1..=53) => Ok(format!("{every}{unit}")),
            Ok(_) | Err(_) => {
                Err("this is not a number from 1 to 53; write 1 for every one".to_owned())
            }
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
        SeriesPart::Every => "every",
        SeriesPart::From => "first_day",
        SeriesPart::Weekdays => "weekdays",
        SeriesPart::Lasts => "minutes",
        SeriesPart::Until => "last_day",
        SeriesPart::Zone => "zone",
    }
}

fn filled(typed: &str, hint: &str) -> Result<String, String> {
    match typed.trim() {
        "" => Err(format!("this is still empty; {hint}")),
        text => Ok(text.to_owned()),
    }
}
