//! `/revoke`: takes back a link, or all of a room, a person or a key, after it was shown what that hits.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::{Extension, Form};
use room_token::{KeySet, Revoked, RoomPattern};
use serde::Deserialize;

use super::field_errors::FieldErrors;
use super::frame::Frame;
use super::link_row::Row;
use super::problem::Problem;
use super::words;
use super::{App, page};
use crate::ledger::{LinkFilter, LinkState, Taken};
use crate::people::{Actor, Role};
use crate::{Revocable, Revocation};

/// What somebody wants to take back, as typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct RevokeForm {
    /// The value of a [`Kind`].
    kind: String,
    what: String,
    /// `on`, if who is in a room may stay.
    stay: String,
    /// `yes`, once what it hits was shown.
    confirmed: String,
}

#[derive(Clone, Copy, Eq, PartialEq)]
struct Kind {
    value: &'static str,
    label: &'static str,
}

const KINDS: [Kind; 4] = [
    Kind {
        value: "link",
        label: "Link",
    },
    Kind {
        value: "room",
        label: "Room",
    },
    Kind {
        value: "person",
        label: "Person",
    },
    Kind {
        value: "key",
        label: "Key",
    },
];

#[derive(Template)]
#[template(path = "revoke.html")]
struct RevokePage<'a> {
    frame: Frame,
    kinds: &'static [Kind],
    keys: Vec<String>,
    form: &'a RevokeForm,
    errors: &'a FieldErrors,
}

#[derive(Template)]
#[template(path = "revoke_confirm.html")]
struct ConfirmPage {
    frame: Frame,
    name: String,
    words: String,
    stay: bool,
    count: i64,
    /// No more were counted.
    is_cut: bool,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "revoke_done.html")]
struct DonePage {
    frame: Frame,
    words: String,
}

/// As many links as are counted, and as many as are shown.
const MOST: i64 = 100_000;
const SHOWN: usize = 20;

/// `GET /revoke`.
pub(crate) async fn blank(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
) -> Result<Response, Problem> {
    actor.needs(Role::Issuer)?;
    app.taken()?;
    let (form, errors) = (RevokeForm::default(), FieldErrors::default());
    form_page(&app, &actor, StatusCode::OK, &form, &errors)
}

/// `POST /revoke`: shows what it hits; once that is confirmed, does it.
pub(crate) async fn revoke(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    Form(form): Form<RevokeForm>,
) -> Result<Response, Problem> {
    actor.needs(Role::Issuer)?;
    let entry = match form.entry(&app) {
        Ok(entry) => entry,
        Err(text) => {
            let mut errors = FieldErrors::default();
            errors.keep::<()>("what", Err(text));
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return form_page(&app, &actor, status, &form, &errors);
        }
    };
    may_take_back(&app, &actor, &entry).await?;
    let words = in_words(&entry);
    if form.confirmed != "yes" {
        return confirm_page(&app, &actor, entry, words).await;
    }
    app.take_back(&actor, entry).await?.told()?;
    let page = DonePage {
        frame: Frame::of(&app, &actor),
        words: words::sentence(&words),
    };
    page::answer(StatusCode::OK, &page)
}

impl RevokeForm {
    fn entry(&self, app: &App) -> Result<Revocation, String> {
        let (what, room) = (self.what.trim(), app.pattern(&self.what));
        let revocable = match self.kind.as_str() {
            "link" if what.contains(['.', '/']) => Revocable::Link(what),
            "link" => Revocable::TokenId(what),
            "room" => Revocable::Room(&room),
            "person" => Revocable::Person(what),
            "key" => Revocable::Key(what),
            _unknown => return Err("there is no such kind; choose one of these".to_owned()),
        };
        let verifier = app.office.verifier().map_err(|error| error.to_string())?;
        let entry = revocable.parse(&verifier, None, (app.now)());
        let entry = entry.map_err(|error| error.to_string())?;
        Ok(if self.stay == "on" {
            entry.letting_stay()
        } else {
            entry
        })
    }
}

impl App {
    /// A room that was typed, or the beginning of several with a star, as the feed names it.
    fn pattern(&self, typed: &str) -> String {
        let start = self.room_start(typed);
        if typed.trim().ends_with('*') {
            format!("{start}*")
        } else {
            start
        }
    }
}

/// Whoever is bounded takes back what is within their rooms: rooms, and links that the ledger knows.
async fn may_take_back(app: &App, actor: &Actor, entry: &Revocation) -> Result<(), Problem> {
    if actor.rooms.is_all() {
        return Ok(());
    }
    let is_theirs = match &entry.what {
        Revoked::Room(rooms) => actor.rooms.covers_all(rooms),
        Revoked::Token(id) => {
            let row = app.ledger()?.link(id.as_str()).await?;
            row.is_some_and(|row| actor.rooms.matches(&row.record.room))
        }
        Revoked::Key(_) | Revoked::Person(_) => false,
    };
    if is_theirs {
        Ok(())
    } else {
        Err(Problem::not_allowed())
    }
}

fn in_words(entry: &Revocation) -> String {
    match &entry.what {
        Revoked::Token(id) => format!("the link of token {id}"),
        Revoked::Key(id) => format!("all links of key {id}"),
        Revoked::Person(id) => format!("all links of the person {id}"),
        Revoked::Room(RoomPattern::Exact(room)) => {
            format!("all links of {}", words::room(room.as_str()))
        }
        Revoked::Room(pattern @ RoomPattern::Prefix { .. }) => {
            let pattern = pattern.to_string();
            let start = pattern.trim_end_matches('*');
            format!("all links of rooms that begin with {}", words::room(start))
        }
    }
}

fn form_page(
    app: &App,
    actor: &Actor,
    status: StatusCode,
    form: &RevokeForm,
    errors: &FieldErrors,
) -> Result<Response, Problem> {
    // Of all rooms at once only those take back who may do everything.
    let kinds = KINDS.get(..if actor.rooms.is_all() { 4 } else { 2 });
    let keys = app.office.key_set().ok();
    let keys = keys.iter().flat_map(KeySet::keys);
    let page = RevokePage {
        frame: Frame::of(app, actor),
        kinds: kinds.unwrap_or_default(),
        keys: keys.map(|key| key.id().to_string()).collect(),
        form,
        errors,
    };
    page::answer(status, &page)
}

async fn confirm_page(
    app: &App,
    actor: &Actor,
    entry: Revocation,
    words: String,
) -> Result<Response, Problem> {
    let (ledger, now) = (app.ledger()?, (app.now)());
    let (name, stay) = (entry.name(), !entry.ejects);
    let (already, taken) = (app.taken()?, Taken::only(entry));
    let filter = LinkFilter {
        state: Some(LinkState::Revoked),
        ..LinkFilter::default()
    };
    let count = ledger.count_alive(&filter, &taken, now, MOST).await?;
    let found = ledger.search(&filter, &taken, now, SHOWN).await?;
    let page = ConfirmPage {
        frame: Frame::of(app, actor),
        name,
        words,
        stay,
        count,
        is_cut: count >= MOST,
        rows: found
            .rows
            .iter()
            .map(|row| Row::new(row, &already, now))
            .collect(),
    };
    page::answer(StatusCode::OK, &page)
}

impl ConfirmPage {
    /// What the form sends back: the entry by its name, and never a link.
    fn kind(&self) -> &str {
        match self.name.split_once(':') {
            Some(("jti", _)) => "link",
            Some(("kid", _)) => "key",
            Some(("id", _)) => "person",
            Some(_) | None => "room",
        }
    }

    fn what(&self) -> &str {
        self.name.split_once(':').map_or("", |(_, what)| what)
    }
}
