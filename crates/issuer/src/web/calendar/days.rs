//! Which days a calendar shows: whole weeks, from Monday on.

use jiff::civil::{Date, Weekday};
use jiff::{Span as Days, ToSpan};
use room_token::Timestamp;

use crate::web::place::{Place, timestamp};
use crate::web::times::Span;

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum View {
    Month,
    Week,
}

impl View {
    pub(super) fn of(word: &str) -> Self {
        if word == "week" {
            Self::Week
        } else {
            Self::Month
        }
    }
}

/// The days of a page.
#[derive(Debug)]
pub(super) struct Shown {
    view: View,
    /// Some day of the week or the month that is meant.
    pub(super) day: Date,
    pub(super) today: Date,
    pub(super) days: Vec<Date>,
    span: Span,
}

impl Shown {
    /// A day that cannot be read is today. `None` at the ends of time.
    pub(super) fn new(view: View, on: &str, place: &Place, now: Timestamp) -> Option<Self> {
        let today = place.local(now)?.date();
        let asked = Date::strptime("%Y-%m-%d", on.trim()).ok();
        // The calendar of the tables ends somewhere, and nobody's links are that old.
        let asked = asked.filter(|day| (1971..=9998).contains(&day.year()));
        let day = asked.unwrap_or(today);
        let (first, last) = match view {
            View::Month => (monday(day.first_of_month())?, sunday(day.last_of_month())?),
            View::Week => (monday(day)?, sunday(day)?),
        };
        let days: Vec<_> = first
            .series(1.day())
            .take_while(|day| *day <= last)
            .collect();
        let begins = |day: Date| timestamp(&day.to_zoned(place.zone().clone()).ok()?);
        let span = (begins(first)?, begins(last.tomorrow().ok()?)?);
        Some(Self {
            view,
            day,
            today,
            days,
            span,
        })
    }

    /// From the first second to the one after the last.
    pub(super) const fn span(&self) -> Span {
        self.span
    }

    /// Whether a day belongs to what is meant, and not only to its weeks.
    pub(super) fn is_within(&self, day: Date) -> bool {
        self.view == View::Week || day.month() == self.day.month()
    }

    pub(super) fn title(&self) -> String {
        match (self.view, self.days.first(), self.days.last()) {
            (View::Week, Some(first), Some(last)) => {
                let begin = if first.month() == last.month() {
                    "%-d"
                } else {
                    "%-d %B"
                };
                format!(
                    "{} to {}",
                    first.strftime(begin),
                    last.strftime("%-d %B %Y")
                )
            }
            (View::Month | View::Week, _, _) => self.day.strftime("%B %Y").to_string(),
        }
    }

    pub(super) fn on(&self) -> String {
        self.day.to_string()
    }

    pub(super) fn previous(&self) -> String {
        self.moved(match self.view {
            View::Month => (-1).month(),
            View::Week => (-1).week(),
        })
    }

    pub(super) fn next(&self) -> String {
        self.moved(match self.view {
            View::Month => 1.month(),
            View::Week => 1.week(),
        })
    }

    fn moved(&self, days: Days) -> String {
        self.day.saturating_add(days).to_string()
    }
}

fn monday(day: Date) -> Option<Date> {
    let since = i64::from(day.weekday().since(Weekday::Monday));
    day.checked_sub(since.days()).ok()
}

fn sunday(day: Date) -> Option<Date> {
    let until = i64::from(day.weekday().until(Weekday::Sunday));
    day.checked_add(until.days()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(view: View, on: &str, zone: &str) -> Shown {
        let now = Timestamp::parse_rfc3339("2026-03-03T23:30:00Z").unwrap();
        Shown::new(view, on, &Place::parse(zone).unwrap(), now).unwrap()
    }

    #[test]
    fn a_month_is_its_weeks() {
        let march = shown(View::Month, "", "Europe/Berlin");
        assert_eq!(march.title(), "March 2026");
        assert_eq!(march.days.len(), 42);
        assert_eq!(
            march.today.to_string(),
            "2026-03-04",
            "it is past midnight there"
        );
        let (from, until) = march.span();
        // The clocks are changed in between.
        assert_eq!(from.to_string(), "2026-02-22T23:00:00Z");
        assert_eq!(until.to_string(), "2026-04-05T22:00:00Z");
        assert!(march.is_within(march.day) && !march.is_within(march.days[0]));
        assert_eq!(
            (march.previous(), march.next()),
            ("2026-02-04".to_owned(), "2026-04-04".to_owned())
        );
        assert_eq!(shown(View::Month, "2026-01-31", "").next(), "2026-02-28");
    }

    #[test]
    fn a_week_begins_on_monday() {
        let week = shown(View::Week, "2026-04-01", "UTC");
        assert_eq!(week.title(), "30 March to 5 April 2026");
        assert_eq!(week.days.len(), 7);
        assert!(week.is_within(week.days[0]));
        assert_eq!(
            (week.previous(), week.next()),
            ("2026-03-25".to_owned(), "2026-04-08".to_owned())
        );
        assert_eq!(
            shown(View::Week, "2026-03-08", "").title(),
            "2 to 8 March 2026"
        );
        assert_eq!(shown(View::Week, "soon", "").on(), "2026-03-03");
        assert_eq!(shown(View::Week, "-009999-01-01", "").on(), "2026-03-03");
        assert_eq!(shown(View::Week, "9999-12-31", "").on(), "2026-03-03");
    }
}
