//! `/sign-in/code`: the second step, for whoever's passphrase was right.

use std::sync::Arc;

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::{Refusal, local, result, signed_in};
use crate::metrics::Door;
use crate::people::{CodeAttempt, Secret, SignInError, second_factor};
use crate::web::frame::Frame;
use crate::web::problem::Problem;
use crate::web::{App, cookie, page};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct CodeForm {
    code: Zeroizing<String>,
    next: String,
}

#[derive(Template)]
#[template(path = "sign_in_code.html")]
struct CodePage<'a> {
    frame: Frame,
    next: &'a str,
    error: Option<String>,
}

/// Sends a browser on to the second step.
pub(crate) async fn ask(app: &App, account: &str, next: &str) -> Result<Response, Problem> {
    let half = Secret::new((app.random)());
    second_factor::begin_half(app.ledger()?, &half, account, (app.now)()).await?;
    let next = utf8_percent_encode(local(next), NON_ALPHANUMERIC);
    let page = app.link(&format!("/sign-in/code?next={next}"));
    Ok(([cookie::begin_half(&half)], Redirect::to(&page)).into_response())
}

/// `GET /sign-in/code`.
pub(crate) async fn blank(
    State(app): State<Arc<App>>,
    Query(form): Query<CodeForm>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    app.door()?;
    if cookie::half(&headers).is_none() {
        return Ok(Redirect::to(&app.link("/sign-in")).into_response());
    }
    answer(&app, StatusCode::OK, &form, None)
}

/// `POST /sign-in/code`.
pub(crate) async fn sign_in(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Form(form): Form<CodeForm>,
) -> Result<Response, Problem> {
    let again = || Redirect::to(&app.link("/sign-in")).into_response();
    let Some(half) = cookie::half(&headers) else {
        return Ok(again());
    };
    let attempt = CodeAttempt {
        half,
        code: &form.code,
        device: cookie::device(&headers),
        now: (app.now)(),
    };
    let opened = app.door()?.open_fully(app.ledger()?, attempt).await;
    app.metrics.signed_in(Door::Code, result(&opened));
    match opened {
        Ok(account) => {
            let cookies = signed_in(&app, &headers, &account.id, &account.login).await?;
            let target = Redirect::to(&app.link(local(&form.next)));
            let ended = AppendHeaders([cookie::end_half()]);
            Ok((cookies, ended, target).into_response())
        }
        Err(SignInError::Over) => Ok(again()),
        Err(error) => {
            let refusal = Refusal::of(error)?;
            let page = answer(&app, refusal.status, &form, Some(refusal.text.clone()))?;
            Ok(refusal.on(page))
        }
    }
}

fn answer(
    app: &App,
    status: StatusCode,
    form: &CodeForm,
    error: Option<String>,
) -> Result<Response, Problem> {
    let (frame, next) = (Frame::bare(app), form.next.as_str());
    page::answer(status, &CodePage { frame, next, error })
}
