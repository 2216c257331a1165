//! How late, and how many.

use room_token::{Limits, Timestamp};

use crate::failure::Failure;
use crate::times;

#[derive(Debug, clap::Args)]
pub(super) struct LimitArgs {
    /// No first join after this, such as 15m after the opening; who was in may come back
    #[arg(long, value_name = "RFC3339|SPAN")]
    join_by: Option<String>,

    /// At most so many people at once with this link
    #[arg(long, value_name = "N")]
    seats: Option<u64>,

    /// At most so many people at once in the room, when one comes in with this link
    #[arg(long, value_name = "N")]
    max_occupants: Option<u64>,
}

impl LimitArgs {
    /// The limits of a link that opens and ends then.
    pub(super) fn limits(&self, opens: Timestamp, ends: Timestamp) -> Result<Limits, Failure> {
        let mut limits = Limits::default();
        if let Some(text) = &self.join_by {
            let latest = times::time_or_span("--join-by", text)?.join_by(opens, ends);
            limits = limits.joining_by(latest.map_err(|e| Failure::because("--join-by", &e))?);
        }
        if let Some(seats) = self.seats {
            let limited = limits.with_seats(seats);
            limits = limited.map_err(|e| Failure::because("--seats", &e))?;
        }
        if let Some(occupants) = self.max_occupants {
            let limited = limits.with_max_occupants(occupants);
            limits = limited.map_err(|e| Failure::because("--max-occupants", &e))?;
        }
        Ok(limits)
    }
}
