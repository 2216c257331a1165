//! What somebody wants to take back, as they say it, to an entry of the list.

use room_token::{
    DenyReason, KeyError, KeyId, Revoked, RoomName, RoomNameError, RoomPattern, Timestamp, TokenId,
    TokenIdError, Verifier,
};
use thiserror::Error;

use crate::{ReceivedLink, ReceivedLinkError, Revocation};

/// One link, or all of a room, a key or a person; as typed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Revocable<'a> {
    /// All links signed with the key of this `kid`.
    Key(&'a str),
    /// This link, or the token in it.
    Link(&'a str),
    /// All links of the person with this `context.user.id`.
    Person(&'a str),
    /// All links of this room, as typed; or of a canonical pattern such as `acme-*` or `[acme]standup`.
    Room(&'a str),
    /// The token with this `jti`.
    TokenId(&'a str),
}

impl Revocable<'_> {
    /// Makes an entry of it. The verifier knows our own keys: a link somebody made up must not take another's id.
    ///
    /// # Errors
    /// [`RevocableError`]; every text says what to give instead.
    pub fn parse(
        self,
        verifier: &Verifier,
        before: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Revocation, RevocableError> {
        // A watermark counts whole seconds: what was issued in this very second is to die too.
        let before = before.unwrap_or_else(|| now.plus(1));
        match self {
            Self::Link(link) => link_or_token(link, verifier, now),
            Self::TokenId(id) => Ok(Revocation::new(Revoked::Token(TokenId::parse(id)?), now)),
            Self::Key(id) => Ok(Revocation::new(Revoked::Key(KeyId::parse(id)?), before)),
            Self::Room(typed) => Ok(Revocation::new(Revoked::Room(rooms(typed)?), before)),
            Self::Person("") => Err(RevocableError::NoPerson),
            Self::Person(id) => Ok(Revocation::new(Revoked::Person(id.to_owned()), before)),
        }
    }
}

fn link_or_token(
    text: &str,
    verifier: &Verifier,
    now: Timestamp,
) -> Result<Revocation, RevocableError> {
    let token = if ReceivedLink::is_meant(text) {
        ReceivedLink::parse(text)?.token().to_owned()
    } else {
        text.trim().to_owned()
    };
    let name = verifier.identify(&token).map_err(RevocableError::Foreign)?;
    let id = name.id.ok_or(RevocableError::Nameless)?;
    Ok(Revocation::new(Revoked::Token(id), now).until(name.expires_at))
}

fn rooms(typed: &str) -> Result<RoomPattern, RoomNameError> {
    let typed = typed.trim();
    if typed.ends_with('*') || typed.starts_with('[') {
        return RoomPattern::from_canonical(typed);
    }
    RoomName::parse(typed).map(RoomPattern::Exact)
}

/// Why nothing can be taken back so.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum RevocableError {
    /// A link of another key, or none at all.
    #[error("this link is none of this issuer's keys ({}); take it back where it was issued, or by its room, or by its `jti` from a log", .0.code())]
    Foreign(DenyReason),
    /// Not a `kid`.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Not a link.
    #[error(transparent)]
    Link(#[from] ReceivedLinkError),
    /// A token without a `jti`.
    #[error(
        "this token has no `jti`, so it cannot be taken back alone; take back all links of its room or of its key"
    )]
    Nameless,
    /// An empty id.
    #[error("the person's id is empty; give the id that the links were issued with")]
    NoPerson,
    /// Not a room.
    #[error(transparent)]
    Room(#[from] RoomNameError),
    /// Not a `jti`.
    #[error(transparent)]
    TokenId(#[from] TokenIdError),
}

#[cfg(test)]
mod tests {
    use room_token::{Deployment, Grant, KeySet, Lifetime, Person, SigningKey, Validity};

    use super::*;

    fn at(secs: u64) -> Timestamp {
        Timestamp::from_secs(secs).unwrap()
    }

    fn verifier(key: &SigningKey) -> Verifier {
        Verifier::new(KeySet::of([key]).unwrap(), Deployment::default()).unwrap()
    }

    #[test]
    fn a_link_is_taken_back_by_its_id_until_it_ends() {
        let key = SigningKey::from_seed(&[7; 32]);
        let grant = Grant::new(
            RoomName::parse("sync").unwrap(),
            Person::member("Ada").unwrap(),
        );
        let validity = Validity::lasting(at(1000), Lifetime::from_secs(60).unwrap()).unwrap();
        let id = TokenId::from_bytes([1; 8]);
        let token = key
            .issue(&Deployment::default(), &grant, &validity, &id)
            .unwrap();
        let link = format!("https://m.example/sync?jwt={}", token.as_str());
        for text in [link.as_str(), token.as_str()] {
            // Long after its end too: a name is a name.
            let entry = Revocable::Link(text)
                .parse(&verifier(&key), None, at(9000))
                .unwrap();
            assert_eq!(
                (entry.name(), entry.forget_at),
                (format!("jti:{id}"), at(1060))
            );
        }
        let other = verifier(&SigningKey::from_seed(&[8; 32]));
        let refused = Revocable::Link(&link).parse(&other, None, at(1000));
        assert_eq!(
            refused,
            Err(RevocableError::Foreign(DenyReason::UnknownKey))
        );
    }

    #[test]
    fn everything_else_is_taken_back_by_its_name() {
        let verifier = verifier(&SigningKey::from_seed(&[7; 32]));
        for (what, name) in [
            (Revocable::Room(" Weekly Sync"), "room:weekly%20sync"),
            (Revocable::Room("acme-*"), "room:acme-*"),
            (Revocable::Room("[acme]standup"), "room:[acme]standup"),
            (Revocable::Key("kPrK_qmx"), "kid:kPrK_qmx"),
            (Revocable::Person("ada"), "id:ada"),
            (Revocable::TokenId("AQEBAQEBAQE"), "jti:AQEBAQEBAQE"),
        ] {
            assert_eq!(what.parse(&verifier, None, at(1)).unwrap().name(), name);
        }
        for what in [
            Revocable::Room("?"),
            Revocable::Room("Acme-*"),
            Revocable::Key(""),
            Revocable::Person(""),
            Revocable::TokenId("a b"),
            Revocable::Link("https://"),
            Revocable::Link(""),
        ] {
            assert!(what.parse(&verifier, None, at(1)).is_err(), "{what:?}");
        }
    }
}
