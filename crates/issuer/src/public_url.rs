//! Where people reach the service, if a proxy stands in front of it.

use thiserror::Error;
use url::{Host, Url};

/// `https://meet.example.org/roompass/`: an origin, and the path under which we are.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PublicUrl {
    origin: String,
    path: String,
}

impl PublicUrl {
    /// Takes the address as a browser shows it on our first page.
    ///
    /// # Errors
    /// [`PublicUrlError`].
    pub fn parse(typed: &str) -> Result<Self, PublicUrlError> {
        let url = Url::parse(typed.trim()).map_err(|_| PublicUrlError::Address)?;
        let has_tail = url.query().is_some() || url.fragment().is_some();
        if has_tail || !url.username().is_empty() || url.password().is_some() {
            return Err(PublicUrlError::Address);
        }
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            "http" => return Err(PublicUrlError::Clear),
            _other => return Err(PublicUrlError::Address),
        }
        Ok(Self {
            origin: url.origin().ascii_serialization(),
            path: url.path().trim_end_matches('/').to_owned(),
        })
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// What stands before every path of ours, without a slash at its end: `/roompass`, or nothing.
    pub fn path(&self) -> &str {
        &self.path
    }
}

/// Whether it is this machine, as far as its name says.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Why an address cannot be where people come in.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum PublicUrlError {
    /// Not an address, or one with more than a path.
    #[error("not the address of a service; write it like https://meet.example.org/roompass/")]
    Address,
    /// Passphrases would be readable on the way.
    #[error(
        "people would send their passphrases over plain http://; let the proxy speak https://, and write that"
    )]
    Clear,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_an_origin_and_a_path() {
        for (typed, origin, path) in [
            (
                "https://meet.example.org/roompass/",
                "https://meet.example.org",
                "/roompass",
            ),
            ("https://links.example.org", "https://links.example.org", ""),
            ("http://localhost:9000/a/b", "http://localhost:9000", "/a/b"),
        ] {
            let url = PublicUrl::parse(typed).unwrap();
            assert_eq!((url.origin(), url.path()), (origin, path), "{typed}");
        }
        assert_eq!(
            PublicUrl::parse("http://meet.example.org"),
            Err(PublicUrlError::Clear)
        );
        for typed in [
            "",
            "meet.example.org",
            "ftp://x.example",
            "https://x.example/?a",
            "https://u:p@x.example",
        ] {
            assert_eq!(
                PublicUrl::parse(typed),
                Err(PublicUrlError::Address),
                "{typed}"
            );
        }
    }
}
