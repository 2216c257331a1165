//! The answer at a door, and the closed list of reasons to say no.

use strum::VariantArray;
use thiserror::Error;

use crate::{Grant, KeyId, TokenId, Validity};

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

/// A grant whose token holds here and now, and how one would name that token in a log.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Admission {
    pub(crate) grant: Grant,
    pub(crate) validity: Validity,
    pub(crate) token_id: Option<TokenId>,
    pub(crate) key_id: KeyId,
}

impl Admission {
    /// What the bearer may do.
    pub const fn grant(&self) -> &Grant {
        &self.grant
    }

    /// From when to when.
    pub const fn validity(&self) -> &Validity {
        &self.validity
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
    /// It lives longer than its key may sign for.
    #[error("the token lives longer than its key allows; issue one with a nearer end")]
    LifetimeTooLong,
    /// Not a compact JWS.
    #[error("this is not a whole token; copy the link again, all of it")]
    Malformed,
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

    /// The name that crosses into Lua, HTTP, logs and metrics. Never change one.
    pub const fn code(self) -> &'static str {
        match self {
            Self::BadClaims => "bad-claims",
            Self::BadSignature => "bad-signature",
            Self::Expired => "expired",
            Self::LifetimeTooLong => "lifetime-too-long",
            Self::Malformed => "malformed",
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

    /// What the guest is told. Never a colon: Jitsi's client shows only what follows the last one.
    pub const fn guest_text(self) -> &'static str {
        match self {
            Self::TokenMissing => {
                "This meeting needs an invitation link. Please ask the organiser for yours."
            }
            Self::Malformed => {
                "This link is damaged. Please copy all of it from your invitation and open it again."
            }
            Self::UnsupportedHeader | Self::UnsupportedAlgorithm | Self::BadClaims => {
                "This server cannot use this link. Please ask the organiser for a new one."
            }
            Self::UnknownKey => {
                "This link was signed with a key that this server does not know. Please ask the organiser for a new one."
            }
            Self::BadSignature => {
                "This link is not genuine, or was changed on its way. Please ask the organiser for a new one."
            }
            Self::WrongIssuer | Self::WrongAudience => {
                "This link is for another server. Please check the address in your invitation."
            }
            Self::LifetimeTooLong => {
                "This link is valid for longer than this server allows. Please ask the organiser for a new one."
            }
            Self::TooEarly => {
                "This meeting is not open yet. Please come back when it starts, with the same link."
            }
            Self::Expired => "This link has expired. Please ask the organiser for a new one.",
            Self::WrongRoom => {
                "This link is for another room. Please check the address in your invitation."
            }
            Self::VerifierUnavailable => {
                "This server cannot check invitations at the moment. Please try again later, and tell its administrator."
            }
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
