//! `/links`: what was issued, the newest first.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use room_token::RoomName;
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use super::frame::Frame;
use super::link_row::Row;
use super::problem::Problem;
use super::{App, page};
use crate::ledger::{LinkFilter, LinkState};
use crate::people::Actor;

/// What somebody looks for; empty is everything.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    /// How the room's name begins.
    room: String,
    /// How the person's name begins, or their id.
    person: String,
    /// Who issued it.
    issuer: String,
    state: String,
    /// The number after which the page goes on.
    before: String,
}

#[derive(Template)]
#[template(path = "links.html")]
struct LinksPage<'a> {
    frame: Frame,
    asked: &'a Asked,
    states: [LinkState; 4],
    rows: Vec<Row>,
    next: Option<String>,
}

/// On one page.
const SHOWN: usize = 50;

/// `GET /links`.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let filter = asked.filter(&app, &actor);
    let (taken, now) = (app.taken()?, (app.now)());
    let found = app.ledger()?.search(&filter, &taken, now, SHOWN).await?;
    let row = |row| Row::new(row, &taken, now);
    let page = LinksPage {
        frame: Frame::of(&app, &actor),
        asked: &asked,
        states: LinkState::ALL,
        rows: found.rows.iter().map(row).collect(),
        next: found.next.map(|next| asked.query(next)),
    };
    page::answer(StatusCode::OK, &page)
}

impl Asked {
    fn filter(&self, app: &App, actor: &Actor) -> LinkFilter {
        LinkFilter {
            within: actor.rooms.starts(),
            room: app.room_start(&self.room),
            person: self.person.trim().to_owned(),
            issuer: self.issuer.trim().to_owned(),
            state: LinkState::parse(&self.state),
            before: self.before.parse().ok(),
        }
    }

    fn is_blank(&self) -> bool {
        let fields = [
            &self.room,
            &self.person,
            &self.issuer,
            &self.state,
            &self.before,
        ];
        fields.iter().all(|field| field.trim().is_empty())
    }

    /// The same search, from there on.
    fn query(&self, before: u64) -> String {
        let before = before.to_string();
        let pairs = [
            ("room", self.room.trim()),
            ("person", self.person.trim()),
            ("issuer", self.issuer.trim()),
            ("state", self.state.as_str()),
            ("before", before.as_str()),
        ];
        let pairs = pairs.into_iter().filter(|(_, value)| !value.is_empty());
        Serializer::new(String::new()).extend_pairs(pairs).finish()
    }
}

impl App {
    /// What a person typed as the beginning of a room's name, as the ledger has it.
    pub(crate) fn room_start(&self, typed: &str) -> String {
        let typed = typed.trim().trim_end_matches('*');
        if typed.is_empty() || typed.starts_with('[') {
            return typed.to_owned();
        }
        let room = match self.office.base_url() {
            Ok(base_url) => base_url.room(typed),
            Err(_) => RoomName::parse(typed),
        };
        room.map_or_else(|_| typed.to_owned(), |room| room.to_string())
    }
}
