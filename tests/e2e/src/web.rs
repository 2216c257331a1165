//! The web server of a Jitsi: nginx with its page, and the gate that it asks.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::artifacts;
use crate::http;
use crate::jicofo::Jicofo;
use crate::port::Port;
use crate::process::Process;
use crate::template::fill;

/// Jitsi's packages.
const CONFIG: &str = include_str!("../nginx.conf.tmpl");

/// docker-jitsi-meet.
const DOCKER: &str = include_str!("../nginx-docker.conf.tmpl");

/// As the operator's documentation has it.
const SNIPPETS: [&str; 4] = [
    "roompass-gate.conf",
    "roompass-http.conf",
    "roompass-request.conf",
    "roompass-room.conf",
];

/// Takes the token out of the address, as Jitsi's page does once it is connected.
const STRIP: &str =
    "<script type=\"module\">history.replaceState(null, '', location.pathname);</script></head>";

/// Leads to what Jitsi's own button copies with `inviteDomain`: that, and the path of the room.
const INVITE: &str = "<a id=\"invite\">Invite somebody</a><script type=\"module\">\
     invite.href = `/roompass/gate/invite${location.pathname}`;</script></footer>";

/// nginx and `roompass gate`, running.
#[derive(Debug)]
pub struct Web {
    folder: PathBuf,
    address: SocketAddr,
    gate_address: SocketAddr,
    gate: Option<Process>,
    jicofo: Jicofo,
    _nginx: Process,
}

impl Web {
    /// Starts both before a stage's router, as Jitsi's packages do; `gate` are more arguments of `roompass gate`.
    ///
    /// # Panics
    /// When one of them does not start.
    pub fn start(folder: &Path, router: SocketAddr, key_set: &Path, gate: &[&str]) -> Self {
        Self::start_like(CONFIG, folder, router, key_set, gate)
    }

    /// The same as docker-jitsi-meet does.
    ///
    /// # Panics
    /// When one of them does not start.
    pub fn start_like_docker(
        folder: &Path,
        router: SocketAddr,
        key_set: &Path,
        gate: &[&str],
    ) -> Self {
        Self::start_like(DOCKER, folder, router, key_set, gate)
    }

    fn start_like(
        config: &str,
        folder: &Path,
        router: SocketAddr,
        key_set: &Path,
        gate: &[&str],
    ) -> Self {
        let (web_port, gate_port) = (Port::any(), Port::any());
        let jicofo = Jicofo::start();
        let words = [
            ("FOLDER", folder.display().to_string()),
            ("ADDRESS", web_port.address().to_string()),
            ("ROUTER", router.to_string()),
            ("JICOFO", jicofo.address().to_string()),
        ];
        write(&folder.join("nginx.conf"), &fill(config, &words));
        lay_out(folder, gate_port.address(), jicofo.address());
        let gate = start_gate(folder, gate_port.address(), key_set, gate);
        Self {
            folder: folder.to_owned(),
            address: web_port.address(),
            gate_address: gate_port.address(),
            gate: Some(gate),
            jicofo,
            _nginx: start_nginx(folder, web_port.address()),
        }
    }

    /// Who is behind the conference request.
    pub fn jicofo(&self) -> &Jicofo {
        &self.jicofo
    }

    /// What stands before a room.
    pub fn base_url(&self) -> String {
        format!("http://localhost:{}", self.address.port())
    }

    /// Where nginx listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where the gate listens.
    pub fn gate_address(&self) -> SocketAddr {
        self.gate_address
    }

    /// Where nginx notes each request.
    pub fn access_log(&self) -> PathBuf {
        self.folder.join("nginx-access.log")
    }

    /// Ends the gate; nginx stays.
    pub fn stop_gate(&mut self) {
        if let Some(gate) = self.gate.take() {
            gate.stop();
        }
    }

    /// Everything that nginx and the gate logged.
    pub fn logs(&self) -> String {
        let names = [
            "nginx-access.log",
            "nginx-error.log",
            "nginx.log",
            "gate.log",
        ];
        let read = |name| fs::read_to_string(self.folder.join(name)).unwrap_or_default();
        names.into_iter().map(read).collect()
    }
}

fn lay_out(folder: &Path, gate: SocketAddr, jicofo: SocketAddr) {
    for name in SNIPPETS {
        let snippet = fs::read_to_string(artifacts::snippets().join(name));
        let snippet = snippet.expect("the snippets are in the project");
        let snippet = snippet.replace("127.0.0.1:8081", &gate.to_string());
        let snippet = snippet.replace("127.0.0.1:8888", &jicofo.to_string());
        write(&folder.join(name), &snippet);
    }
    let assets = folder.join("meet/assets");
    fs::create_dir_all(&assets).expect("the stage's folder is writable");
    let page = fs::read_to_string(artifacts::page().join("guest.html")).expect("there is a page");
    write(
        &folder.join("meet/index.html"),
        &page.replace("</head>", STRIP).replace("</footer>", INVITE),
    );
    for name in ["guest.css", "guest.mjs", "room.mjs", "ui.mjs"] {
        fs::copy(artifacts::page().join(name), assets.join(name)).expect("the page is whole");
    }
    let strophe =
        artifacts::page().join("../guests/node_modules/strophe.js/dist/strophe.umd.min.js");
    fs::copy(strophe, assets.join("strophe.js")).expect("strophe.js is installed");
}

fn write(path: &Path, text: &str) {
    fs::write(path, text).expect("the stage's folder is writable");
}

fn start_gate(folder: &Path, address: SocketAddr, key_set: &Path, more: &[&str]) -> Process {
    let mut roompass = Command::new(artifacts::roompass());
    roompass.args(["gate", "--listen", &address.to_string(), "--key-set"]);
    roompass.arg(key_set).args(more);
    let mut gate = Process::spawn("gate", &roompass, &folder.join("gate.log"));
    gate.wait_until_ready(|| http::get(address, "/healthz").is_some());
    gate
}

fn start_nginx(folder: &Path, address: SocketAddr) -> Process {
    let mut nginx = Command::new("nginx");
    nginx
        .arg("-p")
        .arg(folder)
        .arg("-c")
        .arg(folder.join("nginx.conf"));
    nginx.arg("-e").arg(folder.join("nginx-error.log"));
    let mut process = Process::spawn("nginx", &nginx, &folder.join("nginx.log"));
    process.wait_until_ready(|| http::get(address, "/assets/guest.css").is_some());
    process
}
