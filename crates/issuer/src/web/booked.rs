//! Who has the room at that time already: said before a link is issued, as a warning and no error.

use room_token::{RoomName, Timestamp, Windows};

use super::form::{Each, WantedTimes};
use super::place::Place;
use super::problem::Problem;
use super::{App, words};
use crate::LinkRow;
use crate::kept_grant::KeptGrant;
use crate::people::Actor;

/// A link that opens the same room when the wished-for one does.
pub(super) struct Booking {
    pub(super) jti: String,
    /// What it is called, or whose it is.
    pub(super) title: String,
    pub(super) issued_by: String,
    pub(super) opens: String,
    pub(super) shuts: String,
    pub(super) machine: String,
}

/// From when until when a door is open.
type Span = (Timestamp, Timestamp);

impl App {
    /// What a person should know before they issue this; nothing where there is no ledger.
    pub(super) async fn bookings(
        &self,
        actor: &Actor,
        room: &RoomName,
        wanted: &WantedTimes,
        place: &Place,
    ) -> Result<Vec<Booking>, Problem> {
        let (Some(ledger), true) = (&self.ledger, actor.rooms.covers(room)) else {
            return Ok(Vec::new());
        };
        let spans = spans(wanted);
        let (from, until) = wanted.span();
        let taken = self.taken()?;
        let rows = ledger.bookings(room, from, until).await?;
        let alive = rows.iter().filter(|row| taken.entry_of(row).is_none());
        let booking = |row: &LinkRow| {
            let theirs = Theirs::of(row, actor);
            let mut clashes = spans
                .iter()
                .filter_map(|span| theirs.clash(*span, (self.now)()));
            Some(Booking::new(row, clashes.next()?, place))
        };
        Ok(alive.filter_map(booking).collect())
    }
}

impl Booking {
    fn new(row: &LinkRow, (opens, shuts): Span, place: &Place) -> Self {
        let record = &row.record;
        let title = row.note.as_ref().map(|note| note.title.clone());
        let title = title.filter(|title| !title.is_empty());
        Self {
            jti: record.jti.clone(),
            title: title.unwrap_or_else(|| match record.name.as_str() {
                "" => words::room(&record.room),
                name => name.to_owned(),
            }),
            issued_by: row.issued_by.clone(),
            opens: place.moment(opens),
            shuts: place.moment(shuts),
            machine: opens.to_string(),
        }
    }
}

/// Whether the person has seen every one of them.
pub(super) fn are_confirmed(bookings: &[Booking], confirmed: &str) -> bool {
    let seen: Vec<_> = confirmed.split(' ').collect();
    bookings
        .iter()
        .all(|booking| seen.contains(&booking.jti.as_str()))
}

/// What they have seen, for the form.
pub(super) fn seen(bookings: &[Booking]) -> String {
    let names: Vec<_> = bookings
        .iter()
        .map(|booking| booking.jti.as_str())
        .collect();
    names.join(" ")
}

/// When the doors of the wished-for links are open.
fn spans(wanted: &WantedTimes) -> Vec<Span> {
    match wanted {
        WantedTimes::Once(planned) => {
            vec![(planned.validity.opens_at(), planned.validity.expires_at())]
        }
        WantedTimes::Each(each) => {
            let span = |one: &Each| (one.validity.opens_at(), one.validity.expires_at());
            each.iter().map(span).collect()
        }
        WantedTimes::Series(series) => all_of(series.1.windows(), series.1.opens_at()),
    }
}

/// A link carries some 400 windows at most.
fn all_of(windows: &Windows, from: Timestamp) -> Vec<Span> {
    let next = |at: Timestamp| {
        windows
            .at_or_after(at)
            .map(|window| (window.opens, window.shuts))
    };
    let spans = std::iter::successors(next(from), |(_, shuts)| next(*shuts));
    spans.take(500).collect()
}

/// Another link's times.
struct Theirs {
    whole: Span,
    windows: Option<Windows>,
    is_own: bool,
}

impl Theirs {
    fn of(row: &LinkRow, actor: &Actor) -> Self {
        let kept = KeptGrant::of(row);
        Self {
            whole: (row.record.opens_at, row.record.expires_at),
            windows: kept.and_then(|kept| kept.grant.windows().cloned()),
            is_own: row.issued_by == actor.name,
        }
    }

    /// When its door is open, if both are at some time. Links of one meeting open or end together, so what somebody
    /// issued themselves, and then, is what they mean.
    fn clash(&self, wanted: Span, now: Timestamp) -> Option<Span> {
        let theirs = self.at_or_after(wanted.0)?;
        let (opens, shuts) = (theirs.0.max(wanted.0), theirs.1.min(wanted.1));
        let is_one_meeting = wanted.0 <= now || theirs.0 == wanted.0 || theirs.1 == wanted.1;
        (opens < shuts && !(self.is_own && is_one_meeting)).then_some(theirs)
    }

    fn at_or_after(&self, at: Timestamp) -> Option<Span> {
        let Some(windows) = &self.windows else {
            return Some(self.whole);
        };
        let window = windows.at_or_after(at)?;
        Some((
            window.opens.max(self.whole.0),
            window.shuts.min(self.whole.1),
        ))
    }
}
