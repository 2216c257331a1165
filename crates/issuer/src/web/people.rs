//! `/people`: who may sign in, for administrators.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use serde::Deserialize;

use super::api_keys;
use super::field_errors::FieldErrors;
use super::frame::Frame;
use super::problem::Problem;
use super::words::moment;
use super::{App, page};
use crate::people::changing::{self, ChangeError, Wanted};
use crate::people::invitations;
use crate::people::provider::arriving;
use crate::people::{
    Account, Actor, Role, Rooms, Secret, accounts, api_keys as keys, second_factor,
};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct InviteForm {
    note: String,
    role: String,
    rooms: String,
}

#[derive(Template)]
#[template(path = "people.html")]
struct PeoplePage<'a> {
    frame: Frame,
    people: Vec<Account>,
    roles: [Role; 3],
    form: &'a InviteForm,
    errors: &'a FieldErrors,
    handed: Option<Handed>,
    keys: Vec<api_keys::Row>,
    /// Ids of those who come from the provider.
    elsewhere: Vec<String>,
    has_passphrases: bool,
    /// Ids of those who have a second factor.
    factors: Vec<String>,
}

/// A link that is shown once.
struct Handed {
    link: String,
    note: String,
    until: String,
    is_reset: bool,
}

/// `GET /people`.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
) -> Result<Response, Problem> {
    actor.needs(Role::Administrator)?;
    let form = InviteForm::default();
    answer(
        &app,
        &actor,
        StatusCode::OK,
        &form,
        &FieldErrors::default(),
        None,
    )
    .await
}

/// `POST /people`: an invitation.
pub(crate) async fn invite(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    Form(form): Form<InviteForm>,
) -> Result<Response, Problem> {
    actor.needs(Role::Administrator)?;
    if !app.has_passphrases() {
        return Err(Problem::no_passphrases());
    }
    let mut errors = FieldErrors::default();
    let rooms = errors.keep("rooms", rooms(&app, &actor, &form.rooms));
    let role =
        Role::parse(&form.role).ok_or_else(|| "there is no such role; choose one".to_owned());
    let role = errors.keep("role", role);
    let (Some(rooms), Some(role)) = (rooms, role) else {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return answer(&app, &actor, status, &form, &errors, None).await;
    };
    let (secret, now) = (Secret::new((app.random)()), (app.now)());
    let note: String = form.note.trim().chars().take(200).collect();
    let invitation = invitations::by(&actor, &note, role, rooms, now);
    invitations::make(app.ledger()?, &invitation, &secret, now).await?;
    let handed = handed(&app, &invitation, &secret);
    answer(
        &app,
        &actor,
        StatusCode::OK,
        &InviteForm::default(),
        &errors,
        Some(handed),
    )
    .await
}

#[derive(Deserialize)]
pub(crate) struct ChangeForm {
    role: String,
    #[serde(default)]
    rooms: String,
    #[serde(default)]
    active: String,
}

/// `POST /people/{id}`.
pub(crate) async fn change(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    Path(id): Path<String>,
    Form(form): Form<ChangeForm>,
) -> Result<Response, Problem> {
    actor.needs(Role::Administrator)?;
    let role = Role::parse(&form.role);
    let role = role.ok_or_else(|| Problem::field("role", "there is no such role; choose one"))?;
    let rooms = rooms(&app, &actor, &form.rooms).map_err(|e| Problem::field("rooms", &e))?;
    let active = form.active == "on";
    let wanted = Wanted {
        role,
        rooms,
        active,
    };
    changing::change(app.ledger()?, &actor, &id, wanted, (app.now)()).await?;
    Ok(Redirect::to(&app.link("/people")).into_response())
}

/// `POST /people/{id}/reset`.
pub(crate) async fn reset(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    actor.needs(Role::Administrator)?;
    let secret = Secret::new((app.random)());
    let made = changing::reset(app.ledger()?, &actor, &id, &secret, (app.now)()).await?;
    let handed = handed(&app, &made, &secret);
    let (form, errors) = (InviteForm::default(), FieldErrors::default());
    answer(&app, &actor, StatusCode::OK, &form, &errors, Some(handed)).await
}

/// What was typed; nothing typed means all that the one who types has.
pub(super) fn rooms(app: &App, actor: &Actor, typed: &str) -> Result<Rooms, String> {
    let tenant = app
        .office
        .base_url()
        .ok()
        .and_then(|base_url| base_url.tenant());
    let rooms = Rooms::parse(typed, tenant).map_err(|e| e.to_string())?;
    let rooms = if rooms.is_all() {
        actor.rooms.clone()
    } else {
        rooms
    };
    if rooms.within(&actor.rooms) {
        Ok(rooms)
    } else {
        Err(ChangeError::Beyond.to_string())
    }
}

fn handed(app: &App, invitation: &invitations::Invitation, secret: &Secret) -> Handed {
    Handed {
        link: app.outside(&format!("/invitation/{}", secret.as_str())),
        note: invitation.note.clone(),
        until: moment(invitation.expires_at),
        is_reset: !invitation.account.is_empty(),
    }
}

async fn answer(
    app: &App,
    actor: &Actor,
    status: StatusCode,
    form: &InviteForm,
    errors: &FieldErrors,
    handed: Option<Handed>,
) -> Result<Response, Problem> {
    let ledger = app.ledger()?;
    let all = accounts::all(ledger.pool()).await?;
    let keys = keys::all(ledger, (app.now)()).await?;
    let keys = keys.into_iter().filter(|key| key.is_under(actor));
    let is_reachable = |account: &Account| account.rooms.within(&actor.rooms);
    let page = PeoplePage {
        frame: Frame::of(app, actor),
        people: all.into_iter().filter(is_reachable).collect(),
        roles: Role::ALL,
        form,
        errors,
        handed,
        elsewhere: arriving::from_elsewhere(ledger.pool()).await?,
        has_passphrases: app.has_passphrases(),
        factors: second_factor::owners(ledger.pool()).await?,
        keys: keys.map(api_keys::Row::from).collect(),
    };
    page::answer(status, &page)
}
