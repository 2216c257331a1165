//! `/links/{jti}`: one link, what was done to it, and what can be done.

mod actions;
mod facts;
mod history;

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use room_token::{RoomName, Timestamp, TokenId};
use serde::Deserialize;

pub(crate) use self::actions::{again, cancellation, guest, revoke};
use self::facts::Fact;
use self::history::Step;
use super::field_errors::FieldErrors;
use super::frame::Frame;
use super::preset::Preset;
use super::problem::Problem;
use super::words;
use super::{App, page};
use crate::kept_grant::KeptGrant;
use crate::ledger::{LinkFilter, LinkState, Taken};
use crate::people::{Actor, Role};
use crate::{Edition, Invitation, LinkRow, MeetingNote, Method, Revocation};

#[derive(Template)]
#[template(path = "link.html")]
struct LinkPage<'a> {
    frame: Frame,
    jti: String,
    room: String,
    /// What calendars call the meeting, if it has a title.
    title: String,
    state: &'static str,
    taken: Option<TakenBack>,
    facts: Vec<Fact>,
    steps: Vec<Step>,
    can: Can,
    /// Guests' links that were made of it, and live.
    guests: i64,
    presets: [Preset; 5],
    form: &'a GuestForm,
    errors: &'a FieldErrors,
}

/// What took it back, in a sentence.
struct TakenBack {
    words: String,
    may_stay: bool,
}

/// What may be done now, by this person.
struct Can(Vec<Action>);

#[derive(Clone, Copy, Eq, PartialEq)]
enum Action {
    Cancel,
    Derive,
    Reissue,
    Revoke,
}

/// A guest's link, as wished for on an owner's page.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct GuestForm {
    name: String,
    /// The value of a [`Preset`]; empty ends with the owner's.
    lifetime: String,
    seats: String,
}

/// `GET /links/{jti}`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    Path(jti): Path<String>,
) -> Result<Response, Problem> {
    let row = app.link_of(&actor, &jti).await?;
    let (form, errors) = (GuestForm::default(), FieldErrors::default());
    answer(&app, &actor, &row, StatusCode::OK, &form, &errors).await
}

impl App {
    /// The link, if it is there and theirs to see.
    async fn link_of(&self, actor: &Actor, jti: &str) -> Result<LinkRow, Problem> {
        let row = self.ledger()?.link(jti).await?;
        row.filter(|row| actor.rooms.matches(&row.record.room))
            .ok_or_else(Problem::no_such_link)
    }
}

async fn answer(
    app: &App,
    actor: &Actor,
    row: &LinkRow,
    status: StatusCode,
    form: &GuestForm,
    errors: &FieldErrors,
) -> Result<Response, Problem> {
    let (ledger, taken, now) = (app.ledger()?, app.taken()?, (app.now)());
    let state = LinkState::of(row, &taken, now);
    let entries = ledger.history(row).await?;
    let page = LinkPage {
        frame: Frame::of(app, actor),
        jti: row.record.jti.clone(),
        room: words::room(&row.record.room),
        title: row
            .note
            .as_ref()
            .map(|note| note.title.clone())
            .unwrap_or_default(),
        state: state.word(),
        taken: taken.entry_of(row).map(|entry| TakenBack::new(row, entry)),
        facts: facts::of(row, now),
        steps: entries.iter().map(Step::new).collect(),
        can: Can::of(app, actor, row, state),
        guests: guests(app, row, now).await?,
        presets: Preset::ALL,
        form,
        errors,
    };
    page::answer(status, &page)
}

/// What taking it back also hits.
async fn guests(app: &App, row: &LinkRow, now: Timestamp) -> Result<i64, Problem> {
    let Some(entry) = by_itself(row, now) else {
        return Ok(0);
    };
    let filter = LinkFilter {
        state: Some(LinkState::Revoked),
        ..LinkFilter::default()
    };
    let (ledger, taken) = (app.ledger()?, Taken::only(entry));
    let hit = ledger.count_alive(&filter, &taken, now, 10_000).await?;
    let itself = i64::from(now < row.record.expires_at);
    Ok(hit.saturating_sub(itself))
}

/// The entry that takes back this link alone.
fn by_itself(row: &LinkRow, now: Timestamp) -> Option<Revocation> {
    let id = TokenId::parse(&row.record.jti).ok()?;
    let entry = Revocation::new(room_token::Revoked::Token(id), now);
    Some(entry.until(row.record.expires_at))
}

impl TakenBack {
    fn new(row: &LinkRow, entry: &Revocation) -> Self {
        let (name, at) = (entry.name(), words::moment(entry.before));
        let all = |what: String| {
            format!("Taken back with all links of {what} that were issued before {at}.")
        };
        let words = match name.split_once(':') {
            Some(("jti", id)) if id == row.record.jti => format!("Taken back on {at}."),
            Some(("jti", _)) => {
                format!("Taken back on {at} with the owner’s link that it was made from.")
            }
            Some(("kid", id)) => all(format!("key {id}")),
            Some(("id", id)) => all(format!("the person {id}")),
            Some((_, room)) => all(words::room(room)),
            None => name,
        };
        Self {
            words,
            may_stay: !entry.ejects,
        }
    }
}

impl Can {
    fn of(app: &App, actor: &Actor, row: &LinkRow, state: LinkState) -> Self {
        let is_issuer = actor.may(Role::Issuer);
        let lives = matches!(state, LinkState::Open | LinkState::ToCome);
        let is_owners = row.record.affiliation == "owner";
        let is_cancelled = state == LinkState::Revoked && cancelled(app, row).is_some();
        let all = [
            (Action::Cancel, is_cancelled),
            (Action::Derive, is_issuer && lives && is_owners),
            (Action::Reissue, is_issuer && state != LinkState::Ended),
            (Action::Revoke, is_issuer && lives && app.feed.is_some()),
        ];
        let may = all.into_iter().filter(|(_, may)| *may);
        Self(may.map(|(action, _)| action).collect())
    }

    fn any(&self) -> bool {
        !self.0.is_empty()
    }

    fn cancel(&self) -> bool {
        self.0.contains(&Action::Cancel)
    }

    fn derive(&self) -> bool {
        self.0.contains(&Action::Derive)
    }

    fn reissue(&self) -> bool {
        self.0.contains(&Action::Reissue)
    }

    fn revoke(&self) -> bool {
        self.0.contains(&Action::Revoke)
    }
}

/// The file that takes the meeting out of calendars that may have it.
fn cancelled(app: &App, row: &LinkRow) -> Option<String> {
    let record = &row.record;
    let series = row.note.as_ref().and_then(MeetingNote::series);
    let (opens, ends) = first_time(row);
    let invitation = Invitation::without_link(
        app.office.base_url().ok()?,
        &RoomName::from_canonical(&record.room).ok()?,
        TokenId::parse(record.meeting()).ok()?,
        opens,
        ends,
    );
    let invitation = invitation.noted(row.note.as_ref(), series.as_ref());
    let edition = Edition {
        sequence: record.edition.saturating_add(1),
        ..Edition::first(&invitation, (app.now)())
    };
    invitation.calendar(Method::Cancel, &edition)
}

/// When its door is open, or is for the first time: calendars find the entry by its id, and only want some time.
fn first_time(row: &LinkRow) -> (Timestamp, Timestamp) {
    let kept = KeptGrant::of(row);
    let windows = kept.as_ref().and_then(|kept| kept.grant.windows());
    let first = windows.and_then(|windows| windows.at_or_after(row.record.issued_at));
    let whole = (row.record.opens_at, row.record.expires_at);
    first.map_or(whole, |window| (window.opens, window.shuts))
}
