//! The part of the form that says how late, and how many.

use room_token::{Limits, Timestamp};
use serde::Deserialize;

use super::times::not_a_time;
use crate::Ending;
use crate::web::field_errors::FieldErrors;
use crate::web::place::Place;

/// Fields that most people leave empty.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(default)]
pub(crate) struct LimitsForm {
    pub(crate) join_by: String,
    pub(crate) seats: String,
    pub(crate) max_occupants: String,
}

impl LimitsForm {
    /// Whether something was typed.
    pub(crate) fn any(&self) -> bool {
        let fields = [&self.join_by, &self.seats, &self.max_occupants];
        fields.iter().any(|field| !field.trim().is_empty())
    }

    /// The limits of a link that opens and ends then.
    pub(super) fn parse(
        &self,
        place: &Place,
        opens: Timestamp,
        ends: Timestamp,
        errors: &mut FieldErrors,
    ) -> Option<Limits> {
        let join_by = errors.keep("join_by", self.join_by(place, opens, ends));
        let seats = errors.keep("seats", count(&self.seats));
        let occupants = errors.keep("max_occupants", count(&self.max_occupants));
        let mut limits = Limits::default();
        if let Some(latest) = join_by? {
            limits = limits.joining_by(latest);
        }
        if let Some(seats) = seats? {
            let limited = limits.with_seats(seats).map_err(|_| not_a_count());
            limits = errors.keep("seats", limited)?;
        }
        if let Some(occupants) = occupants? {
            let limited = limits.with_max_occupants(occupants);
            limits = errors.keep("max_occupants", limited.map_err(|_| not_a_count()))?;
        }
        Some(limits)
    }

    fn join_by(
        &self,
        place: &Place,
        opens: Timestamp,
        ends: Timestamp,
    ) -> Result<Option<Timestamp>, String> {
        if self.join_by.trim().is_empty() {
            return Ok(None);
        }
        let latest = place.read(&self.join_by).ok_or_else(not_a_time)?;
        let latest = Ending::At(latest).join_by(opens, ends);
        latest.map(Some).map_err(|error| error.to_string())
    }
}

fn count(typed: &str) -> Result<Option<u64>, String> {
    match typed.trim() {
        "" => Ok(None),
        digits => digits.parse().map(Some).map_err(|_| not_a_count()),
    }
}

fn not_a_count() -> String {
    "this is not a number from 1 to 100000; write one, or leave it empty".to_owned()
}
