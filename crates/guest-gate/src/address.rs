//! The address of a room's page, as a browser asked for it, taken apart as Jitsi's client does. Nothing in it is
//! believed.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use room_token::RoomName;
use thiserror::Error;
use url::Url;

/// A room, the token that was brought, and the rest of the query.
#[derive(Clone, Eq, PartialEq)]
pub struct Address {
    room: RoomName,
    token: Option<String>,
    rest: Vec<String>,
}

impl Address {
    /// Bytes; nginx takes no longer line by default.
    pub const MAX_BYTES: usize = 8 * 1024;

    /// Takes what stands behind the host: `/ROOM?jwt=TOKEN` or `/TENANT/ROOM`, still encoded.
    ///
    /// Where `jwt` stands twice the first counts, as for Jitsi's client (`parseURLParams`).
    ///
    /// # Errors
    /// [`AddressError`] for what is no room's page.
    pub fn parse(uri: &str) -> Result<Self, AddressError> {
        if uri.len() > Self::MAX_BYTES {
            return Err(AddressError::Long);
        }
        let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
        let room = room(path).ok_or(AddressError::NoRoom)?;
        let (tokens, rest): (Vec<_>, Vec<_>) = query
            .split('&')
            .filter(|part| !part.is_empty())
            .partition(|part| part.starts_with("jwt="));
        let token = tokens.first().and_then(|part| part.strip_prefix("jwt="));
        Ok(Self {
            room,
            token: token.map(decoded).filter(|token| !token.is_empty()),
            rest: rest.into_iter().map(str::to_owned).collect(),
        })
    }

    /// Takes a whole link, as somebody pastes it, also with the token in its fragment. Its host is of no account: what
    /// comes of it stays on this one.
    ///
    /// # Errors
    /// [`AddressError`].
    pub fn pasted(text: &str) -> Result<Self, AddressError> {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let scheme = if text.contains("://") { "" } else { "https://" };
        let url = Url::parse(&format!("{scheme}{text}")).map_err(|_| AddressError::NoRoom)?;
        let fragment = url.fragment().and_then(|text| text.strip_prefix("jwt="));
        let fragment = fragment.map(|text| decoded(text).trim_matches('"').to_owned());
        let query = url.query().unwrap_or_default();
        let mut address = Self::parse(&format!("{}?{query}", url.path()))?;
        address.token = fragment.or(address.token);
        Ok(address)
    }

    /// The room, in its tenant if it has one.
    pub const fn room(&self) -> &RoomName {
        &self.room
    }

    /// The token in it.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// The same page, spelled as the room's name is.
    pub fn again(&self) -> String {
        match &self.token {
            Some(token) => self.with_token(token),
            None => path(&self.room),
        }
    }

    /// The same room's page on this host, with a token; what else was asked for stays.
    pub fn with_token(&self, token: &str) -> String {
        let token = utf8_percent_encode(token, NOT_OF_A_TOKEN);
        let mut page = format!("{}?jwt={token}", path(&self.room));
        for part in &self.rest {
            page.push('&');
            page.push_str(part);
        }
        page
    }
}

/// What was pasted for a token may be anything, and comes back in a header.
const NOT_OF_A_TOKEN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

/// The page of a room on this host.
pub(crate) fn path(room: &RoomName) -> String {
    format!("/{}", room.path())
}

/// One part is a room, two are a tenant and its room.
fn room(path: &str) -> Option<RoomName> {
    let path = path.strip_prefix('/')?;
    let mut parts = path.split('/');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(room), None, None) => RoomName::parse(room).ok(),
        (Some(tenant), Some(room), None) => RoomName::parse(room).ok()?.in_tenant(tenant).ok(),
        (_, _, _) => None,
    }
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
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
            ("/sync?jwt=one&jwt=two", "sync", Some("one")),
            ("/sync?jwt=", "sync", None),
            ("/sync?notjwt=x", "sync", None),
            ("/sync;x", "syncx", None),
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
            "//sync",
            "/a//sync",
            "/a/b/c",
            "/%2e%2e",
            "/..",
            "/a/..",
            "/sync/",
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
        assert_eq!(
            address.with_token("a.b.c"),
            "/acme/weekly%20sync?jwt=a.b.c&lang=de&x=1"
        );
        assert!(!format!("{address:?}").contains("old"));
    }

    #[test]
    fn a_pasted_link_is_taken_from_any_host_and_mended_where_mail_broke_it() {
        for text in [
            "https://meet.example.org/sync?jwt=a.b.c",
            "  https://meet.example.org/sync?jwt=a.\n b.c ",
            "meet.example.org/sync?jwt=a.b.c",
            "https://meet.example.org/sync#jwt=%22a.b.c%22",
            "https://evil.example/sync?jwt=a.b.c",
        ] {
            let address = Address::pasted(text).unwrap();
            assert_eq!(
                address.with_token(address.token().unwrap()),
                "/sync?jwt=a.b.c"
            );
        }
        let hostile = Address::pasted("https://a.example/sync?jwt=a%0d%0aSet-Cookie:x").unwrap();
        assert_eq!(
            hostile.with_token(hostile.token().unwrap()),
            "/sync?jwt=a%0D%0ASet%2DCookie%3Ax".replace("%2D", "-")
        );
        assert!(Address::pasted("https://a.example/").is_err() && Address::pasted("").is_err());
    }
}
