//! Asking the provider by HTTP: with the machine's own certificates, no redirect, and until a deadline for all of it.

use std::time::{Duration, Instant};

use openidconnect::http::StatusCode;
use openidconnect::{HttpRequest, HttpResponse, SyncHttpClient};
use thiserror::Error;
use ureq::Agent;
use ureq::tls::{RootCerts, TlsConfig};

/// For one sign-in.
#[derive(Debug)]
pub(super) struct Client {
    agent: Agent,
    deadline: Instant,
}

/// A discovery document has some ten kilobytes, a set of keys too.
const MAX_BYTES: u64 = 1024 * 1024;

impl Client {
    /// One that gives up then; in clear only with a provider on this machine.
    pub(super) fn until(deadline: Instant, may_be_clear: bool) -> Self {
        let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier);
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .https_only(!may_be_clear)
            // Whoever is asked is who answers.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("roompass/", env!("CARGO_PKG_VERSION")))
            .tls_config(tls.build());
        Self {
            agent: config.build().into(),
            deadline,
        }
    }

    fn ask(&self, request: HttpRequest) -> Result<HttpResponse, ureq::Error> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        // Of nothing, ureq would make for ever.
        let left = left.max(Duration::from_millis(1));
        let request = self
            .agent
            .configure_request(request)
            .timeout_global(Some(left))
            .build();
        let (head, mut body) = self.agent.run(request)?.into_parts();
        let bytes = body.with_config().limit(MAX_BYTES).read_to_vec()?;
        Ok(HttpResponse::from_parts(head, bytes))
    }
}

impl SyncHttpClient for Client {
    type Error = FetchError;

    fn call(&self, request: HttpRequest) -> Result<HttpResponse, FetchError> {
        let answer = self.ask(request).map_err(|_| FetchError)?;
        let is_ours =
            answer.status() != StatusCode::TOO_MANY_REQUESTS && !answer.status().is_server_error();
        is_ours.then_some(answer).ok_or(FetchError)
    }
}

/// It was not reached, or has other worries. Its own words may quote what we sent.
#[derive(Clone, Copy, Debug, Error)]
#[error("the provider does not answer")]
pub(super) struct FetchError;
