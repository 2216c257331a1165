//! Whether somebody who is inside must leave when their link is taken back.

use super::{Revocations, Revoked};
use crate::parent::PersonDigest;
use crate::{KeyId, Parent, RoomPattern, Timestamp, TokenId};

/// With what somebody came in.
#[derive(Clone, Copy, Debug)]
pub struct Stay<'a> {
    /// `jti`.
    pub id: Option<&'a TokenId>,
    /// `kid`.
    pub key: &'a KeyId,
    /// `context.user.id`.
    pub person: Option<&'a str>,
    /// The room they are in.
    pub room: &'a str,
    /// `iat`.
    pub issued_at: Timestamp,
    /// The owner's link that theirs was made from.
    pub parent: Option<&'a Parent>,
}

impl Revocations {
    /// Lets those stay who came in with this already; it must be taken back as well.
    pub fn let_stay(&mut self, what: Revoked) {
        if let Revoked::Person(id) = &what {
            self.let_stay_digests.insert(PersonDigest::of(id));
        }
        self.let_stay.insert(what);
    }

    /// Whether an entry names them that does not let them stay, or the owner's link that theirs was made from.
    pub fn ends(&self, stay: &Stay<'_>) -> bool {
        let mut entries = self.entries_for(stay);
        entries.any(|what| !self.let_stay.contains(&what))
            || stay
                .parent
                .is_some_and(|parent| self.ends_by_parent(parent, stay))
    }

    fn ends_by_parent(&self, parent: &Parent, stay: &Stay<'_>) -> bool {
        let dead = |digest| {
            let watermark = self.digests.get(digest);
            watermark.is_some_and(|t| parent.issued_at() < *t)
                && !self.let_stay_digests.contains(digest)
        };
        let person = parent.person();
        person.as_ref().is_some_and(dead)
            || self.ends(&Stay {
                id: parent.id(),
                key: parent.key().unwrap_or(stay.key),
                person: None,
                room: stay.room,
                issued_at: parent.issued_at(),
                parent: None,
            })
    }

    fn entries_for<'r>(&'r self, stay: &'r Stay<'_>) -> impl Iterator<Item = Revoked> + 'r {
        let dead = |t: &Timestamp| stay.issued_at < *t;
        let token = stay.id.filter(|id| self.tokens.contains(id.as_str()));
        let key = self.keys.get(stay.key).filter(|t| dead(t));
        let person = stay
            .person
            .filter(|id| self.people.get(*id).is_some_and(dead));
        let exact = self.rooms.get(stay.room).filter(|t| dead(t));
        let exact = exact.and_then(|_| RoomPattern::from_canonical(stay.room).ok());
        let patterns = self
            .patterns
            .iter()
            .filter(move |(pattern, t)| dead(t) && pattern.matches(stay.room));
        (token.map(|id| Revoked::Token(id.clone())).into_iter())
            .chain(key.map(|_| Revoked::Key(stay.key.clone())))
            .chain(person.map(|id| Revoked::Person(id.to_owned())))
            .chain(exact.map(Revoked::Room))
            .chain(patterns.map(|(pattern, _)| Revoked::Room(pattern.clone())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: u64) -> Timestamp {
        Timestamp::from_secs(secs).unwrap()
    }

    #[test]
    fn who_is_named_must_leave_unless_each_entry_lets_them_stay() {
        let (id, key) = (TokenId::parse("one").unwrap(), KeyId::parse("k1").unwrap());
        let stay = Stay {
            id: Some(&id),
            key: &key,
            person: Some("ada"),
            room: "acme-sync",
            issued_at: at(49),
            parent: None,
        };
        let guest_key = KeyId::parse("k2").unwrap();
        let parent =
            Parent::parse(r#"{"iat":49,"jti":"one","kid":"k1","id":"_e5DDUC9V94"}"#).unwrap();
        let guest = Stay {
            id: None,
            key: &guest_key,
            person: None,
            room: "acme-sync",
            issued_at: at(60),
            parent: Some(&parent),
        };
        let room = |text| Revoked::Room(RoomPattern::from_canonical(text).unwrap());
        let all = [
            Revoked::Token(id.clone()),
            Revoked::Key(key.clone()),
            Revoked::Person("ada".to_owned()),
            room("acme-sync"),
            room("acme-*"),
        ];
        let mut lenient = Revocations::numbered(1, at(100));
        assert!(!lenient.ends(&stay) && !lenient.ends(&guest));
        for what in all {
            let mut strict = lenient.clone();
            strict.revoke(what.clone(), at(50));
            assert!(strict.ends(&stay), "{what:?}");
            assert!(strict.ends(&guest), "{what:?}, and what was made of it");
            lenient.revoke(what.clone(), at(50));
            lenient.let_stay(what);
            assert!(!lenient.ends(&stay) && !lenient.ends(&guest));
        }
        let later = Stay {
            id: None,
            issued_at: at(50),
            ..stay
        };
        assert!(!lenient.ends(&later));
    }

    #[test]
    fn nobody_is_named_who_was_issued_in_that_second_or_for_another_room() {
        let key = KeyId::parse("k1").unwrap();
        let parent = Parent::parse(r#"{"iat":49,"kid":"k1","id":"_e5DDUC9V94"}"#).unwrap();
        let stay = |issued_at, parent| Stay {
            id: None,
            key: &key,
            person: Some("ada"),
            room: "acme-sync",
            issued_at: at(issued_at),
            parent,
        };
        let room = |text| Revoked::Room(RoomPattern::from_canonical(text).unwrap());
        for (what, before) in [
            (Revoked::Key(key.clone()), 49),
            (Revoked::Person("ada".to_owned()), 49),
            (room("acme-sync"), 49),
            (room("acme-*"), 49),
            (room("other-*"), 50),
        ] {
            let mut strict = Revocations::numbered(1, at(100));
            strict.revoke(what.clone(), at(before));
            assert!(!strict.ends(&stay(49, None)), "{what:?}");
            assert!(!strict.ends(&stay(60, Some(&parent))), "{what:?}");
        }
    }
}
