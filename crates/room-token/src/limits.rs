//! What a grant may add to "this person may enter": how late, how many, and when.

use thiserror::Error;

use crate::Timestamp;

/// Limits that a door enforces beside the lifetime. None of them is set unless somebody set it.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Limits {
    join_by: Option<Timestamp>,
    seats: Option<u32>,
    max_occupants: Option<u32>,
}

impl Limits {
    /// The largest count.
    pub const MAX_COUNT: u32 = 100_000;

    /// No *first* join after this; who was in may come back until `exp`.
    #[must_use]
    pub const fn joining_by(mut self, time: Timestamp) -> Self {
        self.join_by = Some(time);
        self
    }

    /// At most so many people in the room with this same token at once. A room lives on one shard, so that shard
    /// counts.
    ///
    /// # Errors
    /// [`LimitsError`] for zero and for more than [`Limits::MAX_COUNT`].
    pub fn with_seats(mut self, seats: u64) -> Result<Self, LimitsError> {
        self.seats = Some(count("seats", seats)?);
        Ok(self)
    }

    /// At most so many people in the room.
    ///
    /// # Errors
    /// [`LimitsError`] for zero and for more than [`Limits::MAX_COUNT`].
    pub fn with_max_occupants(mut self, occupants: u64) -> Result<Self, LimitsError> {
        self.max_occupants = Some(count("max_occupants", occupants)?);
        Ok(self)
    }

    /// The latest first join.
    pub const fn join_by(&self) -> Option<Timestamp> {
        self.join_by
    }

    /// The people at once with one token.
    pub const fn seats(&self) -> Option<u32> {
        self.seats
    }

    /// The people at once in the room.
    pub const fn max_occupants(&self) -> Option<u32> {
        self.max_occupants
    }
}

fn count(what: &'static str, number: u64) -> Result<u32, LimitsError> {
    match u32::try_from(number) {
        Ok(count @ 1..=Limits::MAX_COUNT) => Ok(count),
        _out_of_bounds => Err(LimitsError { what, number }),
    }
}

/// A count that no room has.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error("{what} is {number}; give a number from 1 to 100000, or leave it out")]
pub struct LimitsError {
    what: &'static str,
    number: u64,
}

/// Who stands at the door: what the shard knows and the token cannot.
#[derive(Clone, Copy, Debug)]
pub struct Arrival<'a> {
    /// The room, as Prosody has it.
    pub room: &'a str,
    /// The time.
    pub now: Timestamp,
    /// Whether this person was admitted here before, with the same token.
    pub returning: bool,
    /// How many others are in the room with the same token.
    pub same_token: u32,
    /// How many others are in the room.
    pub occupants: u32,
}

impl<'a> Arrival<'a> {
    /// The first to come, into an empty room.
    pub const fn first(room: &'a str, now: Timestamp) -> Self {
        Self {
            room,
            now,
            returning: false,
            same_token: 0,
            occupants: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_has_bounds() {
        for number in [0, 100_001, u64::MAX] {
            assert!(Limits::default().with_seats(number).is_err(), "{number}");
            assert!(
                Limits::default().with_max_occupants(number).is_err(),
                "{number}"
            );
        }
        let limits = Limits::default()
            .with_seats(1)
            .unwrap()
            .with_max_occupants(100_000)
            .unwrap();
        assert_eq!(
            (limits.seats(), limits.max_occupants()),
            (Some(1), Some(100_000))
        );
    }
}
