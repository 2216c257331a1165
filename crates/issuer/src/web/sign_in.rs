//! `/sign-in` and `/sign-out`.

pub(crate) mod code;
pub(crate) mod provider;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use askama::Template;
use axum::extract::{ConnectInfo, Query, State};
use axum::http::header::{RETRY_AFTER, USER_AGENT};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::frame::Frame;
use super::problem::Problem;
use super::words::sentence;
use super::{App, cookie, page};
use crate::metrics::{self, SignedIn};
use crate::people::provider::{Provider, arriving};
use crate::people::sessions::{self, Which};
use crate::people::{
    Account, Actor, Attempt, ProviderSettings, Secret, SignInError, second_factor,
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SignInForm {
    login: String,
    passphrase: Zeroizing<String>,
    next: String,
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage<'a> {
    frame: Frame,
    form: &'a SignInForm,
    error: Option<String>,
    /// What the provider is called, if there is one.
    provider: Option<&'a str>,
    has_passphrases: bool,
}

impl SignInForm {
    /// A blank one, to go on from there.
    fn to(next: &str) -> Self {
        Self {
            next: next.to_owned(),
            ..Self::default()
        }
    }

    /// For an address of ours.
    fn next_escaped(&self) -> String {
        utf8_percent_encode(&self.next, NON_ALPHANUMERIC).to_string()
    }
}

/// `GET /sign-in`.
pub(crate) async fn blank(
    State(app): State<Arc<App>>,
    Query(form): Query<SignInForm>,
) -> Result<Response, Problem> {
    app.door()?;
    page_of(&app, StatusCode::OK, &form, None)
}

/// `POST /sign-in`.
pub(crate) async fn sign_in(
    State(app): State<Arc<App>>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    Form(mut form): Form<SignInForm>,
) -> Result<Response, Problem> {
    if !app.has_passphrases() {
        return Err(Problem::no_passphrases());
    }
    let (ledger, now) = (app.ledger()?, (app.now)());
    let attempt = Attempt {
        login: &form.login,
        passphrase: std::mem::take(&mut form.passphrase),
        address: app.client(peer.map(|Extension(ConnectInfo(peer))| peer.ip()), &headers),
        device: cookie::device(&headers),
        now,
    };
    let opened = app.door()?.open(ledger, attempt).await;
    app.metrics
        .signed_in(metrics::Door::Passphrase, result(&opened));
    match opened {
        Ok(account) => welcome(&app, &headers, &account, &form.next).await,
        Err(error) => {
            let refusal = Refusal::of(error)?;
            let page = page_of(&app, refusal.status, &form, Some(refusal.text.clone()))?;
            Ok(refusal.on(page))
        }
    }
}

/// Lets somebody in whose passphrase is right, or asks for the code.
pub(crate) async fn welcome(
    app: &App,
    headers: &HeaderMap,
    account: &Account,
    next: &str,
) -> Result<Response, Problem> {
    if second_factor::is_on(app.ledger()?.pool(), &account.id).await? {
        return code::ask(app, &account.id, next).await;
    }
    let cookies = signed_in(app, headers, &account.id, &account.login).await?;
    let target = Redirect::to(&app.link(local(next)));
    Ok((cookies, target).into_response())
}

/// As it is counted.
pub(super) const fn result(opened: &Result<Account, SignInError>) -> SignedIn {
    match opened {
        Ok(_) => SignedIn::Right,
        Err(SignInError::Ledger(_)) => SignedIn::Failed,
        Err(SignInError::TooOften { .. }) => SignedIn::TooOften,
        Err(
            SignInError::NotYours | SignInError::Over | SignInError::Wrong | SignInError::WrongCode,
        ) => SignedIn::Wrong,
    }
}

/// What a page says to whom was not let in.
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) text: String,
    /// In seconds.
    wait: Option<u64>,
}

impl Refusal {
    pub(crate) fn of(error: SignInError) -> Result<Self, Problem> {
        let text = sentence(&error.to_string());
        let (status, wait) = match error {
            SignInError::Ledger(error) => return Err(error.into()),
            SignInError::TooOften { seconds } => (StatusCode::TOO_MANY_REQUESTS, Some(seconds)),
            SignInError::NotYours
            | SignInError::Over
            | SignInError::Wrong
            | SignInError::WrongCode => (StatusCode::UNPROCESSABLE_ENTITY, None),
        };
        Ok(Self { status, text, wait })
    }

    /// Says beside the page how long to wait, for programs.
    pub(crate) fn on(&self, mut page: Response) -> Response {
        if let Some(seconds) = self.wait {
            page.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        page
    }
}

/// Begins a session for somebody who has shown who they are; gives its cookies.
async fn signed_in(
    app: &App,
    headers: &HeaderMap,
    account: &str,
    login: &str,
) -> Result<
    axum::response::AppendHeaders<[(axum::http::HeaderName, axum::http::HeaderValue); 2]>,
    Problem,
> {
    let agent = headers
        .get(USER_AGENT)
        .and_then(|value| value.to_str().ok());
    let name = sessions::device_name(agent.unwrap_or_default());
    let session = Secret::new((app.random)());
    let device = cookie::device(headers).unwrap_or_else(|| Secret::new((app.random)()));
    let ledger = app.ledger()?;
    let is_from_elsewhere = arriving::is_from_elsewhere(ledger.pool(), account).await?;
    let longest = if is_from_elsewhere {
        sessions::FROM_ELSEWHERE
    } else {
        sessions::LONGEST
    };
    let mut change = ledger.change((app.now)()).await?;
    sessions::begin(&mut change, &session, account, &name, longest).await?;
    sessions::know_device(&mut change, &device, account).await?;
    change.note(login, "session.begin", login, name).await?;
    change.commit().await?;
    Ok(axum::response::AppendHeaders([
        cookie::begin(&session),
        cookie::know(&device),
    ]))
}

/// `POST /sign-out`.
pub(crate) async fn sign_out(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
) -> Result<Response, Problem> {
    if let (Some(account), Some(session)) = (&actor.account, &actor.session) {
        let mut change = app.ledger()?.change((app.now)()).await?;
        sessions::end(&mut change, account, Which::One(session)).await?;
        change
            .note(&actor.name, "session.end", &actor.name, String::new())
            .await?;
        change.commit().await?;
    }
    Ok(([cookie::end()], Redirect::to(&app.link("/sign-in"))).into_response())
}

fn page_of(
    app: &App,
    status: StatusCode,
    form: &SignInForm,
    error: Option<String>,
) -> Result<Response, Problem> {
    let provider = app.provider.as_ref().map(Provider::settings);
    let page = SignInPage {
        frame: Frame::bare(app),
        form,
        error: error.map(|text| sentence(&text)),
        provider: provider.map(ProviderSettings::name),
        has_passphrases: app.has_passphrases(),
    };
    page::answer(status, &page)
}

/// A path of ours, and no other site's: `//evil.example` is one for a browser.
fn local(next: &str) -> &str {
    let is_ours =
        next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\r', '\n']);
    if is_ours { next } else { "/" }
}

/// Who asks, as far as failures are counted: behind a proxy that is believed, whom it names last.
pub(crate) fn client(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &[IpAddr]) -> String {
    let is_trusted = |address: &IpAddr| trusted.contains(address);
    let Some(peer) = peer else {
        return String::new();
    };
    let lists = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|list| list.to_str().ok());
    let named: Vec<IpAddr> = lists
        .flat_map(|list| list.split(','))
        .filter_map(|word| word.trim().parse().ok())
        .collect();
    let behind = named.iter().rev().find(|address| !is_trusted(address));
    let client = if is_trusted(&peer) {
        behind.copied().unwrap_or(peer)
    } else {
        peer
    };
    client.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_path_of_ours_is_gone_back_to() {
        assert_eq!(local("/links?room=x"), "/links?room=x");
        for next in [
            "",
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "/a\r\nb",
        ] {
            assert_eq!(local(next), "/", "{next:?}");
        }
    }

    #[test]
    fn a_forwarded_address_counts_only_from_a_trusted_proxy() {
        let proxy: IpAddr = [127, 0, 0, 1].into();
        let mut headers = HeaderMap::new();
        headers.insert(
            "x-forwarded-for",
            "6.6.6.6, 192.0.2.1, 127.0.0.1".parse().unwrap(),
        );
        assert_eq!(client(Some(proxy), &headers, &[proxy]), "192.0.2.1");
        assert_eq!(
            client(Some([192, 0, 2, 7].into()), &headers, &[proxy]),
            "192.0.2.7"
        );
        assert_eq!(
            client(Some(proxy), &HeaderMap::new(), &[proxy]),
            "127.0.0.1"
        );
    }
}
