//! A document as it came from a file or the network: key set, feed or list. Lua hands it on and does not look inside,
//! for a copy of 50 MB is a pause of the whole server.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use mlua::{FromLua, Lua, LuaString, Result, UserData, UserDataMethods, Value};
use sha2::{Digest, Sha256};

/// Bytes that grow until somebody asks for their digest or uses them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Document {
    bytes: Arc<Vec<u8>>,
    limit: usize,
    digest: Arc<OnceLock<String>>,
}

impl Document {
    /// An empty one that takes up to so many bytes.
    pub(crate) fn up_to(limit: usize) -> Self {
        Self {
            limit,
            ..Self::default()
        }
    }

    pub(crate) fn of(bytes: Vec<u8>) -> Self {
        Self {
            limit: bytes.len(),
            bytes: Arc::new(bytes),
            ..Self::default()
        }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// SHA-256 in hexadecimal, worked out once.
    pub(crate) fn digest(&self) -> &str {
        self.digest.get_or_init(|| {
            let mut text = String::new();
            for byte in Sha256::digest(self.bytes()) {
                // Writing into a string cannot fail.
                write!(text, "{byte:02x}").ok();
            }
            text
        })
    }

    /// Appends a piece, unless there are too many bytes then.
    fn write(&mut self, piece: &[u8]) -> bool {
        if self.bytes.len() + piece.len() > self.limit {
            return false;
        }
        Arc::make_mut(&mut self.bytes).extend_from_slice(piece);
        self.digest = Arc::default();
        true
    }
}

impl UserData for Document {
    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        methods.add_method_mut("write", |_, this, piece: LuaString| {
            Ok(this.write(&piece.as_bytes()))
        });
        methods.add_method("length", |_, this, (): ()| Ok(this.bytes.len()));
        methods.add_method("digest", |_, this, (): ()| Ok(this.digest().to_owned()));
        methods.add_method("text", |lua, this, (): ()| lua.create_string(this.bytes()));
    }
}

/// A text of Lua's own will do where a document is wanted.
impl FromLua for Document {
    fn from_lua(value: Value, _: &Lua) -> Result<Self> {
        if let Some(text) = value.as_string() {
            return Ok(Self::of(text.as_bytes().to_vec()));
        }
        let Some(document) = value.as_userdata() else {
            let text = format!("a document is wanted, not a {}", value.type_name());
            return Err(mlua::Error::runtime(text));
        };
        Ok(document.borrow::<Self>()?.clone())
    }
}

/// The path that these bytes name.
pub(crate) fn path(text: &LuaString) -> PathBuf {
    PathBuf::from(OsStr::from_bytes(&text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_takes_what_it_may_and_no_more() {
        let mut document = Document::up_to(4);
        let empty = document.digest().to_owned();
        assert!(document.write(b"abc"));
        assert!(!document.write(b"de"));
        assert!(document.write(b"d"));
        assert_eq!(document.bytes(), b"abcd");
        assert_ne!(document.digest(), empty);
        assert_eq!(document.digest(), Document::of(b"abcd".to_vec()).digest());
        assert!(
            document.digest().starts_with("88d4266f"),
            "{}",
            document.digest()
        );
    }
}
