//! A link as a guest has it, taken apart as Jitsi's client does. Nothing in it is believed.

use std::fmt;

use percent_encoding::percent_decode_str;
use room_token::{RoomName, RoomNameError};
use thiserror::Error;
use url::Url;

/// `https://HOST/ROOM?jwt=TOKEN`, or the URL a client makes of it.
#[derive(Clone, Eq, PartialEq)]
pub struct ReceivedLink {
    url: Url,
    token: String,
}

/// A room, and the tenant under which it is reached, if any.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Place {
    /// Jitsi's tenant, the part of the path before the room.
    pub tenant: Option<String>,
    /// The room.
    pub room: RoomName,
}

impl ReceivedLink {
    /// Whether a text is meant as a link rather than as a token.
    pub fn is_meant(text: &str) -> bool {
        ["://", "jwt=", "token="]
            .iter()
            .any(|mark| text.contains(mark))
    }

    /// Takes a link apart; one without a token is still a link.
    ///
    /// # Errors
    /// [`ReceivedLinkError::NoAddress`] and [`ReceivedLinkError::NotWeb`].
    pub fn parse(text: &str) -> Result<Self, ReceivedLinkError> {
        let text = text.trim();
        let scheme = if text.contains("://") { "" } else { "https://" };
        let url = Url::parse(&format!("{scheme}{text}"))
            .map_err(|why| ReceivedLinkError::NoAddress { why })?;
        if !["http", "https", "ws", "wss"].contains(&url.scheme()) || !url.has_host() {
            return Err(ReceivedLinkError::NotWeb);
        }
        let token = token_of(&url).unwrap_or_default();
        Ok(Self { url, token })
    }

    /// The token, or nothing.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// All of it.
    pub const fn url(&self) -> &Url {
        &self.url
    }

    /// `#jwt=` without quotation marks, which Jitsi's client passes over.
    pub fn has_unquoted_fragment(&self) -> bool {
        fragment_value(&self.url).is_some_and(|value| quoted(&value).is_none())
    }

    /// The room, as Jitsi's client would call it.
    ///
    /// # Errors
    /// [`ReceivedLinkError::NoRoom`] and [`ReceivedLinkError::Room`].
    pub fn place(&self) -> Result<Place, ReceivedLinkError> {
        let (tenant, name) = match self.url.scheme() {
            "ws" | "wss" => (
                query_value(&self.url, "prefix"),
                query_value(&self.url, "room"),
            ),
            _web => from_path(&self.url),
        };
        let name = name.ok_or(ReceivedLinkError::NoRoom)?;
        let room = RoomName::parse(&name).map_err(ReceivedLinkError::Room)?;
        Ok(Place { tenant, room })
    }
}

/// Shows neither the token nor anything else of the query.
impl fmt::Debug for ReceivedLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (host, path) = (self.url.host_str().unwrap_or_default(), self.url.path());
        write!(
            f,
            "ReceivedLink({host}{path}, {} bytes of token)",
            self.token.len()
        )
    }
}

impl Place {
    /// The room's name inside Prosody: a tenant stands in brackets before it.
    pub fn node(&self) -> String {
        match &self.tenant {
            Some(tenant) => format!("[{tenant}]{}", self.room),
            None => self.room.as_str().to_owned(),
        }
    }
}

/// The last part of the path is the room, the one before it the tenant.
fn from_path(url: &Url) -> (Option<String>, Option<String>) {
    let parts = url.path().split('/').filter(|part| !part.is_empty());
    let mut from_end = parts.rev();
    let room = from_end.next().map(str::to_owned);
    let tenant = from_end.next().map(str::to_ascii_lowercase);
    (tenant, room)
}

/// The fragment first, as in `parseJWTFromURLParams` of Jitsi's client, then the query.
fn token_of(url: &Url) -> Option<String> {
    fragment_value(url)
        .and_then(|value| quoted(&value))
        .or_else(|| query_value(url, "jwt"))
        .or_else(|| query_value(url, "token"))
}

fn query_value(url: &Url, name: &str) -> Option<String> {
    let values = url.query_pairs().filter(|(key, _)| key == name);
    values.last().map(|(_, value)| value.into_owned())
}

fn fragment_value(url: &Url) -> Option<String> {
    let mut parts = url.fragment()?.split('&');
    let value = parts.find_map(|part| part.strip_prefix("jwt="))?;
    Some(percent_decode_str(value).decode_utf8_lossy().into_owned())
}

/// The client reads a fragment's values as JSON.
fn quoted(value: &str) -> Option<String> {
    serde_json::from_str(value).ok()
}

/// Why a text is not a link to a room.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum ReceivedLinkError {
    /// Not an address at all.
    #[error("this is not a link: {why}; a link looks like https://meet.example.org/ROOM?jwt=TOKEN")]
    NoAddress {
        /// What the reader of addresses says.
        why: url::ParseError,
    },
    /// There is no path.
    #[error("the link names no room; a link looks like https://meet.example.org/ROOM?jwt=TOKEN")]
    NoRoom,
    /// An address of something else.
    #[error("this is not a web link; a link looks like https://meet.example.org/ROOM?jwt=TOKEN")]
    NotWeb,
    /// A room that cannot be.
    #[error("the room of the link: {0}")]
    Room(RoomNameError),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_where_jitsi_reads_it() {
        for (link, token) in [
            ("https://m.example/standup?jwt=a.b.c", "a.b.c"),
            ("m.example/standup?jwt=a.b.c", "a.b.c"),
            ("https://m.example/standup#jwt=%22a.b.c%22", "a.b.c"),
            (
                "https://m.example/standup#jwt=\"a.b.c\"&config.x=1",
                "a.b.c",
            ),
            (
                "https://m.example/standup?jwt=query#config.x=1&jwt=%22a.b.c%22",
                "a.b.c",
            ),
            ("https://m.example/standup?jwt=a.b.c#jwt=unquoted", "a.b.c"),
            ("https://m.example/standup?jwt=first&jwt=a.b.c", "a.b.c"),
            (
                "wss://m.example/xmpp-websocket?room=standup&token=a.b.c",
                "a.b.c",
            ),
            ("https://m.example/standup", ""),
        ] {
            let received = ReceivedLink::parse(link).unwrap();
            assert_eq!(received.token(), token, "{link}");
            assert!(!format!("{received:?}").contains("b.c"), "{received:?}");
        }
        let bare = ReceivedLink::parse("https://m.example/standup#jwt=a.b.c").unwrap();
        assert!(bare.has_unquoted_fragment());
        assert_eq!(bare.token(), "");
    }

    #[test]
    fn the_room_is_the_one_jitsi_would_open() {
        for (link, node) in [
            ("https://m.example/Standup?jwt=x", "standup"),
            ("https://m.example/My%20Room", "my%20room"),
            ("https://m.example/Überraum", "%c3%bcberraum"),
            ("https://m.example/Sales/Standup", "[sales]standup"),
            (
                "wss://m.example/xmpp-websocket?room=my%20room&token=x",
                "my%20room",
            ),
            (
                "wss://m.example/xmpp-websocket?prefix=sales&room=standup",
                "[sales]standup",
            ),
        ] {
            assert_eq!(
                ReceivedLink::parse(link).unwrap().place().unwrap().node(),
                node,
                "{link}"
            );
        }
        for link in [
            "https://m.example/?jwt=x",
            "wss://m.example/xmpp-websocket?token=x",
            "https://m.example/!",
        ] {
            assert!(
                ReceivedLink::parse(link).unwrap().place().is_err(),
                "{link}"
            );
        }
    }

    #[test]
    fn what_is_not_a_link_is_said_to_be_none() {
        for text in ["ftp://m.example/standup", "https://", "://"] {
            assert!(ReceivedLink::parse(text).is_err(), "{text}");
        }
        assert!(!ReceivedLink::is_meant("eyJhbGciOiJFZERTQSJ9.e30.c2ln"));
        assert!(ReceivedLink::is_meant("m.example/standup?jwt=x"));
    }
}
