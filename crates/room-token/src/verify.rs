//! The checks, in the order of `docs/token-format.md`.

mod facts;
mod signed;
mod status;
mod tell;
mod times;

use thiserror::Error;

use self::facts::Asked;
use self::signed::Verified;
use self::status::StatusListInForce;
use self::tell::{Naming, Silent, Tell, Told};
use crate::explain::Explanation;
use crate::{
    Admission, Arrival, Decision, DenyReason, Deployment, KeyId, KeySet, Leeway, Revocations,
    RoomPattern, StatusList, Timestamp, TokenId, WhenStale, Windows,
};

/// Decides from public keys and what was taken back, and keeps no other state.
#[derive(Clone, Debug)]
pub struct Verifier {
    key_set: KeySet,
    deployment: Deployment,
    leeway: Leeway,
    revocations: Option<Revocations>,
    when_stale: WhenStale,
    status_list: Option<StatusListInForce>,
}

impl Verifier {
    /// Trusts these keys, for this deployment, with a leeway of 60 s.
    ///
    /// # Errors
    /// [`VerifierError::OtherIssuer`] if the key set says it is somebody else's.
    pub fn new(key_set: KeySet, deployment: Deployment) -> Result<Self, VerifierError> {
        match key_set.issuer() {
            Some(theirs) if theirs != deployment.issuer() => Err(VerifierError::OtherIssuer {
                key_set: theirs.to_owned(),
                expected: deployment.issuer().to_owned(),
            }),
            Some(_) | None => Ok(Self {
                key_set,
                deployment,
                leeway: Leeway::DEFAULT,
                revocations: None,
                when_stale: WhenStale::Admit,
                status_list: None,
            }),
        }
    }

    /// Tolerates another difference between the clocks.
    #[must_use]
    pub const fn with_leeway(mut self, leeway: Leeway) -> Self {
        self.leeway = leeway;
        self
    }

    /// Refuses what was taken back, and knows what to do when it has not heard of the issuer for long.
    #[must_use]
    pub fn with_revocations(mut self, revocations: Revocations, when_stale: WhenStale) -> Self {
        self.revocations = Some(revocations);
        self.when_stale = when_stale;
        self
    }

    /// Knows what one status list says of the tokens that name it. Tokens that name another, or one when there is none
    /// here, are refused; those that name none are not concerned.
    #[must_use]
    pub fn with_status_list(mut self, list: StatusList, when_stale: WhenStale) -> Self {
        self.status_list = Some(StatusListInForce { list, when_stale });
        self
    }

    /// The status list that it asks.
    pub fn status_list(&self) -> Option<&StatusList> {
        self.status_list.as_ref().map(|here| &here.list)
    }

    /// Whose tokens it takes, and for whom.
    pub const fn deployment(&self) -> &Deployment {
        &self.deployment
    }

    /// What it knows was taken back.
    pub const fn revocations(&self) -> Option<&Revocations> {
        self.revocations.as_ref()
    }

    /// The keys it trusts.
    pub const fn key_set(&self) -> &KeySet {
        &self.key_set
    }

    /// Names a token whose signature holds, whatever its time, room and the key set's end: what one needs to take it back.
    ///
    /// # Errors
    /// The reason for which a door would refuse it before it looked at time and room.
    pub fn identify(&self, token: &str) -> Result<TokenName, DenyReason> {
        Verified::read(&self.key_set, token, |_end| false, &mut Silent).map(Verified::into_name)
    }

    /// May the bearer enter this room now, as the first to come? `room` is the room's name as Prosody has it; a
    /// name that is not spelled exactly as signed is another room.
    pub fn decide(&self, token: &str, room: &str, now: Timestamp) -> Decision {
        self.decide_for(token, &Arrival::first(room, now))
    }

    /// May the bearer enter, given who is there already?
    pub fn decide_for(&self, token: &str, arrival: &Arrival<'_>) -> Decision {
        let asked = Asked::at_the_door(arrival);
        match self.check(token, &asked, &mut Silent) {
            Ok(admission) => Decision::Admit(admission),
            Err(reason) => Decision::Deny(reason),
        }
    }

    /// The decision of [`Verifier::decide_for`], and whose token it is: nothing, unless its signature holds.
    pub fn decide_and_name(
        &self,
        token: &str,
        arrival: &Arrival<'_>,
    ) -> (Decision, Option<SignedBy>) {
        let mut naming = Naming::default();
        match self.check(token, &Asked::at_the_door(arrival), &mut naming) {
            Ok(admission) => (Decision::Admit(admission), naming.0),
            Err(reason) => (Decision::Deny(reason), naming.0),
        }
    }

    /// The same decision with every check told; without a room, the checks that need one are left out.
    pub fn explain(&self, token: &str, room: Option<&str>, now: Timestamp) -> Explanation {
        self.explained(token, &Asked::from_afar(room, now))
    }

    /// The decision of [`Verifier::decide_for`] with every check told.
    pub fn explain_for(&self, token: &str, arrival: &Arrival<'_>) -> Explanation {
        self.explained(token, &Asked::at_the_door(arrival))
    }

    fn explained(&self, token: &str, asked: &Asked<'_>) -> Explanation {
        let mut told = Told::default();
        let decision = match self.check(token, asked, &mut told) {
            Ok(admission) => Decision::Admit(admission),
            Err(reason) => Decision::Deny(reason),
        };
        told.into_explanation(decision)
    }

    /// First who signed, then what was signed; only then whether it fits here and now.
    fn check(
        &self,
        token: &str,
        asked: &Asked<'_>,
        tell: &mut impl Tell,
    ) -> Result<Admission, DenyReason> {
        let leeway = self.leeway.as_secs();
        let is_over = |end: Timestamp| end.plus(leeway) <= asked.now;
        let verified = Verified::read(&self.key_set, token, is_over, tell)?;
        self.check_issuer(&verified.claims, tell)?;
        self.check_audience(&verified.claims, tell)?;
        times::check_lifetime(&verified, tell)?;
        times::check_opening(&verified.claims, asked.now, self.leeway, tell)?;
        times::check_expiry(&verified.claims, asked.now, self.leeway, tell)?;
        let shuts = times::check_window(&verified.claims, asked.now, self.leeway, tell)?;
        facts::check_room(&verified.claims, asked, tell)?;
        facts::check_scope(&verified, tell)?;
        self.check_revocation(&verified, asked, tell)?;
        let listed_until = self.check_status(&verified, asked.now, tell)?;
        facts::check_joining(&verified.claims, asked, self.leeway, tell)?;
        facts::check_seats(&verified.claims, asked, tell)?;
        facts::check_occupants(&verified.claims, asked, tell)?;
        let shuts = self
            .key_set
            .expires_at()
            .map_or(shuts, |end| end.min(shuts));
        let mut admission = verified.into_admission(shuts, self.leeway);
        if let Some(end) = listed_until {
            admission.admits_until = end.min(admission.admits_until);
        }
        Ok(admission)
    }
}

/// How one speaks of a token.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TokenName {
    /// `jti`, if it has one; without it the token cannot be taken back alone.
    pub id: Option<TokenId>,
    /// The key that signed it.
    pub key_id: KeyId,
    /// Its room.
    pub rooms: RoomPattern,
    /// When it opens the door for the first time.
    pub opens_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When the door is open, for a series.
    pub windows: Option<Windows>,
}

/// What may be said of a token, refused or not: to a log, and to its bearer when to come back.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SignedBy {
    /// The key that signed it.
    pub key_id: KeyId,
    /// `jti`, if the claims make sense and have one.
    pub token_id: Option<TokenId>,
    /// When the door opens, for somebody who came too early or between two meetings.
    pub opens_at: Option<Timestamp>,
}

/// Why there is no verifier.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum VerifierError {
    /// The key set is another issuer's.
    #[error(
        "the key set is of issuer {key_set:?}, but {expected:?} is expected; take the right key set, or set the issuer"
    )]
    OtherIssuer {
        /// Whose it says it is.
        key_set: String,
        /// Whose it should be.
        expected: String,
    },
}
