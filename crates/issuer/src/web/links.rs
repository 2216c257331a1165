//! `/links`: what was issued, the newest first.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use room_token::{RoomName, Timestamp};
use serde::Deserialize;

use super::frame::Frame;
use super::problem::Problem;
use super::words;
use super::{App, page};
use crate::LinkRow;
use crate::ledger::LinkFilter;
use crate::people::Actor;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    /// How the room's name begins.
    room: String,
    /// The number after which the page goes on.
    before: String,
}

#[derive(Template)]
#[template(path = "links.html")]
struct LinksPage<'a> {
    frame: Frame,
    asked: &'a Asked,
    rows: Vec<Row>,
    next: Option<u64>,
}

/// A link, in words.
struct Row {
    room: String,
    name: String,
    is_owner: bool,
    issued_by: String,
    issued: String,
    until: String,
    state: &'static str,
    jti: String,
}

/// On one page.
const SHOWN: usize = 50;

/// `GET /links`.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let typed = asked.room.trim();
    let room = RoomName::parse(typed).map(|room| room.to_string());
    let filter = LinkFilter {
        within: actor.rooms.starts(),
        room: if typed.is_empty() {
            String::new()
        } else {
            room.unwrap_or_else(|_| typed.to_owned())
        },
        before: asked.before.parse().ok(),
    };
    let mut found = app.ledger()?.links(&filter, SHOWN + 1).await?;
    let next = (found.len() > SHOWN)
        .then(|| found.get(SHOWN - 1).map(|row| row.seq))
        .flatten();
    found.truncate(SHOWN);
    let now = (app.now)();
    let page = LinksPage {
        frame: Frame::of(&app, &actor),
        asked: &asked,
        rows: found.iter().map(|row| Row::new(row, now)).collect(),
        next,
    };
    page::answer(StatusCode::OK, &page)
}

impl Row {
    fn new(row: &LinkRow, now: Timestamp) -> Self {
        let record = &row.record;
        let state = match (now < record.opens_at, now < record.expires_at) {
            (true, _) => "to come",
            (false, true) => "open",
            (false, false) => "ended",
        };
        Self {
            room: words::room(&record.room),
            name: record.name.clone(),
            is_owner: record.affiliation == "owner",
            issued_by: row.issued_by.clone(),
            issued: words::short_moment(record.issued_at),
            until: words::short_moment(record.expires_at),
            state,
            jti: record.jti.clone(),
        }
    }
}
