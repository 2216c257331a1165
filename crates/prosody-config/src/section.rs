//! What a file says: sections, and what each sets.

use crate::lex::Token;

/// What an option is set to, as far as it can be known without running anything.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Value {
    Text(String),
    Flag(bool),
    /// A table, by the index of its opening brace, and the plain strings of its list.
    Table {
        open: usize,
        items: Vec<String>,
    },
    Unknown,
}

impl Value {
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Flag(_) | Self::Table { .. } | Self::Unknown => None,
        }
    }

    /// Its strings, of which one alone may stand without a table.
    pub(crate) fn items(&self) -> Vec<&str> {
        match self {
            Self::Text(text) => vec![text],
            Self::Table { items, .. } => items.iter().map(String::as_str).collect(),
            Self::Flag(_) | Self::Unknown => Vec::new(),
        }
    }
}

/// One assignment.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    pub(crate) name: String,
    pub(crate) value: Value,
    /// Where it begins, in bytes.
    pub(crate) start: usize,
}

/// What a section is about.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Head {
    Global,
    VirtualHost(String),
    /// With the token of its type; an external component has none.
    Component(String, Option<Token>),
}

impl Head {
    pub(crate) fn host(&self) -> Option<&str> {
        match self {
            Self::Global => None,
            Self::VirtualHost(host) | Self::Component(host, _) => Some(host),
        }
    }
}

/// Where a section's settings stand.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Body {
    /// As statements, up to the next section.
    Open,
    /// Within the table of the head, by the index of its opening brace.
    Table(usize),
}

/// A host, or the global section, as far as one file tells of it in one go.
#[derive(Clone, Debug)]
pub(crate) struct Section {
    pub(crate) head: Head,
    /// The bytes of its head; empty for the global section.
    pub(crate) place: (usize, usize),
    pub(crate) body: Body,
    pub(crate) settings: Vec<Setting>,
}

/// Something that only running it would tell.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Riddle {
    pub(crate) start: usize,
    pub(crate) what: &'static str,
}
