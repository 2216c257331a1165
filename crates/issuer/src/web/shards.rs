//! `/shards`: who fetched key set and revocations lately, for administrators.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use room_token::Timestamp;

use super::frame::Frame;
use super::problem::Problem;
use super::words::ago;
use super::{App, page};
use crate::metrics::Paper;
use crate::people::{Actor, Role};
use crate::polls::{Fetch, Had};

#[derive(Template)]
#[template(path = "shards.html")]
struct ShardsPage {
    frame: Frame,
    rows: Vec<Row>,
}

/// Somebody who came.
struct Row {
    address: String,
    agent: String,
    papers: Vec<PaperRow>,
}

/// A document that they asked for.
struct PaperRow {
    name: &'static str,
    when: String,
    machine: String,
    had: &'static str,
    /// Whether they should have come again by now.
    is_late: bool,
}

/// In seconds. A shard asks for the feed each minute or less, and for the key set each five.
const LATE: u64 = 15 * 60;

/// `GET /shards`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
) -> Result<Response, Problem> {
    actor.needs_everything(Role::Administrator)?;
    let now = (app.now)();
    let rows = app.polls.all().into_iter().map(|(caller, fetches)| Row {
        address: caller.address,
        agent: caller.agent,
        papers: fetches
            .iter()
            .map(|(paper, fetch)| PaperRow::new(*paper, fetch, now))
            .collect(),
    });
    let page = ShardsPage {
        frame: Frame::of(&app, &actor),
        rows: rows.collect(),
    };
    page::answer(StatusCode::OK, &page)
}

impl PaperRow {
    fn new(paper: Paper, fetch: &Fetch, now: Timestamp) -> Self {
        Self {
            name: match paper {
                Paper::KeySet => "Key set",
                Paper::Revocations => "Revocations",
                Paper::SignedKeySet => "Signed key set",
            },
            when: ago(now, fetch.at),
            machine: fetch.at.to_string(),
            had: match fetch.had {
                Had::Current => "had the current edition",
                Had::Older => "had an older edition, and took the current one",
                Had::Untold => "took the current edition",
                Had::Refused => "got none",
            },
            is_late: now.seconds_since(fetch.at) > LATE,
        }
    }
}
