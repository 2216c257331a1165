//! What was taken back: a small signed feed that every verifier can hold, `typ: revocations+jwt`.
//!
//! Watermarks kill everything that was issued for a room, by a key or to a person before a time; single tokens are
//! named by their `jti`. A verifier needs nothing in a token but `iat` and `jti`, which are there anyway.

mod feed;
mod ids;
mod stays;

use std::collections::{HashMap, HashSet};

use thiserror::Error;

pub use self::feed::RevocationsError;
pub(crate) use self::feed::{TYPE, payload};
use self::ids::TokenIds;
pub use self::stays::Stay;
use crate::parent::PersonDigest;
use crate::{KeyId, Parent, RoomPattern, Timestamp, TokenId};

/// One edition of the feed, checked and ready to be asked.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Revocations {
    seq: u64,
    issued_at: Option<Timestamp>,
    ttl: u64,
    rooms: HashMap<String, Timestamp>,
    patterns: HashMap<RoomPattern, Timestamp>,
    keys: HashMap<KeyId, Timestamp>,
    people: HashMap<String, Timestamp>,
    /// The same, for links that the people made of theirs.
    digests: HashMap<PersonDigest, Timestamp>,
    tokens: TokenIds,
    /// What is dead at the door only: who came in with it may stay.
    let_stay: HashSet<Revoked>,
    /// The people among them, for links that they made of theirs.
    let_stay_digests: HashSet<PersonDigest>,
}

/// Something to take back.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Revoked {
    /// Everything signed by this key.
    Key(KeyId),
    /// Everything issued to the person with this `context.user.id`.
    Person(String),
    /// Everything issued for these rooms.
    Room(RoomPattern),
    /// One token.
    Token(TokenId),
}

impl Revocations {
    /// How often a verifier should ask for a newer edition, in seconds, unless the feed says otherwise.
    pub const DEFAULT_TTL: u64 = 60;

    /// An empty edition, signed at this time.
    pub fn numbered(seq: u64, issued_at: Timestamp) -> Self {
        Self {
            seq,
            issued_at: Some(issued_at),
            ttl: Self::DEFAULT_TTL,
            ..Self::default()
        }
    }

    /// Takes something back: for a token, once and for all; for the rest, what was issued before that time. A later
    /// watermark replaces an earlier.
    pub fn revoke(&mut self, what: Revoked, before: Timestamp) {
        match what {
            Revoked::Token(id) => self.tokens.insert(id.as_str()),
            Revoked::Key(id) => raise(self.keys.entry(id).or_insert(before), before),
            Revoked::Person(id) => {
                let digest = PersonDigest::of(&id);
                raise(self.digests.entry(digest).or_insert(before), before);
                raise(self.people.entry(id).or_insert(before), before);
            }
            Revoked::Room(RoomPattern::Exact(room)) => {
                raise(
                    self.rooms.entry(room.as_str().to_owned()).or_insert(before),
                    before,
                );
            }
            Revoked::Room(pattern @ RoomPattern::Prefix { .. }) => {
                raise(self.patterns.entry(pattern).or_insert(before), before);
            }
        }
    }

    /// The number of this edition; a lower one than was seen before is a rollback.
    pub const fn seq(&self) -> u64 {
        self.seq
    }

    /// When this edition was signed.
    pub const fn issued_at(&self) -> Option<Timestamp> {
        self.issued_at
    }

    /// How often to ask for a newer one, in seconds.
    pub const fn ttl(&self) -> u64 {
        self.ttl
    }

    /// How many single tokens and watermarks it has.
    pub fn len(&self) -> usize {
        let watermarks =
            self.rooms.len() + self.patterns.len() + self.keys.len() + self.people.len();
        self.tokens.len() + watermarks
    }

    /// Whether it takes nothing back.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Why a token is dead, if it is.
    pub(crate) fn revoked(&self, token: &Bearing<'_>) -> Option<Cause> {
        let dead = |watermark: Option<&Timestamp>| watermark.is_some_and(|t| token.issued_at < *t);
        if token.id.is_some_and(|id| self.tokens.contains(id.as_str())) {
            return Some(Cause::Token);
        }
        if dead(self.keys.get(token.key)) {
            return Some(Cause::Key);
        }
        if token
            .person
            .is_some_and(|person| dead(self.people.get(person)))
        {
            return Some(Cause::Person);
        }
        if self.is_room_dead(token.room, token.issued_at) {
            return Some(Cause::Room);
        }
        let parent = token.parent?;
        self.is_parent_dead(parent, token).then_some(Cause::Parent)
    }

    fn is_room_dead(&self, room: &str, issued_at: Timestamp) -> bool {
        let dead = |t: &Timestamp| issued_at < *t;
        let mut patterns = self.patterns.iter();
        self.rooms.get(room).is_some_and(dead)
            || patterns.any(|(pattern, t)| dead(t) && pattern.matches(room))
    }

    fn is_parent_dead(&self, parent: &Parent, token: &Bearing<'_>) -> bool {
        let dead =
            |watermark: Option<&Timestamp>| watermark.is_some_and(|t| parent.issued_at() < *t);
        let named = |id: &TokenId| self.tokens.contains(id.as_str());
        let person = parent.person();
        parent.id().is_some_and(named)
            || dead(self.keys.get(parent.key().unwrap_or(token.key)))
            || person.is_some_and(|person| dead(self.digests.get(&person)))
            || self.is_room_dead(token.room, parent.issued_at())
    }
}

fn raise(watermark: &mut Timestamp, to: Timestamp) {
    *watermark = to.max(*watermark);
}

/// What of a token a revocation can name.
pub(crate) struct Bearing<'a> {
    pub(crate) id: Option<&'a TokenId>,
    pub(crate) key: &'a KeyId,
    pub(crate) person: Option<&'a str>,
    pub(crate) room: &'a str,
    pub(crate) issued_at: Timestamp,
    pub(crate) parent: Option<&'a Parent>,
}

/// Which kind of entry named it.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub(crate) enum Cause {
    #[error("its key was revoked after it was issued")]
    Key,
    #[error("the owner's link that it was made from was revoked")]
    Parent,
    #[error("the person's links were revoked after it was issued")]
    Person,
    #[error("the room's links were revoked after it was issued")]
    Room,
    #[error("this token was revoked")]
    Token,
}

/// What a verifier does when its edition is older than it should be.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum WhenStale {
    /// Goes on with the last good one.
    #[default]
    Admit,
    /// Admits nobody after so many seconds.
    ShutAfter(u64),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: u64) -> Timestamp {
        Timestamp::from_secs(secs).unwrap()
    }

    fn cause(revocations: &Revocations, room: &str, issued_at: u64) -> Option<Cause> {
        revocations.revoked(&Bearing {
            id: Some(&TokenId::parse("one").unwrap()),
            key: &KeyId::parse("k1").unwrap(),
            person: Some("ada"),
            room,
            issued_at: at(issued_at),
            parent: None,
        })
    }

    #[test]
    fn a_watermark_kills_what_was_issued_before_it() {
        let room = |text| Revoked::Room(RoomPattern::from_canonical(text).unwrap());
        for (what, expected) in [
            (room("standup"), Cause::Room),
            (room("stand*"), Cause::Room),
            (Revoked::Key(KeyId::parse("k1").unwrap()), Cause::Key),
            (Revoked::Person("ada".to_owned()), Cause::Person),
        ] {
            let mut revocations = Revocations::numbered(1, at(100));
            revocations.revoke(what.clone(), at(50));
            assert_eq!(
                cause(&revocations, "standup", 49),
                Some(expected),
                "{what:?}"
            );
            assert_eq!(cause(&revocations, "standup", 50), None, "{what:?}");
            revocations.revoke(what.clone(), at(40));
            assert_eq!(
                cause(&revocations, "standup", 49),
                Some(expected),
                "never lowered: {what:?}"
            );
        }
    }

    #[test]
    fn nobody_else_is_hit() {
        let mut revocations = Revocations::numbered(1, at(100));
        revocations.revoke(
            Revoked::Room(RoomPattern::from_canonical("other").unwrap()),
            at(99),
        );
        revocations.revoke(Revoked::Person("bob".to_owned()), at(99));
        revocations.revoke(Revoked::Key(KeyId::parse("k2").unwrap()), at(99));
        revocations.revoke(Revoked::Token(TokenId::parse("two").unwrap()), at(99));
        assert_eq!(cause(&revocations, "standup", 1), None);
        assert_eq!(revocations.len(), 4);
        revocations.revoke(Revoked::Token(TokenId::parse("one").unwrap()), at(0));
        assert_eq!(cause(&revocations, "standup", 1), Some(Cause::Token));
    }
}
