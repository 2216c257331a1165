//! `/account/second-factor`: turning the second factor on and off. The owner types their passphrase for it: whoever finds
//! a browser signed in must not lock them out, nor in.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::account::{self, Told};
use super::frame::Frame;
use super::problem::Problem;
use super::sign_in::Refusal;
use super::words::sentence;
use super::{App, page};
use crate::QrCode;
use crate::people::second_factor::{self, FactorError, RecoveryCodes};
use crate::people::{Account, Actor, Role, SignInError, changing};

#[derive(Template)]
#[template(path = "second_factor.html")]
struct SetUpPage {
    frame: Frame,
    code: String,
    secret: String,
    uri: String,
    error: Option<String>,
}

#[derive(Template)]
#[template(path = "recovery_codes.html")]
struct CodesPage {
    frame: Frame,
    codes: Vec<String>,
    is_new: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct OwnerForm {
    passphrase: Zeroizing<String>,
}

/// `POST /account/second-factor`: shows what the app scans.
pub(crate) async fn begin(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    Form(form): Form<OwnerForm>,
) -> Result<Response, Problem> {
    let account = match owner(&app, &actor, form).await? {
        Ok(account) => account,
        Err(refused) => return Ok(refused),
    };
    second_factor::propose(app.ledger()?, &account.id, (app.random)(), (app.now)()).await?;
    set_up(&app, &actor, &account, StatusCode::OK, None).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct ConfirmForm {
    code: Zeroizing<String>,
}

/// `POST /account/second-factor/confirm`: turns it on.
pub(crate) async fn confirm(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    Form(form): Form<ConfirmForm>,
) -> Result<Response, Problem> {
    let account = changing::own(app.ledger()?, &actor).await?;
    let (random, now) = ((app.random)(), (app.now)());
    match second_factor::confirm(app.ledger()?, &account, &form.code, random, now).await {
        Ok(codes) => codes_page(&app, &actor, &codes, true),
        Err(error @ FactorError::Wrong) => {
            let (status, text) = (
                StatusCode::UNPROCESSABLE_ENTITY,
                sentence(&error.to_string()),
            );
            set_up(&app, &actor, &account, status, Some(text)).await
        }
        Err(error @ (FactorError::Already | FactorError::Ledger(_) | FactorError::Nothing)) => {
            Err(error.into())
        }
    }
}

/// `POST /account/second-factor/codes`: other recovery codes.
pub(crate) async fn codes(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    Form(form): Form<OwnerForm>,
) -> Result<Response, Problem> {
    let account = match owner(&app, &actor, form).await? {
        Ok(account) => account,
        Err(refused) => return Ok(refused),
    };
    let (random, now) = ((app.random)(), (app.now)());
    let codes = second_factor::renew_codes(app.ledger()?, &account, random, now).await?;
    codes_page(&app, &actor, &codes, false)
}

/// `POST /account/second-factor/end`.
pub(crate) async fn end(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    Form(form): Form<OwnerForm>,
) -> Result<Response, Problem> {
    let account = match owner(&app, &actor, form).await? {
        Ok(account) => account,
        Err(refused) => return Ok(refused),
    };
    second_factor::end(app.ledger()?, &account, (app.now)()).await?;
    Ok(Redirect::to(&app.link("/account#second-factor")).into_response())
}

/// `POST /people/{id}/second-factor`: for somebody who has lost it.
pub(crate) async fn reset(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    actor.needs(Role::Administrator)?;
    second_factor::reset(app.ledger()?, &actor, &id, (app.now)()).await?;
    Ok(Redirect::to(&app.link("/people")).into_response())
}

/// Whoever asks, if they know their passphrase; else the page that says that they do not.
async fn owner(
    app: &App,
    actor: &Actor,
    form: OwnerForm,
) -> Result<Result<Account, Response>, Problem> {
    let account = changing::own(app.ledger()?, actor).await?;
    let known = app
        .door()?
        .reassure(&account, form.passphrase, (app.now)())
        .await;
    match known {
        Ok(()) => Ok(Ok(account)),
        Err(error) => Ok(Err(refused(app, actor, "passphrase", error).await?)),
    }
}

/// The account's page, which says what was wrong with a passphrase.
pub(super) async fn refused(
    app: &App,
    actor: &Actor,
    field: &'static str,
    error: SignInError,
) -> Result<Response, Problem> {
    let refusal = Refusal::of(error)?;
    let mut told = Told::default();
    told.errors.keep_sentence(field, refusal.text.clone());
    let page = account::answer(app, actor, refusal.status, told).await?;
    Ok(refusal.on(page))
}

async fn set_up(
    app: &App,
    actor: &Actor,
    account: &Account,
    status: StatusCode,
    error: Option<String>,
) -> Result<Response, Problem> {
    let factor = second_factor::of(app.ledger()?.pool(), &account.id).await?;
    let factor = factor.filter(|factor| !factor.is_on);
    let secret = factor.ok_or(FactorError::Nothing)?.secret;
    let frame = Frame::of(app, actor);
    let uri = secret.uri(&account.login, &frame.place);
    let code = QrCode::of(&uri).map_err(|_| Problem::internal())?;
    let page = SetUpPage {
        frame,
        code: code.in_page("QR code for the app"),
        secret: secret.text(),
        uri,
        error,
    };
    page::answer(status, &page)
}

fn codes_page(
    app: &App,
    actor: &Actor,
    codes: &RecoveryCodes,
    is_new: bool,
) -> Result<Response, Problem> {
    let page = CodesPage {
        frame: Frame::of(app, actor),
        codes: codes.shown(),
        is_new,
    };
    page::answer(StatusCode::OK, &page)
}

impl From<FactorError> for Problem {
    fn from(error: FactorError) -> Self {
        let detail = error.to_string();
        match error {
            FactorError::Already | FactorError::Nothing => Self::conflict(&detail),
            FactorError::Ledger(error) => error.into(),
            FactorError::Wrong => Self::field("code", &detail),
        }
    }
}
