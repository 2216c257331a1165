//! Which days, and which instants their hour is.

use jiff::civil::{Date, Weekday};
use jiff::{ToSpan, Zoned};
use room_token::Timestamp;

use super::{Repeat, Series, SeriesError};

/// No further than a link can last, and a day for the time zones.
const MOST_DAYS: i64 = 401;

impl Series {
    /// Every meeting that is not over. An hour that a change of the clock leaves out is shifted by the gap, and of an
    /// hour that comes twice the first one counts, as RFC 5545 §3.3.5 has it.
    pub(super) fn meetings(&self, now: Timestamp) -> Result<Vec<Zoned>, SeriesError> {
        let today = self.today(now)?;
        let first = self.first.unwrap_or(today);
        if days_between(today, self.last) > MOST_DAYS {
            return Err(SeriesError::TooLong);
        }
        if days_between(first, today) > MOST_DAYS {
            return Err(SeriesError::LongAgo);
        }
        let days = first
            .series(1.day())
            .take_while(|day| *day <= self.last)
            .filter(|day| self.repeat.falls_on(first, *day));
        let meetings = days.filter_map(|day| {
            let local = day.to_datetime(self.at);
            self.zone.to_ambiguous_zoned(local).compatible().ok()
        });
        let ahead: Vec<_> = meetings.filter(|m| self.is_ahead(m, now)).collect();
        if ahead.is_empty() {
            return Err(SeriesError::Never);
        }
        Ok(ahead)
    }

    fn today(&self, now: Timestamp) -> Result<Date, SeriesError> {
        let secs = i64::try_from(now.as_secs()).map_err(|_| SeriesError::TooLong)?;
        let now = jiff::Timestamp::from_second(secs).map_err(|_| SeriesError::TooLong)?;
        Ok(now.to_zoned(self.zone.clone()).date())
    }

    fn is_ahead(&self, meeting: &Zoned, now: Timestamp) -> bool {
        timestamp(meeting).is_some_and(|start| start.plus(self.lasts + self.grace) > now)
    }
}

impl Repeat {
    fn falls_on(&self, first: Date, day: Date) -> bool {
        match self {
            Self::Days(every) => days_between(first, day) % i64::from(*every) == 0,
            Self::Weeks(every, days) => {
                let weeks = days_between(monday(first), monday(day)) / 7;
                let fits = if days.is_empty() {
                    day.weekday() == first.weekday()
                } else {
                    days.contains(&day.weekday())
                };
                fits && weeks % i64::from(*every) == 0
            }
        }
    }
}

fn monday(day: Date) -> Date {
    let since = day.weekday().since(Weekday::Monday);
    day.saturating_sub(i64::from(since).days())
}

fn days_between(one: Date, other: Date) -> i64 {
    other.duration_since(one).as_hours() / 24
}

/// `None` before 1970.
pub(super) fn timestamp(moment: &Zoned) -> Option<Timestamp> {
    let secs = u64::try_from(moment.timestamp().as_second()).ok()?;
    Timestamp::from_secs(secs).ok()
}

/// `Tuesday, 1 December 2026, 15:00`.
pub(super) fn in_words(moment: &Zoned) -> String {
    moment.strftime("%A, %-d %B %Y, %H:%M").to_string()
}
