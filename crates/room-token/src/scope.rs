//! What a key may sign: a department's or a portal's key opens its own rooms only.

use thiserror::Error;

use crate::json::{JsonError, Object};
use crate::{Affiliation, Lifetime, RoomPattern};

/// The limits of one key, in the key set beside it, so that they cost no link a character.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Scope {
    rooms: Option<Vec<RoomPattern>>,
    affiliations: Option<Vec<Affiliation>>,
    max_lifetime: Lifetime,
}

impl Scope {
    /// The scope of a key that says nothing of one: every single room, both affiliations, up to 400 days. A
    /// wildcard is never implied; a key that may sign one says so.
    pub const UNLIMITED: Self = Self {
        rooms: None,
        affiliations: None,
        max_lifetime: Lifetime::MAX,
    };

    /// The same scope for these rooms alone.
    #[must_use]
    pub fn for_rooms(mut self, rooms: Vec<RoomPattern>) -> Self {
        self.rooms = Some(rooms);
        self
    }

    /// The same scope for these affiliations alone.
    #[must_use]
    pub fn for_affiliations(mut self, affiliations: Vec<Affiliation>) -> Self {
        self.affiliations = Some(affiliations);
        self
    }

    /// The same scope for tokens that live no longer.
    #[must_use]
    pub const fn for_at_most(mut self, lifetime: Lifetime) -> Self {
        self.max_lifetime = lifetime;
        self
    }

    /// The rooms, or `None` for every single one.
    pub fn rooms(&self) -> Option<&[RoomPattern]> {
        self.rooms.as_deref()
    }

    /// The affiliations, or `None` for both.
    pub fn affiliations(&self) -> Option<&[Affiliation]> {
        self.affiliations.as_deref()
    }

    /// The longest `exp − iat`.
    pub const fn max_lifetime(&self) -> Lifetime {
        self.max_lifetime
    }

    /// Whether a token of this key may open these rooms.
    pub fn covers_rooms(&self, asked: &RoomPattern) -> bool {
        match &self.rooms {
            None => !asked.is_wildcard(),
            Some(rooms) => rooms.iter().any(|room| room.covers(asked)),
        }
    }

    /// Whether a token of this key may make somebody that.
    pub fn covers_affiliation(&self, asked: Affiliation) -> bool {
        self.affiliations
            .as_ref()
            .is_none_or(|allowed| allowed.contains(&asked))
    }

    /// Reads `scope` of a JWK. Every member is known: a limit that is not understood must not be passed over.
    pub(crate) fn from_jwk(members: &Object<'_>) -> Result<Self, ScopeError> {
        let mut names = members.members().map(|(name, _)| name);
        if let Some(member) = names.find(|name| !MEMBERS.contains(name)) {
            return Err(ScopeError::Unknown {
                member: member.to_owned(),
            });
        }
        let mut scope = Self::UNLIMITED;
        if let Some(rooms) = members.strings("rooms")? {
            scope.rooms = Some(each(rooms, RoomPattern::from_canonical)?);
        }
        if let Some(words) = members.strings("affiliations")? {
            scope.affiliations = Some(each(words, Affiliation::parse)?);
        }
        if let Some(secs) = members.integer("max_lifetime")? {
            scope.max_lifetime = Lifetime::from_secs(secs).map_err(ScopeError::wrong)?;
        }
        Ok(scope)
    }

    /// Writes it, unless it limits nothing.
    pub(crate) fn to_json(&self) -> Option<serde_json::Value> {
        let mut members = serde_json::Map::new();
        if let Some(rooms) = &self.rooms {
            let rooms: Vec<_> = rooms.iter().map(ToString::to_string).collect();
            members.insert("rooms".to_owned(), rooms.into());
        }
        if let Some(affiliations) = &self.affiliations {
            let words: Vec<_> = affiliations.iter().map(|a| a.as_str()).collect();
            members.insert("affiliations".to_owned(), words.into());
        }
        if self.max_lifetime != Lifetime::MAX {
            members.insert(
                "max_lifetime".to_owned(),
                self.max_lifetime.as_secs().into(),
            );
        }
        (!members.is_empty()).then(|| members.into())
    }
}

const MEMBERS: [&str; 3] = ["affiliations", "max_lifetime", "rooms"];

/// An empty list would be a key that may sign nothing: a mistake, not a wish.
fn each<T, E: std::fmt::Display>(
    words: Vec<&str>,
    parse: impl Fn(&str) -> Result<T, E>,
) -> Result<Vec<T>, ScopeError> {
    if words.is_empty() {
        return Err(ScopeError::wrong(
            "an empty list allows nothing; leave the member out, or name something",
        ));
    }
    words
        .into_iter()
        .map(|word| parse(word).map_err(ScopeError::wrong))
        .collect()
}

/// Why a `scope` cannot be enforced.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum ScopeError {
    /// A limit that this version does not know.
    #[error("a limit `{member}` that this version does not enforce; update Roompass here")]
    Unknown {
        /// Its name.
        member: String,
    },
    /// A limit that makes no sense.
    #[error("{why}")]
    Wrong {
        /// What is wrong with it.
        why: String,
    },
}

impl ScopeError {
    fn wrong(why: impl std::fmt::Display) -> Self {
        Self::Wrong {
            why: why.to_string(),
        }
    }
}

impl From<JsonError> for ScopeError {
    fn from(error: JsonError) -> Self {
        Self::Wrong { why: error.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Scope, ScopeError> {
        Scope::from_jwk(&Object::parse(json.as_bytes()).unwrap())
    }

    fn rooms(text: &str) -> RoomPattern {
        RoomPattern::from_canonical(text).unwrap()
    }

    #[test]
    fn a_key_opens_its_own_rooms_only() {
        let acme = read(r#"{"rooms":["acme-*","lobby"]}"#).unwrap();
        for (asked, covered) in [
            ("acme-standup", true),
            ("acme-x*", true),
            ("lobby", true),
            ("standup", false),
            ("acme*", false),
            ("*", false),
        ] {
            assert_eq!(acme.covers_rooms(&rooms(asked)), covered, "{asked}");
        }
        assert!(Scope::UNLIMITED.covers_rooms(&rooms("standup")));
        assert!(Scope::UNLIMITED.covers_rooms(&rooms("[acme]standup")));
        assert!(
            !Scope::UNLIMITED.covers_rooms(&rooms("*")),
            "a wildcard is never implied"
        );
        assert!(
            read(r#"{"rooms":["*"]}"#)
                .unwrap()
                .covers_rooms(&rooms("*"))
        );
    }

    #[test]
    fn a_scope_survives_its_json() {
        for json in [
            r#"{"affiliations":["member"],"max_lifetime":3600,"rooms":["acme-*"]}"#,
            r#"{"rooms":["*","[acme]*"]}"#,
        ] {
            assert_eq!(read(json).unwrap().to_json().unwrap().to_string(), json);
        }
        assert_eq!(Scope::UNLIMITED.to_json(), None);
    }

    #[test]
    fn a_limit_that_is_not_understood_is_not_passed_over() {
        for json in [
            r#"{"countries":["de"]}"#,
            r#"{"rooms":"acme-*"}"#,
            r#"{"rooms":[]}"#,
            r#"{"rooms":["Acme"]}"#,
            r#"{"affiliations":["admin"]}"#,
            r#"{"max_lifetime":0}"#,
            r#"{"max_lifetime":"1h"}"#,
            r#"{"max_lifetime":99999999999}"#,
        ] {
            assert!(read(json).is_err(), "{json}");
        }
    }
}
