//! The form: typed by anybody, and parsed into something that can be signed.

mod limits;
mod series;

use room_token::{
    Affiliation, DisplayName, Grant, Person, RoomName, TimeError, Timestamp, Validity,
};
use serde::Deserialize;

use self::limits::LimitsForm;
pub(crate) use self::series::SeriesForm;
use super::api::DEFAULT_LIFETIME;
use super::field_errors::FieldErrors;
use super::preset::Preset;
use super::words;
use crate::{BaseUrl, Ending, Plan, Schedule, Series};

/// The form exactly as the browser sends it: nothing here is trusted yet.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(default)]
pub(crate) struct LinkForm {
    pub(crate) room: String,
    /// What calendars call the meeting; it is not signed.
    pub(crate) title: String,
    pub(crate) name: String,
    pub(crate) affiliation: String,
    /// The value of a [`Preset`], or `until`.
    pub(crate) lifetime: String,
    pub(crate) until: String,
    pub(crate) start: String,
    #[serde(flatten)]
    pub(crate) limits: LimitsForm,
    #[serde(flatten)]
    pub(crate) series: SeriesForm,
}

/// What is to be signed.
#[derive(Debug)]
pub(crate) struct Wanted {
    pub(crate) grant: Grant,
    pub(crate) validity: Validity,
    pub(crate) series: Option<(Series, Plan)>,
}

impl Default for LinkForm {
    fn default() -> Self {
        Self {
            room: String::new(),
            title: String::new(),
            name: String::new(),
            affiliation: Affiliation::Member.as_str().to_owned(),
            lifetime: "2h".to_owned(),
            until: String::new(),
            start: String::new(),
            limits: LimitsForm::default(),
            series: SeriesForm::default(),
        }
    }
}

impl LinkForm {
    /// An empty form; the end, for who wants to choose one, is filled in as the default would have it.
    pub(crate) fn blank(now: Timestamp) -> Self {
        Self {
            until: words::field(now.plus(DEFAULT_LIFETIME)),
            ..Self::default()
        }
    }

    /// Whether something was typed that most people leave alone.
    pub(crate) fn has_more(&self) -> bool {
        !self.start.trim().is_empty()
            || !self.title.trim().is_empty()
            || self.limits.any()
            || self.series.is_weekly()
    }

    /// What to sign, or everything that is wrong, each at its field.
    pub(crate) fn parse(&self, base_url: &BaseUrl, now: Timestamp) -> Result<Wanted, FieldErrors> {
        let mut errors = FieldErrors::default();
        let room = errors.keep("room", self.room(base_url));
        let person = self.person(&mut errors);
        let times = self.times(now, &mut errors);
        let limits = times.as_ref().and_then(|(validity, series)| {
            let opens = series.as_ref().map(|(_, plan)| plan.opens_at());
            let opens = opens.unwrap_or(validity.opens_at());
            self.limits.parse(opens, validity.expires_at(), &mut errors)
        });
        let (Some(room), Some(person), Some((validity, series)), Some(limits)) =
            (room, person, times, limits)
        else {
            return Err(errors);
        };
        let mut grant = Grant::new(room, person).within(limits);
        if let Some((_, plan)) = &series {
            grant = grant.during(plan.windows().clone());
        }
        Ok(Wanted {
            grant,
            validity,
            series,
        })
    }

    fn room(&self, base_url: &BaseUrl) -> Result<RoomName, String> {
        let room = base_url.room(self.room.trim());
        room.map_err(|error| error.to_string())
    }

    fn person(&self, errors: &mut FieldErrors) -> Option<Person> {
        let name = errors.keep("name", self.display_name());
        let affiliation = Affiliation::parse(&self.affiliation).map_err(|e| e.to_string());
        let affiliation = errors.keep("affiliation", affiliation)?;
        let person = Person::anonymous(affiliation);
        Some(name?.into_iter().fold(person, Person::named))
    }

    /// A series brings its times along; “Valid for” counts without one only.
    fn times(
        &self,
        now: Timestamp,
        errors: &mut FieldErrors,
    ) -> Option<(Validity, Option<(Series, Plan)>)> {
        if !self.series.is_weekly() {
            return Some((self.validity(now, errors)?, None));
        }
        if !self.start.trim().is_empty() {
            let text = "a series opens for each of its meetings; leave this empty".to_owned();
            errors.keep::<()>("start", Err(text));
        }
        let (series, plan) = self.series.parse(now, errors)?;
        Some((plan.validity(), Some((series, plan)))).filter(|_| errors.of("start").is_none())
    }

    fn display_name(&self) -> Result<Option<DisplayName>, String> {
        if self.name.trim().is_empty() {
            return Ok(None);
        }
        DisplayName::parse(&self.name)
            .map(Some)
            .map_err(|error| error.to_string())
    }

    fn validity(&self, now: Timestamp, errors: &mut FieldErrors) -> Option<Validity> {
        let start = errors.keep("start", self.start());
        let end = errors.keep(self.end_field(), self.end());
        let schedule = Schedule {
            start: start?,
            end: end?,
        };
        let validity = schedule.validity(now).map_err(|error| for_a_person(&error));
        errors.keep(self.end_field(), validity)
    }

    fn start(&self) -> Result<Option<Timestamp>, String> {
        if self.start.trim().is_empty() {
            return Ok(None);
        }
        words::parse_field(&self.start)
            .map(Some)
            .ok_or_else(not_a_time)
    }

    fn end(&self) -> Result<Ending, String> {
        if self.lifetime == "until" {
            return words::parse_field(&self.until)
                .map(Ending::At)
                .ok_or_else(not_a_time);
        }
        let preset = Preset::ALL
            .iter()
            .find(|preset| preset.value == self.lifetime);
        let preset = preset.ok_or("there is no such lifetime; choose one of these")?;
        Ok(Ending::After(preset.secs))
    }

    fn end_field(&self) -> &'static str {
        if self.lifetime == "until" {
            "until"
        } else {
            "lifetime"
        }
    }
}

fn not_a_time() -> String {
    "this is not a date and time; write it like 2026-03-01 14:00, in UTC".to_owned()
}

fn for_a_person(error: &TimeError) -> String {
    match error {
        TimeError::Lifetime { .. } => {
            "a link can last until 400 days from now, not longer; choose an earlier end".to_owned()
        }
        TimeError::EndsBeforeIssued => "this time has passed; choose a later end".to_owned(),
        TimeError::BeforeEpoch
        | TimeError::EndsBeforeStart
        | TimeError::Leeway { .. }
        | TimeError::NotRfc3339
        | TimeError::TooLate => error.to_string(),
    }
}

#[cfg(test)]
mod tests;
