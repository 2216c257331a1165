//! `/calendar`: the meetings of a month or a week, by the clocks of a place.

mod days;
mod entries;

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};
use serde::Deserialize;

use self::days::{Shown, View};
use self::entries::{Day, Standing};
use super::field_errors::FieldErrors;
use super::frame::Frame;
use super::place::{Place, ZONES};
use super::problem::Problem;
use super::{App, cookie, page};
use crate::people::Actor;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    /// `week`, or else a month.
    view: String,
    /// A day in it; today, if nothing is said.
    on: String,
    /// How the room's name begins.
    room: String,
    zone: String,
}

#[derive(Template)]
#[template(path = "calendar.html")]
struct CalendarPage<'a> {
    frame: Frame,
    asked: &'a Asked,
    errors: FieldErrors,
    zones: &'static str,
    zone: String,
    knows_zone: bool,
    view: &'static str,
    is_week: bool,
    /// `March 2026`, or `2 to 8 March 2026`.
    title: String,
    previous: String,
    next: String,
    on: String,
    weeks: Vec<Vec<Day>>,
    standing: Vec<Standing>,
    /// There are more than the page can look at.
    is_cut: bool,
}

/// Links that the page looks at.
const MOST: usize = 2000;

/// `GET /calendar`.
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
    let (now, view) = ((app.now)(), View::of(&asked.view));
    let shown = Shown::new(view, &asked.on, &place, now).ok_or_else(Problem::internal)?;
    let room = app.room_start(&asked.room);
    let (within, span) = (actor.rooms.starts(), shown.span());
    let rows = app
        .ledger()?
        .between(&within, &room, span.0, span.1, MOST)
        .await?;
    let is_cut = rows.len() == MOST;
    let taken = app.taken()?;
    let alive: Vec<_> = rows
        .into_iter()
        .filter(|row| taken.entry_of(row).is_none())
        .collect();
    let page = CalendarPage {
        frame: Frame::of(&app, &actor),
        errors,
        zones: &ZONES,
        zone: place.name().to_owned(),
        knows_zone: asked_zone.is_some(),
        view: if view == View::Week { "week" } else { "month" },
        is_week: view == View::Week,
        title: shown.title(),
        previous: shown.previous(),
        next: shown.next(),
        on: shown.on(),
        weeks: entries::weeks(&shown, &alive, &place, now),
        standing: entries::standing(&alive, &place),
        is_cut,
        asked: &asked,
    };
    let keep = asked_zone.map(|place| AppendHeaders([cookie::keep_place(&place)]));
    Ok((keep, page::answer(StatusCode::OK, &page)?).into_response())
}
