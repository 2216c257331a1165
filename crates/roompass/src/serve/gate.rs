//! The page before the call in the issuer's own process, so that one machine needs one service.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use guest_gate::{Gate, Settings};
use issuer::{Keys, RevocationFile};
use room_token::{Deployment, Verifier, WhenStale};
use tokio::sync::watch;

use super::{Shutdown, now_or_never};
use crate::failure::Failure;
use crate::files::Stamp;
use crate::gate::PAUSE;
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
        default_value = "",
        requires = "gate"
    )]
    contact: String,
}

/// What the issuer knows by itself: its keys, and what it took back.
#[derive(Debug)]
pub(super) struct OwnGate {
    listen: SocketAddr,
    contact: String,
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
            return Ok(None);
        };
        let files = [key.to_owned(), key.join("keys.json")];
        Ok(Some(OwnGate {
            listen,
            contact: self.contact.clone(),
            keys: signing_key::open(key, allow_dev_key)?,
            deployment,
            revocations: revocations.map(RevocationFile::at),
            files: files
                .into_iter()
                .chain(revocations.map(Path::to_owned))
                .collect(),
        }))
    }
}

impl OwnGate {
    pub(super) async fn serve(self, shutdown: Shutdown) -> Result<(), Failure> {
        let settings = Settings {
            listen: self.listen,
            contact: self.contact.clone(),
            gate: self.follow()?,
            now: now_or_never,
        };
        guest_gate::serve(settings, shutdown, |address| {
            crate::talk(&format!("roompass: the gate listens on http://{address}"));
        })
        .await
        .map_err(|e| Failure::because("the gate did not start", &e))
    }

    /// What it knows, and knows anew whenever a file changed. The thread ends with the process.
    fn follow(self) -> Result<watch::Receiver<Arc<Gate>>, Failure> {
        let mut seen = self.stamps();
        let (sender, receiver) = watch::channel(Arc::new(self.gate()?));
        std::thread::spawn(move || {
            loop {
                std::thread::sleep(PAUSE);
                let stamps = self.stamps();
                if stamps == seen {
                    continue;
                }
                // A file that is not good now may be in the next moment; until then what was known counts.
                if let Ok(gate) = self.gate() {
                    sender.send_replace(Arc::new(gate));
                    seen = stamps;
                }
            }
        });
        Ok(receiver)
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
            open_rooms: Vec::new(),
        })
    }

    fn stamps(&self) -> Vec<Option<Stamp>> {
        let stamps = self.files.iter().map(|path| files::stamp(path).ok());
        stamps.collect()
    }
}
