//! Starting and stopping the service.

mod accept;
mod tls;

use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use room_token::{Timestamp, TokenId};
use thiserror::Error;
use tokio::net::TcpListener;

use self::accept::{Patience, accept};
use self::tls::Tls;
pub use self::tls::{TlsError, TlsFiles};
use crate::keys::Keys;
use crate::people::{accounts, invite_administrator};
use crate::sharing::{Sharing, SharingError};
use crate::web::{self, App};
use crate::{
    AdminToken, BaseUrl, Inside, Ledger, LedgerAddress, LedgerError, Log, Office, OfficeError,
    ProviderSettings, PublicUrl, RevocationFile,
};

/// What a service needs to start.
#[derive(Debug)]
pub struct Settings {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// What issues.
    pub office: Office,
    /// Without one, only this machine may ask.
    pub admin_token: Option<AdminToken>,
    /// What a monitor elsewhere sends to read the numbers.
    pub metrics_token: Option<AdminToken>,
    /// What was taken back; without it nothing can be, here.
    pub revocations: Option<RevocationFile>,
    /// Where what is issued is recorded; without it, nowhere.
    pub ledger: Option<LedgerAddress>,
    /// Whether people sign in; they live in the ledger.
    pub accounts: bool,
    /// Where people can sign in too.
    pub provider: Option<ProviderSettings>,
    /// For HTTPS without a proxy.
    pub tls: Option<TlsFiles>,
    /// Where a proxy lets people in.
    pub public_url: Option<PublicUrl>,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Where the lines of the log go.
    pub log: Log,
    /// Where a word for whoever runs the service goes.
    pub say: fn(&str),
    /// Fresh randomness.
    pub random: fn() -> [u8; 32],
    /// The clock.
    pub now: fn() -> Timestamp,
    /// Fresh randomness, as the name of a token.
    pub token_id: fn() -> TokenId,
}

/// Serves until `shutdown` is ready, then finishes what is under way, for at most ten seconds.
///
/// `on_listening` is called once, with the address, as soon as connections are accepted.
///
/// # Errors
/// [`ServeError`], before anything was served.
pub async fn serve(
    settings: Settings,
    shutdown: impl Future<Output = ()> + Send + 'static,
    on_listening: impl FnOnce(Listening),
) -> Result<(), ServeError> {
    let address = settings.listen;
    keep_at_home(&settings)?;
    let tls = settings.tls.clone().map(Tls::open).transpose()?;
    let tls = tls.map(Arc::new);
    let ledger = match &settings.ledger {
        Some(address) => Some(Ledger::open(address).await?),
        None => None,
    };
    let set_up = match &ledger {
        Some(ledger) if settings.accounts => first_steps(&settings, ledger).await?,
        Some(_) | None => None,
    };
    let sharing = share(&settings, ledger.as_ref()).await?;
    let say = settings.say;
    let router = web::router(App::new(settings, ledger, sharing.clone())?);
    let bind = |error: std::io::Error| ServeError::Bind {
        address,
        why: error.to_string(),
    };
    let listener = TcpListener::bind(address).await.map_err(bind)?;
    let address = listener.local_addr().map_err(bind)?;
    let inside = Inside(router.clone());
    on_listening(Listening {
        address,
        set_up,
        inside,
    });
    let meetings = sharing.map(|sharing| tokio::spawn(sharing.go_on(say)));
    accept(listener, tls, &router, shutdown, &Patience::DEFAULT).await;
    if let Some(meetings) = meetings {
        meetings.abort();
    }
    Ok(())
}

/// With others, where machines have the ledger in common, keys follow one another, and things can be taken back.
async fn share(
    settings: &Settings,
    ledger: Option<&Ledger>,
) -> Result<Option<Sharing>, ServeError> {
    let is_shared = settings
        .ledger
        .as_ref()
        .is_some_and(LedgerAddress::is_shared);
    let (Some(ledger), Keys::Folder(folder), Some(taken), true) = (
        ledger,
        &settings.office.keys,
        &settings.revocations,
        is_shared,
    ) else {
        return Ok(None);
    };
    let sharing = Sharing::begin(
        ledger.clone(),
        settings.office.deployment.issuer(),
        folder.clone(),
        taken.clone(),
        (settings.random)(),
        settings.now,
    );
    Ok(Some(sharing.await?))
}

/// What can be said once connections are accepted.
#[derive(Debug)]
pub struct Listening {
    /// Where.
    pub address: SocketAddr,
    /// The path at which the first administrator begins, if there is none yet. A secret, good once.
    pub set_up: Option<String>,
    /// The API, for what runs in this process.
    pub inside: Inside,
}

/// Nothing that is secret goes over an open network.
fn keep_at_home(settings: &Settings) -> Result<(), ServeError> {
    let address = settings.listen;
    if address.ip().is_loopback() {
        return Ok(());
    }
    let is_sealed = settings.public_url.is_some() || settings.tls.is_some();
    match (settings.accounts, is_sealed, &settings.admin_token) {
        (true, false, _) => Err(ServeError::Clear { address }),
        (false, _, None) => Err(ServeError::Exposed { address }),
        (true, true, _) | (false, _, Some(_)) => Ok(()),
    }
}

/// Learns what an earlier set-up learned; makes a link for the first administrator if there is none.
async fn first_steps(settings: &Settings, ledger: &Ledger) -> Result<Option<String>, ServeError> {
    let known = ledger.setting("base_url").await?;
    if let Some(Ok(base_url)) = known.map(|text| BaseUrl::parse(&text)) {
        settings.office.settle(base_url);
    }
    if accounts::any_administrator(ledger.pool()).await? {
        return Ok(None);
    }
    let (random, now) = ((settings.random)(), (settings.now)());
    let secret = invite_administrator(ledger, "set-up", random, now).await?;
    Ok(Some(format!("/invitation/{}", secret.as_str())))
}

/// Why the service did not start.
#[derive(Debug, Error)]
pub enum ServeError {
    /// The address is taken, or not ours.
    #[error("cannot listen on {address} ({why}); choose another with --listen")]
    Bind {
        /// Which.
        address: SocketAddr,
        /// In the system's words.
        why: String,
    },
    /// Passphrases would be readable on the way.
    #[error(
        "will not listen on {address}: people would send their passphrases in clear; listen on 127.0.0.1 behind a proxy that speaks https, set tls_certificate and tls_key, or set public_url to that proxy's https:// address if it is on another machine"
    )]
    Clear {
        /// Which.
        address: SocketAddr,
    },
    /// Others could reach it, and nothing would stop them.
    #[error(
        "will not listen on {address}: without an admin token, everybody who reaches it could issue links; listen on 127.0.0.1, or set a token with --admin-token-file FILE"
    )]
    Exposed {
        /// Which.
        address: SocketAddr,
    },
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The keys.
    #[error(transparent)]
    Office(#[from] OfficeError),
    /// The other issuers of the ledger.
    #[error(transparent)]
    Sharing(#[from] SharingError),
    /// The certificate.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

#[cfg(test)]
mod tests;
