//! `HAProxy`, which sends everything about one room to one shard.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::http;
use crate::port::Port;
use crate::process::Process;
use crate::shard::Shard;
use crate::template::fill;

const CONFIG: &str = include_str!("../haproxy.cfg.tmpl");

/// The front door of the stage.
#[derive(Debug)]
pub struct Router {
    folder: PathBuf,
    port: Port,
    process: Option<Process>,
}

impl Router {
    /// Writes the router's configuration; nothing runs yet.
    ///
    /// `page` answers everything that is not XMPP; without one that is a 404.
    ///
    /// # Panics
    /// When the folder cannot be written.
    pub fn prepare(folder: &Path, port: Port, shards: &[Shard], page: Option<SocketAddr>) -> Self {
        let words = [
            ("ADDRESS", port.address().to_string()),
            ("SHARDS", shards.iter().map(server).collect()),
            ("PAGE", page_lines(page)),
        ];
        let router = Self {
            folder: folder.to_owned(),
            port,
            process: None,
        };
        fs::write(router.config_file(), fill(CONFIG, &words))
            .expect("the stage's folder is writable");
        router
    }

    /// Starts `HAProxy` and waits until it routes.
    ///
    /// # Panics
    /// When it does not.
    pub fn start(&mut self) {
        let mut haproxy = Command::new("haproxy");
        haproxy.arg("-db").arg("-f").arg(self.config_file());
        let mut process = Process::spawn("router", &haproxy, &self.log_file());
        process.wait_until_ready(|| self.shard_of("readiness").is_some());
        self.process = Some(process);
    }

    /// What stands before the room in every link.
    pub fn base_url(&self) -> String {
        format!("http://localhost:{}", self.port.number())
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.port.address()
    }

    /// The shard that has this room, unless all are down.
    pub fn shard_of(&self, room: &str) -> Option<String> {
        let answer = http::get(self.address(), &format!("/http-bind?room={room}"))?;
        let shard = answer.header("x-jitsi-shard").map(str::to_owned);
        shard.filter(|_| answer.status == 200)
    }

    /// The first of `room-1`, `room-2`, … `room-99` that this shard has, if it has any.
    pub fn room_on(&self, shard: &str) -> Option<String> {
        (1..100)
            .map(|number| format!("room-{number}"))
            .find(|room| self.shard_of(room).as_deref() == Some(shard))
    }

    /// Its log so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    fn config_file(&self) -> PathBuf {
        self.folder.join("haproxy.cfg")
    }

    fn log_file(&self) -> PathBuf {
        self.folder.join("haproxy.log")
    }
}

fn server(shard: &Shard) -> String {
    format!(
        "\tserver {} 127.0.0.1:{} check\n",
        shard.name(),
        shard.http_port()
    )
}

fn page_lines(page: Option<SocketAddr>) -> String {
    page.map_or_else(
        || {
            "\thttp-request return status 404 content-type text/plain string \"no page here\""
                .to_owned()
        },
        |address| format!("\tserver page {address}"),
    )
}
