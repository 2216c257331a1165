//! Guests that are not our own code, and one that is.

use std::process::Command;

use serde::Serialize;

use crate::artifacts;
use crate::focus::Focus;
use crate::link::Link;
use crate::report::Report;
use crate::shard::{ROOM_HOST, SECRET, Shard};
use crate::visit::Visit;

/// What a guest is to do, as its program reads it.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Plan {
    service: String,
    domain: String,
    room: String,
    nick: String,
    focus: Option<String>,
    token: Option<String>,
    claims_ownership: bool,
    lists_rooms: bool,
    port: Option<u16>,
    jid: Option<String>,
    password: Option<String>,
    room_password: Option<String>,
    language: Option<String>,
}

/// Somebody who wants to enter a room.
#[derive(Clone)]
pub struct Guest {
    program: &'static str,
    scheme: &'static str,
    path: &'static str,
    authority: String,
    room: String,
    room_query: Option<String>,
    more_query: String,
    room_host: String,
    plan: Plan,
}

impl Guest {
    /// A guest on strophe.js, the library under Jitsi's own client, over WebSocket.
    pub fn strophe(link: &Link) -> Self {
        Self::new("strophe.mjs", link)
    }

    /// A guest whose connection breaks when it is told to ([`Visit::tear`]), and is taken up again ([`Visit::resume`]).
    pub fn that_resumes(link: &Link) -> Self {
        Self::new("resume.mjs", link)
    }

    /// A guest on slixmpp over TCP, without an account.
    pub fn slixmpp(shard: &Shard, room: &str) -> Self {
        let mut guest = Self::new("slixmpp_guest.py", &Link::new("", room, None));
        guest.plan.port = Some(shard.client_port());
        guest.plan.jid = Some("localhost".to_owned());
        guest.plan.focus = None;
        guest
    }

    /// An administrator on slixmpp over TCP.
    pub fn admin(shard: &Shard, room: &str) -> Self {
        let mut guest = Self::slixmpp(shard, room);
        guest.plan.jid = Some("admin@auth.localhost".to_owned());
        guest.plan.password = Some(SECRET.to_owned());
        guest
    }

    fn new(program: &'static str, link: &Link) -> Self {
        Self {
            program,
            scheme: "ws",
            path: "xmpp-websocket",
            authority: link.authority().to_owned(),
            room: link.room().to_lowercase(),
            room_query: Some(link.room().to_owned()),
            more_query: String::new(),
            room_host: ROOM_HOST.to_owned(),
            plan: Plan {
                domain: "localhost".to_owned(),
                nick: "guest".to_owned(),
                focus: Some(Focus::COMPONENT.to_owned()),
                token: link.token().map(str::to_owned),
                ..Plan::default()
            },
        }
    }

    /// Over BOSH instead of WebSocket.
    #[must_use]
    pub fn over_bosh(mut self) -> Self {
        self.scheme = "http";
        self.path = "http-bind";
        self
    }

    /// With a browser whose reader reads these languages (`Accept-Language`).
    #[must_use]
    pub fn reading(mut self, languages: &str) -> Self {
        self.plan.language = Some(languages.to_owned());
        self
    }

    /// Past the router, straight to a shard.
    #[must_use]
    pub fn straight_to(mut self, shard: &Shard) -> Self {
        self.authority = format!("localhost:{}", shard.http_port());
        self
    }

    /// Under this name.
    #[must_use]
    pub fn named(mut self, nick: &str) -> Self {
        nick.clone_into(&mut self.plan.nick);
        self
    }

    /// Wants to enter this room, whatever the link and the connection say.
    #[must_use]
    pub fn into_room(mut self, room: &str) -> Self {
        room.clone_into(&mut self.room);
        self
    }

    /// Another `?room=` on the connection, or none.
    #[must_use]
    pub fn with_room_query(mut self, room: Option<&str>) -> Self {
        self.room_query = room.map(str::to_owned);
        self
    }

    /// One more parameter in the URL of the connection.
    #[must_use]
    pub fn with_query(mut self, name: &str, value: &str) -> Self {
        let encoded = value.bytes().map(|byte| format!("%{byte:02X}"));
        self.more_query.push('&');
        self.more_query.push_str(name);
        self.more_query.push('=');
        self.more_query.extend(encoded);
        self
    }

    /// Logs in on another host.
    #[must_use]
    pub fn logging_in_at(mut self, host: &str) -> Self {
        host.clone_into(&mut self.plan.domain);
        self
    }

    /// On another room host.
    #[must_use]
    pub fn on_host(mut self, host: &str) -> Self {
        host.clone_into(&mut self.room_host);
        self
    }

    /// Asks another focus for the conference.
    #[must_use]
    pub fn asking(mut self, focus: &str) -> Self {
        self.plan.focus = Some(focus.to_owned());
        self
    }

    /// Does not ask for the conference, but joins at once.
    #[must_use]
    pub fn without_asking(mut self) -> Self {
        self.plan.focus = None;
        self
    }

    /// With this as the room's password.
    #[must_use]
    pub fn with_room_password(mut self, password: &str) -> Self {
        self.plan.room_password = Some(password.to_owned());
        self
    }

    /// Then tries to lock the room, as only its owner may.
    #[must_use]
    pub fn claiming_ownership(mut self) -> Self {
        self.plan.claims_ownership = true;
        self
    }

    /// Then looks at the room host's list of rooms.
    #[must_use]
    pub fn listing_rooms(mut self) -> Self {
        self.plan.lists_rooms = true;
        self
    }

    /// Goes there, says how it went, and leaves.
    ///
    /// # Panics
    /// When its program breaks.
    pub fn run(self) -> Report {
        self.stay().leave()
    }

    /// Goes there, says how it went, and stays.
    ///
    /// # Panics
    /// When its program breaks.
    pub fn stay(self) -> Visit {
        Visit::begin(&self.command(), &self.plan())
    }

    fn command(&self) -> Command {
        let program = artifacts::guest(self.program);
        let is_python = program.extension().is_some_and(|ending| ending == "py");
        let mut command = Command::new(if is_python {
            "/usr/bin/python3"
        } else {
            "node"
        });
        command.arg(program);
        command
    }

    fn plan(&self) -> Plan {
        let room = self.room_query.iter().map(|room| format!("room={room}"));
        let token = self.plan.token.iter().map(|token| format!("token={token}"));
        let query: Vec<String> = room.chain(token).collect();
        Plan {
            service: format!(
                "{}://{}/{}?{}{}",
                self.scheme,
                self.authority,
                self.path,
                query.join("&"),
                self.more_query,
            ),
            room: format!("{}@{}", self.room, self.room_host),
            ..self.plan.clone()
        }
    }
}
