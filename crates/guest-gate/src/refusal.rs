//! Why somebody gets a page of ours, and what they can do.

use room_token::{DenyReason, RoomName, RoomPattern, Timestamp, Verifier};

use crate::{Address, Damage, Kept};

/// A refusal, as far as its page needs it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Refusal {
    /// The door's own reason.
    pub reason: DenyReason,
    /// Where they wanted to go.
    pub room: RoomName,
    /// What they can do.
    pub way: Way,
}

/// The one thing to do about it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Way {
    /// Ask whoever invited them.
    Ask,
    /// Paste an invitation.
    Paste,
    /// Copy it again: it is damaged there.
    CopyAgain(Damage),
    /// Wait until then, and be let in.
    Wait {
        /// The first second.
        opens: Timestamp,
    },
    /// Go where the link leads.
    GoTo {
        /// Path and query on this host, with the token.
        to: String,
    },
    /// Try again later; it is not their fault.
    Later,
}

/// A token that was refused, and what to look it up with.
struct Brought<'b> {
    verifier: &'b Verifier,
    token: &'b str,
    is_in_fragment: bool,
    now: Timestamp,
}

impl Refusal {
    /// A refusal of which nothing else is known.
    pub fn new(reason: DenyReason, room: &RoomName) -> Self {
        Self {
            reason,
            room: room.clone(),
            way: way(reason, None),
        }
    }

    /// A refusal of this token. Of its claims it tells only what the door's order of checks allows: the signature and
    /// the deployment held before.
    pub fn of(
        verifier: &Verifier,
        token: &str,
        reason: DenyReason,
        address: &Address,
        now: Timestamp,
    ) -> Self {
        let brought = Brought {
            verifier,
            token,
            is_in_fragment: address.brought().is_some_and(|kept| kept.is_in_fragment),
            now,
        };
        Self {
            way: way(reason, Some(&brought)),
            ..Self::new(reason, address.room())
        }
    }
}

/// Each reason has one, so that a new reason must choose.
fn way(reason: DenyReason, brought: Option<&Brought<'_>>) -> Way {
    match reason {
        DenyReason::TokenMissing => Way::Paste,
        DenyReason::Malformed => {
            Way::CopyAgain(brought.map_or(Damage::Unclear, |brought| Damage::of(brought.token)))
        }
        // A signature that lost its end may still be base64url: to its owner the link is cut, not forged.
        DenyReason::BadSignature => match brought.map(|brought| Damage::of(brought.token)) {
            Some(damage @ (Damage::Cut { .. } | Damage::Stray { .. } | Damage::Tail { .. })) => {
                Way::CopyAgain(damage)
            }
            Some(Damage::Unclear) | None => Way::Ask,
        },
        DenyReason::TooEarly | DenyReason::OutsideWindow => {
            brought.and_then(opening).unwrap_or(Way::Later)
        }
        DenyReason::WrongRoom => brought.and_then(elsewhere).unwrap_or(Way::Ask),
        DenyReason::KeySetStale
        | DenyReason::RevocationsStale
        | DenyReason::StatusUnknown
        | DenyReason::VerifierUnavailable
        | DenyReason::NotOpenYet
        | DenyReason::RoomFull => Way::Later,
        DenyReason::BadClaims
        | DenyReason::Expired
        | DenyReason::JoinClosed
        | DenyReason::LifetimeTooLong
        | DenyReason::NameRefused
        | DenyReason::OutOfScope
        | DenyReason::Revoked
        | DenyReason::SeatsTaken
        | DenyReason::UnknownKey
        | DenyReason::UnsupportedAlgorithm
        | DenyReason::UnsupportedHeader
        | DenyReason::WrongAudience
        | DenyReason::WrongIssuer => Way::Ask,
    }
}

fn opening(brought: &Brought<'_>) -> Option<Way> {
    let named = brought.verifier.identify(brought.token).ok()?;
    let from = named.opens_at.max(brought.now);
    let opens = match &named.windows {
        Some(windows) => windows.at_or_after(from)?.opens.max(named.opens_at),
        None => named.opens_at,
    };
    Some(Way::Wait { opens })
}

fn elsewhere(brought: &Brought<'_>) -> Option<Way> {
    let named = brought.verifier.identify(brought.token).ok()?;
    let RoomPattern::Exact(room) = named.rooms else {
        return None;
    };
    let kept = Kept {
        token: brought.token,
        is_in_fragment: brought.is_in_fragment,
    };
    Some(Way::GoTo {
        to: Address::of(room).with_token(kept),
    })
}
