//! The stand-in for Jitsi's focus.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::artifacts;
use crate::process::Process;
use crate::shard::{SECRET, Shard};

/// The focus of one shard (`guests/focus.py`).
#[derive(Debug)]
pub struct Focus {
    log: PathBuf,
    process: Process,
}

impl Focus {
    /// The JID to which guests send their conference request.
    pub const COMPONENT: &str = "focus.localhost";
    /// The JID by which a guest could reach it past the component.
    pub const CLIENT: &str = "focus@auth.localhost/focus";

    /// Starts the focus of a running shard and waits until it is logged in.
    ///
    /// # Panics
    /// When it cannot log in.
    pub fn start(shard: &Shard) -> Self {
        let mut focus = Self::spawn(shard);
        focus.wait_until_ready();
        focus
    }

    pub(crate) fn spawn(shard: &Shard) -> Self {
        let mut python = Command::new("/usr/bin/python3");
        python.arg(artifacts::guest("focus.py"));
        python.args(["--client-port", &shard.client_port().to_string()]);
        python.args(["--component-port", &shard.component_port().to_string()]);
        python.args(["--password", SECRET, "--secret", SECRET]);
        let log = shard.folder().join("focus.log");
        let name = format!("focus of {}", shard.name());
        Self {
            process: Process::spawn(&name, &python, &log),
            log,
        }
    }

    pub(crate) fn wait_until_ready(&mut self) {
        let log = self.log.clone();
        let said_so = || lines(&log).iter().any(|line| line == "ready");
        self.process.wait_until_ready(said_so);
    }

    /// The rooms of all conference requests that reached it, in order.
    pub fn seen(&self) -> Vec<String> {
        let lines = lines(&self.log);
        let rooms = lines
            .iter()
            .filter_map(|line| line.strip_prefix("conference "));
        rooms.map(str::to_owned).collect()
    }
}

fn lines(log: &PathBuf) -> Vec<String> {
    let text = fs::read_to_string(log).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}
