//! A series as a calendar file has it (RFC 5545 §3.3.10).

use jiff::Zoned;
use jiff::civil::Weekday;

use super::{Plan, Repeat, Series};

impl Series {
    /// The `RRULE` of the meetings of this plan, counted from its first one.
    pub(crate) fn rule(&self, plan: &Plan) -> String {
        let count = plan.count();
        match &self.repeat {
            Repeat::Days(every) => format!("FREQ=DAILY;INTERVAL={every};COUNT={count}"),
            Repeat::Weeks(every, days) if days.is_empty() => {
                format!("FREQ=WEEKLY;INTERVAL={every};COUNT={count}")
            }
            Repeat::Weeks(every, days) => {
                let mut days = days.clone();
                days.sort_unstable_by_key(|day| day.to_monday_zero_offset());
                let days: Vec<_> = days.into_iter().map(initials).collect();
                let days = days.join(",");
                format!("FREQ=WEEKLY;INTERVAL={every};WKST=MO;BYDAY={days};COUNT={count}")
            }
        }
    }

    /// How long each meeting is planned to last, in seconds; the doors are open for longer.
    pub(crate) const fn lasts(&self) -> u64 {
        self.lasts
    }
}

impl Plan {
    /// The first and the last meeting, by the clocks of their place.
    pub(crate) fn ends(&self) -> Option<(&Zoned, &Zoned)> {
        Some((self.meetings.first()?, self.meetings.last()?))
    }
}

const fn initials(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "MO",
        Weekday::Tuesday => "TU",
        Weekday::Wednesday => "WE",
        Weekday::Thursday => "TH",
        Weekday::Friday => "FR",
        Weekday::Saturday => "SA",
        Weekday::Sunday => "SU",
    }
}
