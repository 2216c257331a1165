//! Which rooms a token or a key is good for: one, those of a prefix, or all.

use std::fmt;

use super::{RoomName, RoomNameError, spell, tenant_name};

/// `standup`, `acme-*` or `*`; in a tenant, `[tenant]` and then one of them.
///
/// A pattern without a tenant never reaches into one: `*` is all rooms that have none.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum RoomPattern {
    /// One room.
    Exact(RoomName),
    /// All rooms whose canonical name begins so; an empty beginning is all rooms.
    Prefix {
        /// `None` is not "any": it is the rooms without a tenant.
        tenant: Option<String>,
        /// The beginning of the name, canonical as far as it goes.
        start: String,
    },
}

impl RoomPattern {
    /// Takes a pattern in canonical form, as a token or a key set has it.
    ///
    /// # Errors
    /// As [`RoomName::from_canonical`].
    pub fn from_canonical(text: &str) -> Result<Self, RoomNameError> {
        let Some(front) = text.strip_suffix('*') else {
            return RoomName::from_canonical(text).map(Self::Exact);
        };
        let (tenant, start) = match front
            .strip_prefix('[')
            .and_then(|rest| rest.split_once(']'))
        {
            Some((tenant, start)) => (Some(tenant_name(tenant)?), start),
            None => (None, front),
        };
        let pattern = Self::Prefix {
            tenant,
            start: canonical_start(start)?,
        };
        if pattern.to_string() != text {
            return Err(RoomNameError::NotCanonical);
        }
        Ok(pattern)
    }

    /// Whether it is good for the room that Prosody calls so.
    pub fn matches(&self, room: &str) -> bool {
        match self {
            Self::Exact(name) => name.as_str() == room,
            Self::Prefix { .. } => {
                RoomName::from_canonical(room).is_ok_and(|room| self.covers(&Self::Exact(room)))
            }
        }
    }

    /// Whether every room of the other is one of its own.
    pub fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Exact(ours), Self::Exact(theirs)) => ours == theirs,
            (Self::Exact(_), Self::Prefix { .. }) => false,
            (Self::Prefix { tenant, start }, Self::Exact(name)) => {
                tenant.as_deref() == name.tenant() && name.local().starts_with(start)
            }
            (
                Self::Prefix { tenant, start },
                Self::Prefix {
                    tenant: theirs,
                    start: longer,
                },
            ) => tenant == theirs && longer.starts_with(start.as_str()),
        }
    }

    /// Whether it is more than one room.
    pub const fn is_wildcard(&self) -> bool {
        matches!(self, Self::Prefix { .. })
    }
}

/// The beginning of canonical names. It may end within a percent-encoded character, so only the alphabet counts.
fn canonical_start(start: &str) -> Result<String, RoomNameError> {
    if start.len() > RoomName::MAX_BYTES {
        return Err(RoomNameError::TooLong { bytes: start.len() });
    }
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.~%".contains(&b);
    if !start.bytes().all(plain) || (!start.contains('%') && spell(start) != start) {
        return Err(RoomNameError::NotCanonical);
    }
    Ok(start.to_owned())
}

impl fmt::Display for RoomPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(name) => name.fmt(f),
            Self::Prefix {
                tenant: Some(tenant),
                start,
            } => write!(f, "[{tenant}]{start}*"),
            Self::Prefix {
                tenant: None,
                start,
            } => write!(f, "{start}*"),
        }
    }
}

impl From<RoomName> for RoomPattern {
    fn from(name: RoomName) -> Self {
        Self::Exact(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> RoomPattern {
        RoomPattern::from_canonical(text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn a_pattern_matches_whole_canonical_names_only() {
        for (text, room, matches) in [
            ("standup", "standup", true),
            ("standup", "standup2", false),
            ("acme-*", "acme-standup", true),
            ("acme-*", "acme-", true),
            ("acme-*", "acme", false),
            ("acme-*", "ACME-x", false),
            ("*", "anything", true),
            ("*", "any thing", false),
            ("*", "", false),
            ("*", "[acme]standup", false),
            ("[acme]*", "[acme]standup", true),
            ("[acme]*", "standup", false),
            ("[acme]*", "[acme2]standup", false),
            ("[acme]x*", "[acme]xy", true),
            ("[acme]x", "[acme]x", true),
            ("x", "[acme]x", false),
        ] {
            assert_eq!(pattern(text).matches(room), matches, "{text} {room}");
        }
    }

    #[test]
    fn a_wider_pattern_covers_a_narrower_one() {
        for (wide, narrow, covers) in [
            ("*", "standup", true),
            ("*", "acme-*", true),
            ("*", "*", true),
            ("acme-*", "acme-x*", true),
            ("acme-*", "acme-*", true),
            ("acme-*", "acme*", false),
            ("acme-*", "*", false),
            ("acme-x", "acme-x*", false),
            ("*", "[acme]*", false),
            ("[acme]*", "[acme]x", true),
            ("[acme]*", "*", false),
        ] {
            assert_eq!(
                pattern(wide).covers(&pattern(narrow)),
                covers,
                "{wide} {narrow}"
            );
        }
    }

    #[test]
    fn only_a_canonical_pattern_is_one() {
        for text in [
            "Acme-*", "a*b", "**", "a b*", "[Acme]*", "[acme*", "a/*", "ü*", "", "[acme]",
        ] {
            assert!(RoomPattern::from_canonical(text).is_err(), "{text}");
        }
        assert_eq!(pattern("%c3*").to_string(), "%c3*");
    }
}
