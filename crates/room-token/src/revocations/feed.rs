//! The feed as a JWT: `{iss, seq, iat, ttl, before: {"room:…": t, "kid:…": t, "id:…": t}, jti: […], stay: […]}`.

use std::collections::{BTreeMap, HashSet};
use std::fmt;

use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use thiserror::Error;

use super::{Revocations, Revoked};
use crate::compact::Compact;
use crate::header::Header;
use crate::signature::SignatureHolds;
use crate::{DenyReason, Deployment, KeyId, KeySet, RoomPattern, Timestamp, TokenId};

/// Its `typ`. A room token never has it, and the feed never lacks it (RFC 8725 §3.12).
pub(crate) const TYPE: &str = "revocations+jwt";

impl Revocations {
    /// The largest feed that is read, in bytes: more than three million single tokens.
    pub const MAX_BYTES: usize = 64 << 20;

    /// Reads a signed feed.
    ///
    /// It must be signed by a key of the set that has no limits: a department may sign links for its own rooms, but
    /// not take back everybody's. `seen` is the highest `seq` met before.
    ///
    /// # Errors
    /// [`RevocationsError`]; the caller keeps what it had.
    pub fn parse(
        feed: &str,
        key_set: &KeySet,
        deployment: &Deployment,
        seen: Option<u64>,
    ) -> Result<Self, RevocationsError> {
        let mut decoded = Vec::new();
        let compact = Compact::parse_up_to(feed.trim_end(), Self::MAX_BYTES, &mut decoded)
            .map_err(|what| RevocationsError::Shape { what })?;
        let header =
            Header::parse_of_type(compact.header(), TYPE).map_err(RevocationsError::Header)?;
        header
            .algorithm()
            .map_err(|_| RevocationsError::Header(DenyReason::UnsupportedAlgorithm))?;
        let key = header.key_id().ok().and_then(|kid| key_set.get(kid));
        let key = key.ok_or(RevocationsError::UnknownKey)?;
        let holds = SignatureHolds::check(
            &key.key,
            compact.signing_input().as_bytes(),
            compact.signature(),
        )
        .map_err(|_| RevocationsError::Signature)?;
        if *key.scope() != crate::Scope::UNLIMITED {
            return Err(RevocationsError::LimitedKey {
                kid: key.id().clone(),
            });
        }
        FeedClaims::parse(compact.verified_payload(&holds))?.accept(deployment, seen)
    }
}

/// The payload, streamed: a million ids are never held as text.
#[derive(Deserialize)]
struct FeedClaims {
    iss: String,
    seq: u64,
    iat: u64,
    #[serde(default = "default_ttl")]
    ttl: u64,
    #[serde(default)]
    before: Watermarks,
    #[serde(default)]
    jti: Ids,
    #[serde(default)]
    stay: Vec<String>,
}

const fn default_ttl() -> u64 {
    Revocations::DEFAULT_TTL
}

impl FeedClaims {
    fn parse(payload: &[u8]) -> Result<Self, RevocationsError> {
        // serde would also take an array with the members' values in their order.
        if payload.trim_ascii_start().first() != Some(&b'{') {
            return Err(RevocationsError::Claims { byte: 0 });
        }
        serde_json::from_slice(payload).map_err(|error| RevocationsError::Claims {
            byte: error.column(),
        })
    }

    fn accept(
        self,
        deployment: &Deployment,
        seen: Option<u64>,
    ) -> Result<Revocations, RevocationsError> {
        if self.iss != deployment.issuer() {
            return Err(RevocationsError::OtherIssuer);
        }
        if let Some(seen) = seen.filter(|seen| self.seq < *seen) {
            return Err(RevocationsError::Rollback {
                seen,
                got: self.seq,
            });
        }
        let mut revocations = self.before.0;
        revocations.tokens = self.jti.0;
        for name in &self.stay {
            let what = revoked(name).map_err(|()| RevocationsError::Claims { byte: 0 })?;
            if let Some(what) = what {
                revocations.let_stay(what);
            }
        }
        revocations.seq = self.seq;
        revocations.issued_at = Timestamp::from_secs(self.iat).ok();
        // However busy or lazy an issuer wants its verifiers: a revocation should be seen within minutes.
        revocations.ttl = self.ttl.clamp(10, 3600);
        Ok(revocations)
    }
}

#[derive(Default)]
struct Watermarks(Revocations);

impl<'de> Deserialize<'de> for Watermarks {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Watermarks;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("watermarks")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Watermarks, A::Error> {
                let mut revocations = Revocations::default();
                while let Some(name) = members.next_key::<String>()? {
                    match revoked(&name) {
                        // A kind that is not known yet names nothing that we could check, and the place of a token is
                        // in `jti`.
                        Ok(None | Some(Revoked::Token(_))) => {
                            members.next_value::<IgnoredAny>()?;
                        }
                        Ok(Some(what)) => {
                            let before = Timestamp::from_secs(members.next_value()?);
                            let before = before.map_err(serde::de::Error::custom)?;
                            revocations.revoke(what, before);
                        }
                        Err(()) => return Err(serde::de::Error::custom("not a watermark")),
                    }
                }
                Ok(Watermarks(revocations))
            }
        }
        reader.deserialize_map(Reader)
    }
}

/// `Err` for a known kind with a name that cannot be: passing over it would let somebody in.
fn revoked(name: &str) -> Result<Option<Revoked>, ()> {
    let Some((kind, name)) = name.split_once(':') else {
        return Err(());
    };
    match kind {
        "id" => Ok(Some(Revoked::Person(name.to_owned()))),
        "jti" => TokenId::parse(name)
            .map(Revoked::Token)
            .map(Some)
            .map_err(drop),
        "kid" => KeyId::parse(name).map(Revoked::Key).map(Some).map_err(drop),
        "room" => RoomPattern::from_canonical(name)
            .map(Revoked::Room)
            .map(Some)
            .map_err(drop),
        _later => Ok(None),
    }
}

#[derive(Default)]
struct Ids(super::TokenIds);

impl<'de> Deserialize<'de> for Ids {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Ids;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("token ids")
            }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut ids: A) -> Result<Ids, A::Error> {
                let mut set = super::TokenIds::default();
                while let Some(id) = ids.next_element::<std::borrow::Cow<'de, str>>()? {
                    set.insert(
                        TokenId::parse(&id)
                            .map_err(serde::de::Error::custom)?
                            .as_str(),
                    );
                }
                Ok(Ids(set))
            }
        }
        reader.deserialize_seq(Reader)
    }
}

/// The payload as it is written.
#[derive(Serialize)]
struct FeedPayload<'a> {
    iss: &'a str,
    seq: u64,
    iat: u64,
    ttl: u64,
    before: BTreeMap<String, u64>,
    jti: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    stay: Vec<String>,
}

/// The bytes to sign.
pub(crate) fn payload(
    revocations: &Revocations,
    deployment: &Deployment,
) -> Result<Vec<u8>, serde_json::Error> {
    let mut jti: Vec<_> = revocations.tokens.iter().collect();
    jti.sort_unstable();
    serde_json::to_vec(&FeedPayload {
        iss: deployment.issuer(),
        seq: revocations.seq,
        iat: revocations.issued_at.map_or(0, Timestamp::as_secs),
        ttl: revocations.ttl,
        before: watermarks(revocations),
        jti,
        stay: names(&revocations.let_stay),
    })
}

fn names(entries: &HashSet<Revoked>) -> Vec<String> {
    let mut names: Vec<_> = entries.iter().map(name_of).collect();
    names.sort_unstable();
    names
}

fn name_of(what: &Revoked) -> String {
    match what {
        Revoked::Key(id) => format!("kid:{id}"),
        Revoked::Person(id) => format!("id:{id}"),
        Revoked::Room(rooms) => format!("room:{rooms}"),
        Revoked::Token(id) => format!("jti:{id}"),
    }
}

fn watermarks(revocations: &Revocations) -> BTreeMap<String, u64> {
    let rooms = revocations
        .rooms
        .iter()
        .map(|(room, t)| (format!("room:{room}"), t));
    let patterns = revocations
        .patterns
        .iter()
        .map(|(pattern, t)| (format!("room:{pattern}"), t));
    let keys = revocations
        .keys
        .iter()
        .map(|(kid, t)| (format!("kid:{kid}"), t));
    let people = revocations
        .people
        .iter()
        .map(|(id, t)| (format!("id:{id}"), t));
    let mut all = BTreeMap::new();
    for (name, time) in rooms.chain(patterns).chain(keys).chain(people) {
        let latest: &mut u64 = all.entry(name).or_default();
        *latest = time.as_secs().max(*latest);
    }
    all
}

/// Why a feed is not taken.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum RevocationsError {
    /// Not the claims of a feed.
    #[error("the revocations' claims cannot be read at byte {byte}; publish them again")]
    Claims {
        /// Where.
        byte: usize,
    },
    /// Another kind of token, or another algorithm.
    #[error("the revocations' header is refused ({}); is it the right address?", .0.code())]
    Header(DenyReason),
    /// A key that may only sign for some rooms.
    #[error(
        "the revocations are signed with {kid}, whose scope is limited; sign them with a key that has none"
    )]
    LimitedKey {
        /// The key.
        kid: KeyId,
    },
    /// Somebody else's.
    #[error("the revocations are of another issuer; is it the right address?")]
    OtherIssuer,
    /// An older edition than was seen.
    #[error("the revocations were rolled back from {seen} to {got}; somebody serves an old copy")]
    Rollback {
        /// The highest number seen.
        seen: u64,
        /// The number of this one.
        got: u64,
    },
    /// Not a compact JWS.
    #[error("the revocations are not a signed token ({what}); is it the right address?")]
    Shape {
        /// What was found.
        what: &'static str,
    },
    /// The signature does not fit.
    #[error("the signature of the revocations does not fit; they were changed on their way")]
    Signature,
    /// A key that is not in the key set.
    #[error(
        "the revocations are signed with a key that is not in the key set; is the key set current?"
    )]
    UnknownKey,
}
