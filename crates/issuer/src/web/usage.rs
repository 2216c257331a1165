//! `/usage`: how many links were issued a day, and how many rooms are open an hour.

mod bars;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use jiff::civil::Date;
use jiff::{ToSpan, Zoned};
use room_token::Timestamp;

use self::bars::{Bar, Bars};
use super::frame::Frame;
use super::place::{Place, timestamp};
use super::problem::Problem;
use super::{App, cookie, page, times};
use crate::LinkRow;
use crate::people::Actor;

#[derive(Template)]
#[template(path = "usage.html")]
struct UsagePage {
    frame: Frame,
    zone: String,
    day: String,
    issued: Bars,
    open: Bars,
    /// There are more links today than the page can look at.
    is_cut: bool,
}

/// Days that are counted.
const DAYS: i64 = 30;
/// Links of today that the page looks at.
const MOST: usize = 5000;

/// `GET /usage`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let place = cookie::place(&headers).unwrap_or(Place::UTC);
    let here = place.local((app.now)()).ok_or_else(Problem::internal)?;
    let (ledger, within) = (app.ledger()?, actor.rooms.starts());
    let since = begins(&here, 1 - DAYS).ok_or_else(Problem::internal)?;
    let quarters = ledger.issued_by_quarter(&within, since).await?;
    let today = begins(&here, 0).zip(begins(&here, 1));
    let today = today.ok_or_else(Problem::internal)?;
    let rows = ledger.between(&within, "", today.0, today.1, MOST).await?;
    let taken = app.taken()?;
    let is_cut = rows.len() == MOST;
    let alive: Vec<_> = rows
        .into_iter()
        .filter(|row| taken.entry_of(row).is_none())
        .collect();
    let page = UsagePage {
        frame: Frame::of(&app, &actor),
        zone: place.name().to_owned(),
        day: here.strftime("%A, %-d %B %Y").to_string(),
        issued: Bars::new(by_day(&here, &quarters, &place)),
        open: Bars::new(by_hour(&alive, &place, today.0)),
        is_cut,
    };
    page::answer(StatusCode::OK, &page)
}

/// The first second of the day that is so many days away.
fn begins(here: &Zoned, days: i64) -> Option<Timestamp> {
    timestamp(&here.checked_add(days.days()).ok()?.start_of_day().ok()?)
}

fn by_day(here: &Zoned, quarters: &[(Timestamp, u64)], place: &Place) -> Vec<Bar> {
    let mut counts: BTreeMap<Date, u64> = BTreeMap::new();
    for (at, count) in quarters {
        if let Some(there) = place.local(*at) {
            *counts.entry(there.date()).or_default() += count;
        }
    }
    let days = (1 - DAYS..=0).filter_map(|days| here.date().checked_add(days.days()).ok());
    let bar = |day: Date| Bar {
        label: day.strftime("%-d %b").to_string(),
        name: day.strftime("%a, %-d %B").to_string(),
        value: counts.get(&day).copied().unwrap_or_default(),
    };
    days.map(bar).collect()
}

/// Rooms whose door is open at some time of an hour. A day has 23 or 25 of them when the clocks are changed.
fn by_hour(rows: &[LinkRow], place: &Place, begins: Timestamp) -> Vec<Bar> {
    let day = place.local(begins).map(|there| there.date());
    let hours = (0..25).map(|hour| begins.plus(hour * 3600));
    let hours = hours.filter(|at| place.local(*at).map(|there| there.date()) == day);
    let bar = |at: Timestamp| {
        let open = rows
            .iter()
            .filter(|row| !times::doors(row, (at, at.plus(3600))).is_empty());
        let rooms: BTreeSet<_> = open.map(|row| row.record.room.as_str()).collect();
        let clock = |at| {
            place
                .local(at)
                .map(|there| there.strftime("%H:%M").to_string())
        };
        let (from, until) = (clock(at)?, clock(at.plus(3600))?);
        Some(Bar {
            label: from.clone(),
            name: format!("{from} to {until}"),
            value: u64::try_from(rooms.len()).unwrap_or(u64::MAX),
        })
    };
    hours.filter_map(bar).collect()
}
