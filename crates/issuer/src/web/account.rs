//! `/account`: one's own passphrase, sessions, second factor and API keys.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use room_token::Language;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::api_keys::{self, HandedKey, KeyForm};
use super::field_errors::FieldErrors;
use super::frame::Frame;
use super::problem::Problem;
use super::words::moment;
use super::{App, cookie, page, second_factor};
use crate::people::changing::{self, ChangeError};
use crate::people::provider::arriving;
use crate::people::sessions::{self, Which};
use crate::people::{Actor, Role, api_keys as keys, second_factor as factor};

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage<'a> {
    frame: Frame,
    actor: &'a Actor,
    sessions: Vec<Row>,
    keys: Vec<api_keys::Row>,
    key_roles: Vec<Role>,
    key_days: [&'static str; 4],
    has_factor: bool,
    /// Whether passphrase and second factor are kept here.
    has_passphrase: bool,
    codes_left: i64,
    told: &'a Told,
    errors: &'a FieldErrors,
}

/// A session, in words.
struct Row {
    hash: String,
    device: String,
    since: String,
    seen: String,
    is_this: bool,
}

/// What the page has to say to what was just sent.
#[derive(Default)]
pub(crate) struct Told {
    pub(super) errors: FieldErrors,
    pub(super) is_changed: bool,
    pub(super) key_form: KeyForm,
    pub(super) handed: Option<HandedKey>,
}

/// `GET /account`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
) -> Result<Response, Problem> {
    answer(&app, &actor, StatusCode::OK, Told::default()).await
}

#[derive(Deserialize)]
pub(crate) struct PassphraseForm {
    old: Zeroizing<String>,
    new: Zeroizing<String>,
}

/// `POST /account/passphrase`.
pub(crate) async fn passphrase(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    Form(form): Form<PassphraseForm>,
) -> Result<Response, Problem> {
    let (ledger, random, now) = (app.ledger()?, (app.random)(), (app.now)());
    let account = changing::own(ledger, &actor).await?;
    if let Err(error) = app.door()?.reassure(&account, form.old, now).await {
        return second_factor::refused(&app, &actor, "old", error).await;
    }
    let changed = changing::own_passphrase(ledger, &actor, &form.new, random, now).await;
    let mut told = Told::default();
    match changed {
        Ok(()) => {
            told.is_changed = true;
            return answer(&app, &actor, StatusCode::OK, told).await;
        }
        Err(ChangeError::Passphrase(error)) => {
            told.errors.keep::<()>("new", Err(error.to_string()))
        }
        Err(
            error @ (ChangeError::Beyond
            | ChangeError::Elsewhere
            | ChangeError::Hash
            | ChangeError::Last
            | ChangeError::Ledger(_)
            | ChangeError::Nobody),
        ) => return Err(error.into()),
    };
    answer(&app, &actor, StatusCode::UNPROCESSABLE_ENTITY, told).await
}

#[derive(Deserialize)]
pub(crate) struct EndForm {
    /// A session's hash; `others` is all but this one.
    session: String,
}

/// `POST /account/sessions`.
pub(crate) async fn end_session(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    Form(form): Form<EndForm>,
) -> Result<Response, Problem> {
    let account = actor.account.as_deref().ok_or_else(Problem::not_allowed)?;
    let this = actor.session.as_deref().unwrap_or_default();
    let which = match form.session.as_str() {
        "others" => Which::AllBut(this),
        one => Which::One(one),
    };
    let mut change = app.ledger()?.change((app.now)()).await?;
    let ended = sessions::end(&mut change, account, which).await?;
    change
        .note(&actor.name, "session.end", &actor.name, ended.to_string())
        .await?;
    change.commit().await?;
    Ok(Redirect::to(&app.link("/account")).into_response())
}

pub(super) async fn answer(
    app: &App,
    actor: &Actor,
    status: StatusCode,
    told: Told,
) -> Result<Response, Problem> {
    let account = actor.account.as_deref().ok_or_else(Problem::not_allowed)?;
    let (ledger, now) = (app.ledger()?, (app.now)());
    let all = sessions::of(ledger.pool(), account, now).await?;
    let row = |session: sessions::Session| Row {
        is_this: actor.session.as_ref() == Some(&session.hash),
        hash: session.hash,
        device: session.device,
        since: moment(session.created_at),
        seen: moment(session.seen_at),
    };
    let keys = keys::all(ledger, now).await?;
    let keys = keys.into_iter().filter(|key| key.is_of(actor));
    let page = AccountPage {
        frame: Frame::of(app, actor),
        actor,
        sessions: all.into_iter().map(row).collect(),
        keys: keys.map(api_keys::Row::from).collect(),
        key_roles: KeyForm::roles(actor),
        key_days: KeyForm::DAYS,
        has_passphrase: !arriving::is_from_elsewhere(ledger.pool(), account).await?,
        has_factor: factor::is_on(ledger.pool(), account).await?,
        codes_left: factor::codes_left(ledger.pool(), account).await?,
        errors: &told.errors,
        told: &told,
    };
    page::answer(status, &page)
}

/// In which language somebody wants the pages; empty for the browser's.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct LanguageForm {
    language: String,
}

/// `POST /language`, also before anybody is signed in. It leads to where the choice is offered.
pub(crate) async fn language(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Form(form): Form<LanguageForm>,
) -> Response {
    let keep = AppendHeaders([cookie::keep_language(Language::parse(&form.language))]);
    let page = if cookie::session(&headers).is_some() {
        "/account"
    } else {
        "/sign-in"
    };
    (keep, Redirect::to(&app.link(page))).into_response()
}
