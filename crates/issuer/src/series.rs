//! A series of meetings: "Tuesdays and Thursdays at three in Berlin, until the end of June".
//!
//! A calendar's hour is kept when a country changes its clocks; the distance in seconds is not. So the calendar is
//! worked out here, once, when the link is issued, and the token carries the outcome: windows in whole seconds.

mod calendar;
mod error;
mod rule;
mod slots;
mod words;

use jiff::Zoned;
use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use room_token::{Lifetime, Run, Timestamp, Validity, Windows};

pub use self::error::{SeriesError, SeriesPart};
pub(crate) use self::slots::Slot;
pub use self::words::SeriesWords;

/// How a series repeats, checked; [`Series::plan`] works its meetings out.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Series {
    zone: TimeZone,
    repeat: Repeat,
    at: Time,
    lasts: u64,
    /// Today, unless somebody said otherwise.
    first: Option<Date>,
    last: Date,
    early: u64,
    grace: u64,
}

#[derive(Clone, Debug, Eq, PartialEq)]
enum Repeat {
    /// Every so many days, from the first day on.
    Days(u16),
    /// Every so many weeks, counted from the Monday before the first day; on the first day's weekday, if none is
    /// named.
    Weeks(u16, Vec<Weekday>),
}

/// The meetings of a series that are still to come, and when the door is open for them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Plan {
    windows: Windows,
    validity: Validity,
    meetings: Vec<Zoned>,
}

/// One meeting of a series.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Meeting {
    /// When it begins; the door opens a little earlier.
    pub starts: Timestamp,
    /// The same where it takes place: `Tuesday, 1 December 2026, 15:00`.
    pub local: String,
}

impl Series {
    /// How long before a meeting the door opens, unless somebody says otherwise: ten minutes.
    pub const DEFAULT_EARLY: u64 = 600;

    /// How long after a meeting's planned end one may come back, unless somebody says otherwise: half an hour.
    pub const DEFAULT_GRACE: u64 = 1800;

    /// The meetings that are not over yet. The windows alone say when the door is open: `nbf` would say the first
    /// opening twice.
    ///
    /// # Errors
    /// [`SeriesError`]: none is left, they overlap, go on for over 400 days, or no one link can carry them.
    pub fn plan(&self, now: Timestamp) -> Result<Plan, SeriesError> {
        let meetings = self.meetings(now)?;
        let starts: Vec<_> = meetings.iter().filter_map(calendar::timestamp).collect();
        let windows = self.windows(&starts)?;
        let validity = Validity::new(now, None, windows.end()).map_err(|_| SeriesError::Never)?;
        Lifetime::from_secs(validity.seconds()).map_err(|_| SeriesError::TooLong)?;
        Ok(Plan {
            windows,
            validity,
            meetings,
        })
    }

    /// The window begins earlier than the meeting and ends later.
    fn windows(&self, starts: &[Timestamp]) -> Result<Windows, SeriesError> {
        let duration = self.early + self.lasts + self.grace;
        let opens: Vec<_> = starts.iter().map(|start| self.opens(*start)).collect();
        let gaps = opens.windows(2).filter_map(|pair| match pair {
            [one, next] => Some(next.seconds_since(*one)),
            _no_pair => None,
        });
        let mut periods: Vec<_> = gaps.collect();
        periods.sort_unstable();
        periods.dedup();
        match periods.first() {
            None => periods.push(duration),
            Some(nearest) if *nearest < duration => return Err(SeriesError::Overlap),
            Some(_far_enough) => {}
        }
        let ways = periods
            .iter()
            .map(|period| (*period, runs(&opens, *period)));
        let (period, runs) = ways
            .min_by_key(|(_, runs)| runs.len())
            .ok_or(SeriesError::Never)?;
        match runs.len() {
            0 => Err(SeriesError::Never),
            1..=Windows::MAX_RUNS => {
                Windows::new(duration, period, runs).map_err(|_| SeriesError::TooLong)
            }
            runs if self.has_many_weekdays() => Err(SeriesError::Uneven { runs }),
            _of_one_weekday => Err(SeriesError::Unsteady),
        }
    }

    fn opens(&self, start: Timestamp) -> Timestamp {
        let secs = start.as_secs().saturating_sub(self.early);
        Timestamp::from_secs(secs).unwrap_or(start)
    }

    const fn has_many_weekdays(&self) -> bool {
        matches!(&self.repeat, Repeat::Weeks(_, days) if days.len() > 1)
    }
}

/// Equally spaced meetings in as few runs as this period allows; one run ends where the distance differs.
fn runs(opens: &[Timestamp], period: u64) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for start in opens {
        match runs.last_mut() {
            Some(run) if run.start.plus(run.count * period) == *start => run.count += 1,
            Some(_) | None => runs.push(Run {
                start: *start,
                count: 1,
            }),
        }
    }
    runs
}

impl Plan {
    /// When the door is open.
    pub const fn windows(&self) -> &Windows {
        &self.windows
    }

    /// `iat` and `exp`.
    pub const fn validity(&self) -> Validity {
        self.validity
    }

    /// When it opens for the first of them.
    pub fn opens_at(&self) -> Timestamp {
        let first = self.windows.runs().first();
        first.map_or(self.validity.opens_at(), |run| run.start)
    }

    /// How many there are.
    pub const fn count(&self) -> usize {
        self.meetings.len()
    }

    /// They, in order.
    pub fn meetings(&self) -> impl Iterator<Item = Meeting> {
        self.meetings.iter().filter_map(|meeting| {
            Some(Meeting {
                starts: calendar::timestamp(meeting)?,
                local: calendar::in_words(meeting),
            })
        })
    }
}

#[cfg(test)]
mod tests;
