//! A series as meetings of their own, for a link each.

use room_token::{Lifetime, Timestamp, Validity};

use super::{Series, SeriesError, calendar};

/// One meeting, and when the door is open for it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Slot {
    pub(crate) starts: Timestamp,
    pub(crate) ends: Timestamp,
    pub(crate) validity: Validity,
}

impl Series {
    /// The meetings that are not over yet; they need not be evenly spaced, and may overlap.
    ///
    /// # Errors
    /// [`SeriesError`]: none is left, or they go on for over 400 days.
    pub(crate) fn slots(&self, now: Timestamp) -> Result<Vec<Slot>, SeriesError> {
        let meetings = self.meetings(now)?;
        let starts = meetings.iter().filter_map(calendar::timestamp);
        starts.map(|starts| self.slot(starts, now)).collect()
    }

    fn slot(&self, starts: Timestamp, now: Timestamp) -> Result<Slot, SeriesError> {
        let ends = starts.plus(self.lasts);
        let opens = Some(self.opens(starts)).filter(|opens| *opens > now);
        let validity = Validity::new(now, opens, ends.plus(self.grace));
        let validity = validity.map_err(|_| SeriesError::Never)?;
        Lifetime::from_secs(validity.seconds()).map_err(|_| SeriesError::TooLong)?;
        Ok(Slot {
            starts,
            ends,
            validity,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SeriesWords;

    #[test]
    fn what_one_link_cannot_carry_many_can() {
        let now = Timestamp::parse_rfc3339("2026-03-03T14:30:00Z").unwrap();
        let words = SeriesWords {
            zone: "Europe/Berlin".to_owned(),
            weekdays: vec!["tue".to_owned(), "thu".to_owned()],
            at: "15:00".to_owned(),
            lasts: 3600,
            until: "2026-12-31".to_owned(),
            ..SeriesWords::default()
        };
        let series = Series::parse(&words).unwrap();
        assert!(matches!(series.plan(now), Err(SeriesError::Uneven { .. })));
        let slots = series.slots(now).unwrap();
        assert_eq!(slots.len(), 88);
        let [first, second, ..] = slots.as_slice() else {
            panic!("{slots:?}")
        };
        assert_eq!(first.validity.not_before(), None, "it is open already");
        assert_eq!(second.starts.to_string(), "2026-03-05T14:00:00Z");
        assert_eq!(second.ends.to_string(), "2026-03-05T15:00:00Z");
        assert_eq!(
            second.validity.opens_at().to_string(),
            "2026-03-05T13:50:00Z"
        );
        assert_eq!(
            second.validity.expires_at().to_string(),
            "2026-03-05T15:30:00Z"
        );
    }
}
