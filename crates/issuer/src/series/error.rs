//! Why no link carries a series, and which part of it is to be mended.

use thiserror::Error;

/// A part of what somebody wrote, by its name in the API.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SeriesPart {
    /// `at`.
    At,
    /// `every`.
    Every,
    /// `from`.
    From,
    /// `lasts`.
    Lasts,
    /// `until`.
    Until,
    /// `weekdays`.
    Weekdays,
    /// `zone`.
    Zone,
}

impl SeriesPart {
    /// Its name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::At => "at",
            Self::Every => "every",
            Self::From => "from",
            Self::Lasts => "lasts",
            Self::Until => "until",
            Self::Weekdays => "weekdays",
            Self::Zone => "zone",
        }
    }
}

/// Why a series cannot be.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum SeriesError {
    /// Not a time of day.
    #[error("`{typed}` is no time of day; write it like 15:00")]
    At {
        /// What was typed.
        typed: String,
    },
    /// Not a date.
    #[error("`{typed}` is no date; write it like 2027-06-30")]
    Date {
        /// Which one.
        part: SeriesPart,
        /// What was typed.
        typed: String,
    },
    /// Weekdays every so many days.
    #[error("weekdays repeat in weeks, not in days; write it like 2w, or name no weekdays")]
    DaysOfWeekdays,
    /// Not a rhythm.
    #[error(
        "`{typed}` is no rhythm; write 2w for every second week, or 3d for every third day, up to 53w"
    )]
    Every {
        /// What was typed.
        typed: String,
    },
    /// No seconds, or more than a link can last.
    #[error(
        "a meeting, with the time before and after it, lasts from 1 second to 400 days; write another length"
    )]
    Length,
    /// The first day lies too far back.
    #[error("the first day is over 400 days ago; choose a later one")]
    LongAgo,
    /// Nothing is left of it.
    #[error("no meeting is left from the first day to the last; choose a later last day")]
    Never,
    /// A meeting begins before the one before it is over.
    #[error(
        "a meeting begins before the door has shut behind the one before it; shorten it, or the time before and after it"
    )]
    Overlap,
    /// Neither weekdays nor a rhythm.
    #[error("nothing says how it repeats; name its weekdays, or write 1d for every day")]
    Repeat,
    /// Over 400 days.
    #[error("a link can last until 400 days from now, not longer; choose an earlier last day")]
    TooLong,
    /// More runs than a token carries.
    #[error(
        "one link cannot carry these weekdays for so long ({runs} runs of equally spaced meetings, at most 8); issue one link for each weekday, or choose an earlier last day"
    )]
    Uneven {
        /// How many it would need.
        runs: usize,
    },
    /// A zone that changes its clocks all the time.
    #[error("this zone changes its clocks too often for one link; choose an earlier last day")]
    Unsteady,
    /// Not a day of the week.
    #[error("`{typed}` is no weekday; write mon, tue, wed, thu, fri, sat or sun")]
    Weekday {
        /// What was typed.
        typed: String,
    },
    /// Not a time zone.
    #[error("there is no time zone `{typed}`; write its IANA name, such as Europe/Berlin")]
    Zone {
        /// What was typed.
        typed: String,
    },
}

impl SeriesError {
    /// What is to be mended.
    pub const fn part(&self) -> SeriesPart {
        match self {
            Self::At { .. } => SeriesPart::At,
            Self::Date { part, .. } => *part,
            Self::DaysOfWeekdays | Self::Every { .. } => SeriesPart::Every,
            Self::Length | Self::Overlap => SeriesPart::Lasts,
            Self::LongAgo => SeriesPart::From,
            Self::Never | Self::TooLong | Self::Unsteady => SeriesPart::Until,
            Self::Repeat | Self::Uneven { .. } | Self::Weekday { .. } => SeriesPart::Weekdays,
            Self::Zone { .. } => SeriesPart::Zone,
        }
    }
}
