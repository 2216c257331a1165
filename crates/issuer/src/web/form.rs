//! The form: typed by anybody, and parsed into something that can be signed.

mod features;
mod limits;
mod person;
mod series;
mod times;

use room_token::{Affiliation, Grant, Person, RoomName, Timestamp, Validity};
use serde::Deserialize;

use self::features::FeaturesForm;
use self::limits::LimitsForm;
use self::person::PersonForm;
pub(crate) use self::series::{Each, SeriesForm};
pub(crate) use self::times::{Planned, TimesForm, When};
use super::field_errors::FieldErrors;
use super::place::Place;
use crate::{BaseUrl, MeetingNote, NotedTimes, Plan, Series};

/// The form exactly as the browser sends it: nothing here is trusted yet.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(default)]
pub(crate) struct LinkForm {
    pub(crate) room: String,
    /// What calendars call the meeting; it is not signed.
    pub(crate) title: String,
    #[serde(flatten)]
    pub(crate) person: PersonForm,
    /// `on`, if a guest's link is wanted beside it.
    pub(crate) with_guest: String,
    #[serde(flatten)]
    pub(crate) times: TimesForm,
    #[serde(flatten)]
    pub(crate) limits: LimitsForm,
    #[serde(flatten)]
    pub(crate) features: FeaturesForm,
    #[serde(flatten)]
    pub(crate) series: SeriesForm,
    /// The bookings that the person was shown, and wants to issue beside.
    pub(crate) confirmed: String,
    /// Which button was pressed: none but the first issues.
    #[serde(rename = "do")]
    pub(crate) act: String,
}

/// What is to be signed.
#[derive(Debug)]
pub(crate) struct Wanted {
    /// Without the windows of a series; a guest's too, if one is wanted beside it.
    pub(crate) grants: Vec<Grant>,
    pub(crate) times: WantedTimes,
    pub(crate) place: Place,
}

/// When it is to hold.
#[derive(Debug)]
pub(crate) enum WantedTimes {
    Once(Planned),
    /// One link for all meetings.
    Series(Box<(Series, Plan)>),
    /// A link for each.
    Each(Vec<Each>),
}

impl LinkForm {
    /// An empty form; the times, for who wants to choose them, are filled in as the default would have it.
    pub(crate) fn blank(place: Option<&Place>, now: Timestamp) -> Self {
        Self {
            times: TimesForm::blank(place, now),
            ..Self::default()
        }
    }

    /// The next one after a link: often for the same room and somebody else, who must not become a moderator unnoticed.
    pub(crate) fn next(&self) -> Self {
        Self {
            person: PersonForm::default(),
            with_guest: String::new(),
            act: String::new(),
            ..self.clone()
        }
    }

    /// Whether something was typed that most people leave alone.
    pub(crate) fn has_more(&self) -> bool {
        self.limits.any()
            || self.features.any()
            || self.person.has_details()
            || self.times.has_margins()
            || self.series.repeats()
    }

    /// Whose clocks are meant, so far as that can be read.
    pub(crate) fn place(&self) -> Place {
        Place::parse(&self.times.zone).unwrap_or(Place::UTC)
    }

    /// What to sign, or everything that is wrong, each at its field.
    pub(crate) fn parse(&self, base_url: &BaseUrl, now: Timestamp) -> Result<Wanted, FieldErrors> {
        let mut errors = FieldErrors::default();
        let room = errors.keep("room", self.room(base_url));
        let person = self.person.parse(&mut errors);
        let place = errors.keep("zone", Place::parse(&self.times.zone));
        let times = place.and_then(|place| Some((self.when(&place, now, &mut errors)?, place)));
        let limits = times.as_ref().and_then(|(times, place)| {
            let (opens, ends) = times.span();
            self.limits.parse(place, opens, ends, &mut errors)
        });
        let features = errors.keep("features", self.features.parse());
        let (Some(room), Some(person), Some((times, place)), Some(limits), Some(features)) =
            (room, person, times, limits, features)
        else {
            return Err(errors);
        };
        // What is not seen does not count.
        let with_guest = self.with_guest == "on" && person.affiliation() == Affiliation::Owner;
        let mut people = vec![person];
        if with_guest {
            people.push(Person::anonymous(Affiliation::Member));
        }
        let grant = |person| {
            let grant = Grant::new(room.clone(), person).within(limits);
            features
                .clone()
                .into_iter()
                .fold(grant, Grant::with_features)
        };
        Ok(Wanted {
            grants: people.into_iter().map(grant).collect(),
            times,
            place,
        })
    }

    pub(crate) fn room(&self, base_url: &BaseUrl) -> Result<RoomName, String> {
        let room = base_url.room(self.room.trim());
        room.map_err(|error| error.to_string())
    }

    /// A series brings its times along; what is chosen for a single meeting counts without one only.
    pub(super) fn when(
        &self,
        place: &Place,
        now: Timestamp,
        errors: &mut FieldErrors,
    ) -> Option<WantedTimes> {
        if self.series.repeats() {
            return self.series.parse(&self.times, now, errors);
        }
        self.times.parse(place, now, errors).map(WantedTimes::Once)
    }
}

impl WantedTimes {
    /// When a door opens for the first time, and shuts for the last: the bounds of a latest first join.
    pub(crate) fn span(&self) -> (Timestamp, Timestamp) {
        match self {
            Self::Once(planned) => (planned.validity.opens_at(), planned.validity.expires_at()),
            Self::Series(series) => (series.1.opens_at(), series.1.validity().expires_at()),
            Self::Each(each) => {
                let opens = each.first().map(|one| one.validity.opens_at());
                let ends = each.last().map(|one| one.validity.expires_at());
                let unbounded = (Timestamp::MAX, Timestamp::MAX);
                opens.zip(ends).unwrap_or(unbounded)
            }
        }
    }
}

impl Wanted {
    /// Every link that is to be signed of it: meeting by meeting, and of each the person's before the guest's.
    pub(crate) fn links(&self) -> Vec<(Grant, Validity)> {
        let (validities, windows) = match &self.times {
            WantedTimes::Once(planned) => (vec![planned.validity], None),
            WantedTimes::Series(series) => (vec![series.1.validity()], Some(series.1.windows())),
            WantedTimes::Each(each) => (each.iter().map(|one| one.validity).collect(), None),
        };
        let during = |grant: &Grant| {
            windows
                .cloned()
                .into_iter()
                .fold(grant.clone(), Grant::during)
        };
        let grants: Vec<_> = self.grants.iter().map(during).collect();
        let of_one =
            |validity: Validity| grants.iter().cloned().map(move |grant| (grant, validity));
        validities.into_iter().flat_map(of_one).collect()
    }

    /// What calendars say of each, and no claim does.
    pub(crate) fn notes(&self, title: &str, now: Timestamp) -> Vec<MeetingNote> {
        let title: String = title.trim().chars().take(LONGEST_TITLE).collect();
        let note = |times| MeetingNote {
            title: title.clone(),
            times,
        };
        let times = match &self.times {
            WantedTimes::Once(planned) => vec![planned.noted()],
            WantedTimes::Series(series) => vec![NotedTimes::Series {
                words: series.0.words(),
                planned_at: now,
            }],
            WantedTimes::Each(each) => each.iter().map(|one| noted(one.starts, one.ends)).collect(),
        };
        let of_one = |times| std::iter::repeat_n(note(times), self.grants.len());
        times.into_iter().flat_map(of_one).collect()
    }
}

/// In characters; a calendar shows fewer.
const LONGEST_TITLE: usize = 200;

const fn noted(starts: Timestamp, ends: Timestamp) -> NotedTimes {
    NotedTimes::Once { starts, ends }
}

impl Planned {
    /// Only where the door's times are others.
    fn noted(&self) -> NotedTimes {
        let door = (self.validity.opens_at(), self.validity.expires_at());
        if door == (self.starts, self.ends) {
            NotedTimes::AsTheDoor
        } else {
            noted(self.starts, self.ends)
        }
    }
}

#[cfg(test)]
mod tests;
