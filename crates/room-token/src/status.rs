//! `status`: where the issuer says whether a token still counts (draft-ietf-oauth-status-list-21 §6).

use thiserror::Error;

use crate::json::{JsonError, Object};

/// One entry of one status list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StatusReference {
    index: u64,
    uri: String,
}

impl StatusReference {
    /// The longest address of a list, in bytes.
    pub const MAX_URI_BYTES: usize = 512;

    /// The entry of this number, from 0, in the list of that name. The name is compared, never fetched.
    ///
    /// # Errors
    /// [`StatusError`] for a name that no address has.
    pub fn new(index: u64, uri: &str) -> Result<Self, StatusError> {
        let legal = uri.bytes().all(|b| b.is_ascii_graphic());
        if uri.is_empty() || uri.len() > Self::MAX_URI_BYTES || !legal {
            return Err(StatusError);
        }
        Ok(Self {
            index,
            uri: uri.to_owned(),
        })
    }

    /// The number of the entry.
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// The name of the list.
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// Reads the claim. One that names no status list asks for something that we cannot look up, so it is refused.
    pub(crate) fn from_claim(status: &Object<'_>) -> Result<Self, JsonError> {
        let missing = |name| JsonError(format!("`{name}` is missing"));
        let list = status.object("status_list")?;
        let list = list.ok_or_else(|| missing("status.status_list"))?;
        let index = list.integer("idx")?.ok_or_else(|| missing("idx"))?;
        let uri = list.string("uri")?.ok_or_else(|| missing("uri"))?;
        Self::new(index, uri).map_err(|error| JsonError(format!("`uri`: {error}")))
    }
}

/// A name that no status list has.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error("the address of a status list has 1 to 512 printable ASCII characters and no space")]
pub struct StatusError;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_named_whole_or_not_at_all() {
        let read = |json: &str| {
            let object = Object::parse(json.as_bytes()).unwrap();
            StatusReference::from_claim(&object).map_err(|error| error.0)
        };
        let good = read(r#"{"status_list":{"idx":7,"uri":"https://a.example/1"},"x":1}"#).unwrap();
        assert_eq!((good.index(), good.uri()), (7, "https://a.example/1"));
        for (json, words) in [
            ("{}", "`status.status_list` is missing"),
            (r#"{"status_list":7}"#, "`status_list` is not an object"),
            (r#"{"status_list":{"uri":"a"}}"#, "`idx` is missing"),
            (r#"{"status_list":{"idx":0}}"#, "`uri` is missing"),
            (
                r#"{"status_list":{"idx":-1,"uri":"a"}}"#,
                "`idx` is not a whole number",
            ),
            (
                r#"{"status_list":{"idx":0.5,"uri":"a"}}"#,
                "`idx` is not a whole number",
            ),
            (
                r#"{"status_list":{"idx":"0","uri":"a"}}"#,
                "`idx` is not a whole number",
            ),
            (
                r#"{"status_list":{"idx":0,"uri":7}}"#,
                "`uri` is not a string",
            ),
        ] {
            assert_eq!(read(json).unwrap_err(), words, "{json}");
        }
        for uri in ["", "a b", "a\n", "ü", &"a".repeat(513)] {
            assert_eq!(StatusReference::new(0, uri), Err(StatusError), "{uri}");
        }
        assert!(StatusReference::new(0, &"a".repeat(512)).is_ok());
    }
}
