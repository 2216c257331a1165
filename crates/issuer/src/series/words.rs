//! A series as people write it, and as it is told back.

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::{TimeZone, db};
use room_token::Lifetime;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Repeat, Series, SeriesError, SeriesPart};

/// What somebody wrote; nothing in it is checked yet.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, ToSchema)]
pub struct SeriesWords {
    /// An IANA time zone, such as `Europe/Berlin`.
    pub zone: String,
    /// `mon` to `sun`; none for a rhythm of days, or for the first day's weekday.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub weekdays: Vec<String>,
    /// `2w`: every second week; `3d`: every third day. Each week, if weekdays are named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub every: Option<String>,
    /// When a meeting begins, by the clocks of the zone: `15:00`.
    pub at: String,
    /// How long it is, in seconds.
    pub lasts: u64,
    /// The first day, `2026-12-01`; today, if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The last day on which one may begin.
    pub until: String,
    /// How long before a meeting the door opens, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub early: Option<u64>,
    /// How long after its planned end one may come back, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grace: Option<u64>,
}

impl Series {
    /// Reads it.
    ///
    /// # Errors
    /// [`SeriesError`] says which part cannot be.
    pub fn parse(words: &SeriesWords) -> Result<Self, SeriesError> {
        let from = words.from.as_deref();
        let series = Self {
            repeat: repeat(&words.weekdays, words.every.as_deref())?,
            at: time_of_day(&words.at)?,
            lasts: words.lasts,
            zone: zone(&words.zone)?,
            first: from.map(|day| date(SeriesPart::From, day)).transpose()?,
            last: date(SeriesPart::Until, &words.until)?,
            early: words.early.unwrap_or(Self::DEFAULT_EARLY),
            grace: words.grace.unwrap_or(Self::DEFAULT_GRACE),
        };
        let whole = series.early.saturating_add(series.lasts);
        let whole = Lifetime::from_secs(whole.saturating_add(series.grace));
        if series.lasts == 0 || whole.is_err() {
            return Err(SeriesError::Length);
        }
        Ok(series)
    }

    /// The same as it was understood, with what was left open filled in.
    pub fn words(&self) -> SeriesWords {
        let (every, weekdays) = match &self.repeat {
            Repeat::Days(every) => (format!("{every}d"), Vec::new()),
            Repeat::Weeks(every, days) => (format!("{every}w"), names(days)),
        };
        SeriesWords {
            zone: self.zone.iana_name().unwrap_or_default().to_owned(),
            weekdays,
            every: Some(every),
            at: self.at.strftime("%H:%M").to_string(),
            lasts: self.lasts,
            from: self.first.map(|day| day.to_string()),
            until: self.last.to_string(),
            early: Some(self.early),
            grace: Some(self.grace),
        }
    }
}

/// Only zones with a name and a calendar; an offset such as `+01:00` knows no change of the clock, and a browser that
/// does not know where it is says `Etc/Unknown`.
fn zone(typed: &str) -> Result<TimeZone, SeriesError> {
    let zone = db().get(typed.trim()).ok();
    zone.filter(|zone| !zone.is_unknown())
        .ok_or_else(|| SeriesError::Zone {
            typed: typed.trim().to_owned(),
        })
}

fn time_of_day(typed: &str) -> Result<Time, SeriesError> {
    Time::strptime("%H:%M", typed.trim()).map_err(|_| SeriesError::At {
        typed: typed.trim().to_owned(),
    })
}

fn date(part: SeriesPart, typed: &str) -> Result<Date, SeriesError> {
    Date::strptime("%Y-%m-%d", typed.trim()).map_err(|_| SeriesError::Date {
        part,
        typed: typed.trim().to_owned(),
    })
}

fn repeat(weekdays: &[String], every: Option<&str>) -> Result<Repeat, SeriesError> {
    let days = weekdays
        .iter()
        .map(|word| weekday(word))
        .collect::<Result<Vec<_>, _>>()?;
    match every.map(rhythm).transpose()? {
        None if days.is_empty() => Err(SeriesError::Repeat),
        None => Ok(Repeat::Weeks(1, days)),
        Some((every, 'w')) => Ok(Repeat::Weeks(every, days)),
        Some((every, _days)) if days.is_empty() => Ok(Repeat::Days(every)),
        Some(_) => Err(SeriesError::DaysOfWeekdays),
    }
}

/// The number and the unit of `2w` or `3d`.
fn rhythm(typed: &str) -> Result<(u16, char), SeriesError> {
    let wrong = || SeriesError::Every {
        typed: typed.trim().to_owned(),
    };
    let mut digits = typed.trim().chars();
    let unit = digits.next_back().ok_or_else(wrong)?;
    let every: u16 = digits.as_str().parse().map_err(|_| wrong())?;
    let most = match unit {
        'd' => 371,
        'w' => 53,
        _other => 0,
    };
    if every == 0 || every > most {
        return Err(wrong());
    }
    Ok((every, unit))
}

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

fn weekday(typed: &str) -> Result<Weekday, SeriesError> {
    let word = typed.trim().to_ascii_lowercase();
    let known = WEEKDAYS.iter().find(|(name, _)| *name == word);
    known.map(|(_, day)| *day).ok_or(SeriesError::Weekday {
        typed: typed.trim().to_owned(),
    })
}

fn names(days: &[Weekday]) -> Vec<String> {
    let named = WEEKDAYS.iter().filter(|(_, day)| days.contains(day));
    named.map(|(name, _)| (*name).to_owned()).collect()
}
