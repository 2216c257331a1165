//! What stands on a day: the meetings that begin then, each once, however many links it has.

use std::collections::BTreeMap;

use jiff::civil::Date;
use room_token::Timestamp;

use super::days::Shown;
use crate::LinkRow;
use crate::web::place::Place;
use crate::web::times::{self, Span};
use crate::web::words;

/// One day of the calendar.
pub(crate) struct Day {
    /// `2026-03-03`.
    pub(crate) machine: String,
    pub(crate) number: i8,
    /// `Tuesday, 3 March`.
    pub(crate) name: String,
    pub(crate) is_today: bool,
    pub(crate) is_within: bool,
    pub(crate) meetings: Vec<Entry>,
}

/// One meeting.
pub(crate) struct Entry {
    pub(crate) from: String,
    pub(crate) until: String,
    pub(crate) machine: String,
    pub(crate) room: String,
    pub(crate) title: String,
    pub(crate) count: usize,
    pub(crate) is_open: bool,
    /// The one link, or the first of them.
    pub(crate) jti: String,
}

/// A link that is open for days.
pub(crate) struct Standing {
    pub(crate) room: String,
    pub(crate) name: String,
    pub(crate) until: String,
    pub(crate) jti: String,
}

/// The links of one meeting: the same room and the same hours.
type Meetings<'a> = BTreeMap<(Span, &'a str), Vec<&'a LinkRow>>;

pub(super) fn weeks(
    shown: &Shown,
    rows: &[LinkRow],
    place: &Place,
    now: Timestamp,
) -> Vec<Vec<Day>> {
    let mut meetings = Meetings::new();
    for row in rows {
        for span in times::meetings(row, shown.span()) {
            let same = meetings.entry((span, row.record.room.as_str()));
            same.or_default().push(row);
        }
    }
    let mut days: BTreeMap<Date, Vec<Entry>> = BTreeMap::new();
    for ((span, _), links) in &meetings {
        if let (Some(day), Some(entry)) = (day(span.0, place), Entry::new(*span, links, place, now))
        {
            days.entry(day).or_default().push(entry);
        }
    }
    let day = |day: &Date| Day::new(shown, *day, days.remove(day).unwrap_or_default());
    let days: Vec<_> = shown.days.iter().map(day).collect();
    in_weeks(days)
}

fn in_weeks(days: Vec<Day>) -> Vec<Vec<Day>> {
    let mut weeks: Vec<Vec<Day>> = Vec::new();
    for day in days {
        match weeks.last_mut() {
            Some(week) if week.len() < 7 => week.push(day),
            Some(_) | None => weeks.push(vec![day]),
        }
    }
    weeks
}

pub(super) fn standing(rows: &[LinkRow], place: &Place) -> Vec<Standing> {
    let standing = rows.iter().filter(|row| times::is_standing(row));
    let told = |row: &LinkRow| Standing {
        room: words::room(&row.record.room),
        name: row.record.name.clone(),
        until: place.short_moment(row.record.expires_at),
        jti: row.record.jti.clone(),
    };
    standing.take(SHOWN).map(told).collect()
}

/// The list of all links has the others.
const SHOWN: usize = 50;

fn day(at: Timestamp, place: &Place) -> Option<Date> {
    place.local(at).map(|there| there.date())
}

impl Day {
    fn new(shown: &Shown, day: Date, meetings: Vec<Entry>) -> Self {
        Self {
            machine: day.to_string(),
            number: day.day(),
            name: day.strftime("%A, %-d %B").to_string(),
            is_today: day == shown.today,
            is_within: shown.is_within(day),
            meetings,
        }
    }
}

impl Entry {
    fn new(
        (starts, ends): Span,
        links: &[&LinkRow],
        place: &Place,
        now: Timestamp,
    ) -> Option<Self> {
        let first = links.first()?;
        let titles = links.iter().filter_map(|row| row.note.as_ref());
        let mut titles = titles
            .map(|note| note.title.as_str())
            .filter(|title| !title.is_empty());
        let clock = |at| Some(place.local(at)?.strftime("%H:%M").to_string());
        Some(Self {
            from: clock(starts)?,
            until: clock(ends)?,
            machine: starts.to_string(),
            room: words::room(&first.record.room),
            title: titles.next().unwrap_or_default().to_owned(),
            count: links.len(),
            is_open: starts <= now && now < ends,
            jti: first.record.jti.clone(),
        })
    }
}
