//! Signing in at somebody else's provider (`OpenID` Connect Core 1.0, the code flow with PKCE, RFC 7636).
//!
//! A sign-in leaves nothing here until it comes back: state, nonce and the proof of PKCE are worked out of a secret that
//! only the browser has ([`Ticket`]). What comes back is an [`Identity`], and [`arriving`] says whose account it is.

pub(crate) mod arriving;
mod claims;
mod error;
mod exchange;
mod fetch;
mod known;
mod settings;
mod ticket;
mod types;

use std::sync::Arc;
use std::time::Duration;

use openidconnect::{CsrfToken, Nonce, PkceCodeChallenge, RedirectUrl};
use room_token::Timestamp;
use tokio::sync::Semaphore;
use tokio::time::Instant;

pub(crate) use self::claims::Identity;
pub(crate) use self::error::ProviderError;
use self::exchange::Arrival;
use self::fetch::Client;
use self::known::Known;
pub use self::settings::{ProviderSettings, ProviderSettingsError};
pub(crate) use self::ticket::Ticket;

/// The provider, and what is known of it.
#[derive(Debug)]
pub(crate) struct Provider {
    inner: Arc<Inner>,
    /// Each exchange waits in a thread of its own; a provider that hangs must not take all of them.
    at_once: Arc<Semaphore>,
}

#[derive(Debug)]
struct Inner {
    settings: ProviderSettings,
    known: Known,
}

/// How long the provider has for everything that one sign-in asks of it; a request of ours has ten seconds.
const PATIENCE: Duration = Duration::from_secs(8);

impl Provider {
    pub(crate) fn new(settings: ProviderSettings) -> Self {
        let known = Known::default();
        Self {
            inner: Arc::new(Inner { settings, known }),
            at_once: Arc::new(Semaphore::new(8)),
        }
    }

    pub(crate) fn settings(&self) -> &ProviderSettings {
        &self.inner.settings
    }

    /// Where a browser goes to sign in, to come back to `redirect`.
    ///
    /// # Errors
    /// [`ProviderError::Away`].
    pub(crate) async fn begin(
        &self,
        ticket: &Ticket,
        redirect: &str,
        now: Timestamp,
    ) -> Result<String, ProviderError> {
        let (ticket, redirect) = (ticket.clone(), redirect.to_owned());
        let way = move |inner: &Inner, client: &Client| inner.way(client, &ticket, &redirect, now);
        self.beside(way).await
    }

    /// Who came back with this.
    ///
    /// # Errors
    /// [`ProviderError`].
    pub(crate) async fn finish(&self, arrival: Arrived) -> Result<Identity, ProviderError> {
        self.beside(move |inner, client| inner.identity(client, &arrival))
            .await
    }

    /// Asks the provider in a thread of its own, since our client waits.
    async fn beside<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Inner, &Client) -> Result<T, ProviderError> + Send + 'static,
    ) -> Result<T, ProviderError> {
        let deadline = Instant::now() + PATIENCE;
        let permit = Arc::clone(&self.at_once).acquire_owned();
        let permit = tokio::time::timeout_at(deadline, permit).await;
        let Ok(Ok(permit)) = permit else {
            return Err(ProviderError::Away);
        };
        let inner = Arc::clone(&self.inner);
        let asking = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            let client = Client::until(deadline.into_std(), inner.settings.may_be_clear());
            ask(&inner, &client)
        });
        asking.await.unwrap_or(Err(ProviderError::Away))
    }
}

/// What a browser brought back, and what it must fit.
#[derive(Debug)]
pub(crate) struct Arrived {
    /// What the browser has had since the beginning.
    pub(crate) ticket: Ticket,
    /// None, if the provider said no.
    pub(crate) code: Option<String>,
    pub(crate) state: String,
    /// Who says that it answers (RFC 9207).
    pub(crate) issuer: Option<String>,
    pub(crate) redirect: String,
    pub(crate) now: Timestamp,
}

impl Inner {
    fn way(
        &self,
        client: &Client,
        ticket: &Ticket,
        redirect: &str,
        now: Timestamp,
    ) -> Result<String, ProviderError> {
        let metadata = self.known.get(&self.settings, client, now)?;
        let redirect = RedirectUrl::new(redirect.to_owned()).map_err(|_| ProviderError::Away)?;
        let relying = self.settings.relying(&metadata).set_redirect_uri(redirect);
        let issuer = self.settings.issuer();
        let (state, nonce) = (ticket.state(issuer, now), ticket.nonce(issuer, now));
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&ticket.proof(issuer, now));
        let way = relying.authorize_url(
            types::flow(),
            || CsrfToken::new(state),
            || Nonce::new(nonce),
        );
        let way = way.set_pkce_challenge(challenge);
        let (way, _state, _nonce) = way.add_scopes(self.settings.scopes()).url();
        Ok(way.into())
    }

    fn identity(&self, client: &Client, arrived: &Arrived) -> Result<Identity, ProviderError> {
        let issuer = self.settings.issuer();
        let begun = arrived.ticket.check(&arrived.state, issuer, arrived.now)?;
        let metadata = self.known.get(&self.settings, client, arrived.now)?;
        let arrival = Arrival {
            settings: &self.settings,
            arrived,
            begun,
        };
        arrival.is_of(&metadata)?;
        let code = arrived.code.as_deref().ok_or(ProviderError::Denied)?;
        let tokens = arrival.exchange(code, &metadata, client)?;
        match arrival.believe(&metadata, &tokens, client) {
            // It has changed its keys since we asked.
            Err(ProviderError::UnknownKey) => {
                let now = arrived.now;
                let metadata = self.known.renew(&self.settings, client, now)?;
                arrival.believe(&metadata, &tokens, client)
            }
            other => other,
        }
    }
}
