//! When a link is to hold, as a person says it: "from Tuesday at two, for two hours".

use room_token::{Lifetime, TimeError, Timestamp, Validity};
use thiserror::Error;

/// A start and an end, neither of them checked yet.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Schedule {
    /// When the door opens; now, if absent or past.
    pub start: Option<Timestamp>,
    /// When it closes.
    pub end: Ending,
}

/// When a link stops to hold.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Ending {
    /// So many seconds after the start.
    After(u64),
    /// At this time.
    At(Timestamp),
}

impl Ending {
    /// The latest first join of a link that opens and ends then; a span counts from the opening.
    ///
    /// # Errors
    /// [`JoinByError`]: nobody could join, or the end of the link comes first.
    pub fn join_by(self, opens: Timestamp, ends: Timestamp) -> Result<Timestamp, JoinByError> {
        let latest = match self {
            Self::After(secs) => opens.plus(secs),
            Self::At(time) => time,
        };
        if latest <= opens {
            return Err(JoinByError::BeforeOpening { opens });
        }
        if latest > ends {
            return Err(JoinByError::AfterEnd { ends });
        }
        Ok(latest)
    }
}

/// Why a latest join makes no sense.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum JoinByError {
    /// The link ends first.
    #[error(
        "the latest join is after the link's end, {ends}; choose an earlier time, or leave it out"
    )]
    AfterEnd {
        /// When it ends.
        ends: Timestamp,
    },
    /// The door is not open yet, or it is past.
    #[error("nobody could join by then, as the link opens {opens}; choose a later time")]
    BeforeOpening {
        /// When it opens.
        opens: Timestamp,
    },
}

impl Schedule {
    /// The times to sign, if they make sense.
    ///
    /// # Errors
    /// [`TimeError`]: it would end before it starts or before now, or lie over 400 days ahead.
    pub fn validity(self, now: Timestamp) -> Result<Validity, TimeError> {
        let not_before = self.start.filter(|start| *start > now);
        let expires_at = match self.end {
            Ending::At(end) => end,
            Ending::After(secs) => {
                let span = Lifetime::from_secs(secs)?;
                let start = not_before.unwrap_or(now);
                Timestamp::from_secs(start.as_secs().saturating_add(span.as_secs()))?
            }
        };
        let validity = Validity::new(now, not_before, expires_at)?;
        Lifetime::from_secs(validity.seconds())?;
        Ok(validity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = 86_400;

    fn at(secs: u64) -> Timestamp {
        Timestamp::from_secs(secs).unwrap()
    }

    #[test]
    fn a_span_counts_from_the_start() {
        let end = Ending::After(7200);
        for (start, not_before, expires_at) in [
            (None, None, 1000 + 7200),
            (Some(at(900)), None, 1000 + 7200),
            (Some(at(5000)), Some(at(5000)), 5000 + 7200),
        ] {
            let validity = Schedule { start, end }.validity(at(1000)).unwrap();
            assert_eq!(validity.issued_at(), at(1000));
            assert_eq!(validity.not_before(), not_before, "{start:?}");
            assert_eq!(validity.expires_at(), at(expires_at), "{start:?}");
        }
    }

    #[test]
    fn a_latest_join_lies_between_opening_and_end() {
        let join_by = |latest: Ending| latest.join_by(at(1000), at(5000));
        assert_eq!(join_by(Ending::After(900)), Ok(at(1900)));
        assert_eq!(join_by(Ending::At(at(5000))), Ok(at(5000)));
        let early = Err(JoinByError::BeforeOpening { opens: at(1000) });
        assert_eq!(join_by(Ending::After(0)), early);
        assert_eq!(join_by(Ending::At(at(999))), early);
        let late = Err(JoinByError::AfterEnd { ends: at(5000) });
        assert_eq!(join_by(Ending::After(u64::MAX)), late);
        assert_eq!(join_by(Ending::At(at(5001))), late);
    }

    #[test]
    fn times_that_make_no_sense_are_refused() {
        for (start, end, error) in [
            (None, Ending::After(0), TimeError::Lifetime { secs: 0 }),
            (None, Ending::At(at(1000)), TimeError::EndsBeforeIssued),
            (Some(2000), Ending::At(at(1500)), TimeError::EndsBeforeStart),
            (
                None,
                Ending::After(u64::MAX),
                TimeError::Lifetime { secs: u64::MAX },
            ),
            (
                None,
                Ending::At(at(1001 + 400 * DAY)),
                TimeError::Lifetime {
                    secs: 1 + 400 * DAY,
                },
            ),
            (
                Some(1001),
                Ending::After(400 * DAY),
                TimeError::Lifetime {
                    secs: 1 + 400 * DAY,
                },
            ),
        ] {
            let schedule = Schedule {
                start: start.map(at),
                end,
            };
            assert_eq!(schedule.validity(at(1000)), Err(error), "{schedule:?}");
        }
    }
}
