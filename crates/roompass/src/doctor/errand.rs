//! Who is sent to a shard, to which room, and with which token.

use std::fmt;

use issuer::{BaseUrl, Keys, ReceivedLink};
use room_token::{
    Affiliation, Deployment, Grant, KeyId, Person, RoomName, SigningKey, Timestamp, TokenId,
    Validity,
};

use super::observation::Visitor;
use crate::failure::Failure;

/// What opens doors here.
pub(super) enum Pass {
    /// Links of our own.
    Signed {
        keys: Box<Keys>,
        deployment: Deployment,
        prefix: String,
    },
    /// One link of somebody else's.
    Given(ReceivedLink),
    /// Only what strangers have.
    Nothing,
}

/// One visit. Its token is for nobody to see.
#[derive(Clone)]
pub(super) struct Errand {
    pub(super) visitor: Visitor,
    /// The room without its tenant, as it stands before the `@`.
    pub(super) room: String,
    /// What the connection says in `?room=`.
    pub(super) query: String,
    pub(super) token: String,
}

impl fmt::Debug for Errand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Errand({:?} to {})", self.visitor, self.room)
    }
}

/// Randomness for one leg.
pub(super) struct Chance {
    /// Names the rooms.
    pub(super) rooms: u64,
    /// The seed of a key that nobody trusts.
    pub(super) forger: [u8; 32],
    /// Names the tokens.
    pub(super) ids: [u8; 8],
}

/// How long a link of ours lives, in seconds.
const LIFE: u64 = 120;

/// Everybody who is sent to one shard, the guest first.
///
/// # Errors
/// When the key does not sign, or the room's prefix makes no name.
pub(super) fn errands(
    pass: &Pass,
    base: &BaseUrl,
    now: Timestamp,
    chance: &Chance,
) -> Result<Vec<Errand>, Failure> {
    match pass {
        Pass::Signed {
            keys,
            deployment,
            prefix,
        } => signed(&Mint::new(keys, deployment, now, chance), base, prefix),
        Pass::Given(link) => given(link, chance),
        Pass::Nothing => Ok(vec![Errand {
            visitor: Visitor::Stranger,
            ..Errand::to(&format!("roompass-doctor-{:016x}", chance.rooms))
        }]),
    }
}

impl Errand {
    fn to(room: &str) -> Self {
        Self {
            visitor: Visitor::Stranger,
            room: room.to_owned(),
            query: room.to_owned(),
            token: String::new(),
        }
    }

    fn of(visitor: Visitor, room: &str, token: &str) -> Self {
        Self {
            visitor,
            token: token.to_owned(),
            ..Self::to(room)
        }
    }
}

fn signed(mint: &Mint<'_>, base: &BaseUrl, prefix: &str) -> Result<Vec<Errand>, Failure> {
    let name = |suffix: &str| {
        let typed = format!("{prefix}{:016x}{suffix}", mint.chance.rooms);
        base.room(&typed)
            .map_err(|e| Failure::because("--room-prefix", &e))
    };
    let (here, there, fresh) = (name("")?, name("-other")?, name("-new")?);
    let good = mint.token(&here, Fresh)?;
    let room = here.local();
    Ok(vec![
        Errand::of(Visitor::Guest { of_member: true }, room, &good),
        Errand::of(Visitor::Creator, fresh.local(), &mint.token(&fresh, Fresh)?),
        Errand::to(room),
        Errand::of(Visitor::Forger, room, &mint.forged(&here)?),
        Errand::of(Visitor::Changer, room, &changed(&good)),
        Errand::of(Visitor::Latecomer, room, &mint.token(&here, Ended)?),
        Errand::of(Visitor::Neighbour, room, &mint.token(&there, Fresh)?),
        Errand {
            query: there.local().to_owned(),
            ..Errand::of(Visitor::Deceiver, room, &good)
        },
    ])
}

fn given(link: &ReceivedLink, chance: &Chance) -> Result<Vec<Errand>, Failure> {
    let place = link.place()?;
    let (room, token) = (place.room.as_str(), link.token());
    let other = format!("roompass-doctor-{:016x}", chance.rooms);
    Ok(vec![
        Errand::of(Visitor::Guest { of_member: false }, room, token),
        Errand::to(room),
        Errand::of(Visitor::Changer, room, &changed(token)),
        Errand::of(Visitor::Neighbour, &other, token),
        Errand {
            query: other.clone(),
            ..Errand::of(Visitor::Deceiver, room, token)
        },
    ])
}

use When::{Ended, Fresh};

#[derive(Clone, Copy)]
enum When {
    Fresh,
    Ended,
}

/// Makes tokens.
struct Mint<'a> {
    keys: &'a Keys,
    deployment: &'a Deployment,
    now: Timestamp,
    chance: &'a Chance,
}

impl<'a> Mint<'a> {
    const fn new(
        keys: &'a Keys,
        deployment: &'a Deployment,
        now: Timestamp,
        chance: &'a Chance,
    ) -> Self {
        Self {
            keys,
            deployment,
            now,
            chance,
        }
    }

    fn token(&self, room: &RoomName, when: When) -> Result<String, Failure> {
        let validity = self.validity(when)?;
        let signed = self.keys.sign_until(validity.expires_at(), |key| {
            self.issue(key, room, &validity)
        });
        signed.map_err(|e| Failure::because("the signing key", &e))?
    }

    /// With a key that nobody has seen before.
    fn forged(&self, room: &RoomName) -> Result<String, Failure> {
        let key = SigningKey::from_seed(&self.chance.forger);
        self.issue(&key, room, &self.validity(Fresh)?)
    }

    fn issue(
        &self,
        key: &SigningKey,
        room: &RoomName,
        validity: &Validity,
    ) -> Result<String, Failure> {
        let person = Person::anonymous(Affiliation::Member);
        let grant = Grant::new(room.clone(), person);
        let id = TokenId::from_bytes(self.chance.ids);
        let token = key.issue(self.deployment, &grant, validity, &id);
        let token = token.map_err(|e| Failure::because("no link was made", &e))?;
        Ok(token.as_str().to_owned())
    }

    /// An ended one ended long ago: clocks may differ a little.
    fn validity(&self, when: When) -> Result<Validity, Failure> {
        let at = |ago: u64| Timestamp::from_secs(self.now.as_secs().saturating_sub(ago));
        let (from, until) = match when {
            Fresh => (at(0), self.now.plus(LIFE)),
            Ended => (at(7200), at(3600).unwrap_or(self.now)),
        };
        let bad = |e| Failure::because("the link's time", &e);
        Validity::new(from.map_err(bad)?, None, until).map_err(bad)
    }
}

/// The same token with one character of its signature changed; it stays canonical base64url.
fn changed(token: &str) -> String {
    let Some((signed, signature)) = token.rsplit_once('.') else {
        return token.to_owned();
    };
    let mut letters = signature.chars();
    let other = match letters.next() {
        Some('A') => 'B',
        Some(_) | None => 'A',
    };
    format!("{signed}.{other}{}", letters.as_str())
}

/// The name of the key that signs, where there is one.
pub(super) fn key_id(pass: &Pass) -> Option<KeyId> {
    match pass {
        Pass::Signed { keys, .. } => keys.active_id().ok(),
        Pass::Given(_) | Pass::Nothing => None,
    }
}

#[cfg(test)]
mod tests {
    use issuer::Keys;
    use room_token::{Decision, DenyReason, KeySet, Verifier};

    use super::*;

    fn pass(seed: u8) -> Pass {
        Pass::Signed {
            keys: Box::new(Keys::from(SigningKey::from_seed(&[seed; 32]))),
            deployment: Deployment::default(),
            prefix: "try-".to_owned(),
        }
    }

    const CHANCE: Chance = Chance {
        rooms: 7,
        forger: [9; 32],
        ids: [1; 8],
    };

    #[test]
    fn each_thief_is_refused_for_the_reason_that_it_plays() {
        let now = Timestamp::from_secs(1_800_000_000).unwrap();
        let base = BaseUrl::parse("https://m.example").unwrap();
        let errands = errands(&pass(1), &base, now, &CHANCE).unwrap();
        let keys = KeySet::of([&SigningKey::from_seed(&[1; 32])]).unwrap();
        let verifier = Verifier::new(keys, Deployment::default()).unwrap();
        let verdicts = errands.iter().map(|errand| {
            let code = match verifier.decide(&errand.token, &errand.room, now) {
                Decision::Admit(_) => None,
                Decision::Deny(reason) => Some(reason),
            };
            (errand.visitor, code)
        });
        assert_eq!(
            verdicts.collect::<Vec<_>>(),
            [
                (Visitor::Guest { of_member: true }, None),
                (Visitor::Creator, None),
                (Visitor::Stranger, Some(DenyReason::TokenMissing)),
                (Visitor::Forger, Some(DenyReason::UnknownKey)),
                (Visitor::Changer, Some(DenyReason::BadSignature)),
                (Visitor::Latecomer, Some(DenyReason::Expired)),
                (Visitor::Neighbour, Some(DenyReason::WrongRoom)),
                // The token is good; the connection is not.
                (Visitor::Deceiver, None),
            ]
        );
        let deceiver = errands.last().unwrap();
        assert_ne!(deceiver.query, deceiver.room);
    }

    #[test]
    fn a_given_link_is_used_for_what_it_can_show_and_not_shown() {
        let link = "https://m.example/standup?jwt=eyJh.eyJp.Abcd";
        let pass = Pass::Given(ReceivedLink::parse(link).unwrap());
        let now = Timestamp::from_secs(1_800_000_000).unwrap();
        let base = BaseUrl::parse("https://m.example").unwrap();
        let errands = errands(&pass, &base, now, &CHANCE).unwrap();
        let tokens: Vec<_> = errands.iter().map(|errand| errand.token.as_str()).collect();
        assert_eq!(
            tokens,
            [
                "eyJh.eyJp.Abcd",
                "",
                "eyJh.eyJp.Bbcd",
                "eyJh.eyJp.Abcd",
                "eyJh.eyJp.Abcd"
            ]
        );
        assert!(!format!("{errands:?}").contains("eyJ"));
    }
}
