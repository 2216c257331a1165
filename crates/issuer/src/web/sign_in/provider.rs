//! `/sign-in/provider`: to somebody else's sign-in page, and back.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::{SignInForm, local, page_of, welcome};
use crate::metrics::{Door, SignedIn};
use crate::people::provider::{Arrived, Provider, ProviderError, Ticket, arriving};
use crate::people::{Account, Secret};
use crate::web::present::Code;
use crate::web::problem::Problem;
use crate::web::{App, cookie};

/// Where the provider sends a browser back to.
const ANSWER: &str = "/sign-in/provider/answer";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Begin {
    next: String,
}

/// `GET /sign-in/provider`: sends a browser there, with what binds the answer to it.
pub(crate) async fn begin(
    State(app): State<Arc<App>>,
    Query(asked): Query<Begin>,
) -> Result<Response, Problem> {
    let (provider, now) = (app.provider()?, (app.now)());
    let ticket = Ticket::new(Secret::new((app.random)()));
    match provider.begin(&ticket, &app.outside(ANSWER), now).await {
        Ok(way) => {
            let kept = cookie::begin_provider(&ticket, local(&asked.next));
            Ok((AppendHeaders([kept]), Redirect::to(&way)).into_response())
        }
        Err(error) => refused(&app, &asked.next, error),
    }
}

/// What a provider sends along (RFC 6749 §4.1.2, RFC 9207 §2).
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Answer {
    code: Option<String>,
    state: String,
    iss: Option<String>,
    error: Option<String>,
}

/// `GET /sign-in/provider/answer`. Whatever comes of it, the browser's ticket is used up.
pub(crate) async fn answer(
    State(app): State<Arc<App>>,
    Query(answer): Query<Answer>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let provider = app.provider()?;
    let (ticket, next) = cookie::provider(&headers).unzip();
    let next = next.unwrap_or_default();
    let arrived = arrive(&app, provider, answer, ticket).await;
    app.metrics.signed_in(Door::Provider, result(&arrived));
    let shown = match arrived {
        Ok(account) => welcome(&app, &headers, &account, &next).await?,
        Err(error) => refused(&app, &next, error)?,
    };
    Ok((AppendHeaders([cookie::end_provider()]), shown).into_response())
}

async fn arrive(
    app: &App,
    provider: &Provider,
    answer: Answer,
    ticket: Option<Ticket>,
) -> Result<Account, ProviderError> {
    let ledger = app.ledger.as_ref().ok_or(ProviderError::Away)?;
    let now = (app.now)();
    let identity = provider.finish(Arrived {
        ticket: ticket.ok_or(ProviderError::Foreign)?,
        code: answer.code.filter(|_| answer.error.is_none()),
        state: answer.state,
        issuer: answer.iss,
        redirect: app.outside(ANSWER),
        now,
    });
    let identity = identity.await?;
    let base_url = app.office.base_url().ok();
    let tenant = base_url.and_then(|url| url.tenant());
    let (settings, random) = (provider.settings(), (app.random)());
    arriving::arrive(ledger, settings, &identity, tenant, random, now).await
}

/// As it is counted.
const fn result(arrived: &Result<Account, ProviderError>) -> SignedIn {
    match arrived {
        Ok(_) => SignedIn::Right,
        Err(
            ProviderError::Away
            | ProviderError::Ledger(_)
            | ProviderError::UnknownKey
            | ProviderError::WeAreUnknown,
        ) => SignedIn::Failed,
        Err(
            ProviderError::Denied
            | ProviderError::Foreign
            | ProviderError::NoGroup
            | ProviderError::OtherProvider
            | ProviderError::Over
            | ProviderError::ShutOut
            | ProviderError::Unbelievable { .. }
            | ProviderError::Used,
        ) => SignedIn::Wrong,
    }
}

/// The sign-in page says why; with a passphrase one comes in all the same.
fn refused(app: &App, next: &str, error: ProviderError) -> Result<Response, Problem> {
    let (code, text) = (error.code(), error.to_string());
    let status = match error {
        ProviderError::Ledger(error) => return Err(error.into()),
        ProviderError::Away | ProviderError::UnknownKey | ProviderError::WeAreUnknown => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        ProviderError::Denied
        | ProviderError::Foreign
        | ProviderError::NoGroup
        | ProviderError::OtherProvider
        | ProviderError::Over
        | ProviderError::ShutOut
        | ProviderError::Unbelievable { .. }
        | ProviderError::Used => StatusCode::FORBIDDEN,
    };
    let form = SignInForm::to(local(next));
    let mut page = page_of(app, status, &form, Some(text))?;
    page.extensions_mut().insert(Code(code));
    Ok(page)
}
