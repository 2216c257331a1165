//! What somebody may do here, and to which rooms.

use std::fmt;

use room_token::{RoomName, RoomNameError, RoomPattern};

/// Each may do all that the one before may.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Role {
    /// Looks.
    Viewer,
    /// Issues and takes back.
    Issuer,
    /// Looks after people and keys.
    Administrator,
}

impl Role {
    /// From the least to the most.
    pub const ALL: [Self; 3] = [Self::Viewer, Self::Issuer, Self::Administrator];

    /// Its word in forms, the API and the ledger. Never change one.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Issuer => "issuer",
            Self::Administrator => "administrator",
        }
    }

    /// The role of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The rooms that somebody is bounded to.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Rooms(Vec<RoomPattern>);

impl Rooms {
    /// Every room.
    pub const fn all() -> Self {
        Self(Vec::new())
    }

    /// Takes what a person types: beginnings of names, with spaces or line breaks between. Nothing is every room.
    ///
    /// # Errors
    /// As [`RoomName::parse`].
    pub fn parse(typed: &str, tenant: Option<&str>) -> Result<Self, RoomNameError> {
        let pattern = |word: &str| {
            // As a page shows one of a tenant's.
            if word.starts_with('[') {
                return RoomPattern::from_canonical(word);
            }
            let start = RoomName::parse(word.trim_end_matches('*'))?;
            let start = match tenant {
                Some(tenant) => start.in_tenant(tenant)?,
                None => start,
            };
            RoomPattern::from_canonical(&format!("{}*", start.as_str()))
        };
        let words = typed.split_whitespace();
        Ok(Self(words.map(pattern).collect::<Result<_, _>>()?))
    }

    /// As the ledger keeps it; what cannot be read is no reason to let somebody do more.
    pub(crate) fn stored(text: &str) -> Option<Self> {
        let patterns = text.split_whitespace().map(RoomPattern::from_canonical);
        Some(Self(patterns.collect::<Result<_, _>>().ok()?))
    }

    /// Whether every room is one of them.
    pub const fn is_all(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it is one of them.
    pub fn covers(&self, room: &RoomName) -> bool {
        self.matches(room.as_str())
    }

    /// Whether all of these are.
    pub(crate) fn covers_all(&self, rooms: &RoomPattern) -> bool {
        self.is_all() || self.0.iter().any(|pattern| pattern.covers(rooms))
    }

    /// The same, by the name that Prosody has for it.
    pub fn matches(&self, room: &str) -> bool {
        self.is_all() || self.0.iter().any(|pattern| pattern.matches(room))
    }

    /// Whether all of these are among the other's.
    pub fn within(&self, other: &Self) -> bool {
        let is_covered = |mine: &RoomPattern| other.0.iter().any(|theirs| theirs.covers(mine));
        other.is_all() || (!self.is_all() && self.0.iter().all(is_covered))
    }

    /// The rooms that are among both; none at all, if there are none.
    pub(crate) fn shared_with(&self, other: &Self) -> Option<Self> {
        match (self.is_all(), other.is_all()) {
            (_, true) => return Some(self.clone()),
            (true, false) => return Some(other.clone()),
            (false, false) => {}
        }
        let narrower = |mine: &RoomPattern, theirs: &RoomPattern| {
            let mine_is = theirs.covers(mine).then(|| mine.clone());
            mine_is.or_else(|| mine.covers(theirs).then(|| theirs.clone()))
        };
        let of = |mine| {
            other
                .0
                .iter()
                .filter_map(move |theirs| narrower(mine, theirs))
        };
        let shared: Vec<_> = self.0.iter().flat_map(of).collect();
        (!shared.is_empty()).then_some(Self(shared))
    }

    /// The beginnings of the names, for a query: `%` and `_` mean nothing in them.
    pub(crate) fn starts(&self) -> Vec<String> {
        let start = |pattern: &RoomPattern| pattern.to_string().trim_end_matches('*').to_owned();
        self.0.iter().map(start).collect()
    }
}

/// As it is kept, and as it can be typed.
impl fmt::Display for Rooms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<_> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&words.join(" "))
    }
}

/// Who asks, and what they may do.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Actor {
    /// As it stands in the ledger: a login, `api-key ID of LOGIN`, `admin token`, `command line`.
    pub name: String,
    /// Of an account's; none for the admin token and this machine.
    pub account: Option<String>,
    /// How much.
    pub role: Role,
    /// Where.
    pub rooms: Rooms,
    /// The session's hash, if it is one.
    pub session: Option<String>,
}

impl Actor {
    /// Whether they may do what such a one may.
    pub(crate) fn may(&self, role: Role) -> bool {
        self.role >= role
    }

    /// One who may do everything, and has no account.
    pub fn unbounded(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            account: None,
            role: Role::Administrator,
            rooms: Rooms::all(),
            session: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rooms(typed: &str) -> Rooms {
        Rooms::parse(typed, None).unwrap()
    }

    #[test]
    fn a_role_may_what_the_one_before_may() {
        assert!(Role::Administrator > Role::Issuer && Role::Issuer > Role::Viewer);
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Some(role));
        }
        assert_eq!(Role::parse("root"), None);
    }

    #[test]
    fn rooms_are_bounded_by_how_their_names_begin() {
        let exams = rooms("Exam-  oral-*");
        assert_eq!(exams.to_string(), "exam-* oral-*");
        assert_eq!(Rooms::stored(&exams.to_string()), Some(exams.clone()));
        for (room, expected) in [("exam-1", true), ("Oral-x", true), ("board", false)] {
            let room = RoomName::parse(room).unwrap();
            assert_eq!(exams.covers(&room), expected, "{room}");
            assert!(Rooms::all().covers(&room));
        }
        let tenant = Rooms::parse("exam-", Some("acme")).unwrap();
        assert!(tenant.matches("[acme]exam-1") && !tenant.matches("exam-1"));
        assert_eq!(Rooms::parse(&tenant.to_string(), Some("acme")), Ok(tenant));
        assert_eq!(rooms("exam-* oral-*"), exams);
    }

    #[test]
    fn what_two_share_is_in_both() {
        for (one, other, both) in [
            ("", "", Some("")),
            ("exam-", "", Some("exam-*")),
            ("exam- oral-", "exam-math- board", Some("exam-math-*")),
            ("exam-", "oral-", None),
        ] {
            let both = both.map(rooms);
            assert_eq!(
                rooms(one).shared_with(&rooms(other)),
                both,
                "{one}, {other}"
            );
            assert_eq!(
                rooms(other).shared_with(&rooms(one)),
                both,
                "{other}, {one}"
            );
        }
    }

    #[test]
    fn nobody_gives_more_than_they_have() {
        let (all, exams) = (Rooms::all(), rooms("exam-"));
        assert!(rooms("exam-math-").within(&exams) && exams.within(&exams));
        assert!(exams.within(&all) && all.within(&all));
        for more in [&all, &rooms("ex"), &rooms("exam-1 board")] {
            assert!(!more.within(&exams), "{more}");
        }
    }
}
