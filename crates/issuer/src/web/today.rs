//! `/today`: what is open now, and what opens later today.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};
use jiff::{ToSpan, Zoned};
use room_token::Timestamp;
use serde::Deserialize;

use super::field_errors::FieldErrors;
use super::frame::Frame;
use super::place::{Place, ZONES, timestamp};
use super::problem::Problem;
use super::speech::texts;
use super::words;
use super::{App, cookie, page};
use crate::LinkRow;
use crate::kept_grant::KeptGrant;
use crate::ledger::Taken;
use crate::people::Actor;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    /// Whose day; UTC, if nothing is said.
    zone: String,
}

#[derive(Template)]
#[template(path = "today.html")]
struct TodayPage<'a> {
    frame: Frame,
    asked: &'a Asked,
    errors: FieldErrors,
    zones: &'static str,
    /// The day, and whose.
    day: String,
    zone: String,
    knows_zone: bool,
    open: Vec<Meeting>,
    later: Vec<Meeting>,
    /// There are more than the page can look at.
    is_cut: bool,
}

/// One link's next time.
struct Meeting {
    opens: Timestamp,
    /// `15:00`, or with the day if it is another.
    from: String,
    until: String,
    machine: String,
    room: String,
    title: String,
    name: String,
    is_owner: bool,
    jti: String,
}

/// Links that the page looks at.
const MOST: usize = 500;

/// `GET /today`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let mut errors = FieldErrors::default();
    let asked_zone = errors.keep("zone", cookie::asked_place(&asked.zone, &headers));
    let asked_zone = asked_zone.flatten();
    let place = asked_zone.clone().unwrap_or(Place::UTC);
    let now = (app.now)();
    let day = Day::of(&place, now).ok_or_else(Problem::internal)?;
    let taken = app.taken()?;
    let within = actor.rooms.starts();
    let rows = app
        .ledger()?
        .between(&within, "", now, day.ends, MOST)
        .await?;
    let is_cut = rows.len() == MOST;
    let meetings = meetings(&rows, &taken, &day, now);
    let (open, mut later): (Vec<_>, Vec<_>) = meetings
        .into_iter()
        .partition(|meeting| meeting.opens <= now);
    later.sort_by_key(|meeting| meeting.opens);
    let page = TodayPage {
        frame: Frame::of(&app, &actor),
        asked: &asked,
        errors,
        zones: &ZONES,
        day: texts().date(&day.local),
        zone: place.name().to_owned(),
        knows_zone: asked_zone.is_some(),
        open,
        later,
        is_cut,
    };
    let keep = asked_zone.map(|place| AppendHeaders([cookie::keep_place(&place)]));
    Ok((keep, page::answer(StatusCode::OK, &page)?).into_response())
}

/// Today, somewhere.
struct Day {
    place: Place,
    local: Zoned,
    /// The first second of tomorrow.
    ends: Timestamp,
}

impl Day {
    fn of(place: &Place, now: Timestamp) -> Option<Self> {
        let local = place.local(now)?;
        let ends = local.checked_add(1.day()).ok()?.start_of_day().ok()?;
        Some(Self {
            place: place.clone(),
            ends: timestamp(&ends)?,
            local,
        })
    }

    /// A time as the clocks of the place show it.
    fn words(&self, at: Timestamp) -> String {
        let Some(there) = self.place.local(at) else {
            return words::short_moment(at);
        };
        let form = if there.date() == self.local.date() {
            "%H:%M"
        } else if there.year() == self.local.year() {
            "%-d %b, %H:%M"
        } else {
            "%-d %b %Y, %H:%M"
        };
        there.strftime(form).to_string()
    }
}

/// The times of links that were not taken back.
fn meetings(rows: &[LinkRow], taken: &Taken, day: &Day, now: Timestamp) -> Vec<Meeting> {
    let alive = rows.iter().filter(|row| taken.entry_of(row).is_none());
    let meeting = |row: &LinkRow| {
        let (opens, shuts) = next_time(row, now).filter(|(opens, _)| *opens < day.ends)?;
        let record = &row.record;
        Some(Meeting {
            opens,
            from: day.words(opens),
            until: day.words(shuts),
            machine: opens.to_string(),
            room: words::room(&record.room),
            title: row
                .note
                .as_ref()
                .map(|note| note.title.clone())
                .unwrap_or_default(),
            name: record.name.clone(),
            is_owner: record.affiliation == "owner",
            jti: record.jti.clone(),
        })
    };
    alive.filter_map(meeting).collect()
}

/// When its door is open, now or next: all the time, or in the windows of a series.
fn next_time(row: &LinkRow, now: Timestamp) -> Option<(Timestamp, Timestamp)> {
    let record = &row.record;
    let whole = (record.opens_at, record.expires_at);
    let kept = KeptGrant::of(row);
    let Some(windows) = kept.as_ref().and_then(|kept| kept.grant.windows()) else {
        return Some(whole);
    };
    let window = windows.at_or_after(now.max(record.opens_at))?;
    let opens = window.opens.max(record.opens_at);
    let shuts = window.shuts.min(record.expires_at);
    Some((opens, shuts)).filter(|(opens, shuts)| opens < shuts)
}
