//! A link as a guest has it.

use std::fmt;

/// `BASE/ROOM?jwt=TOKEN`, or the same without a token.
#[derive(Clone, Eq, PartialEq)]
pub struct Link {
    base: String,
    room: String,
    token: Option<String>,
}

impl Link {
    /// A link to `room` with any token whatever.
    pub fn new(base: &str, room: &str, token: Option<&str>) -> Self {
        Self {
            base: base.trim_end_matches('/').to_owned(),
            room: room.to_owned(),
            token: token.map(str::to_owned),
        }
    }

    /// Takes a link apart.
    ///
    /// # Panics
    /// When the text is no link to a room.
    pub fn parse(text: &str) -> Self {
        let (page, token) = match text.split_once("?jwt=") {
            Some((page, token)) => (page, Some(token)),
            None => (text, None),
        };
        let (base, room) = page.rsplit_once('/').expect("a link has a path");
        Self::new(base, room, token)
    }

    /// What stands before the room, without the slash.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Host and port of the base.
    pub fn authority(&self) -> &str {
        self.base.split_once("://").map_or("", |(_, rest)| rest)
    }

    /// The room as the path spells it.
    pub fn room(&self) -> &str {
        &self.room
    }

    /// The token, if there is one.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// The same room, another token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self::new(&self.base, &self.room, Some(token))
    }

    /// The same room, no token.
    #[must_use]
    pub fn without_token(&self) -> Self {
        Self::new(&self.base, &self.room, None)
    }

    /// The same token, another room.
    #[must_use]
    pub fn to_room(&self, room: &str) -> Self {
        Self::new(&self.base, room, self.token())
    }

    /// The whole link. It lets people in: not for logs.
    pub fn url(&self) -> String {
        let token = self.token.iter().map(|token| format!("?jwt={token}"));
        format!("{}/{}{}", self.base, self.room, token.collect::<String>())
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let token = if self.token.is_some() { "?jwt=…" } else { "" };
        write!(f, "{}/{}{token}", self.base, self.room)
    }
}
