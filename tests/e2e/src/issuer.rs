//! Keys, key sets and links, made by the real `roompass` command.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::artifacts;
use crate::http::get;
use crate::link::Link;
use crate::port::Port;
use crate::process::Process;

/// An issuer with one signing key.
#[derive(Clone, Debug)]
pub struct Issuer {
    key: PathBuf,
    key_set: PathBuf,
    base_url: String,
}

impl Issuer {
    /// Makes a signing key and its key set in `folder`.
    ///
    /// # Panics
    /// When the command refuses.
    pub fn new(folder: &Path, base_url: &str) -> Self {
        let issuer = Self {
            key: folder.join("signing.pem"),
            key_set: folder.join("signing.jwks.json"),
            base_url: base_url.to_owned(),
        };
        let key = issuer.key.display().to_string();
        roompass(&["keys", "new", &key]);
        fs::write(&issuer.key_set, roompass(&["keys", "export", &key]))
            .expect("the stage's folder is writable");
        issuer
    }

    /// The key set of this issuer and another one together.
    ///
    /// # Panics
    /// When the command refuses.
    pub fn key_set_with(&self, other: &Self) -> String {
        let keys = [&self.key, &other.key].map(|key| key.display().to_string());
        roompass(&["keys", "export", &keys[0], &keys[1]])
    }

    /// The signing key.
    pub fn key(&self) -> &Path {
        &self.key
    }

    /// The key set a shard is to trust.
    pub fn key_set(&self) -> &Path {
        &self.key_set
    }

    /// What stands before the room in every link.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Starts `roompass serve` with this key, and waits until it is healthy.
    ///
    /// # Panics
    /// When it does not get there.
    pub fn serve(&self, port: Port) -> Service {
        self.serve_with(port, &[])
    }

    /// The same with more arguments.
    ///
    /// # Panics
    /// When it does not start.
    pub fn serve_with(&self, port: Port, more: &[&str]) -> Service {
        let address = port.address();
        let mut roompass = Command::new(artifacts::roompass());
        roompass.args(["serve", "--listen", &address.to_string()]);
        roompass.arg("--key").arg(&self.key);
        roompass.args(["--base-url", &self.base_url]).args(more);
        let console = self.key.with_extension("log");
        let mut process = Process::spawn("issuer", &roompass, &console);
        process.wait_until_ready(|| {
            get(address, "/healthz").is_some_and(|answer| answer.status == 200)
        });
        Service { port, process }
    }

    /// Begins a link to `room`.
    pub fn issue(&self, room: &str) -> Issue {
        let key = self.key.display().to_string();
        let arguments = ["issue", room, "--key", &key, "--base-url", &self.base_url];
        Issue(arguments.map(str::to_owned).to_vec())
    }
}

/// A running `roompass serve`.
#[derive(Debug)]
pub struct Service {
    port: Port,
    process: Process,
}

impl Service {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.port.address()
    }

    /// Stops it.
    ///
    /// # Panics
    /// When it does not stop.
    pub fn stop(self) {
        self.process.stop();
    }
}

/// A link that is about to be issued.
#[derive(Clone, Debug)]
pub struct Issue(Vec<String>);

impl Issue {
    /// Names the guest.
    #[must_use]
    pub fn name(self, name: &str) -> Self {
        self.with(&["--name", name])
    }

    /// Makes the guest an owner of the room.
    #[must_use]
    pub fn owner(self) -> Self {
        self.with(&["--owner"])
    }

    /// Sets the lifetime, such as `2h`.
    #[must_use]
    pub fn lasting(self, lifetime: &str) -> Self {
        self.with(&["--for", lifetime])
    }

    /// Adds any other argument of `roompass issue`.
    #[must_use]
    pub fn with(mut self, arguments: &[&str]) -> Self {
        self.0
            .extend(arguments.iter().map(|argument| (*argument).to_owned()));
        self
    }

    /// The link, as the command prints it.
    ///
    /// # Panics
    /// When the command refuses.
    pub fn link(self) -> Link {
        let arguments: Vec<&str> = self.0.iter().map(String::as_str).collect();
        Link::parse(roompass(&arguments).trim_end())
    }
}

fn roompass(arguments: &[&str]) -> String {
    let output = Command::new(artifacts::roompass())
        .args(arguments)
        .output()
        .expect("roompass can be started");
    printed(arguments, &output)
}

fn printed(arguments: &[&str], output: &Output) -> String {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "roompass {arguments:?}: {errors}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
