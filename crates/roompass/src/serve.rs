//! `roompass serve`: the web form, the API and the key set.

use std::net::SocketAddr;
use std::path::PathBuf;

use issuer::{AdminToken, BaseUrl, Office, OfficeError, RevocationFile, Settings, SignedKeySet};
use room_token::{Timestamp, TokenId};
use tokio::signal::unix::{SignalKind, signal};

use crate::answer::Answer;
use crate::deployment::DeploymentArgs;
use crate::failure::Failure;
use crate::{clock, files, signing_key};

/// Serve the form, the API and the key set that issue and publish
///
/// Without an admin token it listens on loopback addresses only. Stops on SIGINT and SIGTERM, after what is
/// under way.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  roompass serve --key room.pem --base-url https://meet.example.org
  roompass serve --key room.pem --base-url https://meet.example.org --admin-token-file admin.token")]
pub(crate) struct Args {
    /// Address and port; port 0 takes a free one
    #[arg(
        long,
        value_name = "ADDRESS",
        env = "ROOMPASS_LISTEN",
        default_value = "127.0.0.1:8080",
        value_parser = address
    )]
    listen: SocketAddr,

    /// The signing key, as `roompass keys new` makes one, the folder of `roompass keys init`, or a `pkcs11:` URI
    #[arg(long, value_name = "FILE|FOLDER|URI", env = "ROOMPASS_KEY")]
    key: PathBuf,

    /// Where the Jitsi installation is
    #[arg(long, value_name = "URL", env = "ROOMPASS_BASE_URL")]
    base_url: String,

    #[command(flatten)]
    deployment: DeploymentArgs,

    /// A file with the secret that administrators send; mode 0600
    #[arg(long, value_name = "FILE", env = "ROOMPASS_ADMIN_TOKEN_FILE")]
    admin_token_file: Option<PathBuf>,

    /// Keep the list of what was taken back in this file, and publish it for the shards
    #[arg(long, value_name = "FILE", env = "ROOMPASS_REVOCATIONS")]
    revocations: Option<PathBuf>,

    /// Publish this key set, which the root key signed, and sign only with a key that is in it
    #[arg(
        long,
        value_name = "FILE",
        env = "ROOMPASS_SIGNED_KEY_SET",
        requires = "root_key"
    )]
    signed_key_set: Option<PathBuf>,

    /// The root's public key
    #[arg(long, value_name = "FILE", env = "ROOMPASS_ROOT_KEY")]
    root_key: Option<PathBuf>,

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

pub(crate) fn run(args: &Args) -> Result<Answer, Failure> {
    // A clock or randomness that fails must stop us here, not at the first link.
    clock::now()?;
    clock::random::<8>()?;
    args.keep_development_at_home()?;
    let settings = args.settings()?;
    let ready = settings.office.check_ready(clock::now()?);
    let hint = "is this machine out of threads or file handles?";
    let runtime = tokio::runtime::Runtime::new()
        .map_err(|e| Failure::new(format!("cannot start: {e}"), hint))?;
    runtime.block_on(async {
        let shutdown = shutdown()
            .map_err(|e| Failure::new(format!("cannot listen for signals: {e}"), hint))?;
        issuer::serve(settings, shutdown, |address| {
            args.announce(address);
            warn_unready(&ready);
        })
        .await
        .map_err(|e| Failure::because("the issuer did not start", &e))
    })?;
    Ok(Answer::done(""))
}

impl Args {
    /// Whatever an admin token guards, links of the development key open doors for everybody.
    fn keep_development_at_home(&self) -> Result<(), Failure> {
        if !self.dev || self.listen.ip().is_loopback() {
            return Ok(());
        }
        Err(Failure::new(
            format!(
                "--dev and --listen {}: development stays on this machine",
                self.listen
            ),
            "listen on 127.0.0.1, or leave out --dev and sign with a key of your own",
        ))
    }

    fn settings(&self) -> Result<Settings, Failure> {
        let admin_token = self.admin_token_file.as_deref().map(AdminToken::read);
        Ok(Settings {
            listen: self.listen,
            office: Office {
                keys: signing_key::open(&self.key, self.dev)?,
                deployment: self.deployment.parse()?,
                base_url: BaseUrl::parse(&self.base_url)
                    .map_err(|e| Failure::because("--base-url", &e))?,
                signed_key_set: self.signed_key_set()?,
            },
            admin_token: admin_token
                .transpose()
                .map_err(|e| Failure::because("the admin token", &e))?,
            revocations: self.revocations.as_deref().map(RevocationFile::at),
            now: now_or_never,
            token_id: fresh_token_id,
        })
    }

    fn signed_key_set(&self) -> Result<Option<SignedKeySet>, Failure> {
        let root = files::read_root_key(self.root_key.as_deref())?;
        let both = self.signed_key_set.as_deref().zip(root);
        Ok(both.map(|(path, root)| SignedKeySet::at(path, root)))
    }

    fn announce(&self, address: SocketAddr) {
        let development = if self.dev { " (development)" } else { "" };
        crate::talk(&format!(
            "roompass: listening on http://{address}{development}, links lead to {}",
            self.base_url
        ));
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
fn now_or_never() -> Timestamp {
    clock::now().unwrap_or(Timestamp::MAX)
}

#[expect(
    clippy::expect_used,
    reason = "without randomness no link may be issued; the issuer answers a panic with a 500"
)]
fn fresh_token_id() -> TokenId {
    TokenId::from_bytes(clock::random().expect("the operating system gives randomness"))
}

/// Ready at the first SIGINT or SIGTERM; both are caught from now on.
fn shutdown() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {},
            _ = terminate.recv() => {},
        }
    })
}
