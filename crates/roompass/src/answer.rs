//! What a command has to say once it has run.

use serde::Serialize;

use crate::failure::Failure;

/// The result, what is said about it to a person, and whether it is the result one hopes for.
#[derive(Debug)]
pub(crate) struct Answer {
    /// For standard output.
    pub(crate) result: String,
    /// For standard error, if a person is there.
    pub(crate) talk: String,
    /// Exit status 0; otherwise 1.
    pub(crate) done: bool,
}

impl Answer {
    /// Only a result.
    pub(crate) fn done(result: impl Into<String>) -> Self {
        Self {
            result: result.into(),
            talk: String::new(),
            done: true,
        }
    }

    /// One line of JSON, for programs.
    pub(crate) fn json(value: &impl Serialize, done: bool) -> Result<Self, Failure> {
        let json = serde_json::to_string(value).map_err(|e| {
            Failure::new(
                format!("cannot write JSON: {e}"),
                "leave out --json, and report this",
            )
        })?;
        Ok(Self {
            done,
            ..Self::done(json + "\n")
        })
    }

    /// The same, with something to say to a person.
    pub(crate) fn with_talk(self, talk: impl Into<String>) -> Self {
        Self {
            talk: talk.into(),
            ..self
        }
    }
}
