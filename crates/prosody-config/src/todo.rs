//! What is left to a person.

use crate::file::File;

/// A place that was not changed, why, and the lines to write there by hand.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Todo {
    /// The file, as it was named.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// Why nothing was done.
    pub what: String,
    /// What to write, in Lua.
    pub lines: Vec<String>,
}

impl Todo {
    pub(crate) fn at(
        file: &File,
        start: usize,
        what: impl Into<String>,
        lines: impl Into<Vec<String>>,
    ) -> Self {
        Self {
            file: file.name.clone(),
            line: file.line(start),
            what: what.into(),
            lines: lines.into(),
        }
    }
}
