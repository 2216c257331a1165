//! A time, for people and for the script.

use room_token::Timestamp;
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

pub(crate) struct Moment {
    /// `2026-03-03 14:00 UTC`: the same in every language; the script adds the reader's own.
    pub(crate) utc: String,
    /// RFC 3339.
    pub(crate) machine: String,
    /// Since 1970.
    pub(crate) seconds: u64,
}

impl Moment {
    /// Nothing for a year that no calendar has.
    pub(crate) fn of(time: Timestamp) -> Option<Self> {
        let seconds = time.as_secs();
        let moment = OffsetDateTime::from_unix_timestamp(i64::try_from(seconds).ok()?).ok()?;
        let format = |pattern: &[BorrowedFormatItem<'_>]| moment.format(pattern).ok();
        Some(Self {
            utc: format(format_description!(
                "[year]-[month]-[day] [hour]:[minute] UTC"
            ))?,
            machine: format(format_description!(
                "[year]-[month]-[day]T[hour]:[minute]:[second]Z"
            ))?,
            seconds,
        })
    }
}
