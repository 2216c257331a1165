//! `/keys`: the keys that signed, sign and will sign, and how their times overlap; for administrators of everything.

mod life;
mod timeline;

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use room_token::Timestamp;

use self::life::{Life, Phase};
use self::timeline::Timeline;
use super::frame::Frame;
use super::problem::Problem;
use super::words;
use super::{App, page};
use crate::OfficeError;
use crate::keys::Keys;
use crate::people::{Actor, Role};

#[derive(Template)]
#[template(path = "keys.html")]
struct KeysPage {
    frame: Frame,
    rows: Vec<Row>,
    timeline: Option<Timeline>,
    /// Keys follow one another in it.
    has_folder: bool,
}

/// A key, in words.
struct Row {
    id: String,
    state: &'static str,
    published: String,
    signed: String,
    lives: String,
    scope: String,
}

/// `GET /keys`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
) -> Result<Response, Problem> {
    actor.needs_everything(Role::Administrator)?;
    let uses = match &app.ledger {
        Some(ledger) => ledger.key_uses().await?,
        None => Vec::new(),
    };
    let keys = &app.office.keys;
    let lives = life::all(keys, &uses).map_err(OfficeError::from)?;
    let now = (app.now)();
    let page = KeysPage {
        frame: Frame::of(&app, &actor),
        rows: lives.iter().map(|life| Row::new(life, now)).collect(),
        timeline: Timeline::of(&lives, now),
        has_folder: matches!(keys, Keys::Folder(_)),
    };
    page::answer(StatusCode::OK, &page)
}

impl Row {
    fn new(life: &Life, now: Timestamp) -> Self {
        let moment = |at: Option<Timestamp>| at.map(words::short_moment).unwrap_or_default();
        let signed = match (life.signed, life.phase) {
            (Some((first, _)), Phase::Active) => format!("since {}", words::short_moment(first)),
            (Some((first, last)), Phase::Next | Phase::Retiring | Phase::Gone) => format!(
                "{} to {}",
                words::short_moment(first),
                words::short_moment(last)
            ),
            (None, _) => "nothing in this ledger".to_owned(),
        };
        let lives = match life.dead {
            Some(dead) if dead <= now => "none any more".to_owned(),
            Some(dead) => format!("until {}", words::short_moment(dead)),
            None => String::new(),
        };
        Self {
            id: life.id.clone(),
            state: life.phase.word(),
            published: moment(life.published),
            signed,
            lives,
            scope: life.scope.clone(),
        }
    }
}
