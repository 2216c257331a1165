//! What was signed, against what is: for whom, where, within which limits.

use super::Verifier;
use super::signed::Verified;
use super::tell::Tell;
use crate::claims::Claims;
use crate::explain::CheckName;
use crate::revocations::Bearing;
use crate::{Arrival, DenyReason, Leeway, RoomPattern, Timestamp, WhenStale};

/// What the asker knows.
pub(super) struct Asked<'a> {
    pub(super) room: Option<&'a str>,
    pub(super) now: Timestamp,
    arrival: Option<&'a Arrival<'a>>,
}

impl<'a> Asked<'a> {
    /// By somebody who is at no door, and perhaps thinks of no room.
    pub(super) const fn from_afar(room: Option<&'a str>, now: Timestamp) -> Self {
        Self {
            room,
            now,
            arrival: None,
        }
    }

    pub(super) const fn at_the_door(arrival: &'a Arrival<'a>) -> Self {
        Self {
            room: Some(arrival.room),
            now: arrival.now,
            arrival: Some(arrival),
        }
    }
}

impl Verifier {
    pub(super) fn check_issuer(
        &self,
        claims: &Claims,
        tell: &mut impl Tell,
    ) -> Result<(), DenyReason> {
        let ours = self.deployment.issuer();
        if claims.issuer != ours {
            let seen = || format!("{:?}, expected {ours:?}", claims.issuer);
            return Err(tell.refused(CheckName::Issuer, DenyReason::WrongIssuer, seen));
        }
        tell.passed(CheckName::Issuer, || ours.to_owned());
        Ok(())
    }

    pub(super) fn check_audience(
        &self,
        claims: &Claims,
        tell: &mut impl Tell,
    ) -> Result<(), DenyReason> {
        let ours = self.deployment.audience();
        if !claims.audiences.iter().any(|audience| audience == ours) {
            let seen = || format!("{:?}, expected {ours:?}", claims.audiences);
            return Err(tell.refused(CheckName::Audience, DenyReason::WrongAudience, seen));
        }
        tell.passed(CheckName::Audience, || ours.to_owned());
        Ok(())
    }

    pub(super) fn check_revocation(
        &self,
        verified: &Verified<'_>,
        asked: &Asked<'_>,
        tell: &mut impl Tell,
    ) -> Result<(), DenyReason> {
        const NAME: CheckName = CheckName::Revocation;
        let Some(revocations) = &self.revocations else {
            tell.not_asked(NAME);
            return Ok(());
        };
        let age = revocations
            .issued_at()
            .map_or(u64::MAX, |signed| asked.now.seconds_since(signed));
        let seen = || {
            format!(
                "edition {} of the revocations, {age} s old",
                revocations.seq()
            )
        };
        match self.when_stale {
            WhenStale::ShutAfter(secs) if age > secs => {
                return Err(tell.refused(NAME, DenyReason::RevocationsStale, seen));
            }
            WhenStale::ShutAfter(_) | WhenStale::Admit => {}
        }
        if let Some(cause) = revocations.revoked(&bearing(verified, asked)) {
            return Err(tell.refused(NAME, DenyReason::Revoked, || {
                format!("{cause} ({})", seen())
            }));
        }
        tell.passed(NAME, || format!("not in {}", seen()));
        Ok(())
    }
}

fn bearing<'v>(verified: &'v Verified<'_>, asked: &Asked<'v>) -> Bearing<'v> {
    let claims = &verified.claims;
    let only_room = match &claims.rooms {
        RoomPattern::Exact(room) => room.as_str(),
        RoomPattern::Prefix { .. } => "",
    };
    Bearing {
        id: claims.id.as_ref(),
        key: verified.key.id(),
        person: claims.person.id(),
        room: asked.room.unwrap_or(only_room),
        issued_at: claims.validity.issued_at(),
        parent: claims.parent.as_ref(),
    }
}

pub(super) fn check_room(
    claims: &Claims,
    asked: &Asked<'_>,
    tell: &mut impl Tell,
) -> Result<(), DenyReason> {
    let Some(room) = asked.room else {
        tell.not_asked(CheckName::Room);
        return Ok(());
    };
    let granted = &claims.rooms;
    if !granted.matches(room) {
        let seen = || format!("for \"{granted}\", asked for {room:?}");
        return Err(tell.refused(CheckName::Room, DenyReason::WrongRoom, seen));
    }
    tell.passed(CheckName::Room, || granted.to_string());
    Ok(())
}

pub(super) fn check_scope(verified: &Verified<'_>, tell: &mut impl Tell) -> Result<(), DenyReason> {
    const NAME: CheckName = CheckName::Scope;
    let (claims, scope) = (&verified.claims, verified.key.scope());
    if !scope.covers_rooms(&claims.rooms) {
        let seen = || {
            format!(
                "{} may not sign for \"{}\"",
                verified.key.id(),
                claims.rooms
            )
        };
        return Err(tell.refused(NAME, DenyReason::OutOfScope, seen));
    }
    let affiliation = claims.person.affiliation();
    if !scope.covers_affiliation(affiliation) {
        let seen = || {
            format!(
                "{} may not make an {}",
                verified.key.id(),
                affiliation.as_str()
            )
        };
        return Err(tell.refused(NAME, DenyReason::OutOfScope, seen));
    }
    tell.passed(NAME, || format!("{} may sign this", verified.key.id()));
    Ok(())
}

pub(super) fn check_joining(
    claims: &Claims,
    asked: &Asked<'_>,
    leeway: Leeway,
    tell: &mut impl Tell,
) -> Result<(), DenyReason> {
    const NAME: CheckName = CheckName::Joining;
    let Some(latest) = claims.limits.join_by() else {
        tell.passed(NAME, || "at any time".to_owned());
        return Ok(());
    };
    let returning = asked.arrival.is_some_and(|arrival| arrival.returning);
    let seen = || format!("first joins until {latest}, asked at {}", asked.now);
    if !returning && latest.plus(leeway.as_secs()) < asked.now {
        return Err(tell.refused(NAME, DenyReason::JoinClosed, seen));
    }
    tell.passed(NAME, seen);
    Ok(())
}

pub(super) fn check_seats(
    claims: &Claims,
    asked: &Asked<'_>,
    tell: &mut impl Tell,
) -> Result<(), DenyReason> {
    let taken = asked.arrival.map(|arrival| arrival.same_token);
    let limit = claims.limits.seats();
    check_count(CheckName::Seats, DenyReason::SeatsTaken, limit, taken, tell)
}

pub(super) fn check_occupants(
    claims: &Claims,
    asked: &Asked<'_>,
    tell: &mut impl Tell,
) -> Result<(), DenyReason> {
    let there = asked.arrival.map(|arrival| arrival.occupants);
    let limit = claims.limits.max_occupants();
    check_count(
        CheckName::Occupants,
        DenyReason::RoomFull,
        limit,
        there,
        tell,
    )
}

fn check_count(
    name: CheckName,
    reason: DenyReason,
    limit: Option<u32>,
    count: Option<u32>,
    tell: &mut impl Tell,
) -> Result<(), DenyReason> {
    let (Some(limit), Some(count)) = (limit, count) else {
        match limit {
            None => tell.passed(name, || "no limit".to_owned()),
            Some(_) => tell.not_asked(name),
        }
        return Ok(());
    };
    let seen = || format!("{count} others, at most {limit} in all");
    if count >= limit {
        return Err(tell.refused(name, reason, seen));
    }
    tell.passed(name, seen);
    Ok(())
}
