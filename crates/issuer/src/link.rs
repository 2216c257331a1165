//! Links: where a guest goes, with the token where Jitsi's client looks for it.

use std::fmt;

use room_token::{RoomName, RoomNameError, SignedToken};
use thiserror::Error;
use url::{ParseError, Url};

/// Where the Jitsi installation is: `https://meet.example.org`; with `/acme` behind it, its tenant of that name.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct BaseUrl {
    /// Without a slash at its end, nor the tenant.
    origin: String,
    host: String,
    tenant: Option<String>,
}

impl BaseUrl {
    /// Takes the address that a browser shows on Jitsi's start page.
    ///
    /// ```
    /// # use issuer::BaseUrl;
    /// assert_eq!(BaseUrl::parse("https://meet.example.org/")?.origin(), "https://meet.example.org");
    /// assert_eq!(BaseUrl::parse("https://meet.example.org/acme")?.tenant(), Some("acme"));
    /// assert!(BaseUrl::parse("meet.example.org").is_err());
    /// # Ok::<(), issuer::LinkError>(())
    /// ```
    ///
    /// # Errors
    /// [`LinkError`] says which part is wrong.
    pub fn parse(typed: &str) -> Result<Self, LinkError> {
        let url = parse_http(typed)?;
        let host = url.host_str().ok_or(LinkError::Address)?.to_owned();
        if !url.username().is_empty() || url.password().is_some() {
            return Err(LinkError::Credentials);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(LinkError::Tail);
        }
        Ok(Self {
            origin: url.origin().ascii_serialization(),
            host,
            tenant: tenant(&url)?,
        })
    }

    /// Scheme, host and port, without a slash at the end.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Its host alone.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Jitsi's tenant, if the address is one's.
    pub fn tenant(&self) -> Option<&str> {
        self.tenant.as_deref()
    }

    /// The room that somebody typed, in the tenant if there is one.
    ///
    /// # Errors
    /// As [`RoomName::parse`].
    pub fn room(&self, typed: &str) -> Result<RoomName, RoomNameError> {
        let room = RoomName::parse(typed)?;
        match &self.tenant {
            Some(tenant) => room.in_tenant(tenant),
            None => Ok(room),
        }
    }

    /// Where a link to this room leads, without its token.
    pub fn address(&self, room: &RoomName) -> String {
        format!("{}/{}", self.origin, room.path())
    }
}

/// The address as it was meant.
impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin)?;
        match &self.tenant {
            Some(tenant) => write!(f, "/{tenant}"),
            None => Ok(()),
        }
    }
}

/// `ORIGIN/ROOM?jwt=TOKEN`, or `ORIGIN/TENANT/ROOM?jwt=TOKEN`. It opens a door: `Debug` hides the token, and only [`JoinLink::as_str`] shows it.
#[derive(Clone, Eq, PartialEq)]
pub struct JoinLink {
    text: String,
    shown: usize,
}

impl JoinLink {
    /// Puts a link together; the room brings its tenant along. A canonical room name is a path segment as it stands,
    /// and the client that decodes and spells it again gets the same name back.
    pub fn new(base: &BaseUrl, room: &RoomName, token: &SignedToken) -> Self {
        let address = base.address(room);
        let shown = address.len();
        let text = format!("{address}?jwt={}", token.as_str());
        Self { text, shown }
    }

    /// The same with the token where no server sees it (`#jwt=%22TOKEN%22`): Jitsi's client since stable 9584 reads it
    /// there, as JSON. A page before the call needs its script to see it, and a phone's browser may lose it on the way
    /// to an app.
    #[must_use]
    pub fn in_fragment(self) -> Self {
        let (page, query) = self.text.split_at(self.shown);
        let Some(token) = query.strip_prefix("?jwt=") else {
            return self;
        };
        let text = format!("{page}#jwt=%22{token}%22");
        Self {
            text,
            shown: self.shown,
        }
    }

    /// The whole link, token and all.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for JoinLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = self.text.get(..self.shown).unwrap_or_default();
        write!(f, "JoinLink({address}?jwt=…)")
    }
}

/// What is one part of the path, and nothing more. Jitsi's client takes the part before a room for its tenant.
fn tenant(url: &Url) -> Result<Option<String>, LinkError> {
    let mut parts = url.path().split('/').filter(|part| !part.is_empty());
    let Some(part) = parts.next() else {
        return Ok(None);
    };
    if parts.next().is_some() {
        return Err(LinkError::Path);
    }
    // The core knows what can be a tenant; any room will do to ask it.
    let room = RoomName::parse("room").and_then(|room| room.in_tenant(part));
    let room = room.map_err(|_| LinkError::Tenant)?;
    Ok(room.tenant().map(str::to_owned))
}

fn parse_http(typed: &str) -> Result<Url, LinkError> {
    let url = Url::parse(typed.trim()).map_err(|error| {
        if error == ParseError::RelativeUrlWithoutBase {
            LinkError::Scheme
        } else {
            LinkError::Address
        }
    })?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(LinkError::Scheme);
    }
    Ok(url)
}

/// Why an address cannot be used.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum LinkError {
    /// Not an address at all.
    #[error("not a web address; write it like https://meet.example.org")]
    Address,
    /// `user:password@`.
    #[error(
        "the address has a user name or password in it, which every link would show; leave them out"
    )]
    Credentials,
    /// `/a/b`.
    #[error(
        "the address has more than one part behind the host, where Jitsi has at most its tenant; write it like https://meet.example.org or https://meet.example.org/acme"
    )]
    Path,
    /// Neither `http://` nor `https://` in front.
    #[error(
        "the address does not begin with https:// or http://; write it like https://meet.example.org"
    )]
    Scheme,
    /// `?…` or `#…`.
    #[error("the address has a `?` or `#` part, where the token will go; end it before that")]
    Tail,
    /// Not a tenant's name.
    #[error(
        "what stands behind the host cannot be a tenant of Jitsi, which has 1 to 63 characters out of a-z 0-9 - _; write it like https://meet.example.org/acme"
    )]
    Tenant,
}

#[cfg(test)]
mod tests;
