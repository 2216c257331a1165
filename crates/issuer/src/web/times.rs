//! When a link of the ledger opens its door, and when its meeting is, within some days.

use room_token::{Timestamp, Windows};

use crate::kept_grant::KeptGrant;
use crate::{Invitation, LinkRow, MeetingNote, NotedTimes, Series};

/// From when until when.
pub(super) type Span = (Timestamp, Timestamp);

/// When its door is open at some time from one until the other, in order.
pub(super) fn doors(row: &LinkRow, (from, until): Span) -> Vec<Span> {
    let record = &row.record;
    let whole = (record.opens_at, record.expires_at);
    let kept = KeptGrant::of(row);
    let spans = match kept.as_ref().and_then(|kept| kept.grant.windows()) {
        None => vec![whole],
        Some(windows) => within(windows, (from.max(whole.0), until)),
    };
    let bounded = |(opens, shuts): Span| (opens.max(whole.0), shuts.min(whole.1));
    let is_there = |(opens, shuts): &Span| opens < shuts && *opens < until && *shuts > from;
    spans.into_iter().map(bounded).filter(is_there).collect()
}

/// The agreed hours, where they are known; a link that is open for days without a series is no meeting, and has none.
pub(super) fn meetings(row: &LinkRow, days: Span) -> Vec<Span> {
    let note = row.note.as_ref();
    if let Some(once) = note.and_then(MeetingNote::once) {
        return vec![once];
    }
    let is_standing = |span: &Span| span.1.seconds_since(span.0) > Invitation::LONGEST_MEETING;
    let [early, grace] = margins(note);
    let planned = |(opens, shuts): Span| (opens.plus(early), before(shuts, grace));
    let doors = doors(row, days).into_iter();
    doors
        .filter(|span| !is_standing(span))
        .map(planned)
        .collect()
}

/// Whether it is one.
pub(super) fn is_standing(row: &LinkRow) -> bool {
    let whole = row.record.expires_at.seconds_since(row.record.opens_at);
    let has_windows = || KeptGrant::of(row).is_some_and(|kept| kept.grant.windows().is_some());
    whole > Invitation::LONGEST_MEETING && !has_windows()
}

fn within(windows: &Windows, (from, until): Span) -> Vec<Span> {
    let next = |at: Timestamp| {
        let window = windows.at_or_after(at)?;
        Some((window.opens, window.shuts)).filter(|(opens, _)| *opens < until)
    };
    std::iter::successors(next(from), |(_, shuts)| next(*shuts)).collect()
}

/// What the door of a series has more than its meetings.
fn margins(note: Option<&MeetingNote>) -> [u64; 2] {
    match note.map(|note| &note.times) {
        Some(NotedTimes::Series { words, .. }) => [
            words.early.unwrap_or(Series::DEFAULT_EARLY),
            words.grace.unwrap_or(Series::DEFAULT_GRACE),
        ],
        Some(NotedTimes::AsTheDoor | NotedTimes::Once { .. }) | None => [0, 0],
    }
}

fn before(at: Timestamp, secs: u64) -> Timestamp {
    Timestamp::from_secs(at.as_secs().saturating_sub(secs)).unwrap_or(at)
}
