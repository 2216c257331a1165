//! How late, and how many.

use issuer::Ending;
use room_token::{Limits, Timestamp};

use crate::failure::Failure;
use crate::server::Wish;
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
    /// The same for an issuer elsewhere; of a series nobody here knows the opening.
    pub(super) fn put_into(
        &self,
        wish: &mut Wish,
        opens: Option<Timestamp>,
    ) -> Result<(), Failure> {
        let join_by = self.join_by.as_ref();
        let join_by = join_by.map(|text| times::time_or_span("--join-by", text));
        let latest = match (join_by.transpose()?, opens) {
            (None, _) => None,
            (Some(Ending::At(latest)), _) => Some(latest),
            (Some(Ending::After(secs)), Some(opens)) => Some(opens.plus(secs)),
            (Some(Ending::After(_)), None) => {
                let what = "--join-by: a series opens when the issuer says, so a span after it is not known here";
                return Err(Failure::new(
                    what,
                    "give a time, such as 2026-12-01T14:15:00Z",
                ));
            }
        };
        wish.set("join_by", latest.map(|at| at.to_string()));
        wish.set("seats", self.seats);
        wish.set("max_occupants", self.max_occupants);
        Ok(())
    }

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
