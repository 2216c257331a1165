//! Why a text is not read.

use crate::lex::line_of;

/// The text is no Lua that Prosody could load, or it is a template and no configuration yet.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct Unreadable {
    /// The line, from 1.
    pub line: usize,
    what: String,
}

impl Unreadable {
    pub(crate) fn at(text: &str, offset: usize, what: impl Into<String>) -> Self {
        Self {
            line: line_of(text, offset),
            what: what.into(),
        }
    }

    /// A configuration that is still to be filled in, as docker-jitsi-meet's `/defaults` are.
    pub(crate) fn template() -> Self {
        Self {
            line: 1,
            what: "this is a template of docker-jitsi-meet, and no configuration yet".to_owned(),
        }
    }
}
