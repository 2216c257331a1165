//! The answer at a door, and the closed list of reasons to say no.

mod guest_text;

pub use guest_text::ending_text;

use strum::VariantArray;
use thiserror::Error;

use crate::{
    Features, KeyId, Limits, Parent, Person, RoomPattern, Timestamp, TokenId, Validity, Windows,
};

/// The answer for one person at one room's door.
///
/// Not a `Result`: no `unwrap_or` may turn a refusal into an entry.
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
#[expect(
    clippy::large_enum_variant,
    reason = "one at a time, on the stack, for a moment"
)]
pub enum Decision {
    /// Let them in, with what they were granted.
    Admit(Admission),
    /// Keep them out.
    Deny(DenyReason),
}

/// What a token grants that holds here and now, and how one would name it in a log.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Admission {
    pub(crate) rooms: RoomPattern,
    pub(crate) person: Person,
    pub(crate) limits: Limits,
    pub(crate) windows: Option<Windows>,
    pub(crate) features: Option<Features>,
    pub(crate) parent: Option<Parent>,
    pub(crate) validity: Validity,
    pub(crate) admits_until: Timestamp,
    pub(crate) joins_until: Option<Timestamp>,
    pub(crate) token_id: Option<TokenId>,
    pub(crate) key_id: KeyId,
}

impl Admission {
    /// The room; more than one only if the key's scope allows it.
    pub const fn rooms(&self) -> &RoomPattern {
        &self.rooms
    }

    /// Who it is for.
    pub const fn person(&self) -> &Person {
        &self.person
    }

    /// How late, and how many.
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// When the door is open, for a series.
    pub const fn windows(&self) -> Option<&Windows> {
        self.windows.as_ref()
    }

    /// Switches for Jitsi.
    pub const fn features(&self) -> Option<&Features> {
        self.features.as_ref()
    }

    /// The owner's link that this one was made from.
    pub const fn parent(&self) -> Option<&Parent> {
        self.parent.as_ref()
    }

    /// From when to when the token holds.
    pub const fn validity(&self) -> &Validity {
        &self.validity
    }

    /// The first second at which this answer no longer holds, leeway included: the end of the token, of the window
    /// that is open now, or of the key set.
    pub const fn admits_until(&self) -> Timestamp {
        self.admits_until
    }

    /// The last second of a first join, leeway included.
    pub const fn joins_until(&self) -> Option<Timestamp> {
        self.joins_until
    }

    /// `jti`, if the issuer gave one.
    pub const fn token_id(&self) -> Option<&TokenId> {
        self.token_id.as_ref()
    }

    /// The key that signed it.
    pub const fn key_id(&self) -> &KeyId {
        &self.key_id
    }
}

/// Why a person was kept out. The text is for operators and says what to look at.
///
/// `docs/deny-reasons.md` has a row for each; a test keeps the two lists equal.
#[derive(Clone, Copy, Debug, Eq, Error, Hash, PartialEq, VariantArray)]
pub enum DenyReason {
    /// The claims are not those of a room token.
    #[error("the claims are not those of a room token; compare them with docs/token-format.md")]
    BadClaims,
    /// The signature does not fit.
    #[error(
        "the signature does not fit: the token was changed, or another key signed it; issue a new link"
    )]
    BadSignature,
    /// Its time is over.
    #[error("the token has expired; issue a new link")]
    Expired,
    /// Everybody is in who was to come first.
    #[error("the token was for joining earlier; issue one that can still be joined with")]
    JoinClosed,
    /// The key set has ended.
    #[error("the key set has expired; give this server a newer one")]
    KeySetStale,
    /// It lives longer than its key may sign for.
    #[error("the token lives longer than its key allows; issue one with a nearer end")]
    LifetimeTooLong,
    /// Not a compact JWS.
    #[error("this is not a whole token; copy the link again, all of it")]
    Malformed,
    /// A name that the server's policy refuses.
    #[error("the room's name matches roompass_refused_patterns; use another name")]
    NameRefused,
    /// Nobody may come before an owner has.
    #[error(
        "no owner has opened the room yet, and roompass_opens wants one; wait until one has joined"
    )]
    NotOpenYet,
    /// The key may not sign this.
    #[error(
        "the token asks for more than its key may sign; compare it with the key's scope in the key set"
    )]
    OutOfScope,
    /// Between two meetings of a series.
    #[error("the token's series is shut now; wait for the next meeting")]
    OutsideWindow,
    /// It was taken back.
    #[error("the token was revoked; issue a new link if that was a mistake")]
    Revoked,
    /// Too old a list of what was taken back.
    #[error("the revocations are older than allowed; can this server reach the issuer?")]
    RevocationsStale,
    /// As many people as the room may have.
    #[error("the room has as many people as the token allows; wait until somebody leaves")]
    RoomFull,
    /// As many people as may use this token at once.
    #[error("as many people as allowed are in the room with this token; issue each their own")]
    SeatsTaken,
    /// Nothing is known of what its status list says.
    #[error(
        "the token names a status list, or an entry of it, that is not here; give this server that list"
    )]
    StatusUnknown,
    /// There was none.
    #[error("there is no token on this connection; open the room by its link")]
    TokenMissing,
    /// The door is not open yet.
    #[error("the token is not valid yet; wait, or compare this clock with the issuer's")]
    TooEarly,
    /// The key set has no such key.
    #[error("the token names a key that is not in the key set; is this server's key set current?")]
    UnknownKey,
    /// An algorithm other than Ed25519.
    #[error(
        "the token is not signed with Ed25519; sign it with `alg` EdDSA and a key of the key set"
    )]
    UnsupportedAlgorithm,
    /// The header asks for what we do not do.
    #[error(
        "the token's header has a member or a `typ` that room tokens do not have; leave it out"
    )]
    UnsupportedHeader,
    /// There is nothing to check with.
    #[error("the verifier is not available; this server's log says what it is missing")]
    VerifierUnavailable,
    /// For another deployment.
    #[error(
        "the token is for another audience; compare the issuer's audience with roompass_audience"
    )]
    WrongAudience,
    /// From somebody else.
    #[error("the token is from another issuer; compare the issuer's name with roompass_issuer")]
    WrongIssuer,
    /// For another room.
    #[error("the token is for another room; use the link of this room")]
    WrongRoom,
}

impl DenyReason {
    /// Every reason.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// Is it a server's policy that says so, and not the token?
    pub const fn is_policy(self) -> bool {
        matches!(self, Self::NameRefused | Self::NotOpenYet)
    }

    /// The name that crosses into Lua, HTTP, logs and metrics. Never change one.
    pub const fn code(self) -> &'static str {
        match self {
            Self::BadClaims => "bad-claims",
            Self::BadSignature => "bad-signature",
            Self::Expired => "expired",
            Self::JoinClosed => "join-closed",
            Self::KeySetStale => "key-set-stale",
            Self::LifetimeTooLong => "lifetime-too-long",
            Self::Malformed => "malformed",
            Self::NameRefused => "name-refused",
            Self::NotOpenYet => "not-open-yet",
            Self::OutOfScope => "out-of-scope",
            Self::OutsideWindow => "outside-window",
            Self::Revoked => "revoked",
            Self::RevocationsStale => "revocations-stale",
            Self::RoomFull => "room-full",
            Self::SeatsTaken => "seats-taken",
            Self::StatusUnknown => "status-unknown",
            Self::TokenMissing => "token-missing",
            Self::TooEarly => "too-early",
            Self::UnknownKey => "unknown-key",
            Self::UnsupportedAlgorithm => "unsupported-algorithm",
            Self::UnsupportedHeader => "unsupported-header",
            Self::VerifierUnavailable => "verifier-unavailable",
            Self::WrongAudience => "wrong-audience",
            Self::WrongIssuer => "wrong-issuer",
            Self::WrongRoom => "wrong-room",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_documented_with_its_own_words() {
        let page = include_str!("../../../docs/deny-reasons.md");
        for reason in DenyReason::ALL {
            let row = page
                .lines()
                .find(|line| line.starts_with(&format!("| `{}` |", reason.code())))
                .unwrap_or_else(|| panic!("docs/deny-reasons.md: add `{}`", reason.code()));
            assert!(row.contains(reason.guest_text()), "{row}");
        }
        let rows = page.lines().filter(|line| line.starts_with("| `")).count();
        assert_eq!(rows, DenyReason::ALL.len(), "a row without a reason");
    }

    #[test]
    fn codes_are_distinct_and_texts_survive_the_client() {
        let mut codes: Vec<_> = DenyReason::ALL.iter().map(|r| r.code()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), DenyReason::ALL.len());
        for reason in DenyReason::ALL {
            assert!(!reason.guest_text().contains(':'), "{reason:?}");
            assert!(reason.guest_text().is_ascii(), "{reason:?}");
        }
    }
}
