//! What can be done with a link that the ledger knows.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use room_token::{DisplayName, Validity};
use serde::Deserialize;

use super::{GuestForm, answer, by_itself, cancelled};
use crate::derive::{DeriveError, GuestWish, Owned};
use crate::kept_grant::{self, KeptGrant};
use crate::ledger::{LinkState, Relation};
use crate::people::{Actor, Role};
use crate::web::field_errors::FieldErrors;
use crate::web::frame::Frame;
use crate::web::place::Place;
use crate::web::preset::Preset;
use crate::web::problem::Problem;
use crate::web::ready::{Occasion, Ready};
use crate::web::words;
use crate::web::{App, cookie, page};
use crate::{Ending, IssuedLink, LinkRecord, LinkRow, MeetingNote};

/// How a link is taken back.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct RevokeForm {
    /// `on`, if who is in the room may stay.
    stay: String,
}

/// `POST /links/{jti}/revoke`.
pub(crate) async fn revoke(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    Path(jti): Path<String>,
    Form(form): Form<RevokeForm>,
) -> Result<Response, Problem> {
    actor.needs(Role::Issuer)?;
    let row = app.link_of(&actor, &jti).await?;
    let entry = by_itself(&row, (app.now)()).ok_or_else(Problem::internal)?;
    let entry = if form.stay == "on" {
        entry.letting_stay()
    } else {
        entry
    };
    app.take_back(&actor, entry).await?.told()?;
    Ok(Redirect::to(&app.link(&format!("/links/{jti}"))).into_response())
}

/// `POST /links/{jti}/guest`: from an owner's link, a weaker one.
pub(crate) async fn guest(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    Path(jti): Path<String>,
    headers: HeaderMap,
    Form(form): Form<GuestForm>,
) -> Result<Response, Problem> {
    actor.needs(Role::Issuer)?;
    let row = app.link_of(&actor, &jti).await?;
    let kept = living(&app, &row)?;
    if row.record.affiliation != "owner" {
        return Err(Problem::not_with_this_link(
            &DeriveError::NotOwner.to_string(),
        ));
    }
    let wish = match form.wish() {
        Ok(wish) => wish,
        Err(errors) => return refused(&app, &actor, &row, &form, &errors).await,
    };
    let owned = Owned {
        room: kept.grant.room(),
        limits: kept.grant.limits(),
        windows: kept.grant.windows(),
        features: kept.grant.features(),
        validity: &kept.validity,
        parent: kept_grant::as_parent(&row).ok_or_else(Problem::internal)?,
    };
    let (grant, validity) = match owned.for_guest(wish, (app.now)()) {
        Ok(derived) => derived,
        Err(error) => {
            let mut errors = FieldErrors::default();
            errors.keep::<()>(field_of(&error), Err(error.to_string()));
            return refused(&app, &actor, &row, &form, &errors).await;
        }
    };
    let relation = Relation::GuestOf(&row);
    let (issued, record) = app.issue_next(&actor, grant, validity, relation).await?;
    // A guest comes to the same meeting, and has an entry of their own for it.
    let place = cookie::place(&headers).unwrap_or(Place::UTC);
    handed(&app, &place, &actor, (&issued, &record), &note(&row, ""))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AgainForm {
    /// What calendars call the meeting.
    title: String,
}

/// `POST /links/{jti}/again`: the same grant, with another token.
pub(crate) async fn again(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    Path(jti): Path<String>,
    headers: HeaderMap,
    Form(form): Form<AgainForm>,
) -> Result<Response, Problem> {
    actor.needs(Role::Issuer)?;
    let (row, now) = (app.link_of(&actor, &jti).await?, (app.now)());
    let kept = readable(&row)?;
    let not_before = kept.validity.not_before().filter(|start| *start > now);
    let validity = Validity::new(now, not_before, kept.validity.expires_at());
    let validity = validity.map_err(|_| Problem::link_over())?;
    let relation = Relation::SameAs(&row);
    let (issued, record) = app
        .issue_next(&actor, kept.grant, validity, relation)
        .await?;
    let place = cookie::place(&headers).unwrap_or(Place::UTC);
    handed(
        &app,
        &place,
        &actor,
        (&issued, &record),
        &note(&row, &form.title),
    )
}

/// `GET /links/{jti}/cancel.ics`: takes the meeting of a link that was taken back out of calendars.
pub(crate) async fn cancellation(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    Path(jti): Path<String>,
) -> Result<Response, Problem> {
    let row = app.link_of(&actor, &jti).await?;
    let is_taken = app.taken()?.entry_of(&row).is_some();
    let text = cancelled(&app, &row).filter(|_| is_taken);
    let headers = [
        (CONTENT_TYPE, "text/calendar; charset=utf-8; method=CANCEL"),
        (CONTENT_DISPOSITION, "attachment; filename=\"cancel.ics\""),
    ];
    Ok((headers, text.ok_or_else(Problem::not_found)?).into_response())
}

impl GuestForm {
    fn wish(&self) -> Result<GuestWish, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = match self.name.trim() {
            "" => Ok(None),
            typed => DisplayName::parse(typed)
                .map(Some)
                .map_err(|e| e.to_string()),
        };
        let seats = match self.seats.trim() {
            "" => Ok(None),
            digits => digits.parse().map(Some).map_err(|_| {
                "this is not a number from 1 to 100000; write one, or leave it empty".to_owned()
            }),
        };
        let end = match self.lifetime.as_str() {
            "" => Ok(None),
            value => match Preset::ALL.iter().find(|preset| preset.value == value) {
                Some(preset) => Ok(Some(Ending::After(preset.secs))),
                None => Err("there is no such lifetime; choose one of these".to_owned()),
            },
        };
        let (name, seats) = (errors.keep("name", name), errors.keep("seats", seats));
        match (name, errors.keep("lifetime", end), seats) {
            (Some(name), Some(end), Some(seats)) => Ok(GuestWish { name, end, seats }),
            _one_is_wrong => Err(errors),
        }
    }
}

const fn field_of(error: &DeriveError) -> &'static str {
    match error {
        DeriveError::Count(_) | DeriveError::Seats { .. } => "seats",
        DeriveError::Denied(_)
        | DeriveError::ManyRooms
        | DeriveError::NotOwner
        | DeriveError::Outlives { .. }
        | DeriveError::Time(_) => "lifetime",
    }
}

async fn refused(
    app: &App,
    actor: &Actor,
    row: &LinkRow,
    form: &GuestForm,
    errors: &FieldErrors,
) -> Result<Response, Problem> {
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    answer(app, actor, row, status, form, errors).await
}

fn living(app: &App, row: &LinkRow) -> Result<KeptGrant, Problem> {
    match LinkState::of(row, &app.taken()?, (app.now)()) {
        LinkState::Open | LinkState::ToCome => readable(row),
        LinkState::Ended => Err(Problem::link_over()),
        LinkState::Revoked => Err(Problem::not_with_this_link(
            "the link was taken back; issue it once more, and make a guest's of that",
        )),
    }
}

fn readable(row: &LinkRow) -> Result<KeptGrant, Problem> {
    KeptGrant::of(row).ok_or_else(|| {
        Problem::not_with_this_link(
            "the ledger does not know all that this link was made from; issue a new one with the form",
        )
    })
}

#[derive(Template)]
#[template(path = "handed.html")]
struct HandedPage<'a> {
    frame: Frame,
    ready: Ready<'a>,
}

/// The new link, this once. Calendars know it by what was noted of its meeting, unless it is called something else now.
fn handed(
    app: &App,
    place: &Place,
    actor: &Actor,
    (issued, record): (&IssuedLink, &LinkRecord),
    note: &MeetingNote,
) -> Result<Response, Problem> {
    let room = words::room(issued.grant.room().local());
    let series = note.series();
    let occasion = Occasion {
        base_url: app.office.base_url()?,
        room: &room,
        note: Some(note),
        series: series.as_ref(),
        place,
        now: (app.now)(),
    };
    let ready = Ready::new(&occasion, issued, Some(record));
    let frame = Frame::of(app, actor);
    page::answer(StatusCode::OK, &HandedPage { frame, ready })
}

/// What the ledger knows of the meeting, under another title if one was typed.
fn note(row: &LinkRow, title: &str) -> MeetingNote {
    let mut note = row.note.clone().unwrap_or_default();
    if !title.trim().is_empty() {
        title.trim().clone_into(&mut note.title);
    }
    note
}
