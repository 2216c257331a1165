//! The part of the form that says when: one click for the usual, two fields for anything else.

use jiff::civil::{Weekday, time};
use jiff::{ToSpan, Zoned};
use room_token::{TimeError, Timestamp, Validity};
use serde::Deserialize;

use crate::web::api::DEFAULT_LIFETIME;
use crate::web::field_errors::FieldErrors;
use crate::web::place::{Place, timestamp};
use crate::web::preset::Preset;
use crate::{Ending, Schedule};

/// When a single meeting is, as typed. What is not seen does not count: `start` and `until` only with `until` chosen.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(default)]
pub(crate) struct TimesForm {
    /// The word of a [`When`].
    pub(crate) lifetime: String,
    pub(crate) start: String,
    pub(crate) until: String,
    /// Whose clocks all times of the form are by.
    pub(crate) zone: String,
    /// Minutes that the door opens earlier, and shuts later.
    pub(crate) early: String,
    pub(crate) grace: String,
}

impl Default for TimesForm {
    fn default() -> Self {
        let empty = String::new;
        Self {
            lifetime: "2h".to_owned(),
            start: empty(),
            until: empty(),
            zone: empty(),
            early: empty(),
            grace: empty(),
        }
    }
}

/// What one click chooses.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum When {
    /// From now, for so many seconds.
    For(u64),
    /// From now to midnight.
    Today,
    /// Tomorrow from nine to ten.
    Tomorrow,
    /// From now to the end of Sunday.
    Week,
    /// What stands in the two fields.
    Chosen,
}

/// A single meeting.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Planned {
    /// As people have agreed on.
    pub(crate) starts: Timestamp,
    pub(crate) ends: Timestamp,
    /// When the door is open: somewhat longer, if somebody wants that.
    pub(crate) validity: Validity,
}

impl When {
    /// The words of those that are no span.
    pub(crate) const DAYS: [&'static str; 3] = ["today", "tomorrow", "week"];

    fn parse(word: &str) -> Result<Self, String> {
        let wrong = "there is no such lifetime; choose one of these";
        match word {
            "today" => Ok(Self::Today),
            "tomorrow" => Ok(Self::Tomorrow),
            "week" => Ok(Self::Week),
            "until" => Ok(Self::Chosen),
            span => {
                let preset = Preset::ALL.iter().find(|preset| preset.value == span);
                preset
                    .map(|preset| Self::For(preset.secs))
                    .ok_or(wrong.to_owned())
            }
        }
    }
}

impl TimesForm {
    pub(crate) fn blank(place: Option<&Place>, now: Timestamp) -> Self {
        Self {
            until: place
                .unwrap_or(&Place::UTC)
                .field(now.plus(DEFAULT_LIFETIME)),
            zone: place.map_or("", Place::name).to_owned(),
            ..Self::default()
        }
    }

    pub(super) fn has_margins(&self) -> bool {
        !self.early.trim().is_empty() || !self.grace.trim().is_empty()
    }

    /// Seconds before and after, if somebody says so.
    pub(super) fn margins(&self, errors: &mut FieldErrors) -> Option<[Option<u64>; 2]> {
        let early = errors.keep("early", minutes(&self.early));
        let grace = errors.keep("grace", minutes(&self.grace));
        Some([early?, grace?])
    }

    pub(super) fn parse(
        &self,
        place: &Place,
        now: Timestamp,
        errors: &mut FieldErrors,
    ) -> Option<Planned> {
        let when = errors.keep("lifetime", When::parse(&self.lifetime));
        let margins = self.margins(errors);
        let when = when?;
        let field = if when == When::Chosen {
            "until"
        } else {
            "lifetime"
        };
        let (start, end) = match when {
            When::Chosen => self.chosen(place, errors)?,
            When::For(secs) => (None, now.plus(secs)),
            When::Today | When::Tomorrow | When::Week => {
                let days = days(when, place, now).ok_or("there is no such day; choose the times");
                errors.keep(field, days.map_err(str::to_owned))?
            }
        };
        let planned = planned(start, end, margins?, now).map_err(|error| for_a_person(&error));
        errors.keep(field, planned)
    }

    /// The two fields; at once, if no start is given.
    fn chosen(
        &self,
        place: &Place,
        errors: &mut FieldErrors,
    ) -> Option<(Option<Timestamp>, Timestamp)> {
        let read = |typed: &str| place.read(typed).ok_or_else(not_a_time);
        let start = match self.start.trim() {
            "" => Some(None),
            typed => errors.keep("start", read(typed)).map(Some),
        };
        let end = errors.keep("until", read(&self.until));
        Some((start?, end?))
    }
}

/// By the clocks of the place, whose midnight it is.
fn days(when: When, place: &Place, now: Timestamp) -> Option<(Option<Timestamp>, Timestamp)> {
    let here = place.local(now)?;
    let at = |moment: Zoned| timestamp(&moment);
    let midnight = |days: i64| here.checked_add(days.days()).ok()?.start_of_day().ok();
    match when {
        When::Tomorrow => {
            let day = midnight(1)?.date();
            let hour = |hour| {
                day.to_datetime(time(hour, 0, 0, 0))
                    .to_zoned(place.zone().clone())
            };
            Some((Some(at(hour(9).ok()?)?), at(hour(10).ok()?)?))
        }
        When::Week => {
            let since_monday = i64::from(here.weekday().since(Weekday::Monday));
            Some((None, at(midnight(7 - since_monday)?)?))
        }
        When::Today | When::For(_) | When::Chosen => Some((None, at(midnight(1)?)?)),
    }
}

/// The meeting must make sense by itself, whatever its margins.
fn planned(
    start: Option<Timestamp>,
    end: Timestamp,
    [early, grace]: [Option<u64>; 2],
    now: Timestamp,
) -> Result<Planned, TimeError> {
    let schedule = |start, end| Schedule {
        start,
        end: Ending::At(end),
    };
    let plain = schedule(start, end).validity(now)?;
    let opens = start.map(|start| start.as_secs().saturating_sub(early.unwrap_or_default()));
    let opens = opens.map(Timestamp::from_secs).transpose()?;
    let shuts = Timestamp::from_secs(end.as_secs().saturating_add(grace.unwrap_or_default()))?;
    Ok(Planned {
        starts: plain.opens_at(),
        ends: end,
        validity: schedule(opens, shuts).validity(now)?,
    })
}

fn minutes(typed: &str) -> Result<Option<u64>, String> {
    let wrong = "this is not a number of minutes from 0 to 1440; write it like 10";
    match typed.trim() {
        "" => Ok(None),
        digits => match digits.parse::<u64>() {
            Ok(minutes @ 0..=1440) => Ok(Some(minutes * 60)),
            Ok(_) | Err(_) => Err(wrong.to_owned()),
        },
    }
}

pub(super) fn not_a_time() -> String {
    "this is not a date and time; write it like 2026-03-01 14:00".to_owned()
}

fn for_a_person(error: &TimeError) -> String {
    match error {
        TimeError::Lifetime { .. } => {
            "a link can last until 400 days from now, not longer; choose an earlier end".to_owned()
        }
        TimeError::EndsBeforeIssued => "this time has passed; choose a later end".to_owned(),
        TimeError::EndsBeforeStart => {
            "it would end before it starts; choose a later end, or an earlier start".to_owned()
        }
        TimeError::BeforeEpoch
        | TimeError::Leeway { .. }
        | TimeError::NotRfc3339
        | TimeError::TooLate => error.to_string(),
    }
}
