//! The same decision, told check by check, for the person who must mend something.

use strum::VariantArray;

use crate::Decision;

/// A decision and how it came about.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Explanation {
    pub(crate) decision: Decision,
    pub(crate) checks: Vec<Check>,
}

impl Explanation {
    /// The answer; [`crate::Verifier::decide`] gives the same.
    pub const fn decision(&self) -> &Decision {
        &self.decision
    }

    /// Every check, in the order of `docs/token-format.md`.
    pub fn checks(&self) -> &[Check] {
        &self.checks
    }
}

/// One check.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Check {
    pub(crate) name: CheckName,
    pub(crate) outcome: Outcome,
    pub(crate) seen: String,
}

impl Check {
    /// Which.
    pub const fn name(&self) -> CheckName {
        self.name
    }

    /// How it went.
    pub const fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// What was seen, in words; never the signature, nothing of the claims unless the signature holds.
    pub fn seen(&self) -> &str {
        &self.seen
    }
}

/// How a check went.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// It refused.
    Failed,
    /// Nothing was asked that it could answer.
    NotAsked,
    /// An earlier one refused.
    NotReached,
    /// It passed.
    Passed,
}

impl Outcome {
    /// Its word in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::NotAsked => "not-asked",
            Self::NotReached => "not-reached",
            Self::Passed => "passed",
        }
    }
}

/// The checks, in the order in which they are made.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, VariantArray)]
pub enum CheckName {
    /// Three parts of canonical base64url, not too long.
    Shape,
    /// A header that asks for nothing we do not do.
    Header,
    /// Ed25519.
    Algorithm,
    /// A key of the set.
    Key,
    /// The signature fits.
    Signature,
    /// The claims make sense.
    Claims,
    /// `iss`.
    Issuer,
    /// `aud`.
    Audience,
    /// `exp − iat`.
    Lifetime,
    /// `nbf` and `iat`: not too early.
    Opening,
    /// `exp`: not too late.
    Expiry,
    /// `win`: during a meeting of the series.
    Window,
    /// `room`.
    Room,
    /// The key may sign that.
    Scope,
    /// It was not taken back.
    Revocation,
    /// Its status list calls it valid.
    Status,
    /// `join_by`: not too late for a first join.
    Joining,
    /// `seats`: not too many with this token.
    Seats,
    /// `max_occupants`: not too many in the room.
    Occupants,
}

impl CheckName {
    /// Every check, in order.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// Its word in JSON and in the docs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Shape => "shape",
            Self::Header => "header",
            Self::Algorithm => "algorithm",
            Self::Key => "key",
            Self::Signature => "signature",
            Self::Claims => "claims",
            Self::Issuer => "issuer",
            Self::Audience => "audience",
            Self::Lifetime => "lifetime",
            Self::Opening => "opening",
            Self::Expiry => "expiry",
            Self::Window => "window",
            Self::Room => "room",
            Self::Scope => "scope",
            Self::Revocation => "revocation",
            Self::Status => "status",
            Self::Joining => "joining",
            Self::Seats => "seats",
            Self::Occupants => "occupants",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checks_are_documented_in_their_order() {
        let page = include_str!("../../../docs/token-format.md");
        let documented: Vec<_> = page
            .lines()
            .filter_map(|line| line.split_once(". **")?.1.split_once("**"))
            .map(|(name, _)| name)
            .collect();
        let ours: Vec<_> = CheckName::ALL.iter().map(|check| check.as_str()).collect();
        assert_eq!(documented, ours);
    }
}
