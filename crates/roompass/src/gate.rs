//! `roompass gate`: the page before the call, with public keys only.

mod invite;
mod knowledge;
mod pages;
mod source;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use guest_gate::{Gate, Inviter, Settings};
use room_token::WhenStale;
use tokio::sync::watch;

use self::invite::ByHttp;
pub(crate) use self::invite::InProcess;
use self::knowledge::Knowledge;
pub(crate) use self::knowledge::{PAUSE, warning};
pub(crate) use self::pages::PageArgs;
use self::source::Source;
use crate::answer::Answer;
use crate::deployment::DeploymentArgs;
use crate::failure::Failure;
use crate::server::Server;
use crate::{clock, files, notify, serve};

/// Answer nginx whether a room's page is served, and show who cannot come in why
///
/// Holds public keys alone, as a shard does, and takes them from the same files or addresses. The door decides again.
/// docs/guest-gate.md has the lines for nginx.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  roompass gate --key-set room.jwks.json --revocations room.jwt
  roompass gate --key-set https://links.example.org/.well-known/jwks.json \\
    --revocations https://links.example.org/.well-known/revocations --copies /var/lib/roompass")]
pub(crate) struct Args {
    /// Address and port; port 0 takes a free one
    #[arg(
        long,
        value_name = "ADDRESS",
        env = "ROOMPASS_GATE_LISTEN",
        default_value = "127.0.0.1:8081"
    )]
    listen: SocketAddr,

    /// The public keys that a shard would trust
    #[arg(long, value_name = "FILE|URL", env = "ROOMPASS_KEY_SET")]
    key_set: String,

    /// The root's public key, which a shard would have pinned; then the key set is a signed one
    #[arg(long, value_name = "FILE", env = "ROOMPASS_ROOT_KEY")]
    root_key: Option<PathBuf>,

    /// The signed feed of what was taken back
    #[arg(long, value_name = "FILE|URL", env = "ROOMPASS_FEED")]
    revocations: Option<String>,

    /// Say that nothing can be checked once the feed is older than this
    #[arg(long, value_name = "DURATION", value_parser = humantime::parse_duration)]
    max_stale: Option<Duration>,

    /// Where copies of what was fetched are kept, so that a restart does not need the issuer
    #[arg(long, value_name = "FOLDER", env = "ROOMPASS_COPIES")]
    copies: Option<PathBuf>,

    #[command(flatten)]
    pages: PageArgs,

    /// The issuer that makes guests' links for owners in a call; without it nobody invites
    #[arg(long, value_name = "URL", env = "ROOMPASS_SERVER")]
    server: Option<String>,

    /// How one reaches the organisers: words that stand on the pages
    #[arg(
        long,
        value_name = "TEXT",
        env = "ROOMPASS_CONTACT",
        default_value = ""
    )]
    contact: String,

    #[command(flatten)]
    deployment: DeploymentArgs,
}

pub(crate) fn run(args: &Args) -> Result<Answer, Failure> {
    clock::now()?;
    let mut knowledge = args.knowledge()?;
    let open_rooms = args.pages.open_rooms()?;
    let (sender, gate) = watch::channel(Arc::new(Gate {
        verifier: None,
        open_rooms: open_rooms.clone(),
    }));
    let settings = args.settings(gate)?;
    let gate_of = move |verifier| {
        Arc::new(Gate {
            verifier,
            open_rooms: open_rooms.clone(),
        })
    };
    sender.send_replace(gate_of(knowledge.learn()?));
    // It ends with the process; what it writes is whole or not there.
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(PAUSE);
            if let Some(verifier) = knowledge.learn_more() {
                sender.send_replace(gate_of(Some(verifier)));
            }
        }
    });
    serve(settings)
}

impl Args {
    fn knowledge(&self) -> Result<Knowledge, Failure> {
        let source = |text: &str| Source::parse(text, self.copies.as_deref());
        Ok(Knowledge::new(
            source(&self.key_set)?,
            self.revocations.as_deref().map(source).transpose()?,
            files::read_root_key(self.root_key.as_deref())?,
            self.deployment.parse()?,
            self.max_stale.map_or(WhenStale::Admit, |longest| {
                WhenStale::ShutAfter(longest.as_secs())
            }),
        ))
    }

    fn settings(&self, gate: watch::Receiver<Arc<Gate>>) -> Result<Settings, Failure> {
        let server = self.server.as_deref().map(Server::at).transpose()?;
        Ok(Settings {
            listen: self.listen,
            gate,
            contact: self.contact.clone(),
            conferences: self.pages.conferences()?,
            inviter: server.map(|server| Arc::new(ByHttp(server)) as Arc<dyn Inviter>),
            is_reachable: self.pages.reachable()?,
            now: serve::now_or_never,
        })
    }
}

fn serve(settings: Settings) -> Result<Answer, Failure> {
    serve::run_until_signal(async |shutdown| {
        guest_gate::serve(settings, shutdown, |address| {
            crate::talk(&format!("roompass: the gate listens on http://{address}"));
            notify::ready();
        })
        .await
        .map_err(|e| Failure::because("the gate did not start", &e))
    })?;
    Ok(Answer::done(""))
}
