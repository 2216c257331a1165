//! The address of a room's page, as a browser asked for it, taken apart as Jitsi's client does. Nothing in it is
//! believed.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use room_link::{ReceivedLink, part};
use room_token::RoomName;
use thiserror::Error;

use crate::Kept;

/// A room, the token that was brought, and the rest of the query.
#[derive(Clone, Eq, PartialEq)]
pub struct Address {
    room: RoomName,
    token: Option<String>,
    is_in_fragment: bool,
    rest: Vec<String>,
}

impl Address {
    /// Bytes; nginx takes no longer line by default.
    pub const MAX_BYTES: usize = 8 * 1024;

    /// Takes what stands behind the host: `/ROOM?jwt=TOKEN` or `/TENANT/ROOM`, still encoded.
    ///
    /// Where `jwt` stands twice the last counts, as for Jitsi's client.
    ///
    /// # Errors
    /// [`AddressError`] for what is no room's page.
    pub fn parse(uri: &str) -> Result<Self, AddressError> {
        if uri.len() > Self::MAX_BYTES {
            return Err(AddressError::Long);
        }
        let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
        Ok(Self {
            room: room(path).ok_or(AddressError::NoRoom)?,
            token: part(query, "jwt").filter(|token| !token.is_empty()),
            is_in_fragment: false,
            rest: rest(query),
        })
    }

    /// Takes a whole link, as somebody pastes it, also with the token in its fragment. Its host is of no account: what
    /// comes of it stays on this one.
    ///
    /// # Errors
    /// [`AddressError`].
    pub fn pasted(text: &str) -> Result<Self, AddressError> {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let link = ReceivedLink::parse(&text).map_err(|_| AddressError::NoRoom)?;
        let url = link.url();
        let page = Self::parse(url.path())?;
        let token = Some(link.token().to_owned());
        Ok(Self {
            token: token.filter(|token| !token.is_empty()),
            is_in_fragment: link.is_in_fragment(),
            rest: rest(url.query().unwrap_or_default()),
            ..page
        })
    }

    /// The page of a room.
    pub fn of(room: RoomName) -> Self {
        Self {
            room,
            token: None,
            is_in_fragment: false,
            rest: Vec::new(),
        }
    }

    /// The room, in its tenant if it has one.
    pub const fn room(&self) -> &RoomName {
        &self.room
    }

    /// The token in it.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// The token in it, as a cookie would keep it.
    pub fn brought(&self) -> Option<Kept<'_>> {
        let token = self.token()?;
        Some(Kept {
            token,
            is_in_fragment: self.is_in_fragment,
        })
    }

    /// The same page, spelled as the room's name is.
    pub fn again(&self) -> String {
        match self.brought() {
            Some(token) => self.with_token(token),
            None => self.without_token(),
        }
    }

    /// The same room's page on this host, with a token where it came from; what else was asked for stays.
    pub fn with_token(&self, kept: Kept<'_>) -> String {
        let token = utf8_percent_encode(kept.token, NOT_OF_A_TOKEN);
        if kept.is_in_fragment {
            // The client reads it as JSON.
            return format!("{}#jwt=%22{token}%22", self.without_token());
        }
        let jwt = format!("jwt={token}");
        let parts: Vec<_> = [jwt.as_str()]
            .into_iter()
            .chain(self.rest.iter().map(String::as_str))
            .collect();
        format!("{}?{}", path(&self.room), parts.join("&"))
    }

    fn without_token(&self) -> String {
        if self.rest.is_empty() {
            return path(&self.room);
        }
        format!("{}?{}", path(&self.room), self.rest.join("&"))
    }
}

/// What was pasted for a token may be anything, and comes back in a header.
const NOT_OF_A_TOKEN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

/// The page of a room on this host.
pub(crate) fn path(room: &RoomName) -> String {
    format!("/{}", room.path())
}

/// One part is a room, two are a tenant and its room. nginx takes several slashes for one, so that `//ROOM` is served like
/// `/ROOM`.
fn room(path: &str) -> Option<RoomName> {
    let path = path.strip_prefix('/')?;
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    match (parts.next(), parts.next(), parts.next()) {
        (Some(room), None, None) => RoomName::parse(room).ok(),
        (Some(tenant), Some(room), None) => RoomName::parse(room).ok()?.in_tenant(tenant).ok(),
        (_, _, _) => None,
    }
}

fn rest(query: &str) -> Vec<String> {
    let parts = query.split('&');
    let others = parts.filter(|part| !part.is_empty() && !part.starts_with("jwt="));
    others.map(str::to_owned).collect()
}

/// Without the token and whatever else the query has.
impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let token = if self.token.is_some() { "?jwt=…" } else { "" };
        write!(f, "Address({}{token})", path(&self.room))
    }
}

/// Why this is no room's page.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum AddressError {
    /// Over 8 KiB.
    #[error("the address is longer than 8 KiB; open the link of the invitation as it is")]
    Long,
    /// No name, or one that no room can have.
    #[error("the address names no room; it looks like /ROOM or /TENANT/ROOM")]
    NoRoom,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_a_room_and_perhaps_a_token() {
        for (uri, room, token) in [
            ("/Weekly%20Sync?jwt=a.b.c", "weekly%20sync", Some("a.b.c")),
            ("/acme/Board", "[acme]board", None),
            ("/sync?lang=de&jwt=a.b.c&x", "sync", Some("a.b.c")),
            ("/sync?jwt=one&jwt=two", "sync", Some("two")),
            ("/sync?jwt=", "sync", None),
            ("/sync?notjwt=x", "sync", None),
            ("/sync;x", "syncx", None),
            ("//sync", "sync", None),
            ("/sync/", "sync", None),
            ("/a//sync", "[a]sync", None),
        ] {
            let address = Address::parse(uri).unwrap();
            assert_eq!(address.room().as_str(), room, "{uri}");
            assert_eq!(address.token(), token, "{uri}");
        }
    }

    #[test]
    fn what_names_no_room_is_no_page_of_one() {
        for uri in [
            "",
            "/",
            "//",
            "/a/b/c",
            "/%2e%2e",
            "/..",
            "/a/..",
            "sync",
            "https://evil.example/sync",
            "/%2541",
        ] {
            assert_eq!(Address::parse(uri), Err(AddressError::NoRoom), "{uri}");
        }
        let long = format!("/sync?jwt={}", "a".repeat(Address::MAX_BYTES));
        assert_eq!(Address::parse(&long), Err(AddressError::Long));
    }

    #[test]
    fn the_way_back_stays_on_this_host_and_keeps_the_rest() {
        let address = Address::parse("/acme/Weekly%20Sync?lang=de&jwt=old&x=1").unwrap();
        let mut kept = Kept {
            token: "a.b.c",
            is_in_fragment: false,
        };
        assert_eq!(
            address.with_token(kept),
            "/acme/weekly%20sync?jwt=a.b.c&lang=de&x=1"
        );
        kept.is_in_fragment = true;
        assert_eq!(
            address.with_token(kept),
            "/acme/weekly%20sync?lang=de&x=1#jwt=%22a.b.c%22"
        );
        assert!(!format!("{address:?}").contains("old"));
    }

    #[test]
    fn a_pasted_link_is_taken_from_any_host_and_mended_where_mail_broke_it() {
        for (text, page) in [
            ("https://meet.example.org/sync?jwt=a.b.c", "/sync?jwt=a.b.c"),
            (
                "  https://meet.example.org/sync?jwt=a.\n b.c ",
                "/sync?jwt=a.b.c",
            ),
            ("meet.example.org/sync?jwt=a.b.c", "/sync?jwt=a.b.c"),
            (
                "https://meet.example.org/sync#jwt=%22a.b.c%22",
                "/sync#jwt=%22a.b.c%22",
            ),
            ("https://evil.example/sync?jwt=a.b.c", "/sync?jwt=a.b.c"),
            (
                "https://a.example/sync?jwt=a%0d%0aSet-Cookie:x",
                "/sync?jwt=a%0D%0ASet-Cookie%3Ax",
            ),
            (
                "https://a.example/sync#jwt=%22a%0d%0aSet-Cookie:x%22",
                "/sync",
            ),
        ] {
            assert_eq!(Address::pasted(text).unwrap().again(), page, "{text}");
        }
        assert!(Address::pasted("https://a.example/").is_err() && Address::pasted("").is_err());
    }
}
