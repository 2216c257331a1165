//! nginx, the gate, and a stand-in for Jicofo.

use std::net::SocketAddr;
use std::path::Path;

use e2e::{Answer, Forge, Issuer, Port, Web, ask, get};
use serde_json::json;
use tempfile::TempDir;

pub(crate) struct Play {
    pub(crate) web: Web,
    issuer: Issuer,
    _folder: TempDir,
}

/// As `hosts.muc` of the stage's Jitsi.
pub(crate) const MUC: [&str; 2] = ["--muc", "conference.localhost"];

impl Play {
    pub(crate) fn start(gate: &[&str]) -> Self {
        Self::start_with(Web::start, gate)
    }

    pub(crate) fn start_with(
        start: fn(&Path, SocketAddr, &Path, &[&str]) -> Web,
        gate: &[&str],
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let issuer = Issuer::new(folder.path(), "http://localhost");
        let nobody = Port::any().address();
        let web = start(folder.path(), nobody, issuer.key_set(), gate);
        Self {
            web,
            issuer,
            _folder: folder,
        }
    }

    pub(crate) fn token(&self, room: &str) -> String {
        Forge::with_key(self.issuer.key()).sign(&Forge::claims(room))
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        get(self.web.address(), path).unwrap()
    }

    pub(crate) fn ask(&self, request: &str, headers: &[&str], body: &str) -> Answer {
        ask(self.web.address(), request, headers, body).unwrap()
    }
}

/// A conference request for a room.
pub(crate) fn body(room: &str) -> String {
    json!({ "room": format!("{room}@conference.localhost"), "properties": {} }).to_string()
}
