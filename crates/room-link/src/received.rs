//! A link as a guest has it, taken apart as Jitsi's client does. Nothing in it is believed.

use std::fmt;

use room_token::{RoomName, RoomNameError};
use thiserror::Error;
use url::Url;

use crate::part;

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

    /// Whether it is the fragment that has the token, which no server sees.
    pub fn is_in_fragment(&self) -> bool {
        fragment_value(&self.url).is_some_and(|value| quoted(&value).is_some())
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
    /// What somebody typed for a room: its name, or `[tenant]room` as Prosody has it.
    ///
    /// # Errors
    /// [`RoomNameError`] says what to type instead.
    pub fn parse(typed: &str) -> Result<Self, RoomNameError> {
        let parts = typed.trim().strip_prefix('[');
        let (tenant, name) = match parts.and_then(|rest| rest.split_once(']')) {
            Some((tenant, name)) => (Some(tenant.to_ascii_lowercase()), name),
            None => (None, typed),
        };
        let room = RoomName::parse(name)?;
        if let Some(tenant) = &tenant {
            room.in_tenant(tenant)?;
        }
        Ok(Self { tenant, room })
    }

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
    // Browsers write a space so.
    part(&url.query()?.replace('+', "%20"), name)
}

fn fragment_value(url: &Url) -> Option<String> {
    part(url.fragment()?, "jwt")
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
mod tests;
