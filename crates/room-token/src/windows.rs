//! One link for a series: open during each meeting, shut between them.
//!
//! The issuer works the windows out from a time zone's calendar; a token carries whole seconds only, so that no
//! verifier needs to know when some country changes its clocks. Each run of equally spaced meetings is three
//! numbers; a change of the clock begins a new run.

use thiserror::Error;

use crate::Timestamp;

/// When the door is open: the claim `win`, `{"d":seconds,"p":seconds,"s":[[start,count],…]}`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Windows {
    /// How long each is open.
    duration: u64,
    /// From one beginning to the next, within a run.
    period: u64,
    /// In order, none overlapping another.
    runs: Vec<Run>,
}

/// So many windows, a period apart.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Run {
    /// When the first opens.
    pub start: Timestamp,
    /// How many there are.
    pub count: u64,
}

/// One time during which the door is open.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Window {
    /// The first second.
    pub opens: Timestamp,
    /// The first second after it.
    pub shuts: Timestamp,
}

impl Windows {
    /// The most runs: a change of the clock twice a year, for longer than any token lives.
    pub const MAX_RUNS: usize = 8;

    /// Takes a duration, a period and the runs.
    ///
    /// # Errors
    /// [`WindowsError`] if a window would be empty, overlap the next, or come before an earlier one.
    pub fn new(duration: u64, period: u64, runs: Vec<Run>) -> Result<Self, WindowsError> {
        if duration == 0 || period < duration {
            return Err(WindowsError::Overlap);
        }
        if runs.is_empty() || runs.len() > Self::MAX_RUNS {
            return Err(WindowsError::Runs);
        }
        let windows = Self {
            duration,
            period,
            runs,
        };
        windows.check_order()?;
        Ok(windows)
    }

    fn check_order(&self) -> Result<(), WindowsError> {
        let mut free_from = 0;
        for run in &self.runs {
            let last = run.count.checked_sub(1).ok_or(WindowsError::Runs)?;
            let begin = run.start.as_secs();
            let end = last
                .checked_mul(self.period)
                .and_then(|offset| begin.checked_add(offset)?.checked_add(self.duration))
                .filter(|end| *end <= Timestamp::MAX.as_secs())
                .ok_or(WindowsError::TooLate)?;
            if begin < free_from {
                return Err(WindowsError::Overlap);
            }
            free_from = end;
        }
        Ok(())
    }

    /// The window that is open at this time, or opens next; `None` after the last.
    pub fn at_or_after(&self, time: Timestamp) -> Option<Window> {
        self.runs.iter().find_map(|run| self.in_run(run, time))
    }

    fn in_run(&self, run: &Run, time: Timestamp) -> Option<Window> {
        let since = time.seconds_since(run.start);
        // The window that began last; if it is over, the next.
        let begun = since.checked_div(self.period)?;
        let over = u64::from(since % self.period >= self.duration);
        let index = begun.checked_add(over).filter(|index| *index < run.count)?;
        let opens = run.start.plus(index * self.period);
        Some(Window {
            opens,
            shuts: opens.plus(self.duration),
        })
    }

    /// How long each window is open, in seconds.
    pub const fn duration(&self) -> u64 {
        self.duration
    }

    /// From one beginning to the next within a run, in seconds.
    pub const fn period(&self) -> u64 {
        self.period
    }

    /// The runs, in order.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// The first second after the last window.
    pub fn end(&self) -> Timestamp {
        self.runs.last().map_or(Timestamp::MAX, |run| {
            let last = run.count.saturating_sub(1).saturating_mul(self.period);
            run.start.plus(last).plus(self.duration)
        })
    }
}

/// Why something is not a series of windows.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum WindowsError {
    /// Empty, overlapping or out of order.
    #[error(
        "the windows are empty, overlap or are out of order; let each end before the next begins"
    )]
    Overlap,
    /// None, or too many runs.
    #[error("a series has 1 to 8 runs of at least one window; issue another link for the rest")]
    Runs,
    /// After the year 9999.
    #[error("a window ends after the year 9999; let the series end earlier")]
    TooLate,
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: u64 = 3600;
    const WEEK: u64 = 7 * 86_400;

    fn at(secs: u64) -> Timestamp {
        Timestamp::from_secs(secs).unwrap()
    }

    fn run(start: u64, count: u64) -> Run {
        Run {
            start: at(start),
            count,
        }
    }

    #[test]
    fn the_door_is_open_during_each_meeting_and_shut_between() {
        // Two weeks at 1000000, then an hour earlier in UTC, as after a change of the clock.
        let third = 1_000_000 + 2 * WEEK - HOUR;
        let windows = Windows::new(HOUR, WEEK, vec![run(1_000_000, 2), run(third, 1)]).unwrap();
        for (time, opens) in [
            (0, Some(1_000_000)),
            (1_000_000, Some(1_000_000)),
            (1_000_000 + HOUR - 1, Some(1_000_000)),
            (1_000_000 + HOUR, Some(1_000_000 + WEEK)),
            (1_000_000 + WEEK + HOUR, Some(third)),
            (third + HOUR - 1, Some(third)),
            (third + HOUR, None),
        ] {
            let window = windows.at_or_after(at(time));
            assert_eq!(window.map(|w| w.opens), opens.map(at), "{time}");
            assert!(
                window.is_none_or(|w| w.shuts == w.opens.plus(HOUR)),
                "{time}"
            );
        }
        assert_eq!(windows.end(), at(third + HOUR));
    }

    #[test]
    fn windows_are_in_order_and_never_overlap() {
        for (duration, period, runs, error) in [
            (0, WEEK, vec![run(1, 1)], WindowsError::Overlap),
            (HOUR, HOUR - 1, vec![run(1, 1)], WindowsError::Overlap),
            (HOUR, WEEK, vec![], WindowsError::Runs),
            (HOUR, WEEK, vec![run(1, 0)], WindowsError::Runs),
            (HOUR, WEEK, vec![run(1, 1); 9], WindowsError::Runs),
            (
                HOUR,
                WEEK,
                vec![run(100, 1), run(200, 1)],
                WindowsError::Overlap,
            ),
            (
                HOUR,
                WEEK,
                vec![run(9000, 1), run(1, 1)],
                WindowsError::Overlap,
            ),
            (HOUR, u64::MAX, vec![run(1, 3)], WindowsError::TooLate),
            (HOUR, WEEK, vec![run(1, u64::MAX)], WindowsError::TooLate),
        ] {
            assert_eq!(
                Windows::new(duration, period, runs.clone()),
                Err(error),
                "{runs:?}"
            );
        }
    }
}
