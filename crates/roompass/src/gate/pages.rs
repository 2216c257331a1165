//! What a gate is told beside keys, whether it runs by itself or beside an issuer.

use std::time::Duration;

use guest_gate::Conferences;
use room_token::RoomPattern;
use tokio::sync::watch;
use url::Url;

use crate::failure::Failure;
use crate::http;

#[derive(Debug, clap::Args)]
pub(crate) struct PageArgs {
    /// A room, or `prefix*`, that the door lets people into without a link; may be given again, or several with commas between
    #[arg(
        long,
        value_name = "ROOM",
        env = "ROOMPASS_OPEN_ROOMS",
        value_delimiter = ','
    )]
    open_room: Vec<String>,

    /// Where the rooms are, `hosts.muc` of Jitsi's config.js: judge Jicofo's HTTP conference requests too
    #[arg(long, value_name = "HOST", env = "ROOMPASS_MUC")]
    muc: Option<String>,

    /// Say that the server cannot be reached while this address, `/http-bind` of the shards, does not answer
    #[arg(long, value_name = "URL", env = "ROOMPASS_XMPP")]
    xmpp: Option<String>,
}

impl PageArgs {
    /// Whether anything was said.
    pub(crate) fn is_used(&self) -> bool {
        !self.open_room.is_empty() || self.muc.is_some() || self.xmpp.is_some()
    }

    pub(crate) fn open_rooms(&self) -> Result<Vec<RoomPattern>, Failure> {
        let pattern = |text: &String| {
            RoomPattern::from_canonical(text)
                .map_err(|e| Failure::because(&format!("--open-room {text}"), &e))
        };
        self.open_room.iter().map(pattern).collect()
    }

    pub(crate) fn conferences(&self) -> Result<Option<Conferences>, Failure> {
        let at = |host: &String| {
            Conferences::at(host).map_err(|e| Failure::because(&format!("--muc {host}"), &e))
        };
        self.muc.as_ref().map(at).transpose()
    }

    /// Whether the shards answer, looked at for as long as somebody wants to know.
    pub(crate) fn reachable(&self) -> Result<watch::Receiver<bool>, Failure> {
        let (sender, receiver) = watch::channel(true);
        if let Some(typed) = &self.xmpp {
            let url = address(typed)?;
            std::thread::spawn(move || watch_over(&url, &sender));
        }
        Ok(receiver)
    }
}

fn address(typed: &str) -> Result<Url, Failure> {
    let url = Url::parse(typed).ok();
    let url = url.filter(|url| ["http", "https"].contains(&url.scheme()) && url.has_host());
    url.ok_or_else(|| {
        Failure::new(
            format!("--xmpp {typed} is no address to ask"),
            "write it like http://127.0.0.1:5280/http-bind, as the web server asks it",
        )
    })
}

/// Between two questions. After a miss the next comes sooner, and counts: one lost answer is nobody's trouble.
const PAUSE: Duration = Duration::from_secs(5);
const SOON: Duration = Duration::from_secs(1);
const PATIENCE: Duration = Duration::from_secs(3);
const MISSES: u32 = 2;

fn watch_over(url: &Url, sender: &watch::Sender<bool>) {
    let agent = http::agent(PATIENCE, 0, false);
    let mut misses = 0;
    while !sender.is_closed() {
        let answered = agent.get(url.as_str()).call();
        // A proxy without a shard behind it says 502 or 503.
        let is_there = answered.is_ok_and(|answer| answer.status().as_u16() < 500);
        misses = if is_there { 0 } else { misses + 1 };
        let is_reachable = misses < MISSES;
        if sender.send_replace(is_reachable) != is_reachable {
            crate::talk(&told(url, is_reachable));
        }
        std::thread::sleep(if misses == 1 { SOON } else { PAUSE });
    }
}

fn told(url: &Url, is_reachable: bool) -> String {
    if is_reachable {
        format!("roompass: {url} answers again")
    } else {
        format!(
            "roompass: warning: {url} does not answer; guests with good links are told so until it does"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_that_can_be_asked() {
        assert!(address("http://127.0.0.1:5280/http-bind").is_ok());
        for typed in ["127.0.0.1:5280", "ftp://m.example", "/http-bind", ""] {
            assert!(address(typed).is_err(), "{typed}");
        }
    }
}
