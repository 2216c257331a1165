//! A real Prosody on loopback, in a folder that a test may break.

mod files;
mod full_disk;
mod usage;
mod whole;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::artifacts;
use crate::http;
use crate::port::Port;
use crate::process::Process;
use crate::prosody::Prosody;
use crate::wait::PATIENCE;

/// The host of the rooms behind the gate.
pub const ROOM_HOST: &str = "conference.localhost";

pub(crate) const SECRET: &str = "only-for-the-stage";

/// In which form the gate stands before the rooms.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Gate {
    /// `mod_muc_roompass` among the modules of the room host.
    #[default]
    Module,
    /// `muc_roompass` as the room host's own type.
    Component,
    /// None at all, for comparison.
    Absent,
}

/// How Lua's garbage is collected there: `gc` of Prosody's configuration.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Collector {
    /// Prosody's own default: after each growth by 5 %.
    #[default]
    Prosodys,
    /// The default of docker-jitsi-meet: after each growth by half.
    Dockers,
}

/// How a shard differs from the ordinary one.
#[derive(Clone, Debug, Default)]
pub struct ShardPlan {
    /// Which Prosody it is.
    pub prosody: Prosody,
    /// The form of the gate.
    pub gate: Gate,
    /// Logs as operators do, and not every stanza.
    pub quiet: bool,
    /// How its garbage is collected.
    pub collector: Collector,
    /// How wrong its clock is, in seconds, such as `+600`.
    pub clock: Option<&'static str>,
    /// The disk that the door keeps its copies on has no byte left.
    pub has_full_disk: bool,
    /// More `roompass_*` options, as lines of Lua; a later one replaces an earlier.
    pub options: String,
    /// More lines for the host of the guests.
    pub client_host_lines: String,
    /// More lines for the host of the rooms.
    pub room_host_lines: String,
    /// More hosts, and what belongs to them.
    pub more_hosts: String,
}

/// One Prosody.
#[derive(Debug)]
pub struct Shard {
    name: String,
    folder: PathBuf,
    plan: ShardPlan,
    http: Port,
    clients: Port,
    components: Port,
    process: Option<Process>,
}

impl Shard {
    /// Lays out the shard's folder; nothing runs yet.
    ///
    /// # Panics
    /// When the folder cannot be written or something was not built.
    pub fn prepare(name: &str, folder: &Path, key_set: &Path, plan: &ShardPlan) -> Self {
        let shard = Self {
            name: name.to_owned(),
            folder: folder.join(name),
            plan: plan.clone(),
            http: Port::any(),
            clients: Port::any(),
            components: Port::any(),
            process: None,
        };
        shard.lay_out(key_set);
        shard
    }

    /// Starts Prosody and waits until it answers.
    ///
    /// # Panics
    /// When it does not.
    pub fn start(&mut self) {
        self.spawn();
        self.wait_until_ready();
    }

    pub(crate) fn spawn(&mut self) {
        let mut prosody = self.program();
        prosody.arg("-F").arg("--config").arg(self.config_file());
        if let Some(offset) = self.plan.clock {
            prosody.env("LD_PRELOAD", artifacts::faketime());
            prosody.envs([("FAKETIME", offset), ("FAKETIME_DONT_FAKE_MONOTONIC", "1")]);
        }
        let console = self.folder.join("console.log");
        let process = Process::spawn(&self.name, &prosody, &console).with_log(&self.log_file());
        self.process = Some(process);
    }

    fn program(&self) -> Command {
        let prosody = self.plan.prosody.program("prosody");
        if self.plan.has_full_disk {
            full_disk::at(&self.folder.join("data/roompass"), &prosody)
        } else {
            Command::new(prosody)
        }
    }

    pub(crate) fn wait_until_ready(&mut self) {
        let address = self.http.address();
        // Each host takes its time on a busy machine.
        let hosts = self.plan.more_hosts.matches("Component ").count();
        let patience = PATIENCE + Duration::from_secs(1) * u32::try_from(hosts).unwrap_or(60);
        if let Some(process) = &mut self.process {
            process.wait_until_ready_within(patience, || {
                http::get(address, "/http-bind").is_some_and(|answer| answer.status == 200)
            });
        }
    }

    /// Stops Prosody as an operator does.
    pub fn stop(&mut self) {
        if let Some(process) = self.process.take() {
            process.stop();
        }
    }

    /// Ends Prosody as a power cut does.
    pub fn kill(&mut self) {
        if let Some(process) = self.process.take() {
            process.kill();
        }
    }

    /// Its name, which the router shows to guests.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Port of WebSocket and BOSH.
    pub fn http_port(&self) -> u16 {
        self.http.number()
    }

    /// Port of ordinary XMPP clients.
    pub fn client_port(&self) -> u16 {
        self.clients.number()
    }

    /// Port of external components.
    pub fn component_port(&self) -> u16 {
        self.components.number()
    }

    /// Its log so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    /// The rooms behind the gate, as the shard's operator sees them.
    ///
    /// # Panics
    /// When the shard's shell does not answer.
    pub fn rooms(&self) -> Vec<String> {
        let answer = self.shell(&["muc", "list", ROOM_HOST]);
        let rooms = answer.lines().filter(|line| line.contains('@'));
        rooms.map(|line| line.trim().to_owned()).collect()
    }

    /// Reloads a module as an operator does.
    ///
    /// # Panics
    /// When the shard says that it could not.
    pub fn reload(&self, module: &str, host: &str) {
        self.shell(&["module", "reload", module, host]);
    }

    /// Reloads every part of the gate.
    pub fn reload_gate(&self) {
        self.reload("roompass", "localhost");
        self.reload("muc_roompass", ROOM_HOST);
    }

    /// What `prosodyctl shell` answers.
    ///
    /// # Panics
    /// When it answers with an error.
    pub fn shell(&self, command: &[&str]) -> String {
        self.try_shell(command)
            .unwrap_or_else(|error| panic!("{}: shell {command:?}: {error}", self.name))
    }

    /// What `prosodyctl shell` answers, or its complaint.
    ///
    /// # Errors
    /// When the shard says that it cannot do that.
    ///
    /// # Panics
    /// When Prosody's `prosodyctl` is not installed.
    pub fn try_shell(&self, command: &[&str]) -> Result<String, String> {
        let output = self
            .plan
            .prosody
            .command("prosodyctl")
            .arg("--config")
            .arg(self.config_file())
            .arg("shell")
            .args(command)
            .output()
            .expect("prosodyctl can be started");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        if output.status.success() {
            Ok(text)
        } else {
            Err(text + &String::from_utf8_lossy(&output.stderr))
        }
    }
}
