//! Dates, and how far away they are, as people of a language write them. Clocks have 24 hours in all of ours.

use jiff::Zoned;
use room_token::Timestamp;

use super::texts::{Texts, TimeTexts};

impl Texts {
    /// `Tuesday, 3 March 2026`.
    pub(crate) fn date(&self, day: &Zoned) -> String {
        let times = &self.times;
        filled(times.date, day, &times.months, times)
    }

    /// `3 Mar 2026`.
    pub(crate) fn short_date(&self, day: &Zoned) -> String {
        let times = &self.times;
        filled(times.short_date, day, &times.short_months, times)
    }

    /// `in 1 day and 4 hours`: the two largest units.
    pub(crate) fn away(&self, now: Timestamp, then: Timestamp) -> String {
        let parts = self.parts(then.seconds_since(now), &self.times.units_in);
        match parts.as_str() {
            "" => self.times.now.to_owned(),
            span => self.times.in_so_long.replace("{}", span),
        }
    }

    /// `for 1 hour`.
    pub(crate) fn lasting(&self, seconds: u64) -> String {
        let span = self.parts(seconds, &self.times.units);
        self.times.for_so_long.replace("{}", &span)
    }

    fn parts(&self, seconds: u64, units: &[[&str; 2]; 3]) -> String {
        let minutes = seconds.div_ceil(60);
        let counts = [minutes / 1440, minutes / 60 % 24, minutes % 60];
        let parts: Vec<_> = counts
            .into_iter()
            .zip(units)
            .skip_while(|(count, _)| *count == 0)
            .take(2)
            .filter(|(count, _)| *count > 0)
            .map(|(count, [one, many])| {
                let unit = if count == 1 { one } else { many };
                format!("{count} {unit}")
            })
            .collect();
        parts.join(self.times.and)
    }
}

fn filled(form: &str, day: &Zoned, months: &[&str; 12], times: &TimeTexts) -> String {
    let month = usize::try_from(day.month() - 1).ok();
    let month = month.and_then(|month| months.get(month)).copied();
    let weekday = usize::try_from(day.weekday().to_monday_zero_offset()).ok();
    let weekday = weekday.and_then(|day| times.weekdays.get(day)).copied();
    form.replace("{weekday}", weekday.unwrap_or_default())
        .replace("{day}", &day.day().to_string())
        .replace("{month}", month.unwrap_or_default())
        .replace("{year}", &day.year().to_string())
}
