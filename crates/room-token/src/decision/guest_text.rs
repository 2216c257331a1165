//! What a guest is told. Never a colon: Jitsi's client shows only what follows the last one.

use crate::DenyReason;

impl DenyReason {
    /// The sentence for the person who is kept out, in English.
    pub const fn guest_text(self) -> &'static str {
        match self {
            Self::TokenMissing => TOKEN_MISSING,
            Self::Malformed => MALFORMED,
            Self::UnsupportedHeader | Self::UnsupportedAlgorithm | Self::BadClaims => UNUSABLE,
            Self::UnknownKey => UNKNOWN_KEY,
            Self::BadSignature => BAD_SIGNATURE,
            Self::WrongIssuer | Self::WrongAudience => OTHER_SERVER,
            Self::LifetimeTooLong => LIFETIME_TOO_LONG,
            Self::TooEarly => TOO_EARLY,
            Self::JoinClosed => JOIN_CLOSED,
            Self::NameRefused => NAME_REFUSED,
            Self::NotOpenYet => NOT_OPEN_YET,
            Self::OutOfScope => OUT_OF_SCOPE,
            Self::OutsideWindow => OUTSIDE_WINDOW,
            Self::Revoked => REVOKED,
            Self::RoomFull => ROOM_FULL,
            Self::SeatsTaken => SEATS_TAKEN,
            Self::Expired => EXPIRED,
            Self::WrongRoom => WRONG_ROOM,
            Self::KeySetStale
            | Self::RevocationsStale
            | Self::StatusUnknown
            | Self::VerifierUnavailable => OUT_OF_ORDER,
        }
    }
}

const TOKEN_MISSING: &str =
    "This meeting needs an invitation link. Please ask the organiser for yours.";
const MALFORMED: &str =
    "This link is damaged. Please copy all of it from your invitation and open it again.";
const UNUSABLE: &str = "This server cannot use this link. Please ask the organiser for a new one.";
const UNKNOWN_KEY: &str = "This link was signed with a key that this server does not know. Please ask the organiser for a new one.";
const BAD_SIGNATURE: &str =
    "This link is not genuine, or was changed on its way. Please ask the organiser for a new one.";
const OTHER_SERVER: &str =
    "This link is for another server. Please check the address in your invitation.";
const LIFETIME_TOO_LONG: &str = "This link is valid for longer than this server allows. Please ask the organiser for a new one.";
const TOO_EARLY: &str =
    "This meeting is not open yet. Please come back when it starts, with the same link.";
const JOIN_CLOSED: &str =
    "It is too late to join this meeting for the first time. Please ask the organiser.";
const NAME_REFUSED: &str =
    "Rooms of this name are not allowed on this server. Please choose another name.";
const NOT_OPEN_YET: &str =
    "The host has not opened this meeting yet. Please try again in a moment, with the same link.";
const OUT_OF_SCOPE: &str =
    "This link asks for more than its issuer may give. Please ask the organiser for a new one.";
const OUTSIDE_WINDOW: &str =
    "This meeting is not open now. Please come back at its next time, with the same link.";
const REVOKED: &str = "This link was withdrawn. Please ask the organiser for a new one.";
const ROOM_FULL: &str = "This meeting is full. Please try again when somebody has left.";
const SEATS_TAKEN: &str =
    "This link is in use by somebody else. Please ask the organiser for one of your own.";
const EXPIRED: &str = "This link has expired. Please ask the organiser for a new one.";
const WRONG_ROOM: &str =
    "This link is for another room. Please check the address in your invitation.";
const OUT_OF_ORDER: &str = "This server cannot check invitations at the moment. Please try again later, and tell its administrator.";
