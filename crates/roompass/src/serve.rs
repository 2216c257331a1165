//! `roompass serve`: the web form, the API and the key set.

mod gate;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::pin::Pin;

use issuer::{
    AdminToken, BaseUrl, Listening, Log, LogFormat, Office, OfficeError, Oidc, ProviderSettings,
    PublicUrl, RevocationFile, Settings, TlsFiles,
};
use room_token::{Timestamp, TokenId};
use tokio::signal::unix::{SignalKind, signal};

use self::gate::{GateArgs, OwnGate};
use crate::answer::Answer;
use crate::deployment::DeploymentArgs;
use crate::failure::Failure;
use crate::ledger::LedgerArgs;
use crate::log::Lines;
use crate::signed_set::SignedKeySetArgs;
use crate::state::{State, StateArgs};
use crate::{clock, notify, signing_key};

/// Serve the form, the API and the key set that issue and publish
///
/// Without --key, or with --state or --config, it has a state folder with settings, keys, a ledger and accounts; a
/// first start makes it, and prints a link for the first administrator. With --key alone it keeps nothing, and without
/// an admin token listens on loopback addresses only. Stops on SIGINT and SIGTERM, after what is under way.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  roompass serve
  roompass serve --state /var/lib/roompass --public-url https://meet.example.org/roompass/
  roompass serve --key room.pem --base-url https://meet.example.org
  roompass serve --key room.pem --base-url https://meet.example.org --admin-token-file admin.token")]
pub(crate) struct Args {
    /// Address and port; port 0 takes a free one [default: 127.0.0.1:8080]
    #[arg(
        long,
        value_name = "ADDRESS",
        env = "ROOMPASS_LISTEN",
        value_parser = address
    )]
    listen: Option<SocketAddr>,

    /// The signing key, as `roompass keys new` makes one, the folder of `roompass keys init`, or a `pkcs11:` URI
    #[arg(long, value_name = "FILE|FOLDER|URI", env = "ROOMPASS_KEY")]
    key: Option<PathBuf>,

    /// Where the Jitsi installation is
    #[arg(long, value_name = "URL", env = "ROOMPASS_BASE_URL")]
    base_url: Option<String>,

    #[command(flatten)]
    state: StateArgs,

    /// Where people reach this service, if a proxy stands in front of it; a path behind the host is fine
    #[arg(long, value_name = "URL", env = "ROOMPASS_PUBLIC_URL")]
    public_url: Option<String>,

    /// A certificate chain in PEM, to serve HTTPS without a proxy; read again when it changes
    #[arg(long, value_name = "FILE", env = "ROOMPASS_TLS_CERTIFICATE")]
    tls_certificate: Option<PathBuf>,

    /// The certificate's private key in PEM
    #[arg(long, value_name = "FILE", env = "ROOMPASS_TLS_KEY")]
    tls_key: Option<PathBuf>,

    #[command(flatten)]
    deployment: DeploymentArgs,

    /// A file with the secret that administrators send; mode 0600
    #[arg(long, value_name = "FILE", env = "ROOMPASS_ADMIN_TOKEN_FILE")]
    admin_token_file: Option<PathBuf>,

    /// A file with the token of a monitor elsewhere, for /metrics; mode 0600
    #[arg(long, value_name = "FILE", env = "ROOMPASS_METRICS_TOKEN_FILE")]
    metrics_token_file: Option<PathBuf>,

    /// How a line for each request is written on standard error: text, json or none [default: text]
    #[arg(long, value_name = "FORMAT", env = "ROOMPASS_LOG_FORMAT", value_parser = log_format)]
    log_format: Option<LogFormat>,

    /// Keep the list of what was taken back in this file, and publish it for the shards
    #[arg(long, value_name = "FILE", env = "ROOMPASS_REVOCATIONS")]
    revocations: Option<PathBuf>,

    #[command(flatten)]
    ledger: LedgerArgs,

    #[command(flatten)]
    signed: SignedKeySetArgs,

    #[command(flatten)]
    gate: GateArgs,

    /// Allow the development key, with which everybody can sign
    #[arg(long)]
    dev: bool,
}

fn address(text: &str) -> Result<SocketAddr, String> {
    let fix = if text.parse::<u16>().is_ok() {
        format!("127.0.0.1:{text}")
    } else {
        "127.0.0.1:8080 or [::1]:8080".to_owned()
    };
    let what = "not an address and a port, HOST:PORT with HOST as a number";
    text.parse()
        .map_err(|_| format!("{what}; write it like {fix}"))
}

fn log_format(text: &str) -> Result<LogFormat, String> {
    let unknown = || "there is no such format; write text, json or none".to_owned();
    LogFormat::parse(text).ok_or_else(unknown)
}

pub(crate) fn run(args: &Args) -> Result<Answer, Failure> {
    // A clock or randomness that fails must stop us here, not at the first link.
    clock::now()?;
    clock::random::<8>()?;
    let resolved = args.resolve()?;
    args.keep_development_at_home(resolved.listen)?;
    let mut settings = args.settings(&resolved)?;
    let lines = Lines::begin(resolved.log_format);
    settings.log = lines.log();
    let ready = settings.office.check_ready(clock::now()?);
    let gate = args.gate.open(
        &resolved.key()?,
        args.dev,
        settings.office.deployment.clone(),
        resolved.revocations().as_deref(),
    )?;
    let desk = gate.as_ref().map(OwnGate::desk).unwrap_or_default();
    run_until_signal(async |shutdown| {
        let issuer = async {
            let announce = |listening: Listening| {
                args.announce(&resolved, &listening);
                desk.begin(listening.inside);
                notify::ready();
                warn_unready(&ready);
            };
            let served = issuer::serve(settings, shutdown, announce).await;
            served.map_err(|e| Failure::because("the issuer did not start", &e))
        };
        match gate {
            Some(gate) => {
                tokio::try_join!(issuer, gate.serve(Box::pin(shutdown_at_a_signal()?))).map(drop)
            }
            None => issuer.await,
        }
    })?;
    lines.end();
    Ok(Answer::done(""))
}

/// Gives a service its runtime, and the future that is ready at SIGINT or SIGTERM.
pub(crate) fn run_until_signal(
    service: impl AsyncFnOnce(Shutdown) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let runtime = tokio::runtime::Runtime::new()
        .map_err(|e| Failure::new(format!("cannot start: {e}"), OUT_OF_HANDLES))?;
    runtime.block_on(async { service(Box::pin(shutdown_at_a_signal()?)).await })
}

const OUT_OF_HANDLES: &str = "is this machine out of threads or file handles?";

/// Ready when the service is to stop.
pub(crate) type Shutdown = Pin<Box<dyn Future<Output = ()> + Send>>;

impl Args {
    /// Flags and environment before the file; without a state folder there is no file.
    fn resolve(&self) -> Result<Resolved, Failure> {
        let has_state = self.key.is_none() || self.state.is_named();
        let state = has_state.then(|| self.state.open()).transpose()?;
        let file = state
            .as_ref()
            .map(|state| state.config.clone())
            .unwrap_or_default();
        let usual = SocketAddr::from(([127, 0, 0, 1], 8080));
        Ok(Resolved {
            listen: self.listen.or(file.listen).unwrap_or(usual),
            key: self.key.clone().or(file.key),
            base_url: self.base_url.clone().or(file.base_url),
            public_url: self.public_url.clone().or(file.public_url),
            admin_token_file: self.admin_token_file.clone().or(file.admin_token_file),
            metrics_token_file: self.metrics_token_file.clone().or(file.metrics_token_file),
            log_format: self.log_format.or(file.log_format).unwrap_or_default(),
            revocations: self.revocations.clone().or(file.revocations),
            ledger: self.ledger.url().or(file.ledger),
            oidc: file.oidc,
            issuer: file.issuer,
            audience: file.audience,
            trusted_proxies: file.trusted_proxies,
            tls: both(
                self.tls_certificate.clone().or(file.tls_certificate),
                self.tls_key.clone().or(file.tls_key),
            )?,
            state,
        })
    }

    /// Whatever an admin token guards, links of the development key open doors for everybody.
    fn keep_development_at_home(&self, listen: SocketAddr) -> Result<(), Failure> {
        if !self.dev || listen.ip().is_loopback() {
            return Ok(());
        }
        Err(Failure::new(
            format!("--dev and --listen {listen}: development stays on this machine"),
            "listen on 127.0.0.1, or leave out --dev and sign with a key of your own",
        ))
    }

    fn office(&self, resolved: &Resolved) -> Result<Office, Failure> {
        let base_url = resolved.base_url.as_deref().map(BaseUrl::parse).transpose();
        let key = resolved.key()?;
        let deployment = self
            .deployment
            .or(resolved.issuer.as_deref(), resolved.audience.as_deref())?;
        let mut office = Office::new(
            signing_key::open(&key, self.dev)?,
            deployment,
            base_url.map_err(|e| Failure::because("--base-url", &e))?,
        );
        if resolved.state.is_none() && resolved.base_url.is_none() {
            return Err(Failure::new(
                "it is not said where the Jitsi installation is",
                "name it with --base-url https://meet.example.org",
            ));
        }
        office.signed_key_set = self.signed.parse()?;
        Ok(office)
    }

    fn settings(&self, resolved: &Resolved) -> Result<Settings, Failure> {
        let admin_token = resolved.admin_token_file.as_deref().map(AdminToken::read);
        let metrics_token = resolved.metrics_token_file.as_deref().map(AdminToken::read);
        let public_url = resolved.public_url.as_deref().map(PublicUrl::parse);
        let ledger = resolved.ledger.as_deref();
        let loopback = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
        Ok(Settings {
            listen: resolved.listen,
            office: self.office(resolved)?,
            admin_token: admin_token
                .transpose()
                .map_err(|e| Failure::because("the admin token", &e))?,
            metrics_token: metrics_token
                .transpose()
                .map_err(|e| Failure::because("the token for /metrics", &e))?,
            revocations: resolved.revocations().as_deref().map(RevocationFile::at),
            ledger: match &resolved.state {
                Some(state) => Some(state.ledger(ledger)?),
                None => self.ledger.address()?,
            },
            accounts: resolved.state.is_some(),
            provider: ProviderSettings::parse(&resolved.oidc)
                .map_err(|e| Failure::because("signing in at a provider", &e))?,
            tls: resolved.tls.clone(),
            public_url: public_url
                .transpose()
                .map_err(|e| Failure::because("--public-url", &e))?,
            trusted_proxies: resolved
                .trusted_proxies
                .clone()
                .unwrap_or(loopback.to_vec()),
            log: Log::nowhere(),
            say: crate::talk,
            random: fresh_secret,
            now: now_or_never,
            token_id: fresh_token_id,
        })
    }

    fn announce(&self, resolved: &Resolved, listening: &Listening) {
        let development = if self.dev { " (development)" } else { "" };
        let base_url = resolved.base_url.as_deref();
        let leads = base_url.map_or(String::new(), |url| format!(", links lead to {url}"));
        let scheme = if resolved.tls.is_some() {
            "https"
        } else {
            "http"
        };
        let here = format!("{scheme}://{}", listening.address);
        crate::talk(&format!(
            "roompass: listening on {here}{development}{leads}"
        ));
        if let Some(path) = &listening.set_up {
            let front = resolved.public_url.as_deref().unwrap_or(&here);
            let link = format!("{}{path}", front.trim_end_matches('/'));
            crate::talk(&format!(
                "roompass: begin here, once, within 30 minutes (`roompass admin invite` prints another): {link}"
            ));
        }
    }
}

/// Every setting, wherever it was made.
#[derive(Debug)]
struct Resolved {
    listen: SocketAddr,
    key: Option<PathBuf>,
    base_url: Option<String>,
    public_url: Option<String>,
    admin_token_file: Option<PathBuf>,
    metrics_token_file: Option<PathBuf>,
    log_format: LogFormat,
    revocations: Option<PathBuf>,
    ledger: Option<String>,
    oidc: Oidc,
    issuer: Option<String>,
    audience: Option<String>,
    trusted_proxies: Option<Vec<IpAddr>>,
    tls: Option<TlsFiles>,
    /// Without one, nothing is kept and nobody signs in.
    state: Option<State>,
}

impl Resolved {
    fn key(&self) -> Result<PathBuf, Failure> {
        match (&self.state, &self.key) {
            (Some(state), key) => state.key(key.clone()),
            (None, Some(key)) => Ok(key.clone()),
            (None, None) => Err(Failure::new("no key was named", "name one with --key")),
        }
    }

    fn revocations(&self) -> Option<PathBuf> {
        let named = self.revocations.clone();
        self.state
            .as_ref()
            .map_or(named.clone(), |state| Some(state.revocations(named)))
    }
}

/// One is of no use without the other.
fn both(certificate: Option<PathBuf>, key: Option<PathBuf>) -> Result<Option<TlsFiles>, Failure> {
    match (certificate, key) {
        (Some(certificate), Some(key)) => Ok(Some(TlsFiles { certificate, key })),
        (None, None) => Ok(None),
        (Some(_), None) => Err(Failure::new(
            "tls_certificate has no tls_key",
            "name its private key",
        )),
        (None, Some(_)) => Err(Failure::new(
            "tls_key has no tls_certificate",
            "name the chain",
        )),
    }
}

/// It starts all the same: the set to sign is to be had from it.
fn warn_unready(ready: &Result<(), OfficeError>) {
    if let Err(error) = ready {
        crate::talk(&format!(
            "roompass: warning: no link can be issued yet: {error}"
        ));
    }
}

/// With a clock that fails while we run, every link has ended before it is issued.
pub(crate) fn now_or_never() -> Timestamp {
    clock::now().unwrap_or(Timestamp::MAX)
}

#[expect(
    clippy::expect_used,
    reason = "without randomness no link may be issued; the issuer answers a panic with a 500"
)]
fn fresh_token_id() -> TokenId {
    TokenId::from_bytes(clock::random().expect("the operating system gives randomness"))
}

#[expect(
    clippy::expect_used,
    reason = "without randomness nobody may sign in; the issuer answers a panic with a 500"
)]
fn fresh_secret() -> [u8; 32] {
    clock::random().expect("the operating system gives randomness")
}

/// Ready at the first SIGINT or SIGTERM; both are caught from now on.
fn shutdown_at_a_signal() -> Result<impl Future<Output = ()> + Send + 'static, Failure> {
    let deaf =
        |e: std::io::Error| Failure::new(format!("cannot listen for signals: {e}"), OUT_OF_HANDLES);
    let mut interrupt = signal(SignalKind::interrupt()).map_err(deaf)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(deaf)?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {},
            _ = terminate.recv() => {},
        }
    })
}
