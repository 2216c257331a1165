//! `/invitation/…`: the set-up, an invitation, or a reset.

use std::sync::Arc;

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::field_errors::FieldErrors;
use super::frame::Frame;
use super::problem::Problem;
use super::{App, page, sign_in};
use crate::BaseUrl;
use crate::metrics::{Door, SignedIn};
use crate::people::invitations::{self, Invitation};
use crate::people::joining::{self, JoinError, Joining};
use crate::people::{Role, Secret, accounts};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct JoinForm {
    base_url: String,
    login: String,
    name: String,
    passphrase: Zeroizing<String>,
}

#[derive(Template)]
#[template(path = "invitation.html")]
struct InvitationPage<'a> {
    frame: Frame,
    code: &'a str,
    invitation: &'a Invitation,
    form: &'a JoinForm,
    errors: &'a FieldErrors,
    asks_base_url: bool,
}

/// `GET /invitation/{code}`. Looking at it uses nothing up: mail programs look at links too.
pub(crate) async fn blank(
    State(app): State<Arc<App>>,
    Path(code): Path<String>,
) -> Result<Response, Problem> {
    let invitation = find(&app, &code).await?;
    let form = JoinForm::default();
    answer(
        &app,
        StatusCode::OK,
        &code,
        &invitation,
        &form,
        &FieldErrors::default(),
    )
}

/// `POST /invitation/{code}`.
pub(crate) async fn join(
    State(app): State<Arc<App>>,
    Path(code): Path<String>,
    headers: HeaderMap,
    Form(form): Form<JoinForm>,
) -> Result<Response, Problem> {
    let invitation = find(&app, &code).await?;
    let mut errors = FieldErrors::default();
    let base_url = if asks_base_url(&app, &invitation) {
        let parsed = BaseUrl::parse(&form.base_url).map_err(|e| e.to_string());
        errors.keep("base_url", parsed)
    } else {
        None
    };
    if !errors.any() {
        let typed = Joining {
            login: &form.login,
            name: &form.name,
            passphrase: &form.passphrase,
            random: (app.random)(),
            now: (app.now)(),
        };
        let secret = Secret::presented(&code);
        let joined = joining::join(app.ledger()?, &invitation, &secret, typed).await;
        app.metrics.signed_in(Door::Invitation, result(&joined));
        match joined {
            Ok(account) => return welcome(&app, &headers, &account, base_url).await,
            Err(error) => blame(&mut errors, &error)?,
        }
    }
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    answer(&app, status, &code, &invitation, &form, &errors)
}

async fn welcome(
    app: &App,
    headers: &HeaderMap,
    account: &str,
    base_url: Option<BaseUrl>,
) -> Result<Response, Problem> {
    let ledger = app.ledger()?;
    let account = accounts::by_id(ledger.pool(), account).await?;
    let account = account.ok_or_else(Problem::internal)?;
    if let Some(base_url) = base_url {
        let now = (app.now)();
        ledger
            .settle(&account.login, "base_url", &base_url.to_string(), now)
            .await?;
        app.office.settle(base_url);
    }
    sign_in::welcome(app, headers, &account, "/").await
}

/// As it is counted.
const fn result(joined: &Result<String, JoinError>) -> SignedIn {
    match joined {
        Ok(_) => SignedIn::Right,
        Err(JoinError::Hash | JoinError::Ledger(_)) => SignedIn::Failed,
        Err(
            JoinError::Login(_) | JoinError::Over | JoinError::Passphrase(_) | JoinError::Taken,
        ) => SignedIn::Wrong,
    }
}

fn blame(errors: &mut FieldErrors, error: &JoinError) -> Result<(), Problem> {
    let field = match error {
        JoinError::Ledger(_) | JoinError::Hash => return Err(Problem::no_ledger()),
        JoinError::Over => return Err(Problem::invitation_over()),
        JoinError::Login(_) | JoinError::Taken => "login",
        JoinError::Passphrase(_) => "passphrase",
    };
    errors.keep::<()>(field, Err(error.to_string()));
    Ok(())
}

async fn find(app: &App, code: &str) -> Result<Invitation, Problem> {
    let secret = Secret::presented(code);
    let found = invitations::find(app.ledger()?.pool(), &secret, (app.now)()).await?;
    found.ok_or_else(Problem::invitation_over)
}

/// Of the first administrator, if no configuration says it.
fn asks_base_url(app: &App, invitation: &Invitation) -> bool {
    app.office.base_url().is_err()
        && invitation.role == Role::Administrator
        && invitation.rooms.is_all()
}

fn answer(
    app: &App,
    status: StatusCode,
    code: &str,
    invitation: &Invitation,
    form: &JoinForm,
    errors: &FieldErrors,
) -> Result<Response, Problem> {
    let page = InvitationPage {
        frame: Frame::bare(app),
        code,
        invitation,
        form,
        errors,
        asks_base_url: asks_base_url(app, invitation),
    };
    page::answer(status, &page)
}
