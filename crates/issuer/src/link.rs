//! Links: where a guest goes, with the token where Jitsi's client looks for it.

use std::fmt;

use room_token::{RoomName, SignedToken};
use thiserror::Error;
use url::{ParseError, Url};

/// Where the Jitsi installation is: `https://meet.example.org`, perhaps with a tenant's path.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct BaseUrl {
    /// Without a slash at its end.
    text: String,
    host: String,
}

impl BaseUrl {
    /// Takes the address that a browser shows on Jitsi's start page.
    ///
    /// ```
    /// # use issuer::BaseUrl;
    /// assert_eq!(BaseUrl::parse("https://meet.example.org/")?.as_str(), "https://meet.example.org");
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
        let text = url.as_str().trim_end_matches('/').to_owned();
        Ok(Self { text, host })
    }

    /// The address, without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Its host alone.
    pub fn host(&self) -> &str {
        &self.host
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// `BASE/ROOM?jwt=TOKEN`. It opens a door: `Debug` hides the token, and only [`JoinLink::as_str`] shows it.
#[derive(Clone, Eq, PartialEq)]
pub struct JoinLink {
    text: String,
    shown: usize,
}

impl JoinLink {
    /// Puts a link together. A canonical room name is a path segment as it stands, and the client that decodes
    /// and spells it again gets the same name back.
    pub fn new(base: &BaseUrl, room: &RoomName, token: &SignedToken) -> Self {
        let address = format!("{base}/{room}");
        let shown = address.len();
        let text = format!("{address}?jwt={}", token.as_str());
        Self { text, shown }
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
    /// Neither `http://` nor `https://` in front.
    #[error(
        "the address does not begin with https:// or http://; write it like https://meet.example.org"
    )]
    Scheme,
    /// `?…` or `#…`.
    #[error("the address has a `?` or `#` part, where the token will go; end it before that")]
    Tail,
}

#[cfg(test)]
mod tests {
    use room_token::{
        Deployment, Grant, Lifetime, Person, SigningKey, Timestamp, TokenId, Validity,
    };

    use super::*;

    fn token() -> SignedToken {
        let now = Timestamp::from_secs(1_767_225_600).unwrap();
        let validity = Validity::lasting(now, Lifetime::from_hours(2).unwrap()).unwrap();
        let grant = Grant::new(
            RoomName::parse("x").unwrap(),
            Person::member("Ada").unwrap(),
        );
        let id = TokenId::from_bytes([1; 8]);
        let key = SigningKey::from_seed(&[7; 32]);
        key.issue(&Deployment::default(), &grant, &validity, &id)
            .unwrap()
    }

    #[test]
    fn a_base_url_is_an_origin_and_perhaps_a_tenant() {
        for (typed, text) in [
            ("https://meet.example.org", "https://meet.example.org"),
            (
                " https://Meet.Example.org:443// ",
                "https://meet.example.org",
            ),
            ("http://localhost:8000/", "http://localhost:8000"),
            (
                "https://meet.example.org/tenant/",
                "https://meet.example.org/tenant",
            ),
            ("http://[::1]:8000", "http://[::1]:8000"),
        ] {
            assert_eq!(BaseUrl::parse(typed).unwrap().as_str(), text);
        }
        for (typed, error) in [
            ("", LinkError::Scheme),
            ("meet.example.org", LinkError::Scheme),
            ("ftp://meet.example.org", LinkError::Scheme),
            ("javascript:alert(1)", LinkError::Scheme),
            ("https://", LinkError::Address),
            ("https://meet example", LinkError::Address),
            ("https://ada@meet.example.org", LinkError::Credentials),
            ("https://:x@meet.example.org", LinkError::Credentials),
            ("https://meet.example.org/?a=b", LinkError::Tail),
            ("https://meet.example.org/#", LinkError::Tail),
        ] {
            assert_eq!(BaseUrl::parse(typed), Err(error), "{typed}");
        }
    }

    #[test]
    fn the_client_finds_the_same_room_in_the_link() {
        let base = BaseUrl::parse("https://meet.example.org/tenant").unwrap();
        for typed in [
            "weekly-sync",
            "Überraum",
            "My Room",
            "100%",
            "a..b",
            "~x~",
            "ТЕСТ",
            "...",
        ] {
            let room = RoomName::parse(typed).unwrap();
            let link = JoinLink::new(&base, &room, &token());
            let url = Url::parse(link.as_str()).unwrap();
            assert_eq!(url.path(), format!("/tenant/{room}"), "{typed}");
            let segment = url.path_segments().unwrap().next_back().unwrap();
            assert_eq!(RoomName::parse(segment), Ok(room), "{typed}");
        }
    }

    #[test]
    fn debug_hides_the_token() {
        let base = BaseUrl::parse("https://meet.example.org").unwrap();
        let link = JoinLink::new(&base, &RoomName::parse("sync").unwrap(), &token());
        assert_eq!(
            format!("{link:?}"),
            "JoinLink(https://meet.example.org/sync?jwt=…)"
        );
    }
}
