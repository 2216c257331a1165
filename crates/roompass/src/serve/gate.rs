//! The page before the call in the issuer's own process, so that one machine needs one service.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use guest_gate::{Gate, Settings};
use issuer::{Keys, RevocationFile};
use room_token::{Deployment, RoomPattern, Verifier, WhenStale};
use tokio::sync::watch;

use super::{Shutdown, now_or_never};
use crate::failure::Failure;
use crate::files::Stamp;
use crate::gate::{InProcess, PAUSE, PageArgs, warning};
use crate::{clock, files, signing_key};

#[derive(Debug, clap::Args)]
pub(super) struct GateArgs {
    /// Also answer nginx about rooms' pages, as `roompass gate` does, on this address
    #[arg(
        id = "gate",
        long = "gate",
        value_name = "ADDRESS",
        env = "ROOMPASS_GATE_LISTEN",
        value_parser = super::address
    )]
    listen: Option<SocketAddr>,

    /// How one reaches the organisers: words that stand on those pages
    #[arg(
        id = "gate-contact",
        long = "gate-contact",
        value_name = "TEXT",
        env = "ROOMPASS_CONTACT",
        default_value = "",
        requires = "gate"
    )]
    contact: String,

    #[command(flatten)]
    pages: PageArgs,
}

/// What the issuer knows by itself: its keys, and what it took back.
#[derive(Debug)]
pub(super) struct OwnGate {
    settings: Settings,
    sender: watch::Sender<Arc<Gate>>,
    desk: InProcess,
    open_rooms: Vec<RoomPattern>,
    keys: Keys,
    deployment: Deployment,
    revocations: Option<RevocationFile>,
    files: Vec<PathBuf>,
}

impl GateArgs {
    /// A gate, if one was asked for.
    pub(super) fn open(
        &self,
        key: &Path,
        allow_dev_key: bool,
        deployment: Deployment,
        revocations: Option<&Path>,
    ) -> Result<Option<OwnGate>, Failure> {
        let Some(listen) = self.listen else {
            return self.keep_to_a_gate();
        };
        let files = [key.to_owned(), key.join("keys.json")];
        let desk = InProcess::default();
        let open_rooms = self.pages.open_rooms()?;
        let (sender, gate) = watch::channel(Arc::new(Gate {
            verifier: None,
            open_rooms: open_rooms.clone(),
        }));
        Ok(Some(OwnGate {
            settings: Settings {
                listen,
                gate,
                contact: self.contact.clone(),
                conferences: self.pages.conferences()?,
                inviter: Some(Arc::new(desk.clone())),
                is_reachable: self.pages.reachable()?,
                now: now_or_never,
            },
            sender,
            desk,
            open_rooms,
            keys: signing_key::open(key, allow_dev_key)?,
            deployment,
            revocations: revocations.map(RevocationFile::at),
            files: files
                .into_iter()
                .chain(revocations.map(Path::to_owned))
                .collect(),
        }))
    }

    fn keep_to_a_gate(&self) -> Result<Option<OwnGate>, Failure> {
        if !self.pages.is_used() {
            return Ok(None);
        }
        Err(Failure::new(
            "--open-room, --muc and --xmpp are about the page before the call, and there is none",
            "say with --gate where it listens, such as --gate 127.0.0.1:8081",
        ))
    }
}

impl OwnGate {
    /// What asks the issuer of this process for guests' links, once that is there.
    pub(super) fn desk(&self) -> InProcess {
        self.desk.clone()
    }

    pub(super) async fn serve(self, shutdown: Shutdown) -> Result<(), Failure> {
        let settings = self.follow()?;
        guest_gate::serve(settings, shutdown, |address| {
            crate::talk(&format!("roompass: the gate listens on http://{address}"));
        })
        .await
        .map_err(|e| Failure::because("the gate did not start", &e))
    }

    /// What it knows, and knows anew whenever a file changed. The thread ends with the process.
    fn follow(self) -> Result<Settings, Failure> {
        let mut seen = self.stamps();
        self.sender.send_replace(Arc::new(self.gate()?));
        let settings = self.settings.clone();
        std::thread::spawn(move || {
            let mut told = String::new();
            loop {
                std::thread::sleep(PAUSE);
                let stamps = self.stamps();
                if stamps == seen && told.is_empty() {
                    continue;
                }
                // A file that is not good now may be in the next moment; until then what was known counts.
                match self.gate() {
                    Ok(gate) => {
                        self.sender.send_replace(Arc::new(gate));
                        seen = stamps;
                        say_mended(&mut told);
                    }
                    Err(failure) => say_broken(&mut told, &failure),
                }
            }
        });
        Ok(settings)
    }

    fn gate(&self) -> Result<Gate, Failure> {
        let blame = |error: &dyn std::fmt::Display| Failure::because("the gate", &error);
        let keys = self.keys.key_set(self.deployment.issuer());
        let keys = keys.map_err(|e| blame(&e))?;
        let mut verifier = Verifier::new(keys, self.deployment.clone()).map_err(|e| blame(&e))?;
        if let Some(file) = &self.revocations {
            let list = file.read().map_err(|e| blame(&e))?;
            let edition = list.edition(clock::now()?);
            verifier = verifier.with_revocations(edition, WhenStale::Admit);
        }
        Ok(Gate {
            verifier: Some(verifier),
            open_rooms: self.open_rooms.clone(),
        })
    }

    fn stamps(&self) -> Vec<Option<Stamp>> {
        let stamps = self.files.iter().map(|path| files::stamp(path).ok());
        stamps.collect()
    }
}

/// The same trouble is told once.
fn say_broken(told: &mut String, failure: &Failure) {
    let text = warning(failure);
    if text != *told {
        crate::talk(&text);
        crate::talk("roompass: until it is mended, the gate goes on with what it knew before");
        *told = text;
    }
}

fn say_mended(told: &mut String) {
    if !told.is_empty() {
        crate::talk("roompass: the gate's files are good, and count");
        told.clear();
    }
}
